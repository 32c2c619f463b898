"""The bytes of a file that goes out: rows of fields into the columns of a layout, and what must not go out refused.

A file for a machine is never made harmless by changing it: an apostrophe in front of a SKU would be another SKU. A row with a
cell that a spreadsheet would run, or that is no value of its column, stays out, and the seller hears which and why.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from omscli.base.registry import found_in
from omscli.base.sheet_text import is_formula, is_plain_figure
from omscli.channels import known
from omscli.channels.writer import Fields, Record, Sending, Writer
from omscli.errors import Refused

_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_QUOTING = {"minimal": csv.QUOTE_MINIMAL, "all": csv.QUOTE_ALL, "none": csv.QUOTE_NONE}


@dataclass(frozen=True, slots=True)
class Kept:
    """A row that stays out of the file: what it is about, the column, and why. `key` is the value of the writer's `together`."""

    subject: str
    column: str
    value: str
    problem: str
    key: str = ""


@dataclass(slots=True)
class Written:
    """A file that is ready to be put somewhere. `rows` are those in it, `kept` those that stay out."""

    data: bytes
    rows: int
    kept: list[Kept] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a seller wants a writer's file: None leaves it as the writer has it."""

    columns: Mapping[str, str] | None = None
    delimiter: str | None = None
    encoding: str | None = None
    above: tuple[str, ...] | None = None


AS_IT_IS = Layout()


def all_writers() -> dict[str, Writer]:
    """Every built-in form of file that goes out, by its title (`amazon.tracking`)."""
    return {writer.title: writer for writers in found_in(known.__name__, "WRITERS", ()).values() for writer in writers}


def known_fields() -> dict[str, frozenset[str]]:
    """The fields of every built-in file that goes out, by its title, to check the layouts of rules.yaml."""
    return {title: writer.fields for title, writer in all_writers().items()}


def laid_out(writer: Writer, layout: Layout, name: str = "") -> Writer:
    """The writer with the seller's own columns; with a `name` it becomes a file of its own beside the built-in one.

    Raises Refused for a layout whose headers could not be written.
    """
    own: dict[str, Any] = {
        key: value for key in ("columns", "delimiter", "encoding", "above") if (value := getattr(layout, key)) is not None
    }
    found = replace(writer, **own)
    if name:
        found = replace(found, name=name, form="")
    for text in (*found.columns, *(one[1:] for one in found.columns.values() if one.startswith("=")), *found.above):
        wrong = _unfit(found, text)
        if wrong and own:
            raise Refused(f"the layout of {found.title} cannot be written: “{text}” {wrong}", "change it under `writers` in rules.yaml")
    return found


def written(writer: Writer, records: Sequence[Record], sending: Sending, layout: Layout = AS_IT_IS) -> Written:
    """The file of these records.

    Args:
        writer: The form.
        records: Offers, dispatches or labels, as its kind asks for.
        sending: The channel and its clock.
        layout: The seller's own columns.

    Returns:
        Its bytes, and the rows that stay out with the reason.
    """
    writer = laid_out(writer, layout)
    rows: list[list[str]] = []
    kept: list[Kept] = []
    for _, group in groupby(enumerate(writer.rows(records, sending)), lambda one: one[1].get(writer.together) or one[0]):
        made = [_row(writer, fields) for _, fields in group]
        wrong = next((problem for _, problem in made if problem is not None), None)
        if wrong is None:
            rows += [row for row, _ in made]
        else:
            kept.append(wrong)
    if writer.suffix == "xlsx":
        return Written(_workbook(writer.columns, rows, sending), len(rows), kept)
    return Written(_text(writer, rows), len(rows), kept)


def _row(writer: Writer, fields: Fields) -> tuple[list[str], Kept | None]:
    row = []
    for header, name in writer.columns.items():
        if name.startswith("="):
            row.append(name[1:])
            continue
        text = fields.get(name, "")
        if name in writer.texts:
            text = _BREAKS.sub(" ", text).strip()
        wrong = _wrong(writer, name, text)
        if wrong:
            return row, Kept(_subject(fields), header, text, wrong, fields.get(writer.together, ""))
        row.append("'" + text if writer.for_people and is_formula(text) else text)
    return row, None


def _subject(fields: Fields) -> str:
    return next((fields[name] for name in ("order", "order_id", "sku", "channel_sku") if fields.get(name)), "a row")


def _wrong(writer: Writer, name: str, text: str) -> str | None:
    shape = writer.shapes.get(name)
    if shape is not None and not shape.fullmatch(text):
        return "is empty" if not text else "is no value that this column takes"
    if _HIDDEN.search(text):
        return "holds characters that nobody sees"
    if not writer.for_people and is_formula(text) and not is_plain_figure(text):
        return "begins like a formula"
    return _unfit(writer, text)


def _unfit(writer: Writer, text: str) -> str | None:
    """Why a text cannot stand in this form of file, whatever it says."""
    if writer.quoting == "none" and writer.delimiter in text:
        return "holds the character that divides the columns"
    try:
        text.encode(writer.encoding)
    except UnicodeEncodeError:
        return f"has letters that {writer.encoding} does not know"
    return None


def _text(writer: Writer, rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    for line in writer.above:
        out.write(line + writer.newline)
    table = csv.writer(
        out,
        delimiter=writer.delimiter,
        lineterminator=writer.newline,
        quoting=_QUOTING[writer.quoting],  # type: ignore[arg-type]
        quotechar=None if writer.quoting == "none" else '"',
    )
    table.writerow(writer.columns)
    table.writerows(rows)
    return (b"\xef\xbb\xbf" if writer.bom and writer.encoding == "utf-8" else b"") + out.getvalue().encode(writer.encoding)


def _workbook(columns: Mapping[str, str], rows: Iterable[Sequence[str]], sending: Sending) -> bytes:
    """An Excel workbook of one sheet. Every cell is text: a number of 15 figures would lose some as a number."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"created": sending.now.replace(tzinfo=None)})  # the same records give the same bytes
    sheet = book.add_worksheet()
    for at, row in enumerate([list(columns), *rows]):
        for place, text in enumerate(row):
            sheet.write_string(at, place, text)
    book.close()
    return out.getvalue()

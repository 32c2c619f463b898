"""A file whose outside a profile describes: looked at as the profile says, and refused where it lies otherwise.

Every profile sees the file in its own way (its encoding, its sheet), so that one never changes what another reader sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from omscli.channels.columns import keys_of, missing_columns
from omscli.channels.decoding import Coding, coding_as, coding_of
from omscli.channels.reader import FileForm, Reader
from omscli.channels.source import Source
from omscli.channels.table import Header, Table, TextTable
from omscli.errors import Refused


class Elsewhere(Refused):
    """The columns of a profile are there, but not in the place, or not divided in the way, that it says."""


@dataclass(frozen=True, slots=True)
class Look:
    """A file as rows, and how its letters are stored."""

    table: Table
    coding: Coding


@dataclass(frozen=True, slots=True)
class Found:
    """A file with the reader that reads it and the line of its header."""

    reader: Reader
    look: Look
    header: Header


def look_at(source: Source, form: FileForm | None = None) -> Look:
    """The rows of a file. Raises Refused for what is no table, and what is not stored as the form says."""
    with source.binary() as file:
        is_zip = file.read(4) == b"PK\x03\x04"
    coding = coding_as(source, form.encoding) if form and form.encoding and not is_zip else coding_of(source)
    if coding.is_workbook:
        from omscli.channels.workbook import workbook

        return Look(workbook(source, form), coding)
    return Look(TextTable(source, coding.codec, coding.has_nul), coding)


def framed(source: Source, readers: Sequence[Reader]) -> tuple[list[Found], list[Refused]]:
    """The readers of profiles that find their columns where they say, and why the others do not."""
    found: list[Found] = []
    refused: list[Refused] = []
    looks: dict[FileForm, Look] = {}
    for reader in readers:
        if reader.form_of is None:
            continue
        # Profiles that differ only in where the header lies look at the same rows.
        way = replace(reader.form_of, delimiter=None, header_row=None)
        try:
            look = looks[way] = looks.get(way) or look_at(source, way)
            found.append(Found(reader, look, _header(source.name, look.table, reader, reader.form_of)))
        except Refused as error:
            refused.append(error)
    return found, refused


def _header(name: str, table: Table, reader: Reader, form: FileForm) -> Header:
    seen = list(table.headers(form.delimiter, form.header_row))
    for header in seen:
        if not _missing(reader, header):
            return header
    elsewhere = next((header for header in table.headers() if not _missing(reader, header)), None)
    if elsewhere is not None:
        raise _moved(name, table, reader, form, elsewhere)
    if not seen:
        line = form.header_row or 1
        raise Refused(
            f"{name}: line {line} is not divided into columns as {reader.title} says: {_shown(table, line)}",
            f"look at `delimiter` and `header_row` under readers: {reader.name} in rules.yaml",
        )
    widest = max(seen, key=lambda one: (sum(map(bool, one.cells)), -one.line))
    raise missing_columns(f"{name}:{widest.line}", reader.called(_missing(reader, widest)), widest.cells)


def _missing(reader: Reader, header: Header) -> list[str]:
    return reader.missing(frozenset(keys_of(header.cells, reader.aliases)))


def _moved(name: str, table: Table, reader: Reader, form: FileForm, header: Header) -> Elsewhere:
    """The header stands in another line, or is divided by another character, than the profile says."""
    right = []
    if form.header_row not in (None, header.line):
        right.append(f"header_row: {header.line}")
    if form.delimiter not in (None, header.delimiter):
        right.append(f"delimiter: {_named(header.delimiter)}")
    line = form.header_row or header.line
    return Elsewhere(
        f"{name}: line {line} is not the header of {reader.title} as rules.yaml describes it: {_shown(table, line)}",
        f"its columns stand in line {header.line}; if that is right from now on, write under readers: {reader.name}:  {', '.join(right)}",
    )


def _named(delimiter: str) -> str:
    return "tab" if delimiter == "\t" else f'"{delimiter}"'


def _shown(table: Table, line: int) -> str:
    text = table.line(line)
    return f"“{text[:80]}{'…' if len(text) > 80 else ''}”" if text else "there is nothing in it"

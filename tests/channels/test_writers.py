"""Every folder under `outgoing/` is what one writer makes of some records; a case is added by adding a folder.

`records.json` holds the records and what a writer knows besides; `expected.*` the file, byte for byte (of a workbook its
cells, as CSV); `kept` in `records.json` the rows that must stay out: subject, column and problem.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omscli.base.address import Address
from omscli.base.problems import Problem
from omscli.base.sheet_text import is_formula, is_plain_figure
from omscli.channels.opening import open_file
from omscli.channels.reader import Context
from omscli.channels.writer import Dispatch, Label, LabelItem, Offer, Record, Sending
from omscli.channels.writing import Layout, all_writers, laid_out, written
from omscli.errors import Refused

CASES = sorted(path.parent for path in (Path(__file__).parent / "outgoing").glob("*/*/records.json"))
TEXTS = (
    "=cmd|' /C calc'!A0", "@SUM(A1)", "-2+3+cmd|' /C calc'!A0", "＝1+1", " =1", "\x1b[2J", "a\tb", "x\r\ny", "x\ry", "\u202egnp.exe", "\u2028", "<script>", '“quoted” "text"', "a;b|c,d", "\0", "\ud800",
    "日本",
)  # fmt: skip
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def record_of(kind: str, told: dict[str, Any]) -> Record:
    """A record from its JSON."""
    if kind == "stock":
        return Offer(**told)
    if kind == "tracking":
        return Dispatch(**told)
    items = tuple(LabelItem(**item) for item in told.get("items", ()))
    size = told.get("size_mm")
    return Label(**{**told, "ship_to": Address(**told["ship_to"]), "items": items, "size_mm": tuple(size) if size else None})


class Case:
    """The records of a folder, and the file they must become."""

    def __init__(self, folder: Path) -> None:
        about = json.loads((folder / "records.json").read_text(encoding="utf-8"))
        self.writer = all_writers()[f"{folder.parent.name}.{about.get('form', folder.name)}"]
        said = about["sending"]
        self.sending = Sending(said["channel"], datetime.fromisoformat(said["now"]), said.get("zone", "UTC"), said.get("currency", "USD"))
        self.records = [record_of(self.writer.kind, one) for one in about["records"]]
        self.kept = about.get("kept", [])
        (self.path,) = folder.glob("expected.*")


@pytest.fixture(params=CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def case(request: pytest.FixtureRequest) -> Case:
    return Case(request.param)


def as_csv(data: bytes) -> bytes:
    """The cells of a workbook."""
    from python_calamine import CalamineWorkbook

    out = io.StringIO(newline="")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def test_the_records_become_the_expected_file(case: Case) -> None:
    found = written(case.writer, case.records, case.sending)

    assert (as_csv(found.data) if case.writer.suffix == "xlsx" else found.data) == case.path.read_bytes()
    assert [[one.subject, one.column, one.problem] for one in found.kept] == case.kept


def test_the_same_records_give_the_same_bytes(case: Case) -> None:
    assert written(case.writer, case.records, case.sending).data == written(case.writer, case.records, case.sending).data


def test_a_layout_of_the_seller_has_the_columns_he_named(case: Case) -> None:
    field = next(iter(sorted(case.writer.fields)))
    found = written(case.writer, case.records, case.sending, Layout(columns={"My column": field, "Fixed": "=always"}))

    data = as_csv(found.data) if case.writer.suffix == "xlsx" else found.data
    assert b"My column" in data
    assert b"Fixed" in data


def test_every_writer_has_a_case() -> None:
    assert {Case(folder).writer.title for folder in CASES} == set(all_writers())


def test_columns_name_fields_that_the_writer_has() -> None:
    for title, writer in all_writers().items():
        named = {name for name in writer.columns.values() if not name.startswith("=")}
        assert named <= writer.fields, title
        assert (set(writer.shapes) | writer.texts) <= writer.fields, title


def test_rows_give_exactly_the_fields_that_the_writer_declares(case: Case) -> None:
    for row in case.writer.rows(case.records, case.sending):
        assert set(row) <= case.writer.fields


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        (Layout(columns={"a;b": "quantity"}, delimiter=";"), "“a;b” holds the character that divides the columns"),
        (Layout(columns={"a": "=x;y"}, delimiter=";"), "“x;y” holds the character that divides the columns"),
        (Layout(columns={"Größe": "quantity"}, encoding="ascii"), "“Größe” has letters that ascii does not know"),
        (Layout(above=("日本",), encoding="cp1252"), "“日本” has letters that cp1252 does not know"),
    ],
)
def test_a_layout_whose_headers_cannot_be_written_is_refused(layout: Layout, said: str) -> None:
    writer = replace(all_writers()["native.stock"], quoting="none")
    with pytest.raises(Refused) as caught:
        laid_out(writer, layout)
    assert caught.value.message == f"the layout of native.stock cannot be written: {said}"
    assert caught.value.hint == "change it under `writers` in rules.yaml"


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_from_outside_changes_the_form_of_a_file(case: Case, text: str) -> None:
    """Whatever stands in a name or a SKU, in one field or in all: the file keeps its columns, and no cell of it runs."""
    for records in spoiled(case.records, text):
        keeps_its_form(case, records)


@settings(max_examples=1000 if os.environ.get("OMS_TEST_FULL") else 60)
@given(
    folder=st.sampled_from(CASES),
    text=st.text(st.characters() | st.sampled_from("=@+-\t\r\n\x1b\u202e\u2028\0\ud800;|\"',"), max_size=12),
    data=st.data(),
)
def test_no_text_of_chance_changes_the_form_of_a_file(folder: Path, text: str, data: st.DataObject) -> None:
    case = Case(folder)
    keeps_its_form(case, data.draw(st.sampled_from(list(spoiled(case.records, text)))))


def keeps_its_form(case: Case, records: list[Record]) -> None:
    """The file has its columns, the rows that it says, and no cell that runs or that nobody sees; what is not in it is told."""
    found = written(case.writer, records, case.sending)
    rows = rows_of(case, found.data)[len(case.writer.above) :]
    assert {len(row) for row in rows} == {len(case.writer.columns)}
    assert len(rows) == found.rows + 1
    assert rows[0] == list(case.writer.columns)
    constants = {name[1:] for name in case.writer.columns.values() if name.startswith("=")}
    for row in rows[1:]:
        for cell in row:
            assert cell in constants or not is_formula(cell) or is_plain_figure(cell), "a formula went out"
            assert not HIDDEN.search(cell)
    assert all(one.subject and one.column and one.problem for one in found.kept)


def rows_of(case: Case, data: bytes) -> list[list[str]]:
    """The rows of a file that went out, empty ones left out, read as its reader would."""
    writer = case.writer
    if writer.suffix == "xlsx":
        return [row for row in csv.reader(io.StringIO(as_csv(data).decode(), newline="")) if row]
    text = data.decode("utf-8-sig" if writer.encoding == "utf-8" else writer.encoding)
    if writer.quoting == "none":
        return [line.split(writer.delimiter) for line in text.split(writer.newline) if line]
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=writer.delimiter, strict=True) if row]


# What is ours or was checked long before: no buyer writes it.
_OURS = frozenset({"placed_at", "ship_on", "shipped_at", "currency", "country", "committed", "unavailable", "incoming"})


def spoiled(records: list[Record], text: str) -> Iterator[list[Record]]:
    """The records with the text in each of their texts, one after the other, and in all at once."""
    for place in sorted({place for record in records for place in texts_of(record)}):
        yield [_with(record, {place}, text) for record in records]
    yield [_with(record, set(texts_of(record)), text) for record in records]


def texts_of(value: Any, path: str = "") -> Iterator[str]:
    """Where texts stand in a record: `note`, `ship_to.name`, `items.title`, `ids.asin`."""
    for one in fields(value):
        inner, place = getattr(value, one.name), f"{path}{one.name}"
        if isinstance(inner, str) and one.name not in _OURS:
            yield place
        elif isinstance(inner, Mapping):
            yield from (f"{place}.{key}" for key in inner if key not in _OURS)
        elif isinstance(inner, tuple):
            yield from (name for part in inner if is_dataclass(part) for name in texts_of(part, f"{place}."))
        elif is_dataclass(inner):
            yield from texts_of(inner, f"{place}.")


def _with(value: Any, places: set[str], text: str, path: str = "") -> Any:
    changed: dict[str, Any] = {}
    for one in fields(value):
        inner, place = getattr(value, one.name), f"{path}{one.name}"
        if isinstance(inner, str) and place in places:
            changed[one.name] = text
        elif isinstance(inner, Mapping):
            changed[one.name] = {key: text if f"{place}.{key}" in places else kept for key, kept in inner.items()}
        elif isinstance(inner, tuple):
            changed[one.name] = tuple(_with(part, places, text, f"{place}.") if is_dataclass(part) else part for part in inner)
        elif is_dataclass(inner):
            changed[one.name] = _with(inner, places, text, f"{place}.")
    return replace(value, **changed)


def test_every_text_of_a_record_is_spoiled_once() -> None:
    label = next(record for folder in CASES for record in Case(folder).records if isinstance(record, Label) and record.items)
    places = set(texts_of(label))
    assert {"note", "order_id", "ship_to.name", "ship_to.line2", "items.title", "items.sku", "wanted_service", "email"} <= places
    assert _with(label, {"ship_to.name", "items.sku"}, "?").ship_to.name == "?"
    assert {item.sku for item in _with(label, {"items.sku"}, "?").items} == {"?"}


def test_a_file_that_goes_out_is_not_taken_for_one_that_comes_in(case: Case) -> None:
    """What oms writes into out/ must not be imported as orders by mistake; a listing or tracking of its own may be read.

    Walmart takes the file that it gives: it is known by its header, and each of its rows is set aside.
    """
    data = written(case.writer, case.records, case.sending).data
    try:
        file = open_file("out", data)
    except Refused:
        return
    if file.reader.kind not in ("stock", "listings", "tracking"):
        assert {type(item) for item in file.items(Context())} == {Problem}
        assert file.set_aside == file.rows

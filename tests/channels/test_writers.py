"""Every folder under `outgoing/` is what one writer makes of some records; a case is added by adding a folder.

`records.json` holds the records and what a writer knows besides; `expected.*` the file, byte for byte (of a workbook its
cells, as CSV); `kept` in `records.json` the rows that must stay out: subject, column and problem.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from omscli.base.address import Address
from omscli.base.problems import Problem
from omscli.channels.opening import open_file
from omscli.channels.reader import Context
from omscli.channels.writer import Dispatch, Label, LabelItem, Offer, Record, Sending
from omscli.channels.writing import Layout, all_writers, laid_out, written
from omscli.errors import Refused

CASES = sorted(path.parent for path in (Path(__file__).parent / "outgoing").glob("*/*/records.json"))
TEXTS = ("=cmd|' /C calc'!A0", "@SUM(A1)", "\x1b[2J", "a\tb", "x\r\ny", "\u202egnp.exe", "<script>", '“quoted” "text"')


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
    for fields in case.writer.rows(case.records, case.sending):
        assert set(fields) <= case.writer.fields


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
    """Whatever stands in a name or a SKU: the file keeps its columns, and no cell of it runs."""
    found = written(case.writer, [_spoiled(one, text) for one in case.records], case.sending)

    if case.writer.suffix == "xlsx":
        rows = list(csv.reader(io.StringIO(as_csv(found.data).decode())))
    elif case.writer.quoting == "none":
        rows = [line.split(case.writer.delimiter) for line in found.data.decode(case.writer.encoding).split(case.writer.newline) if line]
    else:
        text_ = found.data.decode("utf-8-sig" if case.writer.encoding == "utf-8" else case.writer.encoding)
        rows = list(csv.reader(io.StringIO(text_, newline=""), delimiter=case.writer.delimiter))
    rows = [row for row in rows[len(case.writer.above) :] if row]
    assert {len(row) for row in rows} == {len(case.writer.columns)}
    assert len(rows) == found.rows + 1
    for row in rows[1:]:
        for cell in row:
            assert not cell.startswith(("=", "@", "\t")), "a formula went out"
            assert "\x1b" not in cell
            assert "\u202e" not in cell


def _spoiled(record: Record, text: str) -> Record:
    if isinstance(record, Offer):
        return replace(record, channel_sku=text)
    if isinstance(record, Dispatch):
        return replace(record, carrier=text, title=text)
    return replace(record, ship_to=replace(record.ship_to, name=text, line1=text), note=text)


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

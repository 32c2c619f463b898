from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

import pytest

from omscli.channels.opening import open_file
from omscli.errors import Refused

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


def workbook(*rows: tuple[object, ...]) -> bytes:
    """The smallest workbook with these rows in its one sheet."""

    def cell(value: object) -> str:
        if isinstance(value, bool):
            return f'<c t="b"><v>{int(value)}</v></c>'
        if isinstance(value, (int, float)):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>' if value else "<c/>"

    body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_RELS}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {_NS} xmlns:r="{_OFFICE}"><sheets><sheet name="Stock" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_RELS}"><Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet {_NS}><sheetData>{body}</sheetData></worksheet>")
    return out.getvalue()


def test_whole_numbers_of_a_workbook_are_whole_again(read: Callable[..., Any]) -> None:
    data = workbook(("Stock of today",), ("sku", "location", "on_hand"), (42, "main", 7.0), ("MUG", "main", 3))

    assert [(item["sku"], item["on_hand"]) for item in read("stock.xlsx", data)] == [("42", 7), ("MUG", 3)]
    assert open_file("stock.xlsx", data).encoding == "xlsx"


def test_ids_that_excel_has_rounded_are_refused(read: Callable[..., Any]) -> None:
    data = workbook(("order_id", "placed_at", "sku", "quantity", "channel"), (5763812345678901234, "2026-03-02", "MUG", 1, "web"))

    with pytest.raises(Refused, match="is a rounded number, not an order number"):
        read("orders.xlsx", data)


def test_a_zero_that_a_workbook_dropped_from_a_postcode_is_put_back(read: Callable[..., Any]) -> None:
    header = ("order_id", "placed_at", "sku", "quantity", "channel", "address1", "postcode", "country")

    told = read("orders.xlsx", workbook(header, ("A-1", "2026-03-02", "MUG", 1.0, "web", "1 King St", 2134, "US")))

    assert told[0]["ship_to"]["postcode"] == "02134"
    assert told[1]["problem"]["problem"] == "a postcode of US has five figures; taken as 02134"


def test_an_empty_workbook_and_a_damaged_one_say_so() -> None:
    with pytest.raises(Refused, match=r"stock\.xlsx is a workbook without any text"):
        open_file("stock.xlsx", workbook(("",)))
    with pytest.raises(Refused, match=r"stock\.xlsx is an Excel workbook that is cut off or damaged"):
        open_file("stock.xlsx", workbook(("sku",))[:-60] + b"xl/workbook.xml")


def workbook_with(cells: str) -> bytes:
    """A workbook whose sheet has this XML between its rows."""
    whole = workbook(("sku", "location", "on_hand"), ("MUG", "main", 3))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part).decode()
            new.writestr(part, text.replace("</sheetData>", f"{cells}</sheetData>") if "sheet1" in part else text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("cells", "cell"),
    [
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "XFD1048576"),
        ("<row><x:c s='1' r='AZ900000'><v>1</v></x:c></row>", "AZ900000"),
        ('<row r="900000"><c><v>1</v></c><c r="AZ1"><v>1</v></c></row>', "AZ900000"),
    ],
)
def test_a_cell_far_away_from_the_table_is_named_instead_of_filling_all_memory(cells: str, cell: str) -> None:
    with pytest.raises(Refused) as caught:
        open_file("stock.xlsx", workbook_with(cells))
    assert caught.value.message == f"stock.xlsx: a sheet of it reaches to cell {cell}: more than 20,000,000 cells"
    assert caught.value.hint == "delete what stands far away from the table (Ctrl+End goes there), or save the table as CSV UTF-8"


def test_cells_far_away_that_only_have_a_colour_do_not_matter(read: Callable[..., Any]) -> None:
    data = workbook_with('<row r="1048576" s="1"><c r="XFD1048576" s="1"/></row>')

    assert [item["sku"] for item in read("stock.xlsx", data)] == ["MUG"]


def test_a_workbook_that_unpacks_to_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omscli.channels.workbook._MOST_BYTES", 1000)
    with pytest.raises(Refused, match=r"stock\.xlsx unpacks to more than 1 GB"):
        open_file("stock.xlsx", workbook(("sku",)))


def test_a_time_that_no_calendar_has_is_refused() -> None:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet().write_number(0, 0, 1e9, book.add_format({"num_format": "[h]:mm"}))
    book.close()
    with pytest.raises(Refused, match=r"stock\.xlsx: a cell holds a time that no calendar has"):
        open_file("stock.xlsx", out.getvalue())

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
    with pytest.raises(Refused, match=r"stock\.xlsx is no Excel workbook that can be read"):
        open_file("stock.xlsx", workbook(("sku",))[:-60] + b"xl/workbook.xml")

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from omscli.base.problems import Problem
from omscli.channels.known.walmart import WRITERS
from omscli.channels.opening import open_file
from omscli.channels.reader import Context
from omscli.channels.writer import Dispatch, Sending
from omscli.channels.writing import Layout, written
from omscli.errors import Refused
from omscli.orders.incoming import IncomingOrder

USUAL = {
    "PO#": "107800000000001", "Order#": "200080000000001", "Order Date": "2026-03-01", "Ship By": "2026-03-04", "Delivery Date": "2026-03-09",
    "Customer Name": "Ada Birk", "Customer Phone Number": "5085550101", "Ship to Address 1": "7 Elm Way", "Ship to Address 2": "", "City": "Natick",
    "State": "MA", "Zip": "01760", "Line#": "1", "UPC": "400000000015", "Status": "Created", "Item Description": "Vase", "Shipping Method": "Value",
    "Shipping Tier": "STANDARD", "Qty": "2", "SKU": "VASE", "Item Cost": "10.5", "Shipping Cost": "1", "Tax": "0.7", "Update Status": "",
    "Seller Order NO": "", "Fulfillment Entity": "SellerFulfilled", "Replacement Order": "no", "Original Customer Order Id": "",
}  # fmt: skip
CONTEXT = Context("walmart", timezone="America/New_York")


def table(*rows: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(USUAL), lineterminator="\n")
    writer.writeheader()
    writer.writerows([{**USUAL, **row} for row in rows or ({},)])
    return out.getvalue().encode()


def workbook(*rows: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for at, row in enumerate([dict(zip(USUAL, USUAL, strict=True)), *({**USUAL, **one} for one in rows)]):
        sheet.write_row(at, 0, list(row.values()))
    book.close()
    return out.getvalue()


def items(data: bytes, context: Context = CONTEXT) -> list[Any]:
    return list(open_file("PO_Data.xlsx", data).items(context))


def order(*rows: dict[str, str]) -> IncomingOrder:
    (found,) = items(table(*rows))
    assert isinstance(found, IncomingOrder), found
    return found


def test_a_line_has_its_number_and_its_cost_is_that_of_all_units() -> None:
    found = order()
    (line,) = found.lines
    assert (found.order_id, found.state, found.payment) == ("107800000000001", "open", "paid")
    assert (line.line_id, line.sku, line.quantity, line.to_ship, line.unit_price, line.tax) == ("1", "VASE", 2, 2, 525, 70)
    assert (found.ship_by, found.deliver_by, found.shipping) == ("2026-03-04", "2026-03-09", 100)


def test_the_columns_of_the_address_count_and_the_postcode_tells_the_country() -> None:
    assert order().ship_to.country == "US"
    assert order({"Zip": "01760-1234"}).ship_to.country == "US"
    assert order({"Zip": "K1A0B1"}).ship_to.country == "CA"
    assert order({"Zip": "SW1A 1AA"}).ship_to.country == ""


@pytest.mark.parametrize(
    ("status", "state", "to_ship"),
    [
        ("Created", "open", 2),
        ("ACKNOWLEDGED", "open", 2),
        ("Shipped", "fulfilled", 0),
        ("Delivered", "fulfilled", 0),
        ("Cancelled", "cancelled", 0),
        ("Canceled", "cancelled", 0),
        ("Refund Pending", "unknown", 2),
    ],
)
def test_every_line_has_its_own_status(status: str, state: str, to_ship: int) -> None:
    found = order({"Status": status})
    assert (found.state, found.lines[0].to_ship) == (state, to_ship)
    assert found.raw_status == (status if state == "unknown" else "")


def test_one_open_line_keeps_an_order_open() -> None:
    found = order({"Status": "Shipped"}, {"Line#": "2", "SKU": "JUG"}, {"Line#": "3", "SKU": "LAMP", "Status": "Cancelled"})
    assert (found.state, [line.to_ship for line in found.lines]) == ("open", [0, 2, 0])


@pytest.mark.parametrize("entity", ["WFSFulfilled", "WFS Fulfilled", "Walmart Fulfillment Services"])
def test_what_walmart_sends_itself_is_ignored(entity: str) -> None:
    found = order({"Fulfillment Entity": entity})
    assert (found.state, found.lines[0].to_ship) == ("ignored", 0)


def test_a_replacement_names_the_order_that_it_replaces() -> None:
    found = order({"Replacement Order": "Yes", "Original Customer Order Id": "200080000000777"})
    assert found.tags == ("replacement",)
    assert found.other_ids == {"customer_order": "200080000000001", "replaces": "200080000000777"}


@pytest.mark.parametrize(
    ("method", "tier", "service"),
    [("Value", "STANDARD", "Value STANDARD"), ("Standard", "STANDARD", "Standard"), ("", "NEXT_DAY", "NEXT_DAY")],
)
def test_the_service_is_method_and_tier(method: str, tier: str, service: str) -> None:
    assert order({"Shipping Method": method, "Shipping Tier": tier}).service == service


def test_figures_of_a_workbook_become_whole_again() -> None:
    (found,) = items(workbook({"PO#": 107800000000002, "Order#": 200080000000002, "Line#": 1, "Qty": 2, "Item Cost": 10.5}))
    assert (found.order_id, found.other_ids["customer_order"]) == ("107800000000002", "200080000000002")
    assert (found.lines[0].line_id, found.lines[0].unit_price) == ("1", 525)


def test_a_rounded_po_number_refuses_the_file() -> None:
    with pytest.raises(Refused) as caught:
        items(table({"PO#": "1.078E+14"}))
    assert caught.value.message == "PO_Data.xlsx:2: PO# 1.078E+14 is a rounded number, not an order number"


def test_days_that_can_be_read_two_ways_ask_for_their_order() -> None:
    rows = {"Order Date": "3/1/2026", "Ship By": "3/4/2026", "Delivery Date": "3/9/2026"}
    (problem,) = items(table(rows))
    assert isinstance(problem, Problem)
    assert (problem.column, problem.problem) == ("Order Date", "a date that can be read two ways")
    assert problem.hint == "say which: --date-order dmy or --date-order mdy"
    (found,) = items(table(rows), Context("walmart", timezone="America/New_York", date_order="mdy"))
    assert (found.placed_at, found.ship_by) == ("2026-03-01T05:00:00Z", "2026-03-04")


def test_a_day_of_one_column_proves_the_order_of_all() -> None:
    found = order({"Order Date": "3/1/2026", "Ship By": "3/4/2026", "Delivery Date": "3/19/2026"})
    assert (found.placed_at, found.ship_by, found.deliver_by) == ("2026-03-01T05:00:00Z", "2026-03-04", "2026-03-19")


def test_the_file_that_goes_to_walmart_is_not_one_that_comes_from_it() -> None:
    sent = Dispatch("107800000000001", "1", "VASE", "Vase", 2, "ups", "", "1Z1", "", "2026-03-02T14:00:00Z")
    data = written(WRITERS[0], [sent], Sending("walmart", now=_now())).data
    (problem,) = items(data)
    assert (problem.column, problem.problem) == ("Update Status", "is a file for Walmart, not from it")
    assert problem.hint == "download the PO file of Seller Center"


def test_what_the_upload_asks_for_is_kept_with_the_order(read_one: Callable[..., Any]) -> None:
    told = read_one("PO_Data.csv", table({"Seller Order NO": "S-1"}), channel="walmart")
    sent = Dispatch("107800000000001", "1", "VASE", "Vase", 2, "ups", "", "1Z1", "", "2026-03-02T14:00:00Z", other_ids=told["other_ids"])
    layout = Layout(columns={"Order#": "customer_order", "Seller Order NO": "seller_order", "Item": "title", "Date": "shipped_on"})
    (row,) = WRITERS[0].rows([sent], Sending("walmart", now=_now()))
    assert [row[name] for name in (layout.columns or {}).values()] == ["200080000000001", "S-1", "Vase", "2026-03-02"]


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime(2026, 3, 2, 15, tzinfo=UTC)

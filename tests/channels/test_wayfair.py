from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from omscli.channels.opening import open_file
from omscli.channels.reader import Context
from omscli.orders.incoming import IncomingOrder

US = {
    "Warehouse Name": "Mug Shop", "PO Number": "CS110000001", "PO Date": "03/01/2026", "Must Ship By": "03/04/2026", "Backorder Date": "",
    "Order Status": "Open", "Item Number": "VASE", "Item Name": "Vase", "Quantity": "2", "Wholesale Price": "10.50", "Ship Method": "UPS Ground",
    "Carrier Name": "UPS", "Shipping Account Number": "00A1B2", "Ship To Name": "Ada Birk", "Ship To Address": "7 Elm Way", "Ship To Address 2": "",
    "Ship To City": "Natick", "Ship To State": "MA", "Ship To Zip": "01760", "Ship To Phone": "5085550101", "PO Date & Time": "03/01/2026 08:05:00",
    "Customization Text": "", "Backorder Reason": "", "SKU": "W000000009", "Destination Country": "US", "B2BOrder": "",
}  # fmt: skip
EUROPE = {
    {"Must Ship By": "Must Dispatch by", "Ship To Zip": "Deliver to Postal Code", "Ship To Name": "Deliver to Name"}.get(key, key): value
    for key, value in US.items()
}


def items(usual: dict[str, str], *rows: dict[str, str], date_order: str | None = None) -> list[Any]:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(usual), lineterminator="\n")
    writer.writeheader()
    writer.writerows([{**usual, **row} for row in rows or ({},)])
    return list(open_file("orders.csv", out.getvalue().encode()).items(Context("wayfair", timezone="UTC", date_order=date_order)))


def order(usual: dict[str, str], *rows: dict[str, str], date_order: str | None = None) -> IncomingOrder:
    (found,) = items(usual, *rows, date_order=date_order)
    assert isinstance(found, IncomingOrder), found
    return found


def test_a_purchase_order_names_carrier_account_and_the_last_day_to_ship() -> None:
    found = order(US)
    assert (found.state, found.payment, found.service, found.ship_by) == ("open", "paid", "UPS Ground", "2026-03-04")
    assert found.other_ids == {"carrier": "UPS", "carrier_account": "00A1B2", "warehouse": "Mug Shop"}
    assert [(line.sku, line.to_ship, line.unit_price) for line in found.lines] == [("VASE", 2, 1050)]


def test_american_files_have_the_month_first_and_european_ones_the_day() -> None:
    assert (order(US).placed_at, order(US).ship_by) == ("2026-03-01T08:05:00Z", "2026-03-04")
    found = order(EUROPE)
    assert (found.placed_at, found.ship_by, found.ship_to.name, found.ship_to.postcode) == (
        "2026-01-03T08:05:00Z",
        "2026-04-03",
        "Ada Birk",
        "01760",
    )
    assert order(EUROPE, {"PO Date & Time": "2026-03-01 08:05:00"}).placed_at == "2026-03-01T08:05:00Z"


def test_the_figures_and_the_sellers_word_say_more_than_the_names_of_the_columns() -> None:
    assert order(US, {"Must Ship By": "14/03/2026"}).placed_at == "2026-01-03T08:05:00Z"
    assert order(US, date_order="dmy").ship_by == "2026-04-03"


def test_the_sellers_number_counts_and_loses_its_guard() -> None:
    assert order(US, {"Item Number": '="00815"'}).lines[0].sku == "00815"
    assert order(US, {"Item Number": ""}).lines[0].sku == "W000000009"


@pytest.mark.parametrize(
    ("status", "state", "to_ship"),
    [
        ("Open", "open", 2),
        ("Ready For Pickup", "open", 2),
        ("Pending Ship Confirmation", "open", 2),
        ("Shipped", "fulfilled", 0),
        ("Returned", "fulfilled", 0),
        ("Cancelled", "cancelled", 0),
        ("Canceled", "cancelled", 0),
        ("Being thought about", "unknown", 2),
    ],
)
def test_the_status_tells_what_is_left(status: str, state: str, to_ship: int) -> None:
    found = order(US, {"Order Status": status})
    assert (found.state, found.lines[0].to_ship) == (state, to_ship)
    assert found.raw_status == (status if state == "unknown" else "")


def test_a_backorder_is_told_on_the_line_and_as_a_tag() -> None:
    found = order(US, {"Backorder Date": "03/20/2026", "Backorder Reason": "Late boat", "Customization Text": "Initials: A. B."})
    assert found.tags == ("backorder",)
    assert found.lines[0].note == "Initials: A. B.\nbackordered to 03/20/2026 (Late boat)"


def test_what_wayfairs_own_warehouse_sends_is_ignored() -> None:
    found = order(US, {"Warehouse Name": "CastleGate Mug Shop WH27"})
    assert (found.state, found.lines[0].to_ship) == ("ignored", 0)


def test_a_line_of_no_units_is_no_line() -> None:
    found = order(US, {"Order Status": "Cancelled", "Quantity": "0"})
    assert (found.state, found.payment, found.lines) == ("cancelled", "voided", [])


def test_a_business_order_has_a_tag() -> None:
    assert order(US, {"B2BOrder": "True"}).tags == ("business",)

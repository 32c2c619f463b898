from __future__ import annotations

import csv
import io

import pytest

from omscli.base.problems import Problem
from omscli.channels.opening import open_file
from omscli.channels.reader import Context
from omscli.orders.holds import HoldPolicy, standing
from omscli.orders.incoming import IncomingOrder

ROW = {
    "Order Date": "January 23, 2026", "Order Number": "QW12ER34TY", "Product Name": "Bag", "Option Name": "Tan", "SKU": "BAG-T", "Status": "New",
    "Quantity": "4", "Wholesale Price": "$26.70", "Retail Price": "$60", "Ship Date": "No ship date",
    "Scheduled Order Date": "No scheduled order date",
}  # fmt: skip


def items(*rows: dict[str, str], currency: str = "USD") -> list[object]:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(ROW), lineterminator="\n")
    writer.writeheader()
    writer.writerows([{**ROW, **row} for row in rows or ({},)])
    return list(open_file("faire.csv", out.getvalue().encode()).items(Context("faire", currency=currency, timezone="America/New_York")))


def order(*rows: dict[str, str], currency: str = "USD") -> IncomingOrder:
    (found,) = items(*rows, currency=currency)
    assert isinstance(found, IncomingOrder), found
    return found


def test_a_new_order_is_paid_and_open_and_has_wholesale_prices() -> None:
    found = order()
    assert (found.order_id, found.placed_at, found.state, found.payment) == ("QW12ER34TY", "2026-01-23T05:00:00Z", "open", "paid")
    (line,) = found.lines
    assert (line.sku, line.title, line.quantity, line.to_ship, line.unit_price) == ("BAG-T", "Bag [Tan]", 4, 4, 2670)
    assert (found.ship_by, found.note) == (None, "")


def test_it_waits_for_an_address_that_the_file_never_has() -> None:
    found = order()
    assert "ship_to" in found.silent
    (hold,) = standing(found, {}, HoldPolicy("USD"))
    assert (hold.kind, hold.reason) == ("address", "the address has no name and no street and no town or postcode and no country")


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Processing", "open"), ("shipped", "fulfilled"), ("Delivered", "fulfilled"), ("Canceled", "cancelled"), ("Cancelled", "cancelled"),
        ("Lost", "unknown"),
    ],
)  # fmt: skip
def test_each_status_is_a_state(word: str, state: str) -> None:
    found = order({"Status": word})
    assert (found.state, found.raw_status) == (state, word if state == "unknown" else "")
    assert bool(found.lines[0].to_ship) == (state in ("open", "unknown"))


def test_a_cancelled_item_of_an_open_order_is_not_owed() -> None:
    found = order({}, {"Status": "Canceled", "SKU": "BAG-B"})
    assert (found.state, [line.to_ship for line in found.lines]) == ("open", [4, 0])


def test_the_ship_date_of_an_open_order_is_its_deadline() -> None:
    assert order({"Ship Date": "January 26, 2026"}).ship_by == "2026-01-26"
    assert order({"Ship Date": "January 26, 2026", "Status": "Delivered"}).ship_by is None


def test_an_order_for_a_later_day_says_so() -> None:
    assert order({"Scheduled Order Date": "June 15, 2026"}).note == "Ordered for 2026-06-15"


def test_the_default_option_is_none_and_names_no_goods() -> None:
    assert order({"SKU": "", "Option Name": "default"}).lines[0].sku == "Bag"
    assert order({"SKU": ""}).lines[0].sku == "Bag [Tan]"


@pytest.mark.parametrize(
    ("price", "home", "currency", "cents"),
    [
        ("$65", "USD", "USD", 6500),
        ("$65", "CAD", "CAD", 6500),
        ("$65", "EUR", "USD", 6500),
        ("CA$1,020.50", "USD", "CAD", 102050),
        ("€26.70", "USD", "EUR", 2670),
        ("£5", "USD", "GBP", 500),
    ],
)
def test_the_mark_of_a_price_tells_its_currency(price: str, home: str, currency: str, cents: int) -> None:
    found = order({"Wholesale Price": price}, currency=home)
    assert (found.currency, found.lines[0].unit_price) == (currency, cents)


def test_a_day_that_is_none_sets_the_order_aside() -> None:
    (found,) = items({"Order Date": "Yesterday"})
    assert isinstance(found, Problem)
    assert (found.column, found.problem) == ("Order Date", "not a date")

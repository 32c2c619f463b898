"""Faire's list of ordered items (wholesale): one row an item, and no word about the retailer.

An order of this file waits until it has an address: enter it with `oms order edit ORDER --set name=… --set line1=…` (and city,
region, postcode, country). Later files of Faire leave it as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from omscli.channels.cells import given, identifier, money, quantity
from omscli.channels.dates import local_instant, named_day
from omscli.channels.grouping import each, orders
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.channels.states import whole_state
from omscli.orders.incoming import IncomingLine, IncomingOrder


class Row(NamedTuple):
    """The columns used. The retail price is what the shop asks of its own customers."""

    line: int
    order_date: str
    order_number: str
    product_name: str
    status: str
    quantity: str
    wholesale_price: str
    option_name: str = ""
    sku: str = ""
    ship_date: str = ""
    scheduled_order_date: str = ""


_STATES = {
    "new": "open",
    "processing": "open",
    "shipped": "fulfilled",
    "delivered": "fulfilled",
    "canceled": "cancelled",
    "cancelled": "cancelled",
}
_SILENT = frozenset({"ship_to", "email", "service", "tags", "totals"})
# These marks say which money it is. A bare `$` is the seller's own dollar, or the American one where he has none.
_MARKS = {"CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "US$": "USD", "€": "EUR", "£": "GBP"}
_DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD"})
# What stands where there is no date.
_NO_DATE = ("no ship date", "no scheduled order date")


def _read(sheet: Sheet, context: Context) -> Iterator[Item]:
    return orders(sheet, Row, lambda row: row.order_number, "order_number", partial(_order, context), key_columns=("order_number",))


def _order(context: Context, order_id: str, rows: list[Row]) -> IncomingOrder:
    """The order. Its rows have a status each, and what is done with all of them is done with the order."""
    first = rows[0]
    currency = _currency(first.wholesale_price, context)
    state = whole_state({_STATES.get(row.status.casefold(), "unknown") for row in rows})
    strange = next((row.status for row in rows if row.status.casefold() not in _STATES), "")
    wished = _day(first.scheduled_order_date, "scheduled_order_date")
    return IncomingOrder(
        channel=context.channel,
        order_id=order_id,
        placed_at=local_instant(named_day(first.order_date, "order_date")[0], "", context.timezone),
        state=state,
        payment="voided" if state == "cancelled" else "paid",
        currency=currency,
        lines=each(rows, partial(_line, currency)),
        raw_status=strange,
        ship_by=_day(first.ship_date, "ship_date") if state == "open" else None,
        note=f"Ordered for {wished}" if wished else "",
        silent=_SILENT,
        source_line=first.line,
    )


def _currency(price: str, context: Context) -> str:
    marked = next((code for mark, code in _MARKS.items() if mark in price), None)
    return marked or ("USD" if "$" in price and context.currency not in _DOLLARS else context.currency)


def _day(text: str, column: str) -> str | None:
    return named_day(text, column)[0].isoformat() if text and text.casefold() not in _NO_DATE else None


def _line(currency: str, row: Row) -> IncomingLine:
    """A line. Without a SKU product and option name the goods; the option `default` is none."""
    units = quantity(row.quantity, "quantity")
    option = "" if row.option_name.casefold() == "default" else row.option_name
    title = f"{row.product_name} [{option}]" if option else row.product_name
    left = _STATES.get(row.status.casefold(), "open") == "open"
    price = money(row.wholesale_price, "wholesale_price", currency)
    sku = identifier(row.sku, "sku") or given(title, "product_name")
    return IncomingLine("", sku, title, units, units if left else 0, price)


READERS = (
    Reader(
        name="faire",
        form="items",
        read=_read,
        columns=Row,
        must=frozenset({"order_number", "wholesale_price", "scheduled_order_date"}),
    ),
)

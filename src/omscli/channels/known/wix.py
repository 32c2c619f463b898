"""Wix Stores' order export, one row an item. The address of the bill repeats the columns of the delivery: the first ones count.

Date and time stand in two columns, on the site's clock; countries have three letters (`DEU`), regions the country in front
(`DE-BE`). Some columns of the order, such as what was paid back, differ from row to row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import NamedTuple

from omscli.base.address import Address
from omscli.base.text import fold
from omscli.channels.addresses import address, location_named
from omscli.channels.cells import CellError, given, identifier, money, quantity
from omscli.channels.countries import country_code
from omscli.channels.dates import any_day, clock_24, local_instant, named_day, settled_order
from omscli.channels.grouping import each, orders
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.channels.states import whole_state
from omscli.orders.incoming import IncomingLine, IncomingOrder


class Row(NamedTuple):
    """The columns used."""

    line: int
    order_number: str
    date_created: str
    item: str
    qty: str
    fulfillment_status: str
    payment_status: str
    time: str = ""
    fulfill_by: str = ""
    contact_email: str = ""
    note_from_customer: str = ""
    additional_checkout_info: str = ""
    variant: str = ""
    sku: str = ""
    quantity_refunded: str = ""
    price: str = ""
    custom_text: str = ""
    delivery_method: str = ""
    recipient_name: str = ""
    recipient_phone: str = ""
    recipient_company_name: str = ""
    delivery_country: str = ""
    delivery_state: str = ""
    delivery_state_name: str = ""
    delivery_city: str = ""
    delivery_address: str = ""
    delivery_zip_postal_code: str = ""
    shipping_rate: str = ""
    total_tax: str = ""
    total: str = ""
    currency: str = ""


_STATES = {
    "unfulfilled": "open",
    "not fulfilled": "open",
    "partially fulfilled": "open",
    "fulfilled": "fulfilled",
    "delivered": "fulfilled",
    "canceled": "cancelled",
    "cancelled": "cancelled",
}
_PAYMENTS = {
    "paid": "paid",
    "unpaid": "pending",
    "not paid": "pending",
    "pending": "pending",
    "authorized": "pending",
    "partially paid": "pending",
    "partially refunded": "partially_refunded",
    "refunded": "refunded",
    "fully refunded": "refunded",
    "canceled": "voided",
    "cancelled": "voided",
    "voided": "voided",
}
_MONTH = re.compile(r"[A-Za-z]{3}")
_PICKUP = re.compile(r"\b(pick-?up|pick up|collect(ion)?)\b", re.IGNORECASE)


def _read(sheet: Sheet, context: Context) -> Iterator[Item]:
    # Wix writes the month as a word; figures are what a spreadsheet made of it, in an order that it does not tell.
    build = partial(_order, sheet, context, settled_order(sheet.column("date_created"), "ymd", context.date_order))
    return orders(sheet, Row, lambda row: row.order_number, "order_number", build)


def _order(sheet: Sheet, context: Context, date_order: str, order_id: str, rows: list[Row]) -> IncomingOrder:
    first = rows[0]
    currency = first.currency or context.currency
    state = whole_state({_state(row) for row in rows})
    lines = each(rows, partial(_line, currency))
    if state == "open" and not any(line.to_ship for line in lines):
        state = "fulfilled"
    order = IncomingOrder(
        channel=context.channel,
        order_id=order_id,
        placed_at=_placed_at(first, context.timezone, date_order),
        state=state,
        payment=_payment(rows, state),
        currency=currency,
        lines=lines,
        ship_to=_address(sheet, first),
        raw_status=next((row.fulfillment_status for row in rows if _state(row) == "unknown"), "") if state == "unknown" else "",
        email=first.contact_email,
        service=first.delivery_method,
        ship_by=_day(first.fulfill_by, "fulfill_by", context.timezone, date_order) if first.fulfill_by else None,
        note="\n".join(filter(None, (first.note_from_customer, first.additional_checkout_info))),
        shipping=money(first.shipping_rate, "shipping_rate", currency),
        tax=money(first.total_tax, "total_tax", currency),
        total=money(first.total, "total", currency),
        silent=frozenset({"tags"}),
        source_line=first.line,
    )
    _pickup(order, context)
    order.doubts = tuple(_doubts(order, rows))
    return order


def _state(row: Row) -> str:
    return _STATES.get(fold(row.fulfillment_status), "unknown")


def _payment(rows: list[Row], state: str) -> str:
    """The payment by all rows: the refund of one item stands on its own row, beside rows that are still called paid."""
    words = {_PAYMENTS.get(fold(row.payment_status), "unknown") for row in rows}
    if len(words) == 1:
        (word,) = words
        return "voided" if (word, state) == ("pending", "cancelled") else word
    return "partially_refunded" if words <= {"paid", "refunded", "partially_refunded"} else "unknown"


def _pickup(order: IncomingOrder, context: Context) -> None:
    """Who collects has an address all the same; without a place to collect from, nothing may be sent there."""
    if _PICKUP.search(order.service):
        only = next(iter(context.locations)) if len(context.locations) == 1 else None
        order.pickup_location = location_named(order.service, context) or only


def _doubts(order: IncomingOrder, rows: list[Row]) -> Iterator[str]:
    """What the file leaves open of an order that waits."""
    if order.state != "open":
        return
    if any(fold(row.fulfillment_status) == "partially fulfilled" for row in rows):
        yield "Wix says that a part of it has left, and not which"
    if _PICKUP.search(order.service) and order.pickup_location is None:
        yield f"the buyer collects it (“{order.service}”), and no location is called so"
    if not order.service and order.ship_to.is_empty:
        yield "the file names no delivery: digital goods, a service, or a pickup"


def _placed_at(row: Row, zone: str, date_order: str) -> str:
    day = _day(row.date_created, "date_created", zone, date_order)
    try:
        return local_instant(date.fromisoformat(day), clock_24(row.time, "time"), zone)
    except ValueError as error:
        if isinstance(error, CellError):
            raise
        raise CellError("time", row.time, "not a time of day", "it takes a form like 9:15:51 AM") from None


def _day(text: str, column: str, zone: str, date_order: str) -> str:
    """The date of `Dec 8, 2024`, or of what a spreadsheet made of it."""
    if _MONTH.search(text):
        return named_day(text, column)[0].isoformat()
    return any_day(text, column, zone, date_order)


def _address(sheet: Sheet, row: Row) -> Address:
    country = country_code(row.delivery_country)
    region = row.delivery_state or row.delivery_state_name
    parts = Address(
        name=row.recipient_name,
        company=row.recipient_company_name,
        line1=row.delivery_address,
        city=row.delivery_city,
        region=region.removeprefix(f"{country}-") if country else region,
        postcode=row.delivery_zip_postal_code,
        country=country,
        phone=row.recipient_phone,
    )
    return address(sheet, row.line, ("delivery_zip_postal_code", "recipient_phone"), parts)


def _line(currency: str, row: Row) -> IncomingLine:
    """A line. Goods without a SKU go by name and variant; what was paid back is not sent."""
    units = quantity(row.qty, "qty")
    refunded = quantity(row.quantity_refunded or "0", "quantity_refunded", 0)
    return IncomingLine(
        "",
        identifier(row.sku, "sku") or f"{given(row.item, 'item')} {row.variant}".strip(),
        f"{row.item} [{row.variant}]" if row.variant else row.item,
        units,
        max(0, units - refunded) if _state(row) in ("open", "unknown") else 0,
        money(row.price, "price", currency),
        note=row.custom_text,
    )


READERS = (
    Reader(
        name="wix",
        form="orders",
        read=_read,
        columns=Row,
        must=frozenset({"order_number", "date_created", "total_order_quantity"}),
        first_wins=True,
    ),
)

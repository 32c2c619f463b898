"""Squarespace's orders export. It looks like Shopify's, but names the order in `Order ID` and the variant in a column of its own.

The first row of an order tells everything, the rows after it only their item. Fields of the shop's own forms come as columns of
their own: those of the checkout go into the order's note, those of a product into its line's. Private notes are for the shop's
staff and stay out: a note stands on the slip that the buyer gets.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from omscli.base.address import Address
from omscli.channels.addresses import address, location_named
from omscli.channels.cells import CellError, given, identifier, money, quantity, yes
from omscli.channels.dates import any_instant, settled_order
from omscli.channels.grouping import RowsError, each, orders
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.shapes import further, wider
from omscli.channels.sheet import Sheet
from omscli.orders.incoming import IncomingLine, IncomingOrder


class Row(NamedTuple):
    """The columns used, besides those of forms."""

    line: int
    order_id: str
    financial_status: str
    created_at: str
    lineitem_quantity: str
    lineitem_name: str
    lineitem_price: str = ""
    lineitem_sku: str = ""
    lineitem_variant: str = ""
    lineitem_requires_shipping: str = ""
    lineitem_fulfillment_status: str = ""
    email: str = ""
    fulfillment_status: str = ""
    currency: str = ""
    shipping: str = ""
    taxes: str = ""
    amount_refunded: str = ""
    total: str = ""
    discount_amount: str = ""
    shipping_method: str = ""
    shipping_name: str = ""
    shipping_address1: str = ""
    shipping_address2: str = ""
    shipping_city: str = ""
    shipping_zip: str = ""
    shipping_province: str = ""
    shipping_country: str = ""
    shipping_phone: str = ""
    billing_phone: str = ""
    cancelled_at: str = ""


_PAYMENTS = {
    "paid": "paid",
    "authorized": "pending",
    "pending": "pending",
    "refunded": "refunded",
    "partially refunded": "partially_refunded",
    "voided": "voided",
    "failed": "voided",
}
_OPEN = frozenset({"", "pending", "unfulfilled", "partially fulfilled"})
_SENT = frozenset({"fulfilled", "shipped"})
_GONE = frozenset({"cancelled", "canceled", "refunded"})
_PICKUP = re.compile(r"\b(pick ?up|collect(ion)?)\b", re.IGNORECASE)
_CHECKOUT, _PRODUCT = "checkout_form_", "product_form_"


def _read(sheet: Sheet, context: Context) -> Iterator[Item]:
    date_order = settled_order(sheet.column("created_at"), "ymd", context.date_order)
    once = [key for key, times in Counter(sheet.keys).items() if times == 1]
    forms = sorted(key for key in once if key.startswith((_CHECKOUT, _PRODUCT)))
    build = partial(_order, sheet, context, date_order, forms)
    return orders(sheet, wider(Row, forms), lambda row: row.order_id, "order_id", build, key_columns=("order_id",))


def _form(row: Row, forms: list[str], prefix: str) -> str:
    """What was filled in, a line for each field. Its name is told as the column's key has it, however the header is written."""
    fields = ((key, text) for key, text in zip(forms, further(Row, row), strict=True) if key.startswith(prefix) and text)
    return "\n".join(f"{key.removeprefix(prefix).replace('_', ' ').capitalize()}: {text}" for key, text in fields)


def _order(sheet: Sheet, context: Context, date_order: str, forms: list[str], order_id: str, rows: list[Row]) -> IncomingOrder:
    first = next((row for row in rows if row.financial_status or row.created_at), None)
    if first is None:
        problem = CellError(
            "financial_status", "", f"the first row of order {order_id} is missing", "download the file again, with all its rows"
        )
        raise RowsError([(row.line, problem) for row in rows])
    currency = first.currency or context.currency
    order = IncomingOrder(
        channel=context.channel,
        order_id=order_id,
        placed_at=any_instant(first.created_at, "created_at", context.timezone, date_order),
        state="open",
        payment=_payment(first, currency),
        currency=currency,
        lines=each(rows, partial(_line, currency, forms)),
        ship_to=_address(sheet, first),
        email=first.email,
        service=first.shipping_method,
        note=_form(first, forms, _CHECKOUT),
        shipping=money(first.shipping, "shipping", currency),
        tax=money(first.taxes, "taxes", currency),
        discount=money(first.discount_amount, "discount_amount", currency),
        total=money(first.total, "total", currency),
        silent=frozenset({"tags"}),
        source_line=rows[0].line,
    )
    _settle(order, first, rows, context)
    return order


def _word(text: str) -> str:
    return text.casefold().replace("_", " ")


def _payment(row: Row, currency: str) -> str:
    payment = _PAYMENTS.get(_word(row.financial_status), "unknown")
    back = money(row.amount_refunded, "amount_refunded", currency)
    if payment != "paid" or not back:
        return payment
    total = money(row.total, "total", currency)
    return "refunded" if total and abs(back) >= total else "partially_refunded"


def _address(sheet: Sheet, row: Row) -> Address:
    """Where it goes. The address of the bill is never taken for it; its telephone number is."""
    parts = Address(
        name=row.shipping_name,
        line1=row.shipping_address1,
        line2=row.shipping_address2,
        city=row.shipping_city,
        region=row.shipping_province,
        postcode=row.shipping_zip,
        country=row.shipping_country,
        phone=row.shipping_phone or row.billing_phone,
    )
    return address(sheet, row.line, ("shipping_zip", "shipping_phone" if row.shipping_phone else "billing_phone"), parts)


def _line(currency: str, forms: list[str], row: Row) -> IncomingLine:
    """A line. Without a SKU name and variant are all there is to know the goods by."""
    units = quantity(row.lineitem_quantity, "lineitem_quantity")
    title = f"{row.lineitem_name} [{row.lineitem_variant}]" if row.lineitem_variant else row.lineitem_name
    ships = yes(row.lineitem_requires_shipping, "lineitem_requires_shipping", default=True)
    done = _word(row.lineitem_fulfillment_status) in _SENT | _GONE
    return IncomingLine(
        "",
        identifier(row.lineitem_sku, "lineitem_sku") or given(title, "lineitem_name"),
        title,
        units,
        units if ships and not done else 0,
        money(row.lineitem_price, "lineitem_price", currency),
        note=_form(row, forms, _PRODUCT),
    )


def _settle(order: IncomingOrder, first: Row, rows: list[Row], context: Context) -> None:
    """State, what is left to ship, and the place where an order without address is collected."""
    word = _word(first.fulfillment_status)
    lines = [row.lineitem_fulfillment_status for row in rows]
    strange = next((one for one in [first.fulfillment_status, *lines] if _word(one) not in _OPEN | _SENT | _GONE), None)
    if first.cancelled_at or word in _GONE:
        order.state = "cancelled"
    elif word in _SENT:
        order.state = "fulfilled"
    elif strange is not None:
        order.state, order.raw_status = "unknown", strange
    elif not any(line.to_ship for line in order.lines):
        order.state = "fulfilled"
    if order.state not in ("open", "unknown"):
        for line in order.lines:
            line.to_ship = 0
        return
    collected = bool(_PICKUP.search(order.service))
    if collected or order.ship_to.is_empty:
        order.pickup_location = location_named(order.service, context)
    order.doubts = tuple(_doubts(order, word, lines, collected=collected))


def _doubts(order: IncomingOrder, word: str, lines: list[str], *, collected: bool) -> Iterator[str]:
    """What the file says only of the order as a whole."""
    if collected and order.pickup_location is None:
        yield f"the buyer collects it (“{order.service}”), and no location is called so"
    if word == "partially fulfilled" and not any(_word(one) in _SENT for one in lines):
        yield "a part has left, and the file does not say which"
    if order.payment == "partially_refunded":
        yield "a part was paid back, and the file does not say for which goods"


READERS = (
    Reader(
        name="squarespace",
        form="orders",
        read=_read,
        columns=Row,
        must=frozenset({"order_id", "financial_status", "lineitem_variant"}),
        must_not=frozenset({"name"}),
    ),
)

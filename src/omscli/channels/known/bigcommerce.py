"""BigCommerce's orders export: one row an order, its products packed into one cell.

Days stand as the shop writes them, and the time in a column of its own. The notes of the staff stay out: a note stands on the slip
that the buyer gets.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from omscli.base.address import Address
from omscli.channels.addresses import address, location_named
from omscli.channels.cells import CellError, given, identifier, money, quantity
from omscli.channels.dates import any_instant, settled_order
from omscli.channels.grouping import orders
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.orders.incoming import IncomingLine, IncomingOrder


class Row(NamedTuple):
    """The columns used. Shops make templates of their own, so nearly all of them may be missing."""

    line: int
    order_id: str
    order_date: str
    order_status: str
    product_details: str
    order_time: str = ""
    customer_email: str = ""
    customer_phone: str = ""
    order_currency_code: str = ""
    order_total_inc_tax: str = ""
    tax_total: str = ""
    shipping_cost_inc_tax: str = ""
    refund_amount: str = ""
    ship_method: str = ""
    total_quantity: str = ""
    total_shipped: str = ""
    customer_message: str = ""
    shipping_name: str = ""
    shipping_first_name: str = ""
    shipping_last_name: str = ""
    shipping_company: str = ""
    shipping_street_1: str = ""
    shipping_street_2: str = ""
    shipping_suburb: str = ""
    shipping_state: str = ""
    shipping_zip: str = ""
    shipping_country: str = ""
    shipping_phone: str = ""


# Status: what is left to do, and whether it is paid. Whether a disputed order is, or one that must be verified, nobody knows.
_STATES = {
    "awaiting fulfillment": ("open", "paid"),
    "awaiting shipment": ("open", "paid"),
    "awaiting pickup": ("open", "paid"),
    "partially shipped": ("open", "paid"),
    "partially refunded": ("open", "partially_refunded"),
    "awaiting payment": ("open", "pending"),
    "pending": ("open", "pending"),
    "incomplete": ("open", "pending"),
    "disputed": ("open", "unknown"),
    "manual verification required": ("open", "unknown"),
    "shipped": ("fulfilled", "paid"),
    "completed": ("fulfilled", "paid"),
    "cancelled": ("cancelled", "voided"),
    "canceled": ("cancelled", "voided"),
    "declined": ("cancelled", "voided"),
    "refunded": ("cancelled", "refunded"),
}
# Columns without which the file says nothing about a part of the order.
_PARTS = {
    "ship_to": "shipping_street_1",
    "email": "customer_email",
    "service": "ship_method",
    "note": "customer_message",
    "totals": "order_total_inc_tax",
}
_PICKUP = re.compile(r"\b(pick ?up|collect(ion)?)\b", re.IGNORECASE)
_PRODUCT = re.compile(r"\|(?=Product ID: [0-9]*, Product )")
# Buyers write into the variation, so only a comma before a name of this form begins the next field.
_FIELD = re.compile(r", (?=(?:Product|Peachtree) [A-Z][A-Za-z ]*: )")


def _read(sheet: Sheet, context: Context) -> Iterator[Item]:
    silent = frozenset({"tags", *(part for part, column in _PARTS.items() if not sheet.has(column))})
    date_order = settled_order(sheet.column("order_date"), "ymd", context.date_order)
    return orders(
        sheet, Row, lambda row: row.order_id, "order_id", partial(_order, sheet, context, silent, date_order), key_columns=("order_id",)
    )


def _order(sheet: Sheet, context: Context, silent: frozenset[str], date_order: str, order_id: str, rows: list[Row]) -> IncomingOrder:
    if len(rows) > 1:
        raise CellError("order_id", order_id, "stands in more than one row", "this file has one row an order: download it again")
    (row,) = rows
    currency = row.order_currency_code or context.currency
    state, payment = _STATES.get(row.order_status.casefold(), ("unknown", "unknown"))
    order = IncomingOrder(
        channel=context.channel,
        order_id=order_id,
        placed_at=any_instant(f"{row.order_date} {row.order_time}".strip(), "order_date", context.timezone, date_order),
        state=state,
        payment=payment,
        currency=currency,
        lines=[_line(currency, product) for product in _products(row.product_details)],
        ship_to=_address(sheet, row),
        raw_status=row.order_status if state == "unknown" else "",
        email=row.customer_email,
        service=row.ship_method,
        note=row.customer_message,
        shipping=money(row.shipping_cost_inc_tax, "shipping_cost_inc_tax", currency),
        tax=money(row.tax_total, "tax_total", currency),
        total=money(row.order_total_inc_tax, "order_total_inc_tax", currency),
        silent=silent,
        source_line=row.line,
    )
    _settle(order, row, context)
    return order


def _address(sheet: Sheet, row: Row) -> Address:
    parts = Address(
        row.shipping_name or f"{row.shipping_first_name} {row.shipping_last_name}".strip(), row.shipping_company, row.shipping_street_1,
        row.shipping_street_2, row.shipping_suburb, row.shipping_state, row.shipping_zip, row.shipping_country,
        row.shipping_phone or row.customer_phone,
    )  # fmt: skip
    return address(sheet, row.line, ("shipping_zip", "shipping_phone" if row.shipping_phone else "customer_phone"), parts)


def _products(cell: str) -> Iterator[dict[str, str]]:
    """The products of a `Product Details` cell: `|` between products, a comma between fields.

    Where a name comes twice, somebody wrote it into the variation, which stands behind the name and in front of the prices.
    """
    for product in _PRODUCT.split(given(cell, "product_details")):
        fields: dict[str, str] = {}
        for part in _FIELD.split(product):
            name, _, text = part.partition(": ")
            if name not in fields or name.endswith(" Price"):
                fields[name] = html.unescape(text).strip()
        if "Product Qty" not in fields:
            raise CellError("product_details", cell[:80], "not a list of products", "export the orders again with the default template")
        yield fields


def _line(currency: str, product: dict[str, str]) -> IncomingLine:
    """A line. Without a SKU the shop's own number of the product and the chosen variation name the goods."""
    units = quantity(product["Product Qty"], "product_details")
    variation = product.get("Product Variation Details", "")
    name = product.get("Product Name", "")
    sku = identifier(product.get("Product SKU", ""), "product_details") or f"{product.get('Product ID', '')} {variation}".strip()
    return IncomingLine(
        "",
        given(sku or name, "product_details"),
        f"{name} [{variation}]" if variation else name,
        units,
        units,
        money(product.get("Product Unit Price", ""), "product_details", currency),
    )


def _settle(order: IncomingOrder, row: Row, context: Context) -> None:
    """What is left to ship, by the status and by the count of units that have left."""
    ordered = sum(line.quantity for line in order.lines)
    shipped = quantity(row.total_shipped, "total_shipped", 0) if row.total_shipped else 0
    if order.payment == "paid" and (back := money(row.refund_amount, "refund_amount", order.currency)):
        order.payment = "refunded" if order.total and abs(back) >= order.total else "partially_refunded"
    if shipped >= ordered and order.state in ("open", "cancelled") and order.payment != "voided":
        order.state = "fulfilled"
    if order.state not in ("open", "unknown"):
        for line in order.lines:
            line.to_ship = 0
        return
    if shipped and len(order.lines) == 1:
        order.lines[0].to_ship = ordered - min(shipped, ordered)
    collected = bool(_PICKUP.search(f"{row.order_status}, {row.ship_method}"))
    if collected or order.ship_to.is_empty:
        order.pickup_location = location_named(row.ship_method, context)
    order.doubts = tuple(_doubts(order, row, ordered, shipped, collected=collected))


def _doubts(order: IncomingOrder, row: Row, ordered: int, shipped: int, *, collected: bool) -> Iterator[str]:
    """What the file tells only as a number for the whole order. What is collected has an address all the same."""
    if collected and order.pickup_location is None:
        yield f"the buyer collects it (“{row.ship_method or row.order_status}”), and no location is called so"
    if shipped and len(order.lines) > 1:
        yield f"{shipped} of {ordered} units have left, and the file does not say which"
    elif not shipped and row.order_status.casefold() == "partially shipped":
        yield "a part has left, and the file does not say which"
    if order.payment == "partially_refunded":
        yield "a part was paid back, and the file does not say for which goods"
    told = quantity(row.total_quantity, "total_quantity", 0) if row.total_quantity else ordered
    if told != ordered:
        yield f"the file lists {ordered} units and counts {told}: look at the order in BigCommerce"


READERS = (
    Reader(
        name="bigcommerce",
        form="orders",
        read=_read,
        columns=Row,
        must=frozenset({"order_id", "product_details"}),
    ),
)

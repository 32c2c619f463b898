"""WooCommerce orders as SkyVerge's "Customer/Order/Coupon Export" writes them: one row an order, or one row an item.

Prices are without tax and for the line; times are the shop's own and name no zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from omscli.base.address import Address
from omscli.channels.addresses import address, location_named
from omscli.channels.cells import CellError, given, money, quantity, split_line, unguarded
from omscli.channels.dates import instant
from omscli.channels.grouping import each, orders
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.orders.incoming import IncomingLine, IncomingOrder


class Row(NamedTuple):
    """The columns of both forms: `line_items` packs all lines in one cell, the `item_` columns are one line."""

    line: int
    order_number: str
    date: str
    status: str
    order_number_formatted: str = ""
    order_id: str = ""
    shipping_total: str = ""
    tax_total: str = ""
    discount_total: str = ""
    order_total: str = ""
    refunded_total: str = ""
    order_currency: str = ""
    shipping_method: str = ""
    billing_first_name: str = ""
    billing_last_name: str = ""
    billing_company: str = ""
    billing_email: str = ""
    billing_phone: str = ""
    billing_address_1: str = ""
    billing_address_2: str = ""
    billing_postcode: str = ""
    billing_city: str = ""
    billing_state: str = ""
    billing_country: str = ""
    shipping_first_name: str = ""
    shipping_last_name: str = ""
    shipping_company: str = ""
    shipping_address_1: str = ""
    shipping_address_2: str = ""
    shipping_postcode: str = ""
    shipping_city: str = ""
    shipping_state: str = ""
    shipping_country: str = ""
    customer_note: str = ""
    line_items: str = ""
    item_id: str = ""
    item_product_id: str = ""
    item_name: str = ""
    item_sku: str = ""
    item_quantity: str = ""
    item_subtotal: str = ""
    item_total: str = ""
    item_total_tax: str = ""
    item_refunded_qty: str = ""
    item_meta: str = ""


# Status: what is left to do, and whether it is paid. Only `processing` is paid and waits to be sent.
_STATES = {
    "processing": ("open", "paid"),
    "pending": ("open", "pending"),
    "on-hold": ("open", "pending"),
    "failed": ("open", "pending"),
    "completed": ("fulfilled", "paid"),
    "cancelled": ("cancelled", "voided"),
    "refunded": ("cancelled", "refunded"),
}
_PICKUP = re.compile(r"\b(local pickup|pickup|collect(ion)?)\b", re.IGNORECASE)
_PART = re.compile(r"((?:[^\\|]|\\.)*)(?:\||$)", re.DOTALL)
_ITEM = re.compile(r"((?:[^\\;]|\\.)*)(?:;|$)", re.DOTALL)


def _read(sheet: Sheet, context: Context) -> Iterator[Item]:
    return orders(sheet, Row, lambda row: row.order_number_formatted or row.order_number, "order_number", partial(_order, sheet, context))


def _order(sheet: Sheet, context: Context, order_id: str, rows: list[Row]) -> IncomingOrder:
    first = rows[0]
    currency = first.order_currency or context.currency
    word = first.status.casefold().removeprefix("wc-")
    state, payment = _STATES.get(word, ("unknown", "unknown"))
    packed = [Row(**{**row._asdict(), **item}) for row in rows if row.line_items for item in _unpacked(row.line_items)]
    lines = each(packed or rows, partial(_line, currency))
    if state not in ("open", "unknown"):
        for line in lines:
            line.to_ship = 0
    elif state == "open" and not any(line.to_ship for line in lines):
        state = "fulfilled"
    total, refunded = money(first.order_total, "order_total", currency), money(first.refunded_total, "refunded_total", currency)
    if payment == "paid" and refunded:
        payment = "refunded" if total and abs(refunded) >= total else "partially_refunded"
    order = IncomingOrder(
        channel=context.channel,
        order_id=order_id,
        placed_at=instant(first.date, "date", context.timezone),
        state=state,
        payment=payment,
        currency=currency,
        lines=lines,
        ship_to=_address(sheet, first),
        raw_status=first.status if state == "unknown" else "",
        email=first.billing_email,
        service=first.shipping_method,
        note=first.customer_note,
        shipping=money(first.shipping_total, "shipping_total", currency),
        tax=money(first.tax_total, "tax_total", currency),
        tax_included=False,
        discount=money(first.discount_total, "discount_total", currency),
        total=total,
        other_ids={"id": first.order_id} if first.order_id else {},
        silent=frozenset({"tags"}),
        source_line=first.line,
    )
    _pickup(order, context)
    return order


def _pickup(order: IncomingOrder, context: Context) -> None:
    """A buyer who collects has an address all the same; without a place to collect from, nothing may be sent there."""
    if not _PICKUP.search(order.service):
        return
    only = next(iter(context.locations)) if len(context.locations) == 1 else None
    order.pickup_location = location_named(order.service, context) or only
    if order.pickup_location is None and order.state == "open":
        order.doubts = (f"the buyer collects it (“{order.service}”), and no location is called so",)


def _address(sheet: Sheet, row: Row) -> Address:
    """Where it goes; the shop leaves the shipping columns empty when it goes to the address of the bill."""
    shipping = Address(
        f"{row.shipping_first_name} {row.shipping_last_name}".strip(), row.shipping_company, row.shipping_address_1, row.shipping_address_2,
        row.shipping_city, row.shipping_state, row.shipping_postcode, row.shipping_country, row.billing_phone,
    )  # fmt: skip
    billing = Address(
        f"{row.billing_first_name} {row.billing_last_name}".strip(), row.billing_company, row.billing_address_1, row.billing_address_2,
        row.billing_city, row.billing_state, row.billing_postcode, row.billing_country, row.billing_phone,
    )  # fmt: skip
    if shipping.is_empty:
        return address(sheet, row.line, ("billing_postcode", "billing_phone"), billing)
    return address(sheet, row.line, ("shipping_postcode", "billing_phone"), shipping)


def _line(currency: str, row: Row) -> IncomingLine:
    """A line. What was paid back is not sent; the file writes those units with a minus."""
    units = quantity(row.item_quantity, "item_quantity")
    refunded = quantity((row.item_refunded_qty or "0").lstrip("'-"), "item_refunded_qty", 0)
    subtotal, total = (money(unguarded(cell), "item_subtotal", currency) for cell in (row.item_subtotal, row.item_total))
    price, excess = split_line(subtotal, units)
    discount = None if subtotal is None or total is None else subtotal - total + excess
    sku = "" if row.item_sku == "unknown_product" else unguarded(row.item_sku)
    product = row.item_product_id if row.item_product_id != "0" else ""
    return IncomingLine(
        row.item_id,
        given(sku or product or row.item_name, "item_sku"),
        row.item_name,
        units,
        max(0, units - refunded),
        price,
        discount,
        money(unguarded(row.item_total_tax), "item_total_tax", currency),
        _meta(row.item_meta),
    )


def _unpacked(cell: str) -> Iterator[dict[str, str]]:
    """The items of a `line_items` cell: `;` between items, `|` between fields, `:` behind a key, each escaped by a backslash."""
    for item in _ITEM.findall(cell):
        if not item.strip():
            continue
        pairs = (part.partition(":") for part in _PART.findall(item) if part)
        fields = {key.strip(): value for key, _, value in pairs}
        if "quantity" not in fields:
            raise CellError("line_items", cell[:80], "not a list of items", "export the orders again in SkyVerge's default format")
        known = ("id", "product_id", "name", "sku", "quantity", "subtotal", "total", "total_tax", "refunded_qty")
        plain = {f"item_{key}": _plain(fields.get(key, "")) for key in known}
        yield {**plain, "item_meta": _plain(fields.get("meta", ""), keep=",=")}


def _plain(text: str, keep: str = "") -> str:
    """Without the backslashes in front of marks; those of `keep` have a meaning inside the field and stay."""
    return re.sub(r"\\(.)", lambda found: found[0] if found[1] in keep else found[1], text, flags=re.DOTALL).strip()


def _meta(text: str) -> str:
    """What the buyer chose or wrote, `key=value,key=value`, for people."""
    pairs = [part.partition("=") for part in re.split(r"(?<!\\),", text) if part]
    return ", ".join(f"{_plain(key)}: {_plain(value)}" if mark else _plain(key) for key, mark, value in pairs)


READERS = (
    Reader(
        name="woocommerce",
        form="orders",
        read=_read,
        columns=Row,
        must=frozenset({"order_number_formatted", "line_items"}),
        php_quotes=True,
    ),
    Reader(
        name="woocommerce",
        form="items",
        read=_read,
        columns=Row,
        must=frozenset({"item_product_id", "item_sku"}),
        must_not=frozenset({"line_items"}),
        php_quotes=True,
    ),
)

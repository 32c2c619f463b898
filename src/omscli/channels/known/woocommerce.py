"""WooCommerce's exports of orders and products, the stock it takes back, and parcels for "Advanced Shipment Tracking".

Orders come from one of three plugins: SkyVerge's "Customer/Order/Coupon Export" (one row an order, or one row an item),
WebToffee's "Order Import Export" (a column for each item) and AlgolPlus' "Advanced Order Export" (one row an item, headers for
people, perhaps with the shop's own decimal mark). Prices of lines are without tax; times are the shop's own and name no zone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import NamedTuple

from omscli.base.address import Address
from omscli.base.text import fold
from omscli.channels.addresses import address, location_named
from omscli.channels.cells import given, money, quantity, split_line, unguarded
from omscli.channels.dates import any_instant, day_of, settled_order
from omscli.channels.grouping import each, orders
from omscli.channels.measures import decimal_mark
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.shapes import further, wider
from omscli.channels.sheet import Sheet
from omscli.channels.woo_goods import ProductRow, read_products
from omscli.channels.woo_items import Numbers, choices, skyverge_items, webtoffee_item
from omscli.channels.writer import Dispatch, Fields, Offer, Record, Sending, Writer
from omscli.orders.incoming import IncomingLine, IncomingOrder


class Row(NamedTuple):
    """The columns of all forms: `line_items` packs all lines into one cell, the `item_` columns are one line."""

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
    shipping_phone: str = ""
    billing_full_name: str = ""
    shipping_full_name: str = ""
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
    quantity: str = ""
    item_cost: str = ""
    quantity_refund: str = ""
    product_variation: str = ""
    refund_items: str = ""


# Status: what is left to do, and whether it is paid. Only `processing` is paid and waits to be sent.
_STATES = {
    "processing": ("open", "paid"),
    "pending": ("open", "pending"),
    "pending-payment": ("open", "pending"),
    "on-hold": ("open", "pending"),
    "failed": ("open", "pending"),
    "completed": ("fulfilled", "paid"),
    "cancelled": ("cancelled", "voided"),
    "refunded": ("cancelled", "refunded"),
}
# Columns without any of which the file says nothing about a part of the order.
_PARTS = {
    "ship_to": ("shipping_address_1", "billing_address_1"),
    "prices": ("item_subtotal", "item_total", "item_cost", "line_items", "line_item_1"),
    "email": ("billing_email",),
    "service": ("shipping_method",),
    "note": ("customer_note",),
    "totals": ("order_total",),
}
_AMOUNTS = ("order_total", "shipping_total", "item_cost", "item_subtotal", "item_total")
_PICKUP = re.compile(r"\b(local pickup|pickup|collect(ion)?)\b", re.IGNORECASE)
_LINE_ITEM = re.compile(r"line_item_[0-9]+")


@dataclass(frozen=True, slots=True)
class _File:
    """What holds for every order of one file, and how the items of its rows are told."""

    sheet: Sheet
    context: Context
    silent: frozenset[str]
    decimal: str
    day_order: str
    items: Callable[[Row], Iterable[dict[str, str]]]


def _file(sheet: Sheet, context: Context, items: Callable[[Row], Iterable[dict[str, str]]], decimal: str = ".") -> _File:
    silent = frozenset(part for part, columns in _PARTS.items() if not any(map(sheet.has, columns)))
    return _File(sheet, context, silent | {"tags"}, decimal, settled_order(sheet.column("date"), "ymd", context.date_order), items)


def _read_skyverge(sheet: Sheet, context: Context) -> Iterator[Item]:
    file = _file(sheet, context, lambda row: skyverge_items(row.line_items) if row.line_items else [{}])
    return orders(sheet, Row, lambda row: row.order_number_formatted or row.order_number, "order_number", partial(_order, file))


def _read_webtoffee(sheet: Sheet, context: Context) -> Iterator[Item]:
    columns = [key for key in sheet.keys if _LINE_ITEM.fullmatch(key)]

    def items(row: Row) -> Iterable[dict[str, str]]:
        cells = zip(columns, further(Row, row), strict=True)
        return [webtoffee_item(cell, column) for column, cell in cells if cell] or [{}]

    return orders(sheet, wider(Row, columns), lambda row: row.order_number, "order_number", partial(_order, _file(sheet, context, items)))


def _read_algolplus(sheet: Sheet, context: Context) -> Iterator[Item]:
    decimal = decimal_mark(cell for column in _AMOUNTS for cell in sheet.column(column))
    file, numbers = _file(sheet, context, lambda _: [{}], decimal), Numbers(sheet)

    def build(order_id: str, rows: list[Row]) -> IncomingOrder:
        numbers.check(order_id)
        return _order(file, order_id, rows)

    return orders(sheet, Row, numbers.of, "order_number", build)


def _order(file: _File, order_id: str, rows: list[Row]) -> IncomingOrder:
    first = next((row for row in rows if row.status), rows[0])
    currency = first.order_currency or file.context.currency
    word = fold(first.status).removeprefix("wc-").replace(" ", "-")
    state, payment = _STATES.get(word, ("unknown", "unknown"))
    lines = each(_items(file, rows), partial(_line, currency, file.decimal))
    if state not in ("open", "unknown"):
        for line in lines:
            line.to_ship = 0
    elif state == "open" and not any(line.to_ship for line in lines):
        state = "fulfilled"

    def amount(column: str) -> int | None:
        return money(unguarded(getattr(first, column)), column, currency, file.decimal)

    order = IncomingOrder(
        channel=file.context.channel,
        order_id=order_id,
        placed_at=any_instant(first.date, "date", file.context.timezone, file.day_order),
        state=state,
        payment=payment,
        currency=currency,
        lines=lines,
        ship_to=_address(file.sheet, first),
        raw_status=first.status if state == "unknown" else "",
        email=first.billing_email,
        service=first.shipping_method,
        note=first.customer_note,
        shipping=amount("shipping_total"),
        tax=amount("tax_total"),
        tax_included=False,
        discount=amount("discount_total"),
        total=amount("order_total"),
        other_ids={"id": first.order_id} if first.order_id else {},
        silent=file.silent,
        source_line=rows[0].line,
    )
    _pickup(order, file.context)
    _repaid(order, amount("refunded_total"), rows)
    return order


def _items(file: _File, rows: list[Row]) -> list[Row]:
    """A row for each item."""
    return [Row(**{**Row._make(row[: len(Row._fields)])._asdict(), **item}) for row in rows for item in file.items(row)]


def _repaid(order: IncomingOrder, refunded: int | None, rows: list[Row]) -> None:
    """What was paid back: all, a part, and whether the file tells of which units."""
    if not refunded and not any(row.refund_items for row in rows):
        return
    if order.payment == "paid":
        order.payment = "refunded" if refunded and order.total and abs(refunded) >= order.total else "partially_refunded"
    tells = any(row.line_items or row.item_refunded_qty or row.quantity_refund for row in rows)
    if order.state == "open" and not tells:
        order.doubts = (*order.doubts, "something was paid back, and the file does not say for which units")


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
    phone = row.shipping_phone or row.billing_phone
    shipping = Address(
        row.shipping_full_name or f"{row.shipping_first_name} {row.shipping_last_name}".strip(), row.shipping_company,
        row.shipping_address_1, row.shipping_address_2, row.shipping_city, row.shipping_state, row.shipping_postcode, row.shipping_country, phone,
    )  # fmt: skip
    billing = Address(
        row.billing_full_name or f"{row.billing_first_name} {row.billing_last_name}".strip(), row.billing_company,
        row.billing_address_1, row.billing_address_2, row.billing_city, row.billing_state, row.billing_postcode, row.billing_country, phone,
    )  # fmt: skip
    if shipping.is_empty:
        return address(sheet, row.line, ("billing_postcode", "billing_phone"), billing)
    return address(sheet, row.line, ("shipping_postcode", "shipping_phone" if row.shipping_phone else "billing_phone"), shipping)


def _line(currency: str, decimal: str, row: Row) -> IncomingLine:
    """A line. What was paid back is not sent; the file writes those units with a minus."""

    def amount(column: str) -> int | None:
        return money(unguarded(getattr(row, column)), column, currency, decimal)

    units = quantity(row.quantity, "quantity") if row.quantity else quantity(row.item_quantity, "item_quantity")
    refunded = quantity((row.item_refunded_qty or "0").lstrip("'-"), "item_refunded_qty", 0)
    left = quantity(unguarded(row.quantity_refund), "quantity_refund", 0) if row.quantity_refund else units - refunded
    subtotal, total = amount("item_subtotal"), amount("item_total")
    price, excess = split_line(total if subtotal is None else subtotal, units)
    discount = excess or None if subtotal is None or total is None else subtotal - total + excess
    sku = "" if row.item_sku == "unknown_product" else unguarded(row.item_sku)
    product = row.item_product_id if row.item_product_id != "0" else ""
    return IncomingLine(
        row.item_id,
        given(sku or product or row.item_name, "item_sku"),
        row.item_name,
        units,
        max(0, min(units, left)),
        amount("item_cost") if price is None else price,
        discount,
        amount("item_total_tax"),
        row.product_variation or choices(row.item_meta),
    )


def _stock_rows(records: Sequence[Record], sending: Sending) -> Iterator[Fields]:
    """A number for each SKU; the id, where the shop's own list told it, comes before the SKU there."""
    del sending
    for one in records:
        if isinstance(one, Offer):
            yield {
                "id": one.ids.get("id", ""),
                "sku": one.channel_sku,
                "in_stock": "1" if one.quantity > 0 else "0",
                "stock": str(one.quantity),
            }


def _parcel_rows(records: Sequence[Record], sending: Sending) -> Iterator[Fields]:
    """A parcel's units of one item. Status 1 completes the order, 2 marks it as partly shipped; the plugin's days are 31-12-2026."""
    for one in records:
        if isinstance(one, Dispatch):
            day = day_of(one.shipped_at, "shipped_at", sending.zone)
            yield {
                "order_id": one.order_id,
                "tracking_provider": one.carrier,
                "tracking_number": one.tracking_number,
                "date_shipped": f"{date.fromisoformat(day):%d-%m-%Y}" if day else "",
                "status_shipped": "1" if one.whole_order else "2",
                "sku": one.sku,
                "quantity": str(one.quantity) if one.sku else "",
            }


# AlgolPlus' headers for the same columns; `Order Line Total` is left out: it may hold the tax or not.
_SPELLED = {
    "order_status": "status",
    "order_date": "date",
    "order_total_amount": "order_total",
    "order_total_tax_amount": "tax_total",
    "order_shipping_amount": "shipping_total",
    "order_refund_amount": "refunded_total",
    "cart_discount_amount": "discount_total",
    "shipping_method_title": "shipping_method",
    "currency": "order_currency",
    "sku": "item_sku",
    "name": "item_name",
    "product_id": "item_product_id",
    "order_line_subtotal": "item_subtotal",
    "order_line_w_o_tax": "item_total",
    "order_line_tax": "item_total_tax",
    "email_billing": "billing_email",
}
_PLACES = {
    "first_name": "first_name", "last_name": "last_name", "full_name": "full_name", "company": "company", "address_1_2": "address_1",
    "address_1": "address_1", "address_2": "address_2", "city": "city", "state_code": "state", "postcode": "postcode",
    "country_code": "country", "phone": "phone",
}  # fmt: skip
_SPELLED |= {f"{spelled}_{side}": f"{side}_{name}" for spelled, name in _PLACES.items() for side in ("billing", "shipping")}

_form = partial(Reader, name="woocommerce", columns=Row, php_quotes=True)

READERS = (
    _form(form="orders", read=_read_skyverge, must=frozenset({"order_number_formatted", "line_items"})),
    _form(form="items", read=_read_skyverge, must=frozenset({"item_product_id", "item_sku"}), must_not=frozenset({"line_items"})),
    _form(form="webtoffee", read=_read_webtoffee, must=frozenset({"order_number", "line_item_1"}), aliases={"order_date": "date"}),
    _form(
        form="algolplus",
        read=_read_algolplus,
        must=frozenset({"order_number", "quantity"}),
        any_of=frozenset({"billing_first_name", "billing_full_name", "billing_address_1", "billing_email"}),
        aliases=_SPELLED,
    ),
    Reader(
        name="woocommerce",
        form="products",
        kind="products",
        read=read_products,
        columns=ProductRow,
        must=frozenset({"sku", "type", "regular_price"}),
        aliases={
            **{f"weight_{unit}": "weight" for unit in ("kg", "g", "lbs", "oz")},
            **{f"{size}_{unit}": size for size in ("length", "width", "height") for unit in ("m", "cm", "mm", "in", "yd")},
        },
        php_quotes=True,
    ),
)

WRITERS = (
    Writer(
        name="woocommerce",
        form="stock",
        kind="stock",
        rows=_stock_rows,
        columns={"ID": "id", "SKU": "sku", "In stock?": "in_stock", "Stock": "stock"},
        fields=frozenset({"id", "sku", "in_stock", "stock"}),
        shapes={"id": re.compile(r"[0-9]*"), "sku": re.compile(r".+"), "stock": re.compile(r"[0-9]{1,9}")},
        upload="WooCommerce: Products > Import, with “Update existing products” ticked",
    ),
    Writer(
        name="woocommerce",
        form="tracking",
        kind="tracking",
        rows=_parcel_rows,
        columns={
            "order_id": "order_id",
            "tracking_provider": "tracking_provider",
            "tracking_number": "tracking_number",
            "date_shipped": "date_shipped",
            "status_shipped": "status_shipped",
            "sku": "sku",
            "qty": "quantity",
        },
        fields=frozenset({"order_id", "tracking_provider", "tracking_number", "date_shipped", "status_shipped", "sku", "quantity"}),
        shapes={name: re.compile(r".+") for name in ("order_id", "tracking_provider", "tracking_number", "date_shipped")},
        upload="WooCommerce: Shipment Tracking > CSV Import, with days as dd/mm/yyyy",
    ),
)

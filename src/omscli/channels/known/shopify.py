"""Shopify's exports of orders, products and inventory, the inventory it takes back, and a list of parcels to enter by hand.

The first row of an order tells everything, the rows after it only their line. Columns come and go with the features of a shop
(71, 75 and 79 were seen), so every column but five may be missing. There is no id of a line, and no word about taxes being
included but the sums. Weights of products are grams. What is not stocked at a location is not counted there, which is not 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from omscli.base.address import Address
from omscli.channels.addresses import address, location_named
from omscli.channels.cells import CellError, given, identifier, is_rounded, money, quantity, yes
from omscli.channels.dates import instant
from omscli.channels.grouping import RowsError, each, orders
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.channels.shopify_goods import ProductRow, StockRow, read_inventory, read_products
from omscli.channels.writer import Dispatch, Fields, Offer, Record, Sending, Writer
from omscli.orders.incoming import IncomingLine, IncomingOrder


class Row(NamedTuple):
    """The columns used. Shipping Street is address lines 1 and 2 in one, and is not."""

    line: int
    name: str
    financial_status: str
    created_at: str
    lineitem_quantity: str
    lineitem_name: str
    lineitem_price: str = ""
    lineitem_sku: str = ""
    lineitem_requires_shipping: str = ""
    lineitem_fulfillment_status: str = ""
    lineitem_discount: str = ""
    email: str = ""
    fulfillment_status: str = ""
    currency: str = ""
    subtotal: str = ""
    shipping: str = ""
    taxes: str = ""
    total: str = ""
    discount_amount: str = ""
    shipping_method: str = ""
    shipping_name: str = ""
    shipping_address1: str = ""
    shipping_address2: str = ""
    shipping_company: str = ""
    shipping_city: str = ""
    shipping_zip: str = ""
    shipping_province: str = ""
    shipping_country: str = ""
    shipping_phone: str = ""
    phone: str = ""
    notes: str = ""
    note_attributes: str = ""
    cancelled_at: str = ""
    location: str = ""
    id: str = ""
    tags: str = ""
    source: str = ""


_PAYMENTS = {
    "paid": "paid",
    "pending": "pending",
    "authorized": "pending",
    "partially_paid": "pending",
    "expired": "voided",
    "refunded": "refunded",
    "partially_refunded": "partially_refunded",
    "voided": "voided",
}
_OPEN = frozenset({"", "unfulfilled", "partial", "pending", "open", "in_progress", "on_hold", "scheduled"})
_SENT = frozenset({"fulfilled", "restocked", "not_eligible"})
# Columns without which the file says nothing about a part of the order.
_PARTS = {
    "ship_to": "shipping_address1",
    "prices": "lineitem_price",
    "email": "email",
    "note": "notes",
    "tags": "tags",
    "service": "shipping_method",
    "totals": "total",
}


def _read(sheet: Sheet, context: Context) -> Iterator[Item]:
    silent = frozenset(part for part, column in _PARTS.items() if not sheet.has(column))
    return orders(sheet, Row, lambda row: row.name, "name", partial(_order, sheet, context, silent), key_columns=("name",))


def _order(sheet: Sheet, context: Context, silent: frozenset[str], order_id: str, rows: list[Row]) -> IncomingOrder:
    first = next((row for row in rows if row.financial_status or row.total), None)
    if first is None:
        problem = CellError(
            "financial_status", "", f"the first row of order {order_id} is missing", "download the file again, with all its rows"
        )
        raise RowsError([(row.line, problem) for row in rows])
    order = _head(sheet, context, first)
    order.lines = each(rows, partial(_line, order.currency))
    order.silent = silent
    order.source_line = rows[0].line
    _settle(order, first, rows, context)
    return order


def _head(sheet: Sheet, context: Context, row: Row) -> IncomingOrder:
    """The order without its lines."""
    currency = row.currency or context.currency
    shipping, tax = money(row.shipping, "shipping", currency), money(row.taxes, "taxes", currency)
    subtotal, total = money(row.subtotal, "subtotal", currency), money(row.total, "total", currency)
    return IncomingOrder(
        channel=context.channel,
        order_id=row.name,
        placed_at=instant(row.created_at, "created_at", context.timezone),
        state="open",
        payment=_PAYMENTS.get(row.financial_status.casefold(), "unknown"),
        currency=currency,
        lines=[],
        ship_to=_address(sheet, row),
        email=row.email,
        service=row.shipping_method,
        tags=tuple(tag for tag in map(str.strip, row.tags.split(",")) if tag) if row.tags else (),
        note=_note(row) if row.note_attributes else row.notes,
        shipping=shipping,
        tax=tax,
        tax_included=_tax_included(subtotal, shipping or 0, tax, total),
        discount=money(row.discount_amount, "discount_amount", currency),
        total=total,
        other_ids={"id": identifier(row.id, "id")} if row.id else {},
    )


def _address(sheet: Sheet, row: Row) -> Address:
    """Where it goes. The address of the bill is never taken for it: without a shipping address the buyer collects."""
    phone = row.shipping_phone or row.phone
    parts = Address(
        row.shipping_name, row.shipping_company, row.shipping_address1, row.shipping_address2, row.shipping_city,
        row.shipping_province, row.shipping_zip, row.shipping_country, phone,
    )  # fmt: skip
    return address(sheet, row.line, ("shipping_zip", "shipping_phone" if row.shipping_phone else "phone"), parts)


def _note(row: Row) -> str:
    """The note and the form fields behind it, where gift notes and wished dates stand; fields with `_` are for programs."""
    fields = [line.strip() for line in row.note_attributes.splitlines() if line.strip() and not line.startswith("_")]
    return "\n".join([row.notes, *fields] if row.notes else fields)


def _tax_included(subtotal: int | None, shipping: int, tax: int | None, total: int | None) -> bool | None:
    """Whether the total holds the tax already, which the file says only by its sums. None where they fit neither way."""
    if subtotal is None or total is None or not tax:
        return None
    rest = total - subtotal - shipping
    return False if rest == tax else True if rest == 0 else None


def _line(currency: str, row: Row) -> IncomingLine:
    units = quantity(row.lineitem_quantity, "lineitem_quantity")
    sku = row.lineitem_sku
    if not sku:
        # A whole shop may go without SKUs; the name is then all there is to know the goods by.
        sku = given(row.lineitem_name, "lineitem_name")
    elif sku[0] in "'=" or is_rounded(sku):
        sku = identifier(sku, "lineitem_sku")
    ships = row.lineitem_requires_shipping
    done = row.lineitem_fulfillment_status in _SENT or not (ships == "true" or yes(ships, "lineitem_requires_shipping", default=True))
    return IncomingLine(
        "",
        sku,
        row.lineitem_name,
        units,
        0 if done else units,
        money(row.lineitem_price, "lineitem_price", currency),
        money(row.lineitem_discount, "lineitem_discount", currency),
    )


def _settle(order: IncomingOrder, first: Row, rows: list[Row], context: Context) -> None:
    """State, what is left to ship, and the place where an order without address is collected."""
    word = first.fulfillment_status.casefold()
    if first.cancelled_at or word == "restocked":
        order.state = "cancelled"
    elif _is_counter_sale(first, word, order.payment):
        order.state, order.sold_at = "sold", first.location or None
    elif word == "fulfilled":
        order.state = "fulfilled"
    elif word not in _OPEN:
        order.state, order.raw_status = "unknown", first.fulfillment_status
    elif not any(line.to_ship for line in order.lines):
        order.state = "fulfilled"
    if order.state not in ("open", "unknown"):
        for line in order.lines:
            line.to_ship = 0
        return
    if word == "partial":
        parts = [row.lineitem_name for row in rows if row.lineitem_fulfillment_status == "partial"]
        if parts:
            order.doubts = (f"a part of {', '.join(parts)} has left, and the file does not say how many",)
        if _is_register(first):
            order.doubts += (f"a part was handed over at {first.location or 'the register'}: that is not taken from its stock",)
    if not first.shipping_address1:
        # What was ordered at the register and not handed over yet waits there.
        order.pickup_location = location_named(first.shipping_method or (first.location if _is_register(first) else ""), context)


def _is_register(row: Row) -> bool:
    return row.source.casefold() == "pos"


def _is_counter_sale(row: Row, word: str, payment: str) -> bool:
    """Goods that left over the counter: neither an address nor a way of shipping or collecting, and handed over or paid.

    The register's sales come as fulfilled. Drafts have a source of their own, and what is not paid yet was only noted down.
    """
    if not _is_register(row) or row.shipping_address1 or row.shipping_method:
        return False
    return word == "fulfilled" or (word in ("", "unfulfilled") and payment in ("paid", "partially_refunded"))


def _stock_rows(records: Sequence[Record], sending: Sending) -> Iterator[Fields]:
    """Absolute numbers: what the channel may sell, what Shopify has promised already, and what it holds back."""
    del sending
    for offer in records:
        if not isinstance(offer, Offer):
            continue
        kept = [offer.ids.get(name, "") for name in ("committed", "unavailable")]
        besides = sum(map(int, kept)) if all(kept) else None
        listed = offer.listed
        yield {
            **{name: offer.ids.get(name, "") for name in _LISTED},
            "sku": offer.channel_sku,
            "location": offer.place,
            "available": "" if listed is None else str(listed),
            "on_hand": "" if listed is None or besides is None else str(listed + besides),
            "on_hand_new": "" if besides is None else str(offer.quantity + besides),
        }


def _parcel_rows(records: Sequence[Record], sending: Sending) -> Iterator[Fields]:
    """What somebody enters at the order: which parcel, and what is in it."""
    del sending
    for one in records:
        if isinstance(one, Dispatch):
            yield {
                "order": one.order_id,
                "tracking_number": one.tracking_number,
                "company": one.carrier,
                "url": one.tracking_url,
                "line": f"{one.quantity} × {one.title or one.sku}",
            }


_LISTED = (
    "handle", "title", "option1_name", "option1_value", "option2_name", "option2_value", "option3_name", "option3_value", "hs_code", "coo",
    "bin", "incoming", "unavailable", "committed",
)  # fmt: skip
_STOCK_COLUMNS = {
    "Handle": "handle",
    "Title": "title",
    "Option1 Name": "option1_name",
    "Option1 Value": "option1_value",
    "Option2 Name": "option2_name",
    "Option2 Value": "option2_value",
    "Option3 Name": "option3_name",
    "Option3 Value": "option3_value",
    "SKU": "sku",
    "HS Code": "hs_code",
    "COO": "coo",
    "Location": "location",
    "Bin name": "bin",
    "Incoming (not editable)": "incoming",
    "Unavailable (not editable)": "unavailable",
    "Committed (not editable)": "committed",
    "Available (not editable)": "available",
    "On hand (current)": "on_hand",
    "On hand (new)": "on_hand_new",
}

READERS = (
    Reader(
        name="shopify",
        form="orders",
        read=_read,
        columns=Row,
        must=frozenset({"name", "financial_status", "lineitem_name"}),
        must_not=frozenset({"order_id", "lineitem_variant"}),
    ),
    Reader(
        name="shopify",
        form="products",
        kind="products",
        read=read_products,
        columns=ProductRow,
        must=frozenset({"url_handle", "sku"}),
        any_of=frozenset({"price", "option1_value", "weight_value_grams", "barcode"}),
        must_not=frozenset({"coo", "location"}),
        aliases={
            "handle": "url_handle",
            "variant_sku": "sku",
            "variant_barcode": "barcode",
            "variant_price": "price",
            "variant_grams": "weight_value_grams",
        },
    ),
    Reader(
        name="shopify",
        form="inventory",
        kind="stock",
        read=read_inventory,
        columns=StockRow,
        must=frozenset({"handle", "sku"}),
        any_of=frozenset({"coo", "location"}),
        must_not=frozenset({"variant_sku", "lineitem_name"}),
        aliases={
            "incoming_not_editable": "incoming",
            "unavailable_not_editable": "unavailable",
            "committed_not_editable": "committed",
            "available_not_editable": "available",
            "on_hand_current": "on_hand",
        },
    ),
)

WRITERS = (
    Writer(
        name="shopify",
        form="stock",
        kind="stock",
        rows=_stock_rows,
        columns=_STOCK_COLUMNS,
        fields=frozenset(_STOCK_COLUMNS.values()),
        shapes={"handle": re.compile(r".+"), "location": re.compile(r".+"), "on_hand_new": re.compile(r"[0-9]{1,9}")},
        needs_listing=True,
        upload="Shopify: Products > Inventory > Import",
    ),
    Writer(
        name="shopify",
        form="tracking",
        kind="tracking",
        rows=_parcel_rows,
        columns={
            "Order": "order",
            "Tracking number": "tracking_number",
            "Shipping carrier": "company",
            "Tracking URL": "url",
            "Items": "line",
        },
        fields=frozenset({"order", "tracking_number", "company", "url", "line"}),
        texts=frozenset({"order", "company", "line"}),
        for_people=True,
        upload="Shopify: each order, Mark as fulfilled; it takes no file of parcels",
    ),
)

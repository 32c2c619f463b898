"""Our own CSV files: products, stock, expected receipts, orders and tracking. The README lists their columns.

A column that is missing leaves what is stored as it is; an empty cell of a column that is there means unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from omscli.base.address import Address
from omscli.base.text import fold
from omscli.catalog.incoming import PRODUCT_COLUMNS, IncomingProduct, IncomingReceipt, IncomingStock, IncomingTracking
from omscli.channels.addresses import address, location_of
from omscli.channels.cells import CellError, count, given, identifier, money, one_of, quantity, yes
from omscli.channels.countries import country_code
from omscli.channels.dates import any_day, any_instant, settled_order
from omscli.channels.grouping import each, orders, records
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.orders.incoming import PAYMENTS, IncomingLine, IncomingOrder

_MEASURE = re.compile(r"([0-9]{1,7})(?:\.([0-9])[0-9]*)?")


class ProductRow(NamedTuple):
    """products.csv."""

    line: int
    sku: str
    title: str = ""
    barcode: str = ""
    weight_g: str = ""
    length_mm: str = ""
    width_mm: str = ""
    height_mm: str = ""
    price: str = ""
    cost: str = ""
    currency: str = ""
    parent: str = ""
    options: str = ""
    category: str = ""
    components: str = ""
    keep_upright: str = ""
    fragile: str = ""
    ships_alone: str = ""
    hazmat: str = ""
    returnable: str = ""
    hs_code: str = ""
    origin: str = ""


class StockRow(NamedTuple):
    """stock.csv."""

    line: int
    sku: str
    location: str
    on_hand: str
    bin: str = ""
    safety_stock: str = ""
    as_of: str = ""


class ReceiptRow(NamedTuple):
    """inbound.csv."""

    line: int
    sku: str
    location: str
    quantity: str
    expected_on: str
    reference: str = ""


class TrackingRow(NamedTuple):
    """tracking.csv."""

    line: int
    shipment_or_order: str
    tracking_number: str
    carrier: str = ""
    service: str = ""
    shipped_at: str = ""
    cost: str = ""


class OrderRow(NamedTuple):
    """orders.csv: one row a line, what belongs to the order repeated on each."""

    line: int
    order_id: str
    placed_at: str
    sku: str
    quantity: str
    channel: str = ""
    payment: str = ""
    currency: str = ""
    email: str = ""
    phone: str = ""
    name: str = ""
    company: str = ""
    address1: str = ""
    address2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    service: str = ""
    ship_by: str = ""
    deliver_by: str = ""
    pickup_location: str = ""
    tags: str = ""
    note: str = ""
    shipping: str = ""
    tax: str = ""
    tax_included: str = ""
    discount: str = ""
    total: str = ""
    line_id: str = ""
    title: str = ""
    unit_price: str = ""
    line_discount: str = ""
    line_tax: str = ""
    line_note: str = ""


# Columns of orders.csv without which the file says nothing about a part of the order.
_PARTS = {
    "ship_to": "address1",
    "prices": "unit_price",
    "email": "email",
    "payment": "payment",
    "service": "service",
    "note": "note",
    "tags": "tags",
    "totals": "total",
}


def _products(sheet: Sheet, context: Context) -> Iterator[Item]:
    columns = frozenset(PRODUCT_COLUMNS) & frozenset(sheet.keys)
    return records(sheet, ProductRow, partial(_product, sheet, context, columns))


def _product(sheet: Sheet, context: Context, columns: frozenset[str], row: ProductRow) -> IncomingProduct:
    currency = row.currency.upper() or context.currency
    return IncomingProduct(
        sku=given(identifier(row.sku, "sku"), "sku"),
        title=row.title,
        barcode=identifier(row.barcode, "barcode") or None,
        weight_g=_measure(sheet, row.line, row.weight_g, "weight_g"),
        length_mm=_measure(sheet, row.line, row.length_mm, "length_mm"),
        width_mm=_measure(sheet, row.line, row.width_mm, "width_mm"),
        height_mm=_measure(sheet, row.line, row.height_mm, "height_mm"),
        price=money(row.price, "price", currency),
        cost=money(row.cost, "cost", currency),
        currency=currency if row.price or row.cost or row.currency else None,
        parent=identifier(row.parent, "parent") or None,
        options=row.options or None,
        category=row.category or None,
        components=_components(row.components),
        keep_upright=yes(row.keep_upright, "keep_upright", default=False),
        fragile=yes(row.fragile, "fragile", default=False),
        ships_alone=yes(row.ships_alone, "ships_alone", default=False),
        hazmat=yes(row.hazmat, "hazmat", default=False),
        returnable=yes(row.returnable, "returnable", default=True),
        hs_code=identifier(row.hs_code, "hs_code") or None,
        origin=country_code(row.origin) or None,
        columns=columns,
        source_line=row.line,
    )


def _measure(sheet: Sheet, line: int, text: str, column: str) -> int | None:
    """Whole grams or millimetres. None for an empty cell, and with a note for 0, which only means that nobody measured."""
    if not text:
        return None
    found = _MEASURE.fullmatch(text)
    if not found:
        raise CellError(column, text, "not a number of grams or millimetres", "write figures only, without a unit")
    whole = int(found[1]) + (found[2] is not None and found[2] >= "5")
    if not whole:
        sheet.note(line, column, text, "0 means that it is not known", "leave the cell empty, or measure the product")
    return whole or None


def _components(text: str) -> tuple[tuple[str, int], ...] | None:
    """The parts of a kit, `SKU-A:2|SKU-B:1`; without a number it is one. A part that is named twice counts as the sum."""
    parts: dict[str, int] = {}
    for entry in filter(None, map(str.strip, text.split("|"))):
        sku, mark, units = entry.rpartition(":")
        if not mark:
            sku, units = entry, "1"
        if not sku.strip():
            raise CellError("components", text, "names no SKU before the colon", "write it like SKU-A:2|SKU-B:1")
        parts[sku.strip()] = parts.get(sku.strip(), 0) + quantity(units.strip(), "components")
    return tuple(parts.items()) or None


def _stock(sheet: Sheet, context: Context) -> Iterator[Item]:
    columns = frozenset(StockRow._fields[1:]) & frozenset(sheet.keys)
    make = partial(_level, sheet, context, columns, settled_order(sheet.column("as_of"), "ymd", context.date_order), {})
    return records(sheet, StockRow, make)


def _level(
    sheet: Sheet, context: Context, columns: frozenset[str], order: str, seen: dict[tuple[str, str], tuple[int, int | None]], row: StockRow
) -> IncomingStock | None:
    sku = given(identifier(row.sku, "sku"), "sku")
    location = location_of(row.location, "location", context)
    units = count(row.on_hand, "on_hand") if row.on_hand else None
    line, first = seen.setdefault((fold(sku), location), (row.line, units))
    if line != row.line:
        if first == units:
            sheet.note(
                row.line, "sku", row.sku, f"{sku} at {location} stands in line {line} already", "the number is the same: it was taken once"
            )
            return None
        known = "no number" if first is None else first
        raise CellError(
            "on_hand", row.on_hand, f"{sku} at {location} has {known} in line {line}", "count it, and leave one of the two rows"
        )
    if units is not None and units < 0:
        sheet.note(
            row.line,
            "on_hand",
            row.on_hand,
            "a negative stock is taken as 0",
            "count the shelf: goods were sold that the book does not have",
        )
    return IncomingStock(
        sku,
        location,
        None if units is None else max(0, units),
        identifier(row.bin, "bin") or None,
        _safety(row.safety_stock),
        any_instant(row.as_of, "as_of", context.timezone, order) if row.as_of else None,
        columns,
        row.line,
    )


def _safety(text: str) -> int | None:
    if not text:
        return None
    units = count(text, "safety_stock")
    if units < 0:
        raise CellError("safety_stock", text, "must not be negative", "write 0 for none")
    return units


def _inbound(sheet: Sheet, context: Context) -> Iterator[Item]:
    return records(sheet, ReceiptRow, partial(_receipt, context, settled_order(sheet.column("expected_on"), "ymd", context.date_order)))


def _receipt(context: Context, order: str, row: ReceiptRow) -> IncomingReceipt:
    return IncomingReceipt(
        given(identifier(row.sku, "sku"), "sku"),
        location_of(row.location, "location", context),
        quantity(row.quantity, "quantity"),
        any_day(row.expected_on, "expected_on", context.timezone, order),
        identifier(row.reference, "reference"),
        row.line,
    )


def _tracking(sheet: Sheet, context: Context) -> Iterator[Item]:
    return records(sheet, TrackingRow, partial(_parcel, context, settled_order(sheet.column("shipped_at"), "ymd", context.date_order)))


def _parcel(context: Context, order: str, row: TrackingRow) -> IncomingTracking:
    """A parcel. A day without a time stays a day: whoever knows only the day must not seem to know the hour."""
    shipped = row.shipped_at
    if shipped:
        read = any_instant if ":" in shipped else any_day
        shipped = read(shipped, "shipped_at", context.timezone, order)
    return IncomingTracking(
        shipment_or_order=given(identifier(row.shipment_or_order, "shipment_or_order"), "shipment_or_order"),
        carrier=row.carrier,
        tracking_number=given(identifier(row.tracking_number, "tracking_number"), "tracking_number"),
        service=row.service,
        shipped_at=shipped or None,
        cost=money(row.cost, "cost", context.currency),
        source_line=row.line,
    )


def _orders(sheet: Sheet, context: Context) -> Iterator[Item]:
    silent = frozenset(part for part, column in _PARTS.items() if not sheet.has(column))
    dates = {column: settled_order(sheet.column(column), "ymd", context.date_order) for column in ("placed_at", "ship_by", "deliver_by")}
    build = partial(_order, sheet, context, silent, dates)
    # One number of two channels is two orders.
    return orders(sheet, OrderRow, lambda row: row.order_id and f"{row.channel or context.channel}\0{row.order_id}", "order_id", build)


def _order(sheet: Sheet, context: Context, silent: frozenset[str], dates: dict[str, str], key: str, rows: list[OrderRow]) -> IncomingOrder:
    first = rows[0]
    zone, currency = context.timezone, first.currency.upper() or context.currency

    def day(text: str, column: str) -> str | None:
        return any_day(text, column, zone, dates[column]) if text else None

    lines = each(rows, partial(_line, currency))
    parts = Address(
        first.name, first.company, first.address1, first.address2, first.city, first.region, first.postcode, first.country, first.phone
    )
    channel = key.partition("\0")[0]
    return IncomingOrder(
        channel=given(channel, "channel"),
        order_id=identifier(first.order_id, "order_id"),
        placed_at=any_instant(first.placed_at, "placed_at", zone, dates["placed_at"]),
        state="open",
        payment=one_of(first.payment, "payment", PAYMENTS) if first.payment else "unknown",
        currency=currency,
        lines=lines,
        ship_to=address(sheet, first.line, ("postcode", "phone"), parts),
        email=first.email,
        service=first.service,
        ship_by=day(first.ship_by, "ship_by"),
        deliver_by=day(first.deliver_by, "deliver_by"),
        pickup_location=location_of(first.pickup_location, "pickup_location", context) if first.pickup_location else None,
        tags=tuple(tag for tag in map(str.strip, re.split(r"[,;|]", first.tags)) if tag),
        note=first.note,
        shipping=money(first.shipping, "shipping", currency),
        tax=money(first.tax, "tax", currency),
        tax_included=yes(first.tax_included, "tax_included", default=False) if first.tax_included else None,
        discount=money(first.discount, "discount", currency),
        total=money(first.total, "total", currency),
        silent=silent,
        source_line=first.line,
    )


def _line(currency: str, row: OrderRow) -> IncomingLine:
    units = quantity(row.quantity, "quantity")
    return IncomingLine(
        identifier(row.line_id, "line_id"),
        given(identifier(row.sku, "sku"), "sku"),
        row.title,
        units,
        units,
        money(row.unit_price, "unit_price", currency),
        money(row.line_discount, "line_discount", currency),
        money(row.line_tax, "line_tax", currency),
        row.line_note,
    )


def _form(
    kind: str,
    read: Callable[[Sheet, Context], Iterator[Item]],
    columns: type,
    must: str,
    any_of: Iterable[str] = (),
    must_not: Iterable[str] = (),
) -> Reader:
    return Reader(
        name="native",
        form=kind,
        kind=kind,
        read=read,
        columns=columns,
        must=frozenset(must.split()),
        any_of=frozenset(any_of),
        must_not=frozenset(must_not),
        mark="_",
        tells_extra=True,
    )


# A list of SKUs with titles or prices is a product file, unless it speaks of places, units, orders or another shop's columns.
_NOT_PRODUCTS = """
location on_hand quantity qty order_id order_number amazon_order_id transaction_id listing_id handle url_handle regular_price type family
"""

READERS = (
    _form("products", _products, ProductRow, "sku", set(PRODUCT_COLUMNS) - {"sku", "parent", "options"}, _NOT_PRODUCTS.split()),
    _form("stock", _stock, StockRow, "sku location on_hand", must_not=["handle"]),
    _form("inbound", _inbound, ReceiptRow, "sku location quantity expected_on"),
    _form("tracking", _tracking, TrackingRow, "shipment_or_order tracking_number"),
    _form("orders", _orders, OrderRow, "order_id placed_at sku quantity"),
)

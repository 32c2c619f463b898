"""Rows in our own columns become products, stock, receipts, tracking and orders: of our own files, and of any other by a profile.

A column that is missing leaves what is stored as it is; an empty cell of a column that is there means unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from zlib import crc32

from omscli.base.address import Address
from omscli.base.marks import Marks, packed, unpacked
from omscli.base.text import fold
from omscli.catalog.incoming import PRODUCT_COLUMNS, IncomingProduct, IncomingReceipt, IncomingStock, IncomingTracking
from omscli.channels.addresses import address, location_of
from omscli.channels.cells import CellError, given, identifier, one_of, quantity, yes
from omscli.channels.countries import country_code
from omscli.channels.dialect import Dialect
from omscli.channels.grouping import RowsError, each, narrow, orders, records
from omscli.channels.pile import Pile
from omscli.channels.reader import Context, Item
from omscli.channels.rows import OrderRow, ProductRow, ReceiptRow, ReturnRow, StockRow, TrackingRow
from omscli.channels.sheet import Sheet
from omscli.orders.incoming import PAYMENTS, IncomingLine, IncomingOrder
from omscli.returns.incoming import IncomingReturn

_PILES, _HELD = 64, 500
_MEASURE = re.compile(r"([0-9]{1,7})(?:\.([0-9])[0-9]*)?")

# Columns without which an order's file says nothing about a part of it.
PARTS = {
    "ship_to": "address1",
    "prices": "unit_price",
    "email": "email",
    "payment": "payment",
    "service": "service",
    "note": "note",
    "tags": "tags",
    "totals": "total",
}


def read_products(dialect: Dialect, sheet: Sheet, context: Context) -> Iterator[Item]:
    """Every product of a file."""
    columns = frozenset(PRODUCT_COLUMNS) & frozenset(sheet.keys)
    return records(sheet, ProductRow, partial(product, dialect, sheet, context, columns))


def product(dialect: Dialect, sheet: Sheet, context: Context, columns: frozenset[str], row: ProductRow) -> IncomingProduct:
    """The product of a row; `columns` are those that it speaks of."""
    currency = row.currency.upper() or context.currency
    return IncomingProduct(
        sku=given(identifier(row.sku, "sku"), "sku"),
        title=row.title,
        barcode=identifier(row.barcode, "barcode") or None,
        weight_g=_measure(dialect, sheet, row.line, row.weight_g, "weight_g"),
        length_mm=_measure(dialect, sheet, row.line, row.length_mm, "length_mm"),
        width_mm=_measure(dialect, sheet, row.line, row.width_mm, "width_mm"),
        height_mm=_measure(dialect, sheet, row.line, row.height_mm, "height_mm"),
        price=dialect.money(row.price, "price", currency),
        cost=dialect.money(row.cost, "cost", currency),
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


def _measure(dialect: Dialect, sheet: Sheet, line: int, text: str, column: str) -> int | None:
    """Whole grams or millimetres. None for an empty cell, and with a note for 0, which only means that nobody measured."""
    if not text:
        return None
    found = _MEASURE.fullmatch(dialect.measure(text))
    if not found:
        raise CellError(column, text, "not a number of grams or millimetres", "write figures only, without a unit")
    whole = int(found[1]) + (found[2] is not None and found[2] >= "5")
    if not whole:
        sheet.note(line, column, text, "0 means that it is not known", "leave the cell empty, or measure the product")
    return whole or None


def _components(text: str, column: str = "components") -> tuple[tuple[str, int], ...] | None:
    """SKUs with units, the parts of a kit mostly: `SKU-A:2|SKU-B:1`; without a number it is one. A part that is named twice counts as the sum."""
    parts: dict[str, int] = {}
    for entry in filter(None, map(str.strip, text.split("|"))):
        sku, mark, units = entry.rpartition(":")
        if not mark:
            sku, units = entry, "1"
        if not sku.strip():
            raise CellError(column, text, "names no SKU before the colon", "write it like SKU-A:2|SKU-B:1")
        parts[sku.strip()] = parts.get(sku.strip(), 0) + quantity(units.strip(), column)
    return tuple(parts.items()) or None


@dataclass(slots=True)
class Shelf:
    """What all rows of one stock file share: its reading, the order of its dates, and which SKU stood where in which line."""

    dialect: Dialect
    sheet: Sheet
    context: Context
    columns: frozenset[str]
    order: str
    seen: Marks = field(default_factory=Marks)


def read_stock(dialect: Dialect, sheet: Sheet, context: Context) -> Iterator[Item]:
    """Every count of a file."""
    columns = frozenset(StockRow._fields[1:]) & frozenset(sheet.keys)
    shelf = Shelf(dialect, sheet, context, columns, dialect.order_of(sheet, "as_of", context))
    return _by_sku(shelf) if dialect.repeated else records(sheet, StockRow, partial(level, shelf))


def level(shelf: Shelf, row: StockRow) -> IncomingStock | None:
    """The count of a row; None for one that only says again what an earlier row said."""
    found = _counted(shelf, row)
    line, first = unpacked(shelf.seen.setdefault((fold(found.sku), found.location), packed(row.line, found.on_hand)))
    if line == row.line:
        return _from_nought(shelf, found)
    if first == found.on_hand:
        problem = f"{found.sku} at {found.location} stands in line {line} already"
        shelf.sheet.note(row.line, "sku", row.sku, problem, "the number is the same: it was taken once")
        return None
    known = "no number" if first is None else first
    problem = f"{found.sku} at {found.location} has {known} in line {line}"
    raise CellError("on_hand", row.on_hand, problem, "count it, and leave one of the two rows")


def _counted(shelf: Shelf, row: StockRow) -> IncomingStock:
    """The count as the row has it, negative where the shop oversold."""
    dialect, context = shelf.dialect, shelf.context
    return IncomingStock(
        given(identifier(row.sku, "sku"), "sku"),
        location_of(row.location or dialect.location or context.location, "location", context),
        dialect.count(row.on_hand, "on_hand") if dialect.has_units(row.on_hand) else None,
        identifier(row.bin, "bin") or None,
        _safety(dialect, row.safety_stock),
        dialect.instant(row.as_of, "as_of", dialect.clock(context), shelf.order) if row.as_of else None,
        shelf.columns,
        row.line,
    )


def _from_nought(shelf: Shelf, one: IncomingStock) -> IncomingStock:
    if one.on_hand is None or one.on_hand >= 0:
        return one
    hint = "count the shelf: goods were sold that the book does not have"
    shelf.sheet.note(one.source_line, "on_hand", str(one.on_hand), "a negative stock is taken as 0", hint)
    return replace(one, on_hand=0)


def _by_sku(shelf: Shelf) -> Iterator[IncomingStock]:
    """The rows of one SKU at one place together: one count, or set aside where nobody said that they are parts of one.

    A row that cannot be read sets its whole SKU aside: what is left is not the stock.
    """
    for rows in _groups(shelf.sheet):
        try:
            parts = each(rows, partial(_part, shelf, len(rows) > 1))
        except RowsError as error:
            _leave_out(shelf.sheet, rows, error.wrong)
            continue
        places: dict[str, list[IncomingStock]] = {}
        for part in parts:
            places.setdefault(part.location, []).append(part)
        yield from filter(None, (_total(shelf, here) for here in places.values()))


def _groups(sheet: Sheet) -> Iterator[list[StockRow]]:
    """The rows of each SKU: at once where it stands in one row; the others at the end, sorted into piles that memory can hold one of."""
    seen = Marks()
    for row in sheet.rows(narrow("sku")):
        key = fold(row.sku)
        if not seen.add(key):
            seen.put(key, 1)
    piles: list[Pile[StockRow]] = [Pile(_HELD) for _ in range(_PILES)]
    for row in sheet.rows(StockRow):
        key = fold(row.sku)
        if seen.get(key):
            piles[crc32(key.encode("utf-8", "surrogatepass")) % _PILES].put(row)
        else:
            yield [row]
    for pile in piles:
        groups: dict[str, list[StockRow]] = {}
        for part in pile.parts():
            for row in part:
                groups.setdefault(fold(row.sku), []).append(row)
        yield from groups.values()


def _part(shelf: Shelf, is_one_of_many: bool, row: StockRow) -> IncomingStock:
    if is_one_of_many and not shelf.dialect.has_units(row.on_hand):
        given(row.on_hand, "on_hand")
    return _counted(shelf, row)


def _total(shelf: Shelf, parts: list[IncomingStock]) -> IncomingStock | None:
    """One count of all parts; bin, safety stock and time are those of the first."""
    first, sheet = parts[0], shelf.sheet
    if len(parts) > 1 and shelf.dialect.repeated != "sum":
        lines = ", ".join(str(part.source_line) for part in parts)
        hint = f"if these are parts of one stock, write in rules.yaml: readers: {shelf.dialect.name}: repeated: sum"
        for part in parts:
            sheet.reject(part.source_line, "sku", part.sku, f"{part.sku} at {part.location} stands in lines {lines}", hint)
        return None
    sheet.taken += len(parts)
    if len(parts) > 1:
        first = replace(first, on_hand=sum(part.on_hand or 0 for part in parts))
    return _from_nought(shelf, first)


def _leave_out(sheet: Sheet, rows: list[StockRow], wrong: list[tuple[int, CellError]]) -> None:
    for line, cell in wrong:
        sheet.reject(line, cell.column, cell.value, cell.problem, cell.hint)
    bad = {line for line, _ in wrong}
    lines = f"line{'s' if len(bad) > 1 else ''} {', '.join(map(str, sorted(bad)))}"
    for row in rows:
        if row.line not in bad:
            problem = f"{row.sku} was set aside as a whole: {lines} of it cannot be read"
            sheet.reject(row.line, "sku", row.sku, problem, "correct that and import the file again")


def _safety(dialect: Dialect, text: str) -> int | None:
    if not text:
        return None
    units = dialect.count(text, "safety_stock")
    if units < 0:
        raise CellError("safety_stock", text, "must not be negative", "write 0 for none")
    return units


def read_inbound(dialect: Dialect, sheet: Sheet, context: Context) -> Iterator[Item]:
    """Every expected receipt of a file."""
    return records(sheet, ReceiptRow, partial(receipt, dialect, context, dialect.order_of(sheet, "expected_on", context)))


def receipt(dialect: Dialect, context: Context, order: str, row: ReceiptRow) -> IncomingReceipt:
    """The receipt of a row."""
    return IncomingReceipt(
        given(identifier(row.sku, "sku"), "sku"),
        location_of(row.location or dialect.location or context.location, "location", context),
        dialect.quantity(row.quantity, "quantity"),
        dialect.day(row.expected_on, "expected_on", dialect.clock(context), order),
        identifier(row.reference, "reference"),
        row.line,
    )


def read_tracking(dialect: Dialect, sheet: Sheet, context: Context) -> Iterator[Item]:
    """Every parcel of a file."""
    return records(sheet, TrackingRow, partial(parcel, dialect, context, dialect.order_of(sheet, "shipped_at", context)))


def parcel(dialect: Dialect, context: Context, order: str, row: TrackingRow) -> IncomingTracking:
    """A parcel. A day without a time stays a day: whoever knows only the day must not seem to know the hour."""
    shipped = row.shipped_at
    if shipped:
        read = dialect.instant if ":" in shipped else dialect.day
        shipped = read(shipped, "shipped_at", dialect.clock(context), order)
    return IncomingTracking(
        shipment_or_order=given(identifier(row.shipment_or_order, "shipment_or_order"), "shipment_or_order"),
        carrier=row.carrier,
        tracking_number=given(identifier(row.tracking_number, "tracking_number"), "tracking_number"),
        service=row.service,
        shipped_at=shipped or None,
        cost=dialect.money(row.cost, "cost", context.currency),
        source_line=row.line,
    )


def read_returns(dialect: Dialect, sheet: Sheet, context: Context) -> Iterator[Item]:
    """Everything that customers want to send back."""
    return records(sheet, ReturnRow, partial(coming_back, dialect, context, dialect.order_of(sheet, "requested_at", context)))


def coming_back(dialect: Dialect, context: Context, order: str, row: ReturnRow) -> IncomingReturn:
    """A row of a return. A day without a time is its noon."""
    asked = row.requested_at
    if asked:
        instant = ":" in asked
        read = dialect.instant if instant else dialect.day
        asked = read(asked, "requested_at", dialect.clock(context), order)
        asked = asked if instant else f"{asked}T12:00:00Z"
    units = dialect.quantity(row.quantity, "quantity")
    return IncomingReturn(
        order_id=given(identifier(row.order_id, "order_id"), "order_id"),
        sku=given(identifier(row.sku, "sku"), "sku"),
        quantity=units,
        reason=given(row.reason, "reason"),
        channel=row.channel or context.channel,
        reference=identifier(row.reference, "reference"),
        requested_at=asked or None,
        note=row.note,
        exchange=_components(row.exchange, "exchange") or (),
        source_line=row.line,
    )


def read_orders(dialect: Dialect, sheet: Sheet, context: Context) -> Iterator[Item]:
    """Every order of a file."""
    silent = frozenset(part for part, column in PARTS.items() if not sheet.has(column))
    dates = {column: dialect.order_of(sheet, column, context) for column in ("placed_at", "ship_by", "deliver_by")}
    build = partial(_order, dialect, sheet, context, silent, dates)
    # One number of two channels is two orders.
    return orders(sheet, OrderRow, lambda row: row.order_id and f"{row.channel or context.channel}\0{row.order_id}", "order_id", build)


def _order(
    dialect: Dialect, sheet: Sheet, context: Context, silent: frozenset[str], dates: dict[str, str], key: str, rows: list[OrderRow]
) -> IncomingOrder:
    first = rows[0]
    zone, currency = dialect.clock(context), first.currency.upper() or context.currency

    def day(text: str, column: str) -> str | None:
        return dialect.day(text, column, zone, dates[column]) if text else None

    lines = each(rows, partial(_line, dialect, currency))
    parts = Address(
        first.name, first.company, first.address1, first.address2, first.city, first.region, first.postcode, first.country, first.phone
    )
    channel = key.partition("\0")[0]
    return IncomingOrder(
        channel=given(channel, "channel"),
        order_id=identifier(first.order_id, "order_id"),
        placed_at=dialect.instant(first.placed_at, "placed_at", zone, dates["placed_at"]),
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
        shipping=dialect.money(first.shipping, "shipping", currency),
        tax=dialect.money(first.tax, "tax", currency),
        tax_included=yes(first.tax_included, "tax_included", default=False) if first.tax_included else None,
        discount=dialect.money(first.discount, "discount", currency),
        total=dialect.money(first.total, "total", currency),
        silent=silent,
        source_line=first.line,
    )


def _line(dialect: Dialect, currency: str, row: OrderRow) -> IncomingLine:
    units = dialect.quantity(row.quantity, "quantity")
    return IncomingLine(
        identifier(row.line_id, "line_id"),
        given(identifier(row.sku, "sku"), "sku"),
        row.title,
        units,
        units,
        dialect.money(row.unit_price, "unit_price", currency),
        dialect.money(row.line_discount, "line_discount", currency),
        dialect.money(row.line_tax, "line_tax", currency),
        row.line_note,
    )

"""Etsy's downloads: sold order items (one row a line), sold orders (one row an order, its lines only as a list of SKUs), listings.

Days stand as month, day, year, the year with two or four figures in one and the same row. Neither file has e-mail or service.
Etsy takes no file of tracking numbers or stock: what goes out is a list to work through in the browser.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from omscli.base.address import Address
from omscli.carriers.names import carrier_name
from omscli.catalog.incoming import IncomingListing
from omscli.channels.addresses import address
from omscli.channels.cells import CellError, count, given, identifier, money, quantity, unscrambled
from omscli.channels.dates import local_instant, settled_order, written_day
from omscli.channels.grouping import each, orders, records, total_of
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.channels.writer import Dispatch, Fields, Offer, Record, Sending, Writer
from omscli.orders.incoming import IncomingLine, IncomingOrder


class ItemRow(NamedTuple):
    """The columns of sold order items."""

    line: int
    order_id: str
    transaction_id: str
    listing_id: str
    sale_date: str
    item_name: str
    quantity: str
    price: str
    date_paid: str
    date_shipped: str
    currency: str = ""
    sku: str = ""
    variations: str = ""
    discount_amount: str = ""
    order_shipping: str = ""
    order_sales_tax: str = ""
    ship_name: str = ""
    ship_address1: str = ""
    ship_address2: str = ""
    ship_city: str = ""
    ship_state: str = ""
    ship_zipcode: str = ""
    ship_country: str = ""
    inperson_location: str = ""


class OrderRow(NamedTuple):
    """The columns of sold orders."""

    line: int
    order_id: str
    sale_date: str
    number_of_items: str
    date_shipped: str
    full_name: str = ""
    street_1: str = ""
    street_2: str = ""
    ship_city: str = ""
    ship_state: str = ""
    ship_zipcode: str = ""
    ship_country: str = ""
    currency: str = ""
    discount_amount: str = ""
    shipping: str = ""
    sales_tax: str = ""
    order_total: str = ""
    status: str = ""
    inperson_location: str = ""
    sku: str = ""


class ListingRow(NamedTuple):
    """The columns of the listings download. Its quantity is that of all variations together."""

    line: int
    title: str
    quantity: str
    sku: str


SoldRow = TypeVar("SoldRow", ItemRow, OrderRow)

_SILENT_ITEMS = frozenset({"email", "service", "note", "tags", "totals"})
_SILENT_ORDERS = frozenset({"email", "service", "note", "tags", "lines", "prices", "payment"})

# What the buyer wants written on it stands behind the variation, and is no part of it.
_PERSONAL = re.compile(r"personali[sz]ation\s*:.*", re.IGNORECASE | re.DOTALL)


def _is_scrambled(sheet: Sheet, *columns: str) -> bool:
    """Whether a spreadsheet took the whole file for Windows-1252 and wrote that down: one cell that can be nothing else proves it."""
    return any(not cell.isascii() and unscrambled(cell) for column in columns for cell in sheet.column(column))


def _mended(sheet: Sheet, rows: list[SoldRow]) -> list[SoldRow]:
    """Rows of such a file with their letters put right, which is told once an order. Raises RowsError where letters are lost."""
    mended = each(rows, _mended_row)
    for before, after in zip(rows, mended, strict=True):
        column = next((name for name in before._fields[1:] if getattr(before, name) != getattr(after, name)), None)
        if column:
            problem = f"a spreadsheet has spoiled the letters; taken as {getattr(after, column)}"
            sheet.note(before.line, column, getattr(before, column), problem, "download the file again to be sure, and import it unopened")
            break
    return mended


def _mended_row(row: SoldRow) -> SoldRow:
    letters: dict[str, Any] = {column: _letters(text, column) for column, text in row._asdict().items() if column != "line"}
    return row._replace(**letters)


def _letters(text: str, column: str) -> str:
    """The letters behind those of a spoiled cell. The second half of an `à` is a blank, which was trimmed off at the end of a cell."""
    if text.isascii():
        return text
    plain = unscrambled(text) or unscrambled(f"{text}\u00a0")
    if plain is None:
        hint = "download the file again and import it without opening it in a spreadsheet"
        raise CellError(column, text, "a spreadsheet has spoiled the letters of this file, and these cannot be put right", hint)
    return plain


def _read_items(sheet: Sheet, context: Context) -> Iterator[Item]:
    date_order = settled_order(sheet.column("sale_date"), "mdy", context.date_order)
    scrambled = _is_scrambled(sheet, "ship_name", "ship_address1", "ship_city", "item_name")
    return orders(
        sheet,
        ItemRow,
        lambda row: row.order_id,
        "order_id",
        partial(_of_items, sheet, context, date_order, scrambled),
        key_columns=("order_id",),
    )


def _of_items(sheet: Sheet, context: Context, date_order: str, scrambled: bool, order_id: str, rows: list[ItemRow]) -> IncomingOrder:
    if scrambled:
        rows = _mended(sheet, rows)
    first = rows[0]
    currency = first.currency or context.currency
    lines = each(rows, partial(_line, currency))
    sold = bool(first.inperson_location)
    day, _ = written_day(first.sale_date, "sale_date", date_order)
    return IncomingOrder(
        channel=context.channel,
        order_id=order_id,
        placed_at=local_instant(day, "", context.timezone),
        state="sold" if sold else "open" if any(line.to_ship for line in lines) else "fulfilled",
        payment="paid" if any(row.date_paid for row in rows) else "pending",
        currency=currency,
        lines=lines,
        ship_to=_address(sheet, first, first.ship_name, first.ship_address1, first.ship_address2),
        # These three stand on the first row of an order, and 0 on the others.
        shipping=total_of(rows, "order_shipping", currency),
        tax=total_of(rows, "order_sales_tax", currency),
        discount=total_of(rows, "discount_amount", currency),
        silent=_SILENT_ITEMS,
        sold_at=first.inperson_location or None,
        source_line=first.line,
    )


def _address(sheet: Sheet, row: ItemRow | OrderRow, name: str, line1: str, line2: str) -> Address:
    parts = Address(
        name=name, line1=line1, line2=line2, city=row.ship_city, region=row.ship_state, postcode=row.ship_zipcode, country=row.ship_country
    )
    return address(sheet, row.line, ("ship_zipcode", "ship_zipcode"), parts)


def _line(currency: str, row: ItemRow) -> IncomingLine:
    """A line. Most shops give no SKU: the listing and the chosen variation name the goods then."""
    units = quantity(row.quantity, "quantity")
    wish = _PERSONAL.search(row.variations)
    variation = row.variations[: wish.start()].rstrip(", ") if wish else row.variations
    sku = identifier(row.sku, "sku") or f"{identifier(row.listing_id, 'listing_id')} {variation}".strip()
    return IncomingLine(
        identifier(row.transaction_id, "transaction_id"),
        given(sku, "sku"),
        row.item_name,
        units,
        0 if row.date_shipped or row.inperson_location else units,
        money(row.price, "price", currency),
        note=wish[0] if wish else "",
    )


def _read_orders(sheet: Sheet, context: Context) -> Iterator[Item]:
    date_order = settled_order(sheet.column("sale_date"), "mdy", context.date_order)
    scrambled = _is_scrambled(sheet, "full_name", "street_1", "ship_city")
    return orders(
        sheet,
        OrderRow,
        lambda row: row.order_id,
        "order_id",
        partial(_of_order, sheet, context, date_order, scrambled),
        key_columns=("order_id",),
    )


def _of_order(sheet: Sheet, context: Context, date_order: str, scrambled: bool, order_id: str, rows: list[OrderRow]) -> IncomingOrder:
    if len(rows) > 1:
        raise CellError("order_id", order_id, "stands in more than one row", "this file has one row an order: download it again")
    (row,) = _mended(sheet, rows) if scrambled else rows
    currency = row.currency or context.currency
    day, _ = written_day(row.sale_date, "sale_date", date_order)
    lines, doubts = _listed(row)
    state = "sold" if row.inperson_location else "fulfilled" if row.date_shipped else "open"
    if "cancel" in row.status.casefold():
        state = "cancelled"
    return IncomingOrder(
        channel=context.channel,
        order_id=order_id,
        placed_at=local_instant(day, "", context.timezone),
        state=state,
        payment="paid",
        currency=currency,
        lines=lines if state == "open" else [_done(line) for line in lines],
        ship_to=_address(sheet, row, row.full_name, row.street_1, row.street_2),
        shipping=money(row.shipping, "shipping", currency),
        tax=money(row.sales_tax, "sales_tax", currency),
        discount=money(row.discount_amount, "discount_amount", currency),
        total=money(row.order_total, "order_total", currency),
        silent=_SILENT_ORDERS,
        sold_at=row.inperson_location or None,
        doubts=doubts if state == "open" else (),
        source_line=row.line,
    )


def _done(line: IncomingLine) -> IncomingLine:
    line.to_ship = 0
    return line


def _listed(row: OrderRow) -> tuple[list[IncomingLine], tuple[str, ...]]:
    """The lines by the list of SKUs. It has one entry a line, not a unit: only when both numbers agree is each of them one unit.

    Otherwise the known SKUs count as one each, and what is missing stays a line without a SKU, so that the order waits.
    """
    units = quantity(row.number_of_items, "number_of_items")
    skus = Counter(part for part in map(str.strip, row.sku.split(",")) if part)
    lines = [IncomingLine("", sku, "", count, count) for sku, count in skus.items()]
    rest = units - skus.total()
    if not rest:
        return lines, ()
    told = f"the file lists {skus.total() or 'no'} SKU{'s' * (skus.total() != 1)} for {units} item{'s' * (units > 1)}"
    if rest > 0:
        lines.append(IncomingLine("", "", f"{rest} item{'s' * (rest > 1)} without a SKU", rest, rest))
    return lines, (f"{told}: import the file of sold order items, which tells them",)


def _read_listings(sheet: Sheet, context: Context) -> Iterator[Item]:
    del context  # Etsy has one stock for all
    for listings in records(sheet, ListingRow, partial(_listings, sheet)):
        yield from listings


def _listings(sheet: Sheet, row: ListingRow) -> list[IncomingListing] | None:
    """A listing by each of its SKUs. The number of one SKU is known only where it is the only one."""
    skus = list(dict.fromkeys(identifier(one, "sku") for one in map(str.strip, row.sku.split(",")) if one))
    if not skus:
        sheet.note(row.line, "sku", row.title, "has no SKU, and is not known by anything else", "give it one in Etsy: Listings, Edit")
        return None
    units = count(row.quantity, "quantity")
    ids = {"title": html.unescape(row.title)}
    return [IncomingListing(sku, units if len(skus) == 1 else None, ids=ids, source_line=row.line) for sku in skus]


def _stock(records: Sequence[Record], sending: Sending) -> Iterator[Fields]:
    del sending
    for one in records:
        if isinstance(one, Offer):
            before = "" if one.listed is None else str(one.listed)
            yield {"listing": one.ids.get("title", ""), "sku": one.channel_sku, "quantity": str(max(0, one.quantity)), "before": before}


def _worklist(records: Sequence[Record], sending: Sending) -> Iterator[Fields]:
    """A row for each parcel, with what it holds: Etsy asks for the day, the carrier and the number."""
    parcels: dict[tuple[str, str, str], list[Dispatch]] = {}
    for one in records:
        if isinstance(one, Dispatch):
            parcels.setdefault((one.order_id, one.carrier, one.tracking_number), []).append(one)
    for (order, carrier, number), held in parcels.items():
        left = datetime.fromisoformat(held[0].shipped_at).astimezone(ZoneInfo(sending.zone)).date()
        yield {
            "order": order, "shipped_on": left.isoformat(), "carrier": carrier_name(carrier), "tracking_number": number,
            "link": held[0].tracking_url, "items": ", ".join(f"{one.quantity} × {one.title or one.sku}" for one in held),
            "rest": "" if held[0].whole_order else "more to come",
        }  # fmt: skip


READERS = (
    Reader(
        name="etsy",
        form="items",
        read=_read_items,
        columns=ItemRow,
        must=frozenset({"sale_date", "transaction_id", "listing_id"}),
    ),
    Reader(
        name="etsy",
        form="orders",
        read=_read_orders,
        columns=OrderRow,
        must=frozenset({"sale_date", "number_of_items", "order_net"}),
        must_not=frozenset({"transaction_id"}),
    ),
    Reader(
        name="etsy",
        form="listings",
        kind="listings",
        read=_read_listings,
        columns=ListingRow,
        must=frozenset({"title", "currency_code", "materials", "image1"}),
    ),
)
_WORKLIST = {
    "Order": "order", "Shipped on": "shipped_on", "Carrier": "carrier", "Tracking number": "tracking_number", "Tracking link": "link",
    "Items": "items", "Rest of the order": "rest",
}  # fmt: skip
WRITERS = (
    Writer(
        name="etsy",
        form="worklist",
        kind="tracking",
        rows=_worklist,
        columns=_WORKLIST,
        fields=frozenset(_WORKLIST.values()),
        texts=frozenset({"carrier", "items"}),
        for_people=True,
        upload="by hand: Shop Manager, Orders, Complete order",
    ),
    Writer(
        name="etsy",
        form="stock",
        kind="stock",
        rows=_stock,
        columns={"Listing": "listing", "SKU": "sku", "Quantity": "quantity", "Quantity before": "before"},
        fields=frozenset({"listing", "sku", "quantity", "before"}),
        texts=frozenset({"listing", "sku"}),
        for_people=True,
        upload="by hand: Shop Manager, Listings, Quick edit",
    ),
)

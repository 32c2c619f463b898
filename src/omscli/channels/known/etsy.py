"""Etsy's two downloads: sold order items (one row a line) and sold orders (one row an order, its lines only as a list of SKUs).

Days stand as month, day, year, the year with two or four figures in one and the same row. Neither file has e-mail or service.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from omscli.base.address import Address
from omscli.channels.addresses import address
from omscli.channels.cells import CellError, given, identifier, money, quantity
from omscli.channels.dates import local_instant, settled_order, written_day
from omscli.channels.grouping import each, orders, total_of
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
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


_SILENT_ITEMS = frozenset({"email", "service", "note", "tags", "totals"})
_SILENT_ORDERS = frozenset({"email", "service", "note", "tags", "lines", "prices", "payment"})

# What the buyer wants written on it stands behind the variation, and is no part of it.
_PERSONAL = re.compile(r"personali[sz]ation\s*:.*", re.IGNORECASE | re.DOTALL)


def _read_items(sheet: Sheet, context: Context) -> Iterator[Item]:
    build = partial(_of_items, sheet, context, settled_order(sheet.column("sale_date"), "mdy", context.date_order))
    return orders(sheet, ItemRow, lambda row: row.order_id, "order_id", build)


def _of_items(sheet: Sheet, context: Context, date_order: str, order_id: str, rows: list[ItemRow]) -> IncomingOrder:
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
    build = partial(_of_order, sheet, context, settled_order(sheet.column("sale_date"), "mdy", context.date_order))
    return orders(sheet, OrderRow, lambda row: row.order_id, "order_id", build)


def _of_order(sheet: Sheet, context: Context, date_order: str, order_id: str, rows: list[OrderRow]) -> IncomingOrder:
    if len(rows) > 1:
        raise CellError("order_id", order_id, "stands in more than one row", "this file has one row an order: download it again")
    (row,) = rows
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
)

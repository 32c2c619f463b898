"""Wayfair Partner Home's file of purchase orders (US, and Europe's with other names for some columns), one row an item.

Wayfair buys at the wholesale price of one unit and pays by invoice. It names the carrier and the account that the parcel goes on.
Orders of its own warehouses (CastleGate) are ignored. A tracking number is given when the label is made, and says nothing of
whether it left.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import NamedTuple

from omscli.base.address import Address
from omscli.base.text import fold
from omscli.channels.addresses import address
from omscli.channels.cells import given, identifier, money, quantity
from omscli.channels.dates import any_day, any_instant, settled_order
from omscli.channels.grouping import each, orders
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.channels.states import whole_state
from omscli.orders.incoming import IncomingLine, IncomingOrder


class Row(NamedTuple):
    """The columns used, by their US names."""

    line: int
    po_number: str
    po_date: str
    must_ship_by: str
    order_status: str
    item_number: str
    quantity: str
    warehouse_name: str = ""
    backorder_date: str = ""
    backorder_reason: str = ""
    item_name: str = ""
    wholesale_price: str = ""
    ship_method: str = ""
    carrier_name: str = ""
    shipping_account_number: str = ""
    ship_to_name: str = ""
    ship_to_address: str = ""
    ship_to_address_2: str = ""
    ship_to_city: str = ""
    ship_to_state: str = ""
    ship_to_zip: str = ""
    ship_to_phone: str = ""
    ship_speed: str = ""
    po_date_time: str = ""
    customization_text: str = ""
    packing_slip_url: str = ""
    sku: str = ""
    destination_country: str = ""
    b2border: str = ""


_EUROPE = {
    "must_dispatch_by": "must_ship_by",
    "delivery_method": "ship_method",
    "delivery_account_number": "shipping_account_number",
    "delivery_speed": "ship_speed",
    "deliver_to_name": "ship_to_name",
    "deliver_to_address": "ship_to_address",
    "deliver_to_address_2": "ship_to_address_2",
    "deliver_to_city": "ship_to_city",
    "deliver_to_province": "ship_to_state",
    "deliver_to_county": "ship_to_state",
    "deliver_to_postal_code": "ship_to_zip",
    "deliver_to_postcode": "ship_to_zip",
    "deliver_to_phone": "ship_to_phone",
    "customisation_text": "customization_text",
}
_STATES = {
    "open": "open",
    "new": "open",
    "backordered": "open",
    "ready for pickup": "open",
    "pending ship confirmation": "open",
    "shipped": "fulfilled",
    "delivered": "fulfilled",
    "returned": "fulfilled",
    "cancelled": "cancelled",
    "canceled": "cancelled",
}
_SILENT = frozenset({"email", "note", "totals"})


def _read(sheet: Sheet, context: Context) -> Iterator[Item]:
    # Files with the European names have the day first, those with the US names the month.
    declared = "dmy" if "dispatch" in fold(sheet.header_of("must_ship_by")) else "mdy"
    dates = chain(sheet.column("po_date"), sheet.column("po_date_time"), sheet.column("must_ship_by"))
    build = partial(_order, sheet, context, settled_order(dates, declared, context.date_order))
    return orders(sheet, Row, lambda row: row.po_number, "po_number", build)


def _order(sheet: Sheet, context: Context, date_order: str, order_id: str, rows: list[Row]) -> IncomingOrder:
    first = rows[0]
    ours = [row for row in rows if not _is_theirs(row)]
    state = whole_state({_state(row) for row in ours}) if ours else "ignored"
    lines = each(rows, partial(_line, context.currency))
    if state == "open" and not any(line.to_ship for line in lines):
        state = "fulfilled"
    return IncomingOrder(
        channel=context.channel,
        order_id=identifier(order_id, "po_number"),
        placed_at=_placed_at(first, context.timezone, date_order),
        state=state,
        payment="voided" if state == "cancelled" else "paid",
        currency=context.currency,
        lines=[line for line in lines if line.quantity],
        ship_to=_address(sheet, first),
        raw_status=next((row.order_status for row in ours if _state(row) == "unknown"), "") if state == "unknown" else "",
        service=first.ship_method or first.ship_speed,
        ship_by=any_day(first.must_ship_by, "must_ship_by", context.timezone, date_order) if first.must_ship_by else None,
        tags=_tags(rows),
        other_ids=_other_ids(first),
        silent=_SILENT,
        source_line=first.line,
    )


def _placed_at(row: Row, zone: str, date_order: str) -> str:
    column = "po_date_time" if row.po_date_time else "po_date"
    return any_instant(getattr(row, column), column, zone, date_order)


def _state(row: Row) -> str:
    return _STATES.get(fold(row.order_status), "unknown")


def _is_theirs(row: Row) -> bool:
    """Whether it leaves from Wayfair's own warehouse (`CastleGate …`)."""
    return fold(row.warehouse_name).startswith("castlegate")


def _tags(rows: list[Row]) -> tuple[str, ...]:
    late = any(row.backorder_date for row in rows)
    business = fold(rows[0].b2border) in ("yes", "y", "true", "1")
    return tuple(tag for tag, applies in (("backorder", late), ("business", business)) if applies)


def _other_ids(row: Row) -> dict[str, str]:
    """The carrier and the account that Wayfair wants its parcel on, the warehouse it ordered from, and its packing slip."""
    found = {
        "carrier": row.carrier_name,
        "carrier_account": identifier(row.shipping_account_number, "shipping_account_number"),
        "warehouse": row.warehouse_name,
        "packing_slip": row.packing_slip_url,
    }
    return {name: value for name, value in found.items() if value}


def _address(sheet: Sheet, row: Row) -> Address:
    parts = Address(
        name=row.ship_to_name, line1=row.ship_to_address, line2=row.ship_to_address_2, city=row.ship_to_city, region=row.ship_to_state,
        postcode=row.ship_to_zip, country=row.destination_country, phone=row.ship_to_phone,
    )  # fmt: skip
    return address(sheet, row.line, ("ship_to_zip", "ship_to_phone"), parts)


def _line(currency: str, row: Row) -> IncomingLine:
    """A line. `Item Number` is the seller's own; `SKU` is Wayfair's. A cancelled line may have 0 units."""
    units = quantity(row.quantity, "quantity", 0)
    sku = identifier(row.item_number, "item_number") or identifier(row.sku, "sku")
    return IncomingLine(
        "",
        given(sku, "item_number"),
        row.item_name,
        units,
        units if _state(row) in ("open", "unknown") and not _is_theirs(row) else 0,
        money(row.wholesale_price, "wholesale_price", currency),
        note="\n".join(filter(None, (row.customization_text, _backorder(row)))),
    )


def _backorder(row: Row) -> str:
    reason = f" ({row.backorder_reason})" if row.backorder_reason else ""
    return f"backordered to {row.backorder_date}{reason}" if row.backorder_date else ""


READERS = (
    Reader(
        name="wayfair",
        form="po",
        read=_read,
        columns=Row,
        must=frozenset({"po_number", "must_ship_by"}),
        aliases=_EUROPE,
    ),
)

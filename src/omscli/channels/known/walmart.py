"""Walmart Marketplace: the PO file of Seller Center (an Excel workbook, or the same saved as CSV), one row a line.

A line is known by PO number and line number, and has its own status. What Walmart ships itself (WFS) is ignored. The price is
that of one unit. The same 37 columns go back to Walmart, filled with what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

from omscli.base.address import Address
from omscli.base.text import fold
from omscli.channels.addresses import address
from omscli.channels.cells import CellError, given, identifier, money, quantity, split_line
from omscli.channels.dates import any_day, any_instant, settled_order
from omscli.channels.grouping import each, orders, total_of
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.channels.states import whole_state
from omscli.channels.writer import Dispatch, Fields, Offer, Record, Sending, Writer
from omscli.orders.incoming import IncomingLine, IncomingOrder


class Row(NamedTuple):
    """The columns used; `line_number` is `Line#`."""

    line: int
    po: str
    order_date: str
    line_number: str
    status: str
    qty: str
    sku: str
    order: str = ""
    ship_by: str = ""
    delivery_date: str = ""
    customer_name: str = ""
    customer_phone_number: str = ""
    ship_to_address_1: str = ""
    ship_to_address_2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    item_description: str = ""
    shipping_method: str = ""
    shipping_tier: str = ""
    item_cost: str = ""
    shipping_cost: str = ""
    tax: str = ""
    update_status: str = ""
    seller_order_no: str = ""
    fulfillment_entity: str = ""
    replacement_order: str = ""
    original_customer_order_id: str = ""


_STATES = {
    "created": "open",
    "acknowledged": "open",
    "unshipped": "open",
    "shipped": "fulfilled",
    "delivered": "fulfilled",
    "cancelled": "cancelled",
    "canceled": "cancelled",
}
_SILENT = frozenset({"email", "note"})
_US_ZIP = re.compile(r"[0-9]{3,5}(-?[0-9]{4})?")
_CA_POSTCODE = re.compile(r"[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]", re.IGNORECASE)


def _read(sheet: Sheet, context: Context) -> Iterator[Item]:
    dates = chain(sheet.column("order_date"), sheet.column("ship_by"), sheet.column("delivery_date"))
    build = partial(_order, sheet, context, settled_order(dates, "ymd", context.date_order))
    return orders(sheet, Row, lambda row: row.po, "po", build)


def _order(sheet: Sheet, context: Context, date_order: str, order_id: str, rows: list[Row]) -> IncomingOrder:
    first = rows[0]
    if first.update_status and not first.order_date:
        raise CellError("update_status", first.update_status, "is a file for Walmart, not from it", "download the PO file of Seller Center")
    currency, zone = context.currency, context.timezone
    state = "ignored" if all(map(_is_theirs, rows)) else whole_state({_state(row) for row in rows if not _is_theirs(row)})
    lines = each(rows, partial(_line, currency))
    return IncomingOrder(
        channel=context.channel,
        order_id=order_id,
        placed_at=any_instant(first.order_date, "order_date", zone, date_order),
        state=state,
        payment="voided" if state == "cancelled" else "paid",
        currency=currency,
        lines=[line for line in lines if line.quantity],
        ship_to=_address(sheet, first),
        raw_status=next((row.status for row in rows if _state(row) == "unknown"), "") if state == "unknown" else "",
        service=_service(first),
        ship_by=any_day(first.ship_by, "ship_by", zone, date_order) if first.ship_by else None,
        deliver_by=any_day(first.delivery_date, "delivery_date", zone, date_order) if first.delivery_date else None,
        tags=("replacement",) if fold(first.replacement_order) in ("yes", "y", "true") else (),
        shipping=total_of(rows, "shipping_cost", currency),
        tax=total_of(rows, "tax", currency),
        other_ids=_other_ids(first),
        silent=_SILENT,
        source_line=first.line,
    )


def _state(row: Row) -> str:
    return _STATES.get(fold(row.status), "unknown")


def _is_theirs(row: Row) -> bool:
    """Whether Walmart Fulfillment Services send the line: `WFSFulfilled`, `WFS Fulfilled`."""
    return fold(row.fulfillment_entity).startswith(("wfs", "walmart"))


def _service(row: Row) -> str:
    """Method and tier (`Value STANDARD`); a tier that only repeats the method says nothing more."""
    method, tier = row.shipping_method, row.shipping_tier
    return method if fold(method) == fold(tier) else f"{method} {tier}".strip()


def _other_ids(row: Row) -> dict[str, str]:
    """The customer's order, which Walmart's file wants back, and the order that a replacement replaces."""
    found = {
        "customer_order": identifier(row.order, "order"),
        "seller_order": identifier(row.seller_order_no, "seller_order_no"),
        "replaces": identifier(row.original_customer_order_id, "original_customer_order_id"),
    }
    return {name: value for name, value in found.items() if value}


def _address(sheet: Sheet, row: Row) -> Address:
    """The address by its own columns; the country, which the file does not name, by the form of the postcode."""
    country = "US" if _US_ZIP.fullmatch(row.zip) else "CA" if _CA_POSTCODE.fullmatch(row.zip) else ""
    parts = Address(
        name=row.customer_name, line1=row.ship_to_address_1, line2=row.ship_to_address_2, city=row.city, region=row.state,
        postcode=row.zip, country=country, phone=row.customer_phone_number,
    )  # fmt: skip
    return address(sheet, row.line, ("zip", "customer_phone_number"), parts)


def _line(currency: str, row: Row) -> IncomingLine:
    """A line, its cost that of all its units; Walmart may write 0 units of one that was cancelled."""
    state = _state(row)
    units = quantity(row.qty, "qty", 0 if state == "cancelled" else 1)
    price, excess = split_line(money(row.item_cost, "item_cost", currency), units)
    return IncomingLine(
        identifier(given(row.line_number, "line_number"), "line_number"),
        identifier(given(row.sku, "sku"), "sku"),
        row.item_description,
        units,
        units if state in ("open", "unknown") and not _is_theirs(row) else 0,
        price,
        excess or None,
        tax=money(row.tax, "tax", currency),
    )


READERS = (
    Reader(
        name="walmart",
        form="po",
        read=_read,
        columns=Row,
        must=frozenset({"po", "order", "line_number"}),
        aliases={"line": "line_number"},
    ),
)

_PO_FILE = (
    "PO#", "Order#", "Order Date", "Ship By", "Delivery Date", "Customer Name", "Customer Shipping Address", "Customer Phone Number",
    "Ship to Address 1", "Ship to Address 2", "City", "State", "Zip", "Segment", "FLIDS", "Line#", "UPC", "Status", "Item Description",
    "Shipping Method", "Shipping Tier", "Shipping SLA", "Shipping Config SOurce", "Qty", "SKU", "Item Cost", "Shipping Cost", "Tax",
    "Update Status", "Update Qty", "Carrier", "Tracking Number", "Tracking Url", "Seller Order NO", "Fulfillment Entity",
    "Replacement Order", "Original Customer Order Id",
)  # fmt: skip
_FILLED = {
    "PO#": "order_id", "Order#": "customer_order", "Line#": "line_id", "SKU": "sku", "Update Status": "=Shipped", "Update Qty": "quantity",
    "Carrier": "carrier", "Tracking Number": "tracking_number", "Tracking Url": "tracking_url", "Seller Order NO": "seller_order",
    "Original Customer Order Id": "replaces",
}  # fmt: skip
_FIELDS = frozenset({
    "order_id", "customer_order", "seller_order", "replaces", "line_id", "sku", "title", "quantity", "carrier", "service",
    "tracking_number", "tracking_url", "shipped_on",
})  # fmt: skip
_CARRIERS = {"usps": "USPS", "ups": "UPS", "fedex": "FedEx", "dhl": "DHL", "ontrac": "OnTrac"}


def _shipped(records: Sequence[Record], _sending: Sending) -> Iterator[Fields]:
    """A row for each line and parcel: a line that left in two parcels has two."""
    for one in records:
        if isinstance(one, Dispatch):
            yield {
                "order_id": one.order_id,
                "customer_order": one.other_ids.get("customer_order", ""),
                "seller_order": one.other_ids.get("seller_order", ""),
                "replaces": one.other_ids.get("replaces", ""),
                "line_id": one.line_id,
                "sku": one.sku,
                "title": one.title,
                "quantity": str(one.quantity),
                "carrier": _CARRIERS.get(fold(one.carrier), one.carrier),
                "service": one.service,
                "tracking_number": one.tracking_number,
                "tracking_url": one.tracking_url,
                "shipped_on": one.shipped_at[:10],
            }


def _offered(records: Sequence[Record], _sending: Sending) -> Iterator[Fields]:
    for one in records:
        if isinstance(one, Offer):
            yield {"sku": one.channel_sku, "quantity": str(one.quantity), "place": one.place}


WRITERS = (
    Writer(
        name="walmart",
        form="tracking",
        kind="tracking",
        rows=_shipped,
        columns={header: _FILLED.get(header, "=") for header in _PO_FILE},
        fields=_FIELDS,
        shapes={
            "order_id": re.compile(r"\S+"),
            "line_id": re.compile(r"\S+"),
            "quantity": re.compile(r"[1-9][0-9]{0,5}"),
            "carrier": re.compile(r"\S.*"),
            "tracking_number": re.compile(r"[0-9A-Za-z][0-9A-Za-z -]*"),
        },
        texts=frozenset({"title", "service"}),
        suffix="xlsx",
        upload="Seller Center › Orders › Bulk update",
    ),
    Writer(
        name="walmart",
        form="stock",
        kind="stock",
        rows=_offered,
        columns={"SKU": "sku", "Quantity": "quantity"},
        fields=frozenset({"sku", "quantity", "place"}),
        shapes={"sku": re.compile(r"\S.*"), "quantity": re.compile(r"[0-9]{1,6}")},
        suffix="xlsx",
        upload="Seller Center › Catalog › Update items in bulk › Inventory",
    ),
)

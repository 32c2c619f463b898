"""ShipStation: its exports of shipments come in, orders that need a label go out.

An export with columns of items has a row for each of them, and repeats the parcel. Its columns are called `Group - Field`; the
list on the screen has short names instead. What goes out has one row an item; rows with one order number become one order, and
a number that ShipStation knows is brought up to date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from omscli.base.marks import Marks, packed, unpacked
from omscli.base.text import fold
from omscli.catalog.incoming import IncomingTracking
from omscli.channels.cells import CellError, identifier, money
from omscli.channels.dates import settled_order
from omscli.channels.grouping import records
from omscli.channels.label_fields import HEAD_FIELDS, HEAD_TEXTS, ITEM_FIELDS, NOT_EMPTY, head, items_of, labels_of, money_in
from omscli.channels.label_reports import left_on
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.channels.writer import Fields, Record, Sending, Writer


class ExportRow(NamedTuple):
    """The columns used of an export with `Group - Field` names."""

    line: int
    order_number: str
    shipment_tracking_number: str
    date_shipped_date: str = ""
    date_ship_date: str = ""
    shipment_ship_date: str = ""
    shipment_carrier: str = ""
    carrier_name: str = ""
    shipment_service: str = ""
    carrier_service_selected: str = ""
    amount_shipping_cost: str = ""


class GridRow(NamedTuple):
    """The columns used of the list on the screen: `Order #`, `Tracking #`."""

    line: int
    order: str
    tracking: str
    ship_date: str = ""
    carrier: str = ""
    service: str = ""
    shipping_cost: str = ""


class _Said(NamedTuple):
    """What a row of either file says of its parcel."""

    line: int
    order: str
    number: str
    left: str
    carrier: str
    service: str
    cost: str


class _Columns(NamedTuple):
    """How a file calls the columns that can be wrong."""

    order: str
    number: str
    left: str
    cost: str


# Which of its dates an export has is a matter of its template.
_LEFT = ("date_shipped_date", "shipment_ship_date", "date_ship_date")
_GRID = _Columns("order", "tracking", "ship_date", "shipping_cost")


def _read_export(sheet: Sheet, context: Context) -> Iterator[Item]:
    left = next((key for key in _LEFT if sheet.has(key)), _LEFT[0])
    take = _taking(sheet, context, _Columns("order_number", "shipment_tracking_number", left, "amount_shipping_cost"))
    return records(sheet, ExportRow, lambda row: take(_of_export(row, left)))


def _read_grid(sheet: Sheet, context: Context) -> Iterator[Item]:
    take = _taking(sheet, context, _GRID)
    return records(sheet, GridRow, lambda row: take(_of_grid(row)))


def _of_export(row: ExportRow, left: str) -> _Said:
    """The label's own carrier and service go before those chosen for the order."""
    return _Said(
        row.line,
        row.order_number,
        row.shipment_tracking_number,
        getattr(row, left),
        row.shipment_carrier or row.carrier_name,
        row.shipment_service or row.carrier_service_selected,
        row.amount_shipping_cost,
    )


def _of_grid(row: GridRow) -> _Said:
    return _Said(row.line, row.order, row.tracking, row.ship_date, row.carrier, row.service, row.shipping_cost)


def _taking(sheet: Sheet, context: Context, columns: _Columns) -> Callable[[_Said], IncomingTracking | None]:
    date_order = settled_order(sheet.column(columns.left), "mdy", context.date_order)
    return partial(_parcel, sheet, context, columns, date_order, Marks())


def _parcel(sheet: Sheet, context: Context, columns: _Columns, date_order: str, seen: Marks, row: _Said) -> IncomingTracking | None:
    """A parcel at its first row. Rows of its other items, and orders without a label so far, say nothing new."""
    ref = identifier(row.order, columns.order)
    if not row.number:
        if row.left and fold(ref) not in seen:
            sheet.note(row.line, columns.number, "", f"{ref} has left without a tracking number: left out", f"if it has: oms ship {ref}")
        return None
    if not ref:
        raise CellError(columns.order, "", "is empty", "ship it by hand: oms ship S-… --tracking NUMBER")
    number, cost = identifier(row.number, columns.number), money(row.cost, columns.cost, context.currency)
    line, known = unpacked(seen.setdefault((fold(ref), fold(number)), packed(row.line, cost)))
    seen.add(fold(ref))
    if line != row.line:
        if cost != known:
            sheet.note(row.line, columns.cost, row.cost, f"another cost than in line {line}, which was taken", "one label has one cost")
        return None
    return IncomingTracking(
        shipment_or_order=ref,
        carrier=row.carrier,
        tracking_number=number,
        service=row.service,
        shipped_at=left_on(row.left, columns.left, context.timezone, date_order),
        cost=cost,
        source_line=row.line,
    )


def _rows(records: Sequence[Record], sending: Sending) -> Iterator[Fields]:
    """One row an item, what belongs to the parcel on each. Without a column for it, money is that of the seller's home."""
    for label, reference in labels_of(records):
        parcel = head(label, reference, sending)
        for item in items_of(label):
            yield money_in(sending.currency, label, {**parcel, **item})


READERS = (
    Reader(
        name="shipstation",
        form="export",
        kind="tracking",
        read=_read_export,
        columns=ExportRow,
        must=frozenset({"order_number", "shipment_tracking_number"}),
        aliases={"carrier_service_sel": "carrier_service_selected"},
    ),
    Reader(
        name="shipstation",
        form="grid",
        kind="tracking",
        read=_read_grid,
        columns=GridRow,
        must=frozenset({"order", "tracking"}),
        any_of=frozenset({"shipping_cost", "recipient"}),
        must_not=frozenset({"po"}),
        aliases={"tracking_number": "tracking", "shipped_date": "ship_date"},
    ),
)

WRITERS = (
    Writer(
        name="shipstation",
        form="labels",
        together="reference",
        kind="labels",
        rows=_rows,
        columns={
            "Order #": "reference",
            "Order Date": "ordered_us",
            "Order Total": "total",
            "Shipping Paid": "shipping",
            "Shipping Service": "wanted_service",
            "Height(in)": "height_in",
            "Length(in)": "length_in",
            "Width(in)": "width_in",
            "Weight(oz)": "weight_oz",
            "Custom Field 1": "order",
            "Custom Field 2": "order_id",
            "Order Source": "channel",
            "Notes from the Buyer": "note",
            "Buyer Email": "email",
            "Recipient Full Name": "name",
            "Recipient Phone": "phone",
            "Recipient Company": "company",
            "Address Line 1": "address1",
            "Address Line 2": "address2",
            "City": "city",
            "State": "region",
            "Postal Code": "postcode",
            "Country Code": "country",
            "Item SKU": "sku",
            "Item Name": "title",
            "Item Quantity": "quantity",
            "Item Unit Price": "unit_price",
            "Item Weight (oz)": "unit_weight_oz",
            "HS Tariff": "hs_code",
            "Country of Origin": "origin",
        },
        fields=HEAD_FIELDS | ITEM_FIELDS,
        shapes={
            "reference": re.compile(r".{1,50}", re.DOTALL),
            "sku": re.compile(r".{0,50}", re.DOTALL),
            "quantity": re.compile(r"[0-9]{0,5}"),
            "name": NOT_EMPTY,
            "address1": NOT_EMPTY,
            "city": NOT_EMPTY,
            "country": NOT_EMPTY,
        },
        texts=HEAD_TEXTS,
        upload="ShipStation: Orders, then Import Orders, into a manual store",
    ),
)

"""Pirate Ship: its report of shipments comes in, a spreadsheet of parcels that need a label goes out.

The report has the columns that the seller's grid shows, so any of them may be missing. A label belongs to a shipment by the
Order ID that was mapped at the upload. Pirate Ship charges in US dollars.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from omscli.catalog.incoming import IncomingTracking
from omscli.channels.cells import CellError, given, identifier, money
from omscli.channels.dates import settled_order
from omscli.channels.grouping import records
from omscli.channels.label_fields import HEAD_FIELDS, HEAD_TEXTS, NOT_EMPTY, SUMMARY_FIELDS, head, labels_of, money_in, summary
from omscli.channels.label_reports import is_paid_back, left_on
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.channels.writer import Fields, Record, Sending, Writer


class Row(NamedTuple):
    """The columns used."""

    line: int
    tracking_number: str
    order_id: str
    cost: str = ""
    status: str = ""
    ship_date: str = ""
    carrier: str = ""
    service: str = ""


# What no other program calls a column: at least one of them stands in a report, whatever the grid shows.
_ITS_OWN = frozenset(
    {
        "batch",
        "created_date",
        "estimated_delivery_time",
        "label_size",
        "rubber_stamp_1",
        "rubber_stamp_2",
        "rubber_stamp_3",
        "saved_package",
        "ship_from",
        "tracking_info",
    }
)


def _read(sheet: Sheet, context: Context) -> Iterator[Item]:
    order = settled_order(sheet.column("ship_date"), "mdy", context.date_order)
    return records(sheet, Row, partial(_parcel, sheet, context, order, set()))


def _parcel(sheet: Sheet, context: Context, order: str, told: set[str], row: Row) -> IncomingTracking | None:
    """A label that is in use. Those that were paid back are skipped with a note."""
    if is_paid_back(row.status, "status"):
        sheet.note(row.line, "status", row.status, f"the label {row.tracking_number} was paid back: left out")
        return None
    if not sheet.has("status") and "status" not in told:
        told.add("status")
        sheet.note(row.line, "status", "", "the file does not say which labels were paid back", "let the grid show Status and export again")
    if not row.order_id:
        raise CellError(
            "order_id", "", "is empty", "map the order number to Order ID when you upload; for this one: oms ship S-… --tracking NUMBER"
        )
    return IncomingTracking(
        shipment_or_order=given(identifier(row.order_id, "order_id"), "order_id"),
        carrier=row.carrier,
        tracking_number=given(identifier(row.tracking_number, "tracking_number"), "tracking_number"),
        service=row.service,
        shipped_at=left_on(row.ship_date, "ship_date", context.timezone, order),
        cost=_cost(sheet, context, told, row),
        source_line=row.line,
    )


def _cost(sheet: Sheet, context: Context, told: set[str], row: Row) -> int | None:
    cost = money(row.cost, "cost", "USD")
    if cost is None or context.currency == "USD":
        return cost
    if "cost" not in told:
        told.add("cost")
        sheet.note(row.line, "cost", row.cost, f"costs in USD are left out: the books are in {context.currency}")
    return None


def _rows(records: Sequence[Record], sending: Sending) -> Iterator[Fields]:
    for label, reference in labels_of(records):
        yield {**money_in("USD", label, head(label, reference, sending)), **summary(label)}


READERS = (
    Reader(
        name="pirateship",
        form="shipments",
        kind="tracking",
        read=_read,
        columns=Row,
        must=frozenset({"tracking_number", "order_id"}),
        any_of=_ITS_OWN,
    ),
)

WRITERS = (
    Writer(
        name="pirateship",
        form="labels",
        together="reference",
        kind="labels",
        rows=_rows,
        columns={
            "Order ID": "reference",
            "Name": "name",
            "Company": "company",
            "Address Line 1": "address1",
            "Address Line 2": "address2",
            "City": "city",
            "State": "region",
            "Zipcode": "postcode",
            "Country": "country",
            "Phone": "phone",
            "Email": "email",
            "Weight (oz)": "weight_oz",
            "Length (in)": "length_in",
            "Width (in)": "width_in",
            "Height (in)": "height_in",
            "Rubber Stamp 1": "order",
            "Rubber Stamp 2": "contents",
            "Order Value": "value",
            "Customs Description": "description",
            "HS Code": "hs_code",
            "Country of Origin": "origin",
        },
        fields=HEAD_FIELDS | SUMMARY_FIELDS,
        shapes={"name": NOT_EMPTY, "address1": NOT_EMPTY, "city": NOT_EMPTY},
        texts=HEAD_TEXTS,
        upload="Pirate Ship: Ship, then Upload a Spreadsheet",
    ),
)

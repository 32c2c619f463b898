"""Shippo: its list of labels comes in, orders that need a label go out, one row an item.

Both forms change with the account; the columns that go out are the seller's to change in rules.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from omscli.catalog.incoming import IncomingTracking
from omscli.channels.cells import given, identifier, money
from omscli.channels.dates import settled_order
from omscli.channels.grouping import records
from omscli.channels.label_fields import HEAD_FIELDS, HEAD_TEXTS, ITEM_FIELDS, NOT_EMPTY, SUMMARY_FIELDS, head, items_of, labels_of, summary
from omscli.channels.label_reports import is_paid_back, left_on
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.channels.writer import Fields, Record, Sending, Writer


class Row(NamedTuple):
    """The columns used."""

    line: int
    order_number: str
    tracking_number: str
    carrier: str = ""
    service: str = ""
    label_cost: str = ""
    label_currency: str = ""
    label_status: str = ""
    ship_date: str = ""


def _read(sheet: Sheet, context: Context) -> Iterator[Item]:
    order = settled_order(sheet.column("ship_date"), "mdy", context.date_order)
    return records(sheet, Row, partial(_parcel, sheet, context, order))


def _parcel(sheet: Sheet, context: Context, order: str, row: Row) -> IncomingTracking | None:
    """A label that is in use; orders without one say nothing new."""
    if is_paid_back(row.label_status, "label_status"):
        sheet.note(row.line, "label_status", row.label_status, f"the label {row.tracking_number} was paid back: left out")
        return None
    if not row.tracking_number:
        return None
    currency = row.label_currency.upper() or context.currency
    cost = money(row.label_cost, "label_cost", currency)
    if cost is not None and currency != context.currency:
        sheet.note(row.line, "label_cost", row.label_cost, f"a cost in {currency} is left out: the books are in {context.currency}")
        cost = None
    return IncomingTracking(
        shipment_or_order=given(identifier(row.order_number, "order_number"), "order_number"),
        carrier=row.carrier,
        tracking_number=identifier(row.tracking_number, "tracking_number"),
        service=row.service,
        shipped_at=left_on(row.ship_date, "ship_date", context.timezone, order),
        cost=cost,
        source_line=row.line,
    )


def _rows(records: Sequence[Record], sending: Sending) -> Iterator[Fields]:
    for label, reference in labels_of(records):
        parcel = {**head(label, reference, sending), **summary(label)}
        for item in items_of(label):
            yield {**parcel, **item}


READERS = (
    Reader(
        name="shippo",
        form="tracking",
        kind="tracking",
        read=_read,
        columns=Row,
        must=frozenset({"order_number", "tracking_number"}),
        any_of=frozenset({"label_cost", "label_status", "tracking_status"}),
        must_not=frozenset({"order_id", "shipment_tracking_number"}),
        aliases={"provider": "carrier", "shipment_date": "ship_date"},
    ),
)

WRITERS = (
    Writer(
        name="shippo",
        form="labels",
        together="reference",
        kind="labels",
        rows=_rows,
        columns={
            "Order Number": "reference",
            "Order Date": "ordered_on",
            "Recipient Name": "name",
            "Company": "company",
            "Email": "email",
            "Phone": "phone",
            "Street Line 1": "address1",
            "Street Number": "=",  # the number stands in the line itself, as the customer wrote it
            "Street Line 2": "address2",
            "City": "city",
            "State/Province": "region",
            "Zip/Postal Code": "postcode",
            "Country": "country",
            "Item Title": "title",
            "SKU": "sku",
            "Quantity": "quantity",
            "Item Weight": "unit_weight_g",
            "Item Weight Unit": "=g",
            "Item Price": "unit_price",
            "Item Currency": "currency",
            "Order Weight": "weight_g",
            "Order Weight Unit": "=g",
            "Order Amount": "total",
            "Order Currency": "currency",
        },
        fields=HEAD_FIELDS | ITEM_FIELDS | SUMMARY_FIELDS,
        shapes={"name": NOT_EMPTY, "address1": NOT_EMPTY, "city": NOT_EMPTY, "country": NOT_EMPTY},
        texts=HEAD_TEXTS,
        upload="Shippo: Orders, then Import CSV",
    ),
)

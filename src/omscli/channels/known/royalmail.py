"""Royal Mail Click & Drop: its list of orders with tracking numbers comes in, orders that need a label go out.

Its spreadsheets know a few strict forms: kilograms, days as dd/mm/yy, countries by name, names in Roman letters. Inside the
United Kingdom a parcel is one row; a parcel that goes through customs has one row for each kind of goods.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from omscli.base.text import fold
from omscli.catalog.incoming import IncomingTracking
from omscli.channels.cells import given, identifier
from omscli.channels.dates import settled_order
from omscli.channels.grouping import records
from omscli.channels.label_fields import HEAD_FIELDS, HEAD_TEXTS, ITEM_FIELDS, head, items_of, labels_of, readable
from omscli.channels.label_reports import left_on
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.channels.writer import Fields, Label, Record, Sending, Writer


class Row(NamedTuple):
    """The columns used; which ones the file has is the seller's template."""

    line: int
    order_reference: str
    tracking_number: str
    shipping_service: str = ""
    despatch_date: str = ""


_OTHERS = {"dispatch_date": "despatch_date", "despatched_on": "despatch_date"}


def _read(sheet: Sheet, context: Context) -> Iterator[Item]:
    order = settled_order(sheet.column("despatch_date"), "dmy", context.date_order)
    return records(sheet, Row, partial(_parcel, context, order))


def _parcel(context: Context, order: str, row: Row) -> IncomingTracking | None:
    """A parcel. Letters travel without a number: those have left once they were despatched. Before that there is nothing to tell."""
    left = left_on(row.despatch_date, "despatch_date", context.timezone, order)
    number = identifier(row.tracking_number, "tracking_number")
    if not number and not left:
        return None
    return IncomingTracking(
        shipment_or_order=given(identifier(row.order_reference, "order_reference"), "order_reference"),
        carrier="Parcelforce" if "parcelforce" in fold(row.shipping_service) else "Royal Mail",
        tracking_number=number,
        service=row.shipping_service,
        shipped_at=left,
        source_line=row.line,
    )


# What a spreadsheet is read as there: figures longer than these become a rounded number.
_MOST_FIGURES = 11
_SIZES = ("Letter", "Large letter", "Small parcel", "Medium parcel", "Parcel", "Printed papers")
_CODE = re.compile(r"[A-Z]{2,4}[0-9]{0,3}")
# Letters of the Latin script with their accents, and the signs that stand between them. Nothing is put into other letters:
# whoever is called so must be asked.
_ROMAN = r"[\x20-\x7e\u00a0-\u024f\u1e00-\u1eff\u2010-\u201f]"
_NO_CUSTOMS = frozenset({"GB", "IM", ""})


def _rows(records: Sequence[Record], sending: Sending) -> Iterator[Fields]:
    for label, reference in labels_of(records):
        parcel = {**head(label, reference, sending), **_own(label)}
        if label.ship_to.country in _NO_CUSTOMS:
            yield {**dict.fromkeys(ITEM_FIELDS, ""), **parcel}
            continue
        for item in items_of(label):
            yield {**parcel, **item, "sku": _as_text(item["sku"], "")}


def _own(label: Label) -> dict[str, str]:
    """The fields that only Click & Drop wants, or wants in another form."""
    phone = re.sub(r"[^0-9+]", "", label.ship_to.phone)
    is_mail = re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", label.email)
    return {
        "order_id": _as_text(label.order_id, f"{label.channel}:{label.order_id}"),
        "phone": phone if len(phone) <= 25 else "",
        "email": label.email if is_mail and len(label.email) <= 100 else "",
        "package_size": next((size for size in _SIZES if fold(size) == fold(label.box.replace("_", " "))), ""),
        "service_code": label.service if _CODE.fullmatch(label.service) else "",
        "instructions": readable(label.note, 100),
    }


def _as_text(text: str, otherwise: str) -> str:
    """An id as it is, unless it would be read as a number and rounded."""
    return otherwise if text.isdecimal() and len(text) > _MOST_FIGURES else text


def _length(least: int, most: int, letters: str = ".") -> re.Pattern[str]:
    return re.compile(f"{letters}{{{least},{most}}}", re.DOTALL)


READERS = (
    Reader(
        name="royalmail",
        form="tracking",
        kind="tracking",
        read=_read,
        columns=Row,
        must=frozenset({"order_reference", "tracking_number"}),
        aliases=_OTHERS,
    ),
)

WRITERS = (
    Writer(
        name="royalmail",
        form="labels",
        together="reference",
        kind="labels",
        rows=_rows,
        columns={
            "Order reference": "reference",
            "Date": "ordered_uk",
            "Full name": "name",
            "Company name": "company",
            "Address line 1": "address1",
            "Address line 2": "address2",
            "Address line 3": "=",
            "City": "city",
            "County": "region",
            "Postcode": "postcode",
            "Country": "country_name",
            "Email": "email",
            "Phone": "phone",
            "Weight": "weight_kg",
            "Package size": "package_size",
            "Sub-total": "value",
            "Shipping cost": "shipping",
            "Total": "total",
            "Currency code": "currency",
            "Service code": "service_code",
            "Special instructions": "instructions",
            "Product SKU": "sku",
            "Product name": "title",
            "Quantity": "quantity",
            "Unit price": "unit_price",
            "Unit weight": "unit_weight_kg",
            "Customs code": "hs_code",
            "Country of origin": "origin",
        },
        fields=HEAD_FIELDS | ITEM_FIELDS | {"package_size", "service_code", "instructions"},
        shapes={
            "reference": _length(1, 40),
            "name": _length(1, 200, _ROMAN),
            "company": _length(0, 100),
            "address1": _length(1, 100),
            "address2": _length(0, 100),
            "city": _length(1, 100),
            "region": _length(0, 100),
            "postcode": _length(0, 20),
        },
        texts=HEAD_TEXTS,
        upload="Click & Drop: Orders, then Import",
    ),
)

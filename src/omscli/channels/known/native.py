"""Our own CSV files: products, stock, expected receipts, orders and tracking. The README lists their columns.

A column that is missing leaves what is stored as it is; an empty cell of a column that is there means unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import cast

from omscli.base.money import decimal_text, is_currency
from omscli.catalog.incoming import PRODUCT_COLUMNS
from omscli.channels.building import read_inbound, read_orders, read_products, read_returns, read_stock, read_tracking
from omscli.channels.dialect import PLAIN, Dialect
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.rows import OrderRow, ProductRow, ReceiptRow, ReturnRow, StockRow, TrackingRow
from omscli.channels.sheet import Sheet
from omscli.channels.writer import Dispatch, Fields, Label, Offer, Record, Sending, Writer


def _form(
    kind: str,
    read: Callable[[Dialect, Sheet, Context], Iterator[Item]],
    columns: type,
    must: str,
    any_of: Iterable[str] = (),
    must_not: Iterable[str] = (),
) -> Reader:
    return Reader(
        name="native",
        form=kind,
        kind=kind,
        read=partial(read, PLAIN),
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
    _form("products", read_products, ProductRow, "sku", set(PRODUCT_COLUMNS) - {"sku", "parent", "options"}, _NOT_PRODUCTS.split()),
    _form("stock", read_stock, StockRow, "sku location on_hand", must_not=["handle"]),
    _form("inbound", read_inbound, ReceiptRow, "sku location quantity expected_on"),
    _form("tracking", read_tracking, TrackingRow, "shipment_or_order tracking_number"),
    _form("orders", read_orders, OrderRow, "order_id placed_at sku quantity"),
    _form("returns", read_returns, ReturnRow, "order_id sku quantity reason", must_not=["placed_at"]),
)


def _offers(records: Sequence[Record], _sending: Sending) -> Iterator[Fields]:
    for one in cast("Sequence[Offer]", records):
        yield {
            "sku": one.sku,
            "channel_sku": one.channel_sku,
            "quantity": str(one.quantity),
            "place": one.place,
            "location": one.location,
            "listed": "" if one.listed is None else str(one.listed),
        }


def _dispatches(records: Sequence[Record], _sending: Sending) -> Iterator[Fields]:
    for one in cast("Sequence[Dispatch]", records):
        yield {
            "order_id": one.order_id,
            "line_id": one.line_id,
            "sku": one.sku,
            "title": one.title,
            "quantity": str(one.quantity),
            "carrier": one.carrier,
            "service": one.service,
            "tracking_number": one.tracking_number,
            "tracking_url": one.tracking_url,
            "shipped_at": one.shipped_at,
            "whole_order": "yes" if one.whole_order else "no",
        }


def _labels(records: Sequence[Record], _sending: Sending) -> Iterator[Fields]:
    for one in cast("Sequence[Label]", records):
        to, size = one.ship_to, one.size_mm or ("", "", "")
        yield {
            **{name: getattr(one, name) for name in _LABEL_TEXTS},
            **{name: getattr(to, name) for name in ("name", "company", "city", "region", "postcode", "country", "phone")},
            "order": one.order_ref,
            "address1": to.line1,
            "address2": to.line2,
            **{name: str(side) for name, side in zip(("length_mm", "width_mm", "height_mm"), size, strict=True)},
            "weight_g": str(one.weight_g),
            "total": _amount(one.total, one.currency),
            "shipping": _amount(one.shipping, one.currency),
            **_contents(one),
        }


def _contents(label: Label) -> Fields:
    """What the parcel holds: one entry an item in every cell, in the same order, so that the cells belong together."""
    items = label.items
    return {
        "units": str(sum(item.quantity for item in items)),
        "items": "|".join(f"{item.sku}:{item.quantity}" for item in items),
        "titles": "|".join(item.title.replace("|", "/") for item in items),
        "prices": "|".join(_amount(item.unit_price, label.currency) for item in items),
        "weights_g": "|".join("" if item.weight_g is None else str(item.weight_g) for item in items),
        "hs_codes": "|".join(item.hs_code for item in items),
        "origins": "|".join(item.origin for item in items),
    }


def _amount(minor: int | None, currency: str) -> str:
    # The amount of a currency nobody knows was read with two places.
    return "" if minor is None else decimal_text(minor, currency if is_currency(currency) else "EUR")


_LABEL_TEXTS = (
    "shipment", "order_id", "channel", "placed_at", "email", "wanted_service", "carrier", "service", "ship_on", "box", "currency", "note",
)  # fmt: skip
_STOCK = {"sku": "channel_sku", "quantity": "quantity"}
_TRACKING = ("order_id", "line_id", "sku", "quantity", "carrier", "service", "tracking_number", "tracking_url", "shipped_at")
_LABELS = (
    "shipment", "order", "order_id", "channel", "placed_at", "ship_on", "carrier", "service", "wanted_service",
    "name", "company", "address1", "address2", "city", "region", "postcode", "country", "phone", "email",
    "box", "length_mm", "width_mm", "height_mm", "weight_g",
    "units", "items", "titles", "prices", "weights_g", "hs_codes", "origins", "currency", "total", "shipping", "note",
)  # fmt: skip
_THERE = re.compile(r".+")
_UNITS = re.compile(r"[0-9]{1,6}")

WRITERS = (
    Writer(
        name="native",
        form="stock",
        kind="stock",
        rows=_offers,
        columns=_STOCK,
        fields=frozenset({"sku", "channel_sku", "quantity", "place", "location", "listed"}),
        shapes={"channel_sku": _THERE, "quantity": _UNITS},
    ),
    Writer(
        name="native",
        form="tracking",
        kind="tracking",
        rows=_dispatches,
        columns={name: name for name in _TRACKING},
        fields=frozenset({*_TRACKING, "title", "whole_order"}),
        shapes={"order_id": _THERE, "quantity": _UNITS},
        texts=frozenset({"title", "carrier", "service"}),
    ),
    Writer(
        name="native",
        form="labels",
        kind="labels",
        rows=_labels,
        columns={name: name for name in _LABELS},
        fields=frozenset(_LABELS),
        shapes={"shipment": _THERE},
        texts=frozenset(
            {"name", "company", "address1", "address2", "city", "region", "phone", "email", "titles", "note", "wanted_service"}
        ),
    ),
)

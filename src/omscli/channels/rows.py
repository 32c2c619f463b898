"""The columns of our own files. Files of other forms are turned into these by a profile (`mapping`), JSON lines by `json_lines`.

A field without default is a column that every such file needs; what else a form must have, its reader says.
"""

from __future__ import annotations

from typing import NamedTuple


class ProductRow(NamedTuple):
    """products.csv."""

    line: int
    sku: str
    title: str = ""
    barcode: str = ""
    weight_g: str = ""
    length_mm: str = ""
    width_mm: str = ""
    height_mm: str = ""
    price: str = ""
    cost: str = ""
    currency: str = ""
    parent: str = ""
    options: str = ""
    category: str = ""
    components: str = ""
    keep_upright: str = ""
    fragile: str = ""
    ships_alone: str = ""
    hazmat: str = ""
    returnable: str = ""
    hs_code: str = ""
    origin: str = ""


class StockRow(NamedTuple):
    """stock.csv."""

    line: int
    sku: str
    on_hand: str
    location: str = ""  # a profile may name one place for the whole file
    bin: str = ""
    safety_stock: str = ""
    as_of: str = ""


class ReceiptRow(NamedTuple):
    """inbound.csv."""

    line: int
    sku: str
    quantity: str
    expected_on: str
    location: str = ""  # as in StockRow
    reference: str = ""


class TrackingRow(NamedTuple):
    """tracking.csv."""

    line: int
    shipment_or_order: str
    tracking_number: str
    carrier: str = ""
    service: str = ""
    shipped_at: str = ""
    cost: str = ""


class ReturnRow(NamedTuple):
    """returns.csv: one row a SKU that comes back."""

    line: int
    order_id: str
    sku: str
    quantity: str
    reason: str
    channel: str = ""
    reference: str = ""
    requested_at: str = ""
    note: str = ""
    exchange: str = ""


class OrderRow(NamedTuple):
    """orders.csv: one row a line, what belongs to the order repeated on each."""

    line: int
    order_id: str
    placed_at: str
    sku: str
    quantity: str
    channel: str = ""
    payment: str = ""
    currency: str = ""
    email: str = ""
    phone: str = ""
    name: str = ""
    company: str = ""
    address1: str = ""
    address2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    service: str = ""
    ship_by: str = ""
    deliver_by: str = ""
    pickup_location: str = ""
    tags: str = ""
    note: str = ""
    shipping: str = ""
    tax: str = ""
    tax_included: str = ""
    discount: str = ""
    total: str = ""
    line_id: str = ""
    title: str = ""
    unit_price: str = ""
    line_discount: str = ""
    line_tax: str = ""
    line_note: str = ""

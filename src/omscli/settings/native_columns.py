"""The columns of our own CSV files, which `readers:` may map others onto."""

from __future__ import annotations

from omscli.catalog.incoming import PRODUCT_COLUMNS
from omscli.returns.incoming import RETURN_COLUMNS

_ORDER_COLUMNS = """
channel order_id placed_at payment currency email phone name company address1 address2 city region postcode country
service ship_by deliver_by pickup_location tags note shipping tax tax_included discount total
line_id sku title quantity unit_price line_discount line_tax line_note
"""

NATIVE_COLUMNS: dict[str, tuple[str, ...]] = {
    "products": tuple(PRODUCT_COLUMNS),
    "stock": ("sku", "location", "on_hand", "bin", "safety_stock", "as_of"),
    "inbound": ("sku", "location", "quantity", "expected_on", "reference"),
    "tracking": ("shipment_or_order", "carrier", "service", "tracking_number", "shipped_at", "cost"),
    "orders": tuple(_ORDER_COLUMNS.split()),
    "returns": RETURN_COLUMNS,
}

# Without these a row says nothing. Of stock and receipts a profile may name the one location for the whole file instead.
NEEDED_COLUMNS: dict[str, tuple[str, ...]] = {
    "products": ("sku",),
    "stock": ("sku", "on_hand", "location"),
    "inbound": ("sku", "quantity", "expected_on", "location"),
    "tracking": ("shipment_or_order", "tracking_number"),
    "orders": ("order_id", "placed_at", "sku", "quantity"),
    "returns": ("order_id", "sku", "quantity", "reason"),
}

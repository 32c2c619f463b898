"""Rows of product files, before the store has seen them. None means: this file says nothing; unknown is not zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class IncomingListing:
    """What a channel's own list says it offers of one SKU, and by which ids it finds it again when it is told a new number."""

    sku: str
    quantity: int | None  # None: the channel does not count it there
    place: str = ""  # where the channel keeps stock by place: its own name of the place
    ids: Mapping[str, str] = field(default_factory=dict)
    source_line: int = 0

    def as_json(self) -> dict[str, Any]:
        """The public form."""
        return {"sku": self.sku, "place": self.place, "quantity": self.quantity, "ids": dict(self.ids)}


@dataclass(slots=True)
class IncomingProduct:
    """One product. Weight in grams, lengths in millimetres, money in minor units of `currency`.

    `columns` names what the file speaks of: a column that is missing leaves what is stored as it is, an empty cell of a
    column that is there means unknown.
    """

    sku: str
    title: str = ""
    barcode: str | None = None
    weight_g: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    price: int | None = None
    cost: int | None = None
    currency: str | None = None
    parent: str | None = None
    options: str | None = None
    category: str | None = None
    components: tuple[tuple[str, int], ...] | None = None  # a kit: (SKU, units) each
    keep_upright: bool = False
    fragile: bool = False
    ships_alone: bool = False
    hazmat: bool = False
    returnable: bool = True
    hs_code: str | None = None
    origin: str | None = None
    listing: IncomingListing | None = None  # a channel's own catalogue also says what it offers
    columns: frozenset[str] = frozenset()
    source_line: int = 0

    def as_json(self) -> dict[str, Any]:
        """The native columns as keys; a kit's components as `{sku: units}`."""
        found = {name: getattr(self, name) for name in PRODUCT_COLUMNS}
        found["components"] = dict(self.components) if self.components else None
        return found


PRODUCT_COLUMNS = [
    "sku",
    "title",
    "barcode",
    "weight_g",
    "length_mm",
    "width_mm",
    "height_mm",
    "price",
    "cost",
    "currency",
    "parent",
    "options",
    "category",
    "components",
    "keep_upright",
    "fragile",
    "ships_alone",
    "hazmat",
    "returnable",
    "hs_code",
    "origin",
]


@dataclass(slots=True)
class IncomingStock:
    """What lies at one place, counted at one instant (`as_of`, UTC text, None: now). `on_hand` None: not a statement about stock.

    Where the file tells only what is free, `is_available`: what our open orders claim there is not in the number.
    """

    sku: str
    location: str
    on_hand: int | None
    bin: str | None = None
    safety_stock: int | None = None
    as_of: str | None = None
    columns: frozenset[str] = frozenset()
    source_line: int = 0
    is_available: bool = False
    listing: IncomingListing | None = None

    def as_json(self) -> dict[str, Any]:
        """The native columns as keys."""
        return {
            "sku": self.sku,
            "location": self.location,
            "on_hand": self.on_hand,
            "bin": self.bin,
            "safety_stock": self.safety_stock,
            "as_of": self.as_of,
        }


@dataclass(slots=True)
class IncomingReceipt:
    """Goods expected at a place on a date (`inbound.csv`)."""

    sku: str
    location: str
    quantity: int
    expected_on: str
    reference: str = ""
    source_line: int = 0

    def as_json(self) -> dict[str, Any]:
        """The native columns as keys."""
        return {
            "sku": self.sku,
            "location": self.location,
            "quantity": self.quantity,
            "expected_on": self.expected_on,
            "reference": self.reference,
        }


@dataclass(slots=True)
class IncomingTracking:
    """One parcel that left, as the label software or the carrier tells it. Cost in minor units of the home currency."""

    shipment_or_order: str
    carrier: str
    tracking_number: str
    service: str = ""
    shipped_at: str | None = None  # UTC text, or an ISO date where the file gives only the day
    cost: int | None = None
    source_line: int = 0
    doubts: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The native columns as keys."""
        return {
            "shipment_or_order": self.shipment_or_order,
            "carrier": self.carrier,
            "service": self.service,
            "tracking_number": self.tracking_number,
            "shipped_at": self.shipped_at,
            "cost": self.cost,
        }

"""A location: a warehouse, a store, a 3PL or a drop-ship supplier, with its own clock and working days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time

from omscli.base.address import Address
from omscli.base.geo import Point
from omscli.base.workdays import Calendar

KINDS = ("warehouse", "store", "3pl", "supplier")


@dataclass(frozen=True, slots=True)
class Location:
    """One place that holds goods. Money in minor units of the home currency."""

    code: str
    kind: str = "warehouse"  # one of KINDS
    name: str = ""
    address: Address = field(default_factory=Address)
    point: Point | None = None
    timezone: str = "UTC"
    calendar: Calendar = field(default_factory=Calendar)
    cutoff: time | None = None  # routed before this local time leaves the same working day; None: any time
    handling_days: int = 0  # working days between the order and its leaving
    lead_days: int = 0  # a supplier's working days, on top of handling_days
    handling_cost: int = 0  # per shipment
    daily_capacity: int | None = None  # shipments a day; None: no limit, 0: never ships
    safety_stock: int = 0  # units per SKU that are not offered
    ships: bool = True
    pickup: bool = False
    ships_to: frozenset[str] | None = None  # countries; None: everywhere its carriers go
    rank: int = 1_000_000
    email: str = ""

    @property
    def is_supplier(self) -> bool:
        """Gets a purchase order instead of a pick list."""
        return self.kind == "supplier"

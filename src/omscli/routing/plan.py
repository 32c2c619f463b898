"""The result of deciding: per order where each unit comes from, what waits, and why. Plain data, no behaviour of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from math import ceil
from typing import Any

from omscli.packing.model import Parcel

STATES = ("routed", "part_routed", "backordered", "held", "unroutable")


@dataclass(slots=True)
class PlannedLine:
    """Units of one order line in one shipment; `parts` are what leaves the shelf: (product, units per unit of the line)."""

    line: int
    line_id: str
    sku: str
    quantity: int
    parts: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class PlannedShipment:
    """What one place sends. Money in minor units of the home currency."""

    location: str
    method: str  # ship, pickup, dropship
    lines: list[PlannedLine]
    parcels: tuple[Parcel, ...] = ()
    carrier: str = ""
    service: str = ""
    ship_on: date | None = None
    arrives: date | None = None
    distance_km: float | None = None
    postage: int = 0
    boxes: int = 0
    handling: int = 0
    penalties: int = 0
    late_days: int = 0
    below_safety: int = 0
    zone: int | None = None
    notes: tuple[str, ...] = ()  # what was assumed: an unknown weight, a zone guessed

    @property
    def total(self) -> int:
        """All parts of the cost."""
        return self.postage + self.boxes + self.handling + self.penalties

    @property
    def units(self) -> int:
        """Units of order lines."""
        return sum(line.quantity for line in self.lines)


@dataclass(slots=True)
class Waiting:
    """Units of a line that no place can send now."""

    line: int
    line_id: str
    sku: str
    quantity: int
    expected_on: str | None = None


@dataclass(slots=True)
class OrderPlan:
    """The decision about one order."""

    order: int
    ref: str
    channel: str
    order_id: str
    state: str
    rule: str = ""
    shipments: list[PlannedShipment] = field(default_factory=list)
    backordered: list[Waiting] = field(default_factory=list)
    cancelled: list[Waiting] = field(default_factory=list)  # a rule gives these units up
    unfilled: int = 0  # units without stock, whether they wait, are given up, or hold the order up
    hold: str = ""  # the reason of a rule that holds
    question: str = ""  # what a person should look at although the order waits by rule
    reasons: list[str] = field(default_factory=list)  # one sentence each
    drawn: dict[int, int] = field(default_factory=dict)  # hold -> units that come out of it
    account: dict[str, Any] = field(default_factory=dict)  # candidates and what ruled places out, for `oms why`


@dataclass(slots=True)
class Plan:
    """All decisions of one run, in the order of the facts."""

    strategy: str
    currency: str
    orders: list[OrderPlan]
    unfilled_price: int = 0
    each_objective: int | None = None  # what order by order would have cost; None: this is order by order
    lower_bound: int | None = None  # no plan costs less; None: nobody looked
    cut_short: bool = False  # whether the clock ended the search
    settled: tuple[str, str] | None = None  # fingerprints of the question and of the answer, under `batch`

    @property
    def objective(self) -> int:
        """Money to be spent, and the prices of rules.yaml for what is not money; also for units without stock."""
        total = 0
        for order in self.orders:
            total += order.unfilled * self.unfilled_price
            for one in order.shipments:
                total += one.postage + one.boxes + one.handling + one.penalties
        return total

    @property
    def gap_percent(self) -> float | None:
        """No plan is cheaper by more than this, rounded up to hundredths."""
        if self.lower_bound is None:
            return None
        return ceil(max(0, self.objective - self.lower_bound) * 10_000 / max(1, self.objective)) / 100

    def totals(self) -> dict[str, Any]:
        """Sums over all orders (`oms.route/1`)."""
        shipments = [one for order in self.orders for one in order.shipments]
        waiting = sum(row.quantity for order in self.orders for row in order.backordered)
        cost = sum(one.postage + one.boxes + one.handling for one in shipments)
        objective = self.objective
        return {
            "orders": len(self.orders),
            "shipments": len(shipments),
            "units": sum(one.units for one in shipments),
            "backordered_units": waiting,
            "held": sum(order.state == "held" for order in self.orders),
            "unroutable": sum(order.state == "unroutable" for order in self.orders),
            "cost": cost,
            "objective": objective,
            "currency": self.currency,
            "lower_bound": self.lower_bound,
            "gap_percent": self.gap_percent,
            "proved": self.lower_bound is not None and objective <= self.lower_bound,
            "each_objective": objective if self.each_objective is None else self.each_objective,
            "cut_short": self.cut_short,
        }

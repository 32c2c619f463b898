"""Two plans of the same orders side by side: what each costs, and which orders move. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from omscli.routing.plan import OrderPlan, PlannedShipment


@dataclass(slots=True)
class Sums:
    """What plans come to. Money in minor units of the home currency, km summed over shipments."""

    orders: int = 0
    shipments: int = 0
    units: int = 0
    cost: int = 0  # postage, boxes, handling
    penalties: int = 0  # the prices of rules.yaml for what is sent: late days, distance, more shipments, safety stock
    km: float = 0.0
    late: int = 0  # orders of which a part arrives after the day promised or asked for
    backordered: int = 0  # units
    cancelled: int = 0  # units that a rule gives up
    held: int = 0
    unroutable: int = 0

    def add(self, order: OrderPlan) -> None:
        """Count one order in."""
        self.orders += 1
        for one in order.shipments:
            self.shipments += 1
            self.units += one.units
            self.cost += one.postage + one.boxes + one.handling
            self.penalties += one.penalties
            self.km += one.distance_km or 0.0
        self.late += any(one.late_days for one in order.shipments)
        self.backordered += sum(row.quantity for row in order.backordered)
        self.cancelled += sum(row.quantity for row in order.cancelled)
        self.held += order.state == "held"
        self.unroutable += order.state == "unroutable"

    def as_json(self) -> dict[str, Any]:
        """All sums; km to a tenth."""
        found: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**found, "km": round(self.km, 1)}


@dataclass(slots=True)
class Move:
    """An order that is decided otherwise: where its units leave from, before and after, and what that costs more."""

    order: int
    ref: str
    run: int
    before: str
    after: str
    cost: int


@dataclass(slots=True)
class Comparison:
    """Plans under the rules as they were, and under others."""

    before: Sums = field(default_factory=Sums)
    after: Sums = field(default_factory=Sums)
    moves: list[Move] = field(default_factory=list)

    def difference(self) -> dict[str, Any]:
        """After less before, sum by sum."""
        first, second = self.before.as_json(), self.after.as_json()
        return {name: round(second[name] - first[name], 1) if name == "km" else second[name] - first[name] for name in first}


def compare(pairs: Iterable[tuple[int, OrderPlan, OrderPlan]]) -> Comparison:
    """Orders decided twice: (run, before, after). Those that move come in their own order."""
    found = Comparison()
    for run, before, after in pairs:
        found.before.add(before)
        found.after.add(after)
        if _deed(before) != _deed(after):
            words = [words_of(one) for one in (before, after)]
            for more in ("goods", "days"):
                if words[0] == words[1]:  # say more, until a person sees what is otherwise
                    words = [words_of(one, more) for one in (before, after)]
            found.moves.append(Move(before.order, before.ref, run, words[0], words[1], _cost(after) - _cost(before)))
    return found


def _cost(order: OrderPlan) -> int:
    return sum(one.postage + one.boxes + one.handling for one in order.shipments)


def _deed(order: OrderPlan) -> Any:
    """What the order's decision does: which units leave where, how and when, what waits. The rule's name is no deed."""
    leaves = sorted(
        (
            one.location,
            one.method,
            one.carrier,
            one.service,
            str(one.ship_on),
            str(one.arrives),
            sorted((line.line, line.quantity) for line in one.lines),
        )
        for one in order.shipments
    )
    waits = sorted((row.line, row.quantity) for row in order.backordered)
    given_up = sorted((row.line, row.quantity) for row in order.cancelled)
    return order.state, leaves, waits, given_up, order.hold


def words_of(order: OrderPlan, more: str = "") -> str:
    """`reno 2 + brooklyn 1 usps ground, 3 wait`; with `goods` which ones, with `days` when they arrive too."""
    text = " + ".join(_part(one, more) for one in order.shipments)
    for rows, word in ((order.backordered, "wait"), (order.cancelled, "given up")):
        if units := sum(row.quantity for row in rows):
            text += f"{', ' if text else ''}{units} {word}"
    return text or order.hold or order.state


def _part(one: PlannedShipment, more: str) -> str:
    goods = " ".join(f"{line.quantity} × {line.sku}" for line in one.lines) if more else str(one.units)
    text = f"{one.location} {goods} {f'{one.carrier} {one.service}'.strip() or one.method}"
    return f"{text}, leaves {one.ship_on}, arrives {one.arrives or 'unknown'}" if more == "days" else text

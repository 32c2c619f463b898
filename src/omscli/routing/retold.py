"""A stored decision made again: what it knew is put together from its account and from what is stored anyway. Pure.

Whoever asks must see first whether the same comes out (`same_again`): the catalogue or the order may have changed since.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from omscli.promise.dates import leave_day
from omscli.routing.engine import plan
from omscli.routing.facts import Demand, Facts, OpenOrder, Standing
from omscli.routing.plan import OrderPlan
from omscli.routing.rules import Rule, Rulebook
from omscli.stock.locations import Location


@dataclass(frozen=True, slots=True)
class Case:
    """One decision with all that it rests on. `facts` hold this one order; nothing of a case is ever used up."""

    facts: Facts
    rulebook: Rulebook

    @property
    def order(self) -> OpenOrder:
        """The order in question."""
        return self.facts.orders[0]

    def fresh(self) -> Facts:
        """The facts for one decision, which uses them up."""
        facts = self.facts
        free = {place: dict(shelf) for place, shelf in facts.free.items()}
        return replace(facts, free=free, used={place: dict(days) for place, days in facts.used.items()}, orders=[copy.copy(self.order)])

    def decide(self) -> OrderPlan:
        """The decision by the one plan function."""
        return plan(self.fresh(), self.rulebook).orders[0]

    # -- the same case with one fact changed

    def with_stock(self, place: str, more: dict[int, int]) -> Case:
        """More units of some products at a place."""
        shelf = dict(self.facts.free.get(place, {}))
        for product, units in more.items():
            shelf[product] = shelf.get(product, 0) + units
        return replace(self, facts=replace(self.facts, free={**self.facts.free, place: shelf}))

    def with_place(self, code: str, **changes: Any) -> Case:
        """Another cut-off, distance, cost … of a place."""
        places = tuple(replace(one, **changes) if one.code == code else one for one in self.facts.locations)
        return replace(self, facts=replace(self.facts, locations=places))

    def with_rule(self, name: str, **changes: Any) -> Case:
        """A rule that says something else."""
        rules = tuple(replace(one, **changes) if one.name == name else one for one in self.rulebook.rules)
        return replace(self, rulebook=replace(self.rulebook, rules=rules))

    def with_order(self, **changes: Any) -> Case:
        """Another wish or history of the order."""
        return replace(self, facts=replace(self.facts, orders=[replace(self.order, **changes)]))

    def place(self, code: str) -> Location:
        """A place by its code."""
        return next(one for one in self.facts.locations if one.code == code)

    def rule(self, name: str) -> Rule | None:
        """A rule by its name; None for the one that stands in where rules.yaml has none."""
        return next((one for one in self.rulebook.rules if one.name == name), None)


def facts_again(kept: Sequence[Any], facts: Facts, order: OpenOrder) -> Facts | None:
    """The facts of then from an account's `facts`, with `facts` and `order` as they are stored; None where a line of then is gone.

    The order's own holds are in the free units already.
    """
    numbers, wants, products, free = kept[:4]
    more: dict[str, Any] = kept[4] if len(kept) > 4 else {}
    lines = {line.line: line for line in order.lines}
    places = facts.locations
    if any(number not in lines for number in numbers) or len(free) != len(places) * len(products):
        return None
    demands = [_wanted(lines[number], units) for number, units in zip(numbers, wants, strict=True)]
    if {part for one in demands for part, _ in facts.products[one.product].components or ((one.product, 1),)} != set(products):
        return None  # the kit consists of something else by now
    again = replace(
        order,
        lines=demands,
        holds=(),
        held=(),
        promised=date.fromisoformat(more["promised"]) if more.get("promised") else None,
        excluded=frozenset(more.get("excluded", ())),
        released_rules=frozenset(more.get("released", ())),
        pinned=more.get("pinned"),
        gone=tuple(_wanted(lines[number], units) for number, units in more.get("gone", ()) if number in lines),
    )
    found = replace(facts, orders=[again], free=_by_place(places, products, free), safety={}, used={}, expected={}, holds=[])
    found.standing = {order.id: [_as_standing(row) for row in more.get("standing", ())]}
    if "safety" in more:
        found.safety = _by_place(places, products, more["safety"])
    for place in places:
        if place.code in more.get("days", {}) and place.daily_capacity:
            found.used[place.code] = _full_until(place, leave_day(facts.now, place).day, date.fromordinal(more["days"][place.code]))
    return found


def _wanted(line: Demand, units: int) -> Demand:
    return replace(line, quantity=units)


def _as_standing(row: Sequence[Any]) -> Standing:
    location, day, lines = row
    return Standing(location, date.fromordinal(day) if day else None, tuple((line, units) for line, units in lines))


def _by_place(places: Sequence[Location], products: Sequence[int], units: Sequence[int]) -> dict[str, dict[int, int]]:
    width = len(products)
    return {place.code: dict(zip(products, units[n * width : (n + 1) * width], strict=True)) for n, place in enumerate(places)}


def _full_until(place: Location, day: date, free_on: date) -> dict[date, int]:
    """As many shipments on each working day as the place can send, up to the day that has room."""
    found: dict[date, int] = {}
    day = place.calendar.on_or_after(day)
    while day < free_on:
        found[day] = place.daily_capacity or 0
        day = place.calendar.after(day, 1)
    return found


def same_again(account: dict[str, Any], made: OrderPlan) -> bool:
    """Whether a decision made again is the stored one: the same rules, candidates, amounts and filters."""
    return bool(json.loads(json.dumps(made.account.get("rules", []))) == account.get("rules", []))

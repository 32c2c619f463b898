"""A referee that tries everything: no plan of a few orders is cheaper than what batch finds, and no bound is above the best."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.routing.test_plan import CAP, MUG, SET, facts_of, order_of, places

from omscli.promise.dates import with_capacity
from omscli.routing.engine import plan
from omscli.routing.facts import Facts, OpenOrder
from omscli.routing.plan import Plan
from omscli.routing.quote import NEVER, Quoter
from omscli.routing.rules import Otherwise, Prices, Rule, Rulebook, Split

EXAMPLES = 1000 if os.environ.get("OMS_TEST_FULL") else 60
COSTS = st.lists(st.integers(0, 900), min_size=4, max_size=4)
ROOMS = st.lists(st.sampled_from([None, None, None, 1, 2]), min_size=4, max_size=4)
STOCK = st.lists(st.fixed_dictionaries({MUG: st.integers(0, 2), CAP: st.integers(0, 2)}), min_size=4, max_size=4)
WANTS = st.dictionaries(st.sampled_from([MUG, CAP, SET]), st.integers(1, 2), min_size=1, max_size=2)
ORDERS = st.lists(st.tuples(WANTS, st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=6)
PRICES = st.builds(
    Prices,
    st.sampled_from([0, 400]),
    st.sampled_from([3000, 100_000]),
    st.sampled_from([0, 150]),
    st.sampled_from([0, 5]),
    st.sampled_from([0, 50]),
)
SPLITS = st.sampled_from(
    [Split(), Split(never=True), Split(max_shipments=2), Split(min_part_value=2000), Split(together_skus=frozenset({"mug", "cap"}))]
)
SAFETY = st.lists(st.dictionaries(st.sampled_from([MUG, CAP]), st.integers(1, 2)), min_size=4, max_size=4)
HERE = ((40.69, -73.99), (41.88, -87.63), (34.05, -118.24), (29.76, -95.37))


def world(stock: list[dict[int, int]], orders: list[Any], costs: list[int], rooms: list[int | None], safety: list[dict[int, int]]) -> Facts:
    where = places(costs[:3], rooms[:3])
    from dataclasses import replace

    from omscli.base.geo import Point

    where = (*where, replace(where[0], code="p3", point=Point(*HERE[3], "exact"), handling_cost=costs[3], daily_capacity=rooms[3], rank=4))
    facts = facts_of(where, stock, [order_of(n, *one) for n, one in enumerate(orders, 1)])
    facts.safety = {place.code: kept for place, kept in zip(where, safety, strict=True)}
    return facts


class Referee:
    """Tries every division of every order, with what is left of stock and days as it goes."""

    def __init__(self, facts: Facts, rule: Rule, prices: Prices) -> None:
        self.facts = facts
        self.rule = rule
        self.prices = prices
        self.quoter = Quoter(facts)
        self.days = {place.code: self._days(place) for place in facts.locations}
        self.ways = [list(self._divisions(order)) for order in facts.orders]

    def _days(self, place: Any) -> list[Any]:
        used: dict[Any, int] = {}
        found = []
        for _ in range(7):
            day = with_capacity(self.quoter.leaves(place), place, used) or NEVER
            used[day] = used.get(day, 0) + 1
            found.append(day)
        return found

    def _divisions(self, order: OpenOrder) -> Iterator[tuple[tuple[tuple[int, ...], ...], int]]:
        """(units of each line by place, units of no place), those that the rule allows."""
        count = len(self.facts.locations)
        rows = [[one for one in product(range(line.quantity + 1), repeat=count) if sum(one) <= line.quantity] for line in order.lines]
        lines = order.lines
        for picked in product(*rows):
            parts = tuple(tuple(row[n] for row in picked) for n in range(count))
            sent = [part for part in parts if any(part)]
            rest = [line.quantity - sum(row) for line, row in zip(lines, picked, strict=True)]
            whole = len(sent) == 1 and not any(rest)
            split = self.rule.split
            if not whole and sent:
                if split.never or len(sent) > (split.max_shipments or 99):
                    continue
                worths = [
                    sum(line.value * units for line, units in zip(lines, part, strict=True))
                    for part in [*sent, *([rest] if any(rest) else [])]
                ]
                if split.min_part_value and min(worths) < split.min_part_value:
                    continue
            if split.together_skus:
                tied = [n for n, line in enumerate(lines) if line.sku.casefold() in split.together_skus]
                if len(tied) > 1 and any(any(part[n] for n in tied) and any(part[n] != lines[n].quantity for n in tied) for part in sent):
                    continue
            if self.rule.otherwise.action == "hold" and any(rest) and sent:
                continue
            yield parts, sum(rest)

    def best(self) -> int:
        stock = tuple(tuple(sorted(self.facts.free[place.code].items())) for place in self.facts.locations)
        states: dict[Any, int] = {(stock, (0,) * len(stock)): 0}
        for order, ways in zip(self.facts.orders, self.ways, strict=True):
            following: dict[Any, int] = {}
            for state, cost in states.items():
                for parts, rest in ways:
                    done = self._served(order, state, parts)
                    if done is not None:
                        value = cost + done[1] + rest * self.prices.unfilled_unit
                        if value < following.get(done[0], 1 << 60):
                            following[done[0]] = value
            states = following
        return min(states.values())

    def _served(self, order: OpenOrder, state: Any, parts: tuple[tuple[int, ...], ...]) -> tuple[Any, int] | None:
        shelves, sent = list(state[0]), list(state[1])
        cost = count = 0
        for n, part in enumerate(parts):
            if not any(part):
                continue
            place = self.facts.locations[n]
            inside: dict[int, int] = {}
            for line, units in zip(order.lines, part, strict=True):
                for component, each in self.facts.products[line.product].components or ((line.product, 1),):
                    inside[component] = inside.get(component, 0) + each * units
            inside = {component: units for component, units in inside.items() if units}
            shelf = dict(shelves[n])
            if any(shelf.get(component, 0) < units for component, units in inside.items()):
                return None
            day = self.days[place.code][sent[n]]
            quote = self.quoter.shipment(order, place, tuple(sorted(inside.items())), day=(day, (day - self.days[place.code][0]).days))
            if isinstance(quote, str):
                return None
            kept = self.facts.safety[place.code]
            for component, units in inside.items():
                before, after = shelf[component], shelf[component] - units
                cost += self.prices.below_safety_unit * (max(0, kept.get(component, 0) - after) - max(0, kept.get(component, 0) - before))
                shelf[component] = after
            cost += quote.postage + quote.boxes + quote.handling + self.prices.late_day * quote.late_days
            cost += round(self.prices.per_100_km * (quote.km or 0) / 100) + (self.prices.extra_shipment if count else 0)
            count += 1
            sent[n] += self.facts.locations[n].daily_capacity is not None
            shelves[n] = tuple(sorted(shelf.items()))
        return (tuple(shelves), tuple(sent)), cost


@settings(max_examples=EXAMPLES)
@given(
    stock=STOCK, orders=ORDERS, costs=COSTS, rooms=ROOMS, safety=SAFETY, prices=PRICES, split=SPLITS, last=st.sampled_from(["wait", "hold"])
)
def test_no_plan_is_cheaper_than_what_batch_finds(
    stock: list[dict[int, int]],
    orders: list[Any],
    costs: list[int],
    rooms: list[int | None],
    safety: list[dict[int, int]],
    prices: Prices,
    split: Split,
    last: str,
) -> None:
    found_best(world(stock, orders, costs, rooms, safety), prices, split, last)


def test_the_best_is_found_where_the_search_alone_lets_an_order_go_without() -> None:
    """Five orders that share 13 units at four places: passes and chains end with one unit of 1,000.00 left without stock."""
    stock = [{MUG: 2, CAP: 2}, {MUG: 2, CAP: 2}, {MUG: 0, CAP: 2}, {MUG: 1, CAP: 2}]
    orders = [({CAP: 1}, 2, 2), ({MUG: 1, SET: 1}, 1, 2), ({CAP: 2}, 0, 2), ({MUG: 1, SET: 1}, 0, 2), ({MUG: 1, CAP: 2}, 0, 2)]
    facts = world(stock, orders, [805, 659, 179, 506], [2, 2, None, 1], [{}, {}, {CAP: 2}, {CAP: 1}])
    made = found_best(facts, Prices(400, 100_000, 150, 5, 0), Split(max_shipments=2), "hold")
    assert made.objective == made.lower_bound == 106_160


def test_what_nobody_can_use_does_not_lower_the_bound() -> None:
    """A mug lies there, and no order may have it without its cap."""
    orders = [({MUG: 1, CAP: 1}, 0, 0), ({MUG: 1, CAP: 1}, 0, 0)]
    facts = world([{MUG: 1, CAP: 0}, {}, {}, {}], orders, [0, 0, 0, 0], [None] * 4, [{}, {}, {}, {}])
    made = found_best(facts, Prices(unfilled_unit=3_000), Split(never=True), "wait")
    assert made.objective == made.lower_bound == 12_000


def found_best(facts: Facts, prices: Prices, split: Split, last: str) -> Plan:
    """The plan of batch, which no other plan undercuts."""
    rule = Rule("Any", split=split, rank=("unfilled", "late", "cost"), otherwise=Otherwise(last))
    best = Referee(copy.deepcopy(facts), rule, prices).best()
    made = plan(facts, Rulebook("USD", (rule,), prices, strategy="batch"))
    assert made.objective == best
    assert made.lower_bound is not None
    assert made.lower_bound <= best
    assert made.each_objective is not None
    assert made.objective <= made.each_objective
    return made

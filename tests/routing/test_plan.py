"""The plan as a whole: it never takes what is not there, it accounts for every unit, and no other way would have been better."""

from __future__ import annotations

import copy
from collections import Counter
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import NOW, RULES, rules_with

from omscli.base.geo import Point
from omscli.base.money import decimal_text
from omscli.base.workdays import MONDAY_TO_FRIDAY, Calendar
from omscli.carriers.service import Service
from omscli.packing.model import Box
from omscli.routing.engine import plan
from omscli.routing.facts import Demand, Facts, OpenOrder, Product
from omscli.routing.plan import Plan
from omscli.routing.quote import Quoter
from omscli.routing.rules import Otherwise, Prices, Rule, Rulebook, Selection, Split
from omscli.stock.locations import Location

HOME = (40.6943, -73.9906)
TOWNS = ((40.69, -73.99), (41.88, -87.63), (34.05, -118.24))  # New York, Chicago, Los Angeles
MUG, CAP, SET = 1, 2, 3  # a set is a mug and two caps
SKUS = {MUG: "MUG", CAP: "CAP", SET: "SET"}


def services() -> tuple[Service, ...]:
    """The carrier of the usual rules, as the settings build it."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    import yaml

    from omscli.workflows.home import Home

    with TemporaryDirectory() as folder:
        (Path(folder) / "rules.yaml").write_text(yaml.safe_dump(rules_with(("main",))), encoding="utf-8")
        found = Home(Path(folder), Path(folder) / "oms.db", NOW).settings.services
    assert len(found) == len(RULES["carriers"]["post"]["services"])
    return found


SERVICES = services()


def places(costs: list[int], capacities: list[int | None]) -> tuple[Location, ...]:
    return tuple(
        Location(
            f"p{n}",
            point=Point(*TOWNS[n], "exact"),
            handling_cost=cost,
            daily_capacity=room,
            rank=n + 1,
            calendar=Calendar(MONDAY_TO_FRIDAY, frozenset()),
        )
        for n, (cost, room) in enumerate(zip(costs, capacities, strict=True))
    )


def order_of(number: int, wants: dict[int, int], town: int = 0, placed: int = 0) -> OpenOrder:
    lines = [Demand(number * 10 + product, "", SKUS[product], product, units, 1000) for product, units in wants.items()]
    return OpenOrder(
        number, f"SH-{number}", "shop", str(number), f"2026-03-0{placed + 1}T09:00:00Z", "US", "NY", "11201", "Brooklyn", "standard", "paid", lines,
        point=Point(*TOWNS[town], "exact"),
    )  # fmt: skip


def facts_of(where: tuple[Location, ...], stock: list[dict[int, int]], orders: list[OpenOrder]) -> Facts:
    goods = {
        MUG: Product("MUG", 200, (100, 80, 60)),
        CAP: Product("CAP", 350, (200, 150, 90)),
        SET: Product("SET", components=((MUG, 1), (CAP, 2))),
    }
    free = {place.code: dict(held) for place, held in zip(where, stock, strict=True)}
    now = datetime(2026, 3, 2, 14, tzinfo=UTC)
    boxes = (Box("carton", (600, 400, 400), 100, 30000, 50),)
    return Facts(
        now=now, today=now.date(), locations=where, services=SERVICES, boxes=boxes, products=goods, free=free, safety={}, orders=orders
    )


PRICES = Prices(late_day=400, unfilled_unit=100_000)
UNITS = st.integers(0, 4)
STOCK = st.lists(st.fixed_dictionaries({MUG: UNITS, CAP: UNITS}), min_size=3, max_size=3)
WANTS = st.dictionaries(st.sampled_from([MUG, CAP, SET]), st.integers(1, 4), min_size=1)
ORDERS = st.lists(st.tuples(WANTS, st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=6)
SPLITS = st.sampled_from(
    [Split(), Split(never=True), Split(max_shipments=2), Split(min_part_value=2000), Split(together_skus=frozenset({"mug", "cap"}))]
)
RULE = st.builds(
    Rule,
    st.just("Any"),
    split=SPLITS,
    rank=st.sampled_from(
        [("unfilled", "cost"), ("unfilled", "shipments", "rank"), ("most_stock",), ("unfilled", "late", "days"), ("distance", "stock")]
    ),
    otherwise=st.sampled_from([Otherwise(), Otherwise("cancel"), Otherwise("hold"), Otherwise("next")]),
    keep_safety_stock=st.booleans(),
)
WORLD = st.tuples(
    STOCK,
    ORDERS,
    st.lists(st.integers(0, 900), min_size=3, max_size=3),
    st.lists(st.sampled_from([None, None, 1, 2, 0]), min_size=3, max_size=3),
)


def build(world: Any) -> Facts:
    stock, orders, costs, rooms = world
    return facts_of(places(costs, rooms), stock, [order_of(n, *one) for n, one in enumerate(orders, 1)])


def told(made: Plan) -> dict[str, Any]:
    """A plan as plain values, by order."""
    return {
        one.ref: (
            one.state, one.rule, [(s.location, s.ship_on, s.arrives, s.total, [(line.line, line.quantity) for line in s.lines]) for s in one.shipments],
            [(row.line, row.quantity) for row in one.backordered], [(row.line, row.quantity) for row in one.cancelled], one.hold, one.reasons,
        )
        for one in made.orders
    }  # fmt: skip


@settings(max_examples=150)
@given(world=WORLD, rule=RULE)
def test_no_plan_takes_more_than_lies_there_and_every_unit_is_accounted_for(world: Any, rule: Rule) -> None:
    facts = build(world)
    there = copy.deepcopy(facts.free)
    made = plan(facts, Rulebook("USD", (rule, Rule("Rest")), PRICES))
    taken: Counter[tuple[str, int]] = Counter()
    for asked, one in zip(facts.orders, made.orders, strict=True):
        counted: Counter[int] = Counter()
        for shipment in one.shipments:
            for line in shipment.lines:
                counted[line.line] += line.quantity
                for product, each in line.parts:
                    taken[shipment.location, product] += each * line.quantity
        for row in (*one.backordered, *one.cancelled):
            counted[row.line] += row.quantity
        if one.state in ("routed", "part_routed", "backordered"):
            assert counted == Counter({line.line: line.quantity for line in asked.lines})
        else:
            assert not counted
    for (place, product), units in taken.items():
        assert units <= there[place][product]
        assert facts.free[place][product] == there[place][product] - units


@settings(max_examples=60)
@given(world=WORLD, rule=RULE, data=st.data())
def test_the_order_in_which_orders_and_places_are_told_changes_nothing(world: Any, rule: Rule, data: st.DataObject) -> None:
    book = Rulebook("USD", (rule, Rule("Rest")), PRICES)
    other = build(world)
    other.orders = data.draw(st.permutations(other.orders))
    other.free = dict(reversed(other.free.items()))
    assert told(plan(build(world), book)) == told(plan(other, book))


@settings(max_examples=80)
@given(world=WORLD, rule=RULE)
def test_the_limits_of_a_rule_hold_in_every_plan(world: Any, rule: Rule) -> None:
    facts = build(world)
    made = plan(facts, Rulebook("USD", (rule,), PRICES))
    for asked, one in zip(facts.orders, made.orders, strict=True):
        assert len({shipment.location for shipment in one.shipments}) == len(one.shipments)
        if rule.split.never and one.shipments:
            assert (one.state, len(one.shipments)) == ("routed", 1)
        if rule.split.max_shipments:
            assert len(one.shipments) <= rule.split.max_shipments
        rest = 1000 * (sum(line.quantity for line in asked.lines) - sum(shipment.units for shipment in one.shipments))
        if len(one.shipments) > 1 or (one.shipments and rest):
            assert all(1000 * shipment.units >= rule.split.min_part_value for shipment in one.shipments)
            assert not rest or rest >= rule.split.min_part_value


@settings(max_examples=40)
@given(world=WORLD)
def test_a_place_that_takes_no_more_today_ships_on_another_day(world: Any) -> None:
    facts = build(world)
    made = plan(facts, Rulebook("USD", (Rule("Any"),), PRICES))
    days = Counter((shipment.location, shipment.ship_on) for one in made.orders for shipment in one.shipments)
    rooms = {place.code: place.daily_capacity for place in facts.locations}
    assert all(rooms[place] is None or count <= rooms[place] for (place, _), count in days.items())  # type: ignore[operator]


# -- a referee that knows nothing of the search


def best_by_trying_all(facts: Facts, rule: Rule) -> tuple[int, int] | None:
    """(units without stock, cost) of the best way to fill the places in any order, whatever their number."""
    order = facts.orders[0]
    quoter = Quoter(facts)
    found = []
    able = [place for place in facts.locations if place.daily_capacity != 0]
    for size in range(1, len(able) + 1):
        for chosen in permutations(able, size):
            wants = {line.product: line.quantity for line in order.lines}
            cost, parts = 0, 0
            for place in chosen:
                takes = {product: min(units, facts.free[place.code].get(product, 0)) for product, units in wants.items()}
                inside = tuple(sorted((product, units) for product, units in takes.items() if units))
                if not inside:
                    continue
                quote = quoter.shipment(order, place, inside)
                assert not isinstance(quote, str)
                cost += (
                    quote.postage
                    + quote.boxes
                    + quote.handling
                    + PRICES.late_day * quote.late_days
                    + (PRICES.extra_shipment if parts else 0)
                )
                parts += 1
                wants = {product: units - takes[product] for product, units in wants.items()}
            missing = sum(wants.values())
            if (
                parts
                and (rule.split.max_shipments is None or parts <= rule.split.max_shipments)
                and not (rule.split.never and (parts > 1 or missing))
            ):
                found.append((missing, cost + PRICES.unfilled_unit * missing))
    return min(found, default=None)


@settings(max_examples=300)
@given(
    stock=STOCK,
    wants=st.dictionaries(st.sampled_from([MUG, CAP]), st.integers(1, 9), min_size=1),
    town=st.integers(0, 2),
    costs=st.lists(st.integers(0, 900), min_size=3, max_size=3),
    split=st.sampled_from([Split(max_shipments=2), Split(never=True)]),
)
def test_no_other_place_or_pair_of_places_would_have_been_cheaper(
    stock: list[dict[int, int]], wants: dict[int, int], town: int, costs: list[int], split: Split
) -> None:
    rule = Rule("Any", split=split, rank=("unfilled", "cost"))
    facts = facts_of(places(costs, [None, None, None]), stock, [order_of(1, wants, town)])
    best = best_by_trying_all(facts, rule)
    (made,) = plan(facts, Rulebook("USD", (rule,), PRICES)).orders
    if best is None:
        assert made.shipments == []
        return
    missing = sum(row.quantity for row in made.backordered)
    cost = sum(one.total for one in made.shipments) + PRICES.unfilled_unit * missing
    assert (missing, decimal_text(cost, "USD")) == (best[0], decimal_text(best[1], "USD"))


# -- who gets what is scarce


def scarce(first: dict[str, Any], second: dict[str, Any], *rules: Rule) -> list[str]:
    """Two orders want the last mug; the names of those that get it."""
    orders = [order_of(1, {MUG: 1}, placed=first.pop("placed")), order_of(2, {MUG: 1}, placed=second.pop("placed"))]
    for order, columns in zip(orders, (first, second), strict=True):
        for name, value in columns.items():
            setattr(order, name, value)
    made = plan(facts_of(places([0], [None]), [{MUG: 1}], orders), Rulebook("USD", rules or (Rule("Any"),), PRICES))
    return [one.ref for one in made.orders if one.shipments]


def test_the_older_order_gets_the_last_one() -> None:
    assert scarce({"placed": 1}, {"placed": 0}) == ["SH-2"]


def test_of_two_orders_of_one_minute_the_lower_number_gets_the_last_one() -> None:
    assert scarce({"placed": 0}, {"placed": 0}) == ["SH-1"]


def test_a_higher_priority_gets_the_last_one_before_an_older_order() -> None:
    from omscli.routing.rules import Condition

    fast = Rule("Fast", (Condition("tag", ("vip",)),), priority=10)
    assert scarce({"placed": 0}, {"placed": 1, "tags": ("vip",)}, fast, Rule("Any")) == ["SH-2"]


def test_a_held_order_leaves_the_last_one_to_the_next() -> None:
    assert scarce({"placed": 0, "held": ("not paid yet",)}, {"placed": 1}) == ["SH-2"]


def test_a_place_that_was_short_for_an_order_serves_only_the_others() -> None:
    assert scarce({"placed": 0, "excluded": frozenset({"p0"})}, {"placed": 1}) == ["SH-2"]


def test_what_an_order_waits_for_is_expected_on_the_day_that_covers_it() -> None:
    facts = facts_of(places([0], [None]), [{}], [order_of(1, {MUG: 2}), order_of(2, {MUG: 2}), order_of(3, {MUG: 2})])
    facts.expected = {MUG: [("2026-03-05", "p0", 3), ("2026-03-09", "p0", 1)]}
    made = plan(facts, Rulebook("USD", (Rule("Any"),), PRICES))
    assert [one.backordered[0].expected_on for one in made.orders] == ["2026-03-05", "2026-03-09", None]


def test_a_kit_is_expected_when_its_last_part_comes() -> None:
    facts = facts_of(places([0], [None]), [{}], [order_of(1, {SET: 1})])
    facts.expected = {MUG: [("2026-03-05", "p0", 9)], CAP: [("2026-03-04", "p0", 1), ("2026-03-12", "p0", 1)]}
    (one,) = plan(facts, Rulebook("USD", (Rule("Any"),), PRICES)).orders
    assert one.backordered[0].expected_on == "2026-03-12"


def test_a_selection_of_nothing_lets_no_place_serve() -> None:
    (one,) = plan(
        facts_of(places([0], [None]), [{MUG: 1}], [order_of(1, {MUG: 1})]),
        Rulebook("USD", (Rule("Any", avoid=Selection(frozenset({"p0"}))),)),
    ).orders
    assert one.state == "unroutable"


def test_the_sums_of_a_plan_are_those_of_its_parts() -> None:
    facts = facts_of(places([100, 200, 300], [None] * 3), [{MUG: 1}, {MUG: 1}, {}], [order_of(1, {MUG: 3})])
    made = plan(facts, Rulebook("USD", (Rule("Any"),), PRICES))
    totals = made.totals()
    parts = made.orders[0].shipments
    assert totals["cost"] == sum(one.postage + one.boxes + one.handling for one in parts)
    assert totals["objective"] == sum(one.total for one in parts) + PRICES.unfilled_unit
    assert (totals["units"], totals["backordered_units"], totals["shipments"]) == (2, 1, 2)

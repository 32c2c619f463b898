"""What deciding together may do and may not: it never costs more, and what the rules demand of each order holds as before."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.routing.test_plan import CAP, MUG, ORDERS, SET, SKUS, STOCK, facts_of, order_of, places, told

from omscli.routing.engine import plan
from omscli.routing.facts import Facts, Standing
from omscli.routing.plan import OrderPlan, Plan
from omscli.routing.rules import ChannelPolicy, Condition, Otherwise, Prices, Rule, Rulebook, Selection, Split

PRICES = Prices(late_day=400, unfilled_unit=3_000, below_safety_unit=50)
TAGS = ("urgent", "vip", "gift", "near", "careful", "full", "next", "")


def tagged(tag: str) -> tuple[Condition, ...]:
    return (Condition("tag", (tag,)),)


RULES = (
    Rule("Urgent", tagged("urgent"), rank=("unfilled", "days", "cost")),
    Rule("Important", tagged("vip"), priority=10, rank=("unfilled", "cost")),
    Rule("Gifts", tagged("gift"), split=Split(never=True), rank=("unfilled", "cost"), otherwise=Otherwise("hold")),
    Rule("Near", tagged("near"), rank=("unfilled", "distance")),
    Rule("Careful", tagged("careful"), keep_safety_stock=True, rank=("unfilled", "shipments", "cost")),
    Rule("Full", tagged("full"), avoid=Selection(frozenset({"p1"})), rank=("unfilled", "rank", "cost")),
    Rule("Next", tagged("next"), max_km=800, rank=("unfilled", "cost"), otherwise=Otherwise("next")),
    Rule("Rest", rank=("unfilled", "late", "cost"), split=Split(max_shipments=2)),
)
BOOK = Rulebook("USD", RULES, PRICES, strategy="batch")
EACH = replace(BOOK, strategy="each")
WORLD = st.tuples(
    STOCK, ORDERS, st.lists(st.integers(0, 900), min_size=3, max_size=3), st.lists(st.sampled_from([None, None, 1, 2]), min_size=3, max_size=3),
    st.lists(st.dictionaries(st.sampled_from([MUG, CAP]), st.integers(1, 2)), min_size=3, max_size=3), st.lists(st.sampled_from(TAGS), min_size=6, max_size=6),
)  # fmt: skip


def build(world: Any) -> Facts:
    stock, orders, costs, rooms, safety, tags = world
    facts = facts_of(places(costs, rooms), stock, [order_of(n, *one) for n, one in enumerate(orders, 1)])
    facts.safety = {place.code: kept for place, kept in zip(facts.locations, safety, strict=True)}
    for order, tag in zip(facts.orders, tags, strict=False):
        order.tags = (tag,)
    return facts


def money(made: Plan) -> int:
    return sum(one.total for order in made.orders for one in order.shipments) + PRICES.unfilled_unit * sum(
        order.unfilled for order in made.orders
    )


def last_day(one: OrderPlan) -> date:
    return max(shipment.arrives or date.max for shipment in one.shipments)


@settings(max_examples=150)
@given(world=WORLD)
def test_together_is_never_dearer_and_the_bound_never_above_it(world: Any) -> None:
    each, batch = plan(build(world), EACH), plan(build(world), BOOK)
    assert batch.strategy == "batch"
    assert batch.each_objective == each.objective
    assert batch.objective == money(batch) <= each.objective
    assert batch.lower_bound is not None
    assert batch.lower_bound <= batch.objective
    assert batch.gap_percent is not None
    assert (batch.gap_percent == 0) is (batch.lower_bound == batch.objective)


@settings(max_examples=150)
@given(world=WORLD)
def test_nothing_is_taken_that_is_not_there_and_every_unit_is_accounted_for(world: Any) -> None:
    facts = build(world)
    there = copy.deepcopy(facts.free)
    made = plan(facts, BOOK)
    taken: Counter[tuple[str, int]] = Counter()
    for asked, one in zip(facts.orders, made.orders, strict=True):
        counted: Counter[int] = Counter()
        for shipment in one.shipments:
            for line in shipment.lines:
                counted[line.line] += line.quantity
                for product, each in line.parts:
                    taken[shipment.location, product] += each * line.quantity
        for row in one.backordered:
            counted[row.line] += row.quantity
        if one.state in ("routed", "part_routed", "backordered"):
            assert counted == Counter({line.line: line.quantity for line in asked.lines})
        else:
            assert not counted
    for (place, product), units in taken.items():
        assert units <= there[place][product]
        assert facts.free[place][product] == there[place][product] - units
    days = Counter((shipment.location, shipment.ship_on) for one in made.orders for shipment in one.shipments)
    rooms = {place.code: place.daily_capacity for place in facts.locations}
    assert all(rooms[place] is None or count <= rooms[place] for (place, _), count in days.items())  # type: ignore[operator]
    assert {place: {day: count for day, count in used.items() if count} for place, used in facts.used.items() if any(used.values())} == {
        place: {day: count for (code, day), count in days.items() if code == place} for place in {code for code, _ in days}
    }


@settings(max_examples=200)
@given(world=WORLD)
def test_what_the_rules_demand_of_each_order_holds(world: Any) -> None:
    each, batch = plan(build(world), EACH), plan(build(world), BOOK)
    for before, now in zip(each.orders, batch.orders, strict=True):
        assert len({one.location for one in now.shipments}) == len(now.shipments)
        if now.rule == "Gifts":
            assert len(now.shipments) <= 1
            assert (now.state == "routed") is bool(now.shipments)
        if now.rule == "Near":
            assert told_of(now) == told_of(before)
        if now.rule == "Full":
            assert all(one.location != "p1" for one in now.shipments)
        if now.rule == "Rest":
            assert len(now.shipments) <= 2
        if before.shipments and now.shipments:
            if now.rule == before.rule == "Urgent":
                assert last_day(now) <= last_day(before)
            if now.rule == before.rule == "Careful":
                assert len(now.shipments) <= len(before.shipments)
            if now.rule == before.rule == "Full":
                assert mean_rank(now) <= mean_rank(before)


def told_of(one: OrderPlan) -> list[Any]:
    return [(part.location, part.ship_on, [(line.line, line.quantity) for line in part.lines]) for part in one.shipments]


def mean_rank(one: OrderPlan) -> float:
    return sum((int(part.location[1:]) + 1) * part.units for part in one.shipments) / sum(part.units for part in one.shipments)


@settings(max_examples=60)
@given(world=WORLD, data=st.data())
def test_the_order_in_which_orders_are_told_changes_nothing(world: Any, data: st.DataObject) -> None:
    other = build(world)
    other.orders = data.draw(st.permutations(other.orders))
    other.free = dict(reversed(other.free.items()))
    assert told(plan(build(world), BOOK)) == told(plan(other, BOOK))


@settings(max_examples=60)
@given(world=WORLD)
def test_asked_the_same_again_when_the_customers_have_their_dates_nothing_moves(world: Any) -> None:
    made = plan(build(world), BOOK)
    again = build(world)
    again.settled = made.settled
    for order, one in zip(again.orders, made.orders, strict=True):
        again.standing[order.id] = [
            Standing(part.location, part.ship_on, tuple((line.line, line.quantity) for line in part.lines)) for part in one.shipments
        ]
        if one.shipments:
            order.promised = last_day(one)
    again.told_since = frozenset(order.id for order in again.orders)
    second = plan(again, BOOK)
    assert [told_of(one) for one in second.orders] == [told_of(one) for one in made.orders]
    assert second.objective == made.objective


@settings(max_examples=40)
@given(world=WORLD)
def test_more_effort_never_gives_a_dearer_plan(world: Any) -> None:
    costs = [plan(build(world), replace(BOOK, effort=effort)).objective for effort in (0, 1, 2, 4, 9)]
    assert costs == sorted(costs, reverse=True)


def scarce(first: dict[str, Any], second: dict[str, Any], book: Rulebook = BOOK) -> list[str]:
    """One mug in New York and one in Los Angeles; where two customers, of Chicago and of New York, get theirs from."""
    orders = [order_of(1, {MUG: 1}, town=1), order_of(2, {MUG: 1}, town=0)]
    for order, columns in zip(orders, (first, second), strict=True):
        for name, value in columns.items():
            setattr(order, name, value)
    made = plan(facts_of(places([0, 0, 0], [None] * 3), [{MUG: 1}, {}, {MUG: 1}], orders), book)
    return [one.shipments[0].location for one in made.orders]


def test_the_near_unit_goes_where_it_saves_most() -> None:
    assert scarce({}, {}, EACH) == ["p0", "p2"]
    assert scarce({}, {}) == ["p2", "p0"]


@pytest.mark.parametrize(("gain", "sent"), [(99, ["p2", "p0"]), (101, ["p0", "p2"])])
def test_two_orders_change_places_only_where_that_is_worth_both_moves(gain: int, sent: list[str]) -> None:
    """The exchange saves 2.00; what it must gain is in no total and in no bound."""

    def facts(standing: list[str]) -> Facts:
        orders = [order_of(1, {MUG: 1}, town=1), order_of(2, {MUG: 1}, town=0)]
        found = facts_of(places([0, 0, 0], [None] * 3), [{MUG: 1}, {}, {MUG: 1}], orders)
        for order, place in zip(orders, standing, strict=True):
            found.standing[order.id] = [Standing(place, found.today, tuple((line.line, line.quantity) for line in order.lines))]
        return found

    book = replace(BOOK, min_gain=gain)
    made, free = plan(facts(["p0", "p2"]), book), plan(facts(["p0", "p2"]), BOOK)
    assert [one.shipments[0].location for one in made.orders] == sent
    assert made.objective == money(made)
    assert made.lower_bound is not None
    assert made.lower_bound <= free.objective
    assert [one.shipments[0].location for one in plan(facts(sent), book).orders] == sent


def test_a_higher_priority_is_settled_first() -> None:
    assert scarce({"tags": ("vip",)}, {}) == ["p0", "p2"]
    assert scarce({"channel": "x"}, {}, replace(BOOK, channels={"x": ChannelPolicy("x", priority=1)})) == ["p0", "p2"]


def test_an_order_whose_rule_knows_no_cost_keeps_what_it_has() -> None:
    assert scarce({"tags": ("near",)}, {}) == ["p0", "p2"]


def test_an_order_keeps_the_day_that_its_rule_ranks_before_cost() -> None:
    assert scarce({"tags": ("urgent",)}, {}) == ["p0", "p2"]


def test_the_plan_says_what_the_scarce_unit_was_worth_and_who_needs_it_more() -> None:
    orders = [order_of(1, {MUG: 1}, town=1), order_of(2, {MUG: 1}, town=0)]
    made = plan(facts_of(places([0, 0, 0], [None] * 3), [{MUG: 1}, {}, {MUG: 1}], orders), BOOK)
    ((place, sku, price, gain, rival, loss),) = made.orders[0].account["batch"]
    assert (place, sku, gain, rival, loss) == ("p0", "MUG", 100, "SH-2", 300)
    assert price >= 0
    assert made.orders[0].reasons[-1].endswith("with it this one would save 1.00, SH-2 would lose 3.00 without it")
    assert "batch" not in made.orders[1].account


def test_without_a_price_for_missing_units_nothing_stays_behind_to_save_money() -> None:
    made = plan(facts_of(places([0], [None]), [{MUG: 1}], [order_of(1, {MUG: 2})]), replace(BOOK, prices=Prices()))
    assert (made.orders[0].unfilled, made.lower_bound) == (1, made.objective)


def test_the_clock_may_end_the_search_and_the_plan_says_so() -> None:
    orders = [order_of(n, {MUG: 1, CAP: 1}, town=n % 3) for n in range(1, 9)]
    stock = [{MUG: 3, CAP: 2}, {MUG: 2, CAP: 3}, {MUG: 2, CAP: 1}]
    short = plan(facts_of(places([0, 0, 0], [None] * 3), stock, orders), BOOK, lambda _: False)
    whole = plan(facts_of(places([0, 0, 0], [None] * 3), stock, orders), BOOK)
    assert short.cut_short
    assert not whole.cut_short
    assert whole.objective <= short.objective <= (short.each_objective or 0)


@pytest.mark.parametrize("effort", [0, 5])
def test_the_work_that_is_done_grows_to_the_whole(effort: int) -> None:
    heard: list[float] = []

    def watch(share: float) -> bool:
        heard.append(share)
        return True

    orders = [order_of(n, {MUG: 1}, town=n % 3) for n in range(1, 9)]
    plan(facts_of(places([0, 0, 0], [None] * 3), [{MUG: 3}, {MUG: 2}, {MUG: 2}], orders), replace(BOOK, effort=effort), watch)
    assert heard == sorted(heard)
    assert 0 < heard[0] <= heard[-1] <= 1


def test_kits_and_their_parts_come_off_the_same_shelf() -> None:
    orders = [order_of(1, {SET: 1}), order_of(2, {CAP: 1}, town=1), order_of(3, {MUG: 1}, town=2)]
    facts = facts_of(places([0, 0, 0], [None] * 3), [{MUG: 1, CAP: 3}, {MUG: 1}, {}], orders)
    made = plan(facts, BOOK)
    assert [[(part.location, part.units) for part in one.shipments] for one in made.orders] == [[("p0", 1)], [("p0", 1)], [("p1", 1)]]
    assert set(SKUS) == {MUG, CAP, SET}

"""What a run knew becomes a few bytes, and what comes back decides the same, to the last unit."""

from __future__ import annotations

import copy
import json
import zlib
from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import NOW
from tests.routing.test_plan import CAP, MUG, SERVICES, SET, facts_of, order_of, places

from omscli.packing.model import Box, Care
from omscli.routing.engine import plan
from omscli.routing.facts import Demand, Facts, OpenOrder, Product, Standing
from omscli.routing.plan import Plan
from omscli.routing.replay import pack, unpack
from omscli.routing.rules import Condition, Otherwise, Prices, Rule, Rulebook, Split
from omscli.stock.holds import Held


def again(facts: Facts) -> Facts:
    return unpack(pack(facts), facts.locations, facts.services, facts.boxes, facts.packing)


def decided(facts: Facts, rulebook: Rulebook) -> Plan:
    """The plan without the ids of lines and orders that no facts keep."""
    made = plan(facts, rulebook)
    for order in made.orders:
        order.order_id = ""
        for shipment in order.shipments:
            for line in shipment.lines:
                line.line_id = ""
        for row in (*order.backordered, *order.cancelled):
            row.line_id = ""
    return made


RULES = Rulebook(
    "USD",
    (
        Rule("Held", (Condition("tag", any_of=("odd",)),), hold="look"),
        Rule("Whole", (Condition("units", over=3),), split=Split(never=True, max_shipments=1), otherwise=Otherwise("next")),
        Rule("Everyone", priority=2, keep_safety_stock=True),
    ),
    Prices(late_day=400, unfilled_unit=100_000, extra_shipment=50, per_100_km=7, below_safety_unit=30),
)
some_order = st.fixed_dictionaries(
    {
        "wants": st.dictionaries(st.sampled_from([MUG, CAP, SET]), st.integers(1, 4), min_size=1),
        "town": st.integers(0, 2),
        "service": st.sampled_from(["standard", "expedited", ""]),
        "tags": st.sampled_from([(), ("odd",), ("a", "b")]),
        "total": st.sampled_from([None, 0, 12_345]),
        "rate": st.sampled_from([1.0, 0.0, 1.0837]),
        "deliver_by": st.sampled_from([None, date(2026, 3, 4)]),
        "promised": st.sampled_from([None, date(2026, 3, 3)]),
        "pickup": st.sampled_from([None, "p1"]),
        "pinned": st.sampled_from([None, None, "p0"]),
        "excluded": st.sampled_from([frozenset(), frozenset({"p0"})]),
        "released_rules": st.sampled_from([frozenset(), frozenset({"look"})]),
        "held": st.sampled_from([(), (), ("held",)]),
        "waiting_since": st.sampled_from([None, "2026-02-01T00:00:00Z"]),
    }
)


@given(
    st.lists(some_order, min_size=0, max_size=6),
    st.lists(st.dictionaries(st.sampled_from([MUG, CAP]), st.integers(-2, 9)), min_size=3, max_size=3),
    st.lists(st.sampled_from([None, 0, 1, 4]), min_size=3, max_size=3),
)
def test_the_facts_come_back_as_they_were(wishes: list[dict[str, object]], stock: list[dict[int, int]], rooms: list[int | None]) -> None:
    where = tuple(replace(one, pickup=True) for one in places([100, 0, 250], rooms))
    orders = []
    for n, wish in enumerate(wishes, 1):
        given_ = dict(wish)
        order = order_of(n * n, given_.pop("wants"), given_.pop("town"), n % 3)  # type: ignore[arg-type]  # as the strategy makes them
        for name, value in given_.items():
            setattr(order, name, value)
        order.city = order.order_id = ""
        for line in order.lines:
            line.line_id = ""
        orders.append(order)
    facts = facts_of(where, stock, orders)
    facts.safety = {"p0": {MUG: 2}}
    facts.used = {"p1": {date(2026, 3, 2): 1}}
    facts.expected = {CAP: [("2026-03-09", "p1", 3)]}
    facts.holds = [Held(7, 3, MUG, "p1", 2, "")]
    if orders:
        orders[0].holds = (facts.holds[0],)
        standing = [Standing("p1", date(2026, 3, 2), ((orders[0].lines[0].line, 1),)), Standing("p0", None, ())]
        facts.standing = {orders[0].id: standing}
    back = again(facts)
    facts.free = {place: {product: units for product, units in shelf.items() if units} for place, shelf in facts.free.items()}
    assert back == facts
    assert decided(back, RULES) == decided(copy.deepcopy(facts), RULES)


def test_every_field_of_the_facts_is_kept_or_left_out_on_purpose() -> None:
    """Whoever adds a field that decides must keep it too, or replays would decide something else."""
    kept = {
        Facts: "now today locations services boxes packing products free safety orders used expected holds standing settled told_since",
        OpenOrder: "id ref channel placed_at country region postcode service payment lines point tags total rate deliver_by promised pickup pinned"
        " excluded released_rules held waiting_since holds gone",
        Demand: "line sku product quantity value",
        Product: "sku weight_g size_mm ships_alone hazmat category components keep_upright fragile",
    }
    left_out = {OpenOrder: {"order_id", "city", "customer"}, Demand: {"line_id"}}
    for kind, names in kept.items():
        assert {one.name for one in fields(kind)} == {*names.split(), *left_out.get(kind, ())}, kind


def test_nothing_personal_is_kept() -> None:
    order = replace(order_of(1, {MUG: 1}), customer="ann@example.com", city="Brooklyn", held=("Ann Lee asked for it",))
    facts = facts_of(places([0], [None]), [{MUG: 3}], [order])
    facts.holds = [Held(1, 1, MUG, "p0", 1, "ann lee")]
    order.holds = tuple(facts.holds)
    text = zlib.decompress(pack(facts)).decode()
    assert [word for word in ("ann@", "ann lee", "Ann", "Brooklyn") if word in text] == []
    back = again(facts)
    assert (back.orders[0].customer, back.orders[0].held, back.holds[0].owner) == ("", ("held",), "")


def test_facts_take_few_bytes() -> None:
    orders = [order_of(n, {MUG: 1 + n % 3, CAP: 2}, n % 3, n % 9) for n in range(2000)]
    assert len(pack(facts_of(places([0, 0], [None, None]), [{MUG: 900}, {CAP: 900}], orders))) < 15 * len(orders)


def test_a_place_without_coordinates_has_those_it_had_then_and_others_their_own() -> None:
    where = places([0, 0], [None, None])
    facts = facts_of(where, [{}, {}], [])
    bare = [replace(where[0], point=None), replace(where[1], point=where[0].point), replace(where[0], code="new", point=None)]
    back = unpack(pack(facts), bare, SERVICES, [Box("b", (1, 1, 1), 1, 1)], Care())
    assert [(one.code, one.point) for one in back.locations] == [("new", None), ("p0", where[0].point), ("p1", where[0].point)]
    assert back.now == NOW


def test_facts_of_another_form_are_not_read() -> None:
    data = zlib.compress(json.dumps({"form": 2}).encode())
    with pytest.raises(ValueError, match="facts of form 2; this program reads form 1"):
        unpack(data, (), (), (), Care())

"""Every claim of `oms why` is reckoned again here, by an evaluator of its own: distance, cost, dates, filters, and what would have changed it.

It shares no code with routing: distances are geopy's, everything else is written down anew for the rules that the worlds below have.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from geopy.distance import great_circle
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import Shop, routing_with, rules_with

from omscli.workflows.why import CHANGED, why

MakeShop = Callable[..., Shop]
TOWNS = {"east": (40.69, -73.99), "mid": (41.54, -88.06), "west": (34.05, -118.24)}
TO = {"11201": "NY", "60606": "IL", "94105": "CA", "80202": "CO"}
MONDAY = date(2026, 3, 2)
UNKNOWN_BOUNDS = (500, 1500, 3000)
PRICES = {"air": ((1500, 1600, 1700, 1800), (3000, 3200, 3400, 3600)), "ground": ((500, 600, 700, 800), (1000, 1200, 1400, 1600))}
DAYS = {"air": (1, 1, 1, 2), "ground": (1, 2, 3, 4)}
Takes = dict[str, tuple[int, ...]]  # place -> units of each line


@dataclass
class Place:
    km: float
    rank: int
    handling_cost: int = 100
    handling_days: int = 0
    cutoff: str | None = "15:00"
    stock: tuple[int, ...] = ()


@dataclass
class World:
    """What the evaluator knows: one order of mugs and caps, three places, one rule."""

    wants: tuple[int, ...]
    places: dict[str, Place]
    rank: tuple[str, ...]
    split: Any = "allow"
    max_km: float | None = None
    max_days: int | None = None
    only: tuple[str, ...] | None = None
    avoid: tuple[str, ...] = ()
    deliver_by: date | None = None
    per_100_km: int = 0
    extra_shipment: int = 0
    _memory: dict[Any, Any] = field(default_factory=dict, repr=False)

    def with_place(self, code: str, **changes: Any) -> World:
        return replace(self, places={**self.places, code: replace(self.places[code], **changes)}, _memory={})

    # -- one part

    def part(self, code: str, takes: tuple[int, ...]) -> tuple[int, date, date, int] | None:
        """(money, leaves, arrives, days late) of the cheapest service that keeps the day, None where none is quick enough."""
        place, found = self.places[code], []
        day = MONDAY + timedelta(days=0 if place.cutoff is None or place.cutoff > "09:00" else 1)
        for _ in range(place.handling_days):
            day = next_workday(day)
        zone = sum(place.km > bound for bound in UNKNOWN_BOUNDS)
        heavy = sum(takes) * 200 + 100 > 1000
        for name in ("air", "ground"):
            arrives = day
            for _ in range(DAYS[name][zone]):
                arrives = next_workday(arrives)
            if self.max_days is not None and arrives > MONDAY + timedelta(days=self.max_days):
                continue
            late = max(0, (arrives - self.deliver_by).days) if self.deliver_by else 0
            found.append((late, PRICES[name][heavy][zone], arrives))
        if not found:
            return None
        late, postage, arrives = min(found, key=lambda one: one[:2])
        return postage + 50 + place.handling_cost, day, arrives, late

    # -- filters

    def bar(self, code: str) -> str:
        if self.only is not None and code not in self.only:
            return "only"
        if code in self.avoid:
            return "avoid"
        return "max_km" if self.max_km is not None and self.places[code].km > self.max_km else ""

    def allowed(self, takes: Takes) -> bool:
        left = self.left(takes)
        if len(takes) == 1 and not any(left):
            return True
        if self.split == "never":
            return False
        if isinstance(self.split, dict):
            if len(takes) > self.split.get("max_shipments", 9):
                return False
            worth = [sum(units) * 10 for units in takes.values()] + ([sum(left) * 10] if any(left) else [])
            return min(worth) >= self.split.get("min_part_value", 0)
        return True

    def left(self, takes: Takes) -> tuple[int, ...]:
        return tuple(want - sum(units[n] for units in takes.values()) for n, want in enumerate(self.wants))

    # -- candidates

    def candidates(self) -> Iterator[Takes]:
        """Places that fill in turn, in every order."""
        may = [code for code in self.places if not self.bar(code)]
        for size in range(1, len(may) + 1):
            for several in permutations(may, size):
                left, takes = list(self.wants), {}
                for code in several:
                    units = tuple(min(want, has) for want, has in zip(left, self.places[code].stock, strict=True))
                    if any(units):
                        takes[code] = units
                        left = [want - unit for want, unit in zip(left, units, strict=True)]
                if len(takes) == size and self.allowed(takes) and all(self.part(code, units) for code, units in takes.items()):
                    yield takes

    def amounts(self, takes: Takes) -> tuple[float, ...]:
        parts = {code: self.part(code, units) for code, units in takes.items()}
        units = {code: sum(each) for code, each in takes.items()}
        whole, missing = sum(units.values()), sum(self.left(takes))
        money = sum(one[0] for one in parts.values() if one)
        late = [one[3] for one in parts.values() if one]
        cost = money + 400 * sum(late) + 100_000 * missing + self.extra_shipment * (len(takes) - 1)
        cost += sum(round(self.per_100_km * self.places[code].km / 100) for code in takes)
        known = {
            "unfilled": missing,
            "late": max(late),
            "cost": cost,
            "days": max(one[2] for one in parts.values() if one).toordinal(),
            "shipments": len(takes),
            "distance": round(sum(self.places[code].km * count for code, count in units.items()) / whole, 3),
            "rank": sum(self.places[code].rank * count for code, count in units.items()) / whole,
        }
        return tuple(known[name] for name in self.rank)

    def best(self) -> list[Takes]:
        """All that are equally good; the decision is one of them, or nothing."""
        known = [(self.amounts(takes), takes) for takes in self.candidates()]
        if not known:
            return [{}]
        least = min(amounts for amounts, _ in known)
        return [takes for amounts, takes in known if close(amounts, least)]


def close(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return all(math.isclose(x, y, abs_tol=0.002) for x, y in zip(a, b, strict=True))


def next_workday(day: date) -> date:
    day += timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def takes_of(found: dict[str, dict[str, int]]) -> Takes:
    return {code: (items.get("MUG", 0), items.get("CAP", 0)) for code, items in found.items()}


# -- the worlds


@st.composite
def worlds(draw: Callable[..., Any]) -> tuple[World, str]:
    """A world, and the postcode of the order."""
    number, postcode = st.integers, draw(st.sampled_from(list(TO)))
    from omscli.store.geography import Gazetteer

    point = Gazetteer().locate("US", postcode, "", TO[postcode])
    assert point is not None
    places = {
        code: Place(
            great_circle((point.lat, point.lon), where).km,
            rank,
            draw(number(0, 900)),
            draw(st.sampled_from([0, 0, 1, 2])),
            draw(st.sampled_from([None, "08:00", "15:00"])),
            (draw(number(0, 3)), draw(number(0, 3))),
        )
        for rank, (code, where) in enumerate(TOWNS.items(), 1)
    }
    ranks = [
        ("unfilled", "late", "cost", "distance"), ("unfilled", "distance"), ("unfilled", "days", "cost"), ("unfilled", "rank"), ("cost",),
        ("unfilled", "shipments", "cost"), ("days", "distance"), ("unfilled", "cost", "shipments"),
    ]  # fmt: skip
    splits = ["allow", "allow", "never", {"max_shipments": 2}, {"min_part_value": 20}]
    some = st.sampled_from([None, None, None, 400, 1200, 2500])
    found = World(
        draw(st.tuples(number(0, 3), number(0, 3)).filter(any)),
        places,
        draw(st.sampled_from(ranks)),
        draw(st.sampled_from(splits)),
        draw(some),
        draw(st.sampled_from([None, None, None, 2, 3])),
        draw(st.sampled_from([None, None, None, ("mid",), ("east", "west")])),
        draw(st.sampled_from([(), (), ("mid",)])),
        draw(st.sampled_from([None, None, MONDAY + timedelta(days=2)])),
        draw(st.sampled_from([0, 0, 35])),
        draw(st.sampled_from([0, 0, 150])),
    )
    return found, postcode


def open_shop(world: World, postcode: str, shop_of: Callable[[dict[str, Any]], Shop]) -> Shop:
    """The same world as a seller has it."""
    rule: dict[str, Any] = {"rank": list(world.rank), "split": world.split, "avoid": list(world.avoid), "max_km": world.max_km}
    rule |= {"max_days": world.max_days, "only": list(world.only) if world.only is not None else None}
    routing = routing_with({key: value for key, value in rule.items() if value not in (None, [])})
    routing["prices"] = {
        "late_day": 4,
        "unfilled_unit": 1000,
        "per_100_km": world.per_100_km / 100,
        "extra_shipment": world.extra_shipment / 100,
    }
    places = {
        code: {
            "coordinates": list(TOWNS[code]), "handling_cost": one.handling_cost / 100, "handling_days": one.handling_days, "cutoff": one.cutoff,
        }
        for code, one in world.places.items()
    }  # fmt: skip
    for own in places.values():
        if own["cutoff"] is None:
            own["cutoff"] = "23:59"
    shop = shop_of(rules_with(places, routing=routing))
    shop.products("MUG", "CAP")
    shop.stock(**{code: {"MUG": one.stock[0], "CAP": one.stock[1]} for code, one in world.places.items()})
    wants = {sku: units for sku, units in zip(("MUG", "CAP"), world.wants, strict=True) if units}
    due = {"deliver_by": world.deliver_by.isoformat()} if world.deliver_by else {}
    shop.order("1", wants, postcode=postcode, city="", region=TO[postcode], **due)
    shop.route()
    return shop


# -- what is claimed


def check_candidates(world: World, rule: dict[str, Any]) -> None:
    claimed = [takes_of(one["from"]) for one in rule["candidates"]]
    alone = [takes for takes in world.candidates() if len(takes) == 1]
    assert all(takes in claimed for takes in alone), "every place that may send something is priced"
    assert claimed == sorted(claimed, key=lambda takes: [round(one, 3) for one in world.amounts(takes)])
    for one, takes in zip(rule["candidates"], claimed, strict=True):
        assert takes in [*world.candidates()]
        assert close(tuple(one["amounts"].values()), world.amounts(takes))
        assert one["unfilled"] == sum(world.left(takes))
        for part in one["parts"]:
            money, leaves, arrives, late = world.part(part["location"], takes[part["location"]]) or (0, MONDAY, MONDAY, 0)
            assert part["postage"] + part["boxes"] + part["handling"] == money
            assert (part["ship_on"], part["arrives"], part["late_days"]) == (leaves.isoformat(), arrives.isoformat(), late)
            assert part["distance_km"] == pytest.approx(world.places[part["location"]].km, abs=0.06)
        priced = sum(part["postage"] + part["boxes"] + part["handling"] + part["penalties"] for part in one["parts"])
        assert one["cost"] == priced + 100_000 * one["unfilled"]
    assert [takes for one, takes in zip(rule["candidates"], claimed, strict=True) if one["chosen"]] == claimed[:1]
    assert (claimed[0] if claimed else {}) in world.best()


def check_comparison(world: World, rule: dict[str, Any]) -> None:
    found = rule["comparison"]
    if found is None:
        assert len({frozenset(one["from"]) for one in rule["candidates"]}) <= 1
        return
    chosen, other = (world.amounts(takes_of(one)) for one in (rule["candidates"][0]["from"], found["against"]))
    differ = next((n for n, (a, b) in enumerate(zip(chosen, other, strict=True)) if not math.isclose(a, b, abs_tol=0.0005)), None)
    if differ is None:
        assert found["criterion"] == "name"
    else:
        assert (found["criterion"], found["chosen"] < found["other"]) == (world.rank[differ], True)
        assert (found["chosen"], found["other"]) == (pytest.approx(chosen[differ], abs=0.002), pytest.approx(other[differ], abs=0.002))


def check_ruled_out(world: World, rule: dict[str, Any]) -> None:
    serving = {code for one in rule["candidates"] for code in one["from"]}
    out = {one["location"]: one for one in rule["ruled_out"]}
    assert serving | set(out) == set(world.places)
    assert not serving & set(out)
    for code, one in out.items():
        place = world.places[code]
        if world.bar(code):
            assert one["filter"] == world.bar(code)
            if one["filter"] == "max_km":
                assert (one["value"], one["limit"]) == (pytest.approx(place.km, abs=0.06), world.max_km)
            continue
        has = tuple(min(want, there) for want, there in zip(world.wants, place.stock, strict=True))
        if one["filter"] == "stock":
            assert (sum(has), one["value"], one["limit"]) == (0, 0, sum(world.wants))
        elif one["filter"] == "split":
            assert (world.split, one["value"], one["limit"]) == ("never", sum(has), sum(world.wants))
            assert 0 < sum(has) < sum(world.wants)
        elif one["filter"] == "min_part_value":
            assert one["value"] == 1000 * min(sum(has), sum(world.wants) - sum(has))
            assert one["value"] < one["limit"] == 2000
        else:
            assert (one["filter"], one["limit"]) == ("max_days", world.max_days)
            free = replace(world, max_days=one["value"])
            assert free.part(code, has) is not None
            assert replace(world, max_days=one["value"] - 1).part(code, has) is None


def changed(world: World, one: dict[str, Any], amount: float) -> World:
    """The world with the claimed change, of this amount."""
    code, kind = one["location"], one["kind"]
    place = world.places[code] if code else None
    if kind == "stock":
        assert place is not None
        some = dict(one["items"])
        some[next(iter(some))] += int(amount - one["amount"])
        more = (some.get("MUG", 0), some.get("CAP", 0))
        return world.with_place(code, stock=tuple(a + b for a, b in zip(place.stock, more, strict=True)))
    if kind == "rule":
        return changed_rule(world, one)
    assert place is not None
    changes: dict[str, Any] = {
        "cutoff": {"cutoff": None},
        "handling": {"handling_days": place.handling_days - amount},
        "cost": {"handling_cost": place.handling_cost - amount},
        "distance": {"km": place.km - amount},
        "rank": {"rank": place.rank - amount},
    }[kind]
    return world.with_place(code, **changes)


def changed_rule(world: World, one: dict[str, Any]) -> World:
    text, code = one["text"], one["location"]
    if found := re.match(r"with `(max_km|max_days|max_shipments): (\d+)`", text):
        name, number = found[1], int(found[2])
        return replace(world, split={**world.split, name: number}) if name == "max_shipments" else replace(world, **{name: number})
    if "in `only`" in text:
        return replace(world, only=(*(world.only or ()), code))
    if "did not avoid" in text:
        return replace(world, avoid=tuple(each for each in world.avoid if each != code))
    if "no `min_part_value`" in text:
        return replace(world, split={key: value for key, value in world.split.items() if key != "min_part_value"})
    assert "`split: allow`" in text, text
    return replace(world, split="allow")


def check_change(world: World, one: dict[str, Any], before: Takes) -> None:
    """The claim is true; and with one less of it the place sends no more than it did."""
    after = changed(world, one, one["amount"] or 0)
    claimed = takes_of(one["ships_from"])
    assert claimed in after.best(), one
    assert one["unfilled"] == sum(after.left(claimed))
    assert claimed != before
    code = one["location"]
    if code is None or one["amount"] is None:
        return
    assert sum(claimed[code]) > sum(before.get(code, ()))
    least = changed(world, one, one["amount"] - 1)
    assert any(sum(takes.get(code, ())) <= sum(before.get(code, ())) for takes in least.best()), one


EXAMPLES = 400 if os.environ.get("OMS_TEST_FULL") else 40


@settings(max_examples=EXAMPLES)
@given(drawn=worlds())
def test_every_claim_is_true(tmp_path_factory: pytest.TempPathFactory, drawn: tuple[World, str]) -> None:
    world, postcode = drawn
    shop = open_shop(world, postcode, lambda rules: Shop(tmp_path_factory.mktemp("why"), rules))
    try:
        decision = why(shop.home, shop.store, "1")["decision"]
        before = takes_of(shop.sends("1"))
    finally:
        shop.close()
    (rule,) = decision["rules"]
    assert decision["note"] == ""
    check_candidates(world, rule)
    check_comparison(world, rule)
    check_ruled_out(world, rule)
    assert before in world.best()
    for one in decision["counterfactuals"]:
        check_change(world, one, before)


# -- single stories


def told(shop: Shop, word: str = "1") -> dict[str, Any]:
    found: dict[str, Any] = why(shop.home, shop.store, word)["decision"]
    return found


def texts(decision: dict[str, Any]) -> list[str]:
    return [one["text"] for one in decision["counterfactuals"]]


@pytest.fixture
def pair(make_shop: MakeShop) -> Shop:
    """`near` has one mug, `far` has many; a set is a mug and two caps."""
    shop = make_shop(rules=rules_with({"near": {"daily_capacity": 1}, "far": {"coordinates": TOWNS["west"]}}, routing=routing_with({})))
    shop.products("MUG", "CAP", SET={"components": "MUG:1|CAP:2", "weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""})
    shop.stock(near={"MUG": 1, "CAP": 9}, far={"MUG": 9, "CAP": 9})
    return shop


def test_the_second_order_is_told_what_the_first_one_took(pair: Shop) -> None:
    pair.order("1", {"MUG": 1})
    pair.order("2", {"MUG": 1})
    pair.route()
    assert pair.sends("2") == {"far": {"MUG": 1}}
    assert texts(told(pair, "2"))[0] == "with 1 more MUG in near: near"
    assert {one["location"]: one["reason"] for one in told(pair, "2")["rules"][0]["ruled_out"]} == {"near": "it has 0 of 1 × MUG"}


def test_several_goods_may_be_missing_together_and_a_kit_is_opened(pair: Shop) -> None:
    pair.stock(near={"MUG": 0, "CAP": 1}, far={"MUG": 1, "CAP": 2})
    pair.order("1", {"SET": 1})
    pair.route()
    assert texts(told(pair))[0] == "with 1 more MUG and 1 more CAP in near: near"


def test_a_full_day_is_told_and_what_room_would_have_meant(make_shop: MakeShop) -> None:
    rules = routing_with({"rank": ["unfilled", "late", "rank"]})
    shop = make_shop(rules=rules_with({"near": {"daily_capacity": 1}, "far": {"coordinates": TOWNS["west"]}}, routing=rules))
    shop.products("MUG")
    shop.stock(near={"MUG": 9}, far={"MUG": 9})
    shop.order("1", {"MUG": 1})
    shop.order("2", {"MUG": 1})
    shop.route()
    assert shop.sends("2") == {"far": {"MUG": 1}}
    assert texts(told(shop, "2"))[0] == "with room for one more shipment in near on Mon 2 Mar: near"


def test_an_order_that_has_left_is_still_told_with_the_rules_of_then(pair: Shop) -> None:
    pair.order("1", {"MUG": 4})
    pair.stock(near={"MUG": 0, "CAP": 9})
    pair.route()
    before = told(pair)
    assert texts(before)[0] == "with 1 more MUG in near: near (1 × MUG) + far (3 × MUG)"
    pair.pick()
    pair.ship("1")
    pair.rules(rules_with(("near", "far", "third")))
    assert told(pair) == before


def test_what_is_no_longer_as_it_was_is_told_as_it_was_stored_and_says_so(pair: Shop) -> None:
    pair.order("1", {"MUG": 1})
    pair.route()
    before = told(pair)
    pair.products(MUG={"weight_g": 5000})
    after = told(pair)
    assert (before["note"], after["note"]) == ("", CHANGED)
    assert after["counterfactuals"] == []
    assert after["rules"][0]["candidates"][0]["from"] == before["rules"][0]["candidates"][0]["from"] == {"near": {"MUG": 1}}
    assert after["rules"][0]["candidates"][0]["amounts"] == before["rules"][0]["candidates"][0]["amounts"]


def test_an_order_routed_again_is_judged_by_the_date_it_was_told_then(pair: Shop) -> None:
    pair.order("1", {"MUG": 1})
    pair.route()
    pair.stock(near={"MUG": 0, "CAP": 9})
    pair.route()
    assert pair.sends("1") == {"far": {"MUG": 1}}
    late = told(pair)["rules"][0]["candidates"][0]["parts"][0]
    assert (told(pair)["note"], late["late_days"]) == ("", 3)


def test_a_held_order_and_an_undecided_one_have_no_account(pair: Shop) -> None:
    pair.order("1", {"MUG": 1}, payment="pending")
    pair.route()
    assert why(pair.home, pair.store, "1")["decision"] is None

"""What is planned stays where it is, unless moving it gains enough; what is no longer possible never stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import NOW, Shop, routing_with, rules_with

from omscli.workflows import orders as people
from omscli.workflows.simulating import simulate
from omscli.workflows.stock_changes import adjust, receive
from omscli.workflows.why import why

CHEAP = {"rank": ["unfilled", "cost"]}


def planned(make_shop: Callable[..., Shop], gain: str, rule: dict[str, Any] | None = None, **near: Any) -> Shop:
    """Order 1 is planned at dear, where alone the goods lay; near is cheaper by 2.00 and has them by now."""
    places = {"dear": {"handling_cost": 3}, "near": {"handling_cost": 1, **near}}
    shop = make_shop(rules=rules_with(places, routing={**routing_with(rule or CHEAP), "min_gain": gain}))
    shop.products("MUG")
    shop.stock(dear={"MUG": 5})
    shop.order("1", {"MUG": 2})
    shop.route()
    assert shop.sends("1") == {"dear": {"MUG": 2}}
    shop.stock(near={"MUG": 5})
    return shop


@pytest.mark.parametrize(("gain", "place"), [("0", "near"), ("2.00", "near"), ("2.01", "dear")])
def test_an_order_moves_where_it_gains_at_least_so_much(make_shop: Callable[..., Shop], gain: str, place: str) -> None:
    shop = planned(make_shop, gain)
    shop.route()
    assert shop.sends("1") == {place: {"MUG": 2}}
    assert shop.route().run is None


@pytest.mark.parametrize(("gain", "place"), [("0", "near"), ("2.00", "near"), ("2.01", "dear")])
def test_decided_together_an_order_moves_for_as_much(make_shop: Callable[..., Shop], gain: str, place: str) -> None:
    shop = planned(make_shop, gain)
    places = {"dear": {"handling_cost": 3}, "near": {"handling_cost": 1}}
    shop.rules(rules_with(places, routing={**routing_with(CHEAP), "min_gain": gain, "strategy": "batch"}))
    shop.route()
    assert shop.sends("1") == {place: {"MUG": 2}}
    assert shop.route().run is None


def test_what_stays_says_so(make_shop: Callable[..., Shop]) -> None:
    shop = planned(make_shop, "2.50")
    (order,) = shop.route(dry_run=True).plan.orders
    assert order.reasons == ["rule “Rule 1”: dear 2, as it was planned; near would save 2.00, and it moves for 2.50"]
    people.edit(shop.home, shop.store, "1", {"service": "air"})  # another service: decided anew, and stays all the same
    shop.route()
    (rule,) = why(shop.home, shop.store, "1")["decision"]["rules"]
    assert (rule["decided_by"], [list(one["from"]) for one in rule["candidates"]]) == ("min_gain", [["dear"], ["near"]])


def test_a_new_order_and_one_that_changed_are_decided_freely(make_shop: Callable[..., Shop]) -> None:
    shop = planned(make_shop, "50.00")
    shop.order("2", {"MUG": 1})
    shop.order("1", {"MUG": 3}, placed_at="2026-03-02T09:01:00Z")
    shop.route()
    assert (shop.sends("2"), shop.sends("1")) == ({"near": {"MUG": 1}}, {"near": {"MUG": 3}})


def test_what_is_no_longer_there_does_not_stay(make_shop: Callable[..., Shop]) -> None:
    shop = planned(make_shop, "50.00")
    adjust(shop.home, shop.store, "dear", [("MUG", -4)], "broken")
    shop.route()
    assert shop.sends("1") == {"near": {"MUG": 2}}


@pytest.mark.parametrize(
    "change",
    [
        {"avoid": ["dear"]},
        {"only": ["near"]},
        {"max_days": 0},
    ],
)
def test_what_the_rules_forbid_by_now_does_not_stay(make_shop: Callable[..., Shop], change: dict[str, Any]) -> None:
    shop = planned(make_shop, "50.00")
    places = {"dear": {"handling_cost": 3}, "near": {"handling_cost": 1}}
    shop.rules(rules_with(places, routing={**routing_with({**CHEAP, **change}), "min_gain": "50.00"}))
    shop.route()
    assert shop.sends("1") == ({} if "max_days" in change else {"near": {"MUG": 2}})


def test_a_split_that_is_no_longer_allowed_does_not_stay(make_shop: Callable[..., Shop]) -> None:
    def rules(**more: Any) -> dict[str, Any]:
        return rules_with(("a", "b", "c"), routing={**routing_with({**CHEAP, **more}), "min_gain": "50.00"})

    shop = make_shop(rules=rules())
    shop.products("MUG", "CAP")
    shop.stock(a={"MUG": 1}, b={"CAP": 1})
    shop.order("1", {"MUG": 1, "CAP": 1})
    shop.route()
    shop.stock(c={"MUG": 1, "CAP": 1})
    shop.route()
    assert shop.sends("1") == {"a": {"MUG": 1}, "b": {"CAP": 1}}, "one parcel would save less"
    shop.rules(rules(split={"together": {"sku": ["MUG", "CAP"]}}))
    shop.route()
    assert shop.sends("1") == {"c": {"MUG": 1, "CAP": 1}}


@pytest.mark.parametrize(
    ("rank", "place"),
    [
        (["unfilled", "distance", "cost"], "near"),
        (["unfilled", "cost", "distance"], "dear"),
        (["unfilled", "distance"], "near"),
        (["unfilled"], "dear"),
    ],
)
def test_what_is_ranked_before_cost_counts_always_and_what_comes_after_it_never(
    make_shop: Callable[..., Shop], rank: list[str], place: str
) -> None:
    places = {"dear": {"coordinates": [41.88, -87.63], "handling_cost": 1}, "near": {"handling_cost": 1}}
    shop = make_shop(rules=rules_with(places, routing={**routing_with({"rank": rank}), "min_gain": "50.00"}))
    shop.products("MUG")
    shop.stock(dear={"MUG": 5})
    shop.order("1", {"MUG": 1})
    shop.route()
    shop.stock(near={"MUG": 5})
    shop.route()
    assert shop.sends("1") == {place: {"MUG": 1}}


def test_a_delay_and_a_missing_unit_are_no_saving_but_worse(make_shop: Callable[..., Shop]) -> None:
    shop = planned(make_shop, "50.00", {"rank": ["unfilled", "late", "cost"]})
    shop.at(NOW + timedelta(days=1))
    shop.route()
    assert shop.sends("1") == {"dear": {"MUG": 2}}, "both are a day late by now"
    people.edit(shop.home, shop.store, "1", {"service": "standard"})
    shop.order("1", {"MUG": 7}, placed_at="2026-03-02T09:01:00Z")
    receive(shop.home, shop.store, "near", [("MUG", 5)], "")
    shop.route()
    assert shop.sends("1") == {"near": {"MUG": 7}}


def test_an_order_of_higher_priority_takes_what_another_one_has_planned(make_shop: Callable[..., Shop]) -> None:
    rules = [{"name": "VIP", "when": {"tag": "vip"}, "priority": 9, **CHEAP}, {"name": "All", **CHEAP}]
    shop = make_shop(rules=rules_with({"one": {}, "two": {"handling_cost": 9}}, routing={**routing_with(*rules), "min_gain": "50.00"}))
    shop.products("MUG")
    shop.stock(one={"MUG": 1}, two={"MUG": 1})
    shop.order("1", {"MUG": 1})
    shop.route()
    shop.order("2", {"MUG": 1}, tags="vip")
    shop.route()
    assert (shop.sends("2"), shop.sends("1")) == ({"one": {"MUG": 1}}, {"two": {"MUG": 1}})


def test_what_stayed_stays_in_its_replay(make_shop: Callable[..., Shop]) -> None:
    shop = planned(make_shop, "50.00")
    shop.order("2", {"MUG": 1})
    shop.route()
    for rolling in (False, True):
        found = simulate(shop.home, shop.store, shop.home.settings, "", rolling=rolling)
        assert (found.runs, found.comparison.moves, found.warnings) == (2, [], [])

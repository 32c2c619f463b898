"""Deciding about all orders together in a real store: dry and real runs agree, a second run is still, the seller is told what it brought."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.conftest import RULES, Shop, rules_with

from omscli.workflows.routing import as_json

PLACES: dict[str, dict[str, Any]] = {"east": {}, "west": {"coordinates": [34.0522, -118.2437]}}
CHICAGO = {"city": "Chicago", "region": "IL", "postcode": "60601"}
LATE: dict[str, Any] = {
    "strategy": "batch",
    "prices": {"late_day": 4, "unfilled_unit": 1000},
    "rules": [{"name": "All", "rank": ["unfilled", "late", "cost"]}],
}


def two_units(make_shop: Callable[..., Shop]) -> Shop:
    shop = make_shop(rules=rules_with(PLACES, routing={**RULES["routing"], **LATE}))
    shop.products("MUG")
    shop.stock(east={"MUG": 1}, west={"MUG": 1})
    shop.order("1", {"MUG": 1}, **CHICAGO)
    shop.order("2", {"MUG": 1})
    return shop


def test_a_dry_run_plans_what_the_real_one_does_and_a_second_one_is_still(make_shop: Callable[..., Shop]) -> None:
    shop = two_units(make_shop)
    dry = as_json(shop.route(dry_run=True), dry_run=True)
    real = as_json(shop.route(), dry_run=False)
    assert (real["strategy"], dry["orders"], dry["totals"]) == ("batch", real["orders"], real["totals"])
    assert (shop.sends("1"), shop.sends("2")) == ({"west": {"MUG": 1}}, {"east": {"MUG": 1}})
    before = shop.dump()
    assert shop.route().run is None
    assert shop.dump() == before


def test_the_totals_say_what_was_gained_and_how_much_more_there_can_be(make_shop: Callable[..., Shop]) -> None:
    totals = as_json(two_units(make_shop).route(), dry_run=False)["totals"]
    assert totals["each_objective"] - totals["objective"] == 200
    assert (totals["lower_bound"], totals["gap_percent"], totals["cut_short"]) == (totals["objective"], 0.0, False)


def test_when_an_order_comes_between_all_of_them_are_decided_again(make_shop: Callable[..., Shop]) -> None:
    shop = two_units(make_shop)
    shop.route()
    shop.stock(east={"MUG": 2}, west={"MUG": 1})
    shop.order("3", {"MUG": 1})
    shop.route()
    assert [shop.sends(word) for word in "123"] == [{"west": {"MUG": 1}}, {"east": {"MUG": 1}}, {"east": {"MUG": 1}}]
    assert shop.route().run is None

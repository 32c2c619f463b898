"""Routing again at once changes nothing, also where a faster service was not asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.conftest import Shop, routing_with, rules_with

NEAR: dict[str, Any] = {"rank": 9}
FAR: dict[str, Any] = {"coordinates": [34.0522, -118.2437], "rank": 2}


def two_places(make_shop: Callable[..., Shop], rule: dict[str, Any], near: dict[str, Any]) -> Shop:
    shop = make_shop(rules=rules_with({"near": {**NEAR, **near}, "far": FAR}, routing=routing_with(rule)))
    shop.products("MUG")
    shop.stock(near={"MUG": 10}, far={"MUG": 10})
    shop.order("1", {"MUG": 1})
    return shop


def test_a_limit_of_days_is_met_by_the_faster_service_at_once_and_not_only_the_second_time(make_shop: Callable[..., Shop]) -> None:
    shop = two_places(make_shop, {"max_days": 3, "rank": ["unfilled", "rank"]}, {})
    shop.route()
    (one,) = shop.show("1")["shipments"]
    assert (one["location"], one["service"]) == ("far", "air")
    assert shop.route().run is None


def test_the_date_told_first_does_not_buy_a_dearer_service_the_second_time(make_shop: Callable[..., Shop]) -> None:
    shop = two_places(make_shop, {"rank": ["unfilled", "days"]}, {"handling_days": 2})
    shop.route()
    before = shop.sends("1")
    assert shop.route().run is None
    assert shop.sends("1") == before


def test_a_kit_that_consists_of_something_else_by_now_claims_that(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main")
    bare = {"weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""}
    shop.products("MUG", "CAP", SET={"components": "MUG:1|CAP:1", **bare})
    shop.stock(main={"MUG": 4, "CAP": 1})
    shop.order("1", {"SET": 1})
    shop.route()
    shop.products("MUG", "CAP", SET={"components": "MUG:2", **bare})
    shop.order("2", {"CAP": 1})
    shop.route()
    assert [shop.level(sku, "main")["allocated"] for sku in ("MUG", "CAP")] == [2, 1]
    assert shop.store.shipments.uncovered() == set()
    assert shop.route().run is None

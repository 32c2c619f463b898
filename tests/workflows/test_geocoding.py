"""Places that no table knows, looked up by somebody who does."""

from __future__ import annotations

from collections.abc import Callable

from tests.conftest import PLACE, Shop, rules_with

from omscli.base.geo import Point
from omscli.workflows.geocoding import look_up


class Atlas:
    """A geocoder that knows one village and writes down what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str, str]] = []

    def locate(self, country: str, postcode: str, city: str, region: str) -> Point | None:
        self.asked.append((country, postcode, city, region))
        return Point(10.0, 20.0, "online") if city == "Zzyzzxq Base" else None


def test_a_village_that_no_table_knows_is_looked_up_once_and_remembered(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop(rules=rules_with({"main": {**PLACE, "ships_to": ["AQ", "US"]}}))
    shop.products("MUG")
    shop.stock(main={"MUG": 5})
    shop.order("1", {"MUG": 1}, country="AQ", city="Zzyzzxq Base", postcode="", region="")
    shop.order("2", {"MUG": 1})
    atlas = Atlas()
    assert look_up(shop.home, shop.store, atlas) == 1
    assert atlas.asked == [("AQ", "", "Zzyzzxq Base", "")], "the order to a known ZIP asks nobody"
    assert look_up(shop.home, shop.store, atlas) == 0
    assert len(atlas.asked) == 1
    shop.route()
    (one,) = shop.show("1")["shipments"]
    assert one["distance_km"] is not None


def test_a_place_that_nobody_knows_is_asked_for_again_and_routes_without_a_distance(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop(rules=rules_with({"main": {**PLACE, "ships_to": ["AQ"]}}))
    shop.products("MUG")
    shop.stock(main={"MUG": 5})
    shop.order("1", {"MUG": 1}, country="AQ", city="Nowhere", postcode="", region="")
    assert look_up(shop.home, shop.store, Atlas()) == 0
    shop.route()
    (one,) = shop.show("1")["shipments"]
    assert one["distance_km"] is None

"""Which place sends: what each criterion prefers, what each filter rules out, and how far an order may be split.

`near` is in the customer's town, `far` is on the other coast and stands behind it in rank.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.conftest import RULES, Shop, routing_with, rules_with

NEAR: dict[str, Any] = {"coordinates": [40.6943, -73.9906]}
FAR: dict[str, Any] = {"coordinates": [34.0522, -118.2437]}
LOS_ANGELES = {"city": "Los Angeles", "region": "CA", "postcode": "90012"}
World = Callable[..., Shop]


@pytest.fixture
def world(make_shop: Callable[..., Shop]) -> World:
    """A shop with two places; each has ten mugs and ten caps unless `stock` says otherwise."""

    def make(
        *rules: dict[str, Any],
        near: dict[str, Any] | None = None,
        far: dict[str, Any] | None = None,
        stock: dict[str, dict[str, int]] | None = None,
        prices: dict[str, Any] | None = None,
        **sections: Any,
    ) -> Shop:
        routing = routing_with(*(rules or ({},)))
        routing["prices"] = {**routing["prices"], **(prices or {})}
        shop = make_shop(rules=rules_with({"near": {**NEAR, **(near or {})}, "far": {**FAR, **(far or {})}}, routing=routing, **sections))
        kit = {"components": "MUG:1|CAP:2", "weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""}
        shop.products("MUG", "CAP", SET=kit)
        shop.stock(**(stock or {"near": {"MUG": 10, "CAP": 10}, "far": {"MUG": 10, "CAP": 10}}))
        return shop

    return make


def sent(shop: Shop, lines: dict[str, int], **columns: Any) -> dict[str, dict[str, int]]:
    """Where a first order's goods come from."""
    shop.order("1", lines, **columns)
    shop.route()
    return shop.sends("1")


def decided_by(shop: Shop, word: str = "1") -> str:
    from omscli.workflows.why import why

    return str(why(shop.home, shop.store, word)["decision"]["rules"][-1]["decided_by"])


def ruled_out(shop: Shop, word: str = "1") -> dict[str, str]:
    from omscli.workflows.why import why

    return {one["location"]: one["reason"] for one in why(shop.home, shop.store, word)["decision"]["rules"][-1]["ruled_out"]}


# -- criteria


def test_the_place_that_has_everything_goes_before_the_one_that_has_half(world: World) -> None:
    shop = world({"rank": ["unfilled"], "split": "allow"}, stock={"near": {"MUG": 1}, "far": {"MUG": 3}})
    assert sum(sent(shop, {"MUG": 3})["far"].values()) >= 2
    assert shop.show("1")["backordered"] == []


def test_the_place_that_keeps_the_promised_day_goes_before_the_late_one(world: World) -> None:
    shop = world({"rank": ["late"]}, near={"handling_days": 9})
    assert sent(shop, {"MUG": 1}, deliver_by="2026-03-09", service="air") == {"far": {"MUG": 1}}
    assert decided_by(shop) == "late"


def test_the_place_whose_goods_arrive_first_goes_first(world: World) -> None:
    shop = world({"rank": ["days"]}, near={"rank": 2}, far={"rank": 1})
    assert sent(shop, {"MUG": 1}) == {"near": {"MUG": 1}}
    assert decided_by(shop) == "days"


def test_the_cheaper_place_goes_first(world: World) -> None:
    shop = world({"rank": ["cost"]}, near={"handling_cost": 20})
    assert sent(shop, {"MUG": 1}) == {"far": {"MUG": 1}}
    assert decided_by(shop) == "cost"


def test_one_shipment_goes_before_two(world: World) -> None:
    shop = world({"rank": ["unfilled", "shipments"]}, stock={"near": {"MUG": 1}, "far": {"MUG": 1, "CAP": 1}})
    assert sent(shop, {"MUG": 1, "CAP": 1}) == {"far": {"MUG": 1, "CAP": 1}}


def test_the_nearer_place_goes_first(world: World) -> None:
    shop = world({"rank": ["distance"]}, near={"rank": 9}, far={"rank": 1})
    assert sent(shop, {"MUG": 1}) == {"near": {"MUG": 1}}
    assert sent_second(shop) == {"far": {"MUG": 1}}
    assert decided_by(shop, "2") == "distance"


def sent_second(shop: Shop, **columns: Any) -> dict[str, dict[str, int]]:
    shop.order("2", {"MUG": 1}, **{**LOS_ANGELES, **columns})
    shop.route()
    return shop.sends("2")


def test_a_place_that_nobody_finds_on_the_map_comes_last_by_distance(world: World) -> None:
    nowhere = {"coordinates": None, "address": {"line1": "1 Hidden Rd", "city": "Nowhereville", "postcode": "", "country": "US"}}
    shop = world({"rank": ["distance"]}, near=nowhere)
    assert sent(shop, {"MUG": 1}) == {"far": {"MUG": 1}}


def test_a_place_that_stays_above_its_safety_stock_goes_first(world: World) -> None:
    shop = world({"rank": ["stock"]}, near={"safety_stock": 10})
    assert sent(shop, {"MUG": 1}) == {"far": {"MUG": 1}}
    assert decided_by(shop) == "stock"


def test_the_place_with_more_left_goes_first(world: World) -> None:
    shop = world({"rank": ["most_stock"]}, stock={"near": {"MUG": 5}, "far": {"MUG": 6}})
    assert sent(shop, {"MUG": 1}) == {"far": {"MUG": 1}}
    assert decided_by(shop) == "most_stock"


def test_the_place_with_the_lower_rank_goes_first(world: World) -> None:
    shop = world({"rank": ["rank"]}, near={"rank": 2}, far={"rank": 1})
    assert sent(shop, {"MUG": 1}) == {"far": {"MUG": 1}}
    assert decided_by(shop) == "rank"


def test_the_name_ends_every_tie(world: World) -> None:
    shop = world({"rank": ["unfilled"]})
    assert sent(shop, {"MUG": 1}) == {"far": {"MUG": 1}}
    assert decided_by(shop) == "name"


def test_a_criterion_speaks_only_where_the_ones_before_it_tie(world: World) -> None:
    shop = world({"rank": ["shipments", "rank", "cost"]}, near={"handling_cost": 50})
    assert sent(shop, {"MUG": 1}) == {"near": {"MUG": 1}}


@pytest.mark.parametrize(("price", "place"), [("0", "near"), ("1", "near"), ("3", "far")])
def test_a_price_on_safety_stock_makes_the_full_shelf_the_cheaper_one(world: World, price: str, place: str) -> None:
    shop = world({"rank": ["cost"]}, near={"safety_stock": 9}, prices={"below_safety_unit": price})
    assert sent(shop, {"MUG": 3}) == {place: {"MUG": 3}}  # postage from far is 3 more


def test_a_price_on_distance_is_part_of_the_cost(world: World) -> None:
    dear = world({"rank": ["cost"]}, near={"handling_cost": 20}, prices={"per_100_km": 1})
    assert sent(dear, {"MUG": 1}) == {"near": {"MUG": 1}}


def test_a_price_on_each_further_shipment_keeps_an_order_together(world: World) -> None:
    far_first = {"near": {"MUG": 1}, "far": {"MUG": 1, "CAP": 1}}
    shop = world({"rank": ["unfilled", "cost"]}, far={"handling_cost": 0}, stock=far_first, prices={"extra_shipment": 500})
    assert sent(shop, {"MUG": 1, "CAP": 1}) == {"far": {"MUG": 1, "CAP": 1}}


def test_a_late_day_costs_what_rules_yaml_says(world: World) -> None:
    shop = world({"rank": ["cost"]}, prices={"late_day": 4})
    sent(shop, {"MUG": 1}, deliver_by="2026-03-02", service="ground")
    (one,) = shop.show("1")["shipments"]
    assert (one["location"], one["arrives"], one["cost"]["penalties"]) == ("near", "2026-03-03", 400)


# -- filters


def test_only_the_places_that_a_rule_names_serve_it(world: World) -> None:
    shop = world({"only": ["far"]})
    assert sent(shop, {"MUG": 1}) == {"far": {"MUG": 1}}
    assert ruled_out(shop) == {"near": "rule “Rule 1” does not name it in `only`"}


def test_only_places_of_a_kind_serve_a_rule_that_names_the_kind(world: World) -> None:
    shop = world({"only": {"kind": ["store"]}}, far={"kind": "store"})
    assert sent(shop, {"MUG": 1}) == {"far": {"MUG": 1}}


def test_a_place_that_a_rule_avoids_does_not_serve_it(world: World) -> None:
    shop = world({"avoid": ["near"]})
    assert sent(shop, {"MUG": 1}) == {"far": {"MUG": 1}}
    assert ruled_out(shop) == {"near": "rule “Rule 1” avoids it"}


def test_a_place_beyond_max_km_does_not_serve(world: World) -> None:
    shop = world({"max_km": 500, "rank": ["unfilled", "rank"]}, near={"rank": 9})
    assert sent(shop, {"MUG": 12}) == {"near": {"MUG": 10}}
    assert "more than the 500 km" in ruled_out(shop)["far"]


def test_a_distance_nobody_knows_fails_max_km(world: World) -> None:
    nowhere = {"coordinates": None, "address": {"line1": "1 Hidden Rd", "city": "Nowhereville", "postcode": "", "country": "US"}}
    shop = world({"max_km": 20000}, near=nowhere)
    assert sent(shop, {"MUG": 1}) == {"far": {"MUG": 1}}
    assert ruled_out(shop) == {"near": "its distance is unknown, and rule “Rule 1” allows 20000 km"}


def test_a_place_whose_goods_need_too_many_days_does_not_serve(world: World) -> None:
    shop = world({"max_days": 1, "rank": ["unfilled", "rank"]}, near={"rank": 9})
    assert sent(shop, {"MUG": 1}) == {"near": {"MUG": 1}}
    shop.order("2", {"MUG": 10})
    shop.route()
    assert shop.sends("2") == {"near": {"MUG": 9}}


def test_a_rule_that_keeps_safety_stock_leaves_it_on_the_shelf(world: World) -> None:
    shop = world({"keep_safety_stock": True}, near={"safety_stock": 4}, far={"safety_stock": 10})
    assert sent(shop, {"MUG": 10}) == {"near": {"MUG": 6}}
    assert shop.show("1")["backordered"][0]["quantity"] == 4


def test_without_that_word_safety_stock_may_be_sent(world: World) -> None:
    shop = world(near={"safety_stock": 4})
    assert sent(shop, {"MUG": 10}) == {"near": {"MUG": 10}}


def test_a_channel_is_served_from_the_places_it_names(world: World) -> None:
    shop = world(channels={"shop": {"reader": "native", "stock_from": ["far"], "buffer": 9}})
    assert sent(shop, {"MUG": 10}) == {"far": {"MUG": 10}}
    assert ruled_out(shop) == {"near": "channel shop takes no stock from it"}


def test_a_place_that_does_not_ship_to_the_country_stays_out(world: World) -> None:
    shop = world(near={"ships_to": ["CA"]})
    assert sent(shop, {"MUG": 1}) == {"far": {"MUG": 1}}
    assert ruled_out(shop) == {"near": "it does not ship to US"}


def test_a_place_that_does_not_ship_at_all_stays_out(world: World) -> None:
    assert sent(world(near={"ships": False}), {"MUG": 1}) == {"far": {"MUG": 1}}


def test_an_order_that_no_place_may_serve_is_unroutable_and_says_why(world: World) -> None:
    shop = world(near={"ships_to": ["CA"]}, far={"ships_to": ["CA"]})
    shop.order("1", {"MUG": 1})
    (one,) = shop.route().plan.orders
    assert (one.state, one.backordered) == ("unroutable", [])
    assert one.reasons == ["rule “Rule 1”: no place may serve (near: it does not ship to US; far: it does not ship to US)"]


def test_a_capacity_of_nought_never_ships(world: World) -> None:
    shop = world(near={"daily_capacity": 0})
    assert sent(shop, {"MUG": 1}) == {"far": {"MUG": 1}}


def test_a_full_day_moves_the_next_shipment_to_the_next_working_day(world: World) -> None:
    shop = world({"only": ["near"]}, near={"daily_capacity": 1})
    shop.order("1", {"MUG": 1})
    shop.order("2", {"MUG": 1})
    shop.order("3", {"MUG": 1})
    shop.route()
    assert [shop.show(word)["shipments"][0]["ship_on"] for word in "123"] == ["2026-03-02", "2026-03-03", "2026-03-04"]


def test_a_full_day_counts_as_late_so_that_the_other_place_may_win(world: World) -> None:
    shop = world({"rank": ["unfilled", "late", "rank"]}, near={"daily_capacity": 1})
    shop.order("1", {"MUG": 1})
    shop.order("2", {"MUG": 1})
    shop.route()
    assert [*shop.sends("1"), *shop.sends("2")] == ["near", "far"]


def test_a_shipment_on_a_pick_list_takes_its_place_in_the_day(world: World) -> None:
    shop = world({"only": ["near"]}, near={"daily_capacity": 1})
    shop.order("1", {"MUG": 1})
    shop.route()
    shop.pick()
    shop.order("2", {"MUG": 1})
    shop.route()
    assert shop.show("2")["shipments"][0]["ship_on"] == "2026-03-03"


def test_a_rule_may_ship_although_the_day_is_full(world: World) -> None:
    shop = world({"only": ["near"], "ignore_capacity": True}, near={"daily_capacity": 1})
    shop.order("1", {"MUG": 1})
    shop.order("2", {"MUG": 1})
    shop.route()
    assert shop.show("2")["shipments"][0]["ship_on"] == "2026-03-02"


# -- splits


HALVES = {"near": {"MUG": 2}, "far": {"MUG": 2}}


def test_an_order_is_split_where_no_place_has_it_all(world: World) -> None:
    assert sent(world(stock=HALVES), {"MUG": 4}) == {"near": {"MUG": 2}, "far": {"MUG": 2}}


def test_an_order_that_may_not_be_split_waits_whole(world: World) -> None:
    shop = world({"split": "never"}, stock=HALVES)
    assert sent(shop, {"MUG": 3}) == {}
    assert shop.show("1")["backordered"][0]["quantity"] == 3


def test_an_order_that_may_not_be_split_goes_from_the_place_that_has_it_all(world: World) -> None:
    shop = world({"split": "never"}, stock={"near": {"MUG": 2}, "far": {"MUG": 3}})
    assert sent(shop, {"MUG": 3}) == {"far": {"MUG": 3}}


def test_no_more_shipments_than_the_rule_allows(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("one", "two", "three", routing=routing_with({"split": {"max_shipments": 2}}))
    shop.products("MUG")
    shop.stock(one={"MUG": 1}, two={"MUG": 2}, three={"MUG": 3})
    assert sent(shop, {"MUG": 6}) == {"two": {"MUG": 2}, "three": {"MUG": 3}}
    assert shop.show("1")["backordered"][0]["quantity"] == 1


@pytest.mark.parametrize(("least", "parts"), [("20.00", 2), ("20.01", 0)])
def test_each_part_is_worth_what_the_rule_asks_and_equal_passes(world: World, least: str, parts: int) -> None:
    shop = world({"split": {"min_part_value": least}}, stock=HALVES)
    assert len(sent(shop, {"MUG": 4})) == parts


@pytest.mark.parametrize(("least", "units"), [("10.00", 2), ("10.01", 0)])
def test_the_rest_that_waits_counts_as_a_part_too(world: World, least: str, units: int) -> None:
    shop = world({"split": {"min_part_value": least}}, stock={"near": {"MUG": 2}})
    assert sum(sum(one.values()) for one in sent(shop, {"MUG": 3}).values()) == units


def test_an_order_that_goes_whole_from_one_place_is_exempt_from_the_least_value(world: World) -> None:
    assert sent(world({"split": {"min_part_value": 500}}), {"MUG": 1}) == {"near": {"MUG": 1}}


TOGETHER = {"near": {"MUG": 1}, "far": {"CAP": 1}}


def test_goods_that_travel_together_by_sku_wait_for_each_other(world: World) -> None:
    shop = world({"split": {"together": {"sku": ["mug", "cap"]}}}, stock=TOGETHER)
    assert sent(shop, {"MUG": 1, "CAP": 1}) == {}
    shop.stock(near={"CAP": 1})
    shop.route()
    assert shop.sends("1") == {"near": {"MUG": 1, "CAP": 1}}


def test_goods_that_travel_together_by_category_wait_for_each_other(world: World) -> None:
    shop = world({"split": {"together": {"category": ["table"]}}}, stock=TOGETHER)
    shop.products(MUG={"category": "Table"}, CAP={"category": "table"})
    assert sent(shop, {"MUG": 1, "CAP": 1}) == {}


def test_other_goods_do_not_wait_for_those_that_travel_together(world: World) -> None:
    shop = world({"split": {"together": {"sku": ["MUG", "CAP"]}}}, stock=TOGETHER)
    shop.products("BAG")
    shop.stock(near={"BAG": 1})
    assert sent(shop, {"MUG": 1, "CAP": 1, "BAG": 1}) == {"near": {"BAG": 1}}


# -- kits


def test_a_kit_leaves_whole_from_one_place(world: World) -> None:
    shop = world(stock={"near": {"MUG": 5, "CAP": 1}, "far": {"MUG": 1, "CAP": 9}})
    assert sent(shop, {"SET": 1}) == {"far": {"SET": 1}}
    assert shop.show("1")["shipments"][0]["parcels"][0]["items"] == {"MUG": 1, "CAP": 2}


def test_a_kit_whose_parts_lie_at_two_places_waits(world: World) -> None:
    shop = world(stock={"near": {"MUG": 5, "CAP": 1}, "far": {"CAP": 9}})
    assert sent(shop, {"SET": 1}) == {}
    assert [(one["sku"], one["quantity"]) for one in shop.show("1")["backordered"]] == [("SET", 1)]


def test_a_kit_and_its_component_share_one_shelf(world: World) -> None:
    shop = world({"only": ["near"]}, stock={"near": {"MUG": 3, "CAP": 4}})
    assert sent(shop, {"SET": 2, "MUG": 2}) == {"near": {"SET": 2, "MUG": 1}}
    assert shop.level("MUG", "near")["available"] == 0
    assert shop.level("CAP", "near")["allocated"] == 4


def test_two_lines_of_one_sku_share_one_shelf(world: World) -> None:
    shop = world({"only": ["near"]}, stock={"near": {"MUG": 3}})
    shop.order("1", [{"line_id": "a", "sku": "MUG", "quantity": 2}, {"line_id": "b", "sku": "mug", "quantity": 2}])
    shop.route()
    assert [one["allocated"] for one in shop.show("1")["lines"]] == [2, 1]


# -- ways to the customer


def test_an_order_that_is_collected_comes_from_its_place_and_no_other(world: World) -> None:
    shop = world({"avoid": ["far"]}, stock={"near": {"MUG": 9}, "far": {"MUG": 1}})
    assert sent(shop, {"MUG": 2}, pickup_location="far") == {"far": {"MUG": 1}}
    (one,) = shop.show("1")["shipments"]
    assert (one["method"], one["carrier"], one["cost"]["postage"]) == ("pickup", "", 0)
    assert shop.show("1")["backordered"][0]["quantity"] == 1


def test_nobody_collects_where_nobody_may(world: World) -> None:
    shop = world(far={"pickup": False})
    assert sent(shop, {"MUG": 1}, pickup_location="far") == {}
    assert ruled_out(shop)["far"] == "nobody can collect here"


def test_a_supplier_sends_directly_and_takes_its_lead_days(world: World) -> None:
    shop = world({"only": ["far"]}, far={"kind": "supplier", "lead_days": 3})
    assert sent(shop, {"MUG": 1}) == {"far": {"MUG": 1}}
    (one,) = shop.show("1")["shipments"]
    assert (one["method"], one["ship_on"]) == ("dropship", "2026-03-05")


def test_an_asked_for_service_is_used(world: World) -> None:
    shop = world()
    sent(shop, {"MUG": 1}, service="air")
    assert [one["service"] for one in shop.show("1")["shipments"]] == ["air"]


def test_a_slow_service_is_taken_only_where_no_fast_one_goes_and_is_noted(world: World) -> None:
    shop = world()
    shop.order("1", {"MUG": 1}, service="overnight")
    (one,) = shop.route().plan.orders
    assert "near: no service as fast as “overnight” goes there" in one.reasons


def test_what_no_carrier_takes_is_not_routed_there(world: World) -> None:
    shop = world()
    shop.products(MUG={"weight_g": 31000})
    shop.order("1", {"MUG": 1})
    (one,) = shop.route().plan.orders
    assert one.state == "unroutable"
    assert "no carrier takes it there" in one.reasons[0]


def test_a_weight_nobody_knows_is_marked_a_guess(world: World) -> None:
    shop = world()
    shop.products(MUG={"weight_g": ""})
    sent(shop, {"MUG": 1})
    assert [parcel["guessed"] for parcel in shop.show("1")["shipments"][0]["parcels"]] == [True]


# -- conditions

CONDITIONS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "channel": ({"channel": "shop"}, {}, {"channel": "amazon"}),
    "service": ({"service": "expedited"}, {"service": "air"}, {"service": "ground"}),
    "country": ({"country": {"not": "CA"}}, {}, {"country": "CA", "postcode": "H2X 1Y4", "region": "QC", "city": "Montreal"}),
    "region": ({"region": "ny"}, {}, LOS_ANGELES),
    "postcode": ({"postcode": {"matches": "11*"}}, {}, LOS_ANGELES),
    "tag": ({"tag": "VIP"}, {"tags": "gift,vip"}, {"tags": "gift"}),
    "total": ({"total": {"over": "99.99"}}, {"total": "100.00"}, {"total": "99.99"}),
    "units": ({"units": {"under": 3}}, {}, {"quantity": 3}),
    "weight_g": ({"weight_g": 200}, {}, {"quantity": 2}),
    "customer": ({"customer": {"matches": "*@example.com"}}, {}, {"email": "ann@other.com"}),
    "pickup": ({"pickup": "true"}, {"pickup_location": "far"}, {}),
    "payment": ({"payment": {"not": ["partially_refunded"]}}, {}, {"payment": "partially_refunded"}),
}


@pytest.mark.parametrize(("when", "yes", "no"), CONDITIONS.values(), ids=CONDITIONS)
def test_a_rule_speaks_only_for_the_orders_it_describes(world: World, when: Any, yes: Any, no: Any) -> None:
    channels = {name: {**one, "reader": "native"} for name, one in RULES["channels"].items()}
    shop = world({"name": "Those", "when": when}, {"name": "Others"}, channels=channels)
    for number, columns in (("1", yes), ("2", no)):
        rest = {name: value for name, value in columns.items() if name != "quantity"}
        shop.order(number, {"MUG": columns.get("quantity", 1)}, **rest)
    assert [one.rule for one in shop.route().plan.orders] == ["Those", "Others"]


def test_a_rule_for_a_sku_speaks_for_every_order_that_has_it(world: World) -> None:
    shop = world({"name": "Caps", "when": {"sku": "cap", "lines": {"over": 1}}}, {"name": "Others"})
    shop.order("1", {"MUG": 1, "CAP": 1})
    shop.order("2", {"CAP": 1})
    assert [one.rule for one in shop.route().plan.orders] == ["Caps", "Others"]


def test_an_order_for_which_no_rule_speaks_says_so(world: World) -> None:
    shop = world({"when": {"country": "CA"}})
    shop.order("1", {"MUG": 1})
    (one,) = shop.route().plan.orders
    assert (one.state, one.reasons) == ("unroutable", ["no rule matches this order: add a last rule without `when`"])


# -- one rule after the other


def test_what_the_first_rule_cannot_place_the_next_one_may(world: World) -> None:
    first = {"name": "Near", "only": ["near"], "else": "next"}
    shop = world(first, {"name": "Any"}, stock={"near": {"MUG": 2}, "far": {"MUG": 1}})
    assert sent(shop, {"MUG": 4}) == {"near": {"MUG": 2}, "far": {"MUG": 1}}
    assert shop.show("1")["backordered"][0]["quantity"] == 1


def test_a_later_rule_that_does_not_match_is_passed_over(world: World) -> None:
    shop = world({"only": ["near"], "else": "next"}, {"when": {"tag": "vip"}, "only": ["far"]}, stock={"far": {"MUG": 1}})
    assert sent(shop, {"MUG": 1}) == {}


def test_a_rule_may_hold_what_it_cannot_place_and_gives_the_rest_back(world: World) -> None:
    shop = world({"when": {"tag": "all"}, "else": "hold"}, {}, stock={"near": {"MUG": 2}})
    shop.order("1", {"MUG": 3}, tags="all")
    shop.order("2", {"MUG": 2})
    shop.route()
    assert [one["reason"] for one in shop.show("1")["holds"]] == ["no stock for 1 × MUG"]
    assert shop.sends("2") == {"near": {"MUG": 2}}


def test_a_hold_further_down_gives_back_what_the_rule_above_it_took(world: World) -> None:
    rules = ({"when": {"tag": "all"}, "else": "next"}, {"when": {"tag": "all"}, "hold": "look at the rest"}, {})
    shop = world(*rules, stock={"near": {"MUG": 2}})
    shop.order("1", {"MUG": 3}, tags="all")
    shop.order("2", {"MUG": 2})
    shop.route()
    assert [one["reason"] for one in shop.show("1")["holds"]] == ["look at the rest"]
    assert shop.sends("2") == {"near": {"MUG": 2}}


def test_a_rule_may_cancel_what_it_cannot_place(world: World) -> None:
    shop = world({"else": {"backorder": "cancel"}}, stock={"near": {"MUG": 2}})
    assert sent(shop, {"MUG": 3}) == {"near": {"MUG": 2}}
    shown = shop.show("1")
    assert (shown["lines"][0]["cancelled"], shown["backordered"], shown["status"]) == (1, [], "open")


def test_an_order_whose_every_unit_a_rule_gives_up_is_cancelled(world: World) -> None:
    shop = world({"else": {"backorder": "cancel"}}, stock={"near": {"MUG": 0}})
    sent(shop, {"MUG": 3})
    assert shop.show("1")["status"] == "cancelled"


def test_of_two_splits_with_as_many_shipments_the_cheaper_one_goes(make_shop: Callable[..., Shop]) -> None:
    places = {"near": {}, "mid": {"coordinates": [41.54, -88.06]}, "west": FAR}
    shop = make_shop(rules=rules_with(places, routing=routing_with({"rank": ["unfilled", "shipments", "cost"]})))
    shop.products("MUG", "CAP")
    shop.stock(mid={"MUG": 1, "CAP": 1}, west={"MUG": 2, "CAP": 3})
    # Five units from the west weigh more than a kilogram and cost 16, four cost 8: mid sends one of each.
    assert sent(shop, {"MUG": 3, "CAP": 3}) == {"mid": {"MUG": 1, "CAP": 1}, "west": {"MUG": 2, "CAP": 2}}

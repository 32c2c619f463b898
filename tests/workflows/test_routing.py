"""What routing does to the books: it claims, gives back, holds and lets wait, and a second run finds nothing left to do."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import NOW, RULES, Shop, csv_text, routing_with, rules_with

from omscli.base.clock import as_text
from omscli.workflows import orders as desk
from omscli.workflows import stock_changes
from omscli.workflows.routing import as_json
from omscli.workflows.undo import last_runs, undo

MakeShop = Callable[..., Shop]


def test_what_is_routed_is_claimed_and_still_lies_there(shop: Shop) -> None:
    shop.order("1", {"MUG": 4})
    assert shop.route().changed == 1
    assert {name: shop.level("MUG", "main")[name] for name in ("on_hand", "allocated", "available")} == {
        "on_hand": 10,
        "allocated": 4,
        "available": 6,
    }


def test_a_second_run_changes_nothing(shop: Shop) -> None:
    shop.order("1", {"MUG": 4, "CAP": 5})
    shop.order("2", {"CAP": 1})
    shop.route()
    before = shop.dump()
    again = shop.route()
    assert (again.run, again.changed) == (None, 0)
    assert shop.dump() == before


def test_a_dry_run_decides_the_same_and_claims_nothing(shop: Shop) -> None:
    for number, lines in (("1", {"MUG": 8}), ("2", {"MUG": 4, "CAP": 5}), ("3", {"VASE": 1})):
        shop.order(number, lines)
    before = shop.dump()
    dry = as_json(shop.route(dry_run=True), dry_run=True)
    assert shop.dump() == before
    real = as_json(shop.route(), dry_run=False)
    assert {**dry, "dry_run": False, "run": real["run"]} == real


SKUS = ("MUG", "CAP", "SET")
LINES = st.dictionaries(st.sampled_from(SKUS), st.integers(1, 4), min_size=1)
ORDERS = st.lists(st.tuples(LINES, st.sampled_from(["", "whole", "look"])), min_size=1, max_size=5)


def small_world(folder: Path, stock: list[int], orders: list[tuple[dict[str, int], str]]) -> Shop:
    rules = [
        {"when": {"tag": "look"}, "hold": "look at it"},
        {"when": {"tag": "whole"}, "split": "never", "else": "next"},
        {"rank": ["unfilled", "cost"]},
    ]
    shop = Shop(folder, rules_with({"one": {"daily_capacity": 2}, "two": {"coordinates": [34.05, -118.24]}}, routing=routing_with(*rules)))
    shop.products("MUG", "CAP", SET={"components": "MUG:1|CAP:2", "weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""})
    shop.stock(one={"MUG": stock[0], "CAP": stock[1]}, two={"MUG": stock[2], "CAP": stock[3]})
    rows = [
        {**head, "order_id": f"{n}", "tags": tag, "placed_at": f"2026-03-02T09:0{n}:00Z", "sku": sku, "quantity": units}
        for n, (lines, tag) in enumerate(orders)
        for sku, units in lines.items()
    ]
    shop.take(("orders.csv", csv_text(rows)))
    return shop


head = {
    "channel": "shop", "payment": "paid", "currency": "USD", "name": "Ann Lee", "address1": "1 Main St", "city": "Brooklyn", "region": "NY",
    "postcode": "11201", "country": "US", "service": "standard", "unit_price": "10",
}  # fmt: skip


@settings(max_examples=25)
@given(stock=st.lists(st.integers(0, 6), min_size=4, max_size=4), orders=ORDERS)
def test_whatever_is_to_be_routed_dry_and_real_agree_the_books_hold_and_the_second_run_is_still(
    stock: list[int], orders: list[tuple[dict[str, int], str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = small_world(Path(folder) / "shop", stock, orders)
        dry = as_json(shop.route(dry_run=True), dry_run=True)
        real = as_json(shop.route(), dry_run=False)
        assert {**dry, "dry_run": False, "run": real["run"]} == real
        assert shop.doctor() == []
        assert all(row["available"] >= 0 for row in shop.store.stock.listing(at=as_text(shop.home.now)))
        for number in range(len(orders)):
            for line in shop.show(f"{number}")["lines"]:
                assert line["ordered"] == line["allocated"] + line["backordered"] + line["unfilled"]
        before = shop.dump()
        assert shop.route().run is None
        assert shop.dump() == before
        shop.close()


# -- scarce stock


def test_a_cancelled_order_gives_its_stock_to_the_next_one(shop: Shop) -> None:
    shop.order("1", {"CAP": 3})
    shop.order("2", {"CAP": 2})
    shop.route()
    assert shop.sends("2") == {}
    desk.cancel(shop.home, shop.store, "1", "changed her mind")
    shop.route()
    assert shop.sends("2") == {"main": {"CAP": 2}}


def test_a_late_order_that_was_placed_earlier_takes_a_soft_claim_over(shop: Shop) -> None:
    shop.order("1", {"CAP": 3}, placed_at="2026-03-02T09:30:00Z")
    shop.route()
    shop.order("2", {"CAP": 2}, placed_at="2026-03-02T08:00:00Z")
    shop.route()
    assert shop.sends("2") == {"main": {"CAP": 2}}
    assert shop.sends("1") == {"main": {"CAP": 1}}
    assert shop.show("1")["backordered"][0]["quantity"] == 2


def test_what_lies_on_a_pick_list_is_never_taken_over(shop: Shop) -> None:
    shop.order("1", {"CAP": 3}, placed_at="2026-03-02T09:30:00Z")
    shop.route()
    shop.pick()
    shop.order("2", {"CAP": 2}, placed_at="2026-03-02T08:00:00Z")
    shop.route()
    assert shop.sends("1") == {"main": {"CAP": 3}}
    assert shop.sends("2") == {}


def test_a_rules_priority_goes_before_the_channels_and_both_before_age(make_shop: MakeShop) -> None:
    channels = {"shop": {"reader": "native"}, "fair": {"reader": "native", "priority": 5}}
    rules = ({"when": {"tag": "vip"}, "priority": 9}, {"when": {"tag": "slow"}, "priority": 1}, {})
    shop = make_shop("main", channels=channels, routing=routing_with(*rules))
    shop.products("MUG")
    wanted = (("old", {}), ("fair", {"channel": "fair"}), ("vip", {"tags": "vip"}), ("slow", {"channel": "fair", "tags": "slow"}))
    for number, columns in wanted:
        shop.order(number, {"MUG": 1}, **columns)
    served = []
    for units in range(1, 5):
        shop.stock(main={"MUG": units})
        shop.route()
        served.append({number for number, _ in wanted if shop.sends(number)})
    assert served == [{"vip"}, {"vip", "fair"}, {"vip", "fair", "slow"}, {"vip", "fair", "slow", "old"}]


def test_what_waits_is_filled_when_goods_arrive_the_oldest_first(shop: Shop) -> None:
    shop.order("1", {"CAP": 5})
    shop.order("2", {"CAP": 2})
    shop.route()
    assert [shop.show(word)["backordered"][0]["quantity"] for word in "12"] == [2, 2]
    stock_changes.receive(shop.home, shop.store, "main", [("CAP", 3)], "")
    shop.route()
    assert shop.show("1")["backordered"] == []
    assert shop.sends("2") == {"main": {"CAP": 1}}


def test_what_waits_names_the_day_on_which_goods_are_expected(shop: Shop) -> None:
    shop.take(("inbound.csv", csv_text([{"sku": "CAP", "location": "main", "quantity": 2, "expected_on": "2026-03-10"}])))
    shop.order("1", {"CAP": 5})
    shop.order("2", {"CAP": 1})
    shop.route()
    assert [shop.show(word)["backordered"][0]["expected_on"] for word in "12"] == ["2026-03-10", None]


def test_a_rest_that_waits_too_long_is_given_up(make_shop: MakeShop) -> None:
    shop = make_shop("main", routing=routing_with({"else": {"backorder": "wait", "cancel_after_days": 3}}))
    shop.products("MUG")
    shop.stock(main={"MUG": 1})
    shop.order("1", {"MUG": 3})
    shop.route()
    shop.at(NOW + timedelta(days=2, hours=23))
    shop.route()
    assert shop.show("1")["lines"][0]["backordered"] == 2
    shop.at(NOW + timedelta(days=3))
    shop.route()
    line = shop.show("1")["lines"][0]
    assert (line["backordered"], line["cancelled"], line["allocated"]) == (0, 2, 1)


def test_a_count_that_takes_goods_away_frees_the_youngest_soft_claim(shop: Shop) -> None:
    shop.order("1", {"CAP": 2})
    shop.order("2", {"CAP": 1})
    shop.route()
    shop.stock(main={"CAP": 2})
    assert shop.level("CAP", "main")["available"] == -1
    shop.route()
    assert shop.sends("1") == {"main": {"CAP": 2}}
    assert shop.sends("2") == {}


def test_a_count_below_what_lies_on_pick_lists_is_a_question(shop: Shop) -> None:
    shop.order("1", {"CAP": 3})
    shop.route()
    shop.pick()
    shop.stock(main={"CAP": 1})
    questions = shop.route().questions
    assert questions == ["SH-1: CAP at main: 3 are promised from there, 1 lie there; this order has 3 on a pick list"]
    assert [one["what"] for one in shop.store.overview.questions()] == [questions[0].split(": ", 1)[1]]
    shop.route()
    assert len(shop.store.overview.questions()) == 1


# -- holds of rules


def held_by_rule(make_shop: MakeShop) -> Shop:
    shop = make_shop("main", routing=routing_with({"name": "Large", "when": {"total": {"over": 50}}, "hold": "value over 50"}, {}))
    shop.products("MUG")
    shop.stock(main={"MUG": 9})
    shop.order("1", {"MUG": 6}, placed_at="2026-03-02T09:01:00Z")
    shop.route()
    return shop


def test_an_order_that_a_rule_holds_waits_and_takes_nothing(make_shop: MakeShop) -> None:
    shop = held_by_rule(make_shop)
    assert [(one["kind"], one["reason"]) for one in shop.show("1")["holds"]] == [("rule", "value over 50")]
    assert shop.level("MUG", "main")["allocated"] == 0


def test_a_person_releases_what_a_rule_held_and_it_is_not_held_again(make_shop: MakeShop) -> None:
    shop = held_by_rule(make_shop)
    assert desk.release(shop.home, shop.store, "1").what == "released: value over 50"
    shop.route()
    assert shop.sends("1") == {"main": {"MUG": 6}}
    assert shop.route().run is None


def test_an_order_that_no_longer_fits_the_rule_is_no_longer_held(make_shop: MakeShop) -> None:
    shop = held_by_rule(make_shop)
    shop.order("1", {"MUG": 2}, placed_at="2026-03-02T09:01:00Z")
    shop.route()
    assert shop.show("1")["holds"] == []
    assert shop.sends("1") == {"main": {"MUG": 2}}


# -- money, dates, scope


def test_the_parts_of_each_shipments_cost_sum_to_its_total(make_shop: MakeShop) -> None:
    rules = rules_with({"near": {}, "far": {"coordinates": [34.05, -118.24], "safety_stock": 3}})
    rules["routing"] = {
        **RULES["routing"],
        "prices": {"late_day": 4, "unfilled_unit": 1000, "extra_shipment": 2, "per_100_km": "0.10", "below_safety_unit": 1},
    }
    shop = make_shop(rules=rules)
    shop.products("MUG", "CAP")
    shop.stock(near={"MUG": 3}, far={"MUG": 3, "CAP": 2})
    shop.order("1", {"MUG": 5, "CAP": 2}, deliver_by="2026-03-03")
    planned = as_json(shop.route(), dry_run=False)
    kept = shop.show("1")["shipments"]
    assert len(kept) == 2
    for one in (*planned["orders"][0]["shipments"], *kept):
        cost = one["cost"]
        assert cost["total"] == cost["postage"] + cost["boxes"] + cost["handling"] + cost["penalties"]
    assert planned["totals"]["objective"] == sum(one["cost"]["total"] for one in kept)
    assert planned["totals"]["cost"] == sum(one["cost"]["total"] - one["cost"]["penalties"] for one in kept)


def test_an_order_after_the_cut_off_leaves_the_next_working_day(shop: Shop) -> None:
    shop.order("1", {"MUG": 1})
    shop.at(NOW.replace(hour=20, day=6))  # Friday, three in the afternoon in New York: the cut-off itself
    shop.route()
    assert shop.show("1")["shipments"][0]["ship_on"] == "2026-03-09"


def test_a_plan_that_is_redated_the_next_day_keeps_its_goods_and_gets_a_new_promise(shop: Shop) -> None:
    shop.order("1", {"MUG": 1})
    shop.route()
    first = shop.show("1")
    shop.at(NOW + timedelta(days=1))
    shop.route()
    second = shop.show("1")
    assert (first["promise"]["arrives"], second["promise"]["arrives"]) == ("2026-03-03", "2026-03-04")
    assert (first["promise"]["version"], second["promise"]["version"]) == (1, 2)
    assert first["shipments"][0]["id"] == second["shipments"][0]["id"]


def test_only_the_orders_that_are_named_are_routed(shop: Shop) -> None:
    shop.order("1", {"MUG": 1})
    shop.order("2", {"MUG": 1})
    shop.route(only=[desk.find_order(shop.store, "2")])
    assert (shop.sends("1"), shop.sends("2")) == ({}, {"main": {"MUG": 1}})


def test_a_place_that_left_rules_yaml_serves_no_more(make_shop: MakeShop) -> None:
    shop = make_shop("one", "two")
    shop.products("MUG")
    shop.stock(one={"MUG": 1}, two={"MUG": 1})
    shop.order("1", {"MUG": 1})
    shop.route()
    shop.rules(rules_with(("two",)))
    assert shop.pick().left == [("shipment 1", "one is no longer in rules.yaml: run `oms route`")]
    shop.route()
    assert shop.sends("1") == {"two": {"MUG": 1}}


def test_rules_of_another_file_may_be_tried_without_claiming_anything(make_shop: MakeShop, tmp_path: Path) -> None:
    import yaml

    shop = make_shop("one", "two")
    shop.products("MUG")
    shop.stock(one={"MUG": 1}, two={"MUG": 1})
    shop.order("1", {"MUG": 1})
    other = tmp_path / "other.yaml"
    other.write_text(yaml.safe_dump(rules_with(("one", "two"), routing=routing_with({"avoid": ["one"]}))), encoding="utf-8")
    before = shop.dump()
    tried: Any = shop.route(dry_run=True, settings=shop.home.settings_from(other))
    assert [one.location for one in tried.plan.orders[0].shipments] == ["two"]
    assert shop.dump() == before


@pytest.mark.parametrize("word", ["1", "SH-1", "sh-1", "shop:1"])
def test_why_tells_what_decided(shop: Shop, word: str) -> None:
    from omscli.workflows.why import why

    shop.order("1", {"MUG": 1})
    shop.route()
    told = why(shop.home, shop.store, word)
    assert told["decision"]["state"] == "routed"
    assert [one["from"] for one in told["decision"]["rules"][0]["candidates"]] == [{"main": {"MUG": 1}}]


def test_what_a_rule_gave_up_still_speaks_for_the_rule_that_decided(make_shop: MakeShop) -> None:
    caps = {"name": "Caps", "when": {"sku": "CAP"}, "avoid": ["near"], "else": "next"}
    rest = {"name": "Rest", "else": {"backorder": "cancel"}}
    shop = make_shop("near", "far", routing=routing_with(caps, rest))
    shop.products("MUG", "CAP")
    shop.stock(near={"MUG": 5}, far={"MUG": 5})
    shop.order("1", {"MUG": 1, "CAP": 1})
    shop.route()
    first = shop.show("1")
    assert [one["location"] for one in first["shipments"]] == ["far"]
    assert shop.route().run is None, "the cap was given up, and the order is about a cap still"
    take_back = undo(shop.home, shop.store, last_runs(shop.home, shop.store, 1)[0]["run"])
    assert take_back.does
    shop.stock(far={"CAP": 2})
    shop.route()
    assert {line["sku"]: line["quantity"] for one in shop.show("1")["shipments"] for line in one["lines"]} == {"MUG": 1, "CAP": 1}

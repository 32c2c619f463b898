"""What each rule did in past runs, and what each of its limits cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.conftest import Shop, routing_with, rules_with

from omscli.errors import NotAllowed
from omscli.routing.rules import Rule, Selection, Split
from omscli.workflows.rules_report import Report, constraints, report
from omscli.workflows.simulating import simulate

WEST = {"coordinates": [34.0522, -118.2437]}
CHEAP = ["unfilled", "cost"]


def told(shop: Shop, since: str | None = None) -> Report:
    return report(shop.home, shop.store, shop.home.settings, since)


@pytest.fixture
def three(make_shop: Callable[..., Shop]) -> Shop:
    """Gifts leave from main only, whole; the rest from wherever it is cheapest; large orders are held."""
    rules = [
        {"name": "Large", "when": {"units": {"over": 20}}, "hold": "look"},
        {"name": "Gifts", "when": {"tag": "gift"}, "only": ["main"], "split": "never", "rank": CHEAP},
        {"name": "Others", "rank": CHEAP, "max_km": 1000, "else": "next"},
        {"name": "Rest", "rank": ["unfilled"]},
    ]
    shop = make_shop(rules=rules_with({"main": {}, "side": WEST}, routing=routing_with(*rules)))
    shop.products("MUG", "CAP")
    shop.stock(main={"MUG": 5, "CAP": 9}, side={"MUG": 5, "CAP": 9})
    west = {"city": "Los Angeles", "region": "CA", "postcode": "90012"}
    shop.order("1", {"MUG": 1}, tags="gift", **west)
    shop.order("2", {"CAP": 1}, **west)
    shop.order("3", {"CAP": 1}, city="Nowhere", region="", postcode="")
    shop.order("4", {"CAP": 30})
    shop.route()
    return shop


def test_each_rule_is_told_by_what_it_did(three: Shop) -> None:
    found = {one.name: one for one in told(three).rules}
    assert {name: (one.fitted, one.made.orders, one.tied) for name, one in found.items()} == {
        "Large": (1, 1, 0), "Gifts": (1, 1, 0), "Others": (2, 1, 0), "Rest": (0, 1, 1),
    }  # fmt: skip
    assert (found["Large"].made.held, found["Large"].nowhere) == (1, 0)
    assert (found["Gifts"].ruled_out, found["Others"].ruled_out, found["Others"].nowhere) == (1, 3, 1)
    assert sum(one.made.cost for one in found.values()) == told(three).whole.cost


def test_a_limit_costs_what_the_runs_cost_less_without_it(three: Shop) -> None:
    (gifts,) = [one.as_json() for one in told(three).rules if one.name == "Gifts"]
    only, never = gifts["constraints"]
    assert (only["constraint"], only["value"], only["costs"], only["moves"]) == ("only", "main", 300, 1)
    assert (never["constraint"], never["costs"], never["moves"]) == ("split", 0, 0)


def test_the_cost_of_a_limit_is_that_of_rules_without_it(three: Shop) -> None:
    """The same question put to `oms simulate`, with a file that lacks the key."""
    shop, settings = three, three.home.settings
    book = settings.rulebook
    without = replace(book, rules=tuple(replace(one, only=None) for one in book.rules))
    difference = simulate(shop.home, shop.store, replace(settings, rulebook=without), "").comparison.difference()
    assert -difference["cost"] == next(one for one in told(shop).rules if one.name == "Gifts").constraints[0].as_json()["costs"] == 300


def test_a_limit_that_keeps_goods_back_is_told_by_the_units_that_wait(make_shop: Callable[..., Shop]) -> None:
    rule = {"name": "All", "rank": CHEAP, "split": {"max_shipments": 1}, "keep_safety_stock": True}
    shop = make_shop(rules=rules_with({"main": {"safety_stock": 1}, "side": WEST}, routing=routing_with(rule)))
    shop.products("MUG")
    shop.stock(main={"MUG": 3}, side={"MUG": 1})
    shop.order("1", {"MUG": 4})
    shop.route()
    ((safety, shipments),) = [[row["without"]["backordered"] for row in one.as_json()["constraints"]] for one in told(shop).rules]
    assert (safety, shipments) == (-1, -1)


def test_only_the_last_run_counts_unless_a_day_is_named(three: Shop) -> None:
    three.order("5", {"MUG": 1})
    three.route(only=[5])
    assert (told(three).runs, told(three).whole.orders) == (1, 4), "a run for one order is no picture of the day"
    assert (told(three, "").runs, told(three, "").whole.orders) == (2, 5)
    three.order("6", {"MUG": 1})
    three.route()
    assert (told(three).runs, told(three).whole.orders) == (1, 6)


def test_without_a_run_there_is_nothing_to_tell(shop: Shop) -> None:
    with pytest.raises(NotAllowed, match="there is nothing to decide again: no routing run of these days is stored"):
        told(shop)


def test_it_says_how_far_it_is(three: Shop) -> None:
    heard: list[tuple[int, int]] = []
    report(three.home, three.store, three.home.settings, None, lambda done, of: heard.append((done, of)))
    assert heard == [(n, 4) for n in range(1, 5)]


def test_every_limit_of_a_rule_is_tried_by_itself() -> None:
    rule = Rule(
        "R", only=Selection(codes=frozenset({"b", "a"})), avoid=Selection(kinds=frozenset({"store"})), max_km=80, max_days=2, keep_safety_stock=True,
        split=Split(max_shipments=2, min_part_value=1000, together_skus=frozenset({"mug"})),
    )  # fmt: skip
    found: list[tuple[str, str, Any]] = list(constraints(rule, "USD"))
    assert [one[:2] for one in found] == [
        ("only", "a, b"), ("avoid", "store"), ("max_km", "80"), ("max_days", "2"), ("keep_safety_stock", "true"),
        ("split max_shipments", "2"), ("split min_part_value", "10.00"), ("split together", "mug"),
    ]  # fmt: skip
    for _, _, freed in found:
        assert freed != rule
        assert len(list(constraints(freed, "USD"))) == len(found) - 1
    assert [one[0] for one in constraints(Rule("N", split=Split(never=True, max_shipments=1)), "USD")] == ["split"]

"""The examples of a rules file are tried by the plan itself, and its rules are held against the orders that there were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import NOW, Shop, routing_with, rules_with

from omscli.errors import Refused
from omscli.workflows import rules_test
from omscli.workflows.rules_test import Trial

NEAR = {"name": "Near", "rank": ["unfilled", "distance"]}


def with_examples(make_shop: Callable[..., Shop], *examples: dict[str, Any], **rule: Any) -> Shop:
    """Main in Brooklyn, side in Los Angeles; one rule that goes by distance."""
    places = {"main": {}, "side": {"coordinates": [34.05, -118.24]}}
    return make_shop(rules=rules_with(places, routing=routing_with({**NEAR, **rule, "examples": list(examples)})))


def tried(shop: Shop) -> Trial:
    return rules_test.try_rules(shop.home, shop.store, shop.home.settings)


BROOKLYN = {"postcode": "11201", "region": "NY", "lines": {"MUG": 2}}
BOTH = {"main": {"MUG": 5}, "side": {"MUG": 5}}


def test_an_example_that_comes_out_as_written(make_shop: Callable[..., Shop]) -> None:
    shop = with_examples(make_shop, {"order": BROOKLYN, "stock": BOTH, "ships_from": {"main": {"mug": 2}}})
    (one,) = tried(shop).examples
    assert (one.passed, one.differs, one.decided_by, one.number) == (True, [], "Near", 1)
    assert one.came == {"ships_from": {"main": {"MUG": 2}}, "backordered": {}, "held": False, "state": "routed"}
    assert one.notes == ["MUG is not in the catalogue: taken as 500 g, 10 × 10 × 10 cm"]
    shop.products("MUG")
    assert tried(shop).examples[0].notes == []


def test_an_example_that_comes_out_otherwise_says_what_and_why(make_shop: Callable[..., Shop]) -> None:
    shop = with_examples(
        make_shop,
        {"order": BROOKLYN, "stock": {"side": {"MUG": 1}}, "ships_from": {"main": {"MUG": 2}}, "backordered": {}, "held": True},
    )
    (one,) = tried(shop).examples
    assert one.differs == ["it is not held", "ships from side (1 × MUG), not main (2 × MUG)", "1 × MUG waits, not nothing"]
    assert one.reasons[:2] == ["rule “Near”: side 1", "out of stock: 1 × MUG"]
    lines = shop.home.settings.text.splitlines()
    assert "examples" in lines[one.line - 2]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"payment": "pending"}, {"held": True}),
        ({"postcode": "90012", "region": "CA"}, {"ships_from": {"side": {"MUG": 2}}, "held": False}),
        ({"pickup_location": "side"}, {"ships_from": {"side": {"MUG": 2}}}),
        ({"lines": {"MUG": 12}}, {"backordered": {"MUG": 2}}),
        ({"channel": "amazon", "tags": ["gift"], "total": "30.00", "deliver_by": "2026-03-09"}, {"ships_from": {"main": {"MUG": 2}}}),
        ({"country": "MX"}, {"ships_from": {}, "backordered": {}}),
    ],
)
def test_what_an_example_may_say(make_shop: Callable[..., Shop], order: dict[str, Any], expected: dict[str, Any]) -> None:
    shop = with_examples(make_shop, {"order": {**BROOKLYN, **order}, "stock": BOTH, **expected})
    (one,) = tried(shop).examples
    assert one.differs == []


def test_kits_are_opened_and_safety_stock_counts(make_shop: Callable[..., Shop]) -> None:
    example = {"order": {"lines": {"SET": 1}}, "stock": {"main": {"MUG": 2, "CAP": 2}}, "backordered": {"SET": 1}}
    shop = with_examples(make_shop, example, keep_safety_stock=True)
    bare = {"weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""}
    shop.products("MUG", "CAP", SET={"components": "MUG:1|CAP:1", **bare})
    assert tried(shop).examples[0].differs == ["ships from main (1 × SET), not nowhere", "nothing waits, not 1 × SET"][1:]
    rules = rules_with({"main": {"safety_stock": 2}}, routing=routing_with({**NEAR, "keep_safety_stock": True, "examples": [example]}))
    shop.rules(rules)
    assert tried(shop).examples[0].differs == []


def test_a_changed_rule_breaks_its_example(make_shop: Callable[..., Shop]) -> None:
    example = {"order": BROOKLYN, "stock": BOTH, "ships_from": {"main": {"MUG": 2}}}
    assert tried(with_examples(make_shop, example)).failed == 0
    for change in ({"avoid": ["main"]}, {"rank": ["most_stock", "rank"]} | {"only": ["side"]}, {"max_km": 1}, {"hold": "odd"}):
        rule = {key: value for key, value in {**NEAR, **change}.items() if "hold" not in change or key in ("name", "hold")}
        places = {"main": {"coordinates": [40.7, -74.2]}, "side": {"coordinates": [34.05, -118.24]}}
        shop = make_shop(rules=rules_with(places, routing=routing_with({**rule, "examples": [example]})))
        assert tried(shop).failed == 1, change


def test_an_example_that_another_rule_decides_says_so(make_shop: Callable[..., Shop]) -> None:
    example = {"order": BROOKLYN, "stock": BOTH, "ships_from": {"main": {"MUG": 2}}}
    rules = [{"name": "First", "when": {"country": "US"}}, {"name": "Second", "examples": [example]}]
    shop = make_shop(rules=rules_with(("main", "side"), routing=routing_with(*rules)))
    assert tried(shop).examples[0].notes[-1] == "rule “First” decides it, and the example stands under “Second”"


def test_a_date_that_is_none_is_refused_with_its_line(make_shop: Callable[..., Shop]) -> None:
    shop = with_examples(make_shop, {"order": {**BROOKLYN, "deliver_by": "soon"}})
    with pytest.raises(Refused) as caught:
        tried(shop)
    line = 1 + next(n for n, text in enumerate(shop.home.settings.text.splitlines()) if text.strip() == "examples:")
    assert (caught.value.message, caught.value.hint) == (f"rules.yaml:{line + 1}: deliver_by 'soon' is no date", "write it as 2026-03-02")


# -- the rules and the orders that there were


@pytest.fixture
def three(make_shop: Callable[..., Shop]) -> Shop:
    rules = [
        {"name": "Gifts", "when": {"tag": "gift"}},
        {"name": "American gifts", "when": {"tag": "gift", "country": "US"}},
        {"name": "Far", "when": {"region": "CA"}, "max_km": 100},
        {"name": "Rare", "when": {"tag": "rare"}},
        {"name": "East", "when": {"region": "NY"}},
    ]
    shop = make_shop(rules=rules_with(("main",), routing=routing_with(*rules)))
    shop.products("MUG")
    shop.stock(main={"MUG": 9})
    for number, columns in enumerate(
        (
            {},
            {"tags": "gift"},
            {"region": "CA", "postcode": "90012", "city": "Los Angeles"},
            {"region": "TX", "postcode": "75001", "city": "Dallas"},
        ),
        1,
    ):
        shop.order(str(number), {"MUG": 1}, **columns)
    return shop


def test_rules_are_counted_and_what_never_decides_is_told_apart_from_what_did_not(three: Shop) -> None:
    found = tried(three).coverage
    assert (found.orders, found.matched) == (4, {"Gifts": 1, "American gifts": 0, "Far": 1, "Rare": 0, "East": 1})
    assert [one["text"] for one in found.findings] == [
        "rule 'American gifts' never decides: rule 'Gifts' above it takes all its orders",
        "rule 'Rare' had none of the 4 orders of the last 90 days to decide",
        "orders that fit no rule stay where they are: every rule has a `when`",
    ]


def test_orders_that_no_rule_places_are_named_with_the_reason(three: Shop) -> None:
    found = tried(three).coverage.unplaced
    assert [one["id"] for one in found] == ["SH-3", "SH-4"]
    assert found[0]["reason"].startswith("rule “Far”: main: 39")
    assert found[1]["reason"] == "no rule fits it"


def test_orders_that_have_left_count_for_ninety_days(three: Shop) -> None:
    three.route()
    three.pick()
    three.ship("1")
    three.ship("2")
    assert tried(three).coverage.orders == 4
    three.at(NOW + timedelta(days=91))
    assert tried(three).coverage.orders == 2, "what is open counts all the same"


def test_a_customer_is_known_again_though_no_facts_name_him(make_shop: Callable[..., Shop]) -> None:
    rules = [{"name": "Ann", "when": {"customer": {"matches": "ann@*"}}}, {"name": "Others"}]
    shop = make_shop(rules=rules_with(("main",), routing=routing_with(*rules)))
    shop.products("MUG")
    shop.stock(main={"MUG": 9})
    shop.order("1", {"MUG": 1})
    shop.route()
    shop.pick()
    shop.ship("1")
    assert tried(shop).coverage.matched == {"Ann": 1, "Others": 0}

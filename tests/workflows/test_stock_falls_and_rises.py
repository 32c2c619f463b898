"""What if stock changes: who keeps what is left after a count, and who gets what comes in."""

from __future__ import annotations

import pytest
from tests.conftest import Shop, csv_text, routing_with, rules_with

from omscli.workflows import counting
from omscli.workflows.stock_changes import receive

FIRST = {"name": "First", "when": {"tag": "vip"}, "priority": 5}


@pytest.fixture
def desk(make_shop: object) -> Shop:
    """Four orders of one mug each: 1 and 3 are usual, 4 is the youngest and goes first."""
    shop: Shop = make_shop(rules=rules_with(("main", "town"), routing=routing_with(FIRST, {"name": "Rest"})))  # type: ignore[operator]
    shop.products("MUG")
    shop.stock(main={"MUG": 4})
    for number in "123":
        shop.order(number, {"MUG": 1})
    shop.order("4", {"MUG": 1}, tags="vip")
    shop.route()
    return shop


def served(shop: Shop) -> str:
    """The numbers of the orders that have a place."""
    return "".join(number for number in "1234" if shop.sends(number))


def count(shop: Shop, **places: int) -> None:
    for place, units in places.items():
        counting.count_items(shop.home, shop.store, place, [("MUG", units)], "")


@pytest.mark.parametrize(("left", "kept"), [(3, "124"), (2, "14"), (1, "4"), (0, "")])
def test_a_count_below_what_is_promised_takes_it_from_the_lowest_priority_and_the_youngest(desk: Shop, left: int, kept: str) -> None:
    count(desk, main=left)
    desk.route()
    assert served(desk) == kept
    level = desk.level("MUG", "main")
    assert (level["allocated"], level["available"]) == (left, 0)
    assert desk.route().run is None


def test_whoever_loses_its_goods_is_routed_to_another_place_that_has_them(desk: Shop) -> None:
    count(desk, main=2, town=1)
    desk.route()
    assert [desk.sends(number) for number in "1234"] == [{"main": {"MUG": 1}}, {"town": {"MUG": 1}}, {}, {"main": {"MUG": 1}}]


def test_a_feed_does_the_same(desk: Shop) -> None:
    result = desk.take(("stock.csv", csv_text([{"sku": "MUG", "location": "main", "on_hand": 1}])))[0]
    assert result.for_person == ["at 1 places more of a product is promised than was counted: run `oms route`"]
    desk.route()
    assert served(desk) == "4"


def test_what_is_released_is_never_touched_but_raised_for_a_person(desk: Shop) -> None:
    desk.pick(orders=[1, 3])
    count(desk, main=1)
    routed = desk.route()
    assert served(desk) == "13"
    assert [words.partition(": ")[0] for words in routed.questions] == ["SH-3", "SH-1"]
    assert routed.questions[1].endswith("2 are promised from there, 1 lie there; this order has 1 on a pick list")
    asked = desk.store.connection.execute("SELECT COUNT(*) FROM order_event WHERE for_person = 1 AND settled_at IS NULL").fetchone()[0]
    assert asked == 2
    assert desk.route().run is None


def test_the_soft_claims_go_before_the_released_ones_whatever_their_priority(desk: Shop) -> None:
    desk.pick(orders=[3])
    count(desk, main=2)
    assert desk.route().questions == []
    assert served(desk) == "34"


def test_routing_one_order_decides_among_all_that_claim_what_is_gone(desk: Shop) -> None:
    count(desk, main=1)
    desk.route(only=[1])
    assert served(desk) == "4"
    assert desk.doctor() == []


def test_what_comes_in_goes_to_backorders_by_priority_and_then_by_age(desk: Shop) -> None:
    count(desk, main=0)
    desk.route()
    for units, kept in ((1, "4"), (2, "124"), (1, "1234")):
        receive(desk.home, desk.store, "main", [("MUG", units)], "")
        desk.route()
        assert served(desk) == kept


def test_a_delivery_tells_what_of_it_was_expected(desk: Shop) -> None:
    desk.products("CAP", "MUG")
    rows = [
        {"sku": "MUG", "location": "main", "quantity": 4, "expected_on": "2026-03-05", "reference": "PO-1"},
        {"sku": "MUG", "location": "main", "quantity": 6, "expected_on": "2026-03-12", "reference": "PO-2"},
    ]
    desk.take(("inbound.csv", csv_text(rows)))

    def said(sku: str, units: int) -> list[str]:
        return receive(desk.home, desk.store, "main", [(sku, units)], "")[0][0].notes

    assert said("MUG", 3) == ["3 of 10 that were expected; still to come: 1 on 2026-03-05 (PO-1), 6 on 2026-03-12 (PO-2)"]
    assert said("CAP", 2) == ["CAP was not expected at main; expected there: 7 × MUG"]
    assert said("MUG", 9) == ["7 were expected, 2 more came: look at the delivery note"]
    assert said("MUG", 1) == []

"""A person ties an order to a place: it leaves from there or waits, through every run and every file."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.conftest import ORDER, Shop, csv_text, routing_with, rules_with

from omscli.errors import NotAllowed, UsageError
from omscli.workflows import orders as people
from omscli.workflows.looking import status
from omscli.workflows.notifying import notify
from omscli.workflows.orders import Done
from omscli.workflows.pins import pin, unpin
from omscli.workflows.undo import last_runs, undo
from omscli.workflows.why import why


@pytest.fixture
def two(make_shop: Callable[..., Shop]) -> Shop:
    """Main goes before side; both have mugs, only main has caps. Order 1 wants two mugs, order 2 a cap."""
    shop = make_shop("main", "side")
    shop.products("MUG", "CAP")
    shop.stock(main={"MUG": 10, "CAP": 3}, side={"MUG": 10})
    shop.order("1", {"MUG": 2})
    shop.order("2", {"CAP": 1})
    shop.route()
    return shop


def tie(shop: Shop, order: str = "1", place: str = "side", **wish: bool) -> Done:
    return pin(shop.home, shop.store, order, place, **wish)


def loose(shop: Shop, order: str = "1", **wish: bool) -> Done:
    return unpin(shop.home, shop.store, order, **wish)


def test_a_pinned_order_leaves_from_its_place_and_what_was_planned_elsewhere_is_given_up_at_once(two: Shop) -> None:
    assert two.sends("1") == {"main": {"MUG": 2}}
    done = tie(two)
    assert done.what == "pinned to side; what was planned at main is given up; next: oms route"
    assert two.sends("1") == {}, "`oms pick` may not release it from main any more"
    assert two.level("MUG", "main")["allocated"] == 0
    two.route()
    assert two.sends("1") == {"side": {"MUG": 2}}
    assert two.route().run is None


def test_a_pin_lasts_through_runs_and_files_until_it_is_taken_away(two: Shop) -> None:
    tie(two)
    two.route()
    line = {"order_id": "1", "line_id": "1", "sku": "MUG", "title": "MUG", "quantity": 3, "unit_price": "10.00"}
    two.take(("orders.csv", csv_text([{**ORDER, "placed_at": "2026-03-02T09:01:00Z", **line}])))
    two.route()
    assert two.sends("1") == {"side": {"MUG": 3}}
    assert two.show("1")["pinned"] == {"location": "side", "since": "2026-03-02T14:00:00Z"}
    assert loose(two).what == "no longer pinned to side; next: oms route"
    two.route()
    assert two.sends("1") == {"main": {"MUG": 3}}
    assert two.show("1")["pinned"] is None


def test_the_same_pin_again_and_unpinning_what_is_not_pinned_change_nothing(two: Shop) -> None:
    tie(two)
    before = two.dump()
    assert (tie(two).what, tie(two).run) == ("is pinned to side already", None)
    assert (loose(two, "2").what, loose(two, "2").run) == ("is not pinned", None)
    assert two.dump() == before


def test_a_dry_run_says_the_same_and_changes_nothing(two: Shop) -> None:
    before = two.dump()
    assert tie(two, dry_run=True).what == "would be pinned to side"
    assert loose(two, dry_run=True).what == "is not pinned"
    assert two.dump() == before
    tie(two)
    assert loose(two, dry_run=True).what == "would no longer be pinned to side"


def test_where_the_place_lacks_the_goods_the_order_waits_and_status_says_so(two: Shop) -> None:
    tie(two, "2")
    two.route()
    assert two.sends("2") == {}
    assert status(two.home, two.store)["pinned"] == [{"id": "SH-2", "location": "side", "state": "backordered"}]
    out = why(two.home, two.store, "2")
    assert out["pinned"] == "side"
    ruled_out, bare = out["decision"]["rules"][0]["ruled_out"]
    assert (bare["location"], bare["filter"], bare["value"], bare["limit"]) == ("side", "stock", 0, 1)
    assert ruled_out == {"location": "main", "filter": "pin", "value": "main", "limit": "side", "reason": "the order is pinned to side"}
    loose(two, "2")
    two.route()
    assert status(two.home, two.store)["pinned"] == []


def test_nobody_is_told_that_goods_are_out_of_stock_while_a_pin_keeps_them_waiting(two: Shop) -> None:
    tie(two, "2")
    two.route()
    notify(two.home, two.store)
    assert not two.store.connection.execute("SELECT 1 FROM mail WHERE event = 'backordered'").fetchall()
    loose(two, "2")
    two.stock(main={"CAP": 0})
    two.route()
    notify(two.home, two.store)
    assert two.store.connection.execute("SELECT 1 FROM mail WHERE event = 'backordered'").fetchall()


def test_filters_of_the_rules_still_say_why_the_place_may_not_serve(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop(rules=rules_with(("main", "side"), routing=routing_with({"only": ["main"]})))
    shop.products("MUG")
    shop.stock(main={"MUG": 1}, side={"MUG": 1})
    shop.order("1", {"MUG": 1})
    tie(shop)
    shop.route()
    (rule,) = why(shop.home, shop.store, "1")["decision"]["rules"]
    assert [(one["location"], one["filter"], one["reason"]) for one in rule["ruled_out"]] == [
        ("main", "pin", "the order is pinned to side"),
        ("side", "only", "rule “Rule 1” does not name it in `only`"),
    ]
    assert status(shop.home, shop.store)["pinned"] == [{"id": "SH-1", "location": "side", "state": "unroutable"}]


def test_what_is_on_a_pick_list_stays_there_and_is_named(two: Shop) -> None:
    two.pick(orders=[1])
    done = tie(two)
    assert done.for_person == ["S-1 at main is on a list already and leaves from there: `oms order hold` calls it back"]
    two.route()
    assert two.sends("1") == {"main": {"MUG": 2}}


def test_the_rest_of_an_order_leaves_from_its_pin(two: Shop) -> None:
    two.pick(orders=[1])
    line = {"order_id": "1", "line_id": "1", "sku": "MUG", "title": "MUG", "quantity": 5, "unit_price": "10.00"}
    two.take(("orders.csv", csv_text([{**ORDER, "placed_at": "2026-03-02T09:01:00Z", **line}])))
    tie(two)
    two.route()
    assert two.sends("1") == {"main": {"MUG": 2}, "side": {"MUG": 3}}


def test_a_pin_is_undone_with_the_plan_that_it_ended(two: Shop) -> None:
    tie(two)
    undo(two.home, two.store, int(last_runs(two.home, two.store, 1)[0]["run"]))
    assert two.show("1")["pinned"] is None
    assert two.sends("1") == {"main": {"MUG": 2}}
    tie(two)
    loose(two)
    undo(two.home, two.store, int(last_runs(two.home, two.store, 1)[0]["run"]))
    assert two.show("1")["pinned"] == {"location": "side", "since": "2026-03-02T14:00:00Z"}


def test_a_pin_to_another_place_replaces_the_first(two: Shop) -> None:
    tie(two)
    two.route()
    tie(two, place="main")
    two.route()
    assert two.sends("1") == {"main": {"MUG": 2}}


def test_an_unknown_place_is_refused_with_the_nearest_one(two: Shop) -> None:
    with pytest.raises(UsageError) as caught:
        tie(two, place="sides")
    assert (caught.value.message, caught.value.hint) == ("no location is called sides", "did you mean side?")


def test_an_order_that_has_left_or_is_collected_elsewhere_is_not_pinned(two: Shop) -> None:
    people.cancel(two.home, two.store, "2", "no longer wanted")
    with pytest.raises(NotAllowed, match="order SH-2 is cancelled: there is nothing to decide"):
        tie(two, "2")
    people.edit(two.home, two.store, "1", {"pickup_location": "main"})
    with pytest.raises(NotAllowed) as caught:
        tie(two)
    assert caught.value.message == "order SH-1 is collected at main"
    assert caught.value.hint == "where it is collected: oms order edit SH-1 --set pickup_location=side"

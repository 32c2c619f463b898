"""Units set aside for somebody: kept from others, given to their orders, free again when the time is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import NOW, Shop, csv_text, routing_with

from omscli.errors import NotAllowed, UsageError
from omscli.workflows import orders as desk
from omscli.workflows.feeds_out import SharedStock
from omscli.workflows.stock_changes import receive
from omscli.workflows.stock_holds import HoldDone, HoldWish, hold, holds, unhold
from omscli.workflows.why import why

MakeShop = Callable[..., Shop]
THREE = "2026-03-02T15:00:00Z"  # an hour from now


def _hold(
    shop: Shop, items: dict[str, int], who: str = "bea@example.com", until: str = THREE, place: str = "main", **more: Any
) -> HoldDone:
    return hold(shop.home, shop.store, HoldWish(place, list(items.items()), until, who, more.pop("reason", "")), **more)


def _left(shop: Shop, **which: Any) -> list[tuple[str, str, int]]:
    return [(row["id"], row["sku"], row["left"]) for row in holds(shop.home, shop.store, **which)]


def _later(shop: Shop) -> None:
    shop.at(NOW + timedelta(hours=2))


def _free(shop: Shop, sku: str = "MUG", place: str = "main") -> tuple[int, int, int]:
    level = shop.level(sku, place)
    return level["allocated"], level["held"], level["available"]


# -- setting aside


def test_what_is_held_is_not_available_until_the_time_is_over_and_nobody_writes_then(shop: Shop) -> None:
    done = _hold(shop, {"MUG": 4}, reason="comes on Friday")
    assert (done.rows[0]["number"], done.run is not None) == (1, True)
    assert _free(shop) == (0, 4, 6)
    before = shop.dump()
    _later(shop)
    assert _free(shop) == (0, 0, 10)
    assert shop.dump() == before


def test_a_hold_ends_at_its_instant_exactly(shop: Shop) -> None:
    _hold(shop, {"MUG": 4})
    shop.at(NOW + timedelta(minutes=59, seconds=59))
    assert _free(shop) == (0, 4, 6)
    shop.at(NOW + timedelta(hours=1))
    assert _free(shop) == (0, 0, 10)


def test_no_more_is_held_than_is_available_and_the_refusal_says_how_many_are(shop: Shop) -> None:
    shop.order("1", {"MUG": 3})
    shop.route()
    _hold(shop, {"MUG": 5}, "Cy")
    before = shop.dump()
    with pytest.raises(NotAllowed, match="main cannot set 3 × MUG aside: only 2 of MUG are free there") as error:
        _hold(shop, {"CAP": 1, "MUG": 3})
    assert error.value.hint == "oms stock show MUG tells what lies where"
    assert shop.dump() == before
    assert _hold(shop, {"MUG": 2}).run is not None
    with pytest.raises(NotAllowed, match="none of MUG is free there"):
        _hold(shop, {"MUG": 1}, "Di")


def test_safety_stock_is_not_available_for_a_hold(make_shop: MakeShop) -> None:
    shop = make_shop("main")
    shop.products("MUG")
    shop.take(("stock.csv", csv_text([{"sku": "MUG", "location": "main", "on_hand": 8, "safety_stock": 5}])))
    with pytest.raises(NotAllowed, match="only 3 of MUG are free there"):
        _hold(shop, {"MUG": 4})
    _hold(shop, {"MUG": 3})
    assert _free(shop) == (0, 3, 0)


def test_a_hold_of_a_kit_holds_its_parts(shop: Shop) -> None:
    shop.products(SET={"components": "MUG:2|CAP:1"})
    _hold(shop, {"SET": 2, "MUG": 1})
    assert _left(shop) == [("H-1", "MUG", 5), ("H-1", "CAP", 2)]
    with pytest.raises(NotAllowed, match="main cannot set 2 × CAP aside: only 1 of CAP are free there"):
        _hold(shop, {"SET": 2}, "Cy")
    assert _left(shop, sku="SET") == _left(shop)


def test_the_same_hold_again_is_there_already_and_another_one_comes_on_top(shop: Shop) -> None:
    _hold(shop, {"MUG": 4})
    before = shop.dump()
    again = _hold(shop, {"MUG": 4}, "BEA@example.com")
    assert (again.known, again.run, again.rows[0]["number"]) == (True, None, 1)
    assert shop.dump() == before
    _hold(shop, {"MUG": 2})
    assert _left(shop) == [("H-1", "MUG", 4), ("H-2", "MUG", 2)]


@pytest.mark.parametrize(
    ("until", "ends"),
    [
        ("2026-03-05", "2026-03-06T05:00:00Z"),  # to the end of that day in New York
        ("2026-03-05T18:00", "2026-03-05T23:00:00Z"),
        ("2026-03-05 18:00", "2026-03-05T23:00:00Z"),
        ("2026-03-05T18:00+01:00", "2026-03-05T17:00:00Z"),
        ("2026-03-08", "2026-03-09T04:00:00Z"),  # the clocks go forward on that day
        (" 2026-03-02T14:00:01Z ", "2026-03-02T14:00:01Z"),
    ],
)
def test_the_end_is_an_instant_or_a_day_or_a_time_on_the_sellers_clock(shop: Shop, until: str, ends: str) -> None:
    assert _hold(shop, {"MUG": 1}, until=until).rows[0]["until"] == ends


@pytest.mark.parametrize(("until", "words"), [
    ("Friday", "--until Friday is no time"), ("18:00", "--until 18:00 is no time"), ("2026-W10-4", "--until 2026-W10-4 is no time"),
    ("20260305T1800", "--until 20260305T1800 is no time"), ("9999-12-31", "--until 9999-12-31 is no time"),
    ("2026-03-02T14:00:00Z", "--until 2026-03-02T14:00:00Z is past: it is 2026-03-02T14:00:00Z now"),
    ("2026-03-01", "--until 2026-03-01 is past: it is 2026-03-02T14:00:00Z now"),
])  # fmt: skip
def test_an_end_that_is_no_time_or_past_is_refused(shop: Shop, until: str, words: str) -> None:
    with pytest.raises(UsageError) as error:
        _hold(shop, {"MUG": 1}, until=until)
    assert error.value.message == words


def test_a_hold_for_nobody_is_refused(shop: Shop) -> None:
    with pytest.raises(UsageError, match="nobody is named"):
        _hold(shop, {"MUG": 1}, who="  ")


def test_a_dry_run_of_a_hold_says_the_same_and_changes_nothing(shop: Shop) -> None:
    before = shop.dump()
    done = _hold(shop, {"MUG": 4}, dry_run=True)
    assert (done.run, done.rows[0]["sku"], done.rows[0]["units"]) == (None, "MUG", 4)
    assert shop.dump() == before


# -- giving back


def test_a_hold_is_given_back_before_its_time(shop: Shop) -> None:
    _hold(shop, {"MUG": 4, "CAP": 1})
    done = unhold(shop.home, shop.store, "h-1", "")
    assert [row["sku"] for row in done.rows] == ["MUG", "CAP"]
    assert (_free(shop), _left(shop)) == ((0, 0, 10), [])
    before = shop.dump()
    assert unhold(shop.home, shop.store, "H-1", "").known
    assert shop.dump() == before
    assert [row["state"] for row in holds(shop.home, shop.store, everything=True)] == ["given_back", "given_back"]


def test_all_that_is_held_for_somebody_is_given_back_at_once(shop: Shop) -> None:
    _hold(shop, {"MUG": 4})
    _hold(shop, {"CAP": 1})
    _hold(shop, {"CAP": 1}, "Cy")
    unhold(shop.home, shop.store, "", "Bea@Example.com")
    assert _left(shop) == [("H-3", "CAP", 1)]


@pytest.mark.parametrize(("word", "who", "words", "hint"), [
    ("H-9", "", "there is no hold H-9", "oms stock holds names them"),
    ("nine", "", "there is no hold nine", "oms stock holds names them"),
    ("", "bea@example.co", "nothing was ever held for bea@example.co", "did you mean bea@example.com?"),
    ("", "", "name either a hold or whom it is for", "oms stock unhold H-3, or oms stock unhold --for ann@example.com"),
    ("H-1", "Bea", "name either a hold or whom it is for", "oms stock unhold H-3, or oms stock unhold --for ann@example.com"),
])  # fmt: skip
def test_a_hold_that_nobody_made_cannot_be_given_back(shop: Shop, word: str, who: str, words: str, hint: str) -> None:
    _hold(shop, {"MUG": 4})
    for dry_run in (False, True):
        with pytest.raises(UsageError) as error:
            unhold(shop.home, shop.store, word, who, dry_run=dry_run)
        assert (error.value.message, error.value.hint) == (words, hint)


def test_a_dry_run_of_giving_back_changes_nothing(shop: Shop) -> None:
    _hold(shop, {"MUG": 4})
    before = shop.dump()
    done = unhold(shop.home, shop.store, "H-1", "", dry_run=True)
    assert ([row["sku"] for row in done.rows], done.run) == (["MUG"], None)
    assert shop.dump() == before


# -- routing


def test_units_on_hold_are_not_given_to_others(shop: Shop) -> None:
    _hold(shop, {"MUG": 8})
    shop.order("1", {"MUG": 5})
    shop.route()
    assert shop.sends("1") == {"main": {"MUG": 2}}
    assert "set aside for somebody else: 8 × MUG at main (H-1)" in why(shop.home, shop.store, "1")["decision"]["reasons"]
    _later(shop)
    shop.route()
    assert shop.sends("1") == {"main": {"MUG": 5}}


@pytest.mark.parametrize("who", ["ANN@example.com", "ann  lee", "#7", "7", "shop:#7", "sh-7"])
def test_an_order_uses_what_is_held_for_its_mail_its_name_or_its_number(shop: Shop, who: str) -> None:
    _hold(shop, {"MUG": 8}, who)
    shop.order("#7", {"MUG": 5})
    shop.route()
    assert shop.sends("#7") == {"main": {"MUG": 5}}
    assert (_free(shop), _left(shop)) == ((5, 3, 2), [("H-1", "MUG", 3)])
    assert "main: 5 × MUG come out of hold H-1" in why(shop.home, shop.store, "#7")["decision"]["reasons"]
    assert shop.route().run is None


def test_the_owner_may_take_what_is_free_too_and_the_hold_is_used_first(shop: Shop) -> None:
    _hold(shop, {"MUG": 4}, "ann@example.com")
    shop.order("1", {"MUG": 6})
    shop.route()
    assert (_free(shop), _left(shop)) == ((6, 0, 4), [])
    assert [(row["taken"], row["state"]) for row in holds(shop.home, shop.store, everything=True)] == [(4, "used")]


def test_two_orders_of_the_owner_share_the_hold_and_nobody_else_gets_it(shop: Shop) -> None:
    _hold(shop, {"MUG": 8}, "ann@example.com")
    for number, mail, units in (("1", "cy@example.com", 4), ("2", "ann@example.com", 5), ("3", "ann@example.com", 5)):
        shop.order(number, {"MUG": units}, email=mail)
    shop.route()
    assert [shop.sends(number) for number in "123"] == [{"main": {"MUG": 2}}, {"main": {"MUG": 5}}, {"main": {"MUG": 3}}]
    assert (_free(shop), shop.route().run) == ((10, 0, 0), None)


def test_a_planned_order_is_not_moved_aside_by_a_higher_one_while_the_hold_lasts(make_shop: MakeShop) -> None:
    shop = make_shop("main", routing=routing_with({"when": {"tag": "vip"}, "priority": 9}, {}))
    shop.products("MUG")
    shop.stock(main={"MUG": 5})
    _hold(shop, {"MUG": 4}, "ann@example.com")
    shop.order("1", {"MUG": 4})
    shop.route()
    shop.order("2", {"MUG": 3}, email="cy@example.com", tags="vip")
    shop.route()
    assert (shop.sends("1"), shop.sends("2")) == ({"main": {"MUG": 4}}, {"main": {"MUG": 1}})
    _later(shop)
    shop.route()
    assert (shop.sends("1"), shop.sends("2")) == ({"main": {"MUG": 2}}, {"main": {"MUG": 3}})


def test_what_is_freed_goes_back_to_the_hold_while_it_lasts(shop: Shop) -> None:
    _hold(shop, {"MUG": 4}, "ann@example.com")
    shop.order("1", {"MUG": 6})
    shop.route()
    shop.order("1", {"MUG": 3})
    assert (_free(shop), _left(shop)) == ((3, 1, 6), [("H-1", "MUG", 1)])
    desk.cancel(shop.home, shop.store, "1", "no")
    assert (_free(shop), _left(shop)) == ((0, 4, 6), [("H-1", "MUG", 4)])


def test_what_is_freed_after_the_time_is_over_is_free_to_everybody(shop: Shop) -> None:
    _hold(shop, {"MUG": 4}, "ann@example.com")
    shop.order("1", {"MUG": 4})
    shop.route()
    _later(shop)
    desk.cancel(shop.home, shop.store, "1", "no")
    assert _free(shop) == (0, 0, 10)


def test_what_was_used_stays_used_when_it_is_picked_and_sent_and_the_rest_is_given_back(shop: Shop) -> None:
    _hold(shop, {"MUG": 6}, "ann@example.com")
    shop.order("1", {"MUG": 4})
    shop.route()
    shop.pick()
    shop.ship("1")
    assert (_free(shop), shop.level("MUG", "main")["on_hand"]) == ((0, 2, 4), 6)
    unhold(shop.home, shop.store, "H-1", "")
    assert _free(shop) == (0, 0, 6)


def test_a_hold_made_after_an_order_was_planned_is_used_by_it_at_the_next_run(shop: Shop) -> None:
    shop.order("1", {"MUG": 3})
    shop.route()
    _hold(shop, {"MUG": 3}, "1")
    assert _free(shop) == (3, 3, 4)
    assert shop.route().changed == 1
    assert (_free(shop), shop.route().run) == ((3, 0, 7), None)


def test_a_kit_uses_the_parts_that_are_held_for_it(shop: Shop) -> None:
    shop.products(SET={"components": "MUG:2|CAP:1", "weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""})
    _hold(shop, {"SET": 3}, "ann@example.com")
    shop.order("0", {"CAP": 1}, email="cy@example.com")
    shop.order("1", {"SET": 2})
    shop.route()
    assert (shop.sends("0"), shop.sends("1")) == ({}, {"main": {"SET": 2}})
    assert _left(shop) == [("H-1", "MUG", 2), ("H-1", "CAP", 1)]


def test_who_collects_gets_what_the_store_has_put_aside(make_shop: MakeShop) -> None:
    shop = make_shop("main", "store")
    shop.products("MUG")
    shop.stock(main={"MUG": 5}, store={"MUG": 1})
    _hold(shop, {"MUG": 1}, "Ann Lee", place="store")
    shop.order("0", {"MUG": 1}, pickup_location="store", email="cy@example.com", name="Cy")
    shop.order("1", {"MUG": 1}, pickup_location="store")
    shop.route()
    assert (shop.sends("0"), shop.sends("1")) == ({}, {"store": {"MUG": 1}})


def test_a_place_is_judged_by_what_is_free_there(make_shop: MakeShop) -> None:
    shop = make_shop("near", "far")
    shop.products("MUG")
    shop.stock(near={"MUG": 1}, far={"MUG": 9})
    _hold(shop, {"MUG": 1}, place="near")
    shop.order("1", {"MUG": 1})
    shop.route()
    assert shop.sends("1") == {"far": {"MUG": 1}}


def test_a_rule_that_holds_after_all_gives_the_hold_back(make_shop: MakeShop) -> None:
    routing = routing_with({"only": ["main"], "else": "next"}, {"hold": "look at the rest"})
    shop = make_shop("main", routing=routing)
    shop.products("MUG")
    shop.stock(main={"MUG": 5})
    _hold(shop, {"MUG": 4}, "ann@example.com")
    shop.order("1", {"MUG": 6}, placed_at="2026-03-01T09:00:00Z")
    shop.order("2", {"MUG": 2})
    shop.route()
    assert (shop.show("1")["status"], shop.sends("2")) == ("held", {"main": {"MUG": 2}})
    assert (_free(shop), _left(shop)) == ((2, 2, 1), [("H-1", "MUG", 2)])


def test_an_order_whose_hold_ran_out_keeps_its_place_in_the_queue_only(shop: Shop) -> None:
    shop.order("1", {"MUG": 8}, email="cy@example.com")
    _hold(shop, {"MUG": 4}, "ann@example.com")
    shop.order("2", {"MUG": 4})
    shop.route()
    assert (shop.sends("1"), shop.sends("2")) == ({"main": {"MUG": 6}}, {"main": {"MUG": 4}})
    _later(shop)
    shop.route()
    assert (shop.sends("1"), shop.sends("2")) == ({"main": {"MUG": 8}}, {"main": {"MUG": 2}})


def test_where_a_count_took_goods_away_the_hold_comes_before_planned_orders(shop: Shop) -> None:
    shop.order("1", {"MUG": 5}, email="cy@example.com")
    shop.route()
    _hold(shop, {"MUG": 4}, "ann@example.com")
    shop.stock(main={"MUG": 6})
    shop.route()
    assert (shop.sends("1"), _free(shop)) == ({"main": {"MUG": 2}}, (2, 4, 0))


def test_a_hold_whose_goods_a_count_took_away_gives_what_is_there(shop: Shop) -> None:
    _hold(shop, {"MUG": 8}, "ann@example.com")
    shop.stock(main={"MUG": 3})
    found = shop.store.doctor.examine(["holds"])
    assert [(one.severity, one.text) for one in found] == [
        ("warning", "MUG at main: 0 allocated and 8 on hold, 3 there; a later count lowered it")
    ]
    shop.order("1", {"MUG": 8})
    shop.route()
    assert shop.sends("1") == {"main": {"MUG": 3}}
    receive(shop.home, shop.store, "main", [("MUG", 9)], "")
    shop.route()
    assert (shop.sends("1"), _free(shop)) == ({"main": {"MUG": 8}}, (8, 0, 4))


def test_deciding_one_order_leaves_what_another_one_used(shop: Shop) -> None:
    _hold(shop, {"MUG": 8}, "ann@example.com")
    shop.order("1", {"MUG": 5})
    shop.order("2", {"MUG": 5})
    shop.route()
    one, two = desk.find_order(shop.store, "1"), desk.find_order(shop.store, "2")
    for only in ([two], [one], [one, two]):
        assert shop.route(only=only).run is None
    assert (shop.sends("1"), shop.sends("2"), _free(shop)) == ({"main": {"MUG": 5}}, {"main": {"MUG": 5}}, (10, 0, 0))


# -- what channels are told


def test_channels_are_not_told_of_what_is_held(shop: Shop) -> None:
    _hold(shop, {"MUG": 4})
    mug = shop.store.catalog.index().find("", "MUG")
    assert SharedStock.read(shop.home, shop.store).stock.free[mug, "main"] == 6
    _later(shop)
    assert SharedStock.read(shop.home, shop.store).stock.free[mug, "main"] == 10

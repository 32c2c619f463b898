"""What a person decides about one order, and what the desk answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.conftest import Shop

from omscli.errors import NotAllowed, UsageError
from omscli.workflows import orders as desk


def hold(shop: Shop, word: str = "1", reason: str = "call her first") -> desk.Done:
    return desk.hold(shop.home, shop.store, word, reason)


def cancel(shop: Shop, word: str = "1", reason: str = "changed her mind") -> desk.Done:
    return desk.cancel(shop.home, shop.store, word, reason)


def edit(shop: Shop, **values: str) -> desk.Done:
    return desk.edit(shop.home, shop.store, "1", values)


def shipped(shop: Shop, lines: dict[str, int]) -> None:
    shop.order("1", lines)
    shop.route()
    shop.pick()
    shop.ship("1")


def test_a_held_order_gives_its_stock_to_the_next_one(shop: Shop) -> None:
    shop.order("1", {"CAP": 3})
    shop.order("2", {"CAP": 3})
    shop.route()
    assert hold(shop).what == "held: call her first"
    shop.route()
    assert (shop.sends("1"), shop.sends("2")) == ({}, {"main": {"CAP": 3}})
    assert [one["id"] for one in shop.store.overview.held()] == ["SH-1"]


def test_a_released_order_is_routed_again(shop: Shop) -> None:
    shop.order("1", {"CAP": 3})
    hold(shop)
    assert desk.release(shop.home, shop.store, "1").what == "released: call her first"
    shop.route()
    assert shop.sends("1") == {"main": {"CAP": 3}}
    assert desk.release(shop.home, shop.store, "1").what == "nothing held it"


def test_an_order_held_after_picking_is_pulled_from_the_list(shop: Shop) -> None:
    shop.order("1", {"CAP": 3})
    shop.route()
    shop.pick()
    assert hold(shop).for_person == ["pull 3 × CAP from pick list P-1 at main: held: call her first"]
    assert shop.level("CAP", "main")["allocated"] == 0


def test_release_answers_the_open_questions_of_an_order(shop: Shop) -> None:
    shop.order("1", {"CAP": 3})
    shop.route()
    shop.pick()
    hold(shop)
    desk.release(shop.home, shop.store, "1")
    assert shop.store.overview.questions() == []


def test_a_cancelled_order_frees_its_stock_and_is_cancelled_once(shop: Shop) -> None:
    shop.order("1", {"CAP": 3})
    shop.route()
    assert cancel(shop).what == "cancelled"
    assert shop.level("CAP", "main")["allocated"] == 0
    before = shop.dump()
    assert cancel(shop).what == "is cancelled already"
    assert shop.dump() == before


def test_a_cancelled_order_that_waited_waits_no_more(shop: Shop) -> None:
    shop.order("1", {"CAP": 5})
    shop.route()
    cancel(shop)
    assert shop.show("1")["backordered"] == []
    assert shop.show("1")["lines"][0]["cancelled"] == 5


def test_a_cancelled_order_that_was_held_is_no_longer_among_the_held(shop: Shop) -> None:
    shop.order("1", {"CAP": 5})
    hold(shop)
    cancel(shop)
    assert shop.show("1")["status"] == "cancelled"
    assert shop.store.overview.held() == []


def test_what_has_left_cannot_be_cancelled(shop: Shop) -> None:
    shipped(shop, {"MUG": 1})
    before = shop.dump()
    with pytest.raises(NotAllowed, match="order SH-1 has left: it cannot be cancelled"):
        cancel(shop)
    assert shop.dump() == before


def test_of_an_order_that_left_in_part_only_the_rest_is_cancelled(shop: Shop) -> None:
    shipped(shop, {"MUG": 1, "CAP": 5})
    assert shop.show("1")["status"] == "part_shipped"
    assert cancel(shop).what == "cancelled, except 4 units that have left"
    shown = shop.show("1")
    assert shown["status"] == "shipped"
    assert [(one["shipped"], one["cancelled"], one["backordered"]) for one in shown["lines"]] == [(1, 0, 0), (3, 2, 0)]


def test_what_was_done_elsewhere_cannot_be_cancelled(shop: Shop) -> None:
    from tests.conftest import ORDER, csv_text

    shop.take(("orders.csv", csv_text([{"order_id": "1", **ORDER, "sku": "MUG", "quantity": 1}])), history=True)
    with pytest.raises(NotAllowed, match="was done elsewhere"):
        cancel(shop)


def test_what_has_left_or_is_cancelled_cannot_be_held_or_edited(shop: Shop) -> None:
    shop.order("1", {"MUG": 1})
    cancel(shop)
    with pytest.raises(NotAllowed, match="is cancelled: there is nothing to hold"):
        hold(shop)
    with pytest.raises(NotAllowed, match="is cancelled: editing it would change nothing"):
        edit(shop, note="x")


def test_a_mended_address_ends_the_hold(shop: Shop) -> None:
    shop.order("1", {"MUG": 1}, address1="")
    done = edit(shop, line1="1 King St")
    assert done.what == "changed line1; no longer held (address)"
    shop.route()
    assert shop.sends("1") == {"main": {"MUG": 1}}
    assert shop.show("1")["ship_to"]["line1"] == "1 King St"


def test_an_edit_tells_what_was_and_what_is(shop: Shop) -> None:
    shop.order("1", {"MUG": 1})
    edit(shop, city="Queens", note="ring twice", tags="gift, vip")
    assert shop.show("1")["events"][-1]["why"] == "city: Brooklyn → Queens; note: none → ring twice; tags: none → gift, vip"
    assert shop.show("1")["tags"] == ["gift", "vip"]


def test_an_address_edited_after_picking_is_pulled_from_the_list(shop: Shop) -> None:
    shop.order("1", {"MUG": 1})
    shop.route()
    shop.pick()
    assert edit(shop, line1="1 King St").for_person == ["pull 1 × MUG from pick list P-1 at main: the address changed"]
    shop.route()
    assert [one["state"] for one in shop.show("1")["shipments"]] == ["planned"]


def test_a_note_that_is_edited_keeps_the_claim(shop: Shop) -> None:
    shop.order("1", {"MUG": 1})
    shop.route()
    assert edit(shop, note="ring twice").for_person == []
    assert shop.level("MUG", "main")["allocated"] == 1


def test_an_order_that_a_person_marks_refunded_gives_its_stock_back(shop: Shop) -> None:
    shop.order("1", {"MUG": 1})
    shop.route()
    assert edit(shop, payment="refunded").what == "changed payment; held: refunded in full"
    assert shop.level("MUG", "main")["allocated"] == 0


def test_a_faster_service_that_is_edited_is_used_by_the_next_run(shop: Shop) -> None:
    shop.order("1", {"MUG": 1})
    shop.route()
    edit(shop, service="air")
    shop.route()
    assert [one["service"] for one in shop.show("1")["shipments"]] == ["air"]


ACTS: dict[str, Callable[[Shop], Any]] = {
    "hold": lambda shop: desk.hold(shop.home, shop.store, "1", "x", dry_run=True),
    "release": lambda shop: desk.release(shop.home, shop.store, "1", dry_run=True),
    "cancel": lambda shop: desk.cancel(shop.home, shop.store, "1", "x", dry_run=True),
    "edit": lambda shop: desk.edit(shop.home, shop.store, "1", {"note": "x"}, dry_run=True),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_dry_run_of_a_decision_changes_nothing(shop: Shop, act: Callable[[Shop], Any]) -> None:
    shop.order("1", {"MUG": 1})
    shop.route()
    before = shop.dump()
    assert act(shop).run is None
    assert shop.dump() == before


def test_an_order_nobody_knows_cannot_be_decided_about(shop: Shop) -> None:
    with pytest.raises(UsageError, match="there is no order 7"):
        hold(shop, "7")

"""A place does not have it after all: the stock follows the reason, the rest goes elsewhere, and what is left still ships."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import NOW, Shop, routing_with

from omscli.errors import NotAllowed, UsageError
from omscli.workflows.delivering import deliver
from omscli.workflows.orders import release
from omscli.workflows.short_picks import short
from omscli.workflows.undo import undo
from omscli.workflows.undo_shipments import reopen


def lacks(shop: Shop, word: str, items: dict[str, int], reason: str = "not_there", **more: Any) -> Any:
    return short(shop.home, shop.store, word, list(items.items()), reason, **more)


@pytest.fixture
def picked(make_shop: Callable[..., Shop]) -> Shop:
    """Three mugs and a cap of order 1 lie on the list of place one; place two has the same goods."""
    shop = make_shop("one", "two")
    shop.products("MUG", "CAP")
    shop.stock(one={"MUG": 5, "CAP": 2}, two={"MUG": 5, "CAP": 2})
    shop.order("1", {"MUG": 3, "CAP": 1})
    shop.route()
    shop.pick()
    return shop


def test_what_is_not_there_leaves_the_book_and_comes_from_elsewhere(picked: Shop) -> None:
    done = lacks(picked, "S-1", {"MUG": 2})
    assert picked.sends("1") == {"one": {"MUG": 1, "CAP": 1}, "two": {"MUG": 2}}
    assert {name: picked.level("MUG", "one")[name] for name in ("on_hand", "allocated", "unavailable")} == {
        "on_hand": 3,
        "allocated": 1,
        "unavailable": 0,
    }
    assert picked.level("MUG", "two")["allocated"] == 2
    assert (done.state, done.held, done.rest.state) == ("released", "", "routed")
    last = picked.store.connection.execute("SELECT kind, on_hand, reason FROM movement WHERE kind = 'adjusted'").fetchone()
    assert tuple(last) == ("adjusted", -2, "not there: short pick of S-1")


def test_what_is_left_is_packed_anew_and_leaves(picked: Shop) -> None:
    before = picked.show("1")["shipments"][0]["parcels"]
    lacks(picked, "S-1", {"MUG": 2})
    after = picked.show("1")["shipments"][0]["parcels"]
    assert ([one["items"] for one in before], [one["items"] for one in after]) == ([{"CAP": 1, "MUG": 3}], [{"CAP": 1, "MUG": 1}])
    assert (before[0]["weight_g"], after[0]["weight_g"]) == (900, 500)
    assert picked.show("1")["shipments"][0]["cost"]["postage"] == 500
    picked.ship("S-1")
    assert picked.level("MUG", "one")["on_hand"] == 2
    assert picked.show("1")["status"] == "part_shipped"


def test_fewer_goods_may_need_a_cheaper_parcel(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("one")
    shop.products("MUG", MUG={"weight_g": 600})
    shop.stock(one={"MUG": 2})
    shop.order("1", {"MUG": 2})
    shop.route()
    shop.pick()
    assert shop.show("1")["shipments"][0]["cost"]["postage"] == 1000
    lacks(shop, "S-1", {"MUG": 1})
    assert shop.show("1")["shipments"][0]["cost"]["postage"] == 500


def test_what_is_damaged_lies_there_and_cannot_be_sold(picked: Shop) -> None:
    lacks(picked, "S-1", {"MUG": 2}, "damaged")
    level = picked.level("MUG", "one")
    assert (level["on_hand"], level["unavailable"], level["allocated"], level["available"]) == (5, 2, 1, 2)


def test_where_shelf_and_book_disagree_somebody_counts(picked: Shop) -> None:
    picked.store.stock.mark_counted([(1, "one", "2026-03-02T08:00:00Z")])
    done = lacks(picked, "S-1", {"MUG": 2}, "mismatch")
    level = picked.level("MUG", "one")
    assert (level["on_hand"], level["unavailable"], level["allocated"]) == (5, 0, 1)
    assert done.for_person == ["count MUG at one: oms stock count --location one --item MUG:QTY"]
    assert [row["what"] for row in picked.store.overview.questions()] == done.for_person
    due = picked.store.planning.to_count("one", "2026-03-01T00:00:00Z", "2026-01-01T00:00:00Z", everything=False)
    assert "MUG" in [row["sku"] for row in due]


def test_nothing_there_ends_the_shipment_and_the_place_is_not_asked_again(picked: Shop) -> None:
    done = lacks(picked, "S-1", {"MUG": 3, "CAP": 1})
    assert done.state == "short"
    assert picked.sends("1") == {"two": {"MUG": 3, "CAP": 1}}
    picked.stock(two={"MUG": 0, "CAP": 0})
    picked.route()
    assert picked.sends("1") == {}
    assert [row["quantity"] for row in picked.show("1")["backordered"]] == [3, 1]


def test_the_book_that_has_more_where_none_was_found_is_doubted(picked: Shop) -> None:
    assert lacks(picked, "S-1", {"MUG": 3}).warnings == [
        "the book still has 2 × MUG free at one: oms stock count --location one --item MUG:QTY"
    ]


def test_an_order_that_grows_does_not_go_back_to_the_place(picked: Shop) -> None:
    lacks(picked, "S-1", {"MUG": 1})
    picked.order("1", {"MUG": 4, "CAP": 1})
    picked.route()
    assert picked.sends("1")["one"] == {"MUG": 2, "CAP": 1}
    assert picked.sends("1")["two"] == {"MUG": 2}


def test_other_orders_still_come_from_the_place(picked: Shop) -> None:
    lacks(picked, "S-1", {"MUG": 1})
    picked.order("2", {"MUG": 1})
    picked.route()
    assert picked.sends("2") == {"one": {"MUG": 1}}


def test_the_number_said_again_changes_nothing_and_a_larger_one_adds_the_difference(picked: Shop) -> None:
    lacks(picked, "S-1", {"MUG": 1})
    before = picked.dump()
    assert lacks(picked, "S-1", {"MUG": 1}).run is None
    assert picked.dump() == before
    lacks(picked, "S-1", {"MUG": 3})
    assert picked.sends("1") == {"one": {"CAP": 1}, "two": {"MUG": 3}}
    assert picked.level("MUG", "one")["on_hand"] == 2
    with pytest.raises(NotAllowed) as caught:
        lacks(picked, "S-1", {"MUG": 2})
    assert caught.value.message == "3 × MUG of shipment S-1 are noted as missing already"
    assert caught.value.hint == "what turned up again: oms stock adjust --location one --item MUG:+1 --reason found"


def test_after_too_many_short_picks_a_person_decides(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("one", "two", "three", routing={**routing_with({}), "max_short_picks": 2})
    shop.products("MUG")
    shop.stock(one={"MUG": 1}, two={"MUG": 1}, three={"MUG": 1})
    shop.order("1", {"MUG": 1})
    shop.route()
    shop.pick()
    assert lacks(shop, "S-1", {"MUG": 1}).held == ""
    shop.pick()
    done = lacks(shop, "S-2", {"MUG": 1})
    why = "picked short 2 times; to look elsewhere once more: oms order release SH-1 && oms route"
    assert (done.held, done.needs_a_person, done.rest) == (why, True, None)
    assert shop.store.overview.held() == [{"id": "SH-1", "channel": "shop", "reason": why, "kinds": "person"}]
    shop.route()
    assert shop.sends("1") == {}
    release(shop.home, shop.store, "1")
    shop.route()
    assert shop.sends("1") == {"three": {"MUG": 1}}


def test_a_person_is_asked_while_the_rest_still_ships(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("one", "two", routing={**routing_with({}), "max_short_picks": 1})
    shop.products("MUG")
    shop.stock(one={"MUG": 3}, two={"MUG": 3})
    shop.order("1", {"MUG": 5})
    shop.route()
    shop.pick(location="one")
    assert lacks(shop, "S-1", {"MUG": 1}).held.startswith("picked short 1 time;")
    assert shop.sends("1") == {"one": {"MUG": 2}}
    shop.ship("S-1")
    assert shop.show("1")["shipments"][0]["state"] == "shipped"


def test_a_kit_that_lacks_a_part_is_not_sent(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("one", "two")
    bare = {"weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""}
    shop.products("MUG", "CAP", SET={"components": "MUG:1|CAP:2", **bare})
    shop.stock(one={"MUG": 5, "CAP": 9}, two={"MUG": 5, "CAP": 9})
    shop.order("1", {"SET": 2, "CAP": 1})
    shop.route()
    shop.pick()
    with pytest.raises(UsageError) as caught:
        lacks(shop, "S-1", {"SET": 1})
    assert caught.value.message == "SET is a kit: it is its parts that lie on the shelf"
    assert caught.value.hint == "name what is missing: MUG, CAP"
    lacks(shop, "S-1", {"CAP": 2, "MUG": 1})  # the single cap, and one of a set; the mug may be of the same set
    assert shop.sends("1") == {"one": {"SET": 1}, "two": {"SET": 1, "CAP": 1}}
    assert (shop.level("MUG", "one")["on_hand"], shop.level("CAP", "one")["on_hand"]) == (4, 7)
    assert [one["items"] for one in shop.show("1")["shipments"][0]["parcels"]] == [{"CAP": 2, "MUG": 1}]


def test_a_shipment_before_its_release_and_after_its_leaving_is_not_short(picked: Shop) -> None:
    picked.order("2", {"MUG": 1})
    picked.route()
    for word, items, message in (
        ("S-2", {"MUG": 1}, "shipment S-2 of order SH-2 is planned, and nobody looks for its goods yet"),
        ("S-1", {"MUG": 4}, "shipment S-1 holds 3 × MUG, of which 4 cannot be missing"),
    ):
        before = picked.dump()
        with pytest.raises(NotAllowed) as caught:
            lacks(picked, word, items)
        assert caught.value.message == message
        assert picked.dump() == before
    picked.ship("S-1")
    with pytest.raises(NotAllowed, match="shipment S-1 of order SH-1 is shipped: nothing of it is picked any more"):
        lacks(picked, "S-1", {"MUG": 1})
    with pytest.raises(UsageError, match="shipment S-2 holds no CAP"):
        lacks(picked, "S-2", {"CAP": 1})
    with pytest.raises(UsageError, match="no reason is called 'gone'"):
        lacks(picked, "S-2", {"MUG": 1}, "gone")


def test_a_dry_run_of_a_short_pick_writes_nothing(picked: Shop) -> None:
    before = picked.dump()
    assert lacks(picked, "S-1", {"MUG": 2}, dry_run=True).items == [{"sku": "MUG", "missing": 2, "new": 2}]
    assert picked.dump() == before


def test_what_a_count_took_away_already_is_not_taken_twice(picked: Shop) -> None:
    picked.stock(one={"MUG": 1})
    lacks(picked, "S-1", {"MUG": 3})
    level = picked.level("MUG", "one")
    assert (level["on_hand"], level["allocated"]) == (0, 0)


def test_a_short_pick_is_not_taken_back(picked: Shop) -> None:
    done = lacks(picked, "S-1", {"MUG": 2})
    with pytest.raises(NotAllowed, match="the goods were looked for"):
        undo(picked.home, picked.store, done.run)


# -- delivered


def test_a_parcel_that_arrived_is_delivered_on_its_day(picked: Shop) -> None:
    picked.ship("S-1")
    picked.at(NOW + timedelta(days=3))
    done = deliver(picked.home, picked.store, "S-1", "2026-03-04")
    assert (done.delivered_on, picked.show("1")["shipments"][0]["state"]) == ("2026-03-04", "delivered")
    before = picked.dump()
    assert deliver(picked.home, picked.store, "1", "2026-03-04").run is None
    assert picked.dump() == before
    with pytest.raises(NotAllowed, match="shipment S-1 of order SH-1 was delivered on 2026-03-04"):
        deliver(picked.home, picked.store, "S-1", "2026-03-05")
    with pytest.raises(NotAllowed, match="S-1 of order SH-1 is delivered"):
        reopen(picked.home, picked.store, "S-1", sure=True)
    undo(picked.home, picked.store, done.run or 0)
    assert picked.show("1")["shipments"][0]["state"] == "shipped"


def test_nothing_arrives_before_it_left_or_tomorrow(picked: Shop) -> None:
    with pytest.raises(NotAllowed, match="shipment S-1 of order SH-1 is released: it has not left"):
        deliver(picked.home, picked.store, "S-1")
    picked.ship("S-1")
    for day in ("2026-03-01", "2026-03-03"):
        with pytest.raises(UsageError, match=f"left on 2026-03-02: it cannot have arrived on {day}"):
            deliver(picked.home, picked.store, "S-1", day)
    with pytest.raises(UsageError, match="is no date"):
        deliver(picked.home, picked.store, "S-1", "yesterday")

"""Units that lie there and cannot be sold, and what `oms stock show` says about today and later."""

from __future__ import annotations

import pytest
from tests.conftest import Shop, csv_text

from omscli.errors import NotAllowed, UsageError
from omscli.workflows.stock_holds import HoldWish, hold
from omscli.workflows.stock_state import change_state
from omscli.workflows.stock_view import show


def _change(shop: Shop, state: str, units: int, sku: str = "MUG", reason: str = "dropped", *, dry_run: bool = False) -> list[str]:
    return change_state(shop.home, shop.store, "main", [(sku, units)], state, reason, dry_run=dry_run).for_person


def _level(shop: Shop) -> tuple[int, int, int]:
    level = shop.level("MUG", "main")
    return level["on_hand"], level["unavailable"], level["available"]


def test_damaged_goods_still_lie_there_and_cannot_be_sold_until_they_are_good_again(shop: Shop) -> None:
    assert _change(shop, "damaged", 3) == []
    assert _level(shop) == (10, 3, 7)
    _change(shop, "quarantine", 1)
    _change(shop, "good", 2, reason="only dusty")
    assert _level(shop) == (10, 2, 8)
    rows = shop.store.connection.execute("SELECT on_hand, unavailable, reason FROM movement WHERE kind = 'state_changed' ORDER BY id")
    assert [tuple(row) for row in rows] == [(0, 3, "damaged: dropped"), (0, 1, "quarantine: dropped"), (0, -2, "good: only dusty")]


def test_damaged_goods_go_to_no_order(shop: Shop) -> None:
    _change(shop, "damaged", 8)
    shop.order("1", {"MUG": 5})
    shop.route()
    assert shop.sends("1") == {"main": {"MUG": 2}}


def test_more_than_lies_there_cannot_change_its_state(shop: Shop) -> None:
    _change(shop, "damaged", 4)
    before = shop.dump()
    for state, units, words in (
        ("damaged", 7, "main has 6 × MUG that can be sold now: 7 are too many"),
        ("good", 5, "main has 4 × MUG that cannot be sold now: 5 are too many"),
    ):
        for dry_run in (False, True):
            with pytest.raises(NotAllowed) as error:
                _change(shop, state, units, dry_run=dry_run)
            assert (error.value.message, error.value.hint) == (words, "oms stock show MUG tells what lies where")
    with pytest.raises(NotAllowed, match="main has 1 × MUG that can be sold now: 2 are too many"):
        change_state(shop.home, shop.store, "main", [("MUG", 5), ("mug", 2)], "damaged", "dropped")
    assert shop.dump() == before


def test_a_state_nobody_knows_is_refused(shop: Shop) -> None:
    with pytest.raises(UsageError, match="no state is called broken") as error:
        _change(shop, "broken", 1)
    assert error.value.hint == "states: damaged, quarantine, good"


def test_what_is_promised_and_no_longer_there_is_said_and_routing_settles_it(shop: Shop) -> None:
    shop.order("1", {"MUG": 8})
    shop.route()
    words = ["8 × MUG are promised from main, where 5 can be sold now: run `oms route`"]
    assert _change(shop, "damaged", 5, dry_run=True) == words
    assert _change(shop, "damaged", 5) == words
    shop.route()
    assert shop.sends("1") == {"main": {"MUG": 5}}


def test_what_is_on_hold_and_no_longer_there_is_said(shop: Shop) -> None:
    hold(shop.home, shop.store, HoldWish("main", [("MUG", 8)], "2026-03-05", "Bea"))
    assert _change(shop, "damaged", 3) == ["8 × MUG are on hold at main, where 7 are left for them: see `oms stock holds`"]


def _inbound(shop: Shop, *rows: tuple[str, int, str]) -> None:
    told = [{"sku": sku, "location": "main", "quantity": units, "expected_on": day} for sku, units, day in rows]
    shop.take(("inbound.csv", csv_text(told)))


def test_the_view_says_what_can_be_promised_now_and_from_when_on_more(shop: Shop) -> None:
    _inbound(shop, ("MUG", 5, "2026-03-09"), ("MUG", 20, "2026-03-20"))
    shop.order("1", {"MUG": 13})
    shop.route()
    hold(shop.home, shop.store, HoldWish("main", [("CAP", 1)], "2026-03-05", "Bea"))
    assert show(shop.home, shop.store, "mug")["to_promise"] == [
        {"location": "main", "now": 0, "later": [{"on": "2026-03-09", "units": 2}, {"on": "2026-03-20", "units": 22}]}
    ]
    found = show(shop.home, shop.store, "CAP")
    assert found["to_promise"] == [{"location": "main", "now": 2, "later": []}]
    assert [(row["id"], row["left"], row["for"]) for row in found["holds"]] == [("H-1", 1, "Bea")]


def test_a_kit_can_be_promised_as_its_scarcest_part_allows(shop: Shop) -> None:
    shop.products(SET={"components": "MUG:2|CAP:2", "weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""})
    _inbound(shop, ("CAP", 10, "2026-03-09"))
    shop.order("1", {"SET": 2})
    shop.route()
    found = show(shop.home, shop.store, "SET")
    # one SET is claimed and one waits for two caps: of ten that come eight are left, and of ten mugs eight
    assert found["to_promise"] == [{"location": "main", "now": 0, "later": [{"on": "2026-03-09", "units": 4}]}]
    assert found["levels"] == []

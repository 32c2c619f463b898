"""Goods that come in, are found or lost, and what the catalogue learns."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.conftest import Shop, csv_text

from omscli.errors import NotAllowed, UsageError
from omscli.workflows.products import alias
from omscli.workflows.stock_changes import adjust, receive
from omscli.workflows.stock_view import levels as stock_levels


def test_goods_that_come_in_may_be_sold(shop: Shop) -> None:
    levels, run = receive(shop.home, shop.store, "main", [("MUG", 5), ("cap", 1)], "")
    assert [(one.change, one.on_hand) for one in levels] == [(5, 15), (1, 4)]
    assert run is not None
    assert shop.level("MUG", "main")["available"] == 15


def test_goods_that_come_in_are_no_longer_expected_the_oldest_first(shop: Shop) -> None:
    rows = [{"sku": "CAP", "location": "main", "quantity": 4, "expected_on": day} for day in ("2026-03-12", "2026-03-05")]
    shop.take(("inbound.csv", csv_text(rows)))
    receive(shop.home, shop.store, "main", [("CAP", 5)], "")
    rows = shop.store.connection.execute("SELECT expected_on, received FROM incoming_goods ORDER BY expected_on").fetchall()
    assert [tuple(row) for row in rows] == [("2026-03-05", 4), ("2026-03-12", 1)]


def test_the_same_delivery_told_twice_is_expected_once(shop: Shop) -> None:
    row = {"sku": "CAP", "location": "main", "quantity": 4, "expected_on": "2026-03-05", "reference": "PO-1"}
    shop.take(("inbound.csv", csv_text([row])))
    before = shop.dump()
    assert shop.take(("inbound.csv", csv_text([row])))[0].counts["unchanged"] == 1
    assert shop.dump() == before


def test_what_is_expected_where_nothing_ever_lay_is_shown_as_incoming(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main", "side")
    shop.products("MUG")
    shop.stock(main={"MUG": 1})
    shop.take(("inbound.csv", csv_text([{"sku": "MUG", "location": "side", "quantity": 6, "expected_on": "2026-03-05"}])))
    assert [(row["location"], row["on_hand"], row["incoming"]) for row in stock_levels(shop.home, shop.store)] == [
        ("main", 1, 0),
        ("side", 0, 6),
    ]


def test_units_that_were_found_or_lost_are_booked_with_the_reason(shop: Shop) -> None:
    adjust(shop.home, shop.store, "main", [("MUG", -3)], "broken")
    assert shop.level("MUG", "main")["on_hand"] == 7
    row = shop.store.connection.execute("SELECT kind, on_hand, reason FROM movement ORDER BY id DESC").fetchone()
    assert tuple(row) == ("adjusted", -3, "broken")


def test_more_than_the_book_has_cannot_be_lost(shop: Shop) -> None:
    before = shop.dump()
    with pytest.raises(NotAllowed, match="main has 3 × CAP: 4 cannot be taken away"):
        adjust(shop.home, shop.store, "main", [("MUG", -1), ("CAP", -4)], "broken")
    assert shop.dump() == before


@pytest.mark.parametrize(("place", "sku", "hint"), [("main", "MUGG", "did you mean MUG?"), ("mian", "MUG", "did you mean main?")])
def test_a_sku_or_place_nobody_knows_names_the_nearest(shop: Shop, place: str, sku: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        receive(shop.home, shop.store, place, [(sku, 1)], "")
    assert error.value.hint == hint


def test_a_dry_run_of_a_delivery_changes_nothing(shop: Shop) -> None:
    before = shop.dump()
    levels, run = receive(shop.home, shop.store, "main", [("MUG", 5)], "", dry_run=True)
    assert (levels[0].on_hand, run) == (15, None)
    assert shop.dump() == before


def test_an_alias_taught_twice_is_known(shop: Shop) -> None:
    assert alias(shop.home, shop.store, "MUG", "CUP", "").new
    again = alias(shop.home, shop.store, "MUG", "CUP", "")
    assert (again.new, again.run) == (False, None)


def test_a_product_of_its_own_is_no_alias(shop: Shop) -> None:
    with pytest.raises(UsageError, match="CAP is a product of its own"):
        alias(shop.home, shop.store, "MUG", "CAP", "")


def test_an_alias_of_a_channel_nobody_knows_is_refused(shop: Shop) -> None:
    with pytest.raises(UsageError, match="no channel is called 'bazaar'"):
        alias(shop.home, shop.store, "MUG", "CUP", "bazaar")


def test_a_dry_run_of_an_alias_teaches_nothing(shop: Shop) -> None:
    before = shop.dump()
    alias(shop.home, shop.store, "MUG", "CUP", "", dry_run=True)
    assert shop.dump() == before


def test_a_product_file_changes_only_the_columns_it_has(shop: Shop) -> None:
    result = shop.take(("products.csv", csv_text([{"sku": "MUG", "price": "12.50"}])))[0]
    assert result.counts["changed"] == 1
    row = shop.store.connection.execute("SELECT title, weight_g, price FROM product WHERE sku = 'MUG'").fetchone()
    assert tuple(row) == ("Mug", 200, 1250)


def test_an_empty_weight_is_unknown_and_not_nought(shop: Shop) -> None:
    shop.products(MUG={"weight_g": "0"}, CAP={"weight_g": ""})
    assert [row[0] for row in shop.store.connection.execute("SELECT weight_g FROM product")] == [None, None]


def test_a_kit_of_a_kit_that_the_store_knows_is_set_aside_too(shop: Shop) -> None:
    shop.products(PAIR={"components": "MUG:2"})
    found = shop.products(BOX={"components": "PAIR:1|CAP:1"})
    assert [one.problem for one in found.problems] == ["component PAIR of kit BOX is a kit itself"]
    found = shop.products("CAP", MUG={"components": "CAP:1"})
    assert [one.problem for one in found.problems] == ["component MUG of kit PAIR would be a kit itself"]


def test_a_kit_whose_components_are_taken_out_is_a_single_product_again(shop: Shop) -> None:
    shop.products(PAIR={"components": "MUG:2"})
    assert shop.products(PAIR={"components": ""}).counts["changed"] == 1
    assert shop.store.catalog.known(["PAIR"])["PAIR"]["components"] is None
    assert shop.products(PAIR={"components": ""}).counts["unchanged"] == 1


def test_components_that_a_file_does_not_speak_of_stay(shop: Shop) -> None:
    shop.products(PAIR={"components": "MUG:2"})
    shop.products("PAIR")
    assert shop.store.catalog.known(["PAIR"])["PAIR"]["components"] == (("MUG", 2),)


def test_a_kit_of_kits_or_of_itself_is_set_aside(shop: Shop) -> None:
    result = shop.products(PAIR={"components": "MUG:2"}, BOX={"components": "PAIR:1|CAP:1"}, LOOP={"components": "LOOP:1"})
    assert sorted(one.problem for one in result.problems) == [
        "component LOOP of kit LOOP is a kit itself",
        "component PAIR of kit BOX is a kit itself",
    ]
    assert result.counts["new"] == 1

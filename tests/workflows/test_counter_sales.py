"""Goods sold over the counter leave the shelf of their store, once, and ship nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.conftest import Shop, csv_text

from omscli.workflows.importing import FileResult

SALE = {
    "Date": "2026-03-01", "Time": "12:00:00", "Time Zone": "UTC", "Item": "Mug", "Qty": "2", "Price Point Name": "Regular", "SKU": "MUG",
    "Gross Sales": "$20.00", "Transaction ID": "T1", "Event Type": "Payment", "Location": "Reno shop",
}  # fmt: skip


@pytest.fixture
def stores(make_shop: Callable[..., Shop]) -> Shop:
    """Two stores with ten mugs each; Square's sales are those of the first, unless its file says otherwise."""
    shop = make_shop("main", "reno", channels={"till": {"reader": "square", "location": "main"}})
    shop.products("MUG", "CAP", SET={"components": "MUG:2|CAP:1"})
    shop.stock(main={"MUG": 10, "CAP": 3}, reno={"MUG": 10})
    return shop


def sell(shop: Shop, *rows: dict[str, Any]) -> FileResult:
    return shop.take(("items.csv", csv_text([{**SALE, **row} for row in rows])))[0]


def on_hand(shop: Shop, sku: str = "MUG") -> list[int]:
    return [shop.level(sku, place)["on_hand"] for place in ("main", "reno")]


def test_the_store_that_the_file_names_gives_the_goods(stores: Shop) -> None:
    sell(stores, {"Location": "reno"})
    assert on_hand(stores) == [10, 8]


def test_a_store_that_nobody_knows_is_the_channel_s_own(stores: Shop) -> None:
    sell(stores, {"Location": "The Mug Shop LLC"})
    assert on_hand(stores) == [8, 10]


def test_the_same_sale_again_takes_nothing(stores: Shop) -> None:
    sell(stores, {})
    assert sell(stores, {}).counts["unchanged"] == 1
    assert on_hand(stores) == [8, 10]


def test_a_kit_gives_its_parts(stores: Shop) -> None:
    sell(stores, {"SKU": "SET", "Qty": "1"})
    assert (on_hand(stores), on_hand(stores, "CAP")) == ([8, 10], [2, 0])


def test_what_no_place_could_give_is_asked_and_booked_when_the_place_is_known(make_shop: Callable[..., Shop]) -> None:
    channels: dict[str, Any] = {"till": {"reader": "square"}}
    shop = make_shop("main", channels=channels)
    shop.products("MUG")
    shop.stock(main={"MUG": 10})
    result = sell(shop, {})
    assert result.for_person == ["TI-T1: sold over the counter at “Reno shop”, which is no location"]
    assert shop.level("MUG", "main")["on_hand"] == 10

    channels["till"]["location"] = "main"
    shop.rules({**_rules(shop), "channels": channels})
    assert sell(shop, {}).for_person == []
    assert shop.level("MUG", "main")["on_hand"] == 8


def _rules(shop: Shop) -> dict[str, Any]:
    import yaml

    return dict(yaml.safe_load((shop.path / "rules.yaml").read_text(encoding="utf-8")))


def test_a_sku_that_nobody_knows_is_asked_and_booked_when_it_was_taught(stores: Shop) -> None:
    from omscli.workflows.products import alias

    assert sell(stores, {"SKU": "MUGG"}).for_person == ["TI-T1: 2 × MUGG sold at main, and nobody knows this SKU"]
    alias(stores.home, stores.store, "MUG", "MUGG", "till")
    sell(stores, {"SKU": "MUGG"})
    assert on_hand(stores) == [8, 10]


def test_what_a_person_has_settled_is_not_booked_later(make_shop: Callable[..., Shop]) -> None:
    from omscli.workflows.orders import release

    shop = make_shop("main", channels={"till": {"reader": "square"}})
    shop.products("MUG")
    shop.stock(main={"MUG": 10})
    sell(shop, {})
    release(shop.home, shop.store, "TI-T1")
    shop.rules({**_rules(shop), "channels": {"till": {"reader": "square", "location": "main"}}})
    sell(shop, {})
    assert shop.level("MUG", "main")["on_hand"] == 10


def test_the_book_never_falls_below_nothing(stores: Shop) -> None:
    assert sell(stores, {"Qty": "12"}).for_person == ["TI-T1: 12 × MUG sold at main, but the book had 10 there"]
    assert on_hand(stores) == [0, 10]


def test_a_count_after_the_sale_has_the_sale_in_it(stores: Shop) -> None:
    sell(stores, {})
    stores.take(("stock.csv", csv_text([{"sku": "MUG", "location": "main", "on_hand": 7, "as_of": "2026-03-02T09:00:00Z"}])))
    assert on_hand(stores) == [7, 10]

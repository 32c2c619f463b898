"""The packing table: the goods are checked by barcode, and only what is complete is packed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.conftest import Shop

from omscli.errors import NotAllowed
from omscli.fulfilment.scanning import Check, scan
from omscli.workflows.packing import Found
from omscli.workflows.scan_packing import begin, finish


@pytest.fixture
def table(make_shop: Callable[..., Shop]) -> Shop:
    shop = make_shop("main")
    shop.products(MUG={"barcode": "4006381333931"}, CUP={}, SET={"components": "MUG:1|CUP:1"})
    shop.stock(main={"MUG": 50, "CUP": 50})
    return shop


def released(shop: Shop, lines: dict[str, int], **columns: str) -> Shop:
    shop.order("1", lines, **columns)
    shop.route()
    shop.pick()
    return shop


def scanned(check: Check, *codes: str) -> Check:
    for code in codes:
        check, _ = scan(check, code)
    return check


def state(shop: Shop) -> str:
    return str(shop.store.shipments.by_id([1])[0]["state"])


def test_a_complete_parcel_is_packed_with_the_weight_of_the_scale(table: Shop) -> None:
    check = scanned(begin(released(table, {"MUG": 2}).store, "1"), "4006381333931", "MUG")
    done = finish(table.home, table.store, "1", check, Found(weight_g=840))
    assert (state(table), done.parcels[0]["weight_g"], done.run is not None) == ("packed", 840, True)


def test_what_is_missing_keeps_it_released_and_is_named(table: Shop) -> None:
    check = scanned(begin(released(table, {"MUG": 2}).store, "1"), "MUG", "CUP")
    with pytest.raises(NotAllowed, match="S-1 is not packed: missing 1 × MUG"):
        finish(table.home, table.store, "1", check, Found())
    assert state(table) == "released"


def test_a_kit_is_scanned_by_its_pieces_or_by_its_own_number(table: Shop) -> None:
    check = begin(released(table, {"SET": 2}).store, "1")
    assert dict(check.wanted) == {"CUP": 2, "MUG": 2}
    assert scanned(check, "SET", "4006381333931", "CUP").done


def test_the_note_of_the_order_is_confirmed_first(table: Shop) -> None:
    check = begin(released(table, {"MUG": 1}, note="wrap it in blue", tags="gift").store, "1")
    assert check.notes == ("GIFT", "wrap it in blue")
    assert not scanned(check, "MUG").done
    assert scanned(check, "ok", "MUG").done


def test_what_is_not_released_or_was_changed_meanwhile_is_not_packed(table: Shop) -> None:
    table.order("1", {"MUG": 1})
    table.route()
    with pytest.raises(NotAllowed, match="is planned: nobody packs it"):
        begin(table.store, "S-1")
    table.pick()
    check = scanned(begin(table.store, "S-1"), "MUG")
    with pytest.raises(NotAllowed, match="was changed while it was scanned"):
        finish(table.home, table.store, "S-1", Check({"MUG": 2}, check.articles, found={"MUG": 2}), Found())


@pytest.fixture
def two(table: Shop) -> Shop:
    """A shipment of two parcels: 30 kg is the most that goes in one."""
    table.products(ANVIL={"weight_g": 16000})
    table.stock(main={"ANVIL": 5})
    shop = released(table, {"ANVIL": 2})
    assert [one["items"] for one in shop.store.shipments.by_id([1])[0]["parcels"]] == [{"ANVIL": 1}, {"ANVIL": 1}]
    return shop


def test_all_parcels_of_a_shipment_are_noted_in_one_run(two: Shop) -> None:
    runs = "SELECT COUNT(*) FROM run"
    before = two.store.connection.execute(runs).fetchone()[0]
    done = finish(two.home, two.store, "S-1", scanned(begin(two.store, "S-1"), "2*ANVIL"), Found())
    assert (state(two), [bool(one["packed_at"]) for one in done.parcels]) == ("packed", [True, True])
    assert two.store.connection.execute(runs).fetchone()[0] == before + 1


def test_of_one_parcel_only_its_own_goods_are_wanted(two: Shop) -> None:
    check = begin(two.store, "S-1-2")
    assert dict(check.wanted) == {"ANVIL": 1}
    done = finish(two.home, two.store, "S-1-2", scanned(check, "ANVIL"), Found(weight_g=16200))
    assert [bool(one["packed_at"]) for one in done.parcels] == [False, True]
    assert state(two) == "released"
    with pytest.raises(NotAllowed, match="S-1-2 is not packed: missing 1 × ANVIL"):
        finish(two.home, two.store, "S-1-2", begin(two.store, "S-1-2"), Found())


def test_several_parcels_are_weighed_one_by_one(two: Shop) -> None:
    check = scanned(begin(two.store, "S-1"), "ANVIL", "ANVIL")
    with pytest.raises(NotAllowed, match="S-1 has 2 parcels") as refused:
        finish(two.home, two.store, "S-1", check, Found(weight_g=16200))
    assert refused.value.hint == "weigh each: oms pack S-1-1 --weigh GRAMS"
    assert state(two) == "released"


def test_a_dry_run_notes_nothing(two: Shop) -> None:
    finish(two.home, two.store, "S-1", scanned(begin(two.store, "S-1"), "2*ANVIL"), Found(), dry_run=True)
    assert state(two) == "released"

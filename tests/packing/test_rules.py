"""What a shop asks of its packer, one rule at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.packing.validator import faults

from omscli.packing.model import Box, Care, Item, Parcel, Size
from omscli.packing.packer import Packer

CRATE = Box("crate", (300, 200, 100), 100, 20000, cost=80)
TALL = Box("tall", (300, 200, 300), 200, 20000, cost=120)


def packed(boxes: list[Box], *items: Item, care: Care | None = None) -> tuple[Parcel, ...]:
    how = care or Care()
    parcels = Packer(boxes, care=how).pack(items)
    assert faults(items, parcels, how) == []
    return parcels


def names(parcels: tuple[Parcel, ...]) -> list[str | None]:
    return [parcel.box.name if parcel.box else None for parcel in parcels]


def test_what_stays_upright_needs_the_height_and_may_be_turned_in_plan() -> None:
    bottle = Item("bottle", 1, 900, (190, 90, 280))
    assert names(packed([CRATE, TALL], bottle)) == ["crate"]
    assert names(packed([CRATE, TALL], replace(bottle, keep_upright=True))) == ["tall"]
    assert names(packed([TALL], replace(bottle, size_mm=(90, 190, 280), quantity=3, keep_upright=True))) == ["tall"]


def test_nothing_lies_on_what_is_fragile() -> None:
    plate, brick = Item("plate", 1, 300, (300, 200, 50), fragile=True), Item("brick", 1, 900, (300, 200, 50))
    (parcel,) = packed([CRATE], plate, brick)
    assert [unit.sku for unit in parcel.placed] == ["brick", "plate"]
    assert len(packed([CRATE], replace(plate, quantity=2))) == 2


def test_dangerous_goods_travel_apart() -> None:
    acid, mug = Item("acid", 2, 100, (50, 50, 50), hazmat=True), Item("mug", 2, 100, (50, 50, 50))
    assert sorted(parcel.items for parcel in packed([CRATE], acid, mug)) == [(("acid", 2),), (("mug", 2),)]


def test_what_belongs_together_lies_in_one_parcel() -> None:
    lamp, bulb = Item("lamp", 1, 100, (300, 200, 60)), Item("bulb", 1, 100, (100, 100, 40))
    rug = Item("rug", 1, 100, (300, 200, 40))
    alone = packed([CRATE], lamp, bulb, replace(rug, quantity=2))
    together = packed([CRATE], replace(lamp, together="a"), replace(bulb, together="a"), replace(rug, quantity=2))
    assert len(alone) == 2
    assert ("bulb", 1) in next(parcel for parcel in together if ("lamp", 1) in parcel.items).items


def test_what_belongs_together_and_fits_no_box_goes_like_all_others() -> None:
    parcels = packed([CRATE], Item("chest", 2, 100, (300, 200, 90), together="a"))
    assert [parcel.items for parcel in parcels] == [(("chest", 1),)] * 2


@pytest.mark.parametrize(
    ("size", "fits"),
    [((310, 210, 20), True), ((320, 210, 20), True), ((321, 210, 20), False), ((300, 200, 31), False), ((339, 239, 1), True)],
)
def test_an_envelope_gives_as_much_as_its_contents_are_thick(size: Size, *, fits: bool) -> None:
    mailer = Box("mailer", (340, 240, 30), 25, 1500, kind="envelope")
    (parcel,) = packed([mailer], Item("book", 1, 300, size))
    assert (parcel.box == mailer) is fits
    if fits:
        assert parcel.outer_mm == (340, 240, size[2])


def test_two_thin_things_make_an_envelope_thicker() -> None:
    mailer = Box("mailer", (340, 240, 30), 25, 1500, kind="envelope")
    assert names(packed([mailer], Item("book", 2, 300, (310, 210, 15)))) == ["mailer"]
    assert len(packed([mailer], Item("book", 2, 300, (330, 230, 10)))) == 2


def test_four_things_lie_around_a_hole_where_rows_do_not_do() -> None:
    cube = Box("cube", (305, 305, 139), 0, 20000)
    assert len(packed([cube], Item("part", 4, 100, (165, 139, 139)))) == 1


def test_parcels_of_one_shipment_are_about_equally_heavy() -> None:
    irons = Item("iron", 8, 3000, (100, 100, 50))
    assert [parcel.weight_g for parcel in packed([CRATE], irons, care=Care(level=False))] == [18100, 6100]
    assert [parcel.weight_g for parcel in packed([CRATE], irons)] == [12100, 12100]


def test_the_fewest_parcels_or_the_cheapest_as_asked() -> None:
    small, large = Box("small", (100, 100, 100), 0, 20000, cost=10), Box("large", (200, 100, 100), 0, 20000, cost=100)
    two = [Item("cube", 2, 100, (100, 100, 100))]
    assert names(Packer([small, large]).pack(two)) == ["large"]
    assert names(Packer([small, large], price=lambda box, *_: box.cost).pack(two)) == ["small", "small"]
    assert names(Packer([small, large], price=lambda box, *_: box.cost + 90).pack(two)) == ["large"]


def test_what_stands_above_the_floor_rests_on_something() -> None:
    cup, tray = Item("cup", 1, 100, (60, 60, 80), keep_upright=True), Item("tray", 1, 100, (300, 200, 20))
    (parcel,) = packed([CRATE], cup, tray, care=Care(support_percent=75))
    assert [unit.sku for unit in parcel.placed] == ["tray", "cup"]


def test_the_box_answers_the_same_whichever_side_is_named_first() -> None:
    items = [Item("a", 3, 100, (120, 90, 40)), Item("b", 2, 100, (200, 60, 60))]
    (one,), (other,) = packed([CRATE], *items), packed([replace(CRATE, inner_mm=(200, 300, 100))], *items)
    assert [(unit.at_mm[1], unit.at_mm[0]) for unit in other.placed] != []
    assert sorted(unit.at_mm for unit in one.placed) == sorted((y, x, z) for x, y, z in (unit.at_mm for unit in other.placed))

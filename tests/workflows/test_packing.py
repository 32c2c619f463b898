"""Which box, what goes in first, and what a scale says of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from tests.conftest import Shop

from omscli.errors import NotAllowed, UsageError
from omscli.workflows.labels import LabelWish, label_file
from omscli.workflows.packing import Found, Packing, enter, show_packing
from omscli.workflows.undo import undo

MakeShop = Callable[..., Shop]
BOXES = {
    "small": {"inner_mm": [220, 170, 130], "empty_g": 90, "max_g": 5000, "cost": "0.40"},
    "large": {"inner_mm": [600, 400, 400], "empty_g": 300, "max_g": 30000, "cost": "1.20"},
}


@pytest.fixture
def boxed(make_shop: MakeShop) -> Shop:
    """Mugs (100 × 80 × 60 mm, 200 g), a vase that nobody weighed, a rug for which there is no box, plates that are fragile."""
    shop = make_shop("main", boxes=BOXES)
    shop.products(
        "MUG",
        VASE={"weight_g": ""},
        CUP={"weight_g": ""},
        RUG={"weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""},
        POLE={"length_mm": 1500},
        GLASS={"fragile": "yes", "length_mm": 210, "width_mm": 160, "height_mm": 40},
    )
    shop.stock(main=dict.fromkeys(("MUG", "VASE", "CUP", "RUG", "POLE", "GLASS"), 500))
    return shop


def released(shop: Shop, lines: dict[str, int]) -> Shop:
    shop.order("1", lines)
    shop.route()
    shop.pick()
    return shop


def told(shop: Shop, word: str = "1", **found: Any) -> Packing:
    return enter(shop.home, shop.store, word, Found(**found))


def weight(shop: Shop, sku: str) -> int | None:
    found: int | None = shop.store.catalog.known([sku])[sku]["weight_g"]
    return found


# -- the box and the order of packing


def test_the_packer_sees_the_box_and_what_goes_in_first(boxed: Shop) -> None:
    shown = show_packing(boxed.home, boxed.store, released(boxed, {"MUG": 4, "GLASS": 1}) and "1")
    (parcel,) = shown.parcels
    assert (parcel["box"], parcel["inner_mm"], parcel["weight_g"], parcel["guessed"]) == ("small", [220, 170, 130], 1090, False)
    assert [(one["step"], one["sku"]) for one in parcel["placing"]] == [*((n, "MUG") for n in (1, 2, 3, 4)), (5, "GLASS")]
    assert parcel["placing"][4]["at_mm"][2] == 60  # on the mugs, for nothing may lie on it
    assert shown.notes == []


def test_looking_changes_nothing_and_needs_no_release(boxed: Shop) -> None:
    boxed.order("1", {"MUG": 2})
    boxed.route()
    before = boxed.dump()
    assert show_packing(boxed.home, boxed.store, "S-1").state == "planned"
    assert boxed.dump() == before


def test_several_parcels_each_have_their_own_order(boxed: Shop) -> None:
    released(boxed, {"MUG": 160})
    shown = show_packing(boxed.home, boxed.store, "1")
    assert [parcel["parcel"] for parcel in shown.parcels] == [1, 2]
    for parcel in shown.parcels:
        assert len(parcel["placing"]) == parcel["items"]["MUG"]
    assert sum(len(parcel["placing"]) for parcel in shown.parcels) == 160


def test_when_the_sizes_on_file_no_longer_fit_the_box_it_is_said(boxed: Shop) -> None:
    released(boxed, {"MUG": 2})
    boxed.products(MUG={"length_mm": 500})
    shown = show_packing(boxed.home, boxed.store, "1")
    assert shown.parcels[0]["placing"] == []
    assert shown.notes == ["parcel 1: by the sizes on file these goods do not fit together into small"]


def test_what_nobody_measured_is_marked_as_a_guess(boxed: Shop) -> None:
    shown = show_packing(boxed.home, boxed.store, released(boxed, {"RUG": 1}) and "1")
    assert shown.parcels[0]["guessed"]
    assert shown.parcels[0]["weight_g"] > 0
    assert shown.notes == ["parcel 1: a weight or size is unknown, so box and weight are a guess"]


# -- what is entered


def test_a_weighed_parcel_is_packed_and_its_label_says_what_it_weighs(boxed: Shop) -> None:
    released(boxed, {"MUG": 2})
    done = told(boxed, weight_g=520, size_mm=(225, 175, 140))
    assert (done.state, done.parcels[0]["weight_g"], done.parcels[0]["size_mm"], done.warnings) == ("packed", 520, [225, 175, 140], [])
    assert (done.learned, done.proposed) == ([], [])
    files: list[bytes] = []
    label_file(boxed.home, boxed.store, LabelWish("native"), files.append)
    (row,) = csv.DictReader(io.StringIO(files[0].decode()))
    assert [row[name] for name in ("weight_g", "length_mm", "width_mm", "height_mm")] == ["520", "225", "175", "140"]
    boxed.ship("1")
    assert boxed.show("1")["status"] == "shipped"


def test_the_same_again_changes_nothing(boxed: Shop) -> None:
    released(boxed, {"MUG": 2})
    assert told(boxed, weight_g=520).run is not None
    before = boxed.dump()
    assert told(boxed, weight_g=520).run is None
    assert boxed.dump() == before


def test_a_dry_run_says_it_and_changes_nothing(boxed: Shop) -> None:
    released(boxed, {"VASE": 1})
    before = boxed.dump()
    done = enter(boxed.home, boxed.store, "1", Found(weight_g=400), dry_run=True)
    assert [(one.sku, one.weight_g) for one in done.learned] == [("VASE", 310)]
    assert boxed.dump() == before


def test_all_parcels_are_told_before_the_shipment_is_packed(boxed: Shop) -> None:
    released(boxed, {"MUG": 160})
    assert told(boxed, "S-1-1", weight_g=16000).state == "released"
    assert told(boxed, "S-1-2", weight_g=16200).state == "packed"


def test_another_box_was_taken(boxed: Shop) -> None:
    released(boxed, {"MUG": 2})
    done = told(boxed, box="large", weight_g=720)
    assert (done.parcels[0]["box"], done.parcels[0]["weight_g"]) == ("large", 720)
    assert told(boxed, box="none", weight_g=400).parcels[0]["box"] is None


def test_what_is_too_heavy_for_box_or_service_is_warned_of(boxed: Shop) -> None:
    released(boxed, {"MUG": 2})
    assert told(boxed, weight_g=31000).warnings == ["box small may weigh 5000 g at most", "post ground may weigh 30000 g at most"]


@pytest.mark.parametrize(
    ("word", "found", "message", "hint"),
    [
        ("S-1", {"box": "smal"}, "no box is called 'smal'", "boxes: small, large, none"),
        ("S-1", {"weight_g": 90}, "box small weighs 90 g empty, and all of it 90 g", "weigh it packed, in grams"),
        ("S-1-2", {"weight_g": 500}, "shipment S-1 has 1 parcel", "name one: S-1-1"),
    ],
)
def test_what_cannot_be_is_refused(boxed: Shop, word: str, found: dict[str, Any], message: str, hint: str) -> None:
    released(boxed, {"MUG": 2})
    before = boxed.dump()
    with pytest.raises(UsageError) as refused:
        told(boxed, word, **found)
    assert (refused.value.message, refused.value.hint) == (message, hint)
    assert boxed.dump() == before


def test_one_of_several_parcels_must_be_named(boxed: Shop) -> None:
    released(boxed, {"MUG": 160})
    with pytest.raises(UsageError) as refused:
        told(boxed, weight_g=500)
    assert (refused.value.message, refused.value.hint) == ("shipment S-1 has 2 parcels", "name one: S-1-1, S-1-2")


def test_nobody_packs_what_is_not_released_or_has_left(boxed: Shop) -> None:
    boxed.order("1", {"MUG": 2})
    boxed.route()
    with pytest.raises(NotAllowed) as refused:
        told(boxed, "S-1", weight_g=500)
    assert (refused.value.message, refused.value.hint) == ("shipment S-1 of order SH-1 is planned: nobody packs it", "oms pick SH-1")
    boxed.pick()
    boxed.ship("1")
    with pytest.raises(NotAllowed, match="is shipped: nobody packs it"):
        told(boxed, "S-1", weight_g=500)


# -- what the catalogue learns


def test_a_weight_that_nobody_told_is_learned_from_a_parcel_of_one_sku(boxed: Shop) -> None:
    released(boxed, {"VASE": 3})
    done = told(boxed, weight_g=90 + 3 * 310)
    assert [(one.sku, one.weight_g, one.why) for one in done.learned] == [
        ("VASE", 310, "weighed: 3 in one parcel, nobody had told its weight")
    ]
    assert weight(boxed, "VASE") == 310
    boxed.order("2", {"VASE": 1})
    boxed.route()
    assert boxed.show("2")["shipments"][0]["parcels"][0] | {"tracking_url": None} == {
        "box": "small", "weight_g": 400, "guessed": False, "items": {"VASE": 1}, "carrier": "post", "service": "ground",
        "tracking_number": None, "tracking_url": None,
    }  # fmt: skip


def test_a_weight_that_was_told_stays_and_the_other_one_is_proposed(boxed: Shop) -> None:
    released(boxed, {"MUG": 2})
    done = told(boxed, weight_g=90 + 2 * 950)
    assert (weight(boxed, "MUG"), done.learned) == (200, [])
    assert [(one.sku, one.weight_g, one.why) for one in done.proposed] == [
        ("MUG", 950, "the catalogue says 200 g: a wrong article, something missing, or wrong data")
    ]


def test_of_two_unknown_ones_nothing_is_learned_and_of_one_among_others_it_is_proposed(boxed: Shop) -> None:
    released(boxed, {"MUG": 1, "VASE": 2})
    done = told(boxed, weight_g=90 + 200 + 600)
    assert (weight(boxed, "VASE"), done.learned) == (None, [])
    assert [(one.sku, one.weight_g) for one in done.proposed] == [("VASE", 300)]
    boxed.order("2", {"VASE": 1, "CUP": 1})
    boxed.route()
    boxed.pick()
    assert told(boxed, "2", weight_g=900).proposed == []


def test_a_parcel_that_misses_something_is_noticed(boxed: Shop) -> None:
    released(boxed, {"MUG": 4, "GLASS": 2})
    done = told(boxed, weight_g=300 + 1000)
    assert [(one.sku, one.why) for one in done.proposed] == [("", "the goods weigh 1000 g and by the catalogue 1200 g: is it all there?")]


def test_the_size_of_what_travels_without_a_box_is_learned(boxed: Shop) -> None:
    released(boxed, {"RUG": 1})
    done = told(boxed, weight_g=2400, size_mm=(900, 150, 150), box="none")
    assert [(one.sku, one.weight_g, one.size_mm) for one in done.learned] == [("RUG", 2400, None), ("RUG", None, (900, 150, 150))]
    known = boxed.store.catalog.known(["RUG"])["RUG"]
    assert [known[name] for name in ("weight_g", "length_mm", "width_mm", "height_mm")] == [2400, 900, 150, 150]


# -- taking it back


def test_undo_puts_the_parcel_and_what_was_learned_back(boxed: Shop) -> None:
    released(boxed, {"VASE": 1})
    before = boxed.show("1")["shipments"]
    done = told(boxed, weight_g=400, box="large")
    assert done.run is not None
    undone = undo(boxed.home, boxed.store, done.run)
    assert undone.does == ["a parcel of S-1 is as it was planned", "VASE is as unknown as before"]
    assert boxed.show("1")["shipments"] == before
    assert weight(boxed, "VASE") is None


def test_undo_leaves_what_a_file_has_told_since(boxed: Shop) -> None:
    released(boxed, {"VASE": 1})
    done = told(boxed, weight_g=400)
    boxed.products(VASE={"weight_g": 305})
    assert done.run is not None
    undo(boxed.home, boxed.store, done.run)
    assert weight(boxed, "VASE") == 305


def test_what_has_left_is_not_unpacked_by_undo(boxed: Shop) -> None:
    released(boxed, {"MUG": 1})
    done = told(boxed, weight_g=300)
    boxed.ship("1")
    assert done.run is not None
    with pytest.raises(NotAllowed) as refused:
        undo(boxed.home, boxed.store, done.run)
    assert refused.value.message == f"run {done.run} (pack) cannot be taken back: S-1 is shipped already"
    assert refused.value.hint == "if it has not left: oms shipment reopen S-1"


def test_what_was_sent_by_mistake_is_packed_again_as_before(boxed: Shop) -> None:
    from omscli.workflows.undo_shipments import reopen

    released(boxed, {"MUG": 1})
    told(boxed, weight_g=310)
    boxed.ship("1")
    assert reopen(boxed.home, boxed.store, "S-1").state == "packed"
    assert boxed.show("1")["shipments"][0]["parcels"][0]["weight_g"] == 310

"""What must hold for any order, on many generated ones. `OMS_TEST_FULL=1` takes the full numbers:

OMS_TEST_FULL=1 .venv/bin/python -m pytest tests/packing/test_proofs.py -n 2
"""

from __future__ import annotations

import os
from collections import Counter
from random import Random

import pytest
from tests.packing.generated import CARTONS, boxes, care, changed, goods, shop_goods, small_goods
from tests.packing.referee import Undecided, best
from tests.packing.validator import faults

from omscli.packing.packer import Packer

FULL = bool(os.environ.get("OMS_TEST_FULL"))
PARTS = 10  # so that several cores share them
VALID = 10_000 if FULL else 40  # orders a part
CHANGES = 1_000 if FULL else 30
SMALL = 50 if FULL else 1

parts = pytest.mark.parametrize("part", range(PARTS))


@parts
def test_no_two_units_are_in_one_place_and_none_breaks_a_rule(part: int) -> None:
    for seed in range(part * VALID, (part + 1) * VALID):
        chance = Random(seed)  # noqa: S311 - orders, not secrets
        kept, items, how = boxes(chance), goods(chance), care(chance)
        parcels = Packer(kept, chance.choice((None, 20000)), how).pack(items)
        assert faults(items, parcels, how) == [], f"order {seed}"


@parts
def test_less_to_pack_or_more_freedom_never_takes_more_boxes(part: int) -> None:
    packer = Packer(CARTONS)
    for seed in range(part * CHANGES, (part + 1) * CHANGES):
        chance = Random(seed)  # noqa: S311 - orders, not secrets
        items = shop_goods(chance)
        change, after = changed(chance, items)
        assert len(packer.pack(after)) <= len(packer.pack(items)), f"order {seed}, {change}"


@parts
def test_the_order_of_goods_and_of_sides_changes_no_box(part: int) -> None:
    for seed in range(part * CHANGES // 5, (part + 1) * CHANGES // 5):
        chance = Random(seed)  # noqa: S311 - orders, not secrets
        kept, items = boxes(chance), shop_goods(chance)
        before = Packer(kept).pack(items)
        shuffled = chance.sample(items, len(items))
        assert Packer(chance.sample(kept, len(kept))).pack(shuffled) == before, f"order {seed}"


def test_orders_of_up_to_six_units_are_packed_as_well_as_they_can_be() -> None:
    packer, kept = Packer(CARTONS[:5]), CARTONS[:5]
    found: Counter[str] = Counter()
    for seed in range(SMALL * PARTS):
        items = small_goods(Random(seed))  # noqa: S311 - orders, not secrets
        parcels = packer.pack(items)
        mine = (len(parcels), sum(parcel.box.volume_mm3 for parcel in parcels if parcel.box))
        try:
            found["as good" if best(kept, items, mine) == mine else "worse"] += 1
        except Undecided:
            found["undecided"] += 1
    assert found["as good"] >= 0.98 * (found["as good"] + found["worse"])
    assert found["undecided"] <= 0.1 * SMALL * PARTS

"""A judge of packings that knows nothing of how they are made: only what a box, a unit and a rule are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

from omscli.packing.goods import UNKNOWN_G, UNKNOWN_SIZE_MM
from omscli.packing.model import Care, Item, Parcel, Placed


def faults(items: Sequence[Item], parcels: Iterable[Parcel], care: Care) -> list[str]:
    """What is wrong, in words; empty: everything is right."""
    wanted: Counter[str] = Counter()
    of = {item.sku: item for item in items}
    for item in items:
        wanted[item.sku] += item.quantity
    found: Counter[str] = Counter()
    wrong: list[str] = []
    for number, parcel in enumerate(parcels, 1):
        found.update(dict(parcel.items))
        wrong += [f"parcel {number}: {fault}" for fault in (*_of_the_whole(parcel, of), *_of_the_geometry(parcel, of, care))]
    if found != +wanted:
        wrong.append(f"packed {dict(found)}, ordered {dict(+wanted)}")
    return wrong


def _of_the_whole(parcel: Parcel, of: dict[str, Item]) -> list[str]:
    """Weight, company, guess."""
    inside = [(of[sku], units) for sku, units in parcel.items]
    grams = sum((UNKNOWN_G if item.weight_g is None else item.weight_g) * units for item, units in inside)
    empty = parcel.box.empty_g if parcel.box else 0
    wrong = []
    if parcel.weight_g != grams + empty:
        wrong.append(f"weighs {grams + empty} g, not {parcel.weight_g}")
    if parcel.box and parcel.weight_g > parcel.box.max_g:
        wrong.append("too heavy for its box")
    if any(item.ships_alone for item, _ in inside) and sum(units for _, units in inside) > 1:
        wrong.append("what ships alone has company")
    if len({item.hazmat for item, _ in inside}) > 1:
        wrong.append("dangerous goods lie beside others")
    if parcel.guessed != any(item.weight_g is None or item.size_mm is None for item, _ in inside):
        wrong.append("the mark of a guess is wrong")
    return wrong


def _of_the_geometry(parcel: Parcel, of: dict[str, Item], care: Care) -> list[str]:
    if parcel.box is None:
        return ["has places without a box"] if parcel.placed else []
    units = parcel.placed
    wrong = []
    if Counter(unit.sku for unit in units) != Counter(dict(parcel.items)):
        wrong.append("the places are not those of its goods")
    wrong += [f"{unit} is turned as it may not be" for unit in units if not _may_lie(unit, of[unit.sku])]
    wrong += _outside(parcel, units)
    wrong += [f"{one} and {other} are in one place" for one, other in combinations(units, 2) if _near(one, other, care.gap_mm)]
    wrong += [f"{one} lies over the fragile {other}" for one in units for other in units if of[other.sku].fragile and _over(one, other)]
    floor = parcel.box.padding_mm
    wrong += [f"{unit} hangs in the air" for unit in units if not _rests(unit, units, floor, care)]
    wrong += [f"{units[n]} goes under {units[m]} after it" for m, n in combinations(range(len(units)), 2) if _over(units[m], units[n])]
    return wrong


def _may_lie(unit: Placed, item: Item) -> bool:
    size = tuple(max(1, side) for side in item.size_mm or UNKNOWN_SIZE_MM)
    if item.keep_upright:
        return unit.size_mm[2] == size[2] and sorted(unit.size_mm[:2]) == sorted(size[:2])
    return sorted(unit.size_mm) == sorted(size)


def _outside(parcel: Parcel, units: Sequence[Placed]) -> list[str]:
    """What leaves the room inside the padding. An envelope is as much shorter and narrower as its contents are high."""
    box = parcel.box
    if box is None:
        return []
    pad = box.padding_mm
    length, width, height = box.inner_mm
    if box.kind == "envelope":
        high = max(unit.at_mm[2] + unit.size_mm[2] for unit in units) - pad
        length, width = length - high, width - high
    ends = (length - pad, width - pad, height - pad)
    return [
        f"{unit} sticks out of {box.name}"
        for unit in units
        if any(at < pad or at + side > end for at, side, end in zip(unit.at_mm, unit.size_mm, ends, strict=True))
    ]


def _near(one: Placed, other: Placed, gap: int) -> bool:
    """Whether they share a place, or come nearer to each other than the gap on every side."""
    return all(
        a < b + other_side + gap and b < a + side + gap
        for a, side, b, other_side in zip(one.at_mm, one.size_mm, other.at_mm, other.size_mm, strict=True)
    )


def _shared(one: Placed, other: Placed, gap: int = 0) -> int:
    """The area in which one stands above the other, each with the gap beside it."""
    area = 1
    for axis in (0, 1):
        low = max(one.at_mm[axis], other.at_mm[axis])
        high = min(one.at_mm[axis] + one.size_mm[axis] + gap, other.at_mm[axis] + other.size_mm[axis] + gap)
        area *= max(0, high - low)
    return area


def _over(one: Placed, other: Placed) -> bool:
    return one.at_mm[2] >= other.at_mm[2] + other.size_mm[2] and _shared(one, other) > 0


def _rests(unit: Placed, units: Sequence[Placed], floor: int, care: Care) -> bool:
    bottom, gap = unit.at_mm[2], care.gap_mm
    if bottom == floor:
        return True
    under = sum(_shared(unit, other, gap) for other in units if other.at_mm[2] + other.size_mm[2] + gap == bottom)
    return under * 100 >= care.support_percent * (unit.size_mm[0] + gap) * (unit.size_mm[1] + gap)

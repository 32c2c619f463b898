"""What a weighed and measured parcel says about the goods in it. Pure; who writes it down asks `sure` first.

Sure is only what leaves no doubt and contradicts nobody: the parcel holds units of one SKU, what the box weighs is known, and nobody
had told the weight before (for a size: one unit, in its own wrapping). Everything else is proposed to a person: a weight that differs
may as well mean that the wrong article is in the parcel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from omscli.packing.model import Box, Size

ALIKE_PERCENT = 10  # goods, tape and padding differ by as much
ALIKE_G = 20


@dataclass(frozen=True, slots=True)
class Weighed:
    """A parcel as a person found it. None: not looked at. `box` None: in its own wrapping."""

    items: Sequence[tuple[str, int]]  # (SKU, units)
    box: Box | None
    weight_g: int | None = None
    size_mm: Size | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue says of a SKU."""

    weight_g: int | None = None
    size_mm: Size | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """One thing that follows. `sku` empty: it concerns the parcel as a whole. `weight_g` and `size_mm` are of one unit."""

    sku: str
    sure: bool
    why: str
    weight_g: int | None = None
    size_mm: Size | None = None


def lessons(parcel: Weighed, known: Mapping[str, Known]) -> list[Lesson]:
    """What the parcel says, of its weight first."""
    found = []
    if parcel.weight_g is not None:
        found += _of_one(parcel, known) if len(parcel.items) == 1 else _of_several(parcel, known, parcel.weight_g)
    if parcel.size_mm is not None:
        found += _of_size(parcel, known, parcel.size_mm)
    return found


def _alike(one: int, other: int) -> bool:
    return abs(one - other) <= max(ALIKE_G, other * ALIKE_PERCENT // 100)


def _of_one(parcel: Weighed, known: Mapping[str, Known]) -> list[Lesson]:
    """The weight of a unit, where all units are of one SKU."""
    ((sku, units),) = parcel.items
    goods = (parcel.weight_g or 0) - (parcel.box.empty_g if parcel.box else 0)
    each = (2 * goods + units) // (2 * units)
    if each <= 0:
        return []
    told = known[sku].weight_g
    if told is None:
        if parcel.box is not None and not parcel.box.empty_g:
            return [Lesson(sku, False, f"nobody knows what box {parcel.box.name} weighs empty", each)]
        return [Lesson(sku, True, f"weighed: {units} in one parcel, nobody had told its weight", each)]
    if _alike(goods, told * units):
        return []
    return [Lesson(sku, False, f"the catalogue says {told} g: a wrong article, something missing, or wrong data", each)]


def _of_several(parcel: Weighed, known: Mapping[str, Known], weight_g: int) -> list[Lesson]:
    """The one weight that is missing, or a doubt about the whole."""
    goods = weight_g - (parcel.box.empty_g if parcel.box else 0)
    missing = [(sku, units) for sku, units in parcel.items if known[sku].weight_g is None]
    told = sum((known[sku].weight_g or 0) * units for sku, units in parcel.items)
    if not missing:
        return (
            [] if _alike(goods, told) else [Lesson("", False, f"the goods weigh {goods} g and by the catalogue {told} g: is it all there?")]
        )
    if len(missing) > 1 or goods <= told:
        return []
    ((sku, units),) = missing
    each = (2 * (goods - told) + units) // (2 * units)
    return [Lesson(sku, False, "what the others leave of the parcel's weight", each)] if each > 0 else []


def _of_size(parcel: Weighed, known: Mapping[str, Known], size_mm: Size) -> list[Lesson]:
    """The size of goods that travel without a box."""
    if parcel.box is not None or len(parcel.items) != 1 or parcel.items[0][1] != 1:
        return []
    sku = parcel.items[0][0]
    told = known[sku].size_mm
    if told is None:
        return [Lesson(sku, True, "measured in its own wrapping, nobody had told its size", size_mm=size_mm)]
    if all(abs(one - other) * 100 <= ALIKE_PERCENT * other for one, other in zip(sorted(size_mm), sorted(told), strict=True)):
        return []
    return [Lesson(sku, False, f"the catalogue says {told[0]} × {told[1]} × {told[2]} mm", size_mm=size_mm)]

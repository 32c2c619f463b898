"""Which boxes a shipment needs, by volume and weight: quick, the same for every order of the goods, and without geometry.

Inside a box everything counts by its volume; only the single unit is compared with the box side by side. That makes the answer
an estimate, good enough to price a shipment before anybody packs it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from omscli.packing.model import Box, Item, Parcel

# Good programs fill 77 to 80 % of a container with mixed goods (Bischoff and Ratcliff's test sets BR1 to BR7); a person with
# padding comes a little below that. A single unit needs no such reserve: its sides are compared with the box.
FILL_PERCENT = 75

# What an unknown weight or size counts as: a parcel of a small seller's median, and a mug with its carton. Such a parcel is
# marked as a guess; 0 would make unmeasured goods the cheapest of all.
UNKNOWN_G = 500
UNKNOWN_SIZE_MM = (100, 100, 100)

Sides = tuple[float, float, float]  # mm, ascending
_NO_SIDES: Sides = (math.inf, math.inf, math.inf)


class _Goods(NamedTuple):
    """Units of one SKU with the fallbacks in place."""

    mm3: int
    grams: int
    sku: str
    units: int
    sides: Sides
    size: tuple[int, int, int] | None
    guessed: bool
    alone: bool


class _Room(NamedTuple):
    """What one kind of box takes. `capacity_mm3` is what may be filled of it."""

    sides: Sides
    capacity_mm3: float
    capacity_g: float
    empty_g: int
    box: Box | None

    def holds(self, sides: Sides, mm3: int, grams: int, *, single: bool) -> bool:
        return (
            grams <= self.capacity_g
            and (single or mm3 <= self.capacity_mm3)
            and sides[0] <= self.sides[0]
            and sides[1] <= self.sides[1]
            and sides[2] <= self.sides[2]
        )

    def take(self, goods: Sequence[_Goods], left: Sequence[int]) -> list[int]:
        """Units of each kind that go in together, in the order given, so the largest first."""
        mm3, grams, taken = self.capacity_mm3, self.capacity_g, []
        first = True
        for kind, units in zip(goods, left, strict=True):
            count = 0
            if units and self.holds(kind.sides, kind.mm3, kind.grams, single=True):
                count = min(units, _times(mm3, kind.mm3), _times(grams, kind.grams))
                # One unit whose sides fit goes in, though it fills more than the share that mixed goods may fill.
                count = max(count, 1 if first else 0)
            first = first and not count
            mm3, grams = mm3 - count * kind.mm3, grams - count * kind.grams
            taken.append(count)
        return taken


def _times(room: float, each: int) -> int:
    """How often something goes into a room, as a number that `min` can compare: a large one where there is no limit."""
    if room < 0:
        return 0
    return int(room // each) if each and room < math.inf else 1 << 60


class Packer:
    """Packs with one set of boxes.

    Args:
        boxes: The seller's boxes. Without any, goods travel in parcels that only weight limits.
        max_parcel_g: The heaviest parcel that any service takes; None: no limit.
    """

    def __init__(self, boxes: Iterable[Box], max_parcel_g: int | None = None) -> None:
        limit = math.inf if max_parcel_g is None else max_parcel_g
        ordered = sorted(boxes, key=lambda box: (box.cost, box.volume_mm3, box.name))
        self._rooms = tuple(_room(box, limit) for box in ordered) or (_Room(_NO_SIDES, math.inf, limit, 0, None),)

    def pack(self, items: Sequence[Item]) -> tuple[Parcel, ...]:
        """The parcels of one shipment; every unit in exactly one, and the same for every order of the items.

        All in the cheapest box that holds it; else, the largest goods first, one box after another, each time the one that takes
        the most. What fits into no box, or is heavier than any parcel may be, travels unit by unit in its own wrapping.
        """
        goods = _measured(items)
        if not goods:
            return ()
        if not any(kind.alone for kind in goods):
            room = self._one_room(goods)
            if room is not None:
                return (_parcel(room, goods, [kind.units for kind in goods]),)
        return self._several(goods)

    def _one_room(self, goods: Sequence[_Goods]) -> _Room | None:
        """The cheapest room that holds everything."""
        units = grams = mm3 = 0
        low = middle = high = 0.0
        for kind in goods:
            units += kind.units
            grams += kind.grams * kind.units
            mm3 += kind.mm3 * kind.units
            a, b, c = kind.sides
            low, middle, high = max(low, a), max(middle, b), max(high, c)
        sides, single = (low, middle, high), units == 1
        return next((room for room in self._rooms if room.holds(sides, mm3, grams, single=single)), None)

    def _several(self, goods: Sequence[_Goods]) -> tuple[Parcel, ...]:
        parcels: list[Parcel] = []
        together: list[_Goods] = []
        for kind in goods:
            room = self._one_room([kind._replace(units=1)])
            if room is None:
                parcels += [_own_wrapping(kind)] * kind.units
            elif kind.alone:
                parcels += [_parcel(room, [kind], [1])] * kind.units
            else:
                together.append(kind)
        return tuple(parcels + self._split(together))

    def _split(self, goods: Sequence[_Goods]) -> list[Parcel]:
        """Box after box until nothing is left. Each of the goods fits some room, so every round takes something."""
        parcels: list[Parcel] = []
        left = [kind.units for kind in goods]
        while any(left):
            rest = [kind._replace(units=units) for kind, units in zip(goods, left, strict=True) if units]
            room = self._one_room(rest)
            if room is not None:
                return [*parcels, _parcel(room, rest, [kind.units for kind in rest])]
            room, taken = self._fullest(goods, left)
            # Ten thousand equal units fill the same box again and again; the last time is left to a smaller box.
            times = max(1, min(units // count for units, count in zip(left, taken, strict=True) if count) - 1)
            parcels += [_parcel(room, goods, taken)] * times
            left = [units - count * times for units, count in zip(left, taken, strict=True)]
        return parcels

    def _fullest(self, goods: Sequence[_Goods], left: Sequence[int]) -> tuple[_Room, list[int]]:
        """The room that takes the most volume, then weight; the cheaper of equals."""
        best, most = None, (-1, -1)
        for room in self._rooms:
            taken = room.take(goods, left)
            load = (
                sum(count * kind.mm3 for count, kind in zip(taken, goods, strict=True)),
                sum(count * kind.grams for count, kind in zip(taken, goods, strict=True)),
            )
            if any(taken) and load > most:
                best, most = (room, taken), load
        if best is None:  # pragma: no cover - each of the goods was found to fit a room
            raise ValueError("goods that fit no room")
        return best


def _room(box: Box, limit: float) -> _Room:
    low, middle, high = sorted(box.inner_mm)
    capacity_g = min(box.max_g, limit) - box.empty_g
    return _Room((low, middle, high), box.volume_mm3 * FILL_PERCENT // 100, capacity_g, box.empty_g, box)


def _measured(items: Sequence[Item]) -> list[_Goods]:
    """The items with their fallbacks, the largest first."""
    if len(items) == 1 and items[0].quantity > 0:
        return [_goods(items[0])]
    return sorted((_goods(item) for item in items if item.quantity > 0), reverse=True, key=_order)


def _order(goods: _Goods) -> tuple[object, ...]:
    return goods.mm3, goods.grams, goods.sku, goods.units, goods.size or (), goods.guessed, goods.alone


def _goods(item: Item) -> _Goods:
    size, weight = item.size_mm, item.weight_g
    a, b, c = sorted(size or UNKNOWN_SIZE_MM)
    grams = UNKNOWN_G if weight is None else weight
    return _Goods(a * b * c, grams, item.sku, item.quantity, (a, b, c), size, size is None or weight is None, item.ships_alone)


def _parcel(room: _Room, goods: Sequence[_Goods], taken: Sequence[int]) -> Parcel:
    inside = [(kind, count) for kind, count in zip(goods, taken, strict=True) if count]
    units: dict[str, int] = {}
    weight, guessed = room.empty_g, False
    for kind, count in inside:
        units[kind.sku] = units.get(kind.sku, 0) + count
        weight += kind.grams * count
        guessed = guessed or kind.guessed
    if room.box is not None:
        outer: tuple[int, int, int] | None = room.box.inner_mm  # a cardboard wall of some millimetres is left out
    else:
        outer = inside[0][0].size if len(inside) == 1 and inside[0][1] == 1 else None
    return Parcel(room.box, weight, guessed, tuple(sorted(units.items())), outer)


def _own_wrapping(kind: _Goods) -> Parcel:
    return Parcel(None, kind.grams, kind.guessed, ((kind.sku, 1),), kind.size)

"""Goods with the fallbacks for what is unknown in place."""

from __future__ import annotations

from dataclasses import dataclass

from omscli.packing.kinds import Kind, kind_of
from omscli.packing.model import Item, Size

# What an unknown weight or size counts as: a parcel of a small seller's median, and a mug with its carton. Such a parcel is
# marked as a guess; 0 would make unmeasured goods the cheapest of all.
UNKNOWN_G = 500
UNKNOWN_SIZE_MM = (100, 100, 100)


@dataclass(slots=True, eq=False)
class Goods:
    """Units of one SKU. `known` is the size that was told, None where a fallback stands for it."""

    sku: str
    units: int
    grams: int
    known: Size | None
    guessed: bool
    alone: bool
    hazmat: bool
    together: str
    kind: Kind
    equal: tuple[object, ...]  # what equal units have in common, the sides in whatever order they were told
    order: tuple[object, ...]  # the largest first


def goods_of(item: Item, gap: int) -> Goods:
    """The item with its fallbacks; each unit as much larger as the gap beside it."""
    told = item.size_mm or UNKNOWN_SIZE_MM
    size = (max(told[0], 1), max(told[1], 1), max(told[2], 1))
    grams = UNKNOWN_G if item.weight_g is None else item.weight_g
    guessed = item.size_mm is None or item.weight_g is None
    a, b, c = (*sorted(size[:2]), size[2]) if item.keep_upright else sorted(size)
    kind = kind_of((a + gap, b + gap, c + gap), grams, upright=item.keep_upright, fragile=item.fragile)
    flags = (item.ships_alone, item.keep_upright, item.fragile, item.hazmat, item.together)
    return Goods(
        item.sku, item.quantity, grams, item.size_mm, guessed, item.ships_alone, item.hazmat, item.together, kind,
        equal=(a, b, c, grams, item.keep_upright, item.fragile, item.together),
        order=(-size[0] * size[1] * size[2], -grams, item.sku, a, b, c, item.quantity, guessed, flags),
    )  # fmt: skip


class Shelf:
    """Units that are equal to the packer, by whom they are: who goes first is fixed by the order of the goods."""

    __slots__ = ("_left", "together")

    def __init__(self, together: str) -> None:
        self.together = together
        self._left: list[tuple[Goods, int]] = []

    @property
    def units(self) -> int:
        """How many are left."""
        return sum(units for _, units in self._left)

    def add(self, goods: Goods) -> None:
        """More of them."""
        self._left.append((goods, goods.units))

    def take(self, units: int) -> list[tuple[Goods, int]]:
        """The next ones, by whom they are."""
        taken = []
        while units:
            goods, there = self._left[0]
            count = min(units, there)
            taken.append((goods, count))
            units -= count
            if count == there:
                del self._left[0]
            else:
                self._left[0] = (goods, there - count)
        return taken

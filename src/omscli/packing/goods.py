"""Goods with the fallbacks for what is unknown in place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from omscli.packing.model import Item, Size

# What an unknown weight or size counts as: a parcel of a small seller's median, and a mug with its carton. Such a parcel is
# marked as a guess; 0 would make unmeasured goods the cheapest of all.
UNKNOWN_G = 500
UNKNOWN_SIZE_MM = (100, 100, 100)


class Goods(NamedTuple):
    """Units of one SKU. `known` is the size that was told, None where `size` is the fallback."""

    mm3: int
    grams: int
    sku: str
    units: int
    size: Size
    known: Size | None
    guessed: bool
    alone: bool
    upright: bool
    fragile: bool
    hazmat: bool
    together: str


def measured(items: Sequence[Item]) -> list[Goods]:
    """The items with their fallbacks, the largest first."""
    found = [_goods(item) for item in items if item.quantity > 0]
    if len(found) > 1:
        found.sort()
    return [goods for _, goods in found]


@lru_cache(maxsize=65536)  # a morning asks for the same goods in thousands of mixtures
def _goods(item: Item) -> tuple[tuple[object, ...], Goods]:
    """What comes first, and the goods."""
    a, b, c = item.size_mm or UNKNOWN_SIZE_MM
    size = (max(a, 1), max(b, 1), max(c, 1))
    grams = UNKNOWN_G if item.weight_g is None else item.weight_g
    guessed = item.size_mm is None or item.weight_g is None
    goods = Goods(
        size[0] * size[1] * size[2], grams, item.sku, item.quantity, size, item.size_mm, guessed,
        item.ships_alone, item.keep_upright, item.fragile, item.hazmat, item.together,
    )  # fmt: skip
    order = (-goods.mm3, -grams, item.sku, sorted(size), item.quantity, *goods[6:])
    return order, goods


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

"""How many units a channel may offer, so that no two channels sell the last one. Pure.

Free is what lies there and is neither claimed nor kept back; what was sold and not yet claimed is taken off first. A kit is as
many as its scarcest part allows, at each place by itself, since a kit ships whole from one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FeedPolicy:
    """What one channel is told: `buffer` units of each SKU less, then a share of the rest, never more than `cap`.

    `places` are the locations whose stock it sees.
    """

    places: frozenset[str]
    buffer: int = 0
    share_percent: int = 100
    cap: int | None = None

    def of(self, free: int) -> int:
        """The units to tell, rounded down."""
        units = max(0, free - self.buffer) * self.share_percent // 100
        return units if self.cap is None else min(units, self.cap)


def levelled(free: Mapping[str, int], allowed: int) -> dict[str, int]:
    """Units to tell at each place where together no more than `allowed` may be told: the places that have most tell less."""
    low, high = 0, max(free.values(), default=0)
    while low < high:  # the highest level at which all places together stay within what is allowed
        level = (low + high + 1) // 2
        low, high = (level, high) if sum(min(units, level) for units in free.values()) <= allowed else (low, level - 1)
    told = {place: min(units, low) for place, units in free.items()}
    rest = allowed - sum(told.values())
    for place in sorted(free):
        if rest > 0 and told[place] < free[place]:
            told[place] += 1
            rest -= 1
    return told


@dataclass(frozen=True, slots=True)
class Demand:
    """Units that were sold and that no place has set aside yet; any of the places may have to send them."""

    product: int
    units: int
    places: frozenset[str]


@dataclass(slots=True)
class FreeStock:
    """Units free by product and place. `parts` are the components of kits, each with its units in one kit."""

    free: dict[tuple[int, str], int]
    parts: Mapping[int, list[tuple[int, int]]] = field(default_factory=dict)

    def seen_from(self, places: frozenset[str], demands: Iterable[Demand]) -> FreeStock:
        """What is left at these places when all that may have to come from them has left; the places with most give first.

        The worst case on purpose: each demand counts in full for everybody who sees one of its places, since nobody knows yet
        which place will send it.
        """
        left = FreeStock({key: units for key, units in self.free.items() if key[1] in places}, self.parts)
        for demand in demands:
            for product, each in self.parts.get(demand.product, [(demand.product, 1)]):
                left._take(product, each * demand.units, sorted(demand.places & places))
        return left

    def _take(self, product: int, units: int, places: list[str]) -> None:
        while units > 0 and places:
            place = max(places, key=lambda one: self.free.get((product, one), 0))
            there = self.free.get((product, place), 0)
            if there <= 0:
                return
            taken = min(units, there)
            self.free[product, place] = there - taken
            units -= taken

    def at(self, product: int, place: str) -> int:
        """Units free at one place, of a kit the kits that can be made there."""
        parts = self.parts.get(product)
        if parts is None:
            return max(0, self.free.get((product, place), 0))
        return min(max(0, self.free.get((part, place), 0)) // each for part, each in parts)

    def over(self, product: int, places: Iterable[str]) -> int:
        """Units free at all of these places together."""
        return sum(self.at(product, place) for place in places)

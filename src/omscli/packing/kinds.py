"""What the geometry works with: kinds of equal units, and rooms. No names, no money, whole millimetres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

from omscli.packing.model import Size


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """Units that are equal in every respect that matters for packing."""

    turns: tuple[Size, ...]  # every way it may lie, the flattest first
    mm3: int
    grams: int
    fragile: bool
    face: int  # its largest side
    longest: int
    shortest: int

    def fits(self, room: Room) -> bool:
        """Whether one unit fits an empty room and its weight."""
        length, width, height = room.length, room.width, room.height
        for long, wide, high in self.turns:
            if long <= length and wide <= width and high <= height:
                return self.grams <= room.capacity_g
        return False


@dataclass(frozen=True, slots=True)
class Room:
    """One room to pack, with `capacity_g` for the goods. `support` percent of what stands above the floor must rest on something."""

    length: int
    width: int
    height: int
    capacity_g: int
    support: int = 0

    @property
    def mm3(self) -> int:
        """Its volume."""
        return self.length * self.width * self.height


Counts = tuple[int, ...]  # units of each kind


@lru_cache(maxsize=65536)
def kind_of(size: Size, grams: int, *, upright: bool, fragile: bool) -> Kind:
    """A kind; equal for every order in which sides that may be exchanged are named."""
    length, width, height = size
    ways: set[Size] = {(length, width, height), (width, length, height)}
    if not upright:
        ways = {(size[a], size[b], size[c]) for a, b, c in permutations(range(3))}
    turns = tuple(sorted(ways, key=lambda way: (way[2], -way[0], -way[1])))
    low, middle, high = sorted(size)
    return Kind(turns, low * middle * high, grams, fragile, middle * high, high, low)


def total_mm3(kinds: Sequence[Kind], counts: Sequence[int]) -> int:
    """Volume of the goods."""
    return sum(kind.mm3 * units for kind, units in zip(kinds, counts, strict=True))


def total_g(kinds: Sequence[Kind], counts: Sequence[int]) -> int:
    """Weight of the goods."""
    return sum(kind.grams * units for kind, units in zip(kinds, counts, strict=True))

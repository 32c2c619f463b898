"""Proofs that goods do not fit, cheaper than looking for a way.

Besides volume and weight: a side longer than half the room leaves place for no second one like it on its line. Written as
conservative scales (Fekete and Schepers, 2004): sides may be counted as longer or shorter by certain functions, and the
volumes made of them still fit wherever the goods do. Goods that may be turned count the way in which they need least.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

from omscli.packing.kinds import Counts, Kind, Room

_Scale = Callable[[int, int, int], int]  # (side, room, threshold) -> twice the length it counts as


def _plain(side: int, room: int, threshold: int) -> int:
    del room, threshold
    return 2 * side


def _halves(side: int, room: int, threshold: int) -> int:
    del threshold
    return 2 * room if 2 * side > room else room if 2 * side == room else 0


def _cut_off(side: int, room: int, threshold: int) -> int:
    """What is thinner than the threshold counts as nothing, what leaves less than it beside itself as the whole room."""
    return 2 * room if side > room - threshold else 0 if side < threshold else 2 * side


_SCALES: tuple[_Scale, ...] = (_plain, _halves, _cut_off)
_WAYS = tuple(ways for ways in product(range(3), repeat=3) if any(ways))


def obviously_too_much(room: Room, kinds: Sequence[Kind], counts: Counts) -> bool:
    """By volume, weight, or a unit that fits on its own neither way."""
    mm3, grams = room.mm3, room.capacity_g
    for kind, units in zip(kinds, counts, strict=True):
        if units:
            mm3 -= kind.mm3 * units
            grams -= kind.grams * units
            if mm3 < 0 or grams < 0 or not kind.fits(room):
                return True
    return False


def too_much(room: Room, kinds: Sequence[Kind], counts: Counts) -> bool:
    """Whether these goods are proven not to fit, each of which fits alone."""
    inside = [(kind, units) for kind, units in zip(kinds, counts, strict=True) if units]
    sides = (room.length, room.width, room.height)
    # The threshold that helps most kills the thin goods and keeps the thick ones.
    thin = sorted({kind.shortest for kind, _ in inside})
    threshold = next((side for side in reversed(thin) if 2 * side <= min(sides)), 1)
    counted = []
    for kind, units in inside:
        turns = [turn for turn in kind.turns if all(side <= most for side, most in zip(turn, sides, strict=True))]
        table = [[[scale(turn[axis], sides[axis], threshold) for scale in _SCALES] for axis in range(3)] for turn in turns]
        counted.append((units, table))
    most = 8 * room.mm3
    return any(sum(units * min(t[0][a] * t[1][b] * t[2][c] for t in table) for units, table in counted) > most for a, b, c in _WAYS)

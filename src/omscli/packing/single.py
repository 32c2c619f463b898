"""Whether all of some goods go into one room, and how they lie there. Quick ways first, a bounded search last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from omscli.packing.bounds import obviously_too_much, too_much
from omscli.packing.fill import ONE_EACH, QUICK, THOROUGH, Filled, Recipe, fill, shaken
from omscli.packing.kinds import Counts, Kind, Room
from omscli.packing.model import Grid
from omscli.packing.piles import piles
from omscli.packing.search import FEW_UNITS, MOST_UNITS, search

_BEFORE_SEARCH = 20  # recipes, where the search will look at it too


@dataclass(slots=True)
class Effort:
    """How hard to try. Counted, never timed: the answer must not depend on the machine."""

    units: int  # that may be laid by the thorough recipes, for one room
    steps: int  # of the exact search, for one room
    shakes: int = 0  # units that may be laid by recipes that are drawn, for one room


def pack_whole(room: Room, kinds: Sequence[Kind], counts: Counts, effort: Effort) -> Filled | None:
    """Everything in this room, or None where no way was found."""
    if obviously_too_much(room, kinds, counts):
        return None
    inside = [n for n, units in enumerate(counts) if units]
    units = sum(counts)
    if units <= 2:
        return _one_or_two(room, kinds, counts, inside)
    found = piles(room, kinds, counts, inside) or _first(room, kinds, counts, QUICK)
    if found is not None or not (effort.units or effort.steps) or too_much(room, kinds, counts):
        return found
    return _thoroughly(room, kinds, counts, effort)


def _first(room: Room, kinds: Sequence[Kind], counts: Counts, recipes: Iterable[Recipe]) -> Filled | None:
    return next(filter(None, (fill(room, kinds, counts, recipe, whole=True) for recipe in recipes)), None)


def _thoroughly(room: Room, kinds: Sequence[Kind], counts: Counts, effort: Effort) -> Filled | None:
    """All recipes, and for few units the search, which may prove that there is no way."""
    units = sum(counts)
    if units <= FEW_UNITS:
        found, proven = search(room, kinds, counts, effort.steps)
        if proven:
            return found
    tries = effort.units // units
    if units <= MOST_UNITS:
        tries = min(tries, max(_BEFORE_SEARCH, effort.units // 100))
    found = _first(room, kinds, counts, (THOROUGH if max(counts) > 1 else ONE_EACH)[:tries])
    if found is None and FEW_UNITS < units <= MOST_UNITS:
        found, _ = search(room, kinds, counts, effort.steps // 2)
    return found or _first(room, kinds, counts, shaken(effort.shakes // units))


def _one_or_two(room: Room, kinds: Sequence[Kind], counts: Counts, inside: list[int]) -> Filled | None:
    """One unit lies flat; two go beside, before or above each other, and there is no other way."""
    if len(inside) == 1 and counts[inside[0]] == 1:
        kind = inside[0]
        turn = next(turn for turn in kinds[kind].turns if turn[0] <= room.length and turn[1] <= room.width and turn[2] <= room.height)
        return Filled((Grid(kind, 0, 0, 0, turn, 1, 1, 1),), counts)
    first, second = inside[0], inside[-1]
    for a in kinds[first].turns:
        if a[0] > room.length or a[1] > room.width or a[2] > room.height:
            continue
        for b in kinds[second].turns:
            if b[0] > room.length or b[1] > room.width or b[2] > room.height:
                continue
            where = _beside(room, kinds, (first, a), (second, b))
            if where is not None:
                return Filled(where, counts)
    return None


def _beside(
    room: Room, kinds: Sequence[Kind], one: tuple[int, tuple[int, int, int]], other: tuple[int, tuple[int, int, int]]
) -> tuple[Grid, ...] | None:
    (first, a), (second, b) = one, other
    if a[0] + b[0] <= room.length:
        return Grid(first, 0, 0, 0, a, 1, 1, 1), Grid(second, a[0], 0, 0, b, 1, 1, 1)
    if a[1] + b[1] <= room.width:
        return Grid(first, 0, 0, 0, a, 1, 1, 1), Grid(second, 0, a[1], 0, b, 1, 1, 1)
    if a[2] + b[2] > room.height:
        return None
    for (low, c), (high, d) in ((one, other), (other, one)):
        rests = min(c[0], d[0]) * min(c[1], d[1]) * 100 >= room.support * d[0] * d[1]
        if rests and not kinds[low].fragile:
            return Grid(low, 0, 0, 0, c, 1, 1, 1), Grid(high, 0, 0, c[2], d, 1, 1, 1)
    return None

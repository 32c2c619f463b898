"""The best packing of a few units, by trying everything. Slow, simple, and made without a look at how the packer works.

It knows no rule but place, upright and weight. Every place counts whose three lower sides touch a wall or another unit, in every order
in which units can be laid there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import permutations

from omscli.packing.model import Box, Item, Size

Worth = tuple[int, int]  # boxes, then their volume in mm³
_Laid = tuple[int, int, int, int, int, int]
MOST_NODES = 60_000


class Undecided(Exception):
    """There are too many ways to try them all."""


def best(boxes: Sequence[Box], items: Sequence[Item], known: Worth) -> Worth:
    """Boxes and volume of the best packing, if it is better than the one that is known; else that one. Items are single units."""
    units = tuple(items)

    @cache
    def cheapest(group: frozenset[int], below: int) -> int | None:
        """Volume of the smallest box that holds these units and less than so much."""
        grams = sum(units[n].weight_g or 0 for n in group)
        sizes = tuple(sorted((turns_of(units[n]) for n in group), key=_bulk))
        for box in sorted(boxes, key=lambda box: box.volume_mm3):
            if box.volume_mm3 >= below:
                return None
            if grams + box.empty_g <= box.max_g and fits(box.inner_mm, sizes):
                return box.volume_mm3
        return None

    found = known
    for groups in partitions(list(range(len(units)))):
        volume = 0
        for group in groups:
            more = cheapest(frozenset(group), 1 << 60 if len(groups) < found[0] else found[1] - volume)
            if more is None:
                break
            volume += more
        else:
            found = min(found, (len(groups), volume))
    return found


def partitions(units: list[int]) -> Iterator[list[list[int]]]:
    """Every way to part units into groups, few groups first."""
    found = sorted(_partitions(units), key=len)
    yield from found


def _partitions(units: list[int]) -> Iterator[list[list[int]]]:
    if not units:
        yield []
        return
    first, rest = units[0], units[1:]
    for smaller in _partitions(rest):
        for at in range(len(smaller)):
            yield [*smaller[:at], [first, *smaller[at]], *smaller[at + 1 :]]
        yield [[first], *smaller]


def turns_of(item: Item) -> tuple[Size, ...]:
    """Every way a unit may lie."""
    a, b, c = item.size_mm or (0, 0, 0)
    return tuple(sorted({(a, b, c), (b, a, c)} if item.keep_upright else set(permutations((a, b, c)))))


def _bulk(turns: tuple[Size, ...]) -> tuple[int, tuple[Size, ...]]:
    a, b, c = turns[0]
    return -a * b * c, turns


@cache
def fits(room: Size, sizes: tuple[tuple[Size, ...], ...]) -> bool:
    """Whether units (each by its turns) go into a room. Raises Undecided."""
    if sum(-_bulk(turns)[0] for turns in sizes) > room[0] * room[1] * room[2]:
        return False
    seen: set[tuple[frozenset[_Laid], tuple[int, ...]]] = set()
    return _lay(room, sizes, frozenset(), tuple(range(len(sizes))), seen)


def _lay(room: Size, sizes: Sequence[tuple[Size, ...]], laid: frozenset[_Laid], left: tuple[int, ...], seen: set[object]) -> bool:
    if not left:
        return True
    key = (laid, tuple(sizes[n] for n in left))
    if key in seen:
        return False
    seen.add(key)
    if len(seen) > MOST_NODES:
        raise Undecided
    corners = _corners(laid)
    tried: set[tuple[Size, ...]] = set()
    for n in left:
        if sizes[n] in tried:
            continue
        tried.add(sizes[n])
        rest = tuple(other for other in left if other != n)
        for turn in sizes[n]:
            for corner in corners:
                place = _place(room, laid, corner, turn)
                if place is not None and _lay(room, sizes, laid | {place}, rest, seen):
                    return True
    return False


def _corners(laid: frozenset[_Laid]) -> list[Size]:
    xs, ys, zs = ({0, *(one[axis + 3] for one in laid)} for axis in range(3))
    return [(x, y, z) for z in sorted(zs) for y in sorted(ys) for x in sorted(xs)]


def _place(room: Size, laid: frozenset[_Laid], corner: Size, turn: Size) -> _Laid | None:
    """The unit there, where it is inside, shares no place, and touches something on each of its three lower sides."""
    x, y, z = corner
    u, v, w = x + turn[0], y + turn[1], z + turn[2]
    if u > room[0] or v > room[1] or w > room[2]:
        return None
    left, back, below = not x, not y, not z
    for a, b, c, d, e, f in laid:
        along_x, along_y, along_z = a < u and x < d, b < v and y < e, c < w and z < f
        if along_x and along_y and along_z:
            return None
        left = left or (d == x and along_y and along_z)
        back = back or (e == y and along_x and along_z)
        below = below or (f == z and along_x and along_y)
    return (x, y, z, u, v, w) if left and back and below else None

"""In how many ways units can be divided: what an order of some quantities can be cut into, remembered by quantities."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

MOST_WAYS = 600  # divisions of one order that are looked at; beyond, lines stay together
MOST_UNITS_TOGETHER = 3  # a line of more units is not kept together: it must be possible to send a part of it

Takes = tuple[int, ...]  # units by position of the line


@dataclass(frozen=True, slots=True)
class Shape:
    """`blocks` are what one place may be given; each of `ways` names the blocks that together are the whole order."""

    blocks: tuple[Takes, ...]
    ways: tuple[tuple[int, ...], ...]


@lru_cache(maxsize=4096)
def shape_of(wants: Takes, most: int) -> Shape | None:
    """Divisions of these quantities into at most so many blocks; None where there are too many to look at."""
    found = _divide(wants, most)
    if found is None and max(wants) <= MOST_UNITS_TOGETHER:
        whole = _divide((1,) * len(wants), most) or _divide((1,) * len(wants), 3) or _divide((1,) * len(wants), 2)
        if whole is not None:
            blocks = tuple(tuple(want if take else 0 for take, want in zip(block, wants, strict=True)) for block in whole.blocks)
            found = Shape(blocks, whole.ways)
    return found


def _divide(wants: Takes, most: int) -> Shape | None:
    count = 1
    for want in wants:
        count *= want + 1
        if count > 4 * MOST_WAYS:
            return None
    blocks = sorted((one for one in product(*[range(want + 1) for want in wants]) if any(one)), reverse=True)
    ways: list[tuple[int, ...]] = []
    # Blocks of a way are named in falling order, so that each division is found once.
    open_ways: list[tuple[tuple[int, ...], Takes]] = [((), wants)]
    while open_ways:
        way, rest = open_ways.pop()
        if len(way) == most:
            continue
        for number in range(way[-1] if way else 0, len(blocks)):
            block = blocks[number]
            left = tuple(map(int.__sub__, rest, block))
            if min(left) < 0:
                continue
            if any(left):
                open_ways.append(((*way, number), left))
            else:
                ways.append((*way, number))
                if len(ways) > MOST_WAYS:
                    return None
        if len(open_ways) > 50 * MOST_WAYS:
            return None
    return Shape(tuple(blocks), tuple(sorted(ways, key=lambda way: (len(way), way))))

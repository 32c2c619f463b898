"""The quickest answer: all of it on one pile in the first box that it could fit at all. Half of all small orders end here.

It says what the thorough way would say, or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from omscli.packing.choices import Choice
from omscli.packing.goods import Goods
from omscli.packing.model import Grid


def one_pile(choices: Sequence[Choice], goods: Sequence[Goods]) -> tuple[Choice, tuple[Grid, ...]] | None:
    """The box and the pile, one block for each of the goods in their order. None: look closer."""
    mm3 = grams = 0
    for one in goods:
        mm3 += one.kind.mm3 * one.units
        grams += one.grams * one.units
    for choice in choices:
        room = choice.whole
        if mm3 > choice.mm3 or grams > room.capacity_g:
            continue
        if choice.box.kind != "carton":
            return None
        grids = _pile(choice, goods)
        if grids is not None:
            return choice, grids
        if all(one.kind.fits(room) for one in goods):
            return None
    return None


def _pile(choice: Choice, goods: Sequence[Goods]) -> tuple[Grid, ...] | None:
    """Each lying flat on the one before it, which must be as long and as wide."""
    length, width = choice.whole.length, choice.whole.width
    z, left, found = 0, choice.whole.height, []
    for one in goods:
        turn = one.kind.turns[0]
        long, wide, high = turn
        left -= high * one.units
        if long > length or wide > width or left < 0 or one.kind.fragile:
            return None
        length, width = long, wide
        found.append(Grid(0, 0, 0, z, turn, 1, 1, one.units))
        z += high * one.units
    return tuple(found)

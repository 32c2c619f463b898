"""The exact way for few units: lay them one by one in every order and turn, and go back. Bounded by counted steps."""

from __future__ import annotations

from collections.abc import Sequence

from omscli.packing.fill import Filled, Working
from omscli.packing.kinds import Counts, Kind, Room
from omscli.packing.spaces import Space

MOST_UNITS = 10
FEW_UNITS = 4  # of so few all ways are tried in some hundred steps


class _Search:
    def __init__(self, room: Room, kinds: Sequence[Kind], counts: Counts, steps: int) -> None:
        self.work = Working(room, kinds, counts)
        self.kinds = kinds
        self.steps = steps
        self.units = sum(counts)
        # The large ones first: they leave the least choice.
        self.order = sorted(range(len(kinds)), key=lambda n: (kinds[n].fragile, -kinds[n].mm3, -kinds[n].face, n))

    def run(self) -> bool:
        """Whether everything lies in the room now. The lowest corner takes one of the goods, or stays empty for good."""
        if not self.units:
            return True
        work = self.work
        if not work.spaces:
            return False
        spaces = work.spaces
        if not self._hope(spaces):
            return False
        z, y, x, d, e, f = spaces[0]
        for kind in self.order:
            if not work.left[kind]:
                continue
            for turn in self.kinds[kind].turns:
                if turn[0] > f - x or turn[1] > e - y or turn[2] > d - z or not work.stands(kind, (z, y, x), turn, (1, 1, 1)):
                    continue
                self.steps -= 1
                if self.steps < 0:
                    return False
                work.place(kind, (z, y, x), turn, (1, 1, 1))
                self.units -= 1
                if self.run():
                    return True
                self.units += 1
                work.take_back(spaces)
        self.steps -= 1
        if self.steps < 0:
            return False
        work.spaces = spaces[1:]
        if self.run():
            return True
        work.spaces = spaces
        return False

    def _hope(self, spaces: list[Space]) -> bool:
        """Whether the largest of what is left fits into any space at all."""
        kind = next(kind for kind in self.order if self.work.left[kind])
        turns = self.kinds[kind].turns
        for z, y, x, d, e, f in spaces:
            length, width, height = f - x, e - y, d - z
            for long, wide, high in turns:
                if long <= length and wide <= width and high <= height:
                    return True
        return False


def search(room: Room, kinds: Sequence[Kind], counts: Counts, steps: int) -> tuple[Filled | None, bool]:
    """A way to lay all of it, or None; and whether that is proven, or the steps ran out.

    Proven but for goods that lock into each other in a ring, which none of them could be the first to enter.
    """
    one = _Search(room, kinds, counts, steps)
    found = Filled(tuple(one.work.grids), counts) if one.run() else None
    return found, found is not None or one.steps >= 0

"""The first thing anybody tries: everything lies flat, on piles that stand beside each other in rows. Most small orders fit that way."""

from __future__ import annotations

from collections.abc import Sequence

from omscli.packing.fill import Filled
from omscli.packing.kinds import Counts, Kind, Room
from omscli.packing.model import Grid, Size


class _Pile:
    __slots__ = ("below", "closed", "long", "top", "wide", "x", "y")

    def __init__(self, x: int, y: int, turn: Size) -> None:
        self.x, self.y, self.long, self.wide = x, y, turn[0], turn[1]
        self.top = 0
        self.below = turn  # what the next one would lie on
        self.closed = False  # something fragile lies on top

    def add(self, turn: Size, units: int, *, fragile: bool) -> None:
        self.top += turn[2] * units
        self.below = turn
        self.closed = fragile

    def takes(self, turn: Size, room: Room) -> int:
        """Units that may lie on it."""
        long, wide, high = turn
        if self.closed or long > self.long or wide > self.wide or self.top + high > room.height:
            return 0
        if room.support and self.top:
            under = min(long, self.below[0]) * min(wide, self.below[1])
            if under * 100 < room.support * long * wide:
                return 0
        return (room.height - self.top) // high


class _Floor:
    """Piles in rows along the length."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.piles: list[_Pile] = []
        self.x = self.y = self.deep = 0

    def pile_for(self, turns: Sequence[Size]) -> tuple[_Pile, Size, int] | None:
        """A pile that takes it, which way, and how many; a new one where none does; None where there is no floor left."""
        room = self.room
        for pile in self.piles:
            for turn in turns:
                units = pile.takes(turn, room)
                if units:
                    return pile, turn, units
        for new_row in (False, True):
            if new_row:
                self.x, self.y, self.deep = 0, self.y + self.deep, 0
            for turn in turns:
                if self.x + turn[0] <= room.length and self.y + turn[1] <= room.width:
                    pile = _Pile(self.x, self.y, turn)
                    self.piles.append(pile)
                    self.x += turn[0]
                    self.deep = max(self.deep, turn[1])
                    return pile, turn, room.height // turn[2]
        return None


def piles(room: Room, kinds: Sequence[Kind], counts: Counts, inside: Sequence[int]) -> Filled | None:
    """All of it on piles, the largest faces below, or None. Each unit fits the room alone."""
    floor = _Floor(room)
    grids: list[Grid] = []
    ways = {}
    for kind in inside:
        fitting = [turn for turn in kinds[kind].turns if turn[0] <= room.length and turn[1] <= room.width and turn[2] <= room.height]
        ways[kind] = [turn for turn in fitting if turn[2] == fitting[0][2]]
    for kind in sorted(inside, key=lambda n: (kinds[n].fragile, -ways[n][0][0] * ways[n][0][1], n)):
        left, fragile = counts[kind], kinds[kind].fragile
        while left:
            found = floor.pile_for(ways[kind])
            if found is None:
                return None
            pile, turn, most = found
            units = min(left, 1 if fragile else most)
            grids.append(Grid(kind, pile.x, pile.y, pile.top, turn, 1, 1, units))
            pile.add(turn, units, fragile=fragile)
            left -= units
    return Filled(tuple(grids), counts)

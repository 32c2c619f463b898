"""The boxes as the search sees them: which there are, in which order they are wanted, and what each holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from omscli.packing.fill import Filled, Recipe, fill
from omscli.packing.kinds import Counts, Kind, Room, total_g
from omscli.packing.model import Box, Size
from omscli.packing.single import Effort, pack_whole

Price = Callable[[Box, int, Size], int]  # (box, weight of the parcel in g, its outside) -> minor units

_HARD = Effort(units=6000, steps=4000, shakes=12000)
_MOST_HEIGHTS = 8  # how thick an envelope is tried to be


@dataclass(frozen=True, slots=True)
class Choice:
    """One box. `rank` is its place among all, the most wanted first; `whole` its room, of an envelope more than any shape of it holds."""

    box: Box
    rank: int
    whole: Room
    gap: int

    @property
    def envelope(self) -> bool:
        """Whether it gives."""
        return self.box.kind == "envelope"

    @property
    def turned(self) -> bool:
        """Whether its room is longer the other way: the same box must give the same answer, whichever side is named first."""
        return self.box.inner_mm[0] < self.box.inner_mm[1]

    @property
    def mm3(self) -> int:
        """The most it can hold."""
        return self.whole.mm3

    @property
    def capacity_g(self) -> int:
        """What the goods in it may weigh."""
        return self.whole.capacity_g

    def bent(self, height: int) -> Room:
        """What is left of an envelope when its contents are so high (with the gap)."""
        used = height - self.gap
        return replace(self.whole, length=max(0, self.whole.length - used), width=max(0, self.whole.width - used), height=height)

    def rooms(self, kinds: Sequence[Kind], counts: Counts) -> list[Room]:
        """The shapes it may take for these goods, the thinnest first."""
        if not self.envelope:
            return [self.whole]
        thin = sorted(kind.shortest for kind, units in zip(kinds, counts, strict=True) for _ in range(min(units, _MOST_HEIGHTS)))
        most = self.whole.height
        gap = self.gap  # sides are with their gap: a pile of three has two gaps too many, which is only a little too high
        wanted = {*thin, *accumulate(thin), *accumulate(reversed(thin))}
        heights = sorted(height for height in wanted if gap < height < most)
        step = max(1, -(-len(heights) // _MOST_HEIGHTS))
        return [self.bent(height) for height in (*heights[::step], most) if height > gap]


def choice_of(box: Box, rank: int, limit_g: int, support: int, gap: int) -> Choice:
    """A box with its room: inside the padding, and a gap more, for the goods count with a gap each."""
    pad = 2 * box.padding_mm
    one, other, height = (max(0, side - pad) + gap for side in box.inner_mm)
    capacity = min(box.max_g, limit_g) - box.empty_g
    return Choice(box, rank, Room(max(one, other), min(one, other), height, capacity, support), gap)


class Boxes:
    """All choices, and a memory of what was found to fit where."""

    def __init__(self, choices: Iterable[Choice], kinds: Sequence[Kind], effort: Effort) -> None:
        self.choices = tuple(choices)
        self.kinds = kinds
        self.effort = effort
        self._tried_hard: set[tuple[int, Counts]] = set()
        self._found: dict[tuple[int, Counts], tuple[Room, Filled] | None] = {}

    def whole(self, choice: Choice, counts: Counts) -> tuple[Room, Filled] | None:
        """How all of it lies in this box, None where no way was found."""
        key = (choice.rank, counts)
        if key not in self._found:
            self._found[key] = self._find(choice, counts, self.effort)
        return self._found[key]

    def hardly(self, choice: Choice, counts: Counts) -> tuple[Room, Filled] | None:
        """The same with ten times the effort, where one box more is at stake."""
        key = (choice.rank, counts)
        found = self.whole(choice, counts)
        if found is None and key not in self._tried_hard and self.effort.units:
            self._tried_hard.add(key)
            found = self._found[key] = self._find(choice, counts, _HARD)
        return found

    def _find(self, choice: Choice, counts: Counts, effort: Effort) -> tuple[Room, Filled] | None:
        for room in choice.rooms(self.kinds, counts):
            found = pack_whole(room, self.kinds, counts, effort)
            if found is not None:
                return room, found
        return None

    def part(self, choice: Choice, counts: Counts, recipe: Recipe) -> tuple[Room, Filled] | None:
        """What one recipe gets into it; the shape of an envelope that takes most."""
        best = None
        for room in choice.rooms(self.kinds, counts):
            found = fill(room, self.kinds, counts, recipe)
            if found is not None and any(found.counts) and (best is None or self.load(found.counts) > self.load(best[1].counts)):
                best = room, found
        return best

    def load(self, counts: Counts) -> tuple[int, int]:
        """Volume, then weight."""
        return sum(kind.mm3 * units for kind, units in zip(self.kinds, counts, strict=True)), total_g(self.kinds, counts)

    def takes(self, choice: Choice, kind: int) -> bool:
        """Whether a unit fits, alone."""
        one = tuple(int(n == kind) for n in range(len(self.kinds)))
        return self.whole(choice, one) is not None

"""The boxes of goods that travel together: one where one holds them, else as few, or as cheap, as can be found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from omscli.packing.choices import Boxes, Choice, Price
from omscli.packing.fill import COLUMNS, LAYERS, LOW, QUICK, SNUG, WALL, Filled, Recipe, shaken
from omscli.packing.kinds import Counts, Room, total_g, total_mm3
from omscli.packing.model import Size

_GREEDY = (Recipe(0, LOW, LAYERS), Recipe(1, WALL, LAYERS))
_GREEDIES = (
    (Recipe(4, LOW, LAYERS),), (Recipe(3, SNUG, LAYERS),), (Recipe(5, LOW, LAYERS),), (Recipe(None, LOW, LAYERS),), (Recipe(1, LOW, COLUMNS),),
    *((recipe,) for recipe in shaken(8)),
)  # fmt: skip
_SETS = (*QUICK, Recipe(5, LOW, LAYERS), Recipe(6, LOW, LAYERS))
_SETS_OF_FEWER = (*_SETS, *shaken(24))  # a box less is worth a longer look
_EMPTIED = 3  # boxes tried to do without
_MOST_EMPTIED = 20  # of more boxes nobody looks
_TOP = 4  # boxes tried for the fullest one
_MOST_SETS = 4000  # sets of boxes looked at
_MOST_TOGETHER = 6  # more boxes than these are not exchanged as a set


@dataclass(frozen=True, slots=True)
class Load:
    """One box with its goods."""

    choice: Choice
    room: Room
    filled: Filled

    def outer_mm(self, gap: int) -> Size:
        """What the carrier measures: of an envelope as thick as it has become."""
        box = self.choice.box
        if not self.choice.envelope:
            return box.outer_mm or box.inner_mm
        length, width, _ = box.outer_mm or box.inner_mm
        return length, width, self.room.height - gap + 2 * box.padding_mm


Worth = tuple[int, int, int]


class Several:
    """Finds the boxes for one set of goods.

    Args:
        boxes: The choices and what is known of them.
        largest: The choices, those that hold most first.
        price: What a parcel costs. Given: the cheapest in sum; else the fewest, then by what the boxes cost, then by volume.
        work: Units that may be laid while better sets are looked for.
    """

    def __init__(self, boxes: Boxes, largest: Sequence[Choice], price: Price | None, work: int) -> None:
        self.boxes = boxes
        self.price = price
        self.work = work
        self._largest = largest

    def pack(self, counts: Counts) -> list[Load]:
        """Each of the units fits some box."""
        one = self.one(counts) or self._one_hardly(counts)
        if one is not None and self.price is None:
            return [one]
        found = [one] if one is not None else self._fewest(counts)
        return self._better(counts, found)

    def one(self, counts: Counts) -> Load | None:
        """All in the most wanted box that holds it; the cheapest one where a price is asked for."""
        best = None
        for choice in self.boxes.choices:
            if self.price is not None and best is not None and self._least(choice, counts) >= self.worth([best])[0]:
                continue
            found = self.boxes.whole(choice, counts)
            if found is not None:
                load = Load(choice, *found)
                if self.price is None:
                    return load
                if best is None or self.worth([load]) < self.worth([best]):
                    best = load
        return best

    def _one_hardly(self, counts: Counts) -> Load | None:
        """All in one box after all, in one of the largest."""
        for choice in self._largest[:_TOP]:
            found = self.boxes.hardly(choice, counts)
            if found is not None:
                return Load(choice, *found)
        return None

    def _least(self, choice: Choice, counts: Counts) -> int:
        return self._cost(choice, total_g(self.boxes.kinds, counts))

    def _cost(self, choice: Choice, grams: int) -> int:
        if self.price is None:
            return choice.box.cost
        return self.price(choice.box, choice.box.empty_g + grams, choice.box.outer_mm or choice.box.inner_mm)

    def worth(self, loads: Sequence[Load]) -> Worth:
        """What is compared; less is better."""
        cost = sum(self._cost(load.choice, total_g(self.boxes.kinds, load.filled.counts)) for load in loads)
        volume = sum(load.choice.box.volume_mm3 for load in loads)
        return (len(loads), cost, volume) if self.price is None else (cost, len(loads), volume)

    # -- one box after another

    def _fewest(self, counts: Counts) -> list[Load]:
        """The best of some greedy ways; one is enough where nobody could need fewer boxes."""
        best = self.greedy(counts, _GREEDY)
        least = self._least_boxes(counts)
        for recipes in _GREEDIES:
            if self.work < 0 or len(best) <= least:
                break
            self.work -= sum(counts)
            best = min(best, self.greedy(counts, recipes), key=self.worth)
        while len(best) > max(least, 1):
            fewer = self._one_less(best)
            if fewer is None:
                break
            best = fewer
        return best

    def _one_less(self, loads: list[Load]) -> list[Load] | None:
        """The same goods without one of the boxes, whose units go into the others; None where that is not found."""
        if len(loads) > _MOST_EMPTIED:
            return None
        by_load = sorted(range(len(loads)), key=lambda at: (self.boxes.load(loads[at].filled.counts), at))
        for emptied in by_load[:_EMPTIED]:
            found: list[Load] | None = [load for at, load in enumerate(loads) if at != emptied]
            units = [kind for kind, count in enumerate(loads[emptied].filled.counts) for _ in range(count)]
            for kind in sorted(units, key=lambda kind: (-self.boxes.kinds[kind].mm3, -self.boxes.kinds[kind].grams, kind)):
                found = self._with_one_more(found, kind) if found else None
            if found:
                return found
        return None

    def _with_one_more(self, loads: list[Load], kind: int) -> list[Load] | None:
        """The loads with a unit more in one of them, the fullest that takes it; in the largest box that there is, if need be."""
        for at in sorted(range(len(loads)), key=lambda at: (-self.boxes.load(loads[at].filled.counts)[0], at)):
            more = tuple(units + (n == kind) for n, units in enumerate(loads[at].filled.counts))
            mm3, grams = self.boxes.load(more)
            for choice in dict.fromkeys((loads[at].choice, *self._largest[:2])):
                if choice.mm3 < mm3 or choice.capacity_g < grams:
                    continue
                self.work -= sum(more)
                found = self.boxes.whole(choice, more) if self.work >= 0 else None
                if found is not None:
                    return [*loads[:at], Load(choice, *found), *loads[at + 1 :]]
        return None

    def _least_boxes(self, counts: Counts) -> int:
        """Fewer cannot be, by volume and by weight."""
        mm3, grams = self.boxes.load(counts)
        most_mm3, most_g = max(one.mm3 for one in self.boxes.choices), max(one.capacity_g for one in self.boxes.choices)
        return max(-(-mm3 // most_mm3), -(-grams // most_g) if grams else 1)

    def greedy(self, counts: Counts, recipes: Sequence[Recipe]) -> list[Load]:
        """Each time the box that takes the most, until one holds the rest."""
        loads: list[Load] = []
        left = counts
        while any(left):
            last = self.one(left) if _may_be_one(self.boxes, left) else None
            if last is not None:
                return [*loads, last]
            best = self.fullest(left, recipes)
            # Thousands of equal units fill the same box again and again; the last time is left to a smaller one.
            times = max(1, min(all_of // units for all_of, units in zip(left, best.filled.counts, strict=True) if units) - 1)
            loads += [best] * times
            left = tuple(all_of - units * times for all_of, units in zip(left, best.filled.counts, strict=True))
        return loads

    def fullest(self, left: Counts, recipes: Sequence[Recipe]) -> Load:
        """The box that takes the most volume, then weight; the more wanted of equals."""
        best, most = None, (-1, -1)
        for at, choice in enumerate(self._largest):
            if at >= _TOP and best is not None:
                break
            for recipe in recipes:
                found = self.boxes.part(choice, left, recipe)
                if found is not None and self.boxes.load(found[1].counts) > most:
                    best, most = Load(choice, *found), self.boxes.load(found[1].counts)
        return best or self._largest_unit(left)

    def _largest_unit(self, left: Counts) -> Load:
        """One unit where it fits: an envelope that takes a thin thing alone takes nothing when it is thought of as thick."""
        for kind in sorted((n for n, units in enumerate(left) if units), key=lambda n: (-self.boxes.kinds[n].mm3, n)):
            one = self.one(tuple(int(n == kind) for n in range(len(left))))
            if one is not None:
                return one
        raise ValueError("goods that fit no box")  # pragma: no cover - each of the units was found to fit one

    # -- better sets of boxes

    def _better(self, counts: Counts, found: list[Load]) -> list[Load]:
        best = self._shrunk(found)
        if len(best) > _MOST_TOGETHER:
            return best
        for at_least, kinds_of_boxes in self._sets(counts, best):
            if self.work < 0 or at_least >= self.worth(best):
                break
            fewer = len(kinds_of_boxes) < len(best)
            loads = self._arranged(counts, kinds_of_boxes, _SETS_OF_FEWER if fewer else _SETS)
            if loads is not None:
                best = min(best, self._shrunk(loads), key=self.worth)
        return best

    def _arranged(self, counts: Counts, some: tuple[Choice, ...], recipes: Sequence[Recipe]) -> list[Load] | None:
        """All of it in these boxes, by whatever recipe gets there first."""
        for recipe in recipes:
            for reverse in (True, False):
                loads = self._in_these(counts, some, recipe, reverse=reverse)
                if loads is not None:
                    return loads
            if self.work < 0:
                break
        return None

    def _shrunk(self, loads: Iterable[Load]) -> list[Load]:
        """Each of the goods in the most wanted box that holds them."""
        return [self.one(load.filled.counts) or load for load in loads]

    def _sets(self, counts: Counts, best: list[Load]) -> list[tuple[Worth, tuple[Choice, ...]]]:
        """Sets of boxes that would be better and may hold it all, the best first."""
        most = len(best) + (1 if self.price is not None else 0)
        limit = self.worth(best)
        grams, mm3 = total_g(self.boxes.kinds, counts), total_mm3(self.boxes.kinds, counts)
        fits = [
            frozenset(choice.rank for choice in self.boxes.choices if self.boxes.takes(choice, kind))
            for kind, units in enumerate(counts)
            if units
        ]
        found: list[tuple[Worth, tuple[Choice, ...]]] = []
        looked = 0
        for size in range(1 if self.price is None else 2, most + 1):
            for some in combinations_with_replacement(self.boxes.choices, size):
                looked += 1
                if looked > _MOST_SETS:
                    break
                if sum(one.mm3 for one in some) < mm3 or sum(one.capacity_g for one in some) < grams:
                    continue
                worth = self._at_least(some)
                ranks = {one.rank for one in some}
                if worth < limit and all(not ranks.isdisjoint(those) for those in fits):
                    found.append((worth, some))
        found.sort(key=lambda one: (one[0], [choice.rank for choice in one[1]]))
        return found

    def _at_least(self, some: Sequence[Choice]) -> Worth:
        cost, volume = sum(self._cost(one, 0) for one in some), sum(one.box.volume_mm3 for one in some)
        return (len(some), cost, volume) if self.price is None else (cost, len(some), volume)

    def _in_these(self, counts: Counts, some: Sequence[Choice], recipe: Recipe, *, reverse: bool) -> list[Load] | None:
        """All of it in these boxes, one after the other, or None."""
        left = counts
        loads = []
        ordered = sorted(some, key=lambda choice: (choice.mm3, choice.rank), reverse=reverse)
        for at, choice in enumerate(ordered):
            rest = ordered[at + 1 :]
            if total_mm3(self.boxes.kinds, left) > choice.mm3 + sum(one.mm3 for one in rest):
                return None
            self.work -= sum(left)
            found = self.boxes.part(choice, left, recipe) if rest else self.boxes.whole(choice, left)
            if found is not None:
                loads.append(Load(choice, *found))
                left = tuple(all_of - units for all_of, units in zip(left, found[1].counts, strict=True))
            if not any(left):
                return loads
        return None


def _may_be_one(boxes: Boxes, left: Counts) -> bool:
    mm3, grams = boxes.load(left)
    return any(choice.mm3 >= mm3 and choice.capacity_g >= grams for choice in boxes.choices)

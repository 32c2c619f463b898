"""What can be promised, and from which day: what is free now, and what is expected less what waits for it. Pure.

Days are ISO text. What waits takes the goods that come first, wherever they come; an order that is collected waits at its place.
Goods that should have come already are counted from today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

ANYWHERE = ""
Arrival = tuple[str, str, int]  # day, place, units


@dataclass(frozen=True, slots=True)
class ToPromise:
    """Units of one product at one place: `now`, and each day from which there are more, with all that there are then."""

    now: int = 0
    later: list[tuple[str, int]] = field(default_factory=list)

    def on(self, day: str) -> int:
        """Units that can be promised for a day."""
        return max((units for since, units in self.later if since <= day), default=self.now)


def to_promise(free: Mapping[str, int], arrivals: Iterable[Arrival], waiting: Mapping[str, int], today: str) -> dict[str, ToPromise]:
    """By place. `free` may be negative: what comes fills that up first. `waiting` units by place of collection, or ANYWHERE."""
    coming: dict[tuple[str, str], int] = {}
    for day, place, units in arrivals:
        key = (max(day, today), place)
        coming[key] = coming.get(key, 0) + units
    for place in sorted(waiting, reverse=True):  # those who can wait anywhere come last
        _take(coming, place, waiting[place])
    found = {}
    for place in sorted({*free, *(place for _, place in coming)}):
        there = free.get(place, 0)
        best = max(0, there)
        one = found[place] = ToPromise(best)
        for day in sorted(day for day, where in coming if where == place):
            there += coming[day, place]
            if there > best:
                best = there
                one.later.append((day, best))
    return found


def _take(coming: dict[tuple[str, str], int], place: str, units: int) -> None:
    """Take what waits out of what comes, the earliest first."""
    for key in sorted(coming):
        if place in (ANYWHERE, key[1]):
            taken = min(units, coming[key])
            coming[key] -= taken
            units -= taken


def of_kit(parts: Sequence[tuple[int, Mapping[str, ToPromise]]]) -> dict[str, ToPromise]:
    """Kits that can be made at each place, from (units in one kit, what can be promised of the part)."""
    found = {}
    for place in sorted(set.intersection(*(set(by_place) for _, by_place in parts))):
        best = min(by_place[place].now // each for each, by_place in parts)
        one = found[place] = ToPromise(best)
        for day in sorted({day for _, by_place in parts for day, _ in by_place[place].later}):
            kits = min(by_place[place].on(day) // each for each, by_place in parts)
            if kits > best:
                best = kits
                one.later.append((day, best))
    return found

"""Parcels of one shipment made about equally heavy: nobody lifts one of 25 kg beside one of 2. It costs nothing, or is not done."""

from __future__ import annotations

from collections.abc import Sequence

from omscli.packing.choices import Boxes
from omscli.packing.kinds import Counts, total_g
from omscli.packing.several import Load

_MOST_PARCELS = 12
_MOST_MOVES = 24


def levelled(boxes: Boxes, loads: Sequence[Load], stay: frozenset[int]) -> list[Load]:
    """The same boxes, with single units moved from heavier ones to lighter ones where they fit. Kinds of `stay` are not moved."""
    found = list(loads)
    if len(found) > _MOST_PARCELS:
        return found
    for _ in range(_MOST_MOVES):
        if not _move(boxes, found, stay):
            break
    return found


def _move(boxes: Boxes, loads: list[Load], stay: frozenset[int]) -> bool:
    """One unit from the heaviest parcel to a lighter one; False where none helps."""
    weights = [load.choice.box.empty_g + total_g(boxes.kinds, load.filled.counts) for load in loads]
    heavy = max(range(len(loads)), key=lambda at: (weights[at], -at))
    for light in sorted(range(len(loads)), key=lambda at: (weights[at], at)):
        half = (weights[heavy] - weights[light]) / 2
        fitting = [
            kind
            for kind, units in enumerate(loads[heavy].filled.counts)
            if units and kind not in stay and 0 < boxes.kinds[kind].grams < 2 * half
        ]
        # The last unit of a parcel stays: an empty one would have been saved before.
        if sum(loads[heavy].filled.counts) == 1:
            continue
        for kind in sorted(fitting, key=lambda one: (abs(boxes.kinds[one].grams - half), one))[:2]:
            less = _repacked(boxes, loads[heavy], kind, -1)
            more = _repacked(boxes, loads[light], kind, 1)
            if less is not None and more is not None:
                loads[heavy], loads[light] = less, more
                return True
    return False


def _repacked(boxes: Boxes, load: Load, kind: int, change: int) -> Load | None:
    counts: Counts = tuple(units + change * (n == kind) for n, units in enumerate(load.filled.counts))
    found = boxes.whole(load.choice, counts)
    return None if found is None else Load(load.choice, *found)

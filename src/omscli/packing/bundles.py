"""Goods that travel in one parcel: a lamp and its bulb."""

from __future__ import annotations

from collections.abc import Sequence

from omscli.packing.fill import QUICK
from omscli.packing.kinds import Counts
from omscli.packing.several import Load, Several


def pack_with_bundles(several: Several, counts: Counts, bundles: Sequence[Sequence[int]]) -> list[Load]:
    """The boxes of all goods. The kinds of a bundle lie in one of them wherever a box holds them; else they go like all others.

    Bundles are put into as few boxes as they need, then what is free fills these up and takes boxes of its own.
    """
    one = several.one(counts)
    if one is not None:
        return [one]
    bins: list[Counts] = []
    for bundle in bundles:
        wanted = tuple(units if kind in bundle else 0 for kind, units in enumerate(counts))
        if several.one(wanted) is None:
            continue
        for at, there in enumerate(bins):
            both = _plus(there, wanted)
            if several.one(both) is not None:
                bins[at] = both
                break
        else:
            bins.append(wanted)
    free = counts
    for there in bins:
        free = _minus(free, there)
    loads = []
    for there in bins:
        load = _filled_up(several, there, free)
        loads.append(load)
        free = _minus(free, _minus(load.filled.counts, there))
    shrunk = [several.one(load.filled.counts) or load for load in loads]
    return shrunk + (several.pack(free) if any(free) else [])


def _filled_up(several: Several, there: Counts, free: Counts) -> Load:
    """The bundle in the box that takes most of the free goods too."""
    best = several.one(there)
    if best is None:  # pragma: no cover - it was found to fit before
        raise ValueError("a bundle that fits no box")
    boxes = several.boxes
    for choice in boxes.choices:
        if boxes.whole(choice, there) is None:
            continue
        for recipe in QUICK:
            found = boxes.part(choice, _plus(there, free), recipe)
            if found is None or any(units < must for units, must in zip(found[1].counts, there, strict=True)):
                continue
            if boxes.load(found[1].counts) > boxes.load(best.filled.counts):
                best = Load(choice, *found)
    return best


def _plus(one: Counts, other: Counts) -> Counts:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def _minus(one: Counts, other: Counts) -> Counts:
    return tuple(a - b for a, b in zip(one, other, strict=True))

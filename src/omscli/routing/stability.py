"""What is planned stays where it is, unless moving it gains enough. Pure.

Every move costs somebody: a picker who looked already, a customer whose date changes. `routing: min_gain` says from which saving on
that is worth it. A criterion that a rule ranks before `cost` counts always, and a plan that is no longer possible is not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from omscli.routing.allocate import Basket, Shelf, contents
from omscli.routing.candidate import Candidate
from omscli.routing.facts import Standing


def shares_of(standing: Iterable[Standing], wanted: Basket) -> dict[str, list[int]]:
    """What stands, as units by position of the lines, by place; empty where it is no way to serve these lines any more.

    What no longer is wanted, twice at one place, or more than is wanted now, cannot stand as it is.
    """
    position = {line.line: n for n, line in enumerate(wanted.lines)}
    left = list(wanted.wants)
    found: dict[str, list[int]] = {}
    for one in standing:
        if one.location in found or any(line not in position for line, _ in one.lines):
            return {}
        takes = found[one.location] = [0] * len(left)
        for line, units in one.lines:
            takes[position[line]] += units
            left[position[line]] -= units
    return found if min(left, default=0) >= 0 else {}


def is_there(takes: list[int], wanted: Basket, shelf: Shelf) -> bool:
    """Whether a place still has all of it."""
    return all(shelf.has(product) >= units for product, units in contents(wanted, takes))


def keeps_together(shares: Iterable[list[int]], wanted: Basket) -> bool:
    """Whether lines that a rule ties leave all from one place, or none of them does."""
    for group in wanted.groups:
        for takes in shares:
            own = [takes[n] for n in group]
            if any(own) and own != [wanted.wants[n] for n in group]:
                return False
    return True


def stays(standing: Candidate, best: Candidate, rank: Sequence[str], min_gain: int) -> bool:
    """Whether what stands is kept although another way is the best by the rule's criteria."""
    for name, better, planned in zip(rank, best.amounts, standing.amounts, strict=True):
        if name == "cost":
            return planned - better < min_gain
        if better != planned:
            return False
    return True

"""What stands and moves only for `min_gain`: every other way of its order counts as dearer by so much while the plan is made.

What has a price counts at its price: days late and missing units are part of the gain. Nothing of this is in any total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

from omscli.routing.allocate import Basket
from omscli.routing.batch.choosing import option_of
from omscli.routing.batch.problem import NOWHERE, Entry, Option, Problem, Wish
from omscli.routing.batch.shapes import Shape
from omscli.routing.plan import OrderPlan

MOST = 200  # days and parts of the stock out of which the same goods may come; of more, what stands is not kept

Shares = Mapping[str, Sequence[int]]  # place -> units by position of the lines


def let_stay(wish: Wish, shares: Shares, shape: Shape, wants: Sequence[int], index: Mapping[str, int], min_gain: int) -> None:
    """Make all but what stands dearer, where what stands is a way of this order still. To be called before its start is priced."""
    found = _ways_of(wish, shares, shape, wants, index)
    if not found:
        return
    wish.surcharge = min_gain
    wish.extra -= min_gain
    wish.nothing += min_gain
    wish.standing = found
    wish.explicit += found


def _ways_of(wish: Wish, shares: Shares, shape: Shape, wants: Sequence[int], index: Mapping[str, int]) -> list[Option]:
    """What stands, on every day and out of every part of the stock: nothing where it is impossible, or not allowed any more."""
    known = {takes: number for number, takes in enumerate(shape.blocks)}
    rows: list[list[Entry]] = []
    for place, takes in shares.items():
        number = known.get(tuple(takes), -1)
        rows.append([entry for entry in wish.blocks[number] if entry.place == index.get(place)] if number >= 0 else [])
    rest = tuple(want - sum(takes[n] for takes in shares.values()) for n, want in enumerate(wants))
    if any(rest):
        number = known.get(rest, -1)
        rows.append([entry for block in wish.blocks for entry in block if entry.place == NOWHERE and entry.block == number][:1])
    count = 1
    for row in rows:
        count *= len(row)
    if not 0 < count <= MOST or len(shares) > wish.most:
        return []
    return [option_of(wish, entries) for entries in product(*rows)]


def stands_as(plan: OrderPlan, shares: Shares, wanted: Basket) -> bool:
    """Whether a plan leaves an order where it stands, on whatever day."""
    found = {}
    for one in plan.shipments:
        units = {line.line: line.quantity for line in one.lines}
        found[one.location] = [units.get(line.line, 0) for line in wanted.lines]
    return found == {place: list(takes) for place, takes in shares.items()}


def without_surcharge(problem: Problem) -> Problem:
    """The same problem at what everything really costs."""
    if not any(wish.surcharge for wish in problem.wishes):
        return problem
    wishes = []
    for wish in problem.wishes:
        explicit = sorted([one._replace(cost=wish.money(one)) for one in wish.explicit], key=lambda one: one.cost)
        more = wish.surcharge
        wishes.append(replace(wish, surcharge=0, standing=[], extra=wish.extra + more, nothing=wish.nothing - more, explicit=explicit))
    return Problem(wishes, problem.room, problem.groups, problem.open_end)

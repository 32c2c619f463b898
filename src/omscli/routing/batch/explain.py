"""Why an order did not get its cheapest way: what the scarce goods are worth, and which order needs them more."""

from __future__ import annotations

from dataclasses import dataclass

from omscli.routing.batch.choosing import INFINITE, out_of
from omscli.routing.batch.search import NEVER, Settlement

ASKED = 6  # of those who hold what an order lacks


@dataclass(slots=True)
class Lack:
    """A supply that the cheapest way of an order would need and others have.

    Attributes:
        supply: Which one.
        price: What a unit is worth to all orders together.
        gain: What the order would save with all that it lacks.
        rival: The order that has it and would lose more; None where several share it and none alone needs it more.
        loss: What it would cost the rival to do without.
    """

    supply: int
    price: int
    gain: int
    rival: int | None
    loss: int


def lacks_of(settlement: Settlement, order: int) -> list[Lack]:
    """What stands between an order and its cheapest way; nothing where it has it."""
    wish, now = settlement.problem.wishes[order], settlement.chosen[order]
    if not wish.groups:
        return []
    best = settlement.cheapest[order]
    gain = now.cost - best.cost
    if gain <= 0:
        return []
    own: dict[int, int] = {}
    for supply, units in now.uses:
        own[supply] = own.get(supply, 0) + units
    found = []
    for supply, units in best.uses:
        if settlement.left[supply] + own.get(supply, 0) < units:
            rival, loss = _rival(settlement, supply, order, gain)
            found.append(Lack(supply, round(settlement.prices[supply]), wish.money(now) - wish.money(best), rival, loss))
    return found


def _rival(settlement: Settlement, supply: int, order: int, gain: int) -> tuple[int | None, int]:
    """Of those who have it the first that would lose at least what the order gains."""
    left, asked = settlement.left, 0
    now = settlement.release(order)  # what it would leave behind is there for the others
    left[supply] -= NEVER
    found: tuple[int | None, int] = None, 0
    for other in sorted(settlement.holders[supply]):
        if other == order:
            continue
        old = settlement.release(other)
        wish = settlement.problem.wishes[other]
        way = out_of(wish, left)
        settlement.give(other, old)
        if gain <= way.cost - old.cost < INFINITE:
            found = other, wish.money(way) - wish.money(old)
            break
        asked += 1
        if asked == ASKED:
            break
    left[supply] += NEVER
    settlement.give(order, now)
    return found

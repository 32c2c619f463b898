"""One settlement from beginning to end: prices, the first filling, and so many passes of improvement as the effort allows."""

from __future__ import annotations

from collections.abc import Callable

from omscli.routing.batch.exact import FEW, finish_small
from omscli.routing.batch.prices import find_prices
from omscli.routing.batch.problem import Problem
from omscli.routing.batch.search import Settlement

# Passes in turn: (share of the price at which goods of others count, how long chains may be); None: swaps, pair by pair.
PASSES: tuple[tuple[float, int] | None, ...] = ((1.0, 2), (0.7, 3), (0.4, 4), None, (1.0, 4), (0.3, 5), None, (0.6, 5), (0.15, 5))


# Few orders are begun in several ways, at these shares of the prices; for many one must do.
BEGINNINGS = (1.0, 0.6, 0.3, 0.0)


def settle(problem: Problem, effort: int, tick: Callable[[], bool] = lambda: True, *, proof: bool = False) -> Settlement:
    """The same problem and effort give the same answer. More effort goes on from where less would have stopped."""
    prices = find_prices(problem, tick) if problem.room else []
    shares = BEGINNINGS if len(problem.wishes) <= FEW else BEGINNINGS[:1]
    found = min((_begun(problem, prices, share, effort, tick) for share in shares), key=lambda one: one.cost)
    found.prices = prices
    finish_small(found)
    if proof and tick():
        from omscli.routing.batch.solver import prove

        prove(found)
    _as_before(problem, found)
    return found


def _begun(problem: Problem, prices: list[float], share: float, effort: int, tick: Callable[[], bool]) -> Settlement:
    found = Settlement(problem, [price * share for price in prices])
    found.fill()
    idle = 0
    for turn in range(effort if problem.room else 0):
        one = PASSES[turn % len(PASSES)]
        gained = found.swaps(tick) if one is None else found.chains(*one, tick)
        idle = 0 if gained else idle + 1
        if idle == len(PASSES) or not tick():
            break
    return found


def _as_before(problem: Problem, found: Settlement) -> None:
    """Where two ways cost the same, the one that order by order chose stays: the rule's other criteria chose it."""
    for number, wish in enumerate(problem.wishes):
        start, now = wish.start, found.chosen[number]
        if start is None or start.cost != now.cost or start == now:
            continue
        found.release(number)
        fits = all(found.left[supply] >= units for supply, units in start.uses)
        found.give(number, start if fits else now)

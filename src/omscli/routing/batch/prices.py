"""What scarce supplies are worth: prices at which the orders, each choosing for itself, want about what there is.

Orders choose in a random but repeatable sequence, each its cheapest way at the prices of the moment. After each choice the
prices of the products it asked for move: up where it took more than that place's fair share of the stock, down where less. The
steps shrink from round to round; the mean of the last rounds is the answer. Any prices prove a bound, good ones a tight one.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from math import ceil

from omscli.routing.batch.choosing import at_prices
from omscli.routing.batch.problem import Problem

SHRINK = 0.82
AVERAGED = 4  # rounds at the end whose prices are averaged


def find_prices(problem: Problem, rounds: int, step: float, tick: Callable[[], bool] = lambda: True) -> list[float]:
    """Prices by supply, never negative. `step` is the first step in money; `tick` says whether there is time for more."""
    prices = [0.0] * len(problem.room)
    total = [0.0] * len(problem.room)
    counted = 0
    shares = [_shares(problem, number) for number in range(len(problem.groups))]
    used = [0] * len(problem.room)  # by the order in hand only
    sequence = [(wish, [(units, *shares[group]) for group, units in wish.groups]) for wish in problem.wishes if wish.groups]
    chance = random.Random(20)  # noqa: S311 - the same sequence every time
    for turn in range(rounds):
        chance.shuffle(sequence)
        for wish, touched in sequence:
            uses = at_prices(wish, prices)[1].uses
            for supply, units in uses:
                used[supply] += units
            for wanted, pull, supplies in touched:
                pace = step * pull
                for supply, share in supplies:
                    price = prices[supply] + pace * (used[supply] - wanted * share)
                    prices[supply] = price if price > 0.0 else 0.0  # noqa: FURB136 - a call of max takes three times as long, and this is the innermost loop
            for supply, _ in uses:
                used[supply] = 0
        step *= SHRINK
        if turn >= rounds - AVERAGED:
            counted += 1
            for supply, price in enumerate(prices):
                total[supply] += price
        if not tick():
            break
    return [sum_ / counted for sum_ in total] if counted else prices


def _shares(problem: Problem, number: int) -> tuple[float, list[tuple[int, float]]]:
    group = problem.groups[number]
    return group.wanted**-0.5, [(supply, problem.room[supply] / group.wanted) for supply in group.supplies]


def bound_at(problem: Problem, prices: Sequence[float]) -> int:
    """No plan for these wishes costs less: their cheapest ways at these prices, less what the supplies are worth.

    Holds for any prices that are not negative (weak duality): whoever pays for stock beyond what there is pays too little here,
    never too much.
    """
    found = sum([at_prices(wish, prices)[0] for wish in problem.wishes])
    value = sum([price * room for price, room in zip(prices, problem.room, strict=True)])
    return ceil(found - value - 1e-6)


def first_step(problem: Problem) -> float:
    """A first step that suits the money at stake: four times what a block costs at best; it shrinks quickly."""
    cheapest = [min(block[0].cost for block in wish.blocks if block) for wish in problem.wishes if any(wish.blocks)]
    return 4 * sum(cheapest) / max(1, len(cheapest))

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
from omscli.routing.batch.problem import Problem, supplies_of

ROUNDS = 18  # for many orders; few get more
MOST_ROUNDS = 120
ORDER_ROUNDS = 12_000
LAST_STEP = 0.0085  # how small the steps are at the end, as a share of the first
FIRST_STEP = 4  # times what a block costs at best
AVERAGED = 4  # of ROUNDS, those at the end whose prices are averaged


def rounds_for(orders: int) -> int:
    """Few orders get more rounds: that costs nothing, and each of them counts more."""
    return max(ROUNDS, min(MOST_ROUNDS, ORDER_ROUNDS // max(1, orders)))


def find_prices(problem: Problem, tick: Callable[[], bool] = lambda: True) -> list[float]:
    """Prices by supply, never negative. `tick` says after each round whether there is time for more."""
    step, rounds = _first_step(problem), rounds_for(len(problem.wishes))
    shrink = LAST_STEP ** (1 / rounds)
    prices = _first_prices(problem, step / FIRST_STEP)
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
        step *= shrink
        if turn >= rounds - AVERAGED * rounds // ROUNDS:
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
    prices = without_open_end(problem, prices)
    found = sum([at_prices(wish, prices)[0] for wish in problem.wishes])
    wanted = {supply for wish in problem.wishes for supply in supplies_of(wish)}  # what nobody can use is worth nothing
    value = sum([prices[supply] * problem.room[supply] for supply in sorted(wanted)])
    return ceil(found - value - 1e-6)


def without_open_end(problem: Problem, prices: Sequence[float]) -> list[float]:
    """The prices, but nothing for what has more behind it than the problem says."""
    found = list(prices)
    for supply in problem.open_end:
        found[supply] = 0.0
    return found


def _first_step(problem: Problem) -> float:
    """A first step that suits the money at stake."""
    cheapest = [min(block[0].cost for block in wish.blocks if block) for wish in problem.wishes if any(wish.blocks)]
    return FIRST_STEP * sum(cheapest) / max(1, len(cheapest))


def _first_prices(problem: Problem, usual: float) -> list[float]:
    """Nothing for goods of which there is enough somewhere; else what a unit without stock costs, less a usual parcel."""
    prices = [0.0] * len(problem.room)
    for group in problem.groups:
        if group.unfilled and sum(problem.room[supply] for supply in group.supplies) < group.wanted:
            for supply in group.supplies:
                prices[supply] = max(0.0, group.unfilled - usual)
    return prices

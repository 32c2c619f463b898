"""Settling the orders on what there really is: a first filling at prices, then moves, swaps and chains until nothing improves.

A chain begins with an order that would be better off with goods that others have: it takes them, those who lose them look for
the best that is left or take from others in turn, and all of it is kept only if the sum of the costs falls. So every pass
leaves the plan as cheap as it was or cheaper.
"""

from __future__ import annotations

from collections.abc import Callable

from omscli.routing.batch.choosing import INFINITE, at_prices, out_of, stretched
from omscli.routing.batch.problem import Option, Problem, supplies_of

CHEAPEST = 0.2  # share of its price below which nobody is asked for a supply
HOLDERS = 12  # of those who hold a supply, so many are asked what it would cost them to do without
TICK_ORDERS = 256  # after so many orders of a pass the clock is looked at
NEVER = 1 << 40  # units that are missing where nobody may take any


class Settlement:
    """Who has what. `left` is what remains of each supply, `chosen` the way of each order."""

    def __init__(self, problem: Problem, prices: list[float]) -> None:
        self.problem = problem
        self.prices = prices
        self.proven: list[tuple[tuple[int, ...], tuple[int, ...], int]] = []  # (orders, supplies, least cost) of what is known to be best
        self.left = list(problem.room)
        self.chosen: list[Option] = [Option(wish.nothing, (), ()) for wish in problem.wishes]
        self.holders: list[dict[int, None]] = [{} for _ in problem.room]
        self.nothing_costs = [0.0] * len(problem.room)
        self._barred = [INFINITE] * len(problem.room)
        self._asked = [sorted(supplies_of(wish)) for wish in problem.wishes]
        # The cheapest way of each order if all stock were its own: who has that cannot gain, and need not be looked at.
        self.cheapest: list[Option] = [at_prices(wish, self.nothing_costs)[1] for wish in problem.wishes]

    @property
    def cost(self) -> int:
        """Of all orders together."""
        return sum([one.cost for one in self.chosen])

    def has_its_best(self, order: int) -> bool:
        """Whether an order has a way than which none is cheaper, whatever others have."""
        return self.chosen[order].cost <= self.cheapest[order].cost

    def wanted_by(self, order: int) -> list[int]:
        """The supplies that any way of an order uses."""
        return self._asked[order]

    def release(self, order: int) -> Option:
        """Take everything from an order."""
        old = self.chosen[order]
        for supply, units in old.uses:
            self.left[supply] += units
            self.holders[supply].pop(order, None)
        return old

    def give(self, order: int, option: Option) -> None:
        """Let an order have a way; `left` may fall below zero until others give up theirs."""
        self.chosen[order] = option
        for supply, units in option.uses:
            self.left[supply] -= units
            self.holders[supply][order] = None

    # -- the first filling

    def fill(self) -> None:
        """Each order takes its best way by cost and price together; those go first that would lose most by their second best."""
        wishes = self.problem.wishes
        loss = [self._second_best(order) for order in range(len(wishes))]
        for order in sorted(range(len(wishes)), key=lambda one: (-loss[one], one)):
            self.give(order, stretched(wishes[order], self.left, self.prices, self._barred)[1])

    def _second_best(self, order: int) -> float:
        """How much more an order would pay without any of the supplies of its best way."""
        wish, prices = self.problem.wishes[order], self.prices
        value, best = at_prices(wish, prices)
        if not best.uses:
            return 0.0
        known = [(supply, prices[supply]) for supply in {supply for supply, _ in best.uses}]
        for supply, _ in known:
            prices[supply] = INFINITE
        second = at_prices(wish, prices)[0]
        for supply, price in known:
            prices[supply] = price
        return second - value

    # -- improving

    def chains(self, share: float, depth: int, tick: Callable[[], bool] = lambda: True) -> int:
        """One pass over all orders; goods of others count at this share of their price. Returns what was gained."""
        worth = [price * share for price in self.prices]
        gained = 0
        for order, wish in enumerate(self.problem.wishes):
            if self.has_its_best(order):
                if not order % TICK_ORDERS and not tick():
                    break
                continue
            old = self.release(order)
            hoped, option = stretched(wish, self.left, self.nothing_costs, worth)
            self.give(order, old)
            if hoped < old.cost and option.cost < old.cost:
                gained += self._chain(order, option, worth, depth)
            if not order % TICK_ORDERS and not tick():
                break
        return gained

    def swaps(self, tick: Callable[[], bool] = lambda: True) -> int:
        """One pass over all orders and all that each lacks; whoever gives it up takes what is free. Returns what was gained."""
        gained, barred = 0, self._barred
        for order, wish in enumerate(self.problem.wishes):
            if self.has_its_best(order):
                if not order % TICK_ORDERS and not tick():
                    break
                continue
            old = self.release(order)
            options = {}
            for supply in self._asked[order]:
                # What each lacks is looked at alone: it may be taken for nothing, everything else only where it is free.
                barred[supply] = 0.0
                option = stretched(wish, self.left, self.nothing_costs, barred)[1]
                barred[supply] = INFINITE
                # Whoever has it would hardly give it up for much less than its price.
                if option.cost + CHEAPEST * self.prices[supply] < old.cost:
                    options[option.uses] = option
            self.give(order, old)
            for option in sorted(options.values(), key=_by_cost):
                gain = self._chain(order, option, barred, 1)
                if gain:
                    gained += gain
                    break
            if not order % TICK_ORDERS and not tick():
                break
        return gained

    def _chain(self, first: int, option: Option, worth: list[float], depth: int) -> int:
        """Let one order have this cheaper way. Returns what all gain together, 0 where it was taken back."""
        left = self.left
        old = self.release(first)
        before = [(first, old)]
        moved = {first}
        self.give(first, option)
        change = option.cost - old.cost
        short = [supply for supply, _ in option.uses if left[supply] < 0]
        turn = 0
        while short and change < 0:
            supply = short[-1]
            if left[supply] >= 0:
                short.pop()
                continue
            turn += 1
            loser, way, loss = self._loser(supply, moved, worth, last=turn >= depth)
            if loser < 0 or change + loss >= 0:
                break
            old = self.release(loser)
            before.append((loser, old))
            moved.add(loser)
            self.give(loser, way)
            change += way.cost - old.cost
            short += [one for one, _ in way.uses if left[one] < 0]
        if change < 0 and all(left[supply] >= 0 for supply in short):
            return -change
        for order, _ in before:
            self.release(order)
        for order, old in before:
            self.give(order, old)
        return 0

    def _loser(self, supply: int, moved: set[int], worth: list[float], *, last: bool) -> tuple[int, Option, float]:
        """Who gives this supply up with the least loss: (order, its way then, the loss with what it takes from others)."""
        wishes, chosen, left = self.problem.wishes, self.chosen, self.left
        best, way, least = -1, chosen[0], INFINITE
        asked, missing = 0, -left[supply]
        left[supply] -= NEVER
        known, worth[supply] = worth[supply], INFINITE
        for order in list(self.holders[supply]):
            if order in moved:
                continue
            old = self.release(order)
            if last:
                new = out_of(wishes[order], left)
                loss: float = new.cost - old.cost
            else:
                value, new = stretched(wishes[order], left, self.nothing_costs, worth)
                loss = value - old.cost
            self.give(order, old)
            if missing > 1 and missing > sum([units for one, units in old.uses if one == supply]):
                loss += 1  # of equals the one that ends the matter
            if loss < least:
                best, way, least = order, new, loss
            asked += 1
            if asked >= HOLDERS:
                break
        left[supply] += NEVER
        worth[supply] = known
        return best, way, least


def _by_cost(option: Option) -> int:
    return option.cost

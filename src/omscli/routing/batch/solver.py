"""The proof of a small batch by HiGHS, where the extra `solver` is installed: the best plan, and that no plan is cheaper.

The solver chooses among the very ways that the search has, so whatever it finds keeps what rules, places and days demand. It is
only given what can be part of a cheaper plan: at the prices of the search, a way that costs more than its order's best by more than
the gap is in none. Its work is bounded by nodes and never by the clock, and it runs on one thread: the same question gets the
same answer on any machine with the same HiGHS.
"""

from __future__ import annotations

from collections import defaultdict
from math import ceil
from typing import Any

from omscli.errors import Refused
from omscli.routing.batch.choosing import at_prices
from omscli.routing.batch.exact import knots, options_of
from omscli.routing.batch.problem import Option
from omscli.routing.batch.search import Settlement

MOST_ORDERS = 1_000  # orders that hang together by scarce goods; of more nothing is proved
MOST_WAYS = 200_000  # ways of all of them together
NODES = 20_000  # branches, after which the best plan so far and its bound are taken

Knot = tuple[tuple[int, ...], tuple[int, ...]]  # orders, supplies


def solver() -> Any:
    """The module of HiGHS. Raises Refused (exit 4) where it is not installed."""
    try:
        import highspy
    except ImportError:
        hint = "pip install 'omscli[solver]', or go without: leave out --prove, and `prove` under `routing` in rules.yaml"
        raise Refused("a proof was asked for, and its solver HiGHS is not installed", hint) from None
    return highspy


def prove(found: Settlement) -> None:
    """Settle what the search could not prove: better where something better exists, and with the bound that the solver proves."""
    highs = solver()
    known = {order for orders, _, _ in found.proven for order in orders}
    for orders, supplies in knots(found):
        if orders[0] in known or len(orders) > MOST_ORDERS or not set(supplies).isdisjoint(found.problem.open_end):
            continue
        _prove_knot(highs, found, (orders, supplies))


def _prove_knot(highs: Any, found: Settlement, knot: Knot) -> None:
    orders, supplies = knot
    now = sum(found.chosen[order].cost for order in orders)
    table = _ways(found, knot, now)
    if table is None:
        return
    picked, bound = _solve(highs, found, knot, table)
    if picked is not None and sum(option.cost for option in picked.values()) < now:
        for order in orders:
            found.release(order)
        for order, option in picked.items():
            found.give(order, option)
        now = sum(found.chosen[order].cost for order in orders)
    found.proven.append((orders, supplies, min(now, bound)))


def _ways(found: Settlement, knot: Knot, now: int) -> dict[int, list[Option]] | None:
    """By order, the ways that a plan no dearer than this one may hold; None where they are too many."""
    orders, supplies = knot
    wishes, prices, room = found.problem.wishes, found.prices, found.problem.room
    least = {order: at_prices(wishes[order], prices)[0] for order in orders}
    gap = now - (sum(least.values()) - sum(prices[supply] * room[supply] for supply in supplies))
    table: dict[int, list[Option]] = {}
    count = 0
    for order in orders:
        below = least[order] + gap + 1
        every = options_of(wishes[order], ceil(below) + 1)
        if every is None:
            return None
        kept = [one for one in every if one.cost + sum(prices[supply] * units for supply, units in one.uses) <= below]
        mine = found.chosen[order]
        table[order] = kept if any(one.uses == mine.uses and one.cost == mine.cost for one in kept) else [*kept, mine]
        count += len(table[order])
        if count > MOST_WAYS:
            return None
    return table


def _solve(highs: Any, found: Settlement, knot: Knot, table: dict[int, list[Option]]) -> tuple[dict[int, Option] | None, int]:
    """(the ways that were picked, None where none were; what no plan for these orders undercuts)."""
    orders, supplies = knot
    # Costs count from each order's cheapest way: small numbers leave the solver's rounding no room.
    base = {order: min(one.cost for one in table[order]) for order in orders}
    model = _model(highs, found, knot, table, base)
    model.run()
    info, total = model.getInfo(), sum(base.values())
    bound = total + ceil(info.mip_dual_bound - 1e-4) if abs(info.mip_dual_bound) < highs.kHighsInf else -(1 << 62)
    if info.primal_solution_status != highs.SolutionStatus.kSolutionStatusFeasible:
        return None, bound
    values = iter(model.getSolution().col_value)
    picked = {}
    for order in orders:
        for option in table[order]:
            if next(values) > 0.5:
                picked[order] = option
    used: dict[int, int] = defaultdict(int)
    for option in picked.values():
        for supply, units in option.uses:
            used[supply] += units
    # The solver reckons with decimals; what it says is believed only if it adds up in whole numbers.
    if len(picked) < len(orders) or any(used[supply] > found.problem.room[supply] for supply in supplies):
        return None, bound
    return picked, bound


def _model(highs: Any, found: Settlement, knot: Knot, table: dict[int, list[Option]], base: dict[int, int]) -> Any:
    """A variable for each way: one way an order, no supply beyond what there is."""
    import numpy as np

    orders, supplies = knot
    row_of = {supply: len(orders) + n for n, supply in enumerate(supplies)}
    costs: list[float] = []
    rows: list[tuple[list[int], list[float]]] = [([], []) for _ in range(len(orders) + len(supplies))]
    for n, order in enumerate(orders):
        for option in table[order]:
            units_of: dict[int, int] = {n: 1}
            for supply, units in option.uses:
                units_of[row_of[supply]] = units_of.get(row_of[supply], 0) + units
            for row, units in units_of.items():
                rows[row][0].append(len(costs))
                rows[row][1].append(units)
            costs.append(option.cost - base[order])

    class Quiet(highs.Highs):  # type: ignore[misc]  # known only where it is installed
        """Says nothing: else its greeting would stand in the midst of what oms writes to standard output."""

        def enableCallbacks(self) -> None:  # noqa: N802 - the name is HiGHS's own; it is called while the object is made
            self.silent()

    model = Quiet()
    for name, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.5), ("mip_max_nodes", NODES)):
        model.setOptionValue(name, value)
    count = len(costs)
    every = np.arange(count, dtype=np.int32)
    model.addVars(count, np.zeros(count), np.ones(count))
    model.changeColsCost(count, every, np.array(costs, dtype=float))
    model.changeColsIntegrality(count, every, np.array([highs.HighsVarType.kInteger] * count))
    low = np.array([1.0] * len(orders) + [0.0] * len(supplies))
    high = np.array([1.0] * len(orders) + [float(found.problem.room[supply]) for supply in supplies])
    starts = np.cumsum([0, *[len(row[0]) for row in rows[:-1]]]).astype(np.int32)
    index = np.array([one for row in rows for one in row[0]], dtype=np.int32)
    factors = np.array([one for row in rows for one in row[1]], dtype=float)
    model.addRows(len(rows), low, high, len(index), starts, index, factors)
    return model

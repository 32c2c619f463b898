"""How near is the plan for all orders together to the best one? Against a MILP solver on worlds made from seeds.

    python benchmarks/batch.py                                  300 and 1,000 orders × 5 places, 300 × 20, three seeds each
    python benchmarks/batch.py --orders 3000 --places 5 --seeds 1 --seconds 900
    python benchmarks/batch.py --orders 10000 --no-solver       the bound alone is the measure
    python benchmarks/batch.py --stock 2.0 --effort 9

The world: 2,000 SKUs wanted as 1 / rank ** 0.8, orders of 1 to 4 lines (1.8 on average) of 1 to 3 units, customers and places
spread over the 48 states, postage by zone and weight, stock at so many times the demand lying where chance has put it, most of a
SKU at one or two places. The solver (HiGHS, a development package) gets every division of every order into blocks, priced by the
same quotes, and knows nothing of the search. Seconds are CPU.
"""

from __future__ import annotations

import argparse
import copy
import gc
import statistics
import time
from itertools import product
from typing import Any

from batch_world import PRICES, RULE, world
from omscli.routing.engine import plan
from omscli.routing.facts import Facts
from omscli.routing.quote import Quoter
from omscli.routing.rules import Rulebook


class Model:
    """The MILP: a variable for each block of each order at each place, one for the missing units of each line."""

    def __init__(self) -> None:
        self.costs: list[float] = []
        self.rows: list[tuple[float, float, list[int], list[float]]] = []  # at least, at most, variables, factors

    def variable(self, cost: float) -> int:
        """A new one, whole and not negative."""
        self.costs.append(cost)
        return len(self.costs) - 1

    def solve(self, seconds: float, *, whole: bool = True) -> tuple[float, float]:
        """(best found, proven bound)."""
        import highspy
        import numpy as np

        solver = highspy.Highs()
        for name, value in (("output_flag", False), ("time_limit", seconds), ("mip_rel_gap", 1e-5), ("threads", 1)):
            solver.setOptionValue(name, value)
        count = len(self.costs)
        solver.addVars(count, np.zeros(count), np.full(count, highspy.kHighsInf))
        every = np.arange(count, dtype=np.int32)
        solver.changeColsCost(count, every, np.array(self.costs))
        starts = np.cumsum([0, *[len(row[2]) for row in self.rows[:-1]]]).astype(np.int32)
        index = np.array([one for row in self.rows for one in row[2]], dtype=np.int32)
        value = np.array([one for row in self.rows for one in row[3]], dtype=float)
        low, high = np.array([row[0] for row in self.rows]), np.array([row[1] for row in self.rows])
        solver.addRows(len(self.rows), low, high, len(index), starts, index, value)
        if whole:
            solver.changeColsIntegrality(count, every, np.array([highspy.HighsVarType.kInteger] * count))
        solver.run()
        info = solver.getInfo()
        return info.objective_function_value, info.mip_dual_bound if whole else info.objective_function_value


def model_of(facts: Facts, most: int) -> Model:
    """Everything that could be done, priced by the quotes that routing uses."""
    made, quoter = Model(), Quoter(facts)
    stock: dict[tuple[str, int], tuple[list[int], list[float]]] = {}
    for order in facts.orders:
        lines: list[tuple[list[int], list[float]]] = [([made.variable(PRICES.unfilled_unit)], [1.0]) for _ in order.lines]
        parts: dict[str, list[int]] = {}
        for place in facts.locations:
            shelf = facts.free[place.code]
            most_units = [min(line.quantity, shelf.get(line.product, 0)) for line in order.lines]
            for takes in product(*[range(units + 1) for units in most_units]):
                if not any(takes):
                    continue
                inside = tuple(sorted((line.product, units) for line, units in zip(order.lines, takes, strict=True) if units))
                quote = quoter.shipment(order, place, inside)
                if isinstance(quote, str):
                    continue
                block = made.variable(quote.postage + quote.boxes + quote.handling + PRICES.late_day * quote.late_days)
                parts.setdefault(place.code, []).append(block)
                for row, units in zip(lines, takes, strict=True):
                    if units:
                        row[0].append(block)
                        row[1].append(units)
                for sku, units in inside:
                    used = stock.setdefault((place.code, sku), ([], []))
                    used[0].append(block)
                    used[1].append(units)
        made.rows += [(line.quantity, line.quantity, *row) for line, row in zip(order.lines, lines, strict=True)]
        made.rows += [(0, 1, blocks, [1.0] * len(blocks)) for blocks in parts.values() if len(blocks) > 1]
        every = [block for blocks in parts.values() for block in blocks]
        if every:
            made.rows.append((0, most, every, [1.0] * len(every)))
    made.rows += [(0, facts.free[place][sku], *used) for (place, sku), used in stock.items()]
    return made


def compare(options: argparse.Namespace, orders: int, places: int, seed: int) -> tuple[float | None, float]:
    """One world: (percent above the best found by the solver, gap that was stated)."""
    facts = world(orders, places, options.stock, seed)
    book = Rulebook("USD", (RULE,), PRICES, effort=options.effort)
    found: dict[str, Any] = {}
    for strategy in ("each", "batch"):
        situation = copy.deepcopy(facts)
        begun = time.process_time()
        made = plan(situation, copy.copy(book) if strategy == "each" else _batch(book))
        found[strategy] = made, time.process_time() - begun
    each, batch = found["each"][0], found["batch"][0]
    words = f"{orders:>6} × {places:<3} seed {seed}: each {each.objective:>10} {found['each'][1]:5.2f} s, batch {batch.objective:>10} {found['batch'][1]:5.2f} s, "
    words += f"bound {batch.lower_bound}, gap {batch.gap_percent:.2f} %"
    above = None
    if not options.no_solver:
        begun = time.process_time()
        best, bound = model_of(facts, RULE.split.max_shipments or places).solve(options.seconds)
        above = 100 * (batch.objective / best - 1)
        words += f", solver {best:.0f} (proven {bound:.0f}) {time.process_time() - begun:.0f} s: batch {above:.2f} % above, each {100 * (each.objective / best - 1):.1f} %"
        if batch.lower_bound > best + 1e-6:
            words += "  WRONG: the stated bound is above the best plan"
    print(words, flush=True)
    return above, batch.gap_percent


def _batch(book: Rulebook) -> Rulebook:
    from dataclasses import replace

    return replace(book, strategy="batch")


def main() -> None:
    """Run the worlds asked for, print a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, help="without it the usual three worlds")
    parser.add_argument("--places", type=int, default=5)
    parser.add_argument("--stock", type=float, default=1.1, help="times the demand")
    parser.add_argument("--seeds", type=int, default=3, help="how many worlds of each size")
    parser.add_argument("--effort", type=int, default=Rulebook("USD", ()).effort)
    parser.add_argument("--seconds", type=float, default=300.0, help="the solver's limit")
    parser.add_argument("--no-solver", action="store_true")
    options = parser.parse_args()
    gc.set_threshold(1_000_000, 50, 50)  # as the command line has it
    sizes = [(options.orders, options.places)] if options.orders else [(300, 5), (1_000, 5), (300, 20)]
    for orders, places in sizes:
        rows = [compare(options, orders, places, seed) for seed in range(1, options.seeds + 1)]
        above = [row[0] for row in rows if row[0] is not None]
        if above:
            print(f"{orders} × {places}: {max(above):.2f} % above the best at most, {statistics.mean(above):.2f} % on average")


if __name__ == "__main__":
    main()

"""How much CPU does `oms route` need? Whole processes, both strategies, against a floor program on the same orders in the same run.

    make bench-route                                  10,000 and 1,000 orders × 5 places, three rounds
    python benchmarks/routing.py --orders 3000 --rounds 5

The world is that of `morning.py` (2,000 SKUs, 5 places, orders of 1 to 4 lines): `batch` on scarce stock (1.1 times the demand,
uneven), where deciding together matters, `each` on scarce and on ample stock. The floor (`floor.py`) reads the same file, gives each
order to the nearest place that has it and writes what comes out, without any price, packing, date, reason or ledger.

Figures are CPU seconds (user + system) of the command from start to end: reading the store, packing, pricing and dating, deciding,
writing shipments, parcels, claims, promises, reasons and what the run knew. Of these the share that is the decision alone is
what `batch.py` measures. Every round imports into a new home and takes all commands in turn; only the ratios of one round
mean something on another machine.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from morning import HERE, NOW, cpu_of
from world import write_world

STRATEGIES = (("batch", True), ("each", True), ("each", False))  # and whether stock is scarce


def home_of(world: Path, folder: Path, *, scarce: bool) -> dict[str, str]:
    """A home with goods and orders, ready to be routed; its environment."""
    home = folder / ("scarce" if scarce else "ample")
    shutil.copytree(world, home)
    if scarce:
        (home / "stock_scarce.csv").replace(home / "stock.csv")
    run = {"OMS_HOME": str(home), "OMS_NOW": NOW}
    for files in (("products.csv", "stock.csv"), ("orders_export.csv",)):
        cpu_of([sys.executable, "-m", "omscli", "import", *(str(home / name) for name in files)], **run)
    return run


def one_round(world: Path) -> dict[str, tuple[float, float]]:
    """(CPU s, peak MiB) of the floor and of each command."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="oms-bench-") as name:
        homes = {scarce: home_of(world, Path(name), scarce=scarce) for scarce in (True, False)}
        found["floor"] = cpu_of([sys.executable, str(HERE / "floor.py"), homes[True]["OMS_HOME"]])
        for strategy, scarce in STRATEGIES:
            home = Path(homes[scarce]["OMS_HOME"])
            shutil.copy(home / "oms.db", home / "kept.db")  # every strategy begins with nothing routed
            run = {**homes[scarce], "OMS_DB": str(home / "kept.db")}
            command = [sys.executable, "-m", "omscli", "route", "--strategy", strategy]
            found[f"{strategy}, {'scarce' if scarce else 'ample'}"] = cpu_of(command, **run)
            (home / "kept.db").unlink()
    return found


def report(orders: int, rounds: list[dict[str, tuple[float, float]]]) -> None:
    """Medians, milliseconds an order, and the ratio to the floor, round by round."""
    print(f"\n{orders:,} orders: median CPU s · ms an order · times the floor (least to most) · peak MiB")
    for name in rounds[0]:
        spent = statistics.median(one[name][0] for one in rounds)
        ratios = sorted(one[name][0] / one["floor"][0] for one in rounds)
        words = f"  {name:<14} {spent:6.2f} · {1000 * spent / orders:5.2f} · {statistics.median(ratios):5.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})"
        print(f"{words} · {max(one[name][1] for one in rounds):4.0f}", flush=True)


def main() -> None:
    """Make each world, run the rounds, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, nargs="+", default=[10_000, 1_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    for orders in options.orders:
        with tempfile.TemporaryDirectory(prefix="oms-world-") as name:
            world = Path(name) / "world"
            write_world(world, orders, options.seed)
            report(orders, [one_round(world) for _ in range(options.rounds)])


if __name__ == "__main__":
    main()

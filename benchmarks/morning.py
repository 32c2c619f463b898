"""How fast is a morning? 10,000 Shopify orders through import, route and pick, as a ratio to a floor program on the same file.

    make bench                       both stocks, three rounds
    python benchmarks/morning.py -n 2000 --rounds 5 --scarce

The world is generated (seeded): 2,000 SKUs, 5 places in the US, orders of 1 to 4 lines as a Shopify export of 79 columns, ample
stock (about twice the demand) or scarce stock (1.1 times, uneven). The floor does the same work without any rule, check or
ledger: csv → orders, lines, reservations, shipments and pick rows in one transaction of one SQLite file, in plain Python.

Figures are CPU seconds of whole processes (user + system), the medians of the rounds; only the ratios mean something, since
all commands of a round run in turn on the same machine. Peak memory is the largest single process.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from world import write_world

HERE = Path(__file__).resolve().parent
NOW = "2024-06-03T12:00:00Z"


def cpu_of(command: list[str], **environment: str) -> tuple[float, float]:
    """CPU seconds and peak MiB of one command; it must succeed (0, or 3: something needs a person)."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, **environment})
    _, errors = process.stderr, process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        sys.exit(f"{' '.join(command)} left with {process.returncode}: {errors.decode()[-500:]}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def morning(world: Path, scarce: bool) -> dict[str, tuple[float, float]]:
    """One round: a new home, products and stock first, then the three commands and the floor."""
    oms = [sys.executable, "-m", "omscli"]
    with tempfile.TemporaryDirectory(prefix="oms-bench-") as folder:
        home = Path(folder) / "home"
        shutil.copytree(world, home)
        if scarce:
            (home / "stock_scarce.csv").replace(home / "stock.csv")
        run = {"OMS_HOME": str(home), "OMS_NOW": NOW}
        cpu_of([*oms, "import", str(home / "products.csv"), str(home / "stock.csv")], **run)
        return {
            "floor": cpu_of([sys.executable, str(HERE / "floor.py"), str(home)]),
            "import": cpu_of([*oms, "import", str(home / "orders_export.csv")], **run),
            "route": cpu_of([*oms, "route", "--strategy", "each"], **run),
            "pick": cpu_of([*oms, "pick", "--format", "csv"], **run),
        }


def report(label: str, rounds: list[dict[str, tuple[float, float]]]) -> None:
    """Medians, and the ratio of the three commands together to the floor, round by round."""
    print(f"\n{label}: median CPU s (peak MiB)")
    for name in rounds[0]:
        print(f"  {name:<8} {statistics.median(one[name][0] for one in rounds):6.2f}  ({max(one[name][1] for one in rounds):4.0f})")
    ratios = [sum(one[name][0] for name in ("import", "route", "pick")) / one["floor"][0] for one in rounds]
    print(f"  import + route + pick: {statistics.median(ratios):.1f} times the floor ({min(ratios):.1f} to {max(ratios):.1f})")


def main() -> None:
    """Make the world, run the rounds, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=10_000, help="orders")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--ample", action="store_true", help="only ample stock")
    parser.add_argument("--scarce", action="store_true", help="only scarce stock")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="oms-world-") as folder:
        world = Path(folder) / "world"
        write_world(world, options.n, options.seed)
        for label, scarce in (("ample stock", False), ("scarce stock", True)):
            if (options.ample and scarce) or (options.scarce and not scarce):
                continue
            report(f"{options.n:,} orders, {label}", [morning(world, scarce) for _ in range(options.rounds)])


if __name__ == "__main__":
    main()

"""Do the books agree after anything a seller may do? Thousands of random programs of `tests/workflows/test_state_machine.py`.

    python benchmarks/programs.py -n 10000
    python benchmarks/programs.py -n 500 --steps 60 --seed 3

Each program is a shop of its own, in which deeds follow each other at random; after every one of them the doctor examines the
books, and no channel may be offered more than is free. Prints programs, deeds by kind, movements by kind, and seconds; a program
that breaks something is made as short as can be, shown, and the figure is 1 failure.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.workflows.test_state_machine import Seller

FIGURES: Counter[str] = Counter()
DEEDS: Counter[str] = Counter()
MOVEMENTS: Counter[str] = Counter()


class Counted(Seller):
    """The same seller, whose deeds are counted."""

    def check_invariants(self, *words: Any, **more: Any) -> None:
        """Asked once before the first deed and after each one."""
        FIGURES["checks"] += 1
        super().check_invariants(*words, **more)

    def teardown(self) -> None:
        """Count what was done."""
        FIGURES["programs"] += 1
        if self.shop.home.db.exists():
            store = self.shop.store.connection
            MOVEMENTS.update(dict(store.execute("SELECT kind, COUNT(*) FROM movement GROUP BY kind").fetchall()))
            DEEDS.update(dict(store.execute("SELECT command, COUNT(*) FROM run GROUP BY command").fetchall()))
        super().teardown()


def main() -> None:
    """Run, print. Leaves with 1 where a program broke something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=10_000, help="programs")
    parser.add_argument("--steps", type=int, default=25, help="deeds a program, at most")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if os.access("/dev/shm", os.W_OK):  # noqa: S108 - nothing here outlives the run
        tempfile.tempdir = "/dev/shm"  # noqa: S108
    wish = settings(
        max_examples=options.n,
        stateful_step_count=options.steps,
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    began, failures = time.monotonic(), 0
    try:
        run_state_machine_as_test(seed(options.seed)(Counted), settings=wish)
    except Exception as error:  # noqa: BLE001 - whatever breaks is what is asked for
        failures = 1
        print(f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ()), sep="\n")
    print(
        f"{FIGURES['programs']:,} programs, {FIGURES['checks']:,} states examined, {time.monotonic() - began:,.0f} s, {failures} failures"
    )
    print("runs that changed something:", ", ".join(f"{name} {n:,}" for name, n in DEEDS.most_common()))
    print("movements:", ", ".join(f"{name} {n:,}" for name, n in MOVEMENTS.most_common()))
    sys.exit(failures)


if __name__ == "__main__":
    main()

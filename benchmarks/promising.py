"""What does a question of a web shop cost? 1,000 questions to `oms promise --stdin`, in a shop of 10,000 orders, 5 places, 2,000 SKUs.

    make bench-promise                              the orders routed, and the orders just imported
    python benchmarks/promising.py -n 2000 -q 500

The world is that of `morning.py`, with four speeds, collection at every place, and goods that are expected: a question is nine decisions,
more where something must be awaited. Baskets have 1 to 4 SKUs; of scarce goods there is often not enough.

Start is the CPU of a stream that asks once; the cost of a question is what more of them cost beyond that. Medians of the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from morning import NOW, cpu_of
from world import SKUS, WAREHOUSES, write_world

OMS = [sys.executable, "-m", "omscli"]


def make_home(home: Path, orders: int, seed: int) -> None:
    """The world with scarce stock, more services, places of collection, and receipts in the next weeks."""
    write_world(home, orders, seed)
    rules: dict[str, Any] = yaml.safe_load((home / "rules.yaml").read_text(encoding="utf-8"))
    services = rules["carriers"]["post"]["services"]
    ground = services["ground"]
    services["air"] = {**ground, "speed": "expedited", "transit_days": [1, 1, 2, 2, 2, 2, 2, 2]}
    services["express"] = {**ground, "speed": "overnight", "transit_days": [1] * 8}
    near = {"by": "distance", "unit": "mi", "upto": [30]}
    services["courier"] = {"speed": "same_day", "zones": near, "transit_days": [0, 0], "rates": [{"upto_g": 20_000, "price": [9.50, None]}]}
    for place in rules["locations"].values():
        place["pickup"] = True
    (home / "rules.yaml").write_text(yaml.safe_dump(rules, sort_keys=False), encoding="utf-8")
    (home / "stock_scarce.csv").replace(home / "stock.csv")
    chance = random.Random(f"inbound {seed}")
    rows = [
        f"HG-{chance.randint(1, SKUS):04d},{chance.choice(WAREHOUSES)[0]},{chance.randint(5, 60)},2024-06-{chance.randint(5, 28):02d}"
        for _ in range(SKUS)
    ]
    (home / "inbound.csv").write_text("sku,location,quantity,expected_on\n" + "\n".join(dict.fromkeys(rows)) + "\n", encoding="utf-8")


def questions(count: int, seed: int, zips: list[str]) -> bytes:
    """Baskets for places all over the country."""
    chance = random.Random(f"questions {seed}")
    lines = []
    for number in range(count):
        skus = {f"HG-{min(SKUS, int(chance.paretovariate(0.4))):04d}": chance.choice((1, 1, 1, 2, 3)) for _ in range(chance.randint(1, 4))}
        lines.append(json.dumps({"id": number, "items": skus, "to": f"{chance.choice(zips)},US"}))
    return ("\n".join(lines) + "\n").encode()


def stream(home: Path, asked: bytes) -> tuple[float, list[dict[str, Any]]]:
    """CPU seconds of one stream, and its answers."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as sink:
        source.write(asked)
        source.seek(0)
        run = {**os.environ, "OMS_HOME": str(home), "OMS_NOW": NOW}
        process = subprocess.Popen([*OMS, "promise", "--stdin"], stdin=source, stdout=sink, env=run)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"oms promise left with {process.returncode}")
        sink.seek(0)
        return usage.ru_utime + usage.ru_stime, [json.loads(line) for line in sink]


def measure(label: str, home: Path, options: argparse.Namespace, zips: list[str]) -> None:
    """Print start, cost of a question, and what the answers were."""
    asked = questions(options.q, options.seed, zips)
    first = asked.split(b"\n", 1)[0] + b"\n"
    starts, costs, answers = [], [], []
    for _ in range(options.rounds):
        start, _ = stream(home, first)
        whole, answers = stream(home, asked)
        starts.append(start)
        costs.append((whole - start) / (options.q - 1) * 1000)
    there = sum(one["available"] for one in answers)
    later = sum(one["available_on"] is not None for one in answers)
    print(
        f"{label}: start {statistics.median(starts):.2f} s, {statistics.median(costs):.2f} ms a question ({min(costs):.2f} to {max(costs):.2f});"
    )
    print(f"  {len(answers)} answers: {there} available, {later} later, {len(answers) - there - later} nobody knows when")


def main() -> None:
    """Make the shop, ask before and after its orders are routed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=10_000, help="orders")
    parser.add_argument("-q", type=int, default=1_000, help="questions")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="oms-promise-") as folder:
        home = Path(folder) / "home"
        make_home(home, options.n, options.seed)
        zips = [line.split(",")[0] + "01" for line in (home / "zip3.csv").read_text(encoding="utf-8").splitlines()[1:]]
        run = {"OMS_HOME": str(home), "OMS_NOW": NOW}
        for name in ("products.csv", "stock.csv", "inbound.csv", "orders_export.csv"):
            cpu_of([*OMS, "import", str(home / name)], **run)
        measure(f"{options.n:,} orders just imported", home, options, zips)
        cpu_of([*OMS, "route"], **run)
        measure(f"{options.n:,} orders routed", home, options, zips)


if __name__ == "__main__":
    main()

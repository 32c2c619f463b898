"""How fast is an import, and how much memory does it take? A Shopify export against the least a program can do with it.

    make bench-import                                     100,000 orders three times, then a million rows once
    python benchmarks/importing.py -n 20000 --rounds 5 --rows 0

Three ways to bring the same file into a SQLite file, in turn in each round: `floor` reads it with `csv.DictReader` and writes
its orders and lines with one `executemany` each, in one transaction, checking nothing; `oms import` does what it does; and
`sqlite-utils insert --csv` puts the rows into one table. Figures are CPU seconds of whole processes; the ratios count.

For the memory the file is repeated under other order numbers until it has the wanted number of rows, and imported once.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sqlite3
import statistics
import sys
import tempfile
from itertools import count, groupby
from operator import itemgetter
from pathlib import Path

from morning import NOW, cpu_of
from world import write_world

SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE orders (id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, placed TEXT, email TEXT, name TEXT, street TEXT, city TEXT, zip TEXT, state TEXT);
CREATE TABLE line (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders, sku TEXT NOT NULL, units INTEGER NOT NULL, price INTEGER NOT NULL);
CREATE INDEX line_by_order ON line (order_id);
"""


def floor(path: str) -> None:
    """Rows to orders and lines, and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        store = sqlite3.connect(Path(folder) / "floor.db", isolation_level=None)
        store.executescript(SCHEMA)
        orders, lines = [], []
        with open(path, newline="", encoding="utf-8") as file:  # noqa: PTH123 - as short as it can be
            for number, (name, rows) in enumerate(groupby(csv.DictReader(file), itemgetter("Name")), 1):
                for at, row in enumerate(rows):
                    if not at:
                        head = (
                            "Created at",
                            "Email",
                            "Shipping Name",
                            "Shipping Address1",
                            "Shipping City",
                            "Shipping Zip",
                            "Shipping Province",
                        )
                        orders.append((number, name, *(row[column] for column in head)))
                    lines.append((number, row["Lineitem sku"], int(row["Lineitem quantity"]), int(row["Lineitem price"].replace(".", ""))))
        store.execute("BEGIN")
        store.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", orders)
        store.executemany("INSERT INTO line (order_id, sku, units, price) VALUES (?, ?, ?, ?)", lines)
        store.execute("COMMIT")
        store.close()


def new_home(world: Path, folder: Path) -> dict[str, str]:
    """A home that knows the products."""
    home = folder / "home"
    home.mkdir()
    for name in ("rules.yaml", "products.csv", "stock.csv"):
        shutil.copy(world / name, home)
    run = {"OMS_HOME": str(home), "OMS_NOW": NOW}
    cpu_of([sys.executable, "-m", "omscli", "import", str(home / "products.csv"), str(home / "stock.csv")], **run)
    return run


def one_round(world: Path) -> dict[str, tuple[float, float]]:
    """The three ways, one after the other."""
    export = str(world / "orders_export.csv")
    with tempfile.TemporaryDirectory(prefix="oms-bench-") as folder:
        run = new_home(world, Path(folder))
        return {
            "floor": cpu_of([sys.executable, __file__, "--floor", export]),
            "oms import": cpu_of([sys.executable, "-m", "omscli", "import", export], **run),
            "again": cpu_of([sys.executable, "-m", "omscli", "import", export], **run),
            "sqlite-utils": cpu_of([sys.executable, "-m", "sqlite_utils", "insert", str(Path(folder) / "x.db"), "rows", export, "--csv"]),
        }


def repeat(export: Path, big: Path, rows: int) -> None:
    """The export again and again under other numbers. Held by nobody: a process inherits the peak of the one that starts it."""
    with big.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        for turn in count():
            with export.open(newline="", encoding="utf-8") as file:
                for at, row in enumerate(csv.reader(file)):
                    if at:
                        writer.writerow([f"{row[0]}-{turn}", *row[1:]])
                        rows -= 1
                    elif not turn:
                        writer.writerow(row)
                    if not rows:
                        return


def memory(world: Path, rows: int) -> None:
    """One import of a file of so many rows."""
    with tempfile.TemporaryDirectory(prefix="oms-bench-") as folder:
        run = new_home(world, Path(folder))
        big = Path(folder) / "big.csv"
        repeat(world / "orders_export.csv", big, rows)
        size = big.stat().st_size
        cpu, peak = cpu_of([sys.executable, "-m", "omscli", "import", str(big)], **run)
        print(f"\n{rows:,} rows ({size / 2**20:.0f} MiB): {cpu:.1f} CPU s, peak {peak:.0f} MiB")


def main() -> None:
    """Make the world, run the rounds, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=100_000, help="orders")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the file for the memory; 0: none")
    parser.add_argument("--floor", metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.floor:
        floor(options.floor)
        return
    with tempfile.TemporaryDirectory(prefix="oms-world-") as folder:
        world = Path(folder) / "world"
        write_world(world, options.n, 7)
        rounds = [one_round(world) for _ in range(options.rounds)]
        print(f"{options.n:,} orders of a Shopify export: median CPU s (peak MiB), times the floor")
        for name in rounds[0]:
            ratios = [one[name][0] / one["floor"][0] for one in rounds]
            cpu, peak = statistics.median(one[name][0] for one in rounds), max(one[name][1] for one in rounds)
            print(f"  {name:<13} {cpu:6.2f}  ({peak:4.0f})  {statistics.median(ratios):5.2f}  ({min(ratios):.2f} to {max(ratios):.2f})")
        if options.rows:
            memory(world, options.rows)


if __name__ == "__main__":
    main()

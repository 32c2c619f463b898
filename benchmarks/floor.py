"""The least a program can do with a morning's orders, to measure `oms` against: plain Python, `csv` and `sqlite3`, no checks.

    python benchmarks/floor.py HOME

Reads orders_export.csv of a world (see world.py), gives each order to the nearest place that has all of it, or each line to the
nearest place that has that line, and writes orders, lines, shipments, pick rows and what is reserved in one transaction into a
database of its own. Nothing is validated, priced, packed, dated or remembered; nobody is told why.
"""

from __future__ import annotations

import csv
import sqlite3
import sys
import tempfile
from itertools import groupby
from math import asin, cos, radians, sin, sqrt
from operator import itemgetter
from pathlib import Path

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA foreign_keys = ON;
CREATE TABLE stock (sku TEXT, place TEXT, on_hand INTEGER NOT NULL, reserved INTEGER NOT NULL, PRIMARY KEY (sku, place)) WITHOUT ROWID;
CREATE TABLE orders (
    id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, placed TEXT, email TEXT, name TEXT, street TEXT, city TEXT, zip TEXT, state TEXT
);
CREATE TABLE line (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders, sku TEXT NOT NULL, units INTEGER NOT NULL, price INTEGER NOT NULL);
CREATE INDEX line_by_order ON line (order_id);
CREATE INDEX line_by_sku ON line (sku);
CREATE TABLE shipment (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders, place TEXT NOT NULL);
CREATE INDEX shipment_by_order ON shipment (order_id);
CREATE TABLE pick (
    shipment_id INTEGER NOT NULL REFERENCES shipment, line_id INTEGER NOT NULL REFERENCES line, sku TEXT NOT NULL, units INTEGER NOT NULL,
    PRIMARY KEY (shipment_id, line_id)
) WITHOUT ROWID;
"""
HEAD = ("Name", "Created at", "Email", "Shipping Name", "Shipping Address1", "Shipping City", "Shipping Zip", "Shipping Province")
LINE = ("Lineitem sku", "Lineitem quantity", "Lineitem price")

Line = tuple[int, str, int]  # id, SKU, units


def table(path: Path) -> list[dict[str, str]]:
    """A small file, whole."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def nearest(home: Path) -> dict[str, list[str]]:
    """The places by distance, for each beginning of a ZIP."""
    places = [(radians(float(row["lat"])), radians(float(row["lon"])), row["code"]) for row in table(home / "locations.csv")]
    found = {}
    for row in table(home / "zip3.csv"):
        lat, lon = radians(float(row["lat"])), radians(float(row["lon"]))
        far = [(asin(sqrt(sin((a - lat) / 2) ** 2 + cos(a) * cos(lat) * sin((o - lon) / 2) ** 2)), code) for a, o, code in places]
        found[row["zip3"]] = [code for _, code in sorted(far)]
    return found


def shared(lines: list[Line], places: list[str], free: dict[tuple[str, str], int]) -> dict[str, list[Line]]:
    """Which place sends which lines; a line that nobody has stays out."""
    for place in places:
        for _, sku, units in lines:
            if free.get((sku, place), 0) < units:
                break
        else:
            return {place: lines}
    found: dict[str, list[Line]] = {}
    for line in lines:
        for place in places:
            if free.get((line[1], place), 0) >= line[2]:
                found.setdefault(place, []).append(line)
                break
    return found


def main() -> None:
    """The whole morning."""
    home = Path(sys.argv[1])
    near = nearest(home)
    stock = {(row["sku"], row["location"]): int(row["on_hand"]) for row in table(home / "stock.csv")}
    free = dict(stock)
    orders, all_lines, shipments, picks = [], [], [], []
    with (home / "orders_export.csv").open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        names = next(rows)
        head, line = itemgetter(*map(names.index, HEAD)), itemgetter(*map(names.index, LINE))
        for order, (_, group) in enumerate(groupby(rows, itemgetter(names.index("Name"))), 1):
            mine: list[Line] = []
            for row in group:
                if not mine:
                    first = head(row)
                sku, units, price = line(row)
                number = len(all_lines) + 1
                all_lines.append((number, order, sku, int(units), int(price.replace(".", ""))))
                mine.append((number, sku, int(units)))
            code = first[6].lstrip("'")
            orders.append((order, *first[:6], code, first[7]))
            for place, part in shared(mine, near[code[:3]], free).items():
                shipments.append((len(shipments) + 1, order, place))
                for number, sku, units in part:
                    free[sku, place] -= units
                    picks.append((len(shipments), number, sku, units))
    with tempfile.TemporaryDirectory(dir=home) as folder:
        connection = sqlite3.connect(Path(folder) / "floor.db", isolation_level=None)
        connection.executescript(SCHEMA)
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO stock VALUES (?, ?, ?, ?)", [(*key, units, units - free[key]) for key, units in stock.items()])
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", orders)
        connection.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?)", all_lines)
        connection.executemany("INSERT INTO shipment VALUES (?, ?, ?)", shipments)
        connection.executemany("INSERT INTO pick VALUES (?, ?, ?, ?)", picks)
        connection.execute("COMMIT")
        connection.close()
    print(f"{len(orders)} orders, {len(all_lines)} lines: {len(shipments)} shipments, {len(picks)} pick rows")


if __name__ == "__main__":
    main()

"""Does a morning cost the same with a million old orders in the store as with none?

    make bench-history                                      a million old orders, three mornings
    python benchmarks/history.py -n 50000 --rounds 1
    python benchmarks/history.py --keep DIR                 build DIR once, use it again later

The history is real: 2,000 orders of the generated world go through import, route, pick, ship, notify and sync, and all their rows
(lines, decisions, promises, shipments, claims, movements, parcels, mails, runs) are repeated under other numbers on earlier days,
until there are enough; goods that left had come in before. `oms doctor` must find the books in order.

Then both homes, the old one and an empty one, live the same mornings in turn: 1,000 new orders each. Figures are CPU seconds
(user + system) of whole processes, the medians of the mornings; the ratio counts.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import yaml

from morning import cpu_of
from omscli.store.open import open_store
from world import write_world

TEMPLATE = 2_000  # orders that really went through the morning, and are repeated
NEW = 1_000
THEN, NOW = "2024-06-03T12:00:00Z", "2024-06-04T12:00:00Z"
OMS = [sys.executable, "-m", "omscli"]
TARGET = 1.3

# In an order in which each table refers to those before it only; `{n}` makes a text unlike that of any other copy.
TABLES = (
    "run", "orders", "order_line", "order_event", "order_hold", "decision", "promise", "pick", "shipment", "shipment_line", "allocation", "movement",
    "parcel", "parcel_item", "mail", "outfile", "outfile_parcel",
)  # fmt: skip
UNIQUE = {
    "orders": {"ref", "ref_key", "order_id", "order_key"},
    "mail": {"key", "message_id", "path"},
    "parcel": {"tracking_number"},
    "outfile_parcel": {"tracking_number"},
    "outfile": {"path"},
}
DAYS = {
    "placed_at", "at", "started_at", "shipped_at", "ship_on", "arrives", "ship_by", "deliver_by", "since", "ended_at", "settled_at", "sent_at",
    "written_at", "uploaded_at", "superseded_at", "backordered_at", "expected_on", "mail_decided_at", "told_at",
}  # fmt: skip
ALSO_IDS = {("orders", "first_run"): "run"}  # refers to a run, without the store checking it


def oms(home: Path, now: str, *words: str) -> tuple[float, float]:
    """One command: CPU seconds, peak MiB."""
    return cpu_of([*OMS, *words], OMS_HOME=str(home), OMS_NOW=now)


def asked(home: Path, now: str, *words: str) -> list[dict[str, str]]:
    """The rows of a list."""
    done = subprocess.run(
        [*OMS, *words, "--jsonl", "--home", str(home)], capture_output=True, text=True, check=True, env={**os.environ, "OMS_NOW": now}
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


# -- the homes


def new_home(world: Path, home: Path) -> None:
    """A home that knows the products, and has enough of each for all mornings."""
    home.mkdir(parents=True)
    rules = yaml.safe_load((world / "rules.yaml").read_text(encoding="utf-8"))
    rules["channels"]["shop"] = {"reader": "native", "prefix": "OWN", "upload": ["stock"]}
    rules["notify"] = {"from": "Harbor Goods <orders@harbor.example>"}
    (home / "rules.yaml").write_text(yaml.safe_dump(rules, sort_keys=False), encoding="utf-8")
    with (world / "stock.csv").open(newline="", encoding="utf-8") as file, (home / "stock.csv").open("w", encoding="utf-8") as out:
        rows = csv.reader(file)
        out.write(",".join(next(rows)) + "\n")
        out.writelines(f"{sku},{place},{int(units) + 500}\n" for sku, place, units in rows)
    oms(home, THEN, "import", str(world / "products.csv"), str(home / "stock.csv"))


def new_orders(world: Path, home: Path, name: str, first: int, count: int) -> Path:
    """`count` orders of the export from the `first` one on, under numbers of their own."""
    path = home / f"{name}.csv"
    with (world / "orders_export.csv").open(newline="", encoding="utf-8") as file, path.open("w", newline="", encoding="utf-8") as out:
        rows, writer = csv.reader(file), csv.writer(out, lineterminator="\n")
        writer.writerow(next(rows))
        wanted = range(1001 + first, 1001 + first + count)
        for row in rows:
            if int(row[0].removeprefix("#")) in wanted:
                writer.writerow([f"{row[0]}-{name}", *row[1:]])
    return path


def send_all(home: Path, now: str) -> Path:
    """A tracking file of everything that was released."""
    path = home / "tracking.csv"
    lines = [
        f"{one['id']},post,T{one['id']}-{now[:10]}"
        for one in asked(home, now, "shipment", "list", "--state", "released", "--limit", "99999")
    ]
    path.write_text("shipment_or_order,carrier,tracking_number\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def live(world: Path, home: Path, now: str, name: str, first: int, count: int) -> dict[str, float]:
    """One morning; CPU seconds by command."""
    found = {}

    def timed(what: str, *words: str) -> None:
        found[what] = oms(home, now, *words)[0]

    timed("import", "import", str(new_orders(world, home, name, first, count)))
    timed("route", "route")
    timed("status", "status")
    timed("order show", "order", "show", f"SH-{1001 + first}-{name}")
    timed("why", "why", f"SH-{1001 + first}-{name}")
    timed("order list", "order", "list", "--limit", "50")
    timed("stock list", "stock", "list")
    timed("sync", "sync")
    timed("pick", "pick", "--format", "csv")
    timed("ship", "ship", "--from", str(send_all(home, now)))
    timed("notify", "notify", "--yes")
    timed("sync again", "sync")
    for channel in ("shopify", "shop"):
        oms(home, now, "channel", "mark-uploaded", channel)
    return found


# -- a long history


def repeat(path: Path, orders: int) -> None:
    """Repeat every row of the orders that are there, until the store holds so many."""
    with open_store(path) as store:
        db = store.connection
        for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000", "wal_autocheckpoint=20000"):
            db.execute(f"PRAGMA {pragma}")
        most = {
            table: db.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}").fetchone()[0]  # noqa: S608 - names of this file
            for table in TABLES
            if "id" in _columns(db, table)
        }
        statements = [_copy(db, table, most) for table in TABLES]
        for n in range(1, orders // TEMPLATE):
            db.execute("BEGIN IMMEDIATE")
            for table, sql in zip(TABLES, statements, strict=True):
                if table == "movement":
                    _goods_came_in(db, most, n)
                db.execute(sql, {"n": n, "days": f"-{1 + n} days"})
            db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [row["name"] for row in db.execute(f"PRAGMA table_xinfo({table})") if not row["hidden"]]


def _copy(db: sqlite3.Connection, table: str, most: dict[str, int]) -> str:
    """The statement that makes copy :n of a table's first rows, :days away."""
    refers = {row["from"]: row["table"] for row in db.execute(f"PRAGMA foreign_key_list({table})")}
    refers |= {column: to for (where, column), to in ALSO_IDS.items() if where == table} | ({"id": table} if table in most else {})
    names, values = _columns(db, table), []
    for name in names:
        if refers.get(name) in most:
            # Movements get numbers as they come: goods that come in are written between them.
            values.append("NULL" if (table, name) == ("movement", "id") else f"{name} + :n * {most[refers[name]]}")
        elif name in UNIQUE.get(table, ()):
            values.append(f"{name} || '-' || :n")
        elif name in DAYS:
            values.append(f"CASE length({name}) WHEN 10 THEN date({name}, :days) ELSE strftime('%Y-%m-%dT%H:%M:%SZ', {name}, :days) END")
        else:
            values.append(name)
    own = {"parcel_item": "parcel_id", "promise": "order_id", "outfile_parcel": "outfile_id"}
    of = {"parcel_item": "parcel", "promise": "orders", "outfile_parcel": "outfile"}.get(table, table)
    where = f"{own.get(table, 'id')} <= {most[of]}" + (" AND allocation_id IS NOT NULL" if table == "movement" else "")
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} WHERE {where} ORDER BY {own.get(table, 'id')}"  # noqa: S608


def _goods_came_in(db: sqlite3.Connection, most: dict[str, int], n: int) -> None:
    """What left had come in before."""
    sql = (
        "INSERT INTO movement (run_id, at, product_id, location, kind, on_hand)"  # noqa: S608
        f" SELECT {most['run']} * :n + 1, '2022-01-03T08:00:00Z', product_id, location, 'received', -SUM(on_hand) FROM movement"
        f" WHERE id <= {most['movement']} AND kind = 'shipped' GROUP BY product_id, location"
    )
    db.execute(sql, {"n": n})


def build(world: Path, folder: Path, orders: int) -> Path:
    """A home with so many old, closed orders."""
    home = folder / f"old-{orders}"
    if home.exists():
        return home
    new_home(world, home)
    live(world, home, THEN, "old", 0, TEMPLATE)
    began = time.monotonic()
    repeat(home / "oms.db", orders)
    took, size = time.monotonic() - began, (home / "oms.db").stat().st_size / 2**20
    oms(home, NOW, "doctor")
    print(f"{orders:,} old orders in the store ({size:,.0f} MiB), made in {took:.0f} s; the books agree", flush=True)
    with closing(sqlite3.connect(home / "oms.db")) as db:
        for table in ("orders", "order_line", "shipment", "allocation", "movement", "parcel", "mail", "decision"):
            print(f"  {table:<11} {db.execute(f'SELECT COUNT(*) FROM {table}').fetchone()[0]:>11,}")  # noqa: S608
    return home


def mornings(world: Path, homes: dict[str, Path], rounds: int, tag: str) -> Iterator[dict[str, dict[str, float]]]:
    """The same mornings in every home, in turn."""
    for number in range(rounds):
        yield {label: live(world, home, NOW, f"{tag}{number}", TEMPLATE + number * NEW, NEW) for label, home in homes.items()}


def main() -> None:
    """Build, live, print. Leaves with 1 where the ratio of all commands together is above the target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=1_000_000, help="old orders")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where the long history is built, and stays")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="oms-history-") as temporary:
        folder = options.keep or Path(temporary)
        world = Path(temporary) / "world"
        write_world(world, TEMPLATE + options.rounds * NEW, 7)
        tag = f"{int(time.time()):x}"  # a kept home has lived mornings before
        homes = {"empty": Path(temporary) / "empty", "old": build(world, folder, options.n)}
        new_home(world, homes["empty"])
        found = list(mornings(world, homes, options.rounds, tag))
        print(f"\n{NEW:,} new orders a morning: median CPU s with an empty history, with {options.n:,} old orders, ratio")
        sums = {"empty": 0.0, "old": 0.0}
        for what in found[0]["empty"]:
            both = {label: statistics.median(one[label][what] for one in found) for label in homes}
            sums = {label: sums[label] + both[label] for label in homes}
            print(f"  {what:<11} {both['empty']:7.2f} {both['old']:7.2f}  {both['old'] / both['empty']:5.2f}")
        ratio = sums["old"] / sums["empty"]
        print(f"  {'all':<11} {sums['empty']:7.2f} {sums['old']:7.2f}  {ratio:5.2f}  (at most {TARGET})")
    sys.exit(int(ratio > TARGET))


if __name__ == "__main__":
    main()

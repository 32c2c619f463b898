"""Does a kill at any write harm the books? A morning is killed at every one of its writes.

    python benchmarks/crash.py                          every point; figures by command
    python benchmarks/crash.py --sample 120 --disk 40   so many, spread over all commands and calls
    python benchmarks/crash.py --naive marks_first      a program that does it wrong: it must be found out

`strace` counts the calls with which each command changes the home (the store and its journal, flushes, files that move into place
or go), then kills the process at the entry of each. After every kill: `oms doctor --deep` finds nothing, every file of out/ and
outbox/ is whole, and the same command again ends where an undisturbed one ends, in every row and every byte but for the numbers
of runs, with no half file left behind. `--disk` lets calls fail as on a full disk instead (ENOSPC): exit 5, nothing half done.

Needs Linux with strace. Commands run in children of this process, where the program is loaded already.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import io
import json
import os
import pkgutil
import re
import runpy
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

import omscli
from omscli.store.open import open_for_reading

STRACE = shutil.which("strace") or ""
NAIVE = Path(__file__).resolve().parents[1] / "tests" / "negative" / "naive.py"
CALLS = (
    "pwrite64", "write", "fdatasync", "fsync", "ftruncate", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat",
)  # fmt: skip
NOW = "2026-03-02T14:00:00Z"
MORNING: tuple[tuple[str, ...], ...] = (
    ("import", "products.csv", "stock.csv", "orders.csv"),
    ("sync",),
    ("route",),
    ("pick",),
    ("ship", "--from", "tracking.csv"),
    ("notify",),
    ("sync",),  # replaces the first file
)
# What depends on which process did it, or how often it was tried.
NOT_COMPARED = {"id", "run_id", "first_run", "pid", "file_id", "outfile_id"}
PLACE = {
    "kind": "warehouse", "coordinates": [40.6943, -73.9906], "timezone": "America/New_York", "cutoff": "15:00", "ships_to": ["US"],
    "address": {"line1": "12 Dock St", "city": "Brooklyn", "region": "NY", "postcode": "11201", "country": "US"},
}  # fmt: skip
GROUND = {
    "speed": "standard", "zones": {"by": "distance", "unit": "km", "upto": [500]}, "transit_days": [1, 2], "rates": [{"upto_g": 9000, "price": [5, 6]}],
    "max_g": 9000,
}  # fmt: skip
RULES = {
    "version": 1, "currency": "USD", "timezone": "America/New_York", "channels": {"shop": {"reader": "native", "upload": ["stock", "tracking"]}},
    "locations": {"main": {**PLACE, "rank": 1}, "side": {**PLACE, "rank": 2}}, "carriers": {"post": {"services": {"ground": GROUND}}},
    "boxes": {"carton": {"inner_mm": [300, 300, 300], "empty_g": 100, "max_g": 9000, "cost": "0.50"}},
    "routing": {"strategy": "each", "rules": [{"name": "All", "rank": ["unfilled", "rank"], "else": {"backorder": "wait"}}]},
    "notify": {"from": "Mug Shop <orders@mug.example>"}, "stock_sync": [{"location": "side", "path": "feeds/side.csv", "reader": "native"}],
}  # fmt: skip
ORDER = {
    "placed_at": "2026-03-02T09:00:00Z", "channel": "shop", "payment": "paid", "currency": "USD", "email": "ann@example.com", "name": "Ann Lee",
    "address1": "1 Main St", "city": "Brooklyn", "region": "NY", "postcode": "11201", "country": "US", "service": "standard", "line_id": "1",
    "title": "Mug", "unit_price": "10.00",
}  # fmt: skip


# -- one command


@dataclass(frozen=True)
class Ended:
    """How a command ended; `code` is negative where a signal ended it."""

    code: int
    said: str


def run(home: Path, words: tuple[str, ...], naive: str, *strace: str) -> Ended:
    """One command in a child, under strace where options for it are given."""
    reading, writing = os.pipe()
    said = home.with_name("said.txt")
    child = os.fork()
    if child == 0:
        os.close(writing)
        _live(home, words, naive, reading, said)
    os.close(reading)
    tracer = None
    if strace:
        tracer = subprocess.Popen([STRACE, "-p", str(child), *strace], stderr=subprocess.PIPE, text=True)
        line = tracer.stderr.readline() if tracer.stderr else ""
        if "attached" not in line:
            sys.exit(f"strace may not look at processes here: {line}")
    os.write(writing, b"go")
    os.close(writing)
    _, status = os.waitpid(child, 0)
    if tracer is not None:
        tracer.communicate()
    return Ended(os.waitstatus_to_exitcode(status), said.read_text(encoding="utf-8", errors="replace"))


def _live(home: Path, words: tuple[str, ...], naive: str, reading: int, said: Path) -> None:
    """The child's life: wait until it is watched, do what `oms` does, leave."""
    code = 70
    try:
        target = os.open(said, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        os.dup2(target, 1)
        os.dup2(target, 2)
        os.chdir(home)
        os.environ |= {"OMS_HOME": str(home), "OMS_NOW": NOW}
        sys.argv = ["oms", *words, "--attention-ok"]
        if naive:
            runpy.run_path(str(NAIVE))[naive]()
        from omscli.cli.app import main

        os.read(reading, 2)
        main()
        code = 0
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(code)


# -- what is compared


def rows_of(path: Path, home: Path) -> dict[str, list[str]]:
    """Every table as sorted rows, without what another process may number otherwise."""
    if not path.exists():
        return {}
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        found = {}
        for name in sorted(set(names) - {"run"}):  # killed after its commit and run again, a command is entered twice
            rows = db.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608 - the store's own tables
            texts = (repr({key: row[key] for key in row.keys() if key not in NOT_COMPARED}) for row in rows)  # noqa: SIM118 - a Row
            found[name] = sorted(text.replace(str(home), "HOME") for text in texts)
    return found


def files_of(home: Path) -> dict[str, bytes]:
    """The files that the seller sees."""
    return {
        str(path.relative_to(home)): path.read_bytes().replace(str(home).encode(), b"HOME")
        for name in ("out", "outbox")
        for path in sorted((home / name).rglob("*"))
        if path.is_file() and path.suffix != ".part"
    }


def rests_of(home: Path) -> list[str]:
    """Half files and half stores that nobody will finish."""
    return [path.name for path in home.rglob(".*") if path.suffix == ".part" or ".new" in path.name]


def errors_of(home: Path) -> list[str]:
    """What the doctor finds."""
    store = open_for_reading(home / "oms.db")
    if store is None:
        return []
    with store:
        return [f"doctor: {one.check}: {one.text}" for one in store.doctor.examine([], deep=True) if one.severity == "error"]


@dataclass
class Step:
    """One command of the undisturbed morning: the home before it, what it made, and the calls with which it made it."""

    words: tuple[str, ...]
    before: Path
    rows_before: dict[str, list[str]]
    files_before: dict[str, bytes]
    rows: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    points: list[tuple[str, int]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """As a person says it, with its place in the morning."""
        return f"oms {self.words[0]}"


def copied(source: Path, target: Path) -> Path:
    """Paths stand in the store: every trial lives where the undisturbed morning lived."""
    shutil.rmtree(target, ignore_errors=True)
    return Path(shutil.copytree(source, target))


def points_in(log: str, home: Path) -> list[tuple[str, int]]:
    """(call, which one of its kind) of every call that changes something in the home."""
    counts: Counter[str] = Counter()
    found = []
    for line in log.splitlines():
        call = re.match(r"(\w+)\((.*)", line)
        if call and call[1] in CALLS:
            counts[call[1]] += 1
            if str(home) in call[2]:
                found.append((call[1], counts[call[1]]))
    return found


def undisturbed(home: Path, naive: str) -> list[Step]:
    """The whole morning, its calls counted."""
    new_home(home)
    log, found = home.with_name("calls.txt"), []
    for number, words in enumerate(MORNING):
        before = copied(home, home.with_name(f"before-{number}"))
        step = Step(words, before, rows_of(home / "oms.db", home), files_of(home))
        done = run(home, words, naive, "-y", "-s", "0", "-o", str(log), "-e", f"trace={','.join(f'?{one}' for one in CALLS)}")
        if done.code or errors_of(home):
            sys.exit(f"the undisturbed morning fails: oms {' '.join(words)}: {done.code} {done.said} {errors_of(home)}")
        step.points = points_in(log.read_text(encoding="utf-8", errors="replace"), home)
        step.rows, step.files = rows_of(home / "oms.db", home), files_of(home)
        found.append(step)
    return found


def new_home(home: Path) -> None:
    """Two places, two products, four orders, one parcel each for two of them, and a 3PL's stock file."""
    (home / "feeds").mkdir(parents=True)
    (home / "rules.yaml").write_text(yaml.safe_dump(RULES, sort_keys=False), encoding="utf-8")
    size = {"weight_g": 200, "length_mm": 90, "width_mm": 90, "height_mm": 90}
    files: dict[str, list[dict[str, Any]]] = {
        "products.csv": [{"sku": sku, "title": sku, **size} for sku in ("MUG", "CAP")],
        "stock.csv": [{"sku": sku, "location": place, "on_hand": 3} for sku in ("MUG", "CAP") for place in ("main", "side")],
        "orders.csv": [{"order_id": str(n), **ORDER, "sku": ("MUG", "CAP")[n % 2], "quantity": n} for n in range(1, 5)],
        "tracking.csv": [{"shipment_or_order": f"S-{n}", "carrier": "post", "tracking_number": f"T{n}"} for n in (1, 2)],
        "feeds/side.csv": [{"sku": "MUG", "location": "side", "on_hand": 7}, {"sku": "CAP", "location": "side", "on_hand": 3}],
    }
    for name, rows in files.items():
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        (home / name).write_text(out.getvalue(), encoding="utf-8")
        os.utime(home / name, (1_772_000_000, 1_772_000_000))  # before NOW: a feed tells of the instant it was written


# -- one trial


def judged(home: Path, step: Step, naive: str) -> list[str]:
    """What is wrong after a command was cut short, and after it ran again."""
    wrong = errors_of(home)
    for name, data in files_of(home).items():
        if data not in (step.files.get(name), step.files_before.get(name)):
            wrong.append(f"{name} is no whole file")
    again = run(home, step.words, naive)
    if again.code:
        return [*wrong, f"again: exit {again.code}: {again.said.strip()[-300:]}"]
    wrong += [f"again: {one}" for one in errors_of(home)]
    files, rows = files_of(home), rows_of(home / "oms.db", home)
    wrong += [
        f"again: {name} is another file" for name in sorted(files.keys() | step.files.keys()) if files.get(name) != step.files.get(name)
    ]
    wrong += [f"again: table {name} holds other rows" for name in step.rows if rows.get(name) != step.rows[name]]
    return wrong + [f"again: {name} is left over" for name in rests_of(home)]


def killed(home: Path, step: Step, point: tuple[str, int], naive: str) -> tuple[bool, list[str]]:
    """Kill the command at one call. Returns whether it was reached, and what is wrong."""
    copied(step.before, home)
    call, n = point
    done = run(home, step.words, naive, "-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={n}")
    return done.code == -signal.SIGKILL, judged(home, step, naive)


def full(home: Path, step: Step, point: tuple[str, int]) -> tuple[bool, list[str]]:
    """The disk is full from one call on. Returns whether the command noticed, and what is wrong."""
    copied(step.before, home)
    call, n = point
    when = f"{n}+" if call == "pwrite64" else str(n)
    done = run(home, step.words, "", "-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={call}:error=ENOSPC:when={when}")
    wrong = []
    if done.code == 5:
        if "the disk is full" not in done.said or "hint: free some space" not in done.said:
            wrong.append(f"said {done.said.strip()[-300:]}")
        if step.words[0] == "route" and rows_of(home / "oms.db", home) != step.rows_before:
            wrong.append("something was changed")
    elif done.code:
        wrong.append(f"exit {done.code}: {done.said.strip()[-300:]}")
    return done.code == 5, wrong + judged(home, step, "")


def spread(points: list[tuple[int, tuple[str, int]]], count: int) -> list[tuple[int, tuple[str, int]]]:
    """So many of all points, always the same ones: of each command and kind of call the first and the last, the rest in even steps."""
    ends: dict[tuple[int, str], list[tuple[int, tuple[str, int]]]] = {}
    for one in points:
        ends.setdefault((one[0], one[1][0]), []).append(one)
    chosen = {one for several in ends.values() for one in (several[0], several[-1])}
    rest = [one for one in points if one not in chosen]
    left = max(0, count - len(chosen))
    chosen |= {rest[n * len(rest) // left] for n in range(left)} if left < len(rest) else set(rest)
    return sorted(chosen)


def main() -> None:
    """Live the morning, kill it, print. Leaves with 1 where something was violated."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, metavar="N", help="kill at about so many points; else at every one")
    parser.add_argument("--disk", type=int, default=0, metavar="N", help="let the disk be full at about so many points")
    parser.add_argument("--naive", default="", metavar="NAME", help="a wrong program of tests/negative/naive.py")
    parser.add_argument("--only", default="", metavar="COMMAND", help="only this command")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not STRACE:
        sys.exit("this needs strace: apt install strace")
    for module in pkgutil.walk_packages(omscli.__path__, "omscli."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a kill is no power cut: memory does
    with tempfile.TemporaryDirectory(prefix="oms-crash-", dir=memory) as folder:
        found = figures(Path(folder) / "home", options)
    print(json.dumps(found, indent=1) if options.json else words_of(found))
    sys.exit(int(bool(found["violations"])))


def figures(home: Path, options: argparse.Namespace) -> dict[str, Any]:
    """All trials."""
    began = time.monotonic()
    steps = undisturbed(home, options.naive)
    every = [(n, point) for n, step in enumerate(steps) for point in step.points if options.only in ("", step.words[0])]
    chosen = every if options.sample is None else spread(every, options.sample)
    found: dict[str, Any] = {"commands": [], "violations": [], "disk": {"trials": 0, "noticed": 0}}
    for n, step in enumerate(steps):
        mine = [point for at, point in chosen if at == n]
        reached = 0
        for point in mine:
            hit, wrong = killed(home, step, point, options.naive)
            reached += hit
            found["violations"] += [f"{step.name} {n + 1}, killed at {point[0]} {point[1]}: {one}" for one in wrong]
        calls = dict(Counter(call for call, _ in step.points))
        found["commands"].append(
            {"command": " ".join(step.words), "points": len(step.points), "tried": len(mine), "killed": reached, "calls": calls}
        )
    writes = [one for one in every if one[1][0] in ("pwrite64", "write")]
    for n, point in spread(writes, options.disk) if options.disk else ():
        noticed, wrong = full(home, steps[n], point)
        found["disk"]["trials"] += 1
        found["disk"]["noticed"] += noticed
        found["violations"] += [f"{steps[n].name} {n + 1}, disk full at {point[0]} {point[1]}: {one}" for one in wrong]
    return found | {"seconds": round(time.monotonic() - began, 1)}


def words_of(found: dict[str, Any]) -> str:
    """The figures for people."""
    lines = [f"{'command':<46} {'points':>7} {'tried':>7} {'killed':>7}  calls"]
    lines += [
        f"oms {one['command']:<42} {one['points']:>7} {one['tried']:>7} {one['killed']:>7}  {', '.join(f'{name} {n}' for name, n in one['calls'].items())}"
        for one in found["commands"]
    ]
    lines.append(f"{'all':<46} {sum(one['points'] for one in found['commands']):>7} {sum(one['tried'] for one in found['commands']):>7}")
    if found["disk"]["trials"]:
        lines.append(f"full disk: {found['disk']['trials']} trials, {found['disk']['noticed']} of them refused with exit 5")
    lines += [f"violations: {len(found['violations'])}, in {found['seconds']} s", *(f"  {one}" for one in found["violations"][:50])]
    return "\n".join(lines)


if __name__ == "__main__":
    main()

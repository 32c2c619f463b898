"""Killed at any write, the books agree, and the same command again ends where an undisturbed one ends.

`strace` kills the process when it is about to make its N-th call of a kind. Needs strace; `make test-full` runs it.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Shop, csv_text, rules_with

from omscli.store.open import open_for_reading

CALLS = ("pwrite64", "fdatasync", "rename")  # the journal and the store, its flushes, files that move into place
POINTS = 12  # kills of one command, spread over all its calls
MORNING: tuple[tuple[str, ...], ...] = (
    ("import", "products.csv", "stock.csv", "orders.csv"),
    ("route",),
    ("pick",),
    ("ship", "--from", "tracking.csv"),
    ("notify",),
)
# What depends on which process did it, or how often it was tried.
_NOT_COMPARED = {"id", "run_id", "first_run", "pid", "file_id"}
_ORDER = {
    "placed_at": "2026-03-02T09:00:00Z", "channel": "shop", "payment": "paid", "currency": "USD", "email": "ann@example.com", "name": "Ann Lee",
    "address1": "1 Main St", "city": "Brooklyn", "region": "NY", "postcode": "11201", "country": "US", "service": "standard", "line_id": "1",
    "title": "Mug", "unit_price": "10.00",
}  # fmt: skip

pytestmark = pytest.mark.debian


def _run(home: Path, words: tuple[str, ...], *before: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OMS_HOME": str(home), "OMS_NOW": "2026-03-02T14:00:00Z", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*before, sys.executable, "-m", "omscli", *words, "--attention-ok"],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _rows(path: Path) -> dict[str, list[str]]:
    """Every table as sorted rows, without what another process may number otherwise."""
    if not path.exists():
        return {}
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        found = {}
        for name in sorted(names):
            rows = connection.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608 - the store's own tables
            found[name] = sorted(repr({key: row[key] for key in row.keys() if key not in _NOT_COMPARED}) for row in rows)  # noqa: SIM118 - a Row
    found.pop("run", None)  # a command that was killed after its commit and ran again is entered twice
    return found


def _state(home: Path) -> dict[str, Any]:
    """The store and the files that the seller sees."""
    files = {
        str(path.relative_to(home)): path.read_bytes().replace(str(home).encode(), b"HOME")
        for name in ("out", "outbox")
        for path in sorted((home / name).rglob("*"))
        if path.is_file() and not (path.name.startswith(".") and path.suffix == ".part")  # half a file, of one who was killed
    }
    rows = {name: [row.replace(str(home), "HOME") for row in found] for name, found in _rows(home / "oms.db").items()}
    return {"rows": rows, "files": files}


def _errors(home: Path) -> list[str]:
    store = open_for_reading(home / "oms.db")
    if store is None:
        return []
    with store:
        return [f"{one.check}: {one.text}" for one in store.doctor.examine([], deep=True) if one.severity == "error"]


@dataclass
class Morning:
    """An undisturbed morning: the home before each command, the state after it, and how often it makes each call."""

    before: list[Path] = field(default_factory=list)
    after: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, int]] = field(default_factory=list)


def _copied(source: Path, target: Path) -> Path:
    # Paths stand in the store: every trial lives where the undisturbed morning lived.
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crash") / "home"


@pytest.fixture(scope="module")
def morning(home: Path) -> Iterator[Morning]:
    assert shutil.which("strace"), "this test needs strace: apt install strace"
    Shop(home, rules_with(("main", "side")))
    (home / "products.csv").write_bytes(
        csv_text([{"sku": sku, "title": sku, "weight_g": 200, "length_mm": 90, "width_mm": 90, "height_mm": 90} for sku in ("MUG", "CAP")])
    )
    (home / "stock.csv").write_bytes(
        csv_text([{"sku": sku, "location": place, "on_hand": 3} for sku in ("MUG", "CAP") for place in ("main", "side")])
    )
    orders = [{"order_id": str(n), **_ORDER, "sku": ("MUG", "CAP")[n % 2], "quantity": n} for n in range(1, 5)]
    (home / "orders.csv").write_bytes(csv_text(orders))
    (home / "tracking.csv").write_bytes(
        csv_text([{"shipment_or_order": f"S-{n}", "carrier": "post", "tracking_number": f"T{n}"} for n in (1, 2)])
    )
    found = Morning()
    for number, words in enumerate(MORNING):
        found.before.append(_copied(home, home.with_name(f"before-{number}")))
        log = home.with_name("calls.txt")
        done = _run(home, words, "strace", "-f", "-qq", "-o", str(log), "-e", f"trace={','.join(CALLS)}")
        assert done.returncode == 0, done.stderr
        lines = log.read_text(encoding="utf-8")
        found.calls.append({name: len(re.findall(rf"^\d+ +{name}\(", lines, re.MULTILINE)) for name in CALLS})
        found.after.append(_state(home))
        assert _errors(home) == []
    yield found
    for path in home.parent.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _points(calls: dict[str, int]) -> list[tuple[str, int]]:
    """Kills spread over all calls of the command: each kind's first and last, the rest in even steps."""
    every = [(name, n) for name, count in calls.items() for n in range(1, count + 1)]
    ends = [(name, n) for name, count in calls.items() if count for n in {1, count}]
    step = max(1, len(every) // max(1, POINTS - len(ends)))
    return sorted({*ends, *every[::step]})


@pytest.mark.parametrize("number", range(len(MORNING)), ids=[words[0] for words in MORNING])
def test_a_command_that_is_killed_at_any_write_harms_nothing_and_ends_the_same_when_run_again(
    morning: Morning, home: Path, number: int
) -> None:
    words, points = MORNING[number], _points(morning.calls[number])
    assert len(points) >= 4
    killed = 0
    for call, n in points:
        _copied(morning.before[number], home)
        done = _run(
            home, words, "strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={n}"
        )
        killed += done.returncode in (-9, 137)
        where = f"oms {' '.join(words)}, killed at {call} number {n}"
        assert _errors(home) == [], where
        again = _run(home, words)
        assert again.returncode == 0, (where, again.stderr)
        assert _errors(home) == [], where
        found, wanted = _state(home), morning.after[number]
        assert found["files"] == wanted["files"], where
        for table, rows in wanted["rows"].items():
            assert found["rows"][table] == rows, (where, table)
    assert killed >= len(points) * 0.8, "the kills did not reach the process"

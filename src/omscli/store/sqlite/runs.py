"""Runs: who changed what, what was there before, and what a later run did to the same thing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from omscli.store.sqlite.rows import select_in

# Where a run leaves its number, and how many rows of what it left there.
_TRACES = {
    "orders": "SELECT first_run, '', COUNT(*) FROM orders WHERE first_run BETWEEN ? AND ? GROUP BY 1",
    "changed": "SELECT run_id, '', COUNT(*) FROM order_event WHERE what LIKE 'changed by %' AND run_id BETWEEN ? AND ? GROUP BY 1",
    "planned": "SELECT run_id, '', COUNT(*) FROM shipment WHERE run_id BETWEEN ? AND ? GROUP BY 1",
    "decided": "SELECT run_id, '', COUNT(*) FROM decision WHERE run_id BETWEEN ? AND ? GROUP BY 1",
    "held": "SELECT run_id, '', COUNT(*) FROM order_hold WHERE run_id BETWEEN ? AND ? GROUP BY 1",
    "noted": "SELECT run_id, '', COUNT(*) FROM order_event WHERE run_id BETWEEN ? AND ? GROUP BY 1",
    "picks": "SELECT p.run_id, '', COUNT(*) FROM pick p WHERE p.run_id BETWEEN ? AND ? GROUP BY 1",
    "mails": "SELECT run_id, '', COUNT(*) FROM mail WHERE run_id BETWEEN ? AND ? GROUP BY 1",
    "file": "SELECT run_id, kind, COUNT(*) FROM outfile WHERE run_id BETWEEN ? AND ? GROUP BY 1, 2",
    "listed": "SELECT run_id, '', COUNT(*) FROM listing WHERE run_id BETWEEN ? AND ? GROUP BY 1",
    "paused": "SELECT run_id, '', COUNT(*) FROM channel_pause WHERE run_id BETWEEN ? AND ? GROUP BY 1",
    "set aside": "SELECT run_id, '', COUNT(*) FROM stock_hold WHERE run_id BETWEEN ? AND ? GROUP BY 1",
    "returns": "SELECT run_id, '', COUNT(*) FROM goods_return WHERE run_id BETWEEN ? AND ? GROUP BY 1",
    "refunds": "SELECT run_id, '', COUNT(*) FROM refund WHERE run_id BETWEEN ? AND ? GROUP BY 1",
    "transfers": "SELECT run_id, '', COUNT(*) FROM transfer WHERE run_id BETWEEN ? AND ? GROUP BY 1",
    "before": "SELECT run_id, kind, COUNT(*) FROM run_change WHERE run_id BETWEEN ? AND ? GROUP BY 1, 2",
    "moved": "SELECT run_id, kind, SUM(CASE WHEN on_hand <> 0 THEN on_hand ELSE allocated END) FROM movement WHERE run_id BETWEEN ? AND ? GROUP BY 1, 2",
    "import": "SELECT run_id, kind, rows FROM import_file WHERE run_id BETWEEN ? AND ?",
}
_ON_ORDERS = (
    "SELECT order_id, run_id FROM order_event WHERE order_id IN ({marks})",
    "SELECT order_id, run_id FROM order_hold WHERE order_id IN ({marks})",
    "SELECT order_id, run_id FROM decision WHERE order_id IN ({marks})",
    "SELECT order_id, run_id FROM shipment WHERE order_id IN ({marks})",
    "SELECT h.order_id, p.run_id FROM shipment h JOIN pick p ON p.id = h.pick_id WHERE h.order_id IN ({marks})",
    "SELECT order_id, run_id FROM mail WHERE order_id IN ({marks})",
    "SELECT order_id, run_id FROM run_change WHERE order_id IN ({marks})",
)


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run that changed something; `undone_by` is the run that took it back."""

    id: int
    command: str
    arguments: str
    at: str
    undoes: int | None
    undone_by: int | None

    @property
    def words(self) -> str:
        """How a person knows it again."""
        return f"run {self.id} ({self.command})"


@dataclass(slots=True)
class Runs:
    """Questions about what was done."""

    connection: sqlite3.Connection

    def last(self, limit: int) -> list[PastRun]:
        """The newest runs, newest first."""
        return self._runs("ORDER BY r.id DESC LIMIT ?", limit)

    def one(self, number: int) -> PastRun | None:
        """A run by its number."""
        return next(iter(self._runs("WHERE r.id = ?", number)), None)

    def _runs(self, end: str, value: int) -> list[PastRun]:
        sql = "SELECT r.id, r.command, r.arguments, r.started_at, r.undoes, u.id FROM run r LEFT JOIN run u ON u.undoes = r.id"
        return [PastRun(*row) for row in self.connection.execute(f"{sql} {end}", (value,))]

    def rules_of(self, run: int) -> tuple[str, str] | None:
        """Fingerprint and text of the rules.yaml by which a run decided."""
        sql = "SELECT t.fingerprint, t.text FROM run r JOIN rules_text t ON t.fingerprint = r.rules_fingerprint WHERE r.id = ?"
        row = self.connection.execute(sql, (run,)).fetchone()
        return (row[0], row[1]) if row else None

    def traces(self, first: int, last: int) -> dict[int, dict[tuple[str, str], int]]:
        """What each of these runs left in the books: (trace, kind) → how many."""
        found: dict[int, dict[tuple[str, str], int]] = {}
        for name, sql in _TRACES.items():
            for run, kind, count in self.connection.execute(sql, (first, last)):
                found.setdefault(run, {})[name, kind] = count
        return found

    def import_of(self, run: int) -> tuple[str, str, dict[str, int]] | None:
        """(kind, name, counts) of the file that a run took in."""
        row = self.connection.execute("SELECT kind, name, counts FROM import_file WHERE run_id = ?", (run,)).fetchone()
        return (row[0], row[1], json.loads(row[2])) if row else None

    # -- what was there before

    def keep(self, run: int, kind: str, subject: object, before: dict[str, Any] | None, order: int | None = None) -> None:
        """Note what a run is about to change in place; only the first word of a run about a subject counts."""
        self.keep_all(run, kind, [(subject, before)], order)

    def keep_all(self, run: int, kind: str, subjects: Iterable[tuple[object, dict[str, Any] | None]], order: int | None = None) -> None:
        """The same of many subjects of a kind, each with what was there before."""
        self.connection.executemany(
            "INSERT INTO run_change (run_id, kind, subject, order_id, before) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [
                (run, kind, str(subject), order, None if before is None else json.dumps(before, ensure_ascii=False, sort_keys=True))
                for subject, before in subjects
            ],
        )

    def keep_lines(self, run: int, lines: Iterable[int]) -> None:
        """Note what waits and what is cancelled of these order lines."""
        sql = "SELECT id, order_id, cancelled, given_up, backordered, backordered_at, expected_on FROM order_line WHERE id IN ({marks})"
        for row in list(select_in(self.connection, sql, lines)):
            before = {name: row[name] for name in ("cancelled", "given_up", "backordered", "backordered_at", "expected_on")}
            self.keep(run, "line", row["id"], before, row["order_id"])

    def kept(self, run: int, kind: str) -> dict[str, dict[str, Any] | None]:
        """What a run noted of this kind, by subject."""
        rows = self.connection.execute("SELECT subject, before FROM run_change WHERE run_id = ? AND kind = ? ORDER BY subject", (run, kind))
        return {row[0]: None if row[1] is None else json.loads(row[1]) for row in rows}

    # -- what happened later

    def _settled(self) -> set[int]:
        """Runs that were taken back, and those that did it: together they changed nothing."""
        rows = self.connection.execute("SELECT id, undoes FROM run WHERE undoes IS NOT NULL")
        return {run for row in rows for run in row}

    def later_on_orders(self, orders: Iterable[int], run: int) -> tuple[str, PastRun] | None:
        """The newest later run that did something to one of these orders and stands: (the order's id, the run)."""
        settled, ids, newest = self._settled(), list(orders), (run, 0)
        for sql in _ON_ORDERS:
            for order, later in select_in(self.connection, sql, ids):
                if later > run and later not in settled:
                    newest = max(newest, (later, order))
        if not newest[1]:
            return None
        ref = self.connection.execute("SELECT ref FROM orders WHERE id = ?", (newest[1],)).fetchone()[0]
        return self._pair(ref, newest[0])

    def later_change(self, kind: str, subjects: Iterable[str], run: int) -> tuple[str, PastRun] | None:
        """The newest later run that changed one of these subjects and stands: (subject, the run)."""
        sql = "SELECT run_id, subject FROM run_change WHERE kind = ? AND subject IN ({marks})"
        return self._newest(((row[0], row[1]) for row in select_in(self.connection, sql, subjects, (kind,))), run)

    def later_count(self, run: int) -> tuple[str, PastRun] | None:
        """The newest later run that counted what this one moved, at the same place: (SKU at place, the run)."""
        sql = (
            "SELECT m.run_id, p.sku || ' at ' || m.location FROM movement o JOIN movement m ON m.product_id = o.product_id"
            " AND m.location = o.location AND m.run_id > o.run_id AND m.kind = 'counted' JOIN product p ON p.id = m.product_id"
            " WHERE o.run_id = ? AND o.on_hand <> 0 AND o.kind <> 'reversed'"
        )
        return self._newest(self.connection.execute(sql, (run,)), run)

    def later_claim(self, places: Iterable[tuple[int, str]], run: int) -> tuple[str, PastRun] | None:
        """The newest later run that claimed or took one of these products at its place: (SKU at place, the run)."""
        sql = (
            "SELECT m.run_id, p.sku || ' at ' || m.location FROM movement m JOIN product p ON p.id = m.product_id"
            " WHERE m.product_id = ? AND m.location = ? AND m.run_id > ? AND m.allocated - m.on_hand > 0"
            " AND NOT EXISTS (SELECT 1 FROM movement r WHERE r.reverses = m.id)"
        )
        return self._newest((row for product, place in places for row in self.connection.execute(sql, (product, place, run))), run)

    def _newest(self, rows: Iterable[Any], run: int) -> tuple[str, PastRun] | None:
        settled, newest = self._settled(), (run, "")
        for later, words in rows:
            if later > run and later not in settled:
                newest = max(newest, (later, words))
        return self._pair(newest[1], newest[0]) if newest[1] else None

    def _pair(self, subject: str, run: int) -> tuple[str, PastRun]:
        past = self.one(run)
        return subject, past if past is not None else PastRun(run, "?", "", "", None, None)

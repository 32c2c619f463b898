"""What routing runs knew when they decided, kept for a while so that they can be decided again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from omscli.store.sqlite.rows import select_in


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One routing run: its facts, what it made of them, and the rules by which it did."""

    run: int
    at: str
    orders: int
    made: dict[str, Any]
    facts: bytes
    fingerprint: str
    rules: str


@dataclass(slots=True)
class RunFacts:
    """Questions about past decisions."""

    connection: sqlite3.Connection

    def keep(self, run: int, at: str, orders: int, made: dict[str, Any], facts: bytes) -> None:
        """Store the facts of a run."""
        text = json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        self.connection.execute(
            "INSERT INTO run_facts (run_id, at, orders, made, facts) VALUES (?, ?, ?, ?, ?)", (run, at, orders, text, facts)
        )

    def forget_before(self, at: str) -> None:
        """Older facts are kept no longer."""
        self.connection.execute("DELETE FROM run_facts WHERE at < ?", (at,))

    def since(self, at: str) -> list[StoredRun]:
        """Runs from the instant on that were not taken back, oldest first."""
        return self._runs("AND f.at >= ? ORDER BY f.run_id", (at,))

    def last(self) -> list[StoredRun]:
        """The newest run that decided about every open order; where none did, the newest one. An empty list for none at all."""
        return self._runs("""ORDER BY f.made LIKE '%"whole":true%' DESC, f.run_id DESC LIMIT 1""", ())

    def _runs(self, which: str, values: tuple[str, ...]) -> list[StoredRun]:
        sql = (
            "SELECT f.run_id, f.at, f.orders, f.made, f.facts, r.rules_fingerprint, t.text FROM run_facts f JOIN run r ON r.id = f.run_id"
            " JOIN rules_text t ON t.fingerprint = r.rules_fingerprint WHERE NOT EXISTS (SELECT 1 FROM run u WHERE u.undoes = f.run_id)"
        )
        rows = self.connection.execute(f"{sql} {which}", values)
        return [StoredRun(row[0], row[1], row[2], json.loads(row[3]), row[4], row[5], row[6]) for row in rows]

    def customers(self, orders: Iterable[int]) -> dict[int, str]:
        """E-mail addresses of these orders, as the store has them now: facts hold none."""
        return {row[0]: row[1] for row in select_in(self.connection, "SELECT id, email FROM orders WHERE id IN ({marks})", orders)}

    def released(self, after: int, until: int) -> list[sqlite3.Row]:
        """What was put on pick lists by runs after one and up to another: (order, order line, place, day, units, shipment)."""
        return self.connection.execute(
            "SELECT h.order_id, l.order_line_id, h.location, h.ship_on, l.quantity, h.id FROM pick p JOIN shipment h ON h.pick_id = p.id"
            " JOIN shipment_line l ON l.shipment_id = h.id WHERE p.run_id > ? AND p.run_id <= ? AND h.state <> 'cancelled' ORDER BY h.id, l.id",
            (after, until),
        ).fetchall()

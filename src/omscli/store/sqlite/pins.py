"""Orders that a person tied to one place."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Pin:
    """Where an order must leave from, and since when a person wants that."""

    location: str
    since: str


@dataclass(slots=True)
class Pins:
    """Questions about what is tied to a place."""

    connection: sqlite3.Connection

    def of(self, order: int) -> Pin | None:
        """The pin of an order."""
        row = self.connection.execute("SELECT location, since FROM order_pin WHERE order_id = ?", (order,)).fetchone()
        return Pin(row[0], row[1]) if row else None

    def in_scope(self) -> list[tuple[int, str]]:
        """(order, place) for the orders of a routing run."""
        rows = self.connection.execute("SELECT p.order_id, p.location FROM temp.scope s CROSS JOIN order_pin p WHERE p.order_id = s.id")
        return [(row[0], row[1]) for row in rows]

    def put(self, order: int, location: str, run: int, at: str) -> None:
        """From now on the order leaves from there only."""
        self.connection.execute(
            "INSERT INTO order_pin (order_id, location, since, run_id) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (order_id) DO UPDATE SET location = excluded.location, since = excluded.since, run_id = excluded.run_id",
            (order, location, at, run),
        )

    def end(self, order: int) -> None:
        """Every place may serve it again."""
        self.connection.execute("DELETE FROM order_pin WHERE order_id = ?", (order,))

    def blocked(self, limit: int = 20) -> list[dict[str, Any]]:
        """Pinned orders that their place could not send whole when they were last decided."""
        sql = (
            "SELECT o.ref AS id, p.location, d.state FROM order_pin p CROSS JOIN orders o CROSS JOIN standing_decision d"
            " WHERE o.id = p.order_id AND o.status IN ('open', 'part_shipped') AND d.order_id = o.id"
            " AND d.id = (SELECT MAX(x.id) FROM standing_decision x WHERE x.order_id = o.id)"
            " AND (d.state = 'unroutable' OR d.state = 'backordered' OR d.state = 'part_routed')"
            " AND NOT EXISTS (SELECT 1 FROM order_hold h WHERE h.order_id = o.id AND h.ended_at IS NULL) ORDER BY o.placed_at, o.id LIMIT ?"
        )
        return [dict(row) for row in self.connection.execute(sql, (limit,))]

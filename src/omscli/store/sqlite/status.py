"""The morning screen: what needs a person, counted."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from omscli.store.sqlite.mails import TO_MAIL
from omscli.store.sqlite.rows import OPEN, TO_DO


@dataclass(slots=True)
class Overview:
    """Questions of `oms status`."""

    connection: sqlite3.Connection

    def counts(self, today: str, since: str) -> dict[str, int]:
        """Orders and shipments by what is to be done with them. Mails are due for what has left `since`."""
        no_hold = "NOT EXISTS (SELECT 1 FROM order_hold h WHERE h.order_id = o.id AND h.ended_at IS NULL)"
        decided = "(SELECT d.state FROM standing_decision d WHERE d.order_id = o.id ORDER BY d.id DESC LIMIT 1)"
        one = {
            "open": f"SELECT COUNT(*) FROM orders WHERE {OPEN}",
            "held": f"SELECT COUNT(DISTINCT h.order_id) FROM order_hold h JOIN orders o ON o.id = h.order_id WHERE h.ended_at IS NULL AND o.{OPEN}",
            "to_route": f"SELECT COUNT(*) FROM orders o WHERE o.{OPEN} AND {no_hold} AND COALESCE({decided}, '') <> 'unroutable'"
            " AND EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id"
            "  AND l.ordered - l.elsewhere - l.cancelled - l.shipped - l.allocated - l.backordered > 0)",
            "unroutable": f"SELECT COUNT(*) FROM orders o WHERE o.{OPEN} AND {decided} = 'unroutable' AND {no_hold}",
            "to_tell": f"SELECT COUNT(*) FROM shipment h WHERE {TO_MAIL} AND h.shipped_at >= :since",
            "waiting": f"SELECT COUNT(*) FROM orders o WHERE o.{OPEN} AND EXISTS"
            " (SELECT 1 FROM order_line l WHERE l.order_id = o.id AND l.backordered > 0)",
            "planned": f"SELECT COUNT(*) FROM shipment WHERE {TO_DO} AND state = 'planned'",
            "released": f"SELECT COUNT(*) FROM shipment WHERE {TO_DO} AND state IN ('released', 'packed')",
            "ordered": f"SELECT COUNT(*) FROM shipment WHERE {TO_DO} AND state = 'ordered'",
            "ready": f"SELECT COUNT(*) FROM shipment WHERE {TO_DO} AND state = 'ready'",
            "for_person": "SELECT COUNT(*) FROM order_event WHERE for_person = 1 AND settled_at IS NULL",
            "pull_back": f"SELECT COUNT(*) FROM shipment WHERE {TO_DO} AND pull_back <> ''",
            "mails": "SELECT COUNT(*) FROM mail WHERE state IN ('queued', 'sending')",
            "mails_failed": "SELECT COUNT(*) FROM mail WHERE state = 'failed'",
            "files": "SELECT COUNT(*) FROM outfile WHERE written_at IS NULL AND superseded_at IS NULL",
            "uploads": "SELECT COUNT(*) FROM outfile WHERE uploaded_at IS NULL AND superseded_at IS NULL AND kind IN ('stock', 'tracking', 'refunds')",
            "late": f"SELECT COUNT(*) FROM orders o WHERE o.{OPEN} AND (substr(o.ship_by, 1, 10) < :today OR EXISTS"
            " (SELECT 1 FROM shipment h WHERE h.order_id = o.id AND h.state IN ('planned', 'released', 'packed', 'ordered') AND h.ship_on < :today))",
            "due_today": f"SELECT COUNT(*) FROM shipment h JOIN orders o ON o.id = h.order_id WHERE h.{TO_DO}"
            " AND h.state IN ('planned', 'released', 'packed') AND (h.ship_on = :today OR substr(o.ship_by, 1, 10) = :today)",
        }
        values = {"today": today, "since": since}
        return {name: int(self.connection.execute(sql, values).fetchone()[0]) for name, sql in one.items()}

    def held(self, limit: int = 20) -> list[dict[str, Any]]:
        """Orders that wait for a person, with the reasons."""
        sql = (
            "SELECT o.ref AS id, o.channel, group_concat(h.reason, '; ') AS reason, group_concat(h.kind) AS kinds FROM order_hold h"
            " JOIN orders o ON o.id = h.order_id WHERE h.ended_at IS NULL AND o.status IN ('open', 'part_shipped')"
            " GROUP BY o.id ORDER BY o.placed_at, o.id LIMIT ?"
        )
        return [dict(row) for row in self.connection.execute(sql, (limit,))]

    def questions(self, limit: int = 20) -> list[dict[str, Any]]:
        """Open questions for a person."""
        sql = (
            "SELECT o.ref AS id, e.what, e.at FROM order_event e JOIN orders o ON o.id = e.order_id"
            " WHERE e.for_person = 1 AND e.settled_at IS NULL ORDER BY +e.id LIMIT ?"
        )
        return [dict(row) for row in self.connection.execute(sql, (limit,))]

    def set_aside(self, since: str, limit: int = 20) -> tuple[int, list[dict[str, Any]]]:
        """How many rows were set aside since the instant in files of which no better one came, and the first of them."""
        newest = (
            "FROM run r CROSS JOIN import_file f CROSS JOIN set_aside s WHERE r.started_at >= ? AND f.run_id = r.id AND s.file_id = f.id"
            " AND NOT EXISTS (SELECT 1 FROM import_file n WHERE n.name = f.name AND n.id > f.id)"
        )  # CROSS: from the runs of these days on, never from all that was ever set aside
        count = self.connection.execute(f"SELECT COUNT(*) {newest}", (since,)).fetchone()[0]
        sql = f"SELECT f.name AS file, s.line, s.column_name AS column, s.value, s.problem, s.hint {newest} ORDER BY f.id DESC, s.line LIMIT ?"
        return int(count), [dict(row) for row in self.connection.execute(sql, (since, limit))]

    def waiting(self, limit: int = 20) -> list[dict[str, Any]]:
        """What waits for goods, by SKU."""
        sql = (
            "SELECT l.sku, SUM(l.backordered) AS units, COUNT(DISTINCT l.order_id) AS orders, MIN(l.expected_on) AS expected_on FROM order_line l"
            " JOIN orders o ON o.id = l.order_id WHERE l.backordered > 0 AND o.status IN ('open', 'part_shipped') GROUP BY l.sku ORDER BY 2 DESC, 1 LIMIT ?"
        )
        return [dict(row) for row in self.connection.execute(sql, (limit,))]

    def places(self) -> list[dict[str, Any]]:
        """Work by place: planned, released, ordered."""
        sql = (
            "SELECT location, SUM(state = 'planned') AS planned, SUM(state IN ('released', 'packed')) AS released, SUM(state = 'ordered') AS ordered,"
            " SUM(state = 'ready') AS ready FROM shipment"
            f" WHERE {TO_DO} AND state <> 'short' GROUP BY location ORDER BY location"
        )
        return [dict(row) for row in self.connection.execute(sql)]

    def last_runs(self) -> dict[str, str]:
        """When each command last changed something."""
        sql = (
            "WITH RECURSIVE c (name) AS (SELECT MIN(command) FROM run UNION ALL"
            " SELECT (SELECT MIN(r.command) FROM run r WHERE r.command > c.name) FROM c WHERE c.name IS NOT NULL)"
            " SELECT name, (SELECT MAX(r.started_at) FROM run r WHERE r.command = c.name) FROM c WHERE name IS NOT NULL ORDER BY 1"
        )  # from one name to the next: the runs themselves are never read
        return {row[0]: row[1] for row in self.connection.execute(sql)}

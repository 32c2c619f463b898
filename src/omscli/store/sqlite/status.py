"""The morning screen: what needs a person, counted."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Overview:
    """Questions of `oms status`."""

    connection: sqlite3.Connection

    def counts(self, today: str) -> dict[str, int]:
        """Orders and shipments by what is to be done with them."""
        one = {
            "open": "SELECT COUNT(*) FROM orders WHERE status IN ('open', 'part_shipped')",
            "held": "SELECT COUNT(DISTINCT h.order_id) FROM order_hold h JOIN orders o ON o.id = h.order_id"
            " WHERE h.ended_at IS NULL AND o.status IN ('open', 'part_shipped')",
            "to_route": "SELECT COUNT(DISTINCT l.order_id) FROM order_line l JOIN orders o ON o.id = l.order_id"
            " WHERE o.status IN ('open', 'part_shipped') AND ordered - elsewhere - cancelled - shipped - allocated - backordered > 0"
            " AND COALESCE((SELECT d.state FROM standing_decision d WHERE d.order_id = o.id ORDER BY d.id DESC LIMIT 1), '') <> 'unroutable'"
            " AND NOT EXISTS (SELECT 1 FROM order_hold h WHERE h.order_id = o.id AND h.ended_at IS NULL)",
            "unroutable": "SELECT COUNT(*) FROM orders o WHERE o.status IN ('open', 'part_shipped')"
            " AND (SELECT d.state FROM standing_decision d WHERE d.order_id = o.id ORDER BY d.id DESC LIMIT 1) = 'unroutable'"
            " AND NOT EXISTS (SELECT 1 FROM order_hold h WHERE h.order_id = o.id AND h.ended_at IS NULL)",
            "to_tell": "SELECT COUNT(*) FROM shipment h WHERE h.state IN ('shipped', 'delivered') AND h.method <> 'pickup'"
            " AND NOT EXISTS (SELECT 1 FROM mail m WHERE m.shipment_id = h.id AND m.event = 'shipped')",
            "waiting": "SELECT COUNT(DISTINCT l.order_id) FROM order_line l JOIN orders o ON o.id = l.order_id"
            " WHERE o.status IN ('open', 'part_shipped') AND l.backordered > 0",
            "planned": "SELECT COUNT(*) FROM shipment WHERE state = 'planned'",
            "released": "SELECT COUNT(*) FROM shipment WHERE state IN ('released', 'packed')",
            "ordered": "SELECT COUNT(*) FROM shipment WHERE state = 'ordered'",
            "ready": "SELECT COUNT(*) FROM shipment WHERE state = 'ready'",
            "for_person": "SELECT COUNT(*) FROM order_event WHERE for_person = 1 AND settled_at IS NULL",
            "pull_back": "SELECT COUNT(*) FROM shipment WHERE pull_back <> ''",
            "mails": "SELECT COUNT(*) FROM mail WHERE state IN ('queued', 'sending')",
            "mails_failed": "SELECT COUNT(*) FROM mail WHERE state = 'failed'",
            "files": "SELECT COUNT(*) FROM outfile WHERE written_at IS NULL AND superseded_at IS NULL",
            "uploads": "SELECT COUNT(*) FROM outfile WHERE uploaded_at IS NULL AND superseded_at IS NULL AND kind IN ('stock', 'tracking')",
        }
        found = {name: int(self.connection.execute(sql).fetchone()[0]) for name, sql in one.items()}
        late = (
            "SELECT COUNT(DISTINCT o.id) FROM orders o WHERE o.status IN ('open', 'part_shipped') AND (substr(o.ship_by, 1, 10) < :d OR EXISTS"
            " (SELECT 1 FROM shipment h WHERE h.order_id = o.id AND h.state IN ('planned', 'released', 'packed', 'ordered') AND h.ship_on < :d))"
        )
        due = (
            "SELECT COUNT(DISTINCT h.id) FROM shipment h JOIN orders o ON o.id = h.order_id WHERE h.state IN ('planned', 'released', 'packed')"
            " AND (h.ship_on = :d OR substr(o.ship_by, 1, 10) = :d)"
        )
        found["late"] = int(self.connection.execute(late, {"d": today}).fetchone()[0])
        found["due_today"] = int(self.connection.execute(due, {"d": today}).fetchone()[0])
        return found

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
            " WHERE e.for_person = 1 AND e.settled_at IS NULL ORDER BY e.id LIMIT ?"
        )
        return [dict(row) for row in self.connection.execute(sql, (limit,))]

    def set_aside(self, since: str, limit: int = 20) -> tuple[int, list[dict[str, Any]]]:
        """How many rows were set aside since the instant in files of which no better one came, and the first of them."""
        newest = (
            "FROM set_aside s JOIN import_file f ON f.id = s.file_id JOIN run r ON r.id = f.run_id WHERE r.started_at >= ?"
            " AND NOT EXISTS (SELECT 1 FROM import_file n WHERE n.name = f.name AND n.id > f.id)"
        )
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
            " SUM(state = 'ready') AS ready FROM shipment WHERE state IN ('planned', 'released', 'packed', 'ordered', 'ready') GROUP BY location ORDER BY location"
        )
        return [dict(row) for row in self.connection.execute(sql)]

    def last_runs(self) -> dict[str, str]:
        """When each command last changed something."""
        return {
            row[0]: row[1] for row in self.connection.execute("SELECT command, MAX(started_at) FROM run GROUP BY command ORDER BY command")
        }

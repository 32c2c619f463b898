"""What happened that a customer may want to hear of. Every question is asked of the last days only, never of the whole history."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from omscli.store.sqlite.rows import OPEN, TO_DO, select_in

_NOT_HELD = "NOT EXISTS (SELECT 1 FROM order_hold x WHERE x.order_id = h.order_id AND x.ended_at IS NULL)"
_DATED = "h.method <> 'pickup' AND h.ship_on IS NOT NULL AND h.arrives IS NOT NULL"
# Rows are (order_id, subject, at, shipment_id): `subject` is the id of what the event is about.
_HAPPENED = {
    "received": f"SELECT o.id, o.id, o.placed_at, NULL FROM orders o WHERE o.{OPEN} AND o.history = 0 AND o.placed_at >= ?",
    "delivered": "SELECT h.order_id, h.id, h.delivered_on || 'T12:00:00Z', h.id FROM shipment h WHERE h.state = 'delivered' AND h.delivered_on >= substr(?, 1, 10)",
    # What a file cancelled was cancelled in the shop, which has told the customer.
    "cancelled": "SELECT e.order_id, e.id, e.at, NULL FROM order_event e JOIN orders o ON o.id = e.order_id WHERE e.what = 'cancelled'"
    " AND e.why NOT LIKE 'cancelled in %' AND o.status = 'cancelled' AND e.at >= ?",
    "return_approved": "SELECT g.order_id, g.id, COALESCE(g.labelled_at, g.decided_at), NULL FROM goods_return g WHERE g.closed_at IS NULL"
    " AND g.state IN ('approved', 'label_sent') AND COALESCE(g.labelled_at, g.decided_at) >= ?",
    "return_received": "SELECT g.order_id, g.id, MAX(r.at), NULL FROM return_receipt r JOIN return_line v ON v.id = r.return_line_id"
    " JOIN goods_return g ON g.id = v.return_id WHERE r.disposition <> 'missing' AND r.at >= ? GROUP BY g.id",
    "refunded": "SELECT f.order_id, f.id, f.at, NULL FROM refund f WHERE f.amount > 0 AND f.at >= ?",
}


@dataclass(slots=True)
class MailEvents:
    """Questions about events."""

    connection: sqlite3.Connection

    def happened(self, event: str, since: str) -> list[tuple[int, int, str, int | None]]:
        """(order, what it is about, when, shipment or None), the oldest subject first."""
        # Sorted here: asked for the order of ids, SQLite walks through all of them instead of the last days.
        return sorted((tuple(row) for row in self.connection.execute(_HAPPENED[event], (since,))), key=lambda row: row[1])

    def undelivered(self, since: str) -> list[sqlite3.Row]:
        """Shipments with a date, of orders that nothing holds: those still to leave, and those that left since and did not arrive."""
        sql = (
            "SELECT h.id, h.order_id, h.location, h.carrier, h.service, h.ship_on, h.arrives, h.shipped_at, o.deliver_by"
            f" FROM shipment h JOIN orders o ON o.id = h.order_id WHERE {_DATED} AND {_NOT_HELD}"
        )
        to_leave = f"{sql} AND h.{TO_DO} AND h.state IN ('planned', 'released', 'packed', 'ordered')"
        on_the_way = f"{sql} AND h.state = 'shipped' AND h.shipped_at >= ?"
        return self.connection.execute(f"{to_leave} UNION ALL {on_the_way}", (since,)).fetchall()

    def gone(self, since: date) -> dict[tuple[str, date], int]:
        """Shipments that left, by place and the day on which they were to."""
        sql = (
            f"SELECT h.location, h.ship_on, COUNT(*) FROM shipment h WHERE {_DATED} AND h.state IN ('shipped', 'delivered') AND h.ship_on >= ?"
            " GROUP BY 1, 2"
        )
        return {(row[0], date.fromisoformat(row[1])): row[2] for row in self.connection.execute(sql, (since.isoformat(),))}

    def first_promises(self, orders: Iterable[int]) -> dict[int, date]:
        """The arrival that each order was promised first; a promise that was taken back never was."""
        sql = (
            "SELECT p.order_id, p.arrives FROM promise p WHERE p.order_id IN ({marks}) AND p.arrives IS NOT NULL AND p.version ="
            " (SELECT MIN(q.version) FROM promise q WHERE q.order_id = p.order_id AND NOT EXISTS (SELECT 1 FROM run u WHERE u.undoes = q.run_id))"
        )
        return {row[0]: date.fromisoformat(row[1]) for row in select_in(self.connection, sql, orders)}

    def told_delays(self, orders: Iterable[int]) -> dict[int, date]:
        """The latest day that a notice of delay has named, by order; a notice that was left out counts, or it would be left out anew each day."""
        sql = (
            "SELECT order_id, MAX(substr(key, -10)) FROM mail WHERE order_id IN ({marks}) AND event = 'delayed'"
            " AND key GLOB '*:????-??-??' GROUP BY order_id"
        )
        return {row[0]: date.fromisoformat(row[1]) for row in select_in(self.connection, sql, orders)}

    def reporting_carriers(self, since: date) -> set[str]:
        """Carriers of whose deliveries we have heard lately."""
        sql = "SELECT DISTINCT carrier FROM shipment WHERE delivered_on >= ?"
        return {row[0] for row in self.connection.execute(sql, (since.isoformat(),))}

"""Units set aside for somebody until a time. A hold ends by the clock: no row changes then, so every question names the instant."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from omscli.stock.holds import Use
from omscli.store.sqlite.rows import insert, select_in

_ROW = (
    "SELECT h.id, h.number, h.product_id, p.sku, h.location, h.units, h.taken, h.held_for, h.owner_key, h.reason, h.since, h.until, h.ended_at"
    " FROM v_stock_hold h JOIN product p ON p.id = h.product_id"
)
RUNNING = "h.ended_at IS NULL AND h.until > ?"


@dataclass(slots=True)
class Holds:
    """Questions about what is set aside."""

    connection: sqlite3.Connection

    def running(self, at: str) -> list[dict[str, Any]]:
        """Holds that have not ended at the instant, in the order they were made; `taken` is claimed by orders since."""
        return [dict(row) for row in self.connection.execute(f"{_ROW} WHERE {RUNNING} ORDER BY h.id", (at,))]

    def everything(self) -> list[dict[str, Any]]:
        """All holds there ever were."""
        return [dict(row) for row in self.connection.execute(f"{_ROW} ORDER BY h.id")]

    def numbered(self, number: int) -> list[dict[str, Any]]:
        """What one command set aside."""
        return [dict(row) for row in self.connection.execute(f"{_ROW} WHERE h.number = ? ORDER BY h.id", (number,))]

    def of(self, owner_key: str) -> list[dict[str, Any]]:
        """Everything that was ever held for somebody."""
        return [dict(row) for row in self.connection.execute(f"{_ROW} WHERE h.owner_key = ? ORDER BY h.id", (owner_key,))]

    def owners(self) -> list[str]:
        """For whom something was ever held."""
        return [row[0] for row in self.connection.execute("SELECT DISTINCT held_for FROM stock_hold ORDER BY held_for")]

    def add(self, units: dict[int, int], location: str, whom: tuple[str, str], reason: str, span: tuple[str, str], run: int) -> int:
        """Set aside units by product. `whom` is the name and its key, `span` since and until. Returns the hold's number."""
        number = int(self.connection.execute("SELECT COALESCE(MAX(number), 0) + 1 FROM stock_hold").fetchone()[0])
        columns = ("number", "product_id", "location", "units", "held_for", "owner_key", "reason", "since", "until", "run_id")
        insert(
            self.connection,
            "stock_hold",
            columns,
            [(number, product, location, count, *whom, reason, *span, run) for product, count in units.items()],
        )
        return number

    def end(self, ids: Iterable[int], at: str) -> None:
        """A person gives back what is left of these."""
        self.connection.executemany("UPDATE stock_hold SET ended_at = ? WHERE id = ? AND ended_at IS NULL", [(at, one) for one in ids])

    # -- routing; the scope is that of `Decisions.open_orders`

    def names(self) -> list[sqlite3.Row]:
        """What the orders in scope may be called by a hold: (order, e-mail, name, channel, number, our id)."""
        return self.connection.execute(
            "SELECT o.id, o.email, o.name, o.channel, o.order_id, o.ref FROM temp.scope s JOIN orders o ON o.id = s.id ORDER BY o.id"
        ).fetchall()

    def planned_use(self) -> dict[int, int]:
        """Units by hold that planned shipments of the scope have taken: they are decided again."""
        sql = (
            "SELECT u.hold_id, SUM(u.taken) FROM temp.scope s JOIN shipment h ON h.order_id = s.id AND h.state = 'planned'"
            " JOIN shipment_line l ON l.shipment_id = h.id JOIN allocation a ON a.shipment_line_id = l.id"
            " JOIN v_stock_hold_use u ON u.allocation_id = a.id GROUP BY u.hold_id"
        )
        return {row[0]: row[1] for row in self.connection.execute(sql)}

    def planned_users(self) -> list[int]:
        """Orders in scope whose planned shipments have taken units out of holds."""
        sql = (
            "SELECT DISTINCT s.id FROM temp.scope s JOIN shipment h ON h.order_id = s.id AND h.state = 'planned'"
            " JOIN shipment_line l ON l.shipment_id = h.id JOIN allocation a ON a.shipment_line_id = l.id"
            " JOIN stock_hold_use u ON u.allocation_id = a.id ORDER BY s.id"
        )
        return [row[0] for row in self.connection.execute(sql)]

    def planned_claims(self, orders: Iterable[int]) -> list[sqlite3.Row]:
        """Claims of the planned shipments of orders: (order, location, product, claim, units)."""
        sql = (
            "SELECT h.order_id, a.location, a.product_id, a.id, a.taken - a.freed AS units FROM shipment h JOIN shipment_line l ON l.shipment_id = h.id"
            " JOIN allocation a ON a.shipment_line_id = l.id WHERE h.state = 'planned' AND h.order_id IN ({marks}) ORDER BY a.id"
        )
        return list(select_in(self.connection, sql, orders))

    def uses(self, claims: Iterable[int]) -> dict[int, list[Use]]:
        """What these claims took out of holds."""
        sql = "SELECT allocation_id, hold_id, first_unit, units FROM stock_hold_use WHERE allocation_id IN ({marks}) ORDER BY allocation_id, first_unit"
        found: dict[int, list[Use]] = {}
        for row in select_in(self.connection, sql, claims):
            found.setdefault(row[0], []).append(Use(row[1], row[2], row[3]))
        return found

    def set_uses(self, claim: int, uses: Iterable[Use]) -> None:
        """What a planned claim takes out of holds, in place of what it took before."""
        self.connection.execute("DELETE FROM stock_hold_use WHERE allocation_id = ?", (claim,))
        rows = [(one.hold, claim, one.first, one.units) for one in uses]
        insert(self.connection, "stock_hold_use", ("hold_id", "allocation_id", "first_unit", "units"), rows)

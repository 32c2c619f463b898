"""What routing reads in bulk, and what it writes: decisions and promises. The cost grows with the open orders only.

CROSS JOIN is on purpose: SQLite then begins with the orders in question, where it would rather walk through all lines ever sold.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from omscli.store.sqlite.rows import OPEN, insert, select_in


@dataclass(slots=True)
class Decisions:
    """Questions of routing."""

    connection: sqlite3.Connection
    scratch: int = 0  # rows written to temporary tables: no change of the store

    def _scope(self, only: Iterable[int] | None, *, closed: bool = False) -> None:
        """Fill temp.scope with the orders in question: the open ones, or these of them; with `closed` also what is done."""
        before = self.connection.total_changes
        self.connection.execute("CREATE TEMP TABLE IF NOT EXISTS scope (id INTEGER PRIMARY KEY)")
        self.connection.execute("DELETE FROM temp.scope")
        if only is None:
            self.connection.execute(f"INSERT INTO temp.scope SELECT o.id FROM orders o WHERE o.{OPEN}")
        else:
            still = "" if closed else f" AND o.{OPEN}"
            self.connection.executemany(
                f"INSERT INTO temp.scope SELECT o.id FROM orders o WHERE o.id = ?{still}", [(one,) for one in sorted(set(only))]
            )
        self.scratch += self.connection.total_changes - before

    def open_orders(self, only: Iterable[int] | None = None, *, closed: bool = False) -> list[sqlite3.Row]:
        """Headers of the orders with something to decide, oldest first; `closed`: of these, also what is done. Must be the first question of a run."""
        self._scope(only, closed=closed)
        return self.connection.execute(
            "SELECT o.id, o.ref, o.channel, o.order_id, o.placed_at, o.country, o.region, o.postcode, o.city, o.service, o.payment, o.email,"
            " o.tags, COALESCE(o.total, (SELECT SUM(l.unit_price * l.ordered) FROM order_line l WHERE l.order_id = o.id)) AS total, o.currency, o.deliver_by, o.pickup_location FROM temp.scope s CROSS JOIN orders o WHERE o.id = s.id ORDER BY o.placed_at, o.id"
        ).fetchall()

    def demands(self) -> list[sqlite3.Row]:
        """Lines with units to decide: owed less what is firmly claimed. Also those of which a rule gave up units, for its conditions."""
        return self.connection.execute(
            "SELECT l.order_id, l.id, l.line_id, l.sku, l.product_id, l.unit_price, l.backordered, l.backordered_at, l.expected_on,"
            " l.ordered - l.elsewhere - l.cancelled - l.shipped AS owed, l.allocated, MIN(l.given_up, l.cancelled)"
            " FROM temp.scope s CROSS JOIN order_line l WHERE l.order_id = s.id"
            " AND (l.ordered - l.elsewhere - l.cancelled - l.shipped > 0 OR l.given_up > 0) ORDER BY l.id"
        ).fetchall()

    def lines(self) -> list[sqlite3.Row]:
        """Every line of the scope with a product, whatever is left of it: (line, line id, product, unit price)."""
        return self.connection.execute(
            "SELECT l.id, l.line_id, l.product_id, l.unit_price FROM temp.scope s CROSS JOIN order_line l"
            " WHERE l.order_id = s.id AND l.product_id IS NOT NULL ORDER BY l.id"
        ).fetchall()

    def last_settlement(self) -> tuple[int, str, str] | None:
        """The last run that decided about all orders together: its number, and fingerprints of the question and the answer."""
        row = self.connection.execute("SELECT run_id, question, answer FROM settlement ORDER BY run_id DESC LIMIT 1").fetchone()
        return (row[0], row[1], row[2]) if row else None

    def keep_settlement(self, run_id: int, question: str, answer: str) -> None:
        """Remember what a run was asked and what it answered."""
        self.connection.execute("INSERT INTO settlement (run_id, question, answer) VALUES (?, ?, ?)", (run_id, question, answer))

    def soft(self) -> list[sqlite3.Row]:
        """Lines of planned shipments of the scope: what the last run decided."""
        return self.connection.execute(
            "SELECT h.id AS shipment, h.order_id, h.location, h.method, h.carrier, h.service, h.ship_on, h.arrives, h.postage, h.boxes, h.handling,"
            " h.penalties, l.order_line_id AS line, l.quantity, l.id AS shipment_line"
            " FROM temp.scope s CROSS JOIN shipment h CROSS JOIN shipment_line l"
            " WHERE h.order_id = s.id AND h.state = 'planned' AND l.shipment_id = h.id ORDER BY h.id, l.id"
        ).fetchall()

    def soft_parts(self) -> list[sqlite3.Row]:
        """What a unit of each line of these shipments claims, as its kit was then: (shipment, line, product, units)."""
        return self.connection.execute(
            "SELECT h.id, l.order_line_id, a.product_id, a.per_unit"
            " FROM temp.scope s CROSS JOIN shipment h CROSS JOIN shipment_line l CROSS JOIN allocation a"
            " WHERE h.order_id = s.id AND h.state = 'planned' AND l.shipment_id = h.id AND a.shipment_line_id = l.id"
        ).fetchall()

    def soft_claims(self) -> list[sqlite3.Row]:
        """Open allocations of planned shipments of the scope, by place and product."""
        return self.connection.execute(
            "SELECT a.location, a.product_id, SUM(a.taken - a.freed - a.shipped) AS units"
            " FROM temp.scope s CROSS JOIN shipment h CROSS JOIN shipment_line l CROSS JOIN allocation a"
            " WHERE h.order_id = s.id AND h.state = 'planned' AND l.shipment_id = h.id AND a.shipment_line_id = l.id GROUP BY a.location, a.product_id"
        ).fetchall()

    def holds(self) -> list[sqlite3.Row]:
        """Live holds of the scope, and rule holds that a person has lifted."""
        return self.connection.execute(
            "SELECT h.order_id, h.kind, h.reason, h.ended_by FROM temp.scope s CROSS JOIN order_hold h"
            " WHERE h.order_id = s.id AND (h.ended_at IS NULL OR (h.kind = 'rule' AND h.ended_by = 'person')) ORDER BY h.id"
        ).fetchall()

    def excluded(self) -> list[sqlite3.Row]:
        """Places that were short for an order."""
        return self.connection.execute(
            "SELECT DISTINCT k.order_id, k.location FROM temp.scope s CROSS JOIN short_pick k WHERE k.order_id = s.id ORDER BY 1, 2"
        ).fetchall()

    def promised(self) -> dict[int, tuple[int, str | None, str | None]]:
        """The newest promise of each order in scope: (version, ship_on, arrives). One that was taken back has a version and no dates."""
        rows = self.connection.execute(
            "SELECT p.order_id, p.version, p.ship_on, p.arrives, EXISTS (SELECT 1 FROM run u WHERE u.undoes = p.run_id)"
            " FROM temp.scope s CROSS JOIN promise p WHERE p.order_id = s.id ORDER BY p.order_id, p.version"
        )
        return {row[0]: (row[1], None, None) if row[4] else (row[1], row[2], row[3]) for row in rows}

    def first_promised(self) -> dict[int, tuple[str, int]]:
        """The arrival date the customer could be told first, and the run that made it. Lateness counts from it: a moved date does not become punctual."""
        rows = self.connection.execute(
            "SELECT p.order_id, p.arrives, p.run_id FROM temp.scope s CROSS JOIN promise p WHERE p.order_id = s.id AND p.arrives IS NOT NULL AND p.version ="
            " (SELECT MIN(q.version) FROM promise q WHERE q.order_id = s.id AND NOT EXISTS (SELECT 1 FROM run u WHERE u.undoes = q.run_id))"
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    def last_decisions(self) -> dict[int, tuple[str, str, str]]:
        """The newest decision of each order in scope: (rule, state, reasons)."""
        rows = self.connection.execute(
            "SELECT d.order_id, d.rule, d.state, d.reasons FROM temp.scope s CROSS JOIN standing_decision d WHERE d.order_id = s.id"
            " ORDER BY d.order_id, d.id"
        )
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def levels(self) -> list[sqlite3.Row]:
        """Levels of every product that a line of the scope needs, kits opened."""
        return self.connection.execute(
            "SELECT v.location, v.product_id, v.on_hand - v.unavailable - v.allocated AS free, COALESCE(v.safety_stock, p.default_safety_stock) AS safety"
            " FROM stock_level v JOIN location p ON p.code = v.location WHERE v.product_id IN ("
            "  SELECT l.product_id FROM temp.scope s CROSS JOIN order_line l WHERE l.order_id = s.id"
            "  UNION SELECT k.component_id FROM temp.scope s CROSS JOIN order_line l CROSS JOIN kit_component k WHERE l.order_id = s.id AND k.kit_id = l.product_id)"
        ).fetchall()

    def products(self) -> list[sqlite3.Row]:
        """The same products with what packing and rules need."""
        return self.connection.execute(
            "SELECT p.id, p.sku, p.weight_g, p.length_mm, p.width_mm, p.height_mm, p.ships_alone, p.hazmat, p.category, p.keep_upright, p.fragile FROM product p WHERE p.id IN ("
            "  SELECT l.product_id FROM temp.scope s CROSS JOIN order_line l WHERE l.order_id = s.id"
            "  UNION SELECT k.component_id FROM temp.scope s CROSS JOIN order_line l CROSS JOIN kit_component k WHERE l.order_id = s.id AND k.kit_id = l.product_id)"
        ).fetchall()

    def components(self) -> list[sqlite3.Row]:
        """Kits among them."""
        return self.connection.execute(
            "SELECT k.kit_id, k.component_id, k.quantity FROM kit_component k WHERE k.kit_id IN ("
            " SELECT l.product_id FROM temp.scope s CROSS JOIN order_line l WHERE l.order_id = s.id) ORDER BY 1, 2"
        ).fetchall()

    def used_capacity(self, since: str) -> list[sqlite3.Row]:
        """Shipments a day and place that stand already: all but the planned ones of the scope, and the cancelled ones."""
        return self.connection.execute(
            "SELECT h.location, h.ship_on, COUNT(*) AS shipments FROM shipment h WHERE h.ship_on >= ? AND h.state NOT IN ('cancelled', 'short', 'expired')"
            " AND NOT (h.state = 'planned' AND h.order_id IN (SELECT id FROM temp.scope)) GROUP BY h.ship_on, h.location",
            (since,),
        ).fetchall()

    # -- writing

    def add(self, rows: Iterable[tuple[int, str, str, str]], run: int, at: str) -> None:
        """Decisions: (order, rule, state, reasons as JSON)."""
        insert(
            self.connection,
            "decision",
            ("order_id", "run_id", "at", "rule", "state", "reasons"),
            [(order, run, at, rule, state, reasons) for order, rule, state, reasons in rows],
        )

    def add_promises(self, rows: Iterable[tuple[int, int, str | None, str | None, str]], run: int, at: str) -> None:
        """Promises: (order, version, ship_on, arrives, derivation)."""
        insert(
            self.connection,
            "promise",
            ("order_id", "version", "at", "ship_on", "arrives", "derivation", "run_id"),
            [(order, version, at, ship_on, arrives, derivation, run) for order, version, ship_on, arrives, derivation in rows],
        )

    def last_of(self, order: int) -> dict[str, Any] | None:
        """The newest decision of one order, its account opened."""
        row = self.connection.execute(
            "SELECT run_id AS run, at, rule, state, reasons FROM standing_decision WHERE order_id = ? ORDER BY id DESC LIMIT 1", (order,)
        ).fetchone()
        return {**dict(row), "reasons": json.loads(row["reasons"])} if row else None

    def promises_of(self, order: int) -> list[dict[str, Any]]:
        """Every version of what the customer could be told, oldest first."""
        sql = "SELECT version, at, ship_on, arrives, derivation, run_id AS run FROM promise WHERE order_id = ? ORDER BY version"
        return [{**dict(row), "derivation": json.loads(row["derivation"])} for row in self.connection.execute(sql, (order,))]

    def product_names(self, products: Iterable[int]) -> dict[int, str]:
        """SKUs by product."""
        return {row[0]: row[1] for row in select_in(self.connection, "SELECT id, sku FROM product WHERE id IN ({marks})", products)}

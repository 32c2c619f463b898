"""Goods that come back: wishes, what arrived, what was paid back, and the files that ask for the money."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from omscli.returns.states import Happened, LineCounts, state_of
from omscli.store.sqlite.rows import TITLE, insert, next_id, select_in

_HEAD = (
    "id", "order_id", "state", "reason", "note", "reference", "requested_at", "doubts", "fee", "refund_shipping", "decided_at", "decided_by",
    "why", "exchange", "run_id",
)  # fmt: skip
_OWED = "EXISTS (SELECT 1 FROM v_return_line l WHERE l.return_id = g.id AND l.came > l.refunded)"
TO_REFUND = f"g.closed_at IS NULL AND g.state IN ('received', 'inspected') AND g.exchange_order_id IS NULL AND {_OWED}"
ON_THE_WAY = "g.closed_at IS NULL AND g.state IN ('approved', 'label_sent') AND g.decided_at < ?"


@dataclass(slots=True)
class Returns:
    """Questions about returns."""

    connection: sqlite3.Connection

    # -- asking

    def rules_of(self, order: int) -> str | None:
        """The text of rules.yaml under which an order was taken in."""
        sql = "SELECT t.text FROM orders o JOIN run r ON r.id = o.first_run JOIN rules_text t ON t.fingerprint = r.rules_fingerprint WHERE o.id = ?"
        row = self.connection.execute(sql, (order,)).fetchone()
        return str(row[0]) if row else None

    def lines_of_order(self, order: int) -> list[dict[str, Any]]:
        """The lines of an order with what left of them and what of that is in returns already; `arrived` is the last day known."""
        sql = (
            f"SELECT l.id, l.sku AS channel_sku, l.product_id, COALESCE(p.sku, l.sku) AS sku, {TITLE.format('l')} AS title, l.ordered, l.shipped, l.returned, l.final_sale, l.unit_price,"
            " (SELECT COALESCE(SUM(CASE WHEN g.closed_at IS NULL THEN v.units WHEN v.came + v.missing > v.refunded THEN v.came + v.missing ELSE v.refunded END), 0) FROM v_return_line v"
            "  JOIN goods_return g ON g.id = v.return_id WHERE v.order_line_id = l.id) AS in_returns,"
            " (SELECT MAX(COALESCE(h.delivered_on, CASE WHEN h.arrives > substr(h.shipped_at, 1, 10) THEN h.arrives ELSE substr(h.shipped_at, 1, 10) END)) FROM shipment_line s"
            "  JOIN shipment h ON h.id = s.shipment_id WHERE s.order_line_id = l.id AND s.quantity > 0"
            "  AND h.state IN ('shipped', 'delivered', 'collected')) AS arrived"
            " FROM order_line l LEFT JOIN product p ON p.id = l.product_id WHERE l.order_id = ? ORDER BY l.id"
        )
        return [dict(row) for row in self.connection.execute(sql, (order,))]

    def shipped_parts(self, order_line: int) -> list[tuple[int, list[tuple[int, int]]]]:
        """What left of a line, oldest first: (units, what each unit took from the shelf as (product, units))."""
        sql = (
            "SELECT l.id, l.quantity, a.product_id, a.per_unit FROM shipment_line l JOIN shipment h ON h.id = l.shipment_id"
            " JOIN allocation a ON a.shipment_line_id = l.id WHERE l.order_line_id = ? AND l.quantity > 0"
            " AND h.state IN ('shipped', 'delivered', 'collected') ORDER BY l.id, a.id"
        )
        found: dict[int, tuple[int, list[tuple[int, int]]]] = {}
        for row in self.connection.execute(sql, (order_line,)):
            found.setdefault(row[0], (row[1], []))[1].append((row[2], row[3]))
        return list(found.values())

    def left_from(self, order_lines: Iterable[int]) -> list[str]:
        """The places these lines left from, the most units first."""
        sql = (
            "SELECT h.location, SUM(l.quantity) FROM shipment_line l JOIN shipment h ON h.id = l.shipment_id WHERE l.order_line_id IN ({marks})"
            " AND h.state IN ('shipped', 'delivered', 'collected') AND h.method <> 'dropship' GROUP BY h.location ORDER BY 2 DESC, 1"
        )
        return [row[0] for row in select_in(self.connection, sql, order_lines)]

    def load(self, numbers: Iterable[int]) -> list[dict[str, Any]]:
        """Returns with their `lines`, `receipts` and `refunds`."""
        sql = (
            "SELECT g.*, o.ref, o.order_id AS order_number, o.channel, o.currency, x.ref AS exchange_ref FROM goods_return g"
            " JOIN orders o ON o.id = g.order_id LEFT JOIN orders x ON x.id = g.exchange_order_id WHERE g.id IN ({marks}) ORDER BY g.id"
        )
        found = {row["id"]: {**dict(row), "lines": [], "receipts": [], "refunds": []} for row in select_in(self.connection, sql, numbers)}
        sql = (
            f"SELECT v.*, COALESCE(p.sku, l.sku) AS sku, {TITLE.format('l')} AS title, l.product_id FROM v_return_line v JOIN order_line l ON l.id = v.order_line_id"
            " LEFT JOIN product p ON p.id = l.product_id WHERE v.return_id IN ({marks}) ORDER BY v.id"
        )
        for row in select_in(self.connection, sql, found):
            found[row["return_id"]]["lines"].append(dict(row))
        sql = (
            "SELECT r.*, v.return_id, COALESCE(p.sku, l.sku) AS sku FROM return_receipt r JOIN return_line v ON v.id = r.return_line_id"
            " JOIN order_line l ON l.id = v.order_line_id LEFT JOIN product p ON p.id = l.product_id WHERE v.return_id IN ({marks}) ORDER BY r.id"
        )
        for row in select_in(self.connection, sql, found):
            found[row["return_id"]]["receipts"].append(dict(row))
        sql = (
            "SELECT f.*, EXISTS (SELECT 1 FROM outfile_refund t JOIN outfile o ON o.id = t.outfile_id WHERE t.refund_id = f.id"
            " AND o.uploaded_at IS NOT NULL) AS told FROM refund f WHERE f.return_id IN ({marks}) ORDER BY f.id"
        )
        for row in select_in(self.connection, sql, found):
            found[row["return_id"]]["refunds"].append(dict(row))
        return list(found.values())

    def of_order(self, order: int) -> list[int]:
        """The returns of an order."""
        return [row[0] for row in self.connection.execute("SELECT id FROM goods_return WHERE order_id = ? ORDER BY id", (order,))]

    def by_reference(self, order: int, reference: str) -> int | None:
        """The return that a file named before."""
        row = self.connection.execute("SELECT id FROM goods_return WHERE order_id = ? AND reference = ?", (order, reference)).fetchone()
        return int(row[0]) if row else None

    def numbers(self, *, state: str = "", to_refund: bool = False, late_since: str = "", limit: int = -1) -> list[int]:
        """Returns for a list, the newest first."""
        sql = f"SELECT g.id FROM goods_return g WHERE (? = '' OR g.state = ?) AND (? OR ({TO_REFUND})) AND (? = '' OR ({ON_THE_WAY})) ORDER BY g.id DESC LIMIT ?"
        return [row[0] for row in self.connection.execute(sql, (state, state, not to_refund, late_since, late_since, limit))]

    def counts(self, late_since: str) -> dict[str, int]:
        """What of returns needs a person: to decide, on the way since before the instant, to pay back."""
        one = {
            "returns_requested": ("SELECT COUNT(*) FROM goods_return g WHERE g.closed_at IS NULL AND g.state = 'requested'", ()),
            "returns_overdue": (f"SELECT COUNT(*) FROM goods_return g WHERE {ON_THE_WAY}", (late_since,)),
            "returns_to_refund": (f"SELECT COUNT(*) FROM goods_return g WHERE {TO_REFUND}", ()),
        }
        return {name: int(self.connection.execute(sql, values).fetchone()[0]) for name, (sql, values) in one.items()}

    # -- writing

    def add(self, head: Mapping[str, Any], lines: Iterable[tuple[int, int, bool]]) -> int:
        """A new return; lines are (order line, units, can be sold again). Returns its number."""
        number = next_id(self.connection, "goods_return")
        insert(self.connection, "goods_return", _HEAD, [tuple({**head, "id": number, "state": "requested"}[name] for name in _HEAD)])
        rows = [(number, line, units, int(restock)) for line, units, restock in lines]
        insert(self.connection, "return_line", ("return_id", "order_line_id", "units", "restock"), rows)
        self.derive([number])
        return number

    def change(self, number: int, values: Mapping[str, Any]) -> None:
        """New values of columns; the state follows."""
        text = ", ".join(f"{name} = ?" for name in values)
        self.connection.execute(f"UPDATE goods_return SET {text} WHERE id = ?", (*values.values(), number))
        self.derive([number])

    def derive(self, numbers: Iterable[int]) -> None:
        """The state of these returns from what happened to them."""
        for one in self.load(numbers):
            self.connection.execute("UPDATE goods_return SET state = ? WHERE id = ?", (derived_state(one), one["id"]))

    def receive(self, rows: Iterable[tuple[int, str, str, int]], run: int, at: str) -> None:
        """What became of units: (return line, place, disposition, units)."""
        names = ("return_line_id", "location", "disposition", "units", "run_id", "at")
        insert(self.connection, "return_receipt", names, [(*row, run, at) for row in rows])

    def count_back(self, rows: Iterable[tuple[int, int]]) -> None:
        """Units of order lines that came back: (units, order line)."""
        self.connection.executemany("UPDATE order_line SET returned = returned + ? WHERE id = ?", rows)

    def returned_units(self, order_line: int) -> int:
        """Units of an order line that are here again."""
        return int(self.connection.execute("SELECT returned FROM order_line WHERE id = ?", (order_line,)).fetchone()[0])

    def receipts_of_run(self, run: int) -> list[dict[str, Any]]:
        """What a run said became of units."""
        sql = "SELECT r.*, v.return_id, v.order_line_id FROM return_receipt r JOIN return_line v ON v.id = r.return_line_id WHERE r.run_id = ? ORDER BY r.id"
        return [dict(row) for row in self.connection.execute(sql, (run,))]

    def forget_receipts(self, run: int) -> None:
        """What a run said was not so."""
        self.connection.execute("DELETE FROM return_receipt WHERE run_id = ?", (run,))

    # -- money

    def refunded_units(self, order_lines: Iterable[int]) -> dict[int, int]:
        """Units of order lines that were paid back, over all their returns."""
        sql = (
            "SELECT v.order_line_id, SUM(f.units) FROM refund_line f JOIN return_line v ON v.id = f.return_line_id"
            " WHERE v.order_line_id IN ({marks}) GROUP BY v.order_line_id"
        )
        return {row[0]: row[1] for row in select_in(self.connection, sql, order_lines)}

    def refunded_money(self, order: int) -> int:
        """What was paid back of an order so far."""
        return int(self.connection.execute("SELECT COALESCE(SUM(amount), 0) FROM refund WHERE order_id = ?", (order,)).fetchone()[0])

    def add_refund(self, values: Mapping[str, Any], lines: Iterable[tuple[int, int]]) -> int:
        """Money for a customer; lines are (return line, units). Returns its number."""
        number = next_id(self.connection, "refund")
        insert(self.connection, "refund", ("id", *values), [(number, *values.values())])
        insert(self.connection, "refund_line", ("refund_id", "return_line_id", "units"), [(number, *row) for row in lines])
        return number

    def refunds_of_run(self, run: int) -> list[dict[str, Any]]:
        """The refunds that a run decided, with their channel and the file that asked for them and was uploaded (or None)."""
        sql = (
            "SELECT f.*, o.ref, o.channel, (SELECT x.path FROM outfile_refund t JOIN outfile x ON x.id = t.outfile_id WHERE t.refund_id = f.id"
            " AND x.uploaded_at IS NOT NULL ORDER BY x.id DESC LIMIT 1) AS told FROM refund f JOIN orders o ON o.id = f.order_id WHERE f.run_id = ? ORDER BY f.id"
        )
        return [dict(row) for row in self.connection.execute(sql, (run,))]

    def forget_refund(self, number: int) -> None:
        """A refund that nobody is to pay."""
        for table in ("outfile_refund", "refund_line"):
            self.connection.execute(f"DELETE FROM {table} WHERE refund_id = ?", (number,))
        self.connection.execute("DELETE FROM refund WHERE id = ?", (number,))

    def to_pay(self, channel: str) -> list[dict[str, Any]]:
        """Refunds of a channel that no uploaded file asked for."""
        sql = (
            "SELECT f.*, o.ref, o.order_id AS order_number, o.name, o.email, g.reason AS return_reason,"
            " (SELECT group_concat(COALESCE(p.sku, l.sku) || ':' || x.units, '|') FROM refund_line x JOIN return_line v ON v.id = x.return_line_id"
            "  JOIN order_line l ON l.id = v.order_line_id LEFT JOIN product p ON p.id = l.product_id WHERE x.refund_id = f.id) AS items"
            " FROM refund f JOIN orders o ON o.id = f.order_id JOIN goods_return g ON g.id = f.return_id WHERE o.channel = ? AND f.amount > 0"
            " AND NOT EXISTS (SELECT 1 FROM outfile_refund t JOIN outfile x ON x.id = t.outfile_id WHERE t.refund_id = f.id"
            "  AND x.uploaded_at IS NOT NULL) ORDER BY f.id"
        )
        return [dict(row) for row in self.connection.execute(sql, (channel,))]

    def ask_for(self, file: int, refunds: Iterable[int]) -> None:
        """The refunds that a file asks for."""
        insert(self.connection, "outfile_refund", ("outfile_id", "refund_id"), [(file, one) for one in refunds])

    def asked_in(self, file: int) -> list[int]:
        """The refunds that a file asks for."""
        rows = self.connection.execute("SELECT refund_id FROM outfile_refund WHERE outfile_id = ? ORDER BY refund_id", (file,))
        return [row[0] for row in rows]


def derived_state(one: Mapping[str, Any]) -> str:
    """The state that a loaded return must have."""
    approved = None if one["decided_at"] is None else one["state"] != "rejected"
    lines = [LineCounts(line["units"], line["accounted"], line["came"], line["refunded"]) for line in one["lines"]]
    return state_of(Happened(approved, one["labelled_at"] is not None, one["closed_at"] is not None), lines)

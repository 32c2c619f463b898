"""Transfers between own places: what was agreed, what is on its way, what arrived and what never came."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from omscli.store.sqlite.rows import insert, next_id, select_in

# Units set aside for somebody at this moment; the instant is the first value of the query.
HELD = (
    "COALESCE((SELECT SUM(h.units - h.taken) FROM v_stock_hold h WHERE h.product_id = s.product_id AND h.location = s.location"
    " AND h.ended_at IS NULL AND h.until > ?), 0)"
)
OPEN = "state = 'draft' OR state = 'in_transit' OR state = 'part_received'"


@dataclass(slots=True)
class Transfers:
    """Questions about stock between own places."""

    connection: sqlite3.Connection

    def add(
        self, places: tuple[str, str], items: Iterable[tuple[int, int]], expected_on: str | None, reason: str, run: int, at: str
    ) -> int:
        """A new draft from one place to another: (product, units). Returns its number."""
        number = next_id(self.connection, "transfer")
        insert(
            self.connection,
            "transfer",
            ("id", "from_location", "to_location", "state", "expected_on", "reason", "created_at", "run_id"),
            [(number, *places, "draft", expected_on, reason, at, run)],
        )
        rows = [(number, product, units) for product, units in items]
        insert(self.connection, "transfer_line", ("transfer_id", "product_id", "units"), rows)
        return number

    def load(self, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Transfers with their `lines` by SKU; `open` units of a line have been sent and have not arrived."""
        found = {
            row["id"]: {**dict(row), "lines": []}
            for row in select_in(self.connection, "SELECT * FROM transfer WHERE id IN ({marks}) ORDER BY id", numbers)
        }
        sql = (
            "SELECT l.id, l.transfer_id, l.product_id, p.sku, p.title, l.units, l.received, l.missing, l.sent_back FROM transfer_line l"
            " JOIN product p ON p.id = l.product_id WHERE l.transfer_id IN ({marks}) ORDER BY p.sku"
        )
        for row in select_in(self.connection, sql, found):
            one = found[row["transfer_id"]]
            is_on_the_way = one["state"] in ("in_transit", "part_received")
            left = row["units"] - row["received"] - row["missing"] - row["sent_back"]
            one["lines"].append({**dict(row), "open": left if is_on_the_way else 0})
        return found

    def numbers(self, *, everything: bool = False, location: str = "", limit: int = -1) -> list[int]:
        """Transfers that are not finished, or all; from or to a place; the newest first."""
        sql = f"SELECT id FROM transfer WHERE (? OR {OPEN}) AND (? = '' OR from_location = ? OR to_location = ?) ORDER BY id DESC LIMIT ?"
        return [row[0] for row in self.connection.execute(sql, (int(everything), location, location, location, limit))]

    def drafts(self) -> list[dict[str, Any]]:
        """All drafts with their lines."""
        numbers = [row[0] for row in self.connection.execute("SELECT id FROM transfer WHERE state = 'draft' ORDER BY id")]
        return list(self.load(numbers).values())

    def set_state(
        self, number: int, state: str, *, sent_at: str | None = None, expected_on: str | None = None, closed_at: str | None = None
    ) -> None:
        """The next step of a transfer; what is not given stays."""
        self.connection.execute(
            "UPDATE transfer SET state = ?, sent_at = COALESCE(?, sent_at), expected_on = COALESCE(?, expected_on),"
            " closed_at = COALESCE(?, closed_at) WHERE id = ?",
            (state, sent_at, expected_on, closed_at, number),
        )

    def book(self, column: str, rows: Iterable[tuple[int, int]]) -> None:
        """Units that were `received`, found `missing` or `sent_back`: (units, line)."""
        self.connection.executemany(f"UPDATE transfer_line SET {column} = {column} + ? WHERE id = ?", rows)

    def on_the_way(self, location: str, products: Iterable[int]) -> list[sqlite3.Row]:
        """What of these products is on its way to a place, by transfer."""
        sql = (
            "SELECT w.transfer_id, w.from_location, p.sku, w.units FROM v_on_the_way w JOIN product p ON p.id = w.product_id"
            " WHERE w.location = ? AND w.product_id IN ({marks}) ORDER BY w.transfer_id, p.sku"
        )
        return list(select_in(self.connection, sql, products, (location,)))

    def sendable(self, location: str, products: Iterable[int], now: str) -> dict[int, dict[str, int]]:
        """What may leave a place: on hand, unavailable, promised, held, kept as safety stock, and `free`, by product."""
        sql = (
            "SELECT s.product_id, s.on_hand, s.unavailable, s.allocated, COALESCE(s.safety_stock, l.default_safety_stock) AS safety_stock,"
            f" {HELD} AS held FROM stock_level s JOIN location l ON l.code = s.location WHERE s.location = ? AND s.product_id IN ({{marks}})"
        )
        found = {}
        for row in select_in(self.connection, sql, products, (now, location)):
            level = dict(row)
            kept = level["unavailable"] + level["allocated"] + level["held"] + level["safety_stock"]
            found[level.pop("product_id")] = {**level, "free": level["on_hand"] - kept}
        return found

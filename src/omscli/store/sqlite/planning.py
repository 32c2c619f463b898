"""What was sold, what lies free and what is coming: the questions of counting, balancing and buying."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from omscli.store.sqlite.rows import select_in
from omscli.store.sqlite.transfers import HELD

# An order that a customer really wanted: neither cancelled nor paid back, not one that was over the counter.
_WANTED = "o.status <> 'cancelled' AND o.state <> 'cancelled' AND o.state <> 'sold' AND o.payment <> 'refunded' AND o.payment <> 'voided'"


@dataclass(slots=True)
class Planning:
    """Questions about the past and the shelf that plans are made from."""

    connection: sqlite3.Connection

    def oldest_order(self) -> str | None:
        """The instant of the first order there is."""
        found: str | None = self.connection.execute("SELECT MIN(placed_at) FROM orders").fetchone()[0]
        return found

    def shelves(self, now: str) -> list[sqlite3.Row]:
        """(product, place, on hand, free, safety stock, bin): free is what may be sold at this moment, possibly negative."""
        sql = (
            "SELECT s.product_id, s.location, s.on_hand, s.on_hand - s.unavailable - s.allocated - COALESCE(s.safety_stock, l.default_safety_stock)"
            f" - {HELD} AS free, COALESCE(s.safety_stock, l.default_safety_stock) AS safety_stock, s.bin"
            " FROM stock_level s JOIN location l ON l.code = s.location WHERE l.retired = 0 ORDER BY s.product_id, s.location"
        )
        return self.connection.execute(sql, (now,)).fetchall()

    def coming(self, until: str, *, transfers: bool) -> dict[tuple[int, str], int]:
        """Units expected by a day, by product and place; from outside, and with `transfers` from own places too."""
        sql = "SELECT product_id, location, SUM(quantity - received) FROM incoming_goods WHERE received < quantity AND expected_on <= ? GROUP BY 1, 2"
        found = {(row[0], row[1]): int(row[2]) for row in self.connection.execute(sql, (until,))}
        if transfers:
            for row in self.connection.execute("SELECT product_id, location, SUM(units) FROM v_on_the_way GROUP BY 1, 2"):
                found[row[0], row[1]] = found.get((row[0], row[1]), 0) + row[2]
        return found

    def on_the_way(self) -> dict[int, int]:
        """Units between own places, by product."""
        return dict(self.connection.execute("SELECT product_id, SUM(units) FROM v_on_the_way GROUP BY 1").fetchall())

    def orders_since(self, since: str) -> list[sqlite3.Row]:
        """Orders to be sent to somebody: where to, and by which service."""
        sql = (
            "SELECT o.id, o.ref, o.channel, o.country, o.region, o.postcode, o.city, o.service FROM orders o"
            f" WHERE o.placed_at >= ? AND o.pickup_location IS NULL AND {_WANTED} ORDER BY o.id"
        )
        return self.connection.execute(sql, (since,)).fetchall()

    def lines_since(self, since: str) -> list[sqlite3.Row]:
        """(order, product, units wanted, of them sent by a supplier, place of collection) of the same orders and of collected ones."""
        sql = (
            "SELECT l.order_id, l.product_id, l.ordered - l.cancelled AS units, COALESCE((SELECT SUM(x.quantity) FROM shipment_line x"
            "  JOIN shipment h ON h.id = x.shipment_id WHERE x.order_line_id = l.id AND h.method = 'dropship' AND h.state <> 'cancelled'), 0) AS by_supplier,"
            " o.pickup_location FROM orders o JOIN order_line l ON l.order_id = o.id"
            f" WHERE o.placed_at >= ? AND l.product_id IS NOT NULL AND l.ordered > l.cancelled AND {_WANTED} ORDER BY l.order_id, l.id"
        )
        return self.connection.execute(sql, (since,)).fetchall()

    def sold_over_the_counter(self, since: str) -> dict[tuple[int, str], int]:
        """Units by product and place."""
        sql = "SELECT product_id, location, -SUM(on_hand) FROM movement WHERE kind = 'sold' AND at >= ? GROUP BY 1, 2"
        return {(row[0], row[1]): row[2] for row in self.connection.execute(sql, (since,))}

    def to_count(self, location: str, since: str, moved_since: str, *, everything: bool) -> list[dict[str, Any]]:
        """What nobody has counted at a place since an instant, the most moved first. Says nothing of what the book has.

        Left out is what neither lies there nor moved, unless `everything` is asked for.
        """
        sql = (
            "SELECT p.id, p.sku, p.title, COALESCE(p.barcode, '') AS barcode, COALESCE(s.bin, '') AS bin, s.counted_at, COALESCE(m.moved, 0) AS moved"
            " FROM stock_level s JOIN product p ON p.id = s.product_id LEFT JOIN (SELECT product_id, SUM(ABS(on_hand)) AS moved FROM movement"
            "  WHERE location = ? AND at >= ? AND kind <> 'counted' GROUP BY product_id) m ON m.product_id = s.product_id"
            " WHERE s.location = ? AND (s.counted_at IS NULL OR s.counted_at < ?) AND (? OR s.on_hand > 0 OR COALESCE(m.moved, 0) > 0)"
            " ORDER BY moved DESC, p.sku"
        )
        return [dict(row) for row in self.connection.execute(sql, (location, moved_since, location, since, int(everything)))]

    def on_lists(self, location: str) -> dict[int, int]:
        """Units by product that are released to be picked at a place: somebody may hold them in his hands."""
        sql = (
            "SELECT a.product_id, SUM(a.taken - a.freed - a.shipped) FROM shipment h JOIN shipment_line l ON l.shipment_id = h.id"
            " JOIN allocation a ON a.shipment_line_id = l.id WHERE h.location = ? AND (h.state = 'released' OR h.state = 'packed' OR h.state = 'ready')"
            " GROUP BY a.product_id"
        )
        return dict(self.connection.execute(sql, (location,)).fetchall())

    def facts_of(self, products: Iterable[int]) -> dict[int, dict[str, Any]]:
        """SKU, title and what a unit is worth (cost, else price; minor units), by product."""
        sql = "SELECT id, sku, title, COALESCE(cost, price) AS worth, currency, cost IS NULL AS at_price FROM product WHERE id IN ({marks})"
        return {row["id"]: dict(row) for row in select_in(self.connection, sql, products)}

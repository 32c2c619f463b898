"""What channels say that they list, and what of our stock no place has set aside for an order yet."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from omscli.catalog.incoming import IncomingListing
from omscli.store.sqlite.rows import OPEN, insert, select_in

Key = tuple[str, str]  # the channel's place, its SKU folded


class Listed(NamedTuple):
    """One row of a channel's list, as it is stored; `ids` is JSON."""

    sku: str
    quantity: int | None
    ids: str

    @classmethod
    def of(cls, one: IncomingListing) -> Listed:
        """The row of a listing."""
        return cls(one.sku, one.quantity, json.dumps(dict(one.ids), sort_keys=True, ensure_ascii=False))


@dataclass(slots=True)
class Listings:
    """Questions about what each channel offers."""

    connection: sqlite3.Connection

    def of(self, channel: str) -> list[IncomingListing]:
        """What the channel's newest lists said, in their order."""
        rows = self.connection.execute("SELECT sku, quantity, place, ids FROM listing WHERE channel = ? ORDER BY id", (channel,))
        return [IncomingListing(row["sku"], row["quantity"], row["place"], json.loads(row["ids"])) for row in rows]

    def rows(self, channel: str, keys: Collection[Key]) -> dict[Key, list[tuple[int, Listed]]]:
        """What is known of these keys, each row with its number, in the order in which it was told."""
        found: dict[Key, list[tuple[int, Listed]]] = {}
        sql = "SELECT id, place, sku_key, sku, quantity, ids FROM listing WHERE channel = ? AND sku_key IN ({marks}) ORDER BY id"
        for row in select_in(self.connection, sql, dict.fromkeys(sku for _, sku in keys), (channel,)):
            found.setdefault((row[1], row[2]), []).append((row[0], Listed(row[3], row[4], row[5])))
        return found

    def replace(self, channel: str, gone: Iterable[int], told: Mapping[Key, Iterable[Listed]], run: int) -> None:
        """Take rows out by their numbers, and put new ones behind the others."""
        self.connection.executemany("DELETE FROM listing WHERE id = ?", [(number,) for number in gone])
        rows = [(channel, place, row.sku, key, row.quantity, row.ids, run) for (place, key), listed in told.items() for row in listed]
        insert(self.connection, "listing", ("channel", "place", "sku", "sku_key", "quantity", "ids", "run_id"), rows)

    def channels(self) -> dict[str, int]:
        """How many SKUs of each channel are known from its lists."""
        return dict(self.connection.execute("SELECT channel, COUNT(DISTINCT sku_key) FROM listing GROUP BY channel").fetchall())

    def sold_not_claimed(self) -> list[tuple[str, str, str | None, int, int]]:
        """Units of open orders that no shipment claims: (channel, payment, place of collection, product, units)."""
        sql = (
            "SELECT o.channel, o.payment, o.pickup_location, l.product_id,"
            " SUM(l.ordered - l.elsewhere - l.cancelled - l.shipped - l.allocated) AS units"
            f" FROM orders o CROSS JOIN order_line l WHERE l.order_id = o.id AND o.{OPEN} AND l.product_id IS NOT NULL"
            " GROUP BY o.channel, o.payment, o.pickup_location, l.product_id HAVING units > 0 ORDER BY 1, 2, 3, 4"
        )
        return [tuple(row) for row in self.connection.execute(sql)]

    def free(self, at: str) -> dict[tuple[int, str], tuple[int, int]]:
        """(units free at an instant, units promised but not there) by product and place of rules.yaml."""
        sql = (
            "SELECT s.product_id, s.location,"
            " MAX(0, s.on_hand - s.unavailable - s.allocated - COALESCE(k.held, 0) - COALESCE(s.safety_stock, l.default_safety_stock)),"
            " MAX(0, s.allocated - s.on_hand + s.unavailable)"
            " FROM stock_level s JOIN location l ON l.code = s.location LEFT JOIN (SELECT product_id, location, SUM(units - taken) AS held"
            "  FROM v_stock_hold WHERE ended_at IS NULL AND until > ? GROUP BY product_id, location) k"
            " ON k.product_id = s.product_id AND k.location = s.location WHERE l.retired = 0"
        )
        return {(row[0], row[1]): (row[2], row[3]) for row in self.connection.execute(sql, (at,))}

"""What channels say that they list, and what of our stock no place has set aside for an order yet."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from omscli.base.text import fold
from omscli.catalog.incoming import IncomingListing
from omscli.store.sqlite.rows import OPEN, insert, select_in

Row = tuple[object, ...]


@dataclass(slots=True)
class Listings:
    """Questions about what each channel offers."""

    connection: sqlite3.Connection

    def of(self, channel: str) -> list[IncomingListing]:
        """What the channel's newest lists said, in their order."""
        rows = self.connection.execute("SELECT sku, quantity, place, ids FROM listing WHERE channel = ? ORDER BY id", (channel,))
        return [IncomingListing(row["sku"], row["quantity"], row["place"], json.loads(row["ids"])) for row in rows]

    def keep(self, channel: str, listings: Iterable[IncomingListing], run: int) -> dict[str, int]:
        """Take over a list of the channel. It replaces what was known of its SKUs at its places, and leaves the rest. Counts them."""
        new: dict[tuple[str, str], list[Row]] = {}
        for one in listings:
            ids = json.dumps(dict(one.ids), sort_keys=True, ensure_ascii=False)
            new.setdefault((one.place, fold(one.sku)), []).append((channel, one.place, one.sku, fold(one.sku), one.quantity, ids))
        old: dict[tuple[str, str], list[Row]] = {}
        sql = "SELECT channel, place, sku, sku_key, quantity, ids FROM listing WHERE channel = ? AND sku_key IN ({marks}) ORDER BY id"
        for row in select_in(self.connection, sql, dict.fromkeys(key for _, key in new), (channel,)):
            old.setdefault((row["place"], row["sku_key"]), []).append(tuple(row))
        changed = [key for key, rows in new.items() if key in old and old[key] != rows]
        fresh = [key for key in new if key not in old]
        self.connection.executemany(
            "DELETE FROM listing WHERE channel = ? AND place = ? AND sku_key = ?", [(channel, *key) for key in changed]
        )
        rows = [(*row, run) for key in (*changed, *fresh) for row in new[key]]
        insert(self.connection, "listing", ("channel", "place", "sku", "sku_key", "quantity", "ids", "run_id"), rows)
        return {"new": len(fresh), "changed": len(changed), "unchanged": len(new) - len(fresh) - len(changed)}

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

"""What a promise reads: the goods of the catalogue, where they lie, and which open orders have not claimed theirs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from omscli.store.sqlite.rows import OPEN, select_in

_PRODUCT = "SELECT id, sku, weight_g, length_mm, width_mm, height_mm, ships_alone, hazmat, category, price, currency FROM product"
_LEVEL = (
    "SELECT v.location, v.product_id, v.on_hand - v.unavailable - v.allocated AS free, COALESCE(v.safety_stock, p.default_safety_stock) AS safety"
    " FROM stock_level v JOIN location p ON p.code = v.location"
)
_KIT = "SELECT kit_id, component_id, quantity FROM kit_component"


@dataclass(slots=True)
class Promises:
    """Questions about what may still be promised. `products` None: of everything that is sold."""

    connection: sqlite3.Connection

    def change_mark(self) -> int:
        """Another number as soon as somebody else has changed the store; our own questions change nothing."""
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    def unclaimed_orders(self) -> set[int]:
        """Open orders with units that no shipment claims: they have theirs before anybody who asks."""
        sql = (
            f"SELECT o.id FROM orders o CROSS JOIN order_line l WHERE o.{OPEN} AND l.order_id = o.id"
            " AND l.ordered - l.elsewhere - l.cancelled - l.shipped - l.allocated > 0"
        )
        return {row[0] for row in self.connection.execute(sql)}

    def products(self, products: Iterable[int] | None) -> list[sqlite3.Row]:
        """What packing and rules need, as `Decisions.products` has it, and the price with its currency."""
        return self._rows(_PRODUCT, "id", products)

    def components(self, products: Iterable[int] | None) -> list[sqlite3.Row]:
        """(kit, component, units), by kit and component."""
        return sorted(self._rows(_KIT, "kit_id", products), key=tuple)

    def levels(self, products: Iterable[int] | None) -> list[sqlite3.Row]:
        """(place, product, units that nobody has claimed, safety stock)."""
        return self._rows(_LEVEL, "v.product_id", products)

    def _rows(self, sql: str, column: str, products: Iterable[int] | None) -> list[sqlite3.Row]:
        if products is None:
            return self.connection.execute(sql).fetchall()
        return list(select_in(self.connection, f"{sql} WHERE {column} IN ({{marks}})", products))

"""What a place did not have after all: claims given up, parcels made anew, and the day a shipment arrived."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from omscli.packing.model import Parcel
from omscli.stock.ledger import Movement, freed
from omscli.store.sqlite.rows import insert, next_id


@dataclass(slots=True)
class ShortPicks:
    """Questions about short picks and deliveries."""

    connection: sqlite3.Connection

    def claims(self, shipment: int) -> list[dict[str, Any]]:
        """What each line of a shipment takes from the shelf: a row a line and product, `quantity` units of the line, `per_unit` of the product in each."""
        sql = (
            "SELECT l.id AS shipment_line, l.order_line_id, l.quantity, o.product_id AS line_product, a.id AS claim, a.product_id, a.location, a.per_unit, p.sku"
            " FROM shipment_line l JOIN order_line o ON o.id = l.order_line_id JOIN allocation a ON a.shipment_line_id = l.id"
            " JOIN product p ON p.id = a.product_id WHERE l.shipment_id = ? ORDER BY l.id, a.id"
        )
        return [dict(row) for row in self.connection.execute(sql, (shipment,))]

    def noted(self, shipment: int) -> dict[int, int]:
        """Units of each product that were found missing for a shipment so far."""
        sql = "SELECT product_id, SUM(units) FROM short_pick WHERE shipment_id = ? GROUP BY product_id"
        return dict(self.connection.execute(sql, (shipment,)).fetchall())

    def times(self, order: int) -> int:
        """How often an order was picked short: each run once."""
        sql = "SELECT COUNT(DISTINCT run_id) FROM short_pick WHERE order_id = ?"
        return int(self.connection.execute(sql, (order,)).fetchone()[0])

    def add(self, shipment: dict[str, Any], missing: dict[int, int], reason: str, run: int, at: str) -> None:
        """Units by product that are missing for a shipment."""
        names = ("run_id", "at", "order_id", "shipment_id", "location", "product_id", "units", "reason")
        rows = [
            (run, at, shipment["order_id"], shipment["id"], shipment["location"], product, units, reason)
            for product, units in missing.items()
        ]
        insert(self.connection, "short_pick", names, rows)

    def take_out(self, claims: Iterable[dict[str, Any]], units: dict[int, int]) -> list[Movement]:
        """Give up units of shipment lines, `units` by shipment line. Returns the movements that free their claims."""
        moves = []
        lines = {}
        for claim in claims:
            take = units.get(claim["shipment_line"], 0)
            if take:
                lines[claim["shipment_line"]] = (take, claim["order_line_id"])
                moves.append(freed(claim["product_id"], claim["location"], take * claim["per_unit"], claim["claim"]))
                self.connection.execute("UPDATE allocation SET freed = freed + ? WHERE id = ?", (take * claim["per_unit"], claim["claim"]))
        for shipment_line, (take, order_line) in lines.items():
            self.connection.execute("UPDATE shipment_line SET quantity = quantity - ? WHERE id = ?", (take, shipment_line))
            self.connection.execute("UPDATE order_line SET allocated = allocated - ? WHERE id = ?", (take, order_line))
        return moves

    def to_be_counted(self, product: int, location: str) -> None:
        """The shelf counts as never counted: `oms stock count --due` names it."""
        self.connection.execute("UPDATE stock_level SET counted_at = NULL WHERE product_id = ? AND location = ?", (product, location))

    def end(self, shipment: int) -> None:
        """Nothing of the shipment was there."""
        self._unpack(shipment)
        self.connection.execute("UPDATE shipment SET state = 'short' WHERE id = ?", (shipment,))

    def repack(self, shipment: dict[str, Any], parcels: Iterable[Parcel], products: dict[str, int], money: tuple[int, int]) -> None:
        """What is left of a shipment in parcels made anew; `money` is its postage and its boxes now."""
        self._unpack(shipment["id"])
        number = next_id(self.connection, "parcel")
        for parcel, one in enumerate(parcels, number):
            row = (parcel, shipment["id"], one.box.name if one.box else "", one.weight_g, int(one.guessed))
            names = ("id", "shipment_id", "box", "weight_g", "guessed", "carrier", "service")
            insert(self.connection, "parcel", names, [(*row, shipment["carrier"], shipment["service"])])
            items = [(parcel, products[sku], units) for sku, units in one.items]
            insert(self.connection, "parcel_item", ("parcel_id", "product_id", "quantity"), items)
        self.connection.execute("UPDATE shipment SET postage = ?, boxes = ? WHERE id = ?", (*money, shipment["id"]))

    def _unpack(self, shipment: int) -> None:
        """The parcels of a shipment are no more; a label that was asked for is for nothing."""
        mine = "(SELECT id FROM parcel WHERE shipment_id = ?)"
        for table in ("parcel_item", "outfile_parcel"):
            self.connection.execute(f"DELETE FROM {table} WHERE parcel_id IN {mine}", (shipment,))
        self.connection.execute("DELETE FROM parcel WHERE shipment_id = ?", (shipment,))

    # -- arrived

    def deliver(self, shipment: int, day: str) -> None:
        """A shipment that left is with the customer."""
        self.connection.execute("UPDATE shipment SET state = 'delivered', delivered_on = ? WHERE id = ?", (day, shipment))

    def not_delivered(self, shipment: int) -> None:
        """It is on its way after all."""
        self.connection.execute("UPDATE shipment SET state = 'shipped', delivered_on = NULL WHERE id = ?", (shipment,))

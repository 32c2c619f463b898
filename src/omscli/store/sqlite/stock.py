"""Levels, movements and expected goods. `post` is the one place that writes the ledger; its trigger keeps the levels."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from omscli.stock.ledger import Movement
from omscli.stock.locations import Location
from omscli.store.sqlite.rows import TO_DO, insert, select_in


@dataclass(slots=True)
class Stock:
    """Questions about where goods lie."""

    connection: sqlite3.Connection

    def keep_locations(self, locations: Iterable[Location]) -> None:
        """Make the store's list of places that of rules.yaml; a place that is gone there is retired, never deleted."""
        wanted = {one.code: (one.name, one.kind, one.safety_stock, 0) for one in locations}
        known = {row["code"]: tuple(row)[1:] for row in self.connection.execute("SELECT * FROM location")}
        for code, values in wanted.items():
            if known.get(code) != values:
                self.connection.execute(
                    "INSERT INTO location (code, name, kind, default_safety_stock, retired) VALUES (?, ?, ?, ?, ?) ON CONFLICT (code) DO UPDATE SET"
                    " name = excluded.name, kind = excluded.kind, default_safety_stock = excluded.default_safety_stock, retired = excluded.retired",
                    (code, *values),
                )
        for code, values in known.items():
            if code not in wanted and not values[-1]:
                self.connection.execute("UPDATE location SET retired = 1 WHERE code = ?", (code,))

    def locations(self) -> list[str]:
        """Codes of all places ever known."""
        return [row[0] for row in self.connection.execute("SELECT code FROM location ORDER BY code")]

    def post(self, movements: Iterable[Movement], run: int, at: str) -> None:
        """Write ledger rows; the levels follow in the same statement (trigger `movement_keeps_levels`)."""
        insert(
            self.connection,
            "movement",
            (
                "run_id",
                "at",
                "product_id",
                "location",
                "kind",
                "on_hand",
                "unavailable",
                "allocated",
                "allocation_id",
                "order_line_id",
                "reason",
                "transfer_line_id",
                "reverses",
                "return_line_id",
            ),
            [
                (
                    run,
                    at,
                    one.product,
                    one.location,
                    one.kind,
                    one.on_hand,
                    one.unavailable,
                    one.allocated,
                    one.allocation,
                    one.order_line,
                    one.reason,
                    one.transfer_line,
                    one.reverses,
                    one.return_line,
                )
                for one in movements
            ],
        )

    def levels(self, products: Iterable[int] | None = None) -> dict[tuple[int, str], dict[str, Any]]:
        """Levels by (product, location), of all products or of these."""
        sql = "SELECT product_id, location, on_hand, unavailable, allocated, safety_stock, bin FROM stock_level"
        rows = (
            self.connection.execute(sql)
            if products is None
            else select_in(self.connection, f"{sql} WHERE product_id IN ({{marks}})", products)
        )
        return {(row["product_id"], row["location"]): dict(row) for row in rows}

    def levels_at(self, location: str, products: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Levels of these products at one place."""
        sql = (
            "SELECT product_id, on_hand, unavailable, allocated, safety_stock, bin FROM stock_level"
            " WHERE location = ? AND product_id IN ({marks})"
        )
        rows = select_in(self.connection, sql, products, (location,))
        return {
            row[0]: {"on_hand": row[1], "unavailable": row[2], "allocated": row[3], "safety_stock": row[4], "bin": row[5]} for row in rows
        }

    def held_at(self, location: str) -> tuple[int, int]:
        """(units that lie at a place, products of which there are any)."""
        sql = "SELECT COALESCE(SUM(on_hand), 0), COUNT(*) FROM stock_level WHERE location = ? AND on_hand > 0"
        row = self.connection.execute(sql, (location,)).fetchone()
        return row[0], row[1]

    def moved_since(self, location: str, at: str, products: Iterable[int], *, shipped: bool = True) -> dict[int, int]:
        """Units that came or went after the instant (counts are no movements of goods): they are added to a count that is older.

        A row that was taken back, and the row that did it, moved nothing: whoever counted saw the goods as they were.
        Without the `shipped` ones for numbers that what is promised had been taken off from: its leaving changes nothing there.
        """
        sql = (
            "SELECT product_id, SUM(on_hand) FROM movement m WHERE location = ? AND at > ? AND (? OR kind <> 'shipped') AND kind <> 'counted'"
            " AND reverses IS NULL AND NOT EXISTS (SELECT 1 FROM movement r WHERE r.reverses = m.id)"
            " AND product_id IN ({marks}) GROUP BY product_id"
        )
        return {row[0]: row[1] for row in select_in(self.connection, sql, products, (location, at, int(shipped)))}

    def claimed(self, locations: Iterable[str], channel: str) -> dict[tuple[int, str], int]:
        """Units by product and place that whoever keeps the place's own book has taken off already.

        A 3PL or supplier knows the shipments that were released to it; a channel its own orders, released or not.
        """
        sql = (
            "SELECT a.product_id, a.location, SUM(a.taken - a.freed - a.shipped) FROM shipment h CROSS JOIN shipment_line l CROSS JOIN allocation a"
            " CROSS JOIN orders o WHERE l.shipment_id = h.id AND a.shipment_line_id = l.id AND o.id = h.order_id"
            f" AND h.location = ? AND h.{TO_DO} AND h.state <> 'short'"
            " AND CASE WHEN ? = '' THEN h.state <> 'planned' ELSE o.channel = ? END GROUP BY a.product_id, a.location"
        )
        found = {}
        for one in dict.fromkeys(locations):
            for row in self.connection.execute(sql, (one, channel, channel)):
                found[row[0], row[1]] = row[2]
        return found

    def set_place(self, product: int, location: str, values: dict[str, Any]) -> None:
        """Bin and safety stock of a product at a place."""
        self.set_places([(product, location, values)])

    def set_places(self, rows: Iterable[tuple[int, str, dict[str, Any]]]) -> None:
        """The same of many: (product, place, values)."""
        by_names: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for product, location, values in rows:
            names: tuple[str, ...] = tuple(name for name in ("bin", "safety_stock") if name in values)
            by_names.setdefault(names, []).append((product, location, *(values[name] for name in names)))
        for names, told in by_names.items():
            self.connection.executemany(
                f"INSERT INTO stock_level (product_id, location, {', '.join(names)}) VALUES (?, ?{', ?' * len(names)})"
                f" ON CONFLICT (product_id, location) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names)}",
                told,
            )

    def add_places(self, rows: Iterable[tuple[int, str]]) -> None:
        """Level rows of nought, so that a counted nothing is known to be nothing."""
        self.connection.executemany(
            "INSERT INTO stock_level (product_id, location) VALUES (?, ?) ON CONFLICT (product_id, location) DO NOTHING", rows
        )

    def mark_counted(self, rows: Iterable[tuple[int, str, str]]) -> None:
        """Somebody looked: (product, place, instant). The same day again changes nothing, nor does an older count."""
        self.connection.executemany(
            "UPDATE stock_level SET counted_at = ? WHERE product_id = ? AND location = ?"
            " AND (counted_at IS NULL OR substr(counted_at, 1, 10) < substr(?, 1, 10))",
            [(at, product, location, at) for product, location, at in rows],
        )

    def listing(self, sku: str = "", location: str = "", *, at: str) -> list[dict[str, Any]]:
        """The shared view at an instant, by SKU and place. `available` may be negative."""
        sql = (
            "WITH k AS (SELECT p.sku, h.location, SUM(h.units - h.taken) AS held FROM v_stock_hold h JOIN product p ON p.id = h.product_id"
            "   WHERE h.ended_at IS NULL AND h.until > ? GROUP BY p.sku, h.location)"
            " SELECT v.sku, v.location, v.on_hand, v.unavailable, v.allocated, COALESCE(k.held, 0) AS held, v.safety_stock,"
            " v.available - COALESCE(k.held, 0) AS available,"
            " COALESCE((SELECT SUM(g.quantity - g.received) FROM incoming_goods g JOIN product p ON p.id = g.product_id"
            "   WHERE p.sku = v.sku AND g.location = v.location AND g.received < g.quantity), 0)"
            " + COALESCE((SELECT SUM(w.units) FROM v_on_the_way w JOIN product p ON p.id = w.product_id"
            "   WHERE p.sku = v.sku AND w.location = v.location), 0) AS incoming, v.bin"
            " FROM v_stock v LEFT JOIN k ON k.sku = v.sku AND k.location = v.location"
            " WHERE (? = '' OR v.sku = ?) AND (? = '' OR v.location = ?) ORDER BY v.sku, v.location"
        )
        return [dict(row) for row in self.connection.execute(sql, (at, sku, sku, location, location))]

    def history(self, product: int, location: str = "", limit: int = -1) -> list[dict[str, Any]]:
        """The ledger of a product, newest first, with what each row belongs to."""
        sql = (
            "SELECT m.id, m.at, m.run_id AS run, m.location, m.kind, m.on_hand, m.unavailable, m.allocated, m.reason, r.command,"
            " COALESCE(o.ref, o2.ref, '') AS order_ref FROM movement m JOIN run r ON r.id = m.run_id"
            " LEFT JOIN allocation a ON a.id = m.allocation_id LEFT JOIN shipment_line sl ON sl.id = a.shipment_line_id"
            " LEFT JOIN order_line l ON l.id = sl.order_line_id LEFT JOIN orders o ON o.id = l.order_id"
            " LEFT JOIN order_line l2 ON l2.id = m.order_line_id LEFT JOIN orders o2 ON o2.id = l2.order_id"
            " WHERE m.product_id = ? AND (? = '' OR m.location = ?) ORDER BY m.id DESC LIMIT ?"
        )
        return [dict(row) for row in self.connection.execute(sql, (product, location, location, limit))]

    # -- expected goods

    def expected_rows(self, product: int, location: str) -> dict[int, dict[str, Any]]:
        """What is expected of a product at a place, by row: day, units, and how many of them came."""
        sql = "SELECT id, expected_on, quantity, received FROM incoming_goods WHERE product_id = ? AND location = ?"
        rows = self.connection.execute(sql, (product, location))
        return {row[0]: {"expected_on": row[1], "quantity": row[2], "received": row[3]} for row in rows}

    def expect_again(self, row: int, before: dict[str, Any] | None) -> None:
        """Make a row of expected goods what it was; None: it was not there."""
        if before is None:
            self.connection.execute("DELETE FROM incoming_goods WHERE id = ?", (row,))
            return
        sql = "UPDATE incoming_goods SET expected_on = ?, quantity = ?, received = ? WHERE id = ?"
        self.connection.execute(sql, (before["expected_on"], before["quantity"], before["received"], row))

    def expect(self, product: int, location: str, expected_on: str, quantity: int, reference: str) -> str:
        """Goods are expected; the same delivery told again replaces what was told. Returns new, changed or unchanged."""
        key = (product, location, reference, expected_on)
        sql = "SELECT id, quantity, received FROM incoming_goods WHERE product_id = ? AND location = ? AND reference = ?"
        rows = self.connection.execute(
            f"{sql} ORDER BY expected_on = ? DESC, received < quantity DESC, id", (*key[:3], expected_on)
        ).fetchall()
        same = [row for row in rows if row["received"] < row["quantity"]] if reference else []
        exact = self.connection.execute(f"{sql} AND expected_on = ?", key).fetchone()
        if exact:
            if exact["quantity"] == quantity:
                return "unchanged"
            self.connection.execute(
                "UPDATE incoming_goods SET quantity = ? WHERE id = ?", (max(quantity, exact["received"], 1), exact["id"])
            )
            return "changed"
        if same:
            new = (max(quantity, same[0]["received"], 1), expected_on, same[0]["id"])
            self.connection.execute("UPDATE incoming_goods SET quantity = ?, expected_on = ? WHERE id = ?", new)
            return "changed"
        insert(self.connection, "incoming_goods", ("product_id", "location", "reference", "expected_on", "quantity"), [(*key, quantity)])
        self.add_places([(product, location)])  # so that the view shows it as incoming
        return "new"

    def receive_expected(self, product: int, location: str, units: int) -> int:
        """Book received units against what was expected there, oldest date first. Returns the units that were expected."""
        left = units
        sql = "SELECT id, quantity - received AS open FROM incoming_goods WHERE product_id = ? AND location = ? AND received < quantity ORDER BY expected_on, id"
        for row in self.connection.execute(sql, (product, location)).fetchall():
            take = min(left, row["open"])
            if not take:
                break
            self.connection.execute("UPDATE incoming_goods SET received = received + ? WHERE id = ?", (take, row["id"]))
            left -= take
        return units - left

    def expected_at(self, location: str) -> dict[int, list[tuple[int, str, str]]]:
        """What a place still expects from outside: (units, date, reference) by product, the oldest date first."""
        sql = (
            "SELECT product_id, quantity - received, expected_on, reference FROM incoming_goods WHERE location = ? AND received < quantity"
            " ORDER BY expected_on, id"
        )
        found: dict[int, list[tuple[int, str, str]]] = {}
        for row in self.connection.execute(sql, (location,)):
            found.setdefault(row[0], []).append((row[1], row[2], row[3]))
        return found

    def expected(self, products: Iterable[int]) -> dict[int, list[tuple[str, str, int]]]:
        """What is expected of these products, from outside and on its way between own places: (date, location, units), by date."""
        sql = (
            "SELECT product_id, expected_on, location, units FROM (SELECT product_id, expected_on, location, quantity - received AS units, id"
            "  FROM incoming_goods WHERE received < quantity UNION ALL SELECT product_id, expected_on, location, units, id FROM v_on_the_way) g"
            " WHERE product_id IN ({marks}) ORDER BY expected_on, id, location"
        )
        found: dict[int, list[tuple[str, str, int]]] = {}
        for row in select_in(self.connection, sql, products):
            found.setdefault(row[0], []).append((row[1], row[2], row[3]))
        return found

    def waiting(self, products: Iterable[int]) -> dict[int, dict[str, int]]:
        """Units of these products that orders wait for, kits opened: product -> place of collection, or "" -> units."""
        sql = (
            "SELECT product, place, SUM(units) FROM ("
            "SELECT l.product_id AS product, COALESCE(o.pickup_location, '') AS place, l.backordered AS units, o.status"
            " FROM order_line l JOIN orders o ON o.id = l.order_id WHERE l.backordered > 0"
            " AND NOT EXISTS (SELECT 1 FROM kit_component k WHERE k.kit_id = l.product_id)"
            " UNION ALL SELECT k.component_id, COALESCE(o.pickup_location, ''), l.backordered * k.quantity, o.status"
            " FROM kit_component k JOIN order_line l ON l.product_id = k.kit_id JOIN orders o ON o.id = l.order_id WHERE l.backordered > 0"
            ") AS w WHERE product IN ({marks}) AND (status = 'open' OR status = 'part_shipped') GROUP BY product, place"
        )
        found: dict[int, dict[str, int]] = {}
        for product, place, units in select_in(self.connection, sql, products):
            found.setdefault(product, {})[place] = units
        return found

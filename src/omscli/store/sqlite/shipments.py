"""Shipments, their lines, claims and parcels, from the plan to the carrier."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from omscli.routing.plan import PlannedShipment
from omscli.stock.ledger import Movement, allocated, freed, shipped
from omscli.store.sqlite.rows import TITLE, TO_DO, insert, next_id, select_in

_SHIPMENT = (
    "id", "order_id", "location", "method", "state", "carrier", "service", "ship_on", "arrives", "distance_km", "postage", "boxes", "handling",
    "penalties", "run_id",
)  # fmt: skip
_OPEN_STATES = ("planned", "released", "packed", "ready", "ordered", "short")


@dataclass(slots=True)
class Shipments:
    """Questions about what leaves."""

    connection: sqlite3.Connection

    # -- planning

    def add_planned(self, planned: Iterable[tuple[int, PlannedShipment]], skus: dict[str, int], run: int) -> list[Movement]:
        """Store planned shipments with lines, claims and parcels. Returns the movements that claim the stock."""
        shipment = next_id(self.connection, "shipment")
        line_id, claim, parcel = (next_id(self.connection, table) for table in ("shipment_line", "allocation", "parcel"))
        heads, lines, claims, parcels, items, moves = [], [], [], [], [], []
        for order, one in planned:
            heads.append(
                (shipment, order, one.location, one.method, "planned", one.carrier, one.service, one.ship_on.isoformat() if one.ship_on else None,
                 one.arrives.isoformat() if one.arrives else None, None if one.distance_km is None else round(one.distance_km, 3), one.postage,
                 one.boxes, one.handling, one.penalties, run)
            )  # fmt: skip
            for line in one.lines:
                lines.append((line_id, shipment, line.line, line.quantity))
                for product, each in line.parts:
                    units = each * line.quantity
                    claims.append((claim, line_id, product, one.location, each, units))
                    moves.append(allocated(product, one.location, units, claim))
                    claim += 1
                line_id += 1
            for box in one.parcels:
                parcels.append(
                    (parcel, shipment, box.box.name if box.box else "", box.weight_g, int(box.guessed), one.carrier, one.service)
                )
                items += [(parcel, skus[sku], units) for sku, units in box.items]
                parcel += 1
            shipment += 1
        insert(self.connection, "shipment", _SHIPMENT, heads)
        insert(self.connection, "shipment_line", ("id", "shipment_id", "order_line_id", "quantity"), lines)
        insert(self.connection, "allocation", ("id", "shipment_line_id", "product_id", "location", "per_unit", "taken"), claims)
        insert(self.connection, "parcel", ("id", "shipment_id", "box", "weight_g", "guessed", "carrier", "service"), parcels)
        insert(self.connection, "parcel_item", ("parcel_id", "product_id", "quantity"), items)
        return moves

    def redate(self, rows: Iterable[tuple[int, PlannedShipment]]) -> None:
        """The same goods from the same place, with another day, service or price."""
        self.connection.executemany(
            "UPDATE shipment SET carrier = ?, service = ?, ship_on = ?, arrives = ?, postage = ?, boxes = ?, handling = ?, penalties = ? WHERE id = ?",
            [
                (one.carrier, one.service, one.ship_on.isoformat() if one.ship_on else None, one.arrives.isoformat() if one.arrives else None,
                 one.postage, one.boxes, one.handling, one.penalties, shipment)
                for shipment, one in rows
            ],
        )  # fmt: skip

    def give_up(self, shipments: Iterable[int], state: str = "cancelled") -> list[Movement]:
        """End shipments that have not left: their claims are freed. Returns the movements."""
        ids = list(shipments)
        sql = (
            "SELECT a.id, a.product_id, a.location, a.taken - a.freed - a.shipped AS open, a.per_unit, l.order_line_id, l.id AS line"
            " FROM shipment_line l JOIN allocation a ON a.shipment_line_id = l.id WHERE l.shipment_id IN ({marks}) ORDER BY a.id"
        )
        moves, claims, lines = [], [], {}
        for row in select_in(self.connection, sql, ids):
            if row["open"]:
                moves.append(freed(row["product_id"], row["location"], row["open"], row["id"]))
                claims.append((row["open"], row["id"]))
            lines[row["line"]] = (row["open"] // row["per_unit"], row["order_line_id"])
        self.connection.executemany("UPDATE allocation SET freed = freed + ? WHERE id = ?", claims)
        self.connection.executemany("UPDATE order_line SET allocated = allocated - ? WHERE id = ?", lines.values())
        self.connection.executemany("UPDATE shipment SET state = ? WHERE id = ?", [(state, one) for one in ids])
        return moves

    def shrink(self, order_line: int, units: int, location: str = "") -> tuple[list[Movement], list[dict[str, Any]]]:
        """Free units of an order line from its open shipments, soft ones first, the newest first.

        Returns the movements and what was taken out: shipment, state, SKU, units.
        """
        sql = (
            "SELECT l.id, l.shipment_id, l.quantity, h.state, h.location, o.sku FROM shipment_line l JOIN shipment h ON h.id = l.shipment_id"
            " JOIN order_line o ON o.id = l.order_line_id WHERE l.order_line_id = ? AND l.quantity > 0 AND (? = '' OR h.location = ?)"
            " AND h.state IN ('planned', 'released', 'packed', 'ready', 'ordered')"
            " ORDER BY CASE h.state WHEN 'planned' THEN 0 WHEN 'released' THEN 1 ELSE 2 END, h.id DESC"
        )
        moves: list[Movement] = []
        taken = []
        for row in self.connection.execute(sql, (order_line, location, location)).fetchall():
            take = min(units, row["quantity"])
            if not take:
                break
            for claim in self.connection.execute("SELECT * FROM allocation WHERE shipment_line_id = ?", (row["id"],)).fetchall():
                moves.append(freed(claim["product_id"], claim["location"], take * claim["per_unit"], claim["id"]))
                self.connection.execute("UPDATE allocation SET freed = freed + ? WHERE id = ?", (take * claim["per_unit"], claim["id"]))
                self._unpack(row["shipment_id"], claim["product_id"], take * claim["per_unit"])
            self.connection.execute("UPDATE shipment_line SET quantity = quantity - ? WHERE id = ?", (take, row["id"]))
            self.connection.execute("UPDATE order_line SET allocated = allocated - ? WHERE id = ?", (take, order_line))
            taken.append(
                {"shipment": row["shipment_id"], "state": row["state"], "location": row["location"], "sku": row["sku"], "units": take}
            )
            units -= take
        for one in {row["shipment"] for row in taken}:
            left = self.connection.execute("SELECT SUM(quantity) FROM shipment_line WHERE shipment_id = ?", (one,)).fetchone()[0]
            if not left:
                self.connection.execute("UPDATE shipment SET state = 'cancelled' WHERE id = ?", (one,))
        return moves, taken

    def _unpack(self, shipment: int, product: int, units: int) -> None:
        """Take units out of the parcels of a shipment, the last parcel first."""
        sql = (
            "SELECT i.parcel_id, i.quantity FROM parcel p JOIN parcel_item i ON i.parcel_id = p.id"
            " WHERE p.shipment_id = ? AND i.product_id = ? ORDER BY p.id DESC"
        )
        for row in self.connection.execute(sql, (shipment, product)).fetchall():
            take = min(units, row["quantity"])
            if take == row["quantity"]:
                self.connection.execute("DELETE FROM parcel_item WHERE parcel_id = ? AND product_id = ?", (row["parcel_id"], product))
                empty = self.connection.execute("SELECT 1 FROM parcel_item WHERE parcel_id = ?", (row["parcel_id"],)).fetchone() is None
                if empty:  # a label may have been asked for; nobody sends it any more
                    self.connection.execute("DELETE FROM outfile_parcel WHERE parcel_id = ?", (row["parcel_id"],))
                    self.connection.execute("DELETE FROM parcel WHERE id = ?", (row["parcel_id"],))
            elif take:
                self.connection.execute(
                    "UPDATE parcel_item SET quantity = quantity - ? WHERE parcel_id = ? AND product_id = ?",
                    (take, row["parcel_id"], product),
                )
            units -= take
            if not units:
                return

    def claim_lines(self, rows: Iterable[tuple[int, int]]) -> None:
        """Units newly claimed by order lines: (units, line)."""
        self.connection.executemany("UPDATE order_line SET allocated = allocated + ? WHERE id = ?", rows)

    def set_waiting(self, rows: Iterable[tuple[int, str | None, str | None, int]]) -> None:
        """What waits: (units, since when, expected on, line)."""
        self.connection.executemany("UPDATE order_line SET backordered = ?, backordered_at = ?, expected_on = ? WHERE id = ?", rows)

    # -- reading

    def of_order(self, order: int) -> list[dict[str, Any]]:
        """All shipments of an order with their lines and parcels, by id; cancelled ones included."""
        heads = [dict(row) for row in self.connection.execute("SELECT * FROM shipment WHERE order_id = ? ORDER BY id", (order,))]
        return self._with_lines(heads)

    def by_id(self, ids: Iterable[int]) -> list[dict[str, Any]]:
        """Shipments with lines and parcels."""
        rows = select_in(self.connection, "SELECT * FROM shipment WHERE id IN ({marks}) ORDER BY id", ids)
        return self._with_lines([dict(row) for row in rows])

    def _with_lines(self, heads: list[dict[str, Any]]) -> list[dict[str, Any]]:
        by_id = {head["id"]: {**head, "lines": [], "parcels": []} for head in heads}
        lines = select_in(
            self.connection,
            "SELECT l.shipment_id, l.order_line_id AS line, o.line_id, COALESCE(p.sku, o.sku) AS sku,"
            f" {TITLE.format('o')} AS title, l.quantity, o.note FROM shipment_line l"
            " JOIN order_line o ON o.id = l.order_line_id LEFT JOIN product p ON p.id = o.product_id WHERE l.shipment_id IN ({marks}) AND l.quantity > 0 ORDER BY l.id",
            by_id,
        )
        for row in lines:
            by_id[row["shipment_id"]]["lines"].append({name: row[name] for name in ("line", "line_id", "sku", "title", "quantity", "note")})
        parcels = select_in(self.connection, "SELECT * FROM parcel WHERE shipment_id IN ({marks}) ORDER BY id", by_id)
        boxes = {}
        for row in parcels:
            boxes[row["id"]] = {**dict(row), "items": {}}
            by_id[row["shipment_id"]]["parcels"].append(boxes[row["id"]])
        items = select_in(
            self.connection,
            "SELECT i.parcel_id, p.sku, i.quantity FROM parcel_item i JOIN product p ON p.id = i.product_id WHERE i.parcel_id IN ({marks}) ORDER BY p.sku",
            boxes,
        )
        for row in items:
            boxes[row["parcel_id"]]["items"][row["sku"]] = row["quantity"]
        return list(by_id.values())

    def channel_lines(self, shipments: Iterable[int]) -> dict[int, tuple[str, str, str]]:
        """The channel's own words for the order lines in these shipments: (its id of the line or "", SKU, title) by line."""
        sql = (
            "SELECT l.id, CASE WHEN l.match_key = l.line_id THEN l.line_id ELSE '' END, l.sku, l.title FROM order_line l JOIN shipment_line s ON s.order_line_id = l.id"
            " WHERE s.shipment_id IN ({marks})"
        )
        return {row[0]: (row[1], row[2], row[3]) for row in select_in(self.connection, sql, shipments)}

    def first_parcels(self, orders: Iterable[int]) -> dict[int, tuple[int, int]]:
        """(its first parcel, how many it has) of each of these orders, of shipments that are not cancelled."""
        sql = (
            "SELECT h.order_id, MIN(p.id), COUNT(*) FROM shipment h JOIN parcel p ON p.shipment_id = h.id"
            " WHERE h.order_id IN ({marks}) AND h.state <> 'cancelled' GROUP BY h.order_id"
        )
        return {row[0]: (row[1], row[2]) for row in select_in(self.connection, sql, orders)}

    def left_in_one_parcel(self, orders: Iterable[int]) -> set[int]:
        """Which of these orders are sent, all of them in one parcel."""
        sql = (
            "SELECT o.id FROM orders o JOIN shipment h ON h.order_id = o.id AND h.state <> 'cancelled' JOIN parcel p ON p.shipment_id = h.id"
            " WHERE o.id IN ({marks}) AND o.status NOT IN ('open', 'part_shipped')"
            " AND NOT EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id AND l.elsewhere > 0 AND l.shipped > 0)"
            " GROUP BY o.id HAVING COUNT(*) = 1"
        )
        return {row[0] for row in select_in(self.connection, sql, orders)}

    def listing(self, state: str, location: str, due: str, limit: int) -> list[dict[str, Any]]:
        """Shipments for a table, the newest first."""
        sql = (
            "SELECT 'S-' || h.id AS id, o.ref AS order_id, h.location, h.state, h.method, trim(h.carrier || ' ' || h.service) AS service, h.ship_on, h.arrives,"
            " (SELECT SUM(quantity) FROM shipment_line l WHERE l.shipment_id = h.id) AS units,"
            " (SELECT group_concat(tracking_number, ', ') FROM parcel p WHERE p.shipment_id = h.id AND tracking_number IS NOT NULL) AS tracking"
            f" FROM shipment h JOIN orders o ON o.id = h.order_id WHERE {f'h.{TO_DO} AND ' if due or state in _OPEN_STATES else ''}"
            " CASE WHEN :s = '' THEN h.state <> 'cancelled' ELSE h.state = :s END"
            " AND (:l = '' OR h.location = :l) AND (:d = '' OR (h.ship_on <= :d AND h.state IN ('planned', 'released', 'packed', 'ordered')))"
            f" ORDER BY {'+' if due or state in _OPEN_STATES else ''}h.id DESC LIMIT :n"
        )
        return [dict(row) for row in self.connection.execute(sql, {"s": state, "l": location, "d": due, "n": limit})]

    # -- picking

    def to_release(self, location: str | None, orders: Iterable[int] | None) -> list[sqlite3.Row]:
        """Planned shipments that nothing holds, for a place or for all, of these orders or of all; the place's order of work."""
        rows = self.connection.execute(
            f"SELECT h.id, h.order_id, h.location, h.method FROM shipment h WHERE h.{TO_DO} AND h.state = 'planned' AND (:l IS NULL OR h.location = :l)"
            " AND NOT EXISTS (SELECT 1 FROM order_hold x WHERE x.order_id = h.order_id AND x.ended_at IS NULL) ORDER BY +h.location, h.ship_on, h.id",
            {"l": location},
        ).fetchall()
        if orders is None:
            return rows
        wanted = set(orders)
        return [row for row in rows if row["order_id"] in wanted]

    def uncovered(self) -> set[tuple[str, int]]:
        """(place, product) whose claims exceed what lies there: a later count lowered it."""
        rows = self.connection.execute("SELECT location, product_id FROM stock_level WHERE allocated > on_hand - unavailable")
        return {(row[0], row[1]) for row in rows}

    def soft_where_uncovered(self) -> set[int]:
        """Orders whose planned shipments claim goods that a count took away, in part or whole."""
        rows = self.connection.execute(
            "SELECT DISTINCT h.order_id FROM stock_level v JOIN allocation a ON a.product_id = v.product_id AND a.location = v.location"
            " JOIN shipment_line l ON l.id = a.shipment_line_id JOIN shipment h ON h.id = l.shipment_id"
            " WHERE v.allocated > v.on_hand - v.unavailable AND a.taken > a.freed + a.shipped AND h.state = 'planned'"
        )
        return {row[0] for row in rows}

    def firm_claims(self, location: str, product: int) -> list[sqlite3.Row]:
        """Orders whose released shipments claim a product at a place, the latest first."""
        return self.connection.execute(
            "SELECT h.order_id, o.ref, p.sku, SUM(a.taken - a.freed - a.shipped) AS units, v.allocated, v.on_hand - v.unavailable AS there"
            " FROM shipment h CROSS JOIN shipment_line l CROSS JOIN allocation a CROSS JOIN orders o CROSS JOIN product p CROSS JOIN stock_level v"
            " WHERE l.shipment_id = h.id AND a.shipment_line_id = l.id AND o.id = h.order_id AND p.id = a.product_id"
            f" AND v.product_id = a.product_id AND v.location = a.location AND h.{TO_DO} AND h.state <> 'planned'"
            " AND h.location = ? AND a.product_id = ? AND a.taken > a.freed + a.shipped"
            " GROUP BY h.order_id ORDER BY h.order_id DESC",
            (location, product),
        ).fetchall()

    def claims_of(self, shipments: Iterable[int]) -> list[sqlite3.Row]:
        """Open claims of shipments: (shipment, place, product, units)."""
        sql = (
            "SELECT l.shipment_id, a.location, a.product_id, a.taken - a.freed - a.shipped AS units FROM shipment_line l"
            " JOIN allocation a ON a.shipment_line_id = l.id WHERE l.shipment_id IN ({marks})"
        )
        return list(select_in(self.connection, sql, shipments))

    def new_pick(self, location: str, shipments: list[int], run: int, at: str, state: str) -> int:
        """Release shipments of one place to one pick list. Returns its number."""
        number = next_id(self.connection, "pick")
        insert(self.connection, "pick", ("id", "location", "run_id", "at"), [(number, location, run, at)])
        self.connection.executemany(
            "UPDATE shipment SET state = ?, pick_id = ? WHERE id = ? AND state = 'planned'", [(state, number, one) for one in shipments]
        )
        return number

    def picks(self, ids: Iterable[int]) -> list[dict[str, Any]]:
        """Pick lists: number, place, when."""
        return [dict(row) for row in select_in(self.connection, "SELECT * FROM pick WHERE id IN ({marks}) ORDER BY id", ids)]

    def pick_rows(self, pick: int) -> list[sqlite3.Row]:
        """What to take from the shelf for a pick list: one row a product and shipment, kits opened, sorted by bin."""
        return self.connection.execute(
            "SELECT COALESCE(v.bin, '') AS bin, p.sku, p.title, COALESCE(p.options, '') AS options, SUM(a.taken - a.freed - a.shipped) AS units,"
            " o.ref, h.id AS shipment FROM shipment h JOIN shipment_line l ON l.shipment_id = h.id JOIN allocation a ON a.shipment_line_id = l.id"
            " JOIN product p ON p.id = a.product_id JOIN orders o ON o.id = h.order_id"
            " LEFT JOIN stock_level v ON v.product_id = a.product_id AND v.location = a.location"
            " WHERE h.pick_id = ? AND a.taken - a.freed - a.shipped > 0 GROUP BY h.id, p.id ORDER BY 1, p.sku, h.id",
            (pick,),
        ).fetchall()

    def slip_rows(self, pick: int, *, noted_only: bool = False) -> list[sqlite3.Row]:
        """Shipments of a pick list with the address and notes of their order; all, or those with a note, a gift or a wish."""
        noted = (
            " AND (o.note <> '' OR instr(lower(o.tags), 'gift') > 0 OR EXISTS (SELECT 1 FROM shipment_line x JOIN order_line l"
            " ON l.id = x.order_line_id WHERE x.shipment_id = h.id AND l.note <> ''))"
        )
        return self.connection.execute(
            "SELECT h.id, h.method, h.ship_on, h.carrier, h.service, o.id AS order_row, o.ref, o.channel, o.order_id, o.name, o.company, o.line1, o.line2,"
            " o.city, o.region, o.postcode, o.country, o.phone, o.note, o.tags, o.service AS asked FROM shipment h JOIN orders o ON o.id = h.order_id"
            f" WHERE h.pick_id = ? AND h.state <> 'cancelled'{noted if noted_only else ''} ORDER BY h.id",
            (pick,),
        ).fetchall()

    def waiting_of(self, orders: Iterable[int]) -> dict[int, list[tuple[str, int, str | None]]]:
        """What an order still waits for: (title, units, expected on)."""
        sql = (
            f"SELECT l.order_id, COALESCE(NULLIF({TITLE.format('l')}, ''), p.sku, l.sku), l.backordered, l.expected_on FROM order_line l"
            " LEFT JOIN product p ON p.id = l.product_id WHERE l.order_id IN ({marks}) AND l.backordered > 0 ORDER BY l.id"
        )
        found: dict[int, list[tuple[str, int, str | None]]] = {}
        for row in select_in(self.connection, sql, orders):
            found.setdefault(row[0], []).append((row[1], row[2], row[3]))
        return found

    # -- leaving

    def ship(self, shipment: int, at: str) -> list[Movement]:
        """The goods of a shipment leave. Returns the movements; the order lines' counts follow here."""
        moves, claims = [], []
        sql = (
            "SELECT a.id, a.product_id, a.location, a.taken - a.freed - a.shipped AS open FROM shipment_line l JOIN allocation a"
            " ON a.shipment_line_id = l.id WHERE l.shipment_id = ? ORDER BY a.id"
        )
        for row in self.connection.execute(sql, (shipment,)):
            if row["open"]:
                moves.append(shipped(row["product_id"], row["location"], row["open"], row["id"]))
                claims.append((row["open"], row["id"]))
        self.connection.executemany("UPDATE allocation SET shipped = shipped + ? WHERE id = ?", claims)
        self.connection.executemany(
            "UPDATE order_line SET allocated = allocated - ?, shipped = shipped + ? WHERE id = ?",
            [
                (row["quantity"], row["quantity"], row["order_line_id"])
                for row in self.connection.execute(
                    "SELECT order_line_id, quantity FROM shipment_line WHERE shipment_id = ?", (shipment,)
                ).fetchall()
            ],
        )
        self.connection.execute("UPDATE shipment SET state = 'shipped', shipped_at = ? WHERE id = ?", (at, shipment))
        return moves

    def track(self, parcel: int, tracking: dict[str, Any]) -> None:
        """Carrier, service, number, day and cost of a parcel; its channel is to hear of it (again)."""
        names = [name for name in ("carrier", "service", "tracking_number", "shipped_at", "cost") if tracking.get(name) is not None]
        text = ", ".join(f"{name} = ?" for name in names)
        if names:
            values = (*(tracking[name] for name in names), parcel)
            self.connection.execute(f"UPDATE parcel SET {text}, told_at = NULL WHERE id = ?", values)

    def add_parcel(self, shipment: int, tracking: dict[str, Any]) -> None:
        """A parcel that the plan did not know (a pickup that is sent after all)."""
        number = next_id(self.connection, "parcel")
        insert(self.connection, "parcel", ("id", "shipment_id", "weight_g", "guessed"), [(number, shipment, 0, 1)])
        self.track(number, tracking)

    def put_packed(self, parcel: int, facts: dict[str, Any]) -> None:
        """Box, weight, size and the instant of packing."""
        names = ("box", "weight_g", "guessed", "length_mm", "width_mm", "height_mm", "packed_at")
        text = ", ".join(f"{name} = ?" for name in names)
        self.connection.execute(f"UPDATE parcel SET {text} WHERE id = ?", (*(facts[name] for name in names), parcel))

    def set_state(self, shipment: int, state: str) -> None:
        """The next step of the shipment, or the one before it."""
        self.connection.execute("UPDATE shipment SET state = ? WHERE id = ?", (state, shipment))

    def of_parcels(self, parcels: Iterable[int]) -> dict[int, int]:
        """The shipment of each parcel."""
        return dict(map(tuple, select_in(self.connection, "SELECT id, shipment_id FROM parcel WHERE id IN ({marks}) ORDER BY id", parcels)))

    def by_tracking(self, number: str) -> list[sqlite3.Row]:
        """Parcels that carry the number already."""
        return self.connection.execute(
            "SELECT p.id, p.shipment_id, h.order_id FROM parcel p JOIN shipment h ON h.id = p.shipment_id WHERE p.tracking_number = ?",
            (number,),
        ).fetchall()

"""Orders and their lines, holds and history."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from omscli.base.address import Address
from omscli.base.text import fold
from omscli.orders.holds import Hold
from omscli.orders.incoming import IncomingLine, IncomingOrder
from omscli.orders.stored import StoredLine, StoredOrder
from omscli.store.sqlite.rows import OPEN, insert, next_id, select_in
from omscli.store.sqlite.runs import Runs

_ADDRESS = ("name", "company", "line1", "line2", "city", "region", "postcode", "country", "phone")
_HEADER = (
    "placed_at", "state", "raw_status", "payment", "currency", "email", *_ADDRESS, "service", "ship_by", "deliver_by", "pickup_location",
    "tags", "note", "shipping", "tax", "tax_included", "discount", "total", "other_ids", "doubts", "content_hash",
)  # fmt: skip
_LINE = (
    "id", "order_id", "line_id", "match_key", "sku", "product_id", "title", "ordered", "elsewhere", "cancelled", "unit_price", "discount",
    "tax", "note", "final_sale",
)  # fmt: skip
_json = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


@dataclass(slots=True)
class NewOrder:
    """An order about to be stored, with the products its lines mean."""

    ref: str
    said: IncomingOrder
    content_hash: str
    status: str
    match_keys: list[str]
    products: list[int | None]
    holds: list[Hold]
    cancelled: bool = False
    history: bool = False  # of the time before oms
    id: int = 0  # the store's, once it is stored


def _header_values(said: IncomingOrder, content_hash: str) -> tuple[Any, ...]:
    to = said.ship_to
    return (
        said.placed_at, said.state, said.raw_status, said.payment, said.currency, said.email, to.name, to.company, to.line1, to.line2, to.city,
        to.region, to.postcode, to.country, to.phone, said.service, said.ship_by, said.deliver_by, said.pickup_location,
        "\n".join(said.tags), said.note, said.shipping, said.tax, None if said.tax_included is None else int(said.tax_included),
        said.discount, said.total, _json(said.other_ids) if said.other_ids else "{}",
        "\n".join(said.doubts), content_hash,
    )  # fmt: skip


@dataclass(slots=True)
class Orders:
    """Questions about orders."""

    connection: sqlite3.Connection

    # -- finding

    def known(self, channel: str, order_ids: Iterable[str]) -> dict[str, tuple[int, str, str, bool]]:
        """(id, content hash, status, of the time before oms) of the channel's orders that are stored, by folded order id. The ids may be folded already."""
        sql = "SELECT order_key, id, content_hash, status, history FROM orders WHERE channel = ? AND order_key IN ({marks})"
        keys = dict.fromkeys(fold(one) for one in order_ids)
        return {row[0]: (row[1], row[2], row[3], bool(row[4])) for row in select_in(self.connection, sql, keys, (channel,))}

    def find(self, word: str) -> list[tuple[int, str, str, str]]:
        """(id, ref, channel, order id) of every order the word may mean: our id, `channel:number`, or the channel's number."""
        key = fold(word)
        sql = "SELECT id, ref, channel, order_id FROM orders WHERE {} ORDER BY ref"
        found = self.connection.execute(sql.format("ref_key = ?"), (key,)).fetchall()
        if not found and ":" in word:
            channel, _, number = word.partition(":")
            found = self.connection.execute(
                sql.format("channel = ? AND order_key IN (?, ?)"), (channel.strip(), fold(number), f"#{fold(number)}")
            ).fetchall()
        if not found:
            found = self.connection.execute(sql.format("order_key IN (?, ?)"), (key, f"#{key}")).fetchall()
        return [tuple(row) for row in found]

    def ref_of(self, order: int) -> str:
        """The id that oms gave an order."""
        return str(self.connection.execute("SELECT ref FROM orders WHERE id = ?", (order,)).fetchone()[0])

    def taken_refs(self, refs: Iterable[str]) -> set[str]:
        """Which of these ids are given away (folded)."""
        sql = "SELECT ref_key FROM orders WHERE ref_key IN ({marks})"
        return {row[0] for row in select_in(self.connection, sql, [fold(ref) for ref in refs])}

    def booked_lines(self, orders: Iterable[int]) -> set[int]:
        """Lines of these orders that were sold over the counter and have left the shelf."""
        sql = (
            "SELECT DISTINCT m.order_line_id FROM order_line l JOIN movement m ON m.order_line_id = l.id AND m.kind = 'sold'"
            " WHERE l.order_id IN ({marks})"
        )
        return {row[0] for row in select_in(self.connection, sql, orders)}

    def with_questions(self, orders: Iterable[int]) -> list[int]:
        """Those of these orders about which a person is asked something."""
        sql = "SELECT DISTINCT order_id FROM order_event WHERE for_person = 1 AND settled_at IS NULL AND order_id IN ({marks}) ORDER BY order_id"
        return [row[0] for row in select_in(self.connection, sql, orders)]

    def open_by_channel(self) -> dict[str, int]:
        """How many orders of each channel are open."""
        sql = "SELECT channel, COUNT(*) FROM orders WHERE status IN ('open', 'part_shipped') GROUP BY channel"
        return dict(self.connection.execute(sql).fetchall())

    def some_refs(self, limit: int = 5000) -> list[str]:
        """Ids for `did you mean`, the newest first."""
        return [row[0] for row in self.connection.execute("SELECT ref FROM orders ORDER BY id DESC LIMIT ?", (limit,))]

    def load(self, ids: Iterable[int]) -> dict[int, StoredOrder]:
        """Whole orders by id."""
        ids = list(ids)
        found: dict[int, StoredOrder] = {}
        for row in select_in(self.connection, "SELECT * FROM orders WHERE id IN ({marks})", ids):
            found[row["id"]] = StoredOrder(row["id"], row["ref"], row["status"], row["content_hash"], _said(row))
        for row in select_in(
            self.connection,
            "SELECT l.*, p.sku AS our_sku, p.title AS our_title FROM order_line l LEFT JOIN product p ON p.id = l.product_id WHERE l.order_id IN ({marks}) ORDER BY l.id",
            ids,
        ):
            order = found[row["order_id"]]
            line = _line(row)
            order.lines.append(line)
            order.said.lines.append(line.said)
        return found

    # -- storing

    def add(self, orders: list[NewOrder], run: int, at: str) -> None:
        """New orders in bulk: headers, lines, holds."""
        first, line_id = next_id(self.connection, "orders"), next_id(self.connection, "order_line")
        headers, lines, holds = [], [], []
        final = self._final(product for new in orders for product in new.products)
        for order_id, new in enumerate(orders, first):
            said, new.id = new.said, order_id
            key = fold(said.order_id)
            headers.append(
                (order_id, new.ref, fold(new.ref), said.channel, said.order_id, key, new.status, run, int(new.history),
                 *_header_values(said, new.content_hash))
            )  # fmt: skip
            for number, line in enumerate(said.lines):
                elsewhere = line.quantity - line.to_ship
                lines.append(
                    (line_id, order_id, line.line_id or str(number + 1), new.match_keys[number], line.sku, new.products[number], line.title,
                     line.quantity, elsewhere, line.to_ship if new.cancelled else 0, line.unit_price, line.discount, line.tax, line.note,
                     int(new.products[number] in final))
                )  # fmt: skip
                line_id += 1
            holds += [(order_id, hold) for hold in new.holds]
        names = ("id", "ref", "ref_key", "channel", "order_id", "order_key", "status", "first_run", "history", *_HEADER)
        insert(self.connection, "orders", names, headers)
        insert(self.connection, "order_line", _LINE, lines)
        rows = [(order, hold.kind, hold.reason, at, run) for order, hold in holds]
        insert(self.connection, "order_hold", ("order_id", "kind", "reason", "since", "run_id"), rows)

    def _final(self, products: Iterable[int | None]) -> set[int]:
        """Those that are sold without a way back: a line keeps that from the day it comes in."""
        known = {product for product in products if product is not None}
        return {row[0] for row in select_in(self.connection, "SELECT id FROM product WHERE returnable = 0 AND id IN ({marks})", known)}

    def add_line(self, order: int, match_key: str, said: IncomingLine, product: int | None) -> None:
        """A line that a newer file brought."""
        number = self.connection.execute("SELECT COUNT(*) + 1 FROM order_line WHERE order_id = ?", (order,)).fetchone()[0]
        row = (
            next_id(self.connection, "order_line"), order, said.line_id or str(number), match_key, said.sku, product, said.title, said.quantity,
            said.quantity - said.to_ship, 0, said.unit_price, said.discount, said.tax, said.note, int(product in self._final([product])),
        )  # fmt: skip
        insert(self.connection, "order_line", _LINE, [row])

    def change_header(self, order: int, said: IncomingOrder, content_hash: str) -> None:
        """What the order says now."""
        text = ", ".join(f"{name} = ?" for name in _HEADER)
        self.connection.execute(f"UPDATE orders SET {text} WHERE id = ?", (*_header_values(said, content_hash), order))

    def header(self, order: int) -> dict[str, Any]:
        """What the order says now, column by column."""
        return dict(self.connection.execute(f"SELECT {', '.join(_HEADER)} FROM orders WHERE id = ?", (order,)).fetchone())

    def change_line(self, line: int, values: dict[str, Any]) -> None:
        """New values of named columns of one line."""
        text = ", ".join(f"{name} = ?" for name in values)
        self.connection.execute(f"UPDATE order_line SET {text} WHERE id = ?", (*values.values(), line))

    def give_up_units(self, line: int, units: int) -> None:
        """Units of a line that a rule gives up: nobody will send them."""
        sql = (
            "UPDATE order_line SET cancelled = cancelled + ?, given_up = given_up + ?, backordered = 0, backordered_at = NULL, expected_on = NULL"
            " WHERE id = ?"
        )
        self.connection.execute(sql, (units, units, line))

    def resolve_lines(self, order: int, index: Any) -> list[tuple[str, int | None]]:
        """Look the SKUs up again. Returns (SKU, product) of the lines with something left to ship."""
        channel = self.connection.execute("SELECT channel FROM orders WHERE id = ?", (order,)).fetchone()[0]
        found = []
        for row in self.connection.execute(
            "SELECT id, sku, product_id, ordered - elsewhere - cancelled - shipped AS owed FROM order_line WHERE order_id = ? ORDER BY id",
            (order,),
        ).fetchall():
            product = row["product_id"] or index.find(channel, row["sku"])
            if product is not None and row["product_id"] is None:
                self.connection.execute("UPDATE order_line SET product_id = ? WHERE id = ?", (product, row["id"]))
            if row["owed"]:
                found.append((row["sku"], product))
        return found

    def update_status(self, orders: Iterable[int]) -> None:
        """Derive the status of these orders from their lines again."""
        self.connection.executemany(
            "UPDATE orders SET status = (SELECT CASE"
            " WHEN SUM(ordered - elsewhere - cancelled - shipped) > 0 THEN CASE WHEN SUM(shipped) > 0 THEN 'part_shipped' ELSE 'open' END"
            " WHEN SUM(shipped) > 0 THEN 'shipped' WHEN SUM(cancelled) > 0 THEN 'cancelled' ELSE 'closed' END"
            " FROM order_line WHERE order_id = orders.id) WHERE id = ?",
            [(one,) for one in orders],
        )

    # -- holds and history

    def holds(self, order: int, *, ended: bool = False) -> list[dict[str, Any]]:
        """Live holds of an order, or the ended ones."""
        live = "NOT NULL" if ended else "NULL"
        rows = self.connection.execute(f"SELECT * FROM order_hold WHERE order_id = ? AND ended_at IS {live} ORDER BY id", (order,))
        return [dict(row) for row in rows]

    def set_holds(self, order: int, holds: list[Hold], kinds: Iterable[str], run: int, at: str) -> tuple[list[Hold], list[str]]:
        """Make the live holds of these kinds exactly these. What a person ended for the same reason stays ended.

        Returns the holds that are new and the kinds that ended.
        """
        wanted = {hold.kind: hold for hold in holds}
        settled = {(row["kind"], row["reason"]) for row in self.holds(order, ended=True) if row["ended_by"] == "person"}
        settled -= {("person", hold.reason) for hold in holds}  # a person may change her mind twice
        live = {row["kind"]: row for row in self.holds(order)}
        ended = []
        for kind in kinds:
            row = live.get(kind)
            if row and (kind not in wanted or wanted[kind].reason != row["reason"]):
                Runs(self.connection).keep(run, "hold", row["id"], {}, order)
                self.end_hold(row["id"], at, "rules" if kind == "rule" else "file")
                ended.append(kind)
                live.pop(kind)
        fresh = [hold for kind, hold in wanted.items() if kind not in live and (kind, hold.reason) not in settled]
        rows = [(order, hold.kind, hold.reason, at, run) for hold in fresh]
        insert(self.connection, "order_hold", ("order_id", "kind", "reason", "since", "run_id"), rows)
        return fresh, ended

    def end_hold(self, hold: int, at: str, by: str) -> None:
        """A hold is settled by a person, a file or the rules."""
        self.connection.execute("UPDATE order_hold SET ended_at = ?, ended_by = ? WHERE id = ?", (at, by, hold))

    def held_for_sku(self) -> list[int]:
        """Orders that wait because nobody knows one of their SKUs."""
        return [
            row[0]
            for row in self.connection.execute(
                "SELECT order_id FROM order_hold WHERE kind = 'unknown_sku' AND ended_at IS NULL ORDER BY order_id"
            )
        ]

    def note(self, order: int, run: int, at: str, what: str, why: str = "", *, for_person: bool = False) -> None:
        """One line of the order's history. The same open question is not asked twice."""
        if for_person:
            sql = "SELECT 1 FROM order_event WHERE order_id = ? AND what = ? AND for_person = 1 AND settled_at IS NULL"
            if self.connection.execute(sql, (order, what)).fetchone():
                return
        insert(
            self.connection,
            "order_event",
            ("order_id", "at", "run_id", "what", "why", "for_person"),
            [(order, at, run, what, why, int(for_person))],
        )

    def questions(self, order: int) -> list[int]:
        """The open questions about an order."""
        sql = "SELECT id FROM order_event WHERE order_id = ? AND for_person = 1 AND settled_at IS NULL ORDER BY id"
        return [row[0] for row in self.connection.execute(sql, (order,))]

    def settle(self, order: int, at: str) -> int:
        """A person looked: the open questions of the order are answered. Returns how many."""
        sql = "UPDATE order_event SET settled_at = ? WHERE order_id = ? AND for_person = 1 AND settled_at IS NULL"
        return self.connection.execute(sql, (at, order)).rowcount

    def history(self, order: int) -> list[dict[str, Any]]:
        """What happened to an order, oldest first: import, edits, holds, decisions, shipments, mails."""
        sql = (
            "SELECT at, run_id AS run, what, why, id AS n, 1 AS part FROM order_event WHERE order_id = :o"
            " UNION ALL SELECT r.started_at, r.id, 'came in', r.arguments, o.id, -1 FROM orders o JOIN run r ON r.id = o.first_run WHERE o.id = :o"
            " UNION ALL SELECT p.at, p.run_id, 'on pick list P-' || p.id, p.location, p.id, 4 FROM pick p"
            "  WHERE p.id IN (SELECT pick_id FROM shipment WHERE order_id = :o)"
            " UNION ALL SELECT at, run_id, 'decided: ' || state, rule, id, 2 FROM decision WHERE order_id = :o"
            " UNION ALL SELECT since, run_id, 'held: ' || reason, kind, id, 0 FROM order_hold WHERE order_id = :o"
            " UNION ALL SELECT ended_at, run_id, 'hold ended: ' || reason, COALESCE('by ' || ended_by, 'taken back'), id, 3 FROM order_hold WHERE order_id = :o AND ended_at IS NOT NULL"
            " UNION ALL SELECT at, run_id, 'mail ' || state || ': ' || event, CASE WHEN state = 'suppressed' THEN reason ELSE recipient END, id, 5"
            "  FROM mail WHERE order_id = :o"
            " ORDER BY 1, 2, 6, 5"
        )
        return [
            {"at": row["at"], "run": row["run"], "what": row["what"], "why": row["why"]}
            for row in self.connection.execute(sql, {"o": order})
        ]

    def listing(self, where: dict[str, str], limit: int = -1) -> list[dict[str, Any]]:
        """Orders for a table, newest first. Keys of `where`: status, channel, text, held, since."""
        tests, values = ["1 = 1"], []
        if where.get("status"):
            tests.append("o.status = ?")
            values.append(where["status"])
            tests += [f"o.{OPEN}"] if where["status"] in ("open", "part_shipped") else []
        if where.get("channel"):
            tests.append("o.channel = ?")
            values.append(where["channel"])
        if where.get("since"):
            tests.append("o.placed_at >= ?")
            values.append(where["since"])
        if where.get("text"):
            tests.append(
                "instr(lower(o.ref || ' ' || o.order_id || ' ' || o.name || ' ' || o.company || ' ' || o.email || ' ' || o.city), lower(?)) > 0"
            )
            values.append(where["text"])
        if where.get("held"):
            tests.append("o.id IN (SELECT h.order_id FROM order_hold h WHERE h.ended_at IS NULL)")
        if where.get("unroutable"):
            tests.append("o.status IN ('open', 'part_shipped')")
            tests.append("(SELECT d.state FROM standing_decision d WHERE d.order_id = o.id ORDER BY d.id DESC LIMIT 1) = 'unroutable'")
        if where.get("waiting"):
            tests.append("o.id IN (SELECT l.order_id FROM order_line l WHERE l.backordered > 0)")
        if where.get("late"):
            tests.append(
                "o.status IN ('open', 'part_shipped') AND (substr(o.ship_by, 1, 10) < ? OR EXISTS (SELECT 1 FROM shipment h WHERE h.order_id = o.id"
            )
            tests[-1] += " AND h.state IN ('planned', 'released', 'packed', 'ordered') AND h.ship_on < ?))"
            values += [where["late"], where["late"]]
        sql = (
            "SELECT o.ref AS id, o.channel, o.order_id, o.placed_at, o.status, o.payment, o.name, o.city, o.country, o.total, o.currency, o.ship_by,"
            " (SELECT SUM(ordered - elsewhere - cancelled - shipped) FROM order_line l WHERE l.order_id = o.id) AS to_ship,"
            " (SELECT SUM(backordered) FROM order_line l WHERE l.order_id = o.id) AS waiting,"
            " (SELECT group_concat(reason, '; ') FROM order_hold h WHERE h.order_id = o.id AND h.ended_at IS NULL) AS held"
            f" FROM orders o WHERE {' AND '.join(tests)} ORDER BY o.placed_at DESC, o.id DESC LIMIT ?"
        )
        return [dict(row) for row in self.connection.execute(sql, (*values, limit))]


def _said(row: sqlite3.Row) -> IncomingOrder:
    return IncomingOrder(
        channel=row["channel"],
        order_id=row["order_id"],
        placed_at=row["placed_at"],
        state=row["state"],
        payment=row["payment"],
        currency=row["currency"],
        lines=[],
        ship_to=Address(*(row[name] for name in _ADDRESS)),
        raw_status=row["raw_status"],
        email=row["email"],
        service=row["service"],
        ship_by=row["ship_by"],
        deliver_by=row["deliver_by"],
        pickup_location=row["pickup_location"],
        tags=tuple(row["tags"].split("\n")) if row["tags"] else (),
        note=row["note"],
        shipping=row["shipping"],
        tax=row["tax"],
        tax_included=None if row["tax_included"] is None else bool(row["tax_included"]),
        discount=row["discount"],
        total=row["total"],
        other_ids=json.loads(row["other_ids"]),
        doubts=tuple(row["doubts"].split("\n")) if row["doubts"] else (),
    )


def _line(row: sqlite3.Row) -> StoredLine:
    said = IncomingLine(
        row["line_id"],
        row["sku"],
        row["title"],
        row["ordered"],
        row["ordered"] - row["elsewhere"],
        row["unit_price"],
        row["discount"],
        row["tax"],
        row["note"],
    )
    return StoredLine(
        row["id"], row["match_key"], said, row["product_id"], row["ordered"], row["elsewhere"], row["cancelled"], row["allocated"], row["shipped"],
        row["backordered"], row["returned"], row["expected_on"], row["our_sku"] or "", row["our_title"] or "",
    )  # fmt: skip

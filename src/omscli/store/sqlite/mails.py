"""Mails, imports and the places that were looked up."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from omscli.base.geo import Point
from omscli.base.problems import Problem
from omscli.store.sqlite.rows import TITLE, insert, next_id, select_in

# Shipments `h` that left, and nobody has decided about their mail: word for word as in the partial index `shipment_to_mail`.
TO_MAIL = "h.shipped_at IS NOT NULL AND h.mail_decided_at IS NULL AND h.method <> 'pickup' AND h.state IN ('shipped', 'delivered')"
PlaceKey = tuple[str, str, str, str]  # country, postcode, city, region


@dataclass(slots=True)
class Outbox:
    """Questions about mails."""

    connection: sqlite3.Connection

    def taken(self, keys: Iterable[str]) -> set[str]:
        """Which of these events have a mail already, sent or suppressed."""
        return {row[0] for row in select_in(self.connection, "SELECT key FROM mail WHERE key IN ({marks})", keys)}

    def shipped_without_mail(self, since: str) -> list[sqlite3.Row]:
        """Shipments that left, and nobody has decided about their mail."""
        return self.connection.execute(
            f"SELECT h.id, h.order_id, h.shipped_at FROM shipment h WHERE {TO_MAIL} AND h.shipped_at >= ? ORDER BY +h.id",
            (since,),
        ).fetchall()

    def taken_back(self, shipment: int) -> int:
        """How often the mail about a shipment was taken back: the next one is another mail."""
        sql = "SELECT COUNT(*) FROM mail WHERE shipment_id = ? AND event LIKE '%(taken back)'"
        return int(self.connection.execute(sql, (shipment,)).fetchone()[0])

    def waiting_orders(self) -> list[sqlite3.Row]:
        """Lines that wait, of orders that nothing holds."""
        return self.connection.execute(
            f"SELECT l.order_id, l.id, l.sku, {TITLE.format('l')} AS title, l.backordered, l.backordered_at, l.expected_on"
            " FROM order_line l JOIN orders o ON o.id = l.order_id LEFT JOIN product p ON p.id = l.product_id"
            " WHERE o.status IN ('open', 'part_shipped') AND l.backordered > 0"
            " AND NOT EXISTS (SELECT 1 FROM order_hold x WHERE x.order_id = l.order_id AND x.ended_at IS NULL) ORDER BY l.order_id, l.id"
        ).fetchall()

    def add_mail(self, values: dict[str, Any]) -> int:
        """One mail of one event; its key is unique, so that no event is told twice."""
        number = next_id(self.connection, "mail")
        insert(self.connection, "mail", ("id", *values), [(number, *values.values())])
        if values["event"] == "shipped":
            self.connection.execute("UPDATE shipment SET mail_decided_at = ? WHERE id = ?", (values["at"], values["shipment_id"]))
        return number

    def mails(self, states: Iterable[str], limit: int = -1) -> list[sqlite3.Row]:
        """Mails in these states, oldest first."""
        wanted = list(states)
        sql = f"SELECT * FROM mail WHERE state IN ({','.join('?' * len(wanted))}) ORDER BY +id LIMIT ?"
        return self.connection.execute(sql, (*wanted, limit)).fetchall()

    def to_send(self, at: str) -> list[sqlite3.Row]:
        """Written mails whose time has come, and those whose sender has not been heard of for longer than its claim; oldest first.

        With the channel of the order, and without the letter itself: see `content`.
        """
        sql = (
            "SELECT m.id, m.event, m.order_id, m.state, m.tries, m.at, m.recipient, o.channel FROM mail m JOIN orders o ON o.id = m.order_id"
            " WHERE m.state IN ('written', 'sending') AND (m.next_at IS NULL OR m.next_at <= ?) ORDER BY +m.id"
        )
        return self.connection.execute(sql, (at,)).fetchall()

    def content(self, mail: int) -> bytes:
        """The letter, as it goes to the server."""
        return bytes(self.connection.execute("SELECT content FROM mail WHERE id = ?", (mail,)).fetchone()[0])

    def claim(self, mail: int, found: tuple[str, int], values: dict[str, Any]) -> bool:
        """Change a mail that is still as it was `found` (state, tries). False: another oms has taken it meanwhile."""
        text = ", ".join(f"{name} = ?" for name in values)
        sql = f"UPDATE mail SET {text} WHERE id = ? AND state = ? AND tries = ?"
        return self.connection.execute(sql, (*values.values(), mail, *found)).rowcount == 1

    def change_mail(self, mail: int, values: dict[str, Any]) -> None:
        """New values of named columns."""
        text = ", ".join(f"{name} = ?" for name in values)
        self.connection.execute(f"UPDATE mail SET {text} WHERE id = ?", (*values.values(), mail))


@dataclass(slots=True)
class Imports:
    """What was read, and what was set aside."""

    connection: sqlite3.Connection

    def has_set_aside(self, name: str) -> bool:
        """Whether rows of the last file of this name were set aside: then a better one must be entered, to settle that."""
        sql = "SELECT 1 FROM set_aside WHERE file_id = (SELECT MAX(id) FROM import_file WHERE name = ?) LIMIT 1"
        return self.connection.execute(sql, (name,)).fetchone() is not None

    def add(self, file: dict[str, Any], problems: Iterable[Problem], run: int) -> None:
        """One file with its rows set aside, raw text and all."""
        number = next_id(self.connection, "import_file")
        names = ("name", "sha256", "reader", "kind", "encoding", "rows")
        values = (number, run, *(file[name] for name in names), json.dumps(file["counts"]))
        insert(self.connection, "import_file", ("id", "run_id", *names, "counts"), [values])
        rows = [(number, one.line, one.column, one.value, one.problem, one.hint, one.raw) for one in problems if one.rejected]
        insert(self.connection, "set_aside", ("file_id", "line", "column_name", "value", "problem", "hint", "raw"), rows)


@dataclass(slots=True)
class Places:
    """Points that were looked up once."""

    connection: sqlite3.Connection

    def known(self, keys: Iterable[PlaceKey]) -> dict[PlaceKey, Point | None]:
        """What is remembered of these places; None: looked for and not found."""
        sql = "SELECT lat, lon, accuracy FROM place WHERE country = ? AND postcode = ? AND city = ? AND region = ?"
        found: dict[PlaceKey, Point | None] = {}
        for key in dict.fromkeys(keys):
            row = self.connection.execute(sql, key).fetchone()
            if row is not None:
                found[key] = Point(row[0], row[1], row[2]) if row[2] else None
        return found

    def add(self, found: dict[PlaceKey, Point | None]) -> None:
        """Remember."""
        self.connection.executemany(
            "INSERT INTO place (country, postcode, city, region, lat, lon, accuracy) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (country, postcode, city, region) DO UPDATE SET lat = excluded.lat, lon = excluded.lon, accuracy = excluded.accuracy",
            [
                (*key, point.lat if point else None, point.lon if point else None, point.accuracy if point else "")
                for key, point in found.items()
            ],
        )

"""Files that go out: what is to be written after a commit, what waits to be uploaded, and what each tells."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from omscli.store.sqlite.rows import TO_DO, insert, next_id

_PENDING = "uploaded_at IS NULL AND superseded_at IS NULL AND kind IN ('stock', 'tracking', 'refunds')"


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file about to be recorded. `content` None: it is made again from the books when it is written."""

    kind: str
    subject: str
    path: str
    content: bytes | None = None
    writer: str = ""
    rows: int = 0


@dataclass(slots=True)
class FilesOut:
    """Questions about files that go out."""

    connection: sqlite3.Connection

    def next_id(self) -> int:
        """The number of the next file, for its name."""
        return next_id(self.connection, "outfile")

    def add(self, file: NewFile, run: int) -> int:
        """A file that is to be written after the commit."""
        number = next_id(self.connection, "outfile")
        values = (number, run, file.kind, file.subject, file.path, file.content, file.writer, file.rows)
        insert(self.connection, "outfile", ("id", "run_id", "kind", "subject", "path", "content", "writer", "rows"), [values])
        return number

    def to_write(self, *kinds: str) -> list[sqlite3.Row]:
        """Files of these kinds that are not written yet; a crash may have left some out."""
        marks = ",".join("?" * len(kinds))
        sql = f"SELECT * FROM outfile WHERE written_at IS NULL AND superseded_at IS NULL AND kind IN ({marks}) ORDER BY id"
        return self.connection.execute(sql, kinds).fetchall()

    def written(self, number: int, at: str) -> None:
        """The file lies where it should; its content need not be kept any longer. Another oms may have written it meanwhile."""
        self.connection.execute("UPDATE outfile SET written_at = ?, content = NULL WHERE id = ? AND written_at IS NULL", (at, number))

    # -- uploads

    def pending(self, channel: str = "", kind: str = "") -> list[sqlite3.Row]:
        """Files that wait to be uploaded, oldest first."""
        sql = f"SELECT f.*, r.started_at AS made_at FROM outfile f JOIN run r ON r.id = f.run_id WHERE {_PENDING}"
        return self.connection.execute(
            f"{sql} AND (? = '' OR subject = ?) AND (? = '' OR kind = ?) ORDER BY f.id", (channel, channel, kind, kind)
        ).fetchall()

    def by_name(self, channel: str, name: str) -> sqlite3.Row | None:
        """A file of a channel by the last part of its path, whatever became of it."""
        sql = "SELECT * FROM outfile WHERE subject = ? AND kind IN ('stock', 'tracking', 'refunds') AND path LIKE '%/' || ? ORDER BY id DESC LIMIT 1"
        row: sqlite3.Row | None = self.connection.execute(sql, (channel, name)).fetchone()
        return row

    def uploaded(self, number: int, at: str) -> None:
        """The seller took the file to its channel, which knows of the parcels in it now."""
        self.connection.execute("UPDATE outfile SET uploaded_at = ? WHERE id = ?", (at, number))
        sql = (
            "UPDATE parcel SET told_at = ? WHERE id IN (SELECT parcel_id FROM outfile_parcel WHERE outfile_id = ?) AND tracking_number ="
            " (SELECT t.tracking_number FROM outfile_parcel t WHERE t.outfile_id = ? AND t.parcel_id = parcel.id)"
        )
        self.connection.execute(sql, (at, number, number))

    def supersede(self, number: int, at: str) -> None:
        """A newer file holds all of this one that is still true: it is to be taken away, also where it may lie there unmarked."""
        sql = "UPDATE outfile SET superseded_at = ?, written_at = COALESCE(written_at, ?), content = NULL WHERE id = ?"
        self.connection.execute(sql, (at, at, number))

    def to_take_away(self) -> list[sqlite3.Row]:
        """Replaced files that may still lie there."""
        sql = "SELECT * FROM outfile WHERE written_at IS NOT NULL AND superseded_at IS NOT NULL ORDER BY id"
        return self.connection.execute(sql).fetchall()

    def taken_away(self, number: int) -> None:
        """The replaced file is gone."""
        self.connection.execute("UPDATE outfile SET written_at = NULL WHERE id = ?", (number,))

    def last_uploads(self) -> dict[tuple[str, str], str]:
        """When a file of each channel and kind was last uploaded."""
        sql = "SELECT subject, kind, MAX(uploaded_at) FROM outfile WHERE uploaded_at IS NOT NULL GROUP BY subject, kind"
        return {(row[0], row[1]): row[2] for row in self.connection.execute(sql)}

    # -- what a stock file tells

    def tell_stock(self, number: int, rows: Mapping[tuple[str, str], int]) -> None:
        """The quantities of a stock file by (place, folded SKU)."""
        values = [(number, place, sku, units) for (place, sku), units in rows.items()]
        insert(self.connection, "outfile_stock", ("outfile_id", "place", "sku_key", "quantity"), values)

    def stock_in(self, number: int) -> dict[tuple[str, str], int]:
        """What a stock file tells."""
        rows = self.connection.execute("SELECT place, sku_key, quantity FROM outfile_stock WHERE outfile_id = ?", (number,))
        return {(row[0], row[1]): row[2] for row in rows}

    def told(self, channel: str) -> dict[tuple[str, str], int]:
        """What a channel knows by (place, folded SKU)."""
        rows = self.connection.execute("SELECT place, sku_key, quantity FROM stock_told WHERE channel = ?", (channel,))
        return {(row[0], row[1]): row[2] for row in rows}

    def told_before(self, channel: str, rows: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], dict[str, Any] | None]:
        """What a channel knows of these (place, folded SKU), where it is another quantity; None: nothing."""
        known = {
            (row[0], row[1]): {"quantity": row[2], "at": row[3]}
            for row in self.connection.execute("SELECT place, sku_key, quantity, at FROM stock_told WHERE channel = ?", (channel,))
        }
        return {key: known.get(key) for key, units in rows.items() if key not in known or known[key]["quantity"] != units}

    def tell(self, channel: str, rows: Mapping[tuple[str, str], int], at: str) -> None:
        """A channel knows these quantities now."""
        self.connection.executemany(
            "INSERT INTO stock_told (channel, place, sku_key, quantity, at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (channel, place, sku_key) DO UPDATE SET quantity = excluded.quantity, at = excluded.at"
            " WHERE quantity <> excluded.quantity",
            [(channel, place, sku, units, at) for (place, sku), units in rows.items()],
        )

    # -- what a tracking or label file tells

    def tell_parcels(self, number: int, parcels: Iterable[tuple[int, str]]) -> None:
        """The parcels of a file, each with its tracking number."""
        rows = [(number, parcel, tracking) for parcel, tracking in dict(parcels).items()]
        insert(self.connection, "outfile_parcel", ("outfile_id", "parcel_id", "tracking_number"), rows)

    def parcels_in(self, number: int) -> set[tuple[int, str]]:
        """The parcels of a file."""
        rows = self.connection.execute("SELECT parcel_id, tracking_number FROM outfile_parcel WHERE outfile_id = ?", (number,))
        return {(row[0], row[1]) for row in rows}

    def to_tell(self, channel: str, since: str) -> list[dict[str, Any]]:
        """Parcels of a channel that left after the instant under a number that no uploaded file has told."""
        sql = (
            "SELECT p.id, p.shipment_id, p.carrier, p.service, p.tracking_number, p.shipped_at, o.id AS order_row, o.order_id, o.other_ids"
            " FROM parcel p JOIN shipment h ON h.id = p.shipment_id JOIN orders o ON o.id = h.order_id"
            " WHERE p.tracking_number IS NOT NULL AND p.told_at IS NULL AND p.shipped_at >= ? AND o.channel = ?"
            " AND h.state IN ('shipped', 'delivered') AND NOT EXISTS (SELECT 1 FROM goods_return g WHERE g.exchange_order_id = o.id)"
            " ORDER BY +p.id"
        )
        return [dict(row) for row in self.connection.execute(sql, (since, channel))]

    def to_label(self, location: str, orders: Iterable[int] | None, *, again: bool) -> list[dict[str, Any]]:
        """Parcels of released shipments without a number, those in a label file already only where they are wanted `again`."""
        sql = (
            "SELECT p.id, p.shipment_id, p.box, p.weight_g, p.length_mm, p.width_mm, p.height_mm, p.guessed, p.carrier, p.service, h.location, h.ship_on, h.order_id AS order_row"
            " FROM shipment h JOIN parcel p ON p.shipment_id = h.id"
            f" WHERE h.{TO_DO} AND h.state IN ('released', 'packed') AND h.method = 'ship' AND p.tracking_number IS NULL AND (? = '' OR h.location = ?)"
            " AND (? OR NOT EXISTS (SELECT 1 FROM outfile_parcel t JOIN outfile f ON f.id = t.outfile_id"
            "   WHERE t.parcel_id = p.id AND f.kind = 'labels'))"
            " ORDER BY h.location, p.shipment_id, p.id"
        )
        wanted = None if orders is None else set(orders)
        found = [dict(row) for row in self.connection.execute(sql, (location, location, int(again)))]
        return found if wanted is None else [row for row in found if row["order_row"] in wanted]

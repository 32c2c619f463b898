"""Taking back: the ledger rows of a run with what hangs on them, and putting claims, shipments and lines where they were."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from omscli.stock.ledger import Movement
from omscli.store.sqlite.rows import insert, select_in

_LINES = "SELECT l.id, l.shipment_id, l.order_line_id, l.quantity FROM shipment_line l WHERE l.shipment_id IN ({marks}) AND l.quantity > 0"
# Since when the channel knows of a parcel's number, from the files that were uploaded.
_TELL = (
    "UPDATE parcel SET told_at = (SELECT MIN(f.uploaded_at) FROM outfile_parcel t JOIN outfile f ON f.id = t.outfile_id WHERE t.parcel_id ="
    " parcel.id AND t.tracking_number = parcel.tracking_number AND f.kind = 'tracking' AND f.uploaded_at IS NOT NULL)"
)
# Orders that a run did something to, whatever it was.
_CONCERNED = (
    "SELECT order_id FROM order_event WHERE run_id = :r UNION SELECT order_id FROM order_hold WHERE run_id = :r"
    " UNION SELECT order_id FROM decision WHERE run_id = :r UNION SELECT order_id FROM shipment WHERE run_id = :r"
    " UNION SELECT order_id FROM run_change WHERE run_id = :r AND order_id IS NOT NULL"
    " UNION SELECT h.order_id FROM movement m JOIN allocation a ON a.id = m.allocation_id JOIN shipment_line l ON l.id = a.shipment_line_id"
    "  JOIN shipment h ON h.id = l.shipment_id WHERE m.run_id = :r"
)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row of the ledger, the shipment whose claim it moves (or None), and the run that took it back already (or None)."""

    id: int
    run: int
    movement: Movement
    shipment: int | None
    reversed_by: int | None


@dataclass(slots=True)
class Reversals:
    """Questions and changes of taking back."""

    connection: sqlite3.Connection

    # -- the ledger

    def rows_of_run(self, run: int) -> list[LedgerRow]:
        """What a run wrote into the ledger, the newest row first: taken back in this order no level falls below nothing."""
        return self._rows("m.run_id = ?", (run,))

    def shipped_rows(self, shipment: int) -> list[LedgerRow]:
        """The rows by which a shipment left and that nobody has taken back."""
        return [one for one in self._rows("l.shipment_id = ? AND m.kind = 'shipped'", (shipment,)) if one.reversed_by is None]

    def _rows(self, where: str, values: tuple[int, ...]) -> list[LedgerRow]:
        sql = (
            "SELECT m.id, m.product_id, m.location, m.kind, m.on_hand, m.unavailable, m.allocated, m.allocation_id, m.order_line_id, m.reason,"
            " l.shipment_id, x.run_id, m.run_id, m.return_line_id FROM movement m LEFT JOIN allocation a ON a.id = m.allocation_id"
            " LEFT JOIN shipment_line l ON l.id = a.shipment_line_id LEFT JOIN movement x ON x.reverses = m.id"
        )
        rows = self.connection.execute(f"{sql} WHERE {where} ORDER BY m.id DESC", values)
        return [LedgerRow(row[0], row[12], replace(Movement(*tuple(row)[1:10]), return_line=row[13]), row[10], row[11]) for row in rows]

    def run_that_shipped(self, shipment: int) -> int | None:
        """The run whose rows of leaving are those of this shipment and no others; None where it sent more, or nothing."""
        runs = {one.run for one in self.shipped_rows(shipment)}
        if len(runs) != 1:
            return None
        (run,) = runs
        return run if {one.shipment for one in self.rows_of_run(run)} == {shipment} else None

    def counted_since(self, run: int, at: str) -> tuple[str, str] | None:
        """(SKU at place, when) of a shelf that somebody looked at after the instant, and whose goods this run moved."""
        sql = (
            "SELECT p.sku || ' at ' || s.location, s.counted_at FROM movement m JOIN stock_level s ON s.product_id = m.product_id"
            " AND s.location = m.location JOIN product p ON p.id = s.product_id WHERE m.run_id = ? AND m.on_hand <> 0 AND s.counted_at > ?"
            " ORDER BY s.counted_at DESC LIMIT 1"
        )
        row = self.connection.execute(sql, (run, at)).fetchone()
        return (row[0], row[1]) if row else None

    def free_now(self, places: Iterable[tuple[int, str]], now: str) -> dict[tuple[int, str], int]:
        """Units of these products at their places that nobody claims or has had set aside; below nothing where more is promised."""
        sql = (
            "SELECT s.on_hand - s.unavailable - s.allocated - COALESCE((SELECT SUM(h.units - h.taken) FROM v_stock_hold h"
            " WHERE h.product_id = s.product_id AND h.location = s.location AND h.ended_at IS NULL AND h.until > ?), 0)"
            " FROM stock_level s WHERE s.product_id = ? AND s.location = ?"
        )
        found = {}
        for key in dict.fromkeys(places):
            row = self.connection.execute(sql, (now, *key)).fetchone()
            found[key] = int(row[0]) if row else 0
        return found

    # -- orders and shipments

    def concerned(self, run: int) -> list[int]:
        """The orders that a run did something to."""
        return sorted(row[0] for row in self.connection.execute(_CONCERNED, {"r": run}))

    def came_in(self, run: int) -> list[int]:
        """The orders that a run brought."""
        return [row[0] for row in self.connection.execute("SELECT id FROM orders WHERE first_run = ? ORDER BY id", (run,))]

    def taken_back(self, orders: Iterable[int]) -> set[int]:
        """Which of these orders came in by a run that was taken back."""
        sql = "SELECT o.id FROM orders o WHERE o.id IN ({marks}) AND EXISTS (SELECT 1 FROM run u WHERE u.undoes = o.first_run)"
        return {row[0] for row in select_in(self.connection, sql, orders)}

    def step_aside(self, orders: Iterable[int]) -> None:
        """Orders that were taken back leave their ids to those that come in again."""
        sql = (
            "UPDATE orders SET ref = ref || '-undone-' || first_run, ref_key = ref_key || '-undone-' || first_run,"
            " order_key = order_key || ' undone ' || first_run WHERE id = ?"
        )
        self.connection.executemany(sql, [(one,) for one in orders])

    def drop_orders(self, orders: Iterable[int]) -> None:
        """Nothing of these orders is owed any more, and nothing was ever done about them."""
        sql = (
            "UPDATE order_line SET cancelled = ordered, elsewhere = 0, backordered = 0, backordered_at = NULL, expected_on = NULL"
            " WHERE order_id = ?"
        )
        self.connection.executemany(sql, [(one,) for one in orders])

    def put_line(self, line: int, before: Mapping[str, Any]) -> None:
        """What waits and what is cancelled of an order line, as it was."""
        sql = "UPDATE order_line SET cancelled = :cancelled, given_up = :given_up, backordered = :backordered, backordered_at = :backordered_at, expected_on = :expected_on WHERE id = :id"
        self.connection.execute(sql, {"given_up": 0, **before, "id": line})

    def put_header(self, order: int, before: Mapping[str, Any]) -> None:
        """Columns of an order's head, as they were."""
        text = ", ".join(f"{name} = ?" for name in before)
        self.connection.execute(f"UPDATE orders SET {text} WHERE id = ?", (*before.values(), order))

    def states(self, shipments: Iterable[int]) -> dict[int, dict[str, Any]]:
        """State, order, place, pick list and way of shipments."""
        sql = (
            "SELECT h.id, h.order_id, o.ref, h.location, h.method, h.state, h.pick_id, h.shipped_at, p.run_id AS pick_run,"
            " EXISTS (SELECT 1 FROM run u WHERE u.undoes = p.run_id) AS pick_undone, EXISTS (SELECT 1 FROM shipment_line s JOIN order_line l"
            "  ON l.id = s.order_line_id WHERE s.shipment_id = h.id AND l.returned > l.shipped - s.quantity) AS returned,"
            " (SELECT MIN(g.id) FROM shipment_line s JOIN v_return_line v ON v.order_line_id = s.order_line_id JOIN goods_return g ON g.id = v.return_id"
            "  WHERE s.shipment_id = h.id AND (g.closed_at IS NULL OR v.accounted > 0 OR v.refunded > 0)) AS its_return"
            " FROM shipment h JOIN orders o ON o.id = h.order_id LEFT JOIN pick p ON p.id = h.pick_id WHERE h.id IN ({marks}) ORDER BY h.id"
        )
        return {row["id"]: dict(row) for row in select_in(self.connection, sql, shipments)}

    def on_picks_of(self, run: int) -> list[int]:
        """The shipments on the pick lists that a run made."""
        sql = "SELECT h.id FROM shipment h JOIN pick p ON p.id = h.pick_id WHERE p.run_id = ? ORDER BY h.id"
        return [row[0] for row in self.connection.execute(sql, (run,))]

    def off_the_list(self, shipments: Iterable[int]) -> None:
        """Released shipments are planned again."""
        self.connection.executemany("UPDATE shipment SET state = 'planned', pick_id = NULL WHERE id = ?", [(one,) for one in shipments])

    def unplan(self, shipments: list[int]) -> None:
        """Shipments that were planned by mistake end; their claims count as freed."""
        self._claims("freed = freed + (taken - freed - shipped)", shipments)
        self._count("allocated = allocated - ?", shipments, 1)
        self.connection.executemany("UPDATE shipment SET state = 'cancelled' WHERE id = ?", [(one,) for one in shipments])

    def replan(self, shipments: Mapping[int, tuple[str, int | None]], units: Mapping[int, int]) -> None:
        """Shipments that were ended by mistake stand again: (state, pick list). `units` were freed, by claim."""
        self.connection.executemany("UPDATE allocation SET freed = freed - ? WHERE id = ?", [(n, claim) for claim, n in units.items()])
        self._count("allocated = allocated + ?", shipments, 1)
        rows = [(state, pick, one) for one, (state, pick) in shipments.items()]
        self.connection.executemany("UPDATE shipment SET state = ?, pick_id = ? WHERE id = ?", rows)

    def unship(self, shipments: Mapping[int, str]) -> None:
        """Shipments that had not left after all: they and their claims are in these states again."""
        self._claims("shipped = 0", shipments)
        self._count("allocated = allocated + ?, shipped = shipped - ?", shipments, 2)
        rows = [(state, one) for one, state in shipments.items()]
        self.connection.executemany("UPDATE shipment SET state = ?, shipped_at = NULL WHERE id = ?", rows)

    def _claims(self, change: str, shipments: Iterable[int]) -> None:
        sql = f"UPDATE allocation SET {change} WHERE shipment_line_id IN (SELECT id FROM shipment_line WHERE shipment_id = ?)"
        self.connection.executemany(sql, [(one,) for one in shipments])

    def _count(self, change: str, shipments: Iterable[int], times: int) -> None:
        rows = [((row["quantity"],) * times + (row["order_line_id"],)) for row in select_in(self.connection, _LINES, shipments)]
        self.connection.executemany(f"UPDATE order_line SET {change} WHERE id = ?", rows)

    # -- parcels and labels

    def parcels(self, shipments: Iterable[int]) -> list[dict[str, Any]]:
        """Parcels with the file that told their channel of their number, and was uploaded (or None)."""
        sql = (
            "SELECT p.id, p.shipment_id, p.tracking_number, o.channel, (SELECT f.path FROM outfile_parcel t JOIN outfile f ON f.id = t.outfile_id"
            "  WHERE t.parcel_id = p.id AND t.tracking_number = p.tracking_number AND f.kind = 'tracking' AND f.uploaded_at IS NOT NULL"
            "  ORDER BY f.id DESC LIMIT 1) AS told FROM parcel p JOIN shipment h ON h.id = p.shipment_id JOIN orders o ON o.id = h.order_id"
            " WHERE p.shipment_id IN ({marks}) ORDER BY p.id"
        )
        return [dict(row) for row in select_in(self.connection, sql, shipments)]

    def put_parcel(self, parcel: int, before: Mapping[str, Any]) -> None:
        """Carrier, service, number, day and cost of a parcel, as they were."""
        sql = "UPDATE parcel SET carrier = :carrier, service = :service, tracking_number = :tracking_number, shipped_at = :shipped_at, cost = :cost WHERE id = :id"
        self.connection.execute(sql, {**before, "id": parcel})
        self.connection.execute(f"{_TELL} WHERE id = ?", (parcel,))

    def clear_parcels(self, shipments: Iterable[int]) -> None:
        """Parcels of shipments that have not left: as they were planned, without a number."""
        sql = (
            "UPDATE parcel SET tracking_number = NULL, shipped_at = NULL, cost = NULL, told_at = NULL, carrier = (SELECT carrier FROM shipment h WHERE h.id ="
            " shipment_id), service = (SELECT service FROM shipment h WHERE h.id = shipment_id) WHERE shipment_id = ?"
        )
        self.connection.executemany(sql, [(one,) for one in shipments])

    def label_files(self, shipments: Iterable[int]) -> dict[str, list[int]]:
        """Label files that hold parcels of these shipments: path → shipments."""
        sql = (
            "SELECT DISTINCT f.path, p.shipment_id FROM parcel p JOIN outfile_parcel t ON t.parcel_id = p.id JOIN outfile f ON f.id = t.outfile_id"
            " WHERE p.shipment_id IN ({marks}) AND f.kind = 'labels' ORDER BY 1, 2"
        )
        found: dict[str, list[int]] = {}
        for row in select_in(self.connection, sql, shipments):
            found.setdefault(row[0], []).append(row[1])
        return found

    # -- holds and questions

    def end_holds_of(self, run: int, at: str) -> None:
        """The holds that a run set end, by nobody's word: the same reason may hold the order again."""
        self.connection.execute("UPDATE order_hold SET ended_at = ? WHERE run_id = ? AND ended_at IS NULL", (at, run))

    def hold_again(self, hold: int) -> None:
        """A hold that was ended by mistake stands again, unless the order is held for the like already."""
        sql = (
            "UPDATE order_hold SET ended_at = NULL, ended_by = NULL WHERE id = ? AND NOT EXISTS (SELECT 1 FROM order_hold x"
            " WHERE x.order_id = order_hold.order_id AND x.kind = order_hold.kind AND x.ended_at IS NULL)"
        )
        self.connection.execute(sql, (hold,))

    def settle_questions_of(self, run: int, at: str) -> None:
        """What a run asked of a person need not be answered any more."""
        self.connection.execute(
            "UPDATE order_event SET settled_at = ? WHERE run_id = ? AND for_person = 1 AND settled_at IS NULL", (at, run)
        )

    def ask_again(self, question: int) -> None:
        """A question that was settled by mistake is open again."""
        self.connection.execute("UPDATE order_event SET settled_at = NULL WHERE id = ?", (question,))

    def note_all(self, orders: Iterable[int], run: int, at: str, what: str) -> None:
        """One line in the history of each of these orders."""
        rows = [(order, at, run, what, "", 0) for order in orders]
        insert(self.connection, "order_event", ("order_id", "at", "run_id", "what", "why", "for_person"), rows)

    # -- mails and files

    def mails(self, *, run: int | None = None, shipments: Iterable[int] = ()) -> list[dict[str, Any]]:
        """Mails that a run wrote, or that told of these shipments' leaving; without those taken back already."""
        sql = "SELECT m.*, o.ref FROM mail m JOIN orders o ON o.id = m.order_id WHERE m.event NOT LIKE '%(taken back)' AND"
        if run is not None:
            return [dict(row) for row in self.connection.execute(f"{sql} m.run_id = ? ORDER BY m.id", (run,))]
        return [dict(row) for row in select_in(self.connection, sql + " m.shipment_id IN ({marks}) ORDER BY m.id", shipments)]

    def take_mail_back(self, mail: int, run: int, reason: str) -> None:
        """The event counts as not told; a mail that was sent stays known as sent."""
        untold = "UPDATE shipment SET mail_decided_at = NULL WHERE id = (SELECT shipment_id FROM mail WHERE id = ? AND event = 'shipped')"
        self.connection.execute(untold, (mail,))
        sql = (
            "UPDATE mail SET key = key || ' taken back ' || ?, event = event || ' (taken back)', content = NULL,"
            " state = CASE state WHEN 'sent' THEN 'sent' ELSE 'suppressed' END, reason = ? WHERE id = ?"
        )
        self.connection.execute(sql, (run, reason, mail))

    def files_of(self, run: int, *kinds: str) -> list[dict[str, Any]]:
        """Files that a run made and that no newer one replaces."""
        marks = ",".join("?" * len(kinds))
        sql = f"SELECT * FROM outfile WHERE run_id = ? AND superseded_at IS NULL AND kind IN ({marks}) ORDER BY id"
        return [dict(row) for row in self.connection.execute(sql, (run, *kinds))]

    def files(self, numbers: Iterable[int]) -> list[dict[str, Any]]:
        """Files by number."""
        return [dict(row) for row in select_in(self.connection, "SELECT * FROM outfile WHERE id IN ({marks}) ORDER BY id", numbers)]

    def newer_file(self, file: Mapping[str, Any]) -> int | None:
        """The run that made a newer file of the same kind for the same channel."""
        sql = "SELECT MAX(run_id) FROM outfile WHERE subject = ? AND kind = ? AND id > ?"
        found = self.connection.execute(sql, (file["subject"], file["kind"], file["id"])).fetchone()[0]
        return None if found is None else int(found)

    def not_uploaded(self, file: int) -> None:
        """The file waits again."""
        self.connection.execute("UPDATE outfile SET uploaded_at = NULL WHERE id = ?", (file,))
        self.connection.execute(f"{_TELL} WHERE id IN (SELECT parcel_id FROM outfile_parcel WHERE outfile_id = ?)", (file,))

    def untell(self, channel: str, place: str, sku_key: str, before: Mapping[str, Any] | None) -> None:
        """What a channel knew of a SKU before; None: nothing."""
        key = (channel, place, sku_key)
        if before is None:
            self.connection.execute("DELETE FROM stock_told WHERE channel = ? AND place = ? AND sku_key = ?", key)
        else:
            sql = "UPDATE stock_told SET quantity = ?, at = ? WHERE channel = ? AND place = ? AND sku_key = ?"
            self.connection.execute(sql, (before["quantity"], before["at"], *key))

    # -- names

    def put_alias(self, channel: str, key: str, before: Mapping[str, Any] | None) -> None:
        """What an alias meant before; None: nothing."""
        if before is None:
            self.connection.execute("DELETE FROM alias WHERE channel = ? AND alias_key = ?", (channel, key))
        else:
            sql = "UPDATE alias SET alias = ?, product_id = ? WHERE channel = ? AND alias_key = ?"
            self.connection.execute(sql, (before["alias"], before["product_id"], channel, key))

    def lines_of_product(self, product: int) -> list[tuple[str, str, str]]:
        """(order's id, channel, SKU as the channel writes it) of every order line that means a product."""
        sql = (
            "SELECT o.ref, o.channel, l.sku FROM order_line l JOIN orders o ON o.id = l.order_id WHERE l.product_id = ? ORDER BY o.id DESC"
        )
        return [tuple(row) for row in self.connection.execute(sql, (product,))]

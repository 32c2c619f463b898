"""Proving the invariants: everything is recomputed from the ledger and compared with what is kept.

Each check has a name and yields findings; `error` means the books do not agree (exit 5), `warning` that a person should look.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from omscli.errors import UsageError
from omscli.store.sqlite.connect import APPLICATION_ID
from omscli.store.sqlite.doctor_returns import returns
from omscli.store.sqlite.doctor_transfers import transfers
from omscli.store.sqlite.migrate import in_memory, newest, version_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    check: str
    severity: str  # error, warning
    text: str
    remedy: str


@dataclass(slots=True)
class Doctor:
    """The checks over one connection."""

    connection: sqlite3.Connection
    path: Path

    def names(self) -> list[str]:
        """Names of all checks."""
        return list(_CHECKS)

    def examine(self, only: list[str], *, deep: bool = False) -> list[Finding]:
        """Findings of the named checks, or of all. Raises UsageError for an unknown name."""
        unknown = [name for name in only if name not in _CHECKS]
        if unknown:
            raise UsageError(f"no check is called {unknown[0]}", f"checks: {', '.join(_CHECKS)}")
        found: list[Finding] = []
        for name, check in _CHECKS.items():
            if not only or name in only:
                found += [Finding(name, *row) for row in check(self.connection, self.path, deep)]
        return found


Rows = Iterator[tuple[str, str, str]]
_RESTORE = "oms backup restore"


def _schema(connection: sqlite3.Connection, path: Path, deep: bool) -> Rows:
    """Only with --deep: are all tables, indexes and triggers there, every table strict, every reference indexed?"""
    del path
    if not deep:
        return
    from sqlite_utils import Database

    database = Database(connection, execute_plugins=False)
    names = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    with closing(in_memory()) as new:
        expected = {row[0] for row in new.execute(names)}
    for name in sorted(expected - {row[0] for row in connection.execute(names)}):
        yield "error", f"{name} is missing from the schema", _RESTORE
    for table in database.tables:
        if table.name in expected and not table.strict:
            yield "error", f"table {table.name} is not strict", _RESTORE
        leading = {index.columns[0] for index in table.indexes} | set(table.pks[:1])
        for key in table.foreign_keys:
            if key.column not in leading:
                yield "warning", f"{table.name}.{key.column} has no index: routing and the doctor will be slow", _RESTORE


def _file(connection: sqlite3.Connection, path: Path, deep: bool) -> Rows:
    """Is the file whole, ours, and private?"""
    pragma = "integrity_check" if deep else "quick_check"
    rows = [row[0] for row in connection.execute(f"PRAGMA {pragma}(5)")]
    if rows != ["ok"]:
        yield "error", f"SQLite finds the file damaged: {'; '.join(rows)[:300]}", _RESTORE
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        yield "error", "the file does not carry the mark of oms", _RESTORE
    if version_of(connection) != newest():
        yield "error", f"schema {version_of(connection)} is not the newest ({newest()})", "run any command that writes"
    if path.stat().st_mode & 0o077 and path.drive == "":
        yield "warning", f"others can read {path.name}, which holds customers' addresses", f"chmod 600 {path}"
    clouds = {"dropbox", "onedrive", "icloud", "icloud drive", "google drive"}
    if any(part.casefold() in clouds for part in path.resolve().parts):
        yield (
            "warning",
            "the store lies in a folder that a cloud service copies while it is written",
            "keep the home elsewhere and use `oms backup`",
        )


def _keys(connection: sqlite3.Connection, path: Path, deep: bool) -> Rows:
    """Does every reference lead somewhere?"""
    del path, deep
    for row in connection.execute("PRAGMA foreign_key_check"):
        yield "error", f"row {row[1]} of {row[0]} refers to nothing in {row[2]}", _RESTORE


def _levels(connection: sqlite3.Connection, path: Path, deep: bool) -> Rows:
    """I1: the sum of movements equals the levels."""
    del path, deep
    sql = (
        "SELECT p.sku, s.location, s.on_hand, s.unavailable, s.allocated, COALESCE(m.h, 0), COALESCE(m.u, 0), COALESCE(m.a, 0) FROM stock_level s"
        " JOIN product p ON p.id = s.product_id LEFT JOIN (SELECT product_id, location, SUM(on_hand) h, SUM(unavailable) u, SUM(allocated) a"
        "  FROM movement GROUP BY product_id, location) m ON m.product_id = s.product_id AND m.location = s.location"
        " WHERE s.on_hand <> COALESCE(m.h, 0) OR s.unavailable <> COALESCE(m.u, 0) OR s.allocated <> COALESCE(m.a, 0)"
    )
    for row in connection.execute(sql):
        yield (
            "error",
            f"I1 {row[0]} at {row[1]}: levels {row[2]}/{row[3]}/{row[4]}, the movements sum to {row[5]}/{row[6]}/{row[7]}",
            _RESTORE,
        )
    sql = "SELECT COUNT(*) FROM (SELECT DISTINCT product_id, location FROM movement EXCEPT SELECT product_id, location FROM stock_level)"
    if missing := connection.execute(sql).fetchone()[0]:
        yield "error", f"I1 {missing} products moved at places where no level is kept", _RESTORE


def _claims(connection: sqlite3.Connection, path: Path, deep: bool) -> Rows:
    """I2: taken = freed + shipped + open, in the claims and in the movements. A claim that was taken back counts as freed."""
    del path, deep
    sql = (
        "SELECT * FROM (SELECT a.id, a.taken, a.freed, a.shipped, COALESCE(SUM(CASE m.kind WHEN 'allocated' THEN m.allocated END), 0) AS t,"
        " COALESCE(-SUM(CASE WHEN m.kind = 'freed' OR o.kind IN ('allocated', 'freed') THEN m.allocated END), 0) AS f,"
        " COALESCE(-SUM(CASE WHEN m.kind = 'shipped' OR o.kind = 'shipped' THEN m.allocated END), 0) AS s"
        " FROM allocation a LEFT JOIN movement m ON m.allocation_id = a.id LEFT JOIN movement o ON o.id = m.reverses GROUP BY a.id) c"
        " WHERE c.taken <> c.t OR c.freed <> c.f OR c.shipped <> c.s OR c.freed + c.shipped > c.taken"
    )
    for row in connection.execute(sql):
        yield (
            "error",
            f"I2 claim {row[0]}: taken/freed/shipped {row[1]}/{row[2]}/{row[3]}, the movements say {row[4]}/{row[5]}/{row[6]}",
            _RESTORE,
        )
    sql = (
        "SELECT s.location, p.sku, s.allocated, COALESCE(c.open, 0) FROM stock_level s JOIN product p ON p.id = s.product_id LEFT JOIN"
        " (SELECT product_id, location, SUM(taken - freed - shipped) AS open FROM allocation GROUP BY product_id, location) c"
        " ON c.product_id = s.product_id AND c.location = s.location WHERE s.allocated <> COALESCE(c.open, 0)"
    )
    for row in connection.execute(sql):
        yield "error", f"I2 {row[1]} at {row[0]}: {row[2]} allocated, the open claims are {row[3]}", _RESTORE
    sql = (
        "SELECT h.id, h.state, SUM(a.taken - a.freed - a.shipped) AS open FROM shipment h JOIN shipment_line l ON l.shipment_id = h.id"
        " JOIN allocation a ON a.shipment_line_id = l.id WHERE h.state IN ('cancelled', 'shipped', 'delivered', 'collected', 'expired')"
        " GROUP BY h.id HAVING open <> 0"
    )
    for row in connection.execute(sql):
        yield "error", f"I2 shipment {row[0]} is {row[1]} and still claims {row[2]} units", _RESTORE


def _lines(connection: sqlite3.Connection, path: Path, deep: bool) -> Rows:
    """I3: what each order line counts is what its shipments hold."""
    del path, deep
    open_states = "('planned', 'released', 'packed', 'ready', 'ordered')"
    gone_states = "('shipped', 'delivered', 'collected')"
    sql = (
        "SELECT o.ref, l.sku, l.allocated, l.shipped, COALESCE(s.claimed, 0), COALESCE(s.gone, 0) FROM order_line l JOIN orders o ON o.id = l.order_id"
        f" LEFT JOIN (SELECT x.order_line_id, SUM(CASE WHEN h.state IN {open_states} THEN x.quantity ELSE 0 END) AS claimed,"
        f"  SUM(CASE WHEN h.state IN {gone_states} THEN x.quantity ELSE 0 END) AS gone FROM shipment_line x JOIN shipment h ON h.id = x.shipment_id"
        "  GROUP BY x.order_line_id) s ON s.order_line_id = l.id"
        " WHERE l.allocated <> COALESCE(s.claimed, 0) OR l.shipped <> COALESCE(s.gone, 0)"
    )
    for row in connection.execute(sql):
        yield (
            "error",
            f"I3 order {row[0]}, {row[1]}: {row[2]} allocated and {row[3]} shipped, the shipments hold {row[4]} and {row[5]}",
            _RESTORE,
        )
    sql = "SELECT o.ref, l.sku FROM order_line l JOIN orders o ON o.id = l.order_id WHERE elsewhere + cancelled + allocated + shipped + backordered > ordered"
    for row in connection.execute(sql):
        yield "error", f"I3 order {row[0]}, {row[1]}: more units accounted for than ordered", _RESTORE
    sql = (
        "SELECT o.ref, o.status FROM orders o JOIN order_line l ON l.order_id = o.id GROUP BY o.id HAVING o.status <> CASE"
        " WHEN SUM(ordered - elsewhere - cancelled - shipped) > 0 THEN CASE WHEN SUM(shipped) > 0 THEN 'part_shipped' ELSE 'open' END"
        " WHEN SUM(shipped) > 0 THEN 'shipped' WHEN SUM(cancelled) > 0 THEN 'cancelled' ELSE 'closed' END"
    )
    for row in connection.execute(sql):
        yield "error", f"I3 order {row[0]} is marked {row[1]}, its lines say otherwise", _RESTORE


def _parcels(connection: sqlite3.Connection, path: Path, deep: bool) -> Rows:
    """I4: the parcels hold what the shipment holds; nothing came back that had not left."""
    del path, deep
    sql = (
        "WITH inside AS (SELECT p.shipment_id, i.product_id, SUM(i.quantity) AS units FROM parcel p JOIN parcel_item i ON i.parcel_id = p.id GROUP BY 1, 2),"
        " claimed AS (SELECT l.shipment_id, a.product_id, SUM(a.taken - a.freed) AS units FROM shipment_line l JOIN allocation a"
        "  ON a.shipment_line_id = l.id GROUP BY 1, 2)"
        " SELECT c.shipment_id, q.sku, c.units, i.units FROM claimed c JOIN shipment h ON h.id = c.shipment_id JOIN product q ON q.id = c.product_id"
        " LEFT JOIN inside i ON i.shipment_id = c.shipment_id AND i.product_id = c.product_id"
        " WHERE h.state NOT IN ('cancelled', 'short', 'expired') AND h.method <> 'pickup' AND c.units <> COALESCE(i.units, 0)"
    )
    for row in connection.execute(sql):
        yield "error", f"I4 shipment {row[0]}: {row[2]} × {row[1]} in the shipment, {row[3] or 0} in its parcels", _RESTORE
    for row in connection.execute("SELECT o.ref, l.sku FROM order_line l JOIN orders o ON o.id = l.order_id WHERE l.returned > l.shipped"):
        yield "error", f"I4 order {row[0]}, {row[1]}: more came back than had left", _RESTORE


def _cover(connection: sqlite3.Connection, path: Path, deep: bool) -> Rows:
    """I5: no more is allocated than lies there, unless a later count lowered it."""
    del path, deep
    sql = (
        "SELECT p.sku, s.location, s.allocated, s.on_hand - s.unavailable,"
        " (SELECT MAX(id) FROM movement m WHERE m.product_id = s.product_id AND m.location = s.location AND m.kind = 'allocated'),"
        " (SELECT MAX(id) FROM movement m WHERE m.product_id = s.product_id AND m.location = s.location AND m.on_hand - m.unavailable < 0 AND m.kind <> 'shipped')"
        " FROM stock_level s JOIN product p ON p.id = s.product_id WHERE s.allocated > s.on_hand - s.unavailable"
    )
    for row in connection.execute(sql):
        text = f"I5 {row[0]} at {row[1]}: {row[2]} allocated, {row[3]} there"
        if row[5] is not None and row[5] > row[4]:
            yield "warning", f"{text}; a later count lowered it", "oms route"
        else:
            yield "error", text, "oms route"


def _leaving(connection: sqlite3.Connection, path: Path, deep: bool) -> Rows:
    """I6: nothing leaves without a shipment, a sale or a stated loss."""
    del path, deep
    sql = (
        "SELECT m.id, m.kind FROM movement m LEFT JOIN allocation a ON a.id = m.allocation_id LEFT JOIN shipment_line l ON l.id = a.shipment_line_id"
        " LEFT JOIN shipment h ON h.id = l.shipment_id WHERE m.kind = 'shipped' AND (h.id IS NULL OR h.state NOT IN ('shipped', 'delivered', 'collected'))"
        " AND NOT EXISTS (SELECT 1 FROM movement r WHERE r.reverses = m.id)"
    )
    for row in connection.execute(sql):
        yield "error", f"I6 movement {row[0]}: goods left without a shipment", _RESTORE
    sql = "SELECT id, kind FROM movement WHERE on_hand < 0 AND kind NOT IN ('shipped', 'sold', 'counted', 'adjusted', 'transfer_out', 'reversed')"
    for row in connection.execute(sql):
        yield "error", f"I6 movement {row[0]}: {row[1]} takes goods away", _RESTORE
    sql = (
        "SELECT h.id FROM shipment h WHERE h.mail_decided_at IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM mail m WHERE m.shipment_id = h.id AND m.event = 'shipped')"
    )
    for row in connection.execute(sql):
        yield "error", f"I6 shipment {row[0]} counts as told, and no mail was ever made", _RESTORE


def _reversals(connection: sqlite3.Connection, path: Path, deep: bool) -> Rows:
    """What takes a row back is its exact negative, once; a run that was undone is taken back whole."""
    del path, deep
    sql = (
        "SELECT r.id, r.reverses FROM movement r LEFT JOIN movement m ON m.id = r.reverses WHERE (r.kind = 'reversed') <> (r.reverses IS NOT NULL)"
        " OR (r.reverses IS NOT NULL AND (m.id IS NULL OR m.id >= r.id OR m.kind = 'reversed' OR r.product_id <> m.product_id"
        " OR r.location <> m.location OR r.on_hand <> -m.on_hand OR r.unavailable <> -m.unavailable OR r.allocated <> -m.allocated"
        " OR COALESCE(r.allocation_id, 0) <> COALESCE(m.allocation_id, 0) OR COALESCE(r.order_line_id, 0) <> COALESCE(m.order_line_id, 0)"
        " OR COALESCE(r.transfer_line_id, 0) <> COALESCE(m.transfer_line_id, 0) OR COALESCE(r.return_line_id, 0) <> COALESCE(m.return_line_id, 0)))"
    )
    for row in connection.execute(sql):
        yield "error", f"movement {row[0]} is not the exact negative of movement {row[1]}", _RESTORE
    sql = (
        "SELECT u.undoes, u.id, COUNT(*) FROM run u JOIN movement m ON m.run_id = u.undoes LEFT JOIN movement r ON r.reverses = m.id"
        " AND r.run_id = u.id WHERE r.id IS NULL GROUP BY u.undoes, u.id"
    )
    for row in connection.execute(sql):
        yield "error", f"run {row[0]} was undone by run {row[1]}, but {row[2]} of its movements stand", _RESTORE
    sql = "SELECT id, undoes FROM run WHERE undoes >= id"
    for row in connection.execute(sql):
        yield "error", f"run {row[0]} takes run {row[1]} back, which came later", _RESTORE


def _holds(connection: sqlite3.Connection, path: Path, deep: bool) -> Rows:
    """Holds: no claim uses more of one than it has, and what is held lies there, unless a later count lowered it.

    A hold ends by the clock, so they are judged as they were when somebody wrote last.
    """
    del path, deep
    sql = (
        "SELECT h.number, u.allocation_id FROM stock_hold_use u JOIN stock_hold h ON h.id = u.hold_id JOIN allocation a ON a.id = u.allocation_id"
        " WHERE a.product_id <> h.product_id OR a.location <> h.location OR u.first_unit + u.units > a.taken"
        " OR (SELECT SUM(x.units) FROM stock_hold_use x WHERE x.allocation_id = a.id)"
        "  <> (SELECT MAX(x.first_unit + x.units) FROM stock_hold_use x WHERE x.allocation_id = a.id) ORDER BY h.id, a.id"
    )
    for row in connection.execute(sql):
        yield "error", f"hold H-{row[0]}: claim {row[1]} is said to use units of it that it cannot have", _RESTORE
    for row in connection.execute("SELECT number, units, taken FROM v_stock_hold WHERE taken > units ORDER BY id"):
        yield "error", f"hold H-{row[0]}: {row[2]} units were used, {row[1]} were held", _RESTORE
    sql = (
        "SELECT p.sku, s.location, s.allocated, k.held, s.on_hand - s.unavailable, k.first_run,"
        " (SELECT MAX(m.run_id) FROM movement m WHERE m.product_id = s.product_id AND m.location = s.location AND m.on_hand - m.unavailable < 0"
        "  AND m.kind <> 'shipped') FROM (SELECT product_id, location, SUM(units - taken) AS held, MIN(run_id) AS first_run FROM v_stock_hold"
        "  WHERE ended_at IS NULL AND until > (SELECT MAX(started_at) FROM run) GROUP BY product_id, location) k"
        " JOIN stock_level s ON s.product_id = k.product_id AND s.location = k.location JOIN product p ON p.id = s.product_id"
        " WHERE k.held > 0 AND s.allocated + k.held > s.on_hand - s.unavailable"
    )
    for row in connection.execute(sql):
        text = f"{row[0]} at {row[1]}: {row[2]} allocated and {row[3]} on hold, {row[4]} there"
        if row[6] is not None and row[6] > row[5]:
            yield "warning", f"{text}; a later count lowered it", "oms stock holds"
        else:
            yield "error", text, "oms stock holds"


_CHECKS: dict[str, Callable[[sqlite3.Connection, Path, bool], Rows]] = {
    "file": _file,
    "schema": _schema,
    "keys": _keys,
    "levels": _levels,
    "claims": _claims,
    "lines": _lines,
    "parcels": _parcels,
    "cover": _cover,
    "holds": _holds,
    "leaving": _leaving,
    "transfers": transfers,
    "returns": returns,
    "reversals": _reversals,
}

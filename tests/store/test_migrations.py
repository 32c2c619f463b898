"""What a store of an older program holds means the same after it was brought up to date."""

from __future__ import annotations

import sqlite3

import pytest

from omscli.store.sqlite import migrate


def store_of(version: int) -> sqlite3.Connection:
    """An empty store as the program of that schema version made it."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    bring(connection, 0, version)
    return connection


def bring(connection: sqlite3.Connection, have: int, want: int) -> None:
    for number, text in migrate.migrations():
        if have < number <= want:
            for statement in migrate.statements(text):
                connection.execute(statement)


def put(connection: sqlite3.Connection, table: str, **values: object) -> None:
    """A row; what is NOT NULL and without a default and not named gets an instant, a zero or a word that its CHECK takes."""
    row: dict[str, object] = {}
    for column in connection.execute(f"PRAGMA table_info({table})"):
        if column["name"] in values:
            row[column["name"]] = values[column["name"]]
        elif column["notnull"] and column["dflt_value"] is None and not column["pk"]:
            row[column["name"]] = "2026-03-01T10:00:00Z" if column["name"].endswith("at") else 1 if column["type"] == "INTEGER" else "x"
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))  # noqa: S608


@pytest.fixture
def old() -> sqlite3.Connection:
    """Three shipments have left: the first was told to channel and customer, the second to nobody, the third with another number."""
    connection = store_of(2)
    for number in (1, 2, 3):
        put(connection, "shipment", id=number, state="shipped", method="ship", ship_on="2026-03-01", shipped_at="2026-03-01T15:00:00Z")
        put(connection, "parcel", id=number, shipment_id=number, tracking_number=f"T{number}", shipped_at="2026-03-01T15:00:00Z")
    put(connection, "mail", id=1, key="a", event="shipped", shipment_id=1, state="written", at="2026-03-01T16:00:00Z")
    put(connection, "mail", id=2, key="b", event="backordered", shipment_id=2, state="written", at="2026-03-01T16:00:00Z")
    put(connection, "outfile", id=1, path="out/a.csv", kind="tracking", subject="shop", uploaded_at="2026-03-01T17:00:00Z")
    put(connection, "outfile", id=2, path="out/b.csv", kind="tracking", subject="shop", uploaded_at=None)
    put(connection, "outfile_parcel", outfile_id=1, parcel_id=1, tracking_number="T1")
    put(connection, "outfile_parcel", outfile_id=2, parcel_id=2, tracking_number="T2")
    put(connection, "outfile_parcel", outfile_id=1, parcel_id=3, tracking_number="T3-before-it-was-corrected")
    return connection


def test_a_parcel_was_told_when_an_uploaded_file_had_its_number(old: sqlite3.Connection) -> None:
    bring(old, 2, 3)
    assert [row[0] for row in old.execute("SELECT told_at FROM parcel ORDER BY id")] == ["2026-03-01T17:00:00Z", None, None]


def test_a_mail_was_decided_when_one_was_made_of_its_leaving(old: sqlite3.Connection) -> None:
    bring(old, 2, 3)
    assert [row[0] for row in old.execute("SELECT mail_decided_at FROM shipment ORDER BY id")] == ["2026-03-01T16:00:00Z", None, None]


def test_runs_from_before_cannot_be_taken_back_because_nobody_noted_what_was_before_them() -> None:
    connection = store_of(2)
    put(connection, "run", id=1, command="route")
    bring(connection, 2, 3)
    assert [tuple(row) for row in connection.execute("SELECT run_id, kind FROM run_change")] == [(1, "older")]

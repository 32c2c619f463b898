"""The doctor's check of transfers: they net to nought, or to a loss that is stated."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

_LINES = (
    "SELECT t.id, t.state, p.sku, l.units, l.received, l.missing, l.sent_back, t.from_location, t.to_location, l.product_id,"
    " COALESCE(-SUM(CASE WHEN m.kind = 'transfer_out' THEN m.on_hand END), 0) AS sent,"
    " COALESCE(SUM(CASE WHEN m.kind = 'transfer_in' THEN m.on_hand END), 0) AS arrived,"
    " COALESCE(-SUM(CASE WHEN m.kind = 'adjusted' THEN m.on_hand END), 0) AS lost,"
    " COALESCE(SUM(CASE WHEN m.product_id <> l.product_id THEN 1 WHEN m.location = t.from_location OR m.location = t.to_location THEN 0"
    "  WHEN m.id IS NULL THEN 0 ELSE 1 END), 0) AS strange"
    " FROM transfer t JOIN transfer_line l ON l.transfer_id = t.id JOIN product p ON p.id = l.product_id"
    " LEFT JOIN movement m ON m.transfer_line_id = l.id GROUP BY l.id ORDER BY t.id, p.sku"
)


def transfers(connection: sqlite3.Connection, path: Path, deep: bool) -> Iterator[tuple[str, str, str]]:
    """I6: what leaves one own place arrives at another, comes back, is on its way, or is written off with a reason."""
    del path, deep
    for row in connection.execute(_LINES):
        if wrong := _wrong(row):
            yield "error", f"I6 transfer T-{row['id']}, {row['sku']}: {wrong}", "oms backup restore"
    sql = "SELECT id, kind FROM movement WHERE (kind = 'transfer_out' OR kind = 'transfer_in') AND transfer_line_id IS NULL"
    for row in connection.execute(sql):
        yield "error", f"I6 movement {row['id']}: {row['kind']} belongs to no transfer", "oms backup restore"


def _wrong(row: sqlite3.Row) -> str:
    """What does not agree about one line of a transfer; empty where all does."""
    told = row["received"] + row["missing"] + row["sent_back"]
    if row["strange"]:
        return "a movement of it is of another product or place"
    left = row["units"] if row["sent"] or row["state"] in ("in_transit", "part_received", "received") else 0
    if row["sent"] != left:
        return f"{left} should have left {row['from_location']}, the movements say {row['sent']}"
    if row["arrived"] != told or row["lost"] != row["missing"]:
        return f"{told} arrived and {row['missing']} of them lost, the movements say {row['arrived']} and {row['lost']}"
    if row["state"] in ("received", "cancelled") and told != row["sent"]:
        return f"it is {row['state']}, and {row['sent'] - told} units are still on their way"
    return ""

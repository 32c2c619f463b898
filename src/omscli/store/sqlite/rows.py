"""Small helpers that every subject shares."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

# What is open, word for word as in the partial indexes `orders_to_do` and `shipment_to_do`: SQLite takes them for these words only.
OPEN = "status IN ('open', 'part_shipped')"
TO_DO = "state IN ('planned', 'released', 'packed', 'ready', 'ordered', 'short')"
# What a line (the table's name goes in) is called: as the channel writes it, else as the catalogue (`p`) does; "" where neither says.
TITLE = "COALESCE(NULLIF({}.title, ''), p.title, '')"
CHUNK = 500  # SQLite takes at most 999 variables in the oldest builds still met


def next_id(connection: sqlite3.Connection, table: str) -> int:
    """The id of the next row; safe because only one writer at a time gets this far."""
    return int(connection.execute(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table}").fetchone()[0])


def chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Lists of at most CHUNK values."""
    rest = iter(values)
    while part := list(islice(rest, CHUNK)):
        yield part


def select_in(connection: sqlite3.Connection, sql: str, values: Iterable[Any], before: Sequence[Any] = ()) -> Iterator[sqlite3.Row]:
    """Rows of a query whose `{marks}` stands for a list of any length."""
    for part in chunks(values):
        yield from connection.execute(sql.format(marks=",".join("?" * len(part))), [*before, *part])


def insert(connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Whole rows in bulk."""
    marks = ",".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})", rows)

"""Numbered SQL files, applied under the lock.

The version is read inside the lock: read before it, two processes that start at once would both apply the same file.
"""

from __future__ import annotations

import re
import sqlite3
from functools import cache
from importlib import resources
from pathlib import Path

from omscli.errors import StoreError
from omscli.store.sqlite.connect import transaction

_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


@cache
def migrations() -> tuple[tuple[int, str], ...]:
    """(number, SQL) of each file, ascending. Raises ValueError for a name or number out of line: a defect of the package."""
    folder = resources.files("omscli.store.sqlite") / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    numbers = [_number(name) for name in names]
    if 0 in numbers or len(set(numbers)) < len(numbers):  # a number may be left out, never used twice
        raise ValueError(f"migrations must be numbered 0001, 0002, …, each number once: {names}")
    return tuple((number, (folder / name).read_text(encoding="utf-8")) for number, name in zip(numbers, names, strict=True))


def newest() -> int:
    """The version this program writes: the number of its last migration."""
    return _number(_file_names()[-1])


def _number(name: str) -> int:
    match = _NAME.fullmatch(name)
    return int(match[1]) if match else 0


@cache
def _file_names() -> tuple[str, ...]:
    folder = resources.files("omscli.store.sqlite") / "migrations"
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql")))


def version_of(connection: sqlite3.Connection) -> int:
    """The store's schema version."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_not_newer(connection: sqlite3.Connection, path: Path) -> None:
    """Raises StoreError for a store of a newer program: writing with old rules would damage it."""
    found = version_of(connection)
    if found > newest():
        raise StoreError(f"{path} was written by a newer oms (schema {found}, this program knows {newest()})", "upgrade omscli")


def bring_up_to_date(connection: sqlite3.Connection, path: Path) -> int:
    """Apply what is missing, each file with its version in one transaction. Returns how many were applied."""
    check_not_newer(connection, path)
    if version_of(connection) == newest():
        return 0
    applied = 0
    # A table is changed by making it anew; meanwhile rows of others refer to one that is gone. SQLite takes this word only
    # outside a transaction.
    connection.execute("PRAGMA foreign_keys=OFF")
    try:
        with transaction(connection, path, "upgrading the store", 30.0):
            have = version_of(connection)
            for number, text in migrations():
                if number > have:
                    for statement in statements(text):
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version={number}")
                    applied += 1
            if connection.execute("PRAGMA foreign_key_check").fetchone():
                raise StoreError(f"{path} holds rows that refer to nothing; it was left as it is", "oms doctor --deep; oms backup restore")
    finally:
        connection.execute("PRAGMA foreign_keys=ON")
    return applied


def in_memory() -> sqlite3.Connection:
    """A new store without anything in it, in memory only."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    for _, text in migrations():
        for statement in statements(text):
            connection.execute(statement)
    return connection


def statements(text: str) -> list[str]:
    """The file cut into statements. `executescript` would commit first and leave half a migration behind after a crash."""
    found, part = [], ""
    for line in text.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            if part.strip():
                found.append(part.strip())
            part = ""
    if re.sub(r"--.*", "", part).strip():
        raise ValueError(f"an unfinished statement: {part.strip()[:80]}")
    return found


def schema_text(connection: sqlite3.Connection) -> str:
    """All tables, indexes, triggers and views as SQL, sorted: `schema.sql` is this, committed and compared in a test."""
    rows = connection.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
        " ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 WHEN 'trigger' THEN 3 ELSE 4 END, name"
    )
    return "".join(f"{row[0]};\n\n" for row in rows)

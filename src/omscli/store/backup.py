"""Copies of a store by SQLite itself: what lies in the WAL is in the copy too, which copying the file would lose."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from omscli.errors import OmsError
from omscli.store.sqlite.connect import connect, spoken
from omscli.store.sqlite.doctor import Doctor


def copy_of(source: Path, target: Path, wait_s: float) -> None:
    """A complete, compact copy with mode 0600, on the disk when this returns. In WAL mode like every store."""
    with spoken(source), closing(connect(source, wait_s=wait_s)) as connection:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        connection.execute("VACUUM INTO ?", (str(target),))
    with spoken(target), closing(sqlite3.connect(target, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode=WAL")
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def problems_of(path: Path) -> list[str]:
    """What a copy fails in: SQLite's own integrity check and every invariant of the books. Empty: it is good."""
    try:
        with spoken(path), closing(connect(path, wait_s=5.0, read_only=False)) as connection:
            return [finding.text for finding in Doctor(connection, path).examine([], deep=True) if finding.severity == "error"]
    except OmsError as error:
        return [error.message]

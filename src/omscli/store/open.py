"""The store of one home: opened once a command, one write transaction each."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from omscli.base.clock import as_text
from omscli.errors import StoreError
from omscli.store.sqlite.catalog import Catalog
from omscli.store.sqlite.connect import connect, create, spoken, sweep, transaction
from omscli.store.sqlite.decisions import Decisions
from omscli.store.sqlite.doctor import Doctor
from omscli.store.sqlite.files_out import FilesOut
from omscli.store.sqlite.holds import Holds
from omscli.store.sqlite.listings import Listings
from omscli.store.sqlite.mail_events import MailEvents
from omscli.store.sqlite.mails import Imports, Outbox, Places
from omscli.store.sqlite.migrate import bring_up_to_date, check_not_newer, in_memory, newest, version_of
from omscli.store.sqlite.orders import Orders
from omscli.store.sqlite.pauses import Pauses
from omscli.store.sqlite.pins import Pins
from omscli.store.sqlite.planning import Planning
from omscli.store.sqlite.promises import Promises
from omscli.store.sqlite.returns import Returns
from omscli.store.sqlite.reversals import Reversals
from omscli.store.sqlite.rows import next_id
from omscli.store.sqlite.run_facts import RunFacts
from omscli.store.sqlite.runs import Runs
from omscli.store.sqlite.shipments import Shipments
from omscli.store.sqlite.short_picks import ShortPicks
from omscli.store.sqlite.status import Overview
from omscli.store.sqlite.stock import Stock
from omscli.store.sqlite.transfers import Transfers


@dataclass(slots=True)
class Run:
    """One command that writes. It gets its number in the books only if it changed something."""

    id: int
    at: str
    changed: bool = False
    undoes: int | None = None  # the run that this one takes back


class Store:
    """All questions of the workflows, over one connection. Use as a context manager; closing it checkpoints the WAL."""

    def __init__(self, connection: sqlite3.Connection, path: Path, wait_s: float = 30.0) -> None:
        self.connection = connection
        self.path = path
        self.wait_s = wait_s
        self.catalog = Catalog(connection)
        self.orders = Orders(connection)
        self.stock = Stock(connection)
        self.transfers = Transfers(connection)
        self.planning = Planning(connection)
        self.promises = Promises(connection)
        self.holds = Holds(connection)
        self.shipments = Shipments(connection)
        self.short_picks = ShortPicks(connection)
        self.decisions = Decisions(connection)
        self.outbox = Outbox(connection)
        self.mail_events = MailEvents(connection)
        self.imports = Imports(connection)
        self.files_out = FilesOut(connection)
        self.listings = Listings(connection)
        self.pauses = Pauses(connection)
        self.pins = Pins(connection)
        self.places = Places(connection)
        self.overview = Overview(connection)
        self.runs = Runs(connection)
        self.run_facts = RunFacts(connection)
        self._begun_with = 0
        self.reversals = Reversals(connection)
        self.returns = Returns(connection)
        self.doctor = Doctor(connection, path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.connection.close()

    @contextmanager
    def write(self, command: str, now: datetime, arguments: str = "", rules: tuple[str, str] | None = None) -> Iterator[Run]:
        """One write transaction: BEGIN IMMEDIATE … COMMIT, or nothing at all. `rules` are fingerprint and text of rules.yaml."""
        with transaction(self.connection, self.path, f"oms {command}, since {as_text(now)}", self.wait_s):
            run = Run(next_id(self.connection, "run"), as_text(now))
            self._begun_with = self._changes()
            yield run
            if self.has_changed:
                run.changed = True
                self._enter_in_books(run, command, arguments, rules)

    @property
    def has_changed(self) -> bool:
        """Whether the transaction at hand has changed anything so far."""
        return self._changes() != self._begun_with

    def _changes(self) -> int:
        return self.connection.total_changes - self.decisions.scratch

    def _enter_in_books(self, run: Run, command: str, arguments: str, rules: tuple[str, str] | None) -> None:
        if rules:
            self.connection.execute("INSERT INTO rules_text (fingerprint, text) VALUES (?, ?) ON CONFLICT DO NOTHING", rules)
        self.connection.execute(
            "INSERT INTO run (id, command, arguments, started_at, pid, rules_fingerprint, undoes) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (run.id, command, arguments, run.at, os.getpid(), rules[0] if rules else None, run.undoes),
        )

    @contextmanager
    def read(self) -> Iterator[None]:
        """One look at one state of the store, however many questions are asked."""
        with spoken(self.path):
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")


def open_store(path: Path, *, wait_s: float = 30.0, make: bool = True) -> Store:
    """The store of a home, made when it is missing and brought up to the newest schema.

    Raises StoreError (exit 5) for a file that is no store of ours or newer than the program, Busy when it stays locked.
    """
    if not path.exists():
        if not make:
            raise StoreError(f"there is no store at {path} yet", "the first command that writes makes it: `oms import`")
        create(path)
    connection = connect(path, wait_s=wait_s)
    try:
        with spoken(path):
            if version_of(connection) == 0:
                sweep(path)
            elif version_of(connection) < newest():  # asked once: another process may be making it at this moment
                _keep_a_copy(connection, path)
            bring_up_to_date(connection, path)
    except BaseException:
        connection.close()
        raise
    return Store(connection, path, wait_s)


def open_for_reading(path: Path, *, wait_s: float = 30.0) -> Store | None:
    """The store for questions only, or None where there is none yet. An older schema is brought up to date first."""
    if not path.exists():
        return None
    connection = connect(path, wait_s=wait_s)
    try:
        with spoken(path):
            check_not_newer(connection, path)
            behind = version_of(connection) < newest()
    except BaseException:
        connection.close()
        raise
    if behind:
        connection.close()
        return open_store(path, wait_s=wait_s)
    return Store(connection, path)


def empty_store() -> Store:
    """A store without anything in it, in memory only: for questions where nothing was ever written."""
    return Store(in_memory(), Path(":memory:"))


def _keep_a_copy(connection: sqlite3.Connection, path: Path) -> None:
    """Before the schema changes, a copy of what was."""
    target = path.with_name(f"{path.stem}-schema{version_of(connection)}{path.suffix}")
    if not target.exists():
        connection.execute("VACUUM INTO ?", (str(target),))
        target.chmod(0o600)

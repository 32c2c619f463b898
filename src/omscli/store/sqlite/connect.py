"""Opening the file, and the only place that begins a write transaction.

Writers begin IMMEDIATE: with a deferred BEGIN two processes that read and then write fail at once with "database is locked",
however long the busy timeout is. The rollback is ours too: `with connection:` does nothing when sqlite3 owns no transaction.
"""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from omscli.errors import Busy, OmsError, StoreError

APPLICATION_ID = 0x6F6D7331  # "oms1"
NEEDED_SQLITE = (3, 37, 0)  # STRICT tables
PATIENCE_S = 0.2

_PRAGMAS = (
    "foreign_keys=ON", "recursive_triggers=ON", "trusted_schema=OFF", "cell_size_check=ON", "synchronous=FULL", "temp_store=MEMORY",
    "cache_size=-32768",
)  # fmt: skip


def connect(path: Path, *, wait_s: float, read_only: bool = False) -> sqlite3.Connection:
    """An open store. SQLite itself waits a moment only: `transaction` does the waiting, where Ctrl-C is heard.

    Raises StoreError where the file is missing, no store of ours, damaged or out of reach.
    """
    if sqlite3.sqlite_version_info < NEEDED_SQLITE:
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old", "install a Python with SQLite 3.37 or newer")
    if path.is_dir():
        raise StoreError(f"{path} is a folder, not a store", "name the file, usually oms.db in the home folder")
    mode = "ro" if read_only else "rw"
    with spoken(path):
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=min(wait_s, PATIENCE_S)
        )
        try:
            connection.row_factory = sqlite3.Row
            check_is_ours(connection, path)
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
    return connection


def check_is_ours(connection: sqlite3.Connection, path: Path) -> None:
    """Raises StoreError unless the file carries our mark. An empty file is a valid SQLite file, hence the mark."""
    (found,) = connection.execute("PRAGMA application_id").fetchone()
    if found != APPLICATION_ID:
        raise StoreError(f"{path} is not a store of oms", "check --db and $OMS_DB; `oms init` makes a new home")


def create(path: Path) -> None:
    """A new empty store with mode 0600 (the -wal and -shm files inherit it), in WAL mode. Leaves an existing one alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    with spoken(path):
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, stat.S_IRUSR | stat.S_IWUSR))
        try:
            connection = sqlite3.connect(temporary, isolation_level=None)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.close()
            with suppress(FileExistsError):  # another process made it in the meantime: its store is as good
                os.link(temporary, path)
        finally:
            for name in (temporary, temporary.with_name(temporary.name + "-wal"), temporary.with_name(temporary.name + "-shm")):
                name.unlink(missing_ok=True)


def sweep(path: Path) -> None:
    """Take away what a killed process left of its new, still empty store: nothing of one that lives."""
    for rest in path.parent.glob(f".{path.name}.*.new*"):
        number = rest.name[len(path.name) + 2 :].partition(".")[0]
        if number.isdecimal() and not _lives(int(number)):
            with suppress(OSError):
                rest.unlink()


def _lives(process: int) -> bool:
    """Whether there is such a process; elsewhere than on POSIX a file that one has open cannot be taken away anyway."""
    if os.name != "posix":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path, who: str, wait_s: float) -> Iterator[None]:
    """One write transaction. Commits at the end, rolls back on any exception; the others wait, or hear who writes."""
    note = path.with_name(path.name + "-writer")
    with spoken(path, note):
        _begin(connection, wait_s)
        _leave_note(note, who)
        try:
            yield
            with suppress(OSError):  # before the lock is given up: afterwards it may be the next writer's note
                note.unlink(missing_ok=True)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                with suppress(OSError):
                    note.unlink(missing_ok=True)
                connection.execute("ROLLBACK")
            raise


def _begin(connection: sqlite3.Connection, wait_s: float) -> None:
    """Begin a write transaction, waiting for the other writer in short steps."""
    until = time.monotonic() + wait_s
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
            time.sleep(0.02)
        else:
            return


def _leave_note(note: Path, who: str) -> None:
    """Tells others who is writing. The lock is the database's; a note that cannot be written costs only a nicer message."""
    with suppress(OSError), os.fdopen(os.open(note, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(json.dumps({"pid": os.getpid(), "who": who}))


def _who(note: Path | None) -> str:
    if note is None:
        return ""
    try:
        found = json.loads(note.read_text(encoding="utf-8"))
        return f" ({found['who']}, process {found['pid']})"
    except (OSError, ValueError, KeyError):
        return ""


@contextmanager
def spoken(path: Path, note: Path | None = None) -> Iterator[None]:
    """SQLite's errors in words a seller can act on."""
    try:
        yield
    except OmsError:
        raise
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        raise _in_words(error, path, note) from error
    except UnicodeDecodeError as error:  # a damaged page inside a PRAGMA's answer
        raise StoreError(f"{path} is damaged", "run `oms doctor`, then `oms backup restore`") from error


def _in_words(error: sqlite3.DatabaseError, path: Path, note: Path | None) -> OmsError:
    code = getattr(error, "sqlite_errorcode", None)
    base = code & 0xFF if code is not None else None
    text = str(error)
    if base in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Busy(f"another oms is writing{_who(note)}", "nothing was changed; run the same command again")
    # The last one: there is no room for the index of the journal, which SQLite makes before anything else.
    if base == sqlite3.SQLITE_FULL or "disk is full" in text or code == sqlite3.SQLITE_IOERR_SHMSIZE:
        return StoreError("the disk is full; nothing was changed", "free some space, then run the same command again")
    if base == sqlite3.SQLITE_IOERR:
        return StoreError(
            f"the disk refused to read or write {path} ({text}); nothing was changed", "check the disk, then run the command again"
        )
    if base == sqlite3.SQLITE_READONLY:
        return StoreError(f"the store is read-only: {path}", "check who owns the file and its folder")
    if base == sqlite3.SQLITE_CANTOPEN:
        if path.exists():
            return StoreError(f"the store cannot be opened: {path}", "check who owns the file and its folder; SQLite writes beside it")
        return StoreError(f"there is no store at {path}", "check --db and $OMS_DB; `oms init` makes a new home")
    if base in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return StoreError(f"{path} is damaged or no SQLite file ({text})", "run `oms doctor`, then `oms backup restore`")
    if base == sqlite3.SQLITE_CONSTRAINT:
        return OmsError(
            f"the store refused a change that would break its rules ({text}); nothing was changed", "this is a defect: please report it"
        )
    return StoreError(f"the store could not be used ({text}); nothing was changed", "run `oms doctor`")

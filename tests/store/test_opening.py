"""Opening a store: what is none is refused in words, and nothing is made by accident."""

from __future__ import annotations

import os
import sqlite3
import stat
import tempfile
from collections.abc import Callable
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from tests.conftest import NOW, Shop, as_nobody

from omscli.errors import Busy, OmsError, StoreError
from omscli.store import open as opening
from omscli.store.open import Store, open_for_reading, open_store
from omscli.store.sqlite import connect as connecting
from omscli.store.sqlite import migrate
from omscli.store.sqlite.connect import connect


def _sqlite(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url)")
    connection.close()


def _newer(path: Path) -> None:
    open_store(path).connection.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()


@pytest.mark.parametrize(
    ("plant", "message", "hint"),
    [
        (lambda path: path.touch(), "{path} is not a store of oms", "check --db and $OMS_DB; `oms init` makes a new home"),
        (
            lambda path: path.write_text("sku,location,on_hand\n" * 200),
            "{path} is damaged or no SQLite file (file is not a database)",
            "run `oms doctor`, then `oms backup restore`",
        ),
        (_sqlite, "{path} is not a store of oms", "check --db and $OMS_DB; `oms init` makes a new home"),
        (Path.mkdir, "{path} is a folder, not a store", "name the file, usually oms.db in the home folder"),
        (_newer, "{path} was written by a newer oms (schema 999, this program knows {newest})", "upgrade omscli"),
    ],
    ids=["empty file", "text", "another program's SQLite", "folder", "newer schema"],
)
@pytest.mark.parametrize("open_it", [open_store, open_for_reading])
def test_what_is_no_store_of_ours_is_refused_and_left_alone(
    tmp_path: Path, open_it: Callable[[Path], object], plant: Callable[[Path], object], message: str, hint: str
) -> None:
    path = tmp_path / "oms.db"
    plant(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError) as caught:
        open_it(path)
    assert caught.value.message == message.format(path=path, newest=migrate.newest())
    assert caught.value.hint == hint
    assert caught.value.exit_code == 5
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_missing_store_is_made_only_for_those_who_write(tmp_path: Path) -> None:
    path = tmp_path / "oms.db"
    assert open_for_reading(path) is None
    with pytest.raises(StoreError, match="there is no store at"):
        open_store(path, make=False)
    with pytest.raises(StoreError, match="there is no store at"):
        connect(path, wait_s=1)
    assert not path.exists()
    open_store(path).connection.close()
    assert path.exists()
    assert list(tmp_path.iterdir()) == [path], "left-over files"


def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting.sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(StoreError, match="is too old"):
        connect(tmp_path / "oms.db", wait_s=1)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_the_store_and_its_side_files_are_readable_by_the_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = open_store(tmp_path / "oms.db")
        with store.write("test", NOW):
            store.connection.execute("INSERT INTO location (code, kind) VALUES ('here', 'store')")
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        store.connection.close()
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(("oms.db", "oms.db-wal", "oms.db-shm", "oms.db-writer"), 0o600)


def test_every_connection_has_the_settings_that_keep_the_books(shop: Shop) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "application_id": 0x6F6D7331,
        "user_version": migrate.newest(),
    }
    for connection in (shop.store.connection, connect(shop.home.db, wait_s=1)):
        assert {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
    connection.close()


# -- one write transaction


def _add_a_place(store: Store, code: str = "new") -> None:
    store.connection.execute("INSERT INTO location (code, kind) VALUES (?, 'store')", (code,))


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OmsError])
def test_an_error_rolls_everything_back(shop: Shop, error: type[BaseException]) -> None:
    before = shop.dump()

    def stop() -> None:
        with shop.store.write("test", NOW):
            _add_a_place(shop.store)
            raise error("stop")

    with pytest.raises(error):
        stop()
    assert shop.dump() == before
    assert not shop.store.connection.in_transaction
    assert not shop.home.db.with_name("oms.db-writer").exists()


def test_a_refused_row_rolls_everything_back_and_is_said_in_words(shop: Shop) -> None:
    before = shop.dump()

    def twice() -> None:
        with shop.store.write("test", NOW):
            _add_a_place(shop.store)
            _add_a_place(shop.store)

    with pytest.raises(OmsError, match="the store refused a change that would break its rules"):
        twice()
    assert shop.dump() == before


def test_a_run_that_changes_nothing_is_not_entered(shop: Shop) -> None:
    before = shop.dump()
    with shop.store.write("test", NOW) as run:
        shop.store.connection.execute("SELECT COUNT(*) FROM orders").fetchone()
        shop.store.connection.execute("UPDATE location SET code = code WHERE code = 'nowhere'")
    assert not run.changed
    assert shop.dump() == before


def test_a_run_that_changes_something_is_entered_with_its_rules(shop: Shop) -> None:
    with shop.store.write("test", NOW, "a b", ("finger", "text of the rules")) as run:
        _add_a_place(shop.store)
    assert run.changed
    row = shop.store.connection.execute(
        "SELECT id, command, arguments, started_at, pid, rules_fingerprint FROM run WHERE id = ?", (run.id,)
    ).fetchone()
    assert tuple(row) == (run.id, "test", "a b", "2026-03-02T14:00:00Z", os.getpid(), "finger")
    assert shop.store.connection.execute("SELECT text FROM rules_text WHERE fingerprint = 'finger'").fetchone()[0] == "text of the rules"


def test_a_second_writer_hears_who_writes(shop: Shop) -> None:
    other = open_store(shop.home.db, wait_s=0)
    with shop.store.write("route", NOW), pytest.raises(Busy) as caught, other.write("import", NOW):
        raise AssertionError
    assert caught.value.message == f"another oms is writing (oms route, since 2026-03-02T14:00:00Z, process {os.getpid()})"
    assert caught.value.exit_code == 6
    with other.write("import", NOW):
        _add_a_place(other)
    other.connection.close()


def test_readers_see_one_state_while_another_writes(shop: Shop) -> None:
    reader = open_for_reading(shop.home.db, wait_s=0)
    assert reader is not None
    with reader.read():
        first = reader.connection.execute("SELECT COUNT(*) FROM location").fetchone()[0]
        with shop.store.write("test", NOW):
            _add_a_place(shop.store)
        assert reader.connection.execute("SELECT COUNT(*) FROM location").fetchone()[0] == first
    assert reader.connection.execute("SELECT COUNT(*) FROM location").fetchone()[0] == first + 1
    reader.connection.close()


# -- what the disk does


def _full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def small(path: Path, **how: float) -> sqlite3.Connection:
        connection = connect(path, **how)  # type: ignore[arg-type]
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")
        return connection

    monkeypatch.setattr(opening, "connect", small)


def test_a_full_disk_stops_an_import_and_changes_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.order("1", {"MUG": 1})
    before = shop.dump()
    shop.close()
    _full_disk(monkeypatch)
    with pytest.raises(StoreError) as caught:
        shop.order("2", [{"line_id": str(n), "sku": "MUG", "quantity": 1, "note": "x" * 200} for n in range(400)])
    monkeypatch.undo()
    assert caught.value.message == "the disk is full; nothing was changed"
    assert caught.value.hint == "free some space, then run the same command again"
    assert caught.value.exit_code == 5
    assert shop.dump() == before


def test_a_full_disk_stops_routing_and_changes_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.stock(main={"MUG": 500})
    for n in range(60):
        shop.order(str(n), {"MUG": 2, "CAP": 1})
    before = shop.dump()
    shop.close()
    _full_disk(monkeypatch)
    with pytest.raises(StoreError, match="the disk is full; nothing was changed"):
        shop.route()
    monkeypatch.undo()
    shop.close()
    assert shop.dump() == before
    shop.route()


def test_a_read_only_store_says_so(shop: Shop) -> None:
    shop.close()
    with tempfile.TemporaryDirectory(prefix="oms-test-", dir="/tmp") as folder:
        home = Path(folder)
        home.chmod(0o777)
        store = home / "oms.db"
        store.write_bytes(shop.home.db.read_bytes())
        store.chmod(0o444)

        def write() -> str:
            with open_store(store) as opened, opened.write("test", NOW):
                opened.connection.execute("INSERT INTO location (code, kind) VALUES ('here', 'store')")
            return "written"

        assert as_nobody(write) == f"StoreError: the store is read-only: {store}"


@pytest.mark.parametrize(
    ("code", "text", "kind", "said"),
    [
        (sqlite3.SQLITE_FULL, "x", StoreError, "the disk is full; nothing was changed"),
        (sqlite3.SQLITE_IOERR, "database or disk is full", StoreError, "the disk is full; nothing was changed"),
        (
            sqlite3.SQLITE_IOERR_WRITE,
            "disk I/O error",
            StoreError,
            "the disk refused to read or write P (disk I/O error); nothing was changed",
        ),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "x", StoreError, "the store is read-only: P"),
        (sqlite3.SQLITE_CORRUPT, "malformed", StoreError, "P is damaged or no SQLite file (malformed)"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "x", Busy, "another oms is writing"),
        (sqlite3.SQLITE_CANTOPEN, "x", StoreError, "there is no store at P"),
        (sqlite3.SQLITE_ERROR, "no such table: x", StoreError, "the store could not be used (no such table: x); nothing was changed"),
    ],
)
def test_sqlite_s_errors_are_said_in_words(code: int, text: str, kind: type[OmsError], said: str) -> None:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    with pytest.raises(kind) as caught, connecting.spoken(Path("P")):
        raise error
    assert caught.value.message == said


def test_a_page_that_is_no_text_is_damage_and_no_traceback() -> None:
    with pytest.raises(StoreError, match="is damaged"), connecting.spoken(Path("P")):
        b"\xff".decode()


# -- schema


def _open(path: str) -> str:
    try:
        store = open_store(Path(path), wait_s=20)
        version = migrate.version_of(store.connection)
        store.connection.close()
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is the finding
        return repr(error)
    return str(version)


def test_processes_that_make_the_store_at_the_same_moment_all_get_it(tmp_path: Path) -> None:
    with get_context("spawn").Pool(4) as pool:
        for n in range(8):
            path = tmp_path / f"{n}.db"
            assert pool.map(_open, [str(path)] * 4, chunksize=1) == [str(migrate.newest())] * 4
    # Of processes that close at the same moment each may leave the log to another one; the next that opens takes it away.
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".db") == [f"{n}.db" for n in range(8)]
    assert {path.suffix for path in tmp_path.iterdir()} <= {".db", ".db-wal", ".db-shm"}


def _behind(path: Path) -> None:
    """A store with our mark whose schema was never written: what is left when the first command died."""
    connecting.create(path)


def test_processes_that_bring_it_up_to_date_at_the_same_moment_apply_each_file_once(tmp_path: Path) -> None:
    with get_context("spawn").Pool(4) as pool:
        for n in range(8):
            path = tmp_path / f"{n}.db"
            _behind(path)
            assert pool.map(_open, [str(path)] * 4, chunksize=1) == [str(migrate.newest())] * 4


def test_an_older_store_is_copied_before_its_schema_changes(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = shop.dump()
    shop.close()
    now = migrate.newest()
    more = (*migrate.migrations(), (now + 1, "ALTER TABLE place ADD COLUMN seen TEXT;\nCREATE INDEX place_by_city ON place (city);\n"))
    monkeypatch.setattr(migrate, "migrations", lambda: more)
    for module in (migrate, opening):
        monkeypatch.setattr(module, "newest", lambda: now + 1)
    assert migrate.version_of(shop.store.connection) == now + 1
    shop.close()
    monkeypatch.undo()
    kept = shop.path / f"oms-schema{now}.db"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    connection = sqlite3.connect(kept)
    assert sorted("\n".join(connection.iterdump()).splitlines()) == sorted(before.splitlines())
    connection.close()
    shop.home.db.unlink()
    kept.rename(shop.home.db)


def test_a_migration_that_fails_leaves_the_old_schema(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = shop.dump()
    shop.close()
    now = migrate.newest()
    more = (*migrate.migrations(), (now + 1, "ALTER TABLE place ADD COLUMN seen TEXT;\nCREATE TABLE place (x);\n"))
    monkeypatch.setattr(migrate, "migrations", lambda: more)
    for module in (migrate, opening):
        monkeypatch.setattr(module, "newest", lambda: now + 1)
    with pytest.raises(StoreError, match="already exists"):
        open_store(shop.home.db)
    monkeypatch.undo()
    assert shop.dump() == before


def test_an_hour_passes_and_nothing_changes(shop: Shop) -> None:
    shop.order("1", {"MUG": 1})
    shop.route()
    before = shop.dump()
    shop.at(NOW + timedelta(hours=1))
    shop.route()
    assert shop.dump() == before


@pytest.mark.skipif(os.name != "posix", reason="elsewhere nobody is asked whether a process lives")
def test_what_a_killed_process_left_of_its_new_store_goes_and_that_of_a_living_one_stays(tmp_path: Path) -> None:
    dead = get_context("spawn").Process(target=int)
    dead.start()
    dead.join()
    rests = [tmp_path / f".oms.db.{dead.pid}.new", tmp_path / f".oms.db.{dead.pid}.new-wal"]
    others = [tmp_path / f".oms.db.{os.getppid()}.new", tmp_path / ".oms.db.mine.new", tmp_path / f".oms.db.{dead.pid}.old"]
    for one in (*rests, *others):
        one.touch()
    open_store(tmp_path / "oms.db").connection.close()
    assert [one.name for one in rests if one.exists()] == []
    assert [one.name for one in others if not one.exists()] == []

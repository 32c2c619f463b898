"""The schema itself: what SQLite refuses, whatever a program above it does."""

# ruff: noqa: S608 - columns of the tests themselves

from __future__ import annotations

import runpy
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlite_utils
from tests.conftest import Shop

from omscli.store.open import open_store
from omscli.store.sqlite import migrate

ROOT = Path(__file__).parents[2]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite_utils.Database]:
    path = tmp_path / "oms.db"
    open_store(path).connection.close()
    connection = sqlite3.connect(path)
    yield sqlite_utils.Database(connection)
    connection.close()


def test_the_committed_schema_is_what_the_migrations_make() -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "make_schema.py"))
    assert made["PAGE"].read_text(encoding="utf-8") == made["page"](), "run scripts/make_schema.py"


def test_migrations_are_numbered_each_number_once() -> None:
    numbers = [number for number, _ in migrate.migrations()]
    assert numbers == sorted(set(numbers))
    assert (numbers[0], numbers[-1]) == (1, migrate.newest())


def test_a_migration_with_a_number_out_of_line_is_a_defect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "migrations").mkdir()
    for name in ("0001_first.sql", "0001_other.sql"):
        (tmp_path / "migrations" / name).write_text("SELECT 1;\n")
    monkeypatch.setattr(migrate.resources, "files", lambda _: tmp_path)
    with pytest.raises(ValueError, match=r"numbered 0001, 0002"):
        migrate.migrations.__wrapped__()


def test_a_file_is_cut_into_statements_and_an_unfinished_one_is_a_defect() -> None:
    text = "-- why\nCREATE TABLE a (x);\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n  SELECT 1;\nEND;\n-- end\n"
    assert [one.split()[-1] for one in migrate.statements(text)] == ["(x);", "END;"]
    with pytest.raises(ValueError, match="unfinished"):
        migrate.statements("CREATE TABLE a (x)")


def test_every_table_is_strict(database: sqlite_utils.Database) -> None:
    tables = [table for table in database.tables if not table.name.startswith("sqlite_")]
    assert len(tables) > 20
    assert [table.name for table in tables if not table.strict] == []


def test_every_foreign_key_has_an_index_that_begins_with_it(database: sqlite_utils.Database) -> None:
    without, seen = [], 0
    for table in database.tables:
        leading = {index.columns[0] for index in table.indexes} | {table.pks[0]}
        for key in table.foreign_keys:
            seen += 1
            if key.column not in leading:
                without.append(f"{table.name}.{key.column}")
    assert seen > 30
    assert without == []


def test_no_foreign_key_deletes_history(database: sqlite_utils.Database) -> None:
    for table in database.tables:
        for row in database.execute(f"PRAGMA foreign_key_list({table.name})").fetchall():
            assert (row[5], row[6]) == ("NO ACTION", "NO ACTION"), (table.name, row)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE movement SET on_hand = on_hand + 1 WHERE id = 1",
        "UPDATE movement SET reason = 'other' WHERE id = 1",
        "DELETE FROM movement WHERE id = 1",
        "DELETE FROM movement",
        "INSERT OR REPLACE INTO movement SELECT * FROM movement WHERE id = 1",
        "REPLACE INTO movement SELECT * FROM movement WHERE id = 1",
        "INSERT OR IGNORE INTO movement SELECT * FROM movement WHERE id = 1",
        "UPDATE OR REPLACE movement SET id = 2 WHERE id = 1",
    ],
)
def test_nobody_changes_the_ledger(shop: Shop, sql: str) -> None:
    before = shop.dump()
    shop.close()
    stranger = sqlite3.connect(shop.home.db)  # another program, with SQLite's own settings
    with pytest.raises(sqlite3.IntegrityError, match="the ledger is append-only"):
        stranger.execute(sql)
    stranger.close()
    assert shop.dump() == before


def _move(shop: Shop, **columns: int | str) -> None:
    row = {"run_id": 1, "at": "2026-03-02T14:00:00Z", "product_id": 1, "location": "main", "kind": "adjusted", "reason": "test", **columns}
    names = ", ".join(row)
    shop.store.connection.execute(f"INSERT INTO movement ({names}) VALUES ({', '.join('?' * len(row))})", tuple(row.values()))


def test_levels_follow_the_movements(shop: Shop) -> None:
    before = shop.level("MUG", "main")
    _move(shop, on_hand=5, unavailable=2)
    _move(shop, on_hand=-1)
    after = shop.level("MUG", "main")
    assert (after["on_hand"], after["unavailable"]) == (before["on_hand"] + 4, before["unavailable"] + 2)


def test_a_place_where_nothing_ever_lay_gets_its_level_from_the_first_movement(shop: Shop) -> None:
    shop.store.connection.execute("INSERT INTO location (code, kind) VALUES ('new', 'store')")
    _move(shop, location="new", on_hand=3)
    assert shop.level("MUG", "new")["on_hand"] == 3


@pytest.mark.parametrize(
    "columns",
    [
        {"on_hand": -11},
        {"unavailable": -1},
        {"unavailable": 11},
        {"allocated": -1},
        {"kind": "adjusted", "on_hand": 0},
        {"kind": "allocated", "allocated": 1},
        {"kind": "allocated", "allocated": -1, "allocation_id": 1},
        {"kind": "shipped", "on_hand": -1, "allocated": -2, "allocation_id": 1},
        {"kind": "sold", "on_hand": -1},
        {"kind": "adjusted", "on_hand": 1, "reason": ""},
        {"kind": "stolen", "on_hand": -1},
        {"at": "2026-03-02 14:00", "on_hand": 1},
        {"on_hand": "many"},
    ],
)
def test_a_movement_that_cannot_be_is_refused_and_leaves_the_levels_alone(shop: Shop, columns: dict[str, int | str]) -> None:
    before = shop.level("MUG", "main")
    with pytest.raises(sqlite3.IntegrityError):
        _move(shop, **columns)
    assert shop.level("MUG", "main") == before


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE allocation SET shipped = taken + 1",
        "UPDATE order_line SET shipped = ordered + 1",
        "UPDATE order_line SET returned = 1",
        "UPDATE orders SET status = 'lost'",
        "UPDATE orders SET channel = 'shop', order_key = (SELECT MIN(order_key) FROM orders)",
        "DELETE FROM orders",
        "DELETE FROM product",
        "UPDATE shipment SET state = 'gone'",
        "INSERT INTO order_hold (order_id, kind, reason, since, run_id) SELECT 1, 'person', 'x', 'now', 1 UNION ALL SELECT 1, 'person', 'y', 'now', 1",
    ],
)
def test_a_row_that_cannot_be_is_refused(shop: Shop, sql: str) -> None:
    shop.order("1", {"MUG": 2})
    shop.order("2", {"CAP": 1})
    shop.route()
    before = shop.dump()
    with pytest.raises(sqlite3.IntegrityError):
        shop.store.connection.execute(sql)
    assert shop.dump() == before

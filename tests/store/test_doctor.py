"""The doctor finds each kind of damage: a check that cannot fail would prove nothing."""

# ruff: noqa: S608 - a test damages the store with statements of its own

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Shop

from omscli.errors import UsageError
from omscli.store.backup import copy_of
from omscli.store.sqlite.doctor import Doctor
from omscli.store.sqlite.migrate import newest

CHECKS = [
    "file",
    "schema",
    "keys",
    "levels",
    "claims",
    "lines",
    "parcels",
    "cover",
    "holds",
    "leaving",
    "transfers",
    "returns",
    "reversals",
]
Tell = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def desk(shop: Shop) -> Shop:
    """Order 1 has left, order 2 is released, order 3 is planned, order 4 waits."""
    for number, lines in (("1", {"MUG": 2}), ("2", {"MUG": 3, "CAP": 1}), ("3", {"MUG": 1}), ("4", {"CAP": 9})):
        shop.order(number, lines)
    shop.route()
    shop.pick(orders=[1, 2])
    shop.ship("1")
    assert shop.doctor() == []
    return shop


@pytest.fixture
def found_after(desk: Shop, tmp_path: Path) -> Tell:
    """Damage a copy of the store from outside; what one check says of it, as (severity, text)."""

    def tell(check: str, *statements: str) -> list[tuple[str, str]]:
        path = tmp_path / "damaged.db"
        copy_of(desk.home.db, path, 5)
        connection = sqlite3.connect(path, isolation_level=None)
        connection.row_factory = sqlite3.Row
        assert Doctor(connection, path).examine([]) == []
        for trigger in ("movement_keeps_levels", "movement_is_new", "movement_never_changes", "movement_never_goes"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("PRAGMA ignore_check_constraints=ON")
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, f"changed nothing: {statement}"
        found = Doctor(connection, path).examine([check])
        connection.close()
        assert {one.check for one in found} <= {check}
        assert all(one.remedy for one in found)
        return [(one.severity, one.text) for one in found]

    return tell


def test_the_checks_are_these(desk: Shop) -> None:
    assert desk.store.doctor.names() == CHECKS
    with pytest.raises(UsageError, match=r"no check is called level$"):
        desk.store.doctor.examine(["level"])


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("deep", [False, True])
def test_a_store_that_is_well_has_no_findings(desk: Shop, check: str, deep: bool) -> None:
    assert desk.store.doctor.examine([check], deep=deep) == []


# -- file


def test_a_damaged_page_is_found(found_after: Tell, desk: Shop, tmp_path: Path) -> None:
    path = tmp_path / "broken.db"
    copy_of(desk.home.db, path, 5)
    with sqlite3.connect(path) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'movement_by_product'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(os.urandom(size))
    connection = sqlite3.connect(path)
    (found,) = Doctor(connection, path).examine(["file"])
    connection.close()
    assert found.severity == "error"
    assert found.text.startswith("SQLite finds the file damaged: ")


def test_only_the_deep_look_sees_an_index_that_disagrees_with_its_table(desk: Shop, tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    copy_of(desk.home.db, path, 5)
    connection = sqlite3.connect(path, isolation_level=None)
    sql = "UPDATE sqlite_master SET sql = 'CREATE INDEX order_line_by_product ON order_line (ordered)' WHERE name = 'order_line_by_product'"
    connection.execute("PRAGMA writable_schema=ON")
    connection.execute(sql)
    connection.close()
    connection = sqlite3.connect(path)
    assert Doctor(connection, path).examine(["file"]) == []
    found = Doctor(connection, path).examine(["file"], deep=True)
    connection.close()
    assert [one.severity for one in found] == ["error"]


def test_a_file_without_our_mark_is_found(found_after: Tell) -> None:
    assert found_after("file", "PRAGMA application_id=7") == [("error", "the file does not carry the mark of oms")]


def test_another_schema_is_found(found_after: Tell) -> None:
    ((severity, text),) = found_after("file", "PRAGMA user_version=0")
    assert (severity, text[:35]) == ("error", f"schema 0 is not the newest ({newest()})"[:35])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_a_store_that_others_can_read_is_a_warning(desk: Shop) -> None:
    desk.home.db.chmod(0o644)
    (found,) = desk.store.doctor.examine(["file"])
    desk.home.db.chmod(0o600)
    assert (found.severity, found.text) == ("warning", "others can read oms.db, which holds customers' addresses")
    assert found.remedy == f"chmod 600 {desk.home.db}"


def test_a_store_in_a_folder_of_a_cloud_service_is_a_warning(desk: Shop, tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    path = tmp_path / "Dropbox" / "oms.db"
    copy_of(desk.home.db, path, 5)
    connection = sqlite3.connect(path)
    (found,) = Doctor(connection, path).examine(["file"])
    connection.close()
    assert (found.severity, found.text[:55]) == ("warning", "the store lies in a folder that a cloud service copies "[:55])


# -- schema


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("DROP TRIGGER movement_never_goes", [("error", "movement_never_goes is missing from the schema")]),
        ("DROP VIEW v_stock", [("error", "v_stock is missing from the schema")]),
        (
            "DROP INDEX allocation_by_location",
            [
                ("error", "allocation_by_location is missing from the schema"),
                ("warning", "allocation.location has no index: routing and the doctor will be slow"),
            ],
        ),
        (
            "DROP TABLE place; CREATE TABLE place (country TEXT PRIMARY KEY)",
            [("error", "table place is not strict")],
        ),
    ],
)
def test_schema_finds_what_is_missing_when_it_looks_deep(desk: Shop, tmp_path: Path, change: str, found: list[tuple[str, str]]) -> None:
    path = tmp_path / "changed.db"
    copy_of(desk.home.db, path, 5)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    for statement in change.split("; "):
        connection.execute(statement)
    assert Doctor(connection, path).examine(["schema"]) == []
    assert [(one.severity, one.text) for one in Doctor(connection, path).examine(["schema"], deep=True)] == found
    connection.close()


# -- the books, each check by each of its questions


def test_keys_finds_a_reference_to_nothing(found_after: Tell) -> None:
    ((severity, text),) = found_after("keys", "INSERT INTO alias (channel, alias_key, alias, product_id) VALUES ('', 'x', 'x', 99)")
    assert severity == "error"
    assert text.endswith("of alias refers to nothing in product")


@pytest.mark.parametrize("column", ["on_hand", "unavailable", "allocated"])
def test_levels_finds_a_level_that_no_movement_made(found_after: Tell, column: str) -> None:
    ((severity, text),) = found_after("levels", f"UPDATE stock_level SET {column} = {column} + 1 WHERE product_id = 1")
    numbers = {"on_hand": "9/0/4", "unavailable": "8/1/4", "allocated": "8/0/5"}[column]
    assert (severity, text) == ("error", f"I1 MUG at main: levels {numbers}, the movements sum to 8/0/4")


def test_levels_finds_a_changed_movement(found_after: Tell) -> None:
    ((severity, text),) = found_after("levels", "UPDATE movement SET on_hand = 20 WHERE id = 1")
    assert severity == "error"
    assert text.startswith("I1 MUG at main: levels 8/0/4, the movements sum to 18/0/4")


def test_levels_finds_movements_without_a_level(found_after: Tell) -> None:
    found = found_after("levels", "DELETE FROM stock_level WHERE product_id = 1")
    assert found == [("error", "I1 1 products moved at places where no level is kept")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("taken = taken + 1 WHERE id = 2", "I2 claim 2: taken/freed/shipped 4/0/0, the movements say 3/0/0"),
        ("freed = freed + 1 WHERE id = 2", "I2 claim 2: taken/freed/shipped 3/1/0, the movements say 3/0/0"),
        ("shipped = shipped - 1 WHERE id = 1", "I2 claim 1: taken/freed/shipped 2/0/1, the movements say 2/0/2"),
    ],
)
def test_claims_finds_a_claim_that_its_movements_do_not_bear_out(found_after: Tell, change: str, said: str) -> None:
    assert ("error", said) in found_after("claims", f"UPDATE allocation SET {change}")


def test_claims_finds_a_level_that_its_claims_do_not_bear_out(found_after: Tell) -> None:
    found = found_after("claims", "UPDATE stock_level SET allocated = allocated + 1 WHERE product_id = 1")
    assert found == [("error", "I2 MUG at main: 5 allocated, the open claims are 4")]


def test_claims_finds_a_cancelled_shipment_that_still_claims(found_after: Tell) -> None:
    found = found_after("claims", "UPDATE shipment SET state = 'cancelled' WHERE id = 3")
    assert found == [("error", "I2 shipment 3 is cancelled and still claims 1 units")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("allocated = 2 WHERE order_id = 2 AND sku = 'MUG'", "I3 order 2, MUG: 2 allocated and 0 shipped, the shipments hold 3 and 0"),
        ("shipped = 1 WHERE order_id = 1", "I3 order 1, MUG: 0 allocated and 1 shipped, the shipments hold 0 and 2"),
        ("backordered = ordered + 1 WHERE order_id = 4", "I3 order 4, CAP: more units accounted for than ordered"),
    ],
)
def test_lines_finds_a_line_that_its_shipments_do_not_bear_out(found_after: Tell, desk: Shop, change: str, said: str) -> None:
    said = said.replace("order ", f"order {desk.show('1')['id'][:-1]}")
    assert ("error", said) in found_after("lines", f"UPDATE order_line SET {change}")


@pytest.mark.parametrize(("order", "status"), [(1, "open"), (2, "shipped"), (3, "closed"), (4, "cancelled")])
def test_lines_finds_a_status_that_the_lines_do_not_bear_out(found_after: Tell, desk: Shop, order: int, status: str) -> None:
    found = found_after("lines", f"UPDATE orders SET status = '{status}' WHERE id = {order}")
    assert found == [("error", f"I3 order {desk.show(str(order))['id']} is marked {status}, its lines say otherwise")]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE parcel_item SET quantity = 9 WHERE parcel_id = 1", "I4 shipment 1: 2 × MUG in the shipment, 9 in its parcels"),
        ("DELETE FROM parcel_item WHERE parcel_id = 3", "I4 shipment 3: 1 × MUG in the shipment, 0 in its parcels"),
    ],
)
def test_parcels_finds_a_parcel_that_does_not_hold_its_shipment(found_after: Tell, statement: str, said: str) -> None:
    assert found_after("parcels", statement) == [("error", said)]


def test_parcels_finds_more_units_back_than_had_left(found_after: Tell, desk: Shop) -> None:
    found = found_after("parcels", "UPDATE order_line SET returned = 3 WHERE order_id = 1")
    assert found == [("error", f"I4 order {desk.show('1')['id']}, MUG: more came back than had left")]


def test_cover_finds_more_allocated_than_lies_there(found_after: Tell) -> None:
    found = found_after("cover", "UPDATE stock_level SET on_hand = 3 WHERE product_id = 1")
    assert found == [("error", "I5 MUG at main: 4 allocated, 3 there")]


def test_cover_only_warns_where_a_later_count_lowered_the_stock(desk: Shop) -> None:
    desk.stock(main={"MUG": 3})
    (found,) = desk.store.doctor.examine(["cover"])
    assert (found.severity, found.text) == ("warning", "I5 MUG at main: 4 allocated, 3 there; a later count lowered it")
    assert found.remedy == "oms route"


def test_leaving_finds_goods_that_left_without_their_shipment(found_after: Tell) -> None:
    (finding,) = found_after("leaving", "UPDATE shipment SET state = 'released' WHERE id = 1")
    assert finding[0] == "error"
    assert finding[1].endswith("goods left without a shipment")


@pytest.mark.parametrize("kind", ["received", "returned", "transfer_in", "freed"])
def test_leaving_finds_a_kind_of_movement_that_takes_goods_away(found_after: Tell, kind: str) -> None:
    row = f"999, 1, '2026-03-02T14:00:00Z', 1, 'main', '{kind}', -1"
    found = found_after("leaving", f"INSERT INTO movement (id, run_id, at, product_id, location, kind, on_hand) VALUES ({row})")
    assert found == [("error", f"I6 movement 999: {kind} takes goods away")]


# -- reversals


@pytest.fixture
def taken_back(desk: Shop) -> Shop:
    """Two mugs were booked as lost, and that was taken back."""
    from omscli.workflows.stock_changes import adjust
    from omscli.workflows.undo import undo

    _, run = adjust(desk.home, desk.store, "main", [("MUG", -2), ("CAP", 1)], "lost")
    assert run is not None
    undo(desk.home, desk.store, run)
    return desk


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            "UPDATE movement SET on_hand = 3 WHERE kind = 'reversed' AND on_hand = 2",
            "movement {row} is not the exact negative of movement {of}",
        ),
        (
            "UPDATE movement SET location = 'moon' WHERE kind = 'reversed' AND on_hand = 2",
            "movement {row} is not the exact negative of movement {of}",
        ),
        (
            "UPDATE movement SET reverses = NULL WHERE kind = 'reversed' AND on_hand = 2",
            "movement {row} is not the exact negative of movement None",
        ),
        (
            "UPDATE movement SET kind = 'adjusted' WHERE kind = 'reversed' AND on_hand = 2",
            "movement {row} is not the exact negative of movement {of}",
        ),
        (
            "UPDATE movement SET order_line_id = 1 WHERE kind = 'reversed' AND on_hand = 2",
            "movement {row} is not the exact negative of movement {of}",
        ),
    ],
)
def test_a_reversal_that_is_not_the_exact_negative_is_found(taken_back: Shop, found_after: Tell, change: str, found: str) -> None:
    row, of = taken_back.store.connection.execute("SELECT id, reverses FROM movement WHERE kind = 'reversed' AND on_hand = 2").fetchone()
    assert ("error", found.format(row=row, of=of)) in found_after("reversals", change)


def test_a_run_that_was_undone_in_part_is_found(taken_back: Shop, found_after: Tell) -> None:
    undo, run = taken_back.store.connection.execute("SELECT id, undoes FROM run WHERE undoes IS NOT NULL").fetchone()
    said = found_after("reversals", "DELETE FROM movement WHERE kind = 'reversed' AND on_hand = 2")
    assert said == [("error", f"run {run} was undone by run {undo}, but 1 of its movements stand")]


def test_a_run_that_takes_itself_back_is_found(taken_back: Shop, found_after: Tell) -> None:
    (undo,) = taken_back.store.connection.execute("SELECT id FROM run WHERE undoes IS NOT NULL").fetchone()
    said = found_after("reversals", f"UPDATE run SET undoes = {undo} WHERE id = {undo}")
    assert ("error", f"run {undo} takes run {undo} back, which came later") in said


def test_goods_that_left_by_a_row_that_stands_need_a_shipment(desk: Shop, found_after: Tell) -> None:
    from omscli.workflows.undo_shipments import reopen

    reopen(desk.home, desk.store, "S-1")
    assert found_after("leaving", "UPDATE movement SET reverses = 1 WHERE kind = 'reversed'") == [
        ("error", "I6 movement 8: goods left without a shipment")
    ]


def test_a_claim_that_was_taken_back_counts_as_freed(desk: Shop, found_after: Tell) -> None:
    from omscli.workflows.undo_shipments import reopen

    reopen(desk.home, desk.store, "S-1")
    assert ("error", "I2 claim 1: taken/freed/shipped 2/0/2, the movements say 2/0/0") in found_after(
        "claims", "UPDATE allocation SET shipped = 2 WHERE id = 1"
    )

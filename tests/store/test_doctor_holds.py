"""What the doctor says of holds in damaged books."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tests.conftest import Shop

from omscli.store.backup import copy_of
from omscli.store.sqlite.doctor import Doctor
from omscli.workflows.stock_holds import HoldWish, hold
from omscli.workflows.stock_state import change_state


@pytest.fixture
def held(shop: Shop) -> Shop:
    """Six mugs are set aside for Ann, four of them are claimed by her order; two caps for Bea."""
    hold(shop.home, shop.store, HoldWish("main", [("MUG", 6)], "2026-03-05", "ann@example.com"))
    hold(shop.home, shop.store, HoldWish("main", [("CAP", 2)], "2026-03-05", "Bea"))
    shop.order("1", {"MUG": 4})
    shop.route()
    return shop


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE stock_hold_use SET units = 5", ["hold H-1: claim 1 is said to use units of it that it cannot have"]),
        ("UPDATE stock_hold_use SET first_unit = 1", ["hold H-1: claim 1 is said to use units of it that it cannot have"]),
        ("UPDATE stock_hold_use SET hold_id = 2", [
            "hold H-2: claim 1 is said to use units of it that it cannot have", "hold H-2: 4 units were used, 2 were held",
            "MUG at main: 4 allocated and 6 on hold, 9 there",
        ]),
        ("UPDATE stock_hold SET units = 3 WHERE id = 1", ["hold H-1: 4 units were used, 3 were held"]),
        ("UPDATE stock_hold SET units = 9 WHERE id = 2", ["CAP at main: 0 allocated and 9 on hold, 3 there"]),
    ],
)  # fmt: skip
def test_holds_finds_units_that_were_given_twice(held: Shop, tmp_path: Path, change: str, found: list[str]) -> None:
    path = tmp_path / "damaged.db"
    copy_of(held.home.db, path, 5)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    assert Doctor(connection, path).examine([]) == []
    if len(found) == 3:
        connection.executescript(
            "DROP TRIGGER movement_never_changes; UPDATE movement SET on_hand = 9 WHERE product_id = 1 AND on_hand = 10"
        )
        connection.execute("UPDATE stock_level SET on_hand = 9 WHERE product_id = 1")
    assert connection.execute(change).rowcount
    told = Doctor(connection, path).examine(["holds"])
    connection.close()
    assert {one.severity for one in told} == {"error"}
    assert [one.text for one in told] == found


def test_holds_only_warns_where_goods_were_lost_since(held: Shop) -> None:
    change_state(held.home, held.store, "main", [("CAP", 2)], "damaged", "dropped")
    told = held.store.doctor.examine([])
    assert [(one.severity, one.text, one.remedy) for one in told] == [
        ("warning", "CAP at main: 0 allocated and 2 on hold, 1 there; a later count lowered it", "oms stock holds")
    ]

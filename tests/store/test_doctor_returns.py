"""The doctor finds it when more came back than had left, when more was paid back than was paid, and when a return says what is not so."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Shop

from omscli.store.backup import copy_of
from omscli.store.sqlite.doctor import Doctor
from omscli.workflows.returning import ReturnWish, approve, open_return
from omscli.workflows.returning_goods import Arrival, receive
from omscli.workflows.returning_money import RefundWish, refund

Tell = Callable[[str], list[str]]


@pytest.fixture
def tell(shop: Shop, tmp_path: Path) -> Tell:
    """Two mugs of order 1 came back and are paid back; what the doctor says when a copy of the store is damaged."""
    shop.order("1", {"MUG": 2})
    shop.route()
    shop.pick()
    shop.ship("1")
    open_return(shop.home, shop.store, ReturnWish("1", [("MUG", 2)], "whim"))
    approve(shop.home, shop.store, "R-1")
    receive(shop.home, shop.store, "R-1", Arrival("main"))
    refund(shop.home, shop.store, "R-1", RefundWish())

    def found(statement: str) -> list[str]:
        path = tmp_path / "damaged.db"
        copy_of(shop.home.db, path, 5)
        connection = sqlite3.connect(path, isolation_level=None)
        connection.row_factory = sqlite3.Row
        assert Doctor(connection, path).examine([]) == []
        for trigger in ("movement_keeps_levels", "movement_is_new", "movement_never_changes", "movement_never_goes"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("PRAGMA ignore_check_constraints=ON")
        assert connection.execute(statement).rowcount != 0
        texts = [one.text for one in Doctor(connection, path).examine(["returns"])]
        connection.close()
        return texts

    return found


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE order_line SET returned = 1", "I4 order SH-1, MUG: 1 units came back, the returns say 2"),
        ("UPDATE movement SET on_hand = 3 WHERE kind = 'returned'", "I4 order SH-1: 3 × MUG came back, 2 had left"),
        ("UPDATE return_line SET units = 1", "I4 return R-1: of 1 units 2 are accounted for and 2 paid back"),
        ("UPDATE refund SET amount = 2001", "I4 order SH-1: 2001 were paid back, 2000 had been paid (minor units)"),
        ("UPDATE refund_line SET units = 3", "I4 order SH-1, MUG: 3 units were paid back, 2 had left"),
        ("UPDATE return_line SET units = 3", "I4 order SH-1, MUG: returns hold 3 units, 2 had left"),
        ("UPDATE movement SET return_line_id = NULL WHERE kind = 'returned'", "movement 5: goods came back for no return"),
        ("UPDATE goods_return SET state = 'inspected'", "return R-1 is marked inspected, it is refunded"),
    ],
)
def test_each_kind_of_damage_to_returns_is_found(tell: Tell, statement: str, said: str) -> None:
    assert said in tell(statement)

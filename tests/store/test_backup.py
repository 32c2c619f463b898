"""A copy that was never read back is a hope: each is checked when it is made and before it is put back."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from tests.conftest import NOW, Shop

from omscli.errors import Refused, UsageError
from omscli.workflows import backups


def _dump(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return _sorted("\n".join(connection.iterdump()))


def _sorted(dump: str) -> str:
    """A compact copy has the same tables and triggers in another order."""
    return "\n".join(sorted(dump.splitlines()))


def _damage(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE stock_level SET on_hand = on_hand + 1")


def test_a_copy_holds_what_lies_in_the_write_ahead_log_too(shop: Shop) -> None:
    assert shop.store.connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    shop.store.connection.execute("PRAGMA wal_autocheckpoint=0")
    with shop.store.write("test", NOW):
        shop.store.connection.execute("INSERT INTO location (code, kind) VALUES ('new', 'store')")
    assert b"new" in shop.home.db.with_name("oms.db-wal").read_bytes()
    copy = backups.make(shop.home)
    assert copy.path == shop.path / "backups" / "oms-20260302T140000Z.db"
    assert _dump(copy.path) == _sorted(shop.dump())
    assert stat.S_IMODE(copy.path.stat().st_mode) == 0o600
    assert copy.bytes == copy.path.stat().st_size
    assert backups.verify(shop.home, None).problems == []


def test_copies_of_the_same_second_stand_beside_each_other_and_the_newest_is_listed_first(shop: Shop) -> None:
    first, second = backups.make(shop.home), backups.make(shop.home)
    shop.at(NOW + timedelta(days=1))
    third = backups.make(shop.home)
    assert second.path.name == "oms-20260302T140000Z-2.db"
    assert [one.path for one in backups.listing(shop.home)] == [third.path, second.path, first.path]
    assert backups.find(shop.home, None) == third.path
    assert backups.find(shop.home, first.path.name) == backups.find(shop.home, str(first.path)) == first.path


def test_making_a_copy_leaves_nothing_else_behind(shop: Shop) -> None:
    copy = backups.make(shop.home)
    assert [path.name for path in copy.path.parent.iterdir()] == [copy.path.name]


def test_a_copy_put_back_is_the_store_as_it_was(shop: Shop) -> None:
    before = shop.dump()
    copy = backups.make(shop.home)
    shop.order("1", {"MUG": 1})
    after = shop.dump()
    shop.close()
    shop.at(NOW + timedelta(hours=1))
    taken, kept = backups.restore(shop.home, copy.path.name)
    assert taken == copy.path
    assert kept is not None
    assert _dump(kept) == _sorted(after)
    assert _sorted(shop.dump()) == _sorted(before)
    assert stat.S_IMODE(shop.home.db.stat().st_mode) == 0o600


def test_a_copy_can_be_put_back_where_the_store_is_lost(shop: Shop) -> None:
    before = shop.dump()
    backups.make(shop.home)
    shop.close()
    shop.home.db.unlink()
    assert backups.restore(shop.home, None)[1] is None
    assert _sorted(shop.dump()) == _sorted(before)


def test_a_damaged_copy_is_refused_and_the_store_stays(shop: Shop) -> None:
    copy = backups.make(shop.home)
    _damage(copy.path)
    before = shop.dump()
    shop.close()
    assert sorted(backups.verify(shop.home, copy.path.name).problems) == [
        "I1 CAP at main: levels 4/0/0, the movements sum to 3/0/0",
        "I1 MUG at main: levels 11/0/0, the movements sum to 10/0/0",
    ]
    with pytest.raises(Refused) as caught:
        backups.restore(shop.home, copy.path.name)
    assert caught.value.message.startswith(f"{copy.path.name} does not pass its checks: I1 ")
    assert caught.value.exit_code == 4
    assert shop.dump() == before


def test_a_copy_that_was_cut_off_is_refused(shop: Shop) -> None:
    copy = backups.make(shop.home)
    data = copy.path.read_bytes()
    copy.path.write_bytes(data[: len(data) // 2])
    assert backups.verify(shop.home, None).problems != []
    copy.path.write_bytes(b"")
    assert backups.verify(shop.home, None).problems == [f"{copy.path} is not a store of oms"]


def test_a_damaged_store_gives_no_copy(shop: Shop) -> None:
    shop.close()
    _damage(shop.home.db)
    with pytest.raises(Refused, match="the copy does not pass its checks: I1"):
        backups.make(shop.home)
    assert list((shop.path / "backups").iterdir()) == []
    with closing(sqlite3.connect(shop.home.db)) as connection, connection:
        connection.execute("UPDATE stock_level SET on_hand = on_hand - 1")


def test_without_a_store_or_a_copy_the_seller_hears_what_to_do(shop: Shop) -> None:
    with pytest.raises(UsageError, match="there is no backup yet"):
        backups.verify(shop.home, None)
    with pytest.raises(UsageError, match=r"there is no backup x\.db"):
        backups.restore(shop.home, "x.db")
    shop.close()
    for path in shop.path.glob("oms.db*"):
        path.unlink()
    with pytest.raises(Refused, match="there is no store at"):
        backups.make(shop.home)

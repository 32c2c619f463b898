"""A copy that is checked before it counts, and a way back that loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import Shop

from omscli.errors import Refused, UsageError
from omscli.workflows import backups


def test_a_backup_brings_the_books_back_and_keeps_those_it_replaced(shop: Shop) -> None:
    shop.order("1", {"MUG": 1})
    shop.route()
    before = shop.dump()
    copy = backups.make(shop.home)
    shop.order("2", {"MUG": 1})
    shop.close()
    taken, kept = backups.restore(shop.home, None)
    assert taken == copy.path
    assert sorted(shop.dump().split("\n")) == sorted(before.split("\n"))
    assert kept is not None
    assert kept.is_file()
    assert backups.problems_of(kept) == []


def test_a_backup_is_complete_private_and_has_no_problems(shop: Shop) -> None:
    copy = backups.make(shop.home)
    assert copy.path.name == "oms-20260302T140000Z.db"
    assert copy.path.stat().st_mode & 0o077 == 0
    assert backups.verify(shop.home, copy.path.name).problems == []
    assert list(copy.path.parent.glob("*.tmp")) == []


def test_two_backups_of_one_second_are_two_files(shop: Shop) -> None:
    first, second = backups.make(shop.home), backups.make(shop.home)
    assert first.path != second.path
    assert {one.path for one in backups.listing(shop.home)} == {first.path, second.path}


def test_without_a_store_there_is_nothing_to_copy(shop: Shop) -> None:
    shop.close()
    shop.home.db.unlink()
    with pytest.raises(Refused, match="there is no store"):
        backups.make(shop.home)


def test_a_damaged_copy_is_never_put_in_the_place_of_the_store(shop: Shop) -> None:
    copy = backups.make(shop.home)
    before = shop.dump()
    data = bytearray(copy.path.read_bytes())
    data[4096 * 3 : 4096 * 6] = bytes(4096 * 3)
    copy.path.write_bytes(data)
    with pytest.raises(Refused, match="does not pass its checks"):
        backups.restore(shop.home, copy.path.name)
    assert shop.dump() == before


def test_a_file_that_is_no_store_is_refused(shop: Shop, tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("dear Ann", encoding="utf-8")
    with pytest.raises(Refused):
        backups.restore(shop.home, str(other))


def test_a_backup_nobody_made_is_not_found(shop: Shop) -> None:
    with pytest.raises(UsageError, match="there is no backup yet"):
        backups.find(shop.home, None)
    with pytest.raises(UsageError, match="there is no backup oms-1"):
        backups.find(shop.home, "oms-1")

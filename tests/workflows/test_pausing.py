"""Vacation: every channel offers nothing, and the truth again."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.conftest import NOW, Shop

from omscli.errors import UsageError
from omscli.workflows.channels import channel_rows, mark_uploaded
from omscli.workflows.looking import status
from omscli.workflows.pausing import Paused, pause, resume
from omscli.workflows.sync import SyncWish, sync

CHANNELS = {
    "shop": {"reader": "native", "upload": ["stock"]},
    "amazon": {"reader": "amazon", "prefix": "AM", "buffer": 2},
    "wix": {"reader": "wix"},
}


@pytest.fixture
def sells(make_shop: Callable[..., Shop]) -> Shop:
    """Two channels that know what there is, and one that takes no file."""
    shop = make_shop("main", channels=CHANNELS)
    shop.products("MUG", "CAP")
    shop.stock(main={"MUG": 10, "CAP": 3})
    sync(shop.home, shop.store, SyncWish())
    for name in ("shop", "amazon"):
        mark_uploaded(shop.home, shop.store, name, None)
    return shop


def waits(shop: Shop, channel: str) -> dict[str, str]:
    """What the one stock file that waits for a channel says; nothing where none waits."""
    rows = shop.store.files_out.pending(channel, "stock")
    if not rows:
        return {}
    (row,) = rows
    text = (shop.path / row["path"]).read_text(encoding="utf-8")
    found = csv.DictReader(io.StringIO(text), delimiter="\t" if row["path"].endswith(".txt") else ",")
    return {one["sku"]: one["quantity"] for one in found}


def go(shop: Shop, *names: str, until: str | None = None) -> Paused:
    return pause(shop.home, shop.store, names, until)


def test_every_channel_is_told_that_nothing_is_there_at_once(sells: Shop) -> None:
    done = go(sells)
    assert (done.changed, done.no_file) == (["shop", "amazon", "wix"], ["wix"])
    assert waits(sells, "shop") == waits(sells, "amazon") == {"CAP": "0", "MUG": "0"}
    assert sells.level("MUG", "main")["available"] == 10, "the stock itself is what it was"


def test_the_true_numbers_come_back(sells: Shop) -> None:
    go(sells)
    for name in ("shop", "amazon"):
        mark_uploaded(sells.home, sells.store, name, None)
    sells.stock(main={"MUG": 8})
    assert sync(sells.home, sells.store, SyncWish()).channels[0].rows == 0, "what came or went meanwhile is nobody's business"
    assert resume(sells.home, sells.store, ()).changed == ["shop", "amazon", "wix"]
    assert waits(sells, "shop") == {"CAP": "3", "MUG": "8"}
    assert waits(sells, "amazon") == {"CAP": "1", "MUG": "6"}


def test_a_pause_that_nobody_uploaded_leaves_nothing_behind(sells: Shop) -> None:
    go(sells)
    resume(sells.home, sells.store, ())
    assert waits(sells, "shop") == {}
    assert [path.name for path in (sells.path / "out").iterdir() if "stock-3" in path.name or "stock-4" in path.name] == []


def test_one_channel_pauses_alone(sells: Shop) -> None:
    go(sells, "amazon")
    assert waits(sells, "shop") == {}
    assert waits(sells, "amazon") == {"CAP": "0", "MUG": "0"}


def test_the_day_of_coming_back_is_known_before(sells: Shop) -> None:
    go(sells, "shop", until="2026-03-09")
    mark_uploaded(sells.home, sells.store, "shop", None)
    sells.at(NOW + timedelta(days=6))
    (feed,) = sync(sells.home, sells.store, SyncWish(("shop",))).channels
    assert (feed.rows, feed.paused) == (0, "paused until 2026-03-09")
    sells.at(NOW + timedelta(days=7))
    (feed,) = sync(sells.home, sells.store, SyncWish(("shop",))).channels
    assert (feed.rows, feed.paused) == (2, "")
    assert waits(sells, "shop") == {"CAP": "3", "MUG": "10"}


def test_sync_says_who_pauses(sells: Shop) -> None:
    go(sells, "amazon", until="2026-03-09")
    _, feed = sync(sells.home, sells.store, SyncWish()).channels
    assert feed.notices == ["paused until 2026-03-09: it offers nothing; oms channel resume amazon"]


def test_the_morning_screen_and_the_list_say_who_pauses(sells: Shop) -> None:
    go(sells, "amazon", until="2026-03-09")
    assert status(sells.home, sells.store)["paused"] == [{"channel": "amazon", "since": "2026-03-02T14:00:00Z", "until": "2026-03-09"}]
    rows = {row["channel"]: row["paused"] for row in channel_rows(sells.home, sells.store)}
    assert rows == {"shop": None, "amazon": {"since": "2026-03-02T14:00:00Z", "until": "2026-03-09"}, "wix": None}


def test_the_same_pause_again_changes_nothing_and_another_day_does(sells: Shop) -> None:
    go(sells)
    before = sells.dump()
    assert (go(sells).run, go(sells).changed) == (None, [])
    assert sells.dump() == before
    assert go(sells, "shop", until="2026-03-09").changed == ["shop"]
    resume(sells.home, sells.store, ())
    before = sells.dump()
    assert resume(sells.home, sells.store, ()).run is None
    assert sells.dump() == before


def test_a_day_that_has_come_and_a_channel_that_nobody_knows(sells: Shop) -> None:
    with pytest.raises(UsageError, match="--until 2026-03-02 is no day to come"):
        go(sells, until="2026-03-02")
    with pytest.raises(UsageError, match="no channel is called 'moon'"):
        go(sells, "moon")


def test_orders_still_come_in_and_go_out(sells: Shop) -> None:
    go(sells)
    sells.order("1", {"MUG": 2})
    sells.route()
    assert sells.sends("1") == {"main": {"MUG": 2}}


def test_a_channel_whose_list_is_unknown_is_told_by_hand(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main", channels={"web": {"reader": "shopify"}})
    shop.products("MUG")
    shop.stock(main={"MUG": 10})
    assert go(shop).no_file == ["web"]

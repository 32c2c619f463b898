"""The first day: the orders of before are taken in as done, and stay so whatever a later file says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.channels.test_cases import CASES, Case
from tests.conftest import ORDER, Shop, csv_text
from tests.workflows.test_every_channel import empty_shop_for

from omscli.workflows.looking import status
from omscli.workflows.notifying import notify
from omscli.workflows.sync import SyncWish, sync
from omscli.workflows.undo import undo

CASE_FOLDERS = [folder for folder in CASES if any("order_id" in item and "lines" in item for item in Case(folder).expected["items"])]
QUIET = {
    "to_route", "unroutable", "late", "due_today", "planned", "released", "ordered", "waiting", "held", "for_person", "to_tell", "mails", "mails_failed",
    "files", "uploads", "open", "ready", "pull_back",
}  # fmt: skip


def native(*orders: tuple[str, dict[str, int]], **columns: str) -> bytes:
    rows = [
        {"order_id": number, **ORDER, **columns, "line_id": str(n), "sku": sku, "title": sku, "quantity": units, "unit_price": "10.00"}
        for number, lines in orders
        for n, (sku, units) in enumerate(lines.items(), 1)
    ]
    return csv_text(rows)


@pytest.fixture
def first_day(shop: Shop) -> Shop:
    return shop


def test_there_are_old_orders_of_many_channels() -> None:
    assert len({folder.parent.name for folder in CASE_FOLDERS}) >= 12


@pytest.mark.parametrize("folder", CASE_FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_the_old_orders_of_every_channel_make_no_noise(make_shop: Callable[..., Shop], folder: Path) -> None:
    # Open, cancelled, unpaid, masked, sold over the counter, and nobody knows a single product.
    case = Case(folder)
    shop = empty_shop_for(make_shop, case, folder)
    (result,) = shop.take((case.path.name, case.data), history=True, date_order=case.context.get("date_order"))
    assert (result.held, result.for_person) == ([], [])
    assert result.counts["new"]
    found = status(shop.home, shop.store)
    assert found["counts"].pop("set_aside") == result.counts["rejected"]  # what could not be read is told of whenever it was sold
    assert {name: count for name, count in found["counts"].items() if count} == {}
    assert set(found["counts"]) >= QUIET
    assert (found["held"], found["questions"], found["uploads"], found["waiting"], found["places"]) == ([], [], [], [], [])
    tables = ("movement", "allocation", "shipment", "decision", "mail", "order_hold", "order_event", "outfile")
    assert [name for name in tables if shop.store.connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0]] == []  # noqa: S608
    assert {row[0] for row in shop.store.connection.execute("SELECT status FROM orders")} <= {"closed"}


def test_nothing_follows_from_old_orders(first_day: Shop) -> None:
    shop = first_day
    shop.take(("old.csv", native(("1", {"MUG": 2}), ("2", {"NOBODY": 1}))), history=True)
    before = shop.dump()
    assert shop.route().run is None
    assert notify(shop.home, shop.store).written == []
    assert shop.pick().run is None
    assert shop.dump() == before
    assert sync(shop.home, shop.store, SyncWish()).tracking == []
    assert shop.show("1")["status"] == "closed"


def test_an_old_order_in_the_export_of_the_next_day_is_not_sent_a_second_time(first_day: Shop) -> None:
    # The channel never heard that it was sent, so its exports go on calling it open.
    shop = first_day
    old = native(("1", {"MUG": 2}), ("2", {"MUG": 1}))
    shop.take(("old.csv", old), history=True)
    (result,) = shop.take(("orders.csv", old + native(("3", {"MUG": 1})).split(b"\n", 1)[1]))
    assert (result.counts["new"], result.counts["unchanged"]) == (1, 2)
    shop.take(("orders.csv", native(("1", {"MUG": 5}), city="Queens")))
    assert shop.show("1")["status"] == "closed"
    shop.route()
    assert (shop.sends("1"), shop.sends("3")) == ({}, {"main": {"MUG": 1}})


def test_an_order_that_is_being_worked_on_is_no_history(first_day: Shop) -> None:
    shop = first_day
    shop.take(("orders.csv", native(("1", {"MUG": 2}))))
    (result,) = shop.take(("old.csv", native(("1", {"MUG": 2}), ("2", {"MUG": 1}))), history=True)
    assert result.notices == ["1 orders are known already and stay as they are"]
    assert shop.show("1")["status"] == "open"
    shop.take(("orders.csv", native(("1", {"MUG": 3}))))
    assert shop.show("1")["lines"][0]["ordered"] == 3


def test_open_orders_that_were_taken_for_history_come_in_again_after_an_undo(first_day: Shop) -> None:
    shop = first_day
    (result,) = shop.take(("orders.csv", native(("1", {"MUG": 2}))), history=True)
    assert result.run is not None
    undo(shop.home, shop.store, result.run)
    shop.take(("orders.csv", native(("1", {"MUG": 2}))))
    shop.route()
    assert shop.sends("1") == {"main": {"MUG": 2}}

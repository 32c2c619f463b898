"""A morning costs what is open: none of its questions walks through what was ever sold, sent or written.

`python benchmarks/history.py` measures it with a million old orders.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.conftest import NOW, ORDER, Shop, csv_text

from omscli.workflows.channels import mark_uploaded
from omscli.workflows.importing import Wish, import_into
from omscli.workflows.labels import LabelWish, label_file
from omscli.workflows.looking import show_order, status
from omscli.workflows.notifying import notify
from omscli.workflows.promise_question import PromiseQuestion
from omscli.workflows.promising import PromiseDesk
from omscli.workflows.sync import SyncWish, sync
from omscli.workflows.why import why

# Tables that grow with every order; a product, a place or a SKU of a channel is no history.
HISTORY = {
    "orders", "order_line", "order_event", "order_hold", "decision", "promise", "shipment", "shipment_line", "allocation", "movement", "parcel",
    "parcel_item", "mail", "outfile", "outfile_parcel", "outfile_stock", "run", "pick", "place", "import_file", "set_aside",
}  # fmt: skip
# Indexes that hold only what is open; a walk through one of these is a walk through the work of today. The last one holds a row
# an upload, of which a channel has one or two a day.
OF_TODAY = (
    "orders_to_do", "order_hold_once", "order_event_for_person", "order_line_waiting", "shipment_to_do", "shipment_to_mail", "parcel_to_tell", "outfile_to_write",
    "outfile_to_take_away", "outfile_to_upload", "outfile_uploaded",
)  # fmt: skip
_FROM_A_DAY_ON = re.compile(
    r"USING (?:COVERING )?INDEX (shipment_by_ship_on \(ship_on>\?|movement_by_product \(product_id=\? AND location=\? AND at>\?|run_by_command \(command>\?|run_by_day \(started_at>\?|shipment_by_delivery \(delivered_on>\?|shipment_to_come \(shipped_at>\?|order_event_cancelled \(at>\?)"
)


def _walks(connection: sqlite3.Connection, sql: str) -> list[str]:
    """Steps of the plan that read more of a growing table than is asked for."""
    names = {name: name for name in HISTORY}
    names |= {alias: table for table, alias in re.findall(r"(?:FROM|JOIN) (\w+) (?:AS )?(\w+)", sql) if table in HISTORY}
    found = []
    for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}"):
        step = re.match(r"(SCAN|SEARCH) (\w+)(.*)", row[3])
        if step is None or names.get(step[2]) is None or any(name in step[3] for name in OF_TODAY) or _FROM_A_DAY_ON.search(step[3]):
            continue
        if step[1] == "SCAN" or ("(" in step[3] and "=?" not in step[3]):  # no brackets: the first or last row alone
            found.append(row[3])
    return found


@pytest.fixture
def asked(make_shop: Callable[..., Shop]) -> tuple[Shop, list[str]]:
    """A shop in the middle of a day, and the list in which every statement is kept that is asked from now on."""
    channels = {"shop": {"reader": "native", "upload": ["stock", "tracking"]}}
    feed = {"location": "main", "path": "feed.csv", "reader": "native", "quantity_is": "available", "max_drop_percent": 100}
    shop = make_shop("main", "side", channels=channels, stock_sync=[feed])
    shop.products("MUG", "CAP", SET={"components": "MUG:1|CAP:2"})
    shop.stock(main={"MUG": 9, "CAP": 3}, side={"MUG": 2})
    (shop.path / "feed.csv").write_bytes(csv_text([{"sku": "MUG", "location": "main", "on_hand": 9}]))
    for number, lines in enumerate(({"MUG": 2}, {"SET": 1}, {"CAP": 9}, {"MUG": 1}), 1):
        shop.order(str(number), lines)
    shop.route()
    shop.pick(orders=[1, 2])
    shop.ship("1")
    statements: list[str] = []
    shop.store.connection.set_trace_callback(statements.append)
    return shop, statements


def _morning(shop: Shop) -> None:
    home, store = shop.home, shop.store
    rows = [{"sku": "MUG", "location": "main", "on_hand": 12, "as_of": "2026-03-02T13:00:00Z"}]
    import_into(home, store, "stock.csv", csv_text(rows), Wish())
    order = {
        "order_id": "9",
        "placed_at": "2026-03-02T13:00:00Z",
        "line_id": "1",
        "sku": "MUG",
        "title": "Mug",
        "quantity": 1,
        "unit_price": "10.00",
    }
    import_into(home, store, "orders.csv", csv_text([ORDER | order]), Wish())
    shop.route()
    status(home, store)
    sync(home, store, SyncWish())
    shop.pick()
    label_file(home, store, LabelWish("pirateship"), lambda _: None)
    shop.ship("2", "T2")
    notify(home, store)
    mark_uploaded(home, store, "shop", None)
    show_order(home, store, "1")
    why(home, store, "1")
    for skus in (["MUG"], None):
        PromiseDesk(home, store, skus).answer(PromiseQuestion((("MUG", 1),), "US", "11201"))
    store.orders.listing({"status": "open"}, 50)
    store.orders.listing({"held": "yes", "waiting": "yes"}, 50)
    store.shipments.listing("released", "", "", 50)


def test_no_question_of_a_morning_walks_through_the_history(asked: tuple[Shop, list[str]]) -> None:
    shop, statements = asked
    _morning(shop)
    shop.store.connection.set_trace_callback(None)
    questions = {sql for sql in statements if re.match(r"(SELECT|UPDATE|DELETE|INSERT|WITH)\b", sql)}
    assert len(questions) > 100
    walks = {sql: found for sql in sorted(questions) if (found := _walks(shop.store.connection, sql))}
    assert walks == {}


def test_a_walk_would_be_seen(asked: tuple[Shop, list[str]]) -> None:
    connection = asked[0].store.connection
    assert _walks(connection, "SELECT h.id FROM shipment h WHERE h.state = 'planned'") == ["SCAN h"]
    assert _walks(connection, "SELECT key FROM mail") != []
    assert _walks(connection, "SELECT l.id FROM order_line l WHERE l.product_id > 1") != []
    assert _walks(connection, "SELECT l.id FROM order_line l WHERE l.product_id = 1") == []


def test_mails_and_files_are_due_once_also_after_years(asked: tuple[Shop, list[str]]) -> None:
    shop, _ = asked
    notify(shop.home, shop.store)
    assert status(shop.home, shop.store)["counts"]["to_tell"] == 0
    shop.ship("2", "T2")
    assert status(shop.home, shop.store)["counts"]["to_tell"] == 1
    shop.at(NOW + timedelta(days=61))
    assert status(shop.home, shop.store)["counts"]["to_tell"] == 0, "nobody will be told any more"
    assert notify(shop.home, shop.store).written == []

"""Runs are taken back by movements that compensate them, or it is said exactly why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import NOW, Shop, csv_text, rules_with

from omscli.errors import NotAllowed, UsageError
from omscli.workflows import orders as people
from omscli.workflows.channels import mark_uploaded
from omscli.workflows.labels import LabelWish, label_file
from omscli.workflows.notifying import notify
from omscli.workflows.pins import pin
from omscli.workflows.products import alias
from omscli.workflows.stock_changes import adjust, receive
from omscli.workflows.sync import SyncWish, sync
from omscli.workflows.undo import Undone, last_runs, undo


def last(shop: Shop) -> int:
    """The newest run that did something."""
    return int(last_runs(shop.home, shop.store, 1)[0]["run"])


def take_back(shop: Shop, run: int | None = None, **wish: Any) -> Undone:
    return undo(shop.home, shop.store, run or last(shop), **wish)


def refused(shop: Shop, run: int | None = None, **wish: Any) -> str:
    """Why a run cannot be taken back, and what to do; nothing changes by asking."""
    before = shop.dump()
    with pytest.raises(NotAllowed) as caught:
        take_back(shop, run, **wish)
    assert shop.dump() == before
    return f"{caught.value.message} — {caught.value.hint}"


def books(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    """What is true now: levels, lines, holds, what is expected, and the shipments that stand."""
    questions = {
        "levels": "SELECT product_id, location, on_hand, unavailable, allocated, safety_stock, bin FROM stock_level"
        " WHERE on_hand <> 0 OR allocated <> 0 OR bin IS NOT NULL ORDER BY 1, 2",
        "lines": "SELECT id, ordered, elsewhere, cancelled, allocated, shipped, backordered, backordered_at, expected_on FROM order_line ORDER BY 1",
        "orders": "SELECT id, status, city, postcode, payment, note, content_hash FROM orders ORDER BY 1",
        "holds": "SELECT order_id, kind, reason FROM order_hold WHERE ended_at IS NULL ORDER BY 1, 2",
        "questions": "SELECT order_id, what FROM order_event WHERE for_person = 1 AND settled_at IS NULL ORDER BY 1, 2",
        "shipments": "SELECT id, order_id, state, pick_id, shipped_at FROM shipment WHERE state <> 'cancelled' ORDER BY 1",
        "parcels": "SELECT p.id, p.carrier, p.service, p.tracking_number, p.cost FROM parcel p JOIN shipment h ON h.id = p.shipment_id"
        " WHERE h.state <> 'cancelled' ORDER BY 1",
        "expected": "SELECT id, expected_on, quantity, received FROM incoming_goods ORDER BY 1",
        "told": "SELECT channel, place, sku_key, quantity FROM stock_told ORDER BY 1, 2, 3",
        "pins": "SELECT order_id, location, since FROM order_pin ORDER BY 1",
        "returns": "SELECT l.*, g.state, g.fee FROM v_return_line l JOIN goods_return g ON g.id = l.return_id ORDER BY l.id",
        "came back": "SELECT id, returned FROM order_line WHERE returned > 0 ORDER BY 1",
        "refunds": "SELECT return_id, amount, fee FROM refund ORDER BY id",
        "names": "SELECT channel, alias_key, product_id FROM alias ORDER BY 1, 2",
    }
    return {name: [tuple(row) for row in shop.store.connection.execute(sql)] for name, sql in questions.items()}


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """Order 1 is on a pick list, 2 is planned, 3 waits for caps, 4 is held unpaid."""
    for number, lines in (("1", {"MUG": 2, "CAP": 1}), ("2", {"MUG": 1}), ("3", {"CAP": 5})):
        shop.order(number, lines)
    shop.order("4", {"MUG": 1}, payment="pending")
    shop.route()
    shop.pick(orders=[1])
    return shop


INBOUND = csv_text([{"sku": "CAP", "location": "main", "quantity": 4, "expected_on": "2026-03-09", "reference": "PO-1"}])
DEEDS: dict[str, Callable[[Shop], object]] = {
    "goods received": lambda shop: receive(shop.home, shop.store, "main", [("CAP", 4), ("MUG", 1)], ""),
    "units found": lambda shop: adjust(shop.home, shop.store, "main", [("MUG", 3)], "behind the shelf"),
    "units lost": lambda shop: adjust(shop.home, shop.store, "main", [("MUG", -3)], "broken"),
    "a count": lambda shop: shop.stock(main={"MUG": 25, "CAP": 4}),
    "a count with bins": lambda shop: shop.take(
        ("stock.csv", csv_text([{"sku": "MUG", "location": "main", "on_hand": 9, "bin": "B-7", "safety_stock": 1}]))
    ),
    "expected goods": lambda shop: shop.take(("inbound.csv", INBOUND)),
    "routing": lambda shop: (receive(shop.home, shop.store, "main", [("CAP", 9)], ""), shop.route()),
    "a hold": lambda shop: people.hold(shop.home, shop.store, "2", "odd"),
    "a hold of what is picked": lambda shop: people.hold(shop.home, shop.store, "1", "odd"),
    "a hold of what waits": lambda shop: people.hold(shop.home, shop.store, "3", "odd"),
    "a release": lambda shop: people.release(shop.home, shop.store, "4"),
    "a cancelled order": lambda shop: people.cancel(shop.home, shop.store, "1", "changed their mind"),
    "a cancelled order that waits": lambda shop: people.cancel(shop.home, shop.store, "3", "too late"),
    "an edit": lambda shop: people.edit(shop.home, shop.store, "2", {"city": "Queens", "note": "ring twice"}),
    "an edit that pays": lambda shop: people.edit(shop.home, shop.store, "4", {"payment": "paid"}),
    "a pin": lambda shop: pin(shop.home, shop.store, "2", "main"),
    "picking": lambda shop: shop.pick(),
    "shipping": lambda shop: shop.ship("1", "T9"),
    "a file of parcels": lambda shop: shop.take(
        ("t.csv", csv_text([{"shipment_or_order": "S-1", "carrier": "dhl", "tracking_number": "T9", "cost": "4.20"}]))
    ),
    "another name": lambda shop: alias(shop.home, shop.store, "MUG", "BECHER", "shop"),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_taken_back_at_once_was_never_so(busy: Shop, deed: str) -> None:
    before = books(busy)
    if deed == "routing":
        receive(busy.home, busy.store, "main", [("CAP", 9)], "")
        before = books(busy)
        busy.route()
    else:
        DEEDS[deed](busy)
    assert books(busy) != before
    run = last(busy)
    moved = busy.store.connection.execute("SELECT COUNT(*) FROM movement").fetchone()[0]
    done = take_back(busy, run)
    after = books(busy)
    hands = [row for row in after["questions"] if row not in before["questions"]]
    assert {**after, "questions": before["questions"]} == before
    assert [words for _, words in hands] == done.for_person or deed == "picking"
    assert busy.doctor() == []
    assert busy.store.connection.execute("SELECT COUNT(*) FROM movement").fetchone()[0] >= moved, "the ledger only grows"
    assert busy.store.connection.execute("SELECT undoes FROM run WHERE id = ?", (done.run,)).fetchone()[0] == run


@pytest.mark.parametrize("deed", DEEDS)
def test_what_was_taken_back_can_be_done_again(busy: Shop, deed: str) -> None:
    DEEDS[deed](busy)
    once = books(busy)
    take_back(busy)
    if deed == "routing":
        busy.route()
    else:
        DEEDS[deed](busy)
    again = books(busy)
    for name in ("levels", "lines", "told", "names"):
        assert again[name] == once[name], name
    assert len(again["shipments"]) == len(once["shipments"])


def test_a_reversal_names_the_row_that_it_takes_back(shop: Shop) -> None:
    adjust(shop.home, shop.store, "main", [("MUG", -2)], "broken")
    take_back(shop)
    rows = shop.store.connection.execute("SELECT id, kind, on_hand, reason, reverses FROM movement ORDER BY id DESC LIMIT 2").fetchall()
    assert [tuple(row)[1:4] for row in rows] == [("reversed", 2, "run 3 (stock adjust) was undone"), ("adjusted", -2, "broken")]
    assert rows[0]["reverses"] == rows[1]["id"]


# -- saying no


def test_a_run_that_was_undone_stays_so(shop: Shop) -> None:
    adjust(shop.home, shop.store, "main", [("MUG", -2)], "broken")
    run = last(shop)
    by = take_back(shop, run).run
    before = shop.dump()
    again = take_back(shop, run)
    assert (again.run, again.before) == (None, by)
    assert shop.dump() == before


def test_an_undo_is_not_undone(shop: Shop) -> None:
    adjust(shop.home, shop.store, "main", [("MUG", -2)], "broken")
    take_back(shop)
    assert refused(shop, 4) == "run 4 (undo) cannot be taken back: it took run 3 back — run the command again that was undone"


def test_a_run_that_nobody_knows(shop: Shop) -> None:
    with pytest.raises(UsageError, match="there is no run 99"):
        take_back(shop, 99)


def test_a_later_run_that_touched_the_same_order_is_named(busy: Shop) -> None:
    route = next(row["run"] for row in last_runs(busy.home, busy.store, 9) if row["command"] == "route")
    pick = last(busy)
    assert refused(busy, route) == (
        f"run {route} (route) cannot be taken back: run {pick} (pick) did something to order SH-1 since — undo that first: oms undo {pick}"
    )
    take_back(busy, pick)
    take_back(busy, route)
    assert busy.level("MUG", "main")["allocated"] == 0
    assert busy.show("1")["shipments"] == []
    assert busy.route().run is not None


def test_a_later_count_says_what_lies_there(shop: Shop) -> None:
    receive(shop.home, shop.store, "main", [("MUG", 40)], "")
    run = last(shop)
    shop.stock(main={"MUG": 48})
    assert refused(shop, run) == (
        f"run {run} (stock receive) cannot be taken back: run {run + 1} (import) counted MUG at main since"
        " — what lies there is known from that; correct it: oms stock adjust"
    )


def test_goods_that_were_promised_since_are_not_taken_away(shop: Shop) -> None:
    receive(shop.home, shop.store, "main", [("MUG", 5)], "")
    run = last(shop)
    shop.order("1", {"MUG": 12})
    shop.route()
    assert refused(shop, run) == (
        f"run {run} (stock receive) cannot be taken back: run {run + 2} (route) claims MUG at main since, and the goods would be missing"
        f" — undo that first: oms undo {run + 2}"
    )
    take_back(shop, run + 2)
    take_back(shop, run)
    assert shop.level("MUG", "main")["on_hand"] == 10


def test_goods_that_nobody_needs_are_taken_away_though_others_were_promised(shop: Shop) -> None:
    receive(shop.home, shop.store, "main", [("MUG", 40)], "a typing error")
    run = last(shop)
    shop.order("1", {"MUG": 2})
    shop.route()
    take_back(shop, run)
    assert shop.level("MUG", "main")["on_hand"] == 10


def test_received_goods_are_expected_again(busy: Shop) -> None:
    busy.take(("inbound.csv", INBOUND))
    receive(busy.home, busy.store, "main", [("CAP", 3)], "note 5")
    assert busy.store.stock.expected_rows(2, "main")[1]["received"] == 3
    take_back(busy)
    assert busy.store.stock.expected_rows(2, "main")[1]["received"] == 0


def test_expected_goods_that_came_in_part_stay_expected(busy: Shop) -> None:
    busy.take(("inbound.csv", INBOUND))
    run = last(busy)
    receive(busy.home, busy.store, "main", [("CAP", 3)], "")
    assert refused(busy, run).startswith(
        f"run {run} (import) cannot be taken back: run {run + 1} (stock receive) did something to the same"
    )


def test_products_are_corrected_by_another_file(shop: Shop) -> None:
    assert refused(shop, 1) == (
        "run 1 (import) cannot be taken back: what the products said before is not kept"
        " — correct the file and import it again: it replaces the columns that it has"
    )


def test_stock_files_for_channels_are_made_anew_and_not_taken_back(shop: Shop) -> None:
    sync(shop.home, shop.store, SyncWish())
    assert refused(shop).endswith("its files say what the stock is — oms sync makes them anew from the stock as it is now")


def test_a_run_that_only_noted_written_files_has_nothing_to_give_back(busy: Shop) -> None:
    (wrote,) = busy.store.connection.execute("SELECT MAX(id) FROM run").fetchone()
    assert "it only noted that files were written" in refused(busy, wrote)
    assert wrote not in {row["run"] for row in last_runs(busy.home, busy.store, 20)}


def test_what_an_older_oms_did_is_not_guessed(busy: Shop) -> None:
    run = last(busy)
    busy.store.connection.execute("INSERT INTO run_change (run_id, kind, subject) VALUES (?, 'older', '')", (run,))
    assert "an older oms made it, which did not note what was there before" in refused(busy, run)
    busy.store.connection.execute("INSERT INTO run_change (run_id, kind, subject) VALUES (?, 'older', '')", (run + 1,))
    assert last(busy) == run, "one that only wrote files is not listed"


# -- orders that came in


def test_orders_that_came_in_by_mistake_are_cancelled_and_may_come_in_anew(shop: Shop) -> None:
    shop.order("1", {"MUG": 2}, city="Wrong")
    done = take_back(shop)
    assert done.does == ["1 order that came in is cancelled, and may be imported again"]
    assert shop.show("1")["status"] == "cancelled"
    assert shop.show("1")["events"][-1]["what"] == "run 3 (import) was undone"
    result = shop.order("1", {"MUG": 3})
    assert result.counts["new"] == 1
    assert (shop.show("1")["id"], shop.show("1")["status"], shop.show("1")["lines"][0]["ordered"]) == ("SH-1", "open", 3)
    assert shop.show("SH-1-undone-3")["status"] == "cancelled"
    take_back(shop)
    assert shop.order("1", {"MUG": 4}).counts["new"] == 1


def test_a_dry_run_of_orders_that_were_taken_back_says_that_they_are_new(shop: Shop) -> None:
    shop.order("1", {"MUG": 2})
    take_back(shop)
    before = shop.dump()
    from tests.conftest import ORDER

    rows = [{"order_id": "1", **ORDER, "line_id": "1", "sku": "MUG", "title": "Mug", "quantity": 2, "unit_price": "10.00"}]
    (result,) = shop.take(("orders.csv", csv_text(rows)), dry_run=True)
    assert result.counts["new"] == 1
    assert shop.dump() == before


def test_orders_that_somebody_has_touched_stay(shop: Shop) -> None:
    shop.order("1", {"MUG": 2})
    run = last(shop)
    people.hold(shop.home, shop.store, "1", "odd")
    assert refused(shop, run) == (
        f"run {run} (import) cannot be taken back: run {run + 1} (order hold) did something to order SH-1 since"
        f" — undo that first: oms undo {run + 1}"
    )
    take_back(shop, run + 1)
    take_back(shop, run)


def test_a_file_that_changed_known_orders_is_not_taken_back(shop: Shop) -> None:
    shop.order("1", {"MUG": 2})
    shop.order("1", {"MUG": 3})
    assert refused(shop) == (
        "run 4 (import) cannot be taken back: it changed orders that were known before, and what they said is not kept"
        " — put them right one by one (oms order edit), or import the channel's newest file"
    )


def test_units_sold_over_the_counter_lie_there_again(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main", channels={"till": {"reader": "square", "location": "main"}, "shop": {"reader": "native"}})
    shop.products("MUG")
    shop.stock(main={"MUG": 5})
    head = "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,Customer Name,Customer Reference ID,Unit,Count,Itemization Type,Fulfillment Note,Token,Card Brand,PAN Suffix"
    row = "02/20/2026,10:00:00,Eastern Time (US & Canada),Mugs,Mug,2,Regular,MUG,,$20.00,$0.00,$20.00,$0.00,TX1,PAY1,Till,,,Payment,Main,,,,,ea,2,Physical Good,,TOK1,Visa,1234"
    (result,) = shop.take(("items.csv", f"{head}\n{row}\n".encode()))
    assert result.counts["new"] == 1, result.problems
    assert shop.level("MUG", "main")["on_hand"] == 3
    done = take_back(shop)
    assert "2 units sold over the counter lie there again" in done.does
    assert shop.level("MUG", "main")["on_hand"] == 5


# -- routing


def test_a_decision_that_was_taken_back_counts_no_longer(busy: Shop) -> None:
    busy.order("7", {"MUG": 1})
    busy.route()
    take_back(busy)
    assert busy.store.decisions.last_of(5) is None
    assert any("decided: routed" in event["what"] for event in busy.show("7")["events"]), "the history tells of it"
    assert busy.store.overview.counts("2026-03-02", "2026-02-23T00:00:00Z")["to_route"] == 1


def test_the_plan_before_stands_again(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main", "reno")
    shop.products("MUG")
    shop.stock(reno={"MUG": 3})
    shop.order("1", {"MUG": 2})
    shop.route()
    shop.stock(main={"MUG": 9})
    shop.route()
    assert shop.sends("1") == {"main": {"MUG": 2}}
    take_back(shop)
    assert shop.sends("1") == {"reno": {"MUG": 2}}
    assert shop.level("MUG", "reno")["allocated"] == 2
    assert shop.level("MUG", "main")["allocated"] == 0


def test_who_waited_first_still_waits_since_then(busy: Shop) -> None:
    since = books(busy)["lines"][3][7]
    assert since
    busy.at(NOW + timedelta(hours=1))
    receive(busy.home, busy.store, "main", [("CAP", 9)], "")
    busy.route()
    assert busy.show("3")["backordered"] == []
    take_back(busy)
    assert books(busy)["lines"][3][6:8] == (3, since)


# -- people


def test_a_hold_by_the_same_words_holds_again(shop: Shop) -> None:
    shop.order("1", {"MUG": 1})
    people.hold(shop.home, shop.store, "1", "odd")
    people.release(shop.home, shop.store, "1")
    people.hold(shop.home, shop.store, "1", "odd")
    assert shop.show("1")["status"] == "held"


def test_whoever_was_told_to_pull_goods_hears_that_they_are_wanted(busy: Shop) -> None:
    people.hold(busy.home, busy.store, "1", "odd")
    assert busy.store.overview.questions()[0]["what"].startswith("pull ")
    done = take_back(busy)
    assert done.for_person == ["leave S-1 on pick list P-1 at main: it is wanted after all"]
    assert [row["what"] for row in busy.store.overview.questions()] == done.for_person


def test_a_shipment_of_a_list_that_is_void_is_planned_again(busy: Shop) -> None:
    busy.order("9", {"MUG": 1})
    busy.route()
    busy.pick()
    pick = last(busy)
    people.hold(busy.home, busy.store, "9", "odd")
    hold = last(busy)
    take_back(busy, pick)
    take_back(busy, hold)
    assert [one["state"] for one in busy.show("9")["shipments"]] == ["planned"]


# -- picking


def test_a_pick_list_that_is_void_is_taken_away(busy: Shop) -> None:
    files = sorted(path.name for path in (busy.path / "out").iterdir())
    assert files == ["2026-03-02-main-P-1-pick.csv"]
    done = take_back(busy)
    assert done.for_person == ["pick list P-1 at main is void: take it back, and put back what was picked"]
    assert list((busy.path / "out").iterdir()) == []
    assert busy.show("1")["shipments"][0]["state"] == "planned"


def test_a_list_of_which_something_has_left_stands(busy: Shop) -> None:
    pick = last(busy)
    busy.ship("1")
    ship = last(busy)
    assert refused(busy, pick) == (
        f"run {pick} (pick) cannot be taken back: S-1 is shipped already (run {ship}) — if it has not left: oms shipment reopen S-1"
    )


def test_labels_that_may_have_been_bought_are_named(busy: Shop) -> None:
    pick = last(busy)
    label_file(busy.home, busy.store, LabelWish("pirateship", "", output="labels.csv"), [].append)
    labels = last(busy)
    assert "the label software may have its file already" in refused(busy, labels)
    assert take_back(busy, pick).warnings == ["labels.csv holds labels of S-1: void those that were bought"]


# -- mails


def test_a_mail_that_is_only_written_is_thrown_away_and_written_anew(busy: Shop) -> None:
    busy.ship("1")
    notify(busy.home, busy.store)
    assert len(list((busy.path / "outbox").iterdir())) == 2
    done = take_back(busy)
    assert done.does == ["2 mails thrown away; oms notify writes what is due anew"]
    assert list((busy.path / "outbox").iterdir()) == []
    assert len(notify(busy.home, busy.store).written) == 2


def test_a_mail_that_was_sent_cannot_be_called_back(busy: Shop) -> None:
    busy.ship("1")
    notify(busy.home, busy.store)
    busy.store.connection.execute("UPDATE mail SET state = 'sent', sent_at = '2026-03-02T14:00:00Z' WHERE event = 'shipped'")
    assert refused(busy).endswith(
        "the customer of SH-1 was told by mail at 2026-03-02T14:00:00Z — a mail that is out cannot be called back: write to the customer"
    )


def test_a_mail_that_somebody_took_from_the_outbox_counts_as_sent(busy: Shop) -> None:
    busy.ship("1")
    notify(busy.home, busy.store)
    next((busy.path / "outbox").glob("*shipped*")).unlink()
    assert "is no longer in outbox/: whoever took it has sent it" in refused(busy)


# -- uploads and names


def test_a_file_that_was_not_uploaded_after_all_waits_again(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main", channels={"shop": {"reader": "native", "upload": ["stock"]}})
    shop.products("MUG")
    shop.stock(main={"MUG": 5})
    sync(shop.home, shop.store, SyncWish())
    mark_uploaded(shop.home, shop.store, "shop", None)
    shop.stock(main={"MUG": 4})
    sync(shop.home, shop.store, SyncWish())
    mark_uploaded(shop.home, shop.store, "shop", None)
    before = books(shop)["told"]
    take_back(shop)
    assert (before[0][3], books(shop)["told"][0][3]) == (4, 5)
    assert [row["rows"] for row in shop.store.files_out.pending("shop")] == [1]


def test_a_file_that_a_newer_one_follows_stays_uploaded(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main", channels={"shop": {"reader": "native", "upload": ["stock"]}})
    shop.products("MUG")
    shop.stock(main={"MUG": 5})
    sync(shop.home, shop.store, SyncWish())
    mark_uploaded(shop.home, shop.store, "shop", None)
    marked = last(shop)
    shop.stock(main={"MUG": 4})
    sync(shop.home, shop.store, SyncWish())
    assert re.search(r"a newer stock file of shop was made from it by run \d+ — .*oms sync shop --all", refused(shop, marked))


def test_a_name_by_which_orders_were_read_stays(shop: Shop) -> None:
    shop.order("1", {"BECHER": 1})
    alias(shop.home, shop.store, "MUG", "BECHER", "shop")
    assert refused(shop).startswith("run 4 (product alias) cannot be taken back: order SH-1 is read by it")


# -- the list


def test_the_last_runs_are_listed_with_what_they_did_and_whether_they_can_be_undone(busy: Shop) -> None:
    rows = {row["command"]: row for row in last_runs(busy.home, busy.store, 20)}
    assert rows["pick"]["did"] == "1 pick list"
    assert rows["pick"]["can_undo"]
    assert rows["route"]["did"] == "3 shipments planned, allocated 6"
    assert rows["route"]["why_not"].startswith("run ")
    assert [row["run"] for row in last_runs(busy.home, busy.store, 3)] == [7 + 1, 7, 6]
    take_back(busy)
    rows = {row["command"]: row for row in last_runs(busy.home, busy.store, 20)}
    assert rows["undo"]["did"] == f"took run {rows['pick']['run']} back"
    assert rows["pick"]["undone_by"] == rows["undo"]["run"]


def test_nothing_was_done_yet(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main")
    assert last_runs(shop.home, shop.store, 20) == []


def test_a_dry_run_says_what_would_be_and_changes_nothing(busy: Shop) -> None:
    before = busy.dump()
    done = take_back(busy, dry_run=True)
    assert (done.run, done.does) == (None, ["1 shipment is planned again"])
    assert busy.dump() == before


def test_a_count_that_is_older_than_what_was_taken_back_is_right(shop: Shop) -> None:
    # Two mugs were booked as lost at three, somebody counted at four, and at five the loss was taken back: ten lay there.
    shop.at(NOW + timedelta(hours=1))
    adjust(shop.home, shop.store, "main", [("MUG", -2)], "lost")
    shop.at(NOW + timedelta(hours=3))
    take_back(shop)
    shop.take(("stock.csv", csv_text([{"sku": "MUG", "location": "main", "on_hand": 10, "as_of": "2026-03-02T16:00:00Z"}])))
    assert shop.level("MUG", "main")["on_hand"] == 10


def test_rules_with_places_that_are_gone(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main", "reno")
    shop.products("MUG")
    receive(shop.home, shop.store, "reno", [("MUG", 4)], "")
    shop.rules(rules_with(("main",)))
    take_back(shop)
    assert shop.level("MUG", "reno")["on_hand"] == 0


def test_units_that_a_rule_gave_up_are_owed_again(make_shop: Callable[..., Shop]) -> None:
    from tests.conftest import routing_with

    shop = make_shop("main", routing=routing_with({"rank": ["unfilled"], "else": {"backorder": "cancel"}}))
    shop.products("MUG")
    shop.stock(main={"MUG": 1})
    shop.order("1", {"MUG": 3})
    before = books(shop)
    shop.route()
    assert shop.show("1")["lines"][0]["cancelled"] == 2
    take_back(shop)
    assert books(shop) == before


def test_an_order_that_a_rule_holds_is_decided_again(make_shop: Callable[..., Shop]) -> None:
    from tests.conftest import routing_with

    shop = make_shop("main", routing=routing_with({"name": "Look", "when": {"units": {"over": 2}}, "hold": "many"}, {"name": "Rest"}))
    shop.products("MUG")
    shop.stock(main={"MUG": 5})
    shop.order("1", {"MUG": 3})
    before = books(shop)
    shop.route()
    assert shop.show("1")["status"] == "held"
    take_back(shop)
    assert books(shop) == before
    shop.route()
    assert shop.show("1")["status"] == "held", "the rule's word is no person's word"


def test_a_command_that_nobody_taught_to_be_undone_is_refused_in_words(shop: Shop) -> None:
    with shop.store.write("stock dance", NOW):
        shop.store.connection.execute("UPDATE location SET name = 'Moon'")
    assert refused(shop).endswith(
        "(stock dance) cannot be taken back: nothing is known that would make it undone — oms stock dance -h tells what else may be done"
    )


def test_claims_on_goods_that_a_count_found_missing_do_not_come_back(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main")
    shop.products("MUG", "CAP")
    shop.stock(main={"MUG": 1, "CAP": 1})
    shop.order("1", {"MUG": 1, "CAP": 1})
    shop.route()
    shop.stock(main={"CAP": 0})
    shop.route()
    before = shop.dump()
    with pytest.raises(NotAllowed, match="CAP at main is promised or set aside, and the goods would be missing"):
        take_back(shop)
    assert shop.dump() == before

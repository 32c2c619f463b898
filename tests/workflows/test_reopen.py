"""A shipment that had not left after all: until its parcel is with the carrier, it is here again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.conftest import NOW, Shop, csv_text
from tests.workflows.test_tracking_files import FIRST, SECOND, amazon_orders, tracking_file

from omscli.errors import NotAllowed
from omscli.workflows import orders as people
from omscli.workflows.channels import mark_uploaded
from omscli.workflows.notifying import notify
from omscli.workflows.returning import ReturnWish, approve, open_return
from omscli.workflows.returning_goods import Arrival, receive
from omscli.workflows.undo import last_runs, undo
from omscli.workflows.undo_shipments import Reopened, reopen


@pytest.fixture
def gone(shop: Shop) -> Shop:
    """One order of two mugs and a cap has left under T1."""
    shop.order("1", {"MUG": 2, "CAP": 1})
    shop.route()
    shop.pick()
    shop.ship("1", "T1")
    return shop


def again(shop: Shop, word: str = "S-1", **wish: bool) -> Reopened:
    return reopen(shop.home, shop.store, word, **wish)


def refused(shop: Shop, word: str = "S-1") -> str:
    before = shop.dump()
    with pytest.raises(NotAllowed) as caught:
        again(shop, word)
    assert shop.dump() == before
    return f"{caught.value.message} — {caught.value.hint}"


def test_the_goods_and_the_claim_are_back(gone: Shop) -> None:
    done = again(gone)
    assert (done.state, done.does) == ("released", ["S-1 is released again, its goods and its claim are back"])
    assert (gone.level("MUG", "main")["on_hand"], gone.level("MUG", "main")["allocated"]) == (10, 2)
    order = gone.show("1")
    assert order["status"] == "open"
    assert (order["lines"][0]["shipped"], order["lines"][0]["allocated"]) == (0, 2)
    (one,) = order["shipments"]
    assert (one["state"], one["shipped_at"], one["parcels"][0]["tracking_number"]) == ("released", None, None)
    assert order["events"][-1]["what"] == "S-1 had not left main: taken back"
    kinds = [row["kind"] for row in gone.store.stock.history(1)]
    assert kinds == ["reversed", "shipped", "allocated", "counted"]


def test_an_order_is_as_good_a_name_as_a_shipment(gone: Shop) -> None:
    assert again(gone, "1").shipment == "S-1"


def test_once_more_changes_nothing(gone: Shop) -> None:
    again(gone)
    before = gone.dump()
    assert again(gone).run is None
    assert gone.dump() == before


def test_it_leaves_again_under_another_number(gone: Shop) -> None:
    again(gone)
    gone.ship("S-1", "T2")
    assert gone.show("1")["status"] == "shipped"
    assert gone.level("MUG", "main")["on_hand"] == 8
    again(gone)
    gone.ship("S-1", "T3")
    assert gone.show("1")["shipments"][0]["parcels"][0]["tracking_number"] == "T3"


def test_the_run_that_sent_it_counts_as_undone(gone: Shop) -> None:
    run = last_runs(gone.home, gone.store, 1)[0]["run"]
    done = again(gone)
    assert undo(gone.home, gone.store, run).before == done.run


def test_the_mail_that_is_due_is_not_written(gone: Shop) -> None:
    again(gone)
    assert notify(gone.home, gone.store).written == []


def test_a_mail_that_lies_in_the_outbox_is_thrown_away(gone: Shop) -> None:
    notify(gone.home, gone.store)
    (path,) = (gone.path / "outbox").iterdir()
    again(gone)
    assert not path.exists()
    gone.ship("S-1", "T2")
    told = notify(gone.home, gone.store)
    assert [event for event, _, _ in told.written] == ["shipped"]
    assert b"T2" in (gone.path / told.written[0][2]).read_bytes()


def test_a_customer_who_was_told_is_told_anew_under_another_number(gone: Shop) -> None:
    notify(gone.home, gone.store)
    gone.store.connection.execute("UPDATE mail SET state = 'sent', sent_at = '2026-03-02T14:00:00Z'")
    assert refused(gone) == (
        "S-1 cannot be taken back: the customer of SH-1 was told by mail at 2026-03-02T14:00:00Z"
        " — if the parcel is still here all the same, say so with --yes"
    )
    assert again(gone, sure=True).warnings == ["the customer of SH-1 was told by mail at 2026-03-02T14:00:00Z"]
    gone.ship("S-1", "T2")
    notify(gone.home, gone.store)
    first, second = gone.store.connection.execute("SELECT state, message_id, event FROM mail ORDER BY id").fetchall()
    assert (first["state"], first["event"], second["event"]) == ("sent", "shipped (taken back)", "shipped")
    assert first["message_id"] != second["message_id"], "the same Message-ID would be thrown away as the same mail"


def test_what_left_before_today_is_with_the_carrier(gone: Shop) -> None:
    gone.at(NOW + timedelta(days=1))
    assert refused(gone) == (
        "S-1 cannot be taken back: S-1 left on 2026-03-02: its parcel is with the carrier by now"
        " — if the parcel is still here all the same, say so with --yes"
    )
    assert again(gone, sure=True).state == "released"


@pytest.mark.parametrize("state", ["delivered", "collected"])
def test_what_was_handed_over_stays_handed_over(gone: Shop, state: str) -> None:
    gone.store.connection.execute("UPDATE shipment SET state = ?", (state,))
    assert refused(gone) == f"S-1 cannot be taken back: shipment S-1 of order SH-1 is {state} — oms shipment show tells what became of it"


def test_goods_that_came_back_had_left(gone: Shop) -> None:
    open_return(gone.home, gone.store, ReturnWish("1", [("MUG", 1)], "whim"))
    approve(gone.home, gone.store, "R-1")
    receive(gone.home, gone.store, "R-1", Arrival("main"))
    assert "goods of shipment S-1 of order SH-1 came back" in refused(gone)


def test_what_is_held_takes_no_stock(shop: Shop) -> None:
    shop.order("1", {"MUG": 2, "CAP": 9})
    shop.route()
    shop.pick()
    shop.ship("1", "T1")
    people.hold(shop.home, shop.store, "1", "odd")
    assert refused(shop) == ("S-1 cannot be taken back: order SH-1 is held (odd), and what is held takes no stock — oms order release SH-1")


def test_what_was_never_sent_has_not_left(shop: Shop) -> None:
    shop.order("1", {"MUG": 2})
    shop.route()
    assert "is planned" in refused(shop)
    shop.pick()
    assert (again(shop).run, again(shop).state) == (None, "released")


def test_the_tracking_file_that_waits_is_made_anew_without_it(shop: Shop) -> None:
    shop.take(("orders.txt", amazon_orders((FIRST, {"MUG": 2}), (SECOND, {"MUG": 1}))))
    shop.route()
    shop.pick()
    shop.ship("S-1", "T1")
    shop.ship("S-2", "T2")
    done = again(shop)
    assert {row["order-id"] for row in tracking_file(shop)} == {SECOND}
    assert [feed.rows for feed in done.uploads] == [1]
    again(shop, "S-2")
    assert shop.store.files_out.pending("amazon", "tracking") == []
    assert list((shop.path / "out").glob("*tracking*")) == []
    shop.ship("S-1", "T1")
    assert {row["order-id"] for row in tracking_file(shop)} == {FIRST}


def test_a_channel_that_was_told_is_named(shop: Shop) -> None:
    shop.take(("orders.txt", amazon_orders((FIRST, {"MUG": 2}))))
    shop.route()
    shop.pick()
    shop.ship("S-1", "T1")
    (file,) = mark_uploaded(shop.home, shop.store, "amazon", None).files
    assert again(shop).warnings == [f"amazon was told of T1 by {file}: correct it there"]


def test_one_of_a_file_of_parcels_is_taken_back(shop: Shop) -> None:
    for number in ("1", "2", "3"):
        shop.order(number, {"MUG": 1})
    shop.route()
    shop.pick()
    rows = [{"shipment_or_order": f"S-{n}", "carrier": "post", "tracking_number": f"T{n}"} for n in (1, 2, 3)]
    shop.take(("tracking.csv", csv_text(rows)))
    run = last_runs(shop.home, shop.store, 1)[0]["run"]
    again(shop, "S-2")
    assert [shop.show(number)["status"] for number in ("1", "2", "3")] == ["shipped", "open", "shipped"]
    with pytest.raises(NotAllowed, match=r"run \d+ \(import\) cannot be taken back: shipment S-2 of it was taken back by run \d+"):
        undo(shop.home, shop.store, run)
    shop.take(("tracking.csv", csv_text(rows)))
    assert shop.show("2")["status"] == "shipped"


def test_a_second_number_is_taken_back_alone_and_first(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main")
    shop.products("MUG", BIG={"weight_g": 20000, "length_mm": 550, "width_mm": 380, "height_mm": 380})
    shop.stock(main={"BIG": 4})
    shop.order("1", {"BIG": 2})
    shop.route()
    shop.pick()
    shop.ship("S-1", "T1")
    first = last_runs(shop.home, shop.store, 1)[0]["run"]
    shop.ship("S-1", "T2")
    second = last_runs(shop.home, shop.store, 1)[0]["run"]
    with pytest.raises(NotAllowed, match=rf"run {second} \(ship\) did something to a parcel of it since"):
        undo(shop.home, shop.store, first)
    undo(shop.home, shop.store, second)
    assert [parcel["tracking_number"] for parcel in shop.show("1")["shipments"][0]["parcels"]] == ["T1", None]
    undo(shop.home, shop.store, first)
    assert shop.show("1")["status"] == "open"


def test_a_dropped_shipment_is_ordered_again(make_shop: Callable[..., Shop]) -> None:
    from tests.conftest import rules_with

    shop = make_shop(rules=rules_with({"acme": {"kind": "supplier", "email": "orders@acme.example", "pickup": False}}))
    shop.products("MUG")
    shop.stock(acme={"MUG": 3})
    shop.order("1", {"MUG": 1})
    shop.route()
    shop.pick()
    shop.ship("1", "T1")
    assert again(shop).state == "ordered"

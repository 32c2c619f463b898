"""Delays, arrivals, cancellations and returns: each told once, in time, and to nobody who need not hear of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.conftest import NOW, RULES, Shop

from omscli.errors import UsageError
from omscli.workflows import orders as desk
from omscli.workflows.delivering import deliver
from omscli.workflows.notifying import Told, notify
from omscli.workflows.returning import ReturnWish, approve, open_return
from omscli.workflows.returning_goods import Arrival, receive
from omscli.workflows.returning_labels import ReturnLabelWish, label
from omscli.workflows.returning_money import RefundWish, refund

MakeShop = Callable[..., Shop]


def tell(shop: Shop) -> list[str]:
    return [event for event, _, _ in notify(shop.home, shop.store).written]


def previews(shop: Shop) -> Told:
    return notify(shop.home, shop.store, dry_run=True)


def routed(shop: Shop, **columns: str) -> Shop:
    shop.order("1", {"MUG": 2}, **columns)
    shop.route()
    return shop


def test_what_leaves_in_time_is_no_delay(shop: Shop) -> None:
    routed(shop)
    assert tell(shop) == []


def test_what_did_not_leave_is_announced_the_next_morning_before_its_date_and_once(shop: Shop) -> None:
    routed(shop)
    arrives = shop.show("1")["shipments"][0]["arrives"]
    shop.at(NOW + timedelta(days=1, hours=-3))
    told = previews(shop)
    assert shop.home.now.date().isoformat() <= arrives
    assert [event for event, _, _ in told.written] == ["delayed"]
    assert "It was to arrive on Tuesday 3 March 2026." in told.previews[0].text
    assert "Now we expect it on Wednesday 4 March 2026." in told.previews[0].text
    assert tell(shop) == ["delayed"]
    assert tell(shop) == []
    shop.at(NOW + timedelta(days=2))
    assert tell(shop) == []
    shop.at(NOW + timedelta(days=4))
    assert tell(shop) == ["delayed"]


def test_a_plan_that_routing_moved_is_announced_too(shop: Shop) -> None:
    routed(shop)
    shop.at(NOW + timedelta(days=1))
    shop.route()
    assert tell(shop) == ["delayed"]


def test_the_day_that_the_channel_promised_counts(shop: Shop) -> None:
    routed(shop, deliver_by="2026-03-20")
    shop.at(NOW + timedelta(days=2))
    assert tell(shop) == []


def test_what_a_person_holds_is_not_announced(shop: Shop) -> None:
    routed(shop)
    shop.pick()
    desk.hold(shop.home, shop.store, "1", "call her")
    shop.at(NOW + timedelta(days=1))
    assert tell(shop) == []


def test_a_delay_of_last_month_is_told_to_nobody(shop: Shop) -> None:
    routed(shop)
    shop.at(NOW + timedelta(days=30))
    told = notify(shop.home, shop.store)
    assert told.written == []
    assert told.suppressed == [("delayed", "SH-1", "it happened 28 days ago; mails are for the last 7 days")]


def test_a_silent_parcel_is_announced_where_the_carriers_deliveries_are_heard_of(shop: Shop) -> None:
    for number in ("1", "2"):
        shop.order(number, {"MUG": 1})
    shop.route()
    shop.pick()
    shop.ship("1", "T1")
    shop.ship("2", "T2")
    assert tell(shop) == ["shipped", "shipped"]
    shop.at(NOW + timedelta(days=4))
    assert tell(shop) == []
    deliver(shop.home, shop.store, "1", "2026-03-03")
    assert tell(shop) == ["delivered", "delayed"]
    assert tell(shop) == []


def test_what_the_seller_cancels_is_told_and_what_the_shop_cancelled_is_not(shop: Shop) -> None:
    routed(shop)
    desk.cancel(shop.home, shop.store, "1", "she changed her mind")
    (mail,) = previews(shop).previews
    assert mail.subject == "Your order 1 from our shop is cancelled"
    assert "2 x MUG" in mail.text
    assert tell(shop) == ["cancelled"]
    assert tell(shop) == []
    shop.order("2", {"MUG": 1})
    shop.order("2", {"MUG": 1}, status="cancelled")
    assert tell(shop) == []


def test_a_return_is_told_at_each_step(shop: Shop) -> None:
    routed(shop)
    shop.pick()
    shop.ship("1")
    tell(shop)
    open_return(shop.home, shop.store, ReturnWish("1", [("MUG", 1)], "whim"))
    if shop.store.returns.load([1])[0]["state"] == "requested":
        assert tell(shop) == []
        approve(shop.home, shop.store, "R-1")
    assert tell(shop) == ["return_approved"]
    label(shop.home, shop.store, "R-1", ReturnLabelWish(carrier="post", tracking="BACK1"))
    assert "with post under the number BACK1" in previews(shop).previews[0].text
    assert tell(shop) == ["return_approved"]
    receive(shop.home, shop.store, "R-1", Arrival("main"))
    assert tell(shop) == ["return_received"]
    refund(shop.home, shop.store, "R-1", RefundWish())
    (mail,) = previews(shop).previews
    assert "we pay back 10.00 USD" in mail.text
    assert tell(shop) == ["refunded"]
    assert tell(shop) == []


def test_an_event_that_is_off_is_told_to_nobody_and_the_channel_has_the_first_word(make_shop: MakeShop) -> None:
    channels = {"shop": {"reader": "native", "mails": {"received": "outbox"}}}
    shop = make_shop("main", channels=channels, notify={**RULES["notify"], "events": {"received": "off", "delayed": "off"}})
    shop.products("MUG")
    shop.stock(main={"MUG": 9})
    routed(shop)
    assert tell(shop) == ["received"]
    shop.at(NOW + timedelta(days=1))
    assert tell(shop) == []


def test_more_mails_than_the_seller_allows_need_a_yes(make_shop: MakeShop) -> None:
    shop = make_shop("main", notify={**RULES["notify"], "max_per_run": 1, "events": {"received": "outbox"}})
    shop.products("MUG")
    shop.order("1", {"MUG": 1})
    shop.order("2", {"MUG": 1})
    with pytest.raises(UsageError, match="2 mails are due, more than 1 at once"):
        notify(shop.home, shop.store)
    assert len(notify(shop.home, shop.store, yes=True).written) == 2


def test_two_returns_of_one_order_on_one_day_have_a_file_each(shop: Shop) -> None:
    routed(shop)
    shop.pick()
    shop.ship("1")
    tell(shop)
    for wish in ("W1", "W2"):
        number = open_return(shop.home, shop.store, ReturnWish("1", [("MUG", 1)], "whim", reference=wish)).number
        approve(shop.home, shop.store, f"R-{number}")
    files = [path for event, _, path in notify(shop.home, shop.store).written if event == "return_approved"]
    assert len(set(files)) == len(files) == 2


def test_a_delay_that_is_left_out_is_not_left_out_anew_each_day(shop: Shop) -> None:
    routed(shop, email="")
    for days, left_out in ((1, 1), (2, 0)):
        shop.at(NOW + timedelta(days=days))
        assert len(notify(shop.home, shop.store).suppressed) == left_out

"""Each mail leaves once: with two senders at once, with senders that are killed, and with servers that say "later"."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from tests.conftest import NOW, ORDER, RULES, Shop, csv_text, rules_with

from omscli.outgoing import smtp
from omscli.outgoing.smtp import Outcome
from omscli.workflows.mail_sending import LEASE
from omscli.workflows.notifying import notify

MakeShop = Callable[..., Shop]
SERVER = {"host": "localhost", "port": 25, "tls": "none"}
MAILS = 400 if os.environ.get("OMS_TEST_FULL") else 60


def orders(make_shop: MakeShop, count: int, port: int = 25, **section: Any) -> Shop:
    """A shop whose customers are to be thanked for their orders."""
    rules = {**RULES["notify"], "events": {"received": "outbox"}, "max_per_run": 1000, "smtp": {**SERVER, "port": port}, **section}
    shop = make_shop("main", rules=rules_with(("main",), notify=rules))
    shop.products("MUG")
    rows = [
        {**ORDER, "order_id": str(n), "line_id": "1", "sku": "MUG", "title": "Mug", "quantity": 1, "unit_price": "1"}
        for n in range(1, count + 1)
    ]
    shop.take(("orders.csv", csv_text(rows)))
    return shop


def answers(monkeypatch: pytest.MonkeyPatch, *said: Outcome) -> list[str]:
    """A server that gives these answers one after another, the last one for ever."""
    asked: list[str] = []

    def send(_config: object, _data: bytes, *, recipient: str, **_more: object) -> Outcome:
        asked.append(recipient)
        return said[min(len(asked), len(said)) - 1]

    monkeypatch.setattr(smtp, "send", send)
    return asked


def state(shop: Shop) -> tuple[str, int, str | None]:
    row = shop.store.connection.execute("SELECT state, tries, next_at FROM mail").fetchone()
    return row["state"], row["tries"], row["next_at"]


def test_a_mail_that_another_sender_holds_is_left_to_it_until_its_claim_ends(make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = orders(make_shop, 1)
    sent_meanwhile = []

    def send(*_all: object, **_more: object) -> Outcome:
        monkeypatch.setattr(smtp, "send", lambda *_all, **_more: pytest.fail("sent twice"))
        sent_meanwhile.append(notify(shop.home, shop.store, send=True).sent)
        return Outcome("sent")

    monkeypatch.setattr(smtp, "send", send)
    assert notify(shop.home, shop.store, send=True).sent == 1
    assert sent_meanwhile == [0]


def test_a_sender_that_was_killed_is_followed_when_its_claim_has_ended(make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = orders(make_shop, 1)

    def killed(*_all: object, **_more: object) -> Outcome:
        raise KeyboardInterrupt

    monkeypatch.setattr(smtp, "send", killed)
    with pytest.raises(KeyboardInterrupt):
        notify(shop.home, shop.store, send=True)
    asked = answers(monkeypatch, Outcome("sent"))
    shop.at(NOW + LEASE - timedelta(minutes=1))
    assert notify(shop.home, shop.store, send=True).sent == 0
    shop.at(NOW + LEASE + timedelta(minutes=1))
    assert notify(shop.home, shop.store, send=True).sent == 1
    assert asked == ["ann@example.com"]


def test_later_is_tried_again_after_a_while_that_grows_and_given_up_after_three_days(
    make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = orders(make_shop, 1)
    asked = answers(monkeypatch, Outcome("retry", "the mail server said 451: later"))
    assert notify(shop.home, shop.store, send=True).failed == [("SH-1", "the mail server said 451: later")]
    assert state(shop) == ("written", 1, "2026-03-02T14:05:00Z")
    assert notify(shop.home, shop.store, send=True).failed == []
    shop.at(NOW + timedelta(minutes=5))
    notify(shop.home, shop.store, send=True)
    assert state(shop) == ("written", 2, "2026-03-02T14:15:00Z")
    shop.at(NOW + timedelta(days=4))
    (failed,) = notify(shop.home, shop.store, send=True).failed
    assert failed == ("SH-1", "given up after 3 tries: the mail server said 451: later")
    assert state(shop) == ("failed", 3, None)
    assert len(asked) == 3


def test_no_is_for_a_person_at_once(make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = orders(make_shop, 1)
    answers(monkeypatch, Outcome("failed", "the mail server said 550: no such user"))
    notify(shop.home, shop.store, send=True)
    assert state(shop) == ("failed", 1, None)


def test_events_that_say_send_go_out_by_themselves_and_nothing_else(make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answers(monkeypatch, Outcome("sent"))
    shop = orders(make_shop, 1, events={"received": "send"})
    shop.order("9", {"MUG": 1}, email="bo@example.com")
    shop.route()  # without stock: they wait, and are told so by a file only
    told = notify(shop.home, shop.store)
    assert sorted(event for event, _, _ in told.written) == ["backordered", "backordered", "received", "received"]
    assert told.sent == 2
    assert sorted(asked) == ["ann@example.com", "bo@example.com"]


@pytest.mark.parametrize(
    ("hours", "sent"), [(["09:00", "10:00"], 0), (["22:00", "09:01"], 0), (["22:00", "09:00"], 1), (["10:00", "12:00"], 1)]
)
def test_in_quiet_hours_of_the_shops_clock_nothing_is_sent(
    make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch, hours: list[str], sent: int
) -> None:
    answers(monkeypatch, Outcome("sent"))
    shop = orders(make_shop, 1, quiet_hours=hours)  # it is nine o'clock there
    told = notify(shop.home, shop.store, send=True)
    assert (len(told.written), told.sent, told.quiet) == (1, sent, not sent)


class Post:
    """A server that keeps what it takes."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - the library's name
        self.taken[message_from_bytes(envelope.content)["Message-ID"]] += 1
        return "250 taken"


@pytest.fixture
def post() -> Iterator[tuple[Post, int]]:
    from tests.outgoing.test_smtp import OnLocalhost

    handler = Post()
    controller: Controller = OnLocalhost(handler)
    controller.start()
    yield handler, controller.port
    controller.stop()


SENDER = """
import sys
from datetime import datetime
from pathlib import Path
from omscli.store.open import open_store
from omscli.workflows.home import Home
from omscli.workflows.notifying import notify
home = Home(Path(sys.argv[1]), Path(sys.argv[1]) / "oms.db", datetime.fromisoformat(sys.argv[2]), wait_s=30)
notify(home, open_store(home.db, wait_s=30), send=True)
"""


def test_two_senders_that_are_killed_at_any_moment_lose_nothing_and_double_only_what_was_in_flight(
    make_shop: MakeShop, post: tuple[Post, int]
) -> None:
    server, port = post
    shop = orders(make_shop, MAILS, port)
    shop.close()
    chance, killed, now = random.Random(8), 0, NOW  # noqa: S311 - chance is seeded, not secret
    for _ in range(40):
        both = [subprocess.Popen([sys.executable, "-c", SENDER, str(shop.path), now.isoformat()]) for _ in range(2)]
        time.sleep(chance.uniform(0.6, 1.6))
        for one in both:
            if one.poll() is None:
                one.send_signal(signal.SIGKILL)
                killed += 1
            one.wait()
        left = shop.store.connection.execute("SELECT COUNT(*) FROM mail WHERE state <> 'sent'").fetchone()[0]
        made = shop.store.connection.execute("SELECT COUNT(*) FROM mail").fetchone()[0]
        shop.close()
        if made == MAILS and not left:
            break
        now += LEASE + timedelta(minutes=1)
    assert len(server.taken) == MAILS
    assert killed > 1
    assert sum(server.taken.values()) - MAILS <= killed

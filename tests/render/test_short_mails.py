"""Every event has a subject, a text and a page, and none of them lets a buyer write HTML or a template."""

from __future__ import annotations

import pytest

from omscli.notify.events import EVENTS, notice
from omscli.notify.messages import Customer, Item, Kind, Message, Sender
from omscli.render.mail import render_mail

FACTS = {
    "promised": "2026-03-04", "expected": "2026-03-06", "cause": "not_left", "delivered_on": "2026-03-05",
    "number": "R-1", "carrier": "post", "tracking_number": "T9", "amount": "12.50 USD", "fee": "1.00 USD",
}  # fmt: skip
SHORT = [event for event in EVENTS if event not in ("shipped", "backordered")]


def mail(kind: Kind, name: str = "Ann Lee", title: str = "Enamel mug", **facts: str | None) -> Message:
    customer = Customer("SH-1", "1001", name, "ann@example.com")
    return notice(kind, customer, Sender("Mug Shop"), "S-1", [Item(title, 2, "blue"), Item("Pot", 1)], **{**FACTS, **facts})


@pytest.mark.parametrize("kind", SHORT)
def test_the_short_mails_in_words(kind: Kind, snapshot: object) -> None:
    text = render_mail(mail(kind))
    assert text.subject == snapshot
    assert text.text == snapshot
    assert text.html[text.html.index("<body>") :] == snapshot
    assert "\n\n\n" not in text.text


def test_a_delay_without_a_new_day_says_so() -> None:
    text = render_mail(mail("delayed", expected=None, cause="not_moving")).text
    assert "we hear nothing of a parcel of your order 1001 from Mug Shop from the carrier" in text
    assert "We cannot name a new day yet" in text


@pytest.mark.parametrize("kind", SHORT)
def test_a_buyers_text_is_only_ever_a_value(kind: Kind) -> None:
    text = render_mail(mail(kind, name="<script>{{ 7*7 }}</script>", title="{% raw %}<img src=x>"))
    assert "<script>" not in text.html
    assert "<img" not in text.html
    assert "{{ 7*7 }}" in text.text
    assert "49" not in text.text

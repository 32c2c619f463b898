"""The short mails: what they are about, and what each says. Pure; the wording is a template's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

from omscli.notify.delays import Delay
from omscli.notify.messages import Customer, Item, Kind, Message, Sender, common_data, item_data, message_key

EVENTS: tuple[Kind, ...] = get_args(Kind)
MODES = ("off", "outbox", "send")
DEFAULT_MODES: dict[str, str] = {event: "off" if event == "received" else "outbox" for event in EVENTS}
"""Every shop system confirms an order by itself; a second confirmation is for those that do not."""


def notice(
    kind: Kind, customer: Customer, sender: Sender, subject: str, items: Iterable[Item], version: object = 1, **facts: str | None
) -> Message:
    """A mail about one thing.

    Args:
        kind: The event.
        customer: Who gets it.
        sender: Who writes.
        subject: What it is about: an order, a shipment, a return. With `version` it makes the key.
        items: The goods that it is about.
        version: Another one is another mail.
        facts: What else the template shows, one line each; dates as ISO, money in words.
    """
    data: dict[str, Any] = {**common_data(customer, sender), "items": [item_data(item) for item in items]}
    data |= {name: None if value is None else " ".join(value.split()) for name, value in facts.items()}
    return Message(kind, message_key(kind, subject, version), customer.email.strip(), customer.language, data)


def delay_notice(customer: Customer, sender: Sender, delay: Delay, items: Iterable[Item]) -> Message:
    """What comes later than told, and when. The new date is the version; "nobody can say" is one too."""
    day = delay.expected.isoformat() if delay.expected else None
    return notice(
        "delayed", customer, sender, customer.order_id, items, day or "unknown",
        promised=delay.promised.isoformat(), expected=day, cause=delay.cause,
    )  # fmt: skip

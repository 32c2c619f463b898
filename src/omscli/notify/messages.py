"""What an event means for the customer: a mail and what it says, or the reason why none is written.

Pure: the wording is a template's (`render.mail`), the sending is `outgoing`'s. The key of a message is event, subject and
version; the store takes a key once, and that is what makes a mail go out once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from omscli.carriers.tracking_urls import tracking_url

Kind = Literal[
    "received", "shipped", "delayed", "backordered", "delivered", "cancelled", "return_approved", "return_received",
    "refunded",
]  # fmt: skip

FRESH = timedelta(days=7)
"""Older events are history: a restored backup or a first import must not write to last year's customers."""
LOOK_BACK = timedelta(days=60)
"""Events before that are not even looked at."""

# These marketplaces confirm the shipping themselves; Amazon forbids its sellers to. The tracking number reaches the buyer
# through the upload file. A seller who knows better says `notify: true`.
_WRITE_THEMSELVES = {"amazon": "Amazon", "tiktok": "TikTok Shop", "walmart": "Walmart"}
_RELAYS = re.compile(r"@(marketplace\.amazon\.[a-z.]+|relay\.walmart\.com|[a-z0-9.]*\.?chat-seller\.tiktok\.com)$", re.IGNORECASE)
_ONE_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Why no mail is written: a word for programs and a sentence for the seller."""

    code: Literal["channel", "no_address", "masked", "relay", "old"]
    words: str


@dataclass(frozen=True, slots=True)
class Customer:
    """Who gets the mail. `order_number` is the one that the buyer knows, `order_id` our own."""

    order_id: str
    order_number: str
    name: str
    email: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, as the customer knows the shop. `contact` is an address or a number; empty: "just reply"."""

    shop_name: str
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """Some units of one article, in the words of the catalogue."""

    title: str
    quantity: int
    options: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """Units that come separately; `expected_on` (ISO) is None while nobody knows."""

    item: Item
    expected_on: str | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """One box on its way. `tracking_url` is the carrier's pattern with `{number}`, empty where there is none."""

    carrier: str
    tracking_number: str
    items: tuple[Item, ...]
    tracking_url: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A mail that is to be written once. `data` holds JSON values only, so it can be stored and rendered again."""

    kind: Kind
    key: str
    recipient: str
    language: str
    data: dict[str, Any]


def message_key(kind: Kind, subject: str, version: object = 1) -> str:
    """The idempotency key: the same event about the same thing is the same mail, until its version rises."""
    return f"{kind}:{subject}:{version}"


def why_suppressed(email: str, *, happened: datetime, now: datetime, channel_notify: bool | None, reader: str = "") -> Suppressed | None:
    """The reason why this customer gets no mail, or None.

    `channel_notify` is what the seller wrote for the channel, None where nothing; `reader` names the marketplace's format.
    """
    if channel_notify is False:
        return Suppressed("channel", "the channel says `notify: false`")
    if channel_notify is None and reader in _WRITE_THEMSELVES:
        return Suppressed("channel", f"{_WRITE_THEMSELVES[reader]} writes to its buyers itself; `notify: true` for the channel overrules")
    by_address = _why_not_to(email.strip())
    if by_address:
        return by_address
    if channel_notify is None and _RELAYS.search(email.strip()):
        return Suppressed("relay", "the address is a marketplace's relay, and the marketplace writes itself")
    if now - happened > FRESH:
        return Suppressed("old", f"it happened {(now - happened).days} days ago; mails are for the last {FRESH.days} days")
    return None


def _why_not_to(address: str) -> Suppressed | None:
    if not address:
        return Suppressed("no_address", "the order has no e-mail address")
    if "*" in address:
        return Suppressed("masked", "the channel masked the e-mail address")
    if not _ONE_ADDRESS.fullmatch(address):
        return Suppressed("no_address", "what stands for the e-mail address is not one address")
    return None


def shipping_confirmation(
    customer: Customer,
    sender: Sender,
    shipment: str,
    parcels: Sequence[Parcel],
    later: Sequence[Later] = (),
    *,
    arrives: str | None = None,
    version: int = 1,
) -> Message:
    """What is in which parcel, how to follow it, and what comes separately and when. `arrives` is an ISO date."""
    data = {
        **common_data(customer, sender),
        "shipment": shipment,
        "parcels": [
            {
                "carrier": _line(parcel.carrier),
                "tracking_number": _line(parcel.tracking_number),
                "url": tracking_url(parcel.tracking_url, parcel.tracking_number) or "",
                "items": [item_data(item) for item in parcel.items],
            }
            for parcel in parcels
        ],
        "later": [_later(one) for one in later],
        "arrives": arrives,
    }
    return Message("shipped", message_key("shipped", shipment, version), customer.email.strip(), customer.language, data)


def backorder_alert(
    customer: Customer, sender: Sender, waiting: Sequence[Later], ready: Sequence[Item] = (), *, version: int = 1
) -> Message:
    """Which items wait and until when, and what ships meanwhile. A new date is a new version."""
    data = {
        **common_data(customer, sender),
        "waiting": [_later(one) for one in waiting],
        "ready": [item_data(item) for item in ready],
    }
    key = message_key("backordered", customer.order_id, version)
    return Message("backordered", key, customer.email.strip(), customer.language, data)


def common_data(customer: Customer, sender: Sender) -> dict[str, Any]:
    """What every template may show."""
    return {
        "shop_name": _line(sender.shop_name),
        "contact": _line(sender.contact),
        "name": _line(customer.name),
        "order_id": customer.order_id,
        "order_number": _line(customer.order_number),
    }


def item_data(item: Item) -> dict[str, Any]:
    """Some units of one article for a template."""
    return {"title": _line(item.title), "options": _line(item.options), "quantity": item.quantity}


def _later(later: Later) -> dict[str, Any]:
    return {**item_data(later.item), "expected_on": later.expected_on}


def _line(text: str) -> str:
    """A line break in a name could make a mail say what the shop never wrote."""
    return " ".join(text.split())

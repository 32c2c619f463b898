"""An order as one file tells it, before the store has seen it.

Files differ in what they know. A report without addresses must not blank an address that another file brought, so every
order says which of its parts its file is `silent` about; what is silent leaves stored data as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from omscli.base.address import Address

STATES = ("open", "fulfilled", "cancelled", "sold", "ignored", "unknown")
PAYMENTS = ("paid", "pending", "refunded", "partially_refunded", "voided", "unknown")

# Parts of an order that a file may say nothing about.
SILENT_PARTS = frozenset({"ship_to", "lines", "prices", "email", "payment", "service", "note", "tags", "totals"})


@dataclass(slots=True)
class IncomingLine:
    """One line of the file. Money in minor units of the order's currency, None where the file does not say."""

    line_id: str  # the channel's own id; "" where it has none, and `orders.identity` gives one from the content
    sku: str
    title: str
    quantity: int
    to_ship: int  # units the channel says are still owed; 0 for gift cards, services and what was sent or paid back
    unit_price: int | None = None
    discount: int | None = None
    tax: int | None = None
    note: str = ""  # personalisation, gift message

    def as_json(self) -> dict[str, Any]:
        """The public form of a line."""
        return {
            "line_id": self.line_id,
            "sku": self.sku,
            "title": self.title,
            "quantity": self.quantity,
            "to_ship": self.to_ship,
            "unit_price": self.unit_price,
            "discount": self.discount,
            "tax": self.tax,
            "note": self.note,
        }


@dataclass(slots=True)
class IncomingOrder:
    """One order of one file. Instants are UTC text, dates ISO text, money minor units of `currency`."""

    channel: str
    order_id: str  # the number that buyer and seller see
    placed_at: str
    state: str  # one of STATES
    payment: str  # one of PAYMENTS
    currency: str
    lines: list[IncomingLine]
    ship_to: Address = field(default_factory=Address)
    raw_status: str = ""  # the channel's own word, kept where `state` is `unknown`
    email: str = ""
    service: str = ""  # as the channel words it
    ship_by: str | None = None
    deliver_by: str | None = None
    pickup_location: str | None = None
    tags: tuple[str, ...] = ()
    note: str = ""
    shipping: int | None = None
    tax: int | None = None
    tax_included: bool | None = None
    discount: int | None = None
    total: int | None = None
    sold_at: str | None = None  # the store of an over-the-counter sale, as the channel names it
    other_ids: dict[str, str] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    doubts: tuple[str, ...] = ()  # reasons of the file itself why a person should look before it ships
    source_line: int = 0  # the file's line of its first row

    def as_json(self) -> dict[str, Any]:
        """The public form (`oms.import/1`); `channels.json_orders` reads it."""
        return {
            "channel": self.channel,
            "order_id": self.order_id,
            "placed_at": self.placed_at,
            "state": self.state,
            "payment": self.payment,
            "currency": self.currency,
            "service": self.service,
            "ship_by": self.ship_by,
            "deliver_by": self.deliver_by,
            "pickup_location": self.pickup_location,
            "email": self.email,
            "note": self.note,
            "tags": list(self.tags),
            "total": self.total,
            "shipping": self.shipping,
            "tax": self.tax,
            "tax_included": self.tax_included,
            "discount": self.discount,
            "raw_status": self.raw_status,
            "sold_at": self.sold_at,
            "other_ids": self.other_ids,
            "silent": sorted(self.silent),
            "doubts": list(self.doubts),
            "ship_to": self.ship_to.as_json(),
            "lines": [line.as_json() for line in self.lines],
        }

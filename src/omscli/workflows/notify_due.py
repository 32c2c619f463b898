"""What wants a mail, apart from shipments that left and lines that wait: delays, arrivals, cancellations, returns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from omscli.base.clock import as_instant, as_text
from omscli.base.money import decimal_text
from omscli.notify.delays import Delay, Expected, Part, delay_of, expected_days
from omscli.notify.events import DEFAULT_MODES, delay_notice, notice
from omscli.notify.messages import FRESH, LOOK_BACK, Customer, Item, Kind, Message, Sender, Suppressed, why_suppressed
from omscli.orders.stored import StoredOrder
from omscli.store.open import Store
from omscli.workflows.home import Home

_REPORTS = timedelta(days=30)  # a carrier of which no delivery was heard for so long reports none


@dataclass(slots=True)
class Due:
    """One event that wants a mail."""

    event: str
    order: StoredOrder
    shipment: int | None
    message: Message
    no_mail: Suppressed | None


def mode_of(home: Home, channel: str, event: str) -> str:
    """`off`, `outbox` or `send`: the channel's own word, else that for all channels, else ours."""
    own = home.settings.channels.get(channel)
    return (own.mails if own else {}).get(event) or home.settings.mail.events.get(event) or DEFAULT_MODES[event]


def customer_of(order: StoredOrder) -> Customer:
    """Whom to write to."""
    return Customer(order.ref, order.said.order_id, order.said.ship_to.name, order.said.email)


def sender_of(home: Home) -> Sender:
    """Who writes."""
    return Sender(home.settings.shop_name or "our shop", home.settings.mail.reply_to)


def no_mail_for(home: Home, order: StoredOrder, event: str, happened: datetime) -> Suppressed | None:
    """Why this customer hears nothing of it, or None."""
    channel = home.settings.channels.get(order.said.channel)
    if mode_of(home, order.said.channel, event) == "off":
        return Suppressed("channel", f"rules.yaml says `{event}: off`")
    return why_suppressed(
        order.said.email,
        happened=happened,
        now=home.now,
        channel_notify=channel.notify if channel else None,
        reader=channel.reader.split(".")[0] if channel else "",
    )


def short_mails(home: Home, store: Store, wanted: set[int] | None) -> list[Due]:
    """What happened within the last days; events that are off are not even noted."""
    since = as_text(home.now - FRESH)
    found: list[tuple[Kind, int, int, str, int | None]] = []
    for kind in _TELL:
        for order, subject, at, shipment in store.mail_events.happened(kind, since):
            if wanted is None or order in wanted:
                found.append((kind, order, subject, at, shipment))
    orders = store.orders.load({one[1] for one in found})
    due = []
    for kind, number, subject, at, shipment in found:
        one = orders[number]
        if mode_of(home, one.said.channel, kind) != "off":
            message = _TELL[kind](home, store, one, subject)
            due.append(Due(kind, one, shipment, message, no_mail_for(home, one, kind, as_instant(at))))
    return due


def delays(home: Home, store: Store, wanted: set[int] | None) -> list[Due]:
    """Orders that come later than they were promised, found from the dates of their shipments and today's."""
    rows = store.mail_events.undelivered(as_text(home.now - LOOK_BACK))
    parts = _parts(home, store, rows)
    today = home.now.date()
    expected = expected_days(parts.values(), home.now, store.mail_events.gone(today - timedelta(days=7)))
    of_order: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        if row["id"] in parts and (wanted is None or row["order_id"] in wanted):
            of_order[row["order_id"]].append(row)
    promised, told = store.mail_events.first_promises(of_order), store.mail_events.told_delays(of_order)
    late: dict[int, tuple[Delay, list[int]]] = {}
    for number, shipments in of_order.items():
        by = shipments[0]["deliver_by"]
        day = date.fromisoformat(by[:10]) if by else promised.get(number)
        delay = delay_of(day, [expected[row["id"]] for row in shipments], told.get(number)) if day else None
        if day and delay:
            late[number] = delay, [row["id"] for row in shipments if _is_late(expected[row["id"]], day)]
    orders = store.orders.load(late)
    return [_delay(home, store, orders[number], *one) for number, one in late.items()]


def _is_late(one: Expected, promised: date) -> bool:
    return one.day is None or one.day > promised


def _parts(home: Home, store: Store, rows: Iterable[Any]) -> dict[int, Part]:
    services = {(one.carrier, one.name): one for one in home.settings.services}
    reporting = store.mail_events.reporting_carriers((home.now - _REPORTS).date())
    found = {}
    for row in rows:
        place = home.settings.locations.get(row["location"])
        if place is not None:
            left = as_instant(row["shipped_at"]).astimezone(ZoneInfo(place.timezone)).date() if row["shipped_at"] else None
            found[row["id"]] = Part(
                row["id"], place, date.fromisoformat(row["ship_on"]), date.fromisoformat(row["arrives"]),
                services.get((row["carrier"], row["service"])), left, row["carrier"] in reporting,
            )  # fmt: skip
    return found


def _delay(home: Home, store: Store, order: StoredOrder, delay: Delay, shipments: list[int]) -> Due:
    items = [_shipped_item(line) for one in store.shipments.by_id(shipments) for line in one["lines"]]
    message = delay_notice(customer_of(order), sender_of(home), delay, items)
    # What was promised for last month is history; what is promised for tomorrow happens now.
    happened = min(home.now, datetime.combine(delay.promised, time(23, 59), UTC))
    return Due("delayed", order, None, message, no_mail_for(home, order, "delayed", happened))


def _shipped_item(line: dict[str, Any]) -> Item:
    return Item(line["title"] or line["sku"], line["quantity"])


def _of_order(kind: Kind) -> Callable[[Home, Store, StoredOrder, int], Message]:
    def tell(home: Home, _store: Store, order: StoredOrder, subject: int) -> Message:
        counts = [(line, line.cancelled if kind == "cancelled" else line.owed) for line in order.lines]
        items = [Item(line.title, units) for line, units in counts if units]
        return notice(kind, customer_of(order), sender_of(home), order.ref, items, subject if kind == "cancelled" else 1)

    return tell


def _delivered(home: Home, store: Store, order: StoredOrder, subject: int) -> Message:
    (one,) = store.shipments.by_id([subject])
    items = map(_shipped_item, one["lines"])
    return notice("delivered", customer_of(order), sender_of(home), f"S-{subject}", items, delivered_on=one["delivered_on"])


def _approved(home: Home, store: Store, order: StoredOrder, subject: int) -> Message:
    (one,) = store.returns.load([subject])
    items = [Item(line["title"] or line["sku"], line["units"]) for line in one["lines"]]
    facts = {"number": f"R-{subject}", "carrier": one["carrier"], "tracking_number": one["tracking_number"]}
    # Once it has a label it is another mail: the first one had none to tell of.
    version = 2 if one["labelled_at"] else 1
    return notice("return_approved", customer_of(order), sender_of(home), f"R-{subject}", items, version, **facts)


def _received(home: Home, store: Store, order: StoredOrder, subject: int) -> Message:
    (one,) = store.returns.load([subject])
    titles = {line["sku"]: line["title"] or line["sku"] for line in one["lines"]}
    came = [row for row in one["receipts"] if row["disposition"] != "missing"]
    items = [Item(titles.get(row["sku"], row["sku"]), row["units"]) for row in came]
    # What comes in a second parcel is told again.
    return notice(
        "return_received",
        customer_of(order),
        sender_of(home),
        f"R-{subject}",
        items,
        max(row["run_id"] for row in came),
        number=f"R-{subject}",
    )


def _refunded(home: Home, store: Store, order: StoredOrder, subject: int) -> Message:
    one = next(row for row in store.returns.load(store.returns.of_order(order.id)) if any(paid["id"] == subject for paid in row["refunds"]))
    paid = next(row for row in one["refunds"] if row["id"] == subject)
    amount = f"{decimal_text(paid['amount'], paid['currency'])} {paid['currency']}"
    fee = f"{decimal_text(paid['fee'], paid['currency'])} {paid['currency']}" if paid["fee"] else None
    return notice("refunded", customer_of(order), sender_of(home), f"F-{subject}", (), number=f"R-{one['id']}", amount=amount, fee=fee)


_TELL: dict[Kind, Callable[[Home, Store, StoredOrder, int], Message]] = {
    "received": _of_order("received"),
    "delivered": _delivered,
    "cancelled": _of_order("cancelled"),
    "return_approved": _approved,
    "return_received": _received,
    "refunded": _refunded,
}

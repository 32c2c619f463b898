"""`oms notify`: the mails that are due, each once.

What is due is found from what happened: shipments that left, lines that wait, and the rest of `notify_due`. The event's key is taken in one transaction, the
file is written in the next one; a crash between the two is made good by the next run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from omscli.base.clock import as_instant, as_text
from omscli.carriers.tracking_urls import url_template
from omscli.errors import Refused, UsageError
from omscli.notify.messages import (
    LOOK_BACK,
    Item,
    Later,
    Parcel,
    backorder_alert,
    shipping_confirmation,
)
from omscli.orders.stored import StoredOrder
from omscli.outgoing.eml import Letter, build, message_id
from omscli.outgoing.files import write_whole
from omscli.render.mail import MailText, render_mail
from omscli.render.safe import safe_name
from omscli.store.open import Run, Store
from omscli.workflows.home import Home
from omscli.workflows.notify_due import Due, customer_of, delays, no_mail_for, sender_of, short_mails

PART = 50  # files written under one lock: others wait for no more than these


@dataclass(slots=True)
class Told:
    """What was written, sent and left out."""

    written: list[tuple[str, str, str]] = field(default_factory=list)  # (event, order, path)
    sent: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)  # (order, why)
    suppressed: list[tuple[str, str, str]] = field(default_factory=list)  # (event, order, why)
    previews: list[MailText] = field(default_factory=list)
    quiet: bool = False  # nothing was sent because of the time of day
    run: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The public form (`oms.notify/1`)."""
        return {
            "run": self.run,
            "written": [{"event": event, "order": order, "file": path} for event, order, path in self.written],
            "sent": self.sent,
            "quiet": self.quiet,
            "failed": [{"order": order, "reason": reason} for order, reason in self.failed],
            "suppressed": [{"event": event, "order": order, "reason": reason} for event, order, reason in self.suppressed],
        }


def notify(
    home: Home, store: Store, only: Iterable[int] | None = None, *, send: bool = False, yes: bool = False, dry_run: bool = False
) -> Told:
    """Write what is due into `outbox/`, and deliver what `send` or the rules say. Raises Refused without a sender in rules.yaml."""
    told = Told()
    if dry_run:
        with store.read():
            due = _due(home, store, only)
            told.suppressed = [(one.event, one.order.ref, one.no_mail.words) for one in due if one.no_mail]
            told.written = [(one.event, one.order.ref, "") for one in due if not one.no_mail]
            told.previews = [render_mail(one.message, home.path / "templates") for one in due if not one.no_mail]
        return told
    with store.write("notify", home.now, rules=home.rules) as run:
        due = _due(home, store, only)
        mails = sum(one.no_mail is None for one in due)
        most = home.settings.mail.max_per_run
        if mails > most and not yes:
            raise UsageError(f"{mails} mails are due, more than {most} at once", "if that is right: oms notify --yes")
        for one in due:
            _queue(home, store, one, run, told)
    told.run = run.id if run.changed else None
    _write_files(home, store, told)
    from omscli.workflows.mail_sending import is_quiet, send_due

    told.quiet = is_quiet(home)
    if not told.quiet:
        told.sent, failed = send_due(home, store, everything=send)
        told.failed += failed
    return told


# -- what is due


def _due(home: Home, store: Store, only: Iterable[int] | None) -> list[Due]:
    wanted = None if only is None else set(only)
    shipments = [
        row for row in store.outbox.shipped_without_mail(as_text(home.now - LOOK_BACK)) if wanted is None or row["order_id"] in wanted
    ]
    waiting: dict[int, list[Any]] = {}
    for row in store.outbox.waiting_orders():
        if wanted is None or row["order_id"] in wanted:
            waiting.setdefault(row["order_id"], []).append(row)
    orders = store.orders.load({row["order_id"] for row in shipments} | set(waiting))
    found = [_shipped(home, store, orders[row["order_id"]], row) for row in shipments]
    found += [_waiting(home, orders[number], rows) for number, rows in waiting.items() if not _by_choice(store, number)]
    found += [*short_mails(home, store, wanted), *delays(home, store, wanted)]
    taken = store.outbox.taken(one.message.key for one in found)
    return [one for one in found if one.message.key not in taken]


def _by_choice(store: Store, order: int) -> bool:
    """The goods may be there, and only may not be split, or a person tied the order to a place: “out of stock” would be a lie."""
    if store.pins.of(order) is not None:
        return True
    decision = store.decisions.last_of(order)
    rules = decision["reasons"].get("rules") if decision else None
    return bool(rules and rules[-1].get("in_stock"))


def _shipped(home: Home, store: Store, order: StoredOrder, row: Any) -> Due:
    (one,) = store.shipments.by_id([row["id"]])
    titles = {line["sku"]: line["title"] or line["sku"] for line in one["lines"]}
    urls = home.settings.tracking_urls
    numbered = [parcel for parcel in one["parcels"] if parcel["tracking_number"]]
    whole = tuple(Item(line["title"] or line["sku"], line["quantity"]) for line in one["lines"])
    parcels = []
    for parcel in numbered or one["parcels"][:1]:
        inside = tuple(Item(titles.get(sku, sku), units) for sku, units in parcel["items"].items())
        items = inside if len(numbered) > 1 else whole
        parcels.append(Parcel(parcel["carrier"], parcel["tracking_number"] or "", items, url_template(parcel["carrier"] or "", urls)))
    if not parcels:
        parcels = [Parcel("", "", whole)]
    later = [Later(Item(line.title, line.owed), line.expected_on if line.backordered else None) for line in order.lines if line.owed]
    version = 1 + store.outbox.taken_back(one["id"])
    message = shipping_confirmation(
        customer_of(order), sender_of(home), f"S-{one['id']}", parcels, later, arrives=one["arrives"], version=version
    )
    return Due("shipped", order, one["id"], message, no_mail_for(home, order, "shipped", as_instant(row["shipped_at"])))


def _waiting(home: Home, order: StoredOrder, rows: list[Any]) -> Due:
    waiting = [Later(Item(row["title"] or row["sku"], row["backordered"]), row["expected_on"]) for row in rows]
    ready = [Item(line.title, line.allocated) for line in order.lines if line.allocated]
    told = repr(sorted((row["sku"], row["expected_on"] or "") for row in rows))
    message = backorder_alert(customer_of(order), sender_of(home), waiting, ready)
    # What waits and until when is the version: a new date is told again, the same date never.
    key = f"backordered:{order.ref}:{sha256(told.encode()).hexdigest()[:12]}"
    return Due(
        "backordered",
        order,
        None,
        replace(message, key=key),
        no_mail_for(home, order, "backordered", as_instant(min(row["backordered_at"] for row in rows))),
    )


# -- writing and sending


def _queue(home: Home, store: Store, one: Due, run: Run, told: Told) -> None:
    row: dict[str, Any] = {
        "key": one.message.key, "event": one.event, "order_id": one.order.id, "shipment_id": one.shipment, "recipient": one.message.recipient,
        "at": run.at, "run_id": run.id,
    }  # fmt: skip
    if one.no_mail:
        store.outbox.add_mail({**row, "state": "suppressed", "reason": one.no_mail.words})
        told.suppressed.append((one.event, one.order.ref, one.no_mail.words))
        return
    sender = home.settings.mail.sender
    if not sender:
        raise Refused("rules.yaml names no sender of mails", 'add it:  notify: {from: "My Shop <orders@myshop.example>"}')
    number = message_id(one.message.key, sender)
    try:
        text = render_mail(one.message, home.path / "templates")
        data = build(
            Letter(text.subject, text.text, text.html), sender=sender, reply_to=home.settings.mail.reply_to, to=one.message.recipient, message_id=number,
            date=home.now,
        )  # fmt: skip
    except Refused as error:
        store.outbox.add_mail({**row, "state": "suppressed", "reason": error.message})
        store.orders.note(one.order.id, run.id, run.at, "the mail could not be put together", error.message, for_person=True)
        told.failed.append((one.order.ref, error.message))
        return
    which = f"S-{one.shipment}" if one.shipment else sha256(one.message.key.encode()).hexdigest()[:8]
    path = f"outbox/{run.at[:10]}-{one.event}-{safe_name(one.order.ref)}-{which}.eml"
    store.outbox.add_mail({**row, "state": "queued", "subject": text.subject, "message_id": number, "path": path, "content": data})


def _write_files(home: Home, store: Store, told: Told) -> None:
    """Every queued mail becomes a file, those of a run that crashed too.

    They are read, written and marked under the lock of the store, a part at a time: of several runs at once exactly one writes
    each. A crash in between leaves them queued, and the next run writes the same bytes to the same place.
    """
    while store.outbox.mails(["queued"], 1):
        with store.write("notify", home.now):
            queued = store.outbox.mails(["queued"], PART)
            for row in queued:
                write_whole(Path(row["path"]), row["content"], root=home.path)
                store.outbox.change_mail(row["id"], {"state": "written"})
        told.written += [(row["event"], store.orders.ref_of(row["order_id"]), row["path"]) for row in queued]

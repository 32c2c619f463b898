"""Delivering what lies in the outbox: claim, send, mark.

A claim ends by itself, so that of several senders one has each mail, and a mail whose sender was killed goes again under the same
Message-ID.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from omscli.base.clock import as_instant, as_text
from omscli.errors import Refused
from omscli.outgoing import smtp
from omscli.outgoing.smtp import Outcome, find_password
from omscli.store.open import Store
from omscli.workflows.home import Home
from omscli.workflows.notify_due import mode_of

LEASE = timedelta(minutes=10)
"""Longer than the longest talk with a server: each of its steps may take 20 seconds."""
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=6)
_MOST_TRIES, _LONGEST = 20, timedelta(days=3)


def is_quiet(home: Home) -> bool:
    """Whether the seller wants nothing sent at this time of the shop's day."""
    if home.settings.mail.quiet is None:
        return False
    start, end = home.settings.mail.quiet
    now: time = home.now.astimezone(ZoneInfo(home.settings.timezone)).time()
    return start <= now < end if start <= end else now >= start or now < end


def send_due(home: Home, store: Store, *, everything: bool) -> tuple[int, list[tuple[str, str]]]:
    """Deliver one after another. Returns how many were sent, and (order, why) of those that were not.

    Args:
        home: The folder, its rules and the time.
        store: The store.
        everything: Also what rules.yaml leaves in the outbox; otherwise the events that say `send`.

    Raises Refused for a set-up that cannot work; the mail that met it first stays as it was.
    """
    if not everything and not _any_goes_by_itself(home):
        return 0, []
    clock = _clock(home)
    due = store.outbox.to_send(as_text(clock()))
    if not everything:
        due = [row for row in due if mode_of(home, row["channel"], row["event"]) == "send"]
    mail, sent, failed = home.settings.mail, 0, []
    if not due:
        return 0, []
    if not mail.smtp:
        raise Refused("rules.yaml names no mail server", "add `smtp:` under `notify:`, or send the files of outbox/ yourself")
    password = find_password(mail.smtp, home.path)
    for row in due:
        claim = {"state": "sending", "tries": row["tries"] + 1, "next_at": as_text(clock() + LEASE)}
        with store.write("notify", home.now):
            if not store.outbox.claim(row["id"], (row["state"], row["tries"]), claim):
                continue  # another oms has it
        mine = ("sending", row["tries"] + 1)
        content = store.outbox.content(row["id"])
        try:
            outcome = smtp.send(mail.smtp, content, sender=mail.sender, recipient=row["recipient"], password=password)
        except Refused:
            with store.write("notify", home.now):
                store.outbox.claim(row["id"], mine, {"state": "written", "tries": row["tries"], "next_at": None})
            raise
        after = _after(row, outcome, clock())
        with store.write("notify", home.now):
            store.outbox.claim(row["id"], mine, after)
        if outcome.state == "sent":
            sent += 1
        else:
            failed.append((store.orders.ref_of(row["order_id"]), after["reason"]))
    return sent, failed


def _any_goes_by_itself(home: Home) -> bool:
    """Where every mail waits in the outbox, nobody walks through all that ever lay there."""
    settings = home.settings
    return any("send" in said.values() for said in (settings.mail.events, *(one.mails for one in settings.channels.values())))


def _clock(home: Home) -> Callable[[], datetime]:
    """The time as it goes on: `home.now` is when oms was started, and many mails take longer than a claim lasts."""
    began = monotonic()
    return lambda: home.now + timedelta(seconds=monotonic() - began)


def _after(row: Any, outcome: Outcome, now: datetime) -> dict[str, Any]:
    if outcome.state == "sent":
        return {"state": "sent", "sent_at": as_text(now), "next_at": None, "reason": ""}
    tries = row["tries"] + 1
    if outcome.state == "failed":
        return {"state": "failed", "reason": outcome.text, "next_at": None}
    if tries >= _MOST_TRIES or now - as_instant(row["at"]) > _LONGEST:
        return {"state": "failed", "reason": f"given up after {tries} tries: {outcome.text}", "next_at": None}
    wait = min(_FIRST_WAIT * 2 ** min(tries - 1, 10), _LONGEST_WAIT)
    return {"state": "written", "reason": outcome.text, "next_at": as_text(now + wait)}

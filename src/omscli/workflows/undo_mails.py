"""Taking mails back: what was only written is not sent; what was sent cannot be called back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from omscli.store.open import Run, Store
from omscli.workflows.home import Home
from omscli.workflows.taking_back import Case, Plan


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to think that it is too late, in words."""

    words: str


def doubts_of(home: Home, mails: Iterable[dict[str, Any]]) -> list[Doubt]:
    """Mails that the customer has, or may have: a file that is gone from `outbox/` was sent by whoever took it."""
    found = []
    for one in mails:
        if one["state"] == "sent":
            found.append(Doubt(f"the customer of {one['ref']} was told by mail at {one['sent_at']}"))
        elif one["state"] == "sending":
            found.append(Doubt(f"the mail of {one['ref']} is being sent, or was when oms was stopped"))
        elif one["state"] == "written" and not (home.path / one["path"]).is_file():
            found.append(Doubt(f"the mail of {one['ref']} is no longer in outbox/: whoever took it has sent it"))
    return found


def take_mails_back(store: Store, mails: Iterable[dict[str, Any]], run: Run) -> None:
    """Their events count as not told, and are told anew when they happen again."""
    for one in mails:
        store.reversals.take_mail_back(one["id"], run.id, f"taken back by run {run.id}")


def notify_plan(case: Case) -> Plan:
    """Mails that lie in `outbox/` are thrown away, if none of the run was sent."""
    mails = case.store.reversals.mails(run=case.run)
    doubts = doubts_of(case.home, mails)
    if doubts:
        raise case.refuse(doubts[0].words, "a mail that is out cannot be called back: write to the customer")
    if not mails:
        raise case.refuse("its mails were taken back already", "there is nothing left to take back")
    written = [one for one in mails if one["state"] != "suppressed"]
    does = [f"{len(written)} mail{'' if len(written) == 1 else 's'} thrown away; oms notify writes what is due anew"]
    return Plan(lambda run: take_mails_back(case.store, mails, run), does, take_away=[one["path"] for one in written if one["path"]])

"""`oms shipment deliver`: the parcel arrived, and the day counts for what may come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from omscli.base.clock import as_instant, is_day
from omscli.errors import NotAllowed, UsageError
from omscli.store.open import Run, Store
from omscli.workflows.home import Home
from omscli.workflows.shipping import find_shipment
from omscli.workflows.taking_back import Case, Plan


@dataclass(frozen=True, slots=True)
class Delivered:
    """A shipment that arrived. `run` None: that was known."""

    shipment: str
    order: str
    delivered_on: str
    run: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The document `oms.shipment.deliver/1`, without its schema key and `dry_run`."""
        return {"shipment": self.shipment, "order": self.order, "delivered_on": self.delivered_on, "run": self.run}


def deliver(home: Home, store: Store, word: str, day: str | None = None, *, dry_run: bool = False) -> Delivered:
    """A shipment that left is with the customer since `day` (ISO; None: today on the seller's clock).

    Raises NotAllowed (exit 1) for one that has not left or that arrived on another day.
    """
    if day is not None and not is_day(day):
        raise UsageError(f"--on {day} is no date", "write it as 2026-03-05")
    if dry_run:
        with store.read():
            one, known = _meant(home, store, word, day)
            return Delivered(f"S-{one['id']}", one["ref"], known or day or home.today.isoformat())
    with store.write("shipment deliver", home.now, word, home.rules) as run:
        one, known = _meant(home, store, word, day)
        arrived = known or day or home.today.isoformat()
        if known is None:
            store.runs.keep(run.id, "shipment", one["id"], {"state": one["state"], "pick_id": one["pick_id"]}, one["order_id"])
            store.short_picks.deliver(one["id"], arrived)
            store.orders.note(one["order_id"], run.id, run.at, f"S-{one['id']} was delivered on {arrived}")
    return Delivered(f"S-{one['id']}", one["ref"], arrived, run.id if run.changed else None)


def _meant(home: Home, store: Store, word: str, day: str | None) -> tuple[dict[str, Any], str | None]:
    """The shipment, and the day of its arrival where that is known."""
    one = find_shipment(store, word)
    name = f"shipment S-{one['id']} of order {one['ref']}"
    if one["state"] == "delivered":
        if day is not None and day != one["delivered_on"]:
            raise NotAllowed(f"{name} was delivered on {one['delivered_on']}", "take that back first: `oms undo` lists the runs")
        return one, one["delivered_on"]
    if one["state"] != "shipped":
        hint = f"oms ship S-{one['id']}" if one["state"] in ("released", "packed", "ordered") else "`oms order show` says what became of it"
        raise NotAllowed(f"{name} is {one['state']}: it has not left", hint)
    left = as_instant(one["shipped_at"]).astimezone(ZoneInfo(home.settings.timezone)).date()
    arrived = date.fromisoformat(day) if day else home.today
    if not left <= arrived <= home.today:
        raise UsageError(f"{name} left on {left}: it cannot have arrived on {arrived}", f"a day from {left} to {home.today}")
    return one, None


def deliver_plan(case: Case) -> Plan:
    """The shipment is on its way again, as long as nothing of it came back."""
    ((number, _),) = case.store.runs.kept(case.run, "shipment").items()
    now = case.store.reversals.states([int(number)])[int(number)]
    if now["returned"]:
        raise case.refuse(f"goods of S-{number} came back", "it did arrive; what came back is in the book already")

    def act(run: Run) -> None:
        case.store.short_picks.not_delivered(int(number))
        case.store.orders.note(now["order_id"], run.id, run.at, f"S-{number} is on its way: {case.words} was undone")

    return Plan(act, [f"S-{number} is on its way again"])

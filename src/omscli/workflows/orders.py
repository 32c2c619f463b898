"""`oms order …`: what a person decides about one order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from typing import Any

from omscli.base.address import Address
from omscli.base.clock import is_day
from omscli.base.text import nearest
from omscli.errors import NotAllowed, UsageError
from omscli.orders.holds import STANDING, Hold, standing
from omscli.orders.identity import content_hash
from omscli.orders.incoming import PAYMENTS
from omscli.orders.stored import StoredOrder
from omscli.store.open import Store
from omscli.workflows.changes import cancel_rest, stop_shipments, would_pull
from omscli.workflows.home import Home
from omscli.workflows.import_orders import hold_policy


@dataclass(slots=True)
class Done:
    """What became of one order."""

    order: str
    what: str
    for_person: list[str] = field(default_factory=list)
    run: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The public form."""
        return {"order": self.order, "what": self.what, "for_person": self.for_person, "run": self.run}


def find_order(store: Store, word: str) -> int:
    """The order that is meant: our id, the channel's number, or `channel:number`.

    Raises UsageError (exit 2) for none, with the nearest id, and for several, with all of them.
    """
    found = store.orders.find(word)
    if len(found) == 1:
        return found[0][0]
    if not found:
        near = nearest(word, store.orders.some_refs())
        raise UsageError(f"there is no order {word}", f"did you mean {near}?" if near else "`oms order list` names them")
    raise UsageError(f"{word} is the number of {len(found)} orders", f"name one: {', '.join(row[1] for row in found)}")


def _load(store: Store, word: str) -> StoredOrder:
    number = find_order(store, word)
    return store.orders.load([number])[number]


def hold(home: Home, store: Store, word: str, reason: str, *, dry_run: bool = False) -> Done:
    """The order waits for a person and takes no stock. What lies on a pick list already is named."""
    if dry_run:
        with store.read():
            order = _load(store, word)
            _may_hold(order)
            return Done(order.ref, f"would be held: {reason}", would_pull(store, order.id, f"held: {reason}"))
    with store.write("order hold", home.now, word, home.rules) as run:
        order = _load(store, word)
        _may_hold(order)
        store.orders.set_holds(order.id, [Hold("person", reason)], ("person",), run.id, run.at)
        pulled = stop_shipments(store, order.id, run, f"held: {reason}")
        store.runs.keep_lines(run.id, (line.id for line in order.lines if line.backordered))
        for line in order.lines:
            if line.backordered:
                store.orders.change_line(line.id, {"backordered": 0, "backordered_at": None, "expected_on": None})
    return Done(order.ref, f"held: {reason}", pulled, run.id if run.changed else None)


def _may_hold(order: StoredOrder) -> None:
    if order.status not in ("open", "part_shipped"):
        raise NotAllowed(f"order {order.ref} is {order.status}: there is nothing to hold", "`oms order show` tells its story")


def release(home: Home, store: Store, word: str, *, dry_run: bool = False) -> Done:
    """End every hold of an order: a person has looked, and the same reasons do not come back."""
    if dry_run:
        with store.read():
            order = _load(store, word)
            live = store.orders.holds(order.id)
            _may_release(order, live)
            return Done(order.ref, _release_words(live))
    with store.write("order release", home.now, word, home.rules) as run:
        order = _load(store, word)
        live = store.orders.holds(order.id)
        _may_release(order, live)
        for row in live:
            store.runs.keep(run.id, "hold", row["id"], {}, order.id)
            store.orders.end_hold(row["id"], run.at, "person")
        for question in store.orders.questions(order.id):
            store.runs.keep(run.id, "question", question, {}, order.id)
        answered = store.orders.settle(order.id, run.at)
    what = _release_words(live) if live or not answered else f"{answered} question{'s' if answered > 1 else ''} settled"
    return Done(order.ref, what, run=run.id if run.changed else None)


def _may_release(order: StoredOrder, live: list[dict[str, Any]]) -> None:
    unknown = next((row for row in live if row["kind"] == "unknown_sku"), None)
    if unknown and order.status in ("open", "part_shipped"):
        raise NotAllowed(f"order {order.ref} cannot go on: {unknown['reason']}", "teach the SKU: oms product alias SKU ALIAS")


def _release_words(live: list[dict[str, Any]]) -> str:
    return f"released: {'; '.join(row['reason'] for row in live)}" if live else "nothing held it"


def cancel(home: Home, store: Store, word: str, reason: str, *, dry_run: bool = False) -> Done:
    """Cancel what has not left. Raises NotAllowed (exit 1) where everything has."""
    if dry_run:
        with store.read():
            order = _load(store, word)
            _may_cancel(order)
            return Done(order.ref, "would be cancelled", would_pull(store, order.id, reason))
    with store.write("order cancel", home.now, word, home.rules) as run:
        order = _load(store, word)
        if order.status == "cancelled":
            return Done(order.ref, "is cancelled already")
        _may_cancel(order)
        pulled = cancel_rest(store, order, run, reason)
    gone = sum(line.shipped for line in order.lines)
    what = f"cancelled, except {gone} units that have left" if gone else "cancelled"
    return Done(order.ref, what, pulled, run.id if run.changed else None)


def _may_cancel(order: StoredOrder) -> None:
    if order.status == "shipped":
        raise NotAllowed(
            f"order {order.ref} has left: it cannot be cancelled", "take it back when it returns; `oms order show` has its tracking number"
        )
    if order.status == "closed":
        raise NotAllowed(f"order {order.ref} was done elsewhere: there is nothing to cancel", "`oms order show` tells its story")


_MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
_LONGEST = 2000
_ADDRESS = tuple(one.name for one in fields(Address))


def _check(home: Home, name: str, value: str) -> None:
    """What a person types is checked as a file is. Raises UsageError (exit 2)."""
    if len(value) > _LONGEST or any(ord(letter) < 32 and letter != "\n" for letter in value):
        raise UsageError(f"{name} is too long or holds control characters", f"at most {_LONGEST} letters of plain text")
    if not value:
        return
    if name in ("ship_by", "deliver_by") and not is_day(value):
        raise UsageError(f"{name}={value} is no date", "write it as 2026-03-02")
    if name == "country" and not (len(value) == 2 and value.isalpha() and value.isupper()):
        raise UsageError(f"country={value} is no country", "two capital letters: US, CA, DE")
    if name == "payment" and value not in PAYMENTS:
        raise UsageError(f"payment={value} is unknown", ", ".join(PAYMENTS))
    if name == "email" and not _MAIL.fullmatch(value):
        raise UsageError("email is not one address", "for example --set email=ann@example.com")
    if name == "pickup_location":
        place = home.settings.locations.get(value)
        if place is None or not place.pickup:
            able = [code for code, one in home.settings.locations.items() if one.pickup]
            raise UsageError(f"nobody can collect at {value}", f"places with pickup: {', '.join(able) or 'none'}")


EDITABLE = (*_ADDRESS, "email", "note", "service", "ship_by", "deliver_by", "pickup_location", "tags", "payment")


def edit(home: Home, store: Store, word: str, values: dict[str, str], *, dry_run: bool = False) -> Done:
    """Mend an address, a service, a date, a SKU. Claims stay unless the address changes; holds are looked at again."""
    for name, value in values.items():
        _check(home, name, value)
    if dry_run:
        with store.read():
            order = _load(store, word)
            _edited(order, values)
            return Done(order.ref, f"would change {', '.join(values)}")
    with store.write("order edit", home.now, word, home.rules) as run:
        order = _load(store, word)
        said = _edited(order, values)
        if said == order.said:
            return Done(order.ref, "is like that already")
        words = [f"{name}: {_old(order, name)} → {value or 'none'}" for name, value in values.items()]
        pulled: list[str] = []
        if said.ship_to != order.said.ship_to or said.pickup_location != order.said.pickup_location:
            pulled = stop_shipments(store, order.id, run, "the address changed", keep=("packed",))
        before = store.orders.header(order.id)
        store.orders.change_header(order.id, said, content_hash(said))
        after = store.orders.header(order.id)
        store.runs.keep(run.id, "order", order.id, {name: value for name, value in before.items() if after[name] != value}, order.id)
        index = store.catalog.index()
        lines = store.orders.resolve_lines(order.id, index)
        unknown = {sku: index.nearest(sku) for sku, product in lines if product is None}
        holds = standing(said, unknown, hold_policy(home.settings)) if lines else []
        fresh, ended = store.orders.set_holds(order.id, holds, STANDING, run.id, run.at)
        if fresh:
            pulled += stop_shipments(store, order.id, run, fresh[0].reason)
        store.orders.note(order.id, run.id, run.at, "edited", "; ".join(words))
    what = f"changed {', '.join(values)}"
    if ended and not fresh:
        what += f"; no longer held ({', '.join(ended)})"
    if fresh:
        what += f"; held: {'; '.join(one.reason for one in fresh)}"
        pulled = [*pulled, *(f"held: {one.reason}" for one in fresh)]
    return Done(order.ref, what, pulled, run.id if run.changed else None)


def _old(order: StoredOrder, name: str) -> str:
    value = getattr(order.said.ship_to, name) if name in _ADDRESS else getattr(order.said, name)
    return (", ".join(value) if isinstance(value, tuple) else value) or "none"


def _edited(order: StoredOrder, values: dict[str, str]) -> Any:
    if order.status not in ("open", "part_shipped"):
        raise NotAllowed(f"order {order.ref} is {order.status}: editing it would change nothing", "`oms order show` tells its story")
    address = {name: value for name, value in values.items() if name in _ADDRESS}
    rest: dict[str, Any] = {name: (value or None) for name, value in values.items() if name in ("ship_by", "deliver_by", "pickup_location")}
    rest |= {name: value for name, value in values.items() if name in ("email", "note", "service", "payment")}
    if "tags" in values:
        rest["tags"] = tuple(tag.strip() for tag in values["tags"].split(",") if tag.strip())
    return replace(order.said, ship_to=replace(order.said.ship_to, **address), **rest)

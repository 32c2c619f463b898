"""`oms stock transfer new|send|receive|close|cancel`: own stock on its way from one place to another.

A draft claims nothing. What is sent has left the one place and is expected at the other; it arrives in full or in part, turns
round, or is written off with a reason, so that every transfer nets to nought or to a stated loss.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from omscli.base.clock import as_text
from omscli.errors import NotAllowed, UsageError
from omscli.stock.ledger import Movement, arrived, lost_on_the_way, sent
from omscli.store.open import Run, Store
from omscli.workflows.home import Home
from omscli.workflows.stock_changes import find_location, find_product

_ID = re.compile(r"(?:[Tt]-)?([0-9]{1,15})")
_ON_THE_WAY = ("in_transit", "part_received")
Items = list[tuple[str, int]]


@dataclass(slots=True)
class Step:
    """What one verb makes of a transfer. Without a `state` nothing changes."""

    words: list[str] = field(default_factory=list)  # what happened
    notes: list[str] = field(default_factory=list)  # what the seller should know besides
    moves: list[Movement] = field(default_factory=list)
    column: str = ""  # which count of the lines goes up
    booked: list[tuple[int, int]] = field(default_factory=list)  # (units, line)
    state: str = ""
    dates: dict[str, str] = field(default_factory=dict)  # sent_at, expected_on, closed_at


@dataclass(slots=True)
class Transferred:
    """A transfer after a step."""

    transfer: dict[str, Any]
    words: list[str]
    notes: list[str]
    run: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The public form (`oms.stock.transfer/1`)."""
        return {"run": self.run, "transfer": public(self.transfer), "words": self.words, "notes": self.notes}


def public(one: dict[str, Any]) -> dict[str, Any]:
    """A transfer as scripts see it."""
    return {
        "id": f"T-{one['id']}" if one["id"] else None,
        "from": one["from_location"],
        "to": one["to_location"],
        **{name: one[name] for name in ("state", "expected_on", "reason", "created_at", "sent_at", "closed_at")},
        "lines": [
            {name: line[name] for name in ("sku", "title", "units", "open", "received", "missing", "sent_back")} for line in one["lines"]
        ],
    }


def find_transfer(store: Store, word: str) -> dict[str, Any]:
    """The transfer that a person names: `T-3`, or `3`. Raises UsageError."""
    found = _ID.fullmatch(word.strip())
    known = store.transfers.load([int(found[1])]) if found else {}
    if not found or int(found[1]) not in known:
        raise UsageError(f"there is no transfer {word}", "`oms stock transfer list` names them")
    return known[int(found[1])]


# -- a new one


def new(
    home: Home, store: Store, places: tuple[str, str], items: Items, expected: str | None, reason: str, *, dry_run: bool = False
) -> Transferred:
    """A draft: what shall go from the one of `places` to the other. The same open draft again is not made twice.

    Raises UsageError for places that are none of ours, the same place twice, and kits, which have no stock of their own.
    """
    giver, taker = (_own_place(home, code) for code in places)
    if giver == taker:
        raise UsageError(f"{giver} is both ends of this transfer", "name two places with --from and --to")
    _not_past(home, expected)
    if dry_run:
        with store.read():
            return _draft(home, store, (giver, taker), items, expected, reason, None)
    with store.write("stock transfer new", home.now, f"{giver} {taker}", home.rules) as run:
        store.stock.keep_locations(home.settings.locations.values())
        made = _draft(home, store, (giver, taker), items, expected, reason, run)
    made.run = run.id if run.changed else None
    return made


def _draft(
    home: Home, store: Store, places: tuple[str, str], items: Items, expected: str | None, reason: str, run: Run | None
) -> Transferred:
    wanted = _wanted(store, items)
    for known in store.transfers.drafts():
        same = (known["from_location"], known["to_location"], known["expected_on"], known["reason"]) == (*places, expected, reason)
        if same and {line["product_id"]: line["units"] for line in known["lines"]} == wanted:
            words = f"T-{known['id']} is this draft already; next: oms stock transfer send T-{known['id']}"
            return Transferred(known, [words], [])
    notes = _shortages(home, store, places[0], wanted)
    if run is None:
        names = store.decisions.product_names(wanted)
        lines = [
            {"sku": names[one], "title": "", "units": units, "open": 0, "received": 0, "missing": 0, "sent_back": 0}
            for one, units in wanted.items()
        ]
        head = dict.fromkeys(("id", "created_at", "sent_at", "closed_at"))
        draft = {
            **head,
            "from_location": places[0],
            "to_location": places[1],
            "state": "draft",
            "expected_on": expected,
            "reason": reason,
            "lines": lines,
        }
        return Transferred(draft, [f"would draft {_units(lines, 'units')} from {places[0]} to {places[1]}"], notes)
    number = store.transfers.add(places, wanted.items(), expected, reason, run.id, run.at)
    made = store.transfers.load([number])[number]
    words = (
        f"T-{number} drafted: {_units(made['lines'], 'units')} from {places[0]} to {places[1]}; next: oms stock transfer send T-{number}"
    )
    return Transferred(made, [words], notes)


def _own_place(home: Home, code: str) -> str:
    place = find_location(home, code)
    if home.settings.locations[place].is_supplier:
        raise UsageError(f"{place} is a supplier: what lies there is not ours to move", "`oms stock receive` books in what it delivers")
    return place


def _not_past(home: Home, expected: str | None) -> None:
    if expected is not None and expected < home.today.isoformat():
        raise UsageError(f"--expected {expected} has passed", f"today is {home.today.isoformat()}")


def _wanted(store: Store, items: Items) -> dict[int, int]:
    """Units by product; a SKU that is named twice counts as the sum."""
    index = store.catalog.index()
    found: dict[int, int] = {}
    for sku, units in items:
        product = find_product(index, sku)
        found[product] = found.get(product, 0) + units
    names = store.decisions.product_names(found)
    for kit, parts in store.catalog.kits(found).items():
        raise UsageError(f"{names[kit]} is a kit and has no stock of its own", f"name its parts: {', '.join(sku for sku, _ in parts)}")
    return found


def _shortages(home: Home, store: Store, place: str, wanted: dict[int, int]) -> list[str]:
    """Words about each product of which less may leave the place than is wanted."""
    free = store.transfers.sendable(place, wanted, as_text(home.now))
    names = store.decisions.product_names(wanted)
    found = []
    for product, units in wanted.items():
        level = free.get(product, {"on_hand": 0, "free": 0})
        if level["free"] < units:
            kept = [
                f"{level[key]} {words}"
                for key, words in (
                    ("unavailable", "not sellable"),
                    ("allocated", "promised"),
                    ("held", "held"),
                    ("safety_stock", "safety stock"),
                )
                if level.get(key)
            ]
            there = ", ".join([f"{level['on_hand']} there", *kept])
            found.append(f"{place} has {max(level['free'], 0)} × {names[product]} to give away, {units} are wanted ({there})")
    return found


# -- the steps of one that is there


def send(home: Home, store: Store, word: str, expected: str | None, *, dry_run: bool = False) -> Transferred:
    """It leaves: gone from the one place, expected at the other. Raises NotAllowed where less is free than is wanted."""
    _not_past(home, expected)

    def decide(one: dict[str, Any]) -> Step:
        if one["state"] == "cancelled":
            raise NotAllowed(f"T-{one['id']} was cancelled", "make a new one: oms stock transfer new")
        if one["state"] != "draft":
            return Step([f"T-{one['id']} left on {one['sent_at'][:10]} already"])
        wanted = {line["product_id"]: line["units"] for line in one["lines"]}
        if short := _shortages(home, store, one["from_location"], wanted):
            raise NotAllowed("; ".join(short), f"send less: oms stock transfer cancel T-{one['id']}, then a new one")
        day = _due(home, expected or one["expected_on"])
        moves = [sent(line["product_id"], one["from_location"], line["units"], line["id"]) for line in one["lines"]]
        words = f"T-{one['id']} is on its way: {_units(one['lines'], 'units')} from {one['from_location']}, expected at {one['to_location']} on {day}"
        return Step(
            [f"{words}; when it is there: oms stock transfer receive T-{one['id']}"],
            moves=moves,
            state="in_transit",
            dates={"expected_on": day},
        )

    return _step(home, store, "send", word, decide, dry_run=dry_run)


def _due(home: Home, wanted: str | None) -> str:
    """The day it should be there: as the seller said, else after the usual days of rules.yaml."""
    if wanted is not None and wanted >= home.today.isoformat():
        return wanted
    return (home.today + timedelta(days=home.settings.transfers.days)).isoformat()


def receive(home: Home, store: Store, word: str, items: Items, *, dry_run: bool = False) -> Transferred:
    """All of it arrived, or these units. Raises NotAllowed before it was sent, and for more than is on its way."""

    def decide(one: dict[str, Any]) -> Step:
        name = f"T-{one['id']}"
        if one["state"] == "draft":
            raise NotAllowed(f"{name} has not been sent", f"first: oms stock transfer send {name}")
        if one["state"] not in _ON_THE_WAY:
            if items:
                raise NotAllowed(f"{name} is {_said(one['state'])}: nothing of it is on its way", _beyond(one, items))
            return Step([f"{name} is {_said(one['state'])} already"])
        came = _came(store, one, items) if items else {line["id"]: line["open"] for line in one["lines"] if line["open"]}
        rows = [(came[line["id"]], line) for line in one["lines"] if line["id"] in came]
        moves = [arrived(line["product_id"], one["to_location"], units, line["id"]) for units, line in rows]
        left = [{**line, "open": line["open"] - came.get(line["id"], 0)} for line in one["lines"]]
        words = [
            f"{_units([{**line, 'came': units} for units, line in rows], 'came')} of {name} arrived at {one['to_location']}; next: oms route"
        ]
        if rest := _units(left, "open"):
            words.append(f"still on its way: {rest}; if it never comes: oms stock transfer close {name} --reason WHY")
        booked = [(units, line["id"]) for units, line in rows]
        return Step(words, moves=moves, column="received", booked=booked, state="part_received" if rest else "received")

    return _step(home, store, "receive", word, decide, dry_run=dry_run)


def _came(store: Store, one: dict[str, Any], items: Items) -> dict[int, int]:
    """Units by line. Raises NotAllowed for what the transfer does not carry."""
    lines = {line["product_id"]: line for line in one["lines"]}
    found: dict[int, int] = {}
    for product, units in _wanted(store, items).items():
        sku = store.decisions.product_names([product])[product]
        if product not in lines:
            carries = ", ".join(line["sku"] for line in one["lines"])
            raise NotAllowed(f"T-{one['id']} does not carry {sku}; it carries {carries}", _beyond(one, [(sku, units)]))
        if units > lines[product]["open"]:
            there = lines[product]["open"]
            hint = f"receive {there}; {_beyond(one, [(sku, units - there)])}" if there else _beyond(one, [(sku, units)])
            raise NotAllowed(f"T-{one['id']} has {there} × {sku} on its way, {units} cannot arrive", hint)
        found[lines[product]["id"]] = units
    return found


def _beyond(one: dict[str, Any], items: Items) -> str:
    """What to do with goods that came and were never sent by the book."""
    sku, units = items[0]
    giver, taker = one["from_location"], one["to_location"]
    return f"if they came all the same: oms stock transfer new --from {giver} --to {taker} --item {sku}:{units}, send and receive it"


def close(home: Home, store: Store, word: str, reason: str, *, dry_run: bool = False) -> Transferred:
    """What has not arrived never will: written off, with the reason. Raises NotAllowed for a draft."""

    def decide(one: dict[str, Any]) -> Step:
        name = f"T-{one['id']}"
        if one["state"] == "draft":
            raise NotAllowed(f"{name} has not been sent: nothing can be missing", f"oms stock transfer cancel {name}")
        if one["state"] not in _ON_THE_WAY:
            return Step([f"{name} is {_said(one['state'])} already"])
        gone = [line for line in one["lines"] if line["open"]]
        moves = [
            move
            for line in gone
            for move in lost_on_the_way(line["product_id"], one["to_location"], line["open"], line["id"], f"{name} never came: {reason}")
        ]
        booked = [(line["open"], line["id"]) for line in gone]
        words = f"{name} is closed; written off as lost on the way to {one['to_location']}: {_units(gone, 'open')}"
        return Step([words], moves=moves, column="missing", booked=booked, state="received")

    return _step(home, store, "close", word, decide, dry_run=dry_run)


def cancel(home: Home, store: Store, word: str, *, dry_run: bool = False) -> Transferred:
    """A draft is given up; what is on its way turns round and lies where it came from. Raises NotAllowed when all has arrived."""

    def decide(one: dict[str, Any]) -> Step:
        name, back = f"T-{one['id']}", one["from_location"]
        if one["state"] == "cancelled":
            return Step([f"{name} is cancelled already"])
        if one["state"] == "received":
            hint = f"to send it back: oms stock transfer new --from {one['to_location']} --to {back}"
            raise NotAllowed(f"{name} has arrived at {one['to_location']}", hint)
        if one["state"] == "draft":
            return Step([f"{name} is cancelled; nothing had been sent"], state="cancelled")
        turned = [line for line in one["lines"] if line["open"]]
        moves = [arrived(line["product_id"], back, line["open"], line["id"], f"{name} turned round") for line in turned]
        booked = [(line["open"], line["id"]) for line in turned]
        state = "received" if any(line["received"] for line in one["lines"]) else "cancelled"
        return Step([f"{name}: {_units(turned, 'open')} back at {back}"], moves=moves, column="sent_back", booked=booked, state=state)

    return _step(home, store, "cancel", word, decide, dry_run=dry_run)


def _step(home: Home, store: Store, verb: str, word: str, decide: Callable[[dict[str, Any]], Step], *, dry_run: bool) -> Transferred:
    """Read the transfer, decide, write, in one transaction."""
    if dry_run:
        with store.read():
            one = find_transfer(store, word)
            step = decide(one)
            return Transferred({**one, "state": step.state or one["state"], **step.dates}, step.words, step.notes)
    with store.write(f"stock transfer {verb}", home.now, word, home.rules) as run:
        one = find_transfer(store, word)
        step = decide(one)
        if step.state:
            _carry_out(store, one, step, run)
            one = store.transfers.load([one["id"]])[one["id"]]
    return Transferred(one, step.words, step.notes, run.id if run.changed else None)


def _carry_out(store: Store, one: dict[str, Any], step: Step, run: Run) -> None:
    if step.state == "in_transit":
        step.dates["sent_at"] = run.at
        store.stock.add_places((line["product_id"], one["to_location"]) for line in one["lines"])  # so that the view shows it as incoming
    elif step.state in ("received", "cancelled"):
        step.dates["closed_at"] = run.at
    if step.column:
        store.transfers.book(step.column, step.booked)
    store.stock.post(step.moves, run.id, run.at)
    store.transfers.set_state(one["id"], step.state, **step.dates)


def _units(lines: list[dict[str, Any]], key: str) -> str:
    return ", ".join(f"{line[key]} × {line['sku']}" for line in lines if line[key])


def _said(state: str) -> str:
    """A state in words."""
    return {"in_transit": "on its way", "part_received": "partly received"}.get(state, state)


# -- looking


def listed(store: Store, *, everything: bool, location: str, limit: int, today: date) -> list[dict[str, Any]]:
    """Transfers for a table, the newest first; `late` where one should have arrived."""
    numbers = store.transfers.numbers(everything=everything, location=location, limit=limit)
    found = store.transfers.load(numbers)
    rows = []
    for number in numbers:
        one = found[number]
        late = one["state"] in _ON_THE_WAY and one["expected_on"] < today.isoformat()
        rows.append({**public(one), "late": late})
    return rows

"""`oms stock hold`, `unhold` and `holds`: units set aside for somebody until a time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from omscli.base.clock import as_text, typed_until
from omscli.base.text import fold, nearest
from omscli.errors import NotAllowed, UsageError
from omscli.store.open import Store
from omscli.workflows.home import Home
from omscli.workflows.stock_changes import find_location, find_product

Row = dict[str, Any]
_NUMBER = re.compile(r"(?:H-)?([0-9]{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HoldWish:
    """What is to be set aside, as typed."""

    location: str
    items: list[tuple[str, int]]
    until: str
    who: str
    reason: str = ""


@dataclass(slots=True)
class HoldDone:
    """What was set aside or given back, a row for each product. `run` None: nothing changed."""

    rows: list[Row] = field(default_factory=list)
    run: int | None = None
    known: bool = False  # it was so already

    def as_json(self, at: str, *, dry_run: bool) -> Row:
        """The document `oms.stock.hold/1`, without its schema key."""
        return {"dry_run": dry_run, "run": self.run, "holds": [hold_json(row, at) for row in self.rows]}


def hold_json(row: Row, at: str) -> Row:
    """One product of a hold in its public form."""
    return {
        "id": f"H-{row['number']}" if row["number"] else None,
        "sku": row["sku"],
        "location": row["location"],
        "units": row["units"],
        "taken": row["taken"],
        "left": row["units"] - row["taken"] if _runs(row, at) else 0,
        "for": row["held_for"],
        "reason": row["reason"],
        "since": row["since"],
        "until": row["until"],
        "ended_at": row["ended_at"],
        "state": _state(row, at),
    }


def _runs(row: Row, at: str) -> bool:
    return row["ended_at"] is None and row["until"] > at


def _state(row: Row, at: str) -> str:
    if row["ended_at"] is not None:
        return "given_back"
    if row["until"] <= at:
        return "expired"
    return "live" if row["taken"] < row["units"] else "used"


def hold(home: Home, store: Store, wish: HoldWish, *, dry_run: bool = False) -> HoldDone:
    """Set units aside. Raises NotAllowed (exit 1) where fewer are available; the same hold again changes nothing."""
    place, until, who = find_location(home, wish.location), _until(home, wish.until), " ".join(wish.who.split())
    if not fold(who):
        raise UsageError("nobody is named", "--for takes a name, an e-mail address or an order's number")
    at = as_text(home.now)
    if dry_run:
        with store.read():
            known, units = _decide(store, place, wish, until, who, at)
            names = store.decisions.product_names(units)
            tried = [_tried(names[product], place, count, wish.reason, who, at, until) for product, count in units.items()]
        return HoldDone(known or tried, known=bool(known))
    with store.write("stock hold", home.now, f"{place} for {who}", home.rules) as run:
        store.stock.keep_locations(home.settings.locations.values())
        known, units = _decide(store, place, wish, until, who, at)
        if known:
            return HoldDone(known, known=True)
        number = store.holds.add(units, place, (who, fold(who)), wish.reason, (run.at, until), run.id)
        rows = store.holds.numbered(number)
    return HoldDone(rows, run.id)


def _until(home: Home, text: str) -> str:
    hint = "write it as 2026-03-05 (to the end of that day), 2026-03-05T18:00, or with an offset: 2026-03-05T18:00-05:00"
    try:
        until = as_text(typed_until(text.strip(), ZoneInfo(home.settings.timezone)))
    except (ValueError, OverflowError):
        raise UsageError(f"--until {text} is no time", hint) from None
    if until <= as_text(home.now):
        raise UsageError(f"--until {text} is past: it is {as_text(home.now)} now", hint)
    return until


def _decide(store: Store, place: str, wish: HoldWish, until: str, who: str, at: str) -> tuple[list[Row], dict[int, int]]:
    """The same hold where there is one already, and the units of each product, kits opened. Raises NotAllowed."""
    units = _units(store, wish.items)
    mine = [row for row in store.holds.of(fold(who)) if _runs(row, at)]
    for number in dict.fromkeys(row["number"] for row in mine):
        rows = [row for row in mine if row["number"] == number]
        same = all((row["location"], row["until"], row["reason"], row["taken"]) == (place, until, wish.reason, 0) for row in rows)
        if same and {row["product_id"]: row["units"] for row in rows} == units:
            return rows, units
    names = store.decisions.product_names(units)
    for product, count in units.items():
        level = store.stock.listing(names[product], place, at=at)
        free = max(0, level[0]["available"]) if level else 0
        if count > free:
            there = f"only {free} of {names[product]} are" if free else f"none of {names[product]} is"
            raise NotAllowed(
                f"{place} cannot set {count} × {names[product]} aside: {there} free there",
                f"oms stock show {names[product]} tells what lies where",
            )
    return [], units


def _units(store: Store, items: Iterable[tuple[str, int]]) -> dict[int, int]:
    """Units by product; a kit is held as its parts."""
    index = store.catalog.index()
    wanted = [(find_product(index, sku), count) for sku, count in items]
    parts = store.catalog.parts(product for product, _ in wanted)
    found: dict[int, int] = {}
    for product, count in wanted:
        for part, each in parts.get(product, [(product, 1)]):
            found[part] = found.get(part, 0) + each * count
    return found


def _tried(sku: str, place: str, units: int, reason: str, who: str, at: str, until: str) -> Row:
    return {
        "number": None, "sku": sku, "location": place, "units": units, "taken": 0, "held_for": who, "reason": reason, "since": at, "until": until,
        "ended_at": None,
    }  # fmt: skip


def unhold(home: Home, store: Store, word: str, who: str, *, dry_run: bool = False) -> HoldDone:
    """Give back what is left of one hold, or of all that are for somebody. What ended before is over already."""
    if bool(word.strip()) == bool(who.strip()):
        raise UsageError("name either a hold or whom it is for", "oms stock unhold H-3, or oms stock unhold --for ann@example.com")
    at = as_text(home.now)
    if dry_run:
        with store.read():
            rows = [row for row in _named(store, word, who) if _runs(row, at)]
            return HoldDone([{**row, "ended_at": at} for row in rows], known=not rows)
    with store.write("stock unhold", home.now, word or who, home.rules) as run:
        named = _named(store, word, who)
        ids = [row["id"] for row in named if _runs(row, at)]
        store.holds.end(ids, run.at)
        rows = [row for row in _named(store, word, who) if row["id"] in ids]
    return HoldDone(rows, run.id if run.changed else None, known=not rows)


def _named(store: Store, word: str, who: str) -> list[Row]:
    if who.strip():
        rows = store.holds.of(fold(who))
        if not rows:
            near = nearest(who, store.holds.owners())
            raise UsageError(f"nothing was ever held for {who}", f"did you mean {near}?" if near else "oms stock holds names them")
        return rows
    number = _NUMBER.fullmatch(word.strip())
    rows = store.holds.numbered(int(number[1])) if number else []
    if not rows:
        raise UsageError(f"there is no hold {word}", "oms stock holds names them")
    return rows


def holds(home: Home, store: Store, *, sku: str = "", location: str = "", who: str = "", everything: bool = False) -> list[Row]:
    """Holds in their public form, in the order they were made; those with units left, or all there ever were."""
    at = as_text(home.now)
    place = find_location(home, location) if location else ""
    with store.read():
        parts = _units(store, [(sku, 1)]) if sku else {}
        rows = store.holds.everything() if everything else store.holds.running(at)
    return [
        hold_json(row, at)
        for row in rows
        if (everything or row["taken"] < row["units"])
        and (not sku or row["product_id"] in parts)
        and place in ("", row["location"])
        and (not who or row["owner_key"] == fold(who))
    ]

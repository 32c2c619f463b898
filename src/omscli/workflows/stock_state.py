"""`oms stock adjust --state`: units that lie there and cannot be sold, and back. Nothing comes or goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from omscli.base.clock import as_text
from omscli.errors import NotAllowed, UsageError
from omscli.stock.ledger import state_changed
from omscli.store.open import Store
from omscli.workflows.home import Home
from omscli.workflows.stock_changes import find_location, find_product

STATES = ("damaged", "quarantine", "good")  # good: can be sold again


@dataclass(slots=True)
class StateChange:
    """One product after the change, in units."""

    sku: str
    location: str
    units: int
    state: str
    on_hand: int
    unavailable: int

    def as_json(self) -> dict[str, Any]:
        """A level of `oms.stock.change/1`: on hand is as it was."""
        return {
            "sku": self.sku, "location": self.location, "change": 0, "on_hand": self.on_hand, "state": self.state, "units": self.units,
            "unavailable": self.unavailable,
        }  # fmt: skip


@dataclass(slots=True)
class StateDone:
    """What was changed; `for_person`: promises that the rest no longer covers."""

    levels: list[StateChange] = field(default_factory=list)
    for_person: list[str] = field(default_factory=list)
    run: int | None = None


def change_state(
    home: Home, store: Store, location: str, items: list[tuple[str, int]], state: str, reason: str, *, dry_run: bool = False
) -> StateDone:
    """Move units out of what can be sold, or back. Raises NotAllowed (exit 1) where fewer are there to move."""
    if state not in STATES:
        raise UsageError(f"no state is called {state}", f"states: {', '.join(STATES)}")
    place = find_location(home, location)
    if dry_run:
        with store.read():
            return _decide(store, place, items, state, as_text(home.now))
    with store.write("stock adjust", home.now, f"{place} {state}", home.rules) as run:
        store.stock.keep_locations(home.settings.locations.values())
        done = _decide(store, place, items, state, run.at)
        index = store.catalog.index()
        sign = -1 if state == "good" else 1
        moves = [state_changed(find_product(index, one.sku), place, sign * one.units, f"{state}: {reason}") for one in done.levels]
        store.stock.post(moves, run.id, run.at)
    done.run = run.id
    return done


def _decide(store: Store, place: str, items: list[tuple[str, int]], state: str, at: str) -> StateDone:
    index, done = store.catalog.index(), StateDone()
    now: dict[int, dict[str, Any]] = {}
    for sku, units in items:
        product = find_product(index, sku)
        if product not in now:
            name = store.decisions.product_names([product])[product]
            rows = store.stock.listing(name, place, at=at)
            now[product] = rows[0] if rows else {"sku": name, "on_hand": 0, "unavailable": 0, "allocated": 0, "held": 0}
        level = now[product]
        there = level["unavailable"] if state == "good" else level["on_hand"] - level["unavailable"]
        if units > there:
            words = "cannot be sold now" if state == "good" else "can be sold now"
            raise NotAllowed(
                f"{place} has {there} × {level['sku']} that {words}: {units} are too many",
                f"oms stock show {level['sku']} tells what lies where",
            )
        level["unavailable"] += -units if state == "good" else units
        done.levels.append(StateChange(level["sku"], place, units, state, level["on_hand"], level["unavailable"]))
    if state != "good":
        done.for_person = [words for level in now.values() if (words := _uncovered(level, place))]
    return done


def _uncovered(level: dict[str, Any], place: str) -> str:
    left = level["on_hand"] - level["unavailable"]
    if left < level["allocated"]:
        return f"{level['allocated']} × {level['sku']} are promised from {place}, where {left} can be sold now: run `oms route`"
    if left < level["allocated"] + level["held"]:
        free = left - level["allocated"]
        return f"{level['held']} × {level['sku']} are on hold at {place}, where {free} are left for them: see `oms stock holds`"
    return ""

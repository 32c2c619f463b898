"""`oms return receive`: what became of the units that a customer sent, and what that does to the stock. Money is another step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from omscli.base.text import fold
from omscli.errors import NotAllowed, UsageError
from omscli.returns.states import DISPOSITIONS, HERE, MAY_ARRIVE
from omscli.stock.ledger import Movement, adjusted, returned, state_changed
from omscli.store.open import Run, Store
from omscli.workflows.exchanging import goods_are_back
from omscli.workflows.home import Home
from omscli.workflows.returning import Changed, find_return
from omscli.workflows.stock_changes import find_location
from omscli.workflows.taking_back import Case, Plan, must_be_whole, must_cover, reverse, units_of


@dataclass(slots=True)
class Arrival:
    """What somebody unpacked: (SKU, units), where, and what becomes of it; None: as the reason of the return says."""

    location: str
    items: list[tuple[str, int]] = field(default_factory=list)
    disposition: str | None = None
    reason: str = ""  # in a person's words


def receive(home: Home, store: Store, word: str, arrival: Arrival, *, dry_run: bool = False) -> Changed:
    """Note what became of units of an approved return, at any own place; without items, of all that are left.

    Restock: they lie there and can be sold. Quarantine: they lie there and cannot. Discard: they came and are thrown away.
    Missing: they never came. Wrong item: something else came. Raises NotAllowed for more units than are on their way.
    """
    if arrival.disposition is not None and arrival.disposition not in DISPOSITIONS:
        raise UsageError(f"no disposition is called {arrival.disposition!r}", f"--disposition {' | '.join(DISPOSITIONS)}")
    place = find_location(home, arrival.location)
    if dry_run:
        with store.read():
            one = find_return(store, word)
            rows = _rows(one, place, arrival)
            return Changed(one["id"], one["ref"], one["state"], _words(one, rows))
    with store.write("return receive", home.now, word, home.rules) as run:
        store.stock.keep_locations(home.settings.locations.values())
        one = find_return(store, word)
        rows = _rows(one, place, arrival)
        words = _words(one, rows)
        _write(store, run, one, rows, arrival.reason)
        (one,) = store.returns.load([one["id"]])
        released = goods_are_back(store, run, one) if all(line["accounted"] >= line["units"] for line in one["lines"]) else ""
    done = Changed(one["id"], one["ref"], one["state"], words, run=run.id if run.changed else None, exchange=one["exchange_ref"] or "")
    if any(row[2] == "wrong_item" for row in rows):
        done.for_person.append(
            f"something else came for R-{one['id']}: ask the customer; what it is goes in by oms stock receive --location {place}"
        )
    if released:
        done.for_person.append(f"order {released} goes on: oms route {released}")
    return done


_Row = tuple[int, str, str, int]  # return line, place, disposition, units


def _rows(one: dict[str, Any], place: str, arrival: Arrival) -> list[_Row]:
    """What is noted, line by line. Raises NotAllowed and UsageError."""
    name = f"return R-{one['id']} of order {one['ref']}"
    if one["state"] == "requested":
        raise NotAllowed(f"{name} is not approved", f"oms return approve R-{one['id']}")
    if one["closed_at"] is not None:
        raise NotAllowed(f"{name} is {one['state']}", f"open another one for what came: oms return open {one['ref']}")
    left = {line["id"]: line["units"] - line["accounted"] for line in one["lines"]}
    if one["state"] not in MAY_ARRIVE or not any(left.values()):
        raise NotAllowed(f"all of {name} is here already", "what came on top goes in by oms stock receive")
    found = []
    for sku, units in arrival.items or [(line["sku"], left[line["id"]]) for line in one["lines"] if left[line["id"]]]:
        mine = [line for line in one["lines"] if fold(line["sku"]) == fold(sku)]
        if not mine:
            raise UsageError(
                f"{name} has no {sku}",
                f"it has {', '.join(line['sku'] for line in one['lines'])}; another article that came: --disposition wrong_item",
            )
        due, rest = sum(left[line["id"]] for line in mine), units
        if units > due:
            raise NotAllowed(
                f"{due} × {sku} of {name} {'is' if due == 1 else 'are'} still to come, not {units}", f"oms return show R-{one['id']}"
            )
        for line in mine:
            take = min(rest, left[line["id"]])
            if take:
                found.append((line["id"], place, arrival.disposition or ("restock" if line["restock"] else "quarantine"), take))
                left[line["id"]] -= take
                rest -= take
    return found


def _words(one: dict[str, Any], rows: list[_Row]) -> str:
    skus = {line["id"]: line["sku"] for line in one["lines"]}
    return "; ".join(f"{units} × {skus[line]} {_SAID[disposition].format(place=place)}" for line, place, disposition, units in rows)


_SAID = {
    "restock": "back at {place}, for sale",
    "quarantine": "back at {place}, not for sale",
    "discard": "came to {place} and thrown away",
    "missing": "missing",
    "wrong_item": "not in the parcel, something else was",
}


def _write(store: Store, run: Run, one: dict[str, Any], rows: list[_Row], reason: str) -> None:
    lines = {line["id"]: line for line in one["lines"]}
    moves: list[Movement] = []
    back: dict[int, int] = {}
    before = {line["order_line_id"]: store.returns.returned_units(line["order_line_id"]) for line in one["lines"]}
    for number, place, disposition, units in rows:
        order_line = lines[number]["order_line_id"]
        if disposition in HERE:
            at = before[order_line] + back.get(order_line, 0)
            for product, pieces in _parts(store, order_line, at, units).items():
                moves += _moves(product, place, pieces, (order_line, number), disposition, reason or f"return R-{one['id']}")
            back[order_line] = back.get(order_line, 0) + units
    store.returns.receive(rows, run.id, run.at)
    store.returns.count_back((units, line) for line, units in back.items())
    store.stock.post(moves, run.id, run.at)
    store.returns.derive([one["id"]])
    store.orders.note(one["order_id"], run.id, run.at, f"return R-{one['id']}: {_words(one, rows)}", reason)


def _parts(store: Store, order_line: int, before: int, units: int) -> dict[int, int]:
    """What these units of a line put on the shelf: kits as they were when they left, the oldest first."""
    found: dict[int, int] = {}
    skip, left = before, units
    for gone, parts in store.returns.shipped_parts(order_line):
        take = min(left, max(0, gone - skip))
        skip = max(0, skip - gone)
        for product, each in parts if take else ():
            found[product] = found.get(product, 0) + each * take
        left -= take
    return found


def _moves(product: int, place: str, units: int, lines: tuple[int, int], disposition: str, why: str) -> list[Movement]:
    """The ledger rows of units that are here: they came back, and then what became of them."""
    came = returned(product, place, units, *lines)
    if disposition == "quarantine":
        return [came, state_changed(product, place, units, f"quarantine: {why}")]
    return [came, adjusted(product, place, -units, f"thrown away: {why}")] if disposition == "discard" else [came]


def receive_plan(case: Case) -> Plan:
    """The parcel was not unpacked after all: its units are on their way again, unless the goods are promised or paid back since."""
    store = case.store
    receipts = store.returns.receipts_of_run(case.run)
    rows = store.reversals.rows_of_run(case.run)
    (one,) = store.returns.load({row["return_id"] for row in receipts})
    orders = [one["order_id"]]
    later = store.runs.later_on_orders(orders, case.run)
    if later is not None:
        raise case.blocked_by(f"order {later[0]}", later[1])
    must_be_whole(case, rows)
    counted = store.runs.later_count(case.run)
    if counted is not None:
        raise case.refuse(
            f"{counted[1].words} counted {counted[0]} since", "what lies there is known from that; correct it: oms stock adjust"
        )
    must_cover(case, rows)
    holds = store.runs.kept(case.run, "hold")
    if holds and any(ship["state"] != "cancelled" for ship in store.shipments.of_order(one["exchange_order_id"])):
        raise case.refuse(f"order {one['exchange_ref']} was planned since", f"hold it first: oms order hold {one['exchange_ref']}")

    def act(run: Run) -> None:
        reverse(case, rows, run)
        store.returns.count_back((-row["units"], row["order_line_id"]) for row in receipts if row["disposition"] in HERE)
        store.returns.forget_receipts(case.run)
        for hold in holds:
            store.reversals.hold_again(int(hold))
        store.returns.derive([one["id"]])
        store.orders.note(one["order_id"], run.id, run.at, f"{case.words} was undone: return R-{one['id']} is on its way again")

    units = units_of(rows, "returned")
    return Plan(act, [f"return R-{one['id']} is on its way again", *([f"{units} units leave the book again"] if units else [])])

"""`oms stock receive` and `oms stock adjust`: goods that came in, were found or lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from omscli.base.text import nearest
from omscli.catalog.resolve import SkuIndex
from omscli.errors import NotAllowed, UsageError
from omscli.stock.ledger import adjusted, received
from omscli.store.open import Run, Store
from omscli.workflows.home import Home


@dataclass(slots=True)
class Level:
    """A level after the change."""

    sku: str
    location: str
    change: int
    on_hand: int
    notes: list[str] = field(default_factory=list)  # how a delivery differs from what was expected

    def as_json(self) -> dict[str, Any]:
        """The public form."""
        return {"sku": self.sku, "location": self.location, "change": self.change, "on_hand": self.on_hand, "notes": self.notes}


def find_product(index: SkuIndex, sku: str) -> int:
    """The product of a SKU as a person typed it. Raises UsageError with the nearest one."""
    product = index.find("", sku)
    if product is None:
        near = index.nearest(sku)
        raise UsageError(f"nobody knows SKU {sku}", f"did you mean {near}?" if near else "`oms product list` names them")
    return product


def find_location(home: Home, code: str) -> str:
    """A location of rules.yaml. Raises UsageError with the nearest one."""
    if code in home.settings.locations:
        return code
    near = nearest(code, home.settings.locations)
    raise UsageError(
        f"no location is called {code!r}", f"did you mean {near}?" if near else f"locations: {', '.join(home.settings.locations)}"
    )


def receive(
    home: Home, store: Store, location: str, items: list[tuple[str, int]], reason: str, *, dry_run: bool = False
) -> tuple[list[Level], int | None]:
    """Goods came in; what was expected there is booked off, the oldest first."""
    return _change(home, store, "receive", location, items, reason, dry_run=dry_run)


def adjust(
    home: Home, store: Store, location: str, items: list[tuple[str, int]], reason: str, *, dry_run: bool = False
) -> tuple[list[Level], int | None]:
    """Units were found (positive) or lost (negative). Raises NotAllowed where more would be lost than the book has."""
    return _change(home, store, "adjust", location, items, reason, dry_run=dry_run)


def _change(
    home: Home, store: Store, verb: str, location: str, items: list[tuple[str, int]], reason: str, *, dry_run: bool
) -> tuple[list[Level], int | None]:
    place = find_location(home, location)
    if dry_run:
        with store.read():
            levels = _levels(store, place, items)
            return (_compared(store, place, levels) if verb == "receive" else levels), None
    with store.write(f"stock {verb}", home.now, place, home.rules) as run:
        store.stock.keep_locations(home.settings.locations.values())
        levels = _levels(store, place, items)
        if verb == "receive":
            levels = _compared(store, place, levels)
        index = store.catalog.index()
        for sku, units in items:
            product = find_product(index, sku)
            if verb == "receive":
                before = store.stock.expected_rows(product, place)
                expected = store.stock.receive_expected(product, place, units)
                keep_expected(store, run, product, place, before)
                words = reason or (f"{expected} of them expected" if expected else "")
                store.stock.post([received(product, place, units, words)], run.id, run.at)
            else:
                store.stock.post([adjusted(product, place, units, reason)], run.id, run.at)
    return levels, run.id if run.changed else None


def keep_expected(store: Store, run: Run, product: int, place: str, before: dict[int, dict[str, Any]]) -> None:
    """Note what was expected of a product at a place `before` this run, where it is something else now."""
    for row, now in store.stock.expected_rows(product, place).items():
        if before.get(row) != now:
            store.runs.keep(run.id, "incoming", row, before.get(row))


def _levels(store: Store, place: str, items: list[tuple[str, int]]) -> list[Level]:
    index = store.catalog.index()
    known = store.stock.levels(find_product(index, sku) for sku, _ in items)
    now = {key: row["on_hand"] for key, row in known.items()}
    found = []
    for sku, units in items:
        key = (find_product(index, sku), place)
        now[key] = now.get(key, 0) + units
        unavailable = known[key]["unavailable"] if key in known else 0
        if now[key] < unavailable:
            raise NotAllowed(
                f"{place} has {now[key] - units} × {sku}: {-units} cannot be taken away", "`oms stock show` tells what lies where"
            )
        found.append(Level(sku, place, units, now[key]))
    return found


def _compared(store: Store, place: str, levels: list[Level]) -> list[Level]:
    """Say how a delivery differs from what was expected: a part of it, more than it, other goods, or a transfer that was meant."""
    index = store.catalog.index()
    open_there = store.stock.expected_at(place)
    names = store.decisions.product_names(open_there)
    known = {product: list(rows) for product, rows in open_there.items()}
    for level in levels:
        product = find_product(index, level.sku)
        rows = known.get(product, [])
        if rows:
            level.notes.append(_beside(rows, level.change))
        elif open_there:
            others = ", ".join(sorted(f"{sum(units for units, _, _ in open_there[one])} × {names[one]}" for one in open_there))
            level.notes.append(f"{level.sku} was not expected at {place}; expected there: {others}")
        for row in store.transfers.on_the_way(place, [product]):
            there = f"T-{row['transfer_id']} brings {row['units']} × {row['sku']} from {row['from_location']}"
            level.notes.append(
                f"{there}: if these are them, take them back (oms stock adjust) and use oms stock transfer receive T-{row['transfer_id']}"
            )
    return levels


def _beside(rows: list[tuple[int, str, str]], came: int) -> str:
    """What of these expected units (units, day, reference; used up here) came, and what is still to come."""
    whole, left = sum(units for units, _, _ in rows), came
    while rows and left >= rows[0][0]:
        left -= rows.pop(0)[0]
    if not rows:
        return (
            f"{whole} were expected, {left} more came: look at the delivery note" if left else f"all {whole} that were expected are there"
        )
    rows[0] = (rows[0][0] - left, *rows[0][1:])
    rest = ", ".join(f"{units} on {day}{f' ({reference})' if reference else ''}" for units, day, reference in rows)
    return f"{came} of {whole} that were expected; still to come: {rest}"

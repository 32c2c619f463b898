"""Sold over the counter: the stock of the store goes down at once, and nothing ships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from omscli.base.text import fold
from omscli.orders.incoming import IncomingOrder
from omscli.orders.stored import StoredLine, StoredOrder
from omscli.stock.ledger import Movement, sold
from omscli.store.open import Run, Store
from omscli.workflows.home import Home

if TYPE_CHECKING:
    from omscli.workflows.importing import FileResult

Parts = dict[int, list[tuple[int, int]]]


def book_counter_sales(home: Home, store: Store, told: Mapping[int, IncomingOrder], result: FileResult, run: Run) -> None:
    """Take what was sold from the shelves of its store, kits as their parts, as of the sale. What the book lacks is a question.

    `told` are the sales as the file has them, by the store's number; lines that are booked already stay booked.
    """
    orders = store.orders.load(told)
    booked = store.orders.booked_lines(told)
    parts = store.catalog.parts(line.product for order in orders.values() for line in order.lines if line.product is not None)
    wanted = {part for order in orders.values() for line in order.lines for part, _ in _goods(line, parts)}
    left = {key: row["on_hand"] - row["unavailable"] for key, row in store.stock.levels(wanted).items()}
    for number, order in orders.items():
        place = _counter(home, told[number])
        if place is None:
            where = told[number].sold_at or order.said.channel
            words = f"sold over the counter at “{where}”, which is no location"
            remedy = "name the place so, or set `location:` of the channel in rules.yaml, then import the file again"
            _ask(store, order, words, remedy, result, run)
            continue
        moves: list[Movement] = []
        for line in order.lines:
            if line.id not in booked:
                moves += _sold(store, order, line, place, _goods(line, parts), left, result, run)
        store.stock.post(moves, run.id, min(order.said.placed_at, run.at))


def _sold(
    store: Store,
    order: StoredOrder,
    line: StoredLine,
    place: str,
    goods: list[tuple[int, int]],
    left: dict[tuple[int, str], int],
    result: FileResult,
    run: Run,
) -> list[Movement]:
    """The movements of one line, as far as the book has the goods there."""
    if line.product is None:
        words = f"{line.ordered} × {line.said.sku} sold at {place}, and nobody knows this SKU"
        _ask(store, order, words, "teach it (oms product alias), then import the file again", result, run)
    moves = []
    for product, units in goods:
        there = min(units, max(0, left.get((product, place), 0)))
        if there < units:
            _ask(store, order, f"{units} × {line.said.sku} sold at {place}, but the book had {there} there", "count it", result, run)
        if there:
            left[product, place] -= there
            moves.append(sold(product, place, there, line.id, f"sold over the counter, {order.ref}"))
    return moves


def _goods(line: StoredLine, parts: Parts) -> list[tuple[int, int]]:
    """The goods of a line, each with its units: of a kit its parts."""
    if line.product is None:
        return []
    return [(part, units * line.ordered) for part, units in parts.get(line.product, [(line.product, 1)])]


def _ask(store: Store, order: StoredOrder, words: str, remedy: str, result: FileResult, run: Run) -> None:
    store.orders.note(order.id, run.id, run.at, words, remedy, for_person=True)
    result.for_person.append(f"{order.ref}: {words}")


def _counter(home: Home, order: IncomingOrder) -> str | None:
    """The location of an over-the-counter sale: the one that the file names, else that of the channel's entry."""
    key = fold(order.sold_at or "")
    found = [code for code, one in home.settings.locations.items() if key and key in (fold(code), fold(one.name))]
    return found[0] if len(found) == 1 else home.settings.channels[order.channel].location

"""Sold over the counter: the stock of the store goes down at once, and nothing ships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omscli.base.text import fold
from omscli.orders.incoming import IncomingOrder
from omscli.orders.stored import StoredLine, StoredOrder
from omscli.stock.ledger import Movement, sold
from omscli.store.open import Run, Store
from omscli.store.sqlite.orders import NewOrder
from omscli.workflows.home import Home

if TYPE_CHECKING:
    from omscli.workflows.importing import FileResult

Parts = dict[int, list[tuple[int, int]]]


def book_counter_sales(home: Home, store: Store, sales: list[NewOrder], result: FileResult, run: Run) -> None:
    """Take what was sold from the shelves of its store, kits as their parts. What the book does not have is a question."""
    orders = store.orders.load(one.id for one in sales)
    parts = store.catalog.parts(line.product for order in orders.values() for line in order.lines if line.product is not None)
    wanted = {part for order in orders.values() for line in order.lines for part, _ in _goods(line, parts)}
    left = {key: row["on_hand"] - row["unavailable"] for key, row in store.stock.levels(wanted).items()}
    moves: list[Movement] = []
    for order in orders.values():
        place = _counter(home, order.said)
        if place is None:
            where = order.said.sold_at or order.said.channel
            _ask(
                store,
                order,
                f"sold over the counter at “{where}”, which is no location",
                "set `location:` of the channel in rules.yaml",
                result,
                run,
            )
            continue
        for line in order.lines:
            if line.product is None:
                words = f"{line.ordered} × {line.said.sku} sold at {place}, and nobody knows this SKU"
                _ask(store, order, words, "teach it (oms product alias), and take the units off (oms stock adjust)", result, run)
            for product, units in _goods(line, parts):
                there = min(units, max(0, left.get((product, place), 0)))
                if there < units:
                    words = f"{units} × {line.said.sku} sold at {place}, but the book had {there} there"
                    _ask(store, order, words, "count it", result, run)
                if there:
                    left[product, place] -= there
                    moves.append(sold(product, place, there, line.id, f"sold over the counter, {order.ref}"))
    store.stock.post(moves, run.id, run.at)


def _goods(line: StoredLine, parts: Parts) -> list[tuple[int, int]]:
    """The goods of a line, each with its units: of a kit its parts."""
    if line.product is None:
        return []
    return [(part, units * line.ordered) for part, units in parts.get(line.product, [(line.product, 1)])]


def _ask(store: Store, order: StoredOrder, words: str, remedy: str, result: FileResult, run: Run) -> None:
    store.orders.note(order.id, run.id, run.at, words, remedy, for_person=True)
    result.for_person.append(f"{order.ref}: {words}")


def _counter(home: Home, order: IncomingOrder) -> str | None:
    """The location of an over-the-counter sale: as the channel's entry says, or as the file names it."""
    channel = home.settings.channels[order.channel]
    if channel.location:
        return channel.location
    key = fold(order.sold_at or "")
    found = [code for code, one in home.settings.locations.items() if key and key in (fold(code), fold(one.name))]
    return found[0] if len(found) == 1 else None

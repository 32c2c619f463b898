"""Customers' wishes in a file: each becomes a return, or is set aside with the reason why it cannot be one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from omscli.base.problems import Problem
from omscli.base.text import fold
from omscli.errors import NotAllowed, UsageError
from omscli.returns.incoming import IncomingReturn
from omscli.store.open import Run, Store
from omscli.workflows.home import Home
from omscli.workflows.returning import Asked, ReturnWish, known_return, request

if TYPE_CHECKING:
    from omscli.workflows.importing import FileResult


@dataclass(slots=True)
class ReturnIntake:
    """Takes the wishes of one file in. Rows of one order with the same reference are one return; the same file again changes nothing.

    The rows of a return may stand apart, so the file is judged when it has ended; returns are few.
    """

    home: Home
    store: Store | None
    result: FileResult
    run: Run | None
    groups: dict[tuple[str, str, str], list[IncomingReturn]] = field(default_factory=dict)

    def take(self, records: list[IncomingReturn]) -> list[IncomingReturn]:
        """Rows of a part of the file."""
        for row in records:
            self.groups.setdefault((row.channel, fold(row.order_id), row.reference or f"\0{fold(row.reason)}"), []).append(row)
        return records

    def finish(self) -> None:
        """The file has ended."""
        for rows in self.groups.values():
            first = rows[0]
            if self.store is None:
                self.result.problems.append(_aside(first, f"no order is called {first.order_id!r}", "import the orders first"))
                continue
            other = next((row for row in rows if row.reason != first.reason), None)
            if other is not None:
                words = f"return {first.reference} gives two reasons"
                self.result.problems.append(_aside(other, words, "one reason a return: give the rows two references"))
                continue
            try:
                _take(self.home, self.store, self.result, rows, self.run)
            except (NotAllowed, UsageError) as error:
                self.result.problems.append(_aside(first, error.message, error.hint))


def _take(home: Home, store: Store, result: FileResult, rows: list[IncomingReturn], run: Run | None) -> None:
    first = rows[0]
    wish = _wish(rows)
    if known_return(store, wish) is not None:
        result.counts["unchanged"] += 1
        return
    asked = Asked.read(home, store, wish)
    result.counts["new"] += 1
    if run is None:
        return
    done = request(home, store, run, asked)
    if done.state == "requested":
        result.for_person.append(f"R-{done.number} of order {done.order}, {first.reason}: {done.what}")


def _wish(rows: list[IncomingReturn]) -> ReturnWish:
    first = rows[0]
    items: dict[str, int] = {}
    for row in rows:
        items[row.sku] = items.get(row.sku, 0) + row.quantity
    # A file that names no number is known again by its words.
    words = "|".join(f"{fold(sku)}:{units}" for sku, units in sorted(items.items()))
    reference = first.reference or f"{fold(first.reason)}|{words}"
    exchange = [item for row in rows for item in row.exchange]
    word = f"{first.channel}:{first.order_id}" if first.channel else first.order_id
    return ReturnWish(word, list(items.items()), first.reason, first.note, exchange, reference, first.requested_at)


def _aside(row: IncomingReturn, problem: str, hint: str) -> Problem:
    return Problem(row.source_line, "order_id", row.order_id, problem, hint)

"""Rows become records: each row by itself, or the rows of one order together, wherever they stand in the file.

An order comes in whole or not at all: half an order must never be sent.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from omscli.channels.cells import EXCEL_HINT, CellError, Figures, is_rounded, money, unguarded
from omscli.channels.sheet import R, Row, Sheet
from omscli.errors import Refused
from omscli.orders.incoming import IncomingOrder

Made = TypeVar("Made")


class RowsError(ValueError):
    """Rows of one order that cannot be read: (line, what is wrong with a cell of it)."""

    def __init__(self, wrong: list[tuple[int, CellError]]) -> None:
        super().__init__(len(wrong))
        self.wrong = wrong


class RowsApart(Exception):
    """Rows of an order that was given already: whoever asked for orders at once must forget them and have the file looked through."""


def each(rows: Iterable[R], make: Callable[[R], Made]) -> list[Made]:
    """What `make` makes of every row. Raises RowsError with every row that it cannot read, not only the first."""
    rows = list(rows)
    try:
        return [make(row) for row in rows]
    except CellError:
        raise RowsError(list(_wrong(rows, make))) from None


def _wrong(rows: Iterable[R], make: Callable[[R], Made]) -> Iterator[tuple[int, CellError]]:
    for row in rows:
        try:
            make(row)
        except CellError as error:
            yield row.line, error


def total_of(rows: Iterable[R], column: str, currency: str) -> int | None:
    """A column's amounts of all rows of an order together, in minor units; None where no row has one."""
    amounts = each(rows, lambda row: money(getattr(row, column), column, currency))
    there = [amount for amount in amounts if amount is not None]
    return sum(there) if there else None


def narrow(*columns: str) -> Any:
    """A shape of these columns alone: a walk that looks at no others is cheaper."""
    return namedtuple("Key", ["line", *columns], defaults=[""] * len(columns))  # noqa: PYI024 - its columns are known only now


def records(sheet: Sheet, shape: type[R], make: Callable[[R], Made | None], rows: Iterable[R] | None = None) -> Iterator[Made]:
    """What `make` makes of each row by itself; a wrong cell sets its row aside, and a row that says nothing new (None) is skipped.

    `rows` are those of the sheet, where somebody looks ahead of `make`.
    """
    for row in sheet.rows(shape) if rows is None else rows:
        try:
            made = make(row)
        except CellError as wrong:
            sheet.reject(row.line, wrong.column, wrong.value, wrong.problem, wrong.hint)
            continue
        if made is None:
            sheet.skipped += 1
        else:
            sheet.taken += 1
            yield made


def orders(
    sheet: Sheet,
    shape: type[R],
    key: Callable[[R], str],
    key_column: str,
    build: Callable[[str, list[R]], IncomingOrder],
    *,
    key_columns: Sequence[str] = (),
) -> Iterator[IncomingOrder]:
    """The orders of a file, each with its last row. `build` makes one of its key and rows, and may raise CellError or RowsError.

    The file is walked twice: first for the numbers alone, so that a damaged file is refused before its first order is given and
    rows that were sorted apart still make one order; then for the orders, of which only those in parts are held. A sheet that is
    read `at_once` is walked once.

    Args:
        sheet: The rows.
        shape: The columns the reader uses.
        key: What the rows of one order have in common; "" for a row of none.
        key_column: The column of the order's number, which messages name.
        build: Makes the order.
        key_columns: The columns that `key` looks at, which makes the first walk cheaper; without them it shapes whole rows.

    Raises:
        Refused: An order number is a rounded one: such an order would get a stranger's parcel number.
        RowsApart: Only at once: rows of an order stand apart, or a row is broken.
    """
    if sheet.at_once:
        yield from _at_once(sheet, shape, key, key_column, build)
        return
    parts = _parts(sheet, narrow(*key_columns) if key_columns else shape, key, key_column)
    spoiled = _spoiled(sheet, key_column)
    held: dict[str, list[R]] = {}
    for order_id, run in runs(sheet.rows(shape), key):
        rows = run
        if order_id and (mark := hash(order_id)) in parts:
            rows = held.setdefault(order_id, [])
            rows += run
            parts[mark] -= 1
            if parts[mark]:
                continue
            del held[order_id]
        order = _made(sheet, order_id, rows, key_column, build, spoiled)
        if order is not None:
            yield order
    for order_id, rows in held.items():  # two numbers of one mark: rarer than a damaged disk, and still right
        order = _made(sheet, order_id, rows, key_column, build, spoiled)
        if order is not None:
            yield order


def _at_once(
    sheet: Sheet, shape: type[R], key: Callable[[R], str], key_column: str, build: Callable[[str, list[R]], IncomingOrder]
) -> Iterator[IncomingOrder]:
    seen: set[int] = set()
    figures = Figures()
    for order_id, rows in runs(sheet.rows(shape), key):
        mark = hash(order_id)
        if (order_id and mark in seen) or sheet.broken:
            raise RowsApart
        seen.add(mark)
        _must_be_exact(sheet, rows[0], order_id, key_column, figures)
        order = _made(sheet, order_id, rows, key_column, build, {})
        if order is not None:
            yield order
    _must_be_whole(sheet, key_column, figures)


def _must_be_exact(sheet: Sheet, row: Row, order_id: str, key_column: str, figures: Figures) -> None:
    number = unguarded(getattr(row, key_column) or order_id)
    if is_rounded(number):
        place = f"{sheet.name}:{row.line}: {sheet.header_of(key_column)}"
        raise Refused(f"{place} {number} is a rounded number, not an order number", EXCEL_HINT)
    figures.look(number, row.line)


def _must_be_whole(sheet: Sheet, key_column: str, figures: Figures) -> None:
    if figures.are_rounded:
        place = f"{sheet.name}:{figures.line}: {sheet.header_of(key_column)}"
        raise Refused(f"{place} {figures.number} and all other long numbers of the column end in zeros: they are rounded", EXCEL_HINT)


def runs(rows: Iterable[R], key: Callable[[R], str]) -> Iterator[tuple[str, list[R]]]:
    """Rows of one key that stand together."""
    current, run = "", list[R]()
    for row in rows:
        mine = key(row)
        if mine != current and run:
            yield current, run
            run = []
        current = mine
        run.append(row)
    if run:
        yield current, run


def _parts(sheet: Sheet, shape: type[R], key: Callable[[R], str], key_column: str) -> dict[int, int]:
    """In how many parts an order stands in the file, for those in more than one; numbers are kept as marks, which are smaller."""
    seen: set[int] = set()
    parts: dict[int, int] = {}
    figures = Figures()
    last = ""
    for row in sheet.rows(shape):
        mine = key(row)
        if mine == last:
            continue
        last = mine
        mark = hash(mine)
        if mark in seen:
            parts[mark] = parts.get(mark, 1) + 1
        else:
            seen.add(mark)
            _must_be_exact(sheet, row, mine, key_column, figures)
    _must_be_whole(sheet, key_column, figures)
    return parts


def _made(
    sheet: Sheet, order_id: str, rows: list[R], key_column: str, build: Callable[[str, list[R]], IncomingOrder], spoiled: dict[str, int]
) -> IncomingOrder | None:
    """The order of these rows; None where they are set aside."""
    number = getattr(rows[0], key_column) or order_id
    if not order_id or not unguarded(number):
        _reject_nameless(sheet, rows, key_column)
        return None
    if spoiled and number in spoiled:
        _set_aside(sheet, rows, key_column, number, [spoiled[number]])
        return None
    try:
        order = build(order_id, rows)
    except CellError as error:
        _reject(sheet, rows, key_column, number, [(_line_of(rows, error), error)])
    except RowsError as error:
        _reject(sheet, rows, key_column, number, error.wrong)
    else:
        sheet.taken += len(rows)
        return order
    return None


def _spoiled(sheet: Sheet, key_column: str) -> dict[str, int]:
    """Order numbers in rows with too few or too many cells, and their line: the other rows are not the whole order."""
    if not sheet.broken or key_column not in sheet.keys:
        return {}
    place = sheet.keys.index(key_column)
    found = {cells[place].strip(): line for line, cells in sheet.broken if place < len(cells)}
    found.pop("", None)
    return found


def _reject_nameless(sheet: Sheet, rows: list[R], key_column: str) -> None:
    for row in rows:
        sheet.reject(row.line, key_column, "", "has no order number", "a row of totals can stay out; an order needs its number")


def _line_of(rows: list[R], wrong: CellError) -> int:
    """The line of a wrong cell of the order's own columns, which several rows may repeat: the first that has it."""
    return next((row.line for row in rows if getattr(row, wrong.column, None) == wrong.value), rows[0].line)


def _reject(sheet: Sheet, rows: list[R], key_column: str, number: str, wrong: list[tuple[int, CellError]]) -> None:
    first = dict(reversed(wrong))  # a row that holds several items is set aside once, for the first of them
    bad = sorted(first)
    for line in bad:
        cell = first[line]
        sheet.reject(line, cell.column, cell.value, cell.problem, cell.hint)
    _set_aside(sheet, [row for row in rows if row.line not in bad], key_column, number, bad)


def _set_aside(sheet: Sheet, rows: list[R], key_column: str, number: str, bad: list[int]) -> None:
    """The good rows of an order with bad ones: one problem for all of them."""
    if not rows:
        return
    lines = f"line{'s' if len(bad) > 1 else ''} {', '.join(map(str, bad))}"
    problem = f"order {number} was set aside as a whole: {lines} of it cannot be read"
    sheet.reject(rows[0].line, key_column, number, problem, "correct that and import the file again")
    sheet.set_aside += len(rows) - 1

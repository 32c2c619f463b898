"""Rows become records: each row by itself, or the rows of one order together, wherever they stand in the file.

An order comes in whole or not at all: half an order must never be sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from omscli.channels.cells import EXCEL_HINT, CellError, is_scientific, money
from omscli.channels.sheet import R, Sheet
from omscli.errors import Refused
from omscli.orders.incoming import IncomingOrder

Made = TypeVar("Made")


class RowsError(ValueError):
    """Rows of one order that cannot be read: (line, what is wrong with a cell of it)."""

    def __init__(self, wrong: list[tuple[int, CellError]]) -> None:
        super().__init__(len(wrong))
        self.wrong = wrong


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


def records(sheet: Sheet, shape: type[R], make: Callable[[R], Made | None]) -> Iterator[Made]:
    """What `make` makes of each row by itself; a wrong cell sets its row aside, and a row that says nothing new (None) is skipped."""
    for row in sheet.rows(shape):
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
    sheet: Sheet, shape: type[R], key: Callable[[R], str], key_column: str, build: Callable[[str, list[R]], IncomingOrder]
) -> Iterator[IncomingOrder]:
    """The orders of a file, in the order of their first rows.

    A file of orders is held whole, so that rows that were sorted apart still make one order, and a damaged file is refused
    before its first order is given. `build` makes an order of its key and its rows, and may raise CellError or RowsError.

    Args:
        sheet: The rows.
        shape: The columns the reader uses.
        key: What the rows of one order have in common; "" for a row of none.
        key_column: The column of the order's number, which messages name.
        build: Makes the order.

    Raises:
        Refused: An order number is a rounded one: such an order would get a stranger's parcel number.
    """
    groups: dict[str, list[R]] = {}
    for row in sheet.rows(shape):
        groups.setdefault(key(row), []).append(row)
    spoiled = _spoiled(sheet, key_column)
    for order_id in list(groups):
        rows = groups.pop(order_id)  # given back at once: orders and their rows together would be twice the memory
        number = getattr(rows[0], key_column) or order_id
        if not order_id:
            _reject_nameless(sheet, rows, key_column)
        elif is_scientific(number):
            place = f"{sheet.name}:{rows[0].line}: {sheet.header_of(key_column)}"
            raise Refused(f"{place} {number} is a rounded number, not an order number", EXCEL_HINT)
        elif number in spoiled:
            _set_aside(sheet, rows, key_column, number, [spoiled[number]])
        else:
            try:
                order = build(order_id, rows)
            except CellError as error:
                _reject(sheet, rows, key_column, number, [(_line_of(rows, error), error)])
            except RowsError as error:
                _reject(sheet, rows, key_column, number, error.wrong)
            else:
                sheet.taken += len(rows)
                yield order


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
    for line, cell in wrong:
        sheet.reject(line, cell.column, cell.value, cell.problem, cell.hint)
    bad = [line for line, _ in wrong]
    _set_aside(sheet, [row for row in rows if row.line not in bad], key_column, number, bad)


def _set_aside(sheet: Sheet, rows: list[R], key_column: str, number: str, bad: list[int]) -> None:
    """The good rows of an order with bad ones: one problem for all of them."""
    if not rows:
        return
    lines = f"line{'s' if len(bad) > 1 else ''} {', '.join(map(str, bad))}"
    problem = f"order {number} was set aside as a whole: {lines} of it cannot be read"
    sheet.reject(rows[0].line, key_column, number, problem, "correct that and import the file again")
    sheet.set_aside += len(rows) - 1

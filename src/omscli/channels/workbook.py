"""Excel workbooks (.xlsx) as rows of text. Excel keeps figures as floating point: whole ones become whole again.

A sheet is held as a rectangle while it is opened: one cell somewhere far below or far to the right would fill all memory. So the
size of every sheet is looked up before any is read.
"""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from itertools import chain
from typing import IO, TYPE_CHECKING, Any

from omscli.channels.pile import Pile
from omscli.channels.reader import FileForm
from omscli.channels.source import Source
from omscli.channels.table import RowsTable
from omscli.errors import Refused

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

# Figures of more digits than this are rounded by Excel; they come out in the form that identifiers are refused in.
_EXACT = 10**15
_MOST_CELLS = 20_000_000
_MOST_BYTES = 1 << 30
_CHUNK = 1 << 20
# A cell that holds something; those that only have a colour end with `/>`. A program may leave out where a cell stands.
_CELL = re.compile(rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r=["']([A-Z]{1,3})([0-9]{1,7})["'][^>]*(?<!/)>""")
_PLACELESS = re.compile(rb"""<(?:\w+:)?c(?:>|\s(?![^>]*\br=)[^>]*(?<!/)>)""")
_ROW = re.compile(rb"""<(?:\w+:)?row\s(?:[^>]*?\s)?r=["']([0-9]{1,7})["']""")


def workbook(source: Source, form: FileForm | None = None) -> RowsTable:
    """The sheet that the form names, else the first one that holds anything. Raises Refused for a workbook that cannot be read."""
    form = form or FileForm()
    from python_calamine import CalamineError

    name = source.name
    _must_fit(source)
    try:
        book = _opened(source)
        if form.sheet is not None and form.sheet not in book.sheet_names:
            raise Refused(f"{name} has no sheet {form.sheet!r}", f"its sheets: {', '.join(book.sheet_names)}")
        wanted = [one for one in book.sheet_names if form.sheet in (None, one)]
        filled = next(filter(None, (_rows_of(book.get_sheet_by_name(one), form.decimal) for one in wanted)), None)
    except OverflowError:
        raise Refused(f"{name}: a cell holds a time that no calendar has", "correct it, or save the sheet as CSV UTF-8") from None
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(name, error) from None
    if filled is None:
        raise Refused(f"{name} is a workbook without any text", "download it again")
    return RowsTable(name, lambda: chain.from_iterable(filled.parts()))


def _opened(source: Source) -> CalamineWorkbook:
    from python_calamine import CalamineWorkbook

    with source.binary() as file:  # which sees to it that the file stays the same
        return CalamineWorkbook.from_path(source.path) if source.path is not None else CalamineWorkbook.from_filelike(file)


def _rows_of(sheet: CalamineSheet, decimal: str) -> Pile[list[str]] | None:
    """The rows of a sheet as text, None where it holds nothing. The library's own copy of them, which is large, can go then."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    pile: Pile[list[str]] = Pile()
    is_filled = False
    for row in sheet.iter_rows():
        cells = before + [_text(cell, decimal) for cell in row]
        is_filled = is_filled or any(cells)
        pile.put(cells)
    return pile if is_filled else None


def _unreadable(name: str, error: Exception) -> Refused:
    return Refused(f"{name} is no Excel workbook that can be read: {error}", "save the sheet as CSV UTF-8")


def _must_fit(source: Source) -> None:
    """Raises Refused for a workbook that would unpack to more than memory holds."""
    name = source.name
    try:
        with source.binary() as file, zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            is_bomb = sum(part.file_size for part in parts) > _MOST_BYTES
            sheets = [] if is_bomb else [part for part in parts if re.fullmatch(r"xl/worksheets/[^/]+\.xml", part.filename)]
            reaches = [_reach(archive.open(part)) for part in sheets]
    except Exception:  # noqa: BLE001 - of a damaged archive zipfile raises errors of any kind
        raise Refused(f"{name} is an Excel workbook that is cut off or damaged", "download it again, or save it anew in Excel") from None
    if is_bomb:
        raise Refused(f"{name} unpacks to more than 1 GB", "save the sheet as CSV UTF-8")
    for rows, columns, cell in reaches:
        if rows * columns > _MOST_CELLS:
            raise Refused(
                f"{name}: a sheet of it reaches to cell {cell}: more than {_MOST_CELLS:,} cells",
                "delete what stands far away from the table (Ctrl+End goes there), or save the table as CSV UTF-8",
            )


def _reach(sheet: IO[bytes]) -> tuple[int, int, str]:
    """The last row and the last column that hold anything, and the name of the cell where they meet."""
    row, columns, rest = 0, set[bytes](), b""
    while part := sheet.read(_CHUNK):
        text = rest + part
        whole = text.rfind(b">") + 1
        text, rest = text[:whole], text[whole:]
        found = _CELL.findall(text)
        columns.update(column for column, _ in found)
        row = max(row, *(int(number) for _, number in found), 0)
        if _PLACELESS.search(text):
            row = max(row, *map(int, _ROW.findall(text)), 0)
    last = max(columns, key=lambda column: (len(column), column), default=b"A").decode()
    number = 0
    for letter in last:
        number = number * 26 + ord(letter) - 64
    return row, number, f"{last}{row}"


def _text(cell: Any, decimal: str) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if abs(cell) >= _EXACT:
            return f"{cell:.5E}"
        return str(int(cell)) if cell.is_integer() else repr(cell).replace(".", decimal)
    if isinstance(cell, datetime):
        return cell.isoformat(" ").removesuffix(" 00:00:00")
    return "" if cell is None else str(cell)

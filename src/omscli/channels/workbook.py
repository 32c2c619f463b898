"""Excel workbooks (.xlsx) as rows of text. Excel keeps figures as floating point: whole ones become whole again."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from omscli.channels.reader import FileForm
from omscli.channels.table import RowsTable
from omscli.errors import Refused

# Figures of more digits than this are rounded by Excel; they come out in the form that identifiers are refused in.
_EXACT = 10**15


def workbook(name: str, data: bytes, form: FileForm | None = None) -> RowsTable:
    """The sheet that the form names, else the first one that holds anything. Raises Refused for a workbook that cannot be read."""
    form = form or FileForm()
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if form.sheet is not None and form.sheet not in book.sheet_names:
            raise Refused(f"{name} has no sheet {form.sheet!r}", f"its sheets: {', '.join(book.sheet_names)}")
        wanted = [one for one in book.sheet_names if form.sheet in (None, one)]
        sheets = [book.get_sheet_by_name(one).to_python(skip_empty_area=False) for one in wanted]
    except (CalamineError, OSError, ValueError) as error:
        raise Refused(f"{name} is no Excel workbook that can be read: {error}", "save the sheet as CSV UTF-8") from None
    filled = [rows for rows in sheets if any(cell not in ("", None) for row in rows for cell in row)]
    if not filled:
        raise Refused(f"{name} is a workbook without any text", "download it again")
    return RowsTable(name, [[_text(cell, form.decimal) for cell in row] for row in filled[0]])


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

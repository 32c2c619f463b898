"""Tables on a terminal. The only module that knows rich, imported when a table is drawn and not before.

Markup, emoji names and highlighting are off: a buyer may be called `[bold]`. Colour never carries a meaning; there is only
bold, and NO_COLOR and TERM=dumb switch that off too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from omscli.render import streams
from omscli.render.safe import one_line, vis
from omscli.render.table import Column, Table
from omscli.render.values import shown

_NARROWEST_TEXT = 12
_GAP = 2


def draw(table: Table, stream: TextIO, *, width: int | None, zone: tzinfo | None, environ: Mapping[str, str]) -> None:
    """Draw the table. Text wraps inside its column; an id, an amount or a date is never cut.

    Where the window is too narrow for that, each row becomes a small card, one value under the other.
    """
    console = _console(stream, width, environ)
    cells = [[_cell(column, shown(column, row, zone)) for column in table.columns] for row in table.rows]
    narrowest = _narrowest(table.columns, cells)
    parts: list[RenderableType] = [_bold(one_line(table.title))] if table.title else []
    if sum(narrowest) + _GAP * len(narrowest) <= console.width + _GAP:
        parts.append(_grid(table.columns, cells, narrowest))
    else:
        parts += _cards(table.columns, cells)
    if table.footer:
        parts.append(Text(vis(table.footer)))
    _print(console, parts, stream)


def draw_heading(text: str, stream: TextIO, *, width: int | None, environ: Mapping[str, str]) -> None:
    """One bold line."""
    _print(_console(stream, width, environ), [_bold(one_line(text))], stream)


def _narrowest(columns: Sequence[Column], cells: list[list[str]]) -> list[int]:
    """How narrow each column may become: text down to a word or two, everything else not at all."""
    found = []
    for i, column in enumerate(columns):
        title = cell_len(column.title)
        widest = max((cell_len(line) for row in cells for line in row[i].split("\n")), default=0)
        found.append(max(title, min(widest, _NARROWEST_TEXT) if column.kind == "text" else widest))
    return found


def _grid(columns: Sequence[Column], cells: list[list[str]], narrowest: list[int]) -> RichTable:
    grid = RichTable(box=box.SIMPLE_HEAD, padding=(0, _GAP - 1, 0, 0), pad_edge=False, show_edge=False)
    for column, width in zip(columns, narrowest, strict=True):
        grid.add_column(
            _bold(column.title),
            justify="right" if column.kind in ("number", "money") else "left",
            no_wrap=column.kind != "text",
            overflow="fold",
            min_width=width,
        )
    for row in cells:
        grid.add_row(*map(Text, row))
    return grid


def _cards(columns: Sequence[Column], cells: list[list[str]]) -> Iterator[RenderableType]:
    for row in cells:
        card = RichTable(box=None, show_header=False, padding=(0, _GAP, 0, 0), pad_edge=False)
        card.add_column(no_wrap=True, min_width=max(cell_len(column.title) for column in columns))
        card.add_column(overflow="fold")
        for column, text in zip(columns, row, strict=True):
            if text:
                card.add_row(_bold(column.title), Text(text))
        yield card
        yield Text("")


def _cell(column: Column, text: str) -> str:
    return vis(text).strip("\n") if column.kind == "text" else one_line(text)


def _bold(text: str) -> Text:
    return Text(text, style="bold")


def _console(stream: TextIO, width: int | None, environ: Mapping[str, str]) -> Console:
    plain = bool(environ.get("NO_COLOR")) or environ.get("TERM") in ("dumb", "unknown")
    return Console(
        file=stream, width=width, force_terminal=True, color_system=None if plain else "auto", legacy_windows=False,
        markup=False, emoji=False, highlight=False, _environ=environ,
    )  # fmt: skip


def _print(console: Console, parts: list[RenderableType], stream: TextIO) -> None:
    with console.capture() as captured:  # rich itself would leave with exit code 1 when the reader of a pipe has gone
        for part in parts:
            console.print(part, crop=False)
    streams.put(stream, "".join(f"{line.rstrip()}\n" for line in captured.get().split("\n")[:-1]))

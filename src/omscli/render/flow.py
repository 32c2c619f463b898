"""Papers that grow downwards: lines, frames, tables that flow to further pages, codes.

Each paper (a slip, a list) is laid out whole before a page is drawn, so that every page can say how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from omscli.render.barcodes import bars, squares
from omscli.render.press import LINE, MM_PER_PT, NARROWEST_MODULE_MM, Press

Draw = Callable[[Press], None]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its heading, its part of the width, where its text stands."""

    heading: str
    share: float
    align: str = "L"
    bold: bool = False
    code: bool = False  # the text as bars too


@dataclass
class Flow:
    """One paper that grows downwards, over as many pages as it needs. `foot` stands under each of them."""

    press: Press
    foot: str
    pages: list[list[Draw]] = field(default_factory=lambda: [[]])
    y: float = 0.0

    def __post_init__(self) -> None:
        self.y = self.top

    @property
    def top(self) -> float:
        """Where a page begins."""
        return self.press.paper.margin

    @property
    def bottom(self) -> float:
        """Where the text of a page ends; the foot is below."""
        paper = self.press.paper
        return paper.height - paper.margin - paper.points * MM_PER_PT * LINE

    @property
    def room(self) -> float:
        """The width between the margins."""
        return self.press.paper.width - 2 * self.press.paper.margin

    def new_page(self) -> None:
        """Go on at the top of the next page."""
        self.pages.append([])
        self.y = self.top

    def need(self, height: float) -> bool:
        """Make sure of so much room. Returns whether a page was turned."""
        if self.y + height <= self.bottom or self.y == self.top:
            return False
        self.new_page()
        return True

    def gap(self, size: float = 1.0) -> None:
        """White, in sizes of the letters."""
        self.y += size * self.press.paper.points * MM_PER_PT

    def text(
        self, text: str, size: float = 1.0, *, bold: bool = False, x: float = 0.0, room: float | None = None, align: str = "L"
    ) -> None:
        """Text under what stands there; `size` in sizes of the paper's letters, `x` from the left margin."""
        if not text:
            return
        points = self.press.paper.points * size
        room = self.room - x if room is None else room
        left = self.press.paper.margin + x
        for line in self.press.wrapped(text, room, points, bold=bold):
            self.need(points * MM_PER_PT * LINE)
            self._put(line, left, self.y, room, points, bold=bold, align=align)
            self.y += points * MM_PER_PT * LINE

    def _put(self, line: str, x: float, y: float, room: float, points: float, *, bold: bool, align: str) -> None:
        self.pages[-1].append(lambda press: press.line_of_text(line, x, y, room, points, bold=bold, align=align))

    def frame(self, lines: Sequence[tuple[str, bool]], size: float = 1.0) -> None:
        """Text in a thick box, (line, bold) each; over several pages where it is long."""
        points = self.press.paper.points * size
        step, pad = points * MM_PER_PT * LINE, 1.5
        left = [(one, bold) for text, bold in lines for one in self.press.wrapped(text, self.room - 2 * pad - 1, points, bold=bold)]
        while left:
            self.need(2 * pad + step)
            fits = max(1, int((self.bottom - self.y - 2 * pad) / step))
            now, left = left[:fits], left[fits:]
            self._box(self.y, len(now) * step + 2 * pad)
            for number, (line, bold) in enumerate(now):
                y = self.y + pad + number * step
                self._put(line, self.press.paper.margin + pad + 0.5, y, self.room - 2 * pad - 1, points, bold=bold, align="L")
            self.y += len(now) * step + 2 * pad
            if left:
                self.new_page()
        self.gap(0.5)

    def _box(self, y: float, height: float) -> None:
        margin, room = self.press.paper.margin, self.room

        def draw(press: Press) -> None:
            press.pdf.set_line_width(0.7)
            press.pdf.rect(margin, y, room, height)

        self.pages[-1].append(draw)

    def rule(self, thick: float = 0.2) -> None:
        """A line from margin to margin."""
        y, margin, room = self.y, self.press.paper.margin, self.room

        def draw(press: Press) -> None:
            press.pdf.set_line_width(thick)
            press.pdf.line(margin, y, margin + room, y)

        self.pages[-1].append(draw)

    # -- bars and squares

    def code(self, text: str, room: float, height: float, *, x: float, y: float) -> float:
        """Bars of the text where they can be read in this room, else squares. Returns the height taken; 0 where neither fits."""
        symbol = bars(text)
        module = min(0.5, room / symbol.columns) if symbol else 0.0
        if symbol is None or module < NARROWEST_MODULE_MM:
            return self.square(text, min(room, max(height, 12.0)), x=x, y=y)
        left = self.press.paper.margin + x
        self.pages[-1].append(lambda press: press.symbol(symbol, left, y, module, height))
        return height

    def square(self, text: str, side: float, *, x: float, y: float) -> float:
        """A QR code of this side. Returns the height taken."""
        symbol = squares(text)
        if symbol is None:
            return 0.0
        module = max(side / symbol.columns, NARROWEST_MODULE_MM)
        left = self.press.paper.margin + x
        self.pages[-1].append(lambda press: press.symbol(symbol, left, y, module, 0.0))
        return module * symbol.rows

    # -- tables

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Rows under their headings, which every page repeats. A row that is longer than a page goes on on the next one."""
        shares = sum(column.share for column in columns)
        widths = [self.room * column.share / shares for column in columns]
        self._headings(columns, widths)
        for row in rows:
            self._row(columns, widths, row)
        self.gap(0.5)

    def _headings(self, columns: Sequence[Column], widths: Sequence[float]) -> None:
        points = self.press.paper.points * 0.85
        step = points * MM_PER_PT * LINE
        self.need(step * 4)
        x = self.press.paper.margin
        for column, width in zip(columns, widths, strict=True):
            self._put(column.heading, x, self.y, width - 1.5, points, bold=True, align=column.align)
            x += width
        self.y += step
        self.rule(0.4)
        self.y += 0.6

    def _row(self, columns: Sequence[Column], widths: Sequence[float], row: Sequence[str]) -> None:
        points = self.press.paper.points
        step = points * MM_PER_PT * LINE
        cells = [
            [] if column.heading == "" else self.press.wrapped(text, width - 1.5, points, bold=column.bold)
            for column, width, text in zip(columns, widths, row, strict=True)
        ]
        codes = [
            (number, text, _code_height(text, widths[number] - 1.5))
            for number, (column, text) in enumerate(zip(columns, row, strict=True))
            if column.code and text
        ]
        tall = max((len(cells[number]) * step + height + 1 for number, _, height in codes), default=0.0)
        if self.need(max(tall, step * min(3, max(map(len, cells))))):
            self._headings(columns, widths)
        for number, text, height in codes:
            x = sum(widths[:number])
            self.code(text, widths[number] - 1.5, min(height, 7.0), x=x, y=self.y + len(cells[number]) * step + 0.5)
        self._tick(columns, step)
        start = self.y
        done = 0
        while done < max(map(len, cells)):
            fits = max(1, int((self.bottom - self.y) / step))
            x = self.press.paper.margin
            for column, width, lines in zip(columns, widths, cells, strict=True):
                for place, line in enumerate(lines[done : done + fits]):
                    self._put(line, x, self.y + place * step, width - 1.5, points, bold=column.bold, align=column.align)
                x += width
            shown = min(fits, max(map(len, cells)) - done)
            done += fits
            self.y += shown * step
            if done < max(map(len, cells)):
                self.new_page()
                self._headings(columns, widths)
                start = self.top
        self.y = max(self.y, start + tall) + 0.8
        self.rule(0.1)
        self.y += 0.8

    def _tick(self, columns: Sequence[Column], step: float) -> None:
        """The square to tick, in a column without a heading."""
        if columns[0].heading:
            return
        x, y, side = self.press.paper.margin, self.y + 0.3, step * 0.8

        def draw(press: Press) -> None:
            press.pdf.set_line_width(0.3)
            press.pdf.rect(x, y, side, side)

        self.pages[-1].append(draw)

    def draw(self) -> None:
        """Put the pages into the file; each says which it is."""
        paper, points = self.press.paper, self.press.paper.points * 0.8
        step = points * MM_PER_PT * LINE
        for number, page in enumerate(self.pages, 1):
            self.press.pdf.add_page()
            for one in page:
                one(self.press)
            where = f"page {number} of {len(self.pages)}"
            room = self.room - self.press.width(where, points) - 3
            foot = self.press.wrapped(self.foot, room, points)[0]
            y = paper.height - paper.margin - step
            self.press.line_of_text(foot, paper.margin, y, room, points)
            self.press.line_of_text(where, paper.margin, y, self.room, points, align="R")


def _code_height(text: str, room: float) -> float:
    symbol = bars(text)
    if symbol is not None and room / symbol.columns >= NARROWEST_MODULE_MM:
        return 6.0
    square = squares(text)
    return max(square.columns * NARROWEST_MODULE_MM, min(room, 12.0)) if square else 0.0

"""Pages as PDF: text of any script, wrapped and never cut; tables that flow to further pages; bars and squares.

Each paper (a slip, a list) is laid out whole before a page is drawn, so that every page can say how many there are. The same
input gives the same bytes: no clock and no chance is in the file.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from omscli.errors import Refused
from omscli.render.barcodes import MISSING, MISSING_HINT, Symbol, bars, squares
from omscli.render.fonts_found import BOLD, REGULAR, font_for, letters_of, package_for, script_of
from omscli.render.safe import clean

if TYPE_CHECKING:
    from fpdf import FPDF

PaperName = Literal["a4", "letter", "4x6"]
_MM_PER_PT = 25.4 / 72
_LINE = 1.35  # lines apart, in sizes of the letters
_NARROWEST_MODULE_MM = 0.25  # what office and label printers of 203 dpi print cleanly (2 dots)


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet in millimetres, with the size of its letters in points."""

    width: float
    height: float
    margin: float
    points: float


PAPERS: dict[str, Paper] = {
    "a4": Paper(210, 297, 15, 10),
    "letter": Paper(215.9, 279.4, 15, 10),
    "4x6": Paper(101.6, 152.4, 5, 7.5),
}
Draw = Callable[["Press"], None]


class Press:
    """One PDF file. `missing` collects letters for which this machine has no font, by the package that brings one."""

    def __init__(self, paper: Paper, title: str, day: str) -> None:
        try:
            from fpdf import FPDF
        except ImportError as error:
            raise Refused(MISSING, MISSING_HINT) from error
        self.paper = paper
        self.missing: dict[str, set[str]] = {}
        self.pdf: FPDF = FPDF(unit="mm", format=(paper.width, paper.height))
        self.pdf.set_auto_page_break(False)
        self.pdf.set_margin(0)
        self.pdf.c_margin = 0
        self.pdf.set_title(title)
        self.pdf.set_creation_date(datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=UTC))
        self.pdf.add_font("body", "", REGULAR)
        self.pdf.add_font("body", "B", BOLD)
        self._fallbacks: dict[Path, str] = {}
        self._place_of: dict[str, str | None] = {}  # letter -> itself, or what stands in its place
        self._widths: dict[tuple[str, bool], float] = {}
        self._shaping = False

    def bytes(self) -> bytes:
        """The whole file."""
        data = bytes(self.pdf.output())
        for font in self.pdf.fonts.values():
            if hasattr(font, "ttfont"):  # the font files stay open until told otherwise
                font.ttfont.close()
        return data

    # -- letters

    def printable(self, text: str) -> str:
        """The text as it can be printed: controls left out, fonts for its letters found, `?` for what nobody has."""
        text = unicodedata.normalize("NFC", clean(text)).replace("\t", " ")
        return "".join([self._one(letter) for letter in text])

    def _one(self, letter: str) -> str:
        known = self._place_of.get(letter)
        if known is None:
            known = self._place_of[letter] = self._found(letter)
        return known

    def _found(self, letter: str) -> str:
        if letter == "\n" or (ord(letter) in letters_of(REGULAR) and ord(letter) in letters_of(BOLD)):
            return letter
        if unicodedata.category(letter) in ("Cf", "Mn") and not unicodedata.name(letter, "").split(" ")[0].isalpha():
            return ""
        if any(ord(letter) in letters_of(path) for path in self._fallbacks):
            return letter
        path = font_for(letter)
        if path is None:
            if unicodedata.category(letter) in ("Cf", "Mn"):  # joiners and selectors are not seen anyway
                return ""
            self.missing.setdefault(package_for(letter), set()).add(script_of(letter).capitalize())
            return "?"
        name = f"more{len(self._fallbacks)}"
        self.pdf.add_font(name, "", path)
        self._fallbacks[path] = name
        self.pdf.set_fallback_fonts(list(self._fallbacks.values()), exact_match=False)
        return letter

    def _font(self, points: float, *, bold: bool) -> None:
        self.pdf.set_font("body", "B" if bold else "", points)

    def _shape(self, text: str) -> bool:
        wanted = _needs_shaping(text)
        if wanted != self._shaping:
            self.pdf.set_text_shaping(wanted)
            self._shaping = wanted
        return wanted

    def width(self, text: str, points: float, *, bold: bool = False) -> float:
        """Millimetres that the text takes in one line."""
        if _needs_shaping(text):
            self._shape(text)
            self._font(points, bold=bold)
            return float(self.pdf.get_string_width(text))
        return sum([self._letter_width(letter, bold) for letter in text]) * points

    def _letter_width(self, letter: str, bold: bool) -> float:
        found = self._widths.get((letter, bold))
        if found is None:
            self._shape("")
            self._font(100, bold=bold)
            found = self._widths[letter, bold] = float(self.pdf.get_string_width(letter)) / 100
        return found

    def wrapped(self, text: str, room: float, points: float, *, bold: bool = False) -> list[str]:
        """The text in lines no wider than the room; a word that is wider is broken between letters."""
        lines: list[str] = []
        for paragraph in self.printable(text).split("\n"):
            line, used = "", 0.0
            for word in paragraph.split():
                wide = self.width(word, points, bold=bold)
                gap = self.width(" ", points, bold=bold) if line else 0.0
                if line and used + gap + wide > room:
                    lines.append(line)
                    line, used, gap = "", 0.0, 0.0
                if wide > room:
                    parts = self._broken(word, room, points, bold)
                    lines += parts[:-1]
                    word = parts[-1]  # noqa: PLW2901 - the rest of the word goes on as one
                    wide = self.width(word, points, bold=bold)
                line, used = (f"{line} {word}" if line else word), used + gap + wide
            lines.append(line)
        return lines

    def _broken(self, word: str, room: float, points: float, bold: bool) -> list[str]:
        parts = [""]
        for letter in word:
            joins = bool(unicodedata.combining(letter)) or unicodedata.category(letter) in ("Mn", "Mc", "Cf")
            if parts[-1] and not joins and self.width(parts[-1] + letter, points, bold=bold) > room:
                parts.append("")
            parts[-1] += letter
        return parts

    # -- drawing, in millimetres from the upper left corner

    def line_of_text(self, text: str, x: float, y: float, room: float, points: float, *, bold: bool = False, align: str = "L") -> None:
        """One line that fits. Text that runs from right to left stands on the right."""
        if not text:
            return
        shaped = self._shape(text)
        self._font(points, bold=bold)
        self.pdf.set_xy(x, y)
        right = align == "R" or (shaped and align == "L" and _runs_left(text))
        self.pdf.cell(room, points * _MM_PER_PT * _LINE, text, align="R" if right else align)

    def symbol(self, symbol: Symbol, x: float, y: float, module: float, height: float) -> None:
        """Bars of this height, or squares (`height` 0: each row as high as a module)."""
        tall = height or module
        for column, row, length in symbol.runs:
            self.pdf.rect(x + column * module, y + row * module, length * module, tall, style="F")


@lru_cache(maxsize=65536)
def _needs_shaping(text: str) -> bool:
    """Whether letters join, reorder or run leftwards: Arabic, Hebrew, the scripts of India and South-East Asia."""
    return not text.isascii() and any(
        0x0590 <= ord(letter) < 0x1100 or 0x1780 <= ord(letter) < 0x1800 or ord(letter) in range(0xFB1D, 0xFE00) for letter in text
    )


def _runs_left(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")), False)


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
        return paper.height - paper.margin - paper.points * _MM_PER_PT * _LINE

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
        self.y += size * self.press.paper.points * _MM_PER_PT

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
            self.need(points * _MM_PER_PT * _LINE)
            self._put(line, left, self.y, room, points, bold=bold, align=align)
            self.y += points * _MM_PER_PT * _LINE

    def _put(self, line: str, x: float, y: float, room: float, points: float, *, bold: bool, align: str) -> None:
        self.pages[-1].append(lambda press: press.line_of_text(line, x, y, room, points, bold=bold, align=align))

    def frame(self, lines: Sequence[tuple[str, bool]], size: float = 1.0) -> None:
        """Text in a thick box, (line, bold) each; over several pages where it is long."""
        points = self.press.paper.points * size
        step, pad = points * _MM_PER_PT * _LINE, 1.5
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
        if symbol is None or module < _NARROWEST_MODULE_MM:
            return self.square(text, min(room, max(height, 12.0)), x=x, y=y)
        left = self.press.paper.margin + x
        self.pages[-1].append(lambda press: press.symbol(symbol, left, y, module, height))
        return height

    def square(self, text: str, side: float, *, x: float, y: float) -> float:
        """A QR code of this side. Returns the height taken."""
        symbol = squares(text)
        if symbol is None:
            return 0.0
        module = max(side / symbol.columns, _NARROWEST_MODULE_MM)
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
        step = points * _MM_PER_PT * _LINE
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
        step = points * _MM_PER_PT * _LINE
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
        step = points * _MM_PER_PT * _LINE
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
    if symbol is not None and room / symbol.columns >= _NARROWEST_MODULE_MM:
        return 6.0
    square = squares(text)
    return max(square.columns * _NARROWEST_MODULE_MM, min(room, 12.0)) if square else 0.0

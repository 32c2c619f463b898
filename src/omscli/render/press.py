"""Ink on the pages of a PDF: text of any script, wrapped and never cut; bars and squares. `flow.py` lays the pages out.

The same input gives the same bytes: no clock and no chance is in the file.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from omscli.errors import Refused
from omscli.render.barcodes import MISSING, MISSING_HINT, Symbol
from omscli.render.fonts_found import BOLD, REGULAR, font_for, letters_of, package_for, script_of
from omscli.render.safe import clean

if TYPE_CHECKING:
    from fpdf import FPDF

MM_PER_PT = 25.4 / 72
LINE = 1.35  # lines apart, in sizes of the letters
NARROWEST_MODULE_MM = 0.25  # what office and label printers of 203 dpi print cleanly (2 dots)


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
        if letter in "\u200e\u200f":  # marks of direction: nothing is printed for them
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
        self.pdf.cell(room, points * MM_PER_PT * LINE, text, align="R" if right else align)

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

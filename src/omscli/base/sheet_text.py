"""Text that a spreadsheet would run instead of showing it."""

from __future__ import annotations

import re

_FORMULA_STARTS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
_SKIPPED_BY_SPREADSHEETS = " \u00a0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff\x00-\x1f\x7f-\x9f"
_LEADING = re.compile(f"^[{_SKIPPED_BY_SPREADSHEETS}]+")
# `+1 555 0100` and `-5` begin like formulas and are none that could do harm: they calculate, and name nothing.
_FIGURES = re.compile(r"[+-]?[0-9][0-9 ().,/-]*")
# What a spreadsheet makes of `MAR1`, `3-1` or `1/3`: `Mar-01`, `01-Mar`, `1. Mrz`, and in a workbook a day.
_MONTH = "(?:Jan|Feb|Mar|Mrz|Apr|May|Mai|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez)"
_DAY = re.compile(
    rf"{_MONTH}[- ][0-9]{{2}}|[0-9]{{1,2}}(?:-|\. ?){_MONTH}(?:[- ][0-9]{{2}})?|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?: [0-9:]{{8}})?"
)


def looks_like_day(text: str) -> bool:
    """Whether a text that should be an identifier is what a spreadsheet writes when it has taken it for a day."""
    return _DAY.fullmatch(text) is not None


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take the cell for a formula, or for the start of another cell."""
    if not text or text[0].isalnum():  # nearly every text there is
        return False
    return text[0] in "\t\r\n" or _LEADING.sub("", text).startswith(_FORMULA_STARTS)


def is_plain_figure(text: str) -> bool:
    """A number or a telephone number, though it begins with `+` or `-`."""
    return _FIGURES.fullmatch(text) is not None

"""What one cell says. Each function takes the trimmed text and the key of its column, and raises CellError, never guesses.

Figures are ASCII only: Python reads `１２`, `1_000` and `²` as numbers, and no channel writes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from omscli.base.marks import Marks
from omscli.base.money import is_currency, parse_money
from omscli.base.text import fold, nearest

MAX_UNITS = 100_000
_QUANTITY = re.compile(r"([0-9]{1,6})(?:\.0+)?")
_COUNT = re.compile(r"(-?[0-9]{1,7})(?:\.0+)?")
_ANY_WHOLE = re.compile(r"-?[0-9]+(?:\.0+)?")
_TWO_WAYS = re.compile(r"-?[0-9]{1,3},[0-9]{3}")
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]{1,3}", re.IGNORECASE)
_KEPT = 15
_GUARDED = frozenset("0123456789+-=@")
_YES = frozenset({"yes", "y", "true", "1", "x"})
_NO = frozenset({"no", "n", "false", "0"})
EXCEL_HINT = "a spreadsheet has damaged the figures: download the file again and import it without opening it in Excel"


class CellError(ValueError):
    """A cell that cannot be read; its row is set aside."""

    def __init__(self, column: str, value: str, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.column = column
        self.value = value
        self.problem = problem
        self.hint = hint


def given(text: str, column: str) -> str:
    """A text that must be there."""
    if not text:
        raise CellError(column, text, "is empty", "fill it in")
    return text


def unguarded(text: str) -> str:
    """Without the marks that keep a spreadsheet from calculating: `'02138`, `="00123"`. `'t Hart` keeps its apostrophe."""
    if text[:1] == "'" and text[1:2] in _GUARDED:
        return text[1:].strip()
    if text.startswith('="') and text.endswith('"'):
        return text[2:-1].strip()
    return text


def unscrambled(text: str) -> str | None:
    """The text behind UTF-8 that a program took for Windows-1252: `XuÃ¢n` is `Xuân`. None for a text that is no such thing.

    Nobody writes letters by chance that are UTF-8 byte for byte: behind the `Ã` of `JOÃO` stands no second half.
    """
    if text.isascii():
        return None
    try:
        # The five bytes that Windows-1252 leaves undefined come through as themselves.
        whole = b"".join(letter.encode("latin-1" if "\x80" <= letter <= "\x9f" else "cp1252") for letter in text)
        plain = whole.decode()
    except UnicodeError:
        return None
    return unscrambled(plain) or plain


def is_rounded(text: str) -> bool:
    """`5.38376E+11`, `9400111899560000000000`: figures that a spreadsheet rounded and cannot give back.

    It keeps fifteen and writes zeros for the others: four zeros there by chance are one number of ten thousand.
    """
    if len(text) > _KEPT + 3 and not text[_KEPT:].strip("0") and text.isdecimal():
        return True
    return "+" in text[-4:] and _SCIENTIFIC.fullmatch(text) is not None


@dataclass(slots=True)
class Figures:
    """Whether the long numbers of one column are whole. One that ends in a zero may be; when all do, they were rounded."""

    zeros: int = 0
    line: int = 0
    number: str = ""
    are_whole: bool = False

    def look(self, number: str, line: int) -> None:
        """Take one number into account, each only once."""
        behind = number[_KEPT:]
        if not behind or not number.isdecimal():
            return
        if behind.strip("0"):
            self.are_whole = True
        self.zeros += len(behind)
        if not self.line:
            self.line, self.number = line, number

    @property
    def are_rounded(self) -> bool:
        """Whether chance would make so many zeros less than once in a thousand files."""
        return self.zeros > 3 and not self.are_whole


def identifier(text: str, column: str) -> str:
    """An id, SKU or barcode: text, unguarded, never a number."""
    plain = unguarded(text)
    if is_rounded(plain):
        raise CellError(column, text, "is a rounded number, not an identifier", EXCEL_HINT)
    return plain


def only_once(text: str, column: str, line: int, seen: Marks) -> str:
    """An identifier that one file may have once; `seen` keeps the line where each was found, for the whole walk."""
    first = seen.setdefault(text, line)
    if first != line:
        raise CellError(column, text, f"stands in line {first} already", "leave one of the two rows, or give one of them another name")
    return text


def barcode_or_damage(text: str) -> tuple[str | None, str]:
    """A barcode without guards, and the text that was one before a spreadsheet rounded it; each empty where there is none."""
    plain = unguarded(text)
    return (None, plain) if is_rounded(plain) else (plain or None, "")


@lru_cache(maxsize=4096)
def _units(text: str) -> int | None:
    found = _QUANTITY.fullmatch(text)
    return int(found[1]) if found else None


def quantity(text: str, column: str, least: int = 1) -> int:
    """Units of goods, `least` to 100,000. `2.0` is 2, as spreadsheets write it."""
    units = _units(text)
    if units is None and not _ANY_WHOLE.fullmatch(text):
        given(text, column)
        raise CellError(column, text, "not a whole number", "write the number of units in figures, such as 2")
    if units is None or not least <= units <= MAX_UNITS:
        raise CellError(column, text, f"must be {least} to {MAX_UNITS:,}", "correct the number")
    return units


def count(text: str, column: str) -> int:
    """Units on a shelf; may be 0, and negative where a shop oversells."""
    found = _COUNT.fullmatch(text)
    if not found:
        given(text, column)
        if _ANY_WHOLE.fullmatch(text):
            raise CellError(column, text, "more than a shelf holds", "correct the number")
        raise CellError(column, text, "not a whole number", "write the number of units in figures, such as 12")
    return int(found[1])


@lru_cache(maxsize=65536)
def _minor(text: str, currency: str, decimal: str) -> int | None:
    try:
        # The amount of a currency nobody knows is read with two places: the order waits for a person anyway.
        return parse_money(text, currency if is_currency(currency) else "EUR", decimal)
    except ValueError:
        return None


def money(text: str, column: str, currency: str, decimal: str = ".") -> int | None:
    """Minor units of the currency; None for an empty cell, since unknown is not zero. `decimal` is the format's mark."""
    if not text:
        return None
    if "," in text and decimal == "." and _TWO_WAYS.fullmatch(text):
        raise CellError(column, text, "can be read as thousands or as a fraction", f"write it like {text.replace(',', '')}.00")
    amount = _minor(text, currency, decimal)
    if amount is None:
        raise CellError(column, text, f"not an amount of {currency}", f"write it like 12{decimal}50, without a mark for thousands")
    return amount


def yes(text: str, column: str, *, default: bool) -> bool:
    """A yes or no, in English words or as 1 and 0; an empty cell is the default."""
    if not text:
        return default
    word = fold(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellError(column, text, "neither yes nor no", "write yes or no")


def one_of(text: str, column: str, known: tuple[str, ...]) -> str:
    """One of a few words, in any case."""
    word = fold(text).replace(" ", "_")
    if word in known:
        return word
    near = nearest(text, known)
    raise CellError(column, text, "not a word that is known here", f"{f'did you mean {near}? ' if near else ''}it takes {', '.join(known)}")


def split_line(total: int | None, units: int) -> tuple[int | None, int]:
    """A line's price as price of one unit and what the units together exceed it by, in minor units.

    10.00 for 3 is 3.34 each, less 0.02: so that the parts give the whole again. Of 0 units the price is unknown.
    """
    if total is None or units <= 0:
        return None, 0
    unit = -(-total // units)
    return unit, unit * units - total

"""Weights and lengths of goods in the units that files name, as whole grams and millimetres; which mark divides decimals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from omscli.base.text import fold
from omscli.channels.cells import CellError, unguarded

_GRAMS = {
    "mg": "0.001",
    "milligram": "0.001",
    "g": "1",
    "gram": "1",
    "kg": "1000",
    "kilogram": "1000",
    "ton": "1000000",
    "oz": "28.349523125",
    "ounce": "28.349523125",
    "lb": "453.59237",
    "lbs": "453.59237",
    "pound": "453.59237",
}
_MILLIMETRES = {
    "mm": "1",
    "millimeter": "1",
    "cm": "10",
    "centimeter": "10",
    "dm": "100",
    "decimeter": "100",
    "m": "1000",
    "meter": "1000",
    "in": "25.4",
    "inch": "25.4",
    "ft": "304.8",
    "feet": "304.8",
    "yd": "914.4",
    "yard": "914.4",
}
_NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,12})?|[.,][0-9]{1,12}")
# Marks of thousands stand in front of exactly three figures, so that any other number of figures behind a mark are decimals.
_DECIMALS = re.compile(r"[.,](?:[0-9]{1,2}|[0-9]{4,})(?![0-9.,])")
_MOST = 100_000_000  # 100 t or 100 km; more is no product but two columns that ran into each other


def decimal_mark(cells: Iterable[str]) -> str:
    """The mark in front of decimals in a column: `,` where a cell proves it and none proves `.`; without any proof `.`.

    `20,50` proves `,` and `20.5` proves `.`; `1,250` proves nothing, and the one who reads the cell must not guess either.
    """
    marks = {found[0][0] for cell in cells if (found := _DECIMALS.search(cell))}
    return "," if marks == {","} else "."


def grams(text: str, column: str, unit: str = "g", decimal: str = ".") -> int | None:
    """Whole grams, at least 1. None for an empty cell and for 0, which only means that nobody weighed it.

    Raises CellError for a text that is no number, and for a unit that nobody knows.
    """
    return _measure(text, column, unit, decimal, _GRAMS)


def millimetres(text: str, column: str, unit: str = "mm", decimal: str = ".") -> int | None:
    """Whole millimetres, at least 1; otherwise like `grams`."""
    return _measure(text, column, unit, decimal, _MILLIMETRES)


def _measure(text: str, column: str, unit: str, decimal: str, units: dict[str, str]) -> int | None:
    if not text:
        return None
    plain = unguarded(text)
    if not _NUMBER.fullmatch(plain) or ("," if decimal == "." else ".") in plain:
        raise CellError(column, text, "not a number", f"write it like 12{decimal}5, without a unit or a mark for thousands")
    number = Decimal(plain.replace(decimal, "."))
    if not number:
        return None
    factor = units.get(fold(unit))
    if factor is None:
        raise CellError(column, f"{text} {unit}".strip(), "has no unit that is known here", f"it takes {', '.join(units)}")
    found = int((number * Decimal(factor)).to_integral_value(ROUND_HALF_UP))
    if found > _MOST:
        raise CellError(column, text, "is more than a product can measure", "correct the number")
    return max(1, found)

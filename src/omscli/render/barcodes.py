"""Bars and squares of a text, as rows of modules. What is to be scanned at the shelf or the table stands on paper by this."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from omscli.errors import Refused

MISSING = "PDF documents need the extra `print`, which is not installed"
MISSING_HINT = "pip install 'omscli[print]'; HTML needs nothing: --format html"
_QUIET_BARS, _QUIET_SQUARES = 10, 4  # modules of white that scanners want on each side (ISO 15417, ISO 18004)


_LONGEST_BARS, _LONGEST_SQUARES = 60, 400  # letters; longer ones no scanner at a table reads


@dataclass(frozen=True, slots=True)
class Symbol:
    """Black runs as (column, row, columns) in modules, the quiet zone included in `columns` and `rows`; one row for bars."""

    columns: int
    rows: int
    runs: tuple[tuple[int, int, int], ...]


@lru_cache(maxsize=4096)
def bars(text: str) -> Symbol | None:
    """Code 128; None where the text has letters for which it has no code."""
    if not text or len(text) > _LONGEST_BARS or not all(" " <= letter <= "~" for letter in text):
        return None
    rows = _modules(text, "Code128")
    runs = tuple((column + _QUIET_BARS, 0, length) for column, length in _black(rows[0]))
    return Symbol(len(rows[0]) + 2 * _QUIET_BARS, 1, runs)


@lru_cache(maxsize=4096)
def squares(text: str) -> Symbol | None:
    """A QR code, which takes any script; None for nothing and for a text of more than 400 letters."""
    if not text or len(text) > _LONGEST_SQUARES:
        return None
    rows = _modules(text, "QRCode")
    runs = tuple(
        (column + _QUIET_SQUARES, number + _QUIET_SQUARES, length) for number, row in enumerate(rows) for column, length in _black(row)
    )
    side = len(rows) + 2 * _QUIET_SQUARES
    return Symbol(side, side, runs)


def _modules(text: str, name: str) -> list[bytes]:
    try:
        import zxingcpp
    except ImportError as error:
        raise Refused(MISSING, MISSING_HINT) from error
    picture = memoryview(
        zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, name)).to_image(scale=1, add_quiet_zones=False)  # type: ignore[arg-type]
    )
    height, width = picture.shape or (0, 0)
    flat = picture.tobytes()
    return [flat[row * width : (row + 1) * width] for row in range(height)]


def _black(row: bytes) -> Iterator[tuple[int, int]]:
    """(first, length) of each black run."""
    start = None
    for place, value in enumerate(row + b"\xff"):
        if value < 128 and start is None:
            start = place
        elif value >= 128 and start is not None:
            yield start, place - start
            start = None

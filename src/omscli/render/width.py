"""How much room text takes in a fixed-width font: a Chinese character two places, an accent none."""

from __future__ import annotations

import unicodedata

_NO_ROOM = ("Mn", "Me", "Cf")


def width_of(text: str) -> int:
    """Places on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_width_of_char(char) for char in text)


def _width_of_char(char: str) -> int:
    if unicodedata.category(char) in _NO_ROOM:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def padded(text: str, width: int) -> str:
    """Filled up with spaces on the right; longer text stays whole."""
    return text + " " * (width - width_of(text))


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` places, broken at spaces; a word that is longer is broken where it must be."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            joined = f"{line} {word}" if line else word
            if width_of(joined) <= width:
                line = joined
                continue
            if line:
                lines.append(line)
            *full, line = _chopped(word, width)
            lines.extend(full)
        lines.append(line)
    return lines


def _chopped(word: str, width: int) -> list[str]:
    pieces, piece, room = [], "", width
    for char in word:
        needed = _width_of_char(char)
        if needed > room and piece:
            pieces.append(piece)
            piece, room = "", width
        piece, room = piece + char, room - needed
    return [*pieces, piece]

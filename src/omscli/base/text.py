"""Comparing what people typed: identifiers are kept as they came and compared folded."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Dashes that word processors and spreadsheets put where a hyphen was typed (Unicode category Pd, and the minus sign).
_DASHES = {ord(dash): "-" for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"}
_INVISIBLE = {code: None for code in (0x200B, 0x2060, 0xFEFF, 0x00AD)}


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The form in which two identifiers are compared: NFKC, case folded, dashes alike, no invisible marks, trimmed."""
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).translate(_DASHES)
    return " ".join(plain.casefold().split())


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word most like this one, or None. Ties go to the word that sorts first."""
    names = sorted(set(known))
    folded = {fold(name): name for name in reversed(names)}
    found = difflib.get_close_matches(fold(word), list(folded), n=1, cutoff=cutoff)
    return folded[found[0]] if found else None

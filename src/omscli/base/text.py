"""Comparing what people typed: identifiers are kept as they came and compared folded."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Dashes that word processors and spreadsheets put where a hyphen was typed (Unicode category Pd, and the minus sign).
_DASHES = {ord(dash): "-" for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"}
# Widths and joiners of nothing, soft hyphens, and the marks of direction that copying from spreadsheets leaves behind.
_INVISIBLE = dict.fromkeys((0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF))


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """The form in which two identifiers are compared: NFKC, case folded, dashes alike, no invisible marks, trimmed."""
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).translate(_DASHES)
    return " ".join(plain.casefold().split())


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word most like this one, or None. Ties go to the word that sorts first."""
    names = {fold(name): name for name in sorted(set(known), reverse=True)}
    matcher = difflib.SequenceMatcher()
    matcher.set_seq2(fold(word))
    best, most = None, cutoff
    for key, name in sorted(names.items(), key=lambda pair: pair[1]):
        matcher.set_seq1(key)
        # The two quick bounds spare the slow ratio for most words.
        if matcher.real_quick_ratio() < most or matcher.quick_ratio() < most:
            continue
        ratio = matcher.ratio()
        if ratio > most or (best is None and ratio == most):
            best, most = name, ratio
    return best

"""Tracking numbers: whether one has its carrier's form, and whose it is.

A finding is a warning and never a refusal: carriers add forms without telling anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from omscli.carriers.forms import carrier_key, numberings

_SPREADSHEET = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]+")
_SPREADSHEET_DIGITS = 15  # what a spreadsheet keeps of a number; the rest it turns into zeros


def check_number(carrier: str, number: str) -> str | None:
    """What is wrong with a tracking number, in words; None where nothing is, or where the carrier's forms are not known.

    Spaces and hyphens do not count. Numbers that a spreadsheet has shortened are found for every carrier.
    """
    plain = _plain(number)
    if _SPREADSHEET.fullmatch(plain):
        return f"{number} is a number that a spreadsheet has shortened; format the column as text and export again"
    if zeros := _cut_off(plain):
        return f"{number} ends in {zeros} zeros where a spreadsheet cuts off; format the column as text and export again"
    numbering = numberings().get(carrier_key(carrier))
    if numbering is None:
        return None
    fits = [found for form in numbering.forms if (found := form.fits(plain)) is not None]
    if any(fits):
        return None
    other = carrier_of(number) if numbering.complete else None
    if other:
        return f"{number} is a number of {other}, not of {carrier}"
    if fits:
        return f"the check digit of {number} does not fit: a digit is wrong or two are swapped"
    return f"{number} does not look like a number of {carrier}" if numbering.complete else None


@lru_cache(maxsize=4096)
def carrier_of(number: str) -> str | None:
    """The name of the carrier whose number this is, where nobody else's can look so; else None: a carrier is never guessed."""
    plain = _plain(number)
    if _SPREADSHEET.fullmatch(plain) or _cut_off(plain) or not plain.strip("0"):
        return None  # zeros alone fit most check digits
    sure = []
    for numbering in numberings().values():
        told = {form.tells for form in numbering.forms if form.fits(plain)}
        if "sure" in told:
            sure.append(numbering.name)
        elif "maybe" in told:
            return None
    return sure[0] if len(sure) == 1 else None


def as_the_seller_calls(carrier: str, own: Iterable[str]) -> str:
    """The carrier by the seller's own name of it (`usps` for USPS), where rules.yaml has one."""
    key = carrier_key(carrier)
    return next((name for name in sorted(own) if key and carrier_key(name) == key), carrier)


def _plain(number: str) -> str:
    return "".join(number.split()).upper().replace("-", "")


def _cut_off(plain: str) -> int:
    """How many zeros stand at the end of a number of figures where a spreadsheet has put them; 0 where it has not."""
    lost = plain[_SPREADSHEET_DIGITS:]
    return len(lost) if len(lost) >= 6 and plain.isdecimal() and not lost.strip("0") else 0

"""What label software tells back, in whatever program: the day a parcel left, and labels that were paid back."""

from __future__ import annotations

import re

from omscli.base.text import fold
from omscli.channels.cells import CellError
from omscli.channels.dates import any_day, named_day

_WITH_CLOCK = re.compile(r"([0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}),? +[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})? ?(?:[AP]M)?", re.IGNORECASE)
_IN_WORDS = re.compile(r"([A-Za-z]{3})[a-z]*\.? ([0-9]{1,2}),? ([0-9]{4})")  # November 20, 2026
_PAID_BACK = frozenset(
    {"refunded", "refund requested", "refund pending", "refund submitted", "voided", "void", "cancelled", "canceled", "void requested"}
)


def left_on(text: str, column: str, zone: str, order: str) -> str | None:
    """The day a parcel left (ISO) on the seller's clock; None for an empty cell.

    The hour of a label is when somebody printed it, so a time behind the day is left out. `order` is that of a date in figures.
    """
    if not text:
        return None
    words = _IN_WORDS.fullmatch(text)
    if words:
        return named_day(" ".join(words.groups()), column)[0].isoformat()
    found = _WITH_CLOCK.fullmatch(text)
    return any_day(found[1] if found else text, column, zone, order)


def is_paid_back(status: str, column: str) -> bool:
    """Whether a label was given back and no parcel travels under it.

    Raises CellError for a word about paying back that leaves it open: a refund that was refused is a label that may be in use.
    """
    word = fold(status)
    if word in _PAID_BACK:
        return True
    if "refund" in word or "void" in word:
        raise CellError(column, status, "leaves open whether the parcel left", "if it did: oms ship S-… --tracking NUMBER")
    return False

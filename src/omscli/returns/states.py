"""Where a return stands, derived from what happened to it: requested, decided, sent, received, inspected, paid back, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

STATES = ("requested", "rejected", "approved", "label_sent", "received", "inspected", "refunded", "closed")
DISPOSITIONS = ("restock", "quarantine", "discard", "missing", "wrong_item")
HERE = ("restock", "quarantine", "discard")
"""Dispositions of units that came back; the others never did."""
ON_THE_WAY = ("approved", "label_sent")
MAY_ARRIVE = ("approved", "label_sent", "received", "refunded")
MAY_BE_PAID = ("approved", "label_sent", "received", "inspected", "refunded")


@dataclass(frozen=True, slots=True)
class LineCounts:
    """Units of one line: announced, known what became of them, here again, paid back."""

    units: int
    accounted: int = 0
    came: int = 0
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class Happened:
    """What was decided and done about a return, apart from its goods."""

    approved: bool | None = None  # None: nobody decided
    labelled: bool = False
    closed: bool = False


def state_of(happened: Happened, lines: Sequence[LineCounts]) -> str:
    """One of STATES. Paid back is what nothing more is owed for; a refund before the goods are here counts when it covers all of them."""
    if happened.approved is False:
        return "rejected"
    if happened.closed:
        return "closed"
    if happened.approved is None:
        return "requested"
    refunded = sum(line.refunded for line in lines)
    if refunded and all(line.refunded >= (line.came if line.accounted >= line.units else line.units) for line in lines):
        return "refunded"
    if all(line.accounted >= line.units for line in lines):
        return "inspected"
    if any(line.accounted for line in lines):
        return "received"
    return "label_sent" if happened.labelled else "approved"

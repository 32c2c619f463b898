"""What to buy, how much of it and by when, from what was sold. Pure.

Sales a day carry what is there and on its way for so many days. It must be ordered so early that the goods are there on the last of
them, and so much that the stock lasts for the days to be covered after that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Position:
    """One product over all own places, in units. `free` is without safety stock and what is promised or held; it may be negative."""

    product: int
    sold: int  # in the days looked at
    free: int
    coming: int = 0
    owed: int = 0  # sold, and claimed nowhere
    safety: int = 0  # kept back, told for the derivation only
    lead_days: int = 0  # days from the order to the shelf


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to order: units, the last day to do it, and the numbers behind both."""

    product: int
    units: int
    order_by: date
    runs_out: date | None  # the day on which safety stock would be touched; None: nothing is sold
    per_day: float
    position: Position

    @property
    def is_late(self) -> bool:
        """Whether it will run out before the goods can be there."""
        return self.runs_out is not None and self.runs_out < self.order_by + timedelta(days=self.position.lead_days)


def suggest(positions: Iterable[Position], days: int, cover_days: int, today: date) -> list[Suggestion]:
    """What is needed within the lead time and the days to be covered, the most urgent first. `days` are those looked at."""
    found = [one for position in positions if (one := _one(position, days, cover_days, today)) is not None]
    return sorted(found, key=lambda one: (one.order_by, one.runs_out or today, -one.units, one.product))


def _one(position: Position, days: int, cover_days: int, today: date) -> Suggestion | None:
    per_day = position.sold / days
    have = position.free + position.coming - position.owed
    # A hair is taken off, so that 0.1 a day for 30 days is 3 and not 4.
    units = math.ceil(per_day * (position.lead_days + cover_days) - have - 1e-9)
    if units <= 0:
        return None
    if not per_day:
        return Suggestion(position.product, units, today, today, 0.0, position)
    lasts = max(0, math.floor(have / per_day + 1e-9))
    runs_out = today + timedelta(days=lasts)
    order_by = max(today, runs_out - timedelta(days=position.lead_days))
    return Suggestion(position.product, units, order_by, runs_out, per_day, position)

"""Working days: which weekdays count, and which dates do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weekdays (0 is Monday) on which something happens, less the dates on which it does not."""

    days: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Whether something happens on this date."""
        return day.weekday() in self.days and day not in self.holidays

    def on_or_after(self, day: date) -> date:
        """The first working day from this date on. Raises ValueError for a calendar without any working day."""
        for _ in range(800):
            if self.works(day):
                return day
            day += timedelta(days=1)
        raise ValueError("a calendar without working days")

    def after(self, day: date, count: int) -> date:
        """The date `count` working days later; 0 is the first working day from this date on."""
        day = self.on_or_after(day)
        for _ in range(count):
            day = self.on_or_after(day + timedelta(days=1))
        return day

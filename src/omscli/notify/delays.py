"""Whether what is on its way, or still to leave, will come later than the customer was told.

Pure. It must not cry wolf: a day on which the place is closed or the carrier does not deliver is no delay, and a parcel that
may still leave today is in time until the place's own midnight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from omscli.base.workdays import MONDAY_TO_FRIDAY, Calendar
from omscli.carriers.service import Service
from omscli.promise.dates import today_at, with_capacity
from omscli.stock.locations import Location

Cause = Literal["not_left", "full", "later", "not_moving"]

SILENT_DAYS = 2
"""So many delivery days after its date a parcel without a delivery counts as not moving: tracking files come a day late."""
APART_DAYS = 2
"""A second notice must be worth a mail: the new date lies more than so many days behind the one that was told."""


@dataclass(frozen=True, slots=True)
class Part:
    """A shipment that is not delivered yet, with the dates of its plan."""

    number: int
    location: Location
    ship_on: date
    arrives: date
    service: Service | None = None  # None: rules.yaml does not know it any more
    left_on: date | None = None  # on the place's own calendar
    reported: bool = False  # whether we hear of this carrier's deliveries at all


@dataclass(frozen=True, slots=True)
class Expected:
    """When a part will come; `day` None: nobody can say. `cause` is None while it is as planned."""

    day: date | None
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """What the customer must hear. `expected` None: nobody can say."""

    promised: date
    expected: date | None
    cause: Cause


def expected_days(parts: Iterable[Part], now: datetime, gone: Mapping[tuple[str, date], int] | None = None) -> dict[int, Expected]:
    """When each part comes, as things stand.

    Args:
        parts: What is not delivered; of places with a capacity all that are to leave, or the days fill up with too few.
        now: The instant.
        gone: Shipments that left already, by place and day on which they were to leave.
    """
    used: dict[str, Counter[date]] = {}
    for (place, day), count in (gone or {}).items():
        used.setdefault(place, Counter())[day] += count
    found = {}
    for part in sorted(parts, key=lambda one: (one.ship_on, one.number)):
        if part.left_on:
            found[part.number] = _on_the_way(part, part.left_on, today_at(now, part.location))
        else:
            found[part.number] = _to_leave(part, today_at(now, part.location), used.setdefault(part.location.code, Counter()))
    return found


def _to_leave(part: Part, today: date, used: Counter[date]) -> Expected:
    earliest = max(part.ship_on, today)
    leaves = with_capacity(earliest, part.location, used)
    if leaves is None:
        return Expected(None, "full")
    used[leaves] += 1
    if leaves <= part.ship_on:
        return Expected(part.arrives)
    full = leaves > part.location.calendar.on_or_after(earliest)
    return Expected(_slipped(part, leaves), "full" if full else "not_left")


def _on_the_way(part: Part, left_on: date, today: date) -> Expected:
    day = part.arrives if left_on <= part.ship_on else _slipped(part, left_on)
    if part.reported and today > _deliveries(part).after(day + timedelta(days=1), SILENT_DAYS - 1):
        return Expected(None, "not_moving")
    return Expected(day, None if day == part.arrives else "not_left")


def _deliveries(part: Part) -> Calendar:
    return Calendar(part.service.delivers, part.service.holidays) if part.service else Calendar(MONDAY_TO_FRIDAY)


def _slipped(part: Part, leaves: date) -> date:
    """The arrival of a part that leaves later than planned: as many delivery days on the way as planned."""
    calendar = _deliveries(part)
    days = sum(calendar.works(part.ship_on + timedelta(days=n)) for n in range(1, (part.arrives - part.ship_on).days + 1))
    same_day = part.service is not None and 0 in part.service.transit_days and part.arrives == calendar.on_or_after(part.ship_on)
    if same_day or not days:
        return max(part.arrives, calendar.on_or_after(leaves))
    return max(part.arrives, calendar.after(leaves + timedelta(days=1), days - 1))


def delay_of(promised: date, parts: Iterable[Expected], told: date | None = None) -> Delay | None:
    """What to tell of an order: the part that comes last counts, and one of which nobody can say more than any other.

    Args:
        promised: The day the customer was told first.
        parts: When its parts come.
        told: The latest day that a notice named; None: there was none.
    """
    found = list(parts)
    lost = next((one for one in found if one.day is None), None)
    if lost:
        return Delay(promised, None, lost.cause or "later")
    late = max((one for one in found if one.day), key=lambda one: (one.day or promised, one.cause or ""), default=None)
    if late is None or late.day is None or late.day <= promised:
        return None
    if told is not None and late.day <= told + timedelta(days=APART_DAYS):
        return None
    return Delay(promised, late.day, late.cause or "later")

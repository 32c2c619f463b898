"""When a shipment leaves and when it arrives, and how that came about in words.

Instants are UTC; cut-offs and working days are those of the location's own clock and calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from omscli.base.workdays import MONDAY_TO_FRIDAY, WEEKDAYS, Calendar
from omscli.carriers.service import Service
from omscli.stock.locations import Location

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class LeaveDay:
    """The first day on which goods can leave a location, and the steps to it in words."""

    day: date
    steps: tuple[str, ...]
    in_time: bool = True  # before the cut-off of the day, on the place's own clock
    closed: tuple[date, ...] = ()  # holidays on the way, on which the place would work otherwise


def leave_day(now: datetime, location: Location) -> LeaveDay:
    """The day a shipment decided `now` leaves, without regard to capacity.

    Before the cut-off of a working day it is that day, else the next working day; then handling and a supplier's lead
    time follow in working days. Raises ValueError for a time without zone and for a location that never works.
    """
    if now.tzinfo is None:
        raise ValueError("a time without zone says nothing about a cut-off")
    zone = ZoneInfo(location.timezone)
    local = now.astimezone(zone)
    today, calendar = local.date(), location.calendar
    said = f"ordered {day_text(today)} {local:%H:%M} {place_text(location.timezone)}"
    in_time = location.cutoff is None or (
        # In the hour that autumn repeats, the clock stands before a cut-off that has passed once already.
        local.time() < location.cutoff and now < datetime.combine(today, location.cutoff.replace(fold=0), zone).astimezone(UTC)
    )
    if location.cutoff is not None:
        said += f", {'before' if in_time else 'after'} the cut-off {location.cutoff:%H:%M}"
    if not calendar.works(today):
        said += ", not a working day"
    start = calendar.on_or_after(today if in_time else today + timedelta(days=1))
    day = calendar.after(start, location.handling_days + location.lead_days)
    closed = _holidays(calendar, today, day)
    shut = (f"closed on {_days_text(closed)}",) if closed else ()
    spent = _spent(location.handling_days, "for handling") + _spent(location.lead_days, "until the supplier has it")
    return LeaveDay(day, (said, *shut, *spent, f"leaves {day_text(day)}"), in_time, closed)


def _holidays(calendar: Calendar, after: date, until: date) -> tuple[date, ...]:
    """Holidays between two dates, both left out, that are no free weekdays anyway."""
    return tuple(sorted(day for day in calendar.holidays if after < day < until and day.weekday() in calendar.days))


def _days_text(days: tuple[date, ...]) -> str:
    return ", ".join(map(day_text, days))


def today_at(now: datetime, location: Location) -> date:
    """The date on the place's own clock."""
    return now.astimezone(ZoneInfo(location.timezone)).date()


def _spent(days: int, purpose: str) -> tuple[str, ...]:
    return (f"{_days(days, 'working day')} {purpose}",) if days else ()


def with_capacity(day: date, location: Location, used: Mapping[date, int]) -> date | None:
    """The first working day from `day` on with room for one more shipment, None where there never is any.

    Args:
        day: The first day that would do.
        location: Whose `daily_capacity` and calendar count.
        used: Shipments that leave already, by day.
    """
    room, calendar = location.daily_capacity, location.calendar
    if room is not None and room <= 0:
        return None
    day = calendar.on_or_after(day)
    while room is not None and used.get(day, 0) >= room:
        day = calendar.after(day, 1)
    return day


@lru_cache(maxsize=256)
def _deliveries(days: frozenset[int], holidays: frozenset[date]) -> Calendar:
    return Calendar(days, holidays)


def arrival(leaves: date, service: Service, zone: int, buffer_days: int = 0) -> date:
    """The day a parcel arrives: the transit days of its zone and the seller's buffer, counted in the service's delivery days.

    Only days after the one it leaves count, and it always arrives on a delivery day; 0 days is the same day where that
    is one.
    """
    calendar = _deliveries(service.delivers, service.holidays)
    days = service.transit_days[zone] + buffer_days
    if not days:
        return calendar.on_or_after(leaves)
    return calendar.after(leaves + timedelta(days=1), days - 1)


def without_delivery(leaves: date, arrives: date, service: Service) -> tuple[date, ...]:
    """The service's holidays on the way, on which it would deliver otherwise."""
    return _holidays(_deliveries(service.delivers, service.holidays), leaves, arrives)


def derivation(leaving: LeaveDay, leaves: date, service: Service, zone: int, buffer_days: int = 0) -> tuple[str, ...]:
    """The whole way to an arrival in words, from the order to the customer's door.

    Args:
        leaving: What `leave_day` found.
        leaves: The day it really leaves; later than `leaving.day` where that one was full.
        service: Who carries it.
        zone: The service's zone, counted from 0; people count from 1.
        buffer_days: Days that the seller adds to every promise.
    """
    full = () if leaves == leaving.day else (f"no capacity before {day_text(leaves)}", f"leaves {day_text(leaves)}")
    buffer = (f"{_days(buffer_days, 'day')} of buffer",) if buffer_days else ()
    transit = f"zone {zone + 1} of {service.label}: {_days(service.transit_days[zone], 'day')}"
    if service.delivers != MONDAY_TO_FRIDAY:
        transit += f" ({', '.join(WEEKDAYS[day] for day in sorted(service.delivers))})"
    arrives = arrival(leaves, service, zone, buffer_days)
    idle = without_delivery(leaves, arrives, service)
    shut = (f"no delivery on {_days_text(idle)}",) if idle else ()
    return (*leaving.steps, *full, transit, *shut, *buffer, f"arrives {day_text(arrives)}")


def day_text(day: date) -> str:
    """`Mon 2 Mar`, the same under every locale of the machine."""
    return f"{WEEKDAYS[day.weekday()].capitalize()} {day.day} {_MONTHS[day.month - 1]}"


def place_text(timezone: str) -> str:
    """What people call a zone: `New York` for `America/New_York`."""
    return timezone.rsplit("/", 1)[-1].replace("_", " ")


def _days(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"

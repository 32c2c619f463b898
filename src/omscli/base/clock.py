"""Instants are UTC text of one form, `2026-03-02T14:05:00Z`, and days `2026-03-02`, so that they sort and compare as text."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def as_text(instant: datetime) -> str:
    """An aware instant in the one stored form. Raises ValueError for a naive one: a time without a zone is a guess."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def as_instant(text: str) -> datetime:
    """Back from the stored form, or from any ISO 8601 text with an offset. Raises ValueError without one."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} names no offset from UTC")
    return instant.astimezone(UTC)


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar in the stored form, `2026-03-02`; the other forms of ISO 8601 are not."""
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def typed_until(text: str, zone: tzinfo) -> datetime:
    """The end that a person means: an instant with an offset, a date and time on the clock of `zone`, or a day there, to its end.

    Raises ValueError for anything else, also for a year that nobody means.
    """
    if is_day(text):
        found = datetime.combine(date.fromisoformat(text) + timedelta(days=1), time.min, zone)
    else:
        found = datetime.fromisoformat(text)
        if len(text) < len("2026-03-02T09") or not is_day(text[:10]):
            raise ValueError(f"{text!r} is no date and time")
        found = found if found.tzinfo else found.replace(tzinfo=zone)
    if not 1990 <= found.year <= 2200:
        raise ValueError(f"nobody means the year {found.year}")
    return found.astimezone(UTC)

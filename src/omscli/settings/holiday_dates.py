"""Holidays as dates: from the codes of countries and states, and from dates that the seller names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Annotated

from pydantic import PlainValidator

from omscli.settings.mistakes import shown, unknown
from omscli.settings.values import Says, as_country, as_day, wrong


def dates_of(entries: Iterable[str | date], today: date) -> frozenset[date]:
    """The dates of all entries; for codes from last year to the year after next."""
    found: set[date] = set()
    for entry in entries:
        if isinstance(entry, date):
            found.add(entry)
        else:
            found |= _of_code(entry, today.year)
    return frozenset(found)


@lru_cache(maxsize=64)
def _of_code(code: str, year: int) -> frozenset[date]:
    import holidays  # 0.1 s, so only where a code is named

    country, _, part = code.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=range(year - 1, year + 3)))


def _entry(value: object) -> str | date:
    """A date, or the code of a calendar that the library has."""
    if not isinstance(value, str) or not value:
        raise wrong(f"{shown(value)} is neither a country code like US-NY nor a date like 2026-12-24")
    if value[:1].isdigit():
        return as_day(value)
    import holidays

    name, _, part = value.partition("-")
    country = as_country(name)
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        raise wrong(f"the holidays of {shown(country)} are not known; write the dates")
    if part and part not in known[country]:
        raise wrong(unknown(f"part of {country}", part, known[country]))
    return f"{country}-{part}" if part else country


HolidayEntry = Annotated[str | date, PlainValidator(_entry), Says("a country (`US`), a state (`US-NY`) or a date (`2026-12-24`)")]

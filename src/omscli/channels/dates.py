"""Days and instants as channels write them. No library that guesses: `02/03/26` is read by a declared order or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from omscli.base.clock import as_text
from omscli.base.text import fold
from omscli.channels.cells import CellError, given

_FULL = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]+)? ?(Z|UTC|[+-][0-9]{2}:?[0-9]{2})?)?")
_TIME = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?(?:\s?[AaPp]\.?[Mm]\.?)?"
_FIGURES = re.compile(rf"([0-9]{{1,4}})[/.-]([0-9]{{1,2}})[/.-]([0-9]{{1,4}})(?:[ T]+({_TIME}))?")
_NAMED = re.compile(
    r"(?:([^\W\d_]{3,10})\.?[- ]([0-9]{1,2})|([0-9]{1,2})\.?[- ]([^\W\d_]{3,10})\.?)"
    rf"[- ,]+([0-9]{{4}}|[0-9]{{2}})(?: +({_TIME}))?"
)
_HALF_DAY = re.compile(r"([0-9]{1,2})((?::[0-9]{2}){1,2})\s?([AaPp])\.?[Mm]\.?")
# A line for each month: English, German, French, Italian, Spanish. No word means two months.
_MONTH_NAMES = """
jan january januar jän jänner janv janvier gen gennaio ene enero
feb february februar févr fév fevr février febbraio febrero
mar march mär märz mrz mars marzo
apr april avr avril aprile abr abril
may mai mag maggio mayo
jun june juni juin giu giugno junio
jul july juli juil juillet lug luglio julio
aug august août aout ago agosto
sep sept september septembre set settembre septiembre
oct october okt oktober octobre ott ottobre octubre
nov november novembre noviembre
dec december dez dezember déc décembre dic dicembre diciembre
"""
_MONTHS = {name: n for n, names in enumerate(_MONTH_NAMES.strip().splitlines(), 1) for name in names.split()}
_NAMES = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=4096)
def _offset(text: str) -> timedelta:
    if text in ("Z", "UTC"):
        return timedelta(0)
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timedelta(minutes=-minutes if text[0] == "-" else minutes)


@lru_cache(maxsize=8192)
def _utc(text: str, zone: str) -> str | None:
    """UTC text of `2026-03-02 14:05:00 -0500`; without an offset it is the zone's time, without a time its midnight."""
    found = _FULL.fullmatch(text)
    if not found:
        return None
    day, time, offset = found.groups()
    try:
        local = datetime.fromisoformat(f"{day} {time}" if time else day)
        _believed(local.year)
    except ValueError:
        return None
    return f"{(local - _offset(offset)).isoformat()}Z" if offset else as_text(local.replace(tzinfo=_zone(zone)))


def instant(text: str, column: str, zone: str) -> str:
    """UTC text of an ISO date and time. Without an offset it is the time of `zone` (IANA), without a time its midnight."""
    found = _utc(text, zone)
    if found is None:
        given(text, column)
        raise CellError(column, text, "not a date and time", "write it like 2026-03-02 or 2026-03-02 14:05:00 -0500")
    return found


def day_of(text: str, column: str, zone: str) -> str | None:
    """The date, on the clock of `zone`, of an ISO date or instant; None for an empty cell."""
    if not text:
        return None
    utc = instant(text, column, zone)
    return datetime.fromisoformat(utc).astimezone(_zone(zone)).date().isoformat()


def settled_order(values: Iterable[str], declared: str, wanted: str | None) -> str:
    """The order of day, month and year in one column: as the seller said, else as the figures prove, else as declared.

    A first figure above 12 proves `dmy` and a second one `mdy`, when the column has not both. `declared` is the format's own
    order; `ymd` means that it writes ISO dates only.
    """
    if wanted:
        return wanted
    first = second = False
    for found in map(_FIGURES.match, values):
        if found and len(found[1]) < 3:
            first, second = first or int(found[1]) > 12, second or int(found[2]) > 12
    return declared if first == second else "dmy" if first else "mdy"


def clock_24(text: str, column: str) -> str:
    """A time with AM or PM on the clock of 24 hours: `12:05:00 AM` is `00:05:00`. One without them stays as it is."""
    found = _HALF_DAY.fullmatch(text)
    if not found:
        return text
    hour = int(found[1])
    if not 1 <= hour <= 12:
        raise CellError(column, text, "not a time of day", "with AM or PM it takes the hours 1 to 12")
    return f"{hour % 12 + (12 if found[3] in 'Pp' else 0):02}{found[2]}"


def written_day(text: str, column: str, order: str) -> tuple[date, str]:
    """A date in figures (`12/26/21`) in the given order, and the time behind it on the clock of 24 hours, "" without one."""
    found = _FIGURES.fullmatch(text)
    if not found:
        given(text, column)
        raise CellError(column, text, "not a date", f"it takes {_NAMES[order]} in figures")
    parts = dict(zip("ymd" if len(found[1]) > 2 else order, found.groups(), strict=False))
    time = clock_24(found[4] or "", column)
    try:
        return date(_year(parts["y"]), int(parts["m"]), int(parts["d"])), time
    except ValueError:
        if len(found[1]) > 2:
            raise CellError(column, text, "no date of the calendar", "look it up at the channel and correct it") from None
        raise CellError(
            column, text, f"no date in the order {_NAMES[order]}", "name the order of the file with --date-order dmy, mdy or ymd"
        ) from None


def named_day(text: str, column: str) -> tuple[date, str]:
    """A date with the name of its month (`Jul-25-26`, `25-Jul-26`, `05-oct.-26`, `January 23, 2024`), and its time by 24 hours, else ""."""
    found = _NAMED.fullmatch(fold(text))
    if not found:
        given(text, column)
        raise CellError(column, text, "not a date", "it takes a form like Jul-25-26 or 25-Jul-26")
    month = found[1] or found[4]
    time = clock_24(found[6] or "", column)
    try:
        return date(_year(found[5]), _MONTHS[month], int(found[2] or found[3])), time
    except (ValueError, KeyError):
        raise CellError(column, text, "no date of the calendar", "look it up at the channel and correct it") from None


def _year(text: str) -> int:
    return _believed(2000 + int(text) if len(text) < 3 else int(text))


def _believed(year: int) -> int:
    """The year. Raises ValueError for the first and the last thousand, next to whose ends another clock has no date."""
    if not 1000 <= year < 9999:
        raise ValueError(year)
    return year


def local_instant(day: date, time: str, zone: str) -> str:
    """UTC text of a day and a time (`14:05`, "" is midnight) on the clock of a zone."""
    clock = time if not time or time[1:2] != ":" else f"0{time}"
    return as_text(datetime.fromisoformat(f"{day.isoformat()} {clock or '00:00'}").replace(tzinfo=_zone(zone)))


def any_instant(text: str, column: str, zone: str, order: str) -> str:
    """UTC text of a date and time that is ISO, or in figures in an `order` that the seller named or the column proves."""
    utc = _utc(text, zone)
    if utc is not None:
        return utc
    if order != "ymd":
        return local_instant(*written_day(text, column, order), zone)
    found = _FIGURES.fullmatch(text)
    if found and len(found[1]) < 3:
        if int(found[1]) > 12 or int(found[2]) > 12:
            problem = "day and month stand in another order than in other rows"
            raise CellError(column, text, problem, "write it like 2026-12-24, or import the rows of each order as a file of its own")
        raise CellError(column, text, "a date that can be read two ways", "say which: --date-order dmy or --date-order mdy")
    return instant(text, column, zone)


def any_day(text: str, column: str, zone: str, order: str) -> str:
    """The date of such a text, on the clock of `zone`. An ISO date is that date in every zone."""
    day = text[:10]
    if len(text) == 10 and _utc(text, "UTC") is not None:
        return day
    utc = any_instant(text, column, zone, order)
    return datetime.fromisoformat(utc).astimezone(_zone(zone)).date().isoformat()


@lru_cache(maxsize=8192)
def _formed(text: str, form: str) -> datetime | None:
    """A text in a form of `strptime`; where the form has no hours, a time may stand behind the date. Figures are ASCII only."""
    tails = ("",) if "%H" in form or "%I" in form else ("", " %H:%M", " %H:%M:%S")
    for tail in tails if text.isascii() else ():
        try:
            found = datetime.strptime(text, f"{form}{tail}")  # noqa: DTZ007 - the zone is the file's, and given later
            _believed(found.year)
        except ValueError:
            continue
        return found
    return None


def formed_instant(text: str, column: str, form: str, zone: str) -> str:
    """UTC text of a date and time in the form that the seller named (`%d.%m.%Y`), on the clock of `zone`.

    An ISO date is understood besides, as cells of workbooks become one; not where the form itself begins with the year.
    """
    given(text, column)
    found = _formed(text, form)
    utc = as_text(found if found.tzinfo else found.replace(tzinfo=_zone(zone))) if found else None
    if utc is None and "%Y-" not in form:
        utc = _utc(text, zone)
    if utc is None:
        example = datetime(2026, 12, 24, 14, 5, tzinfo=UTC).strftime(form)
        raise CellError(column, text, "not a date in the form of its reader", f"its dates are {form}, like {example}; rules.yaml says so")
    return utc


def formed_day(text: str, column: str, form: str, zone: str) -> str:
    """The date of such a text, on the clock of `zone`. A date without a time is that date in every zone."""
    if len(text) == 10 and "%Y-" not in form and _formed(text, form) is None and _utc(text, "UTC") is not None:
        return text
    utc = formed_instant(text, column, form, zone)
    return datetime.fromisoformat(utc).astimezone(_zone(zone)).date().isoformat()

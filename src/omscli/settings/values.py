"""The kinds of values that rules.yaml knows, each from text to what the program works with.

Numbers are plain digits: `1_000`, `1,000` and `1e3` are refused instead of guessed. Money becomes minor units of the home
currency, which the validation context names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, PlainValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from omscli.base.money import is_currency, to_minor
from omscli.base.text import nearest
from omscli.base.workdays import WEEKDAYS
from omscli.notify.events import EVENTS, MODES
from omscli.settings.countries import COUNTRIES
from omscli.settings.mistakes import quoted, shown, unknown

_DIGITS = re.compile(r"-?[0-9]{1,9}")
_DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_PLACELESS_ZONES = ("localtime", "posixrules", "Factory")  # files in the zone database that are no time zones


@dataclass(frozen=True, slots=True)
class Says:
    """What the reference page writes as allowed values of a kind."""

    text: str


def wrong(text: str) -> PydanticCustomError:
    """The error of one value, in plain words."""
    return PydanticCustomError("oms", "{text}", {"text": text})


def all_wrong(found: Iterable[tuple[tuple[str | int, ...], str]]) -> PydanticCustomError:
    """Several errors inside one value: (path below it, words) each."""
    return PydanticCustomError("oms", "several values are wrong", {"found": list(found)})


def _number(value: object, pattern: re.Pattern[str], what: str) -> Decimal:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise wrong(f"{shown(value)} is not {what}")
    return Decimal(value)


def whole(least: int | None = 0, most: int | None = None) -> PlainValidator:
    """A whole number within bounds."""

    def check(value: object) -> int:
        number = int(_number(value, _DIGITS, "a whole number, written in digits only"))
        if least is not None and number < least:
            raise wrong(f"{shown(value)} is too small: at least {least}")
        if most is not None and number > most:
            raise wrong(f"{shown(value)} is too large: at most {most}")
        return number

    return PlainValidator(check)


def number(least: int | None = 0, most: int | None = None, *, or_equal: bool = True) -> PlainValidator:
    """A number with or without decimal places, within bounds."""

    def check(value: object) -> float:
        found = _number(value, _DECIMAL, "a number like 12 or 12.5")
        if least is not None and (found < least or (found == least and not or_equal)):
            raise wrong(f"{shown(value)} is too small: {'at least' if or_equal else 'more than'} {least}")
        if most is not None and found > most:
            raise wrong(f"{shown(value)} is too large: at most {most}")
        return float(found)

    return PlainValidator(check)


def _capacity(value: object) -> int | None:
    if value == "none":
        return None
    found = _number(value, _DIGITS, "a whole number, written in digits only, or none")
    if found < 0:
        raise wrong(f"{shown(value)} is too small: at least 0, or none for no limit")
    return int(found)


def _basis_points(value: object) -> int:
    scaled = _number(value, _DECIMAL, "a percentage like 12.5") * 100
    if scaled < 0:
        raise wrong(f"{shown(value)} is too small: at least 0")
    if scaled != scaled.to_integral_value():
        raise wrong(f"{shown(value)} has more than two decimal places")
    return int(scaled)


def _money(value: object, info: ValidationInfo) -> int:
    amount = _number(value, _DECIMAL, "an amount like 12.50")
    if amount < 0:
        raise wrong(f"{shown(value)} is below 0")
    currency = info.context
    if currency is None:  # the file's currency is itself wrong, and said so
        return 0
    try:
        return to_minor(amount, currency)
    except ValueError:
        raise wrong(f"{shown(value)} has more decimal places than {currency}") from None


def as_price(value: object, info: ValidationInfo) -> int | None:
    """An amount of money, or None for a cell that is left empty."""
    return None if value is None else _money(value, info)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        raise wrong(f"{shown(value)} stands where one text belongs")
    return value


def _name(value: object) -> str:
    name = _text(value)
    if not name.strip() or not name.isprintable() or any(mark in name for mark in ":/\\") or name != name.strip():
        raise wrong(f"{shown(value)} is no name: one line without ':', '/' and '\\'")
    return name


def _code(value: object) -> str:
    code = _name(value)
    if " " in code or code.startswith(("-", ".")):
        raise wrong(f"{shown(value)} is no short name: no spaces, and '-' and '.' not in front")
    return code


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise wrong(f"{shown(value)} is neither true nor false")
    return value


def _clock(value: object) -> time:
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise wrong(f"{shown(value)} is not a time of day like 15:00")
    return time(int(found[1]), int(found[2]))


def as_day(value: object) -> date:
    """A date from its text."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise wrong(f"{shown(value)} is not a date like 2026-12-24")


def _zone(value: object) -> str:
    name = _text(value)
    try:
        if name not in _PLACELESS_ZONES:
            ZoneInfo(name)
            return name
    except (ValueError, OSError, KeyError):
        pass
    from zoneinfo import available_timezones

    near = nearest(name, available_timezones())
    raise wrong(f"unknown time zone {shown(value)}" + (f" – did you mean {quoted(near)}?" if near else "; write it like Europe/London"))


# What people write for a country, and the code it has.
_COUNTRY_WORDS = {"UK": "GB", "EN": "GB", "USA": "US", "EL": "GR", "UAE": "AE", "ENGLAND": "GB", "GERMANY": "DE", "CANADA": "CA"}


def as_country(value: object) -> str:
    """An ISO 3166-1 code from its text."""
    code = _text(value).upper()
    if code in COUNTRIES:
        return code
    raise wrong(unknown_country(_text(value)))


def unknown_country(word: str) -> str:
    """What to say of a word that is no country's code."""
    if word.upper() in _COUNTRY_WORDS:
        return f"unknown country {quoted(word)} – did you mean {quoted(_COUNTRY_WORDS[word.upper()])}?"
    return f"unknown country {quoted(word)}; write its two letters, like US or GB"


def _country_or_all(value: object) -> str:
    return "*" if value == "*" else as_country(value)


def _currency(value: object) -> str:
    code = _text(value)
    if not (len(code) == 3 and code.isascii() and code.isupper() and is_currency(code)):
        raise wrong(f"{shown(value)} is no currency; write its three letters, like USD or EUR")
    return code


def _email(value: object) -> str:
    address = _text(value)
    if not _EMAIL.fullmatch(address):
        raise wrong(f"{shown(value)} is not an e-mail address")
    return address


def _weekday(value: object) -> int:
    word = _text(value)
    if word not in WEEKDAYS:
        raise wrong(unknown("weekday", word, WEEKDAYS))
    return WEEKDAYS.index(word)


def one_of(what: str, words: tuple[str, ...]) -> PlainValidator:
    """One of a few words."""

    def check(value: object) -> str:
        word = _text(value)
        if word not in words:
            raise wrong(unknown(what, word, words))
        return word

    return PlainValidator(check)


def _listed(value: object) -> object:
    """One value stands for a list of one."""
    return [value] if isinstance(value, str | bool) else value


T = TypeVar("T")
Many = Annotated[tuple[T, ...], BeforeValidator(_listed), Says("one or a list")]

Text = Annotated[str, PlainValidator(_text), Says("text")]
Name = Annotated[str, PlainValidator(_name), Says("text")]
Code = Annotated[str, PlainValidator(_code), Says("a short name without spaces")]
LocationCode = Annotated[Code, Says("a location")]
ChannelName = Annotated[Code, Says("a channel")]
ReaderName = Annotated[Code, Says("a file format")]
Flag = Annotated[bool, PlainValidator(_flag), Says("`true` or `false`")]
Count = Annotated[int, whole(), Says("a whole number")]
Positive = Annotated[int, whole(1), Says("a whole number from 1")]
Signed = Annotated[int, whole(None), Says("a whole number")]
Percent = Annotated[int, whole(0, 100), Says("a whole number from 0 to 100")]
Number = Annotated[float, number(), Says("a number")]
Rate = Annotated[float, number(or_equal=False), Says("a number above 0")]
Latitude = Annotated[float, number(-90, 90), Says("degrees")]
Longitude = Annotated[float, number(-180, 180), Says("degrees")]
Capacity = Annotated[int | None, PlainValidator(_capacity), Says("a whole number, or `none`")]
BasisPoints = Annotated[int, PlainValidator(_basis_points), Says("a percentage")]
Money = Annotated[int, PlainValidator(_money), Says("an amount in the home currency")]
Clock = Annotated[time, PlainValidator(_clock), Says("a time of day, `HH:MM`")]
Zone = Annotated[str, PlainValidator(_zone), Says("a time zone such as `America/New_York`")]
Country = Annotated[str, PlainValidator(as_country), Says("two letters (ISO 3166-1)")]
CountryOrAll = Annotated[str, PlainValidator(_country_or_all), Says('two letters, or `"*"` for every country')]
Currency = Annotated[str, PlainValidator(_currency), Says("three letters (ISO 4217)")]
Email = Annotated[str, PlainValidator(_email), Says("an e-mail address")]
Weekday = Annotated[int, PlainValidator(_weekday), Says("`mon` `tue` `wed` `thu` `fri` `sat` `sun`")]
MailEvent = Annotated[str, one_of("event", EVENTS), Says(" ".join(f"`{event}`" for event in EVENTS))]
MailMode = Annotated[str, one_of("way with mails", MODES), Says("`off` `outbox` `send`")]

"""What somebody asks before buying: the basket, the place, and what the rules may want to know. As words or as a line of JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from omscli.base.text import nearest
from omscli.errors import UsageError
from omscli.settings.countries import COUNTRIES
from omscli.settings.settings import Settings

MAX_LINE = 1_000_000  # bytes of a line of JSON; nobody asks for more than that
_MAX_LINES, _MAX_UNITS, _MAX_TEXT = 200, 999_999, 200
_KEYS = ("id", "items", "to", "channel", "customer", "tags", "total")
_PLACE = ("postcode", "country", "city", "region")
_FORM = '{"items": {"MUG": 2}, "to": "94105,US"}'


@dataclass(frozen=True, slots=True)
class PromiseQuestion:
    """A basket for a place. `total` in minor units of the home currency; None: what the catalogue's prices make."""

    items: tuple[tuple[str, int], ...]
    country: str
    postcode: str
    city: str = ""
    region: str = ""
    channel: str = ""
    customer: str = ""  # e-mail address or name: units set aside for them count, and rules that ask for them hold
    tags: tuple[str, ...] = ()
    total: int | None = None


def place_of(text: str, settings: Settings) -> tuple[str, str]:
    """(country, postcode) of `94105,US` or `94105`; the country is that of our own places where these agree. Raises UsageError."""
    postcode, comma, country = text.rpartition(",")
    if not comma:
        postcode, country = text, ""
    return country_of(country, settings), postcode.strip()


def country_of(text: str, settings: Settings) -> str:
    """A country code as typed, or the one where all our places are. Raises UsageError."""
    code = text.strip().upper()
    if not code:
        own = sorted({one.address.country for one in settings.locations.values() if one.address.country})
        if len(own) == 1:
            return own[0]
        raise UsageError("nobody can tell which country is meant", "write it behind the postcode: 94105,US")
    if code not in COUNTRIES:
        raise UsageError(f"{text.strip()} is no country", "its two letters, for example US or DE")
    return code


def channel_of(text: str, settings: Settings) -> str:
    """A channel of rules.yaml; the only one where none is named. Raises UsageError."""
    if text in settings.channels:
        return text
    if not text:
        return next(iter(settings.channels)) if len(settings.channels) == 1 else ""
    near = nearest(text, settings.channels)
    raise UsageError(
        f"no channel is called {text!r}", f"did you mean {near}?" if near else f"channels: {', '.join(settings.channels) or 'none'}"
    )


def from_json(line: bytes, settings: Settings) -> tuple[Any, PromiseQuestion]:
    """(the caller's own id, the question) of one line. Raises BadQuestion with what is wrong and the id where one was read."""
    found = _parsed(line)
    asked = found.get("id")
    if asked is not None and type(asked) not in (str, int):
        raise BadQuestion(None, "'id' must be a text or a whole number", f"one question a line: {_FORM}")
    try:
        return asked, _question(found, settings)
    except UsageError as error:
        raise BadQuestion(asked, error.message, error.hint) from None


def _question(found: dict[str, Any], settings: Settings) -> PromiseQuestion:
    unknown = next((key for key in found if key not in _KEYS), None)
    if unknown is not None:
        raise UsageError(f"{unknown!r} is no key of a question", f"keys: {', '.join(_KEYS)}")
    country, postcode, city, region = _place(found.get("to"), settings)
    return PromiseQuestion(
        _items(found.get("items")),
        country,
        postcode,
        city,
        region,
        channel_of(_text(found, "channel"), settings),
        _text(found, "customer"),
        _tags(found.get("tags")),
        _total(found.get("total")),
    )


class BadQuestion(UsageError):
    """A question that cannot be answered; `asked` is its id where it has one."""

    def __init__(self, asked: Any, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.asked = asked


def _parsed(line: bytes) -> dict[str, Any]:
    if len(line) > MAX_LINE:
        raise BadQuestion(None, f"the line is longer than {MAX_LINE // 1000} kB", f"one question a line: {_FORM}")
    try:
        found = json.loads(line.decode("utf-8").strip(), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise BadQuestion(None, f"byte {error.start + 1} of the line is not UTF-8", f"one question a line: {_FORM}") from None
    except (ValueError, RecursionError) as error:
        place = f" at column {error.colno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else ""
        raise BadQuestion(None, f"the line is no JSON{place}", f"one question a line: {_FORM}") from None
    if not isinstance(found, dict):
        raise BadQuestion(None, "the line is no JSON object", f"one question a line: {_FORM}")
    return found


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _text(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    if value is None:
        return ""
    return _plain(key, value)


def _plain(key: str, value: Any) -> str:
    """A text without controls and halves of letters, which no store takes."""
    if not isinstance(value, str) or len(value) > _MAX_TEXT or not value.isprintable():
        raise UsageError(f"{key!r} must be a text of at most {_MAX_TEXT} letters", f"for example {_FORM}")
    return value.strip()


def _place(given: Any, settings: Settings) -> tuple[str, str, str, str]:
    """(country, postcode, city, region)."""
    if isinstance(given, str):
        country, postcode = place_of(_plain("to", given), settings)
        place = (country, postcode, "", "")
    elif isinstance(given, dict):
        unknown = next((key for key in given if key not in _PLACE), None)
        if unknown is not None:
            raise UsageError(f"{unknown!r} is no key of 'to'", f"keys: {', '.join(_PLACE)}")
        texts = {key: _text(given, key) for key in _PLACE}
        place = (country_of(texts["country"], settings), texts["postcode"], texts["city"], texts["region"].upper())
    else:
        raise UsageError("'to' says where the goods go", '"94105,US", or {"postcode": "94105", "country": "US"}')
    check_place(place[1], place[2])
    return place


def check_place(postcode: str, city: str) -> None:
    """Raises UsageError where neither is named."""
    if not postcode and not city:
        raise UsageError("neither a postcode nor a city is named", "for example 94105,US")


def _items(given: Any) -> tuple[tuple[str, int], ...]:
    """Units by SKU; the same SKU named twice is one wish."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(given, dict):
        pairs = list(given.items())
    elif isinstance(given, list):
        pairs = [(one.get("sku"), one.get("quantity", 1)) if isinstance(one, dict) else (one, 1) for one in given]
    if not pairs:
        raise UsageError("'items' names no goods", f"for example {_FORM}")
    return checked_items(pairs)


def checked_items(pairs: list[tuple[Any, Any]]) -> tuple[tuple[str, int], ...]:
    """Units by SKU, summed. Raises UsageError for what is no SKU, no quantity, or far too many."""
    if len(pairs) > _MAX_LINES:
        raise UsageError(f"a basket of {len(pairs)} lines is too large", f"at most {_MAX_LINES}")
    found: dict[str, int] = {}
    for sku, units in pairs:
        if not isinstance(sku, str) or not sku.strip():
            raise UsageError(f"{json.dumps(sku, ensure_ascii=False)[:80]} is no SKU", f"for example {_FORM}")
        if type(units) is not int or not 0 < units <= _MAX_UNITS:
            raise UsageError(f"the quantity of {sku} must be a whole number from 1 to {_MAX_UNITS}", f"for example {_FORM}")
        found[sku.strip()] = found.get(sku.strip(), 0) + units
    return tuple(found.items())


def _tags(given: Any) -> tuple[str, ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > _MAX_LINES:
        raise UsageError("'tags' must be a list of texts", 'for example ["gift"]')
    return tuple(_plain("tags", one) for one in given)


def _total(given: Any) -> int | None:
    if given is not None and (type(given) is not int or given < 0):
        raise UsageError("'total' must be a whole number of minor units", "for example 1250 for 12.50")
    return given

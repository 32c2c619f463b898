"""Names that must exist elsewhere: locations, channels, readers, criteria, services, columns.

Works on the plain data, whatever shape it has, so that a wrong name is reported together with wrong values.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from omscli.base.text import fold
from omscli.base.workdays import WEEKDAYS
from omscli.carriers.service import SPEEDS
from omscli.settings.countries import COUNTRIES
from omscli.settings.mistakes import Mistake, quoted, unknown
from omscli.settings.references_files import NATIVE, reader_mistakes, writer_mistakes
from omscli.settings.values import unknown_country
from omscli.settings.yaml_text import Document, Path, Place

# The built-in files that go out, and their fields; asked only where rules.yaml has writers, since it loads every channel.
KnownWriters = Callable[[], Mapping[str, frozenset[str]]]
PAYMENTS = ("paid", "pending", "refunded", "partially_refunded", "voided", "unknown")
_EACH = object()  # in a pattern: every key of a group, every item of a list
_KEYS = object()  # at the end of a pattern: the keys themselves are the names

_RULE: tuple[Any, ...] = ("routing", "rules", _EACH)
_EXAMPLE: tuple[Any, ...] = (*_RULE, "examples", _EACH)
_CONDITIONS = ("channel", "service", "country", "payment", "weekday", "pickup")
# Where a name stands, and what it names.
_PLACES: tuple[tuple[tuple[Any, ...], str], ...] = (
    (("channels", _EACH, "reader"), "reader"),
    (("channels", _EACH, "stock_from"), "location"),
    (("channels", _EACH, "location"), "location"),
    (("returns", "location"), "location"),
    (("stock_sync", _EACH, "location"), "location"),
    (("stock_sync", _EACH, "reader"), "reader"),
    (("readers", _EACH, "location"), "location"),
    (("readers", _EACH, "channel"), "channel"),
    ((*_RULE, "only"), "location"),
    ((*_RULE, "avoid"), "location"),
    ((*_RULE, "rank"), "criterion"),
    *(((*_RULE, "when", field), field) for field in _CONDITIONS),
    *(((*_RULE, "when", field, "not"), field) for field in _CONDITIONS),
    ((*_EXAMPLE, "order", "channel"), "channel"),
    ((*_EXAMPLE, "order", "payment"), "payment"),
    ((*_EXAMPLE, "order", "pickup_location"), "location"),
    ((*_EXAMPLE, "stock", _KEYS), "location"),
    ((*_EXAMPLE, "ships_from", _KEYS), "location"),
)
_SKU_PLACES: tuple[tuple[Any, ...], ...] = (
    (*_RULE, "when", "sku"),
    (*_RULE, "when", "sku", "not"),
    (*_RULE, "split", "together", "sku"),
    (*_EXAMPLE, "order", "lines", _KEYS),
    (*_EXAMPLE, "stock", _EACH, _KEYS),
    (*_EXAMPLE, "ships_from", _EACH, _KEYS),
    (*_EXAMPLE, "backordered", _KEYS),
)


@lru_cache(maxsize=1)
def criteria() -> frozenset[str]:
    """What a rule may rank by: the files of the folder, which need not be imported to know their names."""
    from omscli.routing import criteria as folder

    return frozenset(info.name for info in pkgutil.iter_modules(folder.__path__))


def mistakes(document: Document, known_readers: frozenset[str] | None, known_writers: KnownWriters | None) -> list[Mistake]:
    """Every name that stands for nothing, and every two things that share a name.

    `known_readers` are the built-in formats, `known_writers` gives the fields of the built-in files that go out; None leaves
    the names unchecked.
    """
    known = _known(document.data, known_readers)
    found = []
    for pattern, what in _PLACES:
        words = known.get(what)
        if words is None:
            continue
        for path, word in _named(document.data, pattern, ()):
            if not _is_known(word, words, what):
                place = document.key_place(path) if pattern[-1] is _KEYS else document.value_place(path)
                found.append(Mistake(*place, _words(what, word, words)))
    found += reader_mistakes(document, group(document.data, "readers"), known_readers)
    writers = group(document.data, "writers")
    if writers and known_writers is not None:
        found += writer_mistakes(document, writers, known_writers())
    return found + _twins(document) + _prefixes(document)


def _known(data: Any, known_readers: frozenset[str] | None) -> dict[str, frozenset[str] | None]:
    locations = frozenset(group(data, "locations"))
    readers = None if known_readers is None else known_readers | {NATIVE} | frozenset(group(data, "readers"))
    services = set(SPEEDS)
    for carrier, section in group(data, "carriers").items():
        for service in group(section, "services"):
            services |= {service, f"{carrier} {service}"}
    return {
        "location": locations,
        "channel": frozenset(group(data, "channels")),
        "reader": readers,
        "criterion": criteria(),
        "service": frozenset(services),
        "country": COUNTRIES,
        "payment": frozenset(PAYMENTS),
        "weekday": frozenset(WEEKDAYS),
        "pickup": locations | {"true", "false"},
    }


def skus_in(document: Document) -> list[tuple[str, Place]]:
    """The SKUs that rules and examples name, each with its place; conditions by pattern are not among them."""
    found = []
    for pattern in _SKU_PLACES:
        for path, sku in _named(document.data, pattern, ()):
            found.append((sku, document.key_place(path) if pattern[-1] is _KEYS else document.value_place(path)))
    return found


def group(data: Any, key: str) -> Mapping[str, Any]:
    """The group under a key, or an empty one where something else stands there."""
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}


def _named(value: Any, pattern: tuple[Any, ...], path: Path) -> Iterator[tuple[Path, str]]:
    """The names at the places of the pattern, each with its path."""
    if not pattern:
        for at, word in enumerate(value) if isinstance(value, list) else ((None, value),):
            if isinstance(word, str):
                yield (path if at is None else (*path, at)), word
        return
    head, rest = pattern[0], pattern[1:]
    if head is _KEYS:
        yield from (((*path, key), key) for key in (value if isinstance(value, dict) else ()))
    elif head is _EACH:
        parts = value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
        for key, part in parts:
            yield from _named(part, rest, (*path, key))
    elif isinstance(value, dict) and head in value:
        yield from _named(value[head], rest, (*path, head))


def _is_known(word: str, words: frozenset[str], what: str) -> bool:
    """Names of the file are meant letter by letter; values of orders are compared as routing does, folded."""
    if what in ("location", "channel", "reader", "criterion"):
        return word in words
    return fold(word) in {fold(one) for one in words}


def _words(what: str, word: str, words: frozenset[str]) -> str:
    if what == "country":
        return unknown_country(word)
    text = unknown("location" if what == "pickup" else what, word, words)
    return f"{text}; a channel's own words go into {{matches: …}}" if what == "service" and "did you mean" not in text else text


def _twins(document: Document) -> list[Mistake]:
    """Two locations or channels that differ in upper and lower case only, two rules of one name."""
    named: list[tuple[str, str, Path]] = []
    for what in ("channels", "locations", "carriers", "boxes", "readers", "writers"):
        named += [(what, name, (what, name)) for name in group(document.data, what)]
    for at, rule in enumerate(rules if isinstance(rules := group(document.data, "routing").get("rules"), list) else ()):
        if isinstance(rule, dict) and isinstance(name := rule.get("name"), str):
            named.append(("rules", name, ("routing", "rules", at, "name")))
    first: dict[tuple[str, str], Path] = {}
    found = []
    for what, name, path in named:
        other = first.setdefault((what, fold(name)), path)
        if other is not path:
            line = document.key_place(other)[0]
            place = document.value_place(path) if what == "rules" else document.key_place(path)
            found.append(Mistake(*place, f"{quoted(name)} is called like another of the {what}, in line {line}"))
    return found


def default_prefix(channel: str) -> str:
    """The first two letters or digits of the name, in capitals."""
    return "".join(char for char in channel if char.isalnum())[:2].upper()


def _prefixes(document: Document) -> list[Mistake]:
    first: dict[str, str] = {}
    found = []
    for name, channel in group(document.data, "channels").items():
        own = channel.get("prefix") if isinstance(channel, dict) else None
        prefix = own if isinstance(own, str) else default_prefix(name)
        other = first.setdefault(fold(prefix), name)
        if other != name:
            path = ("channels", name, "prefix") if own else ("channels", name)
            text = f"channels {quoted(other)} and {quoted(name)} both have the prefix {quoted(prefix)}; give one another `prefix`"
            found.append(Mistake(*document.key_place(path), text))
    return found

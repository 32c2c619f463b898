"""Places on the map without a network: US ZIPs and the cities of the world, from a small database in the package.

`scripts/build_places.py` makes the database. Its ZIPs are those of the package `zipcodes`, laid out again: that package takes 0.24 s
to load and 1.6 s for 10,000 questions, this table 0.07 s in all. Distances serve to find zones, so a city's centre is near enough.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
import weakref
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from omscli.base.geo import Point
from omscli.base.text import fold

PLACES = Path(__file__).parent / "data" / "cities.sqlite"
DEGREE = 10_000  # the database counts in 1/10000 of a degree, 11 m

# Where the United States Postal Service delivers: the states, the territories and the freely associated states.
ZIP_COUNTRIES = frozenset({"US", "PR", "VI", "GU", "AS", "MP", "FM", "PW", "MH"})
MILITARY = frozenset({"AA", "AE", "AP"})  # mail to ships and bases abroad: nobody says where they are

_ABBREVIATED = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_ZIP = re.compile(r"([0-9]{5})(?:[- ]?[0-9]{4})?")
_WORD = re.compile(r"[^\W_]+")

Place = tuple[str, str, str, str]  # country, postcode, city, region


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """The form in which names of cities are compared: folded, without accents and punctuation, `St.` as `saint`."""
    letters = unicodedata.normalize("NFKD", fold(name))
    words = _WORD.findall("".join(char for char in letters if not unicodedata.combining(char)))
    return " ".join(_ABBREVIATED.get(word, word) for word in words)


class Gazetteer:
    """Answers where a place is. Opens the database for reading only; nothing is written beside it."""

    def __init__(self, path: Path = PLACES) -> None:
        self._connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        weakref.finalize(self, self._connection.close)
        self._prefixes: dict[str, Point | None] = {}

    def locate(self, country: str, postcode: str, city: str, region: str) -> Point | None:
        """The point of an address, None where it is unknown.

        Args:
            country: ISO 3166-1 alpha-2.
            postcode: Found exactly in the US (accuracy `postcode`), or else by its first three digits, whose mean is taken (`prefix`).
            city: Used elsewhere, and where the ZIP says nothing (accuracy `city`).
            region: The code of the state or province: tells cities of one name apart; then the one with most people is meant.
        """
        country, region = country.strip().upper(), region.strip().upper()
        if country in ZIP_COUNTRIES:
            if region in MILITARY:
                return None
            point = self._zip(postcode)
            if point is not None:
                return point
        return self._city(country, city, region)

    def locate_many(self, places: Iterable[Place]) -> dict[Place, Point | None]:
        """The points of many addresses, each asked once."""
        return {place: self.locate(*place) for place in dict.fromkeys(places)}

    def _zip(self, postcode: str) -> Point | None:
        found = _ZIP.fullmatch(postcode.strip())
        if found is None:
            return None
        code = found[1]
        row = self._connection.execute("SELECT lat, lon FROM zip WHERE zip = ?", (int(code),)).fetchone()
        return _point(row, "postcode") if row else self._prefix(code[:3])

    def _prefix(self, start: str) -> Point | None:
        if start not in self._prefixes:
            first = int(start) * 100
            row = self._connection.execute("SELECT avg(lat), avg(lon) FROM zip WHERE zip BETWEEN ? AND ?", (first, first + 99)).fetchone()
            self._prefixes[start] = None if row[0] is None else _point(row, "prefix")
        return self._prefixes[start]

    def _city(self, country: str, city: str, region: str) -> Point | None:
        # `Portland, OR` in one field: what follows the comma is tried as a part of the name first, then as the region.
        start, _, rest = city.partition(",")
        for name, state in dict.fromkeys(((city, region), (start, region or rest.strip().upper()))):
            row = self._connection.execute(
                "SELECT lat, lon FROM city WHERE country = ? AND name_key = ? ORDER BY region = ? DESC, population DESC, region LIMIT 1",
                (country, name_key(name), state),
            ).fetchone()
            if row:
                return _point(row, "city")
        return None


def _point(row: tuple[float, float], accuracy: str) -> Point:
    return Point(round(row[0] / DEGREE, 4), round(row[1] / DEGREE, 4), accuracy)

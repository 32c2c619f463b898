"""Looking up online what no table knows, before routing and outside its transaction: a slow server must not lock the store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from omscli.base.geo import Point
from omscli.store.geography import Gazetteer
from omscli.store.open import Store
from omscli.store.sqlite.mails import PlaceKey
from omscli.workflows.facts import place_key
from omscli.workflows.home import Home

MOST = 200  # questions a run: at one a second more would keep the seller waiting


class Geocoder(Protocol):
    """Anybody who knows where places lie."""

    def locate(self, country: str, postcode: str, city: str, region: str) -> Point | None:
        """The point, or None."""


def look_up(home: Home, store: Store, geocoder: Geocoder, only: Iterable[int] | None = None) -> int:
    """Remember the places of open orders (or `only` these) that the own table does not know. Returns how many were found."""
    with store.read():
        open_orders = store.decisions.open_orders(only)
        places = [(row["country"], row["postcode"], row["city"], row["region"]) for row in open_orders]
        known = store.places.known(place_key(*place) for place in places)
    table = Gazetteer()
    missing: dict[PlaceKey, PlaceKey] = {}
    for place in places:
        key = place_key(*place)
        if known.get(key) is None and table.locate(*place) is None:
            missing.setdefault(key, place)
    found: dict[PlaceKey, Point | None] = {}
    for key, place in list(missing.items())[:MOST]:
        point = geocoder.locate(*place)
        if point is not None:
            found[key] = point
    if found:
        with store.write("route", home.now, "places looked up online"):
            store.places.add(found)
    return len(found)

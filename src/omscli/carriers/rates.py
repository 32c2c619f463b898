"""What a parcel costs: its zone, the weight that is billed, and the price. Money in minor units of the home currency."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from omscli.carriers.service import Area, Service

Outer = tuple[int, int, int]  # mm, as the carrier measures


@dataclass(frozen=True, slots=True)
class ZoneFound:
    """The column of the rates, counted from 0. `guessed` where the distance is unknown and the farthest zone was taken."""

    index: int
    guessed: bool = False


def zone_of(service: Service, km: float | None, country: str, postcode: str) -> ZoneFound | None:
    """The zone of a destination, None where the service does not go there.

    A bound belongs to the zone below it. An unknown distance gives the farthest zone, so that no price is too low.
    """
    zones = service.zones
    if zones.areas:
        return _area(zones.areas, country, postcode)
    bounds = zones.upto_km
    if km is None:
        return _zone(len(bounds), bool(bounds))
    return _zone(bisect_left(bounds, km), False)


@lru_cache(maxsize=1024)
def _zone(index: int, guessed: bool) -> ZoneFound:
    return ZoneFound(index, guessed)


def _area(areas: Sequence[Area], country: str, postcode: str) -> ZoneFound | None:
    start = _plain(postcode)
    for index, area in enumerate(areas):
        everywhere = country in area.countries or "*" in area.countries
        if everywhere and (not area.postcodes or start.startswith(_prefixes(area.postcodes))):
            return _zone(index, False)
    return None


@lru_cache(maxsize=65536)
def _plain(postcode: str) -> str:
    # `SW1A 1AA`, `sw1a1aa` and the prefix `SW1` belong together.
    return "".join(postcode.upper().split())


@lru_cache(maxsize=1024)
def _prefixes(postcodes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_plain(prefix) for prefix in postcodes)


def billable_g(service: Service, weight_g: int, outer_mm: Outer | None) -> int:
    """The weight that is billed in grams: the real one, or the volume's (cm3 / divisor, in kg) where that is more.

    Rounded up to the gram. Unknown measures bill the real weight.
    """
    if service.dim_divisor is None or outer_mm is None:
        return weight_g
    # 1 cm3 is 1000 mm3 and 1 kg is 1000 g, so that mm3 / divisor is grams.
    return max(weight_g, math.ceil(outer_mm[0] * outer_mm[1] * outer_mm[2] / service.dim_divisor))


class _Table:
    """The rates of one service with the fuel surcharge in them, laid out for bisection."""

    __slots__ = ("extra", "fuel", "max_g", "prices", "tops")

    def __init__(self, service: Service) -> None:
        self.fuel = 10_000 + service.fuel_basis_points
        self.max_g = math.inf if service.max_g is None else service.max_g
        self.tops = tuple(rate.upto_g for rate in service.rates)
        self.prices = tuple(tuple(None if price is None else self._fuelled(price) for price in rate.price) for rate in service.rates)
        # The surcharge is taken of the whole price at once, so the last row is kept without it too.
        self.extra = (service.rates[-1].price, service.per_extra_kg) if service.rates and service.per_extra_kg else None

    def _fuelled(self, price: int) -> int:
        return (price * self.fuel + 5_000) // 10_000

    def price(self, zone: int, billable: int, weight_g: int) -> int | None:
        if weight_g > self.max_g:
            return None
        row = bisect_left(self.tops, billable)
        if row < len(self.tops):
            return self.prices[row][zone]
        if self.extra is None:
            return None
        last, per_kg = self.extra
        start = last[zone]
        return None if start is None else self._fuelled(start + per_kg[zone] * -((self.tops[-1] - billable) // 1000))


class Tariff:
    """Prices of a list of services, asked for by their place in it; hundreds of thousands of times in one run."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = tuple(services)
        self._tables = tuple(_Table(service) for service in services)

    def price(self, service: int, zone: int, billable_g: int, weight_g: int) -> int | None:
        """The price of a parcel of this billed and this real weight (g), fuel included, rounded half up.

        Above the last row each started kilogram is added. None where the service does not take the parcel: too heavy, or
        no price in this zone.
        """
        return self._tables[service].price(zone, billable_g, weight_g)

    def parcel_price(self, service: int, zone: int, weight_g: int, outer_mm: Outer | None) -> int | None:
        """The same from what the carrier weighs (g) and measures (mm)."""
        billable = billable_g(self._services[service], weight_g, outer_mm)
        return self._tables[service].price(zone, billable, weight_g)

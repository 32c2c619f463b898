"""A carrier's service as rules.yaml describes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from omscli.base.workdays import MONDAY_TO_FRIDAY

SPEEDS = ("standard", "expedited", "overnight", "same_day")  # from slow to fast


@dataclass(frozen=True, slots=True)
class Area:
    """Countries, and within them postcode prefixes (empty: all). `*` stands for every country."""

    countries: frozenset[str]
    postcodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Zones:
    """How a service finds its zone: `by` distance (`upto_km`, one zone more than bounds: the last is beyond) or by area (the first that matches)."""

    upto_km: tuple[float, ...] = ()
    areas: tuple[Area, ...] = ()

    @property
    def count(self) -> int:
        """How many zones there are, hence how many columns a rate has."""
        return len(self.areas) if self.areas else len(self.upto_km) + 1


@dataclass(frozen=True, slots=True)
class Rate:
    """Price per parcel up to a billable weight, one column a zone; None: the service does not go there."""

    upto_g: int
    price: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """One service of one carrier. Money in minor units of the home currency."""

    carrier: str
    name: str
    speed: str  # one of SPEEDS
    zones: Zones
    transit_days: tuple[int, ...]  # by zone
    rates: tuple[Rate, ...]  # ascending
    per_extra_kg: tuple[int, ...] = ()  # for each started kg above the last rate; empty: nothing above it is taken
    dim_divisor: float | None = None  # cm3 per kg; billable weight = max(real, volume / divisor)
    max_g: int | None = None
    fuel_basis_points: int = 0  # 1250 is 12.5 %
    delivers: frozenset[int] = MONDAY_TO_FRIDAY  # weekdays that count as transit days
    holidays: frozenset[date] = frozenset()

    @property
    def label(self) -> str:
        """How people and files name it: `usps ground`."""
        return f"{self.carrier} {self.name}"

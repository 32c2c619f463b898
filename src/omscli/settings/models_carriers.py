"""The section `carriers`: services, zones and prices."""

from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Field, PlainValidator, Tag, ValidationInfo, field_validator

from omscli.carriers.service import SPEEDS
from omscli.settings.holiday_dates import HolidayEntry
from omscli.settings.section import Section
from omscli.settings.values import (
    BasisPoints,
    Count,
    CountryOrAll,
    Many,
    Money,
    Name,
    Positive,
    Rate,
    Says,
    Text,
    Weekday,
    all_wrong,
    as_price,
    one_of,
    wrong,
)

Speed = Annotated[str, one_of("speed", SPEEDS), Says(" ".join(f"`{speed}`" for speed in SPEEDS))]
Unit = Annotated[str, one_of("unit", ("km", "mi")), Says("`km` `mi`")]
ZonesBy = Annotated[str, one_of("kind of zones", ("distance", "country")), Says("`distance` `country`")]
Price = Annotated[int | None, PlainValidator(as_price), Says("an amount, or `~` where the service does not go")]


def _with_number(url: str) -> str:
    if "{number}" not in url:
        raise wrong("the address has no {number}, where the tracking number goes")
    return url


TrackingUrl = Annotated[Text, AfterValidator(_with_number), Says("a web address with `{number}` in it")]


class DistanceZones(Section):
    """Zones by the way between location and customer; the last zone is everything beyond the last bound."""

    by: ZonesBy = Field(description="How the zone is found.")
    unit: Unit = Field(default="km", description="The unit of the bounds.")
    upto: Annotated[tuple[Rate, ...], Field(min_length=1)] = Field(
        description="The bounds of the zones, rising; one zone more than bounds."
    )

    @field_validator("upto")
    @classmethod
    def _rising(cls, bounds: tuple[float, ...]) -> tuple[float, ...]:
        falls = [at for at in range(1, len(bounds)) if bounds[at] <= bounds[at - 1]]
        if falls:
            raise all_wrong(((at,), f"{bounds[at]:g} is not more than {bounds[at - 1]:g} before it") for at in falls)
        return bounds

    @property
    def count(self) -> int:
        """How many zones there are."""
        return len(self.upto) + 1


class ZoneArea(Section):
    """One zone: countries, and within them postcodes by how they begin."""

    countries: Annotated[Many[CountryOrAll], Field(min_length=1)] = Field(description="The countries of this zone.")
    postcodes: Many[Text] = Field(default=(), description="How the postcodes of this zone begin. Without it: all.")


class CountryZones(Section):
    """Zones by country and postcode; the first area that fits is the zone."""

    by: ZonesBy = Field(description="How the zone is found.")
    areas: Annotated[tuple[ZoneArea, ...], Field(min_length=1)] = Field(description="The zones in order; see [areas](#areas).")

    @property
    def count(self) -> int:
        """How many zones there are."""
        return len(self.areas)


def _zone_form(value: Any) -> str:
    return "<country>" if isinstance(value, dict) and value.get("by") == "country" else "<distance>"


AnyZones = Annotated[
    Annotated[DistanceZones, Tag("<distance>")] | Annotated[CountryZones, Tag("<country>")],
    Discriminator(_zone_form),
    Says("[by distance](#zones-by-distance) or [by country](#zones-by-country)"),
]


class RateRow(Section):
    """The price of a parcel up to a weight."""

    upto_g: Positive = Field(description="The billable weight up to which the row holds, in grams.")
    price: tuple[Price, ...] = Field(description="The price of a parcel, one value a zone.")


def _zone_count_differs(found: int, zones: DistanceZones | CountryZones) -> str:
    kind = f"{zones.count} zone{'' if zones.count == 1 else 's'}"
    beyond = " (the last is everything beyond)" if isinstance(zones, DistanceZones) else ""
    return f"{found} value{'' if found == 1 else 's'} for {kind}{beyond}"


class ServiceSection(Section):
    """One service of a carrier."""

    speed: Speed = Field(default="standard", description="What customers may ask for; a faster service may stand in for a slower one.")
    zones: AnyZones = Field(description="How the zone of a parcel is found.")
    transit_days: tuple[Count, ...] = Field(description="Delivery days on the way, one value a zone.")
    rates: Annotated[tuple[RateRow, ...], Field(min_length=1)] = Field(description="Prices by weight, rising; see [rates](#rates).")
    per_extra_kg: tuple[Money, ...] = Field(
        default=(), description="For each started kilogram above the last row, one value a zone. Without it nothing heavier is taken."
    )
    dim_divisor: Rate | None = Field(
        default=None,
        description="Cubic centimetres that count as one kilogram; the larger of this and the real weight is billed.",
    )
    max_g: Positive | None = Field(default=None, description="The heaviest parcel it takes, in grams.")
    fuel_percent: BasisPoints = Field(default=0, description="Surcharge on the price.")
    delivers: Annotated[Many[Weekday], Field(min_length=1)] = Field(
        default=(0, 1, 2, 3, 4), description="Weekdays that count as transit days."
    )
    holidays: Many[HolidayEntry] = Field(default=(), description="Days that do not count: a country, a state, dates, or a list of them.")

    @field_validator("transit_days", "per_extra_kg")
    @classmethod
    def _one_a_zone(cls, values: tuple[int, ...], info: ValidationInfo) -> tuple[int, ...]:
        zones = info.data.get("zones")
        if zones and len(values) != zones.count and not (info.field_name == "per_extra_kg" and not values):
            raise wrong(_zone_count_differs(len(values), zones))
        return values

    @field_validator("rates")
    @classmethod
    def _prices_fit(cls, rows: tuple[RateRow, ...], info: ValidationInfo) -> tuple[RateRow, ...]:
        zones = info.data.get("zones")
        found: list[tuple[tuple[str | int, ...], str]] = []
        for at, row in enumerate(rows):
            if zones and len(row.price) != zones.count:
                found.append(((at, "price"), _zone_count_differs(len(row.price), zones)))
            if at and row.upto_g <= rows[at - 1].upto_g:
                found.append(((at, "upto_g"), f"{row.upto_g} is not more than {rows[at - 1].upto_g} in the row before"))
        if found:
            raise all_wrong(found)
        return rows


class CarrierSection(Section):
    """One carrier."""

    tracking_url: TrackingUrl | None = Field(
        default=None, description="The page that shows a parcel's way; `{number}` is the tracking number."
    )
    services: dict[Name, ServiceSection] = Field(description="Its services by name; see [services](#services).")

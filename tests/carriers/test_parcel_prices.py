from dataclasses import replace

import pytest

from omscli.carriers.rates import Tariff, ZoneFound, billable_g, zone_of
from omscli.carriers.service import Area, Rate, Service, Zones

GROUND = Service(
    "usps",
    "ground",
    "standard",
    Zones(upto_km=(100, 500)),
    (1, 2, 4),
    (Rate(500, (500, 600, 700)), Rate(2000, (800, 900, None))),
    dim_divisor=5000,
)
AREAS = Zones(
    areas=(Area(frozenset({"US"}), ("99", "967")), Area(frozenset({"US"})), Area(frozenset({"GB"}), ("SW1",)), Area(frozenset({"*"}), ()))
)
ABROAD = replace(GROUND, zones=AREAS)


def price(service: Service, zone: int, billable: int, weight: int | None = None) -> int | None:
    return Tariff([service]).price(0, zone, billable, billable if weight is None else weight)


@pytest.mark.parametrize(("km", "zone"), [(0, 0), (100, 0), (100.01, 1), (500, 1), (500.5, 2), (9000, 2)])
def test_a_bound_belongs_to_the_nearer_zone(km: float, zone: int) -> None:
    assert zone_of(GROUND, km, "US", "") == ZoneFound(zone)


def test_an_unknown_distance_is_the_farthest_zone_and_a_guess() -> None:
    assert zone_of(GROUND, None, "US", "") == ZoneFound(2, guessed=True)


def test_with_one_zone_an_unknown_distance_is_no_guess() -> None:
    assert zone_of(replace(GROUND, zones=Zones()), None, "US", "") == ZoneFound(0)


@pytest.mark.parametrize(
    ("country", "postcode", "zone"),
    [
        ("US", "99501", 0),
        ("US", "96701", 0),
        ("US", "97201", 1),
        ("US", "", 1),
        ("GB", "sw1a 1aa", 2),
        ("GB", "E1 6AN", 3),
        ("DE", "99084", 3),
    ],
)
def test_the_first_area_that_matches_is_the_zone(country: str, postcode: str, zone: int) -> None:
    assert zone_of(ABROAD, None, country, postcode) == ZoneFound(zone)


def test_a_service_does_not_go_where_no_area_is() -> None:
    assert zone_of(replace(GROUND, zones=Zones(areas=AREAS.areas[:3])), 10, "DE", "10115") is None


def test_a_large_light_parcel_is_billed_by_its_volume() -> None:
    assert billable_g(GROUND, 300, (400, 300, 200)) == 4800
    assert billable_g(GROUND, 300, (101, 101, 101)) == 300
    assert billable_g(GROUND, 100, (101, 101, 101)) == 207  # 206.06 g, rounded up


def test_a_parcel_without_measures_is_billed_by_its_weight() -> None:
    assert billable_g(GROUND, 300, None) == 300
    assert billable_g(replace(GROUND, dim_divisor=None), 300, (400, 300, 200)) == 300


@pytest.mark.parametrize(("grams", "cents"), [(0, 500), (500, 500), (501, 800), (2000, 800), (2001, None)])
def test_a_parcel_pays_the_first_row_that_takes_its_weight(grams: int, cents: int | None) -> None:
    assert price(GROUND, 0, grams) == cents


def test_a_zone_without_a_price_is_not_served() -> None:
    assert price(GROUND, 2, 500) == 700
    assert price(GROUND, 2, 501) is None
    assert price(replace(GROUND, per_extra_kg=(1, 1, 1)), 2, 5000) is None


@pytest.mark.parametrize(("grams", "cents"), [(2000, 800), (2001, 850), (3000, 850), (3001, 900)])
def test_a_parcel_heavier_than_the_last_row_pays_for_each_started_kilogram(grams: int, cents: int) -> None:
    assert price(replace(GROUND, per_extra_kg=(50, 60, 70)), 0, grams) == cents


def test_nothing_is_taken_above_the_heaviest_parcel() -> None:
    light = replace(GROUND, max_g=1000)
    assert price(light, 0, 1000) == 800
    assert price(light, 0, 1001) is None
    assert price(light, 0, 1500, 900) == 800  # its volume is billed, its weight is lifted


def test_a_service_without_rates_has_no_price() -> None:
    assert price(replace(GROUND, rates=()), 0, 1) is None


def test_fuel_is_added_and_rounded_half_up() -> None:
    assert price(replace(GROUND, fuel_basis_points=1250), 0, 500) == 563  # 562.5
    assert price(replace(GROUND, fuel_basis_points=1250), 1, 500) == 675


def test_fuel_is_taken_of_the_whole_price_above_the_last_row() -> None:
    assert price(replace(GROUND, fuel_basis_points=1250, per_extra_kg=(1, 1, 1)), 0, 3500) == 902  # 802 * 1.125 = 902.25


def test_a_parcel_is_priced_from_what_the_carrier_weighs_and_measures() -> None:
    tariff = Tariff([GROUND, replace(GROUND, dim_divisor=None)])
    assert tariff.parcel_price(0, 0, 300, (300, 200, 100)) == 800
    assert tariff.parcel_price(1, 0, 300, (300, 200, 100)) == 500
    assert tariff.parcel_price(0, 0, 300, (400, 300, 200)) is None

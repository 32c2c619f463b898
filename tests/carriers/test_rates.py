import math
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omscli.carriers.rates import Tariff, ZoneFound, billable_g, zone_of
from omscli.carriers.service import Area, Rate, Service, Zones

GROUND = Service(
    carrier="usps",
    name="ground",
    speed="standard",
    zones=Zones(upto_km=(100.0, 500.0)),
    transit_days=(1, 2, 4),
    rates=(Rate(500, (440, 490, 690)), Rate(2000, (590, 760, None))),
    per_extra_kg=(80, 110, 310),
    dim_divisor=5000,
    max_g=30_000,
)
ABROAD = replace(
    GROUND,
    zones=Zones(
        areas=(Area(frozenset({"GB"}), ("SW1", "ec")), Area(frozenset({"GB", "IE"})), Area(frozenset({"*"}), ("97",))),
    ),
)


def price(service: Service, zone: int, billable: int, weight: int | None = None) -> int | None:
    return Tariff([service]).price(0, zone, billable, billable if weight is None else weight)


@pytest.mark.parametrize(("km", "zone"), [(0.0, 0), (100.0, 0), (100.1, 1), (500.0, 1), (500.1, 2), (20_000.0, 2)])
def test_a_bound_belongs_to_the_zone_below_it(km: float, zone: int) -> None:
    assert zone_of(GROUND, km, "US", "94105") == ZoneFound(zone)


def test_an_unknown_distance_is_priced_for_the_farthest_zone_and_says_so() -> None:
    assert zone_of(GROUND, None, "US", "94105") == ZoneFound(2, guessed=True)


def test_a_service_with_one_zone_has_nothing_to_guess() -> None:
    assert zone_of(replace(GROUND, zones=Zones()), None, "US", "") == ZoneFound(0)


@pytest.mark.parametrize(
    ("country", "postcode", "zone"),
    [
        ("GB", "SW1A 1AA", 0),
        ("GB", "sw1a1aa", 0),
        ("GB", "EC1A 1BB", 0),
        ("GB", "M1 1AE", 1),
        ("GB", "", 1),
        ("IE", "D02 X285", 1),
        ("FR", "97400", 2),
        ("FR", "75001", None),
    ],
)
def test_the_first_area_that_fits_is_the_zone(country: str, postcode: str, zone: int | None) -> None:
    assert zone_of(ABROAD, 10.0, country, postcode) == (None if zone is None else ZoneFound(zone))


def test_a_pillow_is_billed_by_its_volume() -> None:
    # 400 x 300 x 250 mm are 30,000 cm3; at 5000 cm3 a kilogram that is 6 kg.
    assert billable_g(GROUND, 900, (400, 300, 250)) == 6000


def test_an_anvil_is_billed_by_its_weight() -> None:
    assert billable_g(GROUND, 9000, (400, 300, 250)) == 9000


def test_a_part_of_a_gram_of_volume_counts_as_a_whole_one() -> None:
    assert billable_g(GROUND, 0, (1, 1, 5001)) == 2


@pytest.mark.parametrize("service", [GROUND, replace(GROUND, dim_divisor=None)])
def test_a_parcel_nobody_measured_is_billed_by_its_weight(service: Service) -> None:
    assert billable_g(service, 700, None) == 700


def test_without_a_divisor_the_volume_does_not_count() -> None:
    assert billable_g(replace(GROUND, dim_divisor=None), 700, (400, 300, 250)) == 700


@given(st.tuples(*[st.integers(1, 3000)] * 3), st.sampled_from([139.0, 166.4, 4000.0, 5000.0, 6000.0]))
def test_the_billed_weight_is_never_less_than_the_volume_says(size: tuple[int, int, int], divisor: float) -> None:
    exact = Fraction(math.prod(size)) / Fraction(divisor)
    assert exact - Fraction(1, 1000) <= billable_g(replace(GROUND, dim_divisor=divisor), 0, size) <= exact + 1


@pytest.mark.parametrize(("grams", "cents"), [(1, 440), (500, 440), (501, 590), (2000, 590)])
def test_a_row_holds_up_to_its_weight(grams: int, cents: int) -> None:
    assert price(GROUND, 0, grams) == cents


@pytest.mark.parametrize(("grams", "cents"), [(2001, 670), (3000, 670), (3001, 750), (30_000, 590 + 28 * 80)])
def test_each_started_kilogram_above_the_last_row_is_added(grams: int, cents: int) -> None:
    assert price(GROUND, 0, grams) == cents


def test_a_parcel_above_the_last_row_stays_without_a_price_where_no_extra_kilogram_has_one() -> None:
    assert price(replace(GROUND, per_extra_kg=()), 0, 2001) is None


def test_a_row_without_a_price_does_not_go_there() -> None:
    assert price(GROUND, 2, 500) == 690
    assert price(GROUND, 2, 501) is None
    assert price(GROUND, 2, 2500) is None


def test_the_limit_is_about_what_the_parcel_weighs_and_not_what_is_billed() -> None:
    assert price(GROUND, 0, 40_000, weight=30_000) == 590 + 38 * 80
    assert price(GROUND, 0, 30_001) is None


def test_the_fuel_surcharge_is_rounded_half_up_once() -> None:
    fuel = replace(GROUND, fuel_basis_points=1250)
    assert price(fuel, 0, 500) == 495  # 440 + 55.00
    assert price(fuel, 1, 500) == 551  # 490 + 61.25
    assert price(fuel, 0, 2001) == 754  # 670 + 83.75
    assert price(replace(GROUND, fuel_basis_points=125), 0, 500) == 446  # 440 + 5.50, half up


def test_a_parcel_is_priced_from_what_the_carrier_weighs_and_measures() -> None:
    tariff = Tariff([ABROAD, GROUND])
    assert tariff.parcel_price(1, 0, 900, (400, 300, 250)) == 590 + 4 * 80
    assert tariff.parcel_price(1, 0, 900, None) == 590


@given(st.integers(0, 2), st.integers(1, 29_999), st.integers(0, 3000))
def test_a_heavier_parcel_is_never_cheaper(zone: int, grams: int, fuel: int) -> None:
    service = replace(GROUND, fuel_basis_points=fuel)
    lighter, heavier = price(service, zone, grams), price(service, zone, grams + 1)
    if heavier is not None:
        assert lighter is not None
        assert lighter <= heavier

import pytest
from geopy.distance import geodesic, great_circle
from hypothesis import assume, given
from hypothesis import strategies as st

from omscli.base.geo import Point, great_circle_km

POINTS = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


@given(POINTS, POINTS)
def test_distances_on_the_sphere_are_those_of_geopy(a: Point, b: Point) -> None:
    expected = great_circle((a.lat, a.lon), (b.lat, b.lon)).km
    assume(1.0 < expected < 20_000)  # where a formula of one part in 1e16 keeps six digits
    assert great_circle_km(a, b) == pytest.approx(expected, rel=1e-6)


@given(POINTS, POINTS)
def test_distances_are_those_of_the_earth_within_half_a_percent(a: Point, b: Point) -> None:
    # The earth's flattening is 1/298: along a meridian at the equator the sphere is 0.56 % off, hence the places people live.
    expected = geodesic((a.lat, a.lon), (b.lat, b.lon)).km
    assume(expected > 1.0)
    assert great_circle_km(a, b) == pytest.approx(expected, rel=0.0057)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (Point(40.6943, -73.9906), Point(39.5296, -119.8138)),  # Brooklyn, Reno
        (Point(40.6943, -73.9906), Point(34.0522, -118.2437)),  # Los Angeles
        (Point(25.7617, -80.1918), Point(47.6062, -122.3321)),  # Miami, Seattle
        (Point(51.5074, -0.1278), Point(48.8566, 2.3522)),  # London, Paris
        (Point(51.5074, -0.1278), Point(40.6943, -73.9906)),  # over the Atlantic
        (Point(-33.8688, 151.2093), Point(-36.8485, 174.7633)),  # Sydney, Auckland
        (Point(-17.7134, 178.065), Point(21.3069, -157.8583)),  # Fiji, Honolulu: across the date line
    ],
)
def test_between_the_sellers_cities_half_a_percent_holds(a: Point, b: Point) -> None:
    assert great_circle_km(a, b) == pytest.approx(geodesic((a.lat, a.lon), (b.lat, b.lon)).km, rel=0.005)


@given(POINTS, POINTS)
def test_the_way_back_is_as_long(a: Point, b: Point) -> None:
    assert great_circle_km(a, b) == great_circle_km(b, a)
    assert great_circle_km(a, a) == 0

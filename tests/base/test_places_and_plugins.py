import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from geopy.distance import geodesic, great_circle
from hypothesis import given
from hypothesis import strategies as st

from omscli.base.address import Address
from omscli.base.geo import Point, great_circle_km
from omscli.base.problems import Problem
from omscli.base.registry import found_in

points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
# Between points at opposite ends of the earth geopy's formula and ours both lose figures; parcels travel less far.
PORTLAND, BERLIN, SYDNEY = Point(45.5152, -122.6784), Point(52.52, 13.405), Point(-33.8688, 151.2093)


@given(points, points)
def test_the_way_of_a_parcel_is_geopys_great_circle(a: Point, b: Point) -> None:
    expected = great_circle((a.lat, a.lon), (b.lat, b.lon)).km
    if expected < 19_900:
        assert great_circle_km(a, b) == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("a", "b"), [(PORTLAND, BERLIN), (BERLIN, SYDNEY), (PORTLAND, SYDNEY), (PORTLAND, Point(45.6, -122.5))])
def test_the_way_on_the_sphere_is_within_half_a_percent_of_the_ellipsoid(a: Point, b: Point) -> None:
    assert great_circle_km(a, b) == pytest.approx(geodesic((a.lat, a.lon), (b.lat, b.lon)).km, rel=0.005)


def test_the_way_to_the_same_door_is_nothing_and_to_the_other_side_half_the_earth() -> None:
    assert great_circle_km(BERLIN, BERLIN) == 0
    assert great_circle_km(Point(0, 0), Point(0, 180)) == pytest.approx(20015.1, abs=0.1)
    assert great_circle_km(Point(0, 179.9), Point(0, -179.9)) == pytest.approx(22.24, abs=0.01)


@pytest.mark.parametrize("part", ["name", "line1", "city", "postcode"])
def test_an_address_behind_asterisks_is_masked(part: str) -> None:
    assert Address(**{part: "T**** B****"}).is_masked


def test_a_single_asterisk_masks_nothing() -> None:
    assert not Address(name="Tern*Tide", line1="1 Main St *rear*", city="Bend").is_masked


@pytest.mark.parametrize("part", ["line1", "city", "postcode"])
def test_an_address_with_any_place_is_not_empty(part: str) -> None:
    assert not Address(**{part: "x"}).is_empty


def test_a_name_alone_leads_no_parcel_anywhere() -> None:
    assert Address(name="Ann", phone="1", country="US").is_empty
    assert Address(name="Ann").as_json() == {**dict.fromkeys(asdict(Address()), ""), "name": "Ann"}


def test_the_public_form_of_a_problem_keeps_the_raw_row_back() -> None:
    said = Problem(3, "Qty", "two", "not a number", "write 2", raw="secret").as_json()
    assert said == {"line": 3, "column": "Qty", "value": "two", "problem": "not a number", "hint": "write 2", "rejected": True}


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[tuple[str, Path]]:
    name = f"plugins_of_{request.node.name}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield name, tmp_path / name
    for module in [module for module in sys.modules if module.startswith(name)]:
        del sys.modules[module]


def test_a_file_in_the_folder_is_a_plugin(plugins: tuple[str, Path]) -> None:
    name, folder = plugins
    (folder / "walmart.py").write_text("READER = 2\n")
    (folder / "etsy.py").write_text("READER = 1\n")
    assert list(found_in(name, "READER").items()) == [("etsy", 1), ("walmart", 2)]


def test_a_file_that_defines_nothing_is_an_error(plugins: tuple[str, Path]) -> None:
    name, folder = plugins
    (folder / "etsy.py").write_text("READR = 1\n")
    with pytest.raises(TypeError, match=rf"{name}/etsy.py defines no `READER`"):
        found_in(name, "READER")


def test_a_folder_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ModuleNotFoundError):
        found_in("omscli.no_such_folder", "READER")

import sqlite3
from pathlib import Path

import pytest
import zipcodes

from omscli.base.geo import Point, great_circle_km
from omscli.store.geography import PLACES, Gazetteer, name_key


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer()


@pytest.mark.parametrize("postcode", ["97201", " 97201 ", "97201-1234", "97201 1234", "972011234"])
def test_a_parcel_to_a_known_zip_goes_to_its_place(gazetteer: Gazetteer, postcode: str) -> None:
    found = gazetteer.locate("us", postcode, "Anywhere", "")
    assert found is not None
    assert found.accuracy == "postcode"
    assert great_circle_km(found, Point(45.5076, -122.6895)) < 5


def test_a_zip_nobody_knows_is_the_mean_of_its_neighbours(gazetteer: Gazetteer) -> None:
    database = sqlite3.connect(f"{PLACES.as_uri()}?mode=ro", uri=True)
    rows = database.execute("SELECT zip, lat, lon FROM zip WHERE zip / 100 = 972").fetchall()
    database.close()
    unknown = next(zip_code for zip_code in range(97200, 97300) if zip_code not in {row[0] for row in rows})
    mean = [round(sum(column) / len(rows) / 10_000, 4) for column in list(zip(*rows, strict=True))[1:]]
    for _ in range(2):
        assert gazetteer.locate("US", str(unknown), "", "") == Point(mean[0], mean[1], "prefix")


@pytest.mark.parametrize("postcode", ["", "9720", "123456", "97201X", "97201-12", "００６０１", "00000"])
def test_what_is_no_zip_falls_back_to_the_city(gazetteer: Gazetteer, postcode: str) -> None:
    found = gazetteer.locate("US", postcode, "Boston", "MA")
    assert found == Point(42.3584, -71.0598, "city")
    assert gazetteer.locate("US", postcode, "", "") is None


def test_zips_at_zero_degrees_are_unknown_and_never_in_the_gulf_of_guinea(gazetteer: Gazetteer) -> None:
    nowhere = [row["zip_code"] for row in zipcodes.list_all() if not float(row["lat"]) and not float(row["long"])]
    assert nowhere
    for code in nowhere:
        found = gazetteer.locate("US", code, "", "")
        assert found is None or great_circle_km(found, Point(0, 0)) > 5000


def test_mail_to_ships_and_bases_has_no_place(gazetteer: Gazetteer) -> None:
    assert gazetteer.locate("US", "09012", "APO", "AE") is None
    assert gazetteer.locate("US", "09012", "APO", "") is None
    assert gazetteer.locate("US", "97201", "Portland", "ap") is None


def test_territories_have_zips_too(gazetteer: Gazetteer) -> None:
    assert gazetteer.locate("PR", "00901", "", "") == gazetteer.locate("US", "00901", "", "")
    majuro = gazetteer.locate("MH", "96960", "", "")
    assert majuro is not None
    assert majuro.lon > 171


def near(found: Point | None, lat: float, lon: float) -> bool:
    return found is not None and found.accuracy == "city" and great_circle_km(found, Point(lat, lon)) < 20


def test_the_region_tells_cities_of_one_name_apart(gazetteer: Gazetteer) -> None:
    assert near(gazetteer.locate("US", "", "Portland", "ME"), 43.66, -70.26)
    assert near(gazetteer.locate("US", "", "Portland", "or"), 45.52, -122.68)
    assert near(gazetteer.locate("CA", "N6A 1A1", "London", "ON"), 42.98, -81.23)
    assert near(gazetteer.locate("AU", "", "Newcastle", "NSW"), -32.93, 151.78)


def test_without_a_region_the_city_with_most_people_is_meant(gazetteer: Gazetteer) -> None:
    assert near(gazetteer.locate("US", "", "Portland", ""), 45.52, -122.68)
    assert near(gazetteer.locate("GB", "SW1A 1AA", "LONDON", "Greater London"), 51.51, -0.13)


def test_a_region_behind_the_citys_comma_counts(gazetteer: Gazetteer) -> None:
    assert near(gazetteer.locate("US", "", "Portland, ME", ""), 43.66, -70.26)
    assert near(gazetteer.locate("US", "", "Portland, Maine", "ME"), 43.66, -70.26)


@pytest.mark.parametrize(
    ("country", "city", "lat", "lon"),
    [
        ("DE", "München", 48.14, 11.58), ("DE", "MUNICH", 48.14, 11.58), ("DE", "Mu\u0308nchen", 48.14, 11.58), ("IT", "Firenze", 43.78, 11.25),
        ("JP", "東京", 35.69, 139.69), ("US", "New York", 40.71, -74.01), ("US", "St. Louis", 38.63, -90.2), ("US", "Saint Louis", 38.63, -90.2),
        ("FR", "Saint-Étienne", 45.43, 4.39),
    ],
)  # fmt: skip
def test_a_city_is_found_by_its_own_and_its_other_names(gazetteer: Gazetteer, country: str, city: str, lat: float, lon: float) -> None:
    assert near(gazetteer.locate(country, "", city, ""), lat, lon)


@pytest.mark.parametrize(("country", "city"), [("FR", "Nowhereville"), ("XX", "Paris"), ("", ""), ("DE", ""), ("DE", "' OR 1=1 --")])
def test_a_place_nobody_knows_is_nowhere(gazetteer: Gazetteer, country: str, city: str) -> None:
    assert gazetteer.locate(country, "", city, "") is None


def test_many_addresses_are_answered_each_once(gazetteer: Gazetteer) -> None:
    boston, nowhere = ("US", "02108", "Boston", "MA"), ("DE", "", "Nirgendwo", "")
    assert gazetteer.locate_many([boston, nowhere, boston]) == {boston: gazetteer.locate(*boston), nowhere: None}


def test_names_are_compared_without_accents_and_marks() -> None:
    assert name_key("  ST. John's ") == name_key("saint JOHN S") == "saint john s"
    assert name_key("Zürich") == name_key("zurich")
    assert name_key("!?") == ""


def test_the_places_are_only_read(tmp_path: Path) -> None:
    copy = tmp_path / "places of the world#1.sqlite"
    copy.write_bytes(PLACES.read_bytes())
    copy.chmod(0o400)
    assert Gazetteer(copy).locate("US", "97201", "", "") is not None
    assert [path.name for path in tmp_path.iterdir()] == [copy.name]

from __future__ import annotations

import pytest

from omscli.channels.addresses import joined, location_named, location_of, postcode_of
from omscli.channels.cells import CellError
from omscli.channels.countries import _NAMES, _THREE_LETTERS, country_code, region_code
from omscli.channels.reader import Context

PLACES = Context(locations={"reno": "Reno shop", "main": "Main warehouse", "east": "East"})


@pytest.mark.parametrize(
    ("text", "country", "postcode"),
    [
        ("'02138", "US", "02138"),
        ("2138", "US", "02138"),
        ("926", "PR", "00926"),
        ("2138-1234", "US", "02138-1234"),
        ("1067", "DE", "01067"),
        ("1067", "BE", "1067"),
        ("P1H 1L6", "CA", "P1H 1L6"),
        ("-", "US", ""),
        ("", "US", ""),
        ("94105", "US", "94105"),
    ],
)
def test_a_postcode_keeps_or_gets_back_its_zeros(text: str, country: str, postcode: str) -> None:
    assert postcode_of(text, country) == postcode


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("US", "US"), ("us", "US"), ("UK", "GB"), ("United States", "US"), ("THE NETHERLANDS", "NL"), ("Côte d'Ivoire", "CI"),
        ("Puerto Rico", "PR"), ("DEU", "DE"), ("gbr", "GB"), ("USA", "US"), ("UAE", "AE"), ("ARE", "AE"), ("QQQ", "QQQ"),
        ("Middle Earth", "Middle Earth"), ("", ""),
    ],
)  # fmt: skip
def test_countries_are_known_by_code_and_name_and_others_stay_as_written(text: str, code: str) -> None:
    assert country_code(text) == code


def test_every_country_that_has_a_name_has_a_code_of_three_letters() -> None:
    assert {entry[3:] for entry in _THREE_LETTERS.split()} == {
        entry[:2] for line in _NAMES.split("\n") if line for entry in line.split("|")
    }


@pytest.mark.parametrize(
    ("country", "text", "code"),
    [
        ("US", "California", "CA"), ("US", "CA", "CA"), ("CA", "Ontario", "ON"), ("AU", "western australia", "WA"),
        ("GB", "West Yorkshire", "West Yorkshire"), ("JP", "Tokyo", "Tokyo"), ("QQ", "Somewhere", "Somewhere"), ("Narnia", "North", "North"),
    ],
)  # fmt: skip
def test_regions_become_codes_where_the_post_uses_codes(country: str, text: str, code: str) -> None:
    assert region_code(country, text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("Collect from Reno shop", "reno"), ("MAIN WAREHOUSE", "main"), ("Collect at reno", "reno"), ("Northeastern Inn", None), ("", None)],
)
def test_a_pickup_place_is_named_by_whole_words(text: str, code: str | None) -> None:
    assert location_named(text, PLACES) == code


def test_a_location_is_known_by_code_or_name_and_a_slip_is_answered() -> None:
    assert (location_of("RENO", "location", PLACES), location_of("reno shop", "location", PLACES)) == ("reno", "reno")
    assert location_of("anywhere", "location", Context()) == "anywhere"
    with pytest.raises(CellError) as caught:
        location_of("rno", "location", PLACES)
    assert caught.value.hint == "did you mean reno? locations in rules.yaml: east, main, reno"


def test_lines_of_an_address_are_joined_without_the_empty_ones() -> None:
    assert joined("Building C", "", "Dock 4") == "Building C, Dock 4"

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omscli.carriers.tracking import check_number
from omscli.carriers.tracking_urls import tracking_url

GOOD = {
    "USPS": [
        "0307 1790 0005 2348 3741",
        "9400 1112 0108 0805 4830 16",
        "9361289878700317633795",
        "4201002334249200190132607600833457",
        "420 22153 9101026837331000039521",
        "7196 9010 7560 0307 7385",
        "RB123456785US",
    ],
    "UPS Ground": ["1Z5R89390357567127", "1z879e930346834440", "1ZXX3150YW44070023", "K2479825491", "V0490119172"],
    "FedEx": [
        "986578788855",
        "0414 4176 0228 964",
        "00 0123 4500 0000 0027",
        "9611020987654312345672",
        "1001921334250001000300779017972697",
        "9622001560001234567100794808390594",
        "61299998820821171811",
        "9261292700768711948021",
    ],
    "DHL Express": ["3318810025", "73891051146", "JJD0099999999", "GM2951173225174494", "RB123456785DE", "00340434161094000000"],
    "Canada Post": ["7035114477138472", "RB123456785CA"],
    "DPD": ["008182709980000020033350276C", "00818270998000", "1234567890"],
    "Royal Mail Tracked 24": ["RB123456785GB", "0B0480000000000000F1A"],
}
BAD = {
    "USPS": ["0307 1790 0005 2348 3742", "9400111201080805483017", "61299998820821171811", "RB123456784US"],
    "ups": ["1Z5R89390357567128", "K2479825492"],
    "fedex": ["996578788855", "568283610012732", "9261292700768711948020", "1001901781990001000300617767839438"],
    "dhl": ["3318810010", "73891051145"],
    "canada-post": ["7035114477138473"],
    "dpd": ["008182709980000020033350276A"],
    "royal_mail": ["RB123456784GB"],
}


def each(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(carrier, number) for carrier, numbers in table.items() for number in numbers]


@pytest.mark.parametrize(("carrier", "number"), each(GOOD))
def test_a_number_of_its_carrier_passes(carrier: str, number: str) -> None:
    assert check_number(carrier, number) is None


@pytest.mark.parametrize(("carrier", "number"), each(BAD))
def test_a_wrong_digit_is_found_by_the_check_digit(carrier: str, number: str) -> None:
    assert check_number(carrier, number) == f"the check digit of {number} does not fit: a digit is wrong or two are swapped"


@pytest.mark.parametrize("carrier", GOOD)
@pytest.mark.parametrize("number", ["", "ABC", "12", "1Z5R8939035756712"])
def test_a_number_of_no_form_of_the_carrier_is_noted(carrier: str, number: str) -> None:
    assert check_number(carrier, number) == f"{number} does not look like a number of {carrier}"


@pytest.mark.parametrize("carrier", ["Bike courier", "", "Hermes"])
def test_of_a_carrier_nobody_knows_every_number_passes(carrier: str) -> None:
    assert check_number(carrier, "anything at all") is None


@pytest.mark.parametrize("carrier", ["usps", "Bike courier"])
@pytest.mark.parametrize("number", ["9.4001112E+21", "9,4001E+21", "9.4E21", "9e+21"])
def test_a_number_that_a_spreadsheet_shortened_is_found_for_every_carrier(carrier: str, number: str) -> None:
    assert "a spreadsheet has shortened" in (check_number(carrier, number) or "")


@pytest.mark.parametrize("carrier", ["usps", "Bike courier"])
def test_a_number_whose_end_a_spreadsheet_turned_into_zeros_is_found_for_every_carrier(carrier: str) -> None:
    assert "ends in 7 zeros" in (check_number(carrier, "9400111201080800000000") or "")


@pytest.mark.parametrize(
    "template", ["", "javascript:alert({number})", "http://x.example/{number}", "data:text/html,{number}", "https://x.example/"]
)
def test_only_https_with_a_place_for_the_number_is_a_link(template: str) -> None:
    assert tracking_url(template, "9400") is None


def test_without_a_number_there_is_no_link() -> None:
    assert tracking_url("https://track.example/{number}", " ") is None


def test_the_link_has_the_number_as_it_was_written() -> None:
    assert tracking_url("https://track.example/{number}", " 9400 1aB ") == "https://track.example/9400%201aB"


@given(st.text(min_size=1).filter(str.strip))
def test_the_number_stays_inside_its_place(number: str) -> None:
    link = tracking_url("https://track.example/?n={number}&x=1", number)
    assert link == f"https://track.example/?n={quote(number.strip(), safe='')}&x=1"


def test_half_a_character_from_a_damaged_file_breaks_no_link() -> None:
    assert tracking_url("https://track.example/{number}", "12\ud800") == "https://track.example/12%ED%A0%80"

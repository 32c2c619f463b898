"""Whose a number is, told by the number alone. The numbers are made up; their check digits were computed from the published weights."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omscli.carriers.forms import carrier_key, numberings
from omscli.carriers.tracking import as_the_seller_calls, carrier_of, check_number

SURE = {
    "USPS": [
        "9400100000000000000129",
        "9400 1000 0000 0000 0001 29",
        "9505500000000000000770",
        "94001000000000000001234561",  # 26 figures
        "420941059400100000000000000129",
        "4209410512349400100000000000000129",
        "RA123456785US",
    ],
    "UPS": ["1ZA1B2C30345678903", "1z a1b 2c3 03 4567 8903", "K1500000009"],
    "FedEx": [
        "040000000000121",
        "9611020000000012345670",
        "1001900000000001000000123456789012",
        "32000000000000001234567890121234",
    ],
    "DHL": ["GM1234567890123456", "JJD0123456789", "JVGL0123456789"],
    "Canada Post": ["RA123456785CA"],
    "Australia Post": ["RA123456785AU"],
    "Japan Post": ["RA123456785JP"],
    "DPD": ["008182709980000000123101276D", "0998 0000 0001 25Y"],
    "Amazon Logistics": ["TBA123456789012", "TBC123456789012"],
    "OnTrac": ["C11000000001233", "D11000000001232"],
    "LaserShip": ["LX10012345", "1LS710012345678", "1LSCX0A1B2C3D4E", "1LS7100011000001-1"],
    "Old Dominion": ["07200001019", "80000123457"],
    "YunExpress": ["YT1234567890123456"],
    "GOFO": ["GFUS01234567890123"],
}
DOUBTFUL = {
    "twelve figures: FedEx, Purolator, DHL": "123456789012",
    "twelve figures of Purolator": "123456789015",
    "ten figures: DHL Express, or a telephone number": "1234567891",
    "eleven figures of Old Dominion that DHL Express has too": "07200001001",
    "fourteen figures: DHL, or DPD without its check character": "09980000000124",
    "fifteen figures that fit FedEx and DPD": "040000000000381",
    "sixteen figures: Canada Post, or Evri": "1234567890123452",
    "twenty figures: USPS, FedEx, DHL": "00000000000000000017",
    "twenty-two figures that UPS, FedEx and DHL hand to USPS": "9200100000000000000121",
    "a ZIP and a USPS number that FedEx has too": "4209410512349400100000000000000044",
    "S10 of a country with several carriers": "RA123456785GB",
    "S10 of a country nobody here knows": "RA123456785DE",
    "S10 that begins as DHL eCommerce does": "LX123456785US",
    "UPS, or Amazon abroad": "A1500000009",
    "Yodel, or DHL": "JJD0001234567890123",
    "Purolator, or DHL": "JJD012345678",
    "three letters and nine figures": "ABC123456789",
    "the check digit of USPS is wrong": "9400100000000000000128",
    "the check digit of UPS is wrong": "1ZA1B2C30345678904",
    "zeros fit everything": "000000000000000",
    "a spreadsheet rounded it": "9.4001E+21",
    "a spreadsheet cut its end off": "9400111206206400000000",
    "a word": "HELLO",
    "nothing": "",
}


@pytest.mark.parametrize(("carrier", "number"), [(carrier, number) for carrier, numbers in SURE.items() for number in numbers])
def test_a_number_that_only_one_carrier_has_tells_it(carrier: str, number: str) -> None:
    assert carrier_of(number) == carrier


@pytest.mark.parametrize("number", DOUBTFUL.values(), ids=DOUBTFUL)
def test_a_carrier_is_never_guessed(number: str) -> None:
    assert carrier_of(number) is None


@pytest.mark.parametrize(("carrier", "number"), [(carrier, numbers[0]) for carrier, numbers in SURE.items()])
def test_a_number_is_taken_by_its_own_carrier_without_a_word(carrier: str, number: str) -> None:
    assert check_number(carrier, number) is None


def test_every_carrier_that_can_be_told_has_a_number_here() -> None:
    assert set(SURE) == {one.name for one in numberings().values() if any(form.tells == "sure" for form in one.forms)}


@given(st.text(alphabet="0123456789", min_size=1, max_size=14))
def test_fourteen_figures_or_fewer_tell_no_carrier_but_old_dominion(number: str) -> None:
    assert carrier_of(number) in (None, "Old Dominion")


@given(st.text(max_size=40))
def test_whatever_is_typed_gets_an_answer(number: str) -> None:
    assert carrier_of(number) in {None, *SURE}


# -- a stated carrier that the number contradicts


def test_a_stated_carrier_that_the_number_contradicts_is_a_warning_that_names_the_right_one() -> None:
    assert check_number("fedex", "1ZA1B2C30345678903") == "1ZA1B2C30345678903 is a number of UPS, not of fedex"
    assert check_number("UPS", "9400100000000000000129") == "9400100000000000000129 is a number of USPS, not of UPS"


def test_of_a_carrier_that_may_have_other_forms_only_its_check_digit_is_a_warning() -> None:
    assert check_number("OnTrac", "1LS710012345678") is None  # the two are one company now
    assert check_number("OnTrac", "anything") is None
    assert (
        check_number("OnTrac", "C11000000001234") == "the check digit of C11000000001234 does not fit: a digit is wrong or two are swapped"
    )
    assert check_number("Purolator", "123456789015") is None
    assert "check digit" in (check_number("Purolator", "123456789016") or "")


def test_no_carrier_is_no_contradiction() -> None:
    assert check_number("", "1ZA1B2C30345678903") is None


# -- names


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("UPS® Ground", "ups"),
        ("usps", "usps"),
        ("Royal Mail Tracked 24", "royalmail"),
        ("canada-post", "canadapost"),
        ("Federal Express", "fedex"),
        ("Old Dominion Freight Line", "olddominion"),
        ("Joe's bicycle", ""),
        ("", ""),
    ],
)
def test_a_carrier_is_known_by_the_first_words_of_its_name(name: str, key: str) -> None:
    assert carrier_key(name) == key


def test_the_seller_calls_a_carrier_as_rules_yaml_does() -> None:
    assert as_the_seller_calls("USPS", ["post", "usps"]) == "usps"
    assert as_the_seller_calls("Canada Post", ["canada_post"]) == "canada_post"
    assert as_the_seller_calls("USPS", ["post", "ups"]) == "USPS"
    assert as_the_seller_calls("Joe's bicycle", ["post"]) == "Joe's bicycle"

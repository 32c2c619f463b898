"""The numbers are made up; their check digits were computed by hand from the published weights."""

import pytest

from omscli.carriers.tracking import check_number
from omscli.carriers.tracking_urls import tracking_url


@pytest.mark.parametrize(
    ("carrier", "number"),
    [
        ("ups", "1Z0000000000000019"),
        ("UPS Ground", "1z 000 000 00 0000 001 9"),
        ("UPS", "1ZA000000000000008"),
        ("ups", "T0000000019"),
        ("ups", "9200000000000000000018"),  # handed to USPS for the last mile
        ("usps", "9400100000000000000013"),
        ("USPS Priority Mail", "9400-1000-0000-0000-0000-13"),
        ("usps", "42094105" + "9400100000000000000013"),
        ("usps", "420941051234" + "9400100000000000000013"),
        ("usps", "00000000000000000017"),
        ("usps", "00000000000000000019"),  # the older form, whose 91 is not printed
        ("usps", "CP000000005US"),
        ("fedex", "000000000011"),
        ("FedEx", "100000000003"),
        ("fedex", "000000000000017"),
        ("fedex", "000000000000000017"),
        ("Federal Express", "9600000000000000000017"),
        ("dhl", "0000000011"),
        ("DHL Express", "1000000013"),
        ("dhl", "JJD012345678901234"),
        ("dhl", "GM0123456789012345"),
        ("Canada Post", "0000000000000017"),
        ("canada-post", "RN123456785CA"),
        ("Royal Mail Tracked 24", "RM 1234 5678 5GB"),
        ("royalmail", "0A1B2C3D4E5F6A7B8C9D0"),
        ("dpd", "00000000000001S"),
        ("dpd", "00000000000001"),
    ],
)
def test_a_number_of_the_carriers_form_raises_no_word(carrier: str, number: str) -> None:
    assert check_number(carrier, number) is None


@pytest.mark.parametrize(
    ("carrier", "number"),
    [
        ("ups", "1Z0000000000000018"),
        ("usps", "9400100000000000000031"),
        ("usps", "00000000000000000018"),
        ("usps", "CP000000015US"),
        ("fedex", "000000000012"),
        ("fedex", "000000000000071"),
        ("dhl", "0000000012"),
        ("canada post", "0000000000000071"),
        ("royal mail", "RM123456758GB"),
        ("dpd", "00000000000001Z"),
    ],
)
def test_a_mistyped_digit_is_noticed(carrier: str, number: str) -> None:
    assert check_number(carrier, number) == f"the check digit of {number} does not fit: a digit is wrong or two are swapped"


@pytest.mark.parametrize(
    ("carrier", "number"),
    [
        ("ups", "hello"),
        ("usps", "12345"),
        ("dhl", "-"),
        ("dpd", "ABC"),
        ("royal mail", "KN1GB"),
        ("usps", ""),
    ],
)
def test_the_form_of_another_carrier_is_noticed(carrier: str, number: str) -> None:
    assert check_number(carrier, number) == f"{number} does not look like a number of {carrier}"


@pytest.mark.parametrize("carrier", ["Joe's bicycle", "", "upstate couriers", "evri"])
def test_a_carrier_nobody_knows_may_number_as_it_likes(carrier: str) -> None:
    assert check_number(carrier, "whatever 7") is None


@pytest.mark.parametrize("number", ["9.4001E+21", "9,4001e21", "9E21"])
@pytest.mark.parametrize("carrier", ["usps", "Joe's bicycle"])
def test_a_number_shortened_by_a_spreadsheet_is_noticed_for_every_carrier(carrier: str, number: str) -> None:
    assert (
        check_number(carrier, number)
        == f"{number} is a number that a spreadsheet has shortened; format the column as text and export again"
    )


@pytest.mark.parametrize("carrier", ["usps", "Joe's bicycle"])
def test_zeros_where_a_spreadsheet_cuts_off_are_noticed(carrier: str) -> None:
    found = check_number(carrier, "9400111206206400000000")
    assert found == "9400111206206400000000 ends in 7 zeros where a spreadsheet cuts off; format the column as text and export again"


def test_five_zeros_at_the_end_may_be_chance() -> None:
    assert check_number("Joe's bicycle", "12345678901234500000") is None


def test_the_page_of_a_parcel_has_the_number_in_it() -> None:
    template = "https://track.example/?n={number}&again={number}"
    assert tracking_url(template, " 1Z 00 0a ") == "https://track.example/?n=1Z%2000%200a&again=1Z%2000%200a"


def test_a_number_cannot_break_out_of_the_address() -> None:
    assert tracking_url("https://track.example/{number}", "A&b=1/../#é{0}") == "https://track.example/A%26b%3D1%2F..%2F%23%C3%A9%7B0%7D"


@pytest.mark.parametrize("template", ["http://track.example/{number}", "javascript:alert({number})", "https://track.example/", ""])
def test_only_encrypted_pages_with_a_place_for_the_number_are_linked(template: str) -> None:
    assert tracking_url(template, "1Z") is None


def test_no_number_has_no_page() -> None:
    assert tracking_url("https://track.example/{number}", " ") is None

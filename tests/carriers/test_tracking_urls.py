import re

import pytest

from omscli.carriers.tracking_urls import _PAGES, tracking_url, url_template

OWN = {"post": "https://post.example/{number}", "usps": "https://mine.example/{number}", "dpd": "https://dpd.example/{number}"}
UPS = "https://www.ups.com/track?loc=en_US&tracknum={number}"


@pytest.mark.parametrize("carrier", ["ups", "UPS", "UPS® Ground", "ups_walleted", "UPS by ShipStation"])
def test_a_carrier_without_an_address_in_rules_yaml_has_the_built_in_page(carrier: str) -> None:
    assert url_template(carrier, OWN) == UPS


@pytest.mark.parametrize("carrier", ["usps", "USPS", "USPS Ground Advantage"])
def test_the_sellers_own_page_goes_first(carrier: str) -> None:
    assert url_template(carrier, OWN) == OWN["usps"]


@pytest.mark.parametrize("carrier", ["post", "POST"])
def test_a_carrier_only_the_seller_knows_has_his_page(carrier: str) -> None:
    assert url_template(carrier, OWN) == OWN["post"]


@pytest.mark.parametrize("carrier", ["", "Joe's bicycle", "Post NL", "posthaste", "DPD UK", "GLS US", "DHL eCommerce", "upstate couriers"])
def test_another_company_has_no_page_of_a_similar_name(carrier: str) -> None:
    assert url_template(carrier, OWN) == ""


@pytest.mark.parametrize(
    ("carrier", "start"),
    [
        ("DHL", "https://www.dhl.com/"),
        ("DHL Express Worldwide", "https://www.dhl.com/"),
        ("DHL Paket", "https://www.dhl.de/"),
        ("Royal Mail Tracked 48", "https://www.royalmail.com/"),
        ("canada-post", "https://www.canadapost-postescanada.ca/"),
        ("Federal Express", "https://www.fedex.com/"),
        ("dpd", "https://www.dpdgroup.com/"),
        ("Old Dominion Freight Line", "https://www.odfl.com/"),
    ],
)
def test_a_carrier_is_found_however_its_name_is_written(carrier: str, start: str) -> None:
    assert url_template(carrier, {}).startswith(start)


def test_every_built_in_page_is_encrypted_and_has_one_place_for_the_number() -> None:
    for page in _PAGES.values():
        assert re.fullmatch(r"https://[a-z0-9.-]+/[^{}]*\{number\}[^{}]*", page), page


def test_a_built_in_page_takes_the_number_in_capitals_and_without_spaces() -> None:
    assert tracking_url(UPS, " 1z a1b 2c3 03 4567 8903 ") == "https://www.ups.com/track?loc=en_US&tracknum=1ZA1B2C30345678903"

from __future__ import annotations

import pytest

from omscli.carriers.names import carrier_name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("usps", "USPS"),
        ("FEDEX", "FedEx"),
        ("royal_mail", "Royal Mail"),
        ("royalmail", "Royal Mail"),
        ("dhl-express", "DHL Express"),
        ("Canada Post", "Canada Post"),
        ("bike courier", "bike courier"),
        ("", ""),
    ],
)
def test_carriers_are_named_as_customers_know_them(code: str, name: str) -> None:
    assert carrier_name(code) == name

"""The file that `oms init` writes, and the example of everything, are right as they stand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from omscli.settings.check import findings
from omscli.settings.load import load, parse
from omscli.settings.template import template

TODAY = date(2026, 3, 2)
ROOT = Path(__file__).parents[2]
READERS = frozenset({"shopify", "amazon", "etsy"})


@pytest.mark.parametrize(
    ("shop", "currency", "zone", "country"),
    [
        ("Mug Shop", "USD", "America/New_York", "US"),
        ('O\'Neil & "Söhne" \\ <CURRENCY>: #1 😀\x07\u2028', "EUR", "Europe/Oslo", "NO"),
        ("", "GBP", "UTC", "GB"),
    ],
)
def test_what_init_writes_passes_the_check_without_a_remark(shop: str, currency: str, zone: str, country: str) -> None:
    found = parse(template(shop, currency, zone, country), "rules.yaml", TODAY, READERS)
    assert findings(found) == []
    assert (found.shop_name, found.currency, found.timezone) == (shop, currency, zone)
    assert found.locations["home"].address.country == country


def test_every_line_that_init_leaves_switched_off_can_be_switched_on() -> None:
    text = template("Mug Shop", "USD", "America/New_York", "US")
    marks = (
        "# shopify",
        "# etsy",
        "# amazon",
        "# holidays",
        "# pickup",
        "# tracking_url",
        "# - name",
        "#   when",
        "#   split",
        "# returns",
        "# notify",
    )
    for mark in marks:
        assert mark in text
        text = text.replace(mark, mark[2:])
    found = parse(text, "rules.yaml", TODAY, READERS)
    assert findings(found) == []
    assert list(found.channels) == ["own", "shopify", "etsy", "amazon"]
    assert [rule.name for rule in found.rulebook.rules] == ["Gifts travel together", "Every order"]


def test_the_example_of_everything_passes_the_check_without_a_remark() -> None:
    found = load(ROOT / "rules.example.yaml", TODAY, READERS)
    assert findings(found) == []


def test_the_example_is_ordinary_yaml_for_other_programs_too() -> None:
    data = yaml.safe_load((ROOT / "rules.example.yaml").read_text(encoding="utf-8"))
    assert data["locations"]["workshop"]["cutoff"] == "14:30"
    assert data["locations"]["workshop"]["address"]["postcode"] == "97209"

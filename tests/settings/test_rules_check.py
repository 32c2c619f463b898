"""What `oms rules check` remarks on a file that loads."""

from __future__ import annotations

from datetime import date

import pytest

from omscli.settings.check import findings
from omscli.settings.finding import Finding
from omscli.settings.load import parse

# A file without a remark; each test changes one line of it.
LINES = {
    "currency": "USD",
    "timezone": "UTC",
    "channels": "{shop: {reader: native}}",
    "locations": "{home: {address: {city: Perth, country: AU}}}",
    "carriers": (
        "{post: {services: {parcel: {zones: {by: distance, upto: [100]}, transit_days: [1, 2], "
        "rates: [{upto_g: 500, price: [4, 5]}, {upto_g: 900, price: [6, 7]}]}}}}"
    ),
    "boxes": "{small: {inner_mm: [200, 150, 100], empty_g: 90, max_g: 5000}}",
    "routing": "{rules: [{name: Every order}]}",
}


def _found(lines: dict[str, str], skus: list[str] | None = None) -> list[Finding]:
    text = "".join(f"{key}: {value}\n" for key, value in (LINES | lines).items() if value)
    return findings(parse(text, "rules.yaml", date(2026, 3, 2)), skus)


def _texts(lines: dict[str, str]) -> list[str]:
    return [one.text for one in _found(lines)]


def _rules(*rules: str) -> dict[str, str]:
    return {"routing": "\n  rules:\n" + "\n".join(f"    - {{name: {name}, {rule}}}" for name, rule in zip("ABC", rules, strict=False))}


def test_a_good_file_has_no_remarks() -> None:
    assert _found({}) == []


@pytest.mark.parametrize(
    ("lines", "line", "text", "hint"),
    [
        ({"channels": ""}, 1, "there is no channel, so no order can come in", "name one under `channels`"),
        (
            {"channels": "{shop: {stock_from: [home]}}", "locations": "{home: {ships: false}, b: {coordinates: [1, 2]}}"},
            3,
            "no location ships for channel 'shop'",
            "look at its `stock_from`, and at `ships` and `daily_capacity` there",
        ),
        ({"locations": ""}, 1, "there is no location, so there is no stock", "name one under `locations`"),
        (
            {"locations": "{home: }"},
            4,
            "nobody knows where 'home' is, so its distances are unknown",
            "write its `coordinates`, or an `address` with a postcode or town",
        ),
        (
            {"locations": "{acme: {kind: supplier, coordinates: [1, 2]}}"},
            4,
            "supplier 'acme' has no e-mail address for its purchase orders",
            "write its `email`",
        ),
        ({"carriers": ""}, 1, "there is no carrier, so nothing has a price or a date of arrival", "describe one under `carriers`"),
        (
            {"carriers": LINES["carriers"].replace("4, 5", "~, ~").replace("6, 7", "~, ~")},
            5,
            "service 'post parcel' has no price in any zone, so it takes no parcel",
            "write prices, or remove the service",
        ),
        (
            {"carriers": LINES["carriers"].replace("transit_days", "max_g: 400, transit_days")},
            5,
            "the row up to 900 g of 'post parcel' is never used: it takes parcels up to 400 g",
            "raise `max_g`, or remove the row",
        ),
        (
            {"carriers": LINES["carriers"].replace("transit_days", "max_g: 1000, transit_days")},
            5,
            "'post parcel' has no price for parcels from 900 g to its 1000 g",
            "add a row of `rates`, or `per_extra_kg`",
        ),
        (
            {"carriers": LINES["carriers"].replace("by: distance, upto: [100]", 'by: country, areas: [{countries: "*"}, {countries: AU}]')},
            5,
            "zone 2 of 'post parcel' is never reached: zone 1 takes the same places",
            "put the narrower zone first",
        ),
        (
            {
                "carriers": LINES["carriers"].replace(
                    "by: distance, upto: [100]", "by: country, areas: [{countries: AU}, {countries: NZ}]"
                ),
                "locations": "{home: {ships_to: [AU, NO, DE]}}",
            },
            4,
            "'home' ships to DE, NO, where no service goes",
            "add a zone for it, or take it out of `ships_to`",
        ),
        (
            {"boxes": ""},
            1,
            "there are no boxes, so parcels have no size and no box costs anything",
            "name the boxes you keep under `boxes`",
        ),
        (
            {"boxes": "{b: {inner_mm: [1, 1, 1], empty_g: 50, max_g: 50}}"},
            6,
            "box 'b' weighs empty what it may weigh full",
            "correct `empty_g` or `max_g`",
        ),
        (
            {"notify": "{from: a@b.example, smtp: {host: h, tls: none, user: u}}"},
            8,
            "the password travels to the mail server unencrypted",
            "write `tls: starttls`",
        ),
        (
            {"notify": "{from: a@b.example, smtp: {host: h, port: 465}}"},
            8,
            "port 465 speaks tls from the first word",
            "write `tls: tls`, or use port 587",
        ),
        (
            {"stock_sync": "[{location: home, path: a.csv}]"},
            8,
            "a broken file of 'home' would empty its stock unasked",
            "write `max_drop_percent`, such as 50",
        ),
        ({"currencies": "{USD: 1}"}, 8, "USD is the home currency and has no rate", "remove it"),
    ],
)
def test_what_may_not_be_meant_so_is_said_with_its_line(lines: dict[str, str], line: int, text: str, hint: str) -> None:
    assert _found(lines) == [Finding(line, "warning", text, hint)]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("rank: cost", "when: {tag: gift}"),
        ("when: {tag: [gift, vip]}", "when: {tag: Gift}"),
        ("when: {total: {over: 50}}", "when: {total: {over: 60}, tag: gift}"),
        ("when: {units: {under: 9}}", "when: {units: [3, 4]}"),
        ("when: {postcode: {matches: 94*}}", "when: {postcode: [94105, 94110]}"),
        ("when: {country: {not: US}}", "when: {country: [CA, MX]}"),
        ("when: {country: {not: US}}", "when: {country: {not: [CA, US]}}"),
        ("when: {postcode: {matches: [9*, 8*]}}", "when: {postcode: {matches: 9*}}"),
        ("hold: look, else: next", "when: {tag: gift}"),
    ],
)
def test_a_rule_whose_orders_a_rule_above_takes_never_decides(above: str, below: str) -> None:
    lines = _rules(above, below, "rank: [unfilled, cost]")
    found = [one for one in _found(lines | {"locations": "{home: {coordinates: [1, 2]}}"}) if "'B'" in one.text]
    assert found == [
        Finding(
            10,
            "warning",
            "rule 'B' never decides: rule 'A' above it takes all its orders",
            "move it above 'A', or write `else: next` there",
        )
    ]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("when: {tag: gift}", "when: {tag: [gift, vip]}"),
        ("when: {tag: gift}", "when: {country: US}"),
        ("when: {tag: {not: gift}}", "when: {tag: vip}"),  # an order may have both tags
        ("when: {total: {over: 50}}", "when: {total: {over: 40}}"),
        ("when: {units: {over: 5}}", "when: {units: [5, 6]}"),
        ("when: {postcode: {matches: 94*}}", "when: {postcode: [94105, 10001]}"),
        ("when: {tag: gift}, else: next", "when: {tag: gift}"),
    ],
)
def test_a_rule_that_is_left_some_order_is_not_remarked_on(above: str, below: str) -> None:
    assert _texts(_rules(above, below, "split: allow")) == []


@pytest.mark.parametrize("when", ["{units: 0}", "{lines: {under: 1}}", "{total: {over: 5, under: 5}}", "{units: {over: 2, under: 3}}"])
def test_a_condition_that_no_order_fits_is_remarked_on(when: str) -> None:
    field = when[1:].partition(":")[0]
    assert _texts(_rules(f"when: {when}", "split: allow")) == [f"rule 'A' never matches: no order has such a value of '{field}'"]


def test_a_rule_that_leaves_no_location_is_remarked_on() -> None:
    assert _texts(_rules("only: {kind: store}")) == ["rule 'A' leaves no location that could serve"]
    assert _texts(_rules("avoid: home")) == ["rule 'A' leaves no location that could serve"]
    assert _texts(_rules("hold: look, only: {kind: store}")) == []


def test_orders_that_no_rule_speaks_for_are_remarked_on() -> None:
    assert _texts(_rules("when: {tag: gift}")) == ["orders that fit no rule stay where they are: every rule has a `when`"]


def test_a_rank_that_never_looks_at_the_stock_is_remarked_on_where_there_is_a_choice() -> None:
    two = {"locations": "{a: {coordinates: [1, 2]}, b: {coordinates: [1, 3]}}"}
    said = "rule 'A' may choose a place that lacks the goods: it does not rank by 'unfilled'"
    assert _texts(two | _rules("rank: cost")) == [said]
    assert _texts(_rules("rank: cost")) == []


def test_skus_that_the_catalogue_lacks_are_errors_with_the_nearest_one() -> None:
    lines = _rules("when: {sku: MGU}, split: {together: {sku: [mug, TEE]}}, else: next", "examples: [{order: {lines: {HAT: 1}}}]")
    found = _found(lines, ["MUG", "TEE"])
    hint = "correct it, or add the product with `oms import products.csv`"
    assert found == [
        Finding(9, "error", "unknown SKU 'MGU' – did you mean 'MUG'?", hint),
        Finding(10, "error", "unknown SKU 'HAT'; known: MUG, TEE", hint),
    ]

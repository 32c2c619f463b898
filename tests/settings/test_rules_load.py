"""What stands in a rules file arrives as the plain objects that the rest of the program works with."""

from __future__ import annotations

import hashlib
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from omscli.base.geo import Point
from omscli.carriers.service import Area, Rate
from omscli.errors import Refused
from omscli.packing.model import Box
from omscli.returns.policy import Policy, Reason
from omscli.routing.rules import ChannelPolicy, Condition, Otherwise, Prices, Rule, Selection, Split
from omscli.settings.load import load, parse
from omscli.settings.settings import Channel, Settings

TODAY = date(2026, 3, 2)
HEAD = "currency: USD\ntimezone: Europe/Oslo\n"


def _parsed(text: str, readers: frozenset[str] | None = None) -> Settings:
    return parse(HEAD + text, "rules.yaml", TODAY, readers)


def _rule(text: str) -> Rule:
    (rule,) = _parsed(f"locations: {{a: {{}}, b: {{}}}}\nrouting: {{rules: [{{name: R, {text}}}]}}\n").rulebook.rules
    return rule


def test_a_file_of_two_lines_is_enough() -> None:
    found = _parsed("")
    assert (found.currency, found.timezone, found.channels, found.locations, found.services) == ("USD", "Europe/Oslo", {}, {}, ())
    assert found.rulebook.rules == (Rule("Every order"),)
    assert found.rulebook.prices == Prices()


def test_the_text_is_kept_with_its_fingerprint(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_bytes(b"\xef\xbb\xbfcurrency: USD\r\ntimezone: UTC\r\n")
    found = load(file, TODAY)
    assert found.path == file
    assert found.text == "currency: USD\ntimezone: UTC\n"
    assert found.fingerprint == hashlib.sha256(found.text.encode()).hexdigest()


def test_channels_take_the_reader_called_like_them_or_else_our_own_files() -> None:
    found = _parsed(
        "channels: {etsy: , fair: , b2b: {reader: sheet, prefix: RS}}\nreaders: {sheet: {kind: products, columns: {sku: No}}}\n",
        frozenset({"etsy"}),
    )
    assert [(one.name, one.reader, one.prefix) for one in found.channels.values()] == [
        ("etsy", "etsy", "ET"),
        ("fair", "native", "FA"),
        ("b2b", "sheet", "RS"),
    ]


def test_a_channel_has_what_the_file_says() -> None:
    text = (
        "channels:\n  x: {reader: native, prefix: Q1, notify: false, priority: -3, buffer: 2, share_percent: 40, cap: 9,\n"
        "      stock_from: a, suppliers: true, upload: [stock], ship_unpaid: true, timezone: Asia/Tokyo, location: a}\nlocations: {a: }\n"
    )
    found = _parsed(text)
    assert found.channels["x"] == Channel(
        "x", "native", "Q1", False, -3, 2, 40, 9, frozenset({"a"}), True, frozenset({"stock"}), True, "Asia/Tokyo", "a"
    )
    assert found.rulebook.channels == {"x": ChannelPolicy("x", -3, frozenset({"a"}), ship_unpaid=True)}


def test_a_location_keeps_times_and_postcodes_as_they_were_typed() -> None:
    text = "locations: {no: {cutoff: 16:00, ships_to: [NO, us], address: {postcode: 02134, country: NO}, coordinates: [59.9, -10]}}\n"
    place = _parsed(text).locations["no"]
    assert place.cutoff == time(16, 0)
    assert place.ships_to == frozenset({"NO", "US"})
    assert (place.address.postcode, place.address.country) == ("02134", "NO")
    assert place.point == Point(59.9, -10.0)
    assert (place.name, place.timezone, place.daily_capacity, place.calendar.days) == ("no", "Europe/Oslo", None, frozenset(range(5)))


def test_a_capacity_of_none_has_no_limit_and_one_of_0_never_ships() -> None:
    found = _parsed("locations: {a: {daily_capacity: none}, b: {daily_capacity: 0}, c: {daily_capacity: 7}}\n").locations
    assert [found[code].daily_capacity for code in "abc"] == [None, 0, 7]


def test_money_is_in_minor_units_of_the_home_currency() -> None:
    assert _parsed("locations: {a: {handling_cost: 1.2}}\n").locations["a"].handling_cost == 120


def test_a_box_has_its_measures() -> None:
    assert _parsed("boxes: {b: {inner_mm: [3, 2, 1], empty_g: 4, max_g: 5, cost: 0.06}}\n").boxes == (Box("b", (3, 2, 1), 4, 5, 6),)


def test_holidays_are_dates_of_a_country_a_state_and_single_days() -> None:
    found = _parsed("locations: {a: {holidays: [US-NY, 2026-03-03]}, b: {holidays: DE}, c: {holidays: 2026-05-05}}\n").locations
    new_york = found["a"].calendar.holidays
    assert {date(2026, 3, 3), date(2025, 2, 12), date(2028, 7, 4)} <= new_york
    assert {day.year for day in new_york} == {2025, 2026, 2027, 2028}
    assert date(2026, 10, 3) in found["b"].calendar.holidays
    assert found["c"].calendar.holidays == frozenset({date(2026, 5, 5)})


def test_a_service_by_distance_in_miles_has_bounds_in_km() -> None:
    text = """\
carriers:
  z: {services: {}}
  post:
    tracking_url: "https://post.example/{number}"
    services:
      slow: {zones: {by: distance, unit: mi, upto: [100]}, transit_days: [1, 2], rates: [{upto_g: 500, price: [4.40, ~]}],
             per_extra_kg: [1, 2], dim_divisor: 5000, max_g: 900, fuel_percent: 12.5, delivers: [mon, sun], holidays: 2026-12-24}
      fast: {speed: overnight, zones: {by: distance, upto: [5]}, transit_days: [0, 1], rates: [{upto_g: 1, price: [1, 1]}]}
"""
    found = _parsed(text)
    fast, slow = found.services
    assert (fast.label, fast.speed, slow.label, slow.speed) == ("post fast", "overnight", "post slow", "standard")
    assert slow.zones.upto_km == (160.9344,)
    assert slow.rates == (Rate(500, (440, None)),)
    assert (slow.per_extra_kg, slow.dim_divisor, slow.max_g, slow.fuel_basis_points) == ((100, 200), 5000.0, 900, 1250)
    assert (slow.delivers, slow.holidays) == (frozenset({0, 6}), frozenset({date(2026, 12, 24)}))
    assert found.tracking_urls == {"post": "https://post.example/{number}"}


def test_a_service_by_country_has_its_areas() -> None:
    text = """\
carriers:
  post:
    services:
      parcel:
        zones: {by: country, areas: [{countries: US, postcodes: [0, 1]}, {countries: ["*"]}]}
        transit_days: [1, 2]
        rates: [{upto_g: 1, price: [1, 1]}]
"""
    (service,) = _parsed(text).services
    assert service.zones.areas == (Area(frozenset({"US"}), ("0", "1")), Area(frozenset("*")))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("{tag: gift}", Condition("tag", any_of=("gift",))),
        ("{country: [NO, US]}", Condition("country", any_of=("NO", "US"))),
        ("{postcode: {matches: 02*}}", Condition("postcode", globs=("02*",))),
        ("{sku: {not: [A, B]}}", Condition("sku", none_of=("A", "B"))),
        ("{total: {over: 1500.00, under: 2000}}", Condition("total", over=150000, under=200000)),
        ("{total: 12.50}", Condition("total", any_of=("1250",))),
        ("{units: {not: 3}}", Condition("units", none_of=("3",))),
        ("{weight_g: [1500000, 2]}", Condition("weight_g", any_of=("1500000", "2"))),
        ("{pickup: true}", Condition("pickup", any_of=("true",))),
        ("{hazmat: false}", Condition("hazmat", any_of=("false",))),
    ],
)
def test_a_condition_is_a_value_a_list_or_tests(typed: str, meant: Condition) -> None:
    assert _rule(f"when: {typed}").conditions == (meant,)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("never", Split(never=True, max_shipments=1)),
        ("allow", Split()),
        (
            "{max_shipments: 2, min_part_value: 5, together: {sku: [DESK, Legs], category: Sets}}",
            Split(max_shipments=2, min_part_value=500, together_skus=frozenset({"desk", "legs"}), together_categories=frozenset({"sets"})),
        ),
    ],
)
def test_a_split_is_a_word_or_limits(typed: str, meant: Split) -> None:
    assert _rule(f"split: {typed}").split == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("next", Otherwise("next")),
        ("hold", Otherwise("hold")),
        ("{backorder: wait, cancel_after_days: 30}", Otherwise("wait", 30)),
        ("{backorder: cancel}", Otherwise("cancel")),
        ("", Otherwise("wait")),
    ],
)
def test_what_cannot_be_placed_goes_where_the_rule_says(typed: str, meant: Otherwise) -> None:
    assert _rule(f"else: {typed}").otherwise == meant


def test_locations_are_selected_by_name_or_by_kind() -> None:
    rule = _rule("only: [a, b], avoid: {kind: store}, max_km: 800.5, max_days: 3, rank: cost, priority: 7, hold: look first")
    assert rule.only == Selection(codes=frozenset({"a", "b"}))
    assert rule.avoid == Selection(kinds=frozenset({"store"}))
    assert (rule.max_km, rule.max_days, rule.rank, rule.priority, rule.hold) == (800.5, 3, ("cost",), 7, "look first")


def test_the_rulebook_has_prices_rates_and_the_buffer() -> None:
    book = _parsed("currencies: {EUR: 1.08}\npromise: {buffer_days: 2}\nrouting: {strategy: each, prices: {late_day: 4}}\n").rulebook
    assert (book.strategy, book.rates, book.buffer_days, book.prices) == ("each", {"EUR": 1.08}, 2, Prices(late_day=400))


def test_an_example_has_its_rule_and_only_what_it_says() -> None:
    found = _parsed("locations: {a: }\nrouting: {rules: [{name: R, examples: [{order: {lines: {1: 2}}, stock: {a: {1: 3}}}]}]}\n")
    order = {"service": "standard", "payment": "paid", "city": "", "region": "", "postcode": "", "email": "", "tags": (), "lines": {"1": 2}}
    assert found.examples == ({"rule": "R", "order": order, "stock": {"a": {"1": 3}}},)


def test_terms_mails_feeds_and_readers_are_plain_data() -> None:
    found = _parsed(
        "locations: {a: }\n"
        "returns: {window_days: 14, auto_approve_under: 50, reasons: {broken: {restock: false}}}\n"
        "notify: {from: Mug <o@mug.example>, smtp: {host: h, user: u, password_command: pass smtp}}\n"
        "stock_sync: [{location: a, path: a.csv}]\n"
        'readers: {r: {kind: stock, columns: {sku: "No", on_hand: Qty}, location: a, delimiter: tab, words: {">9": 10}}}\n'
    )
    assert found.returns == Policy(14, 5000, {"broken": Reason(0, restock=False)})
    assert (found.mail.sender, found.mail.reply_to) == ("Mug <o@mug.example>", "")
    assert found.mail.smtp == {"host": "h", "port": None, "tls": "starttls", "user": "u", "password_command": "pass smtp"}
    assert found.stock_sync == (
        {
            "location": "a",
            "path": "a.csv",
            "reader": "native",
            "quantity_is": "available",
            "max_drop_percent": None,
            "unknown_skus": "report",
        },
    )
    assert found.readers["r"]["delimiter"] == "\t"
    assert found.readers["r"]["words"] == {">9": 10}
    assert [found.readers["r"][key] for key in ("decimal", "header_row", "repeated")] == [None, None, "refuse"]


def test_a_file_that_goes_out_has_the_layout_that_the_file_says() -> None:
    found = _parsed("writers: {x.stock: {columns: {Article: sku, Shop: =mug}, above: [one, two], delimiter: tab}, mine: {like: x.stock}}\n")
    assert found.writers == {
        "x.stock": {
            "like": None,
            "columns": {"Article": "sku", "Shop": "=mug"},
            "delimiter": "\t",
            "encoding": None,
            "above": ("one", "two"),
        },
        "mine": {"like": "x.stock", "columns": None, "delimiter": None, "encoding": None, "above": None},
    }


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"currency: USD\nshop: M\xfcller\n", "rules.yaml:2:8: this letter is not stored as UTF-8"),
        (b"#" * 300_000, "rules.yaml:1:1: the file is larger than 256 kB"),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_bytes(data)
    with pytest.raises(Refused) as caught:
        load(file, TODAY)
    assert caught.value.message == said


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read: No such file or directory"):
        load(tmp_path / "rules.yaml", TODAY)


PLACES = (
    "shop: {}", "version: {}", "timezone: {}", "currency: {}", "{}: x", "channels: {{x: {{cap: {}}}}}", "channels: {{{}: }}",
    "locations: {{a: {{cutoff: {}}}}}", "locations: {{a: {{holidays: [{}]}}}}", "locations: {{a: {{address: {{country: {}}}}}}}",
    "boxes: {{b: {{inner_mm: [{}, 1, 1], max_g: {}, cost: {}}}}}", "routing: {{rules: [{{name: {}, hold: {}}}]}}",
    "routing: {{rules: [{{name: R, when: {{total: {{over: {}}}, tag: {}}}, rank: {}, else: {}, split: {}}}]}}",
    "readers: {{r: {{kind: stock, columns: {{sku: {}}}, encoding: {}, dates: {}}}}}", "currencies: {{{}: {}}}",
)  # fmt: skip
TYPED = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["NO", "1_000", "-1", "1e9", "٣", "12345678901234567890", "2026-02-31", "US-", "../UTC", "localtime", "{a: b}", "[", "'", "*x"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLACES), TYPED)
@example("timezone: {}", "a\x00b")
@example("timezone: {}", "America")
def test_any_text_in_any_place_gives_settings_or_a_refusal(place: str, typed: str) -> None:
    text = place.replace("{}", typed.replace("\n", " ")).replace("{{", "{").replace("}}", "}")
    try:
        found = _parsed(text).path.name
    except Refused as refused:
        found = refused.message
    assert found.startswith("rules.yaml")

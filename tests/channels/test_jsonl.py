"""JSON lines of our own: what each line becomes, and what a line that is wrong says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from omscli.channels.json_lines import _KINDS
from omscli.channels.opening import open_file
from omscli.channels.reader import Context
from omscli.errors import Refused, UsageError
from omscli.orders.incoming import IncomingOrder
from omscli.settings.native_columns import NATIVE_COLUMNS

Read = Callable[..., list[dict[str, Any]]]
CASES = Path(__file__).parent / "cases"

ORDER: dict[str, Any] = {
    "kind": "order",
    "channel": "shop",
    "order_id": "W-7",
    "placed_at": "2026-03-02T09:15:00-05:00",
    "payment": "paid",
    "currency": "USD",
    "email": "ida@example.com",
    "ship_to": {
        "name": "Ida Berg",
        "line1": "3 Quay Rd",
        "city": "Salem",
        "region": "Massachusetts",
        "postcode": "01970",
        "country": "USA",
    },
    "tags": ["gift", " "],
    "total": 2599,
    "lines": [{"line_id": "1", "sku": "00042", "title": "Saucer, white", "quantity": 2, "unit_price": 1250, "note": "for Bo"}],
}


def lines(*objects: dict[str, Any] | str) -> bytes:
    return "".join(f"{one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)}\n" for one in objects).encode()


def without(key: str, **more: Any) -> dict[str, Any]:
    return {name: value for name, value in {**ORDER, **more}.items() if name != key}


def problems(told: list[dict[str, Any]]) -> list[tuple[int, str, str, str, str]]:
    found = [one["problem"] for one in told if "problem" in one]
    return [(one["line"], one["column"], one["value"], one["problem"], one["hint"]) for one in found]


def refusal(read: Read, data: bytes, wanted: str | None = None) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        read("x.jsonl", data, wanted)
    return caught.value.message, caught.value.hint


# -- what a line becomes


def test_an_order_has_its_address_and_its_lines_inside(read: Read) -> None:
    (one,) = read("x.jsonl", lines(ORDER), timezone="America/New_York")
    assert one == {
        "channel": "shop",
        "order_id": "W-7",
        "placed_at": "2026-03-02T14:15:00Z",
        "state": "open",
        "payment": "paid",
        "currency": "USD",
        "email": "ida@example.com",
        "lines": [
            {"line_id": "1", "sku": "00042", "title": "Saucer, white", "quantity": 2, "to_ship": 2, "unit_price": 1250, "note": "for Bo"}
        ],
        "ship_to": {"name": "Ida Berg", "line1": "3 Quay Rd", "city": "Salem", "region": "MA", "postcode": "01970", "country": "US"},
        "tags": ["gift"],
        "total": 2599,
        "silent": ["note", "service"],
    }


def test_what_an_order_leaves_out_its_file_says_nothing_about(read: Read) -> None:
    bare = {"order_id": "1", "placed_at": "2026-03-02", "lines": [{"sku": "MUG", "quantity": 1}]}
    (one,) = read("x.jsonl", lines(bare), channel="shop", currency="EUR", timezone="Europe/Berlin")
    assert (one["channel"], one["currency"], one["payment"], one["placed_at"]) == ("shop", "EUR", "unknown", "2026-03-01T23:00:00Z")
    assert one["silent"] == ["email", "note", "payment", "prices", "service", "ship_to", "tags", "totals"]


@pytest.mark.parametrize(("state", "owed"), [("open", 3), ("unknown", 3), ("fulfilled", 0), ("cancelled", 0), ("sold", 0)])
def test_a_line_owes_what_it_says_or_else_all_of_an_open_order(read: Read, state: str, owed: int) -> None:
    line = {"sku": "MUG", "quantity": 3}
    (one,) = read("x.jsonl", lines({**ORDER, "state": state, "lines": [line]}))
    assert one["lines"][0]["to_ship"] == owed
    (one,) = read("x.jsonl", lines({**ORDER, "state": state, "lines": [{**line, "to_ship": 1}]}))
    assert one["lines"][0]["to_ship"] == 1


def test_products_stock_receipts_and_tracking_have_our_columns_as_keys(read: Read) -> None:
    product = {
        "sku": "SET",
        "title": "Set",
        "price": 1299,
        "currency": "JPY",
        "weight_g": 420,
        "fragile": True,
        "components": {"MUG": 1, "A:B": 2},
    }
    (one,) = read("x.jsonl", lines(product))
    assert (one["price"], one["currency"], one["weight_g"], one["fragile"]) == (1299, "JPY", 420, True)
    assert one["components"] == [["MUG", 1], ["A:B", 2]]
    assert one["columns"] == sorted(product)
    stock = {"kind": "stock", "sku": "00042", "location": "main", "on_hand": 7, "as_of": "2026-03-02T08:00:00Z"}
    (one,) = read("x.jsonl", lines(stock))
    assert (one["sku"], one["on_hand"], one["as_of"], one["columns"]) == (
        "00042",
        7,
        "2026-03-02T08:00:00Z",
        ["as_of", "location", "on_hand", "sku"],
    )
    inbound = {"sku": "MUG", "location": "main", "quantity": 40, "expected_on": "2026-03-09"}
    assert read("x.jsonl", lines(inbound)) == [inbound]
    tracking = {"shipment_or_order": "S-1", "tracking_number": "T1", "carrier": "post", "shipped_at": None, "cost": 427}
    assert read("x.jsonl", lines(tracking)) == [{key: value for key, value in tracking.items() if value is not None}]


def test_null_is_unknown_and_not_nought(read: Read) -> None:
    (one,) = read("x.jsonl", lines({"sku": "MUG", "title": "Mug", "weight_g": None, "price": None}))
    assert "weight_g" not in one
    assert one["columns"] == ["price", "sku", "title", "weight_g"]
    (one,) = read("x.jsonl", lines({"sku": "MUG", "location": "main", "on_hand": None}))
    assert one["on_hand"] is None


def test_every_kind_takes_the_keys_that_the_dry_run_prints(read: Read) -> None:
    """What `as_json` of each kind prints is read again, key by key."""
    for folder in sorted(CASES.glob("native/*")):
        about = json.loads((folder / "case.json").read_text(encoding="utf-8"))["context"]
        (path,) = (one for one in folder.iterdir() if one.suffix != ".json")
        file = open_file(path.name, path.read_bytes())
        records = [one for one in file.items(Context(**about)) if hasattr(one, "as_json") and type(one).__name__ != "Problem"]
        again = open_file("x.jsonl", lines(*(one.as_json() for one in records)))
        assert again.reader.kind == file.reader.kind
        assert [one.as_json() for one in again.items(Context(**about)) if type(one).__name__ != "Problem"] == [
            one.as_json() for one in records
        ]


def test_orders_of_every_channel_are_the_same_after_a_round_trip() -> None:
    """Also what a file is silent about, its doubts and its other ids."""
    count = 0
    for folder in sorted(CASES.glob("*/*")):
        about = json.loads((folder / "case.json").read_text(encoding="utf-8"))["context"]
        (path,) = (one for one in folder.iterdir() if one.suffix != ".json")
        file = open_file(path.name, path.read_bytes())
        orders = [one for one in file.items(Context(**about)) if isinstance(one, IncomingOrder)]
        if not orders:
            continue
        again = list(open_file("x.jsonl", lines(*(one.as_json() for one in orders))).items(Context(**about)))
        for before, after in zip(orders, again, strict=True):
            assert isinstance(after, IncomingOrder), after
            before.source_line = after.source_line = 0
            assert after == before
            count += 1
    assert count > 40


# -- what the file is


def test_the_kind_is_found_from_kind_or_else_from_the_keys() -> None:
    told: dict[str, dict[str, Any]] = {
        "orders": {"order_id": "1", "placed_at": "2026-03-02", "lines": []},
        "tracking": {"shipment_or_order": "1", "tracking_number": "T"},
        "inbound": {"sku": "A", "quantity": 1, "expected_on": "2026-03-02"},
        "stock": {"sku": "A", "location": "main", "on_hand": 1},
        "products": {"sku": "A", "title": "A"},
        "returns": {"order_id": "1", "sku": "A", "quantity": 1, "reason": "broken"},
    }
    assert set(told) == set(_KINDS) == set(NATIVE_COLUMNS)
    for kind, one in told.items():
        assert open_file("x", lines(one)).reader.title == f"native.{kind}"
        for word in (kind, _KINDS[kind][0]):
            assert open_file("x", lines({"kind": word})).reader.title == f"native.{kind}"
        assert open_file("x", lines({"sku": "A"}), wanted=f"native.{kind}").reader.title == f"native.{kind}"


def test_the_file_may_have_a_mark_blank_lines_windows_line_ends_or_utf_16(read: Read) -> None:
    stock = {"sku": "MÜß", "location": "main", "on_hand": 7}
    text = f"\n{json.dumps(stock, ensure_ascii=False)}\r\n\r\n"
    for data in (text.encode(), b"\xef\xbb\xbf" + text.encode(), b"\xff\xfe" + text.encode("utf-16-le")):
        (one,) = read("x.jsonl", data)
        assert (one["sku"], one["on_hand"]) == ("MÜß", 7)


def test_a_line_separator_inside_a_text_is_no_end_of_a_line(read: Read) -> None:
    (one,) = read("x.jsonl", lines({**ORDER, "note": "a\u2028b\u0085c"}))
    assert one["note"] == "a\u2028b\u0085c"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'[{"sku": "A"}]', "x.jsonl is one JSON list, not JSON lines"),
        (b'{\n  "schema": "oms.import/1",\n  "files": []\n}', "x.jsonl is one JSON document, not JSON lines"),
        (b'{"schema": "oms.import/1", "files": []}\n', "x.jsonl:1: this is the whole document 'oms.import/1'"),
        (b"{sku: A}\n{sku: B}\n", "x.jsonl:1: no JSON object stands in this line, nor in those below"),
    ],
)
def test_json_that_is_not_an_object_a_line_is_refused(read: Read, data: bytes, message: str) -> None:
    assert refusal(read, data) == (message, "write one object a line; of a document:  jq -c '.files[].orders[]'")


def test_objects_that_nobody_knows_are_refused(read: Read) -> None:
    assert refusal(read, lines({"name": "Ann"})) == (
        "x.jsonl:1: neither its keys nor `kind` say what this object is",
        'write a key "kind": "order", "return", "tracking", "inbound", "stock", "product"',
    )
    assert refusal(read, lines({"kind": "customer"}))[0] == "x.jsonl:1: neither its keys nor `kind` say what this object is"


def test_two_kinds_in_one_file_are_refused(read: Read) -> None:
    data = lines(ORDER, {"kind": "stock", "sku": "A", "location": "main", "on_hand": 1})
    assert refusal(read, data) == (
        "x.jsonl:2: this object is of kind 'stock', those above are orders",
        "import each kind as a file of its own",
    )


def test_another_reader_that_was_named_is_refused_and_a_kind_that_is_none_a_wrong_use(read: Read) -> None:
    assert refusal(read, lines(ORDER), "shopify") == (
        "x.jsonl holds JSON lines, which shopify does not read",
        "they are in our own form: oms import --as native x.jsonl",
    )
    with pytest.raises(UsageError, match=r"no reader is called 'native\.order'"):
        read("x.jsonl", lines(ORDER), "native.order")


# -- what is wrong with a line


@pytest.mark.parametrize(
    ("line", "column", "problem"),
    [
        ('{"order_id": "8", ', "", "no JSON from column 18 on"),
        ("[1]", "", "is no object"),
        ("null", "", "is no object"),
        ('"text"', "", "is no object"),
        ('{"order_id": NaN}', "", "no JSON that can be read"),
        ('{"total": ' + "9" * 5000 + "}", "", "no JSON that can be read"),
        ("[" * 100_000, "", "no JSON that can be read"),
        ('{"note": "' + "x" * 1_000_000 + '"}', "", "is longer than 1 MB"),
        ('{"order_id": "8", "order_id": "9"}', "order_id", "stands twice in one object"),
        ('{"lines": [{"sku": "A", "sku": "B"}]}', "sku", "stands twice in one object"),
    ],
)
def test_a_line_that_is_no_object_is_set_aside_and_the_others_go_in(read: Read, line: str, column: str, problem: str) -> None:
    told = read("x.jsonl", lines(ORDER, line, {**ORDER, "order_id": "W-8"}))
    assert [one["order_id"] for one in told if "order_id" in one] == ["W-7", "W-8"]
    assert [(one[0], one[1], one[3]) for one in problems(told)] == [(2, column, problem)]


@pytest.mark.parametrize(
    ("change", "column", "value", "problem", "hint"),
    [
        ({"order_no": "1"}, "order_no", "1", "no key that is known here", "did you mean order_id?"),
        ({"ship_to": {"street": "x"}}, "ship_to.street", "x", "no key that is known here", None),
        ({"lines": [{"sku": "A", "quantity": 1, "quantiy": 2}]}, "lines[0].quantiy", "2", "no key that is known here", "did you mean quantity?"),
        ({"order_id": 7}, "order_id", "7", "not a text", 'put it in quotes, "7": ids keep their zeros so'),
        ({"order_id": ""}, "order_id", "", "is empty", "fill it in"),
        ({"order_id": "5.38376E+11"}, "order_id", "5.38376E+11", "is a rounded number, not an identifier", None),
        ({"placed_at": "yesterday"}, "placed_at", "yesterday", "not a date and time", None),
        ({"placed_at": None}, "placed_at", "", "is empty", None),
        ({"payment": "payed"}, "payment", "payed", "not a word that is known here", None),
        ({"state": "opened"}, "state", "opened", "not a word that is known here", None),
        ({"total": "25.99"}, "total", "25.99", "not a whole number", "write figures without quotes and point; amounts are in minor units: 1250 is 12.50"),
        ({"total": 25.99}, "total", "25.99", "not a whole number", None),
        ({"total": True}, "total", "true", "not a whole number", None),
        ({"total": 10**16}, "total", "10000000000000000", "must be -1,000,000,000,000,000 to 1,000,000,000,000,000", None),
        ({"tax_included": "yes"}, "tax_included", "yes", "neither true nor false", None),
        ({"tags": "gift"}, "tags", "gift", "not a list", None),
        ({"tags": ["gift", 3]}, "tags[1]", "3", "not a text", None),
        ({"ship_to": "3 Quay Rd"}, "ship_to", "3 Quay Rd", "not an object", None),
        ({"lines": {}}, "lines", "{}", "not a list", None),
        ({"lines": []}, "lines", "[]", "an order without lines", "write its lines, each with sku and quantity"),
        ({"lines": ["MUG"]}, "lines[0]", "MUG", "is no object", None),
        ({"lines": [{"sku": "MUG"}]}, "lines[0].quantity", "null", "is missing", None),
        ({"lines": [{"quantity": 1}]}, "lines[0].sku", "null", "is missing", None),
        ({"lines": [{"sku": "MUG", "quantity": 1.0}]}, "lines[0].quantity", "1.0", "not a whole number", None),
        ({"lines": [{"sku": "MUG", "quantity": -1}]}, "lines[0].quantity", "-1", "must be 0 to 100,000", None),
        ({"lines": [{"sku": "MUG", "quantity": 2, "to_ship": 3}]}, "lines[0].to_ship", "3", "must be 0 to 2", None),
        ({"note": "a\x00b"}, "note", "a\ufffdb", "holds a character that no text has", None),
        ({"silent": ["address"]}, "silent", "address", "not a word that is known here", None),
        ({"other_ids": {"buyer": 3}}, "other_ids.buyer", "3", "not a text", None),
        ({"pickup_location": "mian"}, "pickup_location", "mian", "no location is called so", "did you mean main? locations in rules.yaml: main"),
    ],
)  # fmt: skip
def test_a_wrong_value_sets_its_line_aside_with_its_place(
    read: Read, change: dict[str, Any], column: str, value: str, problem: str, hint: str | None
) -> None:
    told = read("x.jsonl", lines(ORDER, {**ORDER, "order_id": "W-8", **change}), locations={"main": "Shop"})
    (found,) = problems(told)
    assert found[:4] == (2, column, value, problem)
    if hint is not None:
        assert found[4] == hint


def test_a_lone_surrogate_is_no_text(read: Read) -> None:
    told = read("x.jsonl", lines(ORDER, json.dumps({**ORDER, "order_id": "W-8", "note": "\ud800"})))
    assert problems(told)[0][1:4] == ("note", "\ufffd", "holds a character that no text has")


def test_an_order_without_a_channel_needs_one(read: Read) -> None:
    assert problems(read("x.jsonl", lines(without("channel")))) == [(1, "channel", "", "is empty", "fill it in")]


def test_an_order_told_twice_is_taken_once_and_in_other_words_set_aside(read: Read) -> None:
    told = read("x.jsonl", lines(ORDER, ORDER, {**ORDER, "total": 1}, {**ORDER, "channel": "fair"}))
    assert [(one["channel"], one["order_id"]) for one in told if "order_id" in one] == [("shop", "W-7"), ("fair", "W-7")]
    assert [one[3] for one in problems(told)] == [
        "order W-7 stands in line 1 already",
        "order W-7 stands in line 1 already, with other contents",
    ]


@pytest.mark.parametrize(
    ("one", "column", "problem"),
    [
        ({"sku": "A", "title": "A", "price": "3.50"}, "price", "not a whole number"),
        ({"sku": "A", "title": "A", "fragile": 1}, "fragile", "neither true nor false"),
        ({"sku": "A", "title": "A", "components": {"B|C": 1}}, "components", "names a SKU with the mark |"),
        ({"sku": "A", "title": "A", "components": {"B": 0}}, "components.B", "must be 1 to 100,000"),
        ({"sku": "A", "title": "A", "components": "B:1"}, "components", "not an object"),
        ({"sku": "A", "title": "A", "colour": "red"}, "colour", "no key that is known here"),
        ({"sku": None, "title": "A"}, "sku", "is empty"),
        ({"sku": "A", "title": "A", "weight_g": -4}, "weight_g", "not a number of grams or millimetres"),
        ({"sku": "A", "location": "main", "on_hand": "7"}, "on_hand", "not a whole number"),
        ({"sku": "A", "location": "reno", "on_hand": 7}, "location", "no location is called so"),
        ({"sku": "A", "location": "main", "quantity": 0, "expected_on": "2026-03-02"}, "quantity", "must be 1 to 100,000"),
        ({"sku": "A", "location": "main", "quantity": 1, "expected_on": "soon"}, "expected_on", "not a date and time"),
        ({"shipment_or_order": "S-1", "tracking_number": ""}, "tracking_number", "is empty"),
    ],
)
def test_what_holds_for_our_columns_holds_for_these_keys(read: Read, one: dict[str, Any], column: str, problem: str) -> None:
    (found,) = problems(read("x.jsonl", lines(one), locations={"main": "Main"}))
    assert (found[0], found[1], found[3]) == (1, column, problem)


def test_a_count_that_stands_twice_with_other_numbers_is_set_aside(read: Read) -> None:
    stock = {"sku": "A", "location": "main", "on_hand": 7}
    told = read("x.jsonl", lines(stock, stock, {**stock, "on_hand": 8}))
    assert [one["on_hand"] for one in told if "on_hand" in one] == [7]
    assert [(one[0], one[3]) for one in problems(told)] == [(2, "A at main stands in line 1 already"), (3, "A at main has 7 in line 1")]

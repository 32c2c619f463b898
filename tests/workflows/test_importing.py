"""What a file changes: nothing when it is known, only what is new when it overlaps, and never what a person or a carrier settled."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import NOW, ORDER, RULES, Shop, csv_text, rules_with

from omscli.channels.source import Source
from omscli.errors import NotAllowed, Refused, UsageError
from omscli.workflows import orders as desk
from omscli.workflows import stock_changes
from omscli.workflows.importing import FileResult
from omscli.workflows.products import alias

MakeShop = Callable[..., Shop]


def line(shop: Shop, word: str, n: int = 0) -> dict[str, Any]:
    return shop.show(word)["lines"][n]


def reasons(shop: Shop, word: str) -> list[str]:
    return [one["reason"] for one in shop.show(word)["holds"]]


def order_rows(*numbers: str, **columns: Any) -> list[dict[str, Any]]:
    return [
        {"order_id": n, **ORDER, "line_id": "1", "sku": "MUG", "quantity": 1, "title": "Mug", "unit_price": "10.00", **columns}
        for n in numbers
    ]


def take(shop: Shop, rows: list[dict[str, Any]], **wish: Any) -> FileResult:
    return shop.take(("orders.csv", csv_text(rows)), **wish)[0]


# -- the same again


def test_a_file_taken_twice_is_the_same_as_taken_once(shop: Shop) -> None:
    take(shop, order_rows("1", "2"))
    before = shop.dump()
    again = take(shop, order_rows("1", "2"))
    assert again.counts == {"new": 0, "changed": 0, "unchanged": 2, "cancelled": 0, "skipped": 0, "rejected": 0}
    assert again.run is None
    assert shop.dump() == before


def test_a_file_saved_anew_by_a_spreadsheet_brings_no_second_order(shop: Shop) -> None:
    text = csv_text(order_rows("1", "2"))
    shop.take(("orders.csv", text))
    before = shop.dump()
    shop.take(("again.csv", b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n")), ("quoted.csv", text.replace(b",MUG,", b',"MUG",')))
    assert shop.dump() == before


def test_overlapping_exports_bring_each_order_once(shop: Shop) -> None:
    take(shop, order_rows("1", "2", "3"))
    later = take(shop, order_rows("2", "3", "4"))
    assert (later.counts["new"], later.counts["unchanged"]) == (1, 2)
    assert shop.store.connection.execute("SELECT COUNT(*) FROM orders").fetchone()[0] == 4


def test_an_order_that_a_later_file_leaves_out_stays_open(shop: Shop) -> None:
    take(shop, order_rows("1", "2"))
    take(shop, order_rows("2", "3"))
    assert shop.show("1")["status"] == "open"


def test_products_taken_twice_change_nothing(shop: Shop) -> None:
    before = shop.dump()
    assert shop.products("MUG", "CAP").counts["unchanged"] == 2
    assert shop.dump() == before


def test_a_count_taken_twice_moves_no_goods(shop: Shop) -> None:
    shop.stock(main={"MUG": 7})
    before = shop.dump()
    assert shop.stock(main={"MUG": 7}).counts["unchanged"] == 1
    assert shop.dump() == before


_LINES = st.dictionaries(st.sampled_from(["MUG", "CAP", "mug ", "GONE"]), st.integers(1, 9), min_size=1, max_size=3)
_HEADS = st.fixed_dictionaries(
    {},
    optional={
        "payment": st.sampled_from(["paid", "pending", "refunded", "voided", ""]),
        "currency": st.sampled_from(["USD", "EUR", "XXQ"]),
        "address1": st.sampled_from(["1 Main St", "", "****"]),
        "postcode": st.sampled_from(["11201", "00501", ""]),
        "service": st.sampled_from(["standard", "air", "tomorrow please"]),
        "tags": st.sampled_from(["gift", "gift|vip", ""]),
        "note": st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12),
        "deliver_by": st.sampled_from(["2026-03-09", ""]),
        "pickup_location": st.sampled_from(["main", ""]),
        "line_id": st.sampled_from(["", "a"]),
        "total": st.sampled_from(["19.99", ""]),
    },
)


@settings(max_examples=40)
@given(orders=st.lists(st.tuples(_HEADS, _LINES), min_size=1, max_size=4), routed=st.booleans())
def test_whatever_orders_a_file_holds_the_second_time_is_nothing_new(
    orders: list[tuple[dict[str, str], dict[str, int]]], routed: bool
) -> None:
    rows = []
    for number, (head, lines) in enumerate(orders):
        for sku, units in lines.items():
            row = {"order_id": f"{number}", **ORDER, "sku": sku, "quantity": units, "unit_price": "3.50", **head}
            rows.append({**row, "line_id": f"{row['line_id']}{sku}" if row.get("line_id") else ""})
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder) / "shop", rules_with(("main",)))
        shop.products("MUG", "CAP")
        shop.stock(main={"MUG": 9, "CAP": 9})
        take(shop, rows)
        if routed:
            shop.route()
        before = shop.dump()
        take(shop, rows)
        after = shop.dump()
        shop.close()
    assert after == before or take_aside(before) == take_aside(after)


def take_aside(dump: str) -> list[str]:
    """The books without the account of what was read: rows set aside are set aside each time."""
    return [
        row for row in dump.split("\n") if not row.startswith(('INSERT INTO "run"', 'INSERT INTO "import_file"', 'INSERT INTO "set_aside"'))
    ]


# -- the same order with other contents


def test_a_quantity_raised_before_routing_is_what_is_sent(shop: Shop) -> None:
    shop.order("1", {"MUG": 1})
    assert shop.order("1", {"MUG": 4}, placed_at="2026-03-02T09:01:00Z").counts["changed"] == 1
    shop.route()
    assert shop.sends("1") == {"main": {"MUG": 4}}


def test_an_edit_is_told_in_the_orders_history(shop: Shop) -> None:
    shop.order("1", {"MUG": 1}, placed_at="2026-03-02T09:01:00Z")
    shop.order("1", {"MUG": 2}, placed_at="2026-03-02T09:01:00Z", note="please hurry")
    words = [one["why"] for one in shop.show("1")["events"] if one["what"].startswith("changed by")]
    assert words == ["note: none → please hurry; MUG: quantity 1 → 2"]


def test_a_tag_of_two_lines_is_one_tag(shop: Shop) -> None:
    same_time = {"placed_at": "2026-03-02T09:01:00Z", "tags": "for\ngift"}
    shop.order("1", {"MUG": 1}, **same_time)
    assert shop.show("1")["tags"] == ["for gift"]
    shop.order("1", {"MUG": 1}, **same_time, note="please hurry")
    assert [one["why"] for one in shop.show("1")["events"] if one["what"].startswith("changed by")] == ["note: none → please hurry"]


def test_a_quantity_lowered_after_routing_frees_the_rest_at_once(shop: Shop) -> None:
    shop.order("1", {"MUG": 4})
    shop.route()
    result = shop.order("1", {"MUG": 1}, placed_at="2026-03-02T09:01:00Z")
    assert shop.level("MUG", "main")["allocated"] == 1
    assert result.for_person == []
    assert shop.sends("1") == {"main": {"MUG": 1}}


def test_a_quantity_lowered_after_picking_asks_to_pull_the_rest_from_the_list(shop: Shop) -> None:
    shop.order("1", {"MUG": 4})
    shop.route()
    shop.pick()
    result = shop.order("1", {"MUG": 1}, placed_at="2026-03-02T09:01:00Z")
    assert result.for_person == ["SH-1: pull 3 × MUG from shipment S-1 at main: the order was changed"]
    assert result.needs_a_person
    assert shop.show("1")["shipments"][0]["state"] == "released"
    assert shop.level("MUG", "main")["allocated"] == 1
    assert [one["what"] for one in shop.store.overview.questions()] == ["pull 3 × MUG from shipment S-1 at main: the order was changed"]


def test_a_quantity_raised_after_picking_becomes_a_second_shipment(shop: Shop) -> None:
    shop.order("1", {"MUG": 2})
    shop.route()
    shop.pick()
    shop.order("1", {"MUG": 5}, placed_at="2026-03-02T09:01:00Z")
    assert line(shop, "1")["unfilled"] == 3
    shop.route()
    assert [(one["state"], one["lines"][0]["quantity"]) for one in shop.show("1")["shipments"]] == [("released", 2), ("planned", 3)]


def test_an_edit_after_shipping_leaves_the_shipment_and_asks_a_person(shop: Shop) -> None:
    shop.order("1", {"MUG": 3})
    shop.route()
    shop.pick()
    shop.ship("1")
    shipped = shop.show("1")["shipments"]
    result = shop.order("1", {"MUG": 1}, placed_at="2026-03-02T09:01:00Z")
    assert result.for_person == ["SH-1: MUG: the file says 1, but 3 have left"]
    assert shop.show("1")["shipments"] == shipped
    assert line(shop, "1")["shipped"] == 3
    before = shop.dump()
    assert shop.order("1", {"MUG": 1}, placed_at="2026-03-02T09:01:00Z").counts["unchanged"] == 1
    assert shop.dump() == before


def test_units_added_after_shipping_wait_for_a_person_and_then_are_sent(shop: Shop) -> None:
    shop.order("1", {"MUG": 1})
    shop.route()
    shop.pick()
    shop.ship("1")
    shop.order("1", {"MUG": 3}, placed_at="2026-03-02T09:01:00Z")
    assert reasons(shop, "1") == ["the order grew after goods had left"]
    shop.route()
    assert [one["state"] for one in shop.show("1")["shipments"]] == ["shipped"]
    desk.release(shop.home, shop.store, "1")
    shop.route()
    assert [one["state"] for one in shop.show("1")["shipments"]] == ["shipped", "planned"]


def test_an_address_that_changes_after_release_takes_the_shipment_from_the_list(shop: Shop) -> None:
    shop.order("1", {"MUG": 2})
    shop.route()
    shop.pick()
    result = shop.order("1", {"MUG": 2}, placed_at="2026-03-02T09:01:00Z", address1="9 Other St")
    assert result.for_person == ["SH-1: pull 2 × MUG from pick list P-1 at main: the address changed"]
    assert shop.level("MUG", "main")["allocated"] == 0
    shop.route()
    assert [one["state"] for one in shop.show("1")["shipments"]] == ["planned"]
    shop.pick()
    assert shop.show("1")["ship_to"]["line1"] == "9 Other St"


def test_an_address_that_changes_after_shipping_is_a_question(shop: Shop) -> None:
    shop.order("1", {"MUG": 2})
    shop.route()
    shop.pick()
    shop.ship("1")
    result = shop.order("1", {"MUG": 2}, placed_at="2026-03-02T09:01:00Z", address1="9 Other St")
    assert result.for_person == ["SH-1: the address changed after goods had left"]


def test_a_line_that_a_newer_file_drops_is_cancelled_and_its_goods_are_free(shop: Shop) -> None:
    shop.order("1", {"MUG": 2, "CAP": 1}, placed_at="2026-03-02T09:01:00Z")
    shop.route()
    shop.order("1", {"MUG": 2}, placed_at="2026-03-02T09:01:00Z")
    assert line(shop, "1", 1)["cancelled"] == 1
    assert shop.level("CAP", "main")["allocated"] == 0
    assert shop.sends("1") == {"main": {"MUG": 2}}


def test_a_line_that_is_dropped_and_comes_back_stays_cancelled_and_disturbs_nothing_else(shop: Shop) -> None:
    for lines in ({"MUG": 2, "CAP": 1}, {"MUG": 2}, {"MUG": 2, "CAP": 1}):
        shop.order("1", lines, placed_at="2026-03-02T09:01:00Z")
    shop.route()
    assert shop.sends("1")["main"]["MUG"] == 2


def test_another_sku_on_a_line_gives_the_old_goods_back_and_claims_the_new(shop: Shop) -> None:
    shop.order("1", {"MUG": 2}, placed_at="2026-03-02T09:01:00Z")
    shop.route()
    shop.order("1", {"CAP": 2}, placed_at="2026-03-02T09:01:00Z")
    assert shop.level("MUG", "main")["allocated"] == 0
    shop.route()
    assert shop.sends("1") == {"main": {"CAP": 2}}


def test_shuffled_lines_without_ids_are_still_the_same_lines(shop: Shop) -> None:
    rows = [
        {"order_id": "1", **ORDER, "sku": sku, "title": sku, "quantity": units, "unit_price": price}
        for sku, units, price in (("MUG", 1, "10"), ("CAP", 1, "5"), ("MUG", 2, "9"))
    ]
    take(shop, rows)
    before = shop.dump()
    assert take(shop, rows[::-1]).counts["unchanged"] == 1
    assert shop.dump() == before


def test_a_line_that_stands_twice_in_the_same_words_is_sent_once(shop: Shop) -> None:
    result = take(shop, order_rows("1", "1"))
    assert [one.rejected for one in result.problems] == [False]
    assert [one["quantity"] for one in shop.show("1")["lines"]] == [1]


def test_a_line_that_stands_twice_in_other_words_sets_the_order_aside(shop: Shop) -> None:
    result = take(shop, order_rows("1") + order_rows("1", quantity=5))
    assert result.counts["rejected"] == 1
    assert result.counts["new"] == 0


def test_a_file_without_addresses_keeps_the_address_that_is_known(shop: Shop) -> None:
    shop.order("1", {"MUG": 1})
    bare = {
        "order_id": "1",
        "channel": "shop",
        "placed_at": "2026-03-02T09:01:00Z",
        "sku": "MUG",
        "quantity": 2,
        "line_id": "1",
        "title": "MUG",
    }
    take(shop, [bare])
    shown = shop.show("1")
    assert (shown["ship_to"]["line1"], shown["email"], shown["payment"]) == ("1 Main St", "ann@example.com", "paid")
    assert (shown["lines"][0]["quantity"], shown["lines"][0]["unit_price"]) == (2, 1000)


# -- cancelled in a newer file

_SHOPIFY = {
    "Name": "#77", "Email": "ann@example.com", "Financial Status": "paid", "Fulfillment Status": "unfulfilled", "Currency": "USD", "Subtotal": "20.00",
    "Shipping": "0.00", "Taxes": "0.00", "Total": "20.00", "Shipping Method": "Standard", "Created at": "2026-03-01 10:00:00 -0500",
    "Lineitem quantity": "2", "Lineitem name": "Mug", "Lineitem price": "10.00", "Lineitem sku": "MUG", "Lineitem requires shipping": "true",
    "Lineitem fulfillment status": "pending", "Shipping Name": "Ann Lee", "Shipping Address1": "1 Main St", "Shipping City": "Brooklyn",
    "Shipping Zip": "'11201", "Shipping Province": "NY", "Shipping Country": "US", "Cancelled at": "", "Location": "", "Source": "web",
}  # fmt: skip


@pytest.fixture
def store_front(make_shop: MakeShop) -> Shop:
    shop = make_shop("main", channels={"shopify": {"reader": "shopify", "prefix": "SF"}, **RULES["channels"]})
    shop.products("MUG")
    shop.stock(main={"MUG": 2})
    return shop


def export(shop: Shop, **columns: str) -> FileResult:
    return shop.take(("orders_export.csv", csv_text([{**_SHOPIFY, **{name.replace("_", " "): value for name, value in columns.items()}}])))[
        0
    ]


CANCELLED = {"Cancelled_at": "2026-03-02 08:00:00 -0500", "Financial_Status": "refunded"}


def test_an_order_cancelled_in_the_shop_gives_its_stock_to_the_next_one(store_front: Shop) -> None:
    export(store_front)
    store_front.route()
    store_front.order("1", {"MUG": 2})
    store_front.route()
    assert store_front.sends("1") == {}
    assert export(store_front, **CANCELLED).counts["cancelled"] == 1
    store_front.route()
    assert store_front.sends("1") == {"main": {"MUG": 2}}
    assert store_front.show("#77")["status"] == "cancelled"


def test_an_order_cancelled_in_the_shop_twice_is_cancelled_once(store_front: Shop) -> None:
    export(store_front)
    export(store_front, **CANCELLED)
    before = store_front.dump()
    assert export(store_front, **CANCELLED).counts["unchanged"] == 1
    assert store_front.dump() == before


def test_a_cancelled_order_with_other_lines_is_no_change_for_ever(store_front: Shop) -> None:
    nothing_left = {**CANCELLED, "Fulfillment_Status": "restocked"}
    export(store_front, **nothing_left)
    row = {**_SHOPIFY, **{name.replace("_", " "): value for name, value in nothing_left.items()}}
    both = csv_text(
        [
            row,
            {
                "Name": "#77",
                "Created at": row["Created at"],
                "Lineitem quantity": "1",
                "Lineitem name": "Mug",
                "Lineitem price": "10.00",
                "Lineitem sku": "MUG",
            },
        ]
    )
    store_front.take(("newer.csv", both))
    before = store_front.dump()
    assert store_front.take(("newer.csv", both))[0].counts["unchanged"] == 1
    assert store_front.dump() == before
    assert [one["quantity"] for one in store_front.show("#77")["lines"]] == [2]


def test_an_older_file_does_not_bring_a_cancelled_order_back(store_front: Shop) -> None:
    export(store_front)
    export(store_front, **CANCELLED)
    assert export(store_front).counts["unchanged"] == 1
    assert store_front.show("#77")["status"] == "cancelled"


def test_an_order_that_was_cancelled_before_it_was_ever_seen_takes_no_stock(store_front: Shop) -> None:
    export(store_front, **CANCELLED)
    store_front.route()
    assert store_front.level("MUG", "main")["allocated"] == 0
    assert store_front.show("#77")["shipments"] == []


def test_an_order_cancelled_after_picking_is_pulled_from_the_list(store_front: Shop) -> None:
    export(store_front)
    store_front.route()
    store_front.pick()
    result = export(store_front, **CANCELLED)
    assert [words.split(":", 1)[1] for words in result.for_person] == [
        " pull 2 × MUG from pick list P-1 at main: cancelled in orders_export.csv"
    ]
    assert store_front.level("MUG", "main")["allocated"] == 0
    with pytest.raises(NotAllowed, match="nothing to ship"):
        store_front.ship("#77")


def test_an_order_cancelled_after_shipping_is_a_question_and_changes_no_stock(store_front: Shop) -> None:
    export(store_front)
    store_front.route()
    store_front.pick()
    store_front.ship("#77")
    result = export(store_front, **CANCELLED)
    assert [words.split(": ", 1)[1] for words in result.for_person] == ["the channel cancelled the order after goods had left"]
    assert store_front.show("#77")["status"] == "shipped"
    assert store_front.level("MUG", "main")["on_hand"] == 0


def test_what_a_person_cancelled_no_file_brings_back(shop: Shop) -> None:
    shop.order("1", {"MUG": 2})
    desk.cancel(shop.home, shop.store, "1", "the customer called")
    assert shop.order("1", {"MUG": 5}, placed_at="2026-03-02T09:01:00Z").counts["unchanged"] == 1
    shop.route()
    assert shop.show("1")["status"] == "cancelled"
    assert shop.sends("1") == {}


# -- held, and what ends it


def test_an_unknown_sku_holds_the_order_and_names_the_nearest_one(shop: Shop) -> None:
    result = shop.order("1", {"MUGG": 1})
    assert result.held == [("SH-1", "unknown SKU MUGG (did you mean MUG?)")]
    assert shop.show("1")["status"] == "held"
    shop.route()
    assert shop.level("MUG", "main")["allocated"] == 0


def test_an_alias_lets_the_orders_go_on_that_waited_for_it(shop: Shop) -> None:
    shop.order("1", {"CUP-OLD": 1})
    shop.order("2", {"CUP-OLD": 1, "ELSE": 1})
    taught = alias(shop.home, shop.store, "MUG", "CUP-OLD", "")
    assert taught.released == ["SH-1"]
    assert reasons(shop, "2") == ["unknown SKU ELSE"]
    shop.route()
    assert shop.sends("1") == {"main": {"MUG": 1}}


def test_a_new_product_lets_the_orders_go_on_that_waited_for_it(shop: Shop) -> None:
    shop.order("1", {"VASE": 1})
    result = shop.products("VASE")
    assert result.notices == ["no longer held, every SKU is known now: SH-1"]
    assert reasons(shop, "1") == []


def test_an_alias_of_one_channel_means_nothing_to_another(shop: Shop) -> None:
    alias(shop.home, shop.store, "MUG", "X-1", "amazon")
    shop.order("1", {"X-1": 1})
    assert reasons(shop, "1") == ["unknown SKU X-1"]


def test_an_unknown_sku_cannot_be_waved_through(shop: Shop) -> None:
    shop.order("1", {"CUP-OLD": 1})
    with pytest.raises(NotAllowed, match="cannot go on"):
        desk.release(shop.home, shop.store, "1")


HOLDS = {
    "not paid yet": {"payment": "pending"},
    "nobody knows whether it is paid": {"payment": ""},
    "refunded in full": {"payment": "refunded"},
    "the payment was voided": {"payment": "voided"},
    "the channel masked the address": {"address1": "**** ****", "name": "A**"},
    "the address has no street": {"address1": ""},
    "the address has no town or postcode": {"city": "", "postcode": ""},
    "currency CHF has no rate in rules.yaml": {"currency": "CHF"},
}


@pytest.mark.parametrize(("reason", "columns"), HOLDS.items(), ids=HOLDS)
def test_an_order_with_a_reason_to_wait_takes_no_stock_until_a_newer_file_settles_it(
    shop: Shop, reason: str, columns: dict[str, str]
) -> None:
    same_time = {"placed_at": "2026-03-02T09:01:00Z"}
    assert shop.order("1", {"MUG": 1}, **same_time, **columns).held == [("SH-1", reason)]
    shop.route()
    assert shop.level("MUG", "main")["allocated"] == 0
    shop.order("1", {"MUG": 1}, **same_time)
    assert reasons(shop, "1") == []
    shop.route()
    assert shop.sends("1") == {"main": {"MUG": 1}}


@pytest.mark.parametrize(("reason", "columns"), HOLDS.items(), ids=HOLDS)
def test_a_reason_that_a_person_settled_does_not_come_back(shop: Shop, reason: str, columns: dict[str, str]) -> None:
    same_time = {"placed_at": "2026-03-02T09:01:00Z"}
    shop.order("1", {"MUG": 1}, **same_time, **columns)
    desk.release(shop.home, shop.store, "1")
    shop.order("1", {"MUG": 1}, **same_time, **columns, note="again")
    assert reasons(shop, "1") == []
    shop.route()
    assert shop.sends("1") == {"main": {"MUG": 1}}


def test_money_paid_back_after_routing_frees_the_goods(shop: Shop) -> None:
    shop.order("1", {"MUG": 2}, placed_at="2026-03-02T09:01:00Z")
    shop.route()
    shop.order("1", {"MUG": 2}, placed_at="2026-03-02T09:01:00Z", payment="refunded")
    assert shop.level("MUG", "main")["allocated"] == 0
    assert shop.show("1")["status"] == "held"


def test_money_paid_back_after_picking_asks_to_pull_the_goods(shop: Shop) -> None:
    shop.order("1", {"MUG": 2}, placed_at="2026-03-02T09:01:00Z")
    shop.route()
    shop.pick()
    result = shop.order("1", {"MUG": 2}, placed_at="2026-03-02T09:01:00Z", payment="refunded")
    assert result.for_person == ["pull 2 × MUG from pick list P-1 at main: refunded in full"]


def test_cash_on_delivery_ships_unpaid(make_shop: MakeShop) -> None:
    shop = make_shop("main", channels={"shop": {"reader": "native", "ship_unpaid": True}})
    shop.products("MUG")
    assert shop.order("1", {"MUG": 1}, payment="pending").held == []


def test_a_currency_with_a_rate_is_not_held(make_shop: MakeShop) -> None:
    shop = make_shop("main", currencies={"EUR": 1.1})
    shop.products("MUG")
    assert shop.order("1", {"MUG": 1}, currency="EUR").held == []


def test_what_is_collected_needs_no_address(shop: Shop) -> None:
    nowhere = dict.fromkeys(("name", "address1", "city", "region", "postcode", "country"), "")
    assert shop.order("1", {"MUG": 1}, pickup_location="main", **nowhere).held == []


# -- rows that cannot be taken


def test_a_bad_row_is_set_aside_with_its_line_and_the_others_are_taken(shop: Shop) -> None:
    rows = [*order_rows("1"), *order_rows("2", quantity="two"), *order_rows("3")]
    result = take(shop, rows)
    assert (result.counts["new"], result.counts["rejected"]) == (2, 1)
    (problem,) = [one for one in result.problems if one.rejected]
    assert (problem.line, problem.column, problem.value) == (3, "quantity", "two")


def test_the_text_of_a_bad_row_is_kept(shop: Shop) -> None:
    take(shop, order_rows("1", quantity="two"))
    raw, line_number = shop.store.connection.execute("SELECT raw, line FROM set_aside").fetchone()
    assert line_number == 2
    assert "two" in raw
    assert "1 Main St" in raw


def test_an_order_with_one_bad_line_is_set_aside_as_a_whole(shop: Shop) -> None:
    result = take(shop, [*order_rows("1"), *order_rows("1", line_id="2", quantity="-1")])
    assert result.counts["new"] == 0
    assert result.counts["rejected"] >= 1


def test_strict_takes_nothing_of_a_file_with_a_bad_row(shop: Shop) -> None:
    before = shop.dump()
    with pytest.raises(Refused, match=r"orders\.csv:2: quantity"):
        take(shop, [*order_rows("1", quantity="two"), *order_rows("2")], strict=True)
    assert shop.dump() == before


def test_strict_takes_nothing_of_a_stock_file_with_an_unknown_sku(shop: Shop) -> None:
    before = shop.dump()
    rows = [{"sku": "MUG", "location": "main", "on_hand": 1}, {"sku": "MUGG", "location": "main", "on_hand": 1}]
    with pytest.raises(Refused, match="nobody knows SKU MUGG"):
        shop.take(("stock.csv", csv_text(rows)), strict=True)
    assert shop.dump() == before


def test_a_channel_that_rules_yaml_does_not_name_sets_its_orders_aside(shop: Shop) -> None:
    result = take(shop, order_rows("1", channel="bazaar"))
    assert [one.problem for one in result.problems] == ["no channel is called 'bazaar'"]


def test_a_file_that_no_reader_knows_stops_the_whole_import(shop: Shop) -> None:
    before = shop.dump()
    with pytest.raises(Refused):
        shop.take(("orders.csv", csv_text(order_rows("1"))), ("what.csv", b"a,b\n1,2\n"))
    assert shop.dump() == before


def test_a_dry_run_of_an_import_tells_the_same_and_writes_nothing(shop: Shop) -> None:
    rows = [*order_rows("1"), *order_rows("2", sku="MUGG"), *order_rows("3", quantity="two")]
    before = shop.dump()
    dry = take(shop, rows, dry_run=True)
    assert shop.dump() == before
    real = take(shop, rows)
    assert {**dry.as_json(with_records=False), "run": real.run} == real.as_json(with_records=False)
    assert [order.order_id for order in dry.records] == ["1", "2"]


def test_a_number_that_differs_only_in_case_is_the_same_order(shop: Shop) -> None:
    result = take(shop, [*order_rows("ab-1"), *order_rows("AB-1", quantity="3")])

    assert (result.counts["new"], result.counts["changed"]) == (1, 1)
    assert shop.show("AB-1")["lines"][0]["quantity"] == 3


def test_a_file_of_more_orders_than_go_in_at_once_goes_in_whole(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omscli.workflows.importing._PART", 2)
    rows = [row for number in "12345" for row in order_rows(number)]

    result = take(shop, [*rows, *order_rows("6", quantity="two")])

    assert (result.counts["new"], result.counts["rejected"], result.rows) == (5, 1, 6)
    assert take(shop, rows).counts["unchanged"] == 5


def test_rows_sorted_apart_and_broken_rows_make_whole_orders_also_in_a_file_that_comes_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omscli.workflows.importing._PART", 1)
    rows = [*order_rows("1"), *order_rows("2"), *order_rows("1", line_id="2", sku="CAP"), *order_rows("3")]
    text = csv_text(rows) + csv_text(order_rows("3", line_id="2")).splitlines(keepends=True)[1].replace(b"\n", b",one too many\n")

    (result,) = shop.take(("orders.csv", text))

    assert (result.counts["new"], result.counts["rejected"]) == (2, 2)
    assert [line["sku"] for line in shop.show("1")["lines"]] == ["MUG", "CAP"]


def test_a_file_whose_first_row_is_broken_still_brings_its_other_orders(shop: Shop) -> None:
    head, row = csv_text(order_rows("1")).splitlines(keepends=True)

    (result,) = shop.take(("orders.csv", head + b"1,one too few\n" + row + csv_text(order_rows("2")).splitlines(keepends=True)[1]))

    assert [one.line for one in result.problems] == [2, 3]
    assert result.counts["new"] == 1


def test_history_brings_old_orders_in_as_done(shop: Shop) -> None:
    take(shop, order_rows("1"), history=True)
    shop.route()
    assert shop.show("1")["status"] == "closed"
    assert shop.level("MUG", "main")["allocated"] == 0


# -- stock


def count_of(shop: Shop, units: object, **columns: str) -> FileResult:
    return shop.take(("stock.csv", csv_text([{"sku": "MUG", "location": "main", "on_hand": units, **columns}])))[0]


def test_a_count_of_yesterday_takes_todays_goods_into_account(shop: Shop) -> None:
    shop.at(NOW + timedelta(hours=5))
    stock_changes.receive(shop.home, shop.store, "main", [("MUG", 4)], "")
    count_of(shop, 8, as_of="2026-03-02T16:00:00Z")  # ten were booked; two were missing before the four came
    assert shop.level("MUG", "main")["on_hand"] == 12


def test_a_count_of_before_the_parcels_left_does_not_put_them_back(shop: Shop) -> None:
    shop.order("1", {"MUG": 3})
    shop.route()
    shop.pick()
    shop.at(NOW + timedelta(hours=5))
    shop.ship("1")
    count_of(shop, 10, as_of="2026-03-02T16:00:00Z")
    assert shop.level("MUG", "main")["on_hand"] == 7


def test_an_old_count_taken_twice_is_the_same_as_taken_once(shop: Shop) -> None:
    shop.at(NOW + timedelta(hours=5))
    count_of(shop, 8, as_of="2026-03-02T16:00:00Z")
    before = shop.dump()
    count_of(shop, 8, as_of="2026-03-02T16:00:00Z")
    assert shop.level("MUG", "main")["on_hand"] == 8
    assert shop.dump() == before


def test_a_negative_stock_is_nought_and_reported(shop: Shop) -> None:
    result = count_of(shop, -4)
    assert shop.level("MUG", "main")["on_hand"] == 0
    assert [(one.problem, one.rejected) for one in result.problems] == [("a negative stock is taken as 0", False)]


def test_a_count_at_a_place_nobody_knows_is_set_aside_with_the_nearest_place(shop: Shop) -> None:
    result = shop.take(("stock.csv", csv_text([{"sku": "MUG", "location": "mian", "on_hand": 1}])))[0]
    assert [one.hint for one in result.problems] == ["did you mean Main? locations in rules.yaml: main"]
    assert shop.level("MUG", "main")["on_hand"] == 10


def test_a_kit_of_unknown_parts_is_set_aside(shop: Shop) -> None:
    for _ in range(2):
        result = shop.products(SET={"components": "MUG:1|LID:1"})
        assert [one.problem for one in result.problems] == ["component LID of kit SET is no known SKU"]
        assert (result.counts["rejected"], result.counts["new"], result.counts["unchanged"]) == (1, 0, 0)
    assert shop.store.catalog.index().find("", "SET") is None


def test_files_of_one_import_are_taken_in_the_order_of_work(make_shop: MakeShop) -> None:
    shop = make_shop("main")
    products = csv_text([{"sku": "MUG", "title": "Mug", "weight_g": 200}])
    stock = csv_text([{"sku": "MUG", "location": "main", "on_hand": 5}])
    results = shop.take(("orders.csv", csv_text(order_rows("1"))), ("stock.csv", stock), ("products.csv", products))
    assert [one.kind for one in results] == ["orders", "stock", "products"]
    assert [one.held for one in results] == [[], [], []]
    assert shop.level("MUG", "main")["on_hand"] == 5


# -- which order is meant


def test_the_same_number_on_two_channels_is_two_orders(make_shop: MakeShop) -> None:
    shop = make_shop("main", channels={"shop": {"reader": "native"}, "fair": {"reader": "native"}})
    shop.products("MUG")
    take(shop, [*order_rows("1001"), *order_rows("1001", channel="fair")])
    assert {shop.show(word)["channel"] for word in ("SH-1001", "FA-1001")} == {"shop", "fair"}
    with pytest.raises(UsageError, match="1001 is the number of 2 orders") as error:
        shop.show("1001")
    assert error.value.hint == "name one: FA-1001, SH-1001"
    assert shop.show("fair:1001")["id"] == "FA-1001"


def test_a_number_with_and_without_its_mark_is_two_orders_with_two_ids(shop: Shop) -> None:
    take(shop, [*order_rows("#9"), *order_rows("9")])
    assert shop.show("SH-9")["order_id"] == "#9"
    assert shop.show("SH-9-2")["order_id"] == "9"


def test_an_order_nobody_knows_names_the_nearest_one(shop: Shop) -> None:
    take(shop, order_rows("1058"))
    with pytest.raises(UsageError, match="there is no order SH-1059") as error:
        shop.show("SH-1059")
    assert error.value.hint == "did you mean SH-1058?"


def test_spellings_of_a_sku_that_mean_one_product_find_it(shop: Shop) -> None:
    shop.products("AB-1")
    shop.order("1", [{"line_id": str(n), "sku": sku, "quantity": 1} for n, sku in enumerate(("ab-1", "AB‑1", "ＡＢ-1", "AB-1\u200b"))])
    assert {one["sku"] for one in shop.show("1")["lines"]} == {"AB-1"}
    assert reasons(shop, "1") == []


def test_a_file_that_oms_wrote_for_others_is_not_taken_for_one_from_outside(shop: Shop) -> None:
    path = shop.path / "out" / "2026-03-02-shop-stock-1.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(csv_text([{"sku": "MUG", "location": "main", "on_hand": 3}]))
    before = shop.dump()
    for link in (path, shop.path / "link.csv"):
        if link != path:
            link.symlink_to(path)
        with pytest.raises(Refused) as error:
            shop.take((str(link), Source.of_path(link)))
        assert error.value.message == f"{link} is a file that oms itself wrote, for others to read"
        assert error.value.hint == (
            "import what comes from outside; if this was filled in or changed by somebody, copy it out of out/ and import the copy"
        )
    assert shop.dump() == before
    copy = shop.path / "copy.csv"
    copy.write_bytes(path.read_bytes())
    assert shop.take((str(copy), Source.of_path(copy)))[0].counts["changed"] == 1

"""What the shop's own orders say: stock that should lie elsewhere, and what to buy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import NOW, Shop, csv_text, rules_with

from omscli.workflows import transfers
from omscli.workflows.balancing import Balanced, propose
from omscli.workflows.buying import suggestions
from omscli.workflows.stock_changes import adjust

WEST = {"line1": "9 Mill Rd", "city": "Reno", "region": "NV", "postcode": "89501", "country": "US"}
PLACES: dict[str, dict[str, Any]] = {
    "east": {},
    "west": {"address": WEST, "coordinates": [39.5296, -119.8138]},
    "acme": {"kind": "supplier", "email": "a@acme.example", "pickup": False, "lead_days": 5},
}
CALIFORNIA = {"city": "Fresno", "region": "CA", "postcode": "93650"}
CHEAP = {"transfers": {"cost_per_parcel": "9.00"}}


@pytest.fixture
def coasts(make_shop: Callable[..., Shop]) -> Shop:
    """Forty mugs, all in the east; in February ten went to Brooklyn and ten to California, and their goods have been replaced."""
    shop = make_shop(rules={**rules_with(PLACES), **CHEAP})
    shop.products("MUG", "CAP", PAIR={"components": "MUG:2", "weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""})
    shop.stock(east={"MUG": 40})
    for n in range(10):
        shop.order(f"E{n}", {"MUG": 1}, placed_at=f"2026-02-{n + 11}T09:00:00Z")
        shop.order(f"W{n}", {"MUG": 1}, placed_at=f"2026-02-{n + 11}T09:00:00Z", **CALIFORNIA)
    shop.route()
    shop.pick()
    for n in range(10):
        shop.ship(f"E{n}", f"E{n}")
        shop.ship(f"W{n}", f"W{n}")
    shop.stock(east={"MUG": 40})
    return shop


def balanced(shop: Shop, days: int = 20, create: bool = False) -> Balanced:
    return propose(shop.home, shop.store, days, create=create)


def moves(found: Balanced) -> list[tuple[str, str, dict[str, int]]]:
    return [(one["from"], one["to"], {line["sku"]: line["units"] for line in one["lines"]}) for one in found.as_json()["proposals"]]


def test_what_california_buys_should_lie_in_the_west(coasts: Shop) -> None:
    found = balanced(coasts)
    assert moves(found) == [("east", "west", {"MUG": 15})]
    one = found.as_json()["proposals"][0]
    # A parcel of a mug to Fresno: 8.00 from Brooklyn, 5.00 from Reno; fifteen of them, and one parcel of 9.00.
    assert (one["saving"], one["cost"], one["gain"]) == (15 * 300, 900, 3600)


def test_without_a_price_of_a_parcel_the_carriers_are_asked(coasts: Shop) -> None:
    coasts.rules(rules_with(PLACES))
    assert [one["cost"] for one in balanced(coasts).as_json()["proposals"]] == [1600 + 50]


def test_a_kit_needs_its_parts(coasts: Shop) -> None:
    for n in range(5):
        coasts.order(f"P{n}", {"PAIR": 1}, placed_at="2026-02-25T09:00:00Z", **CALIFORNIA)
    coasts.route()
    coasts.pick()
    for n in range(5):
        coasts.ship(f"P{n}", f"P{n}")
    assert moves(balanced(coasts))[0][2]["MUG"] == 15  # ten more were sold there, and ten fewer lie in the east
    coasts.stock(east={"MUG": 60})
    assert moves(balanced(coasts))[0][2]["MUG"] == 30


def test_promised_and_safety_stock_stay_where_they_are(coasts: Shop) -> None:
    coasts.order("big", {"MUG": 8}, placed_at="2026-01-01T09:00:00Z")
    coasts.route()
    coasts.take(("stock.csv", b"sku,location,on_hand,safety_stock\nMUG,east,40,9\n"))
    assert moves(balanced(coasts)) == [("east", "west", {"MUG": 8})]  # 40 less 8, less 9, less the east's own 15


def test_what_was_drafted_is_not_proposed_again(coasts: Shop) -> None:
    made = balanced(coasts, create=True)
    assert (made.drafted, made.run is not None) == ([1], True)
    reason = transfers.find_transfer(coasts.store, "T-1")["reason"]
    assert reason == "balance: saves 45.00 for 9.00 USD"
    before = coasts.dump()
    again = balanced(coasts, create=True)
    assert (again.proposals, again.run) == ([], None)
    assert coasts.dump() == before
    transfers.send(coasts.home, coasts.store, "T-1", None)
    assert balanced(coasts).proposals == []
    transfers.receive(coasts.home, coasts.store, "T-1", [])
    assert balanced(coasts).proposals == []


def test_orders_of_before_count_as_sales_too(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop(rules={**rules_with(PLACES), **CHEAP})
    shop.products("MUG")
    shop.stock(east={"MUG": 40})
    row = {
        "channel": "shop",
        "payment": "paid",
        "currency": "USD",
        "name": "Ann",
        "address1": "1 Main St",
        "country": "US",
        "line_id": "1",
        "sku": "MUG",
        "quantity": 10,
        **CALIFORNIA,
    }
    shop.take(("old.csv", csv_text([{"order_id": "1", "placed_at": "2026-02-20T09:00:00Z", **row}])), history=True)
    found = balanced(shop)
    assert (found.days, found.notes) == (11, ["the first order is 11 days old or less: so many days were looked at"])
    assert moves(found) == [("east", "west", {"MUG": 27})]


def test_a_shop_with_one_place_or_no_carrier_is_told_why_nothing_moves(make_shop: Callable[..., Shop]) -> None:
    assert balanced(make_shop("main")).notes == ["there is only one place of yours that ships: nothing to balance"]
    without = make_shop(rules={**rules_with(("one", "two")), "carriers": {}})
    assert balanced(without).notes == ["no carrier is set up in rules.yaml, so there is no postage to save"]


# -- buying


def buy(shop: Shop, days: int = 20, cover: int = 30, lead: int = 14) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = suggestions(shop.home, shop.store, days, cover, lead).as_json()["suggestions"]
    return rows


def test_what_will_run_out_is_bought_in_time_with_the_derivation(coasts: Shop) -> None:
    rows = buy(coasts)
    assert [(row["sku"], row["units"], row["order_by"], row["runs_out"], row["late"]) for row in rows] == [
        ("MUG", 4, "2026-03-28", "2026-04-11", False)
    ]
    assert rows[0]["why"] == "20 sold in 20 days; 14 days to come and 30 to last; 40 free, 0 on the way"
    assert (rows[0]["per_day"], rows[0]["worth"], rows[0]["currency"], rows[0]["supplier"]) == (1.0, 4000, "USD", None)


def test_the_suppliers_own_working_days_are_the_lead_time(coasts: Shop) -> None:
    coasts.stock(acme={"MUG": 500})
    assert [(row["supplier"], row["lead_days"], row["units"]) for row in buy(coasts, cover=60)] == [("acme", 7, 27)]


def test_expected_goods_and_stock_between_own_places_are_on_the_way(coasts: Shop) -> None:
    coasts.take(("inbound.csv", csv_text([{"sku": "MUG", "location": "west", "quantity": 3, "expected_on": "2026-03-20"}])))
    transfers.new(coasts.home, coasts.store, ("east", "west"), [("MUG", 10)], None, "")
    transfers.send(coasts.home, coasts.store, "T-1", None)
    assert [(row["units"], row["free"], row["coming"]) for row in buy(coasts)] == [(1, 30, 13)]


def test_safety_stock_and_what_is_owed_do_not_count_as_free(coasts: Shop) -> None:
    coasts.take(("stock.csv", b"sku,location,on_hand,safety_stock\nMUG,east,40,5\n"))
    adjust(coasts.home, coasts.store, "east", [("MUG", -30)], "burst pipe")
    coasts.order("B1", {"MUG": 12}, placed_at="2026-01-02T09:00:00Z")
    coasts.route()
    assert [(row["free"], row["owed"], row["safety_stock"], row["late"]) for row in buy(coasts)] == [(-5, 2, 5, True)]


def test_what_a_supplier_sends_himself_is_not_bought(coasts: Shop) -> None:
    coasts.stock(acme={"CAP": 50})
    coasts.order("D1", {"CAP": 5})
    coasts.route()
    assert coasts.sends("D1") == {"acme": {"CAP": 5}}
    assert [row["sku"] for row in buy(coasts, cover=60)] == ["MUG"]


def test_sales_of_long_ago_are_no_rate(coasts: Shop) -> None:
    coasts.at(NOW + timedelta(days=120))
    assert buy(coasts) == []

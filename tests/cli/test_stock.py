"""Counting, transfers, balance and buying as a person calls them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Oms
from tests.conftest import Shop, rules_with

WEST = {"line1": "9 Mill Rd", "city": "Reno", "region": "NV", "postcode": "89501", "country": "US"}


@pytest.fixture
def coasts(make_shop: Any) -> Shop:
    shop: Shop = make_shop(
        rules={**rules_with({"east": {}, "west": {"address": WEST, "coordinates": [39.5, -119.8]}}), "transfers": {"cost_per_parcel": 9}}
    )
    shop.products("MUG", "CAP")
    shop.stock(east={"MUG": 40, "CAP": 3})
    for n in range(10):
        shop.order(f"W{n}", {"MUG": 1}, placed_at=f"2026-02-{n + 11}T09:00:00Z", city="Fresno", region="CA", postcode="93650")
    shop.route()
    shop.pick()
    for n in range(10):
        shop.ship(f"W{n}", f"W{n}")
    return shop


def test_a_sheet_goes_out_blind_and_comes_back_counted(coasts: Shop, oms: Oms, tmp_path: Path) -> None:
    sheet = tmp_path / "count.csv"
    said = oms("stock", "count", "--location", "east", "--sheet", str(sheet), "--days", "0", home=coasts)
    assert said.err == f"wrote {sheet}: 2 rows to count at east; filled in: oms stock count --from {sheet}\n"
    text = sheet.read_text(encoding="utf-8-sig")
    assert text.splitlines() == [
        "sku,location,bin,title,barcode,on_hand,as_of",
        "CAP,east,,Cap,,,2026-03-02T14:00:00Z",
        "MUG,east,,Mug,,,2026-03-02T14:00:00Z",
    ]
    sheet.write_text(text.replace("Mug,,,", "Mug,,29,"), encoding="utf-8")
    said = oms("stock", "count", "--from", str(sheet), home=coasts)
    assert said.code == 0
    assert said.err == "1 count: 0 right, 1 not (-1 units, worth -10.00 USD); 1 row left empty\n"
    assert said.out.splitlines()[1].split("\t")[:7] == ["MUG", "Mug", "east", "29", "0", "30", "-1"]


def test_a_dry_run_writes_no_sheet(coasts: Shop, oms: Oms, tmp_path: Path) -> None:
    sheet = tmp_path / "count.csv"
    assert oms("stock", "count", "--location", "east", "--sheet", str(sheet), "--days", "0", "-n", home=coasts).code == 0
    assert not sheet.exists()


def test_what_is_due_is_a_list_without_the_books_number(coasts: Shop, oms: Oms) -> None:
    answer = oms("stock", "count", "--location", "east", "--due", "--days", "0", "--json", home=coasts).json
    assert answer["schema"] == "oms.stock.count.due/1"
    assert [(row["sku"], row["moved"]) for row in answer["due"]] == [("MUG", 10), ("CAP", 0)]
    assert "on_hand" not in answer["due"][0]
    assert oms("stock", "count", "--location", "east", "--due", home=coasts).err.startswith("nothing is due at east")


def test_an_empty_shelf_is_a_count_too_and_what_was_promised_needs_a_person(coasts: Shop, oms: Oms) -> None:
    coasts.order("1", {"CAP": 2})
    coasts.route()
    said = oms("stock", "count", "--location", "east", "--item", "CAP:0", home=coasts)
    assert said.code == 3
    assert said.err.endswith("warning: of 1 product more is promised than was counted: run `oms route`\n")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("stock count", "say what to count: --item, --from a sheet, or --due"),
        ("stock count --location east --due --item MUG:1", "--item, --from and --due are three ways"),
        ("stock count --item MUG:1", "whose shelf? --location is missing"),
        ("stock count --location east --item MUG:x", "--item MUG:x is no SKU:QTY"),
        ("stock transfer close T-1", "a loss needs a reason"),
        ("stock transfer send nothing", "there is no transfer nothing"),
        ("stock transfer new --from east --to west --item MUG:1 --expected soon", "--expected soon is no date"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(coasts: Shop, oms: Oms, words: str, error: str) -> None:
    said = oms(*words.split(), home=coasts)
    assert (said.code, said.err.splitlines()[0]) == (2, f"error: {error}")


def test_a_balance_is_proposed_drafted_sent_and_received(coasts: Shop, oms: Oms) -> None:
    said = oms("stock", "balance", "--days", "20", home=coasts)
    assert said.out.splitlines()[0] == "# east to west: saves 45.00, costs 9.00, gains 36.00 USD"
    assert said.err == "next: oms stock balance --create drafts these transfers\n"
    said = oms("stock", "balance", "--days", "20", "--create", home=coasts)
    assert said.out.splitlines()[0] == "# T-1: east to west: saves 45.00, costs 9.00, gains 36.00 USD"
    before = coasts.dump()
    assert oms("stock", "balance", "--days", "20", "--create", home=coasts).err.startswith("nothing to move")
    assert coasts.dump() == before
    assert oms("stock", "transfer", "send", "1", home=coasts).err.startswith("T-1 is on its way: 15 × MUG from east")
    row = oms("stock", "transfer", "list", "--json", home=coasts).json["transfers"][0]
    assert (row["id"], row["state"], row["expected_on"], row["lines"][0]["open"]) == ("T-1", "in_transit", "2026-03-07", 15)
    levels = oms("stock", "list", "--location", "west", "--json", home=coasts).json["levels"]
    assert [(row["sku"], row["incoming"]) for row in levels] == [("MUG", 15)]
    assert oms("stock", "transfer", "receive", "T-1", home=coasts).code == 0
    assert oms("doctor", home=coasts).code == 0


def test_a_dry_run_of_drafts_makes_none(coasts: Shop, oms: Oms) -> None:
    before = coasts.dump()
    assert oms("stock", "balance", "--days", "20", "--create", "-n", home=coasts).out.startswith("# east to west")
    assert coasts.dump() == before


def test_what_to_buy_has_its_sum_beside_it(coasts: Shop, oms: Oms) -> None:
    said = oms("purchase", "suggest", "--days", "20", "--cover", "60", home=coasts)
    rows = [line.split("\t") for line in said.out.splitlines()]
    assert rows[1][0] == "MUG"
    assert rows[1][-1] == "10 sold in 20 days; 14 days to come and 60 to last; 30 free, 0 on the way"
    assert oms("purchase", "suggest", "--cover", "1", home=coasts).err.startswith("nothing to buy")


def test_a_delivery_tells_how_it_differs(coasts: Shop, oms: Oms) -> None:
    coasts.take(("inbound.csv", b"sku,location,quantity,expected_on,reference\nCAP,west,5,2026-03-10,PO-7\n"))
    said = oms("stock", "receive", "--location", "west", "--item", "CAP:3", home=coasts)
    assert said.err == "CAP at west: +3, now 3\n  3 of 5 that were expected; still to come: 2 on 2026-03-10 (PO-7)\n"

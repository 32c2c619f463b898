"""Counting the shelf: what is due, a sheet that does not tell what the book has, and what the count says."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.conftest import NOW, Shop, csv_text

from omscli.errors import NotAllowed, UsageError
from omscli.workflows import counting
from omscli.workflows.counting import Counted


@pytest.fixture
def shelf(make_shop: Callable[..., Shop]) -> Shop:
    """Mugs in bin B2, caps in A1, a lamp without a bin; all counted in January."""
    shop = make_shop("main", "town")
    shop.at(NOW - timedelta(days=60))
    shop.products("MUG", "CAP", LAMP={"cost": "4.00", "price": "20.00", "barcode": "4006381333931"})
    rows = [("MUG", 10, "B2"), ("CAP", 3, "A1"), ("LAMP", 5, "")]
    shop.take(("stock.csv", csv_text([{"sku": sku, "location": "main", "on_hand": n, "bin": at} for sku, n, at in rows])))
    shop.at(NOW)
    return shop


def typed(shop: Shop, *items: tuple[str, int], place: str = "main", reason: str = "", dry_run: bool = False) -> Counted:
    return counting.count_items(shop.home, shop.store, place, list(items), reason, dry_run=dry_run)


def due(shop: Shop, days: int = 30, limit: int | None = None) -> list[str]:
    return [row["sku"] for row in counting.due(shop.home, shop.store, "main", days, limit)]


def printed(shop: Shop) -> list[dict[str, str]]:
    text = counting.sheet(shop.home, counting.due(shop.home, shop.store, "main", 0, None)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def read_back(shop: Shop, rows: list[dict[str, str]], dry_run: bool = False) -> Counted:
    return counting.count_sheet(shop.home, shop.store, ("count.csv", csv_text(rows)), "", dry_run=dry_run)


def filled(rows: list[dict[str, str]], **counts: int) -> list[dict[str, str]]:
    return [{**row, "on_hand": str(counts.get(row["sku"], ""))} for row in rows]


def test_what_nobody_counted_for_long_is_due_the_most_moved_first(shelf: Shop) -> None:
    shelf.order("1", {"CAP": 2})
    shelf.route()
    shelf.pick()
    shelf.ship("1")
    assert due(shelf) == ["CAP", "LAMP", "MUG"]
    assert due(shelf, limit=1) == ["CAP"]
    assert due(shelf, days=90) == []


def test_what_was_counted_is_due_no_longer_whoever_counted_it(shelf: Shop) -> None:
    typed(shelf, ("MUG", 10))
    assert due(shelf) == ["CAP", "LAMP"]
    shelf.stock(main={"CAP": 3})
    assert due(shelf) == ["LAMP"]


def test_a_count_of_the_same_day_again_changes_nothing(shelf: Shop) -> None:
    assert typed(shelf, ("MUG", 9)).run is not None
    shelf.at(NOW + timedelta(minutes=5))
    before = shelf.dump()
    assert typed(shelf, ("MUG", 9)).run is None
    assert shelf.dump() == before


def test_the_sheet_is_in_the_order_of_the_bins_and_does_not_tell_the_book(shelf: Shop) -> None:
    rows = printed(shelf)
    assert [(row["bin"], row["sku"]) for row in rows] == [("A1", "CAP"), ("B2", "MUG"), ("", "LAMP")]
    assert list(rows[0]) == ["sku", "location", "bin", "title", "barcode", "on_hand", "as_of"]
    assert {row["on_hand"] for row in rows} == {""}
    assert {row["as_of"] for row in rows} == {"2026-03-02T14:00:00Z"}
    assert rows[2]["barcode"] == "4006381333931"


def test_empty_rows_are_left_alone(shelf: Shop) -> None:
    rows = printed(shelf)
    found = read_back(shelf, filled(rows, MUG=8))
    assert (found.left_empty, [(one.sku, one.book, one.difference) for one in found.counts]) == (2, [("MUG", 10, -2)])
    assert shelf.level("CAP", "main")["on_hand"] == 3
    assert due(shelf) == ["CAP", "LAMP"]


def test_what_was_sold_since_the_sheet_was_printed_is_counted_in(shelf: Shop) -> None:
    rows = printed(shelf)
    shelf.at(NOW + timedelta(hours=1))
    shelf.order("1", {"MUG": 2})
    shelf.route()
    shelf.pick()
    shelf.ship("1")
    shelf.at(NOW + timedelta(hours=2))
    found = read_back(shelf, filled(rows, MUG=10))
    assert [(one.counted, one.moved, one.book, one.on_hand, one.difference) for one in found.counts] == [(10, -2, 8, 8, 0)]
    before = shelf.dump()
    assert read_back(shelf, filled(rows, MUG=10)).run is None
    assert shelf.dump() == before


def test_a_sheet_never_takes_a_bin_back_that_was_changed_since(shelf: Shop) -> None:
    rows = printed(shelf)
    shelf.take(("stock.csv", b"sku,location,on_hand,bin\nMUG,main,10,C9\n"))
    read_back(shelf, filled(rows, MUG=9))
    assert shelf.level("MUG", "main")["bin"] == "C9"


def test_a_difference_is_worth_what_the_goods_cost_and_their_price_where_nobody_knows(shelf: Shop) -> None:
    found = typed(shelf, ("LAMP", 3), ("MUG", 11), ("CAP", 3))
    assert [(one.sku, one.value, one.at_price) for one in found.wrong] == [("LAMP", -800, False), ("MUG", 1000, True)]
    assert found.values == {"USD": 200}


def test_the_reason_stays_with_the_difference(shelf: Shop) -> None:
    typed(shelf, ("MUG", 9), reason="spring cleaning")
    row = shelf.store.connection.execute("SELECT kind, on_hand, reason FROM movement ORDER BY id DESC").fetchone()
    assert tuple(row) == ("counted", -1, "spring cleaning")


def test_units_on_pick_lists_are_told_since_they_may_be_off_the_shelf(shelf: Shop) -> None:
    shelf.order("1", {"MUG": 2})
    shelf.route()
    shelf.pick()
    found = typed(shelf, ("MUG", 8), dry_run=True)
    assert [(one.difference, one.on_lists) for one in found.counts] == [(-2, 2)]


def test_a_product_that_was_never_there_may_be_found(shelf: Shop) -> None:
    found = typed(shelf, ("MUG", 2), place="town")
    assert (found.counts[0].book, shelf.level("MUG", "town")["on_hand"]) == (0, 2)
    typed(shelf, ("CAP", 0), place="town")
    assert shelf.level("CAP", "town")["on_hand"] == 0


def test_less_than_is_set_aside_as_not_sellable_cannot_be_counted(shelf: Shop) -> None:
    shelf.store.connection.execute(
        "INSERT INTO movement (run_id, at, product_id, location, kind, unavailable, reason)"
        " SELECT 1, '2026-01-02T14:00:00Z', id, 'main', 'state_changed', 4, 'scratched' FROM product WHERE sku = 'MUG'"
    )
    words = "4 × MUG at main are set aside as not sellable, 3 were counted"
    with pytest.raises(NotAllowed, match=words):
        typed(shelf, ("MUG", 3))
    found = read_back(shelf, filled(printed(shelf), MUG=3, CAP=2))
    assert ([one.problem for one in found.problems], [one.sku for one in found.counts]) == ([words], ["CAP"])


def test_a_sku_typed_twice_is_asked_about(shelf: Shop) -> None:
    with pytest.raises(UsageError, match="mug is named twice"):
        typed(shelf, ("MUG", 3), ("mug", 4))


def test_one_product_under_two_names_in_a_sheet_is_set_aside(shelf: Shop) -> None:
    rows = filled(printed(shelf), MUG=9)
    found = read_back(shelf, [*rows, {**rows[1], "sku": "mug ", "on_hand": "4"}])
    assert [one.rejected for one in found.problems] == [True]
    assert shelf.level("MUG", "main")["on_hand"] == 9


def test_rows_that_nobody_understands_are_set_aside_and_the_rest_is_counted(shelf: Shop) -> None:
    rows = filled(printed(shelf), MUG=9)
    found = read_back(
        shelf, [*rows, {**rows[0], "sku": "MUGG", "on_hand": "1"}, {**rows[0], "sku": "LAMP", "location": "mian", "on_hand": "1"}]
    )
    assert sorted((one.column, one.value, one.rejected) for one in found.problems) == [("location", "mian", True), ("sku", "MUGG", True)]
    assert shelf.level("MUG", "main")["on_hand"] == 9


def test_a_sku_that_a_spreadsheet_would_run_comes_back(shelf: Shop) -> None:
    shelf.products(**{"=1+1": {}})
    shelf.stock(main={"=1+1": 2})
    rows = printed(shelf)
    name = next(row["sku"] for row in rows if "1+1" in row["sku"])
    assert name == "'=1+1"
    read_back(shelf, [{**row, "on_hand": "1" if row["sku"] == name else ""} for row in rows])
    assert shelf.level("=1+1", "main")["on_hand"] == 1


def test_a_count_below_what_is_promised_says_so(shelf: Shop) -> None:
    shelf.order("1", {"CAP": 3})
    shelf.route()
    assert typed(shelf, ("CAP", 1)).uncovered == 1

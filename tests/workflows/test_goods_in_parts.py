"""Files of goods are taken in parts. However small these are, the books say afterwards what the whole file says."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import NOW, Shop, csv_text, rules_with

from omscli.channels import building
from omscli.errors import Refused
from omscli.workflows import importing
from omscli.workflows.importing import FileResult
from omscli.workflows.products import alias
from omscli.workflows.sync import SyncWish, sync

MakeShop = Callable[..., Shop]
FULL = bool(os.environ.get("OMS_TEST_FULL"))
SKUS = ("MUG", "mug", "CAP", "TEE", "PAIR", "SET")


@pytest.fixture
def by_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two records at a time."""
    monkeypatch.setattr(importing, "_PART", 2)


def told(result: FileResult) -> tuple[Any, ...]:
    """What the seller hears of a file."""
    return result.rows, result.counts, sorted(map(repr, result.problems)), result.notices, result.for_person


def books(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    """What the store knows of goods, by their names: which number a row has is nobody's business."""
    sql = {
        "products": "SELECT sku, title, weight_g, category FROM product ORDER BY sku",
        "kits": "SELECT k.sku, p.sku, c.quantity FROM kit_component c JOIN product k ON k.id = c.kit_id JOIN product p ON p.id = c.component_id ORDER BY 1, 2",
        "levels": "SELECT p.sku, s.location, s.on_hand, s.bin FROM stock_level s JOIN product p ON p.id = s.product_id ORDER BY 1, 2",
        "ledger": "SELECT p.sku, m.location, m.kind, m.on_hand FROM movement m JOIN product p ON p.id = m.product_id ORDER BY 1, 2, m.id",
        "before": "SELECT kind, before FROM run_change ORDER BY 1, 2",
        "listings": "SELECT place, sku, quantity, ids FROM listing ORDER BY place, sku_key, id",
        "told": "SELECT place, sku_key, quantity FROM stock_told ORDER BY 1, 2",
        "expected": "SELECT p.sku, g.expected_on, g.quantity FROM incoming_goods g JOIN product p ON p.id = g.product_id ORDER BY 1, 2, 3",
    }
    return {name: [tuple(row) for row in shop.store.connection.execute(one)] for name, one in sql.items()}


PRODUCT = st.fixed_dictionaries(
    {
        "sku": st.sampled_from(SKUS),
        "title": st.sampled_from(["Mug", "Cap"]),
        "weight_g": st.sampled_from(["", "0", "200", "heavy"]),
        "components": st.sampled_from(["", "", "", "MUG:2", "CAP|TEE:3", "SET", "NONE"]),
    }
)
COUNT = st.fixed_dictionaries(
    {
        "sku": st.sampled_from((*SKUS, "CUP")),
        "location": st.sampled_from(["main", "main", "reno", "mars"]),
        "on_hand": st.sampled_from(["0", "3", "7", "-1", "few"]),
        "bin": st.sampled_from(["", "A-1"]),
    }
)
RECEIPT = st.fixed_dictionaries(
    {
        "sku": st.sampled_from(SKUS),
        "location": st.just("main"),
        "quantity": st.sampled_from(["4", "5"]),
        "expected_on": st.sampled_from(["2026-03-05", "2026-03-12"]),
        "reference": st.sampled_from(["", "PO-1"]),
    }
)


@settings(max_examples=40 if FULL else 6)
@given(
    products=st.lists(PRODUCT, min_size=1, max_size=9),
    counts=st.lists(COUNT, min_size=1, max_size=9),
    receipts=st.lists(RECEIPT, max_size=5),
)
def test_a_file_that_is_taken_in_parts_leaves_the_books_and_says_what_it_does_as_a_whole(
    tmp_path_factory: pytest.TempPathFactory, products: list[Any], counts: list[Any], receipts: list[Any]
) -> None:
    found = []
    for size in (10_000, 2, 1):
        shop = Shop(tmp_path_factory.mktemp("shop"), rules_with(("main", "reno")))
        files = [("products.csv", csv_text(products)), ("stock.csv", csv_text(counts))]
        files += [("inbound.csv", csv_text(receipts))] if receipts else []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(importing, "_PART", size)
            said = [told(one) for file in files for one in (*shop.take(file), *shop.take(file), *shop.take(file, dry_run=True))]
        found.append((said, books(shop)))
        assert shop.doctor() == []
        shop.close()
    assert found[0] == found[1] == found[2]


@pytest.mark.usefixtures("by_two")
def test_a_kit_may_stand_above_its_parts_however_far_away_they_are(shop: Shop) -> None:
    result = shop.products(
        PAIR={"components": "P1:2|P9:1"}, BAD={"components": "P99:1"}, **{f"P{n}": {} for n in range(10)}, LAST={"components": "PAIR:1"}
    )
    assert result.counts["new"] == 11
    assert [(one.line, one.problem, one.hint) for one in result.problems] == [
        (3, "component P99 of kit BAD is no known SKU", "did you mean P9?"),
        (14, "component PAIR of kit LAST is a kit itself", "a kit consists of single products"),
    ]
    assert books(shop)["kits"] == [("PAIR", "P1", 2), ("PAIR", "P9", 1)]


@pytest.mark.usefixtures("by_two")
def test_a_dry_run_shows_kits_where_they_stand(shop: Shop) -> None:
    rows = [{"sku": sku, "title": sku, "components": parts} for sku, parts in (("A", ""), ("AB", "A|B"), ("B", ""), ("C", ""))]
    result = shop.take(("products.csv", csv_text(rows)), dry_run=True)[0]
    assert [one.sku for one in result.records] == ["A", "AB", "B", "C"]


@pytest.mark.usefixtures("by_two")
def test_a_sku_in_two_rows_is_found_however_far_apart_they_stand(shop: Shop) -> None:
    rows = [{"sku": f"P{n}", "title": "Plate"} for n in range(7)]
    result = shop.take(("products.csv", csv_text([*rows, {"sku": "P0", "title": "Plate"}, {"sku": "P1", "title": "Pot"}])))[0]
    assert [(one.line, one.problem, one.rejected) for one in result.problems] == [
        (9, "P0 stands in line 2 already", False),
        (10, "P1 stands in line 3 with other words", True),
    ]


def test_two_names_of_one_product_are_not_counted_one_after_the_other(shop: Shop) -> None:
    """Which of the numbers is right, or whether they are two parts, nobody can say: the first one stands."""
    alias(shop.home, shop.store, "MUG", "CUP", "")
    result = shop.take(("stock.csv", csv_text([{"sku": sku, "location": "main", "on_hand": 25} for sku in ("MUG", "CUP")])))[0]
    assert shop.level("MUG", "main")["on_hand"] == 25
    assert [(one.line, one.problem, one.hint) for one in result.problems] == [
        (
            3,
            "CUP at main was counted by another name in a row above: both mean one product",
            "leave one of the two rows, with all units of the place",
        )
    ]


@pytest.mark.usefixtures("by_two")
def test_headers_over_the_wrong_columns_are_refused_and_nothing_is_left_of_the_parts_before(shop: Shop) -> None:
    shop.products(**{f"P{n}": {} for n in range(9)})
    before = shop.dump()
    rows = [{"sku": f"Plate {n}", "title": f"P{n}"} for n in range(9)]
    with pytest.raises(Refused, match="SKUs and titles have changed places"):
        shop.take(("products.csv", csv_text(rows)))
    assert shop.dump() == before


@pytest.fixture
def supplied(make_shop: MakeShop) -> Shop:
    """A shop with a supplier's feed of eight products, ten units each."""
    shop = make_shop(
        rules={
            **rules_with({"main": {}, "acme": {"kind": "supplier", "email": "a@acme.example"}}),
            "stock_sync": [{"location": "acme", "path": "feed.csv", "reader": "native", "max_drop_percent": 50}],
        }
    )
    shop.products(*(f"P{n}" for n in range(8)))
    feed(shop, {f"P{n}": 10 for n in range(8)})
    return shop


def feed(shop: Shop, units: dict[str, int]) -> Any:
    """The supplier's file comes in."""
    rows = [{"sku": sku, "location": "acme", "on_hand": number} for sku, number in units.items()]
    path = shop.path / "feed.csv"
    path.write_bytes(csv_text(rows))
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    return sync(shop.home, shop.store, SyncWish()).feeds[0]


@pytest.mark.usefixtures("by_two")
@pytest.mark.parametrize(
    ("units", "words"),
    [
        ({f"P{n}": 10 for n in range(3)}, "would fall by 62 % (80 to 30 units; 5 of 8 SKUs are missing)"),
        ({f"P{n}": 0 for n in range(8)}, "would fall by 100 % (80 to 0 units; so the file says)"),
        ({f"P{n}": 10 if n < 3 else 1 for n in range(8)}, "would fall by 56 % (80 to 35 units; so the file says)"),
    ],
)
def test_the_guard_of_a_feed_looks_at_all_of_its_parts_and_takes_them_back(supplied: Shop, units: dict[str, int], words: str) -> None:
    before = supplied.dump()
    assert words in feed(supplied, units).refused
    assert supplied.dump() == before


@pytest.mark.usefixtures("by_two")
def test_a_feed_that_falls_less_than_its_guard_goes_in(supplied: Shop) -> None:
    assert not feed(supplied, {f"P{n}": 5 for n in range(8)}).refused
    assert [supplied.level(f"P{n}", "acme")["on_hand"] for n in range(8)] == [5] * 8


LISTED = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from([None, 1, 2])), min_size=1, max_size=8)


@settings(max_examples=40 if FULL else 8)
@given(lists=st.lists(LISTED, min_size=1, max_size=3))
def test_a_channel_s_list_in_parts_is_kept_as_it_stands_also_where_one_sku_is_offered_several_times(
    tmp_path_factory: pytest.TempPathFactory, lists: list[list[tuple[str, int | None]]]
) -> None:
    found = []
    for size in (10_000, 2, 1):
        shop = Shop(tmp_path_factory.mktemp("shop"), rules_with(("main",), channels={"ebay": {"reader": "ebay"}}))
        said = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(importing, "_PART", size)
            for rows in lists:
                file = ("list.csv", ebay_list(rows))
                said.append(told(shop.take(file)[0]))
                after = books(shop)
                again = shop.take(file)[0]
                assert (again.counts["new"], again.counts["changed"], again.run) == (0, 0, None)
                assert books(shop) == after
        found.append((said, books(shop)))
        shop.close()
    assert found[0] == found[1] == found[2]


def ebay_list(rows: list[tuple[str, int | None]]) -> bytes:
    """A report of active listings: one listing a row."""
    return csv_text(
        [
            {
                "Item number": str(250000000000 + n),
                "Title": f"Listing {n}",
                "Variation details": "",
                "Custom label (SKU)": sku,
                "Available quantity": "" if units is None else str(units),
                "Format": "FIXED_PRICE",
                "Currency": "USD",
                "Start price": "1.00",
            }
            for n, (sku, units) in enumerate(rows)
        ]
    )


def test_parts_of_one_stock_are_added_up_also_where_they_are_more_than_memory_should_hold(
    make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_HELD", 2)
    profile = {"kind": "stock", "columns": {"sku": "Item", "on_hand": "Qty"}, "location": "main", "repeated": "sum"}
    shop = make_shop(rules={**rules_with(("main",)), "readers": {"lots": profile}})
    shop.products(*(f"P{n}" for n in range(40)))
    rows = [{"Item": f"P{n}", "Qty": lot} for lot in (1, 2, 4) for n in range(40) if n or lot == 1]
    assert shop.take(("lots.csv", csv_text(rows)), reader="lots")[0].counts["new"] == 40
    assert [row[2] for row in books(shop)["levels"]] == [1, *[7] * 39]


@pytest.mark.skipif(not FULL, reason="takes half a minute")
@pytest.mark.parametrize("kind", ["products", "stock"])
def test_ten_times_the_rows_take_hardly_more_memory(make_shop: MakeShop, tmp_path: Path, kind: str) -> None:
    shop = make_shop()
    shop.close()
    peaks = []
    for rows in (15_000, 150_000):
        names = [f"SKU-{rows}-{n}" for n in range(rows)]
        files = {"products": [{"sku": sku, "title": f"Mug {sku}", "weight_g": 200} for sku in names]}
        files["stock"] = [{"sku": sku, "location": "main", "on_hand": 3} for sku in names]
        for name in ("products", "stock")[: 1 + (kind == "stock")]:
            path = tmp_path / f"{name}.csv"
            path.write_bytes(csv_text(files[name]))
            peak = peak_of([sys.executable, "-m", "omscli", "import", str(path)], OMS_HOME=str(shop.path))
        peaks.append(peak)
    assert peaks[1] - peaks[0] < 60 << 10, f"KiB: {peaks}"


def peak_of(command: list[str], **environment: str) -> int:
    """The most memory that a command took, in KiB; of a shell in between, which is small, since a child inherits the peak of its parent."""
    words = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=2); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    done = subprocess.run(
        [sys.executable, "-c", words, *command], check=True, capture_output=True, text=True, env={**os.environ, **environment}
    )
    return int(done.stdout) // (1024 if sys.platform == "darwin" else 1)

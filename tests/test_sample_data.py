"""The sample business: made again byte for byte, and true to what its README says."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from omscli.carriers.tracking import check_number
from omscli.settings.check import findings
from omscli.settings.load import load

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_data"
INBOX = SAMPLE / "inbox"
UNKNOWN_ON_PURPOSE = {"MUG-BLU"}

Row = dict[str, str]


def rows(path: Path, delimiter: str = ",") -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def ebay_rows() -> list[Row]:
    text = (INBOX / "eBay-OrdersReport-Nov-23-2026.csv").read_text(encoding="utf-8-sig")
    blank, header, commas, body = text.split("\n", 3)
    assert not blank
    assert commas == "," * 81
    orders, footer = body.split("\n\n")
    assert footer == "9,record(s) downloaded,from Nov-20-26 to Nov-22-26\nSeller ID : harborandpine\n"
    return list(csv.DictReader(io.StringIO(f"{header}\n{orders}\n")))


ORDERS = {
    "inbox/orders_export_1.csv": lambda: [("SH", row["Name"].removeprefix("#"), row["Lineitem sku"]) for row in shopify_rows()],
    "inbox/amazon-unshipped-2026-11-23.txt": lambda: [
        ("AM", row["order-id"], row["sku"]) for row in rows(INBOX / "amazon-unshipped-2026-11-23.txt", "\t")
    ],
    "inbox/eBay-OrdersReport-Nov-23-2026.csv": lambda: [("EB", row["Order Number"], row["Custom Label"]) for row in ebay_rows()],
    "inbox/EtsySoldOrderItems2026-11.csv": lambda: [
        ("ET", row["Order ID"], row["SKU"]) for row in rows(INBOX / "EtsySoldOrderItems2026-11.csv")
    ],
    "inbox/portal_orders.csv": lambda: [("PO", row["order_id"], row["sku"]) for row in rows(INBOX / "portal_orders.csv")],
}


def shopify_rows() -> list[Row]:
    return rows(INBOX / "orders_export_1.csv")


def shopify_orders() -> Iterator[list[Row]]:
    by_name: dict[str, list[Row]] = {}
    for row in shopify_rows():
        by_name.setdefault(row["Name"], []).append(row)
    yield from by_name.values()


def all_orders() -> set[str]:
    return {f"{prefix}-{number}" for read in ORDERS.values() for prefix, number, _ in read()}


def skus() -> set[str]:
    return {row["sku"] for row in rows(SAMPLE / "products.csv")}


def readme_table(header: str) -> list[list[str]]:
    lines = (SAMPLE / "README.md").read_text(encoding="utf-8").splitlines()
    start = lines.index(header) + 2
    length = next((n for n, line in enumerate(lines[start:]) if not line.startswith("|")), len(lines) - start)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[start : start + length]]


def test_the_script_makes_the_committed_files(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "make_sample_data.py", tmp_path], check=True, capture_output=True)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept = {path.relative_to(SAMPLE): path.read_bytes() for path in SAMPLE.rglob("*") if path.is_file()}
    assert made.keys() == kept.keys()
    assert [name for name in made if made[name] != kept[name]] == []


def test_the_rules_load_without_a_remark() -> None:
    settings = load(SAMPLE / "rules.yaml", date(2026, 11, 23))
    assert findings(settings, skus()) == []
    assert {row["location"] for row in rows(SAMPLE / "stock.csv")} == settings.locations.keys()
    assert {row["location"] for row in rows(SAMPLE / "inbound.csv")} <= settings.locations.keys()
    services = {(one.carrier, one.name) for one in settings.services}
    assert {(row["carrier"], row["service"]) for row in rows(SAMPLE / "tracking.csv")} <= services


def test_barcodes_are_unique_and_their_check_digits_fit() -> None:
    barcodes = [row["barcode"] for row in rows(SAMPLE / "products.csv") if row["barcode"]]
    assert len(set(barcodes)) == len(barcodes) >= 40
    for barcode in barcodes:
        assert re.fullmatch(r"952\d{10}", barcode)
        assert sum(int(digit) * (1, 3)[n % 2] for n, digit in enumerate(barcode)) % 10 == 0


def test_skus_are_unique_and_kits_and_stock_name_products() -> None:
    known = [row["sku"] for row in rows(SAMPLE / "products.csv")]
    assert len(set(known)) == len(known)
    kits = {row["sku"]: row["components"].split("|") for row in rows(SAMPLE / "products.csv") if row["components"]}
    assert len(kits) == 2
    assert {part.split(":")[0] for parts in kits.values() for part in parts} <= set(known) - kits.keys()
    stocked = {row["sku"] for row in rows(SAMPLE / "stock.csv")}
    assert stocked == set(known) - kits.keys()
    assert {row["sku"] for row in rows(SAMPLE / "inbound.csv")} <= stocked


def test_orders_name_products_but_for_one_intended_mistake() -> None:
    sold = {sku for read in ORDERS.values() for _, _, sku in read() if sku}
    assert sold - skus() == UNKNOWN_ON_PURPOSE


def test_the_readme_counts_orders_and_rows() -> None:
    table = {name.strip("`"): (orders, int(rows_)) for name, orders, rows_, _ in readme_table("| file | orders | rows | what it is |")}
    for name, read in ORDERS.items():
        found = read()
        assert table.pop(name) == (str(len({number for _, number, _ in found})), len(found)), name
    assert {name: count for name, (_, count) in table.items()} == {name: len(rows(SAMPLE / name)) for name in table}
    assert f"{len(all_orders())} orders in all" in (SAMPLE / "README.md").read_text(encoding="utf-8")
    assert 60 <= len(all_orders()) <= 70


def test_the_readme_speaks_of_orders_that_exist() -> None:
    named = [order for order, _ in readme_table("| order | what it shows |")]
    assert len(set(named)) == len(named)
    assert set(named) <= all_orders()


def test_tracking_numbers_fit_their_carriers_and_orders() -> None:
    tracking = rows(SAMPLE / "tracking.csv")
    assert {row["shipment_or_order"] for row in tracking} <= all_orders()
    assert len({row["tracking_number"] for row in tracking}) == len(tracking)
    for row in tracking:
        assert check_number(row["carrier"], row["tracking_number"]) is None
        assert re.fullmatch(r"9\d{21}" if row["carrier"] == "usps" else r"1Z[0-9A-Z]{16}", row["tracking_number"])


def test_shopify_orders_add_up() -> None:
    for order in shopify_orders():
        head = order[0]
        goods = sum(Decimal(row["Lineitem price"]) * int(row["Lineitem quantity"]) for row in order)
        assert sum(Decimal(row["Lineitem discount"]) for row in order) == Decimal(head["Discount Amount"])
        assert Decimal(head["Subtotal"]) == goods - Decimal(head["Discount Amount"])
        assert Decimal(head["Total"]) == sum(Decimal(head[name]) for name in ("Subtotal", "Shipping", "Taxes"))
        assert Decimal(head["Taxes"]) == sum(Decimal(head[f"Tax {n} Value"] or 0) for n in range(1, 6))


def test_shopify_guards_postcodes_of_digits() -> None:
    zips = [order[0]["Shipping Zip"] for order in shopify_orders()]
    assert "'02138" in zips
    assert "M4K 1N2" in zips
    assert all(re.fullmatch(r"'\d{4,5}|[A-Z]\d[A-Z] \d[A-Z]\d", one) for one in zips)


@pytest.mark.parametrize(
    ("name", "columns", "mark"),
    [("orders_export_1.csv", 79, ","), ("amazon-unshipped-2026-11-23.txt", 30, "\t"), ("EtsySoldOrderItems2026-11.csv", 33, ",")],
)
def test_the_exports_have_the_columns_of_their_channels(name: str, columns: int, mark: str) -> None:
    with (INBOX / name).open(encoding="utf-8", newline="") as file:
        assert {len(row) for row in csv.reader(file, delimiter=mark)} == {columns}


def test_people_can_not_be_reached() -> None:
    """Addresses that belong to nobody, and telephone numbers that are kept for fiction."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in SAMPLE.rglob("*") if path.is_file())
    assert {host for host in re.findall(r"@([\w.-]+)", text) if not re.fullmatch(r"example\.com|(.+\.)?example", host)} == set()
    assert set(re.findall(r"\b\d{3}-(555-01|\d{3}-\d)\d\d", text)) == {"555-01"}

"""How much memory do large files take? A million rows of each kind, imported one after the other into one home.

    make bench-goods                                      a million rows each: about ten minutes and 2 GB of disk
    python benchmarks/goods.py -n 100000                  answers in one

Products, stock and a supplier's feed (through a profile) in our own words and the supplier's, Shopify's inventory, then the same
stock as a workbook of --cells rows. Each file is made row by row and read by a process of its own; its peak is what counts, for
a million rows less than 200 MiB. Figures are CPU seconds and the peak of resident memory of whole processes.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from morning import NOW, cpu_of

RULES = """\
version: 1
currency: USD
timezone: UTC
channels:
  shopify: {}
locations:
  main: {kind: warehouse, name: Main, address: {line1: 12 Dock St, city: Brooklyn, region: NY, postcode: "11201", country: US}}
  acme: {kind: supplier, name: Acme, email: orders@acme.example}
readers:
  acme_stock:
    kind: stock
    columns: {sku: Item No, on_hand: Stock, as_of: Date}
    delimiter: ";"
    dates: "%d.%m.%Y"
    words: {In stock: 10, ">100": 100}
    location: acme
"""
PRODUCTS = [
    "sku",
    "title",
    "barcode",
    "weight_g",
    "length_mm",
    "width_mm",
    "height_mm",
    "price",
    "currency",
    "parent",
    "options",
    "category",
    "components",
]
INVENTORY = (
    "Handle", "Title", "Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value", "Option3 Name", "Option3 Value", "SKU", "HS Code", "COO", "Location",
    "Bin name", "Incoming (not editable)", "Unavailable (not editable)", "Committed (not editable)", "Available (not editable)", "On hand (current)", "On hand (new)",
)  # fmt: skip
Row = Iterable[object]


def is_kit(n: int) -> bool:
    """Every hundredth product is a kit, of parts that stand further down."""
    return n % 100 == 0


def products(rows: int) -> Iterator[Row]:
    """Our own products.csv."""
    yield PRODUCTS
    for n in range(rows):
        parts = f"SKU-{(n + 7) % rows:07d}:2|SKU-{(n + 9) % rows:07d}" if is_kit(n) else ""
        yield (
            f"SKU-{n:07d}", f"Mug number {n}", 4_000_000_000_000 + n, 50 + n % 2000, 100, 80 + n % 50, 60, f"{n % 90}.50", "USD", f"P-{n // 4}",
            f"Size: {'SMLX'[n % 4]}", "Mugs", parts,
        )  # fmt: skip


def stock(rows: int) -> Iterator[Row]:
    """Our own stock.csv."""
    dice = random.Random(1)
    yield "sku", "location", "on_hand", "bin"
    for n in range(rows):
        if not is_kit(n):
            yield f"SKU-{n:07d}", "main", dice.randrange(500), f"A-{n % 90}"


def feed(rows: int) -> Iterator[Row]:
    """A supplier's list."""
    dice = random.Random(2)
    yield "Item No", "Stock", "Date"
    for n in range(rows):
        if not is_kit(n):
            yield f"SKU-{n:07d}", dice.choice(["In stock", ">100", dice.randrange(90)]), "01.03.2026"


def inventory(rows: int) -> Iterator[Row]:
    """Shopify's inventory export."""
    dice = random.Random(3)
    yield INVENTORY
    for n in range(rows):
        if not is_kit(n):
            units = dice.randrange(90)
            variant = (f"mug-{n // 4}", f"Mug number {n // 4}", "Size", "SMLX"[n % 4], "", "", "", "", f"SKU-{n:07d}", "691110", "US")
            yield *variant, "Main", "", 0, 0, 0, units, units, ""


def as_csv(path: Path, rows: Iterator[Row], delimiter: str = ",") -> None:
    """Rows as text. Held by nobody: a process inherits the peak of the one that starts it."""
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)


def as_workbook(path: Path, rows: Iterator[Row]) -> None:
    """Rows as a workbook."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    for n, row in enumerate(rows):
        sheet.write_row(n, 0, list(row))
    book.close()


def main() -> None:
    """Make each file, import it, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=1_000_000, help="rows of each file of text")
    parser.add_argument("--cells", type=int, default=200_000, help="rows of the workbook; 0: none")
    options = parser.parse_args()
    files: list[tuple[str, str, Callable[[Path], Any]]] = [
        ("products.csv", "products", lambda path: as_csv(path, products(options.n))),
        ("products.csv", "the same products again", lambda path: as_csv(path, products(options.n))),
        ("stock.csv", "stock", lambda path: as_csv(path, stock(options.n))),
        ("feed.csv", "a supplier's feed", lambda path: as_csv(path, feed(options.n), ";")),
        ("inventory.csv", "Shopify's inventory", lambda path: as_csv(path, inventory(options.n))),
    ]
    if options.cells:
        files.append(("stock.xlsx", "stock as a workbook", lambda path: as_workbook(path, stock(min(options.n, options.cells)))))
    with tempfile.TemporaryDirectory(prefix="oms-bench-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        (home / "rules.yaml").write_text(RULES, encoding="utf-8")
        for name, what, make in files:
            path = Path(folder) / name
            make(path)
            size = path.stat().st_size / 2**20
            cpu, peak = cpu_of([sys.executable, "-m", "omscli", "import", str(path)], OMS_HOME=str(home), OMS_NOW=NOW)
            path.unlink()
            print(f"{what:<24} {size:6.1f} MiB: {cpu:6.1f} CPU s, peak {peak:4.0f} MiB", flush=True)


if __name__ == "__main__":
    main()

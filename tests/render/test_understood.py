"""What a dry run shows of a file, for somebody who is tired: how it was read, and its first records in words."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from omscli.base.address import Address
from omscli.catalog.incoming import IncomingListing, IncomingProduct, IncomingReceipt, IncomingStock, IncomingTracking
from omscli.orders.incoming import IncomingLine, IncomingOrder
from omscli.render.understood import Seen, in_words, understood
from omscli.render.width import width_of

NEW_YORK = ZoneInfo("America/New_York")
ADDRESS = Address("Ida Berg", "Berg & Co", "3 Quay Rd", "", "Salem", "MA", "01970", "US")


def order(number: str = "W-7", lines: list[IncomingLine] | None = None, **more: Any) -> IncomingOrder:
    usual = [IncomingLine("1", "MUG", "Mug, blue", 2, 2, 1250)]
    return IncomingOrder("shop", number, "2026-03-02T14:15:00Z", "open", "paid", "USD", lines or usual, ADDRESS, **more)


def seen(**more: Any) -> Seen:
    usual: dict[str, Any] = {
        "reader": "portal", "kind": "orders", "encoding": "cp1252", "delimiter": ";", "header_row": 3,
        "used": {"Order no.": "order_id", "Quantity": "quantity", "Article": "sku"}, "ignored": ["EAN", "VAT %"], "rows": 4,
        "counts": {"new": 2, "changed": 0, "unchanged": 0, "cancelled": 0, "skipped": 0, "rejected": 1}, "records": [order()],
    }  # fmt: skip
    return Seen(**{**usual, **more})


def test_a_file_is_told_from_its_form_to_its_first_record() -> None:
    assert "\n".join(understood(seen(), 100, NEW_YORK)) == (
        "  read as       orders of portal, cp1252, columns divided by semicolons, headers in line 3\n"
        "  used          Order no. → order_id · Quantity · Article → sku\n"
        "  left alone    EAN · VAT %\n"
        "  found         4 rows: 2 new, 1 set aside\n"
        "  it is         order W-7 of shop, placed 2026-03-02 09:15, open, paid\n"
        "                  to Ida Berg, Berg & Co, 3 Quay Rd, 01970 Salem MA, US\n"
        "                  2 × MUG Mug, blue, 12.50 USD each"
    )


def test_of_many_records_the_first_three_are_shown() -> None:
    shown = understood(seen(records=[order(f"W-{n}") for n in range(9)]), 100, None)
    assert [line.strip() for line in shown if "order W-" in line] == [
        "the first     order W-0 of shop, placed 2026-03-02 14:15, open, paid",
        "order W-1 of shop, placed 2026-03-02 14:15, open, paid",
        "order W-2 of shop, placed 2026-03-02 14:15, open, paid",
    ]


def test_a_file_without_headers_or_records_says_so() -> None:
    shown = understood(
        seen(reader="native", encoding="utf-8", delimiter="", header_row=0, used={}, ignored=[], rows=1, counts={"new": 0}, records=[]),
        100,
        None,
    )
    assert shown == ["  read as       orders of native, utf-8, one JSON object a line", "  found         1 line: nothing that counts"]
    workbook = understood(seen(encoding="xlsx", delimiter="", header_row=1, records=[]), 100, None)
    assert workbook[0] == "  read as       orders of portal, xlsx, headers in line 1"


@pytest.mark.parametrize("width", [50, 60, 80, 200])
def test_no_line_is_wider_than_the_window_and_no_name_of_a_column_is_broken(width: int) -> None:
    used = {f"Column number {n}": f"field_{n}" for n in range(30)}
    ignored = [f"Other column {n}" for n in range(40)]
    lines = [IncomingLine(str(n), f"SKU-{n}", "A very long title " * 6, 1, 1, 100) for n in range(8)]
    shown = understood(seen(used=used, ignored=ignored, records=[order(lines=lines, note="")]), width, None)
    assert max(map(width_of, shown)) <= width
    text = "\n".join(shown)
    assert all(f"{header} → {name}" in text for header, name in used.items())
    assert "and 25 more" in text
    assert "and 3 more lines" in text


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (
            order(lines=[IncomingLine("1", "", "Wish", 3, 1)], service="Air", pickup_location="main", ship_by="2026-03-04", deliver_by="2026-03-09"),
            ["order W-7 of shop, placed 2026-03-02 09:15, open, paid, Air, collected at main, ship by 2026-03-04, deliver by 2026-03-09",
             "to Ida Berg, Berg & Co, 3 Quay Rd, 01970 Salem MA, US", "3 × without SKU Wish (1 to ship)"],
        ),
        (IncomingProduct("MUG", "Mug", "0123", 420, 110, None, 90, 1250, currency="USD"), ["MUG Mug, 420 g, 110 × ? × 90 mm, 12.50 USD, barcode 0123"]),
        (IncomingProduct("SET", components=(("MUG", 1), ("TEE", 2)), price=5, currency="XXQ"), ["SET, 5 XXQ, a kit of 1 × MUG, 2 × TEE"]),
        (IncomingStock("MUG", "main", 7, "A-1", as_of="2026-03-02T14:15:00Z"), ["MUG at main: 7 on hand, bin A-1, counted 2026-03-02 09:15"]),
        (IncomingStock("MUG", "main", None), ["MUG at main: no number"]),
        (IncomingReceipt("MUG", "main", 40, "2026-03-09", "PO-1"), ["40 × MUG for main, expected 2026-03-09 (PO-1)"]),
        (IncomingTracking("S-1", "usps", "T1", "ground", "2026-03-02"), ["S-1: usps ground, T1, left 2026-03-02"]),
        (IncomingTracking("S-1", "", "T1"), ["S-1: carrier unknown, T1"]),
        (IncomingListing("MUG", 4, "Shop"), ["MUG at Shop: 4 offered"]),
        (IncomingListing("MUG", None), ["MUG: not counted"]),
    ],
)  # fmt: skip
def test_a_record_in_words(record: Any, words: list[str]) -> None:
    assert list(in_words(record, NEW_YORK)) == words


def test_an_order_without_an_address_says_so() -> None:
    one = order()
    one.ship_to = Address()
    one.payment = "unknown"
    assert list(in_words(one, NEW_YORK))[:2] == [
        "order W-7 of shop, placed 2026-03-02 09:15, open, payment unknown",
        "to nobody: the file has no address",
    ]


def test_what_people_wrote_moves_no_cursor_and_breaks_no_line() -> None:
    one = order()
    one.ship_to = Address("Ann\x1b[2J\nLee", city="Salem")
    shown = understood(seen(used={"a\nb": "sku"}, ignored=["\x1b]0;x"], records=[one]), 80, None)
    assert not any(char in line for line in shown for char in "\x1b\n\r")

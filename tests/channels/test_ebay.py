from __future__ import annotations

import csv
import io

import pytest

from omscli.base.problems import Problem
from omscli.channels.opening import OpenedFile, open_file
from omscli.channels.reader import Context
from omscli.orders.incoming import IncomingOrder

SALE = {
    "Sales Record Number": "311", "Order Number": "05-77001-10001", "Buyer Username": "lamp-fan", "Buyer Email": "x1@members.ebay.com",
    "Buyer Note": "", "Ship To Name": "Nils Orr", "Ship To Phone": "555-0199", "Ship To Address 1": "3 Elm Ct", "Ship To Address 2": "",
    "Ship To City": "Dover", "Ship To State": "NH", "Ship To Zip": "03820", "Ship To Country": "United States", "Item Number": "220000000001",
    "Item Title": "Brass lamp", "Custom Label": "LAMP", "Quantity": "1", "Sold For": "$45.00", "Shipping And Handling": "$6.50",
    "Total Price": "$51.50", "Sale Date": "Feb-27-26", "Paid On Date": "Feb-27-26", "Ship By Date": "Mar-03-26",
    "Maximum Estimated Delivery Date": "Mar-09-26", "Shipped On Date": "", "Shipping Service": "USPS Ground Advantage", "Tracking Number": "",
    "Transaction ID": "8801", "Variation Details": "", "Global Shipping Reference ID": "",
}  # fmt: skip
NO_ITEM = {"Item Number": "", "Item Title": "", "Custom Label": "", "Transaction ID": ""}
NO_BUYER = {name: "" for name in SALE if name.startswith(("Ship To", "Buyer"))} | {
    "Shipping And Handling": "",
    "Total Price": "",
    "Paid On Date": "",
}
CART = (
    {**NO_ITEM, "Quantity": "3", "Sold For": "$65.00", "Total Price": "$91.50"},
    {**NO_BUYER},
    {**NO_BUYER, "Item Number": "220000000002", "Item Title": "Bulb", "Custom Label": "BULB", "Quantity": "2", "Sold For": "$20.00", "Transaction ID": "8802"},
)  # fmt: skip
UK_WORDS = {
    "Ship To Name": "Post to name", "Ship To Phone": "Post to phone", "Ship To Address 1": "Post to address 1",
    "Ship To Address 2": "Post to address 2", "Ship To City": "Post to city", "Ship To State": "Post to county", "Ship To Zip": "Post to postcode",
    "Ship To Country": "Post to country", "Shipping And Handling": "Postage and packaging", "Ship By Date": "Post by date",
    "Shipped On Date": "Dispatched on date", "Shipping Service": "Delivery service", "Sales Record Number": "Sales record number",
}  # fmt: skip


def table(*rows: dict[str, str], usual: dict[str, str] = SALE) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(usual), lineterminator="\n")
    writer.writeheader()
    writer.writerows([{**usual, **row} for row in rows or ({},)])
    return out.getvalue()


def opened(text: str) -> OpenedFile:
    return open_file("sales.csv", text.encode())


def items(text: str, currency: str = "USD", zone: str = "America/Los_Angeles") -> list[object]:
    return list(opened(text).items(Context("ebay", currency=currency, timezone=zone)))


def order(*rows: dict[str, str], usual: dict[str, str] = SALE) -> IncomingOrder:
    (found,) = items(table(*rows, usual=usual))
    assert isinstance(found, IncomingOrder), found
    return found


def test_a_sale_is_read_with_days_on_the_sites_clock() -> None:
    found = order()
    assert (found.order_id, found.state, found.payment) == ("05-77001-10001", "open", "paid")
    assert (found.placed_at, found.ship_by, found.deliver_by) == ("2026-02-27T08:00:00Z", "2026-03-03", "2026-03-09")
    assert (found.service, found.shipping, found.total) == ("USPS Ground Advantage", 650, 5150)
    assert (found.ship_to.name, found.ship_to.country, found.ship_to.postcode) == ("Nils Orr", "US", "03820")
    assert found.other_ids == {"sales_record": "311"}


@pytest.mark.parametrize("day", ["Feb-27-26", "27-Feb-26", "Feb-27-26 00:00:00"])
def test_days_are_read_as_every_site_writes_them(day: str) -> None:
    assert order({"Sale Date": day}).placed_at == "2026-02-27T08:00:00Z"


@pytest.mark.parametrize("first", ["", ",,,,,", "\ufeff"])
def test_empty_rows_around_the_header_and_footers_are_no_sales(first: str) -> None:
    commas = "," * (len(SALE) - 1)
    header, sale, _ = table().split("\n")
    footers = [
        "",
        '"1,204 record(s) downloaded"',
        '1,record(s) downloaded,"from Feb-01-26 to Mar-01-26"',
        "Seller ID : lamp-shop",
        "Seller ID: b",
    ]
    text = "\n".join([first, header, commas, sale, *footers, ""])
    file = opened(text)
    found = list(file.items(Context("ebay")))
    assert [one.order_id for one in found if isinstance(one, IncomingOrder)] == ["05-77001-10001"]
    assert (len(found), file.set_aside, file.skipped) == (1, 0, 4)


def test_the_summary_row_of_a_cart_is_no_line() -> None:
    found = order(*CART)
    assert [(line.sku, line.quantity, line.unit_price) for line in found.lines] == [("LAMP", 1, 4500), ("BULB", 2, 2000)]
    assert (found.total, found.ship_to.line1, found.payment) == (9150, "3 Elm Ct", "paid")


def test_a_cart_that_its_summary_calls_shipped_is_shipped() -> None:
    found = order({**CART[0], "Shipped On Date": "Mar-01-26"}, *CART[1:])
    assert (found.state, [line.to_ship for line in found.lines]) == ("fulfilled", [0, 0])


def test_of_a_cart_that_left_in_part_the_rest_is_owed() -> None:
    found = order(CART[0], {**CART[1], "Shipped On Date": "Mar-01-26"}, CART[2])
    assert (found.state, [line.to_ship for line in found.lines]) == ("open", [0, 2])


def test_sold_for_is_the_price_of_one_unit() -> None:
    assert order({"Quantity": "3", "Sold For": "$1,022.25"}).lines[0].unit_price == 102225


def test_a_sale_without_a_day_of_payment_is_not_paid() -> None:
    found = order({"Paid On Date": ""})
    assert (found.state, found.payment) == ("open", "pending")


def test_a_sale_without_an_order_number_goes_by_its_sales_record() -> None:
    assert order({"Order Number": ""}).order_id == "311"


@pytest.mark.parametrize("column", ["Shipped On Date", "Tracking Number"])
def test_what_has_left_is_not_owed(column: str) -> None:
    found = order({column: "Mar-01-26"})
    assert (found.state, found.lines[0].quantity, found.lines[0].to_ship) == ("fulfilled", 1, 0)


def test_goods_without_a_label_go_by_item_number_and_variation() -> None:
    (line,) = order({"Custom Label": "", "Variation Details": "[Colour:Red,Size:M]"}).lines
    assert line.sku == "220000000001 Colour:Red,Size:M"
    assert line.title == "Brass lamp [Colour:Red,Size:M]"


def test_a_label_keeps_its_zeros() -> None:
    assert order({"Custom Label": "0012"}).lines[0].sku == "0012"


def test_two_sales_of_one_listing_have_ids_of_their_own() -> None:
    found = order(CART[0], CART[1], {**CART[1], "Transaction ID": "8803"})
    assert len({line.line_id for line in found.lines}) == 2


@pytest.mark.parametrize(
    ("text", "currency", "cents"),
    [
        ("$45.00", "USD", 4500),
        ("£9.99", "GBP", 999),
        ("AU $3,000.00", "AUD", 300000),
        ("C $4.10", "CAD", 410),
        ("EUR 90,00", "EUR", 9000),
        ("1\u00a0234,50 €", "EUR", 123450),
        ("EUR 1,234.50", "EUR", 123450),
        ("45.00", "NZD", 4500),
    ],
)
def test_the_mark_of_an_amount_tells_its_currency(text: str, currency: str, cents: int) -> None:
    (found,) = items(table({"Sold For": text, "Shipping And Handling": "", "Total Price": ""}), currency="NZD")
    assert isinstance(found, IncomingOrder)
    assert (found.currency, found.lines[0].unit_price) == (currency, cents)


def test_the_hub_abroad_finds_a_parcel_by_its_reference() -> None:
    assert order({"Global Shipping Reference ID": "UP77"}).ship_to.line2 == "Reference #UP77"
    assert order({"Global Shipping Reference ID": "UP77", "Ship To Address 2": "Dock 2"}).ship_to.line2 == "Dock 2, Reference #UP77"


def test_a_reference_that_stands_in_the_address_is_not_written_twice() -> None:
    assert order({"Global Shipping Reference ID": "UP77", "Ship To Address 2": "Reference #UP77"}).ship_to.line2 == "Reference #UP77"


def test_british_words_mean_the_same() -> None:
    british = {UK_WORDS.get(name, name): value for name, value in SALE.items()}
    changed = {"Sold For": "£45.99", "Postage and packaging": "£3.20", "Post to country": "United Kingdom", "Post to postcode": "M1 1AE"}
    found = order({**changed, "Dispatched on date": "01-Mar-26"}, usual=british)
    assert (found.currency, found.shipping, found.ship_to.country, found.ship_to.postcode) == ("GBP", 320, "GB", "M1 1AE")
    assert (found.service, found.ship_by, found.state) == ("USPS Ground Advantage", "2026-03-03", "fulfilled")


def test_an_order_with_one_bad_row_is_set_aside_as_a_whole() -> None:
    found = items(table(CART[0], CART[1], {**CART[2], "Quantity": "many"}))
    assert all(isinstance(one, Problem) for one in found)
    assert [(one.line, one.column) for one in found if isinstance(one, Problem)] == [(2, "Order Number"), (4, "Quantity")]

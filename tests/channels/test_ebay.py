from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest

from omscli.base.problems import Problem
from omscli.catalog.incoming import IncomingListing
from omscli.channels.opening import OpenedFile, open_file
from omscli.channels.reader import Context
from omscli.channels.writer import Offer, Sending
from omscli.channels.writing import all_writers, written
from omscli.errors import Refused
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


# -- other sites


@pytest.mark.parametrize("day", ["05-oct.-26", "05-Okt-26", "05-ott-26", "05-OCT-26"])
def test_months_are_read_in_the_language_of_the_site(day: str) -> None:
    assert order({"Sale Date": day}).placed_at == "2026-10-05T07:00:00Z"


def test_a_german_report_is_read_as_it_comes() -> None:
    german = (
        ";;;;;;;;;;\n"
        "Verkaufsprotokollnummer;Bestellnummer;Name des Empfängers;Adresse 1 des Empfängers;Versand nach - Land;Artikelnummer;"
        "Angebotstitel;Anzahl;Verkauft für;Verkauft am;Zahlungsdatum\n"
        "7;12-30000-40009;Uwe Groß;Am Tor 1;Germany;260000000001;Krug;2;1.116,99 €;10-Dez-25;11-Dez-25\n"
        "8;;;;;260000000002;Tasse;1;9,00 €;10-Dez-25;--\n"
        "\n"
        "2 Datensätze heruntergeladen\n"
        "Verkäufername: toepferei\n"
    )
    file = opened(german)
    first, second = file.items(Context("ebay", currency="EUR", timezone="Europe/Berlin"))
    assert isinstance(first, IncomingOrder)
    assert isinstance(second, IncomingOrder)
    assert (first.currency, first.lines[0].unit_price, first.payment, first.ship_to.country) == ("EUR", 111699, "paid", "DE")
    assert (second.order_id, second.payment) == ("8", "pending")
    assert (file.skipped, file.set_aside) == (2, 0)


def test_a_report_without_a_day_of_payment_and_addresses_says_nothing_about_them() -> None:
    usual = {name: text for name, text in SALE.items() if name != "Paid On Date" and not name.startswith("Ship To")}
    found = order(usual=usual)
    assert found.payment == "unknown"
    assert {"payment", "ship_to"} <= found.silent


def test_a_row_that_was_cut_off_is_no_footer() -> None:
    found = items(f"{table()}312,,lamp-fan\n")
    assert [one.problem for one in found if isinstance(one, Problem)] == [f"has 3 columns, the header has {len(SALE)}"]


# -- two downloads in one file


def test_downloads_that_were_joined_are_read_as_one() -> None:
    unpaid = {"Order Number": "", "Transaction ID": "", "Paid On Date": "", "Sales Record Number": "320"}
    footers = "\n1,record(s) downloaded,from Feb-27-26 to Feb-27-26\nSeller ID : lamps\n"
    text = table({}, unpaid) + footers + "\ufeff\n" + table(unpaid, {"Order Number": "05-77001-10002", "Transaction ID": "8809"}) + footers
    file = opened(text)
    found = list(file.items(Context("ebay")))
    assert [one.order_id for one in found if isinstance(one, IncomingOrder)] == ["05-77001-10001", "320", "05-77001-10002"]
    assert [len(one.lines) for one in found if isinstance(one, IncomingOrder)] == [1, 1, 1]
    (note,) = [one for one in found if isinstance(one, Problem)]
    assert (note.rejected, note.value, note.problem) == (False, "320", "stands twice in the same words; taken once")
    assert (file.rows, file.skipped, file.set_aside) == (10, 6, 0)


def test_joined_downloads_with_other_columns_are_refused_before_anything_is_misread() -> None:
    other = {**{name: text for name, text in SALE.items() if name != "Buyer Note"}, "eBay Plus": "No"}
    with pytest.raises(Refused) as caught:
        items(table() + table(usual=other))
    assert caught.value.message == "sales.csv:3: a second header, with other columns than the first"
    assert caught.value.hint == "two downloads are joined: import them one by one"


# -- listings

TEMPLATE = (
    "#INFO,Version=1.0.0,Template= eBay-active-revise-price-quantity-download_US,,,,,,,,,\n"
    "Action,Category name,Item number,Title,Listing site,Currency,Start price,Buy It Now price,Available quantity,Relationship,"
    "Relationship details,Custom label (SKU)\n"
)
SHIRTS = (
    'Revise,"Shirts (1)","310000000013",Shirt,US,USD,,,,,Size=S;M,\n,,,,,,20,,"1",Variation,Size=S,SHIRT-S\n,,,,,,20,,2,Variation,Size=M,\n'
)


def listings(text: str) -> list[IncomingListing]:
    return [one for one in items(text) if isinstance(one, IncomingListing)]


def test_variations_belong_to_the_row_above_them() -> None:
    small, medium = listings(TEMPLATE + SHIRTS)
    assert (small.sku, small.quantity, small.ids["item"], small.ids["variation"]) == ("SHIRT-S", 1, "310000000013", "Size=S")
    assert (medium.sku, medium.quantity, "label" in medium.ids) == ("310000000013 Size:M", 2, False)


def test_goods_without_a_label_are_called_as_in_the_orders_report() -> None:
    sold = order({"Item Number": "310000000013", "Custom Label": "", "Variation Details": "[Size:M]"})
    assert sold.lines[0].sku == listings(TEMPLATE + SHIRTS)[1].sku


@pytest.mark.parametrize(
    "parent",
    ["Revise,,310000000014,Cap,US,USD,,,,,Size=S;M\n", "Revise,,3.1E+11,Cap,US,USD,,,,,Size=S;M,\n", "Revise,,,Cap,US,USD,,,,,Size=S;M,\n"],
)
def test_variations_below_a_row_that_cannot_be_read_are_nobodys(parent: str) -> None:
    found = items(TEMPLATE + SHIRTS + parent + ",,,,,,9,,7,Variation,Size=S,CAP-S\n")
    assert [one.sku for one in found if isinstance(one, IncomingListing)] == ["SHIRT-S", "310000000013 Size:M"]
    assert [one.line for one in found if isinstance(one, Problem)] == [6, 7]
    assert [one.problem for one in found if isinstance(one, Problem)][1] == "stands below a row that cannot be read"


def test_the_report_of_active_listings_has_a_row_for_the_whole_above_its_variations() -> None:
    text = (
        "Item number,Title,Variation details,Custom label (SKU),Available quantity,Format,Currency,Listing site\n"
        "320000000001,Pipe,,PIPE,7,FIXED_PRICE,USD,US\n"
        "320000000002,Card,Card=Fox;Owl,,5,FIXED_PRICE,USD,US\n"
        "320000000002,Card,Card=Fox,FOX,2,FIXED_PRICE,USD,US\n"
        "320000000002,Card,Card=Owl,,3,FIXED_PRICE,USD,US\n"
        "320000000003,Cap,Size=S,,4,FIXED_PRICE,USD,US\n"
        "320000000003,Cap,Size=S,CAP-S,4,FIXED_PRICE,USD,US\n"
        "320000000004,Coin,,COIN,1,AUCTION,USD,US\n"
    )
    assert [(one.sku, one.quantity) for one in listings(text)] == [("PIPE", 7), ("FOX", 2), ("320000000002 Card:Owl", 3), ("CAP-S", 4)]


def test_what_was_read_is_what_goes_back() -> None:
    writer = all_writers()["ebay.stock"]
    offers = [Offer(one.sku, one.sku, 9, ids=one.ids) for one in listings(TEMPLATE + SHIRTS)]
    out = written(writer, offers, Sending("ebay", datetime(2026, 3, 2, tzinfo=UTC)))
    again = listings(out.data.decode("utf-8-sig"))
    assert [(one.sku, one.quantity, one.ids["item"], one.ids["variation"]) for one in again] == [
        (one.channel_sku, 9, one.ids["item"], one.ids["variation"]) for one in offers
    ]

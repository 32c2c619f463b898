from __future__ import annotations

import csv
import io

import pytest

from omscli.base.problems import Problem
from omscli.catalog.incoming import IncomingListing
from omscli.channels.opening import open_file
from omscli.channels.reader import Context
from omscli.orders.incoming import IncomingOrder

ITEM = {
    "Sale Date": "02/27/26", "Item Name": "Moon sticker", "Buyer": "Tove (tove9)", "Quantity": "2", "Price": "3.30", "Discount Amount": "0.00",
    "Order Shipping": "1.5", "Order Sales Tax": "0", "Item Total": "6.6", "Currency": "USD", "Transaction ID": "4400000001",
    "Listing ID": "660000001", "Date Paid": "02/27/2026", "Date Shipped": "", "Ship Name": "Tove Lind", "Ship Address1": "5 Hill St",
    "Ship Address2": "", "Ship City": "Salem", "Ship State": "MA", "Ship Zipcode": "01970", "Ship Country": "United States",
    "Order ID": "3300000001", "Variations": "", "InPerson Location": "", "SKU": "MOON",
}  # fmt: skip
ORDER = {
    "Sale Date": "02/27/26", "Order ID": "3300000001", "Full Name": "Tove Lind", "First Name": "Tove", "Last Name": "Lind", "Number of Items": "2",
    "Date Shipped": "", "Street 1": "5 Hill St ", "Street 2": "", "Ship City": "Salem", "Ship State": "MA", "Ship Zipcode": "01970",
    "Ship Country": "United States", "Currency": "USD", "Discount Amount": "2.14", "Shipping": "3.72", "Sales Tax": "0", "Order Total": "25.09",
    "Status": "", "Order Net": "21.97", "InPerson Location": "", "SKU": "MOON,STAR",
}  # fmt: skip


def table(usual: dict[str, str], *rows: dict[str, str], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(usual), lineterminator="\n", delimiter=delimiter)
    writer.writeheader()
    writer.writerows([{**usual, **row} for row in rows or ({},)])
    return out.getvalue().encode()


def items(data: bytes, date_order: str | None = None) -> list[object]:
    return list(open_file("sold.csv", data).items(Context("etsy", timezone="America/New_York", date_order=date_order)))


def order(usual: dict[str, str], *rows: dict[str, str]) -> IncomingOrder:
    (found,) = items(table(usual, *rows))
    assert isinstance(found, IncomingOrder), found
    return found


@pytest.mark.parametrize(("usual", "form"), [(ITEM, "items"), (ORDER, "orders")])
def test_the_header_tells_which_of_etsys_downloads_it_is(usual: dict[str, str], form: str) -> None:
    assert open_file("sold.csv", table(usual)).reader.title == f"etsy.{form}"


def test_a_sold_item_is_read_with_the_price_of_one_unit() -> None:
    found = order(ITEM)
    (line,) = found.lines
    assert (found.order_id, found.state, found.payment, found.currency) == ("3300000001", "open", "paid", "USD")
    assert (line.line_id, line.sku, line.quantity, line.to_ship, line.unit_price) == ("4400000001", "MOON", 2, 2, 330)
    assert found.ship_to.country == "US"


@pytest.mark.parametrize("day", ["02/27/26", "02/27/2026", "2/27/2026"])
def test_a_day_begins_at_midnight_on_the_sellers_clock(day: str) -> None:
    assert order(ITEM, {"Sale Date": day}).placed_at == "2026-02-27T05:00:00Z"


def test_a_column_that_a_spreadsheet_turned_is_read_day_first() -> None:
    data = table(ITEM, {"Sale Date": "27/02/2026"}, {"Sale Date": "01/02/2026", "Order ID": "3300000002"}, delimiter="\t")
    assert [one.placed_at[:10] for one in items(data) if isinstance(one, IncomingOrder)] == ["2026-02-27", "2026-02-01"]


def test_the_sellers_word_about_dates_counts() -> None:
    (found,) = items(table(ITEM, {"Sale Date": "03/02/2026"}), date_order="dmy")
    assert isinstance(found, IncomingOrder)
    assert found.placed_at == "2026-02-03T05:00:00Z"


def test_sent_items_are_not_owed() -> None:
    found = order(ITEM, {"Date Shipped": "03/01/2026"}, {"Transaction ID": "4400000002", "SKU": "STAR", "Order Shipping": "0"})
    assert (found.state, [line.to_ship for line in found.lines]) == ("open", [0, 2])
    assert order(ITEM, {"Date Shipped": "03/01/2026"}).state == "fulfilled"


def test_an_order_without_a_day_of_payment_is_not_paid() -> None:
    assert order(ITEM, {"Date Paid": ""}).payment == "pending"


def test_shipping_stands_on_the_first_row_and_counts_once() -> None:
    assert order(ITEM, {}, {"Transaction ID": "4400000002", "Order Shipping": "0"}).shipping == 150


@pytest.mark.parametrize(
    ("variations", "sku", "note"),
    [
        ("", "660000001", ""),
        ("Size:Small", "660000001 Size:Small", ""),
        ("Color:Red,Size:Small", "660000001 Color:Red,Size:Small", ""),
        ("Size:Small,Personalization:For Mia, with love", "660000001 Size:Small", "Personalization:For Mia, with love"),
    ],
)
def test_goods_without_a_sku_go_by_listing_and_variation(variations: str, sku: str, note: str) -> None:
    (line,) = order(ITEM, {"SKU": "", "Variations": variations}).lines
    assert (line.sku, line.note) == (sku, note)


@pytest.mark.parametrize(
    ("country", "code"),
    [("Puerto Rico", "PR"), ("The Netherlands", "NL"), ("United Kingdom", "GB"), ("South Korea", "KR"), ("Atlantis", "Atlantis")],
)
def test_countries_are_known_by_their_names(country: str, code: str) -> None:
    assert order(ITEM, {"Ship Country": country, "Ship Zipcode": "X1"}).ship_to.country == code


def test_a_zero_that_a_spreadsheet_took_from_a_postcode_is_put_back_and_told() -> None:
    found, problem = items(table(ITEM, {"Ship Zipcode": "1970"}))
    assert isinstance(found, IncomingOrder)
    assert isinstance(problem, Problem)
    assert found.ship_to.postcode == "01970"
    assert (problem.rejected, problem.column) == (False, "Ship Zipcode")


@pytest.mark.parametrize("usual", [ITEM, ORDER])
def test_what_was_sold_over_the_counter_is_never_sent(usual: dict[str, str]) -> None:
    found = order(usual, {"InPerson Location": "Craft fair"})
    assert (found.state, found.sold_at) == ("sold", "Craft fair")
    assert not any(line.to_ship for line in found.lines)


def test_the_items_file_leaves_alone_what_it_does_not_know() -> None:
    assert order(ITEM).silent == {"email", "service", "note", "tags", "totals"}


def test_an_item_row_that_cannot_be_read_sets_the_order_aside() -> None:
    found = items(table(ITEM, {}, {"Transaction ID": "4400000002", "Price": "cheap"}, {"Order ID": "3300000002"}))
    assert [one.order_id for one in found if isinstance(one, IncomingOrder)] == ["3300000002"]
    assert [(one.line, one.column) for one in found if isinstance(one, Problem)] == [(2, "Order ID"), (3, "Price")]


def test_an_order_with_a_sku_for_each_item_has_one_unit_of_each() -> None:
    found = order(ORDER)
    assert [(line.sku, line.quantity, line.to_ship) for line in found.lines] == [("MOON", 1, 1), ("STAR", 1, 1)]
    assert (found.doubts, found.total, found.shipping, found.discount) == ((), 2509, 372, 214)
    assert found.ship_to.line1 == "5 Hill St"


def test_a_sku_that_is_listed_twice_is_two_units() -> None:
    assert [(line.sku, line.quantity) for line in order(ORDER, {"SKU": "MOON,MOON"}).lines] == [("MOON", 2)]


def test_items_that_the_list_does_not_name_hold_the_order() -> None:
    found = order(ORDER, {"Number of Items": "5"})
    assert sum(line.to_ship for line in found.lines) == 5
    assert [(line.sku, line.quantity) for line in found.lines] == [("MOON", 1), ("STAR", 1), ("", 3)]
    assert "5 items" in found.doubts[0]


def test_more_skus_than_items_hold_the_order() -> None:
    assert order(ORDER, {"Number of Items": "1"}).doubts


def test_the_orders_file_never_replaces_lines_or_what_is_known_of_payment() -> None:
    found = order(ORDER)
    assert {"lines", "prices", "payment", "email"} <= found.silent
    assert found.payment == "paid"


def test_a_sent_order_waits_for_nothing() -> None:
    found = order(ORDER, {"Date Shipped": "03/01/26", "Number of Items": "5"})
    assert (found.state, found.doubts, sum(line.to_ship for line in found.lines)) == ("fulfilled", (), 0)


def test_a_cancelled_order_is_cancelled() -> None:
    found = order(ORDER, {"Status": "Canceled"})
    assert (found.state, sum(line.to_ship for line in found.lines)) == ("cancelled", 0)


def test_an_order_that_stands_twice_in_the_orders_file_is_set_aside() -> None:
    found = items(table(ORDER, {}, {"SKU": "MOON"}))
    assert [one.rejected for one in found if isinstance(one, Problem)] == [True, True]
    assert len(found) == 2


# -- saved again by a spreadsheet


def test_letters_that_a_spreadsheet_misread_are_put_right_and_told() -> None:
    found, note = items(
        table(ITEM, {"Ship Name": "XuÃ¢n LÃª", "Ship City": "CittÃ"}, {"Transaction ID": "4400000002", "Ship City": "CittÃ"})
    )
    assert isinstance(found, IncomingOrder)
    assert isinstance(note, Problem)
    assert (found.ship_to.name, found.ship_to.city) == ("Xuân Lê", "Città")
    assert (note.rejected, note.column, note.value) == (False, "Ship Name", "XuÃ¢n LÃª")
    assert note.problem == "a spreadsheet has spoiled the letters; taken as Xuân Lê"


@pytest.mark.parametrize("usual", [ITEM, ORDER])
def test_letters_that_are_lost_set_the_order_aside(usual: dict[str, str]) -> None:
    name = "Ship Name" if usual is ITEM else "Full Name"
    found = items(table(usual, {name: "XuÃ¢n"}, {name: "Zo? Ã?bel", "Order ID": "3300000002"}, {name: "Bo Day", "Order ID": "3300000003"}))
    assert [one.order_id for one in found if isinstance(one, IncomingOrder)] == ["3300000001", "3300000003"]
    (lost,) = [one for one in found if isinstance(one, Problem) and one.rejected]
    assert lost.problem == "a spreadsheet has spoiled the letters of this file, and these cannot be put right"
    assert lost.hint == "download the file again and import it without opening it in a spreadsheet"


@pytest.mark.parametrize("name", ["JOÃO SIMÃO", "Rua da IRMÃ", "Xuân", "Zoë – “Z”", "Łukasz"])
def test_letters_are_left_alone_where_nothing_proves_the_damage(name: str) -> None:
    assert order(ITEM, {"Ship Name": name}).ship_to.name == name


def test_whole_money_and_days_without_zeros_are_read() -> None:
    found = order(ITEM, {"Price": "17", "Sale Date": "1/4/2026", "Date Paid": "1/4/2026", "Quantity": "1"})
    assert (found.lines[0].unit_price, found.placed_at) == (1700, "2026-01-04T05:00:00Z")


# -- listings


def listings(**cells: str) -> list[object]:
    usual = {
        "TITLE": "Moon &amp; star",
        "PRICE": "3.30",
        "CURRENCY_CODE": "USD",
        "QUANTITY": "8",
        "MATERIALS": "vinyl",
        "IMAGE1": "",
        "SKU": "MOON",
    }
    return items(table(usual, cells))


def test_a_listing_with_one_sku_has_a_number_and_one_with_more_has_none() -> None:
    (one,) = listings()
    assert isinstance(one, IncomingListing)
    assert (one.sku, one.quantity, one.ids) == ("MOON", 8, {"title": "Moon & star"})
    assert [(one.sku, one.quantity) for one in listings(SKU="MOON-S, MOON-L") if isinstance(one, IncomingListing)] == [
        ("MOON-S", None),
        ("MOON-L", None),
    ]
    assert [(one.sku, one.quantity) for one in listings(SKU="MOON,MOON") if isinstance(one, IncomingListing)] == [("MOON", 8)]


def test_a_listing_without_a_sku_is_told_and_left_out() -> None:
    (note,) = listings(SKU="")
    assert isinstance(note, Problem)
    assert (note.rejected, note.value, note.problem) == (False, "Moon &amp; star", "has no SKU, and is not known by anything else")

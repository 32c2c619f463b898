from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import Any

import pytest
import xlsxwriter

from omscli.base.problems import Problem
from omscli.channels.opening import open_file
from omscli.channels.reader import Context
from omscli.errors import Refused
from omscli.orders.incoming import IncomingOrder

US = {
    "Order ID": "577100000000000001\t", "Order Status": "To ship", "Order Substatus": "Awaiting shipment", "Cancelation/Return Type": "",
    "Normal or Pre-order": "Normal", "SKU ID": "1730000000000000001\t", "Seller SKU": "VASE", "Product Name": "Vase", "Variation": "Default",
    " Virtual Bundle Seller SKU": "", "Quantity": "2", "Sku Quantity of return": "0", "SKU Unit Original Price": "10", "SKU Subtotal Before Discount": "20",
    "SKU Subtotal After Discount": "18", "Shipping Fee After Discount": "5", "Taxes": "1.5", "Order Amount": "24.5", "Order Refund Amount": "",
    "Created Time": "03/01/2026 09:15:00 AM\t", "Paid Time": "03/01/2026 09:15:04 AM\t", "Shipped Time": "", "Delivered Time": "", "Cancelled Time": "",
    "Fulfillment Type": "Fulfillment by seller", "Delivery Option": "Standard shipping", "Buyer Message": "", "Recipient": "Ada Birk",
    "Phone #": "(+1)5085550101", "Country": "United States", "State": "Massachusetts", "City": "Natick", "Zipcode": "01760\t", "Address Line 1": "7 Elm Way",
    "Address Line 2": "", "Package ID": "",
}  # fmt: skip
SEA = {
    **{key: value for key, value in US.items() if key not in ("State", "City", "Address Line 1", "Address Line 2")},
    "Created Time": "03/01/2026 21:15:00", "Paid Time": "03/01/2026 21:15:04", "Country": "Thailand", "Province": "Bangkok", "District": "Sathon",
    "Commune": "Yan Nawa", "Detail Address": "9 Example Soi", "Zipcode": "10120",
}  # fmt: skip
LOS_ANGELES = Context("tiktok", timezone="America/Los_Angeles")
BANGKOK = Context("tiktok", currency="THB", timezone="Asia/Bangkok")


def table(usual: dict[str, str], *rows: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(usual), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows([{**usual, **row} for row in rows or ({},)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def items(data: bytes, context: Context = LOS_ANGELES) -> list[Any]:
    return list(open_file("All order.csv", data).items(context))


def order(usual: dict[str, str], *rows: dict[str, str], context: Context = LOS_ANGELES) -> IncomingOrder:
    found = [one for one in items(table(usual, *rows), context) if not isinstance(one, Problem)]
    assert len(found) == 1
    return found[0]  # type: ignore[no-any-return]


def test_tabs_behind_numbers_times_and_postcodes_are_none_of_them() -> None:
    found = order(US)
    assert (found.order_id, found.ship_to.postcode, found.lines[0].line_id) == ("577100000000000001", "01760", "1730000000000000001")


def test_an_american_time_has_the_month_first_and_the_clock_of_the_channel() -> None:
    assert order(US).placed_at == "2026-03-01T17:15:00Z"
    assert order(US, {"Created Time": "03/01/2026 12:05:00 AM\t"}).placed_at == "2026-03-01T08:05:00Z"
    assert order(US, {"Created Time": "03/01/2026 12:05:00 PM\t"}).placed_at == "2026-03-01T20:05:00Z"


def test_elsewhere_a_time_has_the_day_first_and_24_hours() -> None:
    assert order(SEA, context=BANGKOK).placed_at == "2026-01-03T14:15:00Z"


@pytest.mark.parametrize(("usual", "time"), [(US, "03/01/2026 09:15:00"), (SEA, "03/01/2026 09:15:00 AM")])
def test_the_clock_of_one_country_with_the_address_of_another_proves_nothing(usual: dict[str, str], time: str) -> None:
    (problem,) = items(table(usual, {"Created Time": time}))
    assert (problem.column, problem.value, problem.problem) == ("Created Time", time, "a date that can be read two ways")
    found = order(usual, {"Created Time": time}, context=Context("tiktok", timezone="UTC", date_order="mdy"))
    assert found.placed_at == "2026-03-01T09:15:00Z"


def test_a_day_above_twelve_proves_the_order_of_the_whole_column() -> None:
    rows = ({"Created Time": "03/01/2026 09:15:00"}, {"Order ID": "577100000000000002", "Created Time": "03/31/2026 09:15:00"})
    assert [one.placed_at[:10] for one in items(table(US, *rows))] == ["2026-03-01", "2026-03-31"]


def test_the_row_that_describes_the_columns_is_no_order() -> None:
    words = dict.fromkeys(US, "What this column holds.") | {"Order ID": "Platform unique order ID."}
    file = open_file("All order.csv", table(US, words, {}))
    assert [one.order_id for one in file.items(LOS_ANGELES)] == ["577100000000000001"]  # type: ignore[union-attr]
    assert (file.rows, file.skipped) == (2, 1)


def test_a_buyer_cannot_write_an_order_away() -> None:
    assert order(US, {"Buyer Message": "Platform unique order ID."}).state == "open"


@pytest.mark.parametrize(
    ("row", "state", "to_ship"),
    [
        ({"Order Status": "To ship"}, "open", 2),
        ({"Order Status": "Awaiting collection"}, "open", 2),
        ({"Order Status": "Shipped"}, "fulfilled", 0),
        ({"Order Status": "Completed"}, "fulfilled", 0),
        ({"Order Status": "Canceled"}, "cancelled", 0),
        ({"Order Status": "Cancelled"}, "cancelled", 0),
        ({"Order Status": "ที่จะจัดส่ง"}, "open", 2),
        ({"Order Status": "จัดส่งแล้ว"}, "fulfilled", 0),
        ({"Order Status": "ยกเลิกแล้ว"}, "cancelled", 0),
        ({"Order Status": "Dibatalkan"}, "cancelled", 0),
        ({"Order Status": "In einem fernen Land"}, "unknown", 2),
        ({"Order Status": "In einem fernen Land", "Shipped Time": "03/02/2026 10:00:00 AM"}, "fulfilled", 0),
        ({"Order Status": "In einem fernen Land", "Delivered Time": "03/02/2026 10:00:00 AM"}, "fulfilled", 0),
        ({"Order Status": "In einem fernen Land", "Cancelled Time": "03/02/2026 10:00:00 AM"}, "cancelled", 0),
        ({"Order Status": "Canceled", "Shipped Time": "03/02/2026 10:00:00 AM"}, "cancelled", 0),
    ],
)
def test_times_decide_and_else_the_status_in_the_language_of_the_shop(row: dict[str, str], state: str, to_ship: int) -> None:
    found = order(US, row)
    assert (found.state, found.lines[0].to_ship) == (state, to_ship)
    assert found.raw_status == (row["Order Status"] if state == "unknown" else "")


@pytest.mark.parametrize(
    ("row", "payment"),
    [
        ({}, "paid"),
        ({"Paid Time": ""}, "pending"),
        ({"Paid Time": "", "Order Status": "Canceled", "Order Refund Amount": "24.5"}, "voided"),
        ({"Order Refund Amount": "24.5"}, "refunded"),
        ({"Order Refund Amount": "4"}, "partially_refunded"),
        ({"Order Refund Amount": "0"}, "paid"),
    ],
)
def test_paid_is_what_has_a_paid_time(row: dict[str, str], payment: str) -> None:
    assert order(US, row).payment == payment


def test_amounts_of_the_order_stand_on_every_row_and_count_once() -> None:
    found = order(US, {}, {"SKU ID": "1730000000000000002"})
    assert (found.shipping, found.tax, found.total) == (500, 150, 2450)


@pytest.mark.parametrize(
    ("row", "sku"),
    [
        ({}, "VASE"),
        ({"Seller SKU": ""}, "1730000000000000001"),
        ({"Seller SKU": "", " Virtual Bundle Seller SKU": "SET"}, "1730000000000000001"),
        ({"Seller SKU": "", "SKU ID": "", " Virtual Bundle Seller SKU": "SET"}, "SET"),
    ],
)
def test_goods_without_the_sellers_sku_go_by_tiktoks(row: dict[str, str], sku: str) -> None:
    assert order(US, row).lines[0].sku == sku


def test_a_line_without_any_name_sets_its_order_aside() -> None:
    (problem,) = items(table(US, {"Seller SKU": "", "SKU ID": ""}))
    assert (problem.column, problem.problem) == ("Seller SKU", "is empty")


def test_returned_units_are_not_owed() -> None:
    (line,) = order(US, {"Sku Quantity of return": "1", "Cancelation/Return Type": "Cancel"}).lines
    assert (line.quantity, line.to_ship) == (2, 1)
    assert order(US, {"Sku Quantity of return": "2"}).state == "fulfilled"


def test_a_wish_to_cancel_that_no_units_settle_holds_the_order() -> None:
    assert order(US, {"Cancelation/Return Type": "Cancel"}).doubts == ("TikTok says “Cancel” of goods that are still to be sent",)
    assert order(US, {"Cancelation/Return Type": "Cancel", "Sku Quantity of return": "1"}).doubts == ()
    assert order(US, {"Cancelation/Return Type": "Cancel", "Order Status": "Canceled"}).doubts == ()


def test_free_samples_cost_nothing_and_are_sent() -> None:
    found = order(US, {"SKU Subtotal Before Discount": "0", "SKU Subtotal After Discount": "0", "Order Amount": "0"})
    assert (found.tags, found.total, found.lines[0].to_ship) == (("sample",), 0, 2)
    assert (found.lines[0].unit_price, found.lines[0].discount) == (1000, 2000)


def test_one_free_item_makes_no_sample_order() -> None:
    assert order(US, {"SKU Subtotal Before Discount": "0"}, {"SKU ID": "1730000000000000002"}).tags == ()


@pytest.mark.parametrize("place", ["Recipient", "Address Line 1", "City"])
def test_a_masked_address_is_told_and_kept_as_it_is(place: str) -> None:
    found, problem = items(table(US, {place: "7** ***"}))
    assert (problem.column, problem.value, problem.rejected) == (place, "7** ***", False)
    assert problem.problem == "TikTok masked the address of order 577100000000000001 with *; no label can be printed of it"
    assert found.ship_to.is_masked
    assert found.doubts == ()


def test_one_asterisk_is_a_mask_too() -> None:
    found, problem = items(table(US, {"Recipient": "A* B*"}))
    assert isinstance(problem, Problem)
    assert found.doubts == ("TikTok masked a part of the address",)


def test_nobody_prints_a_label_of_a_sent_order() -> None:
    assert len(items(table(US, {"Recipient": "A** B**", "Order Status": "Shipped"}))) == 1


def test_the_parts_of_an_asian_address_find_their_places() -> None:
    place = order(SEA, context=BANGKOK).ship_to
    assert (place.line1, place.line2, place.city, place.region) == ("9 Example Soi", "Yan Nawa", "Sathon", "Bangkok")
    assert (place.postcode, place.country) == ("10120", "TH")


@pytest.mark.parametrize(
    ("price", "home", "currency", "minor"),
    [
        ("฿99.50", "USD", "THB", 9950),
        ("Rp50.000", "USD", "IDR", 5_000_000),
        ("50.000", "VND", "VND", 50_000),
        ("₫1,250,000", "USD", "VND", 1_250_000),
    ],
)
def test_the_mark_of_an_amount_tells_the_currency(price: str, home: str, currency: str, minor: int) -> None:
    row = {"SKU Unit Original Price": price, "Order Amount": price, "Taxes": "0"}
    found = order(SEA, row, context=Context("tiktok", currency=home))
    assert (found.currency, found.lines[0].unit_price, found.total) == (currency, minor, minor)


def test_what_tiktok_sends_itself_is_ignored() -> None:
    found = order(US, {"Fulfillment Type": "Fulfillment by TikTok"})
    assert (found.state, found.lines[0].to_ship) == ("ignored", 0)


def test_the_same_goods_in_two_packages_are_two_lines() -> None:
    found = order(US, {"Package ID": "1", "Quantity": "1"}, {"Package ID": "2", "Quantity": "1"})
    assert [(line.line_id, line.to_ship) for line in found.lines] == [("", 1), ("", 1)]


def test_a_row_that_the_file_doubles_keeps_its_id_so_that_it_is_found_out() -> None:
    assert [line.line_id for line in order(US, {}, {}).lines] == ["1730000000000000001"] * 2


def _workbook(order_id: object) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, list(US))
    sheet.write_row(1, 0, list(US.values()))
    if not isinstance(order_id, str):
        sheet.write_number(1, 0, order_id)  # type: ignore[arg-type]
    book.close()
    return out.getvalue()


def test_a_workbook_that_gives_a_wrong_size_of_itself_is_read_whole() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_workbook(""))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb'<dimension ref="[^"]+"', b'<dimension ref="A1"', old.read(name)))
    assert b'<dimension ref="A1"' in zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml")
    assert [one.order_id for one in items(out.getvalue())] == ["577100000000000001"]


def test_an_order_number_that_excel_holds_as_a_number_refuses_the_workbook() -> None:
    with pytest.raises(Refused, match=r"Order ID 5\.77100E\+17 is a rounded number"):
        items(_workbook(577100000000000001))

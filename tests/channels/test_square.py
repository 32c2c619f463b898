from __future__ import annotations

import csv
import io

import pytest

from omscli.base.problems import Problem
from omscli.channels.opening import open_file
from omscli.channels.reader import Context
from omscli.errors import Refused
from omscli.orders.incoming import IncomingOrder

ROW = {
    "Date": "2026-07-18", "Time": "12:59:30", "Time Zone": "Eastern Time (US & Canada)", "Item": "Vase", "Qty": "2.0",
    "Price Point Name": "Regular", "SKU": "VASE", "Modifiers Applied": "", "Gross Sales": "$50.00", "Discounts": "-$5.00", "Net Sales": "$45.00",
    "Tax": "$4.00", "Transaction ID": "tx1", "Notes": "", "Event Type": "Payment", "Location": "Night market", "Unit": "",
}  # fmt: skip
REFUND = {"Event Type": "Refund", "Qty": "-2.0", "Gross Sales": "-$50.00", "Discounts": "$5.00", "Net Sales": "-$45.00", "Tax": "-$4.00"}
TRANSACTIONS = "Date,Time,Time Zone,Gross Sales,Discounts,Net Sales,Tax,Tip,Total Collected,Transaction ID,Payment ID,Event Type,Location"


def items(*rows: dict[str, str], date_order: str | None = None) -> list[object]:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(ROW), lineterminator="\n")
    writer.writeheader()
    writer.writerows([{**ROW, **row} for row in rows or ({},)])
    return list(open_file("items.csv", out.getvalue().encode()).items(Context("square", timezone="America/Chicago", date_order=date_order)))


def sale(*rows: dict[str, str], date_order: str | None = None) -> IncomingOrder:
    found = next(one for one in items(*rows, date_order=date_order) if isinstance(one, IncomingOrder))
    assert isinstance(found, IncomingOrder)
    return found


def problems(*rows: dict[str, str]) -> list[Problem]:
    return [one for one in items(*rows) if isinstance(one, Problem)]


def test_a_sale_takes_stock_at_its_store_and_nothing_ships() -> None:
    found = sale()
    assert (found.state, found.sold_at, found.payment) == ("sold", "Night market", "paid")
    (line,) = found.lines
    assert (line.sku, line.quantity, line.to_ship, line.unit_price, line.discount, line.tax) == ("VASE", 2, 0, 2500, 500, 400)


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        ("Eastern Time (US & Canada)", "2026-07-18T16:59:30Z"),
        ("Pacific Time (US & Canada)", "2026-07-18T19:59:30Z"),
        ("Arizona", "2026-07-18T19:59:30Z"),
        ("Hawaii", "2026-07-18T22:59:30Z"),
        ("Newfoundland", "2026-07-18T15:29:30Z"),
        ("London", "2026-07-18T11:59:30Z"),
        ("Edinburgh", "2026-07-18T11:59:30Z"),
        ("Buenos Aires", "2026-07-18T15:59:30Z"),
        ("Canberra", "2026-07-18T02:59:30Z"),
        ("Osaka", "2026-07-18T03:59:30Z"),
        ("UTC", "2026-07-18T12:59:30Z"),
        ("America/Toronto", "2026-07-18T16:59:30Z"),
        ("", "2026-07-18T17:59:30Z"),
    ],
)
def test_the_time_is_on_the_clock_that_the_row_names(zone: str, utc: str) -> None:
    assert sale({"Time Zone": zone}).placed_at == utc


def test_a_time_zone_that_nobody_knows_is_no_guess() -> None:
    (found,) = problems({"Time Zone": "Moon Base"})
    assert (found.column, found.problem, found.hint) == ("Time Zone", "no time zone that is known here", "write it like America/New_York")


def test_days_in_figures_need_the_sellers_word() -> None:
    (found,) = problems({"Date": "07/08/26"})
    assert found.problem == "a date that can be read two ways"
    assert sale({"Date": "07/08/26"}, date_order="mdy").placed_at == "2026-07-08T16:59:30Z"


@pytest.mark.parametrize("quantity", ["-2.0", "2.0"])
def test_a_refund_in_the_same_transaction_takes_nothing_back_and_is_told(quantity: str) -> None:
    rows = ({}, {**REFUND, "Qty": quantity})
    found = sale(*rows)
    assert (found.state, found.payment, [(line.sku, line.quantity) for line in found.lines]) == ("sold", "refunded", [("VASE", 2)])
    (told,) = problems(*rows)
    assert (told.rejected, told.value) == (False, "Refund")
    assert told.problem == "$50.00 for Vase was paid back; the sale and the stock stay as they are"
    assert told.hint == "book goods that came back as a return"


def test_a_refund_of_a_part_leaves_the_rest_paid() -> None:
    assert sale({}, {"SKU": "CUP"}, REFUND).payment == "partially_refunded"


def test_a_refund_in_a_transaction_of_its_own_is_no_sale() -> None:
    found = sale({**REFUND, "Transaction ID": "tx2"})
    assert (found.state, found.lines) == ("ignored", [])


def test_amounts_below_zero_are_a_refund_whatever_the_event_is_called() -> None:
    found = sale({}, {**REFUND, "Event Type": "Payment"})
    assert [line.quantity for line in found.lines] == [2]


def test_an_event_that_nobody_knows_is_left_to_a_person() -> None:
    found = sale({"Event Type": "Layaway"})
    assert (found.state, found.raw_status, found.lines[0].to_ship) == ("unknown", "Layaway", 0)


def test_goods_without_a_sku_go_by_name_and_price_point() -> None:
    assert sale({"SKU": "", "Price Point Name": "Large"}).lines[0].sku == "Vase [Large]"
    assert sale({"SKU": ""}).lines[0].sku == "Vase"


def test_what_is_sold_by_weight_is_no_number_of_units() -> None:
    (found,) = problems({"Qty": "0.75", "Unit": "lb"})
    assert (found.column, found.problem) == ("Qty", "is sold by the lb, not in units")
    assert sale({"Qty": "2.000", "Unit": "lb"}).lines[0].quantity == 2


def test_modifiers_and_notes_stay_with_the_line() -> None:
    assert sale({"Modifiers Applied": "Glazed", "Notes": "gift"}).lines[0].note == "Glazed; gift"


def test_the_list_of_transactions_is_no_file_of_items() -> None:
    data = f"{TRANSACTIONS}\n{'x,' * TRANSACTIONS.count(',')}x\n".encode()
    with pytest.raises(Refused, match=r"no reader knows the columns of transactions\.csv"):
        open_file("transactions.csv", data)
    with pytest.raises(Refused, match=r"the columns “price point name”, “item”, “qty” are missing"):
        open_file("transactions.csv", data, wanted="square")

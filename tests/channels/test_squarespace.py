from __future__ import annotations

import csv
import io

import pytest

from omscli.base.problems import Problem
from omscli.channels.opening import open_file
from omscli.channels.reader import Context
from omscli.orders.incoming import IncomingOrder

FIRST = {
    "Order ID": "00042", "Email": "lou@example.com", "Financial Status": "PAID", "Fulfillment Status": "pending", "Currency": "USD",
    "Shipping": "5", "Taxes": "1.5", "Amount Refunded": "0", "Total": "46.5", "Discount Amount": "0", "Shipping Method": "Flat rate",
    "Created at": "2026-03-02 19:26:00 -0500", "Lineitem quantity": "2", "Lineitem name": "Tea", "Lineitem price": "20",
    "Lineitem sku": "TEA", "Lineitem variant": "Green", "Lineitem requires shipping": "TRUE", "Lineitem fulfillment status": "pending",
    "Billing Name": "Somebody Else", "Billing Address1": "1 Bill St", "Billing Phone": "555-0101", "Shipping Name": "Lou Ray",
    "Shipping Address1": "8 Oak St", "Shipping City": "Troy", "Shipping Zip": "12180", "Shipping Province": "NY",
    "Shipping Country": "United States", "Shipping Phone": "", "Cancelled at": "", "Private Notes": "difficult",
}  # fmt: skip
MORE = {name: "" for name in FIRST if not name.startswith("Lineitem")} | {"Order ID": "00042", "Lineitem sku": "CUP"}
NO_ADDRESS = {name: "" for name in FIRST if name.startswith("Shipping ") and name != "Shipping Method"}
SHOPIFY = "Name,Email,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Shipping Name"


def table(*rows: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(FIRST | (rows[0] if rows else {})), lineterminator="\n")
    writer.writeheader()
    writer.writerows([{**FIRST, **row} for row in rows or ({},)])
    return out.getvalue().encode()


def items(*rows: dict[str, str], date_order: str | None = None) -> list[object]:
    context = Context("squarespace", timezone="America/New_York", date_order=date_order, locations={"mill": "Old mill"})
    return list(open_file("orders.csv", table(*rows)).items(context))


def order(*rows: dict[str, str]) -> IncomingOrder:
    (found,) = items(*rows)
    assert isinstance(found, IncomingOrder), found
    return found


def test_it_is_never_taken_for_shopify_nor_shopify_for_it() -> None:
    assert open_file("orders.csv", table()).reader.title == "squarespace.orders"
    assert open_file("orders.csv", f"{SHOPIFY}\n#1,,paid,2026-03-02,1,Tea,1,TEA,Lou\n".encode()).reader.title == "shopify.orders"


def test_the_rows_after_the_first_tell_only_their_item() -> None:
    found = order({}, MORE)
    assert [(line.sku, line.title, line.quantity) for line in found.lines] == [("TEA", "Tea [Green]", 2), ("CUP", "Tea [Green]", 2)]
    assert (found.order_id, found.placed_at, found.payment, found.total) == ("00042", "2026-03-03T00:26:00Z", "paid", 4650)


def test_an_order_whose_first_row_is_missing_is_set_aside() -> None:
    (found,) = items({}, {**MORE, "Order ID": "00043"})[1:]
    assert isinstance(found, Problem)
    assert found.problem == "the first row of order 00043 is missing"


def test_days_that_a_spreadsheet_turned_are_read_where_they_prove_their_order() -> None:
    assert order({"Created at": "7/25/2026 21:06"}).placed_at == "2026-07-26T01:06:00Z"
    assert order({"Created at": "25/7/2026 9:06"}).placed_at == "2026-07-25T13:06:00Z"
    (found,) = items({"Created at": "7/8/2026 21:06"})
    assert isinstance(found, Problem)
    assert (found.problem, found.hint) == ("a date that can be read two ways", "say which: --date-order dmy or --date-order mdy")


@pytest.mark.parametrize(
    ("words", "state", "payment"),
    [
        ({}, "open", "paid"),
        ({"Financial Status": "PENDING"}, "open", "pending"),
        ({"Financial Status": "Mystery"}, "open", "unknown"),
        ({"Amount Refunded": "46.5"}, "open", "refunded"),
        ({"Fulfillment Status": "FULFILLED"}, "fulfilled", "paid"),
        ({"Fulfillment Status": "canceled"}, "cancelled", "paid"),
        ({"Cancelled at": "2026-03-03 08:00:00 -0500"}, "cancelled", "paid"),
        ({"Lineitem fulfillment status": "fulfilled"}, "fulfilled", "paid"),
        ({"Fulfillment Status": "In the air"}, "unknown", "paid"),
        ({"Lineitem fulfillment status": "In the air"}, "unknown", "paid"),
    ],
)
def test_the_words_of_the_file_in_any_case(words: dict[str, str], state: str, payment: str) -> None:
    found = order(words)
    assert (found.state, found.payment) == (state, payment)
    assert found.raw_status == ("In the air" if state == "unknown" else "")
    assert bool(found.lines[0].to_ship) == (state in ("open", "unknown"))


def test_a_part_that_left_or_was_paid_back_without_saying_which_waits_for_a_person() -> None:
    assert order({"Fulfillment Status": "PARTIALLY_FULFILLED"}).doubts == ("a part has left, and the file does not say which",)
    assert order({"Amount Refunded": "5"}).doubts == ("a part was paid back, and the file does not say for which goods",)
    found = order({"Fulfillment Status": "PARTIALLY_FULFILLED", "Lineitem fulfillment status": "fulfilled"}, MORE)
    assert (found.doubts, [line.to_ship for line in found.lines]) == ((), [0, 2])


def test_goods_that_need_no_shipping_are_not_owed() -> None:
    assert order({"Lineitem requires shipping": "FALSE"}).state == "fulfilled"


def test_the_address_of_the_bill_is_never_shipped_to() -> None:
    found = order({**NO_ADDRESS, "Shipping Method": "Pickup at the Old mill"})
    assert (found.ship_to.is_empty, found.pickup_location, found.doubts) == (True, "mill", ())


def test_a_buyer_who_collects_at_no_known_place_waits() -> None:
    assert order({"Shipping Method": "Local pickup"}).doubts == ("the buyer collects it (“Local pickup”), and no location is called so",)


def test_form_fields_go_into_the_notes_and_private_notes_stay_out() -> None:
    forms = {
        "Checkout Form: Gift message?": "For Bo",
        "Checkout Form: When": "Friday",
        "Checkout Form: Empty": "",
        "Product Form: Name": "BO",
    }
    found = order(forms)
    assert (found.note, found.lines[0].note) == ("Gift message: For Bo\nWhen: Friday", "Name: BO")
    assert order().note == ""


def test_a_form_column_that_stands_twice_is_left_out() -> None:
    text = table({"Checkout Form: When": "Friday", "Checkout Form: When?": "Monday"})
    (found,) = open_file("orders.csv", text).items(Context("squarespace"))
    assert isinstance(found, IncomingOrder)
    assert found.note == ""

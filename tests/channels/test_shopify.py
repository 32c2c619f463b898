from __future__ import annotations

import csv
import io

import pytest

from omscli.base.problems import Problem
from omscli.channels.opening import open_file
from omscli.channels.reader import Context
from omscli.orders.incoming import IncomingOrder

USUAL = {
    "Name": "#1", "Email": "ann@shop.example", "Financial Status": "paid", "Fulfillment Status": "unfulfilled", "Currency": "USD", "Subtotal": "20.00",
    "Shipping": "5.00", "Taxes": "0.00", "Total": "25.00", "Discount Amount": "0.00", "Shipping Method": "Standard",
    "Created at": "2026-03-02 09:15:00 -0500", "Lineitem quantity": "2", "Lineitem name": "Mug", "Lineitem price": "10.00", "Lineitem sku": "MUG",
    "Lineitem requires shipping": "true", "Lineitem fulfillment status": "pending", "Lineitem discount": "0.00", "Shipping Name": "Ann Lee",
    "Shipping Address1": "1 King St", "Shipping City": "Boston", "Shipping Zip": "'02134", "Shipping Province": "MA", "Shipping Country": "US",
    "Shipping Phone": "", "Phone": "", "Notes": "", "Note Attributes": "", "Cancelled at": "", "Location": "", "Id": "", "Tags": "", "Source": "web",
}  # fmt: skip
LINE = ("Name", "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku", "Lineitem fulfillment status")
CONTEXT = Context("web", timezone="America/New_York", locations={"reno": "Reno shop"})
NO_ADDRESS = {
    "Shipping Name": "",
    "Shipping Address1": "",
    "Shipping City": "",
    "Shipping Zip": "",
    "Shipping Province": "",
    "Shipping Country": "",
}


def export(*rows: dict[str, str], columns: tuple[str, ...] = tuple(USUAL)) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def items(data: bytes) -> list[object]:
    return list(open_file("orders_export.csv", data).items(CONTEXT))


def order(*rows: dict[str, str]) -> IncomingOrder:
    """An order: its first row differs from the usual one, the others are continuation rows."""
    first, *others = rows or ({},)
    data = export({**USUAL, **first}, *({**{name: USUAL[name] for name in LINE}, **other} for other in others))
    (found,) = (item for item in items(data) if isinstance(item, IncomingOrder))
    return found


def test_rows_after_the_first_are_lines_of_the_same_order() -> None:
    found = order({}, {"Lineitem name": "Plate", "Lineitem sku": "PLATE", "Lineitem quantity": "3"})
    assert [(line.sku, line.quantity, line.to_ship, line.unit_price) for line in found.lines] == [
        ("MUG", 2, 2, 1000),
        ("PLATE", 3, 3, 1000),
    ]
    assert (found.ship_to.postcode, found.total, found.placed_at) == ("02134", 2500, "2026-03-02T14:15:00Z")


@pytest.mark.parametrize(
    ("word", "payment"),
    [
        ("paid", "paid"), ("pending", "pending"), ("authorized", "pending"), ("partially_paid", "pending"), ("refunded", "refunded"),
        ("partially_refunded", "partially_refunded"), ("voided", "voided"), ("expired", "voided"), ("hypnotized", "unknown"),
    ],
)  # fmt: skip
def test_every_word_for_a_payment_has_its_meaning(word: str, payment: str) -> None:
    assert order({"Financial Status": word}).payment == payment


@pytest.mark.parametrize(
    ("word", "line", "state", "to_ship"),
    [
        ("unfulfilled", "pending", "open", 2), ("fulfilled", "fulfilled", "fulfilled", 0), ("partial", "fulfilled", "fulfilled", 0),
        ("partial", "pending", "open", 2), ("on_hold", "pending", "open", 2), ("restocked", "restocked", "cancelled", 0), ("", "pending", "open", 2),
    ],
)  # fmt: skip
def test_what_is_left_to_ship_follows_the_words_for_fulfilment(word: str, line: str, state: str, to_ship: int) -> None:
    found = order({"Fulfillment Status": word, "Lineitem fulfillment status": line})
    assert (found.state, found.lines[0].to_ship) == (state, to_ship)


def test_a_status_that_nobody_knows_is_kept_and_not_guessed() -> None:
    found = order({"Fulfillment Status": "levitating"})
    assert (found.state, found.raw_status) == ("unknown", "levitating")


def test_a_line_of_which_a_part_has_left_waits_for_a_person() -> None:
    found = order({"Fulfillment Status": "partial", "Lineitem fulfillment status": "partial"})
    assert found.doubts == ("a part of Mug has left, and the file does not say how many",)


def test_a_cancelled_order_owes_nothing() -> None:
    found = order({"Cancelled at": "2026-03-03 09:00:00 -0500", "Financial Status": "voided"})
    assert (found.state, found.payment, found.lines[0].to_ship) == ("cancelled", "voided", 0)


def test_a_gift_card_is_not_shipped() -> None:
    assert order({"Lineitem requires shipping": "false"}).state == "fulfilled"


@pytest.mark.parametrize("word", ["fulfilled", "unfulfilled"])
def test_a_sale_at_the_register_is_sold_in_its_shop(word: str) -> None:
    found = order({"Source": "pos", "Fulfillment Status": word, "Location": "Reno shop", "Shipping Method": "", **NO_ADDRESS})
    assert (found.state, found.sold_at, found.lines[0].to_ship) == ("sold", "Reno shop", 0)


def test_a_sale_at_the_register_that_is_sent_home_is_shipped() -> None:
    assert order({"Source": "pos"}).state == "open"


def test_an_order_without_an_address_is_collected_where_its_shipping_method_says() -> None:
    found = order({"Shipping Method": "Collect from Reno shop", **NO_ADDRESS})
    assert (found.pickup_location, found.ship_to.is_empty) == ("reno", True)


def test_goods_without_a_sku_go_by_their_name() -> None:
    assert order({"Lineitem sku": ""}).lines[0].sku == "Mug"


def test_the_sums_tell_whether_prices_hold_the_tax() -> None:
    assert order({"Taxes": "4.00"}).tax_included is True
    assert order({"Taxes": "4.00", "Total": "29.00"}).tax_included is False
    assert order({"Taxes": "4.00", "Total": "28.00"}).tax_included is None
    assert order().tax_included is None


def test_notes_of_forms_stand_behind_the_buyers_own() -> None:
    found = order({"Notes": "Ring twice", "Note Attributes": "Gift note: For Mia\n_ip: 10.0.0.1"})
    assert found.note == "Ring twice\nGift note: For Mia"


def test_a_telephone_number_that_a_spreadsheet_rounded_is_left_out_and_told() -> None:
    found = items(export({**USUAL, "Phone": "2.78366E+10"}))
    assert isinstance(found[0], IncomingOrder)
    assert found[0].ship_to.phone == ""
    assert isinstance(found[1], Problem)
    assert (found[1].column, found[1].value, found[1].rejected) == ("Phone", "2.78366E+10", False)


def test_a_shop_may_keep_a_few_columns_only_and_the_rest_stays_as_stored() -> None:
    (found,) = items(export(USUAL, columns=("Name", "Financial Status", "Created at", "Lineitem quantity", "Lineitem name")))
    assert isinstance(found, IncomingOrder)
    assert found.silent == {"ship_to", "prices", "email", "note", "tags", "service", "totals"}
    assert (found.currency, found.lines[0].unit_price, found.total) == ("USD", None, None)


def test_the_text_of_a_row_that_was_set_aside_is_kept() -> None:
    (problem,) = items(export({**USUAL, "Lineitem quantity": "two"}))
    assert isinstance(problem, Problem)
    assert problem.raw.startswith("#1,ann@shop.example,paid,")
    assert "raw" not in problem.as_json()


def test_a_line_counts_from_where_its_row_begins() -> None:
    found = items(export({**USUAL, "Notes": "one\ntwo\nthree"}, {**USUAL, "Name": "#2", "Lineitem quantity": "0"}))
    assert isinstance(found[1], Problem)
    assert found[1].line == 5

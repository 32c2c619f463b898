from __future__ import annotations

import pytest

from omscli.base.problems import Problem
from omscli.catalog.incoming import IncomingListing
from omscli.channels.opening import open_file
from omscli.channels.reader import Context
from omscli.errors import Refused
from omscli.orders.incoming import IncomingOrder

UNSHIPPED = {
    "order-id": "701-0000001-0000001", "order-item-id": "90000000000011", "purchase-date": "2026-02-27T22:15:00-08:00",
    "promise-date": "2026-03-04T07:59:59+00:00", "buyer-email": "k9@marketplace.amazon.com", "sku": "TEAPOT", "product-name": "Teapot",
    "quantity-purchased": "3", "quantity-shipped": "0", "quantity-to-ship": "3", "ship-service-level": "Expedited", "recipient-name": "Ida Voss",
    "ship-address-1": "7 Quay Rd", "ship-address-2": "House B", "ship-address-3": "Flat 9", "ship-city": "Salem", "ship-state": "MA",
    "ship-postal-code": "01970", "ship-country": "US", "is-business-order": "false", "purchase-order-number": "", "verge-of-lateShipment": "false",
}  # fmt: skip
NEW = {
    "order-id": "701-0000002-0000002", "order-item-id": "90000000000021", "purchase-date": "2026-02-27T06:00:00+00:00", "sku": "TEAPOT",
    "product-name": "Teapot", "quantity-purchased": "1", "currency": "USD", "item-price": "30.00", "item-tax": "2.10", "shipping-price": "4.00",
    "ship-service-level": "Standard", "recipient-name": "Ida Voss", "ship-address-1": "7 Quay Rd", "ship-city": "Salem", "ship-state": "MA",
    "ship-postal-code": "01970", "ship-country": "US", "ship-phone-number": "555-0142", "delivery-Instructions": "Leave at the side door",
    "item-promotion-discount": "",
}  # fmt: skip
ALL = {
    "amazon-order-id": "701-0000003-0000003", "purchase-date": "2026-02-27T06:00:00+00:00", "order-status": "Unshipped",
    "fulfillment-channel": "Merchant", "ship-service-level": "Standard", "product-name": "Teapot", "sku": "TEAPOT", "item-status": "Unshipped",
    "quantity": "1", "currency": "USD", "item-price": "30.00", "ship-city": "Salem", "ship-state": "MA", "ship-postal-code": "01970",
    "ship-country": "US", "promotion-ids ": "",
}  # fmt: skip


def report(usual: dict[str, str], *rows: dict[str, str]) -> bytes:
    """A report as Amazon writes it: tabs, no quotes; each row is the usual one with some columns changed."""
    lines = ["\t".join(usual), *("\t".join({**usual, **row}.values()) for row in rows or ({},))]
    return "\r\n".join([*lines, ""]).encode()


def items(data: bytes) -> list[object]:
    return list(open_file("report.txt", data).items(Context("amazon", timezone="America/New_York")))


def orders(data: bytes) -> list[IncomingOrder]:
    found = items(data)
    assert all(isinstance(one, IncomingOrder) for one in found), found
    return [one for one in found if isinstance(one, IncomingOrder)]


def order(usual: dict[str, str], *rows: dict[str, str]) -> IncomingOrder:
    (found,) = orders(report(usual, *rows))
    return found


@pytest.mark.parametrize(("usual", "form"), [(UNSHIPPED, "unshipped"), (NEW, "new"), (ALL, "all")])
def test_the_header_tells_which_of_amazons_reports_it_is(usual: dict[str, str], form: str) -> None:
    assert open_file("report.txt", report(usual)).reader.title == f"amazon.{form}"


def test_an_unshipped_order_is_paid_and_keeps_its_deadline_on_the_sellers_clock() -> None:
    found = order(UNSHIPPED)
    assert (found.state, found.payment, found.service, found.email) == ("open", "paid", "Expedited", "k9@marketplace.amazon.com")
    assert found.placed_at == "2026-02-28T06:15:00Z"
    assert found.ship_by == "2026-03-04"  # 02:59 at night in New York


def test_units_that_left_already_are_not_owed_again() -> None:
    (line,) = order(UNSHIPPED, {"quantity-shipped": "2", "quantity-to-ship": "1"}).lines
    assert (line.line_id, line.quantity, line.to_ship) == ("90000000000011", 3, 1)


def test_an_order_with_nothing_left_to_ship_is_fulfilled() -> None:
    assert order(UNSHIPPED, {"quantity-shipped": "3", "quantity-to-ship": "0"}).state == "fulfilled"


def test_the_unshipped_report_knows_no_prices() -> None:
    found = order(UNSHIPPED)
    assert found.lines[0].unit_price is None
    assert {"prices", "totals"} <= found.silent


def test_three_lines_of_an_address_become_two() -> None:
    place = order(UNSHIPPED).ship_to
    assert (place.name, place.line1, place.line2, place.postcode) == ("Ida Voss", "7 Quay Rd", "House B, Flat 9", "01970")


def test_a_business_order_is_tagged_and_keeps_the_buyers_own_number() -> None:
    found = order(UNSHIPPED, {"is-business-order": "true", "purchase-order-number": "PO 77"})
    assert found.tags == ("business",)
    assert found.other_ids == {"purchase_order": "PO 77"}


def test_an_inch_mark_is_no_quote() -> None:
    data = report(
        UNSHIPPED, {"product-name": '"Big" pan 12"'}, {"order-item-id": "90000000000012", "sku": "LID", "product-name": 'Lid 12"'}
    )
    assert [line.title for line in orders(data)[0].lines] == ['"Big" pan 12"', 'Lid 12"']


def test_a_row_may_end_before_its_empty_cells() -> None:
    data = report(UNSHIPPED, {"is-business-order": "", "verge-of-lateShipment": ""}).replace(b"\t\t\t\r\n", b"\r\n")
    assert len(data.splitlines()[1].split(b"\t")) < len(UNSHIPPED)
    assert orders(data)[0].lines[0].to_ship == 3


def test_rows_of_one_order_come_together_wherever_they_stand() -> None:
    data = report(UNSHIPPED, {}, {"order-id": "701-0000009-0000009"}, {"order-item-id": "90000000000012", "sku": "LID"})
    assert [(one.order_id[-1], [line.sku for line in one.lines]) for one in orders(data)] == [("9", ["TEAPOT"]), ("1", ["TEAPOT", "LID"])]


def test_an_order_with_one_bad_row_is_set_aside_as_a_whole() -> None:
    data = report(UNSHIPPED, {}, {"order-item-id": "90000000000012", "quantity-to-ship": "two"}, {"order-id": "701-0000009-0000009"})
    good, *problems = items(data)
    assert isinstance(good, IncomingOrder)
    assert good.order_id == "701-0000009-0000009"
    assert [(one.line, one.column) for one in problems if isinstance(one, Problem)] == [(2, "order-id"), (3, "quantity-to-ship")]


def test_an_id_that_a_spreadsheet_rounded_is_never_taken() -> None:
    (problem,) = items(report(UNSHIPPED, {"order-item-id": "9.00000E+13"}))
    assert isinstance(problem, Problem)
    assert (problem.column, problem.value) == ("order-item-id", "9.00000E+13")


def test_a_report_without_skus_is_refused_with_the_missing_column() -> None:
    without = {name: value for name, value in UNSHIPPED.items() if name != "sku"}
    with pytest.raises(Refused, match="sku"):
        open_file("report.txt", report(without))


def test_a_new_order_has_the_price_of_the_whole_line() -> None:
    (line,) = order(NEW, {"quantity-purchased": "2"}).lines
    assert (line.quantity, line.to_ship, line.unit_price, line.discount, line.tax) == (2, 2, 1500, None, 210)


def test_a_price_that_does_not_divide_still_adds_up() -> None:
    (line,) = order(NEW, {"quantity-purchased": "3", "item-price": "10.00", "item-promotion-discount": "-1.50"}).lines
    assert (line.unit_price, line.discount) == (334, 152)
    assert 3 * 334 - 152 == 1000 - 150


def test_shipping_charges_of_all_lines_are_the_orders() -> None:
    found = order(NEW, {}, {"order-item-id": "90000000000022", "shipping-price": "1.25", "item-tax": ""})
    assert (found.shipping, found.tax, found.total) == (525, 210, None)


def test_delivery_instructions_are_read_despite_their_capital() -> None:
    found = order(NEW)
    assert found.note == "Leave at the side door"
    assert found.ship_to.phone == "555-0142"


def test_an_order_that_the_buyer_wants_cancelled_waits_for_a_person() -> None:
    found = order({**NEW, "is-buyer-requested-cancellation": "true"})
    assert found.state == "open"
    assert "cancel" in found.doubts[0]


def test_news_of_all_orders_leave_lines_and_addresses_alone() -> None:
    assert {"ship_to", "email", "lines"} <= order(ALL).silent


def test_what_amazon_ships_itself_is_ignored() -> None:
    found = order(ALL, {"fulfillment-channel": "Amazon"})
    assert found.state == "ignored"
    assert [line.to_ship for line in found.lines] == [0]


@pytest.mark.parametrize(
    ("status", "state", "payment", "to_ship"),
    [
        ("Unshipped", "open", "paid", 1),
        ("PartiallyShipped", "open", "paid", 1),
        ("Pending", "open", "pending", 1),
        ("Shipped", "fulfilled", "paid", 0),
        ("Shipped - Delivered to Buyer", "fulfilled", "paid", 0),
        ("Shipped - Returned to Seller", "fulfilled", "paid", 0),
        ("Cancelled", "cancelled", "voided", 0),
    ],
)
def test_every_word_for_a_status_has_its_meaning(status: str, state: str, payment: str, to_ship: int) -> None:
    found = order(ALL, {"order-status": status})
    assert (found.state, found.payment, found.lines[0].to_ship) == (state, payment, to_ship)


def test_a_word_that_nobody_knows_is_kept() -> None:
    found = order(ALL, {"order-status": "Teleported"})
    assert (found.state, found.payment, found.raw_status) == ("unknown", "unknown", "Teleported")


def test_of_a_part_shipped_order_only_the_rest_is_owed() -> None:
    found = order(ALL, {"order-status": "PartiallyShipped", "item-status": "Shipped"}, {"order-status": "PartiallyShipped", "sku": "LID"})
    assert [(line.sku, line.to_ship) for line in found.lines] == [("TEAPOT", 0), ("LID", 1)]


def test_a_cancelled_row_without_units_is_no_line() -> None:
    gone = {"item-status": "Cancelled", "quantity": "0", "item-price": ""}
    found = order(ALL, gone, {"sku": "LID"})
    assert [(line.sku, line.quantity) for line in found.lines] == [("LID", 1)]
    assert order(ALL, {**gone, "order-status": "Cancelled"}).state == "cancelled"


def test_a_pending_order_whose_units_are_not_told_yet_is_not_taken_for_shipped() -> None:
    found = order(ALL, {"order-status": "Pending", "quantity": "0", "item-price": ""})
    assert (found.state, found.payment) == ("open", "pending")


LISTED = {
    "item-name": "Teapot", "listing-id": "0101AAAAAAA", "seller-sku": "TEAPOT", "price": "39.95", "quantity": "7", "asin1": "B0EXAMPLE1",
    "fulfillment-channel": "DEFAULT", "status": "Active",
}  # fmt: skip


def listing(**changed: str) -> IncomingListing:
    (found,) = items(report(LISTED, {name.replace("_", "-"): text for name, text in changed.items()}))
    assert isinstance(found, IncomingListing)
    return found


def test_a_listing_tells_what_amazon_offers_and_its_ids() -> None:
    assert open_file("report.txt", report(LISTED)).reader.title == "amazon.listings"
    found = listing()
    assert (found.sku, found.quantity, found.ids["asin"], found.ids["fulfillment_channel"]) == ("TEAPOT", 7, "B0EXAMPLE1", "DEFAULT")


@pytest.mark.parametrize("channel", ["AMAZON_NA", "AMAZON_EU", "amazon_jp"])
def test_amazons_own_stock_is_not_counted(channel: str) -> None:
    assert listing(fulfillment_channel=channel, seller_sku="TEAPOT-FBA").quantity is None


@pytest.mark.parametrize(("cell", "units"), [("0", 0), ("", None)])
def test_none_left_is_not_the_same_as_no_number(cell: str, units: int | None) -> None:
    assert listing(quantity=cell).quantity == units


def test_a_row_may_begin_with_empty_cells() -> None:
    assert listing(item_name="").sku == "TEAPOT"


def test_a_sku_that_a_spreadsheet_rounded_is_set_aside() -> None:
    (found,) = items(report(LISTED, {"seller-sku": "5.00042E+11"}))
    assert isinstance(found, Problem)
    assert (found.column, found.rejected) == ("seller-sku", True)

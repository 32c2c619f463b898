from __future__ import annotations

import csv
import io

import pytest

from omscli.base.problems import Problem
from omscli.channels.opening import open_file
from omscli.channels.reader import Context
from omscli.orders.incoming import IncomingOrder


def product(units: int, sku: str = "RUG", variation: str = "", price: str = "20.00") -> str:
    return (
        f"Product ID: 7, Product Qty: {units}, Product SKU: {sku}, Product Name: Rug, Product Weight: 0.5000, "
        f"Product Variation Details: {variation}, Product Unit Price: {price}, Product Total Price: {price}"
    )


ORDER = {
    "Order ID": "501", "Customer Email": "max@example.com", "Order Date": "26/02/2026", "Order Time": "14:05:09",
    "Order Status": "Awaiting Fulfillment", "Order Total (inc tax)": "45.00", "Shipping Cost (inc tax)": "5.00", "Tax Total": "0.00",
    "Refund Amount": "0.00", "Ship Method": "Ground", "Total Quantity": "3", "Total Shipped": "0", "Order Currency Code": "USD",
    "Order Notes": "for the staff", "Customer Message": "ring twice", "Shipping First Name": "Max", "Shipping Last Name": "Ode",
    "Shipping Street 1": "7 Kiln Rd", "Shipping Suburb": "Salem", "Shipping State": "Oregon", "Shipping Zip": "97301",
    "Shipping Country": "United States", "Product Details": f"{product(2)}|{product(1, 'MAT')}",
}  # fmt: skip


def items(*rows: dict[str, str], date_order: str | None = None, without: tuple[str, ...] = ()) -> list[object]:
    out = io.StringIO()
    writer = csv.DictWriter(out, [name for name in ORDER if name not in without], lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows([{**ORDER, **row} for row in rows or ({},)])
    context = Context("bigcommerce", timezone="America/Los_Angeles", date_order=date_order, locations={"mill": "Old mill"})
    return list(open_file("orders.csv", out.getvalue().encode()).items(context))


def order(row: dict[str, str] | None = None, *, without: tuple[str, ...] = ()) -> IncomingOrder:
    (found,) = items(row or {}, without=without)
    assert isinstance(found, IncomingOrder), found
    return found


def lines(details: str) -> list[tuple[str, str, int, int | None]]:
    return [(line.sku, line.title, line.quantity, line.unit_price) for line in order({"Product Details": details}).lines]


def test_an_order_is_read_with_its_packed_products() -> None:
    found = order()
    assert (found.placed_at, found.state, found.payment) == ("2026-02-26T22:05:09Z", "open", "paid")
    assert [(line.sku, line.quantity, line.to_ship, line.unit_price) for line in found.lines] == [("RUG", 2, 2, 2000), ("MAT", 1, 1, 2000)]
    assert (found.ship_to.name, found.ship_to.region, found.shipping, found.total) == ("Max Ode", "OR", 500, 4500)


def test_the_notes_of_the_staff_are_not_for_the_buyers_slip() -> None:
    assert order().note == "ring twice"


def test_marks_of_html_and_commas_and_colons_stay_in_the_variation() -> None:
    details = product(3, variation="Size: Large - 5&#039; 9&quot;, Reason: Pain, Return: Yes")
    assert lines(details) == [("RUG", "Rug [Size: Large - 5' 9\", Reason: Pain, Return: Yes]", 3, 2000)]


@pytest.mark.parametrize(
    "text",
    ["Text: a, Product SKU: FREE", "Text: a, Product Unit Price: 0.01", "Text: a, Product Qty: 99", "Text: a | Product ID: 9", "Text: a|b"],
)
def test_what_a_buyer_writes_changes_no_other_field(text: str) -> None:
    ((sku, _, units, price),) = lines(product(3, variation=text))
    assert (sku, units, price) == ("RUG", 3, 2000)


def test_a_product_that_a_buyer_wrote_himself_is_noticed_by_the_count() -> None:
    found = order({"Product Details": product(3, variation="Text: x|Product ID: 9, Product Qty: 5, Product SKU: GOLD")})
    assert found.doubts == ("the file lists 8 units and counts 3: look at the order in BigCommerce",)


def test_newer_fields_between_the_known_ones_are_left_alone() -> None:
    details = product(3).replace(", Product Total", ", Product Unit Cost: 1.00, Product Index: 2, Peachtree Account: 4, Product Total")
    assert lines(details) == [("RUG", "Rug", 3, 2000)]


def test_goods_without_a_sku_go_by_product_and_variation() -> None:
    assert lines(product(3, sku="", variation="Size: S"))[0][0] == "7 Size: S"


@pytest.mark.parametrize(
    ("status", "state", "payment"),
    [
        ("Awaiting Shipment", "open", "paid"),
        ("awaiting payment", "open", "pending"),
        ("Incomplete", "open", "pending"),
        ("Manual Verification Required", "open", "unknown"),
        ("Completed", "fulfilled", "paid"),
        ("Declined", "cancelled", "voided"),
        ("Refunded", "cancelled", "refunded"),
        ("Partially Refunded", "open", "partially_refunded"),
        ("Waiting for Godot", "unknown", "unknown"),
    ],
)
def test_each_status_is_a_state_and_a_payment(status: str, state: str, payment: str) -> None:
    found = order({"Order Status": status})
    assert (found.state, found.payment, found.raw_status) == (state, payment, status if state == "unknown" else "")
    assert any(line.to_ship for line in found.lines) == (state in ("open", "unknown"))


def test_when_all_units_have_left_nothing_is_owed_whatever_the_status() -> None:
    assert order({"Total Shipped": "3"}).state == "fulfilled"
    found = order({"Order Status": "Refunded", "Total Shipped": "3"})
    assert (found.state, found.payment) == ("fulfilled", "refunded")


def test_a_part_that_left_is_counted_where_there_is_one_line_and_doubted_where_there_are_more() -> None:
    found = order({"Total Shipped": "1"})
    assert (found.doubts, [line.to_ship for line in found.lines]) == (("1 of 3 units have left, and the file does not say which",), [2, 1])
    found = order({"Total Shipped": "1", "Product Details": product(3)})
    assert (found.doubts, found.lines[0].to_ship) == ((), 2)
    assert order({"Order Status": "Partially Shipped"}).doubts == ("a part has left, and the file does not say which",)


def test_money_that_went_back_in_part_makes_a_doubt() -> None:
    found = order({"Refund Amount": "20.00"})
    assert (found.payment, found.doubts) == ("partially_refunded", ("a part was paid back, and the file does not say for which goods",))
    assert order({"Refund Amount": "45.00"}).payment == "refunded"


def test_days_are_read_as_the_column_proves_or_the_seller_says() -> None:
    (found,) = items({"Order Date": "03/02/2026"})
    assert isinstance(found, Problem)
    assert found.problem == "a date that can be read two ways"
    (read,) = items({"Order Date": "03/02/2026", "Order Time": ""}, date_order="mdy")
    assert isinstance(read, IncomingOrder)
    assert read.placed_at == "2026-03-02T08:00:00Z"


def test_what_is_collected_is_not_sent_to_the_address_it_has() -> None:
    words = ("the buyer collects it (“Pickup in store”), and no location is called so",)
    assert order({"Order Status": "Awaiting Pickup", "Ship Method": "Pickup in store"}).doubts == words
    assert order({"Ship Method": "Collect at Old Mill"}).pickup_location == "mill"


def test_a_template_without_addresses_leaves_them_alone() -> None:
    assert "ship_to" in order(without=("Shipping Street 1", "Shipping Suburb")).silent


def test_details_of_another_form_set_the_order_aside() -> None:
    (found,) = items({"Product Details": "2 x Rug"})
    assert isinstance(found, Problem)
    assert (found.problem, found.hint) == ("not a list of products", "export the orders again with the default template")


def test_an_order_in_two_rows_is_no_form_of_this_file() -> None:
    assert [one.rejected for one in items({}, {}) if isinstance(one, Problem)] == [True, True]

from __future__ import annotations

import csv
import io
import time
from contextlib import suppress
from typing import Any

import pytest

from omscli.base.problems import Problem
from omscli.catalog.incoming import IncomingProduct
from omscli.channels.cells import CellError
from omscli.channels.opening import open_file
from omscli.channels.reader import Context
from omscli.channels.woo_items import skyverge_items, webtoffee_item
from omscli.orders.incoming import IncomingOrder

HEAD = {
    "order_id": "8101", "order_number": "642", "date": "2026-06-03 14:22:10", "status": "processing", "shipping_total": "3.95",
    "tax_total": "6.79", "discount_total": "0.00", "order_total": "40.74", "refunded_total": "0.00", "order_currency": "GBP",
    "shipping_method": "Tracked 48", "billing_first_name": "Wim", "billing_last_name": "'t Hart", "billing_company": "", "billing_email": "wim@example.org",
    "billing_phone": "'+447700900555", "billing_address_1": "1 Bill Ave", "billing_address_2": "", "billing_postcode": "LS1 1AA",
    "billing_city": "Leeds", "billing_state": "West Yorkshire", "billing_country": "GB", "shipping_first_name": "Mia", "shipping_last_name": "Hart",
    "shipping_address_1": "2 Ship Row", "shipping_address_2": "", "shipping_postcode": "YO1 7HH", "shipping_city": "York",
    "shipping_state": "North Yorkshire", "shipping_country": "GB", "shipping_company": "", "customer_note": "Ring twice",
}  # fmt: skip
TSHIRT = "id:31|name:T-shirt|product_id:7|sku:TS-M|quantity:2|subtotal:30.00|subtotal_tax:6.00|total:30.00|total_tax:6.00|refunded:0.00|refunded_qty:0|meta:"
PER_ORDER = {**HEAD, "order_number_formatted": "WEB-642", "line_items": TSHIRT, "order_notes": ""}
PER_ITEM = {
    **HEAD, "item_id": "31", "item_product_id": "7", "item_name": "T-shirt", "item_sku": "TS-M", "item_quantity": "2", "item_subtotal": "30.00",
    "item_total": "30.00", "item_total_tax": "6.00", "item_refunded_qty": "0", "item_meta": "",
}  # fmt: skip
NO_SHIPPING = {name: "" for name in HEAD if name.startswith("shipping_") and name not in ("shipping_total", "shipping_method")}


def table(usual: dict[str, str], *rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(usual), lineterminator="\n")
    writer.writeheader()
    writer.writerows([{**usual, **row} for row in rows or ({},)])
    return out.getvalue()


def items(text: str, **context: Any) -> list[object]:
    return list(open_file("export.csv", text.encode()).items(Context("woo", currency="GBP", timezone="Europe/London", **context)))


def order(usual: dict[str, str], *rows: dict[str, str], **context: Any) -> IncomingOrder:
    (found,) = items(table(usual, *rows), **context)
    assert isinstance(found, IncomingOrder), found
    return found


@pytest.mark.parametrize(("usual", "form", "number"), [(PER_ORDER, "orders", "WEB-642"), (PER_ITEM, "items", "642")])
def test_both_forms_tell_the_same_order(usual: dict[str, str], form: str, number: str) -> None:
    assert open_file("export.csv", table(usual).encode()).reader.title == f"woocommerce.{form}"
    found = order(usual)
    (line,) = found.lines
    assert (found.order_id, found.other_ids, found.state, found.payment) == (number, {"id": "8101"}, "open", "paid")
    assert (line.line_id, line.sku, line.title, line.quantity, line.to_ship, line.unit_price) == ("31", "TS-M", "T-shirt", 2, 2, 1500)
    assert (found.note, found.email, found.total, found.tax_included) == ("Ring twice", "wim@example.org", 4074, False)


def test_times_are_the_shops_own() -> None:
    assert order(PER_ITEM).placed_at == "2026-06-03T13:22:10Z"
    assert order(PER_ITEM, {"date": "2026-01-03 14:22:10"}).placed_at == "2026-01-03T14:22:10Z"


def test_it_goes_to_the_shipping_address() -> None:
    place = order(PER_ORDER).ship_to
    assert (place.name, place.line1, place.region, place.phone) == ("Mia Hart", "2 Ship Row", "North Yorkshire", "+447700900555")


def test_without_a_shipping_address_it_goes_where_the_bill_goes() -> None:
    place = order(PER_ORDER, NO_SHIPPING).ship_to
    assert (place.name, place.line1, place.city, place.postcode) == ("Wim 't Hart", "1 Bill Ave", "Leeds", "LS1 1AA")


def test_marks_in_a_packed_name_belong_to_the_name() -> None:
    packed = TSHIRT.replace("T-shirt", r"T-shirt\: Logo\; red \| blue \\ green")
    (line,) = order(PER_ORDER, {"line_items": packed}).lines
    assert line.title == r"T-shirt: Logo; red | blue \ green"


def test_items_of_a_packed_cell_are_lines() -> None:
    packed = f"{TSHIRT};{TSHIRT.replace('id:31', 'id:32').replace('TS-M', 'TS-L')}"
    assert [(line.line_id, line.sku) for line in order(PER_ORDER, {"line_items": packed}).lines] == [("31", "TS-M"), ("32", "TS-L")]


def test_what_the_buyer_chose_or_wrote_is_the_note_of_the_line() -> None:
    packed = TSHIRT + r"Size=M,Gift note=Happy \=) day\, Sam"
    assert order(PER_ORDER, {"line_items": packed}).lines[0].note == "Size: M, Gift note: Happy =) day, Sam"


def test_a_quote_behind_a_backslash_does_not_end_the_cell() -> None:
    text = table(
        PER_ORDER, {"line_items": TSHIRT.replace("T-shirt", "Pan XX lid"), "customer_note": "a, b"}, {"order_number_formatted": "WEB-643"}
    )
    text = text.replace(TSHIRT.replace("T-shirt", "Pan XX lid"), '"' + TSHIRT.replace("T-shirt", 'Pan 12\\" lid') + '"')
    first, second = items(text)
    assert isinstance(first, IncomingOrder)
    assert isinstance(second, IncomingOrder)
    assert (first.lines[0].title, first.note, second.order_id) == ('Pan 12" lid', "a, b", "WEB-643")


def test_prices_are_of_the_line_and_still_add_up() -> None:
    (line,) = order(PER_ITEM, {"item_quantity": "3", "item_subtotal": "10.00", "item_total": "8.00"}).lines
    assert (line.unit_price, line.discount) == (334, 202)
    assert 3 * 334 - 202 == 800


@pytest.mark.parametrize("refunded", ["-1", "'-1", "1"])
def test_a_unit_that_was_paid_back_is_not_sent(refunded: str) -> None:
    found = order(PER_ITEM, {"item_refunded_qty": refunded, "refunded_total": "18.00"})
    assert (found.lines[0].quantity, found.lines[0].to_ship, found.payment) == (2, 1, "partially_refunded")


@pytest.mark.parametrize(
    ("status", "state", "payment", "to_ship"),
    [
        ("processing", "open", "paid", 2),
        ("wc-processing", "open", "paid", 2),
        ("pending", "open", "pending", 2),
        ("on-hold", "open", "pending", 2),
        ("completed", "fulfilled", "paid", 0),
        ("cancelled", "cancelled", "voided", 0),
        ("refunded", "cancelled", "refunded", 0),
    ],
)
def test_every_word_for_a_status_has_its_meaning(status: str, state: str, payment: str, to_ship: int) -> None:
    found = order(PER_ITEM, {"status": status})
    assert (found.state, found.payment, found.lines[0].to_ship) == (state, payment, to_ship)


def test_a_failed_payment_waits_since_the_buyer_may_pay_again() -> None:
    found = order(PER_ITEM, {"status": "failed"})
    assert (found.state, found.payment) == ("open", "pending")


def test_a_word_that_nobody_knows_is_kept() -> None:
    found = order(PER_ITEM, {"status": "awaiting-engraving"})
    assert (found.state, found.payment, found.raw_status) == ("unknown", "unknown", "awaiting-engraving")


@pytest.mark.parametrize(
    ("sku", "product", "known_as"), [("unknown_product", "0", "T-shirt"), ("unknown_product", "7", "7"), ("", "7", "7"), ("'-5", "7", "-5")]
)
def test_goods_without_a_sku_still_have_a_name_to_go_by(sku: str, product: str, known_as: str) -> None:
    assert order(PER_ITEM, {"item_sku": sku, "item_product_id": product}).lines[0].sku == known_as


def test_rows_of_one_order_are_its_lines() -> None:
    found = order(PER_ITEM, {}, {"item_id": "32", "item_sku": "TS-L"})
    assert [line.line_id for line in found.lines] == ["31", "32"]


def test_a_buyer_who_collects_is_sent_to_the_place_that_the_method_names() -> None:
    places = {"reno": "Reno shop", "york": "York shop"}
    assert order(PER_ITEM, {"shipping_method": "Local pickup York shop"}, locations=places).pickup_location == "york"
    assert order(PER_ITEM, {"shipping_method": "Local pickup"}, locations={"york": "York shop"}).pickup_location == "york"


def test_a_pickup_without_a_place_waits_for_a_person() -> None:
    found = order(PER_ITEM, {"shipping_method": "Local pickup"}, locations={"reno": "Reno shop", "york": "York shop"})
    assert found.pickup_location is None
    assert "Local pickup" in found.doubts[0]


def test_a_packed_cell_that_is_no_list_sets_the_order_aside() -> None:
    (problem,) = items(table(PER_ORDER, {"line_items": "[{json}]"}))
    assert isinstance(problem, Problem)
    assert (problem.rejected, problem.column) == (True, "line_items")


def test_an_order_with_one_bad_row_is_set_aside_as_a_whole() -> None:
    found = items(table(PER_ITEM, {}, {"item_id": "32", "item_quantity": "none"}, {"order_number": "643"}))
    assert [one.order_id for one in found if isinstance(one, IncomingOrder)] == ["643"]
    assert [(one.line, one.column) for one in found if isinstance(one, Problem)] == [(2, "order_number"), (3, "item_quantity")]


# -- WebToffee

ITEM = "name:Tee|product_id:7|sku:TEE|quantity:2|total:36.00|sub_total:40.00"
TOFFEE = {
    **{("order_date" if name == "date" else name): text for name, text in HEAD.items() if name != "refunded_total"},
    "wt_import_key": "642", "refund_items": "", "line_item_1": ITEM, "line_item_2": "",
}  # fmt: skip


def test_webtoffees_items_stand_in_as_many_columns_as_an_order_of_the_file_has_items() -> None:
    assert open_file("export.csv", table(TOFFEE).encode()).reader.title == "woocommerce.webtoffee"
    many = {**TOFFEE, **{f"line_item_{n}": ITEM.replace("TEE", f"TEE-{n}") for n in range(1, 41)}}
    found = order(many)
    assert [line.sku for line in found.lines] == [f"TEE-{n}" for n in range(1, 41)]
    assert (found.lines[0].quantity, found.lines[0].unit_price, found.lines[0].discount) == (2, 2000, 400)
    assert (found.order_id, found.placed_at, found.other_ids) == ("642", "2026-06-03T13:22:10Z", {"id": "8101"})


def test_a_bar_or_a_colon_in_a_name_belongs_to_the_name() -> None:
    (line,) = order(TOFFEE, {"line_item_1": ITEM.replace("name:Tee", "name:Tee | sku:no | red: blue")}).lines
    assert (line.title, line.sku) == ("Tee | sku:no | red: blue", "TEE")


def test_what_stands_behind_an_item_is_its_tax_its_variation_and_what_was_chosen() -> None:
    rest = "|tax:7.20|meta:Size:M|meta:_reduced_stock:2|meta:Engraving:For Mia|_variation_id:9"
    (line,) = order(TOFFEE, {"line_item_1": ITEM.replace("sku:TEE", "sku:") + rest}).lines
    assert (line.sku, line.tax, line.note) == ("9", 720, "Size: M, Engraving: For Mia")


def test_an_item_that_cannot_be_read_sets_the_order_aside() -> None:
    (problem,) = items(table(TOFFEE, {"line_item_2": "Tee x 2"}))
    assert isinstance(problem, Problem)
    assert (problem.column, problem.value, problem.problem, problem.rejected) == ("line_item_2", "Tee x 2", "not an item of an order", True)


def test_a_refund_without_its_units_waits_for_a_person() -> None:
    found = order(TOFFEE, {"refund_items": "amount:20.00|reason:"})
    assert (found.payment, found.state) == ("partially_refunded", "open")
    assert found.doubts == ("something was paid back, and the file does not say for which units",)


# -- AlgolPlus

ALGOL = {
    "Order Number": "77", "Order Status": "Processing", "Order Date": "2026-06-03 14:22", "First Name (Billing)": "Wim", "Last Name (Billing)": "Hart",
    "Address 1&2 (Billing)": "1 Bill Ave, Flat 2", "City (Billing)": "Leeds", "Postcode (Billing)": "LS1 1AA", "Country Code (Billing)": "GB",
    "Item #": "1", "SKU": "TEE", "Item Name": "Tee", "Quantity": "2", "Quantity (- Refund)": "2", "Item Cost": "15.00", "Order Total Amount": "30.00",
}  # fmt: skip
REST = dict.fromkeys(ALGOL, "") | {
    "Item #": "2",
    "SKU": "CAP",
    "Item Name": "Cap",
    "Quantity": "1",
    "Quantity (- Refund)": "0",
    "Item Cost": "9.00",
}


def test_algolplus_headers_mean_the_same_columns() -> None:
    assert open_file("export.csv", table(ALGOL).encode()).reader.title == "woocommerce.algolplus"
    found = order(ALGOL)
    (line,) = found.lines
    assert (found.order_id, found.state, found.payment, found.total) == ("77", "open", "paid", 3000)
    assert (found.ship_to.name, found.ship_to.line1, found.ship_to.postcode) == ("Wim Hart", "1 Bill Ave, Flat 2", "LS1 1AA")
    assert (line.sku, line.title, line.quantity, line.to_ship, line.unit_price) == ("TEE", "Tee", 2, 2, 1500)
    assert {"note", "email", "service"} <= found.silent


@pytest.mark.parametrize("number", ["", "77"])
def test_columns_that_only_the_first_row_of_an_order_has_hold_for_its_other_rows(number: str) -> None:
    first, second = items(table(ALGOL, {}, {**REST, "Order Number": number}, {"Order Number": "78"}))
    assert isinstance(first, IncomingOrder)
    assert isinstance(second, IncomingOrder)
    assert [(line.sku, line.quantity, line.to_ship) for line in first.lines] == [("TEE", 2, 2), ("CAP", 1, 0)]
    assert (second.order_id, len(second.lines)) == ("78", 1)


def test_rows_without_a_number_below_a_row_that_cannot_be_read_are_not_given_to_another_order() -> None:
    text = table(ALGOL, {}, {**REST}, {"Order Number": "78"}, {**REST, "SKU": "LID"}, {"Order Number": "79"})
    lines = text.splitlines(keepends=True)
    lines[3] = "78,too short\n"
    found = items("".join(lines))
    assert [one.order_id for one in found if isinstance(one, IncomingOrder)] == ["79"]
    told = [(one.line, one.problem) for one in found if isinstance(one, Problem)]
    assert told[0] == (2, "may lack a row: the one below cannot be read")
    assert [line for line, _ in told] == [2, 3, 4, 5]


def test_the_last_row_of_a_file_may_be_the_one_that_an_order_lacks() -> None:
    found = items(table(ALGOL, {}, {**REST}, {"Order Number": "78"}) + ",cut off\n")
    assert [one.order_id for one in found if isinstance(one, IncomingOrder)] == ["77"]


@pytest.mark.parametrize(
    ("label", "state", "payment"),
    [
        ("Processing", "open", "paid"), ("On hold", "open", "pending"), ("Pending payment", "open", "pending"), ("Completed", "fulfilled", "paid"),
        ("Cancelled", "cancelled", "voided"), ("In Bearbeitung", "unknown", "unknown"),
    ],
)  # fmt: skip
def test_a_status_is_the_word_that_people_see(label: str, state: str, payment: str) -> None:
    found = order(ALGOL, {"Order Status": label})
    assert (found.state, found.payment) == (state, payment)


def test_prices_may_have_the_decimal_mark_of_the_shop() -> None:
    first, second = items(
        table({**ALGOL, "Order Total Amount": "31,00"}, {"Item Cost": "15,50"}, {"Order Number": "78", "Item Cost": "1,500"})
    )
    assert isinstance(first, IncomingOrder)
    assert isinstance(second, Problem)
    assert first.lines[0].unit_price == 1550
    assert (second.column, second.problem) == ("Item Cost", "not an amount of GBP")


def test_days_in_figures_are_read_in_the_order_that_they_prove() -> None:
    found = order(ALGOL, {"Order Date": "23/06/2026 14:22"})
    assert found.placed_at == "2026-06-23T13:22:00Z"


# -- products

GOODS = {
    "ID": "32", "Type": "simple", "SKU": "TEE-M", "GTIN, UPC, EAN, or ISBN": "", "Name": "Tee", "Published": "1", "In stock?": "1", "Stock": "7",
    "Weight (kg)": ".25", "Length (cm)": "30", "Width (cm)": "20", "Height (cm)": "2.5", "Sale price": "", "Regular price": "20,50",
    "Categories": "Clothing", "Parent": "", "Attribute 1 name": "Size", "Attribute 1 value(s)": "M",
}  # fmt: skip
SIZES = {"Weight (kg)": "", "Length (cm)": "", "Width (cm)": "", "Height (cm)": ""}
PARENT = {"ID": "31", "Type": "variable", "SKU": "TEE", "Regular price": ""}


def product(*rows: dict[str, str]) -> IncomingProduct:
    (found,) = (one for one in items(table(GOODS, *rows)) if isinstance(one, IncomingProduct))
    return found


def test_prices_have_the_decimal_mark_that_their_column_proves_and_sizes_their_own() -> None:
    found = product({})
    assert (found.price, found.weight_g, found.length_mm, found.width_mm, found.height_mm) == (2050, 250, 300, 200, 25)


def test_a_price_that_can_be_read_two_ways_is_not_guessed() -> None:
    found = items(table(GOODS, {}, {"SKU": "BELL", "Regular price": "1,250"}))
    assert isinstance(found[1], Problem)
    assert (found[1].column, found[1].value, found[1].rejected) == ("Regular price", "1,250", True)


@pytest.mark.parametrize("parent", ["TEE", "id:31"])
def test_a_variation_has_what_its_parent_has_and_the_parent_is_no_goods(parent: str) -> None:
    found = product({"Type": "variation", "Parent": parent, "Categories": "", **SIZES}, PARENT)
    assert (found.weight_g, found.length_mm, found.width_mm, found.height_mm) == (250, 300, 200, 25)
    assert (found.parent, found.category, found.options) == ("TEE", "Clothing", "Size: M")


def test_a_variation_without_its_parent_says_nothing_about_what_they_share() -> None:
    found = product({"Type": "variation", "Parent": "id:999", "Categories": "", **SIZES})
    assert found.columns & {"weight_g", "length_mm", "width_mm", "height_mm", "category"} == set()
    assert {"title", "price"} <= found.columns


@pytest.mark.parametrize("kind", ["variable", "grouped", "external", "variable-subscription"])
def test_what_is_only_a_page_of_the_shop_is_no_product(kind: str) -> None:
    assert items(table(GOODS, {"Type": kind})) == []


@pytest.mark.parametrize(("cell", "units"), [("7", 7), ("'-3", -3), ("0", 0), ("", None), ("parent", None)])
def test_the_shops_own_number_is_kept_as_listed(cell: str, units: int | None) -> None:
    listing = product({"Stock": cell, "Published": "-1"}).listing
    assert listing is not None
    assert (listing.quantity, listing.ids) == (units, {"id": "32", "published": "-1"})


def test_a_header_with_other_units_is_converted() -> None:
    usual = {{"Weight (kg)": "Weight (oz)", "Length (cm)": "Length (in)"}.get(name, name): text for name, text in GOODS.items()}
    (found,) = items(table(usual, {"Weight (oz)": "8", "Length (in)": "10"}))
    assert isinstance(found, IncomingProduct)
    assert (found.weight_g, found.length_mm, found.width_mm) == (227, 254, 200)


def test_a_barcode_that_excel_rounded_is_told_and_what_is_stored_stays() -> None:
    found, problem = items(table(GOODS, {"GTIN, UPC, EAN, or ISBN": "9.52123E+12"}))
    assert isinstance(found, IncomingProduct)
    assert isinstance(problem, Problem)
    assert (found.barcode, "barcode" in found.columns, problem.value, problem.rejected) == (None, False, "9.52123E+12", False)


@pytest.mark.parametrize(
    "cell", ["x" * 200_000 + "\\", "name:" + "|product_id:1|sku:a|quantity:1|total:1" * 20_000, "name:" + "\\|" * 100_000]
)
def test_a_cell_that_a_missing_quote_made_endless_is_done_with_at_once(cell: str) -> None:
    start = time.process_time()
    for read in (lambda: list(skyverge_items(cell)), lambda: webtoffee_item(cell, "line_item_1")):
        with suppress(CellError):
            read()
    assert time.process_time() - start < 2


def test_a_lone_backslash_at_the_end_of_an_item_is_a_letter() -> None:
    (item,) = skyverge_items("id:1|quantity:2|name:Mug\\")
    assert item["item_name"] == "Mug\\"


def test_a_row_with_two_items_that_cannot_be_read_is_set_aside_once() -> None:
    items = f"{TSHIRT.replace('quantity:2', 'quantity:two')};{TSHIRT.replace('quantity:2', 'quantity:none')}"
    out = io.StringIO()
    writer = csv.DictWriter(out, list(PER_ORDER))
    writer.writeheader()
    writer.writerow({**PER_ORDER, "line_items": items})
    file = open_file("orders.csv", out.getvalue().encode())
    (found,) = file.items(Context("woo"))
    assert isinstance(found, Problem)
    assert (found.value, file.rows, file.set_aside) == ("two", 1, 1)

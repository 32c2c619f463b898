from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from omscli.base.problems import Problem
from omscli.catalog.incoming import IncomingProduct, IncomingStock
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

REGISTER = {"Source": "pos", "Location": "Reno shop", "Shipping Method": "", "Fulfillment Status": "fulfilled", **NO_ADDRESS}


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


# -- the register


@pytest.mark.parametrize("payment", ["pending", "voided", "refunded", "authorized"])
def test_what_was_only_noted_down_at_the_register_is_no_sale(payment: str) -> None:
    found = order({**REGISTER, "Financial Status": payment, "Fulfillment Status": "unfulfilled"})
    assert (found.state, found.sold_at, found.pickup_location, found.lines[0].to_ship) == ("open", None, "reno", 2)


def test_an_order_at_the_register_that_the_buyer_collects_later_is_no_sale() -> None:
    found = order({**REGISTER, "Shipping Method": "Pick up at Reno shop", "Fulfillment Status": "unfulfilled"})
    assert (found.state, found.pickup_location, found.lines[0].to_ship) == ("open", "reno", 2)


def test_a_draft_is_no_sale() -> None:
    found = order({**REGISTER, "Source": "shopify_draft_order", "Location": ""})
    assert (found.state, found.sold_at) == ("fulfilled", None)
    assert order({**REGISTER, "Source": "shopify_draft_order", "Fulfillment Status": "unfulfilled"}).state == "open"


def test_a_part_handed_over_at_the_register_waits_for_a_person() -> None:
    found = order({**REGISTER, "Fulfillment Status": "partial", "Lineitem fulfillment status": "fulfilled"}, {"Lineitem sku": "LID"})
    assert (found.state, [line.to_ship for line in found.lines]) == ("open", [0, 2])
    assert found.doubts == ("a part was handed over at Reno shop: that is not taken from its stock",)


# -- the catalogue

PRODUCT = {
    "Handle": "mug", "Title": "Mug", "Type": "Cups", "Option1 Name": "Color", "Option1 Value": "Blue", "Variant SKU": "MUG-BLUE", "Variant Grams": "310.4",
    "Variant Price": "24.00", "Variant Barcode": "9521234000013", "Image Src": "", "Variant Weight Unit": "kg",
}  # fmt: skip
NEXT = dict.fromkeys(PRODUCT, "") | {"Handle": "mug", "Variant Price": "24.00"}


def goods(*rows: dict[str, str], **context: object) -> list[object]:
    data = export(*rows, columns=tuple(rows[0]))
    file = open_file("export.csv", data)
    return list(file.items(replace(CONTEXT, **context)))  # type: ignore[arg-type]


def test_a_variant_carries_title_and_names_of_options_from_the_first_row_of_its_product() -> None:
    _, second = goods(PRODUCT, {**NEXT, "Option1 Value": "Red", "Variant SKU": "MUG-RED"})
    assert isinstance(second, IncomingProduct)
    assert (second.title, second.options, second.category, second.parent) == ("Mug", "Color: Red", "Cups", "mug")


def test_a_variant_whose_first_row_is_not_in_the_file_leaves_its_title_as_it_is() -> None:
    (found,) = goods({**NEXT, "Option1 Value": "Red", "Variant SKU": "MUG-RED"})
    assert isinstance(found, IncomingProduct)
    assert (found.title, found.options) == ("", "Red")
    assert found.columns == {"sku", "parent", "options", "price", "currency", "barcode", "weight_g"}


def test_weights_are_grams_whatever_unit_the_shop_shows() -> None:
    (found,) = goods(PRODUCT)
    assert isinstance(found, IncomingProduct)
    assert found.weight_g == 310


def test_a_row_that_holds_only_a_picture_is_no_product() -> None:
    data = export(PRODUCT, {**NEXT, "Variant Price": "", "Image Src": "https://cdn.example.com/2.jpg"}, columns=tuple(PRODUCT))
    file = open_file("export.csv", data)
    assert len(list(file.items(CONTEXT))) == 1
    assert (file.rows, file.skipped) == (2, 1)


def test_a_product_without_variants_has_no_options() -> None:
    (found,) = goods({**PRODUCT, "Option1 Name": "Title", "Option1 Value": "Default Title"})
    assert isinstance(found, IncomingProduct)
    assert found.options is None


def test_a_barcode_that_excel_rounded_is_told_and_what_is_stored_stays() -> None:
    product, problem = goods({**PRODUCT, "Variant Barcode": "3.65275E+11"})
    assert isinstance(product, IncomingProduct)
    assert isinstance(problem, Problem)
    assert product.barcode is None
    assert "barcode" not in product.columns
    assert (problem.value, problem.problem, problem.rejected) == ("3.65275E+11", "no barcode any more; what is known of it stays", False)


def test_a_variant_without_a_sku_is_named() -> None:
    (problem,) = goods({**PRODUCT, "Variant SKU": ""})
    assert isinstance(problem, Problem)
    assert (problem.line, problem.column, problem.problem, problem.rejected) == (2, "Variant SKU", "is empty", True)


def test_the_second_variant_of_one_sku_is_set_aside() -> None:
    first, problem = goods(PRODUCT, {**NEXT, "Option1 Value": "Red", "Variant SKU": "MUG-BLUE"})
    assert isinstance(first, IncomingProduct)
    assert isinstance(problem, Problem)
    assert (problem.line, problem.value, problem.problem) == (3, "MUG-BLUE", "stands in line 2 already")


# -- the inventory

SHELF = {
    "Handle": "mug", "Title": "Mug", "Option1 Name": "Color", "Option1 Value": "Blue", "SKU": "MUG-BLUE", "HS Code": "691200", "COO": "PT",
    "Location": "Reno shop", "Incoming (not editable)": "0", "Unavailable (not editable)": "1", "Committed (not editable)": "2",
    "Available (not editable)": "9", "On hand (current)": "12", "On hand (new)": "",
}  # fmt: skip
WIDE = {"Handle": "mug", "Title": "Mug", "Option1 Name": "Color", "Option1 Value": "Blue", "SKU": "MUG-BLUE", "HS Code": "", "COO": ""}
PLACES = {"reno": "Reno shop", "dock": "2nd floor, Dock Road"}


def test_what_lies_there_is_counted_and_what_is_free_is_kept_as_listed() -> None:
    (level,) = goods(SHELF)
    assert isinstance(level, IncomingStock)
    assert (level.sku, level.location, level.on_hand, level.is_available) == ("MUG-BLUE", "reno", 12, False)
    assert level.listing is not None
    assert (level.listing.quantity, level.listing.place, level.listing.ids["committed"]) == (9, "Reno shop", "2")


@pytest.mark.parametrize("word", ["not stocked", "Not stocked", ""])
def test_what_is_not_stocked_at_a_location_is_not_counted_there(word: str) -> None:
    assert goods({**SHELF, "On hand (current)": word, "Available (not editable)": word}) == []


@pytest.mark.parametrize(("sku", "problem"), [("", "is empty"), ("-", "is no SKU"), ("1.5E+11", "is a rounded number, not an identifier")])
def test_a_row_without_a_sku_is_named(sku: str, problem: str) -> None:
    (found,) = goods({**SHELF, "SKU": sku})
    assert isinstance(found, Problem)
    assert (found.column, found.problem, found.rejected) == ("SKU", problem, True)


def test_a_place_that_nobody_knows_is_named_with_the_nearest_one() -> None:
    (found,) = goods({**SHELF, "Location": "Reno shopp"})
    assert isinstance(found, Problem)
    assert (found.problem, found.hint.split("?")[0]) == ("no location is called so", "did you mean Reno shop")


def test_variants_of_one_sku_must_not_contradict() -> None:
    same, note = goods(SHELF, {**SHELF, "Option1 Value": "Red"})
    assert isinstance(same, IncomingStock)
    assert isinstance(note, Problem)
    assert (note.problem, note.hint, note.rejected) == ("MUG-BLUE at reno stands in line 2 already", "it was taken once", False)
    _, wrong = goods(SHELF, {**SHELF, "Option1 Value": "Red", "On hand (current)": "5"})
    assert isinstance(wrong, Problem)
    assert (wrong.line, wrong.value, wrong.problem, wrong.rejected) == (3, "5", "MUG-BLUE at reno has 12 in line 2", True)


def test_without_a_number_of_what_lies_there_the_free_ones_are_told_as_such() -> None:
    few = {name: text for name, text in SHELF.items() if not name.startswith("On hand")}
    (level,) = goods({**few, "Available (not editable)": "-2"})
    assert isinstance(level, IncomingStock)
    assert (level.on_hand, level.is_available) == (-2, True)


def test_in_the_oldest_layout_the_header_names_the_locations_and_the_cells_what_is_free() -> None:
    first, second, third = goods(
        {**WIDE, "2nd floor, Dock Road": "8", "Reno shop": "-1"},
        {**WIDE, "SKU": "TEAPOT", "2nd floor, Dock Road": "not stocked", "Reno shop": "0"},
        {**WIDE, "SKU": "LID", "2nd floor, Dock Road": "not stocked", "Reno shop": ""},
        locations=PLACES,
    )
    assert [(one.sku, one.location, one.on_hand, one.is_available) for one in (first, second, third) if isinstance(one, IncomingStock)] == [
        ("MUG-BLUE", "dock", 8, True),
        ("MUG-BLUE", "reno", -1, True),
        ("TEAPOT", "reno", 0, True),
    ]
    assert isinstance(first, IncomingStock)
    assert first.listing is not None
    assert (first.listing.place, first.listing.quantity) == ("2nd floor, Dock Road", 8)
    assert "committed" not in first.listing.ids


@pytest.mark.parametrize(
    ("text", "kept"), [("3", "3"), ("-3", "-3"), ("²", None), ("--3", None), ("1e3", None), ("9" * 30, None), ("", None)]
)
def test_what_shopify_has_promised_is_kept_only_where_it_is_a_number(text: str, kept: str | None) -> None:
    row = {"Handle": "mug", "SKU": "MUG", "Location": "Reno shop", "On hand": "8", "Committed": text, "COO": ""}
    (level,) = goods(row, locations=PLACES)
    assert isinstance(level, IncomingStock)
    assert level.listing is not None
    assert level.listing.ids.get("committed") == kept


def test_a_column_of_the_oldest_layout_that_is_no_location_of_ours_is_told() -> None:
    level, note = goods({**WIDE, "Reno shop": "4", "Pop-up tent": "7"}, locations=PLACES)
    assert isinstance(level, IncomingStock)
    assert isinstance(note, Problem)
    assert (note.column, note.rejected) == ("Pop-up tent", False)
    assert note.problem == "no location is called so: what stands in this column is left out"


def test_a_wrong_cell_of_the_oldest_layout_sets_its_row_aside() -> None:
    (problem,) = goods({**WIDE, "2nd floor, Dock Road": "8", "Reno shop": "some"}, locations=PLACES)
    assert isinstance(problem, Problem)
    assert (problem.column, problem.value, problem.problem) == ("Reno shop", "some", "not a whole number")


def test_an_inventory_is_not_taken_for_our_own_stock_file() -> None:
    columns = ("Handle", "SKU", "Location", "On hand", "COO")
    row = {"Handle": "mug", "SKU": "MUG", "Location": "Reno shop", "On hand": "3"}
    assert open_file("export.csv", export(row, columns=columns)).reader.title == "shopify.inventory"


VARIANT = {
    "Handle": "",
    "Title": "",
    "Option1 Name": "",
    "Option1 Value": "",
    "Variant SKU": "",
    "Variant Grams": "100",
    "Variant Price": "5.00",
}


def variants(*rows: tuple[str, str, str, str]) -> list[tuple[str, str, str | None]]:
    """SKU, title and options of what rows of (handle, title, option's name, its value) make; each has its number as SKU."""
    names = ("Handle", "Title", "Option1 Name", "Option1 Value")
    data = [{**VARIANT, "Variant SKU": f"V{n}", **dict(zip(names, row, strict=True))} for n, row in enumerate(rows)]
    found = items(export(*data, columns=tuple(VARIANT)))
    return [(one.sku, one.title, one.options) for one in found if isinstance(one, IncomingProduct)]


def test_a_variant_has_the_title_of_its_product_wherever_that_stands() -> None:
    """Re-sorted by price, say: the row with the title may stand below the others, and apart from them."""
    assert variants(
        ("tee", "", "", "S"), ("mug", "Mug", "Title", "Default Title"), ("cap", "", "", "Red"), ("cap", "Cap", "Color", "Blue"),
        ("tee", "Tee", "Size", "M"), ("pot", "", "", "One"), ("tee", "", "", "L"),
    ) == [
        ("V0", "Tee", "Size: S"),
        ("V1", "Mug", None),
        ("V2", "Cap", "Color: Red"),
        ("V3", "Cap", "Color: Blue"),
        ("V4", "Tee", "Size: M"),
        ("V5", "", "One"),
        ("V6", "Tee", "Size: L"),
    ]  # fmt: skip

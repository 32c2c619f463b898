from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from omscli.channels.opening import open_file
from omscli.channels.reader import Context
from omscli.orders.incoming import IncomingOrder

HEADER = (
    "Order number", "Date created", "Time", "Fulfill by", "Total order quantity", "Contact email", "Note from customer", "Additional checkout info",
    "Item", "Variant", "SKU", "Qty", "Quantity refunded", "Price", "Custom text", "Delivery method", "Recipient name", "Recipient company name",
    "Delivery country", "Delivery state", "Delivery state name", "Delivery city", "Delivery address", "Delivery zip/postal code", "Billing name",
    "Billing country", "Delivery state", "Delivery state name", "Delivery city", "Delivery address", "Delivery zip/postal code", "Payment status",
    "Shipping rate", "Total tax", "Total", "Currency", "Fulfillment status",
)  # fmt: skip
USUAL = (
    "30001", "Dec 8, 2025", "9:15:51 AM", "", "2", "ada@example.com", "", "", "Vase", "", "VASE", "2", "0", "10.00", "", "Standard", "Ada Birk", "",
    "AUT", "AT-9", "Vienna", "Wien", "Ulmenweg 7", "1010", "Udo Zahl", "DEU", "DE-SN", "Saxony", "Leipzig", "Rechnungsallee 9", "04109", "Paid",
    "4.90", "4.15", "24.90", "EUR", "Unfulfilled",
)  # fmt: skip
CONTEXT = Context("wix", currency="EUR", timezone="Europe/Vienna", locations={"main": "Main warehouse", "shop": "Ring shop"})


def table(*rows: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    for row in rows or ({},):
        cells = list(USUAL)
        for name, value in row.items():
            cells[HEADER.index(name)] = value
        writer.writerow(cells)
    return out.getvalue().encode()


def items(*rows: dict[str, str], context: Context = CONTEXT) -> list[Any]:
    return list(open_file("Orders.csv", table(*rows)).items(context))


def order(*rows: dict[str, str]) -> IncomingOrder:
    (found,) = items(*rows)
    assert isinstance(found, IncomingOrder), found
    return found


def test_the_parcel_goes_to_the_first_of_two_addresses() -> None:
    place = order().ship_to
    assert (place.name, place.line1, place.city, place.postcode) == ("Ada Birk", "Ulmenweg 7", "Wien", "1010")
    assert (place.country, place.region) == ("AT", "9")


@pytest.mark.parametrize(
    ("country", "state", "name", "told"),
    [
        ("DEU", "DE-BE", "Berlin", ("DE", "BE")),
        ("USA", "US-CA", "California", ("US", "CA")),
        ("US", "CA", "", ("US", "CA")),
        ("USA", "", "California", ("US", "CA")),
        ("Atlantis", "AT-1", "", ("Atlantis", "AT-1")),
    ],
)
def test_countries_have_three_letters_and_regions_the_country_in_front(country: str, state: str, name: str, told: tuple[str, str]) -> None:
    row = {"Delivery country": country, "Delivery state": state, "Delivery state name": name, "Delivery zip/postal code": "12345"}
    place = order(row).ship_to
    assert (place.country, place.region) == told


@pytest.mark.parametrize(
    ("day", "time", "utc"),
    [
        ("Dec 8, 2025", "9:15:51 AM", "2025-12-08T08:15:51Z"),
        ("Dec 8, 2025", "9:15:51\u202fPM", "2025-12-08T20:15:51Z"),
        ("Dec 8, 2025", "12:05:00 AM", "2025-12-07T23:05:00Z"),
        ("8 Dec 2025", "21:15:51", "2025-12-08T20:15:51Z"),
        ("Dec 8, 2025", "", "2025-12-07T23:00:00Z"),
        ("2025-12-08", "09:15:51", "2025-12-08T08:15:51Z"),
        ("12/18/2025", "9:15", "2025-12-18T08:15:00Z"),
    ],
)
def test_day_and_time_stand_in_two_columns(day: str, time: str, utc: str) -> None:
    assert order({"Date created": day, "Time": time}).placed_at == utc


@pytest.mark.parametrize(
    ("time", "hint"), [("noon", "it takes a form like 9:15:51 AM"), ("13:00:00 PM", "with AM or PM it takes the hours 1 to 12")]
)
def test_what_is_no_time_of_day_sets_the_order_aside(time: str, hint: str) -> None:
    (problem,) = items({"Time": time})
    assert (problem.column, problem.value, problem.problem, problem.hint) == ("Time", time, "not a time of day", hint)


def test_a_day_that_a_spreadsheet_changed_asks_for_its_order() -> None:
    (problem,) = items({"Date created": "12/8/2025"})
    assert problem.problem == "a date that can be read two ways"


@pytest.mark.parametrize(
    ("status", "state", "to_ship"),
    [
        ("Unfulfilled", "open", 2),
        ("Fulfilled", "fulfilled", 0),
        ("Canceled", "cancelled", 0),
        ("Partially fulfilled", "open", 2),
        ("Nicht ausgeführt", "unknown", 2),
    ],
)
def test_the_status_tells_what_is_left(status: str, state: str, to_ship: int) -> None:
    found = order({"Fulfillment status": status})
    assert (found.state, found.lines[0].to_ship) == (state, to_ship)
    assert found.raw_status == (status if state == "unknown" else "")


def test_a_part_that_has_left_holds_the_order_since_nobody_knows_which() -> None:
    assert order({"Fulfillment status": "Partially fulfilled"}).doubts == ("Wix says that a part of it has left, and not which",)


def test_refunded_units_are_not_sent() -> None:
    found = order({"Quantity refunded": "1"}, {"Item": "Jug", "SKU": "JUG", "Quantity refunded": "2"})
    assert [(line.quantity, line.to_ship) for line in found.lines] == [(2, 1), (2, 0)]
    assert order({"Quantity refunded": "2"}).state == "fulfilled"


@pytest.mark.parametrize(
    ("words", "payment"),
    [
        (("Paid", "Paid"), "paid"),
        (("Paid", "Partially refunded"), "partially_refunded"),
        (("Partially refunded", "Paid"), "partially_refunded"),
        (("Refunded", "Refunded"), "refunded"),
        (("Paid", "Refunded"), "partially_refunded"),
        (("Unpaid", "Unpaid"), "pending"),
        (("Partially paid", "Partially paid"), "pending"),
        (("Paid", "Unpaid"), "unknown"),
        (("Bezahlt", "Bezahlt"), "unknown"),
    ],
)
def test_the_payment_is_what_all_rows_say_together(words: tuple[str, str], payment: str) -> None:
    assert order({"Payment status": words[0]}, {"Payment status": words[1], "SKU": "JUG"}).payment == payment


def test_a_cancelled_order_that_nobody_paid_is_void() -> None:
    assert order({"Payment status": "Unpaid", "Fulfillment status": "Canceled"}).payment == "voided"


def test_goods_without_a_sku_go_by_name_and_variant() -> None:
    (line,) = order({"SKU": "", "Variant": "Size: M", "Custom text": "For Mia"}).lines
    assert (line.sku, line.title, line.note) == ("Vase Size: M", "Vase [Size: M]", "For Mia")


def test_who_collects_needs_a_place_that_is_known() -> None:
    assert order({"Delivery method": "Pickup at Ring shop"}).pickup_location == "shop"
    lost = order({"Delivery method": "Store Pickup"})
    assert (lost.pickup_location, lost.doubts) == (None, ("the buyer collects it (“Store Pickup”), and no location is called so",))
    (found,) = items({"Delivery method": "Store Pickup"}, context=Context("wix", locations={"shop": "Ring shop"}))
    assert found.pickup_location == "shop"


def test_an_order_without_any_delivery_waits_for_a_person() -> None:
    empty = dict.fromkeys(
        ("Delivery method", "Recipient name", "Delivery country", "Delivery state", "Delivery state name", "Delivery city"), ""
    )
    found = order({**empty, "Delivery address": "", "Delivery zip/postal code": ""})
    assert found.doubts == ("the file names no delivery: digital goods, a service, or a pickup",)
    assert found.ship_to.is_empty


def test_note_and_checkout_fields_are_both_told() -> None:
    assert order({"Note from customer": "Ring twice", "Additional checkout info": "VAT: 1"}).note == "Ring twice\nVAT: 1"


def test_the_day_to_fulfil_by_is_the_day_to_ship_by() -> None:
    assert order({"Fulfill by": "Dec 12, 2025"}).ship_by == "2025-12-12"

"""What label software tells back: whose label it is, which were paid back, and on what day the parcel left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from omscli.channels.cells import CellError
from omscli.channels.label_reports import is_paid_back, left_on
from omscli.channels.opening import open_file
from omscli.errors import Refused

Read = Callable[..., list[dict[str, Any]]]
PIRATE = "Ship Date,Order ID,Tracking Number,Cost,Status,Carrier,Batch\n"
STATION = "Order - Number,Shipment - Tracking Number,Date - Shipped Date,Amount - Shipping Cost,Item - SKU\n"


def problems(told: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    found = [item["problem"] for item in told if "problem" in item]
    return [(one["line"], one["column"], one["problem"], one["hint"], one["rejected"]) for one in found]


def parcels(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item for item in told if "problem" not in item]


# -- Pirate Ship


def test_a_label_that_was_paid_back_is_skipped_and_noted(read: Read) -> None:
    told = read("a.csv", f"{PIRATE}2026-03-02,S-1,T1,$4.27,Refunded,USPS,x\n".encode())
    assert parcels(told) == []
    assert problems(told) == [(2, "Status", "the label T1 was paid back: left out", "", False)]


def test_a_label_without_an_order_id_is_set_aside_with_what_to_do(read: Read) -> None:
    told = read("a.csv", f"{PIRATE}2026-03-02,,T1,$4.27,Printed,USPS,x\n".encode())
    hint = "map the order number to Order ID when you upload; for this one: oms ship S-… --tracking NUMBER"
    assert problems(told) == [(2, "Order ID", "is empty", hint, True)]


def test_a_label_without_an_order_id_that_was_paid_back_bothers_nobody(read: Read) -> None:
    assert [one[4] for one in problems(read("a.csv", f"{PIRATE}2026-03-02,,T1,$4.27,Refunded,USPS,x\n".encode()))] == [False]


def test_a_grid_without_status_is_taken_with_one_note(read: Read) -> None:
    told = read("a.csv", b"Order ID,Tracking Number,Label Size\nS-1,T1,4x6\nS-2,T2,4x6\n")
    assert [one["shipment_or_order"] for one in parcels(told)] == ["S-1", "S-2"]
    note = "the file does not say which labels were paid back"
    assert problems(told) == [(2, "status", note, "let the grid show Status and export again", False)]


def test_a_grid_without_the_order_ids_is_refused_with_the_missing_column() -> None:
    with pytest.raises(Refused, match="the column “order id” is missing"):
        open_file("a.csv", b"Created Date,Tracking Number,Label Size\n2026-03-02,T1,4x6\n", wanted="pirateship")


def test_dollars_are_no_cost_in_books_of_another_currency(read: Read) -> None:
    told = read("a.csv", f"{PIRATE}2026-03-02,S-1,T1,$4.27,Printed,USPS,x\n2026-03-02,S-2,T2,$5,Printed,USPS,x\n".encode(), currency="CAD")
    assert all("cost" not in one for one in parcels(told))
    assert problems(told) == [(2, "Cost", "costs in USD are left out: the books are in CAD", "", False)]


def test_its_labels_are_found_among_other_files_by_what_only_it_has() -> None:
    assert open_file("a.csv", b"Order ID,Tracking Number,Rubber Stamp 1\nS-1,T1,x\n").reader.title == "pirateship.shipments"
    with pytest.raises(Refused):
        open_file("a.csv", b"Order ID,Tracking Number\nS-1,T1\n")


# -- ShipStation


def test_rows_of_items_are_one_parcel(read: Read) -> None:
    rows = "S-1,T1,3/2/2026,5.10,MUG\nS-1,T1,3/2/2026,5.10,LAMP\nS-1,T1,3/2/2026,5.10,\n"
    told = read("a.csv", (STATION + rows).encode())
    assert [(one["tracking_number"], one["cost"]) for one in parcels(told)] == [("T1", 510)]
    assert problems(told) == []


def test_several_labels_of_one_order_are_several_parcels(read: Read) -> None:
    told = read("a.csv", f"{STATION}S-1,T1,3/2/2026,5.10,MUG\nS-1,T2,3/2/2026,6.20,MUG\n".encode())
    assert [(one["tracking_number"], one["cost"]) for one in parcels(told)] == [("T1", 510), ("T2", 620)]


def test_one_label_for_two_orders_is_a_parcel_of_each(read: Read) -> None:
    told = read("a.csv", f"{STATION}S-1,T1,3/2/2026,5.10,MUG\nS-2,T1,3/2/2026,5.10,MUG\n".encode())
    assert [(one["shipment_or_order"], one["tracking_number"]) for one in parcels(told)] == [("S-1", "T1"), ("S-2", "T1")]


def test_a_parcel_with_two_costs_keeps_the_first_and_says_so(read: Read) -> None:
    told = read("a.csv", f"{STATION}S-1,T1,3/2/2026,5.10,MUG\nS-1,T1,3/2/2026,0.00,LAMP\n".encode())
    assert [one["cost"] for one in parcels(told)] == [510]
    assert problems(told) == [
        (3, "Amount - Shipping Cost", "another cost than in line 2, which was taken", "one label has one cost", False)
    ]


def test_an_order_that_left_without_a_number_is_noted_and_one_that_waits_is_not(read: Read) -> None:
    told = read("a.csv", f"{STATION}S-1,,3/2/2026,0.00,MUG\nS-2,,,,MUG\nS-3,T3,3/2/2026,5,MUG\nS-3,,3/2/2026,5,\n".encode())
    assert [one["shipment_or_order"] for one in parcels(told)] == ["S-3"]
    note = "S-1 has left without a tracking number: left out"
    assert problems(told) == [(2, "Shipment - Tracking Number", note, "if it has: oms ship S-1", False)]


def test_the_date_is_taken_from_whichever_column_the_template_has(read: Read) -> None:
    told = read("a.csv", b"Order - Number,Shipment - Tracking Number,Shipment - Ship Date\nS-1,T1,2026-03-02\n")
    assert [one["shipped_at"] for one in parcels(told)] == ["2026-03-02"]


def test_a_walmart_file_with_order_and_tracking_numbers_is_not_shipstations() -> None:
    with pytest.raises(Refused):
        open_file("a.csv", b"PO#,Order#,Carrier,Tracking Number\n1,2,UPS,T1\n")


# -- Royal Mail


def test_a_letter_without_a_number_has_left_once_it_was_despatched(read: Read) -> None:
    told = read("a.csv", b"Order reference,Tracking number,Despatch date\nS-1,,02/03/26\nS-2,,\n")
    assert told == [{"shipment_or_order": "S-1", "carrier": "Royal Mail", "tracking_number": "", "shipped_at": "2026-03-02"}]


def test_what_parcelforce_carries_is_not_royal_mails(read: Read) -> None:
    told = read("a.csv", b"Order reference,Tracking number,Shipping service\nS-1,PB1,Parcelforce express24\nS-2,T2,Tracked 48\n")
    assert [one["carrier"] for one in told] == ["Parcelforce", "Royal Mail"]


# -- what they have in common


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2026-03-02", "mdy", "2026-03-02"),
        ("2026-03-02 23:30:00 -0800", "mdy", "2026-03-03"),
        ("3/2/2026", "mdy", "2026-03-02"),
        ("3/2/2026", "dmy", "2026-02-03"),
        ("3/2/2026 2:05:00 PM", "mdy", "2026-03-02"),
        ("03/02/2026 14:05", "mdy", "2026-03-02"),
        ("3/2/2026, 2:05 pm", "mdy", "2026-03-02"),
        ("March 2, 2026", "mdy", "2026-03-02"),
        ("Mar 2, 2026", "mdy", "2026-03-02"),
        ("", "mdy", None),
    ],
)
def test_the_day_a_parcel_left(text: str, order: str, day: str | None) -> None:
    assert left_on(text, "ship_date", "America/New_York", order) == day


@pytest.mark.parametrize("text", ["soon", "2026-02-30", "13/13/2026", "Smarch 2, 2026"])
def test_a_day_that_is_none_is_never_guessed(text: str) -> None:
    with pytest.raises(CellError):
        left_on(text, "ship_date", "UTC", "mdy")


@pytest.mark.parametrize(
    ("status", "back"),
    [("Refunded", True), ("REFUND REQUESTED", True), ("Voided", True), ("Printed", False), ("Delivered", False), ("", False)],
)
def test_which_labels_were_paid_back(status: str, back: bool) -> None:
    assert is_paid_back(status, "status") is back


@pytest.mark.parametrize("status", ["Refund Denied", "Not refundable", "Void failed"])
def test_a_word_that_leaves_it_open_sets_the_row_aside(status: str) -> None:
    with pytest.raises(CellError, match="leaves open whether the parcel left"):
        is_paid_back(status, "status")

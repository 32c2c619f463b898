"""Files for label software: one reference for each parcel, the units each program wants, nothing that is not known."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from omscli.base.address import Address
from omscli.channels.countries import country_code, country_name
from omscli.channels.label_fields import HEAD_FIELDS, ITEM_FIELDS, SUMMARY_FIELDS, head, items_of, labels_of, readable, summary
from omscli.channels.writer import Label, LabelItem, Sending
from omscli.channels.writing import Layout, Written, all_writers, written

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
HOME = Sending("", NOW, "America/New_York", "USD")
UK = Sending("", NOW, "Europe/London", "GBP")
ANN = Address("Ann Lee", "", "1 King St", "Apt 2", "Boston", "MA", "02134", "US", "617 555 0142")
MUG = LabelItem("MUG", "Mug", 2, 1250, 340, "691200", "PT")
LABEL = Label(
    "S-12", "SH-1058", "#1058", "web", "2026-03-02T14:05:00Z", ANN, "ann@example.com", "Express", "usps", "ground", "2026-03-02", "small",
    (203, 152, 102), 227, (MUG,), "USD", 3095, 595,
)  # fmt: skip
LABELS = ("pirateship", "shipstation", "royalmail", "shippo")


def made(program: str, *labels: Label, sending: Sending = HOME, layout: Layout | None = None) -> Written:
    return written(all_writers()[f"{program}.labels"], labels, sending, layout or Layout())


def rows(program: str, *labels: Label, **wish: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made(program, *labels, **wish).data.decode())))


# -- references


def test_the_reference_is_the_shipment_and_its_further_parcels_are_numbered() -> None:
    labels = [LABEL, replace(LABEL, shipment="S-13"), replace(LABEL, parcel=2), replace(LABEL, parcel=3)]
    assert [reference for _, reference in labels_of(labels)] == ["S-12", "S-13", "S-12-2", "S-12-3"]


@pytest.mark.parametrize(
    ("program", "column"),
    [("pirateship", "Order ID"), ("shipstation", "Order #"), ("royalmail", "Order reference"), ("shippo", "Order Number")],
)
def test_two_parcels_of_a_shipment_are_two_orders_of_the_program(program: str, column: str) -> None:
    assert [row[column] for row in rows(program, LABEL, replace(LABEL, parcel=2))] == ["S-12", "S-12-2"]


def test_a_parcel_of_which_one_item_cannot_go_out_stays_out_whole() -> None:
    bad = replace(LABEL, shipment="S-13", items=(MUG, replace(MUG, sku="=1+1")))
    found = made("shipstation", LABEL, bad)
    assert [row["Order #"] for row in csv.DictReader(io.StringIO(found.data.decode()))] == ["S-12"]
    assert [(one.column, one.problem) for one in found.kept] == [("Item SKU", "begins like a formula")]


# -- fields


def test_a_parcel_has_all_its_fields_and_no_other() -> None:
    assert set(head(LABEL, "S-12", HOME)) == HEAD_FIELDS
    assert set(summary(LABEL)) == SUMMARY_FIELDS
    assert [set(item) for item in items_of(LABEL)] == [ITEM_FIELDS]
    assert [set(item) for item in items_of(replace(LABEL, items=()))] == [ITEM_FIELDS]


def test_measures_are_given_in_the_units_of_every_program() -> None:
    found = head(LABEL, "S-12", HOME)
    assert [found[f"weight_{unit}"] for unit in ("g", "kg", "oz", "lb")] == ["227", "0.227", "8", "0.5"]
    assert [found[f"length_{unit}"] for unit in ("mm", "cm", "in")] == ["203", "20.3", "8"]


def test_the_smallest_weight_is_not_nothing() -> None:
    found = head(replace(LABEL, weight_g=1), "S-12", HOME)
    assert [found[f"weight_{unit}"] for unit in ("g", "kg", "oz", "lb")] == ["1", "0.001", "0.1", "0.01"]


def test_what_nobody_knows_is_an_empty_cell() -> None:
    unknown = replace(LABEL, weight_g=0, size_mm=None, total=None, shipping=None, items=(replace(MUG, unit_price=None),))
    found = head(unknown, "S-12", HOME)
    assert {found[name] for name in ("weight_oz", "weight_kg", "length_in", "height_mm", "total", "shipping", "value")} == {""}


def test_a_company_without_a_person_is_the_name() -> None:
    found = head(replace(LABEL, ship_to=replace(ANN, name="", company="Lee Ltd")), "S-12", HOME)
    assert (found["name"], found["company"]) == ("Lee Ltd", "")


def test_customs_data_of_one_row_are_those_of_everything_in_it() -> None:
    same = summary(replace(LABEL, items=(MUG, replace(MUG, sku="CUP", title="Cup"))))
    assert (same["hs_code"], same["origin"], same["contents"], same["description"]) == ("691200", "PT", "MUG x2, CUP x2", "Mug, Cup")
    other = summary(replace(LABEL, items=(MUG, replace(MUG, sku="LAMP", hs_code="940520"))))
    assert (other["hs_code"], other["origin"]) == ("", "PT")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("- ring twice", "ring twice"),
        ("=@+1", "1"),
        ("two\nlines\tand  more", "two lines and more"),
        ("\u202eabc\x1b[2J", "abc[2J"),
        ("x" * 30, "x" * 20),
        ("Straße 5 – Hof", "Straße 5 – Hof"),
        ("===", ""),
        ("", ""),
    ],
)
def test_a_note_never_keeps_a_label_out_of_the_file(text: str, shown: str) -> None:
    assert readable(text, 20) == shown


@pytest.mark.parametrize("program", LABELS)
def test_a_buyers_note_that_begins_like_a_formula_keeps_no_row_out(program: str) -> None:
    assert made(program, replace(LABEL, note="- leave it\nat the door")).kept == []


@pytest.mark.parametrize("program", LABELS)
def test_postcodes_and_skus_keep_their_zeros(program: str) -> None:
    layout = Layout(columns={"Zip": "postcode", "SKU": "sku"}) if program != "pirateship" else Layout(columns={"Zip": "postcode"})
    (row,) = rows(program, replace(LABEL, ship_to=replace(ANN, country="CA"), items=(replace(MUG, sku="00042"),)), layout=layout)
    assert row["Zip"] == "02134"
    assert row.get("SKU", "00042") == "00042"


# -- money


def test_pirate_ship_gets_values_in_dollars_only() -> None:
    (dollars, euros) = rows("pirateship", LABEL, replace(LABEL, currency="EUR"), sending=UK)
    assert (dollars["Order Value"], euros["Order Value"]) == ("25.00", "")


def test_shipstation_gets_amounts_in_the_money_of_the_seller_only() -> None:
    (home, abroad) = rows("shipstation", LABEL, replace(LABEL, currency="EUR"))
    names = ("Order Total", "Shipping Paid", "Item Unit Price")
    assert [[row[name] for name in names] for row in (home, abroad)] == [["30.95", "5.95", "12.50"], ["", "", ""]]


# -- ShipStation


def test_shipstation_gets_a_row_an_item_with_the_parcel_repeated() -> None:
    found = rows("shipstation", replace(LABEL, items=(MUG, replace(MUG, sku="CUP", quantity=1))))
    assert [(row["Order #"], row["Item SKU"], row["Item Quantity"], row["Weight(oz)"]) for row in found] == [
        ("S-12", "MUG", "2", "8"),
        ("S-12", "CUP", "1", "8"),
    ]
    assert found[0]["Order Date"] == "03/02/2026 09:05:00"


def test_shipstation_takes_no_sku_of_more_than_fifty_letters() -> None:
    (kept,) = made("shipstation", replace(LABEL, items=(replace(MUG, sku="X" * 51),))).kept
    assert (kept.subject, kept.column, kept.problem) == ("SH-1058", "Item SKU", "is no value that this column takes")


# -- Royal Mail


def british(**changes: Any) -> Label:
    to = Address("Ann Lee", "", "1 Mill Lane", "", "Leeds", "", "LS1 4AP", "GB", "07700 900123")
    return replace(LABEL, **{"ship_to": to, "currency": "GBP", **changes})


def test_royal_mail_gets_one_row_for_a_parcel_inside_the_country() -> None:
    (row,) = rows("royalmail", british(items=(MUG, replace(MUG, sku="CUP"))), sending=UK)
    assert (row["Country"], row["Weight"], row["Date"], row["Product SKU"]) == ("United Kingdom", "0.227", "02/03/26", "")


@pytest.mark.parametrize("country", ["DE", "JE", "GG"])
def test_royal_mail_gets_the_customs_data_of_a_parcel_that_leaves_it(country: str) -> None:
    label = british(ship_to=replace(ANN, country=country), items=(MUG, replace(MUG, sku="4006381333931")))
    found = rows("royalmail", label, sending=UK)
    assert [(row["Product SKU"], row["Customs code"], row["Country of origin"], row["Unit weight"]) for row in found] == [
        ("MUG", "691200", "PT", "0.34"),
        ("", "691200", "PT", "0.34"),  # thirteen figures would be rounded there
    ]


@pytest.mark.parametrize("name", ["森 健二", "Иван Петров", "Ann 😀"])
def test_royal_mail_takes_no_name_in_other_letters_and_none_is_changed(name: str) -> None:
    found = made("royalmail", british(ship_to=replace(british().ship_to, name=name)), sending=UK)
    assert [(one.column, one.value, one.problem) for one in found.kept] == [("Full name", name, "is no value that this column takes")]


def test_royal_mail_takes_names_with_accents() -> None:
    assert made("royalmail", british(ship_to=replace(british().ship_to, name="Łukasz Żądło-O’Brien")), sending=UK).kept == []


def test_royal_mail_reads_long_figures_as_a_number_so_that_an_id_gets_its_channel_in_front() -> None:
    layout = Layout(columns={"Order reference": "order_id"})
    labels = [british(order_id="12345678901"), british(order_id="2300123456789", channel="ebay")]
    assert [row["Order reference"] for row in rows("royalmail", *labels, sending=UK, layout=layout)] == [
        "12345678901",
        "ebay:2300123456789",
    ]


@pytest.mark.parametrize(
    ("change", "column", "cell"),
    [
        ({"box": "small_parcel"}, "Package size", "Small parcel"),
        ({"box": "Large Letter"}, "Package size", "Large letter"),
        ({"box": "carton"}, "Package size", ""),
        ({"service": "TPN24"}, "Service code", "TPN24"),
        ({"service": "ground"}, "Service code", ""),
        ({"email": "no address"}, "Email", ""),
        ({"note": "x" * 120}, "Special instructions", "x" * 100),
    ],
)
def test_royal_mail_gets_only_the_words_it_knows(change: dict[str, Any], column: str, cell: str) -> None:
    assert [row[column] for row in rows("royalmail", british(**change), sending=UK)] == [cell]


# -- countries


def test_a_country_has_one_name_that_is_read_back_as_its_code() -> None:
    assert (country_name("GB"), country_name("NL"), country_name("Atlantis"), country_name("")) == (
        "United Kingdom", "Netherlands", "Atlantis", ""
    )  # fmt: skip
    assert all(country_code(country_name(code)) == code for code in ("US", "GB", "DE", "AX", "CI", "KR", "TR", "VI"))

from __future__ import annotations

import csv
import io

import pytest

from omscli.base.problems import Problem
from omscli.catalog.incoming import IncomingProduct
from omscli.channels.opening import open_file
from omscli.channels.reader import Context

USUAL = {
    "sku": "HAT-M", "categories": "hats,winter", "enabled": "1", "family": "hats", "parent": "hat", "groups": "", "ean": "9521234000075",
    "name-de_DE": "Mütze", "name-en_GB": "Hat", "name-en_US": "Beanie", "price-EUR": "19.90", "price-USD": "24.00", "weight": "0.1200",
    "weight-unit": "KILOGRAM",
}  # fmt: skip


def items(*rows: dict[str, str], usual: dict[str, str] = USUAL) -> list[object]:
    """An export with semicolons; each row is the usual one with some columns changed."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(usual), delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows([{**usual, **row} for row in rows or ({},)])
    file = open_file("products.csv", out.getvalue().encode())
    assert file.reader.title == "akeneo.products"
    return list(file.items(Context(currency="EUR")))


def product(*rows: dict[str, str], usual: dict[str, str] = USUAL) -> IncomingProduct:
    (found,) = items(*rows, usual=usual)
    assert isinstance(found, IncomingProduct)
    return found


def test_attributes_are_found_by_their_names_and_read_in_their_units() -> None:
    found = product()
    assert (found.sku, found.title, found.barcode, found.weight_g, found.price, found.currency) == (
        "HAT-M", "Beanie", "9521234000075", 120, 1990, "EUR",
    )  # fmt: skip
    assert (found.parent, found.category) == ("hat", "hats,winter")
    assert found.columns == {"sku", "title", "barcode", "weight_g", "price", "currency", "parent", "category"}


@pytest.mark.parametrize(
    ("empty", "title"),
    [([], "Beanie"), (["name-en_US"], "Hat"), (["name-en_US", "name-en_GB"], "Mütze"), (["name-en_US", "name-en_GB", "name-de_DE"], "")],
)
def test_the_title_is_american_english_or_other_english_or_whatever_there_is(empty: list[str], title: str) -> None:
    assert product(dict.fromkeys(empty, "")).title == title


def test_a_title_may_be_told_for_a_channel_or_in_no_language() -> None:
    usual = {
        **{name: text for name, text in USUAL.items() if not name.startswith("name")},
        "label-fr_FR-ecommerce": "Bonnet",
        "label-print": "Hat M",
    }
    assert product(usual=usual).title == "Hat M"
    assert product({"label-print": ""}, usual=usual).title == "Bonnet"


def test_attributes_that_only_begin_alike_are_others() -> None:
    usual = {**USUAL, "name_of_the_maker": "Moor Ltd", "weight_class": "light"}
    assert product({"name-en_US": "", "name-en_GB": "", "name-de_DE": ""}, usual=usual).title == ""


def test_a_price_in_another_currency_is_not_taken() -> None:
    usual = {name: text for name, text in USUAL.items() if name != "price-EUR"}
    found = product(usual=usual)
    assert (found.price, found.currency) == (None, None)
    assert "price" not in found.columns


def test_a_weight_is_unknown_where_only_its_unit_stands() -> None:
    assert product({"weight": ""}).weight_g is None


def test_a_weight_without_a_column_for_its_unit_is_not_read() -> None:
    usual = {name: text for name, text in USUAL.items() if name != "weight-unit"}
    found = product(usual=usual)
    assert found.weight_g is None
    assert "weight_g" not in found.columns


@pytest.mark.parametrize(("unit", "problem"), [("STONE", "has no unit that is known here"), ("", "has no unit that is known here")])
def test_a_unit_that_nobody_knows_sets_the_row_aside(unit: str, problem: str) -> None:
    (found,) = items({"weight-unit": unit})
    assert isinstance(found, Problem)
    assert (found.column, found.problem, found.rejected) == ("weight", problem, True)


def test_numbers_may_have_a_decimal_comma() -> None:
    found = product({"weight": "0,12", "price-EUR": "19,90"})
    assert (found.weight_g, found.price) == (120, 1990)


def test_a_sku_that_stands_there_twice_is_set_aside_the_second_time() -> None:
    _, found = items({}, {"name-en_US": "Other"})
    assert isinstance(found, Problem)
    assert (found.line, found.problem) == (3, "stands in line 2 already")

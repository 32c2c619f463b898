from __future__ import annotations

import pytest

from omscli.channels.cells import CellError
from omscli.channels.measures import decimal_mark, grams, millimetres


@pytest.mark.parametrize(
    ("text", "unit", "weight"),
    [
        ("200", "g", 200), ("226.796185", "g", 227), (".5", "kg", 500), ("0.1200", "KILOGRAM", 120), ("1", "lbs", 454), ("8", "oz", 227),
        ("2", "OUNCE", 57), ("250000", "mg", 250), ("0.2", "g", 1), ("'12", "g", 12),
    ],
)  # fmt: skip
def test_a_weight_is_whole_grams_in_whatever_unit_it_was_told(text: str, unit: str, weight: int) -> None:
    assert grams(text, "weight", unit) == weight


@pytest.mark.parametrize(
    ("text", "unit", "length"), [("4", "cm", 40), (".5", "cm", 5), ("1", "in", 25), ("2", "m", 2000), ("1", "yd", 914), ("12", "mm", 12)]
)
def test_a_length_is_whole_millimetres(text: str, unit: str, length: int) -> None:
    assert millimetres(text, "length", unit) == length


@pytest.mark.parametrize("text", ["", "0", "0.0", "0.000"])
def test_nothing_and_zero_mean_that_nobody_measured_it(text: str) -> None:
    assert grams(text, "weight", "kg") is None


@pytest.mark.parametrize("text", ["a lot", "-1", "1 kg", "1,5", "1,250", "1.2.3", ".", "1e3", "１２", "12345678901"])
def test_what_is_no_number_is_not_guessed(text: str) -> None:
    with pytest.raises(CellError) as caught:
        grams(text, "weight", "g")
    assert caught.value.problem == "not a number"
    assert caught.value.hint == "write it like 12.5, without a unit or a mark for thousands"


def test_a_comma_divides_decimals_where_the_column_says_so() -> None:
    assert grams("1,250", "weight", "kg", ",") == 1250
    with pytest.raises(CellError):
        grams("1.250", "weight", "kg", ",")


def test_a_unit_that_nobody_knows_is_named() -> None:
    with pytest.raises(CellError) as caught:
        grams("2", "weight", "stone")
    assert (caught.value.value, caught.value.problem) == ("2 stone", "has no unit that is known here")
    with pytest.raises(CellError):
        grams("2", "weight", "cm")


def test_more_than_a_product_can_weigh_is_a_mistake() -> None:
    with pytest.raises(CellError, match="is more than a product can measure"):
        grams("999999", "weight", "kg")


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["20,50", "18", ""], ","), (["20.50", "18"], "."), (["1.234,50"], ","), (["1,234.50"], "."), (["1,250"], "."), (["1.250"], "."),
        (["20,50", "20.50"], "."), (["'-3,5"], ","), (["0,12345"], ","), ([], "."), (["12,5 kg"], ","),
    ],
)  # fmt: skip
def test_a_column_proves_its_decimal_mark_or_it_is_a_point(cells: list[str], mark: str) -> None:
    assert decimal_mark(cells) == mark

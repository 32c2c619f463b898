from __future__ import annotations

from collections.abc import Callable

import pytest

from omscli.channels.cells import (
    CellError,
    Figures,
    barcode_or_damage,
    count,
    identifier,
    is_rounded,
    money,
    one_of,
    only_once,
    quantity,
    split_line,
    unguarded,
    unscrambled,
    yes,
)


@pytest.mark.parametrize(("text", "units"), [("1", 1), ("2.0", 2), ("0007", 7), ("3.000", 3), ("100000", 100_000)])
def test_units_are_whole_figures(text: str, units: int) -> None:
    assert quantity(text, "quantity") == units


@pytest.mark.parametrize("text", ["two", "1.5", "1,000", "+1", "１２", "٣", "²", "1e3", "1_000", "NaN", "Infinity", "1 000", "0x10"])
def test_what_is_no_plain_number_of_units_is_set_aside(text: str) -> None:
    with pytest.raises(CellError) as caught:
        quantity(text, "Quantity")
    assert caught.value.problem == "not a whole number"
    assert caught.value.hint == "write the number of units in figures, such as 2"


@pytest.mark.parametrize("text", ["0", "0.0", "-1", "100001", "9" * 25, "9" * 5000])
def test_nobody_orders_nothing_or_a_hundred_thousand_and_one(text: str) -> None:
    with pytest.raises(CellError) as caught:
        quantity(text, "quantity")
    assert caught.value.problem == "must be 1 to 100,000"


def test_an_empty_quantity_is_not_one_unit() -> None:
    with pytest.raises(CellError) as caught:
        quantity("", "quantity")
    assert caught.value.problem == "is empty"


@pytest.mark.parametrize(("text", "units"), [("0", 0), ("-3", -3), ("12.00", 12)])
def test_a_shelf_may_hold_nothing_and_an_oversold_one_less(text: str, units: int) -> None:
    assert count(text, "on_hand") == units


@pytest.mark.parametrize(("text", "problem"), [("9" * 25, "more than a shelf holds"), ("1e3", "not a whole number"), ("", "is empty")])
def test_no_shelf_holds_what_is_no_count(text: str, problem: str) -> None:
    with pytest.raises(CellError) as caught:
        count(text, "on_hand")
    assert caught.value.problem == problem


@pytest.mark.parametrize(
    ("text", "currency", "decimal", "minor"),
    [
        ("12.50", "USD", ".", 1250),
        ("12.5", "USD", ".", 1250),
        ("17", "USD", ".", 1700),
        ("$1,022.25", "USD", ".", 102225),
        ("-$3.00", "USD", ".", -300),
        ("($12.00)", "USD", ".", -1200),
        ("EUR 90,00", "EUR", ",", 9000),
        ("1 234,50 €", "EUR", ",", 123450),
        ("1\u202f234,50 €", "EUR", ",", 123450),
        ("163056", "CLP", ".", 163056),
        ("1400", "JPY", ".", 1400),
        ("1.500", "KWD", ".", 1500),
        ("12.50", "XQQ", ".", 1250),
        ("19.99", "USD", ".", 1999),
    ],
)
def test_amounts_are_read_to_the_cent(text: str, currency: str, decimal: str, minor: int) -> None:
    assert money(text, "price", currency, decimal) == minor


@pytest.mark.parametrize(
    ("text", "decimal"), [("1.234", "."), ("19,99", "."), ("1.234,56", "."), ("1,234", ","), ("12.50", ","), ("free", "."), ("NaN", ".")]
)
def test_an_amount_that_does_not_fit_the_format_is_set_aside(text: str, decimal: str) -> None:
    with pytest.raises(CellError) as caught:
        money(text, "price", "USD", decimal)
    assert caught.value.problem == "not an amount of USD"


def test_an_amount_that_can_be_read_two_ways_is_never_guessed() -> None:
    with pytest.raises(CellError) as caught:
        money("1,234", "price", "USD")
    assert (caught.value.problem, caught.value.hint) == ("can be read as thousands or as a fraction", "write it like 1234.00")


def test_an_empty_amount_is_unknown_and_not_zero() -> None:
    assert money("", "price", "USD") is None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("'02138", "02138"),
        ("'+32 475", "+32 475"),
        ("'=1", "=1"),
        ('="00123"', "00123"),
        ("'t Hart", "'t Hart"),
        ("'", "'"),
        ("", ""),
        ("A'1", "A'1"),
    ],
)
def test_the_marks_that_keep_a_spreadsheet_from_calculating_are_undone(text: str, plain: str) -> None:
    assert unguarded(text) == plain


@pytest.mark.parametrize("text", ["5.38376E+11", "9.43461E+21", "1E+15", "'5.3E+11", "5,38E+11"])
def test_an_identifier_that_a_spreadsheet_rounded_is_refused(text: str) -> None:
    with pytest.raises(CellError) as caught:
        identifier(text, "barcode")
    assert caught.value.problem == "is a rounded number, not an identifier"


@pytest.mark.parametrize("text", ["00042", "1E5", "HAT+7", "E+11", "12E+", "ABC-5E+11"])
def test_odd_identifiers_stay_as_they_are(text: str) -> None:
    assert identifier(text, "sku") == text


@pytest.mark.parametrize(("text", "answer"), [("yes", True), ("TRUE", True), ("1", True), ("no", False), ("0", False), ("", True)])
def test_yes_and_no_in_the_words_of_files(text: str, answer: bool) -> None:
    assert yes(text, "fragile", default=True) is answer


@pytest.mark.parametrize(
    ("reading", "hint"),
    [
        (lambda: yes("perhaps", "fragile", default=False), "write yes or no"),
        (lambda: one_of("payed", "payment", ("paid", "pending")), "did you mean paid? it takes paid, pending"),
        (lambda: one_of("zzz", "payment", ("paid", "pending")), "it takes paid, pending"),
    ],
)
def test_a_wrong_word_is_answered_with_the_right_ones(reading: Callable[[], object], hint: str) -> None:
    with pytest.raises(CellError) as caught:
        reading()
    assert caught.value.hint == hint


@pytest.mark.parametrize(("total", "units"), [(1000, 3), (998, 2), (1, 7), (0, 4), (None, 2), (500, 0)])
def test_the_price_of_a_line_is_never_lost_by_dividing_it(total: int | None, units: int) -> None:
    unit, excess = split_line(total, units)

    if total is None or not units:
        assert (unit, excess) == (None, 0)
    else:
        assert unit is not None
        assert unit * units - excess == total
        assert 0 <= excess < units


def test_an_identifier_that_a_file_may_have_once_names_the_line_that_has_it_already() -> None:
    seen: dict[str, int] = {}
    assert only_once("MUG", "sku", 2, seen) == "MUG"
    assert only_once("mug", "sku", 3, seen) == "mug"
    with pytest.raises(CellError) as caught:
        only_once("MUG", "sku", 4, seen)
    assert caught.value.problem == "stands in line 2 already"


@pytest.mark.parametrize(
    ("text", "found"),
    [("9521234000013", ("9521234000013", "")), ("'0012", ("0012", "")), ("", (None, "")), ("3.65275E+11", (None, "3.65275E+11"))],
)
def test_a_barcode_that_a_spreadsheet_rounded_is_none_any_more(text: str, found: tuple[str | None, str]) -> None:
    assert barcode_or_damage(text) == found


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("XuÃ¢n", "Xuân"),
        ("cafÃ© â€“ ZoÃ«", "café – Zoë"),
        ("Â£", "£"),
        ("Ã\x81lvaro", "Álvaro"),
        ("CÃ³rdoba", "Córdoba"),
        ("XuÃƒÂ¢n", "Xuân"),
        ("ðŸŽ\x81 box", "🎁 box"),
    ],
)
def test_utf_8_that_was_read_as_windows_1252_is_put_right(text: str, plain: str) -> None:
    assert unscrambled(text) == plain


@pytest.mark.parametrize("text", ["", "Xuan", "Xuân", "JOÃO", "IRMÃ", "✨ café", "“Zoë” – 5 €", "Łódź"])
def test_letters_that_are_what_they_look_like_are_left_alone(text: str) -> None:
    assert unscrambled(text) is None


@pytest.mark.parametrize(
    ("text", "rounded"),
    [
        ("5.38376E+11", True),
        ("5,38E+11", True),
        ("9400111899560000000000", True),
        ("1234567890123450000", True),
        ("123456789012345000", False),  # three zeros may be chance
        ("9400111899560000000001", False),
        ("12345678901234500E0", False),
        ("SKU-000000000000000000", False),
        ("5.38E-11", False),
    ],
)
def test_figures_that_a_spreadsheet_rounded_are_known(text: str, rounded: bool) -> None:
    assert is_rounded(text) is rounded


@pytest.mark.parametrize(
    ("numbers", "rounded"),
    [
        (["576461413038785000", "576461413038771000"], True),
        (["1234567890123450", "1234567890123420", "1234567890123480", "1234567890123410"], True),
        (["1234567890123450", "1234567890123420", "1234567890123480"], False),
        (["576461413038785000", "576461413038771752"], False),
        (["576461413038785000"], False),
        (["1000000000", "2000000000", "A-1234567890123450000"], False),
    ],
)
def test_a_column_of_long_numbers_that_all_end_in_zeros_was_rounded(numbers: list[str], rounded: bool) -> None:
    figures = Figures()
    for line, number in enumerate(numbers, 2):
        figures.look(number, line)
    assert figures.are_rounded is rounded

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omscli.base.money import decimal_text, is_currency, minor_digits, parse_money, share, to_minor


@pytest.mark.parametrize(
    ("text", "currency", "decimal", "minor"),
    [
        ("1400.00", "USD", ".", 140000),
        ("1400", "USD", ".", 140000),
        ("12.5", "USD", ".", 1250),
        ("-0.50", "USD", ".", -50),
        ("$1,022.25", "USD", ".", 102225),
        ("$12", "USD", ".", 1200),
        ("CA$ 12.00", "CAD", ".", 1200),
        ("EUR 90,00", "EUR", ",", 9000),
        ("90,00 EUR", "EUR", ",", 9000),
        ("1 234,50 €", "EUR", ",", 123450),
        ("1\u202f234,50\u00a0€", "EUR", ",", 123450),
        ("1.234,50", "EUR", ",", 123450),
        ("1'234.50", "CHF", ".", 123450),
        ("CHF 1\u2019234.50", "CHF", ".", 123450),
        ("($12.00)", "USD", ".", -1200),
        ("(12.00)", "USD", ".", -1200),
        ("-$12.00", "USD", ".", -1200),
        ("$-12.00", "USD", ".", -1200),
        ("\u221212.00", "USD", ".", -1200),
        ("¥1,400", "JPY", ".", 1400),
        ("1400.00", "JPY", ".", 1400),
        ("1.234", "KWD", ".", 1234),
        ("KWD 1.5", "KWD", ".", 1500),
        ("0.500", "USD", ".", 50),
        ("1400.000", "USD", ".", 140000),
        ("12.0000", "USD", ".", 1200),
        ("1,234.500", "USD", ".", 123450),
    ],
)
def test_an_amount_is_read_as_files_and_people_write_it(text: str, currency: str, decimal: str, minor: int) -> None:
    assert parse_money(text, currency, decimal) == minor


@pytest.mark.parametrize(
    ("text", "currency", "decimal"),
    [
        ("1,234", "USD", ","),
        ("1,400", "USD", ","),
        ("1.400", "EUR", "."),
        ("1.000", "JPY", "."),
    ],
)
def test_an_amount_that_may_be_thousands_or_three_decimal_places_is_refused(text: str, currency: str, decimal: str) -> None:
    with pytest.raises(ValueError, match="may be 1"):
        parse_money(text, currency, decimal)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "free",
        "12.345",
        "1,23",
        "12,34.00",
        "1.2.3",
        "12$34",
        "1USD234",
        "(12.00",
        "12.00)",
        "--12",
        "12.00-",
        "12.",
        ".50",
        "$",
        "٣",
        "1e5",
        "1,,234.00",
        "9" * 30,
        "99999999999999.99",
    ],
)
def test_what_is_not_one_amount_is_refused_and_never_zero(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_money(text, "USD")


@pytest.mark.parametrize("text", ["1" + " " * 100_000 + "x", "1," * 100_000, "$" * 100_000, "9" * 100_000])
def test_a_page_of_text_is_no_amount_and_takes_no_time(text: str) -> None:
    start = time.process_time()
    with pytest.raises(ValueError, match="not"):
        parse_money(text, "USD")
    assert time.process_time() - start < 1


def test_half_a_yen_is_refused() -> None:
    with pytest.raises(ValueError, match="more decimal places than JPY"):
        to_minor(Decimal("10.5"), "JPY")
    assert to_minor(Decimal("10.500"), "USD") == 1050


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("BHD", 3)])
def test_each_currency_has_its_decimal_places(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits
    assert is_currency(currency)


@pytest.mark.parametrize("code", ["", "usd", "XXY", "DOLLAR"])
def test_an_unknown_currency_is_no_currency(code: str) -> None:
    assert not is_currency(code)
    with pytest.raises(KeyError):
        minor_digits(code)


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(1234, "USD", "12.34"), (5, "EUR", "0.05"), (-5, "EUR", "-0.05"), (-7, "JPY", "-7"), (1, "KWD", "0.001")],
)
def test_files_get_a_dot_and_no_groups(minor: int, currency: str, text: str) -> None:
    assert decimal_text(minor, currency) == text


@given(st.integers(-(10**12), 10**12), st.sampled_from(["USD", "JPY", "KWD"]))
def test_what_was_written_to_a_file_is_read_back(minor: int, currency: str) -> None:
    assert parse_money(decimal_text(minor, currency), currency) == minor


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=1))
def test_shares_sum_to_the_whole_and_are_less_than_one_unit_off(total: int, weights: list[int]) -> None:
    parts = share(total, weights)
    assert sum(parts) == total
    base = sum(weights) or len(weights)
    for part, weight in zip(parts, weights if sum(weights) else [1] * len(weights), strict=True):
        assert abs(part * base - total * weight) < base


def test_an_odd_cent_goes_to_the_first_of_equals() -> None:
    assert share(100, [1, 1, 1]) == [34, 33, 33]
    assert share(-100, [1, 1, 1]) == [-34, -33, -33]
    assert share(5, [0, 0]) == [3, 2]
    assert share(10, [3, 0, 1]) == [8, 0, 2]


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_nothing_is_shared_among_nobody_or_less(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        share(1, weights)

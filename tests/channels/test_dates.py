from __future__ import annotations

from collections.abc import Callable

import pytest

from omscli.channels.cells import CellError
from omscli.channels.dates import (
    any_day,
    any_instant,
    clock_24,
    day_of,
    formed_day,
    formed_instant,
    instant,
    local_instant,
    named_day,
    settled_order,
    written_day,
)

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-02 09:15:00 -0500", "2026-03-02T14:15:00Z"),
        ("2026-03-02T09:15:00-05:00", "2026-03-02T14:15:00Z"),
        ("2026-03-02T09:15:00.123Z", "2026-03-02T09:15:00Z"),
        ("2026-03-02 09:15:00 UTC", "2026-03-02T09:15:00Z"),
        ("2026-03-02 23:30:00 +0545", "2026-03-02T17:45:00Z"),
        ("2026-03-02 09:15", "2026-03-02T08:15:00Z"),
        ("2026-07-02 09:15:00", "2026-07-02T07:15:00Z"),
        ("2026-03-02", "2026-03-01T23:00:00Z"),
    ],
)
def test_an_instant_without_an_offset_is_on_the_sellers_clock(text: str, utc: str) -> None:
    assert instant(text, "date", BERLIN) == utc


@pytest.mark.parametrize(
    "text", ["yesterday", "2", "10.5", "2026-02-30", "2026-13-01", "2026-03-02 25:00:00", "26-03-02", "45291", "0001-01-01 00:00:00 +0500"]
)
def test_what_is_no_date_is_set_aside(text: str) -> None:
    with pytest.raises(CellError) as caught:
        instant(text, "date", BERLIN)
    assert caught.value.problem == "not a date and time"


def test_the_hour_that_summer_time_doubles_is_taken_as_the_first_one() -> None:
    assert instant("2026-10-25 02:30:00", "date", BERLIN) == "2026-10-25T00:30:00Z"


def test_a_deadline_at_night_in_london_is_the_day_before_in_new_york() -> None:
    assert day_of("2026-03-05T02:00:00+00:00", "promise-date", "America/New_York") == "2026-03-04"
    assert day_of("", "promise-date", "America/New_York") is None


@pytest.mark.parametrize(
    ("values", "declared", "wanted", "order"),
    [
        (["12/26/21", "01/02/21"], "mdy", None, "mdy"),
        (["26/12/21", "01/02/21"], "mdy", None, "dmy"),
        (["26/12/21", "12/26/21"], "mdy", None, "mdy"),
        (["01/02/21"], "mdy", None, "mdy"),
        (["01/02/21"], "mdy", "dmy", "dmy"),
        (["2026-03-02"], "ymd", None, "ymd"),
        (["24.12.2026", ""], "ymd", None, "dmy"),
        ([], "ymd", None, "ymd"),
    ],
)
def test_the_order_of_day_and_month_is_proven_by_the_column_or_said_by_the_seller(
    values: list[str], declared: str, wanted: str | None, order: str
) -> None:
    assert settled_order(values, declared, wanted) == order


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("12/26/21", "mdy", "2021-12-26"),
        ("26.12.2021", "dmy", "2021-12-26"),
        ("1/4/2024", "mdy", "2024-01-04"),
        ("2021/12/26", "mdy", "2021-12-26"),
    ],
)
def test_days_in_figures_have_years_of_two_or_four(text: str, order: str, day: str) -> None:
    assert written_day(text, "date", order)[0].isoformat() == day


def test_a_day_against_the_order_of_its_column_asks_for_the_order() -> None:
    with pytest.raises(CellError) as caught:
        written_day("26/12/21", "date", "mdy")
    assert caught.value.hint == "name the order of the file with --date-order dmy, mdy or ymd"


@pytest.mark.parametrize("text", ["Jul-25-26", "25-Jul-26", "25 Jul 2026", "jul 25, 2026", "Jul-25-26 23:45:00"])
def test_days_with_an_english_month_come_in_two_orders(text: str) -> None:
    assert named_day(text, "Sale Date")[0].isoformat() == "2026-07-25"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("January 23, 2024", "2024-01-23"),
        ("September 7, 2020", "2020-09-07"),
        ("05-oct.-26", "2026-10-05"),
        ("3-févr.-26", "2026-02-03"),
        ("10-DÉC.-26", "2026-12-10"),
        ("10-de\u0301c.-26", "2026-12-10"),
        ("10-Dez-25", "2025-12-10"),
        ("1. März 2026", "2026-03-01"),
        ("05-mag-26", "2026-05-05"),
        ("05-set-26", "2026-09-05"),
        ("05-ene-26", "2026-01-05"),
        ("31-août-26", "2026-08-31"),
    ],
)
def test_months_have_long_names_and_names_in_other_languages(text: str, day: str) -> None:
    assert named_day(text, "Sale Date")[0].isoformat() == day


@pytest.mark.parametrize("text", ["Foo-25-26", "Feb-30-26", "25-26-Jul", "July", "Jul-25-26 25:00", "Jul-25-26 10:60"])
def test_no_day_of_the_calendar_is_set_aside(text: str) -> None:
    with pytest.raises(CellError):
        named_day(text, "Sale Date")


def test_a_clock_time_may_have_one_figure_for_the_hour() -> None:
    day, time = written_day("12/26/21 9:05", "date", "mdy")
    assert local_instant(day, time, BERLIN) == "2021-12-26T08:05:00Z"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("12:05:00 AM", "00:05:00"),
        ("12:05:00 PM", "12:05:00"),
        ("9:15:51 am", "09:15:51"),
        ("9:15 p.m.", "21:15"),
        ("9:15:51\u202fPM", "21:15:51"),
        ("21:15:51", "21:15:51"),
        ("", ""),
    ],
)
def test_the_two_halves_of_a_day_become_24_hours(text: str, time: str) -> None:
    assert clock_24(text, "Time") == time


@pytest.mark.parametrize("text", ["13:05 PM", "0:05 AM"])
def test_half_a_day_has_the_hours_1_to_12(text: str) -> None:
    with pytest.raises(CellError) as caught:
        clock_24(text, "Time")
    assert (caught.value.problem, caught.value.hint) == ("not a time of day", "with AM or PM it takes the hours 1 to 12")


def test_a_time_behind_a_day_may_have_its_half() -> None:
    assert any_instant("12/26/2026 9:05:00 PM", "date", "UTC", "mdy") == "2026-12-26T21:05:00Z"
    assert named_day("Dec 26, 2026 9:05 PM", "date")[1] == "21:05"


@pytest.mark.parametrize("text", ["12/24/2026 99:99", "12/24/2026 24:00", "12/24/2026 10:60"])
def test_a_time_that_no_clock_shows_is_set_aside(text: str) -> None:
    with pytest.raises(CellError) as caught:
        any_instant(text, "date", "UTC", "mdy")
    assert caught.value.problem == "not a date"


def test_our_own_files_take_iso_days_and_ask_about_others() -> None:
    assert any_day("2026-12-24", "expected_on", BERLIN, "ymd") == "2026-12-24"
    assert any_day("2026-12-24T23:30:00Z", "expected_on", BERLIN, "ymd") == "2026-12-25"
    assert any_day("24/12/2026", "expected_on", BERLIN, "dmy") == "2026-12-24"
    assert any_instant("24/12/2026 10:00", "placed_at", BERLIN, "dmy") == "2026-12-24T09:00:00Z"
    with pytest.raises(CellError) as caught:
        any_day("04/12/2026", "expected_on", BERLIN, "ymd")
    assert (caught.value.problem, caught.value.hint) == (
        "a date that can be read two ways",
        "say which: --date-order dmy or --date-order mdy",
    )


@pytest.mark.parametrize("text", ["13/02/2026", "02.13.2026", "13-14-26 10:00"])
def test_a_day_in_a_column_of_both_orders_says_so(text: str) -> None:
    with pytest.raises(CellError) as caught:
        any_instant(text, "placed_at", BERLIN, "ymd")
    assert caught.value.problem == "day and month stand in another order than in other rows"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("zone", [BERLIN, "America/New_York", "Pacific/Kiritimati"])
def test_days_at_the_ends_of_the_calendar_are_no_dates_on_any_clock(day: str, zone: str) -> None:
    year, month, rest = day.split("-")
    tries: list[Callable[[], object]] = [
        lambda: instant(day, "date", zone),
        lambda: any_day(f"{day} 23:30:00Z", "date", zone, "ymd"),
        lambda: written_day(f"{rest}/{month}/{year}", "date", "dmy"),
        lambda: named_day(f"{rest}-{'Jan' if month == '01' else 'Dec'}-{year}", "date"),
        lambda: formed_instant(f"{rest}.{month}.{year}", "date", "%d.%m.%Y", zone),
        lambda: formed_day(f"{rest}.{month}.{year} 23:30", "date", "%d.%m.%Y", zone),
    ]
    for attempt in tries:
        with pytest.raises(CellError):
            attempt()

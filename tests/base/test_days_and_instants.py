from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from omscli.base.clock import as_instant, as_text, is_day
from omscli.base.workdays import Calendar

FRIDAY = date(2026, 3, 6)
MONDAY = date(2026, 3, 9)


def test_goods_leave_on_monday_to_friday() -> None:
    assert [Calendar().works(MONDAY + timedelta(days=day)) for day in range(7)] == [True] * 5 + [False] * 2


def test_a_weekend_and_a_holiday_push_goods_to_the_next_working_day() -> None:
    assert Calendar().on_or_after(FRIDAY) == FRIDAY
    assert Calendar().on_or_after(date(2026, 3, 7)) == MONDAY
    assert Calendar(holidays=frozenset({MONDAY})).on_or_after(date(2026, 3, 7)) == date(2026, 3, 10)


@pytest.mark.parametrize(
    ("count", "day"), [(0, FRIDAY), (1, MONDAY), (2, date(2026, 3, 10)), (5, date(2026, 3, 13)), (6, date(2026, 3, 16))]
)
def test_working_days_are_counted_over_the_weekend(count: int, day: date) -> None:
    assert Calendar().after(FRIDAY, count) == day


def test_working_days_after_a_sunday_are_counted_from_monday() -> None:
    assert Calendar().after(date(2026, 3, 8), 1) == date(2026, 3, 10)


def test_a_place_that_never_works_is_told_and_not_waited_for() -> None:
    with pytest.raises(ValueError, match="without working days"):
        Calendar(frozenset()).on_or_after(MONDAY)


def test_an_instant_is_stored_as_utc_of_one_form() -> None:
    berlin = datetime(2026, 3, 2, 15, 5, 0, 999, tzinfo=timezone(timedelta(hours=1)))
    assert as_text(berlin) == "2026-03-02T14:05:00Z"
    assert as_instant("2026-03-02T14:05:00Z") == as_instant("2026-03-02T15:05:00+01:00") == datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
    assert as_text(as_instant("2026-03-02T14:05:00Z")) == "2026-03-02T14:05:00Z"


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        as_text(datetime(2026, 3, 2))  # noqa: DTZ001
    with pytest.raises(ValueError, match="names no offset"):
        as_instant("2026-03-02T14:05:00")


def test_a_day_is_written_in_the_one_form_that_sorts() -> None:
    assert is_day("2026-03-02")
    for other in ("", "2026-3-2", "20260302", "2026-W10-1", "2026-02-30", "2026-03-02T10:00", "２０２６-03-02"):
        assert not is_day(other), other

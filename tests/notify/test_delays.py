"""A customer hears of a delay before the day of the promise, and never of one that is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from omscli.base.workdays import Calendar
from omscli.carriers.service import Service, Zones
from omscli.notify.delays import SILENT_DAYS, Expected, Part, delay_of, expected_days
from omscli.promise.dates import arrival, leave_day, today_at
from omscli.stock.locations import Location

ZONES = ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "UTC")
# Around the nights on which clocks change in 2026, and the holidays at the turn of the year.
STARTS = (date(2026, 3, 6), date(2026, 3, 27), date(2026, 4, 3), date(2026, 10, 23), date(2026, 10, 30), date(2026, 12, 23))


def days(start: date) -> st.SearchStrategy[frozenset[date]]:
    return st.frozensets(st.integers(0, 14).map(lambda n: start + timedelta(days=n)), max_size=4)


@st.composite
def promises(draw: st.DrawFn) -> tuple[Part, datetime]:
    start = draw(st.sampled_from(STARTS))
    week = st.frozensets(st.integers(0, 6), min_size=1)
    location = Location(
        "main", timezone=draw(st.sampled_from(ZONES)), calendar=Calendar(draw(week), draw(days(start))),
        cutoff=draw(st.none() | st.times().map(lambda one: one.replace(tzinfo=None))), handling_days=draw(st.integers(0, 2)),
    )  # fmt: skip
    transit = draw(st.integers(0, 6))
    service = Service("post", "ground", "standard", Zones(), (transit,), (), delivers=draw(week), holidays=draw(days(start)))
    ordered = datetime.combine(start, time(), UTC) + timedelta(minutes=draw(st.integers(0, 5 * 24 * 60)))
    leaves = leave_day(ordered, location).day
    return Part(1, location, leaves, arrival(leaves, service, 0), service), ordered


def end_of(day: date, location: Location) -> datetime:
    """The last minute of a day on the place's own clock."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(location.timezone)).astimezone(UTC) - timedelta(minutes=1)


@given(promises(), st.floats(0, 1))
def test_until_the_last_minute_of_its_day_a_parcel_is_in_time(promise: tuple[Part, datetime], share: float) -> None:
    part, ordered = promise
    now = ordered + (end_of(part.ship_on, part.location) - ordered) * share
    assert expected_days([part], now) == {1: Expected(part.arrives)}
    assert delay_of(part.arrives, expected_days([part], now).values()) is None


@given(promises(), st.floats(0, 1), st.booleans())
def test_a_parcel_that_left_in_time_is_no_delay_before_two_deliveries_were_possible(
    promise: tuple[Part, datetime], share: float, reported: bool
) -> None:
    part, ordered = promise
    assert part.service
    gone = replace(part, left_on=part.ship_on, reported=reported)
    last = Calendar(part.service.delivers, part.service.holidays).after(part.arrives + timedelta(days=1), SILENT_DAYS - 1)
    now = ordered + (end_of(last, part.location) - ordered) * share
    assert delay_of(part.arrives, expected_days([gone], now).values()) is None


@given(promises())
def test_a_parcel_that_did_not_leave_comes_when_the_next_open_day_says(promise: tuple[Part, datetime]) -> None:
    part, _ = promise
    assert part.service
    now = end_of(part.ship_on, part.location) + timedelta(minutes=2)
    leaves = part.location.calendar.on_or_after(today_at(now, part.location))
    assert expected_days([part], now)[1].day == max(part.arrives, arrival(leaves, part.service, 0))


WORKSHOP = Location("main", timezone="America/New_York")
GROUND = Service("post", "ground", "standard", Zones(), (2,), ())
FRIDAY, TUESDAY, WEDNESDAY = date(2026, 3, 6), date(2026, 3, 10), date(2026, 3, 11)
SATURDAY_MORNING = datetime(2026, 3, 7, 14, tzinfo=UTC)


def part(number: int = 1, **changes: object) -> Part:
    return replace(Part(number, WORKSHOP, FRIDAY, TUESDAY, GROUND), **changes)  # type: ignore[arg-type]  # any of its fields


def test_what_should_have_left_on_friday_is_announced_on_saturday_before_its_date() -> None:
    delay = delay_of(TUESDAY, expected_days([part()], SATURDAY_MORNING).values())
    assert delay
    assert (delay.promised, delay.expected, delay.cause) == (TUESDAY, WEDNESDAY, "not_left")


def test_a_full_day_is_announced_before_it_is_over() -> None:
    place = replace(WORKSHOP, daily_capacity=1)
    friday = datetime(2026, 3, 6, 14, tzinfo=UTC)
    found = expected_days([part(1, location=place), part(2, location=place)], friday)
    assert found == {1: Expected(TUESDAY), 2: Expected(WEDNESDAY, "full")}
    assert expected_days([part(2, location=place)], friday, {("main", FRIDAY): 1}) == {2: Expected(WEDNESDAY, "full")}


def test_a_parcel_without_a_sign_of_life_is_announced_only_where_deliveries_are_reported() -> None:
    friday_after = datetime(2026, 3, 13, 14, tzinfo=UTC)
    assert expected_days([part(left_on=FRIDAY, reported=True)], friday_after) == {1: Expected(None, "not_moving")}
    assert expected_days([part(left_on=FRIDAY)], friday_after) == {1: Expected(TUESDAY)}


def test_a_part_that_left_late_arrives_late() -> None:
    monday = date(2026, 3, 9)
    assert expected_days([part(left_on=monday)], SATURDAY_MORNING) == {1: Expected(WEDNESDAY, "not_left")}


def test_a_second_notice_needs_a_date_that_is_worth_one() -> None:
    assert delay_of(TUESDAY, [Expected(date(2026, 3, 13))], told=WEDNESDAY) is None
    again = delay_of(TUESDAY, [Expected(date(2026, 3, 16))], told=WEDNESDAY)
    assert again
    assert again.expected == date(2026, 3, 16)


def test_a_plan_that_was_moved_is_told_as_later() -> None:
    moved = delay_of(TUESDAY, [Expected(WEDNESDAY)])
    assert moved
    assert moved.cause == "later"

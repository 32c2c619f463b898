from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omscli.base.workdays import Calendar
from omscli.carriers.service import Service, Zones
from omscli.promise.dates import arrival, day_text, derivation, leave_day, place_text, with_capacity
from omscli.stock.locations import Location

WORKSHOP = Location("workshop", timezone="America/New_York", cutoff=time(14, 30))
BERLIN = Location("berlin", timezone="Europe/Berlin", cutoff=time(14), calendar=Calendar(frozenset(range(7))))
GROUND = Service("usps", "ground", "standard", Zones(upto_km=(100,)), (1, 3), ())
SATURDAYS = replace(GROUND, delivers=frozenset(range(6)))
MON, TUE, FRI, SAT, SUN = (date(2026, 3, day) for day in (2, 3, 6, 7, 8))
NEXT_MON = date(2026, 3, 9)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """UTC; New York is five hours behind until 8 March."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(("hour", "minute", "day"), [(19, 29, MON), (19, 30, TUE), (23, 0, TUE), (4, 0, MON)])
def test_goods_ordered_before_the_cut_off_leave_the_same_day(hour: int, minute: int, day: date) -> None:
    assert leave_day(at(MON, hour, minute), WORKSHOP).day == day


def test_the_cut_off_is_on_the_locations_own_clock() -> None:
    # 03:00 UTC on Tuesday is still Monday evening in New York, and already Tuesday noon in Tokyo.
    assert leave_day(at(TUE, 3), WORKSHOP).steps[0] == "ordered Mon 2 Mar 22:00 New York, after the cut-off 14:30"
    assert leave_day(at(TUE, 3), replace(WORKSHOP, timezone="Asia/Tokyo")).day == TUE


def test_without_a_cut_off_goods_leave_at_any_hour() -> None:
    assert leave_day(at(TUE, 4, 59), replace(WORKSHOP, cutoff=None)).day == MON


@pytest.mark.parametrize(("day", "hour"), [(FRI, 20), (SAT, 15), (SAT, 22), (SUN, 12), (SUN, 22), (NEXT_MON, 12)])
def test_goods_ordered_over_the_weekend_leave_on_monday(day: date, hour: int) -> None:
    assert leave_day(at(day, hour), WORKSHOP).day == NEXT_MON


def test_goods_do_not_leave_on_a_holiday() -> None:
    closed = replace(WORKSHOP, calendar=Calendar(holidays=frozenset({MON, TUE})))
    found = leave_day(at(MON, 12), closed)
    assert found.day == date(2026, 3, 4)
    assert found.steps == (
        "ordered Mon 2 Mar 07:00 New York, before the cut-off 14:30, not a working day",
        "closed on Tue 3 Mar",
        "leaves Wed 4 Mar",
    )


def test_handling_and_a_suppliers_lead_follow_in_working_days() -> None:
    supplier = replace(WORKSHOP, kind="supplier", handling_days=1, lead_days=4)
    found = leave_day(at(MON, 12), supplier)
    assert found.day == NEXT_MON
    assert found.steps[1:] == ("1 working day for handling", "4 working days until the supplier has it", "leaves Mon 9 Mar")


def test_a_time_without_zone_and_a_place_that_never_works_are_refused() -> None:
    with pytest.raises(ValueError, match="without zone"):
        leave_day(datetime(2026, 3, 2, 12), WORKSHOP)  # noqa: DTZ001
    with pytest.raises(ValueError, match="without working days"):
        leave_day(at(MON, 12), replace(WORKSHOP, calendar=Calendar(frozenset())))


@pytest.mark.parametrize(
    ("instant", "leaves"),
    [
        (datetime(2026, 3, 28, 12, 59, tzinfo=UTC), date(2026, 3, 28)),  # 13:59 in winter time
        (datetime(2026, 3, 28, 13, 0, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 11, 59, tzinfo=UTC), date(2026, 3, 29)),  # 13:59 in summer time
        (datetime(2026, 3, 29, 12, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 12, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 13, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_the_cut_off_follows_the_clock_when_it_changes(instant: datetime, leaves: date) -> None:
    assert leave_day(instant, BERLIN).day == leaves


def test_a_cut_off_in_the_hour_that_autumn_repeats_passes_once() -> None:
    night = replace(BERLIN, cutoff=time(2, 30))
    days = [leave_day(datetime(2026, 10, 25, 0, 10, tzinfo=UTC) + timedelta(minutes=20 * step), night).day.day for step in range(7)]
    assert days == [25, 26, 26, 26, 26, 26, 26]


def test_a_cut_off_in_the_hour_that_spring_skips_has_passed_at_three() -> None:
    night = replace(BERLIN, cutoff=time(2, 30))
    assert leave_day(datetime(2026, 3, 29, 0, 59, tzinfo=UTC), night).day == date(2026, 3, 29)
    assert leave_day(datetime(2026, 3, 29, 1, 0, tzinfo=UTC), night).day == date(2026, 3, 30)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 30), timezones=st.just(UTC)), st.integers(0, 10**5), st.times())  # noqa: DTZ001
def test_who_orders_later_is_never_served_earlier(first: datetime, seconds: int, cutoff: time) -> None:
    for place in (replace(BERLIN, cutoff=cutoff), replace(WORKSHOP, cutoff=cutoff)):
        assert leave_day(first, place).day <= leave_day(first + timedelta(seconds=seconds), place).day


def test_a_full_day_passes_its_goods_to_the_next_working_day() -> None:
    two = replace(WORKSHOP, daily_capacity=2)
    assert with_capacity(FRI, two, {FRI: 1}) == FRI
    assert with_capacity(FRI, two, {FRI: 2}) == NEXT_MON
    assert with_capacity(FRI, two, {FRI: 3, NEXT_MON: 2}) == date(2026, 3, 10)


def test_a_place_without_limit_is_never_full_and_one_with_none_never_ships() -> None:
    assert with_capacity(FRI, WORKSHOP, {FRI: 10_000}) == FRI
    assert with_capacity(SAT, WORKSHOP, {}) == NEXT_MON
    assert with_capacity(FRI, replace(WORKSHOP, daily_capacity=0), {}) is None


@pytest.mark.parametrize(
    ("leaves", "zone", "buffer", "arrives"),
    [
        (MON, 0, 0, TUE),
        (MON, 1, 0, date(2026, 3, 5)),
        (FRI, 0, 0, NEXT_MON),
        (SAT, 0, 0, NEXT_MON),
        (FRI, 1, 0, date(2026, 3, 11)),
        (MON, 0, 1, date(2026, 3, 4)),
        (date(2026, 3, 5), 0, 1, NEXT_MON),
    ],
)
def test_a_parcel_arrives_on_a_weekday(leaves: date, zone: int, buffer: int, arrives: date) -> None:
    assert arrival(leaves, GROUND, zone, buffer) == arrives


def test_a_service_that_delivers_on_saturdays_counts_them() -> None:
    assert arrival(FRI, SATURDAYS, 0) == SAT
    assert arrival(FRI, SATURDAYS, 1) == date(2026, 3, 10)
    assert arrival(SAT, SATURDAYS, 0) == NEXT_MON


def test_a_carriers_holiday_is_no_transit_day() -> None:
    assert arrival(MON, replace(GROUND, holidays=frozenset({TUE})), 0) == date(2026, 3, 4)


def test_a_courier_of_the_same_day_arrives_that_day_or_the_first_after() -> None:
    courier = replace(GROUND, transit_days=(0, 0))
    assert arrival(MON, courier, 0) == MON
    assert arrival(SAT, courier, 0) == NEXT_MON
    assert arrival(MON, courier, 0, 1) == TUE


def test_the_whole_way_is_told_in_words() -> None:
    leaving = leave_day(at(FRI, 12), WORKSHOP)
    assert derivation(leaving, FRI, GROUND, 0) == (*leaving.steps, "zone 1 of usps ground: 1 day", "arrives Mon 9 Mar")
    assert derivation(leaving, NEXT_MON, SATURDAYS, 1, 2) == (
        *leaving.steps,
        "no capacity before Mon 9 Mar",
        "leaves Mon 9 Mar",
        "zone 2 of usps ground: 3 days (mon, tue, wed, thu, fri, sat)",
        "2 days of buffer",
        "arrives Sat 14 Mar",
    )


def test_days_and_places_are_named_as_people_do() -> None:
    assert day_text(date(2026, 12, 24)) == "Thu 24 Dec"
    assert [place_text(zone) for zone in ("America/New_York", "UTC", "America/Indiana/Knox")] == ["New York", "UTC", "Knox"]

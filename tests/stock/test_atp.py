"""What can be promised, and from which day."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from omscli.stock.atp import ANYWHERE, ToPromise, of_kit, to_promise

TODAY = "2026-03-02"


def test_what_is_free_can_be_promised_now_and_more_when_goods_come() -> None:
    found = to_promise({"main": 2}, [("2026-03-09", "main", 5), ("2026-03-05", "main", 1)], {}, TODAY)
    assert found == {"main": ToPromise(2, [("2026-03-05", 3), ("2026-03-09", 8)])}


def test_two_deliveries_of_one_day_are_one_day() -> None:
    assert to_promise({}, [("2026-03-09", "main", 5), ("2026-03-09", "main", 2)], {}, TODAY)["main"].later == [("2026-03-09", 7)]


def test_who_waits_takes_what_comes_first_wherever_it_comes() -> None:
    found = to_promise({"main": 0, "side": 1}, [("2026-03-05", "side", 4), ("2026-03-09", "main", 5)], {ANYWHERE: 6}, TODAY)
    assert found == {"main": ToPromise(0, [("2026-03-09", 3)]), "side": ToPromise(1, [])}


def test_who_collects_waits_for_goods_at_that_place_only() -> None:
    found = to_promise({}, [("2026-03-05", "side", 4), ("2026-03-09", "main", 5)], {"main": 2}, TODAY)
    assert found == {"main": ToPromise(0, [("2026-03-09", 3)]), "side": ToPromise(0, [("2026-03-05", 4)])}


def test_what_is_promised_and_not_there_is_filled_up_first() -> None:
    assert to_promise({"main": -3}, [("2026-03-05", "main", 2), ("2026-03-09", "main", 2)], {}, TODAY) == {
        "main": ToPromise(0, [("2026-03-09", 1)])
    }


def test_goods_that_should_have_come_already_are_counted_from_today() -> None:
    assert to_promise({"main": 0}, [("2026-02-20", "main", 4)], {}, TODAY)["main"].later == [(TODAY, 4)]


def test_a_kit_can_be_promised_when_the_last_of_its_parts_is_there() -> None:
    mug = {"main": ToPromise(4, [("2026-03-05", 9)]), "side": ToPromise(5)}
    cap = {"main": ToPromise(1, [("2026-03-09", 8)])}
    assert of_kit([(1, mug), (2, cap)]) == {"main": ToPromise(0, [("2026-03-09", 4)])}


DAYS = st.sampled_from(["2026-02-27", "2026-03-03", "2026-03-04", "2026-03-10"])
PLACES = st.sampled_from(["main", "side"])


@given(
    free=st.dictionaries(PLACES, st.integers(-4, 9)),
    arrivals=st.lists(st.tuples(DAYS, PLACES, st.integers(0, 9)), max_size=6),
    waiting=st.dictionaries(st.sampled_from(["", "main", "side"]), st.integers(0, 9)),
)
def test_never_more_is_promised_than_there_will_be_less_what_waits(
    free: dict[str, int], arrivals: list[tuple[str, str, int]], waiting: dict[str, int]
) -> None:
    found = to_promise(free, arrivals, waiting, TODAY)
    for one in found.values():
        amounts = [one.now, *(units for _, units in one.later)]
        assert amounts == sorted(set(amounts)), "each later day has more than the one before"
        assert all(day >= TODAY for day, _ in one.later)
    if all(units >= 0 for units in free.values()):
        coming = sum(units for _, _, units in arrivals)
        kept = max(0, coming - sum(waiting.values()))
        whole = sum(one.on("2026-12-31") for one in found.values())
        assert sum(free.values()) + kept <= whole <= sum(free.values()) + coming

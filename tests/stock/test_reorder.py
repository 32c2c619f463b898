"""What to buy, how much of it and by when."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from omscli.stock.reorder import Position, Suggestion, suggest

TODAY = date(2026, 3, 2)


def one(position: Position, days: int = 60, cover: int = 30) -> Suggestion | None:
    found = suggest([position], days, cover, TODAY)
    return found[0] if found else None


def test_a_unit_a_day_is_ordered_so_early_that_it_comes_in_time() -> None:
    found = one(Position(1, sold=60, free=20, lead_days=14))
    assert found is not None
    assert (found.units, found.order_by, found.runs_out, found.is_late) == (24, date(2026, 3, 8), date(2026, 3, 22), False)


def test_what_is_on_its_way_counts_and_what_is_owed_is_gone() -> None:
    assert one(Position(1, sold=60, free=20, coming=24, lead_days=14)) is None
    found = one(Position(1, sold=60, free=20, coming=24, owed=3, lead_days=14))
    assert found is not None
    assert found.units == 3


def test_what_runs_out_before_it_can_come_is_late_and_ordered_today() -> None:
    found = one(Position(1, sold=60, free=5, lead_days=14))
    assert found is not None
    assert (found.units, found.order_by, found.runs_out, found.is_late) == (39, TODAY, date(2026, 3, 7), True)


def test_what_is_owed_is_bought_though_nothing_else_was_sold() -> None:
    found = one(Position(1, sold=0, free=0, owed=4, lead_days=14))
    assert found is not None
    assert (found.units, found.order_by) == (4, TODAY)


def test_what_nobody_buys_is_not_bought() -> None:
    assert one(Position(1, sold=0, free=0)) is None


def test_the_most_urgent_comes_first() -> None:
    found = suggest([Position(1, 60, 40, lead_days=14), Position(2, 60, 20, lead_days=14), Position(3, 60, 2, lead_days=14)], 60, 30, TODAY)
    assert [row.product for row in found] == [3, 2, 1]


@given(
    st.builds(
        Position,
        st.just(1),
        st.integers(0, 500),
        st.integers(-20, 500),
        st.integers(0, 99),
        st.integers(0, 20),
        st.just(0),
        st.integers(0, 60),
    ),
    st.integers(7, 365),
    st.integers(1, 90),
)
def test_with_the_order_the_stock_lasts_and_without_its_last_unit_it_would_not(position: Position, days: int, cover: int) -> None:
    found = one(position, days, cover)
    wanted = position.sold * (position.lead_days + cover)
    have = position.free + position.coming - position.owed
    if found is None:
        assert have * days >= wanted - 1
        return
    assert (have + found.units) * days >= wanted - 1
    assert (have + found.units - 1) * days < wanted
    assert found.order_by >= TODAY
    if not found.is_late and found.runs_out is not None:
        assert found.order_by + timedelta(days=position.lead_days) <= max(found.runs_out, TODAY + timedelta(days=position.lead_days))

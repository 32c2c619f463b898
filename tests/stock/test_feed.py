"""What a channel may offer of the one shared stock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omscli.stock.feed import Demand, FeedPolicy, FreeStock, levelled

BOTH = frozenset({"a", "b"})


@pytest.mark.parametrize(
    ("free", "policy", "told"),
    [
        (10, FeedPolicy(BOTH), 10),
        (10, FeedPolicy(BOTH, buffer=2), 8),
        (1, FeedPolicy(BOTH, buffer=2), 0),
        (10, FeedPolicy(BOTH, buffer=1, share_percent=50), 4),
        (100, FeedPolicy(BOTH, cap=25), 25),
        (10, FeedPolicy(BOTH, cap=25), 10),
        (0, FeedPolicy(BOTH), 0),
        (-3, FeedPolicy(BOTH), 0),
    ],
)
def test_buffer_share_and_cap_in_this_order(free: int, policy: FeedPolicy, told: int) -> None:
    assert policy.of(free) == told


def test_a_kit_is_as_many_as_its_scarcest_part_allows_at_each_place() -> None:
    stock = FreeStock({(1, "a"): 5, (2, "a"): 9, (1, "b"): 1, (2, "b"): 100}, {9: [(1, 1), (2, 4)]})
    assert (stock.at(9, "a"), stock.at(9, "b"), stock.over(9, BOTH)) == (2, 1, 3)


def test_what_was_sold_is_taken_off_the_place_that_has_most() -> None:
    left = FreeStock({(1, "a"): 5, (1, "b"): 2}).seen_from(BOTH, [Demand(1, 4, BOTH)])
    assert (left.at(1, "a"), left.at(1, "b")) == (1, 2)


def test_what_was_sold_as_a_kit_is_taken_off_its_parts() -> None:
    left = FreeStock({(1, "a"): 5, (2, "a"): 5}, {9: [(1, 1), (2, 2)]}).seen_from(BOTH, [Demand(9, 2, BOTH)])
    assert (left.at(1, "a"), left.at(2, "a"), left.at(9, "a")) == (3, 1, 0)


def test_a_demand_that_one_place_must_serve_leaves_the_others_alone() -> None:
    left = FreeStock({(1, "a"): 1, (1, "b"): 9}).seen_from(BOTH, [Demand(1, 3, frozenset({"a"}))])
    assert (left.at(1, "a"), left.at(1, "b")) == (0, 9)


def test_a_channel_that_sees_one_place_is_told_the_worst_case() -> None:
    """Nobody knows yet whether `a` or `b` sends it: whoever sees one of them may not sell it once more."""
    stock, demand = FreeStock({(1, "a"): 3, (1, "b"): 3}), Demand(1, 2, BOTH)
    assert stock.seen_from(frozenset({"a"}), [demand]).over(1, {"a"}) == 1
    assert stock.seen_from(frozenset({"b"}), [demand]).over(1, {"b"}) == 1
    assert stock.seen_from(BOTH, [demand]).over(1, BOTH) == 4


@pytest.mark.parametrize(
    ("free", "allowed", "told"),
    [
        ({"a": 7, "b": 8}, 8, {"a": 4, "b": 4}),
        ({"a": 7, "b": 8}, 15, {"a": 7, "b": 8}),
        ({"a": 6, "b": 9}, 14, {"a": 6, "b": 8}),
        ({"a": 0, "b": 9}, 3, {"a": 0, "b": 3}),
        ({"a": 2, "b": 2}, 1, {"a": 1, "b": 0}),
        ({}, 0, {}),
    ],
)
def test_buffer_share_and_cap_hold_for_all_places_together(free: dict[str, int], allowed: int, told: dict[str, int]) -> None:
    assert levelled(free, allowed) == told


@given(free=st.dictionaries(st.sampled_from("abcd"), st.integers(0, 50)), data=st.data())
def test_places_together_are_told_exactly_what_is_allowed_and_none_more_than_it_has(free: dict[str, int], data: st.DataObject) -> None:
    allowed = data.draw(st.integers(0, sum(free.values())))
    told = levelled(free, allowed)
    assert sum(told.values()) == allowed
    assert all(0 <= told[place] <= free[place] for place in free)


places = st.frozensets(st.sampled_from("abc"), min_size=1)


@given(
    free=st.dictionaries(st.tuples(st.integers(1, 3), st.sampled_from("abc")), st.integers(-3, 20)),
    demands=st.lists(st.builds(Demand, st.integers(1, 4), st.integers(1, 9), places), max_size=5),
    seen=places,
)
def test_no_product_is_offered_beyond_what_lies_there(
    free: dict[tuple[int, str], int], demands: list[Demand], seen: frozenset[str]
) -> None:
    left = FreeStock(dict(free), {4: [(1, 1), (2, 2)]}).seen_from(seen, demands)
    for product in (1, 2, 3):
        there = sum(max(0, units) for (one, place), units in free.items() if one == product and place in seen)
        assert 0 <= left.over(product, seen) <= there


@given(
    free=st.dictionaries(st.tuples(st.just(1), st.sampled_from("abc")), st.integers(-3, 20)),
    units=st.integers(1, 30),
    allowed=places,
    seen=places,
)
def test_whatever_place_sends_what_was_sold_the_rest_is_still_there(
    free: dict[tuple[int, str], int], units: int, allowed: frozenset[str], seen: frozenset[str]
) -> None:
    """All of the demand may come from the places that the channel sees, as far as they have it; what is offered is what then is left."""
    there = {place: max(0, free.get((1, place), 0)) for place in "abc"}
    taken = min(units, sum(there[place] for place in allowed & seen))
    left = FreeStock(dict(free)).seen_from(seen, [Demand(1, units, allowed)])
    assert left.over(1, seen) == sum(there[place] for place in seen) - taken

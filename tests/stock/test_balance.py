"""Which stock should lie elsewhere: every transfer saves more than it costs, and nobody is left short by it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omscli.stock.balance import Proposal, Sale, Shelf, Terms, balance

EAST_COAST = {"east": 500.0, "west": 900.0}  # what a parcel to a customer there costs from each place
WEST_COAST = {"east": 900.0, "west": 500.0}
MONTH = Terms(cover_days=30)


def proposed(shelves: list[Shelf], sales: list[Sale], unclaimed: Mapping[int, int] | None = None, terms: Terms = MONTH, days: int = 30, price: int = 1000) -> list[Proposal]:  # fmt: skip
    return balance(shelves, sales, unclaimed or {}, terms, days, lambda _giver, _taker, _goods: price)


def told(found: list[Proposal]) -> list[tuple[str, str, dict[int, int], int, int]]:
    return [(one.giver, one.taker, {move.product: move.units for move in one.moves}, one.saving, one.cost) for one in found]


def test_what_is_sold_in_the_west_and_lies_in_the_east_should_move() -> None:
    found = proposed([Shelf(1, "east", 20)], [Sale(1, 8, WEST_COAST)])
    assert told(found) == [("east", "west", {1: 8}, 3200, 1000)]
    move = found[0].moves[0]
    assert (move.need, move.spare, move.sold) == (8, 20, 8)


def test_a_place_keeps_what_is_sold_near_it() -> None:
    found = proposed([Shelf(1, "east", 20)], [Sale(1, 15, EAST_COAST), Sale(1, 8, WEST_COAST)])
    assert told(found) == [("east", "west", {1: 5}, 2000, 1000)]


@pytest.mark.parametrize(
    "shelf",
    [Shelf(1, "east", 20, going=17), Shelf(1, "east", 20, own=17), Shelf(1, "east", 3)],
    ids=["drafted to leave", "sold over its own counter", "not more there"],
)
def test_a_giver_gives_only_what_it_can_spare(shelf: Shelf) -> None:
    assert told(proposed([shelf], [Sale(1, 8, WEST_COAST)])) == [("east", "west", {1: 3}, 1200, 1000)]


def test_what_was_sold_and_is_claimed_nowhere_stays_everywhere() -> None:
    assert told(proposed([Shelf(1, "east", 20)], [Sale(1, 8, WEST_COAST)], {1: 16})) == [("east", "west", {1: 4}, 1600, 1000)]


def test_what_lies_there_or_is_coming_need_not_be_brought() -> None:
    shelves = [Shelf(1, "east", 20), Shelf(1, "west", 2, coming=2)]
    assert told(proposed(shelves, [Sale(1, 8, WEST_COAST)])) == [("east", "west", {1: 4}, 1600, 1000)]


def test_a_transfer_that_costs_as_much_as_it_saves_is_not_proposed() -> None:
    assert proposed([Shelf(1, "east", 20)], [Sale(1, 8, WEST_COAST)], price=3200) == []
    assert len(proposed([Shelf(1, "east", 20)], [Sale(1, 8, WEST_COAST)], price=3199)) == 1


def test_small_needs_travel_together_in_one_parcel() -> None:
    shelves = [Shelf(product, "east", 20) for product in (1, 2, 3)]
    sales = [Sale(product, 1, WEST_COAST) for product in (1, 2, 3)]
    assert told(proposed(shelves, sales)) == [("east", "west", {1: 1, 2: 1, 3: 1}, 1200, 1000)]


def test_a_product_whose_handling_costs_more_than_it_saves_stays() -> None:
    shelves = [Shelf(1, "east", 20), Shelf(2, "east", 20)]
    sales = [Sale(1, 8, WEST_COAST), Sale(2, 8, {"east": 510, "west": 500})]
    assert told(proposed(shelves, sales, terms=Terms(cost_per_unit=20))) == [("east", "west", {1: 8}, 3200, 1160)]


def test_the_place_that_would_serve_it_anyway_gives_first() -> None:
    """Moving from the farther place saves nothing while the nearer one serves the same customers."""
    costs = {"far": 900.0, "near": 700.0, "home": 500.0}
    found = proposed([Shelf(1, "far", 50), Shelf(1, "near", 6)], [Sale(1, 10, costs)])
    assert told(found) == [("far", "home", {1: 4}, 1600, 1000), ("near", "home", {1: 6}, 1200, 1000)]


def test_days_to_be_covered_are_a_share_of_the_days_looked_at() -> None:
    assert told(proposed([Shelf(1, "east", 20)], [Sale(1, 9, WEST_COAST)], days=60))[0][2] == {1: 4}


def test_a_place_that_cannot_send_to_these_customers_gives_nothing() -> None:
    assert proposed([Shelf(1, "east", 20)], [Sale(1, 8, {"west": 500.0})]) == []


def test_no_carrier_from_door_to_door_means_no_transfer() -> None:
    assert balance([Shelf(1, "east", 20)], [Sale(1, 8, WEST_COAST)], {}, MONTH, 30, lambda *_: None) == []


PLACES = ("a", "b", "c")
shelves_of = st.lists(
    st.builds(
        Shelf, st.integers(1, 3), st.sampled_from(PLACES), st.integers(-5, 60), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)
    ),
    unique_by=lambda one: (one.product, one.place),
    max_size=9,
)
sales_of = st.lists(
    st.builds(Sale, st.integers(1, 3), st.integers(1, 9), st.dictionaries(st.sampled_from(PLACES), st.floats(0, 2000), min_size=1)),
    max_size=20,
)


@given(
    shelves=shelves_of,
    sales=sales_of,
    unclaimed=st.dictionaries(st.integers(1, 3), st.integers(0, 9)),
    unit=st.integers(0, 50),
    cover=st.integers(1, 90),
    price=st.integers(0, 3000),
)
def test_every_proposal_pays_and_leaves_nobody_short(
    shelves: list[Shelf], sales: list[Sale], unclaimed: dict[int, int], unit: int, cover: int, price: int
) -> None:
    terms = Terms(cost_per_unit=unit, cover_days=cover)
    found = proposed(shelves, sales, unclaimed, terms, 60, price)
    assert found == proposed(shelves[::-1], sales, unclaimed, terms, 60, price), "the order of the shelves decides nothing"
    by_key = {(one.product, one.place): one for one in shelves}
    gone: Counter[tuple[int, str]] = Counter()
    takers = set()
    for one in found:
        assert one.saving > one.cost == price + unit * sum(move.units for move in one.moves)
        assert one.giver != one.taker
        for move in one.moves:
            assert 0 < move.units <= move.need
            gone[move.product, one.giver] += move.units
            takers.add((move.product, one.taker))
    assert not takers & set(gone), "a place that gives a product does not get it"
    for (product, place), units in gone.items():
        shelf = by_key[product, place]
        stays = shelf.free - shelf.going - units
        homes = [sale for sale in sales if sale.product == product and min(sale.costs.values()) == sale.costs.get(place)]
        only_here = [sale for sale in homes if list(sale.costs.values()).count(sale.costs[place]) == 1]
        assert stays >= unclaimed.get(product, 0), "what is promised stays"
        assert stays >= math.ceil(shelf.own * cover / 60) + math.floor(sum(sale.units for sale in only_here) * cover / 60), (
            "so does its own need"
        )


@given(shelves=shelves_of, sales=sales_of)
def test_what_was_proposed_and_drafted_is_not_proposed_again(shelves: list[Shelf], sales: list[Sale]) -> None:
    found = proposed(shelves, sales, price=0)
    by_key = {(one.product, one.place): one for one in shelves}
    for one in found:
        for move in one.moves:
            for key, coming, going in (((move.product, one.taker), move.units, 0), ((move.product, one.giver), 0, move.units)):
                old = by_key.get(key, Shelf(*key, 0))
                by_key[key] = Shelf(*key, old.free, old.coming + coming, old.going + going, old.own)
    again = proposed(list(by_key.values()), sales, price=0)
    moved = {(one.giver, one.taker, move.product) for one in found for move in one.moves}
    assert not [move for one in again for move in one.moves if (one.giver, one.taker, move.product) in moved]

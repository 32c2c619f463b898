"""Who may have what is set aside, and which units of a claim came out of a hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from omscli.stock.holds import Held, Use, draw, owner_words, set_apart, share_out


def _held(hold: int, units: int, product: int = 1, location: str = "main") -> Held:
    return Held(hold, hold, product, location, units, "bea")


def test_an_order_is_known_by_its_mail_its_name_and_its_numbers() -> None:
    assert owner_words(" Bea@Example.com", "Bea  Ray", "shop", "#1058", "SH-1058") == {
        "bea@example.com",
        "bea ray",
        "#1058",
        "1058",
        "shop:#1058",
        "sh-1058",
    }


def test_an_order_without_mail_or_name_is_not_everybodys() -> None:
    assert "" not in owner_words("", "", "shop", "7", "SH-7")


def test_what_is_held_is_not_free_to_everybody() -> None:
    free = {"main": {1: 5}}
    set_apart(free, [_held(1, 4)])
    assert free == {"main": {1: 1}}


def test_where_a_count_took_goods_away_the_hold_made_first_keeps_what_is_left() -> None:
    free, holds = {"main": {1: 3}}, [_held(1, 2), _held(2, 2), _held(3, 1)]
    set_apart(free, holds)
    assert ([one.units for one in holds], free) == ([2, 1, 0], {"main": {1: 0}})


def test_more_claims_than_goods_leave_nothing_for_a_hold() -> None:
    free, holds = {"main": {1: -2}}, [_held(1, 2)]
    set_apart(free, holds)
    assert (holds[0].units, free) == (0, {"main": {1: -2}})


def test_the_hold_that_ends_first_is_used_first_and_only_at_its_place() -> None:
    holds = [_held(1, 2, location="other"), _held(2, 1), _held(3, 5)]
    assert [(one.hold, units) for one, units in draw(holds, "main", 1, 4)] == [(2, 1), (3, 3)]
    assert [one.units for one in holds] == [2, 0, 2]


def test_units_of_two_holds_lie_one_after_the_other_in_the_claims() -> None:
    assert share_out([(7, 2), (8, 3)], [(1, 1), (2, 2)]) == {7: [Use(1, 0, 1), Use(2, 1, 1)], 8: [Use(2, 0, 1)]}


@given(
    claims=st.lists(st.integers(0, 6), max_size=4),
    drawn=st.lists(st.integers(0, 4), max_size=3),
)
def test_no_unit_of_a_claim_comes_out_of_two_holds(claims: list[int], drawn: list[int]) -> None:
    uses = share_out(list(enumerate(claims)), list(enumerate(drawn)))
    for claim, units in enumerate(claims):
        seen = [unit for one in uses[claim] for unit in range(one.first, one.first + one.units)]
        assert seen == list(range(len(seen)))
        assert len(seen) <= units
    assert sum(one.units for several in uses.values() for one in several) == min(sum(claims), sum(drawn))

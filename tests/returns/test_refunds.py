"""What a customer gets back sums, over any refunds, to exactly what was paid; policies say what the seller promised."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omscli.returns.policy import Policy, Reason, WishLine, judge
from omscli.returns.refunds import Amount, PaidLine, Sold, SoldLine, by_line, paid_for, part, payout
from omscli.returns.states import Happened, LineCounts, state_of

MONEY = st.integers(0, 100_000)
LINES = st.lists(
    st.builds(SoldLine, st.integers(1, 9), st.one_of(st.none(), MONEY), st.integers(0, 500), st.one_of(st.none(), st.integers(0, 999))), min_size=1, max_size=4
)  # fmt: skip
ORDERS = st.builds(
    Sold, LINES, st.one_of(st.none(), MONEY), st.integers(0, 2000), st.one_of(st.none(), st.integers(0, 3000)), st.sampled_from([True, False, None]), st.integers(0, 3000)
)  # fmt: skip


@given(sold=ORDERS)
def test_the_lines_share_exactly_what_was_paid(sold: Sold) -> None:
    paid = paid_for(sold)
    if paid is None:
        with pytest.raises(ValueError, match="nobody knows"):
            by_line(sold)
        return
    lines = by_line(sold)
    assert sum(line.goods + line.tax + line.shipping for line in lines) == paid
    assert all(min(line.goods, line.tax, line.shipping) >= 0 for line in lines)


@given(sold=ORDERS, cuts=st.lists(st.integers(0, 3), max_size=40))
def test_any_partial_refunds_sum_to_what_was_paid_and_no_more(sold: Sold, cuts: list[int]) -> None:
    paid = paid_for(sold)
    if paid is None:
        return
    given_back = 0
    for line in by_line(sold):
        before = 0
        for units in [*cuts, line.units]:
            got = part(line, before, units, shipping=True)
            assert min(got.goods, got.tax, got.shipping) >= 0
            before += units
            given_back += got.total
    assert given_back == paid


def test_a_cent_that_cannot_be_shared_goes_to_the_first_unit() -> None:
    line = PaidLine(3, 1000, 0, 100)
    assert [part(line, n, 1, shipping=True) for n in range(3)] == [Amount(334, 0, 34), Amount(333, 0, 33), Amount(333, 0, 33)]
    assert part(line, 1, 9, shipping=False) == Amount(666)


def test_a_discount_of_the_order_and_tax_on_top_are_shared_as_the_prices_are() -> None:
    sold = Sold([SoldLine(2, 1000), SoldLine(1, 2000)], total=4400, shipping=500, tax=300, tax_included=False, discount=400)
    assert by_line(sold) == [PaidLine(2, 1800, 150, 250), PaidLine(1, 1800, 150, 250)]


def test_the_tax_of_each_line_is_its_own_where_the_channel_says_it() -> None:
    sold = Sold([SoldLine(1, 1000, tax=190), SoldLine(1, 1000, tax=70)], total=2260, tax=260, tax_included=False)
    assert [line.tax for line in by_line(sold)] == [190, 70]


def test_tax_that_may_be_in_the_prices_is_not_added() -> None:
    lines = [SoldLine(1, 1000)]
    assert [paid_for(Sold(lines, shipping=500, tax=160, tax_included=one)) for one in (True, False, None)] == [1500, 1660, 1500]


@given(parts=st.lists(st.builds(Amount, MONEY, MONEY, MONEY), max_size=4), fee=st.integers(0, 2000), rest=MONEY)
def test_a_payout_keeps_the_fee_and_stays_below_what_is_left(parts: list[Amount], fee: int, rest: int) -> None:
    found = payout(parts, fee, rest)
    assert 0 <= found.amount <= rest
    assert 0 <= found.fee <= fee
    assert found.amount + found.fee == min(rest, sum(one.total for one in parts))


POLICY = Policy(30, 5000, {"broken": Reason(0, restock=False)})


@pytest.mark.parametrize(("day", "in_time"), [(date(2026, 4, 1), True), (date(2026, 4, 2), False)])
def test_the_last_day_of_the_window_counts_in_full(day: date, in_time: bool) -> None:
    verdict = judge(POLICY, [WishLine("MUG", 1, date(2026, 3, 2), value=1000)], day, "10.00 USD", "50.00 USD")
    assert verdict.approved == in_time
    assert verdict.doubts == (() if in_time else ("MUG: the 30 days ended on 2026-04-01",))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (WishLine("MUG", 1, None, value=4999), "worth W, less than L"),
        (WishLine("MUG", 1, None, value=5000), "a person decides: worth W, L or more"),
        (WishLine("MUG", 1, None), "a person decides: nobody knows what the goods are worth"),
        (WishLine("MUG", 1, None, final_sale=True, value=1), "a person decides"),
    ],
)
def test_what_is_approved_by_rule(line: WishLine, why: str) -> None:
    verdict = judge(POLICY, [line], date(2026, 3, 2), "W", "L")
    assert (verdict.why, verdict.approved) == (why, why.startswith("worth"))


def test_a_reason_that_is_not_on_the_list_is_none_and_without_a_list_every_word_is_one() -> None:
    assert POLICY.reason("whim") is None
    assert Policy().reason("whim") == Reason(0, restock=True)


@pytest.mark.parametrize(
    ("state", "happened", "line"),
    [
        ("requested", Happened(), LineCounts(2)),
        ("rejected", Happened(approved=False, closed=True), LineCounts(2)),
        ("approved", Happened(approved=True), LineCounts(2)),
        ("label_sent", Happened(approved=True, labelled=True), LineCounts(2)),
        ("received", Happened(approved=True), LineCounts(2, 1, 1)),
        ("received", Happened(approved=True), LineCounts(2, 1, 1, 1)),
        ("inspected", Happened(approved=True), LineCounts(2, 2, 1)),
        ("refunded", Happened(approved=True), LineCounts(2, 2, 1, 1)),
        ("refunded", Happened(approved=True), LineCounts(2, 0, 0, 2)),
        ("inspected", Happened(approved=True), LineCounts(2, 2, 0)),
        ("closed", Happened(approved=True, closed=True), LineCounts(2, 2, 2, 2)),
    ],
)
def test_a_return_stands_where_its_goods_and_its_money_are(state: str, happened: Happened, line: LineCounts) -> None:
    assert state_of(happened, [line]) == state

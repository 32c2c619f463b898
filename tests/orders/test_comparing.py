"""Why an order waits, and how a line is known again."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from omscli.base.address import Address
from omscli.orders.compare import merge
from omscli.orders.holds import HoldPolicy, standing
from omscli.orders.identity import content_hash, match_keys, order_ref, without_repeats
from omscli.orders.incoming import IncomingLine, IncomingOrder

ANN = Address("Ann Lee", "", "1 Main St", "", "Brooklyn", "NY", "11201", "US", "")
LINES = st.lists(
    st.builds(
        IncomingLine,
        st.just(""),
        st.sampled_from(["MUG", "CAP"]),
        st.sampled_from(["a", "b"]),
        st.integers(1, 3),
        st.just(1),
        st.sampled_from([None, 5]),
    ),
    min_size=1,
    max_size=5,
)


def order(lines: list[IncomingLine] | None = None, **columns: object) -> IncomingOrder:
    said = IncomingOrder(
        "shop", "1", "2026-03-02T09:00:00Z", "open", "paid", "USD", lines or [IncomingLine("", "MUG", "Mug", 1, 1, 1000)], ANN
    )
    return replace(said, **columns)  # type: ignore[arg-type]  # columns of an order


def test_a_paid_order_with_an_address_waits_for_nobody() -> None:
    assert standing(order(), {}, HoldPolicy("USD")) == []


def test_every_reason_to_wait_is_named() -> None:
    told = order(
        payment="pending", currency="CHF", ship_to=Address(country="US"), doubts=("a part has left",), state="unknown", raw_status="odd"
    )
    found = [hold.reason for hold in standing(told, {"MUGG": "MUG", "X": None}, HoldPolicy("USD"))]
    assert found == [
        "unknown status “odd”", "not paid yet", "currency CHF has no rate in rules.yaml",
        "the address has no name and no street and no town or postcode", "unknown SKU MUGG (did you mean MUG?), X", "a part has left",
    ]  # fmt: skip


def test_an_order_with_nothing_left_to_ship_waits_for_nobody() -> None:
    assert standing(order([IncomingLine("", "MUG", "Mug", 1, 0)], payment="pending"), {}, HoldPolicy("USD")) == []


@given(lines=LINES, data=st.data())
def test_shuffled_lines_are_the_same_order(lines: list[IncomingLine], data: st.DataObject) -> None:
    other = data.draw(st.permutations(lines))
    assert sorted(match_keys(lines)) == sorted(match_keys(other))
    assert content_hash(order(lines)) == content_hash(order(other))
    assert len(set(match_keys(lines))) == len(lines)


def test_where_a_file_says_an_order_stands_is_no_change_of_the_order() -> None:
    assert content_hash(order(source_line=2)) == content_hash(order(source_line=9))
    assert content_hash(order(note="x")) != content_hash(order())


def test_what_a_file_is_silent_about_stays_as_it_was() -> None:
    merged = merge(order(email="ann@example.com"), order(email="", ship_to=Address(), silent=frozenset({"email", "ship_to"})))
    assert (merged.email, merged.ship_to) == ("ann@example.com", ANN)


def test_a_line_that_comes_twice_in_the_same_words_is_taken_once() -> None:
    line = IncomingLine("7", "MUG", "Mug", 1, 1)
    one, problem = without_repeats(order([line, replace(line)]))
    assert one is not None
    assert len(one.lines) == 1
    assert problem is not None
    assert not problem.rejected


def test_an_id_has_the_prefix_and_no_mark() -> None:
    assert order_ref("SH", "#10 58") == "SH-10-58"

"""What was met is known again, however much there is of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from omscli.base.marks import Marks, packed, unpacked


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(-(2**60), 2**60))))
def test_marks_keep_the_first_number_of_every_key_as_a_dict_does(pairs: list[tuple[str, int]]) -> None:
    marks, plain = Marks(), dict[str, int]()
    for key, number in pairs:
        assert (key in marks, marks.get(key)) == (key in plain, plain.get(key))
        assert marks.setdefault(key, number) == plain.setdefault(key, number)
    for key, number in pairs:
        marks.put(key, -number)
        plain[key] = -number
    assert all(marks.get(key) == number for key, number in plain.items())


def test_more_than_there_is_room_for_makes_more_room() -> None:
    marks = Marks()
    assert all(marks.add(("SKU", n)) for n in range(5000))
    assert not any(marks.add(("SKU", n)) for n in range(5000))
    assert ("SKU", 5000) not in marks


def test_a_key_whose_hash_is_nought_is_met_like_any_other() -> None:
    marks = Marks()
    assert (marks.add(0), marks.add(0), 0 in marks) == (True, False, True)


@given(st.integers(0, 2**31 - 1), st.none() | st.integers(-(2**31) + 1, 2**31 - 1))
def test_a_line_and_an_amount_come_out_as_they_went_in(line: int, amount: int | None) -> None:
    assert unpacked(packed(line, amount)) == (line, amount)

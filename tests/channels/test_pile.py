"""What waits for the end of a file comes out whole and in its order, also when it is more than memory should hold."""

from __future__ import annotations

import pytest

from omscli.channels.pile import Pile


@pytest.mark.parametrize("number", [0, 1, 3, 4, 10])
def test_what_was_put_on_a_pile_comes_out_in_its_order_as_often_as_it_is_asked_for(number: int) -> None:
    pile = Pile[tuple[str, int]](most=3)
    for n in range(number):
        pile.put(("MUG", n))
    for _ in range(2):
        parts = list(pile.parts())
        assert [one for part in parts for one in part] == [("MUG", n) for n in range(number)]
        assert all(len(part) <= 3 for part in parts)

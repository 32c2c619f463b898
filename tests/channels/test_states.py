from __future__ import annotations

import pytest

from omscli.channels.states import whole_state


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ({"open", "fulfilled", "cancelled"}, "open"),
        ({"open", "unknown"}, "unknown"),
        ({"fulfilled", "cancelled"}, "fulfilled"),
        ({"cancelled"}, "cancelled"),
    ],
)
def test_an_order_is_what_its_lines_are_together(states: set[str], whole: str) -> None:
    assert whole_state(states) == whole

"""What a long decision tells those who wait for it, and how they may end it. The decision itself knows no clock."""

from __future__ import annotations

from collections.abc import Callable

Watch = Callable[[float], bool]  # hears the share of the work that is done; says whether there is time for more


def unwatched(_: float) -> bool:
    """Nobody waits, and there is all the time in the world."""
    return True

"""What the lines of an order say together, where a channel tells the state of each line and not of the order."""

from __future__ import annotations

from collections.abc import Collection


def whole_state(states: Collection[str]) -> str:
    """The state of an order by those of its lines.

    A line that nobody understands makes the order one to look at; else something open keeps it open, and only an order whose
    lines are all cancelled is cancelled.
    """
    return next((state for state in ("unknown", "open", "fulfilled") if state in states), "cancelled")

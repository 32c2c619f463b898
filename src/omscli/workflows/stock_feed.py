"""What a stock feed means besides its rows, and the guard against one that is damaged: half a file would sell out half a shop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from omscli.base.problems import Problem
from omscli.catalog.incoming import IncomingStock
from omscli.errors import Refused

Levels = Mapping[tuple[int, str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class StockFeed:
    """One place's own book of stock. `taken_at` is UTC text; the most that stock may fall is a percentage, None without a guard.

    Whoever `ignores_unknown` SKUs hears only how many there were: a supplier lists much that the seller does not sell.
    """

    location: str
    is_available: bool
    taken_at: str
    max_drop_percent: int | None = None
    ignores_unknown: bool = False

    def rows(self, records: Iterable[IncomingStock], problems: list[Problem]) -> list[IncomingStock]:
        """The rows as this place means them; those of another place are set aside."""
        found = []
        for one in records:
            if one.location != self.location:
                words, hint = f"is about {one.location}, and this feed is that of {self.location}", "give each place a feed of its own"
                problems.append(Problem(one.source_line, "location", one.location, words, hint))
                continue
            found.append(replace(one, as_of=one.as_of or self.taken_at, is_available=one.is_available or self.is_available))
        return found

    def check(self, name: str, told: Mapping[int, int], levels: Levels) -> None:
        """Raises Refused where the place would lose more of its stock than the seller thinks possible.

        `told` are the units that each product would have; what the file leaves out counts as gone, since a file that was cut off
        leaves out as well. A file of noughts is refused even without a guard, unless the place has nothing anyway.
        """
        there = {product: row["on_hand"] for (product, place), row in levels.items() if place == self.location and row["on_hand"]}
        before = sum(there.values())
        after = sum(min(units, there[product]) for product, units in told.items() if product in there)
        if not before:
            return
        drop = (before - after) * 100 // before
        allowed = 99 if self.max_drop_percent is None else self.max_drop_percent
        if self.max_drop_percent is None and len(told) < len(there):
            return  # without a guard a feed may tell of a part of the shelf
        if drop > allowed:
            missing = len(there.keys() - told.keys())
            why = f"{missing} of {len(there)} SKUs are missing" if missing else "so the file says"
            raise Refused(
                f"{name}: the stock of {self.location} would fall by {drop} % ({before:,} to {after:,} units; {why})",
                "if that is right: oms sync --accept-drop; else ask for the file again",
            )

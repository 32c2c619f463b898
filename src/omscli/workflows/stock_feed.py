"""What a stock feed means besides its rows, and the guard against one that is damaged: half a file would sell out half a shop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from omscli.base.problems import Problem
from omscli.catalog.incoming import IncomingStock
from omscli.errors import Refused


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


@dataclass(slots=True)
class Drop:
    """How much of its stock a place would lose by a feed: added up while it is read, and judged when it has ended.

    Attributes:
        feed: The feed.
        before: Units that lay there before it.
        products: Products of which there were any.
    """

    feed: StockFeed
    before: int
    products: int
    after: int = 0
    told: int = 0
    of_them: int = 0

    def add(self, units: int, level: Mapping[str, Any] | None) -> None:
        """A product that the file names, the units that there would be of it, and its level before."""
        self.told += 1
        if level is not None and level["on_hand"]:
            self.of_them += 1
            self.after += min(units, level["on_hand"])

    def check(self, name: str) -> None:
        """Raises Refused where the place would lose more of its stock than the seller thinks possible.

        What the file leaves out counts as gone, since a file that was cut off leaves out as well. A file of noughts is refused even
        without a guard, unless the place has nothing anyway.
        """
        guard = self.feed.max_drop_percent
        if not self.before or (guard is None and self.told < self.products):
            return  # without a guard a feed may tell of a part of the shelf
        drop = (self.before - self.after) * 100 // self.before
        if drop > (99 if guard is None else guard):
            missing = self.products - self.of_them
            why = f"{missing} of {self.products} SKUs are missing" if missing else "so the file says"
            raise Refused(
                f"{name}: the stock of {self.feed.location} would fall by {drop} % ({self.before:,} to {self.after:,} units; {why})",
                "if that is right: oms sync --accept-drop; else ask for the file again",
            )

"""What is to be settled together, as numbers: scarce supplies, and for each order the ways to serve it with cost and use.

A *supply* is something of which there is too little for everybody: units of a product at a place, or the shipments that a place
can send on a day. Supplies that suffice whatever happens are left out, so most orders of a well-stocked seller use none.
Money is in minor units of the home currency.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

NOWHERE = -1  # the place of units that stay without stock

Uses = tuple[tuple[int, int], ...]  # (supply, units)


class Entry(NamedTuple):
    """One block of an order from one place. `day` counts the days of a place that can be full, 0 elsewhere."""

    cost: int
    place: int  # index of the location, NOWHERE for units without stock
    uses: Uses
    block: int
    day: int = 0


class Option(NamedTuple):
    """A whole way to serve an order."""

    cost: int
    uses: Uses
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class Wish:
    """One order: its blocks, each with the places that could send it, the cheapest first; and the ways to combine blocks.

    `explicit` are whole ways beside these, the cheapest first: that of order by order among them (`start`).
    """

    order: int  # position in the batch
    blocks: list[list[Entry]]
    ways: tuple[tuple[int, ...], ...]
    most: int  # shipments
    extra: int  # price of each shipment after the first, contained in every entry
    explicit: list[Option] = field(default_factory=list)
    start: Option | None = None
    nothing: int = 0  # cost of sending nothing
    groups: tuple[tuple[int, int], ...] = ()  # (group of supplies, units wanted), for the prices
    standing: list[Option] = field(default_factory=list)  # what stands and moves only for a gain; explicit ways, too
    surcharge: int = 0  # contained in the cost of every way but these

    def money(self, option: Option) -> int:
        """What a way costs indeed."""
        return option.cost if option in self.standing else option.cost - self.surcharge


@dataclass(slots=True)
class Group:
    """Supplies that replace each other: one product at all places."""

    supplies: list[int]
    wanted: int
    unfilled: int = 0  # what a unit costs that nobody sends; 0 where there is no such thing


@dataclass(slots=True)
class Problem:
    """All wishes and supplies of one settlement."""

    wishes: list[Wish]
    room: list[int]  # units by supply
    groups: list[Group]
    open_end: list[int] = field(default_factory=list)  # supplies of last days: beyond them more could be had, at no less cost


def supplies_of(wish: Wish) -> set[int]:
    """The supplies that any way of an order uses."""
    found = {supply for block in wish.blocks for entry in block for supply, _ in entry.uses}
    return found | {supply for option in wish.explicit for supply, _ in option.uses}

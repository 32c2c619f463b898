"""Which own stock should lie elsewhere: transfers that save more postage than they cost. Pure.

Every sale of the last days has a place from which sending it would have cost least: its home. What a home sells in the days to be
covered and does not have is a need; what a place has beyond its own sales is a surplus. Without a transfer a need is served from
the surpluses, the cheapest for it first; so each of these units saves, when it is moved in one large parcel before it is
sold, the difference between the postage from there and from the home. Rounding goes against the transfer everywhere: needs are
rounded down, what a giver keeps is rounded up, and what was sold and is claimed nowhere is kept by every giver.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Terms:
    """What a transfer costs (minor units), how many days of sales a place shall hold, and how long goods are on the way."""

    cost_per_parcel: int | None = None  # None: what the carriers ask
    cost_per_unit: int = 0
    cover_days: int = 30
    days: int = 5


@dataclass(frozen=True, slots=True)
class Shelf:
    """One product at one place, in units. `free` is what nobody has a claim on and nobody keeps back."""

    product: int
    place: str
    free: int
    coming: int = 0  # on its way there, and drafted to go there
    going: int = 0  # drafted to leave
    own: int = 0  # units that left over the counter, or were collected, in the days looked at


@dataclass(frozen=True, slots=True)
class Sale:
    """One line of the past: units, and what sending one of them costs from each place that could (minor units)."""

    product: int
    units: int
    costs: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Move:
    """Units of a product to move, and how it was found."""

    product: int
    units: int
    saving: int  # minor units, rounded down
    need: int  # units the taker lacks for the days to be covered
    spare: int  # units the giver has beyond its own sales
    sold: int  # units sold near the taker in the days looked at


@dataclass(slots=True)
class Proposal:
    """A transfer that pays for itself."""

    giver: str
    taker: str
    moves: list[Move] = field(default_factory=list)
    cost: int = 0

    @property
    def saving(self) -> int:
        """Minor units of postage that need not be paid."""
        return sum(move.saving for move in self.moves)


# What moving these units (by product) from one place to another costs; None where nothing goes there.
CostOf = Callable[[str, str, Mapping[int, int]], int | None]


def balance(
    shelves: Iterable[Shelf], sales: Iterable[Sale], unclaimed: Mapping[int, int], terms: Terms, days: int, cost_of: CostOf
) -> list[Proposal]:
    """Proposals by what they gain, the greatest first. `unclaimed` are units sold that no place has set aside, by product."""
    by_product: dict[int, dict[str, Shelf]] = {}
    for shelf in shelves:
        by_product.setdefault(shelf.product, {})[shelf.place] = shelf
    sold: dict[int, list[Sale]] = {}
    for sale in sales:
        if sale.costs:
            sold.setdefault(sale.product, []).append(sale)
    found: dict[tuple[str, str], Proposal] = {}
    for product in sorted(sold):
        one = _Product(by_product.get(product, {}), sold[product], unclaimed.get(product, 0), terms.cover_days / days)
        for giver, taker, move in one.moves(product):
            if move.saving > terms.cost_per_unit * move.units:
                found.setdefault((giver, taker), Proposal(giver, taker)).moves.append(move)
    good = []
    for proposal in found.values():
        cost = cost_of(proposal.giver, proposal.taker, {move.product: move.units for move in proposal.moves})
        if cost is not None:
            proposal.cost = cost + terms.cost_per_unit * sum(move.units for move in proposal.moves)
            if proposal.saving > proposal.cost:
                good.append(proposal)
    return sorted(good, key=lambda one: (one.cost - one.saving, one.giver, one.taker))


class _Product:
    """The needs and surpluses of one product. `ahead` is the days to be covered as a share of the days looked at."""

    def __init__(self, shelves: Mapping[str, Shelf], sales: list[Sale], unclaimed: int, ahead: float) -> None:
        self.shelves = shelves
        self.near: dict[str, list[Sale]] = {}
        for sale in sales:
            self.near.setdefault(self._home(sale), []).append(sale)
        self.needs = {place: need for place in self.near if (need := self._need(place, ahead)) > 0}
        self.spare = {place: spare for place in shelves if place not in self.needs and (spare := self._spare(place, unclaimed, ahead)) > 0}

    def _home(self, sale: Sale) -> str:
        """Where it would have been cheapest to send from; of equals the one that has most, then by name."""
        return min(sale.costs, key=lambda place: (sale.costs[place], -self._free(place), place))

    def _free(self, place: str) -> int:
        return self.shelves[place].free if place in self.shelves else 0

    def _sold(self, place: str) -> int:
        return sum(sale.units for sale in self.near.get(place, ()))

    def _need(self, place: str, ahead: float) -> int:
        shelf = self.shelves.get(place)
        have = max(0, shelf.free - math.floor(shelf.own * ahead)) + shelf.coming - shelf.going if shelf else 0
        return math.floor(self._sold(place) * ahead) - have

    def _spare(self, place: str, unclaimed: int, ahead: float) -> int:
        """What may leave: free, less what goes already, what may be asked for at once, and its own sales. Coming goods do not count."""
        shelf = self.shelves[place]
        return shelf.free - shelf.going - unclaimed - math.ceil(shelf.own * ahead) - math.ceil(self._sold(place) * ahead)

    def _extra(self, giver: str, taker: str) -> float | None:
        """What one unit sold near the taker costs more from the giver, on average; None where the giver cannot send to all of them."""
        sales = self.near[taker]
        if any(giver not in sale.costs for sale in sales):
            return None
        return sum((sale.costs[giver] - sale.costs[taker]) * sale.units for sale in sales) / self._sold(taker)

    def moves(self, product: int) -> Iterable[tuple[str, str, Move]]:
        """(giver, taker, move): each need is served as it would be served anyway, the need that costs most first."""
        ways = {
            taker: sorted((extra, giver) for giver in self.spare if (extra := self._extra(giver, taker)) is not None)
            for taker in self.needs
        }
        spare = dict(self.spare)
        for taker in sorted(self.needs, key=lambda one: (-max((extra for extra, _ in ways[one]), default=0), one)):
            left = self.needs[taker]
            for extra, giver in ways[taker]:
                units = min(left, spare[giver])
                if units <= 0:
                    continue
                spare[giver] -= units
                left -= units
                saving = math.floor(extra * units + 1e-9)
                yield giver, taker, Move(product, units, saving, self.needs[taker], self.spare[giver], self._sold(taker))

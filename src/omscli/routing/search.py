"""Which combinations of places are worth a look for one order, and which of them is best.

Sets of places are looked at by size. One place that has everything is the common case; larger sets are priced only where
they can still win: they fill more, or the cheapest parcel from each of them together costs less than the best so far.
Within a set the filling order matters where together they have more than is wanted, so every order is tried then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations, permutations

from omscli.routing.allocate import Basket, Shelf, contents, offer
from omscli.routing.candidate import Candidate, Part, assemble, worth
from omscli.routing.criterion import Criterion
from omscli.routing.facts import OpenOrder, Standing
from omscli.routing.quote import Contents, Quote, Quoter
from omscli.routing.rules import Prices, Rule
from omscli.routing.stability import is_there, keeps_together, shares_of, stays
from omscli.stock.locations import Location

EXACT_SIZE = 3  # sets up to this many places are all looked at; larger ones grow greedily from the best filling one
WIDTH = 8  # of the places that have anything, the best so many form larger sets


Floor = tuple[int, int, int]


@dataclass(slots=True)
class Question:
    """One order under one rule, with the places that may serve it."""

    order: OpenOrder
    rule: Rule
    criteria: tuple[Criterion, ...]
    prices: Prices
    wanted: Basket
    places: list[Location]
    quoter: Quoter
    order_currency: str = "USD"  # the home currency, for words about cost
    refused: dict[str, str] = field(default_factory=dict)  # place -> why it cannot send what it has
    seen: list[Candidate] = field(default_factory=list)
    leader: Candidate | None = None
    standing: tuple[Standing, ...] = ()  # what the last run planned of these lines
    min_gain: int = 0
    overruled: Candidate | None = None  # the best one, where what stands is kept all the same
    units: int = 0
    fewest: int = 0  # units that the best filling candidate leaves without stock
    shelves: dict[str, Shelf] = field(default_factory=dict)
    _quotes: dict[tuple[str, object], Quote | str] = field(default_factory=dict)
    _sorted: list[Candidate] | None = None
    _whole: Contents | None = None
    _tried: set[tuple[tuple[str, tuple[int, ...]], ...]] = field(default_factory=set)

    def best(self) -> Candidate | None:
        """The best candidate that sends something, or None."""
        facts, keep = self.quoter.facts, self.rule.keep_safety_stock
        offers = {}
        useful = []
        for place in self.places:
            shelf = self.shelves[place.code] = Shelf(facts, self.order, place.code, keep_safety=keep)
            offers[place.code] = takes = offer(self.wanted, self.wanted.wants, shelf)
            if any(takes):
                useful.append(place)
        self.fewest = self.units = sum(self.wanted.wants)
        wants = self.wanted.wants
        full = [place for place in useful if offers[place.code] == wants]
        first = full if full and self.rule.rank[:1] == ("unfilled",) else useful
        for place in first:
            self._add([(place, offers[place.code])], _less(wants, offers[place.code]))
        if not self.rule.split.never and len(useful) > 1 and self.units > 1:
            self._try_sets(useful, offers, [place for place in useful if place not in first])
        if self.standing and self.min_gain and self.leader is not None:
            self._keep(self.leader)
        return self.leader

    def _keep(self, best: Candidate) -> None:
        """Where what stands is still possible, and the best gains too little, it stays."""
        shares = shares_of(self.standing, self.wanted)
        places = [place for place in self.places if place.code in shares]
        if not shares or len(places) < len(shares) or not keeps_together(shares.values(), self.wanted):
            return
        if not all(is_there(takes, self.wanted, self.shelves[code]) for code, takes in shares.items()):
            return
        now = next((one for one in self.seen if _shape(one) == shares), None) or self._standing_way(places, shares)
        if now is not None and now is not self.leader and stays(now, best, self.rule.rank, self.min_gain):
            self.leader, self.overruled = now, best

    def _standing_way(self, places: list[Location], shares: dict[str, list[int]]) -> Candidate | None:
        """The candidate of what stands, which the search passed over; None where the rule allows it no longer."""
        wants = self.wanted.wants
        for takes in shares.values():
            wants = _less(wants, takes)
        there = len(self.seen)
        self._add([(place, shares[place.code]) for place in places], wants)
        return self.seen[-1] if len(self.seen) > there else None

    def by_merit(self) -> list[Candidate]:
        """Everything that was looked at, the best first."""
        if self._sorted is None:
            self._sorted = sorted(self.seen, key=_merit) if len(self.seen) > 1 else self.seen
            if self.overruled is not None and self.leader is not None:  # what was chosen comes first
                self._sorted = [self.leader, *(one for one in self._sorted if one is not self.leader)]
        return self._sorted

    def look_further(self) -> None:
        """Also price what `best` left out because it cannot win: every place alone and, of a few places, every two. For `oms why` only."""
        wants, useful = self.wanted.wants, []
        alone = {one.places[0] for one in self.seen if len(one.parts) == 1}
        for place in self.places:
            takes = offer(self.wanted, wants, self.shelves[place.code])
            if any(takes):
                useful.append(place)
                if place.code not in alone:
                    self._add([(place, takes)], _less(wants, takes))
        for turn in permutations(useful, 2) if len(useful) <= WIDTH else ():
            self._try(turn)
        self._sorted = None

    # -- larger sets

    def _limit(self, useful: list[Location]) -> int:
        most = self.rule.split.max_shipments or len(useful)
        return min(most, len(useful), self.units)

    def _try_sets(self, useful: list[Location], offers: dict[str, list[int]], untried: list[Location]) -> None:
        limit = self._limit(useful)
        floors = self._floors(useful)
        if limit < 2 or (floors is not None and not self.fewest and self._all_too_dear(useful, floors)):
            return
        for place in untried:  # on its own such a place loses to one that has everything, but it may be part of a split
            self._add([(place, offers[place.code])], _less(self.wanted.wants, offers[place.code]))
        reach = self._unfilled(useful, offers)
        ordered = self._by_preference(useful)
        self._try(tuple(ordered[:limit]))
        narrow = useful if len(useful) <= WIDTH else ordered[:WIDTH] + self._sole_holders(useful, ordered[:WIDTH], offers)
        for size in range(2, min(limit, EXACT_SIZE) + 1):
            if self._nothing_to_gain(reach, size):
                return
            for places in combinations(useful if size == 2 and len(useful) <= 3 * WIDTH else narrow, size):
                if self._is_worth_a_look(places, offers, floors):
                    for turn in permutations(places) if self._is_contested(places, offers) else (places,):
                        self._try(turn)
        if limit > EXACT_SIZE and self.fewest > reach:
            self._grow(useful, offers, limit)

    def _nothing_to_gain(self, reach: int, size: int) -> bool:
        """Fewer places already fill as much, and the rule counts shipments next. As many may still do it cheaper in another way."""
        fewer = self.leader is not None and len(self.leader.parts) < size
        return fewer and self.fewest <= reach and self.rule.rank[:2] == ("unfilled", "shipments")

    def _is_worth_a_look(self, places: tuple[Location, ...], offers: dict[str, list[int]], floors: dict[str, Floor] | None) -> bool:
        """Whether a set may still win: where filling decides first, it fills as much; where cost is next, it may cost less."""
        if self.rule.rank[:1] != ("unfilled",):
            return True
        missing = self._unfilled(places, offers)
        if missing > self.fewest:
            return False
        return floors is None or missing < self.fewest or not self._too_dear(places, floors)

    def _is_contested(self, places: tuple[Location, ...], offers: dict[str, list[int]]) -> bool:
        """Whether these places together have more of a line than is wanted: only then it matters who fills first."""
        if not self.wanted.plain:
            return True
        return any(sum(offers[place.code][n] for place in places) > want for n, want in enumerate(self.wanted.wants))

    def _floors(self, useful: list[Location]) -> dict[str, Floor] | None:
        """By place, what its parcel costs at least: of 1 g, of half the goods, of a third of them.

        None where cost does not decide right after what is unfilled (and late), or where a heavy parcel may be cheaper than a
        light one: then no set can be left out unseen. Goods that need several parcels bound by their lightest only.
        """
        rank = tuple(name for name in self.rule.rank if name != "late") if self._punctual() else self.rule.rank
        if rank[:2] != ("unfilled", "cost") or self.leader is None or not self.quoter.monotone:
            return None
        floor, order = self.quoter.floor, self.order
        half = third = 1
        if len(self.leader.parts) == 1 and len(self.leader.parts[0].quote.parcels) == 1 and not self.fewest:
            whole = self.quoter.weight_g(self._whole or contents(self.wanted, self.wanted.wants))
            half, third = max(1, whole // 100 * 50), max(1, whole // 150 * 50)
        if half == third == 1:
            return {place.code: (floor(order, place, 1),) * 3 for place in useful}
        return {place.code: (floor(order, place, 1), floor(order, place, half), floor(order, place, third)) for place in useful}

    def _punctual(self) -> bool:
        return self.leader is not None and not any(part.quote.late_days for part in self.leader.parts)

    def _too_dear(self, places: Sequence[Location], floors: dict[str, Floor]) -> bool:
        """Whether a split among all of these places costs more than the leader, which fills as much.

        Of two parts one holds half the goods, of three a third, and each of the others at least a gram.
        """
        if self.leader is None or not self._punctual():
            return False
        best = self.leader.cost - self.leader.unfilled_units * self.prices.unfilled_unit
        if len(places) == 2:
            (a, b) = (floors[place.code] for place in places)
            return min(a[0] + b[1], b[0] + a[1]) > best
        light = sorted([floors[place.code][0] for place in places])
        return light[0] + light[1] + min([floors[place.code][2] for place in places]) > best

    def _all_too_dear(self, useful: Sequence[Location], floors: dict[str, Floor]) -> bool:
        """The same of every two and every three of these places at once."""
        if self.leader is None or not self._punctual():
            return False
        light = sorted([floors[place.code][0] for place in useful])
        if light[0] + min([floors[place.code][1] for place in useful]) <= self.leader.cost:
            return False
        return len(useful) < EXACT_SIZE or light[0] + light[1] + min([floors[place.code][2] for place in useful]) > self.leader.cost

    def _unfilled(self, places: Sequence[Location], offers: dict[str, list[int]]) -> int:
        """At least so many units stay without stock when these places serve."""
        missing = 0
        for n, want in enumerate(self.wanted.wants):
            for place in places:
                want -= offers[place.code][n]  # noqa: PLW2901 - what is still wanted of this line
                if want <= 0:
                    break
            else:
                missing += want
        return missing

    def _by_preference(self, useful: list[Location]) -> list[Location]:
        """Places by the rule's criteria, each judged alone; `unfilled` and `shipments` say nothing about a single place."""
        rank = [n for n, name in enumerate(self.rule.rank) if name not in ("unfilled", "shipments")]
        alone = {one.places[0]: tuple(one.amounts[n] for n in rank) for one in self.seen if len(one.parts) == 1}
        return sorted((place for place in useful if place.code in alone), key=lambda place: (alone[place.code], place.code))

    def _sole_holders(self, useful: list[Location], chosen: list[Location], offers: dict[str, list[int]]) -> list[Location]:
        """Places outside the chosen ones that have a line which none of these has in full."""
        found: list[Location] = []
        for n, want in enumerate(self.wanted.wants):
            if sum(offers[place.code][n] for place in chosen) < want:
                extra = sorted(
                    (one for one in useful if one not in chosen and offers[one.code][n]), key=lambda one: (-offers[one.code][n], one.code)
                )
                found += [one for one in extra[:2] if one not in found]
        return found

    def _grow(self, useful: list[Location], offers: dict[str, list[int]], limit: int) -> None:
        """From nothing, add the place that fills most until nothing is gained."""
        chosen: list[Location] = []
        missing = sum(self.wanted.wants)
        while len(chosen) < limit:
            rest = [place for place in useful if place not in chosen]
            if not rest:
                break
            place = min(rest, key=lambda one: (self._unfilled([*chosen, one], offers), one.rank, one.code))
            now = self._unfilled([*chosen, place], offers)
            if now >= missing:
                break
            chosen.append(place)
            missing = now
        if len(chosen) > EXACT_SIZE:
            self._try(tuple(chosen))

    # -- one set in one filling order

    def _try(self, places: tuple[Location, ...]) -> None:
        """Fill the places in turn, and keep the candidate if the rule allows it and it was not seen before."""
        wants = list(self.wanted.wants)
        shares: list[tuple[Location, list[int]]] = []
        for place in places:
            takes = offer(self.wanted, wants, self.shelves[place.code])
            if any(takes):
                shares.append((place, takes))
                wants = _less(wants, takes)
                if not any(wants):
                    break
        if len(shares) < 2:
            return  # the first place gives all there is: seen when it stood alone
        key = tuple(sorted([(place.code, tuple(takes)) for place, takes in shares]))
        if key not in self._tried:
            self._tried.add(key)
            self._add(shares, wants)

    def _add(self, shares: list[tuple[Location, list[int]]], wants: list[int]) -> None:
        """Price shares that leave these wants open; a better candidate becomes the leader."""
        if not self._split_is_allowed(shares, wants):
            return
        parts = []
        for place, takes in shares:
            part = self._part(place, takes)
            if part is None:
                return
            parts.append(part)
        candidate = assemble(parts, wants, self.prices)
        candidate.amounts = tuple([one.amount(candidate) for one in self.criteria])
        self.seen.append(candidate)
        self.fewest = min(self.fewest, candidate.unfilled_units)
        leader = self.leader
        if (
            leader is None
            or candidate.amounts < leader.amounts
            or (candidate.amounts == leader.amounts and candidate.places < leader.places)
        ):
            self.leader = candidate

    def _split_is_allowed(self, shares: list[tuple[Location, list[int]]], wants: list[int]) -> bool:
        split = self.rule.split
        if len(shares) == 1 and not any(wants):
            return True
        if split.never:
            return False
        if split.max_shipments is not None and len(shares) > split.max_shipments:
            return False
        if not split.min_part_value:
            return True
        values = [worth(self.wanted.lines, takes) for _, takes in shares]
        if any(wants):
            values.append(worth(self.wanted.lines, wants))
        return min(values) >= split.min_part_value

    def _latest(self) -> date | None:
        """The last day on which the rule lets goods arrive."""
        limit = self.rule.max_days
        return None if limit is None else self.quoter.facts.today + timedelta(days=limit)

    def settled(self, shares: list[tuple[Location, list[int], tuple[date, int]]]) -> Candidate:
        """The candidate of these shares, each on its day, as it was settled elsewhere; raises ValueError where a place cannot send."""
        wants, parts = list(self.wanted.wants), []
        for place, takes, day in shares:
            self.shelves[place.code] = Shelf(self.quoter.facts, self.order, place.code, keep_safety=self.rule.keep_safety_stock)
            part = self._part(place, takes, day)
            if part is None:
                raise ValueError(f"{place.code} cannot send {self.order.ref}: {self.refused[place.code]}")
            parts.append(part)
            wants = _less(wants, takes)
        candidate = assemble(parts, wants, self.prices)
        candidate.amounts = tuple([one.amount(candidate) for one in self.criteria])
        return candidate

    def _part(self, place: Location, takes: list[int], day: tuple[date, int] | None = None) -> Part | None:
        if takes == self.wanted.wants:
            inside = self._whole = self._whole or contents(self.wanted, takes)
        else:
            inside = contents(self.wanted, takes)
        key = (place.code, inside)
        quote = self._quotes.get(key)
        if quote is None:
            quote = self.quoter.shipment(
                self.order,
                place,
                inside,
                latest=self._latest(),
                ignore_capacity=self.rule.ignore_capacity,
                pickup=self.order.pickup is not None,
                day=day,
            )
            self._quotes[key] = quote
        if isinstance(quote, str):
            self.refused[place.code] = quote
            return None
        safety, free = self.quoter.facts.safety.get(place.code), self.shelves[place.code].free
        below = left = 0
        for product, units in inside:
            rest = free.get(product, 0) - units
            left += rest
            if safety:
                kept = safety.get(product, 0)
                below += max(0, kept - rest) - max(0, kept - rest - units)
        return Part(quote, takes, below, left)


def _shape(one: Candidate) -> dict[str, list[int]]:
    """Units by position of the lines, by place."""
    return {part.quote.location.code: part.takes for part in one.parts}


def _merit(one: Candidate) -> tuple[tuple[float, ...], tuple[str, ...]]:
    return one.amounts, one.places


def _less(wants: list[int], takes: list[int]) -> list[int]:
    return [want - take for want, take in zip(wants, takes, strict=True)]

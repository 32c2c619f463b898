"""Every way to serve each order, with cost and use: the same boxes, services, dates and filters as order by order.

A block of an order costs the same wherever its boxes and zone are the same, so prices come from `Quoter.fare`, which remembers.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import product as combinations
from typing import NamedTuple

from omscli.routing.allocate import contents
from omscli.routing.batch.cases import Case
from omscli.routing.batch.problem import NOWHERE, Entry, Group, Option, Problem, Uses, Wish
from omscli.routing.batch.shapes import Shape
from omscli.routing.batch.staying import let_stay, stands_as
from omscli.routing.candidate import worth
from omscli.routing.plan import PlannedShipment
from omscli.routing.quote import Quoter
from omscli.routing.rules import Prices
from omscli.stock.locations import Location

EVERY_DAY = 40  # so many orders at a place that may become full: every day on which one of them could leave is looked at

Stock = dict[str, dict[int, int]]  # place -> product -> units that may be taken


class Day(NamedTuple):
    """A day on which a place can send, how many days that is after its first one, and the supply of its shipments."""

    on: date
    delay: int
    supply: int | None


class Tier(NamedTuple):
    """Units of a product at a place: all of it, or the part above and the part below safety stock."""

    supply: int | None  # None: enough for everybody
    room: int
    price: int  # a unit, for falling below safety stock
    safe: bool  # may be taken by a rule that keeps the safety stock


class Builder:
    """Makes one problem of the cases that are settled together."""

    def __init__(self, cases: list[Case], stock: Stock, quoter: Quoter, prices: Prices, min_gain: int = 0) -> None:
        self.quoter = quoter
        self.prices = prices
        self.min_gain = min_gain
        self.stock = stock
        self.cases = cases
        self.index = {place.code: n for n, place in enumerate(quoter.facts.locations)}
        self.room: list[int] = []
        self.open_end: list[int] = []
        self.names: list[tuple[str, int]] = []  # (place, product) of each supply; product -1: shipments of a day
        self.groups: list[Group] = []
        self._group_of: dict[int, int] = {}  # product -> group
        self._wanted = _wanted(cases)
        self._keepers = any(case.rule.keep_safety_stock for case in cases)
        self._tiers: dict[tuple[str, int], list[Tier]] = {}
        self._ways: dict[tuple[str, int, int, bool], list[tuple[int, Uses]]] = {}  # of (place, product, units, keeps safety stock)
        self.days: dict[str, list[Day]] = {}
        self._day_groups: dict[str, int] = {}

    def build(self) -> Problem:
        """All wishes, in the order of the cases; supplies that nobody can exhaust are left out."""
        self._count_days()
        return Problem([self._wish(case, number) for number, case in enumerate(self.cases)], self.room, self.groups, self.open_end)

    # -- supplies

    def _supply(self, place: str, product: int, room: int) -> int:
        self.room.append(room)
        self.names.append((place, product))
        return len(self.room) - 1

    def _count_days(self) -> None:
        """The days on which each place can send: one, unless it may become full."""
        facts = self.quoter.facts
        for place in facts.locations:
            served = [case for case in self.cases if place in case.places] if place.daily_capacity is not None else []
            first = self.quoter.leaves(place)
            if place.daily_capacity is None or not served:
                self.days[place.code] = [Day(first, 0, None)]
                continue
            needed = sum(one.location == place.code for case in served for one in case.plan.shipments)
            self.days[place.code] = self._full_days(place, first, len(served), needed)

    def _full_days(self, place: Location, first: date, served: int, needed: int) -> list[Day]:
        used = self.quoter.facts.used.get(place.code, {})
        days: list[Day] = []
        day, rooms, limit = place.calendar.on_or_after(first), 0, place.daily_capacity or 0
        if limit - used.get(day, 0) >= served:
            return [Day(day, (day - first).days, None)]
        group = Group([], served)
        # Many days for many orders would be too much to look at: a quarter more than order by order needs.
        enough = served if served <= EVERY_DAY else min(served, needed + needed // 4 + EVERY_DAY)
        while rooms < enough:
            room = max(0, limit - used.get(day, 0))
            if room:
                supply = self._supply(place.code, -1, room)
                group.supplies.append(supply)
                days.append(Day(day, (day - first).days, supply))
                rooms += room
            day = place.calendar.after(day, 1)
        if enough < served:
            self.open_end.append(group.supplies[-1])
        self._day_groups[place.code] = len(self.groups)
        self.groups.append(group)
        return days

    def tiers(self, place: str, product: int) -> list[Tier]:
        """What lies there of a product, in one or two parts."""
        key = (place, product)
        found = self._tiers.get(key)
        if found is None:
            found = self._tiers[key] = self._new_tiers(place, product)
        return found

    def _new_tiers(self, place: str, product: int) -> list[Tier]:
        free = max(0, self.stock.get(place, {}).get(product, 0))
        kept = self.quoter.facts.safety.get(place, {}).get(product, 0)
        price, wanted = self.prices.below_safety_unit, self._wanted[product]
        if not kept or not (price or self._keepers):
            return [self._tier(place, product, free, wanted, 0, safe=True)] if free else []
        above = min(free, max(0, self.stock.get(place, {}).get(product, 0) - kept))
        parts = [(above, 0, True), (free - above, price, False)]
        return [self._tier(place, product, room, wanted, each, safe=safe) for room, each, safe in parts if room]

    def _tier(self, place: str, product: int, room: int, wanted: int, price: int, *, safe: bool) -> Tier:
        if room >= wanted:
            return Tier(None, room, price, safe)
        supply = self._supply(place, product, room)
        group = self._group_of.get(product)
        if group is None:
            group = self._group_of[product] = len(self.groups)
            self.groups.append(Group([], wanted, self.prices.unfilled_unit))
        self.groups[group].supplies.append(supply)
        return Tier(supply, room, price, safe)

    # -- one order

    def _wish(self, case: Case, order: int) -> Wish:
        split, shape, unfilled = case.rule.split, case.shape, self.prices.unfilled_unit
        blocks = [self._entries(case, takes, number) for number, takes in enumerate(shape.blocks)]
        wish = Wish(order, blocks, shape.ways, case.most, self.prices.extra_shipment, nothing=unfilled * sum(case.wanted.wants))
        if not (case.complete or split.never):
            if split.min_part_value:
                self._unfilled_apart(case, shape, wish)
            else:
                for number, takes in enumerate(shape.blocks):
                    blocks[number].append(Entry(unfilled * sum(takes), NOWHERE, (), number))
        for block in blocks:
            block.sort(key=_by_cost)
        wish.ways = tuple(way for way in wish.ways if all(blocks[number] for number in way))
        if case.standing and self.min_gain:
            let_stay(wish, case.standing, shape, case.wanted.wants, self.index, self.min_gain)
        wish.start = self._start(case, shape, wish)
        if wish.start is not None and any(entry.block < 0 or entry not in blocks[entry.block] for entry in wish.start.entries):
            wish.explicit.append(wish.start)  # a way that the limits of the case would not find
        wish.explicit.sort(key=lambda one: one.cost)
        wish.groups = self._touched(case, wish)
        return wish

    def _unfilled_apart(self, case: Case, shape: Shape, wish: Wish) -> None:
        """Where the unfilled rest must be worth something too, it is a block of its own in every way."""
        lines, lowest, unfilled = case.wanted.lines, case.rule.split.min_part_value, self.prices.unfilled_unit
        ways = list(shape.ways)
        nothing: dict[int, int] = {}
        for way in shape.ways:
            for number in sorted(set(way)) if len(way) > 1 else ():
                if worth(lines, list(shape.blocks[number])) < lowest:
                    continue
                if number not in nothing:
                    nothing[number] = len(wish.blocks)
                    wish.blocks.append([Entry(unfilled * sum(shape.blocks[number]), NOWHERE, (), number)])
                rest = list(way)
                rest[rest.index(number)] = nothing[number]
                ways.append(tuple(rest))
        wish.ways = tuple(ways)

    def _entries(self, case: Case, takes: tuple[int, ...], number: int) -> list[Entry]:
        """This block from every place that may send it."""
        units = list(takes)
        if not self._may_be_part(case, units):
            return []
        inside = contents(case.wanted, units)
        found: list[Entry] = []
        latest = None if case.rule.max_days is None else self.quoter.facts.today + timedelta(days=case.rule.max_days)
        fares = None
        for place in case.places:
            if case.limits.rank is not None and place.rank > case.limits.rank:
                continue
            variants = self._variants(case, place.code, inside)
            if not variants:
                continue
            fares = fares or self.quoter.fares(case.order, inside, latest)
            index = self.index[place.code]
            for n, day in enumerate(self.days[place.code]):
                cost = self._cost(case, fares.at(place, day.on), day)
                if cost is None:
                    continue
                slot: Uses = () if day.supply is None else ((day.supply, 1),)
                for more, uses in variants:
                    found.append(Entry(cost + more, index, uses + slot, number, n))
        return found

    def _may_be_part(self, case: Case, units: list[int]) -> bool:
        wanted, split = case.wanted, case.rule.split
        if units == wanted.wants:
            return True
        if split.never:
            return False
        if split.min_part_value and worth(wanted.lines, units) < split.min_part_value:
            return False
        tied = [[(units[n], wanted.wants[n]) for n in group] for group in wanted.groups]
        return all(all(take == want for take, want in group) or not any(take for take, _ in group) for group in tied)

    def _variants(self, case: Case, place: str, inside: tuple[tuple[int, int], ...]) -> list[tuple[int, Uses]]:
        """(price, uses) of taking these goods there, by which part of the stock they come out of; empty: not there."""
        found, keep = _FREE, case.rule.keep_safety_stock
        for product, units in inside:
            key = (place, product, units, keep)
            ways = self._ways.get(key)
            if ways is None:
                ways = self._ways[key] = _draws(self.tiers(place, product), units, keep=keep)
            if not ways:
                return []
            if found is _FREE:
                found = ways
            elif ways is not _FREE:
                found = [(a + b, uses + more) for (a, uses), (b, more) in combinations(found, ways)]
        return found

    def _cost(self, case: Case, fare: tuple[int, int, date | None, float | None] | None, day: Day) -> int | None:
        if fare is None:
            return None
        money, late, arrives, km = fare
        limits = case.limits
        if limits.any:
            if limits.arrives is not None and (arrives is None or arrives.toordinal() > limits.arrives) and limits.arrives < float("inf"):
                return None
            if limits.km is not None and (km is None or km > limits.km) and limits.km < float("inf"):
                return None
        prices = self.prices
        cost = money + prices.extra_shipment
        if late or day.delay:
            cost += prices.late_day * max(late, day.delay)
        if prices.per_100_km and km:
            cost += round(prices.per_100_km * km / 100)
        return cost

    def _start(self, case: Case, shape: Shape, wish: Wish) -> Option | None:
        """What order by order decided, as a way of this problem; None where it is none (its stock went elsewhere before)."""
        entries = []
        known = {takes: number for number, takes in enumerate(shape.blocks)}
        for shipment in case.plan.shipments:
            entry = self._start_entry(case, shipment, known)
            if entry is None:
                return None
            entries.append(entry)
        if not entries:
            return Option(wish.nothing, (), ())
        left = sum(case.wanted.wants) - sum(one.units for one in case.plan.shipments)
        cost = sum(entry.cost for entry in entries) - wish.extra + left * self.prices.unfilled_unit
        if wish.standing and stands_as(case.plan, case.standing, case.wanted):
            cost -= wish.surcharge
        uses: Uses = ()
        for entry in entries:
            uses += entry.uses
        return Option(cost, uses, tuple(entries))

    def _start_entry(self, case: Case, shipment: PlannedShipment, known: dict[tuple[int, ...], int]) -> Entry | None:
        units = {line.line: line.quantity for line in shipment.lines}
        takes = tuple(units.get(line.line, 0) for line in case.wanted.lines)
        inside = contents(case.wanted, list(takes))
        variants = self._variants(case, shipment.location, inside)
        days = self.days[shipment.location]
        n = next((n for n, day in enumerate(days) if day.on == shipment.ship_on), None)
        if not variants or n is None:
            return None
        more, uses = min(variants)
        slot: Uses = () if days[n].supply is None else ((days[n].supply, 1),)  # type: ignore[assignment]
        money = shipment.postage + shipment.boxes + shipment.handling + self.prices.extra_shipment
        money += self.prices.late_day * shipment.late_days
        if self.prices.per_100_km and shipment.distance_km:
            money += round(self.prices.per_100_km * shipment.distance_km / 100)
        return Entry(money + more, self.index[shipment.location], uses + slot, known.get(takes, -1), n)

    def _touched(self, case: Case, wish: Wish) -> tuple[tuple[int, int], ...]:
        """The groups of supplies that matter to an order, and how much of them it asks for."""
        if not any(entry.uses for block in wish.blocks for entry in block) and not any(option.uses for option in wish.explicit):
            return ()
        wanted: dict[int, int] = defaultdict(int)
        for product, units in contents(case.wanted, case.wanted.wants):
            group = self._group_of.get(product)
            if group is not None:
                wanted[group] += units
        for place in case.places:
            group = self._day_groups.get(place.code)
            if group is not None:
                wanted[group] += 1
        return tuple(wanted.items())


_FREE: list[tuple[int, Uses]] = [(0, ())]


def _by_cost(entry: Entry) -> tuple[int, int, int]:
    return entry.cost, entry.place, entry.day


def _wanted(cases: list[Case]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for case in cases:
        for units, parts in zip(case.wanted.wants, case.wanted.parts, strict=True):
            for product, each in parts:
                found[product] += each * units
    return found


def _draws(tiers: list[Tier], units: int, *, keep: bool) -> list[tuple[int, Uses]]:
    """The ways to take these units out of the parts of a stock: (price, uses)."""
    if len(tiers) == 1:
        only = tiers[0]
        if only.room < units or (keep and not only.safe):
            return []
        if only.supply is None:
            return _FREE if not only.price else [(only.price * units, ())]
        return [(only.price * units, ((only.supply, units),))]
    if not tiers:
        return []
    above, below = tiers
    found: list[tuple[int, Uses]] = []
    for low in range(0 if keep else units, -1, -1):
        high = units - low
        if high <= above.room and low <= below.room:
            uses: Uses = ()
            if high and above.supply is not None:
                uses += ((above.supply, high),)
            if low and below.supply is not None:
                uses += ((below.supply, low),)
            found.append((below.price * low, uses))
    return found

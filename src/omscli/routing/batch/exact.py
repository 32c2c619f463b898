"""The best of all ways for orders that share goods with few others, and the bound that is left for the rest.

Orders that want the same scarce goods, and those who want what these want, make one knot; knots do not touch each other. Most
are small, and of a small one every plan that could be cheaper is looked at, branch by branch.
"""

from __future__ import annotations

from collections import defaultdict
from math import ceil

from omscli.routing.batch.choosing import at_prices, option_of
from omscli.routing.batch.prices import without_open_end
from omscli.routing.batch.problem import NOWHERE, Entry, Option, Uses, Wish
from omscli.routing.batch.search import Settlement

ORDERS = 10  # a knot of more orders is left to the search
OPTIONS = 4_000  # ways of one order
FEW = 20  # of so few orders everything is worth a look
BRANCHES = 30_000  # looked at in one knot of many orders before it is left as it is
ALL_BRANCHES = 300_000  # looked at in all knots together
FIRST_WIDTH = 16  # minor units above the bound within which plans are looked at first
WIDER = 4  # times as wide each time nothing is found

Row = tuple[int, list[tuple[Option, float]], float]  # an order, its ways each with its cost at the prices, the least of these


def finish_small(found: Settlement) -> None:
    """Settle the small knots for good: better where something better exists, and known to be best."""
    branches = ALL_BRANCHES
    for orders, supplies in knots(found):
        if len(orders) > ORDERS or branches <= 0 or not set(supplies).isdisjoint(found.problem.open_end):
            continue
        least = _bound(found, orders, supplies)
        now = sum(found.chosen[order].cost for order in orders)
        if now > least:
            search = _Branching(found, orders, supplies)
            if not search.run(branches if len(found.chosen) <= FEW else min(BRANCHES, branches)):
                branches -= search.looked_at
                continue
            branches -= search.looked_at
            if search.best is not None:
                for order in orders:
                    found.release(order)
                for order, option in search.best.items():
                    found.give(order, option)
                now = sum(found.chosen[order].cost for order in orders)
        found.proven.append((orders, supplies, now))


def bound_of(found: Settlement) -> int:
    """No plan for these wishes costs less: knots that are known to be best count in full, the others by their bound at the prices."""
    known = {order for orders, _, _ in found.proven for order in orders}
    settled = {supply for _, supplies, _ in found.proven for supply in supplies}
    settled |= set(range(len(found.problem.room))).difference(*[found.wanted_by(order) for order in range(len(found.chosen))])  # nobody's
    prices = without_open_end(found.problem, found.prices)
    rest = sum(at_prices(wish, prices)[0] for number, wish in enumerate(found.problem.wishes) if number not in known)
    value = sum(price * room for supply, (price, room) in enumerate(zip(prices, found.problem.room, strict=True)) if supply not in settled)
    return sum(cost for _, _, cost in found.proven) + ceil(rest - value - 1e-6)


def knots(found: Settlement) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """(orders, supplies) that hang together, the small ones first. Orders that want nothing scarce are in none."""
    parent = list(range(len(found.problem.room)))

    def root(supply: int) -> int:
        while parent[supply] != supply:
            parent[supply] = parent[parent[supply]]
            supply = parent[supply]
        return supply

    wanted = [found.wanted_by(order) for order in range(len(found.problem.wishes))]
    for supplies in wanted:
        for supply in supplies[1:]:
            parent[root(supply)] = root(supplies[0])
    orders: dict[int, list[int]] = defaultdict(list)
    for order, supplies in enumerate(wanted):
        if supplies:
            orders[root(supplies[0])].append(order)
    members: dict[int, list[int]] = defaultdict(list)
    for supply in range(len(parent)):
        members[root(supply)].append(supply)
    rows = [(tuple(some), tuple(members[one])) for one, some in orders.items()]
    return sorted(rows, key=lambda row: (len(row[0]), row[0]))


def _bound(found: Settlement, orders: tuple[int, ...], supplies: tuple[int, ...]) -> int:
    wishes, prices = found.problem.wishes, found.prices
    least = sum(at_prices(wishes[order], prices)[0] for order in orders)
    return ceil(least - sum(prices[supply] * found.problem.room[supply] for supply in supplies) - 1e-6)


def options_of(wish: Wish, below: int) -> list[Option] | None:
    """Every way of an order that costs less than this, the cheapest first; None where there are too many."""
    found: dict[Uses, Option] = {(): Option(wish.nothing, (), ())} if wish.nothing < below else {}
    for way in wish.ways:
        rows: list[tuple[int, tuple[Entry, ...], frozenset[int]]] = [(-wish.extra, (), frozenset())]
        for number in way:
            rows = [
                (cost + entry.cost, (*entries, entry), places | {entry.place} - {NOWHERE})
                for cost, entries, places in rows
                for entry in wish.blocks[number]
                if (entry.place == NOWHERE or (entry.place not in places and len(places) < wish.most)) and cost + entry.cost < below
            ]
            if len(rows) > OPTIONS:
                return None
        for _, entries, places in rows:
            if places:
                option = option_of(wish, entries)
                key = tuple(sorted(option.uses))
                if key not in found or option.cost < found[key].cost:
                    found[key] = option
        if len(found) > OPTIONS:
            return None
    for option in wish.explicit:
        key = tuple(sorted(option.uses))
        if option.cost < below and (key not in found or option.cost < found[key].cost):
            found[key] = option
    return sorted(found.values(), key=lambda one: (one.cost, sorted(one.uses)))


class _Branching:
    """All plans for a knot, but for those that even by the bound at the prices are no better than what is known."""

    def __init__(self, found: Settlement, orders: tuple[int, ...], supplies: tuple[int, ...]) -> None:
        self.found = found
        self.orders = orders
        self.supplies = supplies
        self.prices = found.prices
        self.known = sum(found.chosen[order].cost for order in orders)
        self.best: dict[int, Option] | None = None
        self.looked_at = 0

    def run(self, branches: int) -> bool:
        """Whether the best plan is known after so many branches.

        First only plans close to the bound are looked at, then those within ever wider limits: a plan found within a limit is
        the best there is. How far the plan known so far is from the best hardly matters then; beyond it nobody looks.
        """
        wishes = self.found.problem.wishes
        least = {order: at_prices(wishes[order], self.prices)[0] for order in self.orders}
        bound = sum(least.values()) - sum(self.prices[supply] * self.found.problem.room[supply] for supply in self.supplies)
        width = max(FIRST_WIDTH, int(bound) >> 9)
        while True:
            limit = min(self.known, ceil(bound) + width)
            if not self._within(limit, bound, least, branches):
                return False
            if self.best is not None or limit == self.known:
                return True
            width *= WIDER

    def _within(self, limit: int, bound: float, least: dict[int, float], branches: int) -> bool:
        """Look at every plan that costs less than the limit; False where there are too many."""
        table = []
        for order in self.orders:
            # Anything with a higher price than the least by more than the gap is in no such plan.
            below = least[order] + limit - bound + 1e-6
            every = options_of(self.found.problem.wishes[order], min(limit, ceil(below)))
            if every is None:
                return False
            kept = [(one, one.cost + sum(self.prices[s] * n for s, n in one.uses)) for one in every]
            table.append((order, [(one, value) for one, value in kept if value < below], least[order]))
        table.sort(key=lambda row: (len(row[1]), row[0]))
        rest = [0.0] * (len(table) + 1)
        for n in range(len(table) - 1, -1, -1):
            rest[n] = rest[n + 1] + table[n][2]
        room = {supply: self.found.problem.room[supply] for supply in self.supplies}
        return self._branch(table, rest, room, limit, branches)

    def _branch(self, table: list[Row], rest: list[float], room: dict[int, int], limit: int, branches: int) -> bool:
        """Order after order: of plans that leave the same behind only the cheapest goes on, and only while it can still win."""
        position = {supply: n for n, supply in enumerate(self.supplies)}
        prices = [self.prices[supply] for supply in self.supplies]
        first = tuple(room[supply] for supply in self.supplies)
        states: dict[tuple[int, ...], tuple[int, tuple[Option, ...]]] = {first: (0, ())}
        for n, (_, options, _) in enumerate(table):
            following: dict[tuple[int, ...], tuple[int, tuple[Option, ...]]] = {}
            wants = [(option, [(position[supply], units) for supply, units in option.uses]) for option, _ in options]
            for state, (cost, picked) in states.items():
                base = cost + rest[n + 1] - sum(price * units for price, units in zip(prices, state, strict=True))
                for (option, uses), (_, priced) in zip(wants, options, strict=True):
                    # Money is whole: cheaper is cheaper by one.
                    if base + priced > limit - 1 + 1e-6 or any(state[at] < units for at, units in uses):
                        continue
                    self.looked_at += 1
                    if self.looked_at > branches:
                        return False
                    left = list(state)
                    for at, units in uses:
                        left[at] -= units
                    key, value = tuple(left), cost + option.cost
                    known = following.get(key)
                    if known is None or value < known[0]:
                        following[key] = value, (*picked, option)
            states = following
        cost, picked = min(states.values(), key=lambda one: one[0], default=(limit, ()))
        if cost < limit:
            self.known = cost
            self.best = {row[0]: option for row, option in zip(table, picked, strict=True)}
        return True

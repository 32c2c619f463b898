"""The best way to serve one order: at given prices, or out of what is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from omscli.routing.batch.problem import NOWHERE, Entry, Option, Uses, Wish

INFINITE = float("inf")


def at_prices(wish: Wish, prices: Sequence[float]) -> tuple[float, Option]:
    """The way that costs least when supplies have prices, whatever is left of them: (cost with the prices, the way)."""
    if len(wish.blocks) == 1 and not wish.explicit:
        return _only(wish, prices)
    values: list[float] = []
    chosen: list[Entry | None] = []
    for block in wish.blocks:
        best, at = INFINITE, None
        for entry in block:
            value: float = entry[0]
            if value >= best:
                break
            for supply, units in entry[2]:
                value += prices[supply] * units
            if value < best:
                best, at = value, entry
        values.append(best)
        chosen.append(at)

    def value_of(uses: Uses) -> float:
        return sum([prices[supply] * units for supply, units in uses])

    return _combined(wish, values, chosen, value_of)


def _only(wish: Wish, prices: Sequence[float]) -> tuple[float, Option]:
    """The same for an order that cannot be divided, as half of all orders are."""
    best: float = wish.nothing + wish.extra
    at: Entry | None = None
    for entry in wish.blocks[0]:
        value: float = entry[0]
        if value >= best:
            break
        for supply, units in entry[2]:
            value += prices[supply] * units
        if value < best and entry[1] != NOWHERE:
            best, at = value, entry
    if at is None:
        return wish.nothing, Option(wish.nothing, (), ())
    return best - wish.extra, Option(at[0] - wish.extra, at[2], (at,))


def out_of(wish: Wish, left: Sequence[int]) -> Option:
    """The cheapest way that what is left allows."""
    values: list[float] = []
    chosen: list[Entry | None] = []
    for block in wish.blocks:
        for entry in block:
            for supply, units in entry[2]:
                if left[supply] < units:
                    break
            else:
                values.append(entry[0])
                chosen.append(entry)
                break
        else:
            values.append(INFINITE)
            chosen.append(None)

    def value_of(uses: Uses) -> float:
        return INFINITE if any(left[supply] < units for supply, units in uses) else 0

    return _combined(wish, values, chosen, value_of)[1]


def stretched(wish: Wish, left: Sequence[int], prices: Sequence[float], worth: Sequence[float]) -> tuple[float, Option]:
    """The best way at prices when what is missing may be taken from others at its worth: (cost with all that, the way)."""
    values: list[float] = []
    chosen: list[Entry | None] = []
    for block in wish.blocks:
        best, at = INFINITE, None
        for entry in block:
            value: float = entry[0]
            if value >= best:
                break
            for supply, units in entry[2]:
                value += (prices if left[supply] >= units else worth)[supply] * units
            if value < best:
                best, at = value, entry
        values.append(best)
        chosen.append(at)

    def value_of(uses: Uses) -> float:
        return sum([(prices if left[supply] >= units else worth)[supply] * units for supply, units in uses])

    return _combined(wish, values, chosen, value_of)


def _combined(wish: Wish, values: list[float], chosen: list[Entry | None], value_of: Callable[[Uses], float]) -> tuple[float, Option]:
    """The best combination of blocks, or a way of its own; sending nothing is always possible."""
    extra = wish.extra
    least: float = wish.nothing + extra
    found: Sequence[Entry | None] = ()
    for way in wish.ways:
        if len(way) == 1:
            number = way[0]
            if values[number] < least and (entry := chosen[number]) is not None and entry.place != NOWHERE:
                least, found = values[number], (entry,)
            continue
        value = 0.0
        for number in way:
            value += values[number]
        if value < least:
            entries: Sequence[Entry | None] = [chosen[number] for number in way]
            if not _possible(wish, entries):
                value, entries = _apart(wish, way, least, value_of)
                if value >= least:
                    continue
            least, found = value, entries
    least -= extra
    best: Option | None = None
    for option in wish.explicit:
        if option.cost >= least:
            break
        value = option.cost + value_of(option.uses)
        if value < least:
            least, best = value, option
    if best is not None:
        return least, best
    return least, option_of(wish, tuple([entry for entry in found if entry is not None]))


def _possible(wish: Wish, entries: Sequence[Entry | None]) -> bool:
    """Whether each place comes once, something is sent, and not in too many shipments."""
    places = [entry.place for entry in entries if entry is not None and entry.place != NOWHERE]
    return 0 < len(places) <= wish.most and len(set(places)) == len(places)


def _apart(wish: Wish, way: tuple[int, ...], least: float, value_of: Callable[[Uses], float]) -> tuple[float, Sequence[Entry | None]]:
    """The best of a way whose blocks want the same place: each place once, and not too many of them."""
    rows = []
    for number in way:
        row = [(entry.cost + value_of(entry.uses), entry) for entry in wish.blocks[number]]
        rows.append(sorted([one for one in row if one[0] < least], key=_by_value))
    if not all(rows):
        return INFINITE, ()
    floors = [0.0] * (len(rows) + 1)
    for n in range(len(rows) - 1, -1, -1):
        floors[n] = floors[n + 1] + rows[n][0][0]
    best = least
    found: tuple[Entry, ...] = ()
    stack: list[tuple[float, tuple[Entry, ...], frozenset[int]]] = [(0.0, (), frozenset())]
    while stack:
        value, entries, places = stack.pop()
        n = len(entries)
        if n == len(rows):
            if value < best and places:
                best, found = value, entries
            continue
        following = []
        for more, entry in rows[n]:
            if value + more + floors[n + 1] >= best:
                break
            if entry.place == NOWHERE:
                following.append((value + more, (*entries, entry), places))
            elif entry.place not in places and len(places) < wish.most:
                following.append((value + more, (*entries, entry), places | {entry.place}))
        stack += reversed(following)
    return (best, found) if found else (INFINITE, ())


def _by_value(one: tuple[float, Entry]) -> tuple[float, int, int]:
    return one[0], one[1].place, one[1].day


def option_of(wish: Wish, entries: tuple[Entry, ...]) -> Option:
    """The way that these entries make together."""
    if not entries:
        return Option(wish.nothing, (), ())
    if len(entries) == 1:
        return Option(entries[0].cost - wish.extra, entries[0].uses, entries)
    cost = -wish.extra
    uses: Uses = ()
    for entry in entries:
        cost += entry.cost
        uses += entry.uses
    return Option(cost, uses, entries)

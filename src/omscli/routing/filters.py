"""Which places may serve an order at all, and why the others may not."""

from __future__ import annotations

from dataclasses import dataclass

from omscli.routing.facts import OpenOrder
from omscli.routing.quote import Quoter
from omscli.routing.rules import ChannelPolicy, Rule
from omscli.stock.locations import Location


@dataclass(frozen=True, slots=True)
class Against:
    """Why a place may not serve: the filter, the place's own value, the limit it breaks, and both in words."""

    filter: str  # a key of the rule or of the place, or what a person said: pin, only, avoid, max_km, ships, ships_to, stock_from, pickup, daily_capacity, short_before
    reason: str
    value: float | str | None = None
    limit: float | str | None = None


def eligible(order: OpenOrder, rule: Rule, channel: ChannelPolicy, quoter: Quoter) -> tuple[list[Location], list[tuple[str, str]]]:
    """The places that may serve, in their own order, and (place, reason) for those that may not."""
    found, out = [], []
    for location in quoter.facts.locations:
        against = filtered(order, rule, channel, location, quoter)
        if against is None:
            found.append(location)
        else:
            out.append((location.code, against.reason))
    return found, out


def filtered(order: OpenOrder, rule: Rule, channel: ChannelPolicy, location: Location, quoter: Quoter) -> Against | None:
    """What stands against a place, None where it may serve."""
    if order.pinned is not None and location.code != order.pinned:
        return Against("pin", f"the order is pinned to {order.pinned}", location.code, order.pinned)
    if order.pickup is not None:
        if location.code != order.pickup:
            return Against("pickup", f"the customer collects at {order.pickup}", location.code, order.pickup)
        return None if location.pickup else Against("pickup", "nobody can collect here")
    against = _may_not_ship(order, channel, location)
    if against is not None:
        return against
    if rule.only and not rule.only.has(location.code, location.kind):
        return Against("only", f"rule “{rule.name}” does not name it in `only`", location.code)
    if rule.avoid and rule.avoid.has(location.code, location.kind):
        return Against("avoid", f"rule “{rule.name}” avoids it", location.code)
    if rule.max_km is not None:
        km = quoter.distance_km(order, location)
        if km is None:
            return Against("max_km", f"its distance is unknown, and rule “{rule.name}” allows {rule.max_km:g} km", None, rule.max_km)
        if km > rule.max_km:
            return Against("max_km", f"{km:.0f} km is more than the {rule.max_km:g} km of rule “{rule.name}”", round(km, 1), rule.max_km)
    return None


def _may_not_ship(order: OpenOrder, channel: ChannelPolicy, location: Location) -> Against | None:
    if not location.ships:
        return Against("ships", "it does not ship")
    if location.ships_to is not None and order.country not in location.ships_to:
        words = f"it does not ship to {order.country or 'an unknown country'}"
        return Against("ships_to", words, order.country, ", ".join(sorted(location.ships_to)))
    if channel.stock_from is not None and location.code not in channel.stock_from:
        return Against("stock_from", f"channel {channel.name} takes no stock from it", location.code, ", ".join(sorted(channel.stock_from)))
    if location.code in order.excluded:
        return Against("short_before", "it was short for this order before")
    if location.daily_capacity == 0:
        return Against("daily_capacity", "its daily capacity is 0", None, 0)
    return None

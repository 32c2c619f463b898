"""Which places may serve an order at all, and why the others may not."""

from __future__ import annotations

from omscli.routing.facts import OpenOrder
from omscli.routing.quote import Quoter
from omscli.routing.rules import ChannelPolicy, Rule
from omscli.stock.locations import Location


def eligible(order: OpenOrder, rule: Rule, channel: ChannelPolicy, quoter: Quoter) -> tuple[list[Location], list[tuple[str, str]]]:
    """The places that may serve, in their own order, and (place, reason) for those that may not."""
    found, out = [], []
    for location in quoter.facts.locations:
        reason = _against(order, rule, channel, location, quoter)
        if reason:
            out.append((location.code, reason))
        else:
            found.append(location)
    return found, out


def _against(order: OpenOrder, rule: Rule, channel: ChannelPolicy, location: Location, quoter: Quoter) -> str:
    if order.pinned is not None and location.code != order.pinned:
        return f"the order is pinned to {order.pinned}"
    if order.pickup is not None:
        if location.code != order.pickup:
            return f"the customer collects at {order.pickup}"
        return "" if location.pickup else "nobody can collect here"
    reason = _may_not_ship(order, channel, location)
    if reason:
        return reason
    if rule.only and not rule.only.has(location.code, location.kind):
        return f"rule “{rule.name}” does not name it in `only`"
    if rule.avoid and rule.avoid.has(location.code, location.kind):
        return f"rule “{rule.name}” avoids it"
    if rule.max_km is not None:
        km = quoter.distance_km(order, location)
        if km is None:
            return f"its distance is unknown, and rule “{rule.name}” allows {rule.max_km:g} km"
        if km > rule.max_km:
            return f"{km:.0f} km is more than the {rule.max_km:g} km of rule “{rule.name}”"
    return ""


def _may_not_ship(order: OpenOrder, channel: ChannelPolicy, location: Location) -> str:
    if not location.ships:
        return "it does not ship"
    if location.ships_to is not None and order.country not in location.ships_to:
        return f"it does not ship to {order.country or 'an unknown country'}"
    if channel.stock_from is not None and location.code not in channel.stock_from:
        return f"channel {channel.name} takes no stock from it"
    if location.code in order.excluded:
        return "it was short for this order before"
    if location.daily_capacity == 0:
        return "its daily capacity is 0"
    return ""

"""Which orders are settled together, and what the rules demand of each of them; the others stay as order by order has them."""

from __future__ import annotations

from dataclasses import dataclass, field

from omscli.routing.allocate import Basket, basket
from omscli.routing.batch.shapes import Shape, shape_of
from omscli.routing.criterion import UNKNOWN
from omscli.routing.facts import OpenOrder
from omscli.routing.filters import eligible
from omscli.routing.plan import OrderPlan, PlannedShipment
from omscli.routing.quote import Quoter
from omscli.routing.rules import ChannelPolicy, Rule, Rulebook
from omscli.routing.stability import shares_of
from omscli.stock.locations import Location

# What a rule may rank before cost and an order is held to: none of it gets worse than order by order.
PRICED = frozenset({"unfilled", "late"})
KEPT = frozenset({"days", "shipments", "distance", "rank"})


@dataclass(slots=True)
class Limits:
    """What an order keeps of its decision order by order; None: nothing to keep. Days as ordinals."""

    arrives: float | None = None
    shipments: int | None = None
    km: float | None = None
    rank: float | None = None

    @property
    def any(self) -> bool:
        """Whether there is something to keep."""
        return (self.arrives, self.shipments, self.km, self.rank) != (None, None, None, None)


@dataclass(slots=True)
class Case:
    """An order that may be decided otherwise, under the one rule that decides about it."""

    order: OpenOrder
    plan: OrderPlan  # order by order
    rule: Rule
    wanted: Basket
    places: list[Location]
    limits: Limits
    complete: bool  # all or nothing: what is left would go on to another rule, or to a person
    most: int  # shipments
    shape: Shape  # the divisions of its lines
    standing: dict[str, list[int]] = field(default_factory=dict)  # what stands and moves only for `min_gain`: units by line, by place
    priority: int = 0


def case_of(order: OpenOrder, plan: OrderPlan, matching: list[Rule], rulebook: Rulebook, quoter: Quoter) -> Case | None:
    """The order as a case, or None where it stays as it is decided order by order.

    It stays when nobody may decide about it (held), several rules share it, a rule does not let cost decide, goods are set aside
    for it, or there are too many ways to divide it.
    """
    if plan.state in ("held", "unroutable") and not plan.unfilled:
        return None
    if order.holds or not matching:
        return None
    channel = rulebook.channels.get(order.channel) or ChannelPolicy(order.channel)
    found = _deciding(order, matching, channel, quoter)
    if found is None:
        return None
    rule, places, before, goes_on = found
    if len(plan.account.get("rules", ())) != before + 1 or not _is_settled_by_cost(rule, places):
        return None
    wanted = basket(order.lines, quoter.facts.products, rule.split)
    complete = goes_on or rule.otherwise.action == "hold"
    limits = _limits(plan.shipments, rule, places)
    units = sum(wanted.wants)
    limit = 1 if rule.split.never else rule.split.max_shipments or units
    most = max(1, min(limit, len(places), units, limits.shipments or units))
    shape = shape_of(tuple(wanted.wants), most if complete or rule.split.never else most + 1)
    if shape is None:
        return None
    standing = shares_of(quoter.facts.standing.get(order.id, ()), wanted) if rulebook.min_gain else {}
    if "unfilled" in rule.rank[: rule.rank.index("cost")] and plan.unfilled < units - sum(map(sum, standing.values())):
        standing = {}  # it moves anyhow, for more than money
    return Case(order, plan, rule, wanted, places, limits, complete, most, shape, standing)


def _deciding(
    order: OpenOrder, matching: list[Rule], channel: ChannelPolicy, quoter: Quoter
) -> tuple[Rule, list[Location], int, bool] | None:
    """The first rule that has places at all: (rule, places, rules before it, whether others follow); None: a person decides."""
    chain = [matching[0], *[one for one in matching[1:] if one.hold is None or one.hold not in order.released_rules]]
    for before, rule in enumerate(chain):
        if rule.hold is not None and (before or rule.hold not in order.released_rules):
            return None
        places, _ = eligible(order, rule, channel, quoter)
        if places:
            return rule, places, before, rule.otherwise.action == "next" and before + 1 < len(chain)
        if rule.otherwise.action != "next":
            return None
    return None


def _is_settled_by_cost(rule: Rule, places: list[Location]) -> bool:
    """Whether the rule lets cost decide, behind criteria that can be kept from getting worse."""
    if "cost" not in rule.rank:
        return False
    if not set(rule.rank[: rule.rank.index("cost")]) <= PRICED | KEPT:
        return False
    return not (rule.ignore_capacity and any(place.daily_capacity is not None for place in places))


def _limits(shipments: list[PlannedShipment], rule: Rule, places: list[Location]) -> Limits:
    before = set(rule.rank[: rule.rank.index("cost")]) & KEPT
    found = Limits()
    if not before or not shipments:
        return found
    units = [one.units for one in shipments]
    if "days" in before:
        days = [one.arrives.toordinal() if one.arrives else UNKNOWN for one in shipments]
        found.arrives = max(days)
    if "shipments" in before:
        found.shipments = len(shipments)
    if "distance" in before:
        known = [one.distance_km for one in shipments]
        total = None if None in known else sum(km * n for km, n in zip(known, units, strict=True) if km is not None)
        found.km = UNKNOWN if total is None else total / sum(units)
    if "rank" in before:
        ranks = {place.code: place.rank for place in places}
        found.rank = sum(ranks[one.location] * n for one, n in zip(shipments, units, strict=True)) / sum(units)
    return found

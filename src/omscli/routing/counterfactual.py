"""The nearest things that would have changed a decision: "with 1 more MUG in reno: reno". Pure.

Nothing is argued: each is found by deciding again with one fact changed, so that every sentence is true. An amount is the smallest
one: with one less of it (a unit, a km, a cent) the place sends no more than it did.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from omscli.base.geo import EARTH_RADIUS_KM, Point, great_circle_km
from omscli.base.money import decimal_text
from omscli.promise.dates import day_text, leave_day
from omscli.routing.filters import Against
from omscli.routing.plan import OrderPlan
from omscli.routing.retold import Case
from omscli.routing.review import Review
from omscli.routing.rules import Selection, Split
from omscli.stock.locations import Location

KINDS = ("stock", "capacity", "cutoff", "handling", "cost", "distance", "rank", "rule")
"""What may be changed, in the order in which the answers stand; within a kind the smallest change comes first."""

_ONE_BY_ONE = 40  # amounts up to this are tried from 1 on; larger ones by halving
_MOST_STOCK = 4096  # units that are tried where more stock than is wanted may decide

_MAY_SERVE = ("stock", "split", "min_part_value", "carrier", "max_days", "max_km")  # what more goods, days or km could overcome

Found = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """A change and what it leads to. `amount` counts in `unit`: units, days, km, minor units of money, ranks; None where nothing is counted."""

    kind: str
    location: str
    amount: float | None
    unit: str
    change: str  # in words
    ships_from: Found  # place -> SKU -> units
    unfilled: int
    items: dict[str, int] = field(default_factory=dict)  # more units of a SKU, for `stock`
    rule: str = ""

    @property
    def text(self) -> str:
        """The whole sentence."""
        left = f", {self.unfilled} without stock" if self.unfilled else ""
        return f"{self.change}: {place_words(self.ships_from)}{left}"


def place_words(found: Found) -> str:
    """`reno`, or `reno (1 × MUG) + brooklyn (2 × CAP)`."""
    if len(found) == 1:
        return next(iter(found))
    parts = (f"{place} ({', '.join(f'{units} × {sku}' for sku, units in items.items())})" for place, items in found.items())
    return " + ".join(parts) or "nothing"


def counterfactuals(case: Case, reviews: list[Review]) -> list[Counterfactual]:
    """Every nearest change of each kind that brings in another place, or lets a rule divide the goods otherwise."""
    search = _Search(case, reviews)
    found = [one for place in case.facts.locations for one in search.of_place(place)]
    found += search.of_rules()
    order = {place.code: n for n, place in enumerate(case.facts.locations)}
    return sorted(found, key=lambda one: (KINDS.index(one.kind), one.amount or 0, order.get(one.location, -1), one.change))


@dataclass
class _Search:
    case: Case
    reviews: list[Review]

    @cached_property
    def before(self) -> OrderPlan:
        return self.case.decide()

    @cached_property
    def currency(self) -> str:
        return self.case.rulebook.currency

    @cached_property
    def wanted(self) -> dict[int, int]:
        """Units of each product on the shelf, kits opened."""
        found: dict[int, int] = {}
        for line in self.case.order.lines:
            for product, each in self.case.facts.products[line.product].components or ((line.product, 1),):
                found[product] = found.get(product, 0) + each * line.quantity
        return found

    # -- deciding again

    def brings_in(self, case: Case, place: str) -> OrderPlan | None:
        """The changed decision, where the place sends more than before."""
        made = case.decide()
        return made if _units(made).get(place, 0) > _units(self.before).get(place, 0) else None

    def least(self, place: str, change: Callable[[int], Case], most: int) -> tuple[int, OrderPlan] | None:
        """The smallest amount that brings the place in, up to `most`."""
        if most < 1 or (most > _ONE_BY_ONE and self.brings_in(change(most), place) is None):
            return None
        if most <= _ONE_BY_ONE:
            tried = ((n, self.brings_in(change(n), place)) for n in range(1, most + 1))
            return next(((n, made) for n, made in tried if made is not None), None)
        low, high = 0, most
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.brings_in(change(middle), place) is not None else (middle, high)
        made = self.brings_in(change(high), place)
        return None if made is None else (high, made)

    def told(self, kind: str, place: str, amount: float | None, unit: str, change: str, made: OrderPlan) -> Counterfactual:
        """The change as an answer."""
        unfilled = sum(line.quantity for line in self.case.order.lines) - sum(one.units for one in made.shipments)
        return Counterfactual(kind, place, amount, unit, change, ships_from(made), unfilled)

    # -- what a place could have otherwise

    def of_place(self, place: Location) -> Iterator[Counterfactual]:
        """One answer of each kind at most."""
        against = [(one, why) for one in self.reviews for code, why in one.out if code == place.code]
        barred = [why for _, why in against if why.filter not in _MAY_SERVE]
        if len(barred) < len(self.reviews):  # where every rule bars it, nothing but the bar matters
            for ask in (self._stock, self._capacity, self._cutoff, self._handling, self._cost, self._distance, self._rank):
                found = ask(place)
                if found is not None:
                    yield found
        seen: set[str] = set()
        for one, why in against:
            found = self._without(one, place, why)
            if found is not None and found.change not in seen:
                seen.add(found.change)
                yield found

    def _stock(self, place: Location) -> Counterfactual | None:
        free = self.case.facts.free.get(place.code, {})
        safety = self.case.facts.safety.get(place.code, {})
        kept = any(one.rule.keep_safety_stock for one in self.reviews)
        missing = {
            product: short
            for product, units in self.wanted.items()
            if (short := units - free.get(product, 0) + (safety.get(product, 0) if kept else 0)) > 0
        }
        for product, short in missing.items():
            found = self.least(place.code, self._added(place, product), short)
            if found is not None:
                return self._more(place, {product: found[0]}, found[1])
        if len(missing) > 1:
            return self._all_missing(place, missing)
        return None if missing else self._still_more(place)

    def _added(self, place: Location, product: int) -> Callable[[int], Case]:
        return lambda n: self.case.with_stock(place.code, {product: n})

    def _all_missing(self, place: Location, missing: dict[int, int]) -> Counterfactual | None:
        """Several SKUs together, each as few as will do."""
        more = dict(missing)
        made = self.brings_in(self.case.with_stock(place.code, more), place.code)
        if made is None:
            return None
        for product in missing:
            while more[product]:
                fewer = {**more, product: more[product] - 1}
                other = self.brings_in(self.case.with_stock(place.code, fewer), place.code)
                if other is None:
                    break
                more, made = fewer, other
        return self._more(place, {product: units for product, units in more.items() if units}, made)

    def _still_more(self, place: Location) -> Counterfactual | None:
        """More than is wanted, where rules ask who has most or who falls below safety stock."""
        if not any({"stock", "most_stock"} & {*one.rule.rank} for one in self.reviews) and not self.case.rulebook.prices.below_safety_unit:
            return None
        for product in self.wanted:
            found = self.least(place.code, self._added(place, product), _MOST_STOCK)
            if found is not None:
                return self._more(place, {product: found[0]}, found[1])
        return None

    def _more(self, place: Location, more: dict[int, int], made: OrderPlan) -> Counterfactual:
        items = {self.case.facts.products[product].sku: units for product, units in more.items()}
        words = " and ".join(f"{units} more {sku}" for sku, units in items.items())
        found = self.told("stock", place.code, sum(items.values()), "units", f"with {words} in {place.code}", made)
        return replace(found, items=items)

    def _capacity(self, place: Location) -> Counterfactual | None:
        if place.daily_capacity is None:
            return None
        made = self.brings_in(self.case.with_place(place.code, daily_capacity=place.daily_capacity + 1), place.code)
        day = day_text(leave_day(self.case.facts.now, place).day)
        return (
            None
            if made is None
            else self.told("capacity", place.code, 1, "shipments", f"with room for one more shipment in {place.code} on {day}", made)
        )

    def _cutoff(self, place: Location) -> Counterfactual | None:
        if place.cutoff is None or leave_day(self.case.facts.now, place).in_time:
            return None
        made = self.brings_in(self.case.with_place(place.code, cutoff=None), place.code)
        return (
            None
            if made is None
            else self.told("cutoff", place.code, None, "", f"before the cut-off {place.cutoff:%H:%M} of {place.code}", made)
        )

    def _handling(self, place: Location) -> Counterfactual | None:
        lead, days = place.lead_days, place.handling_days

        def sooner(n: int) -> Case:
            return self.case.with_place(place.code, handling_days=max(0, days - n), lead_days=lead - max(0, n - days))

        found = self.least(place.code, sooner, days + lead)
        if found is None:
            return None
        n, made = found
        return self.told(
            "handling", place.code, n, "days", f"with {n} working day{'s' if n > 1 else ''} less of handling in {place.code}", made
        )

    def _cost(self, place: Location) -> Counterfactual | None:
        if not any("cost" in one.rule.rank for one in self.reviews):
            return None
        quotes = [part.quote for one in self.reviews for each in one.candidates for part in each.parts]
        most = max((one.postage + one.boxes + one.handling for one in quotes if one.location.code == place.code), default=0)
        found = self.least(place.code, lambda n: self.case.with_place(place.code, handling_cost=place.handling_cost - n), most)
        if found is None:
            return None
        money = f"{decimal_text(found[0], self.currency)} {self.currency}"
        return self.told("cost", place.code, found[0], self.currency, f"{money} cheaper from {place.code}", found[1])

    def _distance(self, place: Location) -> Counterfactual | None:
        point, place_point = self.case.order.point, place.point
        if point is None or place_point is None or self.case.order.pickup is not None:
            return None
        whole = great_circle_km(point, place_point)

        def nearer(km: int) -> Case:
            return self.case.with_place(place.code, point=_at(point, whole - km))

        low = 0
        for high in self._steps(whole):  # between two bounds only the distance itself counts
            if self.brings_in(nearer(high), place.code) is not None:
                found = self.least(place.code, partial(_from, nearer, low), high - low)
                if found is None:
                    return None
                km = low + found[0]
                return self.told("distance", place.code, km, "km", f"{km} km nearer to {place.code}", found[1])
            low = high
        return None

    def _steps(self, whole: float) -> list[int]:
        """Whole km by which a place must be nearer to come under a bound: of a zone, of a rule, of another place."""
        facts = self.case.facts
        bounds = {bound for service in facts.services for bound in service.zones.upto_km}
        bounds |= {one.rule.max_km for one in self.reviews if one.rule.max_km is not None}
        bounds |= {part.quote.km for one in self.reviews for each in one.candidates for part in each.parts if part.quote.km is not None}
        return sorted({math.ceil(whole - bound) for bound in bounds if bound < whole} | {math.floor(whole)} - {0})

    def _rank(self, place: Location) -> Counterfactual | None:
        if not any("rank" in one.rule.rank for one in self.reviews):
            return None
        first = min(one.rank for one in self.case.facts.locations)
        found = self.least(place.code, lambda n: self.case.with_place(place.code, rank=place.rank - n), place.rank - first + 1)
        if found is None:
            return None
        rank = place.rank - found[0]
        return self.told("rank", place.code, found[0], "ranks", f"with rank {rank} instead of {place.rank} for {place.code}", found[1])

    # -- what a rule could say otherwise

    def _without(self, one: Review, place: Location, why: Against) -> Counterfactual | None:
        """Without what stands against a place."""
        changed = _lifted(self.case, one, place, why)
        if changed is None:
            return None
        case, words = changed
        made = self.brings_in(case, place.code)
        return None if made is None else replace(self.told("rule", place.code, None, "", words, made), rule=one.rule.name)

    def of_rules(self) -> Iterator[Counterfactual]:
        """What a rule says about splits and safety stock, where anything else follows from saying otherwise."""
        before = ships_from(self.before)
        for one in self.reviews:
            rule, name = one.rule, one.rule.name
            changes: list[tuple[str, dict[str, object]]] = []
            if rule.split.never:
                changes.append(("`split: allow`", {"split": Split()}))
            elif rule.split.max_shipments is not None:
                most = rule.split.max_shipments + 1
                changes.append((f"`max_shipments: {most}`", {"split": replace(rule.split, max_shipments=most)}))
            if rule.split.min_part_value:
                changes.append(("no `min_part_value`", {"split": replace(rule.split, min_part_value=0)}))
            if rule.keep_safety_stock:
                changes.append(("`keep_safety_stock: false`", {"keep_safety_stock": False}))
            for words, change in changes:
                made = self.case.with_rule(name, **change).decide()
                if made.shipments and ships_from(made) != before:
                    yield replace(self.told("rule", "", None, "", f"with {words} in rule “{name}”", made), rule=name)


def _from(change: Callable[[int], Case], low: int, n: int) -> Case:
    return change(low + n)


def _lifted(case: Case, one: Review, place: Location, why: Against) -> tuple[Case, str] | None:
    """The case in which a filter does not stand against a place, and what was changed, in words."""
    rule, code = one.rule, place.code
    if why.filter == "max_km" and isinstance(why.value, float):
        km = math.ceil(why.value)
        return case.with_rule(rule.name, max_km=float(km)), f"with `max_km: {km}` in rule “{rule.name}”"
    if why.filter == "max_days" and why.value is not None:
        return case.with_rule(rule.name, max_days=why.value), f"with `max_days: {why.value}` in rule “{rule.name}”"
    if why.filter == "only" and rule.only is not None:
        only = Selection(rule.only.codes | {code}, rule.only.kinds)
        return case.with_rule(rule.name, only=only), f"with {code} in `only` of rule “{rule.name}”"
    if why.filter == "avoid" and rule.avoid is not None:
        others = {each.code for each in case.facts.locations if rule.avoid.has(each.code, each.kind)} - {code}
        return case.with_rule(
            rule.name, avoid=Selection(frozenset(others)) if others else None
        ), f"if rule “{rule.name}” did not avoid {code}"
    if why.filter == "ships_to" and place.ships_to is not None:
        country = case.order.country
        return case.with_place(code, ships_to=place.ships_to | {country}), f"if {code} shipped to {country or 'an unknown country'}"
    if why.filter == "ships":
        return case.with_place(code, ships=True), f"if {code} shipped"
    if why.filter == "short_before":
        return case.with_order(excluded=case.order.excluded - {code}), f"if {code} had not been short for it before"
    if why.filter == "stock_from":
        channel = case.rulebook.channels[case.order.channel]
        channels = {**case.rulebook.channels, channel.name: replace(channel, stock_from=(channel.stock_from or frozenset()) | {code})}
        return replace(case, rulebook=replace(case.rulebook, channels=channels)), f"with {code} in `stock_from` of channel {channel.name}"
    return None


def ships_from(made: OrderPlan) -> Found:
    """Place → SKU → units."""
    found: Found = {}
    for one in made.shipments:
        items = found.setdefault(one.location, {})
        for line in one.lines:
            items[line.sku] = items.get(line.sku, 0) + line.quantity
    return found


def _units(made: OrderPlan) -> dict[str, int]:
    return {place: sum(items.values()) for place, items in ships_from(made).items()}


def _at(customer: Point, km: float) -> Point:
    """A point as many km away from the customer, along the meridian: only the distance of a place counts."""
    degrees = math.degrees(max(km, 0.0) / EARTH_RADIUS_KM)
    lat = customer.lat - degrees if customer.lat >= 0 else customer.lat + degrees
    return Point(lat, customer.lon, "given")

"""What one more order would get, after all that wait already have theirs: each speed, each place of collection, now or later.

Pure. Every answer is the plan function's own, so that what is promised is what routing will decide. A question takes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from omscli.carriers.service import SPEEDS
from omscli.promise.dates import leave_day, today_at
from omscli.routing.engine import Asking, plan
from omscli.routing.facts import Facts, OpenOrder, Product
from omscli.routing.plan import OrderPlan, Plan, PlannedShipment
from omscli.routing.rules import Rulebook
from omscli.stock.atp import ANYWHERE, ToPromise, to_promise

PICKUP = "pickup"
_FRESH = 5_000  # after so many decisions what was remembered of baskets and ways is forgotten, so that a long stream needs no more memory


@dataclass(slots=True)
class Option:
    """One way for a basket: a speed, or collection at a place. `available_on` is the day the goods are expected, None: they are there."""

    speed: str
    shipments: list[PlannedShipment]
    available_on: date | None = None
    looked_at_first: str = ""  # why a person looks at such orders before they ship


@dataclass(slots=True)
class Answer:
    """`now` what can be had from what is there, `awaited` from what is expected, `refused` (speed, place or "", why not) the rest."""

    now: list[Option] = field(default_factory=list)
    awaited: list[Option] = field(default_factory=list)
    refused: list[tuple[str, str, str]] = field(default_factory=list)


class Inquiry:
    """Answers for one state of the shop: the orders of the facts are decided first, once."""

    def __init__(self, facts: Facts, rulebook: Rulebook, timezone: str) -> None:
        self.zone = ZoneInfo(timezone)
        self.expected = facts.expected
        self.waiting = _waiting(facts, plan(facts, rulebook))
        self.facts = replace(facts, orders=[], expected={})
        # One order alone has nobody to be weighed against.
        self.rulebook = replace(rulebook, strategy="each")
        self.hold_reasons = frozenset(rule.hold for rule in rulebook.rules if rule.hold is not None)
        self.speeds = _speeds(facts)
        self.services = {(one.carrier, one.name): one for one in facts.services}
        self.places = {one.code: one for one in facts.locations}
        self._ids = 0
        self._desks: dict[date | None, tuple[Facts, Asking]] = {}

    def answer(self, order: OpenOrder) -> Answer:
        """Every speed and every place of collection for the basket of an order that nobody has placed yet."""
        found = Answer()
        coming = _Coming(self, order)
        for speed in self.speeds:
            self._add(found, replace(order, service=speed), speed, coming)
        channel = self.rulebook.channels.get(order.channel)
        offered = None if channel is None else channel.stock_from  # a channel offers collection where it sells from
        for place in self.facts.locations:
            if place.pickup and (offered is None or place.code in offered):
                self._add(found, replace(order, pickup=place.code, service=""), PICKUP, coming)
        return found

    def _add(self, found: Answer, order: OpenOrder, speed: str, coming: _Coming) -> None:
        option = coming.lacks(order) or self._decide(order, speed)
        if isinstance(option, Option):
            found.now.append(option)
            return
        for day in coming.days(order.pickup):
            later = self._decide(order, speed, coming, day)
            if isinstance(later, Option):
                found.awaited.append(later)
                return
        found.refused.append((speed, order.pickup or "", option))

    # -- one decision

    def _decide(self, order: OpenOrder, speed: str, coming: _Coming | None = None, day: date | None = None) -> Option | str:
        """The option, or why there is none."""
        facts, desk = self._desk(day)
        if coming is not None and day is not None:
            facts.free.clear()
            facts.free.update(coming.shelves(day))
        self._ids -= 1
        order = replace(order, id=self._ids, released_rules=self.hold_reasons)
        if speed == "same_day" and order.deliver_by is None:
            order.deliver_by = facts.today
        made = desk.ask(order)
        reason = self._against(order, made, speed, facts)
        if reason:
            return reason
        return Option(speed, made.shipments, day, self._first_look(desk, order))

    def _desk(self, day: date | None) -> tuple[Facts, Asking]:
        """Who answers for now, or for the evening of a later day: goods that come on a day are put on the shelf that day."""
        if self._ids % _FRESH == 0:
            self._desks.clear()
        if day not in self._desks:
            facts = self.facts
            if day is not None:
                facts = replace(facts, now=self.instant(day), today=day, free={})
            self._desks[day] = facts, Asking(facts, self.rulebook)
        return self._desks[day]

    def instant(self, day: date | None) -> datetime:
        """When it is decided: now, or in the evening of the day on which goods come, by the seller's clock."""
        return self.facts.now if day is None else datetime.combine(day, time(23, 59, 59), self.zone).astimezone(UTC)

    def _first_look(self, desk: Asking, order: OpenOrder) -> str:
        """The reason of a rule that holds such orders; the dates count as soon as a person has released it."""
        if not self.hold_reasons:
            return ""
        rule = desk.first_rule(order)
        return rule.hold or "" if rule is not None else ""

    def _against(self, order: OpenOrder, made: OrderPlan, speed: str, facts: Facts) -> str:
        """Why this plan is no answer for the speed, or nothing."""
        wanted, sent = sum(line.quantity for line in order.lines), sum(one.units for one in made.shipments)
        if sent < wanted:
            return next((text for text in reversed(made.reasons)), "no place may serve")
        if speed == PICKUP:
            return ""
        carried = (self.services.get((one.carrier, one.service)) for one in made.shipments)
        if any(one is not None and SPEEDS.index(one.speed) < SPEEDS.index(speed) for one in carried):
            return f"no service as fast as {speed.replace('_', ' ')} goes there from where the goods are"
        if speed == "same_day":
            return next((words for one in made.shipments if (words := self._not_today(one, facts))), "")
        return ""

    def _not_today(self, one: PlannedShipment, facts: Facts) -> str:
        place = self.places[one.location]
        if one.arrives is not None and one.arrives <= today_at(facts.now, place):
            return ""
        leaving = leave_day(facts.now, place)
        return f"{one.location}: {', '.join(leaving.steps)}"


class _Coming:
    """What can be promised of the goods of one basket, by place and day."""

    def __init__(self, inquiry: Inquiry, order: OpenOrder) -> None:
        self._inquiry = inquiry
        self._wanted = _wanted(order, inquiry.facts.products)
        self._found: dict[int, dict[str, ToPromise]] | None = None

    def lacks(self, order: OpenOrder) -> str:
        """What the place of collection does not have now, in words; nothing is decided about a basket that is not there."""
        if order.pickup is None:
            return ""
        facts = self._inquiry.facts
        free = facts.free_for(order, order.pickup)
        short = [
            (facts.products[one].sku, units, max(0, free.get(one, 0))) for one, units in self._wanted.items() if free.get(one, 0) < units
        ]
        return f"out of stock there: {', '.join(f'{there} of {units} × {sku}' for sku, units, there in short)}" if short else ""

    @property
    def by_product(self) -> Mapping[int, Mapping[str, ToPromise]]:
        """Reckoned when it is first needed: most baskets are there."""
        if self._found is None:
            facts, expected, waiting = self._inquiry.facts, self._inquiry.expected, self._inquiry.waiting
            today = facts.today.isoformat()
            self._found = {}
            for product in self._wanted:
                free = {code: facts.free.get(code, {}).get(product, 0) for code in self._inquiry.places}
                arrivals = [row for row in expected.get(product, ()) if row[1] in self._inquiry.places]
                self._found[product] = to_promise(free, arrivals, waiting.get(product, {}), today)
        return self._found

    def days(self, pickup: str | None) -> Iterator[date]:
        """Days on which there is more than before, and enough in all, or at the place of collection; the first of them first."""
        days = sorted({day for by_place in self.by_product.values() for one in by_place.values() for day, _ in one.later})
        for day in days:
            if all(self._there(product, day, pickup) >= units for product, units in self._wanted.items()):
                yield date.fromisoformat(day)

    def _there(self, product: int, day: str, pickup: str | None) -> int:
        return sum(one.on(day) for place, one in self.by_product[product].items() if pickup in (None, place))

    def shelves(self, day: date) -> dict[str, dict[int, int]]:
        """What lies where on a day, of these goods."""
        found: dict[str, dict[int, int]] = {}
        for product, by_place in self.by_product.items():
            for place, one in by_place.items():
                found.setdefault(place, {})[product] = one.on(day.isoformat())
        return found


def _wanted(order: OpenOrder, products: Mapping[int, Product]) -> dict[int, int]:
    """Units of each product on the shelf, kits opened."""
    found: dict[int, int] = {}
    for line in order.lines:
        for product, each in products[line.product].components or ((line.product, 1),):
            found[product] = found.get(product, 0) + each * line.quantity
    return found


def _waiting(facts: Facts, made: Plan) -> dict[int, dict[str, int]]:
    """Units that the orders of a plan wait for, by product and place of collection."""
    found: dict[int, dict[str, int]] = {}
    for order, decided in zip(facts.orders, made.orders, strict=True):
        products = {line.line: line.product for line in order.lines}
        for row in decided.backordered:
            product = products[row.line]
            for part, each in facts.products[product].components or ((product, 1),):
                by_place = found.setdefault(part, {})
                by_place[order.pickup or ANYWHERE] = by_place.get(order.pickup or ANYWHERE, 0) + each * row.quantity
    return found


def _speeds(facts: Facts) -> Sequence[str]:
    """Standard, which every order without another wish has, and the faster ones that a carrier offers."""
    offered = {one.speed for one in facts.services}
    return [speed for speed in SPEEDS if speed == "standard" or speed in offered]

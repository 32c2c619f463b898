"""Whether what was decided together last time still stands: the same question must not be answered anew.

Once an order is routed, its customer has a date, and from then on being later than that costs `late_day`. So the very next run
would see other costs, and a search that is not exact might move orders about although nothing has happened. A run therefore
leaves behind what it was asked and what it answered. Asked the same again, but for these dates, with the answer still in place,
the next one decides as if they had not been told yet: and so the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from omscli.routing.facts import Facts, Standing
from omscli.routing.plan import Plan
from omscli.routing.quote import Quoter
from omscli.routing.rules import Rulebook


def as_last_asked(facts: Facts, rulebook: Rulebook, quoter: Quoter) -> str:
    """The fingerprint of the question; where it is the last one again, the dates told since are taken out of the facts."""
    told = {order.id: order.promised for order in facts.orders if order.id in facts.told_since}
    if facts.settled is not None:
        for order in facts.orders:
            if order.id in told:
                order.promised = None
        question = question_of(facts, rulebook, quoter)
        if facts.settled == (question, answer_of(facts.standing)):
            return question
        for order in facts.orders:
            order.promised = told.get(order.id, order.promised)
    return question_of(facts, rulebook, quoter)


def question_of(facts: Facts, rulebook: Rulebook, quoter: Quoter) -> str:
    """A fingerprint of all that decides."""
    orders = sorted(
        (
            one.id, one.ref, one.channel, one.placed_at, one.country, one.region, one.postcode, one.service, one.payment, one.customer, one.tags,
            one.total, str(one.point), str(one.deliver_by), str(one.promised), one.pickup, one.pinned, sorted(one.excluded), sorted(one.released_rules), one.held,
            [(line.line, line.product, line.quantity, line.value) for line in one.lines], [(line.line, line.product, line.quantity) for line in one.gone], [(hold.hold, hold.units) for hold in one.holds],
        )
        for one in facts.orders
    )  # fmt: skip
    used_products = {line.product for one in facts.orders for line in one.lines}
    used_products |= {part for product in used_products for part, _ in facts.products[product].components}
    stock = [
        (place, sorted((product, units) for product, units in shelf.items() if product in used_products))
        for levels in (facts.free, facts.safety)
        for place, shelf in sorted(levels.items())
    ]
    parts = (
        str(facts.today), [(place.code, str(quoter.leaves(place))) for place in facts.locations], _plain(facts.locations), _plain(facts.services),
        _plain(facts.boxes), _plain(facts.packing), [(product, _plain(facts.products[product])) for product in sorted(used_products)], stock,
        sorted((place, sorted((str(day), count) for day, count in days.items() if count)) for place, days in facts.used.items()),
        orders, _plain(rulebook),
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def answer_of(standing: Mapping[int, list[Standing]]) -> str:
    """A fingerprint of who gets what from where and when."""
    rows = sorted(
        (order, sorted((one.location, str(one.ship_on), sorted(one.lines)) for one in several))
        for order, several in standing.items()
        if several
    )
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def standing_of(plan: Plan) -> dict[int, list[Standing]]:
    """What stands once the plan is carried out."""
    return {
        order.order: [
            Standing(one.location, one.ship_on, tuple((line.line, line.quantity) for line in one.lines)) for one in order.shipments
        ]
        for order in plan.orders
    }


def _plain(value: Any) -> Any:
    """Values that read the same in every process: sets have no order of their own."""
    if is_dataclass(value):
        return type(value).__name__, [(one.name, _plain(getattr(value, one.name))) for one in fields(value)]
    if isinstance(value, Mapping):
        return sorted((str(key), _plain(one)) for key, one in value.items())
    if isinstance(value, set | frozenset):
        return sorted(str(one) for one in value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value

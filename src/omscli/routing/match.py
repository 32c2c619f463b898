"""Which rule speaks for an order: the first whose conditions all hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from fnmatch import fnmatchcase

from omscli.base.clock import as_instant
from omscli.base.text import fold
from omscli.base.workdays import WEEKDAYS
from omscli.carriers.speed import wanted_speed
from omscli.routing.facts import Facts, OpenOrder, Product
from omscli.routing.rules import Condition, Rule

Test = Callable[[OpenOrder], bool]
Values = Callable[[OpenOrder], Iterable[str]]


class Matcher:
    """The conditions of all rules, compiled once for the facts of a run."""

    def __init__(self, rules: tuple[Rule, ...], facts: Facts) -> None:
        self.facts = facts
        self.rules = tuple((rule, tuple(self._test(one) for one in rule.conditions)) for rule in rules)

    def matching(self, order: OpenOrder) -> list[Rule]:
        """Every rule that matches, from the top; the first decides, the others serve `else: next`."""
        return [rule for rule, tests in self.rules if all(test(order) for test in tests)]

    def first(self, order: OpenOrder) -> Rule | None:
        """The rule that decides, or None where no rule speaks for the order."""
        for rule, tests in self.rules:
            if all(test(order) for test in tests):
                return rule
        return None

    def _test(self, condition: Condition) -> Test:
        if condition.field in _NUMBERS:
            return _number_test(condition, lambda order: _NUMBERS[condition.field](order, self.facts.products))
        return _text_test(condition, self._values(condition.field))

    def _values(self, field: str) -> Values:
        products = self.facts.products
        if field == "category":
            return lambda order: [products[line.product].category for line in order.asked()]
        if field == "hazmat":
            return lambda order: ["true" if any(_is_hazmat(products, line.product) for line in order.asked()) else "false"]
        if field == "weekday":
            today = [WEEKDAYS[self.facts.today.weekday()]]
            return lambda _: today
        if field == "service":
            known = self.facts.services
            return lambda order: [order.service, wanted_speed(order.service, known)]
        return _TEXTS[field]


Products = Mapping[int, Product]


def _is_hazmat(products: Products, product: int) -> bool:
    found = products[product]
    return found.hazmat or any(products[part].hazmat for part, _ in found.components)


_TEXTS: dict[str, Values] = {
    "channel": lambda order: [order.channel],
    "country": lambda order: [order.country],
    "region": lambda order: [order.region],
    "postcode": lambda order: [order.postcode],
    "sku": lambda order: [line.sku for line in order.asked()],
    "tag": lambda order: order.tags,
    "customer": lambda order: [order.customer],
    "payment": lambda order: [order.payment],
    "pickup": lambda order: [order.pickup or "", "true" if order.pickup else "false"],
}


def _weight(order: OpenOrder, products: Products) -> float | None:
    total = 0
    for line in order.asked():
        parts = products[line.product].components or ((line.product, 1),)
        for part, units in parts:
            weight = products[part].weight_g
            if weight is None:
                return None
            total += weight * units * line.quantity
    return total


_NUMBERS: dict[str, Callable[[OpenOrder, Products], float | None]] = {
    "total": lambda order, _: order.total,
    "weight_g": _weight,
    "lines": lambda order, _: len(order.asked()),
    "units": lambda order, _: sum(line.quantity for line in order.asked()),
}


def _number_test(condition: Condition, amount: Callable[[OpenOrder], float | None]) -> Test:
    """`over` and `under` are exclusive; what is unknown fits nothing."""
    equal = {float(one) for one in condition.any_of}
    unequal = {float(one) for one in condition.none_of}

    def test(order: OpenOrder) -> bool:
        value = amount(order)
        if value is None:
            return False
        if condition.over is not None and not value > condition.over:
            return False
        if condition.under is not None and not value < condition.under:
            return False
        return (not equal or value in equal) and value not in unequal

    return test


def _text_test(condition: Condition, values: Values) -> Test:
    """A list of values fits when one of the order's values is in it; `not` when none of them is."""
    wanted = {fold(one) for one in condition.any_of}
    unwanted = {fold(one) for one in condition.none_of}
    globs = [fold(one) for one in condition.globs]

    def test(order: OpenOrder) -> bool:
        found = {fold(one) for one in values(order)}
        if wanted and not found & wanted:
            return False
        if unwanted and found & unwanted:
            return False
        return not globs or any(fnmatchcase(one, glob) for one in found for glob in globs)

    return test


def days_since(instant: str | None, now: datetime) -> int:
    """Whole days since an instant, 0 for None."""
    return max(0, (now - as_instant(instant)).days) if instant else 0

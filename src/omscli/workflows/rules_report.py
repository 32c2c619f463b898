"""`oms rules report`: what each rule decided in past runs, and what each of its constraints costs.

The cost of a constraint is that of the runs decided again without it, everything else as it is: what one saves by giving it up alone.
Costs of several do not add up, for each may stand in for another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from omscli.base.money import decimal_text
from omscli.routing.differences import Comparison, Sums, compare
from omscli.routing.facts import Facts
from omscli.routing.filters import eligible
from omscli.routing.match import Matcher
from omscli.routing.plan import OrderPlan, Plan
from omscli.routing.quote import Quoter
from omscli.routing.rules import ChannelPolicy, Rule, Rulebook, Split
from omscli.settings.settings import Settings
from omscli.store.open import Store
from omscli.store.sqlite.run_facts import StoredRun
from omscli.workflows.home import Home
from omscli.workflows.simulating import Past, Tell


@dataclass(slots=True)
class Constraint:
    """One key of a rule that forbids something, and the runs without it against the runs with it."""

    key: str
    words: str
    without: Comparison

    def as_json(self) -> dict[str, Any]:
        """`costs`: how much less would have been spent; the others: how many more there would have been."""
        found = self.without.difference()
        return {
            "constraint": self.key,
            "value": self.words,
            "costs": -found["cost"],
            "without": {name: found[name] for name in ("cost", "penalties", "shipments", "km", "late", "backordered", "unroutable")},
            "moves": len(self.without.moves),
        }


@dataclass(slots=True)
class RuleUse:
    """What one rule did. Each order counts as it was decided last."""

    name: str
    fitted: int = 0  # orders for which it is the first that fits
    tied: int = 0  # decisions of it in which only the place's name made the difference
    ruled_out: int = 0  # places, order by order, that only its filters kept out
    nowhere: int = 0  # orders to which its filters left no place
    made: Sums = field(default_factory=Sums)  # of the orders that it decided
    constraints: list[Constraint] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """One entry of `rules` in `oms.rules_report/1`."""
        made = self.made.as_json()
        names = ("shipments", "units", "cost", "late", "backordered", "held", "unroutable")
        return {
            "rule": self.name,
            "fitted": self.fitted,
            "decided": made["orders"],
            **{name: made[name] for name in names},
            "tied": self.tied,
            "places_ruled_out": self.ruled_out,
            "orders_without_place": self.nowhere,
            "constraints": [one.as_json() for one in self.constraints],
        }


@dataclass(slots=True)
class Report:
    """What the rules of a file did in these runs."""

    runs: int
    first: str
    last: str
    currency: str
    whole: Sums
    rules: list[RuleUse]

    def as_json(self) -> dict[str, Any]:
        """The document `oms.rules_report/1`, without its schema key and the file."""
        return {
            "runs": self.runs,
            "first": self.first,
            "last": self.last,
            "currency": self.currency,
            "total": self.whole.as_json(),
            "rules": [one.as_json() for one in self.rules],
        }


def report(home: Home, store: Store, settings: Settings, since: str | None, tell: Tell = lambda *_: None) -> Report:
    """Decide stored runs again by these rules, and once more without each constraint.

    Args:
        home: for the rules of the runs.
        store: where runs are kept.
        settings: the rules in question.
        since: from which instant on; None: only the last run that decided about all open orders.
        tell: hears how far it has come.

    Raises NotAllowed (exit 1) where no run is stored.
    """
    with store.read():
        past = Past(home, store, since)
        return _Reporter(past, settings, tell).report()


class _Reporter:
    """Plans of all runs, once as the rules are, once for each constraint."""

    def __init__(self, past: Past, settings: Settings, tell: Tell) -> None:
        self.past, self.settings, self.tell = past, settings, tell
        self.done = 0
        variants = sum(1 for rule in settings.rulebook.rules for _ in constraints(rule, settings.currency))
        self.steps = (1 + variants) * len(past.runs)

    def report(self) -> Report:
        base = [(run, self._plan(run, self.settings.rulebook)) for run in self.past.runs]
        uses = {rule.name: RuleUse(rule.name) for rule in self.settings.rulebook.rules}
        last = _last(base)
        for run, _ in base:
            self._filters(self.past.facts(run, self.settings), {number for number, (of, _) in last.items() if of == run.run}, uses)
        whole = Sums()
        for _, order in last.values():
            whole.add(order)
            if order.rule in uses:
                uses[order.rule].made.add(order)
            for one in order.account.get("rules", ()):
                uses[one["rule"]].tied += one.get("decided_by") == "name"
        for rule in self.settings.rulebook.rules:
            for key, words, freed in constraints(rule, self.settings.currency):
                without = _last([(run, self._plan(run, _with(self.settings.rulebook, freed))) for run in self.past.runs])
                pairs = [(run, order, without[number][1]) for number, (run, order) in last.items()]
                uses[rule.name].constraints.append(Constraint(key, words, compare(pairs)))
        runs = self.past.runs
        return Report(len(runs), runs[0].at, runs[-1].at, self.settings.currency, whole, list(uses.values()))

    def _plan(self, run: StoredRun, rulebook: Rulebook) -> Plan:
        made = self.past.under(run, replace(self.settings, rulebook=rulebook))
        self.done += 1
        self.tell(self.done, self.steps)
        return made

    def _filters(self, facts: Facts, numbers: set[int], uses: dict[str, RuleUse]) -> None:
        """Count what only the filters of the first rule that fits keep out, whatever lies where."""
        book = self.settings.rulebook
        matcher, quoter = Matcher(book.rules, facts), Quoter(facts, book.buffer_days)
        for order in facts.orders:
            rule = matcher.first(order) if order.id in numbers else None
            if rule is None:
                continue
            use = uses[rule.name]
            use.fitted += 1
            if rule.hold is not None:
                continue
            channel = book.channels.get(order.channel) or ChannelPolicy(order.channel)
            anyway = len(eligible(order, replace(rule, only=None, avoid=None, max_km=None), channel, quoter)[0])
            left = len(eligible(order, rule, channel, quoter)[0])
            use.ruled_out += anyway - left
            use.nowhere += left == 0 < anyway


def _last(plans: list[tuple[StoredRun, Plan]]) -> dict[int, tuple[int, OrderPlan]]:
    """Each order as it was decided last, with the run."""
    return {order.order: (run.run, order) for run, made in plans for order in made.orders}


def _with(book: Rulebook, rule: Rule) -> Rulebook:
    """The rules with another rule of the same name in its place."""
    return replace(book, rules=tuple(rule if one.name == rule.name else one for one in book.rules))


def constraints(rule: Rule, currency: str) -> Iterator[tuple[str, str, Rule]]:
    """(key, value in words, the rule without it) for each key that forbids something."""
    if rule.only is not None:
        yield "only", ", ".join(sorted(rule.only.codes | rule.only.kinds)), replace(rule, only=None)
    if rule.avoid is not None:
        yield "avoid", ", ".join(sorted(rule.avoid.codes | rule.avoid.kinds)), replace(rule, avoid=None)
    if rule.max_km is not None:
        yield "max_km", f"{rule.max_km:g}", replace(rule, max_km=None)
    if rule.max_days is not None:
        yield "max_days", str(rule.max_days), replace(rule, max_days=None)
    if rule.keep_safety_stock:
        yield "keep_safety_stock", "true", replace(rule, keep_safety_stock=False)
    split = rule.split
    if split.never:
        yield "split", "never", replace(rule, split=Split())
        return
    if split.max_shipments is not None:
        yield "split max_shipments", str(split.max_shipments), replace(rule, split=replace(split, max_shipments=None))
    if split.min_part_value:
        words = decimal_text(split.min_part_value, currency)
        yield "split min_part_value", words, replace(rule, split=replace(split, min_part_value=0))
    if split.together_skus or split.together_categories:
        words = ", ".join(sorted(split.together_skus | split.together_categories))
        yield "split together", words, replace(rule, split=replace(split, together_skus=frozenset(), together_categories=frozenset()))

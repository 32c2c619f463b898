"""Which rules ever decide, and which orders none of them places: from the conditions alone, and from the orders of the last days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from omscli.base.clock import as_text
from omscli.routing.facts import Facts, OpenOrder
from omscli.routing.filters import eligible
from omscli.routing.match import Matcher
from omscli.routing.quote import Quoter
from omscli.routing.replay import unpack
from omscli.routing.rules import ChannelPolicy, Rule
from omscli.settings.check_rules import rule_findings
from omscli.settings.settings import Settings
from omscli.settings.yaml_text import read
from omscli.store.open import Store
from omscli.workflows.facts import read_situation, with_points
from omscli.workflows.home import Home
from omscli.workflows.run_facts import KEPT_DAYS, is_readable, name_customers


@dataclass(slots=True)
class Coverage:
    """`orders`: how many orders the rules were held against; `matched`: of how many each rule is the first to fit; `reached`: how many more may come to it by `else: next`."""

    orders: int
    matched: dict[str, int]
    reached: dict[str, int]
    findings: list[dict[str, Any]]  # line, text, hint
    unplaced: list[dict[str, str]]  # id, reason: no rule places them, whatever lies where

    def as_json(self) -> dict[str, Any]:
        """Keys of `oms.rules_test/1`."""
        return {
            "orders": self.orders,
            "rules": [{"rule": name, "orders": count, "by_next": self.reached[name]} for name, count in self.matched.items()],
            "findings": self.findings,
            "unplaced": self.unplaced,
        }


def cover(home: Home, store: Store, settings: Settings) -> Coverage:
    """Hold the rules against the open orders and those of stored runs.

    That a rule never decides is said only where its conditions prove it; of the others it is said that no order was theirs.
    """
    seen = _situations(home, store, settings)
    document = read(settings.text, settings.path.name)
    matched, reached, unplaced = _held_against(settings, seen)
    found: list[dict[str, Any]] = [{"line": one.line, "text": one.text, "hint": one.hint} for one in rule_findings(settings, document)]
    count = len({order.id for facts in seen for order in facts.orders if order.lines})
    for at, rule in enumerate(settings.rulebook.rules):
        if (
            count
            and not matched[rule.name]
            and not reached[rule.name]
            and not any(f"rule '{rule.name}' never" in one["text"] for one in found)
        ):
            line = document.key_place(("routing", "rules", at))[0]
            text = f"rule '{rule.name}' had none of the {count} orders of the last {KEPT_DAYS} days to decide"
            found.append({"line": line, "text": text, "hint": "nothing is wrong if it waits for something rare"})
    return Coverage(count, matched, reached, sorted(found, key=lambda one: one["line"]), unplaced)


def _situations(home: Home, store: Store, settings: Settings) -> list[Facts]:
    """The situations of the last days, the newest first, so that each order is looked at as it was last."""
    since = as_text(home.now - timedelta(days=KEPT_DAYS))
    found = [read_situation(home, store, None, settings).facts]
    places = list(with_points(settings, store).values())
    found += [
        unpack(past.facts, places, settings.services, settings.boxes, settings.packing)
        for past in reversed(store.run_facts.since(since))
        if is_readable(past)
    ]
    name_customers(store, settings.rulebook, found)
    return found


def _held_against(settings: Settings, seen: list[Facts]) -> tuple[dict[str, int], dict[str, int], list[dict[str, str]]]:
    """How many orders each rule is the first to fit or may come to, and the orders that no rule places, whatever lies where."""
    matched = {rule.name: 0 for rule in settings.rulebook.rules}
    reached = dict(matched)
    unplaced: list[dict[str, str]] = []
    looked: set[int] = set()
    for facts in seen:
        matcher, quoter = Matcher(settings.rulebook.rules, facts), Quoter(facts, settings.rulebook.buffer_days)
        for order in facts.orders:
            if order.id in looked or not order.lines:
                continue
            looked.add(order.id)
            rules = matcher.matching(order)
            for n, rule in enumerate(rules):
                (reached if n else matched)[rule.name] += 1
                if rule.hold is not None or rule.otherwise.action != "next":
                    break
            why = _why_nowhere(order, rules, settings, quoter)
            if why and not order.held:
                unplaced.append({"id": order.ref, "reason": why})
    return matched, reached, unplaced


def _why_nowhere(order: OpenOrder, rules: list[Rule], settings: Settings, quoter: Quoter) -> str:
    """Why no rule places the order however much lies where; empty where one may, or holds it for a person."""
    if not rules:
        return "no rule fits it"
    channel = settings.rulebook.channels.get(order.channel) or ChannelPolicy(order.channel)
    said = []
    for rule in rules:
        if rule.hold is not None:
            return ""
        places, out = eligible(order, rule, channel, quoter)
        if places:
            return ""
        said.append(f"rule “{rule.name}”: " + "; ".join(f"{place}: {reason}" for place, reason in out))
        if rule.otherwise.action != "next":
            break
    return said[0] if said else ""

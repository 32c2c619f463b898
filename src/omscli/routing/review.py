"""Everything that a decision looked at, and what it would have seen had it looked further: for `oms why`. Pure.

The search leaves out what cannot win. Here every place that may serve is priced alone as well, of a few places every two, and every
place that serves in no candidate has its reason, with its own value and the limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from omscli.routing.allocate import contents, offer
from omscli.routing.candidate import Candidate, worth
from omscli.routing.engine import Asking
from omscli.routing.facts import Demand
from omscli.routing.filters import Against, filtered
from omscli.routing.quote import Quote
from omscli.routing.retold import Case
from omscli.routing.rules import ChannelPolicy, Rule
from omscli.routing.search import Question
from omscli.stock.locations import Location

_LATEST = 60  # days that are tried to find out when a place could deliver


@dataclass(frozen=True, slots=True)
class Review:
    """One rule's question. `candidates` are the best first; `chosen` is None where no place can send anything."""

    rule: Rule
    lines: list[Demand]
    candidates: list[Candidate]
    chosen: Candidate | None
    out: list[tuple[str, Against]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The criterion that decided against the next best places; `name` where all amounts are equal."""

    criterion: str
    chosen: float
    other: float
    against: Candidate


def review(case: Case) -> list[Review]:
    """The questions of all rules that had a say, in their order."""
    found: list[Review] = []
    facts = case.fresh()
    order = facts.orders[0]
    channel = case.rulebook.channels.get(order.channel) or ChannelPolicy(order.channel)

    def look(question: Question, best: Candidate | None) -> None:
        out = []
        if question.shelves:
            question.look_further()
        serving = {code for one in question.seen for code in one.places}
        for place in facts.locations:
            against = filtered(order, question.rule, channel, place, question.quoter)
            if against is not None:
                out.append((place.code, against))
            elif place.code not in serving:
                out.append((place.code, _why_not(question, place)))
        found.append(
            Review(question.rule, question.wanted.lines, sorted(question.seen, key=lambda one: (one is not best, _merit(one))), best, out)
        )

    Asking(facts, case.rulebook).watched(order, look)
    return found


def comparison(one: Review) -> Comparison | None:
    """What decided between the chosen places and the next best other ones."""
    chosen = one.chosen
    if chosen is None:
        return None
    other = next((each for each in one.candidates if set(each.places) != set(chosen.places)), None)
    if other is None:
        return None
    for criterion, a, b in zip(one.rule.rank, chosen.amounts, other.amounts, strict=True):
        if a != b:  # a worse one was chosen where it was planned already, and a move saves too little
            return Comparison(criterion if a < b else "min_gain", a, b, other)
    return Comparison("name", 0, 0, other)


def _merit(one: Candidate) -> tuple[tuple[float, ...], tuple[str, ...]]:
    return one.amounts, one.places


def _why_not(question: Question, place: Location) -> Against:
    """Why a place that may serve sends nothing in any candidate."""
    wanted = question.wanted
    takes = offer(wanted, wanted.wants, question.shelves[place.code])
    has = sum(takes)
    if not has:
        words = ", ".join(f"0 of {line.quantity} × {line.sku}" for line in wanted.lines)
        return Against("stock", f"it has {words}", 0, sum(wanted.wants))
    if place.code in question.refused:
        return _refused(question, place, takes)
    split = question.rule.split
    some = ", ".join(f"{units} of {line.quantity} × {line.sku}" for line, units in zip(wanted.lines, takes, strict=True))
    if split.never:
        return Against("split", f"it has {some}, and rule “{question.rule.name}” does not split", has, sum(wanted.wants))
    rest = [want - take for want, take in zip(wanted.wants, takes, strict=True)]
    least = min(worth(wanted.lines, takes), worth(wanted.lines, rest))
    words = f"it has {some}: a part would be worth less than rule “{question.rule.name}” allows"
    return Against("min_part_value", words, least, split.min_part_value)


def _refused(question: Question, place: Location, takes: list[int]) -> Against:
    """What no carrier takes there, or not by the day that the rule allows; then with the days that it needs."""
    words, limit = question.refused[place.code], question.rule.max_days
    if limit is None:
        return Against("carrier", words)
    quoter, inside = question.quoter, contents(question.wanted, takes)
    for days in range(limit + 1, limit + _LATEST):
        quote = quoter.shipment(
            question.order, place, inside, latest=quoter.facts.today + timedelta(days=days), ignore_capacity=question.rule.ignore_capacity
        )
        if isinstance(quote, Quote):
            return Against("max_days", f"{days} days are more than the {limit} of rule “{question.rule.name}”", days, limit)
    return Against("max_days", words, None, limit)

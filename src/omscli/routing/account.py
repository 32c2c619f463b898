"""The plan's own account of how it decided, kept short enough to be stored with every order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from omscli.base.money import decimal_text
from omscli.routing.allocate import offer
from omscli.routing.candidate import Candidate
from omscli.routing.criterion import UNKNOWN

if TYPE_CHECKING:
    from omscli.routing.facts import Facts, OpenOrder, Standing
    from omscli.routing.plan import OrderPlan
    from omscli.routing.quote import Quoter
    from omscli.routing.search import Question
    from omscli.stock.locations import Location

_EMPTY: dict[int, int] = {}
KEPT = 6  # candidates that are stored, the best first


def facts_of(order: OpenOrder, facts: Facts, quoter: Quoter, standing: Sequence[Standing]) -> list[Any]:
    """What the decision about one order knew that changes from run to run: [lines, wants, products, free, the rest where there is any].

    Free units of each product stand by place, in the order of the facts; so do those of safety stock. `days` are the days on which
    places with a capacity have room; `standing` is what was planned before, where moving it has to pay. Everything else (the order's header, the products, the rules, the clock) is stored anyway:
    `retold.facts_again` puts both together. Short, for ten thousand orders are kept with each run.
    """
    products = [line.product for line in order.lines]
    known, places = facts.products, facts.locations
    if len(products) > len(set(products)) or any([known[product].components for product in products]):  # noqa: C419 - a list is faster here
        products = list(dict.fromkeys(part for product in products for part, _ in known[product].components or ((product, 1),)))
    free = facts.free
    if order.holds:
        free = {place.code: {**facts.free_for(order, place.code)} for place in places}
    shelves = [free.get(place.code, _EMPTY) for place in places]
    found: list[Any] = [
        [line.line for line in order.lines],
        [line.quantity for line in order.lines],
        products,
        [shelf.get(product, 0) for shelf in shelves for product in products],
    ]
    limited = [place for place in places if place.daily_capacity]
    seldom = order.promised or order.excluded or order.released_rules or order.pinned or order.gone
    if limited or facts.safety or standing or seldom:
        found.append(_more_of(order, facts, products, {place.code: _room(place, quoter) for place in limited}))
        if standing:
            found[-1]["standing"] = [(one.location, one.ship_on.toordinal() if one.ship_on else None, one.lines) for one in standing]
    return found


def _room(place: Location, quoter: Quoter) -> int:
    """The day on which a place could send one more, as an ordinal."""
    return quoter.ship_day(place, ignore_capacity=False)[0].toordinal()


def _more_of(order: OpenOrder, facts: Facts, products: list[int], days: dict[str, int]) -> dict[str, Any]:
    found: dict[str, Any] = {"days": days} if days else {}
    safety = [facts.safety.get(place.code, _EMPTY).get(product, 0) for place in facts.locations for product in products]
    if any(safety):
        found["safety"] = safety
    if order.promised or order.excluded or order.released_rules:
        found["promised"] = order.promised.isoformat() if order.promised else None
        found["excluded"], found["released"] = sorted(order.excluded), sorted(order.released_rules)
    if order.pinned:
        found["pinned"] = order.pinned
    if order.gone:
        found["gone"] = [(one.line, one.quantity) for one in order.gone]
    return found


def account_of(question: Question, best: Candidate | None, out: list[tuple[str, str]]) -> dict[str, Any]:
    """Candidates with their amounts, what ruled places out, and which comparison decided. Plain JSON, kept small."""
    ordered = question.by_merit()[:KEPT]
    found: dict[str, Any] = {
        "rule": question.rule.name,
        "lines": [line.sku for line in question.wanted.lines],
        "rank": question.rule.rank,
        "out": out,
        "candidates": [_shown(one) for one in ordered],
    }
    if best is None:
        found["short"] = _short(question)
        found["in_stock"] = in_stock(question)
    elif len(ordered) > 1:
        found["decided_by"] = "min_gain" if question.overruled else _decided_by(question, ordered[0], ordered[1])
    return found


def _shown(one: Candidate) -> list[Any]:
    """[parts, amounts, unfilled units]; a part is [place, units by position of the line, money and dates]. UNKNOWN is null."""
    parts = []
    for part in one.parts:
        quote = part.quote
        arrives = quote.arrives.toordinal() if quote.arrives else None
        km = None if quote.km is None else round(quote.km, 1)
        parts.append(
            (quote.location.code, part.takes, (quote.postage, quote.boxes, quote.handling, quote.ship_on.toordinal(), arrives, km))
        )
    amounts = one.amounts
    if UNKNOWN in amounts:
        return [parts, [None if amount == UNKNOWN else amount for amount in amounts], one.unfilled_units]
    return [parts, amounts, one.unfilled_units]


def _decided_by(question: Question, first: Candidate, second: Candidate) -> str:
    for name, a, b in zip(question.rule.rank, first.amounts, second.amounts, strict=True):
        if a != b:
            return name
    return "name"


def in_stock(question: Question) -> bool:
    """Whether the places together have everything, and only the rule's limits on splitting stand against it."""
    offers = [offer(question.wanted, question.wanted.wants, shelf) for shelf in question.shelves.values()]
    return bool(offers) and all(sum(units) >= want for units, want in zip(zip(*offers, strict=True), question.wanted.wants, strict=True))


def _short(question: Question) -> list[list[Any]]:
    """What each place that may serve has of each line: [place, SKU, units there, units wanted]."""
    found = []
    for place in question.places:
        shelf = question.shelves.get(place.code)
        for line, parts in zip(question.wanted.lines, question.wanted.parts, strict=True):
            has = min((shelf.has(product) // each for product, each in parts), default=0) if shelf else 0
            found.append([place.code, line.sku, has, line.quantity])
    return found[:40]


def reasons_of(question: Question, best: Candidate | None, out: list[tuple[str, str]]) -> list[str]:
    """A few sentences for people."""
    rule = question.rule
    if best is None:
        if not question.places or (out and not question.seen and len(out) >= len(question.quoter.facts.locations)):
            why = "; ".join(f"{place}: {reason}" for place, reason in out)
            return [f"rule “{rule.name}”: no place may serve ({why})"]
        if in_stock(question):
            return [f"rule “{rule.name}”: all of it is in stock, but no allowed split has it: {_missing(question, question.wanted.wants)}"]
        words = f"rule “{rule.name}”: out of stock: {_missing(question, question.wanted.wants)}"
        return [words, *_held_for_others(question, question.wanted.wants)]
    where = " + ".join(f"{part.quote.location.code} {part.units}" for part in best.parts)
    found = [f"rule “{rule.name}”: {where}{_margin(question, best)}"]
    if any(best.unfilled):
        found.append(f"out of stock: {_missing(question, best.unfilled)}")
        found += _held_for_others(question, best.unfilled)
    found += [f"{part.quote.location.code}: {note}" for part in best.parts for note in part.quote.notes]
    return found


def settled_reasons(question: Question, best: Candidate, each: OrderPlan, currency: str) -> list[str]:
    """A few sentences about an order that was decided together with the others."""
    where = " + ".join(f"{part.quote.location.code} {part.units}" for part in best.parts)
    words = f"rule “{question.rule.name}”: {where}, cost {decimal_text(best.cost, currency)}, decided together with the other orders"
    before = " + ".join(f"{one.location} {one.units}" for one in each.shipments)
    found = [f"{words}; on its own it would have been {before}" if before else f"{words}; on its own it would have had nothing"]
    if any(best.unfilled):
        found.append(f"out of stock: {_missing(question, best.unfilled)}")
        found += _held_for_others(question, best.unfilled)
    return found + [f"{part.quote.location.code}: {note}" for part in best.parts for note in part.quote.notes]


def lack_words(rows: list[list[Any]], currency: str) -> list[str]:
    """What stood between an order and its cheapest way; a row is [place, SKU or None for room of a day, price, gain, rival, its loss]."""
    found = []
    for place, sku, price, gain, rival, loss in rows:
        what = f"{sku} at {place}" if sku is not None else f"room at {place} on the first day"
        words = f"{what} is worth {decimal_text(price, currency)} to the orders together; with it this one would save {decimal_text(gain, currency)}"
        found.append(words + (f", {rival} would lose {decimal_text(loss, currency)} without it" if rival is not None else ""))
    return found


def drawn_words(order: OpenOrder, made: OrderPlan, facts: Facts) -> list[str]:
    """What of an order comes out of holds that are for it. Holds are named by number: whom they are for stays out of decisions."""
    return [
        f"{one.location}: {made.drawn[one.hold]} × {facts.products[one.product].sku} come out of hold H-{one.number}"
        for one in order.holds
        if one.hold in made.drawn
    ]


def _held_for_others(question: Question, missing: list[int]) -> list[str]:
    """What lies there and is set aside for somebody else, of the goods that are missing."""
    facts, wanted, places = question.quoter.facts, question.wanted, {place.code for place in question.places}
    short = {product for parts, units in zip(wanted.parts, missing, strict=True) if units for product, _ in parts}
    others = [
        one for one in facts.holds if one.units and one.product in short and one.location in places and one not in question.order.holds
    ]
    rows = [f"{one.units} × {facts.products[one.product].sku} at {one.location} (H-{one.number})" for one in others]
    more = f" and {len(rows) - 5} more" if len(rows) > 5 else ""
    return [f"set aside for somebody else: {', '.join(rows[:5])}{more}"] if rows else []


def _missing(question: Question, units: list[int]) -> str:
    return ", ".join(f"{count} × {line.sku}" for line, count in zip(question.wanted.lines, units, strict=True) if count)


def _margin(question: Question, best: Candidate) -> str:
    """What the next best places would have meant, in the criterion that decided."""
    if question.overruled is not None:
        saving = decimal_text(best.cost - question.overruled.cost, question.order_currency)
        least = decimal_text(question.min_gain, question.order_currency)
        return f", as it was planned; {' + '.join(question.overruled.places)} would save {saving}, and it moves for {least}"
    second = next((one for one in question.by_merit() if set(one.places) != set(best.places)), None)
    if second is None:
        # The search leaves out splits that cannot win, so nothing is said about those.
        return ", the only place that can send all of it" if len(best.parts) == 1 and not best.unfilled_units else ""
    name = _decided_by(question, best, second)
    other = " + ".join(second.places)
    if name == "name":
        return f", equal to {other}"
    n = question.rule.rank.index(name)
    a, b = best.amounts[n], second.amounts[n]
    if UNKNOWN in (a, b):
        return f", {name} is unknown for {other}"
    if name == "cost":
        currency = question.order_currency
        return f", cost {decimal_text(int(a), currency)}; {other} would cost {decimal_text(int(b), currency)}"
    return _WORDS.get(name, "; {other} has {name} {b:g}").format(name=name, other=other, a=a, b=b)


_WORDS = {
    "unfilled": "; {other} would leave {b:g} without stock",
    "late": "; {other} would be {b:g} days late",
    "days": ", earlier than {other}",
    "shipments": "; {other} would need {b:g} shipments",
    "distance": ", {a:.0f} km; {other} {b:.0f} km",
    "stock": "; {other} would fall {b:g} below its safety stock",
    "most_stock": ", more in stock than {other}",
    "rank": ", ranked before {other}",
}

"""`oms why`: how an order was decided, and what would have changed it.

The stored account names what decided. With the facts that are stored beside it the decision is made again, and only where the same
comes out is more told than was stored: every candidate, every limit, the nearest changes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from omscli.base.clock import as_instant
from omscli.errors import Refused
from omscli.routing.candidate import Candidate
from omscli.routing.counterfactual import Counterfactual, counterfactuals
from omscli.routing.criterion import UNKNOWN
from omscli.routing.facts import Demand, Facts
from omscli.routing.retold import Case, facts_again, same_again
from omscli.routing.review import Review, comparison, review
from omscli.settings.settings import Settings
from omscli.store.open import Store
from omscli.workflows.facts import as_products, locate, read_orders, with_points
from omscli.workflows.home import Home
from omscli.workflows.orders import find_order

CHANGED = "the order, its goods or the rules are not as they were then: only what was stored is told"


def why(home: Home, store: Store, word: str) -> dict[str, Any]:
    """The account of the last decision about an order (`oms.why/1`)."""
    with store.read():
        number = find_order(store, word)
        order = store.orders.load([number])[number]
        decision = store.decisions.last_of(number)
        holds = store.orders.holds(number)
        pin = store.pins.of(number)
        case = _case(home, store, number, decision) if decision is not None else None
    found: dict[str, Any] = {"id": order.ref, "channel": order.said.channel, "order_id": order.said.order_id, "status": order.status}
    found["holds"] = [row["reason"] for row in holds]
    found["pinned"] = pin.location if pin else None
    if decision is None:
        return {**found, "decision": None}
    account = decision["reasons"]
    again = case is not None and same_again(account, case.decide())
    reviews = review(case) if case is not None and again else []
    rules = account.get("rules", [])
    return {
        **found,
        "decision": {
            "run": decision["run"],
            "at": decision["at"],
            "rule": decision["rule"],
            "state": decision["state"],
            "currency": home.settings.currency,
            "reasons": account.get("reasons", []),
            "rules": [_full_json(one, stored) for one, stored in zip(reviews, rules, strict=True)]
            if reviews
            else [*map(_rule_json, rules)],
            "counterfactuals": [_change_json(one) for one in counterfactuals(case, reviews)]
            if case is not None and reviews and not account.get("together")
            else [],
            "note": CHANGED if account.get("facts") and not again else "",
            # What the plan for all orders together adds: what scarce stock was worth, and who needed it more.
            "together": bool(account.get("together")),
            **_scarce_json(account.get("batch", [])),
        },
    }


# -- the facts of then


def _case(home: Home, store: Store, number: int, decision: dict[str, Any]) -> Case | None:
    """What a decision rested on; None where it was made without facts (a hold), before they were kept, or where something is gone."""
    kept = decision["reasons"].get("facts")
    if not kept:
        return None
    now = as_instant(decision["at"])
    settings = _settings_then(home, store, decision["run"], now)
    if settings is None:
        return None
    ask = store.decisions
    order = read_orders(ask.open_orders([number], closed=True), settings)[number]
    products = as_products(ask.products(), ask.components())
    order.lines = [
        Demand(line, line_id, products[product].sku, product, 0, round((price or 0) * order.rate))
        for line, line_id, product, price in ask.lines()
    ]
    locate(store, [order])
    facts = Facts(
        now=now,
        today=now.astimezone(ZoneInfo(settings.timezone)).date(),
        locations=tuple(sorted(with_points(settings, store).values(), key=lambda one: (one.rank, one.code))),
        services=settings.services,
        boxes=settings.boxes,
        packing=settings.packing,
        products=products,
        free={},
        safety={},
    )
    again = facts_again(kept, facts, order)
    # One order alone is decided by itself, also where it was one of many.
    return None if again is None else Case(again, replace(settings.rulebook, strategy="each"))


def _settings_then(home: Home, store: Store, run: int, now: datetime) -> Settings | None:
    """The rules by which a run decided; None where they are not stored, or this program does not read them any more."""
    found = store.runs.rules_of(run)
    if found is None:
        return None
    fingerprint, text = found
    if fingerprint == home.settings.fingerprint and now.year == home.now.year:
        return home.settings
    from omscli.settings.load import parse

    try:
        return parse(text, "rules.yaml", now.date())
    except Refused:
        return None


# -- as documents


def _scarce_json(rows: list[list[Any]]) -> dict[str, Any]:
    """What stood between the order and its cheapest way; without a SKU: room for one more shipment on a place's first day."""
    return {
        "prices": [{"sku": sku, "location": place, "price": price, "gain": gain} for place, sku, price, gain, _, _ in rows],
        "needed_by": [
            {"order": rival, "sku": sku, "location": place, "loss": loss} for place, sku, _, _, rival, loss in rows if rival is not None
        ],
    }


def _full_json(one: Review, stored: dict[str, Any]) -> dict[str, Any]:
    """One rule with everything that was seen when it was decided again."""
    found = comparison(one)
    return {
        "rule": one.rule.name,
        "rank": one.rule.rank,
        "candidates": [_candidate_json(each, one) for each in one.candidates],
        "decided_by": stored.get("decided_by") or (found.criterion if found else None),
        "comparison": None
        if found is None
        else {
            "criterion": found.criterion,
            "chosen": _known(found.chosen),
            "other": _known(found.other),
            "against": _from(found.against, one.lines),
        },
        "ruled_out": [
            {"location": place, "filter": why.filter, "value": why.value, "limit": why.limit, "reason": why.reason}
            for place, why in one.out
        ],
        "short": _short_json(stored),
    }


def _candidate_json(one: Candidate, of: Review) -> dict[str, Any]:
    return {
        "from": _from(one, of.lines),
        "chosen": one is of.chosen,
        "parts": [
            {
                "location": part.quote.location.code,
                "carrier": part.quote.service.carrier if part.quote.service else None,
                "service": part.quote.service.name if part.quote.service else None,
                "zone": None if part.quote.zone is None else part.quote.zone + 1,
                "postage": part.quote.postage,
                "boxes": part.quote.boxes,
                "handling": part.quote.handling,
                "penalties": penalty,
                "ship_on": part.quote.ship_on.isoformat(),
                "arrives": part.quote.arrives.isoformat() if part.quote.arrives else None,
                "late_days": part.quote.late_days,
                "below_safety": part.below_safety,
                "distance_km": None if part.quote.km is None else round(part.quote.km, 1),
            }
            for part, penalty in zip(one.parts, one.penalties, strict=True)
        ],
        "amounts": {name: _known(amount) for name, amount in zip(of.rule.rank, one.amounts, strict=True)},
        "unfilled": one.unfilled_units,
        "money": one.money,
        "cost": one.cost,
    }


def _known(amount: float) -> float | None:
    return None if amount == UNKNOWN else amount


def _from(one: Candidate, lines: list[Demand]) -> dict[str, dict[str, int]]:
    return {part.quote.location.code: _units([line.sku for line in lines], part.takes) for part in one.parts}


def _change_json(one: Counterfactual) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "location": one.location or None,
        "amount": one.amount,
        "unit": one.unit,
        "items": one.items,
        "rule": one.rule or None,
        "ships_from": one.ships_from,
        "unfilled": one.unfilled,
        "text": one.text,
    }


def _rule_json(one: dict[str, Any]) -> dict[str, Any]:
    """One rule as its account was stored: the best candidates that were looked at."""
    rank = one["rank"]
    return {
        "rule": one["rule"],
        "rank": rank,
        "candidates": [
            {
                "from": {place: _units(one["lines"], takes) for place, takes, _ in places},
                "chosen": n == 0 and "short" not in one,
                "parts": [
                    {
                        "location": place, "postage": m[0], "boxes": m[1], "handling": m[2], "ship_on": _day(m[3]), "arrives": _day(m[4]),
                        "distance_km": m[5],
                    }
                    for place, _, m in places
                ],
                "amounts": dict(zip(rank, amounts, strict=True)),
                "unfilled": unfilled,
            }
            for n, (places, amounts, unfilled) in enumerate(one["candidates"])
        ],
        "decided_by": one.get("decided_by"),
        "comparison": None,
        "ruled_out": [{"location": place, "filter": None, "value": None, "limit": None, "reason": reason} for place, reason in one["out"]],
        "short": _short_json(one),
    }  # fmt: skip


def _short_json(one: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"location": place, "sku": sku, "free": free, "wanted": wanted} for place, sku, free, wanted in one.get("short", [])]


def _units(lines: list[str], takes: list[int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for sku, units in zip(lines, takes, strict=True):
        if units:
            found[sku] = found.get(sku, 0) + units
    return found


def _day(ordinal: int | None) -> str | None:
    return None if ordinal is None else date.fromordinal(ordinal).isoformat()

"""`oms purchase suggest`: what to buy, how much of it and by when, from what was sold and what is on its way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from omscli.base.clock import as_text
from omscli.stock.reorder import Position, Suggestion, suggest
from omscli.store.open import Store
from omscli.workflows.demand import Past, facts_json, own_places, read_past
from omscli.workflows.home import Home

FOREVER = "9999-12-31"


@dataclass(slots=True)
class Suggested:
    """What to order, the most urgent first."""

    suggestions: list[Suggestion]
    facts: dict[int, dict[str, Any]]
    suppliers: dict[int, str]
    days: int
    cover_days: int

    def as_json(self) -> dict[str, Any]:
        """The document (`oms.purchase.suggest/1`), without its schema key."""
        return {"days": self.days, "cover_days": self.cover_days, "suggestions": [self._row(one) for one in self.suggestions]}

    def _row(self, one: Suggestion) -> dict[str, Any]:
        fact, position = self.facts[one.product], one.position
        return {
            **facts_json(fact),
            "units": one.units,
            "order_by": one.order_by.isoformat(),
            "late": one.is_late,
            "runs_out": one.runs_out.isoformat() if one.runs_out else None,
            "supplier": self.suppliers.get(one.product),
            "lead_days": position.lead_days,
            "sold": position.sold,
            "per_day": round(one.per_day, 3),
            "free": position.free,
            "coming": position.coming,
            "owed": position.owed,
            "safety_stock": position.safety,
            "worth": None if fact["worth"] is None else fact["worth"] * one.units,
            "currency": fact["currency"] or "",
            "why": _why(one, self.days, self.cover_days),
        }


def _why(one: Suggestion, days: int, cover_days: int) -> str:
    """The derivation in one line."""
    position = one.position
    rate = f"{position.sold} sold in {days} days"
    there = [f"{position.free} free", f"{position.coming} on the way"]
    there += [f"{position.owed} owed"] if position.owed else []
    there += [f"{position.safety} kept as safety stock"] if position.safety else []
    return f"{rate}; {position.lead_days} days to come and {cover_days} to last; {', '.join(there)}"


def suggestions(home: Home, store: Store, days: int, cover_days: int, lead_days: int) -> Suggested:
    """Over all own places together. `lead_days` is for products that no supplier of rules.yaml has."""
    with store.read():
        past = read_past(home, store, days)
        rows = store.planning.shelves(as_text(home.now))
        suppliers, leads = _suppliers(home, rows)
        positions = _positions(home, store, past, rows, leads, lead_days)
        found = suggest(positions, past.days, cover_days, home.today)
        facts = store.planning.facts_of([one.product for one in found])
    return Suggested(found, facts, suppliers, past.days, cover_days)


def _suppliers(home: Home, rows: list[Any]) -> tuple[dict[int, str], dict[int, int]]:
    """Who has each product and how many days it takes, by the supplier's own working days; the quickest of several."""
    leads: dict[int, tuple[int, str]] = {}
    days = {
        code: (one.calendar.after(home.today, one.handling_days + one.lead_days) - home.today).days
        for code, one in home.settings.locations.items()
        if one.is_supplier
    }
    for row in rows:
        if row["location"] in days:
            mine = (days[row["location"]], row["location"])
            leads[row["product_id"]] = min(mine, leads.get(row["product_id"], mine))
    return {product: code for product, (_, code) in leads.items()}, {product: lead for product, (lead, _) in leads.items()}


def _positions(home: Home, store: Store, past: Past, rows: list[Any], leads: dict[int, int], lead_days: int) -> list[Position]:
    own = set(own_places(home))
    free: Counter[int] = Counter()
    safety: Counter[int] = Counter()
    kept: set[int] = set()
    for row in rows:
        if row["location"] in own:
            kept.add(row["product_id"])
            free[row["product_id"]] += row["free"]
            safety[row["product_id"]] += row["safety_stock"]
    coming: Counter[int] = Counter(store.planning.on_the_way())
    for (product, place), units in store.planning.coming(FOREVER, transfers=False).items():
        if place in own:
            coming[product] += units
    sold: Counter[int] = Counter()
    for _, product, units, _ in past.lines:
        sold[product] += units
    for (product, _), units in past.counter.items():
        sold[product] += units
    # What only a supplier has is never bought by us: he sends it to the customer himself.
    ours = kept | {product for product in {*sold, *past.unclaimed} if product not in leads}
    return [
        Position(
            product, sold[product], free[product], coming[product], past.unclaimed.get(product, 0), safety[product],
            leads.get(product, lead_days),
        )
        for product in sorted(ours)
    ]  # fmt: skip

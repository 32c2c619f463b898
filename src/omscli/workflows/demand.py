"""What was sold in the last days, opened into the products that lie on shelves: for `oms stock balance` and `oms purchase suggest`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from omscli.base.clock import as_instant, as_text
from omscli.store.open import Store
from omscli.workflows.home import Home

FEWEST_DAYS = 7  # one busy day after the first import is no rate


@dataclass(slots=True)
class Past:
    """The sales of `days` days. `lines` are (order, product, units, place of collection or None); a supplier's own are left out."""

    days: int
    since: str
    lines: list[tuple[int, int, int, str | None]]
    counter: dict[tuple[int, str], int]  # sold over the counter, by product and place
    unclaimed: dict[int, int]  # units of open orders that no place has set aside, by product


def read_past(home: Home, store: Store, days: int) -> Past:
    """Look back so many days, or to the first order there is: a shop that begins has sold as much in fewer days."""
    oldest = store.planning.oldest_order()
    known = days if oldest is None else (home.now - as_instant(oldest)).days + 1
    window = min(days, max(FEWEST_DAYS, known))
    since = as_text(home.now - timedelta(days=window))
    rows = store.planning.lines_since(since)
    open_orders = store.listings.sold_not_claimed()
    parts = store.catalog.parts({row["product_id"] for row in rows} | {row[3] for row in open_orders})
    lines = [
        (row["order_id"], product, each * units, row["pickup_location"])
        for row in rows
        if (units := row["units"] - row["by_supplier"]) > 0
        for product, each in _opened(parts, row["product_id"])
    ]
    unclaimed: Counter[int] = Counter()
    for _, _, _, sold, units in open_orders:
        for product, each in _opened(parts, sold):
            unclaimed[product] += each * units
    return Past(window, since, lines, store.planning.sold_over_the_counter(since), dict(unclaimed))


def _opened(parts: dict[int, list[tuple[int, int]]], product: int) -> list[tuple[int, int]]:
    return parts.get(product, [(product, 1)])


def own_places(home: Home) -> list[str]:
    """Where our own goods lie: every place that is no supplier's."""
    return [code for code, one in home.settings.locations.items() if not one.is_supplier]


def facts_json(fact: dict[str, Any]) -> dict[str, Any]:
    """SKU and title of a product, for a document."""
    return {"sku": fact["sku"], "title": fact["title"]}

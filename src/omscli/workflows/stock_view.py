"""`oms stock list` and `show`: what lies where at this moment, what is set aside, and what can be promised from when on."""

from __future__ import annotations

from typing import Any

from omscli.base.clock import as_text
from omscli.stock.atp import ToPromise, of_kit, to_promise
from omscli.store.open import Store
from omscli.workflows.home import Home
from omscli.workflows.stock_changes import find_location, find_product
from omscli.workflows.stock_holds import hold_json


def levels(home: Home, store: Store, location: str = "") -> list[dict[str, Any]]:
    """Every SKU at every place, or at one (`levels` of `oms.stock/1`)."""
    if location:
        find_location(home, location)
    with store.read():
        return store.stock.listing("", location, at=as_text(home.now))


def show(home: Home, store: Store, word: str) -> dict[str, Any]:
    """One SKU (`oms.stock/1`): its levels, what is set aside of it or of a kit's parts, and what can be promised."""
    at, today = as_text(home.now), home.today.isoformat()
    with store.read():
        product = find_product(store.catalog.index(), word)
        parts = store.catalog.parts([product]).get(product)
        wanted = [part for part, _ in parts] if parts else [product]
        names = store.decisions.product_names([product, *wanted])
        rows = {one: store.stock.listing(names[one], at=at) for one in dict.fromkeys([product, *wanted])}
        expected, waiting = store.stock.expected(wanted), store.stock.waiting(wanted)
        running = [row for row in store.holds.running(at) if row["product_id"] in wanted and row["taken"] < row["units"]]
    promised = {
        one: to_promise({row["location"]: row["available"] for row in rows[one]}, expected.get(one, ()), waiting.get(one, {}), today)
        for one in wanted
    }
    found = of_kit([(each, promised[part]) for part, each in parts]) if parts else promised[product]
    return {
        "levels": rows[product],
        "to_promise": [_promise_json(place, one) for place, one in found.items() if place in home.settings.locations],
        "holds": [hold_json(row, at) for row in running],
    }


def _promise_json(place: str, one: ToPromise) -> dict[str, Any]:
    return {"location": place, "now": one.now, "later": [{"on": day, "units": units} for day, units in one.later]}

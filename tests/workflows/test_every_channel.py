"""What holds for the files of every channel: imported again, in whatever form, they change nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.channels.test_cases import CASES, Case, forms_of, rewritten
from tests.conftest import PLACE, RULES, Shop

# What the seller has; the books of runs and of files that were read may grow.
KEPT = (
    "orders", "order_line", "order_hold", "product", "kit_component", "stock_level", "movement", "incoming_goods", "listing", "stock_told", "shipment", "parcel",
)  # fmt: skip
_FORMS = ("crlf", "bom", "semicolons", "rows shuffled", "columns shuffled", "sep=")


def empty_shop_for(make_shop: Callable[..., Shop], case: Case, folder: Path) -> Shop:
    """A shop with the case's channel and its places."""
    channel = case.context.get("channel") or folder.parent.name
    places = case.context.get("locations") or {"main": "Main"}
    rules: dict[str, Any] = {
        **RULES,
        "currency": case.context.get("currency", "USD"),
        "timezone": case.context.get("timezone", "UTC"),
        "channels": {"web": {"reader": "native"}, "b2b": {"reader": "native"}, channel: {"reader": folder.parent.name}},
        "boxes": {"carton": {**RULES["boxes"]["carton"], "cost": 1}},  # whole: some currencies have no cents
        "locations": {code: {**PLACE, "name": name} for code, name in places.items()},
    }
    return make_shop(rules=rules)


def shop_for(make_shop: Callable[..., Shop], case: Case, folder: Path) -> Shop:
    """The same with goods of every SKU that the case names."""
    shop = empty_shop_for(make_shop, case, folder)
    if case.expected["items"] and "products" not in case.expected["reader"]:
        skus = {item["sku"] for item in case.expected["items"] if item.get("sku")}
        skus |= {line["sku"] for item in case.expected["items"] for line in item.get("lines", ())}
        if skus:
            shop.products(*sorted(skus))
    return shop


def kept(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the tables that hold what the seller has; who wrote it last is left out."""
    found = {}
    for table in KEPT:
        names = [row[1] for row in shop.store.connection.execute(f"PRAGMA table_info({table})") if row[1] not in ("run_id", "at", "since")]
        found[table] = [tuple(row) for row in shop.store.connection.execute(f"SELECT {', '.join(names)} FROM {table}")]  # noqa: S608
    return found


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_the_same_file_again_in_any_form_changes_nothing(make_shop: Callable[..., Shop], folder: Path) -> None:
    case = Case(folder)
    shop = shop_for(make_shop, case, folder)
    wish = {"date_order": case.context.get("date_order")}
    (first,) = shop.take((case.path.name, case.data), **wish)
    assert first.rows == case.expected["rows"]
    before = kept(shop)

    for form in ("as it is", *(form for form in _FORMS if form in forms_of(folder))):
        data = case.data if form == "as it is" else rewritten(case, form)
        (again,) = shop.take((case.path.name, data), **wish)
        assert (again.counts["new"], again.counts["changed"], again.counts["cancelled"]) == (0, 0, 0), form
        assert kept(shop) == before, form

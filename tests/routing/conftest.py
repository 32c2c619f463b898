"""Two places: `near` is in the customer's town, `far` is on the other coast and ranked behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Shop, routing_with, rules_with

NEAR: dict[str, Any] = {"coordinates": [40.6943, -73.9906]}
FAR: dict[str, Any] = {"coordinates": [34.0522, -118.2437]}
World = Callable[..., Shop]


@pytest.fixture
def world(make_shop: Callable[..., Shop]) -> World:
    """A shop with `near` and `far`; each has ten mugs and ten caps unless `stock` says otherwise."""

    def make(
        *rules: dict[str, Any],
        near: dict[str, Any] | None = None,
        far: dict[str, Any] | None = None,
        stock: dict[str, dict[str, int]] | None = None,
        prices: dict[str, Any] | None = None,
        **sections: Any,
    ) -> Shop:
        routing = routing_with(*rules)
        routing["prices"] = {**routing["prices"], **(prices or {})}
        shop = make_shop(rules=rules_with({"near": {**NEAR, **(near or {})}, "far": {**FAR, **(far or {})}}, routing=routing, **sections))
        shop.products("MUG", "CAP", SET={"components": "MUG:1|CAP:2", "weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""})
        shop.stock(**(stock or {"near": {"MUG": 10, "CAP": 10}, "far": {"MUG": 10, "CAP": 10}}))
        return shop

    return make

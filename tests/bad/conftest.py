"""The home in which bad files are imported: one warehouse, four products, channels of every kind."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import _clean_environment, oms  # noqa: F401 - fixtures
from tests.conftest import RULES, Shop, rules_with

CHANNELS = {
    **RULES["channels"],
    **{name: {"reader": name, "prefix": prefix} for name, prefix in (("shopify", "SF"), ("etsy", "ET"), ("ebay", "EB"), ("tiktok", "TT"))},
}
READERS = {
    "acme": {
        "kind": "stock",
        "columns": {"sku": "Art.-Nr.", "on_hand": "Bestand"},
        "delimiter": ";",
        "encoding": "cp1252",
        "decimal": ",",
        "location": "main",
    }
}


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as it is before anything bad comes in; each test gets a copy."""
    shop = Shop(tmp_path_factory.mktemp("ready") / "home", rules_with(("main",), channels=CHANNELS, readers=READERS))
    shop.products("MUG", "CAP", "TEE", "AB-1")
    shop.stock(main={"MUG": 10, "CAP": 3, "TEE": 5, "AB-1": 5})
    shop.close()
    return shop.path


@pytest.fixture
def home(make_shop: Callable[..., Shop], ready: Path) -> Shop:
    """The seller's home; at the end of the test its books must agree."""
    shop = make_shop("main", channels=CHANNELS, readers=READERS)
    shutil.copy(ready / "oms.db", shop.home.db)
    return shop

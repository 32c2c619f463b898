"""From a channel's spelling to the product: exact, then an alias, then the one product that the folded name can mean."""

from __future__ import annotations

import pytest

from omscli.base.text import fold
from omscli.catalog.resolve import SkuIndex


def index(*skus: str, aliases: dict[tuple[str, str], int] | None = None) -> SkuIndex:
    found = SkuIndex(aliases={(channel, fold(name)): product for (channel, name), product in (aliases or {}).items()})
    for number, sku in enumerate(skus, 1):
        found.add(number, sku)
    return found


@pytest.mark.parametrize("text", ["AB-1", "ab-1", " AB-1 ", "AB‑1", "ＡＢ-1", "AB-1\u200b"])
def test_a_spelling_that_can_mean_one_product_means_it(text: str) -> None:
    assert index("AB-1", "CD-2").find("shop", text) == 1


def test_an_exact_spelling_goes_before_every_other() -> None:
    found = index("AB-1", "ab-1", aliases={("shop", "ab-1"): 1})
    assert [found.find("shop", text) for text in ("AB-1", "ab-1")] == [1, 2]


def test_a_spelling_that_can_mean_two_products_means_none_and_names_one() -> None:
    found = index("AB-1", "ab-1")
    assert found.find("shop", "Ab-1") is None
    assert found.nearest("Ab-1") == "AB-1"


def test_a_channels_alias_goes_before_the_alias_of_all() -> None:
    found = index("MUG", "CAP", aliases={("", "X"): 1, ("fair", "X"): 2})
    assert [found.find(channel, "x") for channel in ("shop", "fair")] == [1, 2]


def test_a_name_like_no_other_has_no_nearest() -> None:
    assert index("MUG").nearest("QWERTZUIOP") is None
    assert index("MUG").find("shop", "") is None

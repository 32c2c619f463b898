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


def test_spellings_that_had_to_be_understood_are_told_once() -> None:
    found = index("AB-1", "CD-2", aliases={("", "OLD"): 2})
    for sku in ("AB-1", "ab-1", "AB‑1", "ab-1", "old", "EF-3"):
        found.find("shop", sku)
    assert found.spellings() == ["SKUs that are spelled otherwise in the catalogue: ab-1 is AB-1, AB‑1 is AB-1"]
    assert index("AB-1").spellings() == []


def test_of_many_spellings_the_first_five_are_told() -> None:
    found = index(*(f"SKU-{n}" for n in range(8)))
    for n in range(8):
        found.find("shop", f"sku-{n}")
    assert found.spellings()[0].endswith("sku-4 is SKU-4 and 3 more")


@pytest.mark.parametrize(
    ("pairs", "swapped"),
    [
        ([("Blue mug", "MUG"), ("A cap", "CAP")], ("Blue mug", "MUG")),
        ([("Blue mug", "MUG"), ("A cap", "CAP"), ("Gift", "GIFT"), ("A tee", "TEE")], ("Blue mug", "MUG")),
        ([("A-1", "Mug"), ("A-2", "Cap")], None),  # titles are words, and SKUs are written as they are
        ([("A-1", "MUG"), ("A-2", "MUG")], None),
        ([("Blue mug", "MUG")], None),  # one line proves nothing
        ([("Blue mug", "MUG"), ("Blue mug", "MUG")], None),
        ([("Blue mug", "MUG"), ("A cap", "CAP"), ("TEE", "A tee")], None),  # a SKU that is known
        ([("X", "MUG"), ("Y", "CAP"), ("Z", "Vase"), ("W", "Lamp")], None),
        ([("MUG", "MUG"), ("CAP", "CAP")], None),
        ([], None),
    ],
)
def test_skus_and_titles_that_changed_places_are_seen(pairs: list[tuple[str, str]], swapped: tuple[str, str] | None) -> None:
    assert index("MUG", "CAP", "TEE").swapped("shop", pairs) == swapped

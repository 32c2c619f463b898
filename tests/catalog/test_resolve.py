"""From a channel's spelling to the product: exact, then an alias, then the one product that the folded name can mean."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from omscli.base.text import fold
from omscli.catalog import resolve
from omscli.catalog.resolve import Named, SkuIndex


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


class Catalogue:
    """A catalogue that is asked, and remembers what it was asked for."""

    def __init__(self, *skus: str, aliases: Sequence[tuple[str, str, int, str]] = ()) -> None:
        self.known = [(number, sku, fold(sku)) for number, sku in enumerate(skus, 1)]
        self.aliases = aliases
        self.asked: list[str] = []

    def named(self, keys: Sequence[str]) -> Named:
        self.asked += keys
        return Named([row for row in self.known if row[2] in keys], [row for row in self.aliases if row[1] in keys])

    def skus(self, most: int) -> list[str] | None:
        found = [sku for _, sku, _ in self.known]
        return found if len(found) <= most else None


def test_a_catalogue_that_is_not_held_is_asked_for_each_name_once() -> None:
    catalogue = Catalogue("MUG", "CAP", "cap", aliases=[("", "cup", 1, "CUP")])
    found = SkuIndex(names=catalogue)
    found.learn(["MUG", "CAP"])
    assert [found.find("shop", sku) for sku in ("MUG", "mug", "CAP", "Cap", "cup", "TEE", "TEE")] == [1, 1, 2, None, 1, None, None]
    assert catalogue.asked == ["cap", "mug", "cup", "tee"]
    assert found.nearest("Cap") == "CAP"
    assert found.nearest("MUGG") == "MUG"
    assert found.spellings() == ["SKUs that are spelled otherwise in the catalogue: mug is MUG"]


def test_names_that_were_held_long_enough_are_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolve, "_HELD", 2)
    catalogue = Catalogue(*(f"SKU-{n}" for n in range(9)))
    found = SkuIndex(names=catalogue)
    for part in (range(3), range(3, 6), range(3)):
        found.learn(f"SKU-{n}" for n in part)
        assert [found.find("", f"SKU-{n}") for n in part] == [n + 1 for n in part]
        assert len(found.exact) == 3
    assert found.find("", "SKU-8") == 9


def test_in_a_very_large_catalogue_no_likeness_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolve, "_MOST", 2)
    assert SkuIndex(names=Catalogue("MUG", "CAP")).nearest("MUGG") == "MUG"
    assert SkuIndex(names=Catalogue("MUG", "CAP", "TEE")).nearest("MUGG") is None
    assert index("MUG", "CAP", "TEE").nearest("MUGG") is None


def test_products_that_a_file_brings_itself_do_not_prove_its_columns() -> None:
    pairs = [("A mug", "MUG"), ("A cap", "CAP")]
    assert index("MUG", "CAP").swapped("", pairs) == ("A mug", "MUG")
    assert index("MUG", "CAP").swapped("", pairs, before=1) is None
    assert index("MUG", "CAP", "A mug").swapped("", pairs, before=3) == ("A mug", "MUG")

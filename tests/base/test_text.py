import pytest
from hypothesis import given
from hypothesis import strategies as st

from omscli.base.text import fold, nearest


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" mug-Blue ", "MUG-BLUE"),
        ("MUG\u2013BLUE", "mug-blue"),
        ("MUG\u2011BLUE", "mug-blue"),
        ("MUG\u2212BLUE", "mug-blue"),
        ("ＭＵＧ", "mug"),
        ("mug\u200b-blue\ufeff", "mug-blue"),
        ("\u200emug-blue\u202c", "mug-blue"),
        ("Straße", "STRASSE"),
        ("a  b\u00a0c\n", "A B C"),
    ],
)
def test_one_sku_typed_in_two_ways_is_one_sku(typed: str, stored: str) -> None:
    assert fold(typed) == fold(stored)


def test_different_skus_stay_different() -> None:
    assert len({fold(sku) for sku in ("MUG-1", "MUG1", "MUG 1", "MÜG-1", "MUG_1")}) == 5


@given(st.text(alphabet=st.characters(max_codepoint=0x24F)))
def test_a_folded_sku_folds_to_itself(sku: str) -> None:
    assert fold(fold(sku)) == fold(sku)


def test_a_typing_error_finds_the_sku_that_was_meant() -> None:
    assert nearest("mug-bleu", ["MUG-BLUE", "MUG-RED", "SHIRT"]) == "MUG-BLUE"


def test_of_two_skus_equally_near_the_first_by_name_is_meant() -> None:
    assert nearest("cat", ["hat", "bat"]) == "bat"
    assert nearest("mug", ["MUG", "Mug", "mug"]) == "MUG"


def test_nothing_near_is_nothing() -> None:
    assert nearest("mug", ["shirt", "scarf"]) is None
    assert nearest("mug", []) is None
    assert nearest("ab", ["ac"], cutoff=0.6) is None
    assert nearest("ab", ["ac"], cutoff=0.5) == "ac"

"""A parcel is checked piece by piece, and no sequence of scans makes wrong goods right."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omscli.fulfilment.scanning import Article, Check, meanings, scan

BLUE = Article("MUG-BLUE", "Mug, blue", "4006381333931", "MUG")
RED = Article("MUG-RED", "Mug, red", "4006381333948", "MUG")
LAMP = Article("LAMP", "Lamp")
SET = Article("SET", "Set of two and a lamp", "999", "", (("LAMP", 1), ("MUG-BLUE", 2)))
ARTICLES = meanings([BLUE, RED, LAMP, SET])


def check(notes: tuple[str, ...] = (), **wanted: int) -> Check:
    return Check({sku.replace("_", "-"): units for sku, units in wanted.items()}, ARTICLES, notes=notes)


def test_right_pieces_count_down_until_all_are_there() -> None:
    one, first = scan(check(MUG_BLUE=2, LAMP=1), "4006381333931\n")
    assert (first.verdict, first.left, first.total_left) == ("right", 1, 2)
    two, _ = scan(one, "mug-blue")
    done, last = scan(two, "LAMP")
    assert (last.words, done.done) == ("Lamp: 0 left, 0 in all", True)


@pytest.mark.parametrize(
    ("text", "verdict", "words"),
    [
        ("4006381333948", "wrong_variant", "wrong variant: this is Mug, red (MUG-RED), wanted is MUG-BLUE"),
        ("LAMP", "wrong_item", "wrong item: Lamp (LAMP) is not in this shipment"),
        ("12345", "unknown", "12345: no article has this barcode or SKU"),
        ("3*MUG-BLUE", "surplus", "too many: Mug, blue, 0 of 2 are in the parcel already"),
        ("0*MUG-BLUE", "unknown", "0*MUG-BLUE: no article has this barcode or SKU"),
        ("SET", "wrong_item", "wrong item: Set of two and a lamp (SET) is not in this shipment"),
    ],
)
def test_what_is_wrong_stops_with_a_clear_word_and_counts_nothing(text: str, verdict: str, words: str) -> None:
    before = check(MUG_BLUE=2)
    after, event = scan(before, text)
    assert (event.verdict, event.words, event.stops) == (verdict, words, True)
    assert after == before


def test_several_at_once_and_a_kit_by_its_own_barcode() -> None:
    after, event = scan(check(MUG_BLUE=4, LAMP=2), "2*999")
    assert (event.units, after.done) == (6, True)
    after, event = scan(check(MUG_BLUE=4), "4 x 4006381333931")
    assert after.done


def test_a_kit_that_is_half_scanned_by_its_components_takes_no_whole_kit_more() -> None:
    one, _ = scan(check(MUG_BLUE=2, LAMP=1), "LAMP")
    after, event = scan(one, "999")
    assert (event.verdict, after) == ("surplus", one)


def test_notes_are_confirmed_before_anything_counts() -> None:
    before = check(("gift",), LAMP=1)
    same, event = scan(before, "LAMP")
    assert (event.words, same) == ("read the notes first, then type ok: gift", before)
    read, _ = scan(before, "OK")
    done, _ = scan(read, "LAMP")
    assert (read.done, done.done) == (False, True)


@given(
    st.dictionaries(st.sampled_from(["MUG-BLUE", "MUG-RED", "LAMP"]), st.integers(1, 4), min_size=1),
    st.lists(
        st.tuples(st.sampled_from(["", "2*", "3x"]), st.sampled_from(["4006381333931", "mug-red", "LAMP", "SET", "999", "ok", "?"])),
        max_size=40,
    ),
    st.booleans(),
)
def test_no_sequence_of_scans_reaches_done_with_other_goods_than_the_shipment_wants(
    wanted: dict[str, int], scans: list[tuple[str, str]], noted: bool
) -> None:
    state = Check(wanted, ARTICLES, notes=("gift",) if noted else ())
    in_the_box: Counter[str] = Counter()
    for times, code in scans:
        state, event = scan(state, times + code)
        if event.verdict == "right":
            one = ARTICLES[code.casefold()]
            often = int(times[0]) if times else 1
            in_the_box.update({sku: units * often for sku, units in (one.components or ((one.sku, 1),))})
        assert all(in_the_box[sku] <= wanted.get(sku, 0) for sku in in_the_box)
        assert event.total_left == sum(wanted.values()) - in_the_box.total()
    if state.done:
        assert dict(in_the_box) == wanted
        assert not noted or state.read

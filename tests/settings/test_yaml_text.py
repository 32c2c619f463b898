"""What YAML would change on the way in, and what it would let in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omscli.errors import Refused
from omscli.settings.yaml_text import MAX_BYTES, MAX_DEPTH, read


@pytest.mark.parametrize(
    "typed",
    [
        "NO",
        "on",
        "off",
        "Yes",
        "True",
        "16:00",
        "12:30:45",
        "02134",
        "0x1F",
        "0o17",
        "1_000",
        "1e3",
        "1.50",
        "2024-01-02",
        ".inf",
        "=",
        "Null",
    ],
)
def test_a_plain_value_stays_the_text_that_was_typed(typed: str) -> None:
    assert read(f"key: {typed}\n", "rules.yaml").data == {"key": typed}


@pytest.mark.parametrize(("typed", "meant"), [("true", True), ("false", False), ("~", None), ("null", None), ("", None)])
def test_only_these_words_are_more_than_text(typed: str, meant: bool | None) -> None:
    assert read(f"key: {typed}\n", "rules.yaml").data == {"key": meant}


@pytest.mark.parametrize("typed", ["true", "false", "~", "null", ""])
def test_in_quotes_they_are_text(typed: str) -> None:
    assert read(f"one: '{typed}'\ntwo: \"{typed}\"\n", "rules.yaml").data == {"one": typed, "two": typed}


def test_keys_are_always_text() -> None:
    assert read("NO: 1\ntrue: 2\n~: 3\n16:00: 4\n", "rules.yaml").data == {"NO": "1", "true": "2", "~": "3", "16:00": "4"}


def test_every_key_and_value_has_its_place() -> None:
    document = read("shop: Mug\nplaces:\n  - {city: Perth}\n  - Rome\n", "rules.yaml")
    assert document.key_place(("shop",)) == (1, 1)
    assert document.value_place(("shop",)) == (1, 7)
    assert document.key_place(("places", 0, "city")) == (3, 6)
    assert document.value_place(("places", 0, "city")) == (3, 12)
    assert document.value_place(("places", 1)) == (4, 5)
    assert document.value_place(("places", 1, "what is not there")) == (4, 5)


def test_a_value_that_a_program_repeats_by_reference_is_there_each_time() -> None:
    document = read("one: &r [a, {b: c}]\ntwo: *r\nthree: [*r]\n", "rules.yaml")
    assert document.data == {"one": ["a", {"b": "c"}], "two": ["a", {"b": "c"}], "three": [["a", {"b": "c"}]]}
    assert document.value_place(("two", 1, "b")) == (2, 6)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "3:1: the key 'a' stands here a second time; the first is in line 1"),
        ("a: {b: 1, 'b': 2}\n", "1:11: the key 'b' stands here a second time; the first is in line 1"),
        ("<<: {c: 1}\n", "1:1: merged keys ('<<') are not used here: write the keys out"),
        (
            "a: !!python/object/apply:os.system ['true']\n",
            "1:4: tags like '!!python/object/apply:os.system' are not used here: leave the mark away",
        ),
        ("a: !!int 3\n", "1:4: tags like '!!int' are not used here: leave the mark away"),
        ("a: !secret x\n", "1:4: tags like '!secret' are not used here: leave the mark away"),
    ],
)
def test_what_could_surprise_is_collected_with_its_place(text: str, said: str) -> None:
    assert [f"{one.line}:{one.column}: {one.text}" for one in read(text, "rules.yaml").mistakes] == [said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 'b\nc: d\n", "1:4: a quote is opened and never closed"),
        ("a: b: c\n", "1:5: a ':' stands where none may be; put a text that contains ': ' in quotes"),
        ("a:\n\t- b\n", "2:1: a tab is used to indent; use spaces"),
        ("a: @b\n", "1:4: a text that starts with @ needs quotes"),
        ("a: [1, 2\nb: 3\n", "2:2: a ',' or the closing ']' is missing in this list"),
        ("a: {b: c\n", "2:1: a ',' or the closing '}' is missing in this group"),
        ("- a\nb: 1\n", "2:1: the '-' of this list does not stand under the one before"),
        ("a:\n    b: 1\n  c: 2\n", "3:3: this line is not indented like the lines it belongs to"),
        ("a: - 1\n", "1:4: a list with '-' must start on a line of its own"),
        ("a: ]\n", "1:4: a value is missing here"),
        ("a: !x!y 1\n", "1:4: tags with '!' are not used here: put the text in quotes"),
        ("%FOO x\n---\na: 1\n", "1:5: this cannot be read as YAML: found unknown directive name"),
        ("a: 1\n---\nb: 1\n", "2:1: a second document starts here; rules.yaml is one document"),
        ("[a]: 1\n", "1:1: a key must be one word or text, not a group or a list"),
        ("a: &x 1\n*x : 2\n", "2:1: a key must be one word or text, not a reference"),
        ("a: *x\n", "1:4: *x refers to nothing: no finished value above is marked &x"),
        ("a: &x [*x]\n", "1:8: *x refers to nothing: no finished value above is marked &x"),
        ("a: b\x07\n", "1:5: the character '\\u0007' cannot be in this file"),
        ("a: \ud800\n", "1:4: the character '\\ud800' cannot be in this file"),
    ],
)
def test_what_is_not_yaml_is_refused_in_plain_words(text: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        read(text, "rules.yaml")
    assert caught.value.message == f"rules.yaml:{said}"


def test_references_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    with pytest.raises(Refused) as caught:
        read("\n".join(lines), "rules.yaml")
    assert caught.value.message == "rules.yaml:5:25: with its references the file has more than 50000 values"


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_deep_nesting_is_refused(opening: str) -> None:
    with pytest.raises(Refused, match=r"rules\.yaml:1:\d+: the file is nested more than 20 levels deep"):
        read("a: " + opening * 5000, "rules.yaml")


def test_references_do_not_hide_the_depth() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, MAX_DEPTH)]
    with pytest.raises(Refused, match="nested more than 20 levels deep"):
        read("\n".join(lines), "rules.yaml")


def test_a_file_larger_than_the_limit_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        read("#" * (MAX_BYTES + 1), "rules.yaml")
    assert caught.value.message == "rules.yaml:1:1: the file is larger than 256 kB"


@given(st.text(alphabet=st.sampled_from("ab:-[]{},&*!|>'\"%@#?~< \n\t0\x00é"), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    message = "rules.yaml"
    try:
        read(text, "rules.yaml")
    except Refused as refused:
        message = refused.message
    assert message.startswith("rules.yaml")

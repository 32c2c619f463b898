import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omscli.base.text import fold
from omscli.render.safe import cell, clean, json_line, json_text, one_line, safe_name, vis

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
ANY_TEXT = st.text(st.characters() | st.sampled_from([*CONTROLS, *BIDI, "\u2028", "\u2029", "\ud800", "\udcff", "=", "＝"]))


def harmless_on_a_terminal(text: str) -> bool:
    return not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in BIDI for char in text)


@given(ANY_TEXT)
def test_no_control_reaches_the_terminal(text: str) -> None:
    assert harmless_on_a_terminal(vis(text).replace("\n", ""))
    assert harmless_on_a_terminal(one_line(text))


@pytest.mark.parametrize("char", [*CONTROLS, *BIDI])
def test_each_control_is_shown_or_becomes_a_space(char: str) -> None:
    shown = vis(f"a{char}b")
    assert shown == {"\n": "a\nb", "\t": "a b"}.get(char, f"a\\x{ord(char):02x}b" if ord(char) < 256 else f"a\\u{ord(char):04x}b")


def test_an_escape_sequence_is_shown_as_text() -> None:
    assert vis("\x1b[2J\x9b31m\x1b]8;;https://evil.example\x07") == r"\x1b[2J\x9b31m\x1b]8;;https://evil.example\x07"


def test_line_breaks_stay_unless_one_line_is_wanted() -> None:
    assert vis("a\r\nb\tc") == "a\nb c"
    assert one_line("a\r\nb\tc\u2028d") == "a b c d"


@pytest.mark.parametrize("text", ["नमस्ते क्\u200dष", "👩\u200d👩\u200d👧", "می\u200cخواهم", "Łukasz 李小龍"])
def test_letters_and_emoji_stay_as_they_are(text: str) -> None:
    assert vis(text) == one_line(text) == clean(text) == text


@given(ANY_TEXT)
def test_nothing_on_paper_moves_or_turns_the_text(text: str) -> None:
    paper = clean(text).replace("\n", "").replace("\t", "")
    assert not any(unicodedata.category(char) in ("Cc", "Cs") or char in BIDI[3:] for char in paper)


@pytest.mark.parametrize(
    "text",
    ["=cmd|' /C calc'!A0", "+1", "-1+2", "@x", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x", "  =1", "\u00a0=1", "\u200b=1", "\x00=1"],
)
def test_a_formula_is_disarmed(text: str) -> None:
    assert cell(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Mug", "1-2", "A=B", "'=1", " plain", "(=1)", "李"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


@given(ANY_TEXT)
def test_no_cell_begins_with_a_formula(text: str) -> None:
    assert not cell(text).lstrip().lstrip("\u200b\ufeff").startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not cell(text).startswith(("\t", "\r", "\n"))
    assert cell(text).removeprefix("'") == text.removeprefix("'")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | st.sampled_from(list(BIDI)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON_VALUES)
def test_json_comes_back_as_it_went(value: Any) -> None:
    assert json.loads(json_text(value)) == json.loads(json_line(value)) == value


@given(ANY_TEXT)
def test_json_holds_nothing_that_a_terminal_obeys(text: str) -> None:
    assert harmless_on_a_terminal(json_text({text: text}).replace("\n", ""))
    assert "\n" not in json_line({text: text})


def test_small_json_is_indented_and_letters_stay_letters() -> None:
    value = {"schema": "oms.x/1", "name": "Łukasz", "lines": [{"sku": "MUG", "empty": []}], "none": {}}
    assert json_text(value) == json.dumps(value, ensure_ascii=False, indent=2)


def test_a_long_list_has_one_entry_a_line() -> None:
    value = {"orders": [{"id": number, "lines": [1, 2]} for number in range(51)]}
    assert json_text(value).splitlines()[2] == '    {"id": 0, "lines": [1, 2]},'
    assert len(json_text(value).splitlines()) == 51 + 4


@pytest.mark.parametrize("value", [{1: "x"}, {"x": float("nan")}, {"x": object()}])
def test_what_is_no_json_is_an_error(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        json_text(value)


@pytest.mark.parametrize("name", ["SH-1058", "brooklyn", "pick-12", "orders.csv", "a", "x_1"])
def test_a_harmless_name_stays_as_it_is(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "/etc/x",
        "..",
        ".",
        "",
        "CON",
        "nul.txt",
        "x" * 300,
        "a\0b",
        "a\nb",
        "\u202egnp",
        "x.",
        "x ",
        "a/b",
        "a\\b",
        "C:x",
        "-rf",
        "#1",
        "李",
    ],
)
def test_a_dangerous_name_becomes_a_slug_with_a_hash(name: str) -> None:
    made = safe_name(name)
    assert made[-9] == "-"
    assert made[:-9]
    assert int(made[-8:], 16) >= 0
    assert len(made) <= 71


@given(ANY_TEXT, ANY_TEXT)
def test_different_identifiers_have_different_names(one: str, other: str) -> None:
    if one.casefold() != other.casefold() and fold(one) != fold(other):
        assert safe_name(one).casefold() != safe_name(other).casefold()


@given(ANY_TEXT)
def test_a_name_is_a_single_plain_file_name(text: str) -> None:
    name = safe_name(text)
    assert name.isascii()
    assert name.replace(".", "").replace("-", "").replace("_", "").isalnum() or set(name) <= set("_-.0123456789abcdef")
    assert not name.startswith((".", "-"))
    assert not name.endswith(".")
    assert name.partition(".")[0].upper() not in ("CON", "NUL", "AUX", "PRN", "COM1", "LPT9")

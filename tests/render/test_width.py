from hypothesis import given
from hypothesis import strategies as st

from omscli.render.width import padded, width_of, wrapped

WORDS = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Mn", "Zs", "Nd"]))


def test_a_chinese_character_takes_two_places_and_an_accent_none() -> None:
    assert width_of("李小") == 4
    assert width_of("e\u0301") == 1
    assert padded("李", 4) == "李  "
    assert padded("longer", 2) == "longer"


def test_text_breaks_at_spaces_and_long_words_where_they_must() -> None:
    assert wrapped("waits for stock", 9) == ["waits for", "stock"]
    assert wrapped("SKU-1234567890 x", 6) == ["SKU-12", "345678", "90 x"]
    assert wrapped("a\nb\n", 5) == ["a", "b", ""]
    assert wrapped("", 5) == [""]


@given(WORDS, st.integers(2, 30))
def test_no_line_is_too_wide_and_no_letter_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(width_of(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omscli.notify.tracking import tracking_link

PATTERN = "https://track.example/?n={number}&x=1"


@pytest.mark.parametrize(
    "pattern", ["", "javascript:alert({number})", "http://x.example/{number}", "data:text/html,{number}", "https://x.example/"]
)
def test_only_https_with_a_place_for_the_number_is_a_link(pattern: str) -> None:
    assert tracking_link(pattern, "9400") == ""


def test_without_a_number_there_is_no_link() -> None:
    assert tracking_link(PATTERN, "  ") == ""


@given(st.text(min_size=1).filter(str.strip))
def test_the_number_stays_inside_its_place(number: str) -> None:
    assert tracking_link(PATTERN, number) == f"https://track.example/?n={quote(number.strip(), safe='')}&x=1"

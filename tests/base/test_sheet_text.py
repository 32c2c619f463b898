import pytest

from omscli.base.sheet_text import looks_like_day


@pytest.mark.parametrize(
    "text", ["Mar-01", "01-Mar", "1-Mar", "1. Mrz", "01.Dez", "Mrz 01", "5-May-26", "2026-03-01", "2026-03-01 00:00:00"]
)
def test_what_a_spreadsheet_writes_for_a_day_looks_like_one(text: str) -> None:
    assert looks_like_day(text)


@pytest.mark.parametrize("text", ["MAR-01", "mar-01", "Mar-1", "Mars-01", "A-Mar-01", "1-2", "2026-3-1", "45291", "MUG", ""])
def test_skus_of_people_do_not(text: str) -> None:
    assert not looks_like_day(text)

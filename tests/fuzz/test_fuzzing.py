"""The first tries of the fuzzer, the same ones each time; `fuzzing.py` says how it runs for long."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from tests.fuzz import fuzzing
from tests.fuzz.fuzzing import Broken, Desk, attempt, read
from tests.fuzz.mutations import Try, good_files, made

SEED = 2026
TRIES = 20_000 if os.environ.get("OMS_TEST_FULL") else 900


@pytest.mark.parametrize("part", range(4))
def test_whatever_a_file_holds_it_is_read_or_refused_in_words(part: int) -> None:
    told: Counter[str] = Counter()
    for number in range(part, TRIES, 4):
        told += attempt(made(SEED, number))
    assert told["read"] > TRIES // 12
    assert told["refused"] > TRIES // 24


def test_whatever_a_file_holds_the_books_agree_when_it_went_in(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "home")
    told: Counter[str] = Counter()
    for number in range(100):
        told += attempt(made(SEED + 1, number), desk)
    desk.examine()
    desk.shop.close()
    assert told["taken in"] > 20


def test_a_try_is_the_same_each_time() -> None:
    assert made(1, 7) == made(1, 7)
    assert made(1, 7).data != made(2, 7).data


@pytest.mark.parametrize("what", ["a defect", "a row that is lost", "an item of another kind"])
def test_the_fuzzer_is_not_blind(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, data, context = next(one for one in good_files() if one[0] == "native/orders")
    good = Try(0, name, data, context=context)
    read(good)
    if what == "a defect":
        monkeypatch.setattr("omscli.channels.building.quantity", lambda *_: 1 / 0)
        monkeypatch.setattr("omscli.channels.dialect.quantity", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            read(good)
    elif what == "a row that is lost":
        monkeypatch.setattr("omscli.channels.sheet.Sheet.reject", lambda *_: None)
        with pytest.raises(Broken, match=r"[0-9]+ rows, but"):
            read(good)
    else:
        monkeypatch.setitem(fuzzing._SHAPES, "order_id", lambda value: value == "?")
        with pytest.raises(Broken, match="IncomingOrder: order_id"):
            read(good)

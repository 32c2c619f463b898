"""`oms promise` as a person types it, and as the shop's own website asks it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from tests.cli.conftest import FROZEN, Oms
from tests.conftest import Shop


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_promise_in_a_pipe_is_a_table_and_its_derivation(shop: Shop, oms: Oms) -> None:
    said = oms("promise", "--item", "MUG:2", "--item", "CAP", "--to", "11201", home=shop)
    assert (said.code, said.err) == (0, "")
    steps = "ordered Mon 2 Mar 09:00 New York, before the cut-off 15:00 → leaves Mon 2 Mar"
    assert said.out == (
        "speed\tservice\tship_on\tarrives\tprice\tcurrency\tfrom\tavailable_on\n"
        "standard\tpost ground\t2026-03-02\t2026-03-03\t6.50\tUSD\tmain (2 × MUG, 1 × CAP)\t\n"
        "expedited\tpost air\t2026-03-02\t2026-03-03\t16.50\tUSD\tmain (2 × MUG, 1 × CAP)\t\n"
        "pickup\t\t2026-03-02\t2026-03-02\t1.00\tUSD\tmain (2 × MUG, 1 × CAP)\t\n"
        "\n# How the dates come about\n"
        f"standard, Main: {steps} → zone 1 of post ground: 1 day → arrives Tue 3 Mar\n"
        f"expedited, Main: {steps} → zone 1 of post air: 1 day → arrives Tue 3 Mar\n"
        f"pickup, Main: {steps}\n"
    )


def test_what_cannot_be_had_is_an_answer_too(shop: Shop, oms: Oms) -> None:
    said = oms("promise", "--item", "CAP:4", "--to", "11201,US", home=shop)
    assert (said.code, said.err) == (0, "not available, and nobody knows when it will be\n")
    assert said.out == (
        "# Not possible\nspeed\tlocation\treason\nstandard\t\tout of stock: 1 × CAP\nexpedited\t\tout of stock: 1 × CAP\n"
        "pickup\tmain\tout of stock there: 3 of 4 × CAP\n"
    )
    found = oms("promise", "--item", "CAP:4", "--to", "11201", "--json", home=shop).json
    assert list(found)[:5] == ["schema", "available", "options", "available_on", "awaited"]
    assert (found["schema"], found["available"], found["options"], found["available_on"]) == ("oms.promise/1", False, [], None)


def test_a_place_that_nobody_knows_is_priced_for_the_farthest_zone(shop: Shop, oms: Oms) -> None:
    said = oms("promise", "--item", "MUG", "--to", "V0N 1B0,CA", home=shop)
    assert said.err == "warning: nobody knows where that is: distances are unknown, and the farthest zone is priced\n"
    assert "standard\tpost ground\t2026-03-02\t2026-03-06\t9.50\tUSD\tmain (1 × MUG)\t\n" in said.out


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--item", "MUG"), 2, "error: a promise needs goods and a place\nhint: for example oms promise --item MUG-BLUE:2 --to 94105,US\n"),
        (("--item", "MUGG", "--to", "11201"), 2, "error: nobody knows SKU MUGG\nhint: did you mean MUG?\n"),
        (("--item", "MUG:0", "--to", "11201"), 2, "error: the quantity of MUG must be a whole number from 1 to 999999\n"),
        (("--item", "MUG", "--to", "11201,USA"), 2, "error: USA is no country\nhint: its two letters, for example US or DE\n"),
        (("--item", "MUG", "--to", "11201", "--channel", "shp"), 2, "error: no channel is called 'shp'\nhint: did you mean shop?\n"),
        (
            ("--item", "MUG", "--to", "11201", "--stdin"),
            2,
            "error: --stdin reads the questions, --item and --to are one\nhint: leave out the one or the other\n",
        ),
    ],
)
def test_a_question_that_has_no_meaning_is_refused(shop: Shop, oms: Oms, words: tuple[str, ...], code: int, message: str) -> None:
    said = oms("promise", *words, home=shop)
    assert said.code == code
    assert said.err.startswith(message)


def test_a_bad_question_is_answered_in_its_place_and_the_next_ones_follow(shop: Shop, oms: Oms) -> None:
    asked = (
        b'{"id": "a", "items": {"MUG": 2}, "to": "11201"}\n'
        b"\n"
        b"{\n"
        b'{"id": "b", "items": {"MUGG": 2}, "to": "11201"}\n' + b"x" * 3_000_000 + b"\n"
        b'{"id": "c", "items": {"CAP": 9}, "to": "11201"}'
    )
    said = oms("promise", "--stdin", home=shop, stdin=asked)
    found = lines(said.out)
    assert [(one.get("id"), one.get("line"), one.get("error"), one.get("available")) for one in found] == [
        ("a", None, None, True),
        (None, 3, "the line is no JSON at column 2: Expecting property name enclosed in double quotes", None),
        ("b", 4, "nobody knows SKU MUGG", None),
        (None, 5, "the line is longer than 1000 kB", None),
        ("c", None, None, False),
    ]
    assert {one["schema"] for one in found} == {"oms.promise/1"}
    assert found[2]["hint"] == "did you mean MUG?"
    assert (said.code, said.err) == (3, "warning: 3 of the questions could not be read; their answers say why\n")
    assert oms("promise", "--stdin", "--attention-ok", stdin=asked).code == 0
    assert oms("promise", "--stdin", stdin=b"") == type(said)(0, "", "")


def test_a_stream_answers_like_single_questions(shop: Shop, oms: Oms) -> None:
    shop.order("1", {"MUG": 4})
    for sku, units in (("MUG", 6), ("MUG", 7), ("CAP", 3)):
        asked = json.dumps({"items": {sku: units}, "to": "94105,US", "channel": "shop"}).encode()
        single = oms("promise", "--item", f"{sku}:{units}", "--to", "94105", "--channel", "shop", "--json", home=shop).json
        assert lines(oms("promise", "--stdin", stdin=asked, home=shop).out) == [single]


def test_each_answer_comes_at_once_and_a_reader_that_leaves_ends_the_stream(shop: Shop) -> None:
    shop.close()
    environment = {**os.environ, "OMS_HOME": str(shop.path), "OMS_NOW": FROZEN}
    process = subprocess.Popen(
        [sys.executable, "-m", "omscli", "promise", "--stdin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for number in range(3):
        process.stdin.write(b'{"id": %d, "items": {"MUG": 1}, "to": "11201"}\n' % number)
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == number
    process.stdout.close()
    process.stdin.write(b'{"items": {"MUG": 1}, "to": "11201"}\n')
    process.stdin.flush()
    assert process.wait(timeout=30) == 0
    process.stdin.close()

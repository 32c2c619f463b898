"""`oms import` as a person calls it: files of other forms, JSON lines in a pipe, and a dry run on a terminal."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Oms
from tests.conftest import Shop, csv_text

ORDER = {
    "order_id": "#9", "channel": "shop", "placed_at": "2026-03-02T13:00:00Z", "payment": "paid", "currency": "USD", "name": "Bo", "address1": "2 Main St",
    "city": "Brooklyn", "region": "NY", "postcode": "11201", "country": "US", "line_id": "1", "sku": "MUG", "title": "Mug", "quantity": 2, "unit_price": "10.00",
}  # fmt: skip
READERS = {"acme": {"kind": "stock", "columns": {"sku": "Item", "on_hand": "Free"}, "words": {"lots": 90}, "location": "main"}}


@pytest.fixture
def here(make_shop: Callable[..., Shop], monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = make_shop("main", readers=READERS)
    shop.products("MUG")
    shop.stock(main={"MUG": 10})
    (shop.path / "orders.csv").write_bytes(csv_text([ORDER]))
    (shop.path / "feed.csv").write_bytes(b"Item;EAN;Free\nMUG;40;lots\nMUG2;41;soon\n")
    monkeypatch.chdir(shop.path)
    shop.close()
    return shop


def test_a_dry_run_s_orders_go_in_through_a_pipe(here: Shop, oms: Oms) -> None:
    said = oms("import", "-n", "--json", "orders.csv", home=here)
    (file,) = said.json["files"]
    assert (file["delimiter"], file["header_row"], file["columns"]["used"]["postcode"], file["columns"]["ignored"]) == (
        ",",
        1,
        "postcode",
        [],
    )
    lines = "".join(json.dumps(order) + "\n" for order in file["orders"]).encode()
    again = oms("import", "-n", "--json", "-", home=here, stdin=lines)
    assert again.json["files"][0]["orders"] == file["orders"]
    assert again.json["files"][0]["header_row"] is None
    done = oms("import", "-", home=here, stdin=lines)
    assert done.code == 0
    assert "standard input\tnative\torders\t1\t" in done.out
    assert here.show("#9")["lines"][0]["quantity"] == 2


def test_a_line_that_is_wrong_is_set_aside_with_its_number(here: Shop, oms: Oms) -> None:
    good = json.dumps({"kind": "stock", "sku": "MUG", "location": "main", "on_hand": 4})
    bad = json.dumps({"kind": "stock", "sku": "MUG", "location": "main", "onhand": 4})
    said = oms("import", "-", home=here, stdin=f"{good}\n{bad}\n".encode())
    assert said.code == 3
    assert "warning: standard input:2: onhand: “4”: no key that is known here — did you mean on_hand? (set aside)\n" in said.err
    assert here.level("MUG", "main")["on_hand"] == 4


def test_json_that_is_no_lines_is_refused(here: Shop, oms: Oms) -> None:
    said = oms("import", "-", home=here, stdin=b'[{"sku": "MUG"}]')
    assert (said.code, said.out) == (4, "")
    assert said.err == (
        "error: standard input is one JSON list, not JSON lines\nhint: write one object a line; of a document:  jq -c '.files[].orders[]'\n"
    )


def test_a_profile_is_a_reader_like_any_other(here: Shop, oms: Oms) -> None:
    said = oms("import", "feed.csv", home=here)
    assert said.code == 3
    assert "feed.csv\tacme\tstock\t" in said.out
    assert (
        "feed.csv:3: Free: “soon”: not a whole number — if it always means the same number, name it in rules.yaml: readers: acme: words"
        in said.err
    )
    assert here.level("MUG", "main")["on_hand"] == 90
    said = oms("import", "--as", "acmee", "feed.csv", home=here)
    assert (said.code, said.err.splitlines()[0]) == (2, "error: no reader is called 'acmee'")
    assert "acme, " in said.err
    said = oms("import", "--as", "acme", "orders.csv", home=here)
    assert (said.code, said.err.splitlines()[0]) == (4, "error: orders.csv:1: the columns “Free”, “Item” are missing")


def on_a_terminal(home: Path, *words: str) -> str:
    """What a terminal of 100 places shows of a call."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "OMS_HOME": str(home), "COLUMNS": "100", "NO_COLOR": "1", "TERM": "xterm"}
    process = subprocess.Popen(
        [sys.executable, "-m", "omscli", *words], stdout=theirs, stderr=subprocess.DEVNULL, stdin=theirs, env=environment
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end has gone
            break
        if not part:
            break
        shown += part
    os.close(ours)
    process.wait(timeout=60)
    return shown.decode().replace("\r\n", "\n")


def test_a_dry_run_on_a_terminal_shows_what_was_understood(here: Shop) -> None:
    assert on_a_terminal(here.path, "import", "-n", "orders.csv", "feed.csv") == (
        "orders.csv\n"
        "  read as       orders of native, utf-8, columns divided by commas, headers in line 1\n"
        "  used          order_id · channel · placed_at · payment · currency · name · address1 · city ·\n"
        "                region · postcode · country · line_id · sku · title · quantity · unit_price\n"
        "  found         1 row: 1 new\n"
        "  it is         order #9 of shop, placed 2026-03-02 08:00, open, paid\n"
        "                  to Bo, 2 Main St, 11201 Brooklyn NY, US\n"
        "                  2 × MUG Mug, 10.00 USD each\n"
        "\n"
        "feed.csv\n"
        "  read as       stock of acme, utf-8, columns divided by semicolons, headers in line 1\n"
        "  used          Item → sku · Free → on_hand\n"
        "  left alone    EAN\n"
        "  found         2 rows: 1 changed, 1 set aside\n"
        "  it is         MUG at main: 90 on hand\n"
    )
    assert here.level("MUG", "main")["on_hand"] == 10


def test_without_dry_run_a_terminal_shows_the_counts(here: Shop) -> None:
    shown = on_a_terminal(here.path, "import", "feed.csv")
    assert "read as" not in shown
    assert "Set aside" in shown

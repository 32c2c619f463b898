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


# -- the inbox


def inbox(here: Shop, name: str, data: bytes) -> Path:
    path = here.home.folder("inbox") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_file_that_is_refused_stays_in_the_inbox_and_the_good_one_goes_in(here: Shop, oms: Oms) -> None:
    page = inbox(here, "a.csv", b"<!DOCTYPE html><html><body>Log in</body></html>")
    inbox(here, "b.csv", csv_text([ORDER]))
    said = oms("import", "--json", home=here)
    assert said.code == 3
    assert said.json["refused"] == [
        {
            "file": "a.csv",
            "error": "a.csv is a web page, not a CSV file",
            "hint": "log in to the channel and download the file again; the page may be its login",
        }
    ]
    assert here.show("#9")["lines"][0]["quantity"] == 2
    assert page.exists()
    assert [path.name for path in page.parent.glob("done/*")] == ["b.csv"]
    again = oms("import", home=here)
    assert (again.code, again.err.splitlines()[0].partition("inbox/")[2]) == (4, "a.csv is a web page, not a CSV file")


def test_a_folder_of_the_inbox_says_whose_files_they_are(make_shop: Callable[..., Shop], oms: Oms) -> None:
    shop = make_shop("main", channels={"east": {"reader": "shopify"}, "west": {"reader": "shopify"}})
    shop.products("MUG")
    rows = [{"Name": "#1001", "Financial Status": "paid", "Currency": "USD", "Lineitem quantity": 1, "Lineitem name": "Mug", "Lineitem price": "10.00",
             "Lineitem sku": "MUG", "Created at": "2026-03-02 09:00:00 -0500", "Shipping Name": "Bo", "Shipping Street": "2 Main St", "Shipping Address1": "2 Main St", "Shipping City": "Brooklyn",
             "Shipping Zip": "11201", "Shipping Province": "NY", "Shipping Country": "US"}]  # fmt: skip
    (shop.home.folder("inbox") / "orders.csv").write_bytes(csv_text(rows))
    shop.close()
    said = oms("import", home=shop)
    assert said.code == 4
    assert "could be of east or west" in said.err
    assert said.err.endswith("or put such files into inbox/east/\n")
    path = inbox(shop, "west/orders.csv", csv_text(rows))
    (shop.home.folder("inbox") / "orders.csv").unlink()
    assert oms("import", home=shop).code == 0
    assert shop.show("#1001")["channel"] == "west"
    assert not path.exists()


# -- rows set aside


def test_a_row_set_aside_stands_in_the_status_until_a_better_file_comes(here: Shop, oms: Oms) -> None:
    wrong = Path("stock.csv")
    wrong.write_bytes(b"sku,location,on_hand\nMUG,main,lots\n")
    assert oms("import", "stock.csv", home=here).code == 3
    found = oms("status", "--json", home=here).json
    assert found["counts"]["set_aside"] == 1
    assert [(row["file"], row["line"], row["column"], row["value"]) for row in found["set_aside"]] == [("stock.csv", 2, "on_hand", "lots")]
    assert "1\trow of files set aside\tsee below\n" in oms("status", home=here).out
    wrong.write_bytes(b"sku,location,on_hand\nMUG,main,10\n")
    assert oms("import", "stock.csv", home=here).code == 0
    assert oms("status", "--json", home=here).json["set_aside"] == []


def test_a_rounded_postcode_is_set_aside(here: Shop, oms: Oms) -> None:
    Path("orders.csv").write_bytes(csv_text([{**ORDER, "postcode": "1.12E+04"}]))
    said = oms("import", "orders.csv", home=here)
    assert said.code == 3
    assert said.err.startswith("warning: orders.csv:2: postcode: “1.12E+04”: is a rounded number, not a postcode — ")


# -- the age of a count


def test_a_count_read_again_does_not_bring_back_what_has_left_since(here: Shop, oms: Oms) -> None:
    count = Path("stock.csv")
    count.write_bytes(b"sku,location,on_hand\nMUG,main,8\n")
    written = here.home.now.timestamp() - 3600
    os.utime(count, (written, written))
    for call in ("import stock.csv", "import orders.csv", "route", "pick", "ship #9 --carrier post --tracking T1"):
        assert oms(*call.split(), home=here).code == 0, call
    assert here.level("MUG", "main")["on_hand"] == 6
    assert oms("import", "stock.csv", home=here).code == 0
    assert here.level("MUG", "main")["on_hand"] == 6

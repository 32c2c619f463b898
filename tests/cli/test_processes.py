"""`oms` as a process: pipes, encodings, signals, two at once."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Oms
from tests.conftest import Shop, csv_text

LONG = "a-very-long-order-number-that-nobody-may-cut-1234567890"
HEAVY = ("rich", "pydantic", "sqlite_utils", "yaml", "jinja2", "geopy", "holidays", "sqlite3", "fpdf")


def _oms(*words: str, home: Path, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "omscli", *words],
        env={**os.environ, "OMS_HOME": str(home), **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


# -- pipes


def test_a_pipe_gets_tabs_and_whole_ids_and_no_colour(routed: Shop, process: Oms) -> None:
    said = process("order", "list", home=routed.path, COLUMNS="40", FORCE_COLOR="1", TERM="xterm-256color")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0].startswith("id\tplaced_at\tstatus\t")
    assert len({line.count("\t") for line in lines}) == 1
    assert len(lines) == 1 + 6
    assert any(line.startswith(f"SH-{LONG}\t") for line in lines)
    assert "…" not in said.out
    assert "\x1b" not in said.out + said.err
    assert "Łukasz Åberg-Østergaard" in said.out


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "cp1252"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii:strict"},
    ],
    ids=["cp1252", "POSIX", "ascii"],
)
def test_a_name_that_the_encoding_lacks_breaks_nothing(routed: Shop, process: Oms, environment: dict[str, str]) -> None:
    plain = process("order", "list", home=routed.path)
    odd = process("order", "list", home=routed.path, **environment)
    assert (odd.code, odd.out, odd.err) == (plain.code, plain.out, plain.err)


@pytest.mark.skipif(os.name == "nt", reason="Windows passes letters, not bytes")
@pytest.mark.parametrize("words", ["order show", "why", "stock show", "shipment show", "route", "order list --text"])
def test_a_word_that_is_no_utf_8_is_wrong_usage_and_no_defect(routed: Shop, words: str) -> None:
    # What a shell of another encoding passes, or a cron job under LC_ALL=POSIX.
    done = subprocess.run(
        [sys.executable, "-m", "omscli", *words.split(), b"zz\xff\xe9zz"],
        env={**os.environ, "OMS_HOME": str(routed.path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == (0 if "--text" in words else 2), done.stderr
    assert b"defect" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes of Windows end otherwise")
def test_a_reader_that_leaves_is_no_error(routed: Shop) -> None:
    for words in (("order", "list", "--json"), ("stock", "history", "MUG"), ("status",)):
        one = _oms(*words, home=routed.path)
        assert one.stdout is not None
        assert one.stderr is not None
        one.stdout.close()
        said = one.stderr.read()
        assert one.wait(30) == 0
        assert said == b""
        one.stderr.close()
        assert one.stdin is not None
        one.stdin.close()


def test_a_file_comes_through_standard_input(shop: Shop, process: Oms) -> None:
    shop.close()
    said = process("import", "-", "--json", home=shop.path, stdin=b"sku,location,on_hand\nMUG,main,7\n")
    assert said.code == 0, said.err
    assert json.loads(said.out)["files"][0]["file"] == "standard input"
    assert shop.level("MUG", "main")["on_hand"] == 7


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_whatever_a_command_makes_is_readable_by_the_owner_alone(routed: Shop, process: Oms) -> None:
    assert process("pick", home=routed.path).code == 0
    assert process("notify", home=routed.path).code == 0
    assert process("backup", home=routed.path).code == 0
    made = [path for name in ("out", "outbox", "backups") for path in (routed.path / name).rglob("*") if path.is_file()]
    assert len(made) >= 4
    assert [path for path in made if path.stat().st_mode & 0o077] == []


# -- start


def test_the_version_costs_no_heavy_import() -> None:
    done = subprocess.run([sys.executable, "-X", "importtime", "-m", "omscli", "--version"], capture_output=True, text=True, check=True)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "typer" in loaded
    assert loaded.isdisjoint(HEAVY), loaded & set(HEAVY)


@pytest.mark.parametrize("words", [["rout"], ["order", "list"]])
def test_what_is_not_needed_is_not_loaded(routed: Shop, words: list[str]) -> None:
    # A routed shop, seen through a pipe: no terminal, no mail, no map.
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "omscli", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMS_HOME": str(routed.path)},
    )
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert loaded.isdisjoint({"rich", "jinja2", "geopy", "fpdf", "holidays", "sqlite_utils"})


@pytest.mark.slow
def test_the_demo_runs_its_morning_and_a_second_time_too(process: Oms) -> None:
    first = process("demo")
    assert first.code == 0, first.err
    assert "the books agree" in first.err
    assert "error" not in first.err
    second = process("demo")
    assert second.code == 0, second.err
    assert second.out == first.out
    assert Path("oms-demo/outbox").is_dir()


def test_the_demo_leaves_other_folders_alone(process: Oms) -> None:
    Path("mine").mkdir()
    Path("mine/letter.txt").write_text("dear")
    said = process("demo", "mine")
    assert said.code == 4
    assert said.err.endswith("mine is not empty and no demo of oms\nhint: name another folder: oms demo DIR\n")
    assert Path("mine/letter.txt").read_text() == "dear"


# -- two at once


@contextmanager
def _writer(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another `oms` in the middle of writing."""
    program = f"""
        import sys
        from datetime import UTC, datetime
        from pathlib import Path
        from omscli.store.open import open_store
        store = open_store(Path({str(home / "oms.db")!r}))
        with store.write("import", datetime(2026, 3, 2, 13, 55, tzinfo=UTC)):
            print("writing", flush=True)
            sys.stdin.read()
    """
    one = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert one.stdout is not None
    assert one.stdout.readline() == "writing\n"
    try:
        yield one
    finally:
        one.communicate(timeout=30)


@pytest.mark.parametrize("words", ["route", "pick", "notify", "order hold 3", "stock receive --location main --item MUG:1"])
def test_who_may_not_wait_hears_who_writes(routed: Shop, process: Oms, words: str) -> None:
    with _writer(routed.path) as other:
        said = process(*words.split(), "--wait", "0s", home=routed.path)
        looked = process("order", "list", "--wait", "0s", home=routed.path)
    assert (said.code, said.out) == (6, "")
    who = f"oms import, since 2026-03-02T13:55:00Z, process {other.pid}"
    assert said.err == f"error: another oms is writing ({who})\nhint: nothing was changed; run the same command again\n"
    assert looked.code == 0, "looking never waits"


def test_who_waits_long_enough_gets_through(routed: Shop) -> None:
    with _writer(routed.path):
        one = _oms("route", "--attention-ok", "--wait", "30s", home=routed.path)
        time.sleep(0.7)
        assert one.poll() is None
    _, said = one.communicate(timeout=30)
    assert one.returncode == 0, said


@pytest.mark.parametrize("words", [("import", "stock.csv"), ("import", "orders.csv")])
def test_the_same_file_twice_at_once_goes_in_once(shop: Shop, words: tuple[str, str]) -> None:
    head = "order_id,channel,placed_at,payment,currency,email,name,address1,city,region,postcode,country,line_id,sku,title,quantity,unit_price\n"
    row = "1,shop,2026-03-02T09:00:00Z,paid,USD,a@example.com,Ann,1 Main St,Brooklyn,NY,11201,US,1,MUG,Mug,1,10.00\n"
    text = {"stock.csv": "sku,location,on_hand\nMUG,main,25\n", "orders.csv": head + row}[words[1]]
    (shop.path / words[1]).write_text(text)
    shop.close()
    ours = [_oms(words[0], str(shop.path / words[1]), "--json", home=shop.path) for _ in range(3)]
    said = [one.communicate(timeout=180) for one in ours]
    assert [one.returncode for one in ours] == [0, 0, 0], said
    counts = sorted(json.loads(out)["files"][0]["counts"]["unchanged"] for out, _ in said)
    assert counts == [0, 1, 1]


def test_the_last_unit_is_promised_once_however_many_route_at_the_same_moment(make_shop: object) -> None:
    shop: Shop = make_shop("main")  # type: ignore[operator]
    shop.products("MUG")
    shop.stock(main={"MUG": 1})
    for number in range(6):
        shop.order(str(number), {"MUG": 1})
    shop.close()
    ours = [_oms("route", "--json", home=shop.path) for _ in range(3)]
    said = [one.communicate(timeout=180) for one in ours]
    assert [one.returncode for one in ours] == [3, 3, 3], said
    assert all(b"Traceback" not in err and b"error" not in err for _, err in said)
    assert shop.level("MUG", "main")["allocated"] == 1
    assert shop.store.connection.execute("SELECT SUM(open) FROM allocation").fetchone()[0] == 1
    assert sorted(json.loads(out)["run"] is None for out, _ in said) == [False, True, True]


def test_two_that_write_mails_at_the_same_moment_write_each_once(routed: Shop) -> None:
    said = _at_once(routed, *[["notify"]] * 3)
    written = [mail["file"] for one in said for mail in one["written"]]
    assert len(written) == len(set(written)) == len(list((routed.path / "outbox").glob("*.eml"))) == 2


def test_two_that_pick_at_the_same_moment_write_each_list_once(routed: Shop) -> None:
    before = set((routed.path / "out").iterdir())
    ours = [_oms("pick", "--format", "csv", home=routed.path) for _ in range(3)]
    said = [one.communicate(timeout=180) for one in ours]
    assert [one.returncode for one in ours] == [0, 0, 0], said
    told = [line for out, _ in said for line in out.decode().splitlines() if line.endswith("-pick.csv")]
    assert told == [str(path) for path in (routed.path / "out").iterdir() if path not in before]
    assert len(told) == 1


def _at_once(shop: Shop, *words: list[str], wait: str = "30s") -> list[Any]:
    """Several commands at the same moment, each its document; every one must succeed or leave something to a person."""
    shop.close()
    ours = [_oms(*one, "--json", "--wait", wait, home=shop.path) for one in words]
    said = [one.communicate(timeout=300) for one in ours]
    assert {one.returncode for one in ours} <= {0, 3}, said
    assert all(b"error" not in err and b"Traceback" not in err for _, err in said), said
    return [json.loads(out) for out, _ in said]


def _many_orders(shop: Shop, name: str, numbers: range) -> str:
    head = {
        "channel": "shop",
        "placed_at": "2026-03-02T09:00:00Z",
        "payment": "paid",
        "currency": "USD",
        "email": "ann@example.com",
        "name": "Ann",
    }
    to = {"address1": "1 Main St", "city": "Brooklyn", "region": "NY", "postcode": "11201", "country": "US", "line_id": "1", "sku": "MUG"}
    rows = [{"order_id": str(n), **head, **to, "title": "Mug", "quantity": 1, "unit_price": "10.00"} for n in numbers]
    (shop.path / name).write_bytes(csv_text(rows))
    return str(shop.path / name)


@pytest.mark.skipif(os.name == "nt", reason="each of them is a shell that calls one command after the other")
def test_four_that_sell_the_same_goods_never_sell_one_twice(make_shop: Any) -> None:
    """Each process takes its orders in and routes, again and again: all goods are promised, and no unit twice."""
    units, orders, rounds = (500, 2000, 5) if os.environ.get("OMS_TEST_FULL") else (50, 200, 2)
    shop: Shop = make_shop("main", "side")
    shop.products("MUG")
    shop.stock(main={"MUG": units - units // 3}, side={"MUG": units // 3})
    each = orders // 4 // rounds
    files = [[_many_orders(shop, f"{n}-{turn}.csv", range(*_part(n * rounds + turn, each))) for turn in range(rounds)] for n in range(4)]
    shop.close()
    program = "for file; do 'PYTHON' -m omscli import \"$file\" -q && 'PYTHON' -m omscli route -q --attention-ok --wait 120s || exit; done"
    ours = [
        subprocess.Popen(
            ["/bin/sh", "-c", program.replace("PYTHON", sys.executable), "sh", *mine],
            env={**os.environ, "OMS_HOME": str(shop.path)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for mine in files
    ]  # fmt: skip
    said = [one.communicate(timeout=600) for one in ours]
    assert [one.returncode for one in ours] == [0] * 4, said
    assert all(b"error" not in err for _, err in said), said
    db = shop.store.connection
    assert db.execute("SELECT SUM(open) FROM allocation").fetchone()[0] == units
    assert db.execute("SELECT SUM(allocated), SUM(on_hand) FROM stock_level").fetchone()[:] == (units, units)
    assert db.execute("SELECT COUNT(*) FROM order_line WHERE allocated = 1").fetchone()[0] == units
    assert db.execute("SELECT COUNT(*) FROM order_line WHERE backordered = 1").fetchone()[0] == orders - units


def _part(n: int, size: int) -> tuple[int, int]:
    return 1 + n * size, 1 + (n + 1) * size


def test_goods_that_four_book_at_the_same_moment_are_all_booked(shop: Shop) -> None:
    receive, lose = (
        ["stock", "receive", "--location", "main", "--item", "MUG:5"],
        ["stock", "adjust", "--location", "main", "--item", "MUG:-2"],
    )
    _at_once(shop, receive, [*lose, "--reason", "broken"], receive, [*lose, "--reason", "broken"])
    assert shop.level("MUG", "main")["on_hand"] == 10 + 5 - 2 + 5 - 2


def test_more_than_there_is_cannot_be_taken_away_by_four_at_the_same_moment(shop: Shop) -> None:
    shop.close()
    words = ["stock", "adjust", "--location", "main", "--item", "MUG:-4", "--reason", "broken"]
    ours = [_oms(*words, home=shop.path) for _ in range(4)]
    said = sorted((one.communicate(timeout=180)[1], one.returncode) for one in ours)
    assert sorted(code for _, code in said) == [0, 0, 1, 1], said
    assert shop.level("MUG", "main")["on_hand"] == 2


def test_two_that_sync_at_the_same_moment_leave_one_file_of_each_channel(make_shop: Any) -> None:
    shop: Shop = make_shop(
        "main",
        channels={"shop": {"reader": "native", "upload": ["stock"]}, "web": {"reader": "native", "prefix": "W", "upload": ["stock"]}},
    )
    shop.products("MUG")
    shop.stock(main={"MUG": 4})
    _at_once(shop, *[["sync"]] * 4)
    assert len(list((shop.path / "out").iterdir())) == 2
    shop.stock(main={"MUG": 5})
    _at_once(shop, *[["sync"]] * 4)
    waiting = [row["path"] for row in shop.store.files_out.pending()]
    assert sorted(f"out/{path.name}" for path in (shop.path / "out").iterdir()) == sorted(waiting)
    assert len(waiting) == 2


def test_files_may_come_in_while_others_route_and_count(shop: Shop) -> None:
    for number in range(1, 6):
        shop.order(str(number), {"MUG": 2})
    more = _many_orders(shop, "more.csv", range(10, 60))
    (shop.path / "counted.csv").write_bytes(csv_text([{"sku": "MUG", "location": "main", "on_hand": 30}]))
    _at_once(shop, ["route"], ["import", more], ["route"], ["import", str(shop.path / "counted.csv")], ["pick"], ["route"])
    _at_once(shop, ["route"])
    level = shop.level("MUG", "main")
    assert (level["on_hand"], level["allocated"]) == (30, 30)


# -- signals


@pytest.mark.skipif(os.name == "nt", reason="signals of Windows are others")
def test_an_interrupted_command_changes_nothing_and_leaves_with_130(routed: Shop) -> None:
    before = routed.dump()
    routed.close()
    one = _oms("import", "-", home=routed.path)
    time.sleep(2)  # it waits for standard input
    one.send_signal(signal.SIGINT)
    out, err = one.communicate(timeout=10)
    assert (out, err) == (b"", b"interrupted: nothing is half done\n")
    # Where the signal came within a string that is compiled and run, as dataclasses do, Python itself ends by the signal: 130 to a shell.
    assert one.returncode in (130, -signal.SIGINT)
    assert routed.dump() == before


def test_an_interruption_while_python_still_loads_is_told_in_words_too() -> None:
    code = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'omscli.cli.app': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "from omscli.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == "interrupted: nothing is half done\n"
    assert done.returncode in (130, -signal.SIGINT)  # as above


@pytest.mark.skipif(os.name == "nt", reason="signals of Windows are others")
def test_one_who_waits_for_another_writer_can_be_interrupted(routed: Shop) -> None:
    with _writer(routed.path):
        one = _oms("route", "--wait", "8s", home=routed.path)
        time.sleep(1.5)
        one.send_signal(signal.SIGINT)
        began = time.monotonic()
        _, err = one.communicate(timeout=20)
        took = time.monotonic() - began
    assert (one.returncode, err) == (130, b"interrupted: nothing is half done\n")
    assert took < 2


@pytest.mark.skipif(os.name == "nt", reason="signals of Windows are others")
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_a_writer_that_is_killed_leaves_nothing_behind(routed: Shop, process: Oms, sign: signal.Signals) -> None:
    before = routed.dump()
    routed.close()
    with _writer(routed.path) as other:
        other.send_signal(sign)
    assert other.returncode == -sign
    said = process("doctor", home=routed.path)
    assert said.code == 0
    assert routed.dump() == before
    assert process("notify", "--wait", "0s", home=routed.path).code == 0


def test_debug_shows_the_whole_trace(routed: Shop, process: Oms) -> None:
    (routed.path / "inbox").rmdir() if (routed.path / "inbox").exists() else None
    (routed.path / "inbox").write_text("a file where a folder should be")
    plain = process("import", home=routed.path)
    assert plain.code == 1
    assert re.match(r"error: .*\nhint: .*", plain.err)
    assert "Traceback" not in plain.err
    shown = process("import", home=routed.path, OMS_DEBUG="1")
    assert shown.code == 1
    assert "Traceback" in shown.err


# -- the same command twice at the same moment


_TWICE = (
    "import more.csv",
    "import",
    "route",
    "pick",
    "pack S-2 --weigh 900",
    "ship --from tracking.csv",
    "sync",
    "notify",
    "channel pause",
    "undo 12",
    "shipment reopen S-1",
)


def _logical(home: Path) -> dict[str, list[str]]:
    """Every row of the store; the number of the process, which is nobody's business, left out. And every file that was made."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(home / "oms.db")) as connection:
        connection.execute("UPDATE run SET pid = 0")
        rows = list(connection.iterdump())
    made = [path for name in ("out", "outbox", "inbox") for path in sorted((home / name).rglob("*")) if path.is_file()]
    return {"rows": rows, "files": [f"{path.relative_to(home)} {path.read_bytes()!r}" for path in made]}


@pytest.mark.parametrize("words", _TWICE)
def test_twice_at_the_same_moment_is_as_good_as_once(routed: Shop, tmp_path: Path, words: str) -> None:
    (routed.path / "inbox").mkdir(exist_ok=True)
    (routed.path / "inbox" / "orders.csv").write_bytes((routed.path / "more.csv").read_bytes())
    routed.close()
    once, twice = tmp_path / "once" / "home", tmp_path / "twice" / "home"
    for home in (once, twice):
        shutil.copytree(routed.path, home)

    def run(home: Path, times: int) -> list[int]:
        command = [sys.executable, "-m", "omscli", *words.split(), "--attention-ok"]
        ours = [
            subprocess.Popen(command, cwd=home, env={**os.environ, "OMS_HOME": str(home)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(times)
        ]
        said = [one.communicate(timeout=180) for one in ours]
        assert all(b"Traceback" not in err and b"defect" not in err for _, err in said), said
        return [one.returncode for one in ours]

    assert run(once, 1) == [0]
    assert run(twice, 2) == [0, 0]
    assert _logical(twice) == _logical(once)

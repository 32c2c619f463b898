import csv
import io
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from omscli.render.show import Screen
from omscli.render.table import Column, Table

COLUMNS = [
    Column("id", "Order", "id"),
    Column("name", "Buyer"),
    Column("sku", "SKU", "id"),
    Column("quantity", "Qty", "number"),
    Column("total", "Total", "money", "currency"),
    Column("ship_by", "Ship by", "date"),
    Column("placed_at", "Placed", "instant"),
    Column("why", "Why"),
]
ROWS: list[dict[str, Any]] = [
    {
        "id": "SH-1058", "name": "[bold]Ann[/x] \x1b[2J", "sku": "MUG-ENAMEL-BLUE-0001", "quantity": 2, "total": 123456, "currency": "USD",
        "ship_by": "2026-03-02", "placed_at": "2026-03-02T14:05:00Z", "why": "LATE 2 d: waits for stock, 3 of 5 units are not there",
    },
    {
        "id": "AM-123-1234567-1234567", "name": "李小龍 :smile:", "sku": "-X", "quantity": None, "total": 500, "currency": "JPY",
        "ship_by": None, "placed_at": None, "why": "=cmd|' /C calc'!A0",
    },
    {
        "id": "ET-7", "name": "<script>", "sku": "TEE", "quantity": -3, "total": None, "currency": None,
        "ship_by": date(2026, 3, 4), "placed_at": datetime(2026, 3, 2, 15, 0, tzinfo=UTC), "why": ["held", "two\tlines\nhere"],
    },
]  # fmt: skip
TABLE = Table(COLUMNS, ROWS, title="Open orders", footer="3 orders, 1 LATE")


def screen(**options: Any) -> Screen:
    return Screen(io.StringIO(), io.StringIO(), **{"is_tty": False, **options})


def out(shown: Screen) -> str:
    assert isinstance(shown.stdout, io.StringIO)
    return shown.stdout.getvalue()


def err(shown: Screen) -> str:
    assert isinstance(shown.stderr, io.StringIO)
    return shown.stderr.getvalue()


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.mark.parametrize("width", [80, 200])
def test_on_a_terminal_a_table_or_cards_where_it_is_narrow(width: int, snapshot: Any) -> None:
    shown = screen(is_tty=True, width=width, zone=ZoneInfo("America/New_York"))
    shown.table(TABLE)
    assert out(shown) == snapshot
    for row in ROWS:
        assert row["id"] in out(shown)
        assert row["sku"] in out(shown)


def test_a_table_that_fits_into_80_places_is_a_table(snapshot: Any) -> None:
    shown = screen(is_tty=True, width=80)
    shown.table(Table(COLUMNS[:5], ROWS))
    assert out(shown) == snapshot
    assert max(map(len, out(shown).splitlines())) <= 80


@pytest.mark.parametrize("shape", ["auto", "csv", "jsonl"])
def test_in_a_pipe(shape: Any, snapshot: Any) -> None:
    shown = screen(shape=shape)
    shown.table(TABLE)
    assert out(shown) == snapshot


def test_tab_separated_rows_are_one_line_each_whatever_they_hold() -> None:
    shown = screen()
    shown.table(Table([Column("a", "A"), Column("b", "B")], [{"a": "x\ty\r\nz\u2028", "b": "\x1b[2J"}]))
    assert out(shown) == "a\tb\nx y z \t\\x1b[2J\n"


def test_csv_can_be_read_back_and_holds_no_control_characters() -> None:
    table = Table([Column("a", "A"), Column("n", "N", "number")], [{"a": 'x"y\n,\x1b', "n": -5}])
    piped, seen = screen(shape="csv"), screen(shape="csv", is_tty=True)
    piped.table(table)
    seen.table(table)
    assert list(csv.reader(io.StringIO(out(piped)))) == [["a", "n"], ['x"y\n,', "-5"]]
    assert "\x1b" not in out(seen)


def test_an_amount_without_a_currency_stays_in_minor_units() -> None:
    shown = screen()
    shown.table(Table([Column("a", "A", "money"), Column("b", "B", "money", "c")], [{"a": 5, "b": 5, "c": "ZZZ"}]))
    assert out(shown) == "a\tb\tc\n5\t5\tZZZ\n"


def test_a_currency_column_that_is_there_is_not_added_again() -> None:
    table = Table([Column("currency", "Currency"), Column("a", "A", "money", "currency"), Column("b", "B", "money", "currency")], [])
    assert [column.key for column in table.plain_columns()] == ["currency", "a", "b"]


def test_the_schema_is_the_first_key_of_the_document() -> None:
    shown = screen(json=True)
    shown.document("oms.x/1", {"name": "Łukasz", "n": 1})
    assert out(shown) == '{\n  "schema": "oms.x/1",\n  "name": "Łukasz",\n  "n": 1\n}\n'


def test_with_json_standard_output_holds_the_document_only() -> None:
    shown = screen(json=True)
    shown.heading("Late")
    shown.table(TABLE)
    shown.line("out/pick-1.html")
    shown.document("oms.x/1", {})
    shown.say("3 orders read")
    assert json.loads(out(shown)) == {"schema": "oms.x/1"}
    assert err(shown) == "3 orders read\n"


def test_talk_goes_to_standard_error_and_quiet_leaves_the_warnings() -> None:
    loud, quiet = screen(), screen(quiet=True)
    for shown in (loud, quiet):
        shown.say("24 orders read")
        shown.warn("the backup is \x1b old")
        shown.line("out/pick-1.html")
        assert out(shown) == "out/pick-1.html\n"
    assert err(loud) == "24 orders read\nwarning: the backup is \\x1b old\n"
    assert err(quiet) == "warning: the backup is \\x1b old\n"


@pytest.mark.parametrize(("tty", "wanted"), [(True, "Late\nx\n\nOn hold\n"), (False, "# Late\nx\n\n# On hold\n")])
def test_headings_part_what_follows(tty: bool, wanted: str) -> None:
    shown = screen(is_tty=tty, width=80)
    shown.heading("Late")
    shown.line("x")
    shown.heading("On hold")
    assert out(shown) == wanted


@pytest.mark.parametrize(
    ("environment", "styled"), [({"NO_COLOR": "1", "TERM": "xterm"}, False), ({"TERM": "dumb"}, False), ({"TERM": "xterm"}, True)]
)
def test_the_environment_decides_about_bold(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], styled: bool) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    shown = screen(is_tty=True, width=200)
    shown.table(TABLE)
    assert ("\x1b[1m" in out(shown)) is styled


def run(program: str, *, encoding: str = "ascii", shell_end: str = "") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    if shell_end:
        return subprocess.run(
            ["/bin/sh", "-c", f'"{sys.executable}" -c "$0" {shell_end}', program], capture_output=True, env=environment, check=False
        )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, env=environment, check=False)


PREPARED = "import sys; from omscli.render.streams import prepare_streams; from omscli.render.show import Screen; prepare_streams(); \
s = Screen(sys.stdout, sys.stderr, is_tty=False); "


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_pipe_of_an_odd_encoding_gets_utf_8(encoding: str) -> None:
    done = run(PREPARED + r"s.line('\u0141ukasz \u674e \udcff'); s.finish()", encoding=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == "Łukasz 李 \\udcff\n".encode()


@pytest.mark.skipif(os.name != "posix", reason="needs a shell with pipes")
def test_a_reader_that_leaves_early_is_no_error() -> None:
    done = run(PREPARED + "[s.line(str(n) * 50) for n in range(20000)]; s.finish()", shell_end="| head -1")
    assert done.stderr == b""
    assert done.stdout == b"0" * 50 + b"\n"


def test_a_pipe_never_loads_rich() -> None:
    program = (
        PREPARED + "from omscli.render.table import *; s.table(Table([Column('a', 'A')], [])); s.finish(); assert 'rich' not in sys.modules"
    )
    assert run(program).returncode == 0


def test_a_disk_that_fails_is_still_an_error() -> None:
    class Failing(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        Screen(Failing(), io.StringIO(), is_tty=False).line("x")

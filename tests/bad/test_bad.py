"""Every folder under `cases/` is something bad that happens to a file, and the whole answer of `oms`; a case is added by adding a folder.

`case.json` says what it is about and holds `call` (as typed, without `oms`), `exit` and `err`, every line of standard error.
Besides, where they matter: `before`, calls that go before; `stdin`, the file that is piped in; `made`, files that are made here by
name; `counts`, what became of the rows; `orders` and `stock`, how these look afterwards (of an order only what is named). Files in
`inbox/` of the folder lie in the inbox of the home.

Whatever the case: there is no trace, a refused file changes nothing, a dry run changes nothing and leaves with the same code, and the
same call again changes nothing of what the seller has.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import shlex
import shutil
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Answer, Oms
from tests.conftest import Shop
from tests.workflows.test_every_channel import kept

CASES = sorted(path.parent for path in (Path(__file__).parent / "cases").glob("*/case.json"))
STOCK = b"sku,location,on_hand\n"
COUNTS = ("new", "changed", "unchanged", "cancelled", "skipped", "rejected")


def zipped(**files: str) -> bytes:
    """An archive of these files; `_` in a name is the dot before its ending."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return out.getvalue()


def workbook(*rows: tuple[object, ...], day: str = "", is_wide: bool = False) -> bytes:
    """A workbook; numbers are numbers in it, and cells that say `day` are days. A wide one has a word far away from its table."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Export")
    for at, row in enumerate(rows):
        for place, value in enumerate(row):
            if day and value == day:
                sheet.write_number(at, place, 46082, book.add_format({"num_format": "mmm-yy"}))
            else:
                sheet.write(at, place, value)
    if is_wide:
        sheet.write(1_048_000, 30, "x")
    book.close()
    return out.getvalue()


ORDER = ("order_id", "channel", "placed_at", "payment", "currency", "name", "address1", "city", "region", "postcode", "country", "sku", "quantity")  # fmt: skip
BO = ("shop", "2026-03-02T13:00:00Z", "paid", "USD", "Bo Ek", "2 Main St", "Brooklyn", "NY", "11201", "US")

MADE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a cell of a megabyte": lambda: STOCK + b"M" * 1_000_001 + b",main,1\n",
    "501 columns": lambda: b",".join(b"c%d" % n for n in range(501)) + b"\n",
    "ten thousand columns": lambda: b",".join(b"c%d" % n for n in range(10_000)) + b"\n",
    "a quantity of 5,000 figures": lambda: ",".join(ORDER).encode() + b"\n9001," + ",".join(BO).encode() + b",MUG," + b"9" * 5000 + b"\n",
    "gzip": lambda: gzip.compress(STOCK, mtime=0),
    "a ZIP archive": lambda: zipped(orders_csv="Name,Email\n"),
    "an old workbook": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "a workbook with a password": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
    "a PDF": lambda: b"%PDF-1.7\n1 0 obj\n",
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "a workbook of stock": lambda: workbook(("sku", "location", "on_hand"), ("MUG", "main", 7)),
    "a workbook with a rounded order number": lambda: workbook(ORDER, (576461413038785752, *BO, "MUG", 1)),
    "a workbook with a day for a SKU": lambda: workbook(ORDER, ("9002", *BO, "day", 1), day="day"),
    "a workbook with a cell far away": lambda: workbook(("sku", "location", "on_hand"), ("MUG", "main", 7), is_wide=True),
    "half a workbook": lambda: workbook(("sku", "location", "on_hand"), ("MUG", "main", 7))[:-400],
}  # fmt: skip


class Case:
    """What a folder says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        about = json.loads((folder / "case.json").read_text(encoding="utf-8"))
        self.call: str = about["call"]
        self.exit: int = about["exit"]
        self.err: list[str] = about["err"]
        self.before: list[str] = about.get("before", [])
        self.stdin: str | None = about.get("stdin")
        self.made: dict[str, str] = about.get("made", {})
        self.counts: dict[str, int] | None = about.get("counts")
        self.orders: dict[str, Any] = about.get("orders", {})
        self.stock: dict[str, dict[str, int]] = about.get("stock", {})

    def lay_out(self, home: Shop) -> None:
        """Its files, here and in the inbox."""
        for path in self.folder.iterdir():
            if path.is_file() and path.name != "case.json":
                shutil.copy(path, Path.cwd())
        for path in self.folder.glob("inbox/*"):
            shutil.copy(path, home.home.folder("inbox"))
        for name, what in self.made.items():
            Path(name).write_bytes(MADE[what]())


@pytest.fixture(params=CASES, ids=lambda folder: folder.name)
def case(request: pytest.FixtureRequest) -> Case:
    return Case(request.param)


def test_a_bad_file_gets_its_answer_and_changes_no_more_than_it_says(case: Case, home: Shop, oms: Oms) -> None:
    case.lay_out(home)
    for words in case.before:
        assert oms(*shlex.split(words), home=home).code in (0, 3), words
    before = home.dump()
    words = shlex.split(case.call)
    stdin = Path(case.stdin).read_bytes() if case.stdin else None

    dry = oms(*words, "--dry-run", "--json", home=home, stdin=stdin) if words[0] == "import" else None
    assert home.dump() == before
    answer = oms(*words, home=home, stdin=stdin)

    assert answer.err.replace(str(home.path), "HOME").splitlines() == case.err
    assert answer.code == case.exit
    assert "Traceback" not in answer.err
    if answer.code not in (0, 3):
        assert answer.out == ""
        assert home.dump() == before
        assert dry is None or (dry.code, dry.out, dry.err) == (answer.code, "", answer.err)
    elif dry is not None:
        is_as_it_was_told_before(dry, answer)
    if case.counts is not None:
        assert counts_of(answer) == case.counts
    look_afterwards(case, home, oms)
    if words[0] == "import" and not stdin:
        changes_nothing_again(case, words, home, oms)


def is_as_it_was_told_before(dry: Answer, answer: Answer) -> None:
    """The dry run told the same of the file, as one JSON document; what a person must then do only the store tells."""
    problems = [problem for file in dry.json["files"] for problem in file["problems"]]
    held = [order for file in dry.json["files"] for order in file["held"]]
    assert dry.code == (3 if held or dry.json["refused"] or any(problem["rejected"] for problem in problems) else 0)
    assert len(problems) == sum(line.endswith(("(set aside)", "(note)")) for line in answer.err.splitlines())
    assert all(problem["problem"] and problem["line"] for problem in problems)


def counts_of(answer: Answer) -> dict[str, int]:
    """What became of the rows of all files, without what is nothing."""
    head, *rows = [line.split("\t") for line in answer.out.splitlines()]
    totals = {name: sum(int(row[head.index(name)]) for row in rows) for name in COUNTS}
    return {name: units for name, units in totals.items() if units}


def look_afterwards(case: Case, home: Shop, oms: Oms) -> None:
    """Orders and stock are as the case says."""
    for ref, wanted in case.orders.items():
        found = oms("order", "show", ref, "--json", home=home).json["order"]
        assert part_of(found, wanted) == wanted, ref
    for sku, level in case.stock.items():
        found = home.level(sku, "main")
        assert {name: found[name] for name in level} == level, sku


def part_of(found: Any, wanted: Any) -> Any:
    """Of a JSON value what is asked for."""
    if isinstance(wanted, dict):
        return {key: part_of(found[key], one) for key, one in wanted.items()}
    if isinstance(wanted, list) and len(wanted) == len(found):
        return [part_of(one, other) for one, other in zip(found, wanted, strict=True)]
    return found


def changes_nothing_again(case: Case, words: list[str], home: Shop, oms: Oms) -> None:
    """The same files again change nothing; what moved out of the inbox is laid there again."""
    case.lay_out(home)
    before = kept(home)
    oms(*words, home=home)
    assert kept(home) == before


def test_there_is_a_case_for_every_kind_of_damage() -> None:
    """F30 to F42 re-import and identity, F50 to F65 malformed files; each folder begins with its number."""
    numbers = {folder.name.partition("-")[0] for folder in CASES}
    assert numbers >= {f"F{n}" for n in (*range(30, 43), *range(50, 64))} - {"F64"}
    assert len(CASES) >= 45


def test_every_case_uses_each_of_its_files(case: Case) -> None:
    text = (case.folder / "case.json").read_text(encoding="utf-8")
    for path in case.folder.rglob("*"):
        assert path.is_dir() or path.name == "case.json" or path.parent.name == "inbox" or path.name in text, path
    assert set(case.made.values()) <= set(MADE)


# -- what no folder can hold


def test_a_pipe_without_a_name_and_one_with_a_name_are_read_like_a_file(home: Shop, oms: Oms) -> None:
    os.mkfifo("pipe.csv")
    writer = threading.Thread(target=Path("pipe.csv").write_bytes, args=(STOCK + b"MUG,main,4\n",))
    writer.start()
    answer = oms("import", "pipe.csv", home=home)
    writer.join()
    assert (answer.code, counts_of(answer)) == (0, {"changed": 1})
    answer = oms("import", "-", home=home, stdin=STOCK + b"MUG,main,4\n")
    assert (answer.code, counts_of(answer)) == (0, {"unchanged": 1})


@pytest.mark.parametrize(("is_open", "what"), [(True, "a keyboard"), (False, "closed")])
def test_a_keyboard_is_no_file(home: Shop, oms: Oms, monkeypatch: pytest.MonkeyPatch, is_open: bool, what: str) -> None:
    from omscli.cli import importing

    class Keyboard(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(importing.sys, "stdin", Keyboard() if is_open else None)
    with pytest.raises(Exception, match=f"`-` reads standard input, and that is {what}"):
        importing.given("-")


def test_a_file_whose_name_is_no_text_is_taken_from_the_inbox(home: Shop, oms: Oms) -> None:
    inbox = os.fsencode(home.home.folder("inbox"))
    Path(os.fsdecode(inbox + b"/caf\xe9.csv")).write_bytes(STOCK + b"MUG,main,4\n")
    answer = oms("import", home=home)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines()[1].startswith("caf\ufffd.csv\tnative\tstock\t")
    assert [os.fsencode(path.name) for path in home.home.folder("inbox").glob("done/*")] == [b"caf\xe9.csv"]


def test_a_file_that_changed_after_it_was_read_stays_in_the_inbox(home: Shop, oms: Oms, monkeypatch: pytest.MonkeyPatch) -> None:
    from omscli.workflows import inbox

    path = home.home.folder("inbox") / "stock.csv"
    path.write_bytes(STOCK + b"MUG,main,4\n")
    take = inbox.import_good

    def slow(*words: Any) -> Any:
        results = take(*words)
        path.write_bytes(STOCK + b"MUG,main,4\nCAP,main,1\n")
        return results

    monkeypatch.setattr(inbox, "import_good", slow)
    assert oms("import", home=home).code == 0
    assert path.exists()
    monkeypatch.undo()


def test_a_file_that_is_not_there_or_is_a_folder_is_said_so(home: Shop, oms: Oms) -> None:
    assert oms("import", "gone.csv", home=home).err == "error: there is no file gone.csv\nhint: check the name\n"
    Path("folder.csv").mkdir()
    answer = oms("import", "folder.csv", home=home)
    assert (answer.code, answer.err) == (
        4,
        "error: folder.csv is a folder\nhint: name the files in it, or put them into inbox/ of the home\n",
    )


def test_a_line_that_never_ends_is_refused(home: Shop, oms: Oms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omscli.channels.decoding._LONGEST_LINE", 1)
    Path("stock.csv").write_bytes(STOCK[:-1] + b",x" * (2 << 20))
    answer = oms("import", "stock.csv", home=home)
    assert (answer.code, answer.err) == (4, "error: stock.csv has a line of more than 1 MB\nhint: download it again as CSV\n")


def test_a_file_of_more_rows_than_any_seller_has_is_refused(home: Shop, oms: Oms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omscli.channels.sheet.MAX_ROWS", 2)
    Path("stock.csv").write_bytes(STOCK + b"MUG,main,1\nCAP,main,1\nTEE,main,1\n")
    answer = oms("import", "stock.csv", home=home)
    assert (answer.code, answer.err) == (4, "error: stock.csv has more than 2 rows\nhint: split the file\n")

"""Every folder under `cases/` is a file of a channel and what it must become; a case is added by adding a folder.

`case.json` holds the context, and how the file may be rewritten: `raw` (no quoting), `framed` (rows above the header).
A workbook is also written as CSV, in all forms, and must give the same.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from omscli.channels.detect import all_readers
from omscli.channels.opening import open_file
from omscli.channels.reader import Context

CASES = sorted(path.parent for path in (Path(__file__).parent / "cases").glob("*/*/expected.json"))
FORMS = (
    "crlf",
    "bom",
    "utf-16",
    "semicolons",
    "tabs",
    "all quoted",
    "columns shuffled",
    "header in capitals",
    "another column",
    "rows shuffled",
    "sep=",
)


class Case:
    """A file, its context, and what is expected of it."""

    def __init__(self, folder: Path) -> None:
        self.about = json.loads((folder / "case.json").read_text(encoding="utf-8"))
        self.expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        (self.path,) = (one for one in folder.iterdir() if one.suffix != ".json")
        self.data = self.path.read_bytes()
        self.context = self.about["context"]
        self.is_raw = bool(self.about.get("raw"))
        self.is_framed = bool(self.about.get("framed"))


@pytest.fixture(params=CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def case(request: pytest.FixtureRequest) -> Case:
    return Case(request.param)


def test_a_file_becomes_what_its_case_expects(case: Case, read: Callable[..., Any]) -> None:
    told = read(case.path.name, case.data, **case.context)

    assert json.loads(json.dumps(told)) == case.expected["items"]


def test_a_file_is_claimed_by_its_own_reader_and_its_rows_are_counted(case: Case, read: Callable[..., Any]) -> None:
    file = open_file(case.path.name, case.data)
    assert file.reader.title == case.expected["reader"]
    assert list(file.notices) == case.expected["notices"]

    list(file.items(Context(**case.context)))

    assert (file.rows, file.skipped, file.set_aside) == tuple(case.expected[key] for key in ("rows", "skipped", "set_aside"))


def test_a_file_read_twice_gives_the_same(case: Case, read: Callable[..., Any]) -> None:
    assert read(case.path.name, case.data, **case.context) == read(case.path.name, case.data, **case.context)


def test_one_opened_file_can_be_walked_twice(case: Case) -> None:
    file = open_file(case.path.name, case.data)
    context = Context(**case.context)

    assert list(file.items(context)) == list(file.items(context))


def forms_of(folder: Path) -> list[str]:
    """The forms that files of this format may have: Amazon's have no quotes, eBay's footers stay where they are."""
    case = Case(folder)
    without = {"semicolons", "all quoted"} if case.is_raw else {"rows shuffled"} if case.is_framed else set()
    return [form for form in FORMS if form not in without]


@pytest.mark.parametrize(
    ("case", "form"),
    [pytest.param(folder, form, id=f"{folder.parent.name}/{folder.name}-{form}") for folder in CASES for form in forms_of(folder)],
    indirect=["case"],
)
def test_another_form_of_the_same_rows_gives_the_same_goods(case: Case, form: str, read: Callable[..., Any]) -> None:
    changed = read(case.path.name, rewritten(case, form), **case.context)

    assert comparable(changed) == comparable(case.expected["items"])


def comparable(told: list[dict[str, Any]]) -> list[str]:
    """Items without their places: other forms have other lines, other spellings of headers, other orders of rows."""
    plain = []
    for item in json.loads(json.dumps(told)):
        item.pop("columns", None)
        if "lines" in item:
            item["lines"] = sorted(json.dumps(line, sort_keys=True) for line in item["lines"])
        problem = item.get("problem")
        if problem:
            item["problem"] = [problem["column"].casefold(), problem["rejected"]]
        plain.append(json.dumps(item, sort_keys=True))
    return sorted(plain)


def as_csv(data: bytes) -> str:
    """The first sheet of a workbook, its cells as somebody would type them."""
    from python_calamine import CalamineWorkbook

    out = io.StringIO(newline="")
    for row in CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False):
        csv.writer(out, lineterminator="\n").writerow(map(_typed, row))
    return out.getvalue()


def _typed(cell: Any) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def rewritten(case: Case, form: str) -> bytes:
    """The file in another form, by reading and writing its cells."""
    text = as_csv(case.data) if case.path.suffix == ".xlsx" else case.data.decode("utf-8-sig")
    if form == "bom":
        return b"\xef\xbb\xbf" + text.encode()
    if form == "utf-16":
        return b"\xff\xfe" + text.encode("utf-16-le")
    delimiter = "\t" if "\t" in text.split("\n", 3)[0] or case.is_raw else ","
    if form == "sep=":  # what Excel writes above a file whose delimiter is not that of its country
        return f"sep={delimiter}\r\n{text}".encode()
    if case.is_raw:
        rows = [line.split("\t") for line in text.rstrip("\n").split("\n")]
        rows = [[*row, *[""] * (len(rows[0]) - len(row))] for row in rows]  # Amazon cuts empty cells off
    else:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    rows = _changed(rows, form)
    delimiter = {"semicolons": ";", "tabs": "\t"}.get(form, delimiter)
    end = "\r\n" if form == "crlf" else "\n"
    if case.is_raw:
        return "".join(delimiter.join(row) + end for row in rows).encode()
    out = io.StringIO(newline="")
    csv.writer(
        out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL if form == "all quoted" else csv.QUOTE_MINIMAL
    ).writerows(rows)
    return out.getvalue().encode()


def _changed(rows: list[list[str]], form: str) -> list[list[str]]:
    width = max(map(len, rows))
    place = next(n for n, row in enumerate(rows) if len(row) == width and any(row))
    dice = random.Random(20260302)  # noqa: S311 - the same mixture in every run
    if form == "header in capitals":
        rows[place] = [cell.upper() for cell in rows[place]]
    elif form == "another column":
        new = ["Something new" if n == place else "42" if any(row) else "" for n, row in enumerate(rows)]
        rows = [[*row, cell] if len(row) == width else row for row, cell in zip(rows, new, strict=True)]
    elif form == "columns shuffled":
        order = list(range(width))
        dice.shuffle(order)
        _keep_order_of_equals(order, [cell.casefold() for cell in rows[place]])
        rows = [[row[n] for n in order] if len(row) == width else row for row in rows]
    elif form == "rows shuffled":
        below = rows[place + 1 :]
        dice.shuffle(below)
        rows = [*rows[: place + 1], *below]
    return rows


def _keep_order_of_equals(order: list[int], names: list[str]) -> None:
    """Columns of one name in their old order among themselves: Wix has such, and the first one counts."""
    for name in {name for name in names if names.count(name) > 1}:
        places = [at for at, column in enumerate(order) if names[column] == name]
        for at, column in zip(places, sorted(order[at] for at in places), strict=True):
            order[at] = column


def test_every_form_of_every_channel_has_a_case() -> None:
    assert {Case(folder).expected["reader"] for folder in CASES} == {reader.title for reader in all_readers()}

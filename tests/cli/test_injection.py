"""What buyers and channels write is only ever text: no screen, list, paper, mail or document gets another form by it.

The same small morning is lived through twice, once with plain words in every field that people write and once with hostile ones.
Both times the answers have the same rows and columns, the same keys, the same tags, the same headers.
"""

from __future__ import annotations

import csv
import email
import io
import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from email.policy import SMTP
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cli.conftest import Oms
from tests.conftest import ORDER, Shop

from omscli.base.sheet_text import is_formula
from omscli.cli import desk
from omscli.render.safe import vis
from omscli.render.show import Screen

PLAIN = "plain words"
_PLAIN_FORM: dict[str, Any] = {}
HOSTILE = (
    "=cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "＝1+1", "\x1b[2J\x1b]8;;https://evil.example\x07click\x1b\\", "\x9b31m\x08\x7f",
    "\u202egnp.exe\u2066\u200f", "[bold]x[/x] [[y]] :smile: [link=https://evil.example]", "a\tb\tc\td", "x\nHELD since ever: no\nwarning: all is lost\r\ny", "a\u2028b\x85c\x0bd\x0ce", "a\rb",
    '<script>alert(1)</script>" onload="x', "</td></table><img src=x onerror=y>", "{{7*7}} {% raise %} ${x} %s {0}", "Hi\r\nBcc: all@evil.example", '"quoted", "and" ""so""', "a;b|c,d",
    "\x1f\x1e\x19\x18", "../../etc/passwd", "`rm -rf ~` $(reboot)", "'; DROP TABLE orders; --", "ﷺ" * 40, "e\u0301" * 200, "👩\u200d👩\u200d👧 क्\u200dष می\u200cخواهم",
)  # fmt: skip
# In files a tab may stand, and the marks that Hebrew and Arabic names are written with: they turn nothing around.
IN_FILES = "\t\u061c\u200e\u200f"
PIECES = [
    "=",
    "@",
    "+",
    "-",
    "\t",
    "\n",
    "\r",
    "\x1b[",
    "\x9b",
    "\u202e",
    "\u2028",
    "\x85",
    "<b>",
    "</td>",
    '"',
    "'",
    "[/x]",
    "{{",
    "}}",
    ",",
    ";",
    "|",
    "\\",
    "&lt;",
    "gift",
    "x",
    " ",
]
TEXTS = st.lists(
    st.sampled_from(PIECES) | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=4), min_size=1, max_size=8
).map("".join)


def quoted(rows: list[dict[str, Any]]) -> bytes:
    """Rows as CSV, every cell in quotes: Python leaves a lone carriage return without."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def morning(shop: Shop, oms: Oms, monkeypatch: pytest.MonkeyPatch, text: str) -> dict[str, Any]:
    """Everything that is shown and written on a morning whose every text is this one. It ends with a letter, so that it is one."""
    text += "x"
    number = "".join(letter for letter in text if letter.isprintable()).strip("# ")[:60] or "7"
    sku = f"{text}-1"
    people = {
        "email": "ann@example.com", "name": text, "company": text, "address1": text, "address2": text, "phone": text, "tags": text.replace(",", "").replace(";", "").replace("|", ""),
        "note": text, "title": text, "line_note": text,
    }  # fmt: skip
    good = {**ORDER, **people, "order_id": number, "sku": sku, "line_id": "1", "quantity": 2, "unit_price": "10.00"}
    held = {
        **good,
        "order_id": f"{number}2",
        "city": text,
        "region": text,
        "postcode": text,
        "service": text,
        "payment": "pending",
        "email": text,
    }
    Path("products.csv").write_bytes(quoted([{"sku": sku, "title": text, "category": text, "options": text, "weight_g": 200}]))
    Path("stock.csv").write_bytes(quoted([{"sku": sku, "location": "main", "on_hand": 9, "bin": text.replace(", ", " ")}]))
    Path("orders.csv").write_bytes(quoted([good, held, {**good, "order_id": f"{number}3", "quantity": text}]))
    call = partial(oms, home=shop)
    assert call("import", "products.csv", "stock.csv").code == 0
    answers = {"import": call("import", "orders.csv"), "again": call("import", "-n", "--json", "orders.csv"), "route": call("route")}
    ref = f"SH-{'-'.join(number.replace('#', ' ').split())}"
    shows = {"order list": (), "order show": (ref,), "stock list": (), "status": (), "why": (ref,), "shipment list": ()}
    for words, more in shows.items():
        for shape in ("", "--json", *(("--csv", "--jsonl") if words.endswith("list") else ())):
            answers[f"{words} {shape}".strip()] = call(*words.split(), *filter(None, [shape]), "--", *more)
    files = {form: Path(f"pick.{form}") for form in ("csv", "html", "txt", "json")}
    for n, (form, path) in enumerate(files.items()):
        answers[f"pick {form}"] = call("pick", "--format", form, "-o", str(path), *(("--reprint", "P-1") if n else ()))
    answers["labels"] = call("ship", "--labels-out", "labels.csv", "--for", "pirateship")
    answers["ship"] = call("ship", "S-1", "--carrier", text, "--tracking", text)
    answers["notify"] = call("notify")
    with monkeypatch.context() as patched:
        patched.setattr(desk, "Screen", lambda out, err, _tty, **more: Screen(out, err, is_tty=True, width=4000, **more))
        patched.setenv("NO_COLOR", "1")
        for words, more in shows.items():
            answers[f"{words} on a terminal"] = call(*words.split(), "--", *more)
    written = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    mails = [path.read_bytes() for path in sorted(shop.home.folder("outbox").glob("*.eml"))]
    return {"answers": answers, "files": written, "mails": mails, "text": text, "slips": sorted(shop.home.folder("out").glob("*.html"))}


def form_of(told: dict[str, Any]) -> dict[str, Any]:
    """The form of a morning: what no text may change."""
    found: dict[str, Any] = {}
    for name, answer in told["answers"].items():
        assert "defect" not in answer.err, (name, answer.err)
        if name.endswith("on a terminal"):
            continue
        if name == "labels":  # what may go into it is for the tests of writers
            continue
        found[name] = answer.code
        found[f"{name}: talk"] = [
            line.split(" ")[0] for line in answer.err.splitlines() if line[:2] != "  " and line.startswith(("warning", "error", "hint"))
        ]
        if "--jsonl" in name or "--json" in name or name == "again":
            found[f"{name}: keys"] = [
                shape_of(json.loads(line)) for line in ([answer.out] if "--jsonl" not in name else answer.out.splitlines())
            ]
        elif "--csv" in name:
            found[f"{name}: columns"] = [len(row) for row in csv.reader(io.StringIO(answer.out, newline=""))]
        else:
            found[f"{name}: columns"] = [line.count("\t") for line in answer.out.split("\n") if line[:2] != "  "]
    found["pick.csv"] = [len(row) for row in csv.reader(io.StringIO(told["files"]["csv"], newline=""))]
    found["pick.json"] = shape_of(json.loads(told["files"]["json"]))
    found["pick.html"] = tags_of(told["files"]["html"])
    found["mails"] = [email.message_from_bytes(mail, policy=SMTP).keys() for mail in told["mails"]]
    return found


def shape_of(value: Any) -> Any:
    """A JSON value without what it says. A key that is none of ours is a SKU."""
    if isinstance(value, dict):
        return {key if re.fullmatch("[a-z_]+", key) else "SKU": shape_of(one) for key, one in value.items()}
    return [shape_of(one) for one in value] if isinstance(value, list) else "value"


def tags_of(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every tag of a page in its order, with the names of its attributes; a page with comments or a broken tag has more."""
    found: list[tuple[str, tuple[str, ...]]] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, tuple(name for name, _ in attrs)))

        def handle_endtag(self, tag: str) -> None:
            found.append((f"/{tag}", ()))

        def handle_comment(self, data: str) -> None:
            found.append(("comment", (data,)))

    parser = Tags(convert_charrefs=True)
    parser.feed(page)
    parser.close()
    return found


def harmless(told: dict[str, Any]) -> Iterator[str]:
    """What is wrong with single characters of what came out; nothing is."""
    for name, answer in told["answers"].items():
        for text in (answer.out, answer.err):
            bad = {letter for letter in text if letter != "\n" and not (letter == "\t" and "terminal" not in name) and is_hidden(letter)}
            bad -= set(IN_FILES) | {"\r"} if "--csv" in name else set()
            if bad:
                yield f"{name}: {bad!r}"
        if "--csv" in name:
            yield from (f"{name}: {cell!r}" for row in csv.reader(io.StringIO(answer.out, newline="")) for cell in row if runs(cell))
    for form, text in told["files"].items():
        bad = {letter for letter in text if letter != "\n" and is_hidden(letter)} - set(IN_FILES)
        if bad:
            yield f"pick.{form}: {bad!r}"
    yield from (f"pick.csv: {cell!r}" for row in csv.reader(io.StringIO(told["files"]["csv"], newline="")) for cell in row if runs(cell))


def is_hidden(letter: str) -> bool:
    """A character that a terminal obeys or that turns the text around."""
    return (
        unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")
        or letter in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


def runs(cell: str) -> bool:
    """Whether a spreadsheet would calculate the cell; a number below zero it may."""
    return is_formula(cell) and not cell.lstrip("-").replace(".", "").isdigit()


@pytest.fixture
def plain(make_shop: Callable[..., Shop], oms: Oms, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The form of a morning with plain words; it is the same each time, so one is enough."""
    if not _PLAIN_FORM:
        _PLAIN_FORM.update(form_of(morning(make_shop("main"), oms, monkeypatch, PLAIN)))
    return _PLAIN_FORM


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_changes_the_form_of_a_morning(
    text: str, plain: dict[str, Any], make_shop: Callable[..., Shop], oms: Oms, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = morning(make_shop("main"), oms, monkeypatch, text)
    assert form_of(told) == plain
    assert list(harmless(told)) == []
    screen = told["answers"]["order list on a terminal"].out
    assert vis(told["text"].strip()).split("\n")[0] in screen
    assert told["answers"]["order show --json"].json["order"]["note"] == told["text"].strip()


@settings(max_examples=100 if os.environ.get("OMS_TEST_FULL") else 4)
@given(text=TEXTS)
def test_no_text_of_chance_does_either(
    text: str, plain: dict[str, Any], make_shop: Callable[..., Shop], oms: Oms, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = morning(make_shop("main"), oms, monkeypatch, text)
    assert form_of(told) == plain
    assert list(harmless(told)) == []


def test_the_form_of_a_morning_would_show_a_difference() -> None:
    assert tags_of("<p>a</p>") != tags_of("<p>a<b>c</b></p>")
    assert tags_of("<p>a</p>") != tags_of('<p onload="x">a</p>')
    assert shape_of({"a": [1]}) != shape_of({"a": [1, 2]})
    assert runs("=1+1")
    assert runs("+cmd|x")
    assert not runs("-5.00")

"""Good files made bad: bytes, cells, headers, JSON values, profiles and the insides of workbooks, changed by a seeded chance."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import zipfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from omscli.catalog.incoming import IncomingProduct, IncomingReceipt, IncomingStock, IncomingTracking
from omscli.channels.detect import all_readers
from omscli.channels.dialect import Dialect
from omscli.channels.mapping import Profile, reader_of, words_of
from omscli.channels.opening import open_file
from omscli.channels.reader import Context, FileForm, Reader
from omscli.orders.incoming import IncomingOrder

CASES = Path(__file__).parents[1] / "channels" / "cases"
CHANNELS = sorted(path.name for path in CASES.iterdir())
CONTEXT = Context("web", timezone="America/New_York", locations={"main": "Main warehouse", "reno": "Reno shop"})

NASTY = (
    "", " ", "0", "-0", "-1", "1.5", "1.0", "1,000", "1.000", "１２", "٣", "²", "1e3", "1E+5", "5.38376E+11", "NaN", "Infinity", "-inf", "1_000", "0x10", "9" * 26, "9" * 5000,
    "100001", "9999999", "-9999999", "19,99", "1.234,56", "1,234", "€ 5", "$", "CA$1,022.25", "EUR 90,00", "(5.00)", "-$12.00", "1 234,50 €", "--", "-", "'", '"', '""', "'01234",
    '="0123"', '="', "=cmd|' /C calc'!A0", "@SUM(A1)", "+1", "＝1+1", "\t", "a\tb", "x\ny", "x\r\ny", "\r", "\0", "a\0b", "\x1b[2J", "\x9b31m", "\u202egnp.exe", "\u2066x\u2069",
    "\u200b", "\ufeff", "\u2028", "\x85", "e\u0301" * 20, "👩\u200d👩\u200d👧", "İ", "ß", "ǆ", "NULL", "null", "None", "n/a", "#N/A", "#REF!", "true", "false", "TRUE", "yes", "no", "Mar-01", "45291",
    "01/02/2026", "13/02/2026", "02/13/2026", "2026-02-30", "2026-13-45", "0000-00-00", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59-12:00", "9999-12-31 23:59:59", "01.01.0001", "31/12/9999", "Dec-31-9999", "0001-01-01T00:00:00+14:00", "2026-03-29 02:30",
    "2026-03-02T14:05:60Z", "2026-03-02T24:00:00Z", "12/26/21 12:05:00 AM", "Feb-30-26", "1.1.26", "1969", "1700000000", "1234", "12345-6789", "60601-", "USD", "XXX", "EUROS", "usd", "US", "DE", "Deutschland", "ZZ",
    "main", "Main warehouse", "mian", "a:b|c:d", "SKU-A:2|SKU-B:1", "SKU:", ":2", "|", ";", ",", "a,b;c|d", "A" * 300, "B" * 40_000, "*" * 9, "{{7*7}}", "<script>", "&amp;", "&#0;", "a; DROP TABLE orders",
    "../../etc/passwd", "[/x]", "[bold]", '{"a": 1}', "[1]", "Order ID", "sku", "paid", "cancelled", "Completed", "XuÃ¢n", "JOÃO", "\ud7ff", "\ufffd", "\ufffe",
    "1" + " " * 20_000 + "x", "1," * 20_000, "0" * 20_000, "01/" * 7000, "(" * 20_000, "a: " * 7000, "1/1/2026" + " " * 20_000 + "x",
)  # fmt: skip
JSON_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 1.5, 1e308, 10**20, -(10**20), "", [], {}, [None], [[]], [{}], {"a": 1}, {"sku": "X"}, ["x", 1], "\ud800", "\0", {"": ""}, [1, 2], "2026-02-30",
)  # fmt: skip
PIECES = (
    b'"', b'""', b'\\"', b"\n", b"\r", b"\r\n", b"\t", b",", b";", b"|", b"\0", b"E+11", b"\xff\xfe", b"\xef\xbb\xbf", b"\x8d", b"\xe9", b"\xc3", b"\xf0\x9f", b"PK\x03\x04", b"\x1f\x8b", b"<html", b"sep=;\n",
    b"'", b"=", b"{", b"[", b"}", b"\x1a", b"\xc2\xa0", b"\xe2\x80\xa8", b"," * 600, b"x" * 5000,
)  # fmt: skip


XML_PIECES = (
    b"", b"0", b"-1", b"99999999999999999999", b"1e400", b"NaN", b"s", b"str", b"inlineStr", b"b", b"e", b"d", b"n", b'"XFD1048576"', b'"A0"', b'"A99999999999"', b'"ZZZZ1"', b'"1"', b"<c>", b"</c>", b"<v>", b"<row>",
    b'<c r="A1" t="s"><v>9999</v></c>', b'<c t="d"><v>2026-13-45</v></c>', b'<c s="99"><v>45291</v></c>', b"&amp;", b"&bad;", b"&#0;", b"\xff", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"x" * 50_000,
)  # fmt: skip


@dataclass(frozen=True)
class Try:
    """One file that is to be read."""

    number: int
    name: str
    data: bytes
    wanted: str | None = None
    profile: Profile | None = None
    context: Context = CONTEXT
    how: tuple[str, ...] = ()

    @property
    def readers(self) -> tuple[Reader, ...]:
        """The built-in ones, and the profile's."""
        return all_readers() if self.profile is None else (*all_readers(), reader_of(self.profile))


# -- good files to begin with


@cache
def good_files() -> tuple[tuple[str, bytes, Context], ...]:
    """Every file of the cases, with its context."""
    found = []
    for folder in sorted(path.parent for path in CASES.glob("*/*/case.json")):
        (path,) = (one for one in folder.iterdir() if one.suffix != ".json")
        about = json.loads((folder / "case.json").read_text(encoding="utf-8"))["context"]
        found.append((f"{folder.parent.name}/{folder.name}", path.read_bytes(), Context(**{"channel": "web", **about})))
    return tuple(found)


@cache
def good_rows(name: str) -> tuple[str, Rows]:
    """The delimiter and the cells of a good file; a workbook's first sheet."""
    data = next(data for known, data, _ in good_files() if known == name)
    if data.startswith(b"PK"):
        from python_calamine import CalamineWorkbook

        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)
        return ",", [[str(cell) for cell in row] for row in sheet]
    text = data.decode("utf-8-sig")
    head = max(text.split("\n", 12)[:12], key=len)
    mark = max("\t,;|", key=head.count)
    plain = mark == "\t" and '"' not in head
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, quoting=csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL))
    return mark, rows


@cache
def good_objects() -> tuple[dict[str, Any], ...]:
    """What the good files hold, as our own JSON."""
    kinds = (IncomingOrder, IncomingProduct, IncomingStock, IncomingReceipt, IncomingTracking)
    items = (item for name, data, context in good_files() for item in open_file(name, data).items(context))
    return tuple(item.as_json() for item in items if isinstance(item, kinds))


PROFILES: dict[str, dict[str, str]] = {
    "stock": {"sku": "Art.-Nr.", "on_hand": "Bestand", "as_of": "Stand", "location": "Halle"},
    "orders": {"order_id": "Beleg", "placed_at": "Datum", "sku": "Artikel", "quantity": "Menge", "unit_price": "Preis", "postcode": "PLZ", "country": "Land", "address1": "Straße"},
    "products": {"sku": "Nr", "title": "Text", "weight_g": "Gewicht", "price": "Preis", "components": "Teile"},
    "inbound": {"sku": "Nr", "quantity": "Menge", "expected_on": "Termin", "location": "Halle"},
    "tracking": {"shipment_or_order": "Beleg", "tracking_number": "Sendung", "shipped_at": "Datum", "cost": "Porto"},
}  # fmt: skip
_SOME = {"quantity": "3", "on_hand": "12", "placed_at": "02.03.2026", "as_of": "02.03.2026 06:00", "expected_on": "09.03.2026", "shipped_at": "02.03.2026", "location": "Main warehouse",
    "price": "1.234,50", "unit_price": "4,10", "cost": "3,20", "weight_g": "1.200", "components": "X1:2|X2", "country": "DE", "postcode": "1445"}  # fmt: skip


def profiled(dice: random.Random) -> tuple[Profile, Rows, str]:
    """A profile of chance, a file that is nearly of its form, and the delimiter."""
    kind = dice.choice(sorted(PROFILES))
    columns = PROFILES[kind]
    form = FileForm(
        delimiter=dice.choice([None, ";", ",", "\t", "|", "~", "^"]),
        encoding=dice.choice([None, None, "utf-8", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-32", "cp932", "utf-7", "utf-8-sig"]),
        header_row=dice.choice([None, None, 1, 2, 3, 9]),
        sheet=dice.choice([None, None, None, "Stock", "Sheet1"]),
        decimal=dice.choice([".", ","]),
    )
    dialect = Dialect(
        name="mine",
        decimal=dice.choice([None, ".", ","]),
        dates=dice.choice(["", "%d.%m.%Y", "%m/%d/%Y", "%Y-%m-%d", "%d %b %y", "%d.%m.%Y %H:%M"]),
        zone=dice.choice(["", "Europe/Berlin"]),
        words=words_of({"viele": 50, "keine": 0, "": 3}) if dice.random() < 0.5 else {},
        location=dice.choice(["", "main", "nowhere"]),
        repeated=dice.choice(["refuse", "sum"]),
    )
    rows: Rows = [*([], ["Liste"])[: dice.randrange(3)], list(columns.values())]
    rows += [[_SOME.get(name, f"X{n % 3}") for name in columns] for n in range(dice.randrange(6))]
    return Profile(name="mine", kind=kind, columns=columns, form=form, dialect=dialect), rows, form.delimiter or dice.choice(";,\t|")


# -- what is done to them


def bitten(dice: random.Random, data: bytes) -> bytes:
    """Pieces cut out, put in, doubled, moved; single bits turned."""
    for _ in range(dice.randint(1, 4)):
        start = dice.randint(0, len(data))
        end = min(len(data), start + dice.choice([0, 1, 2, 8, 60, 400]))
        way = dice.randrange(6)
        if way == 0:
            data = data[:start] + dice.choice(PIECES) + data[end:]
        elif way == 1:
            data = data[:start] + dice.randbytes(dice.randint(0, 6)) + data[end:]
        elif way == 2 and start < len(data):
            data = data[:start] + bytes([data[start] ^ (1 << dice.randrange(8))]) + data[start + 1 :]
        elif way == 3:
            data = data[:end] + data[start:end] + data[end:]
        elif way == 4:
            data = data[:start] if dice.random() < 0.3 else data[:start] + data[end:]
        else:
            other = dice.choice(good_files())[1]
            data = data[:start] + other[dice.randint(0, len(other)) :][: dice.choice([40, 400, 10_000])]
    return data


Rows = list[list[str]]


def recelled(dice: random.Random, rows: Rows) -> Rows:
    """Cells replaced, columns swapped, dropped or renamed, rows repeated, cut or lengthened."""
    rows = [list(row) for row in rows]
    ways = (
        (_other_cell,) * 5 + (_inside_a_cell,) * 2 + (_swapped, _without_a_column, _row_twice, _other_width, _one_word_below, _other_word)
    )
    for _ in range(dice.choice([1, 1, 1, 2, 3, 8])):
        full = [n for n, row in enumerate(rows) if row]
        if full:
            rows = dice.choice(ways)(dice, rows, dice.choice(full))
    return rows


def _other_cell(dice: random.Random, rows: Rows, at: int) -> Rows:
    rows[at][dice.randrange(len(rows[at]))] = dice.choice(NASTY)
    return rows


def _inside_a_cell(dice: random.Random, rows: Rows, at: int) -> Rows:
    """Figures or words inside the fullest cell are others: some formats pack a whole order into one."""
    row = rows[at]
    column = max(range(len(row)), key=lambda n: len(row[n])) if dice.random() < 0.5 else dice.randrange(len(row))
    for _ in range(dice.choice([1, 2, 4])):
        found = list(re.finditer(r"[0-9.]+|\w+|[|:;,=\\]", row[column][:5000]))
        if found:
            piece = dice.choice(found)
            row[column] = row[column][: piece.start()] + dice.choice(NASTY)[:200] + row[column][piece.end() :]
    return rows


def _swapped(dice: random.Random, rows: Rows, at: int) -> Rows:
    """Two columns have changed places, with or without their headers."""
    width = len(rows[at])
    a, b = dice.randrange(width), dice.randrange(width)
    with_header = dice.random() < 0.5
    for n, row in enumerate(rows):
        if len(row) == width and (n or with_header):
            row[a], row[b] = row[b], row[a]
    return rows


def _without_a_column(dice: random.Random, rows: Rows, at: int) -> Rows:
    gone = dice.randrange(len(rows[at]))
    return [row[:gone] + row[gone + 1 :] for row in rows]


def _row_twice(dice: random.Random, rows: Rows, at: int) -> Rows:
    rows.insert(dice.randint(0, len(rows)), list(rows[at]))
    return rows


def _other_width(dice: random.Random, rows: Rows, at: int) -> Rows:
    row = rows[at]
    rows[at] = row[: dice.randrange(len(row) + 1)] if dice.random() < 0.5 else [*row, dice.choice(NASTY)]
    return rows


def _one_word_below(dice: random.Random, rows: Rows, at: int) -> Rows:
    """From one row on a column holds the same everywhere."""
    text, column = dice.choice(NASTY), dice.randrange(len(rows[at]))
    for row in rows[at:]:
        if column < len(row):
            row[column] = text
    return rows


def _other_word(dice: random.Random, rows: Rows, at: int) -> Rows:
    """A cell, often of the header, that is nearly as it was."""
    row = rows[at]
    column = dice.randrange(len(row))
    word = row[column]
    near = [word.upper(), f" {word} ", word.replace(" ", "_"), word[:-1], f"{word}x", row[0]]
    row[column] = dice.choice([*near, "id", "name", "quantity", "status", "date"])
    return rows


def as_bytes(dice: random.Random, rows: Rows, mark: str) -> bytes:
    """The rows as text, in some encoding and form."""
    out = io.StringIO(newline="")
    end = dice.choice(["\n", "\n", "\r\n", "\r"])
    quoting = dice.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    mark = dice.choice([mark, mark, mark, mark, ",", ";", "\t", "|"])
    if mark == "\t" and dice.random() < 0.7:
        out.write("".join(mark.join(row) + end for row in rows))
    else:
        csv.writer(out, delimiter=mark, lineterminator=end, quoting=quoting).writerows(rows)
    text = out.getvalue()
    return text.encode(dice.choice(["utf-8"] * 6 + ["utf-8-sig", "utf-16", "cp1252", "latin-1"]), "replace")


def as_workbook(dice: random.Random, rows: Rows) -> bytes:
    """The rows as an Excel workbook, with figures, days, truths and formulas among its cells."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "nan_inf_to_errors": True,
            "default_date_format": "dd/mm/yy",
            "strings_to_formulas": False,
            "strings_to_urls": False,
        },
    )
    for name in dice.choice([["Sheet1"], ["Stock"], ["Leer", "Stock"]]):
        sheet = book.add_worksheet(name)
        if name == "Leer":
            continue
        for at, row in enumerate(rows):
            for place, text in enumerate(row):
                way = dice.randrange(30)
                if way == 0:
                    sheet.write_number(at, place, dice.choice([0.1, 1e22, -5, 123456789012345678, 0.30000000000000004, float("nan")]))
                elif way == 1:
                    sheet.write_boolean(at, place, dice.random() < 0.5)
                elif way == 2:
                    sheet.write_formula(at, place, "=1/0", None, "#DIV/0!")
                elif way == 3:
                    sheet.write_number(
                        at,
                        place,
                        dice.choice([45291, 0, 60, 2958465, 1e9]),
                        book.add_format({"num_format": dice.choice(["yyyy-mm-dd hh:mm", "[h]:mm", "0.00%"])}),
                    )
                elif re.fullmatch(r"[0-9]{1,20}", text) and way < 15:
                    sheet.write_number(at, place, int(text))
                else:
                    sheet.write_string(at, place, text[:32_000].replace("\0", ""))
    book.close()
    return out.getvalue()


def unstitched(dice: random.Random, data: bytes) -> bytes:
    """A workbook with a piece of the XML inside changed, packed again."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        wanted = dice.choice([name for name in old.namelist() if name.startswith("xl/")])
        for name in old.namelist():
            text = old.read(name)
            if name == wanted:
                for _ in range(dice.choice([1, 1, 2, 5])):
                    found = dice.choice(list(re.finditer(rb'[0-9A-Za-z.:]+|"[^"]*"|<[^>]*>', text)) or [None])
                    if found is not None:
                        text = text[: found.start()] + dice.choice(XML_PIECES) + text[found.end() :]
            if dice.random() > 0.02:
                new.writestr(name, text)
    return out.getvalue()


def twisted(dice: random.Random, value: Any, depth: int = 0) -> Any:
    """A JSON value with one of its parts, somewhere inside, made another one."""
    if (depth and dice.random() < 0.3) or not isinstance(value, (dict, list)) or not value:
        return dice.choice(JSON_VALUES) if dice.random() < 0.5 else dice.choice(NASTY)
    if isinstance(value, list):
        at = dice.randrange(len(value))
        return [twisted(dice, one, depth + 1) if n == at else one for n, one in enumerate(value)]
    key = dice.choice(sorted(value))
    way = dice.randrange(8)
    if way == 0:
        return {name: one for name, one in value.items() if name != key}
    if way == 1:
        return {(f"{name}x" if name == key else name): one for name, one in value.items()}
    return {name: twisted(dice, one, depth + 1) if name == key else one for name, one in value.items()}


def objects(dice: random.Random) -> bytes:
    """JSON lines, most of them changed."""
    kind = dice.choice(sorted({frozenset(one) for one in good_objects()}, key=sorted))
    fitting = [one for one in good_objects() if frozenset(one) == kind]
    lines = []
    for _ in range(dice.randint(1, 4)):
        one = dice.choice(fitting)
        for _ in range(dice.choice([0, 1, 1, 2])):
            one = twisted(dice, one)
            if not isinstance(one, dict):
                break
        lines.append(json.dumps(one, ensure_ascii=dice.random() < 0.5))
    text = dice.choice(["\n", "\n", "\r\n", "\n\n", "\r"]).join(lines)
    data = text.encode(dice.choice(["utf-8", "utf-8", "utf-16", "cp1252"]), "replace")
    return bitten(dice, data) if dice.random() < 0.3 else data


def made(seed: int, number: int) -> Try:
    """The try of a number: always the same one."""
    dice = random.Random(f"{seed}/{number}")  # noqa: S311 - chance is seeded, to be repeated
    way = dice.randrange(20)
    wanted = None
    if way == 0:
        return Try(number, "lines.jsonl", objects(dice), how=("json",))
    if way < 4:
        profile, rows, mark = profiled(dice)
        rows = recelled(dice, rows) if dice.random() < 0.8 else rows
        data = as_workbook(dice, rows) if dice.random() < 0.15 else _in(profile.form.encoding, as_bytes(dice, rows, mark))
        return Try(number, "feed.csv", data, dice.choice([None, "mine"]), profile, how=("profile", profile.kind))
    name, data, context = dice.choice(good_files())
    if way < 9:
        data, how = bitten(dice, data), "bytes"
    else:
        mark, rows = good_rows(name)
        rows = recelled(dice, rows)
        data, how = (_workbook(dice, rows), "workbook") if way == 9 else (as_bytes(dice, rows, mark), "cells")
        if way == 10:
            data, how = bitten(dice, data), "cells, bytes"
    if dice.random() < 0.15:
        wanted = dice.choice([name.split("/")[0], dice.choice(CHANNELS)])
    zone = dice.choice([context.timezone] * 3 + ["America/New_York", "Pacific/Kiritimati", "Europe/Berlin"])
    context = replace(context, timezone=zone, date_order=dice.choice([None] * 6 + ["dmy", "mdy", "ymd"]))
    return Try(number, "export.csv", data, wanted, None, context, (how, name))


def _workbook(dice: random.Random, rows: Rows) -> bytes:
    book = as_workbook(dice, rows[:40])
    return unstitched(dice, book) if dice.random() < 0.6 else book


def _in(encoding: str | None, data: bytes) -> bytes:
    return data if encoding is None else data.decode("utf-8", "replace").encode(encoding, "replace")

"""Files as nobody should write them, fed to every reader: bytes, cells, headers, JSON values and profiles are changed at random.

What may come out: an `OmsError` in words, or items and problems, each row counted once, every item a value that the store and JSON
can keep. Anything else is a finding: its number is printed and the file is kept. A try depends on the seed and its number alone.

    python -m tests.fuzz.fuzzing --minutes 10 --seed 1            # the long run, before a release; ends with 1 on a finding
    python -m tests.fuzz.fuzzing --seed 1 --only 4711             # one try again, with its whole trace
    python -m tests.fuzz.fuzzing --minutes 10 --seed 1 --store    # each file also goes into a real home, and twice

`test_fuzzing.py` runs the first tries of a few seeds with every `make test`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.conftest import RULES, Shop, rules_with
from tests.fuzz.mutations import CHANNELS, Try, good_files, made

from omscli.base.problems import Problem
from omscli.channels.grouping import RowsApart
from omscli.channels.opening import OpenedFile, open_file
from omscli.channels.reader import Item
from omscli.errors import OmsError
from omscli.orders.incoming import PAYMENTS, STATES
from omscli.render.safe import json_text

SLOW_S = 5.0
MAX_UNITS = 10_000_000
MAX_MONEY = 10**17


class Broken(AssertionError):
    """Something came out that must not."""


# -- what must be true of all that comes out


def read(one: Try) -> tuple[OpenedFile | None, list[Item]]:
    """Read it; None where it was refused in words. Raises Broken, or whatever a reader lets through."""
    try:
        file = open_file(one.name, one.data, wanted=one.wanted, readers=one.readers)
        items = list(file.items(one.context))
    except OmsError as error:
        if not error.message or not error.hint:
            raise Broken(f"a refusal without words: {error.message!r}, {error.hint!r}") from error
        return None, []
    _counted(file, items)
    for item in items:
        _sound(item)
    if file.reader.kind == "orders":
        _the_same_at_once(one, items)
    return file, items


def _counted(file: OpenedFile, items: list[Item]) -> None:
    rejected = [item for item in items if isinstance(item, Problem) and item.rejected]
    if file.rows != file.sheet.taken + file.set_aside + file.skipped:
        raise Broken(f"{file.rows} rows, but {file.sheet.taken} taken, {file.set_aside} set aside, {file.skipped} skipped")
    if len(rejected) > file.set_aside or bool(rejected) != bool(file.set_aside):
        raise Broken(f"{file.set_aside} rows set aside, but {len(rejected)} reasons")


def _the_same_at_once(one: Try, items: list[Item]) -> None:
    """A file that is walked once gives the same as one that is looked through first, or says that it cannot be."""
    file = open_file(one.name, one.data, wanted=one.wanted, readers=one.readers)
    file.sheet.at_once = True
    try:
        found = list(file.items(one.context))
    except RowsApart:
        return
    if found != items:
        raise Broken("another outcome when read at once")


_UTC = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _sound(item: Item) -> None:
    """An item is what its class says, and JSON can tell it."""
    told = item.as_json()
    text = json_text(told)
    if _UNSAFE.search(text):
        raise Broken(f"JSON with a character that a terminal obeys: {text!r}")
    text.encode()
    if json.loads(text) != json.loads(json.dumps(told)):
        raise Broken("JSON that says something else")
    wrong = [f"{key}: {value!r}" for key, value in _fields(item) if not _fits(key, value)]
    if wrong:
        raise Broken(f"{type(item).__name__}: {'; '.join(wrong)}")


def _fields(item: Item) -> Iterator[tuple[str, Any]]:
    told = item.as_json()
    yield from ((key, value) for key, value in told.items() if key not in ("lines", "components"))
    for line in told.get("lines", ()):
        yield from ((f"line.{key}", value) for key, value in line.items())
        yield "line.owed", (line["to_ship"], line["quantity"])
    if isinstance(item, Problem):
        yield "problem.words", item.problem
    yield from (("units", units) for units in (told.get("components") or {}).values())


def _whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: value is None or (type(value) is int and least <= value <= most)


_MONEY = _whole(-MAX_MONEY, MAX_MONEY)
_SHAPES: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("price", "cost", "total", "shipping", "tax", "discount", "line.unit_price", "line.discount", "line.tax"), _MONEY),
    **dict.fromkeys(("weight_g", "length_mm", "width_mm", "height_mm", "units"), _whole(1, 10 * MAX_UNITS)),
    **dict.fromkeys(("on_hand",), _whole(-MAX_UNITS, 100 * MAX_UNITS)),
    "line.owed": lambda both: all(type(one) is int for one in both) and 0 <= both[0] <= both[1] <= MAX_UNITS,
    **dict.fromkeys(("order_id", "channel", "sku", "problem.words", "shipment_or_order"), lambda value: isinstance(value, str) and bool(value.strip())),
    "placed_at": lambda value: bool(_UTC.fullmatch(value)),
    "as_of": lambda value: value is None or bool(_UTC.fullmatch(value)),
    "shipped_at": lambda value: value is None or bool(_UTC.fullmatch(value) or _DAY.fullmatch(value)),
    **dict.fromkeys(("ship_by", "deliver_by", "expected_on"), lambda value: value is None or bool(_DAY.fullmatch(value))),
    "state": lambda value: value in STATES,
    "payment": lambda value: value in PAYMENTS,
    "line": lambda value: value is None or (type(value) is int and value >= 1),
}  # fmt: skip


def _fits(key: str, value: Any) -> bool:
    return _SHAPES[key](value) if key in _SHAPES else not isinstance(value, float)


# -- into a real home


class Desk:
    """A home with every channel, into which files are taken for good."""

    def __init__(self, folder: Path) -> None:
        names = {name: name for name in CHANNELS if name not in RULES["channels"]} | {"web": "native"}
        channels = {name: {"reader": reader, "prefix": f"X{n}"} for n, (name, reader) in enumerate(names.items())}
        self.shop = Shop(folder, rules_with(("main", "reno"), channels={**channels, **RULES["channels"]}))
        for name, data, _ in good_files():  # products and stock, so that orders find something
            self.take(Try(0, name, data))

    def take(self, one: Try) -> bool:
        """Take it in, and once more: the second time is nothing new. Gives whether it went in."""
        files = ((one.name, one.data),)
        wish = {"reader": one.wanted, "date_order": one.context.date_order}
        try:
            self.shop.take(*files, **wish)
            again = self.shop.take(*files, **wish)[0]
        except OmsError:
            return False
        new = {name: again.counts[name] for name in ("new", "changed", "cancelled") if again.counts[name]}
        if new and again.kind != "stock":
            raise Broken(f"taken twice: {new}")
        return True

    def examine(self) -> None:
        """The books agree."""
        if wrong := self.shop.doctor():
            raise Broken(f"the doctor says: {wrong[:3]}")


# -- the run


def run(seed: int, numbers: Iterator[int], until: float, desk: Desk | None, keep: Path) -> Counter[str]:
    """Try after try; of each kind of finding the first is printed and kept."""
    told: Counter[str] = Counter()
    seen: set[str] = set()
    for number in numbers:
        if time.monotonic() > until:
            break
        one = made(seed, number)
        told["tries"] += 1
        try:
            told += attempt(one, desk)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            told["findings"] += 1
            mark = _mark(error)
            if mark not in seen:
                seen.add(mark)
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{seed}-{number}").write_bytes(one.data)
                _say(f"FINDING seed {seed} number {number} {one.how} wanted {one.wanted}: {mark}: {str(error)[:300]}")
    told["kinds of finding"] = len(seen)
    return told


def attempt(one: Try, desk: Desk | None = None) -> Counter[str]:
    """One try: what came of it. Raises Broken, or what a reader let through."""
    began = time.monotonic()
    file, items = read(one)
    told = Counter({"refused" if file is None else "read": 1, "items": len(items)})
    if desk is not None and one.profile is None:
        told["taken in"] += desk.take(one)
        if one.number % 50 == 0:
            desk.examine()
    took = time.monotonic() - began
    if took > SLOW_S:
        raise Broken(f"took {took:.1f} s")
    return told


def _mark(error: Exception) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1]
    words = f" {str(error)[:30]}" if isinstance(error, Broken) else ""
    return f"{type(error).__name__} {Path(place.filename).name}:{place.lineno}{words}"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """The program."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", dest="first", type=int, default=0, help="the number of the first try")
    parser.add_argument("--only", type=int, help="this one try, with its trace")
    parser.add_argument("--store", action="store_true", help="take each file into a home besides")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-findings"), help="where files of findings are kept")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder) / "home") if asked.store else None
        if asked.only is not None:
            one = made(asked.seed, asked.only)
            _say(f"{one.how} {one.wanted} {one.data[:2000]!r}")
            file, items = read(one)
            _say("\n".join(map(str, (file and file.reader.title, *items))))
            attempt(one, desk)
            return 0
        until = time.monotonic() + asked.minutes * 60
        numbers = iter(range(asked.first, sys.maxsize))
        told = run(asked.seed, numbers, until, desk, asked.keep)
    _say(", ".join(f"{count:,} {name}" for name, count in told.items()))
    return 1 if told["findings"] else 0


if __name__ == "__main__":
    sys.exit(main())

"""`oms stock count`: what nobody has counted for long, a sheet to count it blind, and what the count says.

A sheet names the goods of one place and not what the book has of them. Read back, its empty rows are left alone, and what came or
left since it was printed is counted in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from omscli.base.clock import as_text
from omscli.base.problems import Problem
from omscli.catalog.incoming import IncomingStock
from omscli.channels.source import Source
from omscli.errors import NotAllowed, Refused, UsageError
from omscli.outgoing.files import write_whole
from omscli.render.count_sheet import sheet_text
from omscli.stock.ledger import counted
from omscli.store.open import Run, Store
from omscli.workflows.home import Home
from omscli.workflows.import_goods import is_place, product_of
from omscli.workflows.importing import FileResult, Wish, read_only
from omscli.workflows.stock_changes import find_location, find_product

MOVED_DAYS = 90  # what is most moved is asked of at least so many days


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody counted a product at a place, at an instant (UTC text); `line` of the file, 0 where it was typed."""

    product: int
    location: str
    units: int
    at: str
    line: int = 0


@dataclass(slots=True)
class Difference:
    """One count beside the book. Money in minor units; `value` is what the difference is worth, None where nobody knows."""

    sku: str
    title: str
    location: str
    counted: int
    moved: int  # came or left since it was counted
    book: int
    on_hand: int
    on_lists: int  # of them released to be picked: perhaps not on the shelf any more
    value: int | None
    currency: str
    at_price: bool

    @property
    def difference(self) -> int:
        """Units that the book was wrong by."""
        return self.on_hand - self.book

    def as_json(self) -> dict[str, Any]:
        """One entry of `counts` (`oms.stock.count/1`)."""
        names = (
            "sku",
            "title",
            "location",
            "counted",
            "moved",
            "book",
            "on_hand",
            "difference",
            "on_lists",
            "value",
            "currency",
            "at_price",
        )
        return {name: getattr(self, name) for name in names}


@dataclass(slots=True)
class Counted:
    """What a count found."""

    counts: list[Difference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_empty: int = 0  # rows of the sheet without a number
    uncovered: int = 0  # products of which more is promised now than lies there
    file: str = ""
    run: int | None = None

    @property
    def wrong(self) -> list[Difference]:
        """Where shelf and book differ."""
        return [one for one in self.counts if one.difference]

    @property
    def values(self) -> dict[str, int]:
        """What the differences are worth, by currency."""
        total: Counter[str] = Counter()
        for one in self.wrong:
            if one.value is not None:
                total[one.currency] += one.value
        return dict(sorted(total.items()))

    def as_json(self) -> dict[str, Any]:
        """The document (`oms.stock.count/1`), without its schema key."""
        return {
            "run": self.run,
            "file": self.file or None,
            "counts": [one.as_json() for one in self.counts],
            "left_empty": self.left_empty,
            "units": sum(one.difference for one in self.wrong),
            "values": self.values,
            "uncovered": self.uncovered,
            "problems": [one.as_json() for one in self.problems],
        }


# -- what to count


def due(home: Home, store: Store, location: str, days: int, limit: int | None) -> list[dict[str, Any]]:
    """What nobody has counted at a place for so many days, the most moved first; 0 days: everything that has a shelf there."""
    place = find_location(home, location)
    since = as_text(home.now - timedelta(days=days)) if days else "9999-12-31T00:00:00Z"
    moved = as_text(home.now - timedelta(days=days or MOVED_DAYS))
    rows = store.planning.to_count(place, since, moved, everything=not days)
    return [
        {"location": place, **{key: row[key] for key in ("sku", "title", "barcode", "bin", "counted_at", "moved")}} for row in rows[:limit]
    ]


def sheet(home: Home, rows: Iterable[dict[str, Any]]) -> bytes:
    """The sheet to count these rows on, in the order of the bins."""
    walk = sorted(rows, key=lambda row: (not row["bin"], row["bin"], row["sku"]))
    return sheet_text([{**row, "as_of": as_text(home.now)} for row in walk])


def write_sheet(home: Home, rows: Iterable[dict[str, Any]], path: Path) -> None:
    """The sheet as a file."""
    write_whole(path, sheet(home, rows))


# -- what the count says


def count_items(home: Home, store: Store, location: str, items: list[tuple[str, int]], reason: str, *, dry_run: bool = False) -> Counted:
    """Units that somebody has just counted. Raises NotAllowed where more is set aside as not sellable."""
    place, index = find_location(home, location), store.catalog.index()
    looks: dict[int, Look] = {}
    for sku, units in items:
        product = find_product(index, sku)
        if product in looks:
            raise UsageError(f"{sku} is named twice", "one --item for each SKU, with all units of the place")
        looks[product] = Look(product, place, units, as_text(home.now))
    return _count(home, store, list(looks.values()), Counted(), reason, dry_run=dry_run)


def count_sheet(home: Home, store: Store, source: tuple[str, bytes | Source], reason: str, *, dry_run: bool = False) -> Counted:
    """A sheet that was filled in. What was printed and has no number is left alone."""
    result = read_only(home, *source, Wish(kind="stock"))
    found = Counted(problems=result.problems, file=result.file)
    looks = _looks(home, store, result, found)
    return _count(home, store, looks, found, reason or result.file, dry_run=dry_run)


def _looks(home: Home, store: Store, result: FileResult, found: Counted) -> list[Look]:
    index, now = store.catalog.index(), as_text(home.now)
    looks: dict[tuple[int, str], Look] = {}
    for one in result.records:
        if one.on_hand is None:
            found.left_empty += 1
            continue
        product = product_of(index, _as_printed(one, index.find("", one.sku)), result)
        if product is None or not is_place(home, one, result):
            continue
        if (one.as_of or now) > now:
            raise Refused(f"{result.file}:{one.source_line}: as_of {one.as_of} has not come yet", "leave it as it was printed")
        first = looks.setdefault((product, one.location), Look(product, one.location, one.on_hand, one.as_of or now, one.source_line))
        if first.line != one.source_line:
            words = f"{one.sku} at {one.location} stands in line {first.line} already, by this name or another"
            result.problems.append(
                Problem(one.source_line, "sku", one.sku, words, "leave one of the two rows, with all units of the place")
            )
    return list(looks.values())


def _as_printed(one: IncomingStock, product: int | None) -> IncomingStock:
    """A SKU that a spreadsheet would run as a formula was printed with an apostrophe in front."""
    return one if product is not None else replace(one, sku=one.sku.removeprefix("'"))


def _count(home: Home, store: Store, looks: list[Look], found: Counted, reason: str, *, dry_run: bool) -> Counted:
    if dry_run:
        with store.read():
            _compare(store, looks, found)
        return found
    with store.write("stock count", home.now, found.file, home.rules) as run:
        store.stock.keep_locations(home.settings.locations.values())
        before = store.shipments.uncovered()
        _book(store, _compare(store, looks, found), reason, run)
        found.uncovered = len(store.shipments.uncovered() - before)
    found.run = run.id if run.changed else None
    return found


def _compare(store: Store, looks: list[Look], found: Counted) -> list[tuple[Look, int]]:
    """Put each count beside the book. Returns those that may be booked, with their difference."""
    products = [look.product for look in looks]
    levels, facts = store.stock.levels(products), store.planning.facts_of(products)
    lists = {place: store.planning.on_lists(place) for place in {look.location for look in looks}}
    good = []
    for look in looks:
        level, fact = levels.get((look.product, look.location)), facts[look.product]
        moved = store.stock.moved_since(look.location, look.at, [look.product]).get(look.product, 0)
        now = max(0, look.units + moved)
        if level and now < level["unavailable"]:
            words = f"{level['unavailable']} × {fact['sku']} at {look.location} are set aside as not sellable, {now} were counted"
            if not look.line:
                raise NotAllowed(words, "count these too, or settle them first: oms stock show")
            found.problems.append(
                Problem(look.line, "on_hand", str(look.units), words, "count these too, or settle them first", rejected=True)
            )
            continue
        book = level["on_hand"] if level else 0
        worth = None if fact["worth"] is None else fact["worth"] * (now - book)
        found.counts.append(
            Difference(
                fact["sku"], fact["title"], look.location, look.units, moved, book, now, lists[look.location].get(look.product, 0), worth,
                fact["currency"] or "", bool(fact["at_price"]),
            )
        )  # fmt: skip
        good.append((look, now - book))
    return good


def _book(store: Store, good: list[tuple[Look, int]], reason: str, run: Run) -> None:
    store.stock.add_places((look.product, look.location) for look, _ in good)
    store.stock.post((counted(look.product, look.location, difference, reason) for look, difference in good if difference), run.id, run.at)
    store.stock.mark_counted((look.product, look.location, look.at) for look, _ in good)

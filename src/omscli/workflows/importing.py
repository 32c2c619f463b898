"""`oms import`: files from outside become products, stock, orders and tracking. Each file is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from omscli.base.clock import as_text
from omscli.base.problems import Problem
from omscli.base.text import nearest
from omscli.channels.grouping import RowsApart
from omscli.channels.opening import OpenedFile, open_file
from omscli.channels.reader import Context, Item
from omscli.channels.source import Source
from omscli.errors import OmsError, Refused, UsageError
from omscli.store.open import Run, Store
from omscli.workflows.feeds_tracking import TrackingFeed, tracking_files
from omscli.workflows.home import Home
from omscli.workflows.import_goods import ListingIntake, ReceiptIntake
from omscli.workflows.import_orders import OrderIntake
from omscli.workflows.import_products import ProductIntake
from omscli.workflows.import_stock import StockIntake
from omscli.workflows.own_files import from_outside
from omscli.workflows.profiles import readers_of
from omscli.workflows.returning_files import ReturnIntake
from omscli.workflows.shipping import TrackingIntake
from omscli.workflows.stock_feed import StockFeed
from omscli.workflows.writers import write_pending

# Products before what names them, orders before the parcels that carry them.
_ORDER_OF_WORK = ("products", "stock", "inbound", "listings", "orders", "tracking", "returns")
# Records that are decided and written together: a file of a million rows is never held whole.
_PART = 2000


@dataclass(slots=True)
class FileResult:
    """What one file held and what became of it."""

    file: str
    reader: str
    kind: str
    encoding: str
    channel: str = ""  # whose file it is; "" where nobody asks, or the rows say it
    rows: int = 0
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("new", "changed", "unchanged", "cancelled", "skipped", "rejected"), 0)
    )
    records: list[Any] = field(default_factory=list)  # those that are being taken in; after a dry run all of them
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    held: list[tuple[str, str]] = field(default_factory=list)  # (order, reason) of new holds
    for_person: list[str] = field(default_factory=list)
    run: int | None = None
    sha256: str = ""
    history: bool = False  # orders of before: only what is new is taken in, as done
    known_of_old: int = 0
    written_at: str | None = None  # when the file was written, UTC text: what it counts is as old
    feed: StockFeed | None = None
    recount: bool = False
    uploads: list[TrackingFeed] = field(default_factory=list)  # what the channels are to hear of parcels in it
    delimiter: str = ""
    header_row: int = 1  # 0: a file without headers
    used: dict[str, str] = field(default_factory=dict)  # each column that was used: the field it became
    ignored: list[str] = field(default_factory=list)  # columns that were left alone

    def as_json(self, *, with_records: bool) -> dict[str, Any]:
        """One entry of `files` (`oms.import/1`)."""
        found: dict[str, Any] = {
            "file": self.file,
            "reader": self.reader,
            "kind": self.kind,
            "encoding": self.encoding,
            "rows": self.rows,
            "run": self.run,
            "counts": self.counts,
        }
        if with_records:
            found["delimiter"] = self.delimiter
            found["header_row"] = self.header_row or None
            found["columns"] = {"used": self.used, "ignored": self.ignored}
            found[self.kind] = [record.as_json() for record in self.records]
        found["held"] = [{"order": order, "reason": reason} for order, reason in self.held]
        found["problems"] = [problem.as_json() for problem in self.problems]
        found["for_person"] = self.for_person
        found["notices"] = self.notices
        return found

    @property
    def needs_a_person(self) -> bool:
        """Rows set aside, orders held, questions asked."""
        return bool(self.counts["rejected"] or self.held or self.for_person)


@dataclass(slots=True)
class Wish:
    """How to import."""

    reader: str | None = None
    channel: str | None = None
    strict: bool = False
    history: bool = False
    date_order: str | None = None
    dry_run: bool = False
    feed: StockFeed | None = None  # the file is a place's own book of stock
    kind: str = ""  # what the file must hold
    recount: bool = False  # a channel's own list of stock counts also where the book has a number
    channels: Mapping[str, str] = field(default_factory=dict)  # whose file one is, by its name

    def channel_of(self, name: str) -> str | None:
        """The channel that the seller says a file is of."""
        return self.channels.get(name) or self.channel


@dataclass(slots=True)
class _Waiting:
    """A file that was looked through and may go in."""

    file: OpenedFile
    items: Iterator[Item]
    result: FileResult


Files = Iterable[tuple[str, bytes | Source]]


@dataclass(frozen=True, slots=True)
class Left:
    """A file of the inbox that was refused, and stays there."""

    path: str
    error: OmsError

    @property
    def file(self) -> str:
        """Its name."""
        return Path(self.path).name

    @property
    def why(self) -> str:
        """What is wrong with it, without the path."""
        return self.error.message.removeprefix(f"{self.path}: ").replace(self.path, self.file)

    def as_json(self) -> dict[str, Any]:
        """One entry of `refused` (`oms.import/1`)."""
        return {"file": self.file, "error": self.why, "hint": self.error.hint}


def import_files(home: Home, files: Files, wish: Wish) -> list[FileResult]:
    """Take the files in, in the order of work; the answer keeps the order in which they were given.

    Raises Refused (exit 4) for a file that no reader claims or that is damaged: then none of the files is taken in.
    """
    opened = [_open(home, name, from_outside(home, name, data), wish) for name, data in files]
    # A file that comes alone can be undone alone, so it need not be looked through before it is taken in.
    alone = len(opened) == 1 and not (wish.dry_run or wish.strict)
    waiting = [_looked_through(home, file, wish, at_once=alone) for file in opened]
    _take_all(home, waiting, wish)
    return [one.result for one in waiting]


def import_good(home: Home, files: Files, wish: Wish) -> tuple[list[FileResult], list[Left]]:
    """Take in what is good of these files: one that is refused must not keep the morning's others out.

    Raises the refusal where not a single file is good.
    """
    waiting, left = [], []
    for name, data in files:
        try:
            waiting.append(_looked_through(home, _open(home, name, from_outside(home, name, data), wish), wish, at_once=False))
        except (Refused, UsageError) as error:
            left.append(Left(name, error))
    if left and not waiting:
        raise left[0].error
    _take_all(home, waiting, wish)
    return [one.result for one in waiting], left


def _take_all(home: Home, waiting: list[_Waiting], wish: Wish) -> None:
    order = sorted(range(len(waiting)), key=lambda n: (_ORDER_OF_WORK.index(waiting[n].result.kind), n))
    if wish.dry_run:
        store = home.reading()
        try:
            for n in order:
                _take(home, store, waiting[n], wish)
        finally:
            if store is not None:
                store.connection.close()
    elif waiting:
        with home.store() as writing:
            for n in order:
                try:
                    _take(home, writing, waiting[n], wish)
                except RowsApart:  # nothing of it is in
                    waiting[n] = _looked_through(home, waiting[n].file, wish, at_once=False)
                    _take(home, writing, waiting[n], wish)


def import_into(home: Home, store: Store, name: str, data: bytes | Source, wish: Wish) -> FileResult:
    """Take one file into a store that is open already. Raises Refused (and nothing of it is in) as `import_files` does."""
    waiting = _looked_through(home, _open(home, name, data, wish), wish, at_once=False)
    _take(home, store, waiting, wish)
    return waiting.result


def read_only(home: Home, name: str, data: bytes | Source, wish: Wish) -> FileResult:
    """What a file says, all of it, without asking the store what it thinks of that."""
    waiting = _looked_through(home, _open(home, name, data, wish), wish, at_once=False)
    for part in _parts(waiting, waiting.result.problems, None):
        waiting.result.records = part
    return waiting.result


def _open(home: Home, name: str, data: bytes | Source, wish: Wish) -> OpenedFile:
    wanted, asked = wish.reader, wish.channel_of(name)
    if wanted is None and asked is not None:
        channel = home.settings.channels.get(asked)
        if channel is None:
            near = nearest(asked, home.settings.channels)
            known = f"channels in rules.yaml: {', '.join(home.settings.channels) or 'none'}"
            raise UsageError(f"no channel is called {asked!r}", f"did you mean {near}? {known}" if near else known)
        wanted = channel.reader
    return open_file(name, data, wanted=wanted, readers=readers_of(home.settings))


def _context(home: Home, file: OpenedFile, wish: Wish) -> Context:
    settings = home.settings
    channel = wish.channel_of(file.name) or _channel_of(home, file)
    zone = settings.channels[channel].timezone if channel in settings.channels else None
    return Context(
        channel=channel,
        currency=settings.readers.get(file.reader.name, {}).get("currency") or settings.currency,
        timezone=zone or settings.timezone,
        date_order=wish.date_order,
        locations={code: one.name for code, one in settings.locations.items()},
        location=wish.feed.location if wish.feed else "",
    )


def _channel_of(home: Home, file: OpenedFile) -> str:
    """The channel whose files this reader reads. Native files name theirs in each row, profiles may name it; goods need not be of one."""
    reader, profile = file.reader, home.settings.readers.get(file.reader.name, {})
    if reader.kind in ("inbound", "tracking", "returns") or reader.name == "native" or "channel" in profile.get("columns", ()):
        return ""
    if profile.get("channel"):
        return str(profile["channel"])
    channels = home.settings.channels
    named = [name for name, one in channels.items() if one.reader == reader.name]
    if len(named) == 1:
        return named[0]
    if reader.kind in ("products", "stock"):
        return ""
    if not named:
        raise Refused(
            f"{file.name} is a file of {reader.name}, and rules.yaml has no such channel",
            f"add it there:  channels: {{{reader.name}: {{reader: {reader.name}}}}}",
        )
    where = "-" if file.name == "standard input" else file.name
    raise Refused(
        f"{file.name} could be of {' or '.join(named)}",
        f"name the channel: oms import --channel {named[0]} {where}; or put such files into inbox/{named[0]}/",
    )


def _looked_through(home: Home, file: OpenedFile, wish: Wish, *, at_once: bool) -> _Waiting:
    """The file, ready to be taken in: its first item is asked for, so that what is damaged further down is refused now."""
    file.sheet.at_once = at_once
    if wish.kind and file.reader.kind != wish.kind:
        raise Refused(f"{Path(file.name).name} holds {file.reader.kind}, not {wish.kind}", f"oms import {file.name}")
    result = FileResult(
        Path(file.name).name,
        file.reader.name,
        file.reader.kind,
        file.encoding,
        notices=list(file.notices),
        sha256=file.sha256,
        delimiter=file.delimiter,
        header_row=file.header_row,
        used=file.columns_used,
        ignored=file.columns_ignored,
    )
    result.history = wish.history and result.kind == "orders"
    context = _context(home, file, wish)
    result.channel = context.channel
    if file.written_at is not None:
        result.written_at = as_text(min(datetime.fromtimestamp(int(file.written_at), UTC), home.now))
    result.feed = wish.feed
    result.recount = wish.recount or wish.feed is not None
    if wish.strict:
        result.problems = [item for item in file.items(context) if isinstance(item, Problem) and item.rejected]
        if result.problems:
            raise _strict(result)
    items = file.items(context)
    try:
        first = next(items, None)
    except RowsApart:
        return _looked_through(home, file, wish, at_once=False)
    return _Waiting(file, items if first is None else chain((first,), items), result)


def _take(home: Home, store: Store | None, waiting: _Waiting, wish: Wish) -> None:
    """One file: decide, write, in one transaction."""
    result = waiting.result
    if store is None or wish.dry_run:
        _take_parts(home, store, waiting, None)
        return
    with store.write("import", home.now, result.file, home.rules) as run:
        store.stock.keep_locations(home.settings.locations.values())
        before = store.connection.total_changes
        _take_parts(home, store, waiting, run)
        if result.kind == "tracking":
            result.uploads = tracking_files(home, store, home.settings.channels.values(), run)
        if wish.strict and result.counts["rejected"]:
            raise _strict(result)
        if store.connection.total_changes != before or result.counts["rejected"] or store.imports.has_set_aside(result.file):
            facts = {
                "name": result.file,
                "sha256": result.sha256,
                "reader": result.reader,
                "kind": result.kind,
                "encoding": result.encoding,
            }
            store.imports.add({**facts, "rows": result.rows, "counts": result.counts}, result.problems, run.id)
    result.run = run.id if run.changed else None
    if result.uploads:
        write_pending(home, store)


def _take_parts(home: Home, store: Store | None, waiting: _Waiting, run: Run | None) -> None:
    """The records of a file, in parts: what must be seen whole (kits, a feed's guard) each intake adds up, and judges at the end."""
    result = waiting.result
    intake = _INTAKES[result.kind](home, store, result, run)
    said, shown = list[Problem](), list[Any]()
    for part in _parts(waiting, said, _PART):
        kept = intake.take(part)
        shown += kept if run is None else ()
    late = intake.finish()
    result.records = sorted([*shown, *late], key=lambda one: one.source_line) if late else shown
    result.problems[:0] = said
    result.rows = waiting.file.rows
    result.counts["skipped"] += waiting.file.skipped
    result.counts["rejected"] = sum(problem.rejected for problem in result.problems)
    if result.known_of_old:
        result.notices.append(f"{result.known_of_old} orders are known already and stay as they are")


def _parts(waiting: _Waiting, problems: list[Problem], size: int | None) -> Iterator[list[Any]]:
    """The records of a file, at most so many at a time; `problems` takes the others, which come last."""
    part: list[Any] = []
    for item in waiting.items:
        if isinstance(item, Problem):
            problems.append(item)
            continue
        part.append(item)
        if len(part) == size:
            yield part
            part = []
    yield part


class _Intake(Protocol):
    """Takes the records of one file in. Without a store or a run nothing is written."""

    def take(self, records: list[Any]) -> list[Any]:
        """Decide and write a part of them. Returns those that were not set aside."""

    def finish(self) -> list[Any] | None:
        """The file has ended. Returns what had to wait for that."""


_INTAKES: dict[str, Callable[[Home, Store | None, FileResult, Run | None], _Intake]] = {
    "products": ProductIntake,
    "stock": StockIntake,
    "inbound": ReceiptIntake,
    "listings": ListingIntake,
    "orders": OrderIntake,
    "tracking": TrackingIntake,
    "returns": ReturnIntake,
}


def _strict(result: FileResult) -> Refused:
    bad = [problem for problem in result.problems if problem.rejected]
    first = bad[0]
    where = f"{result.file}:{first.line}" if first.line else result.file
    return Refused(
        f"{where}: {first.column}: {first.problem}{f' ({len(bad)} bad rows in all)' if len(bad) > 1 else ''}; with --strict nothing of this file was taken in",
        first.hint or "mend the file, or leave --strict out to take the good rows in",
    )

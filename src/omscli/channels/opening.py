"""A file from outside, opened: found out what it is, and read item by item."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from omscli.base.problems import Problem
from omscli.channels.columns import fields_of, keys_of, places
from omscli.channels.decoding import Coding, coding_of
from omscli.channels.detect import all_readers, choose, claims, named
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.channels.source import Source
from omscli.channels.table import Header, Table, TextTable
from omscli.errors import Refused


@dataclass(slots=True)
class OpenedFile:
    """A file whose reader is known. `rows`, `skipped` and `set_aside` count what the last walk over `items` read."""

    name: str
    reader: Reader
    encoding: str
    sheet: Sheet
    notices: tuple[str, ...]
    sha256: str

    @property
    def header(self) -> list[str]:
        """The header as the file writes it."""
        return self.sheet.header

    @property
    def rows(self) -> int:
        """Rows of data read: those in records, those set aside, and those skipped."""
        return self.sheet.read

    @property
    def skipped(self) -> int:
        """Rows that are no data: footers and repeated headers."""
        return self.sheet.skipped

    @property
    def set_aside(self) -> int:
        """Rows that did not come in, each with its reason among the problems."""
        return self.sheet.set_aside

    def items(self, context: Context) -> Iterator[Item]:
        """Every order, or every row of another kind; the problems come last, by line.

        Raises Refused for a damaged file, before its first item.
        """
        if self.reader.kind != "orders":  # those are looked through for their numbers anyway
            for _ in self.sheet.source():
                pass
        yield from self.reader.read(self.sheet, context)
        problems = sorted(self.sheet.problems, key=lambda one: one.line or 0)
        if problems:
            yield from _with_raw(self.sheet, problems)


def _with_raw(sheet: Sheet, problems: Sequence[Problem]) -> Iterator[Problem]:
    """The problems with the text of their rows, which a second walk fetches: good rows need not be kept for it."""
    wanted = {problem.line for problem in problems}
    raw = {line: _row_text(cells) for line, cells in sheet.source() if line in wanted}
    for problem in problems:
        yield replace(problem, raw=raw.get(problem.line or 0, ""))


def _row_text(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def open_file(name: str, data: bytes | Source, *, wanted: str | None = None, readers: Sequence[Reader] | None = None) -> OpenedFile:
    """Find out what a file is.

    Args:
        name: How messages call it.
        data: Its bytes, or where they are.
        wanted: The reader that the seller named (`amazon`, `amazon.unshipped`); None finds it from the header.
        readers: The readers to choose from; None means every built-in one.

    Returns:
        The file, ready to be read.

    Raises:
        Refused: It is no table, no reader claims it, more than one does, or it lacks columns.
        UsageError: No reader is called as wanted.
    """
    readers = all_readers() if readers is None else readers
    table, coding = _table(Source(name, data=data) if isinstance(data, bytes) else data)
    header = _header(name, table, readers, wanted)
    reader = choose(name, header.cells, readers, wanted)
    sheet = Sheet(
        name,
        header.cells,
        keys_of(header.cells, reader.aliases),
        table.rows(header, raw=reader.raw, php_quotes=reader.php_quotes),
        pads=reader.pads,
        footer=reader.footer,
        mark=reader.mark,
        first_wins=reader.first_wins,
        has_nul=table.has_nul,
    )
    places(name, sheet.header, sheet.keys, reader.columns, mark=reader.mark, first_wins=reader.first_wins)
    return OpenedFile(name, reader, coding.encoding, sheet, (*coding.notices, *_unused(sheet, reader)), coding.sha256)


def _table(source: Source) -> tuple[Table, Coding]:
    coding = coding_of(source)
    if coding.is_workbook:
        from omscli.channels.workbook import workbook

        return workbook(source.name, source.whole()), coding
    return TextTable(source, coding.codec, coding.has_nul), coding


def _header(name: str, table: Table, readers: Sequence[Reader], wanted: str | None) -> Header:
    """The first line that a reader claims; without one the widest, so that the message can say what was seen."""
    seen = list(table.headers())
    asked = named(wanted, readers)
    for candidates, strict in ((asked, True), (asked, wanted is None), (readers, True)):
        for header in seen:
            if claims(header.cells, candidates, strict=strict):
                return header
    if not seen:
        raise Refused(f"{name}: nothing in its first lines is divided into columns", "it takes a CSV file with one line of column names")
    return max(seen, key=lambda one: (sum(map(bool, one.cells)), -one.line))


def _unused(sheet: Sheet, reader: Reader) -> tuple[str, ...]:
    if not reader.tells_extra:
        return ()
    used = fields_of(reader.columns)
    extra = [column for column, key in zip(sheet.header, sheet.keys, strict=True) if key not in used and column]
    return (f"not used: {'columns' if len(extra) > 1 else 'column'} {', '.join(extra)}",) if extra else ()

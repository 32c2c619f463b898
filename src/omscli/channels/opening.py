"""A file from outside, opened: found out what it is, and read item by item."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from omscli.base.problems import Problem
from omscli.base.text import nearest
from omscli.channels.columns import fields_of, keys_of, places
from omscli.channels.detect import all_readers, ambiguous, choose, claims, must_have, named
from omscli.channels.framing import Elsewhere, Found, framed, look_at
from omscli.channels.json_lines import is_json, json_lines
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.channels.source import Source
from omscli.channels.table import Header, Table
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
    delimiter: str = ""  # "" where cells are divided already
    header_row: int = 1  # 0 where there are no headers: JSON lines
    written_at: float | None = None  # when the file was written, in seconds since 1970

    @property
    def columns_used(self) -> dict[str, str]:
        """Each column that the reader uses, as the file writes it, with the name of its field."""
        fields = fields_of(self.reader.columns)
        return {column: key for column, key in zip(self.sheet.header, self.sheet.keys, strict=True) if column and key in fields}

    @property
    def columns_ignored(self) -> list[str]:
        """The columns that are left alone."""
        used = self.columns_used
        return [column for column in self.sheet.header if column and column not in used]

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
    source = Source(name, data=data) if isinstance(data, bytes) else data
    if is_json(source):
        return _lines_of_json(source, wanted)
    readers = all_readers() if readers is None else readers
    found = _found(source, readers, wanted)
    reader, header, table = found.reader, found.header, found.look.table
    must_have(name, header.cells, reader, wanted)
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
    coding = found.look.coding
    notices = (*coding.notices, *_unused(sheet, reader))
    return OpenedFile(name, reader, coding.encoding, sheet, notices, coding.sha256, header.delimiter, header.line, source.written_at)


def _lines_of_json(source: Source, wanted: str | None) -> OpenedFile:
    reader, sheet, coding = json_lines(source, wanted)
    return OpenedFile(
        source.name, reader, coding.encoding, sheet, coding.notices, coding.sha256, header_row=0, written_at=source.written_at
    )


def _found(source: Source, readers: Sequence[Reader], wanted: str | None) -> Found:
    """The one reader of the file. Readers with a form of their own look first, each in its own way; then the others together."""
    name = source.name
    theirs, refused = framed(source, named(wanted, readers))
    if wanted is not None and (theirs or refused):
        if not theirs:
            raise refused[0]
        return theirs[0]
    plain = [reader for reader in readers if reader.form_of is None]
    try:
        look = look_at(source)
        header = _header(name, look.table, plain, wanted)
    except Refused:
        if not theirs:
            raise
        claimed, header = [], theirs[0].header
    else:
        claimed = claims(header.cells, named(wanted, plain))
    if len(theirs) + bool(claimed) > 1:
        raise ambiguous(name, header.cells, [*claimed, *(one.reader for one in theirs)])
    if theirs:
        return theirs[0]
    moved = next((error for error in refused if isinstance(error, Elsewhere)), None)
    if moved is not None and not claimed:
        raise moved
    return Found(choose(name, header.cells, plain if claimed else readers, wanted), look, header)


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
    widest = max(seen, key=lambda one: (sum(map(bool, one.cells)), -one.line))
    first = table.line(1)
    if len(widest.cells) < 3 and first and all(one.line > 1 for one in seen):
        raise Refused(
            f"{name}:1: the first line is not divided into columns: “{first[:80]}{'…' if len(first) > 80 else ''}”",
            "it takes commas, semicolons, tabs or |; a file with another mark: name it under `readers:` in rules.yaml (delimiter)",
        )
    return widest


def _unused(sheet: Sheet, reader: Reader) -> tuple[str, ...]:
    if not reader.tells_extra:
        return ()
    used = fields_of(reader.columns)
    free = [field for field in used if field not in sheet.keys]
    extra = [column for column, key in zip(sheet.header, sheet.keys, strict=True) if key not in used and column]
    words = [f"{column} (did you mean {near}?)" if (near := nearest(column, free, 0.8)) else column for column in extra]
    return (f"not used: {'columns' if len(extra) > 1 else 'column'} {', '.join(words)}",) if extra else ()

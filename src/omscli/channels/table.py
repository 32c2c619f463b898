"""The raw rows of a file and its header, which is not always the first line: titles, bare commas and `sep=;` may stand above it."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from omscli.channels.columns import MAX_COLUMNS
from omscli.channels.sheet import RawRow
from omscli.channels.source import Source
from omscli.errors import Refused

DELIMITERS = "\t,;|"
HEADER_LINES = 12
MAX_CELL = 1_000_000
_SEP = re.compile(r"sep=(.)\s*$", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
# A quote behind a backslash that PHP left single; at the end of a cell it closes the cell.
_PHP_QUOTE = re.compile(r'\\"(?!["\r\n,;\t|]|\Z)')


@dataclass(frozen=True, slots=True)
class Header:
    """A line that may be the header: its line in the file, its cells, the delimiter."""

    line: int
    cells: list[str]
    delimiter: str = ""
    is_quoted: bool = False


class Table(Protocol):
    """A file as rows: text with delimiters, or a sheet of a workbook."""

    def headers(self, delimiter: str | None = None, row: int | None = None) -> Iterator[Header]:
        """Every way to read each of the first lines as a header; with `row` that line only, with `delimiter` by that one only."""

    def line(self, number: int) -> str:
        """A line as it is, to show it; "" behind the last one."""

    def rows(self, header: Header, *, raw: bool, php_quotes: bool) -> Callable[[], Iterator[RawRow]]:
        """A function that walks the rows below the header, from the first one each time."""

    @property
    def has_nul(self) -> bool:
        """Whether a NUL character stands anywhere."""


@dataclass(frozen=True, slots=True)
class TextTable:
    """Text with delimiters. The delimiter is told from the header alone: titles and notes hold any of them."""

    source: Source
    codec: str
    has_nul: bool = False

    def headers(self, delimiter: str | None = None, row: int | None = None) -> Iterator[Header]:
        """The first lines, each by the delimiters in it, the most frequent one first."""
        last = row or HEADER_LINES
        with self.source.text(self.codec) as stream:
            lines = [stream.readline(MAX_CELL) for _ in range(last)]
        forced = delimiter or ""
        for number, line in enumerate(lines, 1):
            if not line:
                return
            said = _SEP.match(line) if number == 1 else None
            if said:
                forced = forced or said[1]
            if said or row not in (None, number):
                continue
            outside = _QUOTED.sub("", line)
            for mark in forced or sorted((one for one in DELIMITERS if one in outside), key=lambda one: -outside.count(one)):
                cells = self._cells(line, mark)
                if len(cells) > MAX_COLUMNS:
                    raise Refused(
                        f"{self.source.name}:{number}: {len(cells):,} columns are more than {MAX_COLUMNS}", "download the file again"
                    )
                yield Header(number, cells, mark, line.lstrip().startswith('"'))

    def line(self, number: int) -> str:
        """A line as it is, to show it; "" behind the last one."""
        with self.source.text(self.codec) as stream:
            return next(islice(stream, number - 1, number), "").strip()

    def _cells(self, line: str, delimiter: str) -> list[str]:
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            return []
        return [cell.strip().lstrip("\ufeff") for cell in cells]

    def rows(self, header: Header, *, raw: bool, php_quotes: bool) -> Callable[[], Iterator[RawRow]]:
        """A function that walks the rows below the header. Files without quoting have it only when saved again with quotes."""
        raw = raw and header.delimiter == "\t" and not header.is_quoted
        return lambda: self._walk(header, csv.QUOTE_NONE if raw else csv.QUOTE_MINIMAL, php_quotes=php_quotes)

    def _walk(self, header: Header, quoting: int, *, php_quotes: bool) -> Iterator[RawRow]:
        csv.field_size_limit(MAX_CELL)
        with self.source.text(self.codec) as stream:
            for _ in range(header.line):
                stream.readline()
            lines: Iterable[str] = map(_doubled, stream) if php_quotes else stream
            reader = csv.reader(lines, delimiter=header.delimiter, quoting=quoting, strict=True)  # type: ignore[arg-type]
            line = first = header.line + 1
            try:
                for cells in reader:
                    yield line, cells
                    line = first + reader.line_num
            except csv.Error as error:
                raise self._refused(str(error), line) from None

    def _refused(self, error: str, line: int) -> Refused:
        name, again = self.source.name, "download it again"
        if "unexpected end" in error:
            return Refused(f"{name}: line {line}: quote never closed – the file looks cut off", again)
        if "field larger" in error:
            return Refused(f"{name}: line {line}: a cell is larger than 1 MB", f"{again}; a quote may be missing in this line")
        return Refused(
            f"{name}: line {line}: a quote stands inside a quoted cell and is not doubled", f"{again} and do not edit it by hand"
        )


def _doubled(line: str) -> str:
    """A line of PHP's fputcsv as everybody else writes it."""
    return _PHP_QUOTE.sub('\\\\""', line) if '\\"' in line else line


@dataclass(frozen=True, slots=True)
class RowsTable:
    """Rows that are cells already: the first sheet of a workbook. `cells` walks them from the first one each time it is called."""

    name: str
    cells: Callable[[], Iterator[list[str]]]

    @property
    def has_nul(self) -> bool:
        """Workbooks are XML, which has no NUL."""
        return False

    def headers(self, delimiter: str | None = None, row: int | None = None) -> Iterator[Header]:
        """The first rows that hold anything."""
        del delimiter  # cells are divided already
        for number, cells in enumerate(islice(self.cells(), row or HEADER_LINES), 1):
            if any(cells) and row in (None, number):
                yield Header(number, [cell.strip() for cell in cells][:MAX_COLUMNS])

    def line(self, number: int) -> str:
        """The texts of a row, to show them."""
        return ", ".join(filter(None, next(islice(self.cells(), number - 1, number), [])))

    def rows(self, header: Header, *, raw: bool, php_quotes: bool) -> Callable[[], Iterator[RawRow]]:
        """A function that walks the rows below the header."""
        del raw, php_quotes  # cells have no quotes
        return lambda: ((line, list(row)) for line, row in enumerate(islice(self.cells(), header.line, None), header.line + 1))

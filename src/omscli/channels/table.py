"""The raw rows of a file and its header, which is not always the first line: titles, bare commas and `sep=;` may stand above it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from omscli.channels.columns import MAX_COLUMNS
from omscli.channels.sheet import RawRow
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
    """A line that may be the header: its line in the file, its cells, the delimiter, and where the text behind it begins."""

    line: int
    cells: list[str]
    delimiter: str = ""
    end: int = 0
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

    name: str
    text: str

    @property
    def has_nul(self) -> bool:
        """Whether a NUL character stands anywhere."""
        return "\0" in self.text

    def headers(self, delimiter: str | None = None, row: int | None = None) -> Iterator[Header]:
        """The first lines, each by the delimiters in it, the most frequent one first."""
        last = row or HEADER_LINES
        stream = io.StringIO(self.text[: last * MAX_CELL], newline="")
        forced = delimiter or ""
        for number in range(1, last + 1):
            line = stream.readline()
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
                    raise Refused(f"{self.name}:{number}: {len(cells):,} columns are more than {MAX_COLUMNS}", "download the file again")
                yield Header(number, cells, mark, stream.tell(), line.lstrip().startswith('"'))

    def line(self, number: int) -> str:
        """A line as it is, to show it; "" behind the last one."""
        return next(islice(io.StringIO(self.text), number - 1, number), "").strip()

    def _cells(self, line: str, delimiter: str) -> list[str]:
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            return []
        return [cell.strip().lstrip("\ufeff") for cell in cells]

    def rows(self, header: Header, *, raw: bool, php_quotes: bool) -> Callable[[], Iterator[RawRow]]:
        """A function that walks the rows below the header. Files without quoting have it only when saved again with quotes."""
        text = self.text[header.end :]
        if php_quotes and '\\"' in text:
            text = _PHP_QUOTE.sub('\\\\""', text)
        raw = raw and header.delimiter == "\t" and not header.is_quoted
        return lambda: self._walk(text, header, csv.QUOTE_NONE if raw else csv.QUOTE_MINIMAL)

    def _walk(self, text: str, header: Header, quoting: int) -> Iterator[RawRow]:
        csv.field_size_limit(MAX_CELL)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=header.delimiter, quoting=quoting, strict=True)  # type: ignore[arg-type]
        line = header.line + 1
        try:
            for cells in reader:
                yield line, cells
                line = header.line + reader.line_num + 1
        except csv.Error as error:
            raise self._refused(str(error), line) from None

    def _refused(self, error: str, line: int) -> Refused:
        again = "download it again"
        if "unexpected end" in error:
            return Refused(f"{self.name}: line {line}: quote never closed – the file looks cut off", again)
        if "field larger" in error:
            return Refused(f"{self.name}: line {line}: a cell is larger than 1 MB", f"{again}; a quote may be missing in this line")
        return Refused(
            f"{self.name}: line {line}: a quote stands inside a quoted cell and is not doubled", f"{again} and do not edit it by hand"
        )


@dataclass(frozen=True, slots=True)
class RowsTable:
    """Rows that are cells already: the first sheet of a workbook."""

    name: str
    cells: Sequence[list[str]]

    @property
    def has_nul(self) -> bool:
        """Workbooks are XML, which has no NUL."""
        return False

    def headers(self, delimiter: str | None = None, row: int | None = None) -> Iterator[Header]:
        """The first rows that hold anything."""
        del delimiter  # cells are divided already
        for number, cells in enumerate(self.cells[: row or HEADER_LINES], 1):
            if any(cells) and row in (None, number):
                yield Header(number, [cell.strip() for cell in cells][:MAX_COLUMNS])

    def line(self, number: int) -> str:
        """The texts of a row, to show them."""
        return ", ".join(filter(None, self.cells[number - 1])) if number <= len(self.cells) else ""

    def rows(self, header: Header, *, raw: bool, php_quotes: bool) -> Callable[[], Iterator[RawRow]]:
        """A function that walks the rows below the header."""
        del raw, php_quotes  # cells have no quotes
        return lambda: ((line, list(row)) for line, row in enumerate(self.cells[header.line :], header.line + 1))

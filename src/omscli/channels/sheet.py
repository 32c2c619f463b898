"""The rows of one file below its header: each with the line it begins on, trimmed, as wide as the header, or set aside.

Every row is counted once: taken into a record, set aside with a problem, or skipped because it belongs to the file and not to
the data (footers, repeated headers). Rows without any text are no rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Protocol, TypeVar

from omscli.base.problems import Problem
from omscli.channels.columns import places
from omscli.errors import Refused

MAX_ROWS = 2_000_000


class Row(Protocol):
    """A row in the shape that a reader declares: a NamedTuple whose first field is the line in the file, counted from 1."""

    @property
    def line(self) -> int:
        """The first line of the row, as an editor counts."""


R = TypeVar("R", bound=Row)
RawRow = tuple[int, list[str]]


@dataclass(slots=True)
class Sheet:
    """A header and the rows under it.

    `source` starts a new walk over the raw rows each time it is called. `keys` are the columns' keys (`columns.key_of`). The
    counts and problems are those of the last walk.
    """

    name: str
    header: list[str]
    keys: list[str]
    source: Callable[[], Iterator[RawRow]]
    pads: bool = False
    footer: re.Pattern[str] | None = None
    mark: str = " "
    first_wins: bool = False
    has_nul: bool = False
    at_once: bool = False  # orders are wanted in one walk; see `grouping.orders`
    read: int = 0
    taken: int = 0
    set_aside: int = 0
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)
    broken: list[RawRow] = field(default_factory=list)

    def has(self, *keys: str) -> bool:
        """Whether the file has all of these columns."""
        return all(key in self.keys for key in keys)

    def header_of(self, key: str) -> str:
        """The header of a column as the file writes it; the key itself for a column that is missing."""
        return self.header[self.keys.index(key)] if key in self.keys else key.replace("_", self.mark)

    def column(self, key: str) -> Iterator[str]:
        """All cells of one column, trimmed, from a walk of their own; none for a column that is missing."""
        if key in self.keys:
            place = self.keys.index(key)
            yield from (cells[place].strip() for _, cells in self.source() if len(cells) > place)

    def note(self, line: int, key: str, value: str, problem: str, hint: str = "") -> None:
        """Something about a row that was taken in and that the seller should know."""
        self.problems.append(Problem(line, self.header_of(key), value, problem, hint, rejected=False))

    def reject(self, line: int, key: str, value: str, problem: str, hint: str = "") -> None:
        """A row is set aside."""
        self.set_aside += 1
        self.problems.append(Problem(line, self.header_of(key) if key else "", value, problem, hint))

    def shaper(self, shape: type[R]) -> Callable[[int, list[str]], R]:
        """A function that puts a raw row into a shape, trimmed, missing columns empty.

        Raises Refused when the file lacks a required column or has one twice.
        """
        found = places(self.name, self.header, self.keys, shape, mark=self.mark, first_wins=self.first_wins)
        fields: Sequence[str] = vars(shape)["_fields"][1:]
        # A column that is missing is read from the empty cell that every row gets at its end.
        at = [found.get(one, -1) for one in fields]
        get: Callable[[list[str]], Iterable[str]] = itemgetter(*at) if len(at) > 1 else itemgetter(slice(at[0], at[0] + 1 or None))
        make: Callable[[Iterable[object]], R] = shape._make  # type: ignore[attr-defined]  # every NamedTuple has it
        strip = str.strip

        def shaped(line: int, cells: list[str]) -> R:
            cells.append("")
            return make((line, *map(strip, get(cells))))

        return shaped

    def rows(self, shape: type[R]) -> Iterator[R]:
        """Every row of the data in the shape. What is no proper row goes to `problems`, and to `broken` as it came."""
        self._start()
        shaped = self.shaper(shape)
        width, first = len(self.header), self.header[0]
        plain = self.footer is None and not self.has_nul
        for line, cells in self.source():
            if len(cells) == width and plain and cells[0] and cells[0] != first:
                self.read += 1
            elif not self._is_good(line, cells, width):
                continue
            if self.read > MAX_ROWS:
                raise Refused(f"{self.name} has more than {MAX_ROWS:,} rows", "split the file")
            yield shaped(line, cells)
        if not self.read:
            raise Refused(f"{self.name} has a header but no rows", "there was nothing to download, or the file was cut off")

    def _start(self) -> None:
        self.read = self.taken = self.set_aside = self.skipped = 0
        self.problems, self.broken = [], []

    def _is_good(self, line: int, cells: list[str], width: int) -> bool:
        """Whether an unusual row is data after all. Counts it, and says why where it is not; pads it where that is the format."""
        text = " ".join(cells).strip()
        if not text:
            return False
        self.read += 1
        if (self.footer is not None and self.footer.match(text)) or cells == self.header:
            self.skipped += 1
            return False
        if len(cells) < width and self.pads:
            cells.extend([""] * (width - len(cells)))
        if len(cells) != width:
            self.broken.append((line, cells))
            hint = "a line end may stand in a cell without quotes, or the file may be cut off here"
            if len(cells) > width:
                hint = "a cell may hold the character that divides the columns without quotes"
            self.reject(line, "", text[:80], f"has {len(cells)} columns, the header has {width}", hint)
            return False
        if self.has_nul and "\0" in text:
            self.broken.append((line, cells))
            self.reject(line, "", text.replace("\0", "␀")[:80], "holds a NUL character", "download the file again")
            return False
        return True

"""How a file writes what our own files write plainly: its decimal mark, its dates, its clock, its words for numbers of units.

Whoever describes a file (a profile of rules.yaml) states these; what nobody stated is read as in our own files, or refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from omscli.base.text import fold
from omscli.channels.cells import CellError, count, money, quantity
from omscli.channels.dates import any_day, any_instant, formed_day, formed_instant, settled_order
from omscli.channels.reader import Context
from omscli.channels.sheet import Sheet

# Whole numbers, by the decimal mark: groups of three are thousands. `1,000` with the mark `,` is 1 or 1000: nobody can say.
_WHOLE = {
    ".": re.compile(r"(-?(?:[0-9]{1,7}|[0-9]{1,3}(?:[, '\u2019\u00a0\u202f\u2009][0-9]{3})+))(?:\.0+)?"),
    ",": re.compile(r"(-?(?:[0-9]{1,7}|[0-9]{1,3}(?:[. '\u2019\u00a0\u202f\u2009][0-9]{3})+))(?:,(?:00?|0000+))?"),
}
# Measures, with their decimal places; three places behind a comma may be thousands.
_MEASURE = {
    ".": re.compile(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]+))?"),
    ",": re.compile(r"([0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)(?:,([0-9]{1,2}|[0-9]{4,}))?"),
}
_NO_FIGURE = re.compile(r"[^0-9-]")
_THOUSANDS = re.compile(r"-?[0-9]{1,3},[0-9]{3}")


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a file means by its marks and words.

    Attributes:
        name: The profile, for hints; "" for our own files.
        decimal: Its decimal mark, `.` or `,`. None where nobody said: a point then, and what may be thousands is refused.
        dates: The form of its dates (`%d.%m.%Y`); "" for ISO dates and what the figures of a column prove.
        zone: The IANA zone of its times; "" for the channel's.
        words: What a cell of a quantity means, by its folded text (`in stock` is 10).
        location: The place of all its goods, where it has no column for it.
        repeated: What rows of stock mean that name a SKU again at its place: `sum` takes them for parts of one stock, `refuse`
            sets all of them aside; "" is for our own files, where the first one stands and another number contradicts it.
    """

    name: str = ""
    decimal: str | None = None
    dates: str = ""
    zone: str = ""
    words: Mapping[str, int] = field(default_factory=dict)
    location: str = ""
    repeated: str = ""

    def clock(self, context: Context) -> str:
        """The zone of times that name none."""
        return self.zone or context.timezone

    def money(self, text: str, column: str, currency: str) -> int | None:
        """Minor units of the currency; None for an empty cell."""
        if self.decimal == "." and _THOUSANDS.fullmatch(text):
            text = text.replace(",", "")
        return money(text, column, currency, self.decimal or ".")

    def measure(self, text: str) -> str:
        """A number with decimal places in plain figures, `1.234,5` as `1234.5`; "" where it can be read two ways."""
        if self.decimal is None:
            return text
        found = _MEASURE[self.decimal].fullmatch(text)
        return f"{_NO_FIGURE.sub('', found[1])}.{found[2] or '0'}" if found else ""

    def quantity(self, text: str, column: str) -> int:
        """Units of goods, at least 1."""
        try:
            return quantity(self._figures(text, column), column)
        except CellError as wrong:
            raise self._explained(text, wrong) from None

    def count(self, text: str, column: str) -> int:
        """Units on a shelf; may be 0 or negative."""
        try:
            return count(self._figures(text, column), column)
        except CellError as wrong:
            raise self._explained(text, wrong) from None

    def has_units(self, text: str) -> bool:
        """Whether a cell says how many; an empty one may by the words of its profile."""
        return bool(text) or "" in self.words

    def _figures(self, text: str, column: str) -> str:
        """A number of units in plain figures: words turned into theirs, thousands without their mark where the mark is known."""
        units = self.words.get(fold(text)) if self.words else None
        if units is not None:
            return str(units)
        if self.decimal is None or not text:
            return text
        found = _WHOLE[self.decimal].fullmatch(text)
        if not found:
            raise CellError(column, text, "not a whole number")
        return _NO_FIGURE.sub("", found[1])

    def _explained(self, text: str, wrong: CellError) -> CellError:
        """The error with the cell as the file has it; a word that a profile could name gets the way to name it."""
        hint = wrong.hint
        if self.name and text and wrong.problem == "not a whole number":
            hint = f"if it always means the same number, name it in rules.yaml: readers: {self.name}: words"
        return CellError(wrong.column, text, wrong.problem, hint)

    def order_of(self, sheet: Sheet, column: str, context: Context) -> str:
        """The order of day, month and year in a column of dates; with a form of its own nothing needs to be found out."""
        return "ymd" if self.dates else settled_order(sheet.column(column), "ymd", context.date_order)

    def instant(self, text: str, column: str, zone: str, order: str) -> str:
        """UTC text of a date, with or without a time."""
        return formed_instant(text, column, self.dates, zone) if self.dates else any_instant(text, column, zone, order)

    def day(self, text: str, column: str, zone: str, order: str) -> str:
        """A date on the clock of the zone."""
        return formed_day(text, column, self.dates, zone) if self.dates else any_day(text, column, zone, order)


PLAIN = Dialect()

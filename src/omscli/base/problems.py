"""A data problem is a value: where it stands, what it is, how to mend it. One bad row never stops a file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about one place of one file.

    `line` counts from 1 as an editor does; `column` is the header as the file writes it. A `rejected` row was set aside;
    one that is not was taken in and is only noted (a tracking number of an odd form, say).
    """

    line: int | None
    column: str
    value: str
    problem: str
    hint: str = ""
    rejected: bool = True
    raw: str = ""

    def as_json(self) -> dict[str, Any]:
        """The public form; the raw text of the row stays in the store."""
        found = asdict(self)
        del found["raw"]
        return found

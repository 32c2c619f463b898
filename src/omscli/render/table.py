"""What a list command shows, before anybody knows where: columns with a kind, rows as plain dicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "id", "number", "money", "date", "instant"]
"""`text` may wrap on a terminal; an `id` (order number, SKU, tracking number) is never cut or grouped."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `currency_key` names the key of the row that holds the currency of a money column (minor units)."""

    key: str
    title: str
    kind: Kind = "text"
    currency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in the order in which they are shown. `title` and `footer` appear on a terminal only."""

    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    title: str = ""
    footer: str = ""

    def plain_columns(self) -> list[Column]:
        """The columns for files and pipes: an amount without its currency says nothing, so the currency follows as a column."""
        columns = list(self.columns)
        keys = {column.key for column in columns}
        for column in self.columns:
            key = column.currency_key
            if key and key not in keys:
                keys.add(key)
                last = max(i for i, other in enumerate(columns) if other.currency_key == key)
                columns.insert(last + 1, Column(key, key.replace("_", " ").capitalize()))
        return columns

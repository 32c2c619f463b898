"""A file of any other form: a profile says which of its columns is which of ours, and how it writes numbers and dates.

The profile becomes a reader like those in `known`. A column that it does not name is left alone, even one that is called like
one of ours: the seller has said which column is meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from omscli.base.text import fold
from omscli.channels.building import read_inbound, read_orders, read_products, read_returns, read_stock, read_tracking
from omscli.channels.columns import fields_of, key_of
from omscli.channels.dialect import Dialect
from omscli.channels.reader import Context, FileForm, Item, Reader
from omscli.channels.rows import OrderRow, ProductRow, ReceiptRow, ReturnRow, StockRow, TrackingRow
from omscli.channels.sheet import Sheet

Read = Callable[[Dialect, Sheet, Context], Iterator[Item]]

# Of each kind: its rows, how they are read, and the columns without which a row says nothing.
_KINDS: Mapping[str, tuple[type, Read, str]] = {
    "products": (ProductRow, read_products, "sku"),
    "stock": (StockRow, read_stock, "sku on_hand location"),
    "inbound": (ReceiptRow, read_inbound, "sku quantity expected_on location"),
    "tracking": (TrackingRow, read_tracking, "shipment_or_order tracking_number"),
    "orders": (OrderRow, read_orders, "order_id placed_at sku quantity"),
    "returns": (ReturnRow, read_returns, "order_id sku quantity reason"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the seller says of a file of another form.

    Attributes:
        name: How `--as` and channels call it.
        kind: What the file holds.
        columns: Our column to the file's header.
        footer: How rows begin that are no data (totals); "" for none.
        form: The outside of the file.
        dialect: How it writes numbers, dates and words.
    """

    name: str
    kind: str
    columns: Mapping[str, str]
    footer: str = ""
    form: FileForm = field(default_factory=FileForm)
    dialect: Dialect = field(default_factory=Dialect)


def reader_of(profile: Profile) -> Reader:
    """The reader of a profile. It claims a file that has all the columns of its kind that are needed, as the profile calls them.

    Of products only the SKU is needed, and every file has that: there one more of the columns must be there.
    """
    rows, read, needed = _KINDS[profile.kind]
    must = frozenset(one for one in needed.split() if one in profile.columns)
    return Reader(
        name=profile.name,
        kind=profile.kind,
        read=partial(read, profile.dialect),
        columns=rows,
        must=must,
        any_of=frozenset(profile.columns) - must if profile.kind == "products" else frozenset(),
        aliases=_aliases(rows, profile.columns),
        mark="_",
        footer=re.compile(re.escape(profile.footer), re.IGNORECASE) if profile.footer else None,
        form_of=profile.form,
        headers=profile.columns,
    )


def _aliases(rows: type, columns: Mapping[str, str]) -> dict[str, str]:
    """Keys of headers to our columns. A header called like a column of ours that means something else gets a key nobody asks for."""
    others = {name: f"~{name}" for name in fields_of(rows)}
    return others | {key_of(header): name for name, header in columns.items()}


def words_of(words: Mapping[str, int]) -> dict[str, int]:
    """Words for numbers of units as `Dialect` compares them: in any case, with any spaces."""
    return {fold(word): units for word, units in words.items()}

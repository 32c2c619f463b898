"""What a reader is: what a file of one form looks like, and how its rows become orders, stock or products.

A reader never opens anything: it gets a `Sheet` whose header it has claimed and a `Context` with what the seller decided.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from omscli.base.problems import Problem
from omscli.catalog.incoming import IncomingListing, IncomingProduct, IncomingReceipt, IncomingStock, IncomingTracking
from omscli.channels.sheet import Sheet
from omscli.orders.incoming import IncomingOrder
from omscli.returns.incoming import IncomingReturn

KINDS = ("orders", "products", "stock", "inbound", "tracking", "listings", "returns")

Item = IncomingOrder | IncomingProduct | IncomingStock | IncomingReceipt | IncomingTracking | IncomingListing | IncomingReturn | Problem


@dataclass(frozen=True, slots=True)
class Context:
    """What a file does not say of itself.

    `timezone` is the IANA zone of times written without one: the channel's, else the seller's. `date_order` (`dmy`, `mdy`,
    `ymd`) is the seller's word about dates that can be read two ways. `locations` maps the code of each location to its name;
    without any, places are taken as the file writes them. `location` is whose file it is, where its rows need not say so.
    """

    channel: str = ""
    currency: str = "USD"
    timezone: str = "UTC"
    date_order: str | None = None
    locations: Mapping[str, str] = field(default_factory=dict)
    location: str = ""


@dataclass(frozen=True, slots=True)
class FileForm:
    """What a profile says of the outside of its files; None is found out from the file.

    Attributes:
        delimiter: What divides the columns.
        encoding: How the letters are stored. Then nothing else is tried.
        header_row: The line of the headers, from 1. Lines above it are left alone.
        sheet: The sheet of a workbook.
        decimal: The mark that the figures of a workbook get when they become text, so that they are read as they were meant.
    """

    delimiter: str | None = None
    encoding: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    decimal: str = "."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One form of file of one channel.

    A header claims the reader when it has all of `must`, one of `any_of` (where given) and none of `must_not`. All of these are
    column keys (`columns.key_of`): `Lineitem name` is `lineitem_name`.

    Attributes:
        name: The channel's format, and the name of its module.
        form: Which of the channel's files, where it has several (`unshipped`).
        kind: What the file holds, one of KINDS.
        read: Gives each order, or each row of other kinds, and what was set aside.
        columns: The shape (a NamedTuple) whose fields are the columns it uses; a field without default is required.
        aliases: Other spellings of a column, key to field.
        raw: Tab-separated files of this form have no quoting: a `"` is an inch mark.
        first_wins: The format has columns of one name twice, and the first one counts (Wix); else such a file is refused.
        pads: Rows may end early; the missing cells are empty.
        php_quotes: The writer leaves a quote that follows a backslash single (PHP's fputcsv).
        footer: Rows whose text starts like this belong to the file, not to the data.
        mark: What stands between the words of its headers, to name a missing one as the format does.
        tells_extra: The seller hears which columns are not used; for our own files, where such a column is a slip.
        form_of: The outside of its files, where a profile says it; then a file of another form is none of its own.
        headers: What the file calls its columns (key to header), to name a missing one as the profile does.
    """

    name: str
    form: str = ""
    kind: str = "orders"
    read: Callable[[Sheet, Context], Iterator[Item]]
    columns: type
    must: frozenset[str]
    any_of: frozenset[str] = frozenset()
    must_not: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)
    raw: bool = False
    first_wins: bool = False
    pads: bool = False
    php_quotes: bool = False
    footer: re.Pattern[str] | None = None
    mark: str = " "
    tells_extra: bool = False
    form_of: FileForm | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """`amazon.unshipped`: how people and `--as` name it."""
        return f"{self.name}.{self.form}" if self.form else self.name

    def called(self, keys: Iterable[str]) -> list[str]:
        """The columns of these keys, as `missing` gives them, in the words of its files."""
        return [" or ".join(self.headers.get(one) or one.replace("_", self.mark) for one in key.split(" or ")) for key in keys]

    def missing(self, keys: frozenset[str], *, strict: bool = True) -> list[str]:
        """The columns of its signature that a header with these keys does not have; empty when it claims the file.

        Not `strict` leaves `must_not` out: the seller named the reader.
        """
        lacking = sorted(self.must - keys)
        if self.any_of and not self.any_of & keys:
            lacking.append(" or ".join(sorted(self.any_of)))
        if strict and self.must_not & keys:
            lacking.append(f"(a file without {', '.join(sorted(self.must_not & keys))})")
        return lacking

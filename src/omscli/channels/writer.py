"""What a writer is: one form of file that a channel or a label program takes, and how its cells come from what we know.

A writer never opens anything: it gets records and gives rows of named fields; `writing` puts them into columns and bytes.
The layout (which column holds which field) is data, so that a seller can change it in rules.yaml when a channel does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from omscli.base.address import Address

KINDS = ("stock", "tracking", "labels")

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """How many units of one SKU a channel may sell from now on. `place` and `ids` are as the channel's own listing has them."""

    sku: str  # ours
    channel_sku: str  # as the channel writes it
    quantity: int
    place: str = ""  # where the channel keeps stock by place: its own name of the place
    location: str = ""  # and our code of it
    listed: int | None = None  # what its last listing said
    ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Units of one order line that left in one parcel."""

    order_id: str
    line_id: str
    sku: str  # as the channel writes it
    title: str
    quantity: int
    carrier: str
    service: str
    tracking_number: str
    tracking_url: str
    shipped_at: str  # UTC text
    whole_order: bool = False  # this parcel holds all that the order had to ship
    other_ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LabelItem:
    """What a parcel holds of one SKU. Money in minor units of the label's currency, weight of one unit in grams."""

    sku: str
    title: str
    quantity: int
    unit_price: int | None = None
    weight_g: int | None = None
    hs_code: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """One parcel that needs a label. Lengths in millimetres, weight in grams, money in minor units."""

    shipment: str  # S-12
    order_ref: str  # ours
    order_id: str  # the channel's
    channel: str
    placed_at: str  # UTC text
    ship_to: Address
    email: str
    wanted_service: str  # as the customer chose it
    carrier: str  # as planned
    service: str
    ship_on: str  # a date
    box: str
    size_mm: tuple[int, int, int] | None
    weight_g: int
    items: tuple[LabelItem, ...]
    currency: str
    total: int | None = None
    shipping: int | None = None
    note: str = ""
    parcel: int = 1  # which parcel of its shipment


Record = Offer | Dispatch | Label


@dataclass(frozen=True, slots=True)
class Sending:
    """What a writer knows besides its records. `zone` is the IANA name of the channel's clock, `currency` the home currency."""

    channel: str
    now: datetime
    zone: str = "UTC"
    currency: str = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """One form of file that goes out.

    Attributes:
        name: The channel's format or the label program, and the name of its module.
        form: Which of its files (`stock`, `tracking`, `labels`), and where it has several what else tells them apart.
        kind: What its records are, one of KINDS: Offer, Dispatch or Label.
        rows: Gives the rows of the records, each a mapping of fields to texts.
        columns: The layout: header to field, in the order of the file. A field that begins with `=` is a constant (`=Revise`).
        fields: Every field that `rows` gives, for layouts of the seller's own.
        shapes: What the cell of a field must look like; a row that has another one is refused and named.
        together: A field whose equal values in rows that follow each other mean one thing (the parcel of several items): if one
            of its rows must stay out, all do.
        texts: Fields that people wrote (names, streets, notes): line breaks and tabs in them become a space.
        above: Lines that stand above the header, as they are.
        suffix: The ending of its name: csv, txt or xlsx.
        quoting: `minimal`, `all`, or `none` where the channel takes a quote for a letter.
        for_people: Somebody reads it in a spreadsheet: what would run as a formula gets an apostrophe. Files for machines are
            never changed so; such a row is refused.
        needs_listing: It names goods by ids that only the channel's own listing tells.
        upload: Where the seller takes it, for the screen.
    """

    name: str
    form: str
    kind: str
    rows: Callable[[Sequence[Record], Sending], Iterator[Fields]]
    columns: Mapping[str, str]
    fields: frozenset[str]
    shapes: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    together: str = ""
    texts: frozenset[str] = frozenset()
    above: tuple[str, ...] = ()
    suffix: str = "csv"
    delimiter: str = ","
    newline: str = "\n"
    encoding: str = "utf-8"
    bom: bool = False
    quoting: str = "minimal"
    for_people: bool = False
    needs_listing: bool = False
    upload: str = ""

    @property
    def title(self) -> str:
        """`shopify.stock`: how people and rules.yaml name it. One of the seller's own has a name only."""
        return f"{self.name}.{self.form}" if self.form else self.name

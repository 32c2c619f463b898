"""What eBay has on offer, and the rows that tell it new quantities.

Lists come as the template for prices and quantities, or as the report of active listings. In both a listing with variations has a
row of its own in front of theirs; in the template only that row names the item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from omscli.base.marks import Marks
from omscli.catalog.incoming import IncomingListing
from omscli.channels.cells import CellError, count, given, identifier
from omscli.channels.grouping import narrow, records, runs
from omscli.channels.reader import Context, Item
from omscli.channels.sheet import Sheet
from omscli.channels.writer import Fields, Offer, Record, Sending

MISSING = "?"  # fits no column: a row that lacks something needed stays out of the file and is named
_ITEM = re.compile("[0-9]{9,19}")


class ListingRow(NamedTuple):
    """The columns of the template and of the report of active listings."""

    line: int
    item_number: str
    available_quantity: str
    title: str = ""
    listing_site: str = ""
    currency: str = ""
    format: str = ""
    relationship: str = ""
    relationship_details: str = ""
    variation_details: str = ""
    custom_label_sku: str = ""


def read_listings(sheet: Sheet, context: Context) -> Iterator[Item]:
    """What a list offers: each listing, or each variation of one, with the ids by which eBay finds it again."""
    del context  # eBay has one stock for all, and the prices are not asked for
    parents = set() if sheet.has("relationship") else _parents(sheet)
    return records(sheet, ListingRow, _Listings(sheet, parents).listing)


def _parents(sheet: Sheet) -> set[int]:
    """The lines of the report that stand for a whole listing: several values in one row (`Size=9;10`), or none, above others.

    Rows of a listing stand together as a rule; only those of listings whose rows stand apart are kept until the end.
    """
    shape = narrow("item_number", "variation_details")
    seen = Marks()
    apart = {item for item, _ in runs(sheet.rows(shape), _item) if not seen.add(item)}
    others: dict[str, list[Any]] = {}
    found: set[int] = set()
    for item, rows in runs(sheet.rows(shape), _item):
        if item in apart:
            others.setdefault(item, []).extend(rows)
        elif len(rows) > 1:
            found |= _wholes(rows)
    return found.union(*map(_wholes, others.values()))


def _wholes(rows: Sequence[Any]) -> set[int]:
    """Of the rows of one item, the lines of those that stand for all of it."""
    found = set()
    for n, row in enumerate(rows):
        details = row.variation_details
        # With a single value the row for the whole and that of its only variation look alike, and the whole comes first.
        alike = details in [one.variation_details for one in rows[n + 1 :]]
        if len(rows) > 1 and (not details or ";" in details or alike):
            found.add(row.line)
    return found


def _item(row: Any) -> str:
    return str(row.item_number)


class _Listings:
    """What the rows of a list say. In the template only the row above its variations names the item."""

    def __init__(self, sheet: Sheet, parents: set[int]) -> None:
        self._sheet, self._parents = sheet, parents
        self._above: dict[str, str] = {}
        self._line = 0

    def listing(self, row: ListingRow) -> IncomingListing | None:
        """An offer; None for the row over variations, and for an auction, whose number never changes."""
        is_variation = row.relationship.casefold() == "variation"
        details = row.relationship_details or row.variation_details
        if row.item_number or not is_variation:
            self._begin(row)
        elif self._is_lost(row):
            raise CellError("relationship", row.relationship, "stands below a row that cannot be read", "download the list again")
        if row.line in self._parents or (row.relationship_details and not is_variation):
            self._above["options"] = details
            return None
        if "auction" in row.format.casefold():
            return None
        label = identifier(row.custom_label_sku, "custom_label_sku")
        ids = {**self._above, "variation": details, "label": label}
        units = count(row.available_quantity, "available_quantity") if row.available_quantity else None
        item = given(self._above.get("item", ""), "item_number")
        return IncomingListing(label or _goods(item, details), units, "", {key: text for key, text in ids.items() if text}, row.line)

    def _begin(self, row: ListingRow) -> None:
        """The listing that this row names, and the rows below it without a number of their own."""
        before, self._above, self._line = self._above, {}, row.line
        item = identifier(given(row.item_number, "item_number"), "item_number")
        options = before.get("options", "") if before.get("item") == item else ""
        self._above = {"item": item, "site": row.listing_site, "currency": row.currency, "title": row.title, "options": options}

    def _is_lost(self, row: ListingRow) -> bool:
        """Whether a row above this variation could not be read: it may have been the one that names the item."""
        above = (one.line or 0 for one in reversed(self._sheet.problems) if one.rejected)
        return next((line for line in above if line < row.line), -1) >= self._line


def _goods(item: str, details: str) -> str:
    """Goods without a label, as the orders report names them: `Size=M|Color=Red` of a listing is `[Size:M,Color:Red]` of a sale."""
    return f"{item} {details.strip('[]').replace('=', ':').replace('|', ',')}".strip()


def stock_rows(offered: Sequence[Record], sending: Sending) -> Iterator[Fields]:
    """Rows of new quantities. Variations stand below a row of their listing, and eBay takes them for the one above them."""
    del sending
    offers = sorted((one for one in offered if isinstance(one, Offer)), key=lambda one: one.ids.get("item", ""))
    for item, group in groupby(offers, key=lambda one: one.ids.get("item", "")):
        head = ""
        for one in sorted(group, key=lambda one: bool(one.ids.get("variation"))):
            row = {"quantity": str(max(0, one.quantity)), "channel_sku": one.channel_sku}
            if not one.ids.get("variation") or not _ITEM.fullmatch(item):
                yield {**row, **_listing_of(one), "item": item or MISSING}
                continue
            if head != item:
                head = item
                yield {**_listing_of(one), "details": _clean(one.ids.get("options", ""))}
            yield {**row, "relationship": "Variation", "details": one.ids["variation"], "label": one.ids.get("label", "")}


def _listing_of(offer: Offer) -> dict[str, str]:
    """The row of a listing. Nothing in it can keep it out: its variations would then stand below another listing."""
    ids = offer.ids
    return {
        "action": "Revise",
        "item": ids.get("item", ""),
        "site": _clean(ids.get("site", "")),
        "currency": _clean(ids.get("currency", "")),
    }


def _clean(text: str) -> str:
    return text if text.isprintable() and text[:1].isalpha() else ""

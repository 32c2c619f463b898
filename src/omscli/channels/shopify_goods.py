"""Shopify's catalogue and inventory, read for the `shopify` channel.

A products export has a row for each variant and one for each further picture. Its first row alone has the title and the names
of the options. An inventory export came in three layouts: with what can be changed in a last column `On hand (new)`, before
that with `On hand` only, and until 2022 with one column per location, named after it, that holds what is available.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from omscli.base.marks import Marks, packed, unpacked
from omscli.catalog.incoming import IncomingListing, IncomingProduct, IncomingStock
from omscli.channels.addresses import location_of
from omscli.channels.cells import EXCEL_HINT, CellError, barcode_or_damage, count, given, identifier, money, only_once
from omscli.channels.grouping import narrow, records, runs
from omscli.channels.measures import grams
from omscli.channels.reader import Context, Item
from omscli.channels.shapes import further, wider
from omscli.channels.sheet import Sheet


class ProductRow(NamedTuple):
    """The columns of both headers, by the newer names. Weights are grams whatever unit the shop shows."""

    line: int
    url_handle: str
    sku: str
    title: str = ""
    option1_name: str = ""
    option1_value: str = ""
    option2_name: str = ""
    option2_value: str = ""
    option3_name: str = ""
    option3_value: str = ""
    price: str = ""
    cost_per_item: str = ""
    barcode: str = ""
    weight_value_grams: str = ""
    type: str = ""
    product_category: str = ""


class StockRow(NamedTuple):
    """The columns of all three layouts. `handle` and the options are what Shopify finds a variant again by, not the SKU."""

    line: int
    handle: str
    sku: str
    title: str = ""
    option1_name: str = ""
    option1_value: str = ""
    option2_name: str = ""
    option2_value: str = ""
    option3_name: str = ""
    option3_value: str = ""
    hs_code: str = ""
    coo: str = ""
    location: str = ""
    bin_name: str = ""
    incoming: str = ""
    unavailable: str = ""
    committed: str = ""
    available: str = ""
    on_hand: str = ""


# What a products export says, and the column that says it.
_SAYS = {
    "title": "title",
    "barcode": "barcode",
    "weight_g": "weight_value_grams",
    "price": "price",
    "cost": "cost_per_item",
    "options": "option1_value",
}
_WHOLE = re.compile("-?[0-9]{1,7}")
_OPTIONS = ("option1", "option2", "option3")
# What a listing keeps besides numbers, so that the file that goes back names the variant in the same words.
_NAMED = ("handle", "title", *(f"{option}_{part}" for option in _OPTIONS for part in ("name", "value")), "hs_code", "coo")


def read_products(sheet: Sheet, context: Context) -> Iterator[Item]:
    """Every variant with a SKU."""
    heads = _Heads(sheet)
    says = {name for name, column in _SAYS.items() if sheet.has(column)} | {"sku", "parent"}
    if says & {"price", "cost"}:
        says.add("currency")
    if sheet.has("type") or sheet.has("product_category"):
        says.add("category")
    return records(sheet, ProductRow, partial(_product, sheet, context, heads, frozenset(says), Marks()), heads.rows())


class _Heads:
    """The row of each product that has its title: among the rows that stand together; only of products whose rows stand apart is it kept."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._here: ProductRow | None = None
        self._apart: dict[str, ProductRow] = {}
        seen = Marks()
        apart = {handle for handle, _ in runs(sheet.rows(narrow("url_handle")), _handle) if not seen.add(handle)}
        if apart:
            for row in sheet.rows(ProductRow):
                if row.url_handle in apart:
                    self._look(self._apart, row)

    @staticmethod
    def _look(heads: dict[str, ProductRow], row: ProductRow) -> None:
        if row.title and (row.option1_name or row.url_handle not in heads):
            heads[row.url_handle] = row

    def rows(self) -> Iterator[ProductRow]:
        """All rows, one after the other; `of` answers for the newest."""
        for handle, rows in runs(self._sheet.rows(ProductRow), _handle):
            heads: dict[str, ProductRow] = {}
            for row in rows:
                self._look(heads, row)
            self._here = heads.get(handle)
            yield from rows

    def of(self, row: ProductRow) -> ProductRow:
        """The row with the title of this one's product, which may be itself."""
        return self._apart.get(row.url_handle) or self._here or row


def _handle(row: ProductRow) -> str:
    return row.url_handle


def _product(sheet: Sheet, context: Context, heads: _Heads, says: frozenset[str], seen: Marks, row: ProductRow) -> IncomingProduct | None:
    if not (row.sku or row.price or row.option1_value):
        return None  # a picture
    sku = only_once(_sku(row.sku), "sku", row.line, seen)
    head = heads.of(row)
    price, cost = (money(getattr(row, column), column, context.currency) for column in ("price", "cost_per_item"))
    barcode, damaged = barcode_or_damage(row.barcode)
    if damaged:
        sheet.note(row.line, "barcode", damaged, "no barcode any more; what is known of it stays", EXCEL_HINT)
    return IncomingProduct(
        sku=sku,
        title=head.title,
        barcode=barcode,
        weight_g=grams(row.weight_value_grams, "weight_value_grams"),
        price=price,
        cost=cost,
        currency=context.currency if row.price or row.cost_per_item else None,
        parent=row.url_handle or None,
        options=_options(head, row),
        category=head.type or head.product_category or None,
        columns=says - ({"barcode"} if damaged else frozenset()) - (frozenset() if head.title else {"title", "category"}),
        source_line=row.line,
    )


def _sku(text: str) -> str:
    """A SKU. Shops that have none leave it empty or write a dash."""
    sku = given(identifier(text, "sku"), "sku")
    if not sku.strip("-"):
        raise CellError("sku", text, "is no SKU", "give the variant a SKU in Shopify, and export again")
    return sku


def _options(head: ProductRow, row: ProductRow) -> str | None:
    """`Size: S, Fit: Regular`; none for a product without variants, which Shopify calls Default Title."""
    named = [(getattr(head, f"{option}_name"), getattr(row, f"{option}_value")) for option in _OPTIONS]
    if named[0] == ("Title", "Default Title"):
        return None
    return ", ".join(f"{name}: {value}" if name else value for name, value in named if value) or None


def read_inventory(sheet: Sheet, context: Context) -> Iterator[Item]:
    """What lies at each location where a variant is stocked, with what Shopify shows there."""
    seen = Marks()  # the line and the number of each SKU at each location
    if sheet.has("location"):
        for levels in records(sheet, StockRow, partial(_at_location, sheet, context, seen)):
            yield from levels
        return
    places, unknown = _places(sheet, context)
    shape = wider(StockRow, [one.key for one in places])
    for levels in records(sheet, shape, partial(_everywhere, sheet, seen, places)):
        yield from levels
    for wrong in unknown:
        sheet.note(1, wrong.column, wrong.value, f"{wrong.problem}: what stands in this column is left out", wrong.hint)


class Place(NamedTuple):
    """A column of the oldest layout: its key, the location's name at Shopify, and our code of it."""

    key: str
    name: str
    location: str


def _places(sheet: Sheet, context: Context) -> tuple[list[Place], list[CellError]]:
    """The columns that are locations, and those that name none of ours."""
    found, unknown = [], []
    for key, header in zip(sheet.keys, sheet.header, strict=True):
        if header and key not in StockRow._fields:
            try:
                found.append(Place(key, header, location_of(header, key, context)))
            except CellError as wrong:
                unknown.append(wrong)
    return found, unknown


def _at_location(sheet: Sheet, context: Context, seen: Marks, row: StockRow) -> list[IncomingStock] | None:
    """One row of the newer layouts."""
    by_hand = sheet.has("on_hand")
    units = _units(row.on_hand, "on_hand") if by_hand else None
    free = _units(row.available, "available")
    if units is None and (by_hand or free is None):
        return None
    location = location_of(row.location, "location", context)
    level = IncomingStock(
        sku=_sku(row.sku),
        location=location,
        on_hand=free if units is None else units,
        bin=identifier(row.bin_name, "bin_name") or None,
        columns=frozenset({"sku", "location", "on_hand"} | ({"bin"} if row.bin_name else set())),
        source_line=row.line,
        is_available=not by_hand,
    )
    level.listing = _listing(row, level.sku, row.location, free)
    return [level] if _is_new(sheet, level, "on_hand" if by_hand else "available", seen) else None


def _everywhere(sheet: Sheet, seen: Marks, places: list[Place], row: StockRow) -> list[IncomingStock] | None:
    """One row of the oldest layout: a level for each location where the variant is stocked."""
    found = []
    for place, text in zip(places, further(StockRow, row), strict=True):
        free = _units(text, place.key)
        if free is None:
            continue
        level = IncomingStock(
            sku=_sku(row.sku),
            location=place.location,
            on_hand=free,
            columns=frozenset({"sku", "location", "on_hand"}),
            source_line=row.line,
            is_available=True,
        )
        level.listing = _listing(row, level.sku, place.name, free)
        if _is_new(sheet, level, place.key, seen):
            found.append(level)
    return found or None


def _units(text: str, column: str) -> int | None:
    """Units of a variant at a location; None where it is not stocked, which is not the same as none left."""
    return None if not text or text.casefold() == "not stocked" else count(text, column)


def _listing(row: StockRow, sku: str, place: str, free: int | None) -> IncomingListing:
    """What Shopify shows, in its own words. Numbers it does not tell are left out."""
    ids = {name: text for name in _NAMED if (text := getattr(row, name))}
    ids |= {name: text for name in ("committed", "unavailable", "incoming") if _WHOLE.fullmatch(text := getattr(row, name))}
    if row.bin_name:
        ids["bin"] = row.bin_name
    return IncomingListing(sku, free, place, ids, row.line)


def _is_new(sheet: Sheet, level: IncomingStock, column: str, seen: Marks) -> bool:
    """Whether a level is told for the first time; variants that share a SKU may share a number too, but not contradict.

    A shelf cannot hold less than nothing: a number below 0 becomes 0 where it is meant to be on the shelf.
    """
    units = level.on_hand or 0
    line, first = unpacked(seen.setdefault((level.sku, level.location), packed(level.source_line, units)))
    if line != level.source_line:
        if first != units:
            raise CellError(
                column, str(units), f"{level.sku} at {level.location} has {first} in line {line}", "give each variant a SKU of its own"
            )
        sheet.note(
            level.source_line, "sku", level.sku, f"{level.sku} at {level.location} stands in line {line} already", "it was taken once"
        )
        return False
    if units < 0 and not level.is_available:
        sheet.note(level.source_line, column, str(units), "a negative stock is taken as 0", "count the shelf")
        level.on_hand = 0
    return True

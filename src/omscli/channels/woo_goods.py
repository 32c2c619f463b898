"""WooCommerce's own export of products, read for the `woocommerce` channel.

The unit of a weight or a size stands in its header, and prices have the decimal mark of the shop's language. Variations leave
empty what they share with their parent, which is no goods itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from omscli.base.marks import Marks
from omscli.base.text import fold
from omscli.catalog.incoming import IncomingListing, IncomingProduct
from omscli.channels.cells import EXCEL_HINT, barcode_or_damage, count, given, identifier, money, only_once, unguarded
from omscli.channels.grouping import records
from omscli.channels.measures import decimal_mark, grams, millimetres
from omscli.channels.reader import Context, Item
from omscli.channels.sheet import Sheet


class ProductRow(NamedTuple):
    """The columns used, the unit taken out of the name; `stock` is a number, empty, or `parent`."""

    line: int
    sku: str
    type: str
    id: str = ""
    name: str = ""
    published: str = ""
    gtin_upc_ean_or_isbn: str = ""
    stock: str = ""
    weight: str = ""
    length: str = ""
    width: str = ""
    height: str = ""
    regular_price: str = ""
    cost_of_goods: str = ""
    categories: str = ""
    parent: str = ""
    attribute_1_name: str = ""
    attribute_1_value_s: str = ""
    attribute_2_name: str = ""
    attribute_2_value_s: str = ""
    attribute_3_name: str = ""
    attribute_3_value_s: str = ""


# What a products export says, and the column that says it.
_SAYS = {
    "title": "name",
    "barcode": "gtin_upc_ean_or_isbn",
    "weight_g": "weight",
    "length_mm": "length",
    "width_mm": "width",
    "height_mm": "height",
    "price": "regular_price",
    "currency": "regular_price",
    "cost": "cost_of_goods",
    "category": "categories",
    "parent": "parent",
    "options": "attribute_1_name",
}
_SHARED = frozenset({"weight_g", "length_mm", "width_mm", "height_mm", "category"})
_NO_GOODS = ("variable", "grouped", "external")
_UNIT = re.compile(r"\((\w+)\)\s*$")


class _Parent(NamedTuple):
    """What a variable product has to give to its variations."""

    sku: str
    weight: str
    length: str
    width: str
    height: str
    categories: str


class _Parents:
    """The variable products of a file by SKU and by `id:44`, wherever they stand; in little room, since they may be half the file."""

    def __init__(self) -> None:
        self._places = Marks()
        self._texts: list[str] = []

    def add(self, row: ProductRow) -> None:
        """A variable product; of two that are called alike the later one counts."""
        for name in (f"id:{row.id}", *([unguarded(row.sku)] if row.sku else [])):
            self._places.put(name, len(self._texts))
        self._texts.append("\0".join(getattr(row, name) for name in _Parent._fields))

    def of(self, name: str) -> _Parent | None:
        """What a variation calls its parent."""
        place = self._places.get(name)
        return None if place is None else _Parent(*self._texts[place].split("\0"))


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """What holds for every row of a products export: its parents by SKU and by `id:44`, its units and its decimal marks."""

    sheet: Sheet
    context: Context
    says: frozenset[str]
    parents: _Parents
    units: dict[str, str]
    marks: dict[str, str]
    seen: Marks


def read_products(sheet: Sheet, context: Context) -> Iterator[Item]:
    """Every product and variation that is goods."""
    parents = _Parents()
    for row in sheet.rows(ProductRow):
        if row.type.startswith("variable"):
            parents.add(row)
    sizes = ("length", "width", "height")
    units = {one: found[1] if (found := _UNIT.search(sheet.header_of(one))) else "" for one in ("weight", *sizes)}
    groups = (("regular_price", "cost_of_goods"), ("weight",), sizes)
    marks = {one: decimal_mark(cell for column in group for cell in sheet.column(column)) for group in groups for one in group}
    says = frozenset(name for name, column in _SAYS.items() if sheet.has(column)) | {"sku"}
    return records(sheet, ProductRow, partial(_product, _Catalogue(sheet, context, says, parents, units, marks, Marks())))


def _product(file: _Catalogue, row: ProductRow) -> IncomingProduct | None:
    kinds = {fold(kind) for kind in row.type.split(",")}
    if any(kind.startswith(_NO_GOODS) for kind in kinds):
        return None
    sku = only_once(given(identifier(row.sku, "sku"), "sku"), "sku", row.line, file.seen)
    parent = file.parents.of(unguarded(row.parent)) if "variation" in kinds else None
    says, whole = file.says, row
    if parent is not None:
        whole = row._replace(
            **{column: getattr(row, column) or getattr(parent, column) for name, column in _SAYS.items() if name in _SHARED}
        )
    elif "variation" in kinds:
        says -= {name for name in _SHARED if not getattr(row, _SAYS[name])}
    barcode, damaged = barcode_or_damage(row.gtin_upc_ean_or_isbn)
    if damaged:
        file.sheet.note(row.line, "gtin_upc_ean_or_isbn", damaged, "no barcode any more; what is known of it stays", EXCEL_HINT)
        says -= {"barcode"}
    price, cost = (
        money(getattr(row, column), column, file.context.currency, file.marks[column]) for column in ("regular_price", "cost_of_goods")
    )
    length, width, height = (
        millimetres(getattr(whole, column), column, file.units[column], file.marks[column]) for column in ("length", "width", "height")
    )
    stock = unguarded(row.stock)
    return IncomingProduct(
        sku=sku,
        title=row.name,
        barcode=barcode,
        weight_g=grams(whole.weight, "weight", file.units["weight"], file.marks["weight"]),
        length_mm=length,
        width_mm=width,
        height_mm=height,
        price=price,
        cost=cost,
        currency=file.context.currency if row.regular_price or row.cost_of_goods else None,
        parent=(parent.sku if parent and parent.sku else row.parent) or None,
        options=_options(row) if "variation" in kinds else None,
        category=whole.categories or None,
        listing=IncomingListing(sku, count(stock, "stock") if stock and stock != "parent" else None, ids=_ids(row), source_line=row.line),
        columns=says,
        source_line=row.line,
    )


def _ids(row: ProductRow) -> dict[str, str]:
    return {name: text for name, text in (("id", row.id), ("published", row.published)) if text}


def _options(row: ProductRow) -> str | None:
    """`Color: Red, Size: M` of a variation; the first three attributes."""
    named = [(getattr(row, f"attribute_{n}_name"), getattr(row, f"attribute_{n}_value_s")) for n in (1, 2, 3)]
    return ", ".join(f"{name}: {value}" for name, value in named if name and value) or None

"""Akeneo PIM's product export. Its attributes are the seller's own model: which of them are title, weight and barcode is told by name.

A column is an attribute, with language and channel behind it where it has them (`name-en_US-ecommerce`); a measure has its unit
in a column beside it (`weight-unit`), a price its currency in its name (`price-EUR`). A model with other names is read by a
profile in rules.yaml. Product models are a file of their own and are no goods.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from omscli.base.marks import Marks
from omscli.catalog.incoming import IncomingProduct
from omscli.channels.cells import EXCEL_HINT, barcode_or_damage, given, identifier, money, only_once
from omscli.channels.grouping import records
from omscli.channels.measures import decimal_mark, grams, millimetres
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.shapes import further, wider
from omscli.channels.sheet import Sheet


class Row(NamedTuple):
    """The columns that every export has; those of the attributes stand behind them."""

    line: int
    sku: str
    family: str
    categories: str = ""
    parent: str = ""


_TITLES = ("name", "label", "title", "product_name")
_BARCODES = ("ean", "gtin", "ean13", "gtin13", "upc", "barcode")
_MEASURES = {"weight_g": ("weight",), "length_mm": ("length", "depth"), "width_mm": ("width",), "height_mm": ("height",)}
_LANGUAGE = re.compile(r"[a-z]{2,3}_[a-z]{2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Model:
    """Which columns of one file hold what, by their keys; the first one with text counts. Marks are those of decimals."""

    titles: list[str]
    barcodes: list[str]
    measures: dict[str, tuple[str, str]]  # column and the one of its unit
    amounts: dict[str, str]  # price and cost
    marks: dict[str, str]

    @property
    def keys(self) -> list[str]:
        """Every column, once."""
        pairs = (key for pair in self.measures.values() for key in pair)
        return list(dict.fromkeys([*self.titles, *self.barcodes, *pairs, *self.amounts.values()]))


def _model(sheet: Sheet, currency: str) -> _Model:
    """What the header says. English comes first among languages, American English before others; no language before foreign ones."""
    parts = [(key, *header.casefold().split("-", 1)) for key, header in zip(sheet.keys, sheet.header, strict=True) if header]
    titles = [(_TITLES.index(code), _rank(*behind), key) for key, code, *behind in parts if code in _TITLES]
    barcodes = [(_BARCODES.index(code), _rank(*behind), key) for key, code, *behind in parts if code in _BARCODES]
    there = {header.casefold(): key for key, header in zip(sheet.keys, sheet.header, strict=True)}
    measures = {
        field: (there[code], there[f"{code}-unit"])
        for field, codes in _MEASURES.items()
        for code in reversed(codes)
        if code in there and f"{code}-unit" in there
    }
    amounts = {field: key for field in ("price", "cost") if (key := there.get(f"{field}-{currency.casefold()}"))}
    numbers = [*(key for key, _ in measures.values()), *amounts.values()]
    marks = {key: decimal_mark(sheet.column(key)) for key in numbers}
    return _Model([key for *_, key in sorted(titles)], [key for *_, key in sorted(barcodes)], measures, amounts, marks)


def _rank(behind: str = "") -> int:
    """How much the language behind an attribute is preferred, the least first; a channel alone is no language."""
    language = behind.split("-", 1)[0]
    if not _LANGUAGE.fullmatch(language):
        return 2
    return 0 if language == "en_us" else 1 if language.startswith("en_") else 3


def _read(sheet: Sheet, context: Context) -> Iterator[Item]:
    model = _model(sheet, context.currency)
    named = {"title": model.titles, "barcode": model.barcodes, **model.measures, **model.amounts}
    says = {"sku"} | {name for name, columns in named.items() if columns}
    says |= {name for name, column in (("category", "categories"), ("parent", "parent")) if sheet.has(column)}
    if model.amounts:
        says.add("currency")
    return records(sheet, wider(Row, model.keys), partial(_product, sheet, context, model, frozenset(says), Marks()))


def _product(sheet: Sheet, context: Context, model: _Model, says: frozenset[str], seen: Marks, row: Row) -> IncomingProduct:
    cells = dict(zip(model.keys, further(Row, row), strict=True))
    code = _first(cells, model.barcodes)
    barcode, damaged = barcode_or_damage(cells[code] if code else "")
    if damaged:
        sheet.note(row.line, code, damaged, "no barcode any more; what is known of it stays", EXCEL_HINT)
    size = {
        field: (grams if field == "weight_g" else millimetres)(cells[key], key, cells[unit], model.marks[key])
        for field, (key, unit) in model.measures.items()
    }
    amounts = {field: money(cells[key], key, context.currency, model.marks[key]) for field, key in model.amounts.items()}
    title = _first(cells, model.titles)
    return IncomingProduct(
        sku=only_once(given(identifier(row.sku, "sku"), "sku"), "sku", row.line, seen),
        title=cells[title] if title else "",
        barcode=barcode,
        weight_g=size.get("weight_g"),
        length_mm=size.get("length_mm"),
        width_mm=size.get("width_mm"),
        height_mm=size.get("height_mm"),
        price=amounts.get("price"),
        cost=amounts.get("cost"),
        currency=context.currency if any(amount is not None for amount in amounts.values()) else None,
        parent=row.parent or None,
        category=row.categories or None,
        columns=says - ({"barcode"} if damaged else frozenset()),
        source_line=row.line,
    )


def _first(cells: dict[str, str], keys: Iterable[str]) -> str:
    """The first of these columns that holds anything, "" for none."""
    return next((key for key in keys if cells[key]), "")


READERS = (
    Reader(
        name="akeneo",
        form="products",
        kind="products",
        read=_read,
        columns=Row,
        must=frozenset({"sku", "family"}),
        any_of=frozenset({"groups", "categories", "enabled", "parent"}),
    ),
)

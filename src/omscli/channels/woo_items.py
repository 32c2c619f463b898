"""What WooCommerce's export plugins do to the items of an order: packed into cells, or rows that leave the order's columns empty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from omscli.channels.cells import CellError
from omscli.channels.sheet import Sheet

# A lone backslash at the very end stands for itself; without that every letter in front of it would be tried as a start.
_PART = re.compile(r"((?:[^\\|]|\\.?)*)(?:\||$)", re.DOTALL)
_ITEM = re.compile(r"((?:[^\\;]|\\.?)*)(?:;|$)", re.DOTALL)
_PACKED = ("id", "product_id", "name", "sku", "quantity", "subtotal", "total", "total_tax", "refunded_qty")
# Nothing is escaped in WebToffee's cells, and a name may hold a `|`: so the order of the keys is what tells them apart.
_LINE_ITEM = re.compile(
    r"name:(?P<name>.*)\|product_id:(?P<product_id>[0-9]*)(?:\|sku:(?P<sku>.*))?\|quantity:(?P<quantity>[^|]*)\|total:(?P<total>[^|]*)"
    r"\|sub_?total:(?P<subtotal>[^|]*)(?P<rest>(?:\|.*)?)",
    re.DOTALL,
)
_LONGEST = 20_000  # letters; in a longer cell, where a quote is missing, the keys could be looked for without end
_TAX = re.compile(r"\|tax:([^|]*)")
_VARIATION = re.compile(r"\|_?variation_id:([0-9]+)")
_CHOICE = re.compile(r"\|meta:([^_:|][^:|]*):([^|]*)")


def skyverge_items(cell: str) -> Iterator[dict[str, str]]:
    """The items of a `line_items` cell: `;` between items, `|` between fields, `:` behind a key, each escaped by a backslash."""
    for item in _ITEM.findall(cell):
        if not item.strip():
            continue
        pairs = (part.partition(":") for part in _PART.findall(item) if part)
        fields = {key.strip(): value for key, _, value in pairs}
        if "quantity" not in fields:
            raise CellError("line_items", cell[:80], "not a list of items", "export the orders again in SkyVerge's default format")
        plain = {f"item_{key}": _plain(fields.get(key, "")) for key in _PACKED}
        yield {**plain, "item_meta": _plain(fields.get("meta", ""), keep=",=")}


def _plain(text: str, keep: str = "") -> str:
    """Without the backslashes in front of marks; those of `keep` have a meaning inside the field and stay."""
    return re.sub(r"\\(.)", lambda found: found[0] if found[1] in keep else found[1], text, flags=re.DOTALL).strip()


def choices(text: str) -> str:
    """What the buyer chose or wrote, `key=value,key=value`, for people."""
    pairs = [part.partition("=") for part in re.split(r"(?<!\\),", text) if part]
    return ", ".join(f"{_plain(key)}: {_plain(value)}" if mark else _plain(key) for key, mark, value in pairs)


def webtoffee_item(cell: str, column: str) -> dict[str, str]:
    """The item of a `line_item_3` cell: `name:…|product_id:…|sku:…|quantity:…|total:…|sub_total:…` and more behind it."""
    found = _LINE_ITEM.fullmatch(cell) if len(cell) < _LONGEST else None
    if not found:
        raise CellError(column, cell[:80], "not an item of an order", "export the orders again with the plugin's own columns")
    fields = {f"item_{key}": (found[key] or "").strip() for key in ("name", "product_id", "sku", "quantity", "total", "subtotal")}
    tax, variation = _TAX.search(found["rest"]), _VARIATION.search(found["rest"])
    if variation and variation[1] != "0":
        fields["item_product_id"] = variation[1]
    chosen = [f"{key.strip()}: {value.strip()}" for key, value in _CHOICE.findall(found["rest"])]
    return {**fields, "item_total_tax": tax[1].strip() if tax else "", "product_variation": ", ".join(chosen)}


class ItemRow(Protocol):
    """A row whose order is named by its number."""

    @property
    def line(self) -> int:
        """Its line in the file."""

    @property
    def order_number(self) -> str:
        """The number, "" where it stands in the row above."""


class Numbers:
    """The order number of each row, also where a plugin writes it in the first row of an order only.

    A row that was set aside breaks the chain: the rows after it may belong to its order, and the order in front of it may lack
    a row. Both are then not known for sure.
    """

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._last = ""
        self._broken = 0
        self._line = 0
        self._are_written_once = False
        self._torn: set[str] = set()

    def of(self, row: ItemRow) -> str:
        """The number; "" where nobody can tell. To be asked once for each row of a walk, in the order of the file."""
        if row.line <= self._line:  # a new walk
            self._last, self._broken = "", 0
        self._line = row.line
        if len(self._sheet.broken) != self._broken:
            self._break()
        if row.order_number:
            self._last = row.order_number
        else:
            self._are_written_once = True
        return self._last

    def _break(self) -> None:
        self._broken = len(self._sheet.broken)
        self._torn.add(self._last)
        self._last = ""

    def check(self, number: str) -> None:
        """Raises CellError for an order that may lack a row."""
        if len(self._sheet.broken) != self._broken:
            self._break()
        if self._are_written_once and number in self._torn:
            raise CellError(
                "order_number", number, "may lack a row: the one below cannot be read", "correct that row and import the file again"
            )

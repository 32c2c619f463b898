"""JSON lines of our own: one object a line, in the shape that `oms import --dry-run --json` prints.

An order has its address under `ship_to` and its lines under `lines`; products, stock, receipts and tracking have our columns as
keys. Ids are texts, amounts whole numbers of minor units. A key that is left out leaves what is stored as it is.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import NamedTuple

from omscli.base.money import decimal_text, is_currency
from omscli.catalog.incoming import PRODUCT_COLUMNS, IncomingProduct, IncomingReceipt, IncomingStock, IncomingTracking
from omscli.channels.building import Shelf, coming_back, level, parcel, product, receipt
from omscli.channels.cells import CellError
from omscli.channels.columns import fields_of
from omscli.channels.decoding import Coding, coding_of
from omscli.channels.dialect import PLAIN
from omscli.channels.grouping import records
from omscli.channels.json_orders import OrderMaker
from omscli.channels.json_values import Fields, object_of
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.rows import ProductRow, ReceiptRow, ReturnRow, StockRow, TrackingRow
from omscli.channels.sheet import Sheet
from omscli.channels.source import Source
from omscli.errors import Refused, UsageError
from omscli.returns.incoming import IncomingReturn

# What `kind` says, and the keys by which an object without it is known; the first that fits decides.
_KINDS: Mapping[str, tuple[str, frozenset[str]]] = {
    "orders": ("order", frozenset({"order_id", "lines"})),
    "returns": ("return", frozenset({"order_id", "sku", "quantity", "reason"})),
    "tracking": ("tracking", frozenset({"shipment_or_order", "tracking_number"})),
    "inbound": ("inbound", frozenset({"sku", "quantity", "expected_on"})),
    "stock": ("stock", frozenset({"sku", "location", "on_hand"})),
    "products": ("product", frozenset({"sku", "title"})),
}
_WHOLE = frozenset({"weight_g", "length_mm", "width_mm", "height_mm", "on_hand", "safety_stock", "quantity"})
_MONEY = frozenset({"price", "cost"})
_FLAGS = frozenset({"keep_upright", "fragile", "ships_alone", "hazmat", "returnable"})
_FIRST_LINES = 12
_HINT = "write one object a line; of a document:  jq -c '.files[].orders[]'"


class JsonRow(NamedTuple):
    """One line; it has no columns but itself."""

    line: int
    text: str
    rest: str = ""


def is_json(source: Source) -> bool:
    """Whether a file begins like JSON, and not like a table."""
    with source.binary() as file:
        head = file.read(400)
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            head = head[2:].decode(encoding, "ignore").encode("utf-8", "ignore")
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def json_lines(source: Source, wanted: str | None) -> tuple[Reader, Sheet, Coding]:
    """The reader and the lines of a file that `is_json`. `wanted` is the reader that the seller named (`native.orders`), if any.

    Raises Refused for JSON that is not one object a line, and for another reader; UsageError for a kind that does not exist.
    """
    coding = coding_of(source)
    filled = ((number, cells[0]) for number, cells in _walk(source, coding) if cells[0])
    kind = _kind_of(source.name, list(islice(filled, _FIRST_LINES)), wanted)
    reader = Reader(name="native", form=kind, kind=kind, read=partial(_read, kind), columns=JsonRow, must=frozenset(), mark="_")
    return reader, Sheet(source.name, [""], ["text"], lambda: _walk(source, coding), mark="_"), coding


def _walk(source: Source, coding: Coding) -> Iterator[tuple[int, list[str]]]:
    with source.text(coding.codec) as stream:
        for number, line in enumerate(stream, 1):
            yield number, [line.strip()]


def _kind_of(name: str, first: list[tuple[int, str]], wanted: str | None) -> str:
    """What the file holds: as the seller said, else as the first object says by its `kind` or its keys."""
    asked = ""
    if wanted is not None:
        format_, _, asked = wanted.partition(".")
        if format_ != "native":
            raise Refused(
                f"{name} holds JSON lines, which {wanted} does not read", f"they are in our own form: oms import --as native {name}"
            )
        if asked and asked not in _KINDS:
            raise UsageError(f"no reader is called {wanted!r}", f"for JSON lines: native, {', '.join(f'native.{kind}' for kind in _KINDS)}")
    number, line = first[0]
    if line in ("{", "[") or line.startswith("["):
        raise Refused(f"{name} is one JSON {'list' if '[' in line else 'document'}, not JSON lines", _HINT)
    objects = [(number, found) for number, line in first if (found := _object(line)) is not None]
    if not objects:
        raise Refused(f"{name}:{number}: no JSON object stands in this line, nor in those below", _HINT)
    if "schema" in objects[0][1]:
        raise Refused(f"{name}:{objects[0][0]}: this is the whole document {objects[0][1]['schema']!r}", _HINT)
    kind = asked or next((kind for _, found in objects if (kind := _said(found))), "")
    if not kind:
        words = ", ".join(f'"{word}"' for word, _ in _KINDS.values())
        raise Refused(f"{name}:{objects[0][0]}: neither its keys nor `kind` say what this object is", f'write a key "kind": {words}')
    return kind


def _object(line: str) -> dict[str, object] | None:
    try:
        return object_of(line)
    except CellError:
        return None


def _said(found: Mapping[str, object]) -> str:
    if "kind" in found:
        return next((kind for kind, (word, _) in _KINDS.items() if found["kind"] in (word, kind)), "")
    return next((kind for kind, (_, keys) in _KINDS.items() if keys <= found.keys()), "")


def _read(kind: str, sheet: Sheet, context: Context) -> Iterator[Item]:
    make = OrderMaker(sheet, context).order if kind == "orders" else getattr(_Rows(sheet, context), kind)
    return records(sheet, JsonRow, partial(_made, sheet, kind, make))


def _made(sheet: Sheet, kind: str, make: Callable[[int, dict[str, object]], Item | None], row: JsonRow) -> Item | None:
    values = object_of(row.text)
    word = values.pop("kind", None)
    if word is not None and word not in (kind, _KINDS[kind][0]):
        if not any(word in (other, one) for other, (one, _) in _KINDS.items()):
            known = ", ".join(f'"{one}"' for one, _ in _KINDS.values())
            raise CellError("kind", str(word), "no kind of object that is known here", f"it takes {known}")
        raise Refused(
            f"{sheet.name}:{row.line}: this object is of kind {word!r}, those above are {kind}", "import each kind as a file of its own"
        )
    return make(row.line, values)


@dataclass(slots=True)
class _Rows:
    """Objects with our columns as keys, turned into rows of our own files: what holds for their cells holds here too."""

    sheet: Sheet
    context: Context
    shelf: Shelf | None = None

    def products(self, line: int, values: dict[str, object]) -> IncomingProduct:
        """A product."""
        fields = Fields(values, PRODUCT_COLUMNS)
        currency = fields.text("currency").upper() or self.context.currency
        row = ProductRow(line, **{key: _cell(fields, key, currency) for key in PRODUCT_COLUMNS})
        return product(PLAIN, self.sheet, self.context, frozenset(values), row)

    def stock(self, line: int, values: dict[str, object]) -> IncomingStock | None:
        """A count."""
        if self.shelf is None:
            self.shelf = Shelf(PLAIN, self.sheet, self.context, frozenset(), "ymd")
        found = level(self.shelf, StockRow(line, **self._cells(StockRow, values)))
        return found and replace(found, columns=frozenset(values))

    def inbound(self, line: int, values: dict[str, object]) -> IncomingReceipt:
        """An expected receipt."""
        return receipt(PLAIN, self.context, "ymd", ReceiptRow(line, **self._cells(ReceiptRow, values)))

    def tracking(self, line: int, values: dict[str, object]) -> IncomingTracking:
        """A parcel."""
        return parcel(PLAIN, self.context, "ymd", TrackingRow(line, **self._cells(TrackingRow, values)))

    def returns(self, line: int, values: dict[str, object]) -> IncomingReturn:
        """A row of a return."""
        return coming_back(PLAIN, self.context, "ymd", ReturnRow(line, **self._cells(ReturnRow, values)))

    def _cells(self, shape: type, values: dict[str, object]) -> dict[str, str]:
        names = fields_of(shape)
        fields = Fields(values, names)
        return {key: _cell(fields, key, self.context.currency) for key in names}


def _cell(fields: Fields, key: str, currency: str) -> str:
    """A value as the cell of our own CSV that means the same; "" for null and for a key that is not there."""
    if key == "components":
        return "|".join(f"{sku}:{units}" for sku, units in fields.numbers(key).items())
    if key in _FLAGS:
        flag = fields.flag(key)
        return "" if flag is None else "yes" if flag else "no"
    if key in _WHOLE or key in _MONEY:
        number = fields.whole(key)
        if number is None:
            return ""
        # The amount of a currency nobody knows is read with two places, as everywhere.
        return str(number) if key in _WHOLE else decimal_text(number, currency if is_currency(currency) else "EUR")
    return fields.text(key)

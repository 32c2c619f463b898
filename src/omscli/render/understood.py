"""What a dry run of `oms import` shows on a terminal: how a file was read, which column became what, and its first records in words.

Whoever looks at it wants to see at once whether the program understood the file: whose order, which town, which goods.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from omscli.base.clock import as_instant
from omscli.base.money import decimal_text
from omscli.catalog.incoming import IncomingListing, IncomingProduct, IncomingReceipt, IncomingStock, IncomingTracking
from omscli.orders.incoming import IncomingLine, IncomingOrder
from omscli.render.safe import one_line
from omscli.render.width import padded, width_of, wrapped
from omscli.returns.incoming import IncomingReturn

FIRST = 3
_MOST_LINES = 5
_MOST_IGNORED = 15
_LABEL = 12
_NOT_WORD = re.compile(r"\W+")
_DELIMITERS = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Seen:
    """How one file was read. `used` maps its columns to our fields; `header_row` is 0 where a file has no headers."""

    reader: str
    kind: str
    encoding: str
    delimiter: str
    header_row: int
    used: Mapping[str, str]
    ignored: Sequence[str]
    rows: int
    counts: Mapping[str, int]
    records: Sequence[Any]


def understood(seen: Seen, width: int, zone: tzinfo | None) -> list[str]:
    """The lines of the screen, at most `width` places each where words allow it. Instants are on the clock of `zone`."""
    room = max(30, width - _LABEL - 4)
    parts = [("read as", wrapped(_form(seen), room))]
    if seen.used:
        parts.append(("used", list(_side_by_side([_column(header, name) for header, name in seen.used.items()], room))))
    if seen.ignored:
        more = len(seen.ignored) - _MOST_IGNORED
        names = [one_line(one) for one in seen.ignored[:_MOST_IGNORED]]
        parts.append(("left alone", list(_side_by_side([*names, f"and {more} more"] if more > 0 else names, room))))
    parts.append(("found", wrapped(_found(seen), room)))
    for n, record in enumerate(seen.records[:FIRST]):
        label = "" if n else "the first" if len(seen.records) > 1 else "it is"
        parts.append((label, list(_inset(in_words(record, zone or UTC), room))))
    return [f"  {padded(label if not n else '', _LABEL)}  {line}".rstrip() for label, lines in parts for n, line in enumerate(lines)]


def _side_by_side(items: Sequence[str], room: int) -> Iterator[str]:
    """Names in lines that break between names only."""
    line = items[0]
    for item in items[1:]:
        if width_of(line) + width_of(item) + 5 > room:
            yield f"{line} ·"
            line = item
        else:
            line = f"{line} · {item}"
    yield line


def _inset(texts: Iterable[str], room: int) -> Iterator[str]:
    """The lines of a record; all but the first are set in."""
    for n, text in enumerate(texts):
        for m, line in enumerate(wrapped(text, room - 6)):
            yield f"{'  ' if n else ''}{'    ' if m else ''}{line}"


def _found(seen: Seen) -> str:
    """`4 rows: 2 orders, 2 new, 1 set aside`: only what there is."""
    words = {"rejected": "set aside"}
    counts = [f"{units} {words.get(name, name)}" for name, units in seen.counts.items() if units]
    return f"{many(seen.rows, 'line' if not seen.header_row else 'row')}: {', '.join(counts) or 'nothing that counts'}"


def _form(seen: Seen) -> str:
    words = [f"{seen.kind} of {seen.reader}", seen.encoding]
    if not seen.header_row:
        words.append("one JSON object a line")
    else:
        if seen.delimiter:
            words.append(f"columns divided by {_DELIMITERS.get(seen.delimiter, seen.delimiter)}")
        words.append(f"headers in line {seen.header_row}")
    return ", ".join(words)


def _column(header: str, name: str) -> str:
    """A column that is called like our field stands alone."""
    same = _NOT_WORD.sub("_", header.casefold()).strip("_") == name
    return one_line(header) if same else f"{one_line(header)} → {name}"


def many(count: int, word: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def in_words(record: Any, zone: tzinfo) -> Iterator[str]:
    """A record as a person would tell it: the first line names it, those below belong to it."""
    words: Mapping[type, Callable[[Any, tzinfo], Iterator[str]]] = {
        IncomingOrder: _order,
        IncomingProduct: _product,
        IncomingStock: _stock,
        IncomingReceipt: _receipt,
        IncomingTracking: _parcel,
        IncomingListing: _listing,
        IncomingReturn: _return,
    }
    return (one_line(line) for line in words[type(record)](record, zone))


def _order(one: IncomingOrder, zone: tzinfo) -> Iterator[str]:
    placed = as_instant(one.placed_at).astimezone(zone).strftime("%Y-%m-%d %H:%M")
    yield f"order {one.order_id} of {one.channel}, placed {placed}, {one.state}, {_payment(one)}{_wishes(one)}"
    to = one.ship_to
    town = " ".join(filter(None, (to.postcode, to.city, to.region)))
    yield "to " + (", ".join(filter(None, (to.name, to.company, to.line1, town, to.country))) or "nobody: the file has no address")
    for line in one.lines[:_MOST_LINES]:
        yield _line(line, one.currency)
    if len(one.lines) > _MOST_LINES:
        yield f"and {many(len(one.lines) - _MOST_LINES, 'more line')}"


def _payment(one: IncomingOrder) -> str:
    return "payment unknown" if one.payment == "unknown" else one.payment.replace("_", " ")


def _wishes(one: IncomingOrder) -> str:
    found = [one.service, f"collected at {one.pickup_location}" if one.pickup_location else ""]
    found += [f"ship by {one.ship_by}" if one.ship_by else "", f"deliver by {one.deliver_by}" if one.deliver_by else ""]
    return "".join(f", {word}" for word in found if word)


def _line(line: IncomingLine, currency: str) -> str:
    price = f", {_amount(line.unit_price, currency)} each" if line.unit_price is not None else ""
    owed = f" ({line.to_ship} to ship)" if line.to_ship != line.quantity else ""
    title = f" {line.title}" if line.title and line.title != line.sku else ""
    return f"{line.quantity} × {line.sku or 'without SKU'}{title}{price}{owed}"


def _product(one: IncomingProduct, _zone: tzinfo) -> Iterator[str]:
    sizes = (one.length_mm, one.width_mm, one.height_mm)
    known = [
        f"{one.weight_g} g" if one.weight_g else "",
        " × ".join(str(side) if side else "?" for side in sizes) + " mm" if any(sizes) else "",
        _amount(one.price, one.currency or "") if one.price is not None else "",
        f"barcode {one.barcode}" if one.barcode else "",
        f"a kit of {', '.join(f'{units} × {sku}' for sku, units in one.components)}" if one.components else "",
    ]
    yield ", ".join([f"{one.sku} {one.title}".strip(), *filter(None, known)])


def _stock(one: IncomingStock, zone: tzinfo) -> Iterator[str]:
    units = "no number" if one.on_hand is None else f"{one.on_hand} on hand"
    counted = f", counted {as_instant(one.as_of).astimezone(zone):%Y-%m-%d %H:%M}" if one.as_of else ""
    yield f"{one.sku} at {one.location}: {units}{f', bin {one.bin}' if one.bin else ''}{counted}"


def _listing(one: IncomingListing, _zone: tzinfo) -> Iterator[str]:
    units = "not counted" if one.quantity is None else f"{one.quantity} offered"
    yield f"{one.sku}{f' at {one.place}' if one.place else ''}: {units}"


def _receipt(one: IncomingReceipt, _zone: tzinfo) -> Iterator[str]:
    yield f"{one.quantity} × {one.sku} for {one.location}, expected {one.expected_on}{f' ({one.reference})' if one.reference else ''}"


def _parcel(one: IncomingTracking, _zone: tzinfo) -> Iterator[str]:
    by = " ".join(filter(None, (one.carrier, one.service))) or "carrier unknown"
    yield f"{one.shipment_or_order}: {by}, {one.tracking_number}{f', left {one.shipped_at}' if one.shipped_at else ''}"


def _return(one: IncomingReturn, _zone: tzinfo) -> Iterator[str]:
    instead = ", ".join(f"{units} × {sku}" for sku, units in one.exchange)
    yield f"{one.quantity} × {one.sku} of order {one.order_id}: {one.reason}{f', for {instead} instead' if instead else ''}"


def _amount(minor: int, currency: str) -> str:
    try:
        return f"{decimal_text(minor, currency)} {currency}"
    except KeyError:
        return f"{minor} {currency or 'in an unknown currency'}"

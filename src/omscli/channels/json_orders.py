"""Orders as JSON objects, in the public shape (`IncomingOrder.as_json`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from omscli.base.address import Address
from omscli.base.marks import Marks, packed, unpacked
from omscli.base.text import fold
from omscli.channels.addresses import address, location_of
from omscli.channels.cells import MAX_UNITS, CellError, given, identifier, one_of
from omscli.channels.dates import any_day, instant
from omscli.channels.json_values import Fields
from omscli.channels.reader import Context
from omscli.channels.sheet import Sheet
from omscli.orders.identity import content_hash
from omscli.orders.incoming import PAYMENTS, SILENT_PARTS, STATES, IncomingLine, IncomingOrder

_ADDRESS = tuple(one.name for one in fields(Address))
_LINE = ("line_id", "sku", "title", "quantity", "to_ship", "unit_price", "discount", "tax", "note")
_ORDER = (
    "channel", "order_id", "placed_at", "state", "payment", "currency", "service", "ship_by", "deliver_by", "pickup_location", "email", "note",
    "tags", "total", "shipping", "tax", "tax_included", "discount", "raw_status", "sold_at", "other_ids", "silent", "doubts", "ship_to", "lines",
)  # fmt: skip
# Of each part of an order: the keys without which the object says nothing about it.
_SAID_BY: Mapping[str, tuple[str, ...]] = {
    **{part: (part,) for part in ("ship_to", "email", "payment", "service", "note", "tags")},
    "totals": ("total", "shipping", "tax", "tax_included", "discount"),
}


@dataclass(slots=True)
class OrderMaker:
    """Makes the orders of one file; it remembers which it has made."""

    sheet: Sheet
    context: Context
    seen: Marks = field(default_factory=Marks)

    def order(self, line: int, values: dict[str, Any]) -> IncomingOrder | None:
        """The order of a line; None for one that another line told in the same words. Raises CellError."""
        found = self._order(line, Fields(values, _ORDER))
        words = int(content_hash(found)[:8], 16) >> 1  # 31 bits are enough to tell other contents
        known, told = unpacked(self.seen.setdefault((found.channel, fold(found.order_id)), packed(line, words)))
        if known == line:
            return found
        problem = f"order {found.order_id} stands in line {known} already"
        if told != words:
            raise CellError("order_id", found.order_id, f"{problem}, with other contents", "leave the one that is right")
        self.sheet.note(line, "order_id", found.order_id, problem, "it is the same: it was taken once")
        return None

    def _order(self, line: int, one: Fields) -> IncomingOrder:
        zone = self.context.timezone
        currency = one.text("currency").upper() or self.context.currency
        state = one_of(one.text("state"), "state", STATES) if one.text("state") else "open"
        pickup = one.text("pickup_location")
        return IncomingOrder(
            channel=given(one.text("channel") or self.context.channel, "channel"),
            order_id=given(identifier(one.text("order_id"), "order_id"), "order_id"),
            placed_at=instant(one.text("placed_at"), "placed_at", zone),
            state=state,
            payment=one_of(one.text("payment"), "payment", PAYMENTS) if one.text("payment") else "unknown",
            currency=currency,
            lines=self._lines(one, state),
            ship_to=self._address(line, one),
            raw_status=one.text("raw_status"),
            email=one.text("email"),
            service=one.text("service"),
            ship_by=self._day(one, "ship_by"),
            deliver_by=self._day(one, "deliver_by"),
            pickup_location=location_of(pickup, "pickup_location", self.context) if pickup else None,
            tags=tuple(filter(None, one.texts("tags"))),
            note=one.text("note"),
            shipping=one.whole("shipping"),
            tax=one.whole("tax"),
            tax_included=one.flag("tax_included"),
            discount=one.whole("discount"),
            total=one.whole("total"),
            sold_at=one.text("sold_at") or None,
            other_ids=_ids(one),
            silent=_silent(one),
            doubts=tuple(one.texts("doubts")),
            source_line=line,
        )

    def _day(self, one: Fields, key: str) -> str | None:
        text = one.text(key)
        return any_day(text, key, self.context.timezone, "ymd") if text else None

    def _address(self, line: int, one: Fields) -> Address:
        to = Fields(one.group("ship_to"), _ADDRESS, "ship_to.")
        parts = Address(**{name: to.text(name) for name in _ADDRESS})
        return address(self.sheet, line, ("ship_to.postcode", "ship_to.phone"), parts)

    def _lines(self, one: Fields, state: str) -> list[IncomingLine]:
        found = [_line(Fields(values, _LINE, f"lines[{n}]."), state) for n, values in enumerate(one.groups("lines"))]
        if not found and state in ("open", "unknown") and "lines" not in one.texts("silent"):
            raise one.wrong("lines", "an order without lines", "write its lines, each with sku and quantity")
        return found


def _line(one: Fields, state: str) -> IncomingLine:
    units = one.whole("quantity", 0, MAX_UNITS)
    if units is None:
        raise one.wrong("quantity", "is missing", "write the number of units")
    if not one.has("sku"):
        raise one.wrong("sku", "is missing", "write the SKU, or an empty text where the channel has none")
    owed = one.whole("to_ship", 0, units)
    if owed is None:
        owed = units if state in ("open", "unknown") else 0
    return IncomingLine(
        identifier(one.text("line_id"), f"{one.path}line_id"),
        identifier(one.text("sku"), f"{one.path}sku"),
        one.text("title"),
        units,
        owed,
        one.whole("unit_price"),
        one.whole("discount"),
        one.whole("tax"),
        one.text("note"),
    )


def _ids(one: Fields) -> dict[str, str]:
    ids = one.group("other_ids")
    found = Fields(ids, ids, "other_ids.")
    return {key: found.text(key) for key in ids}


def _silent(one: Fields) -> frozenset[str]:
    """The parts that the object says nothing about: those it names, and those whose keys it does not have."""
    named = {one_of(part, "silent", tuple(sorted(SILENT_PARTS))) for part in one.texts("silent")}
    unsaid = {part for part, keys in _SAID_BY.items() if not one.has(*keys)}
    lines = one.groups("lines")
    if lines and not any("unit_price" in line for line in lines):
        unsaid.add("prices")
    return frozenset(named | unsaid)

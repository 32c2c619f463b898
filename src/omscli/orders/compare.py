"""The same order seen again: what the file changes, and what that means for units already claimed or sent. Pure.

A file may lower, raise, drop or add lines. Units that have left cannot be called back by a file: such a change becomes
something for a person, and everything else of the file is still taken in.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from omscli.base.text import fold
from omscli.orders.identity import match_keys
from omscli.orders.incoming import IncomingLine, IncomingOrder
from omscli.orders.stored import StoredLine, StoredOrder


@dataclass(slots=True)
class LineChange:
    """New counts of a known line. `free` units of its claims must be given back."""

    line: StoredLine
    said: IncomingLine
    ordered: int
    elsewhere: int
    cancelled: int
    backordered: int
    free: int = 0


@dataclass(slots=True)
class Change:
    """What one file changes about one order; no `lines`, `added` or `words` means nothing."""

    order: StoredOrder
    merged: IncomingOrder
    lines: list[LineChange] = field(default_factory=list)
    added: list[tuple[str, IncomingLine]] = field(default_factory=list)  # (match key, line)
    words: list[str] = field(default_factory=list)  # what changed, for the order's history
    for_person: list[str] = field(default_factory=list)
    new_address: bool = False

    @property
    def anything(self) -> bool:
        """Whether the file says something new."""
        return bool(self.words)


_HEADER = (
    ("state", "state"), ("payment", "payment"), ("currency", "currency"), ("email", "e-mail"), ("service", "service"),
    ("ship_by", "ship-by date"), ("deliver_by", "deliver-by date"), ("pickup_location", "pickup place"), ("tags", "tags"),
    ("note", "note"), ("shipping", "shipping charge"), ("tax", "tax"), ("tax_included", "tax mode"), ("discount", "discount"),
    ("total", "total"), ("placed_at", "order time"), ("raw_status", "status"), ("other_ids", "other ids"),
)  # fmt: skip

_SILENT_HEADER = {
    "email": ("email",), "payment": ("payment",), "service": ("service",), "note": ("note",), "tags": ("tags",),
    "totals": ("shipping", "tax", "tax_included", "discount", "total"),
}  # fmt: skip


def merge(known: IncomingOrder, told: IncomingOrder) -> IncomingOrder:
    """The order after this file: what the file is silent about stays as it was."""
    kept = {name: getattr(known, name) for part in told.silent for name in _SILENT_HEADER.get(part, ())}
    if "ship_to" in told.silent or (told.ship_to.is_empty and not known.ship_to.is_empty and not told.pickup_location):
        kept["ship_to"] = known.ship_to
    for name in ("ship_by", "deliver_by", "pickup_location"):
        if getattr(told, name) is None:
            kept[name] = getattr(known, name)
    if "lines" in told.silent and known.lines:
        # It says nothing about single lines, but a done order is done in all of them.
        kept["lines"] = [replace(line, to_ship=0) for line in known.lines] if told.state == "fulfilled" else known.lines
    elif "prices" in told.silent:
        kept["lines"] = _priced(known.lines, told.lines)
        kept["currency"] = known.currency
    other = {**known.other_ids, **told.other_ids}
    return replace(told, **kept, other_ids=other, silent=frozenset())


def _priced(known: list[IncomingLine], told: list[IncomingLine]) -> list[IncomingLine]:
    prices = {line.line_id or fold(line.sku): line for line in known}
    found = []
    for line in told:
        old = prices.get(line.line_id or fold(line.sku))
        found.append(replace(line, unit_price=old.unit_price, discount=old.discount, tax=old.tax) if old else line)
    return found


def compare(order: StoredOrder, told: IncomingOrder) -> Change:
    """What `told` changes. A cancelled order stays cancelled whatever a later file says."""
    merged = merge(order.said, told)
    change = Change(order, merged)
    if order.status == "cancelled":
        change.merged = order.said
        return change
    for name, word in _HEADER:
        old, new = getattr(order.said, name), getattr(merged, name)
        if old != new:
            change.words.append(f"{word}: {_shown(old)} → {_shown(new)}")
    if order.said.ship_to != merged.ship_to:
        change.words.append("address changed")
        change.new_address = True
    if merged.state == "cancelled":
        pass  # what is left of the lines that are known is given up; lines that nobody will send are not added
    elif "lines" not in told.silent or not order.lines:
        _compare_lines(change)
    elif merged.state == "fulfilled":
        for line in order.lines:
            _compare_line(change, line, replace(line.said, to_ship=0))
    if order.has_shipped and change.new_address:
        change.for_person.append("the address changed after goods had left")
    return change


def _shown(value: object) -> str:
    if value in (None, "", ()):
        return "none"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _compare_lines(change: Change) -> None:
    known = {line.match_key: line for line in change.order.lines}
    keys = match_keys(change.merged.lines)
    for key, said in zip(keys, change.merged.lines, strict=True):
        line = known.pop(key, None)
        if line is None:
            change.added.append((key, said))
            change.words.append(f"line added: {said.quantity} × {said.sku}")
        else:
            _compare_line(change, line, said)
    for line in known.values():
        _drop_line(change, line)


def _compare_line(change: Change, line: StoredLine, said: IncomingLine) -> None:
    ordered = max(said.quantity, line.shipped + line.elsewhere) if line.shipped else said.quantity
    if ordered != said.quantity:
        change.for_person.append(f"{line.said.sku}: the file says {said.quantity}, but {line.shipped} have left")
    elsewhere = max(0, ordered - said.to_ship - line.shipped)
    cancelled = min(line.cancelled, ordered - elsewhere - line.shipped)
    room = ordered - elsewhere - cancelled - line.shipped
    backordered = min(line.backordered, max(0, room - line.allocated))
    free = max(0, line.allocated - room)
    same_words = replace(said, quantity=0, to_ship=0, line_id="") == replace(line.said, quantity=0, to_ship=0, line_id="")
    same_counts = (said.quantity, ordered, elsewhere, cancelled) == (ordered, line.ordered, line.elsewhere, line.cancelled)
    if not (same_counts and same_words):
        change.lines.append(LineChange(line, said, ordered, elsewhere, cancelled, backordered, free))
        change.words.append(_line_words(line, said, elsewhere))


def _line_words(line: StoredLine, said: IncomingLine, elsewhere: int) -> str:
    if said.quantity != line.ordered:
        return f"{line.said.sku}: quantity {line.ordered} → {said.quantity}"
    if elsewhere != line.elsewhere:
        return f"{line.said.sku}: the channel says {said.to_ship} of {said.quantity} are left to ship"
    if said.sku != line.said.sku:
        return f"SKU {line.said.sku} → {said.sku}"
    return f"{line.said.sku}: text or price changed"


def _drop_line(change: Change, line: StoredLine) -> None:
    """A line that a newer file no longer has is cancelled, as far as it has not left."""
    cancelled = line.ordered - line.elsewhere - line.shipped
    if cancelled == line.cancelled:
        return
    change.lines.append(LineChange(line, line.said, line.ordered, line.elsewhere, cancelled, 0, line.allocated))
    change.words.append(f"line removed: {line.said.sku}")
    if line.shipped:
        change.for_person.append(f"{line.said.sku} was removed from the order, but {line.shipped} have left")

"""A row of returns.csv: units of one SKU that a customer wants to send back, before the store has seen it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

RETURN_COLUMNS = ("channel", "order_id", "sku", "quantity", "reason", "reference", "requested_at", "note", "exchange")


@dataclass(slots=True)
class IncomingReturn:
    """Rows of one order with the same `reference` are one return; `exchange` is (SKU, units) of what is wanted instead."""

    order_id: str
    sku: str
    quantity: int
    reason: str
    channel: str = ""
    reference: str = ""  # the channel's or the form's own number of the return
    requested_at: str | None = None  # UTC text
    note: str = ""
    exchange: tuple[tuple[str, int], ...] = ()
    source_line: int = 0

    def as_json(self) -> dict[str, Any]:
        """The native columns as keys."""
        exchange = "|".join(f"{sku}:{units}" for sku, units in self.exchange)
        return {name: getattr(self, name) for name in RETURN_COLUMNS} | {"exchange": exchange}

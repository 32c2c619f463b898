"""An order as the store knows it: what the file said, and what has become of each line."""

from __future__ import annotations

from dataclasses import dataclass, field

from omscli.orders.incoming import IncomingLine, IncomingOrder


@dataclass(slots=True)
class StoredLine:
    """Counts of units; ordered = elsewhere + cancelled + allocated + shipped + backordered + unfilled."""

    id: int
    match_key: str
    said: IncomingLine
    product: int | None
    ordered: int
    elsewhere: int = 0
    cancelled: int = 0
    allocated: int = 0
    shipped: int = 0
    backordered: int = 0
    returned: int = 0
    expected_on: str | None = None
    our_sku: str = ""  # the SKU of the product that is meant; empty while nobody knows it
    our_title: str = ""

    @property
    def title(self) -> str:
        """What it is called: as the channel writes it, else as the catalogue does, else its SKU."""
        return self.said.title or self.our_title or self.sku

    @property
    def sku(self) -> str:
        """Our SKU where it is known, else as the channel writes it."""
        return self.our_sku or self.said.sku

    @property
    def owed(self) -> int:
        """Units the customer still gets from us."""
        return self.ordered - self.elsewhere - self.cancelled - self.shipped

    @property
    def unfilled(self) -> int:
        """Units nobody has decided about yet."""
        return self.owed - self.allocated - self.backordered


@dataclass(slots=True)
class StoredOrder:
    """One order with its lines. `said.lines` mirrors `lines`."""

    id: int
    ref: str
    status: str
    content_hash: str
    said: IncomingOrder
    lines: list[StoredLine] = field(default_factory=list)

    @property
    def has_shipped(self) -> bool:
        """Whether any unit has left us."""
        return any(line.shipped for line in self.lines)

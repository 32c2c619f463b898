"""What the warehouse's papers say, as plain data: pick lists, packing slips, purchase orders. Dates are ISO text."""

from __future__ import annotations

from dataclasses import dataclass

from omscli.base.address import Address


@dataclass(frozen=True, slots=True)
class Shop:
    """Who sends: the name on every paper, and how a customer reaches the shop."""

    name: str
    address: Address | None = None
    contact: str = ""


@dataclass(frozen=True, slots=True)
class PickLine:
    """Units to take from one bin. `orders` says for whom: (order, quantity), and the quantities sum to `quantity`."""

    bin: str
    sku: str
    title: str
    options: str
    quantity: int
    orders: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One line of a packing slip. `note` is what the buyer wants on this piece: an engraving, a gift message."""

    sku: str
    title: str
    options: str
    quantity: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Units of the order that come separately; `expected_on` is None while nobody knows."""

    title: str
    quantity: int
    expected_on: str | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """What lies in one shipment, for the packer and for the customer. It names no prices, so it fits a gift."""

    shipment_ref: str
    order_ref: str
    channel_order_id: str
    ship_to: Address
    service: str
    lines: tuple[SlipLine, ...]
    buyer_note: str = ""
    gift: bool = False
    boxes: tuple[str, ...] = ()
    ship_on: str = ""
    waiting: tuple[Waiting, ...] = ()

    @property
    def has_notes(self) -> bool:
        """Whether the buyer asked for something that the packer must read."""
        return bool(self.buyer_note or self.gift or any(line.note for line in self.lines))


@dataclass(frozen=True, slots=True)
class PickList:
    """One round through one location, with the slips of the shipments it serves."""

    id: str
    location_code: str
    location_name: str
    created_on: str
    lines: tuple[PickLine, ...]
    slips: tuple[Slip, ...] = ()
    reprint: bool = False  # the same list again, for the paper was lost

    @property
    def units(self) -> int:
        """How many pieces leave the shelves."""
        return sum(line.quantity for line in self.lines)

    @property
    def orders(self) -> int:
        """How many orders the round serves."""
        return len({order for line in self.lines for order, _ in line.orders})


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """One line of a purchase order; `supplier_sku` is the supplier's own number where it is known."""

    sku: str
    title: str
    options: str
    quantity: int
    supplier_sku: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """What a supplier is asked to send, and to whom: a customer (drop-ship) or an own location."""

    id: str
    supplier_name: str
    created_on: str
    ship_to: Address
    lines: tuple[PurchaseLine, ...]
    order_ref: str = ""
    service: str = ""
    deliver_by: str = ""
    note: str = ""

"""Movements: the only way stock changes. Each kind of movement is made by one function here, so that its signs are in one place."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Movement:
    """What one ledger row adds to the levels of one product at one location, in units."""

    product: int
    location: str
    kind: str
    on_hand: int = 0
    unavailable: int = 0
    allocated: int = 0
    allocation: int | None = None
    order_line: int | None = None
    reason: str = ""
    transfer_line: int | None = None
    reverses: int | None = None  # the ledger row that this one takes back
    return_line: int | None = None


def received(product: int, location: str, units: int, reason: str = "") -> Movement:
    """Goods came in."""
    return Movement(product, location, "received", on_hand=units, reason=reason)


def adjusted(product: int, location: str, units: int, reason: str) -> Movement:
    """Found (positive) or lost (negative), with the reason."""
    return Movement(product, location, "adjusted", on_hand=units, reason=reason)


def counted(product: int, location: str, difference: int, reason: str = "") -> Movement:
    """Somebody looked: the difference between the shelf and the book."""
    return Movement(product, location, "counted", on_hand=difference, reason=reason)


def allocated(product: int, location: str, units: int, allocation: int) -> Movement:
    """An order line claims units."""
    return Movement(product, location, "allocated", allocated=units, allocation=allocation)


def freed(product: int, location: str, units: int, allocation: int) -> Movement:
    """The claim is given up; the goods stay."""
    return Movement(product, location, "freed", allocated=-units, allocation=allocation)


def shipped(product: int, location: str, units: int, allocation: int) -> Movement:
    """The goods leave, and the claim with them."""
    return Movement(product, location, "shipped", on_hand=-units, allocated=-units, allocation=allocation)


def sold(product: int, location: str, units: int, order_line: int, reason: str) -> Movement:
    """Sold over the counter: gone at once, never claimed."""
    return Movement(product, location, "sold", on_hand=-units, order_line=order_line, reason=reason)


def returned(product: int, location: str, units: int, order_line: int, line: int) -> Movement:
    """A customer sent goods back: they lie there again."""
    return Movement(product, location, "returned", on_hand=units, order_line=order_line, return_line=line)


def sent(product: int, location: str, units: int, line: int) -> Movement:
    """Goods leave for another own place."""
    return Movement(product, location, "transfer_out", on_hand=-units, transfer_line=line)


def arrived(product: int, location: str, units: int, line: int, reason: str = "") -> Movement:
    """Goods on their way between own places arrive: where they were sent to, or back where they came from."""
    return Movement(product, location, "transfer_in", on_hand=units, transfer_line=line, reason=reason)


def lost_on_the_way(product: int, location: str, units: int, line: int, reason: str) -> tuple[Movement, Movement]:
    """What never came: booked in and written off at once, so that every transfer nets to nought and the loss is stated with its reason."""
    loss = Movement(product, location, "adjusted", on_hand=-units, transfer_line=line, reason=reason)
    return arrived(product, location, units, line, reason), loss


def reversal(row: int, movement: Movement, reason: str) -> Movement:
    """Takes ledger row number `row` back: its exact negative, for the same claim or order line. The row itself stays."""
    return replace(
        movement,
        kind="reversed",
        on_hand=-movement.on_hand,
        unavailable=-movement.unavailable,
        allocated=-movement.allocated,
        reason=reason,
        reverses=row,
    )


def state_changed(product: int, location: str, units: int, reason: str) -> Movement:
    """Units that lie there can no longer be sold (positive), or can again (negative)."""
    return Movement(product, location, "state_changed", unavailable=units, reason=reason)

"""What a customer gets back, exactly: goods, tax and shipping as they were paid, unit by unit, over any number of refunds.

All amounts are minor units of the order's currency. What was paid is shared among the lines by largest remainder, so that the
parts sum to it; the units of a line share its part in the same way. A refund is the difference of two such sums, and all refunds
together are what was paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from omscli.base.money import share


@dataclass(frozen=True, slots=True)
class SoldLine:
    """One line as it was sold: all units ordered. `price` None: unknown; `tax` of the whole line, None where the channel does not say."""

    units: int
    price: int | None
    discount: int = 0
    tax: int | None = None

    @property
    def value(self) -> int:
        """What the units cost after the line's own discount."""
        return max(0, (self.price or 0) * self.units - self.discount)


@dataclass(frozen=True, slots=True)
class Sold:
    """The money of an order as its channel tells it."""

    lines: Sequence[SoldLine]
    total: int | None = None
    shipping: int = 0
    tax: int | None = None
    tax_included: bool | None = None
    discount: int = 0  # of the whole order


@dataclass(frozen=True, slots=True)
class PaidLine:
    """What was paid for all units of a line. The three sum, over all lines, to what was paid for the order."""

    units: int
    goods: int
    tax: int  # 0 where it is in the price, or nobody knows it
    shipping: int


@dataclass(frozen=True, slots=True)
class Amount:
    """Money of a refund by what it pays back."""

    goods: int = 0
    tax: int = 0
    shipping: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.goods + self.tax + self.shipping


def paid_for(sold: Sold) -> int | None:
    """What the customer paid for the order, None where nobody can know. Tax that may be in the prices is not added."""
    if sold.total is not None:
        return max(0, sold.total)
    if any(line.price is None for line in sold.lines):
        return None
    tax = (sold.tax or 0) if sold.tax_included is False else 0
    return max(0, sum(line.value for line in sold.lines) - sold.discount + tax + sold.shipping)


def by_line(sold: Sold) -> list[PaidLine]:
    """What was paid for each line. Raises ValueError where nobody knows what was paid."""
    paid = paid_for(sold)
    if paid is None:
        raise ValueError("nobody knows what was paid")
    values = [line.value for line in sold.lines]
    if any(line.price is None for line in sold.lines) or not any(values):
        values = [line.units for line in sold.lines]
    shipping = min(max(0, sold.shipping), paid)
    tax = min(max(0, sold.tax or 0), paid - shipping) if sold.tax_included is False else 0
    told = [line.tax for line in sold.lines]
    own = [one or 0 for one in told] if all(one is not None and one >= 0 for one in told) and any(told) else values
    goods, taxes, ways = share(paid - shipping - tax, values), share(tax, own), share(shipping, values)
    return [PaidLine(line.units, *parts) for line, *parts in zip(sold.lines, goods, taxes, ways, strict=True)]


def part(line: PaidLine, before: int, units: int, *, shipping: bool) -> Amount:
    """What `units` more units of a line are worth when `before` were paid back already; never more than the line has."""
    first, last = min(before, line.units), min(before + units, line.units)

    def between(whole: int) -> int:
        return _first(whole, line.units, last) - _first(whole, line.units, first)

    return Amount(between(line.goods), between(line.tax), between(line.shipping) if shipping else 0)


def _first(whole: int, units: int, count: int) -> int:
    """The share of the first `count` of `units` equal units: the earlier ones get the remainder."""
    each, rest = divmod(whole, units)
    return each * count + min(count, rest)


@dataclass(frozen=True, slots=True)
class Payout:
    """What is paid now: the amount, the fee that was kept, and what it consists of."""

    amount: int
    fee: int
    of: Amount


def payout(parts: Sequence[Amount], fee_left: int, rest: int) -> Payout:
    """Sum the parts, keep the fee, and never pay more than the `rest` that was paid and not paid back."""
    of = Amount(sum(one.goods for one in parts), sum(one.tax for one in parts), sum(one.shipping for one in parts))
    gross = min(of.total, max(0, rest))
    fee = min(max(0, fee_left), gross)
    return Payout(gross - fee, fee, of)

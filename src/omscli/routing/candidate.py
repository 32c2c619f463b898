"""One way to serve an order: which place sends how many units of each line, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass, field

from omscli.routing.facts import Demand
from omscli.routing.quote import Quote
from omscli.routing.rules import Prices


@dataclass(slots=True)
class Part:
    """What one place sends: units by position of the line in the order."""

    quote: Quote
    takes: list[int]
    below_safety: int = 0  # units its levels fall below safety stock
    left: int = 0  # units of these SKUs that remain free there

    @property
    def units(self) -> int:
        """Units of order lines."""
        return sum(self.takes)


@dataclass(slots=True)
class Candidate:
    """A way to serve the lines: parts, and units that no part has. Money in minor units of the home currency."""

    parts: list[Part]
    unfilled: list[int]
    money: int = 0  # postage, boxes, handling
    penalties: list[int] = field(default_factory=list)  # by part: late days, distance, extra shipments, safety stock
    unfilled_units: int = 0
    cost: int = 0  # money and prices together: what `objective` sums
    amounts: tuple[float, ...] = ()  # by criterion of the rule, less is better

    @property
    def places(self) -> tuple[str, ...]:
        """Codes of the places, in order of the parts."""
        parts = self.parts
        return (parts[0].quote.location.code,) if len(parts) == 1 else tuple([part.quote.location.code for part in parts])


def assemble(parts: list[Part], unfilled: list[int], prices: Prices) -> Candidate:
    """Price the parts. The first shipment is free of `extra_shipment`."""
    money, penalties = 0, []
    for number, part in enumerate(parts):
        quote = part.quote
        money += quote.postage + quote.boxes + quote.handling
        penalty = prices.extra_shipment if number else 0
        if quote.late_days:
            penalty += prices.late_day * quote.late_days
        if prices.per_100_km and quote.km:
            penalty += round(prices.per_100_km * quote.km / 100)
        if part.below_safety:
            penalty += prices.below_safety_unit * part.below_safety
        penalties.append(penalty)
    missing = sum(unfilled)
    return Candidate(parts, unfilled, money, penalties, missing, money + sum(penalties) + prices.unfilled_unit * missing)


def worth(lines: list[Demand], units: list[int]) -> int:
    """Value of these units of the lines, in minor units of the home currency."""
    return sum(line.value * count for line, count in zip(lines, units, strict=True))

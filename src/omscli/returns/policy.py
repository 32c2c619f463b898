"""What a seller promised about goods that come back, and what that means for one wish. Amounts in minor units of the home currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Reason:
    """What one reason means: a fee once per return, and whether the goods can be sold again where nobody looks closer."""

    fee: int = 0
    restock: bool = True


@dataclass(frozen=True, slots=True)
class Policy:
    """The `returns` section of rules.yaml. Without `reasons` any word is a reason, free of charge."""

    window_days: int = 30
    auto_approve_under: int = 0
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    refund_shipping: bool = True
    overdue_days: int = 21
    location: str | None = None  # where goods are sent to; None: where they came from

    def reason(self, name: str) -> Reason | None:
        """What a reason means; None for one that the seller does not accept."""
        return self.reasons.get(name) if self.reasons else Reason()


@dataclass(frozen=True, slots=True)
class WishLine:
    """Units of one order line that a customer wants to send back. `delivered` is None where nobody knows the day."""

    sku: str
    units: int
    delivered: date | None
    final_sale: bool = False
    value: int | None = None  # of all the units; None: unknown


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say to a wish. Doubts are for a person, who may approve it all the same."""

    approved: bool
    why: str
    doubts: tuple[str, ...] = ()


def judge(policy: Policy, lines: Sequence[WishLine], asked_on: date, worth: str, limit: str) -> Verdict:
    """Approve by rule what nothing speaks against and what is worth less than `auto_approve_under`.

    The last day of the window is the day of arrival plus `window_days`, and counts in full. `worth` and `limit` are the two
    amounts in words, for the reasons.
    """
    doubts = []
    for line in lines:
        last = None if line.delivered is None else line.delivered + timedelta(days=policy.window_days)
        if line.final_sale:
            doubts.append(f"{line.sku} was sold without a way back")
        if last is not None and asked_on > last:
            doubts.append(f"{line.sku}: the {policy.window_days} days ended on {last}")
    if doubts:
        return Verdict(False, "a person decides", tuple(doubts))
    values = [line.value for line in lines]
    if None in values:
        return Verdict(False, "a person decides: nobody knows what the goods are worth")
    if sum(value for value in values if value is not None) < policy.auto_approve_under:
        return Verdict(True, f"worth {worth}, less than {limit}")
    return Verdict(False, f"a person decides: worth {worth}, {limit} or more" if policy.auto_approve_under else "a person decides")

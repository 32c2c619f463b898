"""Why an order must wait for a person although no rule says so. Pure.

What is held takes no stock. A newer file that settles the reason ends the hold; so does a person's word, and then the same
reason does not come back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from omscli.base.money import is_currency
from omscli.base.sheet_text import looks_like_day
from omscli.orders.incoming import IncomingOrder

STANDING = ("unpaid", "refunded", "address", "masked", "unknown_sku", "status", "currency", "doubt")


@dataclass(frozen=True, slots=True)
class Hold:
    """A reason to wait; `kind` names it for machines, `reason` for people."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class HoldPolicy:
    """What the seller decided: channels that ship unpaid orders, and the currencies that have a rate."""

    home_currency: str
    ship_unpaid: frozenset[str] = frozenset()
    rates: Collection[str] = ()


def standing(order: IncomingOrder, unknown: Mapping[str, str | None], policy: HoldPolicy) -> list[Hold]:
    """The reasons, most basic first. `unknown` maps each SKU of the order that nobody knows to the nearest known one."""
    if order.state not in ("open", "unknown") or not any(line.to_ship for line in order.lines):
        return [Hold("status", f"unknown status “{order.raw_status}”")] if order.state == "unknown" else []
    found = []
    if order.state == "unknown":
        found.append(Hold("status", f"unknown status “{order.raw_status}”"))
    found += _money(order, policy)
    if not order.pickup_location:
        found += _address(order)
    if unknown:
        words = [f"{sku or '(empty)'}{_remark(sku, near)}" for sku, near in sorted(unknown.items())]
        found.append(Hold("unknown_sku", f"unknown SKU {', '.join(words)}"))
    if order.doubts:
        found.append(Hold("doubt", "; ".join(order.doubts)))
    return found


def _remark(sku: str, near: str | None) -> str:
    if looks_like_day(sku):
        return " (a spreadsheet may have taken another SKU for a day)"
    return f" (did you mean {near}?)" if near else ""


def _money(order: IncomingOrder, policy: HoldPolicy) -> list[Hold]:
    found = []
    if order.payment in ("refunded", "voided"):
        found.append(Hold("refunded", "refunded in full" if order.payment == "refunded" else "the payment was voided"))
    elif order.payment in ("pending", "unknown") and order.channel not in policy.ship_unpaid:
        found.append(Hold("unpaid", "not paid yet" if order.payment == "pending" else "nobody knows whether it is paid"))
    if order.currency != policy.home_currency and order.currency not in policy.rates:
        why = "has no rate in rules.yaml" if is_currency(order.currency) else "is no currency"
        found.append(Hold("currency", f"currency {order.currency} {why}"))
    return found


def _address(order: IncomingOrder) -> list[Hold]:
    place = order.ship_to
    if place.is_masked:
        return [Hold("masked", "the channel masked the address")]
    missing = [
        word
        for word, part in (
            ("street", place.line1 or place.line2),
            ("town or postcode", place.city or place.postcode),
            ("country", place.country),
        )
        if not part.strip()
    ]
    if not missing and not (len(place.country) == 2 and place.country.isalpha()):
        return [Hold("address", f"“{place.country}” is no country")]
    if not (place.name or place.company):
        missing.insert(0, "name")
    return [Hold("address", f"the address has no {' and no '.join(missing)}")] if missing else []

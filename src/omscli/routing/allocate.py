"""How a place would serve the lines: wanted and available, kits opened, demand of lines that share a SKU taken from one shelf.

A line's unit is all or nothing: a kit ships whole from one place. Lines that a rule keeps together ship all from one place
or not from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from omscli.base.text import fold
from omscli.routing.facts import Demand, Facts, OpenOrder, Product
from omscli.routing.quote import Contents
from omscli.routing.rules import Split

Parts = tuple[tuple[int, int], ...]  # (product, units) that one unit of a line takes from the shelf


@dataclass(slots=True)
class Basket:
    """What is wanted, prepared once per order: `plain` when every line is one product of its own and no lines are tied."""

    lines: list[Demand]
    parts: list[Parts]
    wants: list[int]
    groups: list[list[int]]  # positions of lines that travel together
    plain: bool


def basket(lines: list[Demand], products: Mapping[int, Product], split: Split) -> Basket:
    """Open the kits and tie what a rule ties."""
    parts = [products[line.product].components or ((line.product, 1),) for line in lines]
    groups: list[list[int]] = []
    if split.together_skus or split.together_categories:
        tied = [
            n
            for n, line in enumerate(lines)
            if fold(line.sku) in split.together_skus
            or fold(products[line.product].sku) in split.together_skus
            or fold(products[line.product].category) in split.together_categories
        ]
        groups = [tied] if len(tied) > 1 else []
    taken = [product for part in parts for product, _ in part]
    plain = not groups and len(set(taken)) == len(taken) and all(len(part) == 1 and part[0][1] == 1 for part in parts)
    return Basket(lines, parts, [line.quantity for line in lines], groups, plain)


class Shelf:
    """What an order may take from one place: free units and those held for it, less safety stock where a rule keeps it."""

    __slots__ = ("free", "safety")

    def __init__(self, facts: Facts, order: OpenOrder, code: str, *, keep_safety: bool) -> None:
        self.free = facts.free_for(order, code)
        self.safety = (facts.safety.get(code) or {}) if keep_safety else {}

    def has(self, product: int) -> int:
        """Units that may be taken, never negative."""
        units = self.free.get(product, 0)
        if self.safety:
            units -= self.safety.get(product, 0)
        return max(units, 0)


def offer(wanted: Basket, wants: list[int], shelf: Shelf) -> list[int]:
    """Units of each line the place would give, lines in their order."""
    if wanted.plain:
        free, safety = shelf.free, shelf.safety
        if not safety and len(wants) == 1:  # half of all orders
            units = free.get(wanted.parts[0][0][0], 0)
            return wants[:] if units >= wants[0] else [units] if units > 0 else [0]
        found = []
        for want, part in zip(wants, wanted.parts, strict=True):
            product = part[0][0]
            units = free.get(product, 0) - (safety.get(product, 0) if safety else 0)
            found.append(want if units >= want else max(units, 0))
        return found
    return _careful(wanted, wants, shelf)


def _careful(wanted: Basket, wants: list[int], shelf: Shelf) -> list[int]:
    left: dict[int, int] = {}
    found = [0] * len(wants)
    tied = {n for group in wanted.groups for n in group}
    for group in wanted.groups:
        trial = dict(left)
        takes = [_take(wanted.parts[n], wants[n], shelf, trial) for n in group]
        if takes == [wants[n] for n in group]:
            left = trial
            for n, units in zip(group, takes, strict=True):
                found[n] = units
    for n, want in enumerate(wants):
        if n not in tied:
            found[n] = _take(wanted.parts[n], want, shelf, left)
    return found


def _take(parts: Parts, want: int, shelf: Shelf, left: dict[int, int]) -> int:
    """Whole units the shelf can give; `left` remembers what earlier lines took."""
    units = want
    for product, each in parts:
        units = min(units, left.setdefault(product, shelf.has(product)) // each)
    for product, each in parts:
        left[product] -= units * each
    return units


def contents(wanted: Basket, takes: list[int]) -> Contents:
    """What lies in the parcels: products and units, kits opened."""
    if wanted.plain:
        if len(takes) == 1:
            return ((wanted.parts[0][0][0], takes[0]),)
        return tuple(sorted([(part[0][0], units) for part, units in zip(wanted.parts, takes, strict=True) if units]))
    total: dict[int, int] = {}
    for part, units in zip(wanted.parts, takes, strict=True):
        if units:
            for product, each in part:
                total[product] = total.get(product, 0) + each * units
    return tuple(sorted(total.items()))

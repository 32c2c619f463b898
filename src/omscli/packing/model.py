"""Items, boxes and packed parcels. Lengths in mm, weights in g, cost in minor units of the home currency."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A box the seller keeps. `max_g` is the weight of contents and box together."""

    name: str
    inner_mm: tuple[int, int, int]
    empty_g: int
    max_g: int
    cost: int = 0

    @property
    def volume_mm3(self) -> int:
        """Room inside."""
        a, b, c = self.inner_mm
        return a * b * c


@dataclass(frozen=True, slots=True)
class Item:
    """Units of one SKU that travel together. None: unknown, never zero."""

    sku: str
    quantity: int
    weight_g: int | None = None
    size_mm: tuple[int, int, int] | None = None
    ships_alone: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """One box with what lies in it. `guessed` where a weight or size was unknown and a fallback was taken.

    `box` is None where no box of the seller fits: the goods travel in their own wrapping.
    """

    box: Box | None
    weight_g: int
    guessed: bool
    items: tuple[tuple[str, int], ...]  # (SKU, units), by SKU
    outer_mm: tuple[int, int, int] | None = None  # what the carrier measures; None: unknown

"""Items, boxes and packed parcels. Lengths in mm, weights in g, cost in minor units of the home currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple, Protocol

KINDS = ("carton", "envelope")

Size = tuple[int, int, int]  # length, width, height


@dataclass(frozen=True, slots=True)
class Box:
    """A box the seller keeps. `max_g` is the weight of contents and box together.

    The height of `inner_mm` stands upright when the box is closed. An envelope gives: what lies in it makes it shorter and
    narrower by its height, which is `inner_mm[2]` at most; the other two are those of the empty envelope, lying flat.
    """

    name: str
    inner_mm: Size
    empty_g: int
    max_g: int
    cost: int = 0
    kind: str = "carton"
    padding_mm: int = 0  # kept free along each wall
    outer_mm: Size | None = None  # what the carrier measures; None: the room inside, a wall of some millimetres left out

    @property
    def volume_mm3(self) -> int:
        """Room inside."""
        a, b, c = self.inner_mm
        return a * b * c


@dataclass(frozen=True, slots=True)
class Item:
    """Units of one SKU that travel together. None: unknown, never zero.

    Args:
        sku: What the label says.
        quantity: Units.
        weight_g: Of one unit.
        size_mm: Length, width and height of one unit, as it stands.
        ships_alone: Each unit in a parcel of its own.
        keep_upright: It may be turned, but its height stays upright.
        fragile: Nothing may lie on it.
        hazmat: Never in one parcel with goods that are not.
        together: Units with the same word travel in one parcel wherever one box holds them.
    """

    sku: str
    quantity: int
    weight_g: int | None = None
    size_mm: Size | None = None
    ships_alone: bool = False
    keep_upright: bool = False
    fragile: bool = False
    hazmat: bool = False
    together: str = ""


@dataclass(frozen=True, slots=True)
class Care:
    """How to pack.

    Args:
        gap_mm: Kept free between any two units.
        support_percent: How much of a unit's base must lie on the floor of the box or on what is below.
        level: Whether parcels of one shipment are made about equally heavy where that needs no other boxes.
        cheapest: Whether the cheapest parcels are wanted, not the fewest; what a parcel costs is told to the packer.
        together: Sets of folded SKUs that travel in one parcel wherever one box holds them.
        thorough: Units laid by the thorough ways of filling, in a box that the quick ones do not manage.
        steps: Of the exact search for a few units.
        work: Units laid while better sets of boxes are looked for.
    """

    gap_mm: int = 0
    support_percent: int = 75
    level: bool = True
    cheapest: bool = False
    together: tuple[frozenset[str], ...] = ()
    thorough: int = 200
    steps: int = 160
    work: int = 16000

    def word(self, folded_sku: str) -> str:
        """What Item.together says of a SKU."""
        return next((f"{at:04d}" for at, skus in enumerate(self.together) if folded_sku in skus), "")


class Named(Protocol):
    """Goods that have a name."""

    @property
    def sku(self) -> str:
        """What the label says."""
        ...


class Placed(NamedTuple):
    """One unit in its box: the corner nearest to the front left bottom corner of the box, and its size as it lies (mm)."""

    sku: str
    at_mm: Size
    size_mm: Size


class Grid(NamedTuple):
    """Equal units of one kind in rows, columns and layers, packed close; in the room as the search turned it."""

    kind: int
    x: int
    y: int
    z: int
    turn: Size
    nx: int
    ny: int
    nz: int

    @property
    def units(self) -> int:
        """How many they are."""
        return self.nx * self.ny * self.nz


class Lay(NamedTuple):
    """How goods lie in a box: blocks, and for each who lies there, layer by layer. Units are told from it only when asked for."""

    grids: tuple[Grid, ...]
    names: Sequence[Sequence[tuple[Named, int]]]
    pad: int
    gap: int
    turned: bool  # length and width are exchanged

    def units(self) -> list[Placed]:
        """Every unit, block after block."""
        return [unit for grid, names in zip(self.grids, self.names, strict=True) for unit in self._block(grid, names)]

    def _block(self, grid: Grid, names: Sequence[tuple[Named, int]]) -> list[Placed]:
        skus = [one.sku for one, units in names for _ in range(units)]
        long, wide, high = grid.turn
        cells = product(range(grid.nz), range(grid.ny), range(grid.nx))
        corners = [(grid.x + i * long, grid.y + j * wide, grid.z + k * high) for k, j, i in cells]
        size = (long - self.gap, wide - self.gap, high - self.gap)
        if self.turned:
            corners, size = [(y, x, z) for x, y, z in corners], (size[1], size[0], size[2])
        pad = self.pad
        return [Placed(sku, (x + pad, y + pad, z + pad), size) for sku, (x, y, z) in zip(skus, corners, strict=True)]


@dataclass(frozen=True, slots=True)
class Parcel:
    """One box with what lies in it. `guessed` where a weight or size was unknown and a fallback was taken.

    `box` is None where no box of the seller fits: the goods travel in their own wrapping.
    """

    box: Box | None
    weight_g: int
    guessed: bool
    items: tuple[tuple[str, int], ...]  # (SKU, units), by SKU
    outer_mm: Size | None = None  # what the carrier measures; None: unknown
    lay: Lay | None = field(default=None, compare=False)  # how it lies; None where nobody knows

    @property
    def placed(self) -> tuple[Placed, ...]:
        """Every unit where it lies, in the order in which it is put in: what lies under another comes before it."""
        units = self.lay.units() if self.lay else []
        return tuple(sorted(units, key=lambda unit: (unit.at_mm[2], unit.at_mm[1], unit.at_mm[0], unit.sku)))

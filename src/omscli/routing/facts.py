"""What the decision needs to know, as plain data read in bulk. Products and lines are the store's ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from omscli.base.geo import Point
from omscli.carriers.service import Service
from omscli.packing.model import Box, Care
from omscli.stock.holds import Held
from omscli.stock.locations import Location


@dataclass(slots=True)
class Demand:
    """Units of one order line that want a place. `value` is one unit's worth in minor units of the home currency."""

    line: int
    line_id: str
    sku: str
    product: int
    quantity: int
    value: int = 0


@dataclass(slots=True)
class OpenOrder:
    """One order with something to decide. `total` in minor units of the home currency, None: unknown."""

    id: int
    ref: str
    channel: str
    order_id: str
    placed_at: str
    country: str
    region: str
    postcode: str
    city: str
    service: str
    payment: str
    lines: list[Demand]
    point: Point | None = None
    customer: str = ""
    tags: tuple[str, ...] = ()
    total: int | None = None
    rate: float = 1.0  # value of one unit of the order's currency in the home currency
    deliver_by: date | None = None
    promised: date | None = None  # the arrival date the customer was told
    pickup: str | None = None
    pinned: str | None = None  # a person wants it to leave from there and nowhere else
    excluded: frozenset[str] = frozenset()  # places that were short for this order
    released_rules: frozenset[str] = frozenset()  # reasons of holding rules that a person has lifted
    held: tuple[str, ...] = ()  # live reasons other than rules: it waits and takes nothing
    waiting_since: str | None = None  # instant since which units are backordered
    holds: tuple[Held, ...] = ()  # of Facts.holds those that are for this order, the first to end first
    gone: tuple[Demand, ...] = ()  # units that rules gave up: no longer to be sent, but the order was about them

    def asked(self) -> list[Demand]:
        """What conditions speak about: the lines to decide, with what rules gave up of them."""
        if not self.gone:
            return self.lines
        rows = {line.line: line for line in self.lines}
        for one in self.gone:
            rows[one.line] = replace(one, quantity=one.quantity + rows[one.line].quantity) if one.line in rows else one
        return [rows[line] for line in sorted(rows)]


@dataclass(frozen=True, slots=True)
class Product:
    """What packing and rules need of a SKU. A kit has components and no weight of its own."""

    sku: str
    weight_g: int | None = None
    size_mm: tuple[int, int, int] | None = None
    ships_alone: bool = False
    hazmat: bool = False
    category: str = ""
    components: tuple[tuple[int, int], ...] = ()  # (product, units)
    keep_upright: bool = False
    fragile: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A planned shipment of the last run that is not released yet; `lines` are (order line, units)."""

    location: str
    ship_on: date | None
    lines: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Facts:
    """The whole situation of one run. `free` may be negative where a count fell below what is promised."""

    now: datetime
    today: date  # on the seller's clock
    locations: tuple[Location, ...]  # by rank, then code
    services: tuple[Service, ...]
    boxes: tuple[Box, ...]
    products: Mapping[int, Product]
    free: dict[str, dict[int, int]]  # location -> product -> units any order in hand may take, safety stock included
    safety: dict[str, dict[int, int]]  # location -> product -> units kept
    orders: list[OpenOrder] = field(default_factory=list)
    used: dict[str, dict[date, int]] = field(default_factory=dict)  # location -> day -> shipments that stand already
    expected: dict[int, list[tuple[str, str, int]]] = field(default_factory=dict)  # product -> (date, location, units)
    packing: Care = field(default_factory=Care)
    holds: list[Held] = field(default_factory=list)  # units kept out of `free` for somebody
    standing: dict[int, list[Standing]] = field(default_factory=dict)  # order -> what the last run planned
    settled: tuple[str, str] | None = None  # fingerprints of what was last decided together: the question, the answer
    told_since: frozenset[int] = frozenset()  # orders whose customers have a date since then, and had none before

    def free_for(self, order: OpenOrder, location: str) -> Mapping[int, int]:
        """What this order may take at a place: what anybody may, and what is set aside for it."""
        free = self.free.get(location) or {}
        own = [one for one in order.holds if one.location == location] if order.holds else ()
        if not own:
            return free
        found = dict(free)
        for one in own:
            found[one.product] = found.get(one.product, 0) + one.units
        return found

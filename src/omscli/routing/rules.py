"""The routing rules as plain objects; `settings` builds them from rules.yaml.

A rule says which orders it speaks for (`conditions`), which places may serve them (filters), how they may be split, how
candidates rank, and what happens to units it cannot place.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of `when`: the field named must fit. All parts that are set must hold; text is compared folded.

    `any_of` is a value or a list; `none_of` is `not`; `globs` is `matches` (shell pattern, never a regex); `over` and
    `under` are exclusive, and for `total` in minor units of the home currency.
    """

    field: str
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    globs: tuple[str, ...] = ()
    over: float | None = None
    under: float | None = None


# What a `when` may ask about.
FIELDS = (
    "channel", "service", "country", "region", "postcode", "sku", "category", "tag", "total", "weight_g", "lines", "units",
    "customer", "payment", "weekday", "pickup", "hazmat",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Selection:
    """Locations by code or kind; both empty selects nothing."""

    codes: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def has(self, code: str, kind: str) -> bool:
        """Whether the place is meant."""
        return code in self.codes or kind in self.kinds


@dataclass(frozen=True, slots=True)
class Split:
    """How an order may be divided. `max_shipments` None: no limit; 1 is `split: never`, the whole order or nothing.

    `min_part_value` is in minor units of the home currency; each part of a split, the unfilled rest too, is worth at least that.
    """

    never: bool = False
    max_shipments: int | None = None
    min_part_value: int = 0
    together_skus: frozenset[str] = frozenset()  # folded
    together_categories: frozenset[str] = frozenset()  # folded


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What happens to units the rule cannot place: `wait`, `cancel`, `next` (rule that matches) or `hold` (a person)."""

    action: str = "wait"
    cancel_after_days: int | None = None


STRATEGIES = ("each", "batch")
EFFORT = 4  # passes of improvement under `batch`, where nobody says otherwise
DEFAULT_RANK = ("unfilled", "late", "cost", "shipments", "distance", "rank")


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of `routing: rules:`, tried from the top; the first whose conditions all hold decides."""

    name: str
    conditions: tuple[Condition, ...] = ()
    hold: str | None = None  # the order waits for a person, with this reason
    priority: int | None = None  # higher goes first when stock is short; wins over the channel's
    only: Selection | None = None
    avoid: Selection | None = None
    max_km: float | None = None
    max_days: int | None = None
    split: Split = field(default_factory=Split)
    keep_safety_stock: bool = False
    ignore_capacity: bool = False
    rank: tuple[str, ...] = DEFAULT_RANK
    otherwise: Otherwise = field(default_factory=Otherwise)


@dataclass(frozen=True, slots=True)
class Prices:
    """What is not money but is counted as such in `objective`; minor units of the home currency."""

    late_day: int = 0
    unfilled_unit: int = 0
    extra_shipment: int = 0
    per_100_km: int = 0
    below_safety_unit: int = 0


@dataclass(frozen=True, slots=True)
class ChannelPolicy:
    """What routing needs to know of a channel."""

    name: str
    priority: int = 0
    stock_from: frozenset[str] | None = None
    ship_unpaid: bool = False


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All that rules.yaml says about deciding."""

    currency: str
    rules: tuple[Rule, ...]
    prices: Prices = field(default_factory=Prices)
    channels: dict[str, ChannelPolicy] = field(default_factory=dict)
    strategy: str = "each"  # one of STRATEGIES
    effort: int = EFFORT
    prove: bool = False  # under `batch`: let the solver prove the plan, or find a cheaper one
    min_gain: int = 0  # a planned order moves only where it gains so much in `cost`, minor units of the home currency
    buffer_days: int = 0
    rates: dict[str, float] = field(default_factory=dict)  # value of one unit of a foreign currency in the home currency

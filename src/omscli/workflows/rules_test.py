"""`oms rules test`: what the rules do with the examples of their file, and with the orders that there were.

Examples go through the same plan as orders do, with the file's own places, carriers and boxes, at this hour, and with nothing else
in the shop: only the stock that the example names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from omscli.base.clock import as_text, is_day
from omscli.base.text import fold
from omscli.catalog.resolve import SkuIndex
from omscli.errors import Refused
from omscli.orders.holds import standing
from omscli.orders.incoming import IncomingLine, IncomingOrder
from omscli.packing.goods import UNKNOWN_G, UNKNOWN_SIZE_MM
from omscli.routing.engine import plan
from omscli.routing.facts import Demand, Facts, OpenOrder, Product
from omscli.routing.plan import OrderPlan
from omscli.settings.settings import Settings
from omscli.settings.yaml_text import read
from omscli.store.open import Store
from omscli.workflows.facts import as_products, locate, with_points
from omscli.workflows.home import Home
from omscli.workflows.import_orders import hold_policy
from omscli.workflows.rules_coverage import Coverage, cover
from omscli.workflows.run_facts import KEPT_DAYS


@dataclass(slots=True)
class Example:
    """One example: what the file says must come out, what came out, and why."""

    rule: str
    number: int  # of the rule's examples, from 1
    line: int
    expected: dict[str, Any]
    came: dict[str, Any]
    decided_by: str
    differs: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether it came out as the file says."""
        return not self.differs


@dataclass(slots=True)
class Trial:
    """What `oms rules test` found: of the examples of the file, and of the orders of the last days."""

    examples: list[Example]
    coverage: Coverage

    @property
    def failed(self) -> int:
        """Examples that came out otherwise."""
        return sum(not one.passed for one in self.examples)

    def as_json(self) -> dict[str, Any]:
        """The document `oms.rules_test/1`, without its schema key and the file."""
        return {
            "examples": [
                {
                    "rule": one.rule, "number": one.number, "line": one.line, "passed": one.passed, "expected": one.expected, "came": one.came,
                    "decided_by": one.decided_by, "differs": one.differs, "reasons": one.reasons, "notes": one.notes,
                }
                for one in self.examples
            ],
            "passed": len(self.examples) - self.failed,
            "failed": self.failed,
            "days": KEPT_DAYS,
            **self.coverage.as_json(),
        }  # fmt: skip


def try_rules(home: Home, store: Store, settings: Settings) -> Trial:
    """Run the examples, then hold the rules against the open orders and those of the stored runs."""
    with store.read():
        return Trial(_Examples(home, store, settings).all(), cover(home, store, settings))


# -- the examples


class _Examples:
    """The examples of one file; products come from the catalogue where it knows them."""

    def __init__(self, home: Home, store: Store, settings: Settings) -> None:
        self.home, self.store, self.settings = home, store, settings
        self.index: SkuIndex = store.catalog.index()
        self.places = with_points(settings, store)
        self.document = read(settings.text, settings.path.name)

    def all(self) -> list[Example]:
        """Each example, in the order of the file."""
        numbers: Counter[str] = Counter()
        positions = {rule.name: at for at, rule in enumerate(self.settings.rulebook.rules)}
        found = []
        for given in self.settings.examples:
            name = given["rule"]
            line = self.document.value_place(("routing", "rules", positions[name], "examples", numbers[name]))[0]
            numbers[name] += 1
            found.append(self._one(given, numbers[name], line))
        return found

    def _one(self, given: dict[str, Any], number: int, line: int) -> Example:
        known, names, notes = self._goods(given)
        until = given["order"].get("deliver_by")
        if until and not is_day(until):
            raise Refused(f"{self.settings.path.name}:{line}: deliver_by '{until}' is no date", "write it as 2026-03-02")
        order = self._order(given["order"], known, names)
        locate(self.store, [order])
        made = plan(self._facts(given, order, known, names), self.settings.rulebook).orders[0]
        came = _came(made)
        expected: dict[str, Any] = {key: given[key] for key in ("ships_from", "backordered", "held") if key in given}
        found = Example(given["rule"], number, line, expected, came, made.rule, _differences(expected, came), made.reasons, notes)
        if made.rule and made.rule != given["rule"]:
            found.notes.append(f"rule “{made.rule}” decides it, and the example stands under “{given['rule']}”")
        return found

    def _goods(self, given: dict[str, Any]) -> tuple[dict[int, Product], dict[str, int], list[str]]:
        """The products of an example by number, the number of each SKU, and what had to be assumed."""
        skus = [*given["order"]["lines"], *(sku for held in given.get("stock", {}).values() for sku in held)]
        channel = given["order"].get("channel") or next(iter(self.settings.channels), "")
        names: dict[str, int] = {}
        unknown = []
        for sku in dict.fromkeys(skus):
            product = self.index.find(channel, sku)
            if product is None:
                unknown.append(sku)
                product = -1 - len(unknown)
            names[sku] = product
        known = _products(self.store, names.values())
        known |= {names[sku]: Product(sku) for sku in unknown}
        a, b, c = (side / 10 for side in UNKNOWN_SIZE_MM)
        notes = [f"{sku} is not in the catalogue: taken as {UNKNOWN_G} g, {a:g} × {b:g} × {c:g} cm" for sku in unknown]
        return known, names, notes

    def _order(self, given: dict[str, Any], known: dict[int, Product], names: dict[str, int]) -> OpenOrder:
        settings, home = self.settings, self.home
        first = next(iter(settings.locations.values()), None)
        country = given.get("country") or (first.address.country if first else "")
        total, units = given.get("total"), sum(given["lines"].values())
        each = total // units if total is not None else 0
        lines = [
            Demand(n, str(n), known[names[sku]].sku, names[sku], count, each) for n, (sku, count) in enumerate(given["lines"].items(), 1)
        ]
        order = OpenOrder(
            id=1, ref="example", channel=given.get("channel") or next(iter(settings.channels), ""), order_id="", placed_at=as_text(home.now),
            country=country, region=given["region"], postcode=given["postcode"], city=given["city"], service=given["service"],
            payment=given["payment"], lines=lines, customer=given["email"], tags=tuple(given["tags"]), total=total, pickup=given.get("pickup_location"),
            deliver_by=date.fromisoformat(given["deliver_by"]) if given.get("deliver_by") else None,
        )  # fmt: skip
        order.held = tuple(one.reason for one in _unpaid(order, settings))
        return order

    def _facts(self, given: dict[str, Any], order: OpenOrder, known: dict[int, Product], names: dict[str, int]) -> Facts:
        free: dict[str, dict[int, int]] = {}
        for place, held in given.get("stock", {}).items():
            shelf = free.setdefault(place, {})
            for sku, units in held.items():
                shelf[names[sku]] = shelf.get(names[sku], 0) + units
        kept = {code: dict.fromkeys(known, place.safety_stock) for code, place in self.places.items() if place.safety_stock}
        return Facts(
            now=self.home.now,
            today=self.home.today,
            locations=tuple(sorted(self.places.values(), key=lambda one: (one.rank, one.code))),
            services=self.settings.services,
            boxes=self.settings.boxes,
            packing=self.settings.packing,
            products=known,
            free=free,
            safety=kept,
            orders=[order],
        )


def _products(store: Store, products: Iterable[int]) -> dict[int, Product]:
    """What packing and rules need of stored products, and of what kits among them consist of."""
    wanted = [one for one in products if one > 0]
    parts = store.catalog.parts(wanted)
    goods = store.catalog.goods({*wanted, *(part for own in parts.values() for part, _ in own)})
    return as_products(goods, [(kit, part, units) for kit, own in parts.items() for part, units in own])


def _unpaid(order: OpenOrder, settings: Settings) -> list[Any]:
    """Reasons to wait that lie in the payment; an example need not have a whole address."""
    lines = [IncomingLine(line.line_id, line.sku, line.sku, line.quantity, line.quantity) for line in order.lines]
    said = IncomingOrder(order.channel, "", order.placed_at, "open", order.payment, settings.currency, lines)
    return [one for one in standing(said, {}, hold_policy(settings)) if one.kind in ("unpaid", "refunded")]


def _came(made: OrderPlan) -> dict[str, Any]:
    """What came out, in the words of an example."""
    leaves: dict[str, dict[str, int]] = {}
    for shipment in made.shipments:
        own = leaves.setdefault(shipment.location, {})
        for line in shipment.lines:
            own[line.sku] = own.get(line.sku, 0) + line.quantity
    waits: dict[str, int] = {}
    for row in made.backordered:
        waits[row.sku] = waits.get(row.sku, 0) + row.quantity
    return {"ships_from": leaves, "backordered": waits, "held": made.state == "held", "state": made.state}


def _differences(expected: dict[str, Any], came: dict[str, Any]) -> list[str]:
    """What came out otherwise, a sentence each."""
    found = []
    if "held" in expected and expected["held"] != came["held"]:
        found.append("it is held" if came["held"] else "it is not held")
    if "ships_from" in expected:
        wanted = {place: own for place, held in expected["ships_from"].items() if (own := _folded(held))}
        if wanted != {place: _folded(held) for place, held in came["ships_from"].items()}:
            found.append(f"ships from {_leaving(came['ships_from'])}, not {_leaving(expected['ships_from'])}")
    if "backordered" in expected and _folded(expected["backordered"]) != _folded(came["backordered"]):
        found.append(f"{_units(came['backordered']) or 'nothing'} waits, not {_units(expected['backordered']) or 'nothing'}")
    return found


def _folded(units: dict[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for sku, count in units.items():
        if count:
            found[fold(sku)] = found.get(fold(sku), 0) + count
    return found


def _leaving(places: dict[str, dict[str, int]]) -> str:
    return " + ".join(f"{place} ({_units(held)})" for place, held in places.items() if _units(held)) or "nowhere"


def _units(units: dict[str, int]) -> str:
    return ", ".join(f"{count} × {sku}" for sku, count in units.items() if count)

"""`oms stock balance`: which own stock should lie elsewhere, from where the last orders went and what sending them cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from omscli.base.clock import as_text
from omscli.base.money import decimal_text
from omscli.routing.facts import Facts, OpenOrder
from omscli.routing.quote import Contents, Quoter
from omscli.stock.balance import Proposal, Sale, Shelf, balance
from omscli.stock.locations import Location
from omscli.store.open import Run, Store
from omscli.workflows.demand import Past, facts_json, read_past
from omscli.workflows.facts import as_products, locate, with_points
from omscli.workflows.home import Home


@dataclass(slots=True)
class Balanced:
    """Proposals, the greatest gain first, and the transfers that were drafted of them."""

    proposals: list[Proposal]
    facts: dict[int, dict[str, Any]]
    days: int
    cover_days: int
    currency: str
    notes: list[str] = field(default_factory=list)
    drafted: list[int] = field(default_factory=list)
    run: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The document (`oms.stock.balance/1`), without its schema key."""
        numbers: list[int | None] = [*self.drafted] or [None] * len(self.proposals)
        return {
            "run": self.run,
            "days": self.days,
            "cover_days": self.cover_days,
            "currency": self.currency,
            "proposals": [self._proposal(*pair) for pair in zip(self.proposals, numbers, strict=True)],
            "notes": self.notes,
        }

    def _proposal(self, one: Proposal, number: int | None) -> dict[str, Any]:
        names = ("units", "saving", "need", "spare", "sold")
        lines = [{**facts_json(self.facts[move.product]), **{name: getattr(move, name) for name in names}} for move in one.moves]
        return {
            "transfer": f"T-{number}" if number else None,
            "from": one.giver,
            "to": one.taker,
            "saving": one.saving,
            "cost": one.cost,
            "gain": one.saving - one.cost,
            "lines": sorted(lines, key=lambda line: str(line["sku"])),
        }


def propose(home: Home, store: Store, days: int, *, create: bool, dry_run: bool = False) -> Balanced:
    """What pays for itself; with `create` a draft of each. What is drafted or on its way counts, so that nothing is proposed twice."""
    if not create or dry_run:
        with store.read():
            return _propose(home, store, days)
    with store.write("stock balance", home.now, str(days), home.rules) as run:
        store.stock.keep_locations(home.settings.locations.values())
        found = _propose(home, store, days)
        found.drafted = [_draft(store, one, found.currency, run) for one in found.proposals]
    found.run = run.id if run.changed else None
    return found


def _draft(store: Store, one: Proposal, currency: str, run: Run) -> int:
    reason = f"balance: saves {decimal_text(one.saving, currency)} for {decimal_text(one.cost, currency)} {currency}"
    items = [(move.product, move.units) for move in one.moves]
    return store.transfers.add((one.giver, one.taker), items, None, reason, run.id, run.at)


def _propose(home: Home, store: Store, days: int) -> Balanced:
    settings = home.settings
    terms, past = settings.transfers, read_past(home, store, days)
    places = [one for one in with_points(settings, store).values() if not one.is_supplier and one.ships and one.daily_capacity != 0]
    quoter = _quoter(home, store, past, places)
    sales = _sales(home, store, past, places, quoter)
    shelves = _shelves(home, store, past, {one.code for one in places})
    pricing = _Pricing(quoter, {one.code: one for one in places}, terms.cost_per_parcel)
    made = balance(shelves, sales, past.unclaimed, terms, past.days, pricing.cost)
    facts = store.planning.facts_of({move.product for one in made for move in one.moves})
    notes = []
    if not settings.services:
        notes.append("no carrier is set up in rules.yaml, so there is no postage to save")
    elif len(places) < 2:
        notes.append("there is only one place of yours that ships: nothing to balance")
    elif past.days < days:
        notes.append(f"the first order is {past.days} days old or less: so many days were looked at")
    return Balanced(made, facts, past.days, terms.cover_days, settings.currency, notes)


def _quoter(home: Home, store: Store, past: Past, places: list[Location]) -> Quoter:
    goods = as_products(store.catalog.goods({line[1] for line in past.lines}), ())
    settings = home.settings
    return Quoter(Facts(home.now, home.today, tuple(places), settings.services, settings.boxes, goods, {}, {}, packing=settings.packing))


def _sales(home: Home, store: Store, past: Past, places: list[Location], quoter: Quoter) -> list[Sale]:
    """Each line with its share of what sending its order would have cost from each place: postage and handling, by units."""
    orders = _orders(store, past)
    contents: dict[int, Counter[int]] = {}
    for sold_by, product, units, collected in past.lines:
        if collected is None and sold_by in orders:
            contents.setdefault(sold_by, Counter())[product] += units
    found = []
    for number, goods in contents.items():
        order = orders[number]
        channel = home.settings.channels.get(order.channel)
        packed: Contents = tuple(sorted(goods.items()))
        whole, costs = sum(goods.values()), {}
        for place in places:
            may = place.ships_to is None or order.country in place.ships_to
            if not may or (channel and channel.stock_from is not None and place.code not in channel.stock_from):
                continue
            quote = quoter.shipment(order, place, packed, ignore_capacity=True)
            if not isinstance(quote, str) and quote.service is not None:
                costs[place.code] = (quote.postage + quote.handling) / whole
        found += [Sale(product, units, costs) for product, units in packed]
    return found


def _orders(store: Store, past: Past) -> dict[int, OpenOrder]:
    found = {}
    for row in store.planning.orders_since(past.since):
        to = {name: row[name] for name in ("country", "region", "postcode", "city", "service")}
        found[row["id"]] = OpenOrder(
            id=row["id"], ref=row["ref"], channel=row["channel"], order_id="", placed_at="", payment="", lines=[], **to
        )
    locate(store, found.values())
    return found


def _shelves(home: Home, store: Store, past: Past, places: set[str]) -> list[Shelf]:
    """What lies free where, with what is coming within the days to be covered, and what is drafted."""
    until = (home.today + timedelta(days=home.settings.transfers.cover_days)).isoformat()
    coming: Counter[tuple[int, str]] = Counter(store.planning.coming(until, transfers=True))
    going: Counter[tuple[int, str]] = Counter()
    for draft in store.transfers.drafts():
        for line in draft["lines"]:
            going[line["product_id"], draft["from_location"]] += line["units"]
            coming[line["product_id"], draft["to_location"]] += line["units"]
    own: Counter[tuple[int, str]] = Counter(past.counter)
    for _, product, units, collected in past.lines:
        if collected is not None:
            own[product, collected] += units
    free = {(row["product_id"], row["location"]): row["free"] for row in store.planning.shelves(as_text(home.now))}
    keys = sorted(key for key in {*free, *coming, *own} if key[1] in places)
    return [Shelf(*key, free.get(key, 0), coming[key], going[key], own[key]) for key in keys]


@dataclass(slots=True)
class _Pricing:
    """What a transfer costs: the seller's own price of a parcel, else what the cheapest carrier asks from door to door."""

    quoter: Quoter
    places: Mapping[str, Location]
    cost_per_parcel: int | None
    asked: int = 0

    def cost(self, giver: str, taker: str, goods: Mapping[int, int]) -> int | None:
        """Minor units, None where no carrier goes there."""
        contents: Contents = tuple(sorted(goods.items()))
        if self.cost_per_parcel is not None:
            return self.cost_per_parcel * len(self.quoter.packed(contents)[0])
        self.asked += 1  # each question is a destination of its own for the quoter
        to = self.places[taker].address
        order = OpenOrder(
            -self.asked, "", "", "", "", to.country, to.region, to.postcode, to.city, "", "", [], point=self.places[taker].point
        )
        quote = self.quoter.shipment(order, self.places[giver], contents, ignore_capacity=True)
        return None if isinstance(quote, str) or quote.service is None else quote.postage + quote.boxes

"""`oms shipment short`: the place does not have it after all. What the reason says happens to the stock, and the rest goes elsewhere.

All of it is one transaction: claims freed, stock corrected, parcels made anew, and the order decided again without that place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from omscli.base.clock import as_text
from omscli.errors import NotAllowed, UsageError
from omscli.orders.holds import Hold
from omscli.routing.facts import Facts, OpenOrder
from omscli.routing.plan import OrderPlan
from omscli.routing.quote import Contents, Quoter
from omscli.stock.ledger import Movement, adjusted, state_changed
from omscli.store.open import Run, Store
from omscli.workflows.changes import ON_A_LIST
from omscli.workflows.facts import as_products, locate, with_points
from omscli.workflows.home import Home
from omscli.workflows.routing import decide
from omscli.workflows.shipping import find_shipment
from omscli.workflows.stock_changes import find_product

REASONS = {"not_there": "not there", "damaged": "damaged", "mismatch": "shelf and book disagree"}
_PICKED_FROM = (*ON_A_LIST, "ordered")


@dataclass(slots=True)
class Short:
    """What became of a short pick. `run` None: it was noted before."""

    shipment: str
    order: str
    location: str
    state: str
    items: list[dict[str, Any]] = field(default_factory=list)  # SKU, units missing in all, and newly
    held: str = ""  # why a person decides where the rest comes from
    for_person: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    rest: OrderPlan | None = None  # how the order was decided anew
    run: int | None = None

    @property
    def needs_a_person(self) -> bool:
        """Somebody must count, decide, or wait for goods."""
        return bool(self.held or self.for_person or (self.run is not None and (self.rest is None or self.rest.state != "routed")))

    def as_json(self) -> dict[str, Any]:
        """The document `oms.shipment.short/1`, without its schema key and `dry_run`."""
        return {
            "shipment": self.shipment,
            "order": self.order,
            "location": self.location,
            "state": self.state,
            "items": self.items,
            "held": self.held or None,
            "rest": None
            if self.rest is None
            else {
                "state": self.rest.state,
                "shipments": [
                    {"location": one.location, "lines": [{"sku": line.sku, "quantity": line.quantity} for line in one.lines]}
                    for one in self.rest.shipments
                ],
                "backordered": [{"sku": row.sku, "quantity": row.quantity} for row in self.rest.backordered],
            },
            "for_person": self.for_person,
            "warnings": self.warnings,
            "run": self.run,
        }


@dataclass(slots=True)
class _Missing:
    """What is to be given up: units by product that are newly missing, and units by shipment line that cannot be sent."""

    claims: list[dict[str, Any]]
    skus: dict[int, str]
    units: dict[int, int]
    lines: dict[int, int]
    items: list[dict[str, Any]]


def short(home: Home, store: Store, word: str, items: list[tuple[str, int]], reason: str, *, dry_run: bool = False) -> Short:
    """Note that units of a released shipment are missing: `items` are SKU and how many are missing of it in all.

    Not there: the book loses them. Damaged: they lie there and cannot be sold. Mismatch: the book stays, and the shelf is to be
    counted. What else the shipment holds still ships. Raises NotAllowed (exit 1) before the release and after the leaving.
    """
    if reason not in REASONS:
        raise UsageError(f"no reason is called {reason!r}", f"--reason {' | '.join(REASONS)}")
    if dry_run:
        with store.read():
            one, missing = _understood(store, word, items)
            return Short(f"S-{one['id']}", one["ref"], one["location"], one["state"], missing.items)
    with store.write("shipment short", home.now, word, home.rules) as run:
        one, missing = _understood(store, word, items)
        done = Short(f"S-{one['id']}", one["ref"], one["location"], one["state"], missing.items)
        if missing.units:
            _write(home, store, run, one, missing, reason, done)
    done.run = run.id if run.changed else None
    return done


def _understood(store: Store, word: str, items: list[tuple[str, int]]) -> tuple[dict[str, Any], _Missing]:
    one = find_shipment(store, word)
    claims = store.short_picks.claims(one["id"])
    noted = store.short_picks.noted(one["id"])
    wanted = _wanted(store, one, claims, items)
    skus = {claim["product_id"]: claim["sku"] for claim in claims}
    new = {product: units - noted.get(product, 0) for product, units in wanted.items()}
    if any(new.values()):
        _may_be_short(one)
    fewer = next((product for product, units in new.items() if units < 0), None)
    if fewer is not None:
        raise NotAllowed(
            f"{noted[fewer]} × {skus[fewer]} of shipment S-{one['id']} are noted as missing already",
            f"what turned up again: oms stock adjust --location {one['location']} --item {skus[fewer]}:+{-new[fewer]} --reason found",
        )
    new = {product: units for product, units in new.items() if units}
    told = [{"sku": skus[product], "missing": wanted[product], "new": new.get(product, 0)} for product in wanted]
    return one, _Missing(claims, skus, new, _lines(one, claims, new), told)


def _may_be_short(one: dict[str, Any]) -> None:
    name = f"shipment S-{one['id']} of order {one['ref']}"
    if one["state"] == "planned":
        raise NotAllowed(
            f"{name} is planned, and nobody looks for its goods yet",
            f"count the shelf instead: oms stock count --location {one['location']} --item SKU:QTY",
        )
    if one["state"] not in _PICKED_FROM:
        hint = "what the customer did not get is a return: oms return open" if one["state"] in ("shipped", "delivered") else ""
        raise NotAllowed(f"{name} is {one['state']}: nothing of it is picked any more", hint or "`oms order show` says what became of it")


def _wanted(store: Store, one: dict[str, Any], claims: list[dict[str, Any]], items: list[tuple[str, int]]) -> dict[int, int]:
    """Units missing by product of the shelf. Raises UsageError for what is not in the shipment."""
    index = store.catalog.index()
    inside = {claim["product_id"] for claim in claims}
    found: Counter[int] = Counter()
    for sku, units in items:
        product = find_product(index, sku)
        if product not in inside:
            parts = dict.fromkeys(claim["sku"] for claim in claims if claim["line_product"] == product)
            if parts:
                raise UsageError(f"{sku} is a kit: it is its parts that lie on the shelf", f"name what is missing: {', '.join(parts)}")
            holds = ", ".join(dict.fromkeys(claim["sku"] for claim in claims))
            raise UsageError(f"shipment S-{one['id']} holds no {sku}", f"it holds {holds}")
        found[product] += units
    return dict(found)


def _lines(one: dict[str, Any], claims: list[dict[str, Any]], missing: Mapping[int, int]) -> dict[int, int]:
    """Units of each line that cannot be sent. Lines of the product itself go before kits with it, the last line first.

    A kit that lacks one part is not sent; where another part is missing too, it may be the same kit that lacks it.
    """
    gone: dict[int, int] = {}
    for product, units in missing.items():
        mine = sorted(
            (claim for claim in claims if claim["product_id"] == product), key=lambda row: (row["per_unit"], -row["shipment_line"])
        )
        left = units
        for claim in mine:
            left -= min(left, gone.get(claim["shipment_line"], 0) * claim["per_unit"])
        for claim in mine:
            line = claim["shipment_line"]
            more = min(-(-left // claim["per_unit"]), claim["quantity"] - gone.get(line, 0))
            gone[line] = gone.get(line, 0) + more
            left -= min(left, more * claim["per_unit"])
        if left:
            there = sum(claim["quantity"] * claim["per_unit"] for claim in mine)
            raise NotAllowed(
                f"shipment S-{one['id']} holds {there} × {mine[0]['sku']}, of which {units} cannot be missing",
                "`oms shipment show` says what it holds",
            )
    return gone


def _write(home: Home, store: Store, run: Run, one: dict[str, Any], missing: _Missing, reason: str, done: Short) -> None:
    order = one["order_id"]
    store.runs.keep(run.id, "shipment", one["id"], {"state": one["state"], "pick_id": one["pick_id"]}, order)
    done.warnings = [f"{path} holds its labels: void those that were bought" for path in store.reversals.label_files([one["id"]])]
    store.stock.post(store.short_picks.take_out(missing.claims, missing.lines), run.id, run.at)
    store.short_picks.add(one, missing.units, reason, run.id, run.at)
    units = ", ".join(f"{n} × {missing.skus[product]}" for product, n in missing.units.items())
    store.orders.note(order, run.id, run.at, f"short pick at {one['location']}: {units} {REASONS[reason]}", f"shipment S-{one['id']}")
    _correct_stock(store, run, one, missing, reason, done)
    _pack_the_rest(home, store, one, missing)
    times = store.short_picks.times(order)
    if times >= home.settings.max_short_picks:
        done.held = f"picked short {times} time{'' if times == 1 else 's'}; to look elsewhere once more: oms order release {one['ref']} && oms route"
        _hold(store, run, order, done.held)
    made = decide(home, store, run, [order], home.settings)
    done.rest = next((row for row in made.plan.orders if row.order == order), None) if not done.held else None
    done.state = store.shipments.by_id([one["id"]])[0]["state"]
    for words in done.for_person:
        store.orders.note(order, run.id, run.at, words, for_person=True)


def _hold(store: Store, run: Run, order: int, why: str) -> None:
    """A person decides where the rest comes from; what is held does not wait for stock."""
    store.orders.set_holds(order, [Hold("person", why)], ("person",), run.id, run.at)
    waiting = [line.id for line in store.orders.load([order])[order].lines if line.backordered]
    store.runs.keep_lines(run.id, waiting)
    store.shipments.set_waiting((0, None, None, line) for line in waiting)


def _correct_stock(store: Store, run: Run, one: dict[str, Any], missing: _Missing, reason: str, done: Short) -> None:
    """The book follows what was seen; never below what the book has there."""
    place = one["location"]
    words = f"{REASONS[reason]}: short pick of S-{one['id']}"
    moves: list[Movement] = []
    levels = store.stock.levels(missing.units)
    for product, newly in missing.units.items():
        sku, level = missing.skus[product], levels.get((product, place), {"on_hand": 0, "unavailable": 0, "allocated": 0})
        units = min(newly, level["on_hand"] - level["unavailable"])
        if reason != "mismatch" and units:
            moves.append(adjusted(product, place, -units, words) if reason == "not_there" else state_changed(product, place, units, words))
        left = level["on_hand"] - level["unavailable"] - level["allocated"] - (units if reason != "mismatch" else 0)
        if reason == "mismatch":
            store.short_picks.to_be_counted(product, place)
            done.for_person.append(f"count {sku} at {place}: oms stock count --location {place} --item {sku}:QTY")
        elif reason == "not_there" and left > 0:  # whoever found none of these would have taken the others
            store.short_picks.to_be_counted(product, place)
            done.warnings.append(f"the book still has {left} × {sku} free at {place}: oms stock count --location {place} --item {sku}:QTY")
    store.stock.post(moves, run.id, run.at)


def _pack_the_rest(home: Home, store: Store, one: dict[str, Any], missing: _Missing) -> None:
    """The parcels of what still ships, made anew and priced with the service that was chosen. Nothing left: the shipment is short."""
    left: Counter[int] = Counter()
    for claim in missing.claims:
        left[claim["product_id"]] += (claim["quantity"] - missing.lines.get(claim["shipment_line"], 0)) * claim["per_unit"]
    contents: Contents = tuple(sorted((product, units) for product, units in left.items() if units))
    if not contents:
        store.short_picks.end(one["id"])
        return
    if one["method"] == "pickup":
        return
    quoter = _quoter(home, store, contents)
    parcels, boxes = quoter.packed(contents)
    postage = _postage(home, store, one, quoter, contents)
    products = {quoter.facts.products[product].sku: product for product, _ in contents}
    store.short_picks.repack(one, parcels, products, (one["postage"] if postage is None else postage, boxes))


def _quoter(home: Home, store: Store, contents: Contents) -> Quoter:
    goods = as_products(store.catalog.goods(product for product, _ in contents), ())
    settings = home.settings
    places = tuple(with_points(settings, store).values())
    return Quoter(Facts(home.now, home.today, places, settings.services, settings.boxes, goods, {}, {}, packing=settings.packing))


def _postage(home: Home, store: Store, one: dict[str, Any], quoter: Quoter, contents: Contents) -> int | None:
    """What the chosen service asks for the parcels now; None where that cannot be known."""
    place = next((row for row in quoter.facts.locations if row.code == one["location"]), None)
    index = next((n for n, row in enumerate(home.settings.services) if (row.carrier, row.name) == (one["carrier"], one["service"])), None)
    if place is None or index is None:
        return None
    said = store.orders.load([one["order_id"]])[one["order_id"]].said
    to = said.ship_to
    order = OpenOrder(one["order_id"], "", "", "", as_text(home.now), to.country, to.region, to.postcode, to.city, "", "", [])
    locate(store, [order])
    zone = quoter.way(order, place).zones.get(index)
    if zone is None:
        return None
    prices = [quoter.tariff.parcel_price(index, zone.index, parcel.weight_g, parcel.outer_mm) for parcel in quoter.packed(contents)[0]]
    return None if None in prices else sum(price for price in prices if price is not None)

"""Reading the situation for routing: a handful of queries, whatever the number of orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from omscli.base.clock import as_instant, as_text
from omscli.base.geo import Point
from omscli.base.text import fold
from omscli.carriers.speed import wanted_speed
from omscli.routing.facts import Demand, Facts, OpenOrder, Product, Standing
from omscli.settings.settings import Settings
from omscli.stock.locations import Location
from omscli.store.open import Store
from omscli.store.sqlite.mails import PlaceKey
from omscli.workflows.hold_use import read_holds
from omscli.workflows.home import Home

Row = Any  # a row of the store, read by position in the hot loops


@dataclass(slots=True)
class Soft:
    """A planned shipment of the last run; `lines` are (order line, units)."""

    id: int
    location: str
    method: str
    dated: tuple[str, str, str | None, str | None, int, int, int, int]  # carrier, service, ship_on, arrives, money
    lines: list[tuple[int, int]] = field(default_factory=list)
    parts: set[tuple[int, int, int]] = field(default_factory=set)  # (order line, product, units of it in a unit of the line)


@dataclass(slots=True)
class Situation:
    """Facts for the pure decision, and what the store holds of the last one."""

    facts: Facts
    soft: dict[int, list[Soft]]
    rule_holds: dict[int, str]  # order -> reason of its live rule hold
    waiting: dict[int, tuple[int, str | None, str | None]]  # line -> (units, since, expected on)
    lines: dict[int, int]  # line -> order
    decided: dict[int, tuple[str, str, str]]
    promised: dict[int, tuple[int, str | None, str | None]]
    new_places: dict[PlaceKey, Point | None]
    skus: dict[str, int]


def read_situation(home: Home, store: Store, only: Iterable[int] | None, settings: Settings) -> Situation:
    """Everything a routing run needs to know."""
    ask = store.decisions
    orders = read_orders(store.decisions.open_orders(only), settings)
    products = as_products(ask.products(), ask.components())
    promised = ask.promised()
    settlement = ask.last_settlement()
    told_since = set()
    for number, (arrives, by) in ask.first_promised().items():
        orders[number].promised = date.fromisoformat(arrives)
        if settlement and by >= settlement[0]:
            told_since.add(number)
    for number, location in ask.excluded():
        orders[number].excluded |= {location}
    for number, location in store.pins.in_scope():
        orders[number].pinned = location
    rule_holds = _holds(ask.holds(), orders)
    soft, claimed = _soft(ask.soft(), ask.soft_parts())
    waiting = _demands(ask.demands(), orders, claimed, products)
    lines = {line.line: order.id for order in orders.values() for line in order.lines}
    free, safety = _levels(ask.levels())
    for location, product, units in ask.soft_claims():
        free.setdefault(location, {})[product] = free.get(location, {}).get(product, 0) + units
    holds = read_holds(store, as_text(home.now), orders, free)
    places = locate(store, orders.values())
    facts = Facts(
        now=home.now,
        today=home.today,
        locations=tuple(sorted(with_points(settings, store).values(), key=lambda one: (one.rank, one.code))),
        services=settings.services,
        boxes=settings.boxes,
        packing=settings.packing,
        products=products,
        free=free,
        safety=safety,
        orders=[order for order in orders.values() if order.lines or order.held],
        used=_used(ask.used_capacity(home.today.isoformat())),
        expected=store.stock.expected(products),
        holds=holds,
        standing={order: [_standing(one) for one in several] for order, several in soft.items()},
        settled=settlement[1:] if settlement else None,
        told_since=frozenset(told_since),
    )
    skus = {one.sku: number for number, one in products.items()}
    return Situation(facts, soft, rule_holds, waiting, lines, ask.last_decisions(), promised, places, skus)


def read_orders(rows: Iterable[Row], settings: Settings) -> dict[int, OpenOrder]:
    """Orders from their headers, without their lines."""
    home, rates = settings.currency, settings.rulebook.rates
    same_day = _SameDay(settings)
    found = {}
    for row in rows:
        total = row["total"]
        if total is not None and row["currency"] != home:
            total = round(total * rates[row["currency"]]) if row["currency"] in rates else None
        deliver_by = row["deliver_by"]
        found[row["id"]] = OpenOrder(
            id=row["id"],
            ref=row["ref"],
            channel=row["channel"],
            order_id=row["order_id"],
            placed_at=row["placed_at"],
            country=row["country"],
            region=row["region"],
            postcode=row["postcode"],
            city=row["city"],
            service=row["service"],
            payment=row["payment"],
            lines=[],
            customer=row["email"],
            tags=tuple(row["tags"].split("\n")) if row["tags"] else (),
            total=total,
            deliver_by=date.fromisoformat(deliver_by[:10]) if deliver_by else same_day.due(row["service"], row["placed_at"]),
            pickup=row["pickup_location"],
            rate=1.0 if row["currency"] == home else rates.get(row["currency"], 0.0),
        )
    return found


class _SameDay:
    """Whoever chose delivery on the same day asked for the day of the order, on the seller's clock."""

    def __init__(self, settings: Settings) -> None:
        self._services, self._zone = settings.services, ZoneInfo(settings.timezone)
        self._wanted: dict[str, bool] = {}

    def due(self, service: str, placed_at: str) -> date | None:
        """The day asked for, None where the service is another one."""
        wanted = self._wanted.get(service)
        if wanted is None:
            wanted = self._wanted[service] = wanted_speed(service, self._services) == "same_day"
        return as_instant(placed_at).astimezone(self._zone).date() if wanted else None


def as_products(rows: Iterable[Row], components: Iterable[Row]) -> dict[int, Product]:
    """Products by id from their rows (as `Catalog.goods` has them), kits with their components: (kit, part, units)."""
    parts: dict[int, list[tuple[int, int]]] = {}
    for kit, component, units in components:
        parts.setdefault(kit, []).append((component, units))
    return {
        row[0]: Product(
            row[1],
            row[2],
            (row[3], row[4], row[5]) if row[3] and row[4] and row[5] else None,
            bool(row[6]),
            bool(row[7]),
            row[8] or "",
            tuple(parts.get(row[0], ())),
            bool(row[9]),
            bool(row[10]),
        )
        for row in rows
    }


def _holds(rows: Iterable[Row], orders: Mapping[int, OpenOrder]) -> dict[int, str]:
    """Live holds but those of rules, which are decided anew; and the rule holds that a person has lifted."""
    live = {}
    for row in rows:
        order = orders[row["order_id"]]
        if row["ended_by"] == "person":
            order.released_rules |= {row["reason"]}
        elif row["kind"] == "rule":
            live[order.id] = row["reason"]
        else:
            order.held = (*order.held, row["reason"])
    return live


def _soft(rows: Iterable[Row], parts: Iterable[Row]) -> tuple[dict[int, list[Soft]], dict[int, int]]:
    found: dict[int, dict[int, Soft]] = {}
    claimed: dict[int, int] = {}
    for row in rows:
        mine = found.setdefault(row[1], {})
        one = mine.get(row[0])
        if one is None:
            one = mine[row[0]] = Soft(row[0], row[2], row[3], tuple(row)[4:12])
        one.lines.append((row[12], row[13]))
        claimed[row[12]] = claimed.get(row[12], 0) + row[13]
    by_id = {one.id: one for mine in found.values() for one in mine.values()}
    for shipment, line, product, units in parts:
        by_id[shipment].parts.add((line, product, units))
    return {order: list(mine.values()) for order, mine in found.items()}, claimed


def _demands(
    rows: Iterable[Row], orders: Mapping[int, OpenOrder], soft: Mapping[int, int], products: Mapping[int, Product]
) -> dict[int, tuple[int, str | None, str | None]]:
    """Give each order its lines: owed, less what is firmly claimed. Returns what waits now, by line."""
    waiting: dict[int, tuple[int, str | None, str | None]] = {}
    for order_id, line, line_id, sku, product, price, backordered, since, expected_on, owed, allocated, given_up in rows:
        order = orders[order_id]
        if given_up and product is not None:
            order.gone += (Demand(line, line_id, products[product].sku, product, given_up),)
        if backordered:
            waiting[line] = (backordered, since, expected_on)
            if order.waiting_since is None or since < order.waiting_since:
                order.waiting_since = since
        units = owed - (allocated - soft.get(line, 0))
        if units > 0 and product is not None:
            order.lines.append(Demand(line, line_id, products[product].sku, product, units, round((price or 0) * order.rate)))
        elif units > 0 and not order.held:
            order.held = (f"unknown SKU {sku}",)
    return waiting


def _levels(rows: Iterable[Row]) -> tuple[dict[str, dict[int, int]], dict[str, dict[int, int]]]:
    free: dict[str, dict[int, int]] = {}
    safety: dict[str, dict[int, int]] = {}
    for location, product, units, kept in rows:
        free.setdefault(location, {})[product] = units
        if kept:
            safety.setdefault(location, {})[product] = kept
    return free, safety


def _used(rows: Iterable[Row]) -> dict[str, dict[date, int]]:
    found: dict[str, dict[date, int]] = {}
    for location, day, shipments in rows:
        found.setdefault(location, {})[date.fromisoformat(day)] = shipments
    return found


def _standing(one: Soft) -> Standing:
    return Standing(one.location, date.fromisoformat(one.dated[2]) if one.dated[2] else None, tuple(one.lines))


# -- geography: what was found once is remembered in the store


def place_key(country: str, postcode: str, city: str, region: str) -> PlaceKey:
    """How a place is remembered; a US ZIP+4 is its ZIP."""
    code = fold(postcode)
    if country == "US" and len(code) > 5:
        code = code[:5]
    if country == "US" and code:
        return country, code, "", ""
    return country, code, fold(city), fold(region)


def locate(store: Store, orders: Iterable[OpenOrder]) -> dict[PlaceKey, Point | None]:
    """Give each order its point. Returns what was not remembered yet."""
    wanted: dict[PlaceKey, list[OpenOrder]] = {}
    for order in orders:
        wanted.setdefault(place_key(order.country, order.postcode, order.city, order.region), []).append(order)
    known = store.places.known(wanted)
    for key, point in known.items():
        for order in wanted[key]:
            order.point = point
    missing = {key: several for key, several in wanted.items() if key not in known}
    if not missing:
        return {}
    from omscli.store.geography import Gazetteer

    gazetteer = Gazetteer()
    found: dict[PlaceKey, Point | None] = {}
    for key, several in missing.items():
        first = several[0]
        found[key] = point = gazetteer.locate(first.country, first.postcode, first.city, first.region)
        for order in several:
            order.point = point
    return found


def with_points(settings: Settings, store: Store) -> dict[str, Location]:
    """Locations that name no coordinates get those of their address."""
    found = dict(settings.locations)
    without = [one for one in found.values() if one.point is None and not one.address.is_empty]
    if without:
        from omscli.store.geography import Gazetteer

        keys = {one.code: place_key(one.address.country, one.address.postcode, one.address.city, one.address.region) for one in without}
        known, gazetteer = store.places.known(keys.values()), None
        for one in without:
            at, key = one.address, keys[one.code]
            if key in known:
                point = known[key]
            else:
                gazetteer = gazetteer or Gazetteer()
                point = gazetteer.locate(at.country, at.postcode, at.city, at.region)
            found[one.code] = replace(one, point=point)
    return found

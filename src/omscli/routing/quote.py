"""What it would cost to send these goods from this place, and when they would arrive: packing → rates → promise.

Ten thousand orders ask the same questions again and again, so everything that can be asked twice is remembered here: the
boxes of a content, the price of a weight in a zone, the day a place can ship, the date a service arrives.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from omscli.base.geo import Point, great_circle_km
from omscli.base.text import fold
from omscli.carriers.rates import Tariff, ZoneFound, zone_of
from omscli.carriers.service import SPEEDS, Service
from omscli.carriers.speed import wanted_speed
from omscli.packing.model import Box, Item, Parcel, Size
from omscli.packing.packer import Packer
from omscli.promise.dates import arrival, leave_day, with_capacity
from omscli.routing.facts import Facts, OpenOrder
from omscli.stock.locations import Location

Contents = tuple[tuple[int, int], ...]  # (product, units), by product; components of kits, never the kits
NEVER = date.max  # a place that never ships
_NOBODY_TAKES_IT = 10**9  # as the price of a parcel

_Service = tuple[int, int, int, int, date, bool]  # days late, postage, service, zone, arrival, zone guessed
_Choices = dict[tuple[tuple[int, ...], bool, date], tuple[_Service | None, bool]]


@dataclass(slots=True)
class Quote:
    """One shipment from one place, priced and dated. `service` None: pickup, or no carrier is set up."""

    location: Location
    parcels: tuple[Parcel, ...]
    service: Service | None
    zone: int | None
    km: float | None
    postage: int
    boxes: int
    handling: int
    ship_on: date
    arrives: date | None
    late_days: int
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Way:
    """From one place to one order: the distance, and the zone of each service that goes there."""

    km: float | None
    zones: dict[int, ZoneFound]
    key: tuple[int, ...]  # the zones as numbers, -1 where a service does not go: places with the same key cost the same


class Quoter:
    """Quotes for one run; `used` of the facts is read anew each time, the rest is cached."""

    def __init__(self, facts: Facts, buffer_days: int = 0) -> None:
        self.facts = facts
        self.buffer_days = buffer_days
        self.tariff = Tariff(facts.services)
        limits = [one.max_g for one in facts.services]
        heaviest = None if not limits or None in limits else max(limit for limit in limits if limit is not None)
        self.packer = Packer(facts.boxes, heaviest, facts.packing, self._parcel_cost if facts.packing.cheapest else None)
        self._packed: dict[Contents, tuple[tuple[Parcel, ...], int]] = {}
        self._choices: dict[tuple[Contents, str, date | None, date | None], _Choices] = {}
        self._items: dict[tuple[int, int], Item] = {}
        self._leaves: dict[str, date] = {}
        self._arrivals: dict[tuple[int, date, int], date] = {}
        self._allowed: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}
        self._floors: dict[tuple[str, tuple[int, ...], int], int] = {}
        self._ways: tuple[int, dict[str, Way]] = (-1, {})
        self.monotone = all(_rises(one) for one in facts.services)

    # -- what does not depend on the place

    def packed(self, contents: Contents) -> tuple[tuple[Parcel, ...], int]:
        """Parcels of these goods and what their boxes cost."""
        found = self._packed.get(contents)
        if found is None:
            parcels = self.packer.pack([self._items.get(one) or self._item(*one) for one in contents])
            found = self._packed[contents] = (parcels, sum(parcel.box.cost for parcel in parcels if parcel.box))
        return found

    def _item(self, product: int, units: int) -> Item:
        known = self.facts.products[product]
        together = self.facts.packing.word(fold(known.sku)) if self.facts.packing.together else ""
        found = self._items[product, units] = Item(
            known.sku, units, known.weight_g, known.size_mm, known.ships_alone, known.keep_upright, known.fragile, known.hazmat, together
        )
        return found

    def _parcel_cost(self, box: Box, weight_g: int, outer_mm: Size) -> int:
        """Box and postage by the cheapest service in its middle zone, for choosing boxes before anybody knows where they go."""
        middles = [(index, (len(service.rates[0].price) - 1) // 2) for index, service in enumerate(self.facts.services)]
        prices = [self.tariff.parcel_price(index, zone, weight_g, outer_mm) for index, zone in middles]
        return box.cost + min((_NOBODY_TAKES_IT if price is None else price for price in prices), default=0)

    def allowed(self, service: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Indexes of the services at least as fast as the order asked for, and of the slower ones as a last resort."""
        found = self._allowed.get(service)
        if found is None:
            services = self.facts.services
            named = tuple(
                n for n, one in enumerate(services) if service and service.casefold() in (one.label.casefold(), one.name.casefold())
            )
            wanted = SPEEDS.index(wanted_speed(service, services))
            fast = named or tuple(n for n, one in enumerate(services) if SPEEDS.index(one.speed) >= wanted)
            found = self._allowed[service] = (fast, tuple(n for n in range(len(services)) if n not in fast))
        return found

    # -- from one place to one order

    def way(self, order: OpenOrder, location: Location) -> Way:
        """Distance and zones; remembered while one order is decided."""
        whose, ways = self._ways
        if whose != order.id:
            ways = {}
            self._ways = (order.id, ways)
        found = ways.get(location.code)
        if found is None:
            km = _km(location.point, order.point)
            zones, key = {}, []
            for index, service in enumerate(self.facts.services):
                zone = zone_of(service, km, order.country, order.postcode)
                if zone is None:
                    key.append(-1)
                else:
                    zones[index] = zone
                    key.append(zone.index)
            found = ways[location.code] = Way(km, zones, tuple(key))
        return found

    def distance_km(self, order: OpenOrder, location: Location) -> float | None:
        """Great-circle distance, None where either end is unknown."""
        return self.way(order, location).km

    def leaves(self, location: Location) -> date:
        """The first day a shipment decided now can leave, without regard to capacity."""
        found = self._leaves.get(location.code)
        if found is None:
            found = self._leaves[location.code] = leave_day(self.facts.now, location).day
        return found

    def ship_day(self, location: Location, *, ignore_capacity: bool) -> tuple[date, int]:
        """The day with room left, and how many days later than the first one that is."""
        first = self.leaves(location)
        if location.daily_capacity is None or ignore_capacity:
            return first, 0
        day = with_capacity(first, location, self.facts.used.setdefault(location.code, {}))
        return (NEVER, 0) if day is None else (day, (day - first).days)

    def shipment(
        self,
        order: OpenOrder,
        location: Location,
        contents: Contents,
        *,
        latest: date | None = None,
        ignore_capacity: bool = False,
        pickup: bool = False,
        day: tuple[date, int] | None = None,
    ) -> Quote | str:
        """The quote with the cheapest service that keeps the date asked for, or the reason why this place cannot send it.

        Only services that arrive by `latest` count, where it is given. `day`: (when it leaves, how many days after the first
        possible one), where that is settled; else the first day with room.
        """
        ship_on, delay = day or self.ship_day(location, ignore_capacity=ignore_capacity)
        if ship_on is NEVER:
            return "its daily capacity is 0"
        if pickup:
            return Quote(location, (), None, None, None, 0, 0, location.handling_cost, ship_on, ship_on, delay)
        parcels, box_cost = self.packed(contents)
        way = self.way(order, location)
        km = way.km
        notes: tuple[str, ...] = ("a weight or size is unknown: the parcel is a guess",) if any(one.guessed for one in parcels) else ()
        if not self.facts.services:
            if latest is not None:
                return "no carrier is set up, so nobody knows when it would arrive"
            notes = (*notes, "no carrier is set up")
            return Quote(location, parcels, None, None, km, 0, box_cost, location.handling_cost, ship_on, None, delay, notes)
        best, slower = self.chosen(order, way, parcels, ship_on, latest, self._known_choices(order, contents, latest))
        if slower:
            notes = (*notes, f"no service as fast as “{order.service}” goes there")
        if best is None:
            return "no carrier takes it there" if latest is None else f"no carrier brings it there by {latest.isoformat()}"
        late, postage, index, zone, arrives, guessed = best
        if order.promised and not order.deliver_by:
            late = max(0, (arrives - order.promised).days)
        if guessed:
            notes = (*notes, "the distance is unknown: priced for the farthest zone")
        service = self.facts.services[index]
        handling = location.handling_cost
        return Quote(location, parcels, service, zone, km, postage, box_cost, handling, ship_on, arrives, max(late, delay), notes)

    def fares(self, order: OpenOrder, contents: Contents, latest: date | None) -> Fares:
        """What `shipment` would say of these goods from one place after another."""
        parcels, money = ((), 0) if order.pickup is not None else self.packed(contents)
        return Fares(self, order, parcels, money, latest, self._known_choices(order, contents, latest))

    def _known_choices(self, order: OpenOrder, contents: Contents, latest: date | None) -> _Choices:
        """What was chosen before for such an order: by the zones of its place, whether they are guessed, and the day it leaves."""
        key = (contents, order.service, order.deliver_by, latest)
        found = self._choices.get(key)
        if found is None:
            found = self._choices[key] = {}
        return found

    def chosen(
        self, order: OpenOrder, way: Way, parcels: tuple[Parcel, ...], ship_on: date, latest: date | None, known: _Choices
    ) -> tuple[_Service | None, bool]:
        """The best service and whether only slower ones than asked for go there; asked anew only for other goods, zones or dates."""
        key = (way.key, way.km is None, ship_on)
        found = known.get(key)
        if found is None:
            fast, slow = self.allowed(order.service)
            best = self._cheapest(order, way, parcels, fast, ship_on, latest)
            found = (best, False) if best is not None else (self._cheapest(order, way, parcels, slow, ship_on, latest), True)
            known[key] = found
        return found

    def _cheapest(
        self, order: OpenOrder, way: Way, parcels: tuple[Parcel, ...], indexes: tuple[int, ...], ship_on: date, latest: date | None
    ) -> _Service | None:
        """(days late, postage, service, zone, arrival, zone guessed) of the best service, or None.

        The date asked for chooses the service. The date told first does not: an order would get a dearer service merely because
        it was routed a second time.
        """
        best = None
        due = order.deliver_by
        for index in indexes:
            zone = way.zones.get(index)
            if zone is None:
                continue
            postage = 0
            for parcel in parcels:
                price = self.tariff.parcel_price(index, zone.index, parcel.weight_g, parcel.outer_mm)
                if price is None:
                    break
                postage += price
            else:
                arrives = self.arrives(index, zone.index, ship_on)
                if latest is not None and arrives > latest:
                    continue
                late = max(0, (arrives - due).days) if due else 0
                found = (late, postage, index, zone.index, arrives, zone.guessed)
                if best is None or found < best:
                    best = found
        return best

    def arrives(self, index: int, zone: int, ship_on: date) -> date:
        """Arrival of a service in a zone."""
        key = (index, ship_on, zone)
        found = self._arrivals.get(key)
        if found is None:
            found = self._arrivals[key] = arrival(ship_on, self.facts.services[index], zone, self.buffer_days)
        return found

    def floor(self, order: OpenOrder, location: Location, weight_g: int) -> int:
        """No parcel of this weight (g) can leave this place for this order for less: postage and handling."""
        way = self.way(order, location)
        key = (location.code, way.key, weight_g)
        found = self._floors.get(key)
        if found is None:
            prices = [
                price
                for index, zone in way.zones.items()
                if (price := self.tariff.price(index, zone.index, weight_g, weight_g)) is not None
            ]
            found = self._floors[key] = min(prices, default=0) + location.handling_cost
        return found

    def weight_g(self, contents: Contents) -> int:
        """Weight of goods without boxes; what is unknown counts as nothing, which keeps floors low."""
        return sum((self.facts.products[product].weight_g or 0) * units for product, units in contents)


@dataclass(slots=True)
class Fares:
    """The same goods of one order, priced from several places: packed once, and asked for once."""

    quoter: Quoter
    order: OpenOrder
    parcels: tuple[Parcel, ...]
    boxes: int
    latest: date | None
    known: _Choices

    def at(self, location: Location, ship_on: date) -> tuple[int, int, date | None, float | None] | None:
        """(money, days late, arrival, km) of a parcel that leaves this place on this day; None: it cannot be sent."""
        order, quoter = self.order, self.quoter
        if order.pickup is not None:
            return location.handling_cost, 0, ship_on, None
        money = self.boxes + location.handling_cost
        way = quoter.way(order, location)
        if not quoter.facts.services:
            return None if self.latest is not None else (money, 0, None, way.km)
        best, _ = quoter.chosen(order, way, self.parcels, ship_on, self.latest, self.known)
        if best is None:
            return None
        late, arrives = best[0], best[4]
        if order.promised and not order.deliver_by:
            late = max(0, (arrives - order.promised).days)
        return money + best[1], late, arrives, way.km


def _rises(service: Service) -> bool:
    """Whether a heavier parcel never costs less; only then do light parcels bound heavy ones."""
    for lighter, heavier in pairwise(service.rates):
        if any(a is not None and b is not None and a > b for a, b in zip(lighter.price, heavier.price, strict=True)):
            return False
    return all(extra >= 0 for extra in service.per_extra_kg)


def _km(a: Point | None, b: Point | None) -> float | None:
    return None if a is None or b is None else great_circle_km(a, b)

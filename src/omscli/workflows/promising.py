"""`oms promise`: can a basket be sold, and when does it arrive? The facts are read once; every question is answered from them.

Orders that wait have theirs first, what shipments claim is gone, what is set aside is for its owner alone. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from omscli.base.clock import as_text
from omscli.base.geo import Point
from omscli.base.text import fold
from omscli.base.workdays import WEEKDAYS
from omscli.carriers.service import Service
from omscli.catalog.resolve import SkuIndex
from omscli.errors import UsageError
from omscli.promise.dates import LeaveDay, day_text, derivation, leave_day, without_delivery
from omscli.routing.facts import Demand, Facts, OpenOrder
from omscli.routing.inquiry import Inquiry, Option
from omscli.routing.plan import PlannedShipment
from omscli.stock.holds import Held, set_apart
from omscli.store.open import Store
from omscli.store.sqlite.mails import PlaceKey
from omscli.workflows.facts import as_products, place_key, read_situation
from omscli.workflows.home import Home, frozen_now
from omscli.workflows.promise_question import PromiseQuestion

_STALE_S = 60  # a stream that goes on for hours sees cut-offs pass
_PLACES = 50_000  # places that are remembered before they are forgotten together


@dataclass(slots=True)
class _Known:
    """One state of the shop, made ready for questions."""

    mark: int
    home: Home
    inquiry: Inquiry
    index: SkuIndex
    prices: dict[int, int | None]  # product -> minor units of the home currency, None: unknown
    holds: dict[str, list[Held]]  # owner -> what is set aside for them, the first to end first
    leaves: dict[tuple[str, date | None], LeaveDay] = field(default_factory=dict)


class PromiseDesk:
    """Answers questions from one reading of the store, and reads again only when the store has changed or time has passed."""

    def __init__(self, home: Home, store: Store, skus: Iterable[str] | None = None) -> None:
        """`skus` None: be ready for everything that is sold; else for baskets of these alone."""
        self._store = store
        self._skus = None if skus is None else tuple(skus)
        self._points: dict[PlaceKey, Point | None] = {}
        self._gazetteer: Any = None
        self._known = self._read(home)

    def refresh(self) -> None:
        """Before each question of a long stream: see what others have changed since, and what time it is."""
        now = frozen_now()
        if self._store.promises.change_mark() != self._known.mark or (now - self._known.home.now).total_seconds() >= _STALE_S:
            self._known = self._read(replace(self._known.home, now=max(now, self._known.home.now)))

    def answer(self, question: PromiseQuestion) -> dict[str, Any]:
        """The document of one answer (`oms.promise/1`). Raises UsageError for a SKU that nobody knows."""
        order = self._order(question)
        found = self._known.inquiry.answer(order)
        now = [self._option(one) for one in found.now]
        awaited = [self._option(one) for one in found.awaited]
        return {
            "available": bool(now),
            "options": now,
            "available_on": min((one["available_on"] for one in awaited), default=None) if not now else None,
            "awaited": awaited,
            "refused": [{"speed": speed, "location": place or None, "reason": reason} for speed, place, reason in found.refused],
            "to": {"postcode": question.postcode, "city": question.city, "country": question.country, "found": order.point is not None},
            "items": {line.sku: line.quantity for line in order.lines},
        }

    # -- reading

    def _read(self, home: Home) -> _Known:
        store, at = self._store, as_text(home.now)
        with store.read():
            mark = store.promises.change_mark()
            index = store.catalog.index()
            products = None if self._skus is None else self._opened(index)
            facts = read_situation(home, store, store.promises.unclaimed_orders(), home.settings).facts
            rows = store.promises.products(products)
            _add_goods(facts, store, at, products, rows)
            holds: dict[str, list[Held]] = {}
            by_id = {one.hold: one for one in facts.holds}
            for row in sorted(store.holds.running(at), key=lambda row: (row["until"], row["id"])):
                if row["id"] in by_id:
                    holds.setdefault(row["owner_key"], []).append(by_id[row["id"]])
        settings = home.settings
        rates = {settings.currency: 1.0, **settings.rulebook.rates}
        prices = {row["id"]: _price(row["price"], row["currency"] or settings.currency, rates) for row in rows}
        return _Known(mark, home, Inquiry(facts, settings.rulebook, settings.timezone), index, prices, holds)

    def _opened(self, index: SkuIndex) -> list[int]:
        """The products asked for, and what kits among them consist of."""
        asked = [product for sku in self._skus or () if (product := index.find("", sku)) is not None]
        keys = {fold(sku) for sku in self._skus or ()}
        aliased = [product for (_, key), product in index.aliases.items() if key in keys]
        wanted = dict.fromkeys((*asked, *aliased))
        parts = self._store.catalog.parts(wanted)
        return list(dict.fromkeys((*wanted, *(part for rows in parts.values() for part, _ in rows))))

    # -- one question

    def _order(self, question: PromiseQuestion) -> OpenOrder:
        """The order that would come of it."""
        known = self._known
        lines = []
        for number, (sku, units) in enumerate(question.items, 1):
            product = known.index.find(question.channel, sku)
            if product is None:
                near = known.index.nearest(sku)
                raise UsageError(f"nobody knows SKU {sku}", f"did you mean {near}?" if near else "`oms product list` names them")
            facts = known.inquiry.facts
            lines.append(Demand(-number, str(number), facts.products[product].sku, product, units, known.prices.get(product) or 0))
        total = question.total
        if total is None and all(known.prices.get(line.product) is not None for line in lines):
            total = sum(line.value * line.quantity for line in lines)
        customer = fold(question.customer)
        return OpenOrder(
            id=0,
            ref="",
            channel=question.channel,
            order_id="",
            placed_at=as_text(known.home.now),
            country=question.country,
            region=question.region,
            postcode=question.postcode,
            city=question.city,
            service="",
            payment="paid",
            lines=lines,
            point=self._point(question),
            customer=question.customer,
            tags=question.tags,
            total=total,
            holds=tuple(known.holds.get(customer, ())) if customer else (),
        )

    def _point(self, question: PromiseQuestion) -> Point | None:
        key = place_key(question.country, question.postcode, question.city, question.region)
        if key not in self._points:
            if len(self._points) >= _PLACES:
                self._points.clear()
            self._points[key] = self._located(key, question)
        return self._points[key]

    def _located(self, key: PlaceKey, question: PromiseQuestion) -> Point | None:
        known = self._store.places.known([key])
        if key in known:
            return known[key]
        if self._gazetteer is None:
            from omscli.store.geography import Gazetteer

            self._gazetteer = Gazetteer()
        point: Point | None = self._gazetteer.locate(question.country, question.postcode, question.city, question.region)
        return point

    # -- one option

    def _option(self, one: Option) -> dict[str, Any]:
        last = max(one.shipments, key=lambda part: (part.arrives or date.max, part.ship_on or date.max))
        found: dict[str, Any] = {
            "speed": one.speed,
            "method": last.method,
            "carrier": last.carrier or None,
            "service": last.service or None,
            "ship_on": max((part.ship_on for part in one.shipments if part.ship_on), default=None),
            "arrives": None if any(part.arrives is None for part in one.shipments) else last.arrives,
            "price": sum(part.postage + part.boxes + part.handling for part in one.shipments),
            "currency": self._known.home.settings.currency,
            "ships_from": [{"location": part.location, "items": _items(part)} for part in one.shipments],
            "shipments": [self._shipment(part, one.available_on) for part in one.shipments],
        }
        if one.available_on is not None:
            found["available_on"] = one.available_on
        if one.looked_at_first:
            found["looked_at_first"] = one.looked_at_first
        return found

    def _shipment(self, part: PlannedShipment, available_on: date | None) -> dict[str, Any]:
        return {
            "location": part.location,
            "method": part.method,
            "carrier": part.carrier or None,
            "service": part.service or None,
            "ship_on": part.ship_on,
            "arrives": part.arrives,
            "distance_km": None if part.distance_km is None else round(part.distance_km, 1),
            "price": part.postage + part.boxes + part.handling,
            "notes": list(part.notes),
            "derivation": self._derivation(part, available_on),
        }

    def _derivation(self, part: PlannedShipment, available_on: date | None) -> dict[str, Any]:
        """How the dates come about, as facts and as words."""
        inquiry, settings = self._known.inquiry, self._known.home.settings
        place, service = inquiry.places[part.location], inquiry.services.get((part.carrier, part.service))
        leaving = self._leaving(part.location, available_on)
        buffer = settings.rulebook.buffer_days
        found: dict[str, Any] = {
            "from": place.name or place.code,
            "timezone": place.timezone,
            "goods_expected_on": available_on,
            "cutoff": place.cutoff.strftime("%H:%M") if place.cutoff else None,
            "before_cutoff": leaving.in_time,
            "workdays": [WEEKDAYS[day] for day in sorted(place.calendar.days)],
            "closed_on": list(leaving.closed),
            "handling_days": place.handling_days,
            "lead_days": place.lead_days,
            "could_leave_on": leaving.day,
            "leaves_on": part.ship_on,
        }
        if service is None or part.zone is None or part.ship_on is None or part.arrives is None:
            full = () if part.ship_on in (None, leaving.day) else (f"no capacity before {part.ship_on:%Y-%m-%d}",)
            return {**found, "steps": [*leaving.steps, *full]}
        found |= _carried(service, part.zone, part.ship_on, part.arrives)
        return {**found, "buffer_days": buffer, "steps": list(derivation(leaving, part.ship_on, service, part.zone, buffer))}

    def _leaving(self, location: str, available_on: date | None) -> LeaveDay:
        known, key = self._known, (location, available_on)
        if key not in known.leaves:
            found = leave_day(known.inquiry.instant(available_on), known.inquiry.places[location])
            if available_on is not None:
                _, *rest = found.steps[0].split(", ", 1)
                found = replace(found, steps=(", ".join((f"goods expected {day_text(available_on)}", *rest)), *found.steps[1:]))
            known.leaves[key] = found
        return known.leaves[key]


def _carried(service: Service, zone: int, ship_on: date, arrives: date) -> dict[str, Any]:
    return {
        "zone": zone + 1,
        "transit_days": service.transit_days[zone],
        "delivers": [WEEKDAYS[day] for day in sorted(service.delivers)],
        "no_delivery_on": list(without_delivery(ship_on, arrives, service)),
    }


def _items(part: PlannedShipment) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in part.lines:
        found[line.sku] = found.get(line.sku, 0) + line.quantity
    return found


def _price(price: int | None, currency: str, rates: dict[str, float]) -> int | None:
    return None if price is None or currency not in rates else round(price * rates[currency])


def _add_goods(facts: Facts, store: Store, at: str, products: list[int] | None, rows: list[Any]) -> None:
    """Goods that no waiting order asks for: what they are, where they lie, what comes, what is set aside of them."""
    components = store.promises.components(products)
    here = {number: one for number, one in as_products(rows, components).items() if number not in facts.products}
    facts.products = {**facts.products, **here}
    for location, product, free, safety in store.promises.levels(products):
        if product in here:
            facts.free.setdefault(location, {})[product] = free
            if safety:
                facts.safety.setdefault(location, {})[product] = safety
    facts.expected = {**facts.expected, **store.stock.expected(here)}
    holds = [
        Held(row["id"], row["number"], row["product_id"], row["location"], row["units"] - row["taken"], row["owner_key"])
        for row in store.holds.running(at)
        if row["product_id"] in here
    ]
    set_apart(facts.free, holds)
    facts.holds = [*facts.holds, *holds]

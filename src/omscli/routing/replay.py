"""Facts as a few bytes, and back: what a routing run knew, so that it can be decided again.

What comes back gives the same plan, to the last unit. Kept are ids, points on the map, quantities and levels. Left out is what no
decision needs and a customer might mind: names, streets, towns, e-mail addresses, the words of holds, and whom goods are set
aside for. A rule that asks for the `customer` needs the address given again, from where orders are kept.

The form is columns, not rows: numbers that follow one another as differences, words as places in a list of words; so that zlib,
at its quickest, has little left to do. About 35 bytes an order.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import accumulate, chain
from typing import Any

from omscli.base.clock import as_instant, as_text
from omscli.base.geo import Point
from omscli.carriers.service import Service
from omscli.packing.model import Box, Care
from omscli.routing.facts import Demand, Facts, OpenOrder, Product, Standing
from omscli.stock.holds import Held
from omscli.stock.locations import Location

FORM = 1
_WORDS = ("channel", "country", "region", "postcode", "service", "payment")  # of an order, kept as places in a list of words
_HELD = "held"  # stands for any reason to wait


def pack(facts: Facts) -> bytes:
    """The facts before a plan uses them up."""
    orders, products = facts.orders, facts.products
    number = {product: n for n, product in enumerate(products)}
    lines = list(chain.from_iterable([order.lines for order in orders]))
    points: dict[Point | None, int] = {}
    found: dict[str, Any] = {
        "form": FORM,
        "now": as_text(facts.now),
        "today": facts.today.isoformat(),
        "places": {one.code: _point(one.point) for one in facts.locations if one.point},
        "products": _products(products, number),
        "free": {place: _levels(shelf, number) for place, shelf in facts.free.items()},
        "safety": {place: _levels(shelf, number) for place, shelf in facts.safety.items()},
        "used": {place: {day.isoformat(): n for day, n in days.items()} for place, days in facts.used.items()},
        "expected": [[number[product], rows] for product, rows in facts.expected.items() if product in number],
        "holds": [[one.hold, one.number, number[one.product], one.location, one.units] for one in facts.holds if one.product in number],
        "settled": facts.settled,
        "told_since": sorted(facts.told_since),
        "standing": [
            [order, [[one.location, one.ship_on.isoformat() if one.ship_on else None, one.lines] for one in several]]
            for order, several in facts.standing.items()
        ],
        "id": _differences([order.id for order in orders]),
        "ref": [order.ref for order in orders],
        "placed": [order.placed_at for order in orders],
        "point": [points.setdefault(order.point, len(points)) for order in orders],
        "points": [_point(one) for one in points],
        "total": [order.total for order in orders],
        "count": [len(order.lines) for order in orders],
        "line": _differences([line.line for line in lines]),
        "product": [number[line.product] for line in lines],
        "quantity": [line.quantity for line in lines],
        "value": [line.value for line in lines],
        "some": _exceptions(orders),
    }
    for name in _WORDS:
        words: dict[str, int] = {}
        found[name] = [words.setdefault(getattr(order, name), len(words)) for order in orders]
        found[f"{name}_words"] = list(words)
    return zlib.compress(json.dumps(found, ensure_ascii=False, separators=(",", ":"), check_circular=False).encode(), 1)


def unpack(
    data: bytes,
    locations: Iterable[Location],
    services: Sequence[Service],
    boxes: Sequence[Box],
    packing: Care,
) -> Facts:
    """The facts again, among the places, services and boxes of some rules.

    A place that names no coordinates gets those it had then. Raises ValueError for bytes of another form.
    """
    found = json.loads(zlib.decompress(data))
    if found["form"] != FORM:
        raise ValueError(f"facts of form {found['form']}; this program reads form {FORM}")
    ids = [int(one) for one in found["products"]["id"]]
    points = [_as_point(one) for one in found["places"].values()]
    known = dict(zip(found["places"], points, strict=True))
    where = [one if one.point else replace(one, point=known.get(one.code)) for one in locations]
    holds = [Held(hold, no, ids[n], place, units, "") for hold, no, n, place, units in found["holds"]]
    facts = Facts(
        now=as_instant(found["now"]),
        today=date.fromisoformat(found["today"]),
        locations=tuple(sorted(where, key=lambda one: (one.rank, one.code))),
        services=tuple(services),
        boxes=tuple(boxes),
        packing=packing,
        products=_as_products(found["products"], ids),
        free={place: _as_levels(row, ids) for place, row in found["free"].items()},
        safety={place: _as_levels(row, ids) for place, row in found["safety"].items()},
        used={place: {date.fromisoformat(day): n for day, n in days.items()} for place, days in found["used"].items()},
        expected={ids[n]: [(day, place, units) for day, place, units in rows] for n, rows in found["expected"]},
        holds=holds,
        settled=tuple(found["settled"]) if found["settled"] else None,
        told_since=frozenset(found["told_since"]),
        standing={order: [_as_standing(row) for row in rows] for order, rows in found["standing"]},
    )
    facts.orders = _as_orders(found, ids, facts.products)
    _as_exceptions(found["some"], facts.orders, {one.hold: one for one in holds})
    return facts


# -- numbers and words


def _differences(numbers: list[int]) -> list[int]:
    """Each number less the one before it."""
    return [b - a for a, b in zip([0, *numbers], numbers, strict=False)]


def _point(one: Point | None) -> list[Any] | None:
    return [one.lat, one.lon, one.accuracy] if one else None


def _as_point(row: list[Any] | None) -> Point | None:
    return Point(*row) if row else None


def _levels(shelf: Mapping[int, int], number: Mapping[int, int]) -> list[list[int]]:
    """[products as differences, units]; products that nobody wants and levels of nothing are left out."""
    rows = sorted([(number[product], units) for product, units in shelf.items() if units and product in number])
    return [_differences([n for n, _ in rows]), [units for _, units in rows]]


def _as_levels(row: list[list[int]], ids: list[int]) -> dict[int, int]:
    return {ids[n]: units for n, units in zip(accumulate(row[0]), row[1], strict=True)}


def _as_standing(row: list[Any]) -> Standing:
    place, day, lines = row
    return Standing(place, date.fromisoformat(day) if day else None, tuple([(line, units) for line, units in lines]))


# -- products


def _products(products: Mapping[int, Product], number: Mapping[int, int]) -> dict[str, Any]:
    goods = list(products.values())
    categories: dict[str, int] = {}
    return {
        "id": list(products),
        "sku": [one.sku for one in goods],
        "weight": [one.weight_g for one in goods],
        "size": [one.size_mm for one in goods],
        "flags": [one.ships_alone + 2 * one.hazmat + 4 * one.keep_upright + 8 * one.fragile for one in goods],
        "category": [categories.setdefault(one.category, len(categories)) for one in goods],
        "categories": list(categories),
        "kits": {n: [(number[part], units) for part, units in one.components] for n, one in enumerate(goods) if one.components},
    }


def _as_products(found: dict[str, Any], ids: list[int]) -> dict[int, Product]:
    kits = {int(n): tuple([(ids[part], units) for part, units in parts]) for n, parts in found["kits"].items()}
    categories = found["categories"]
    columns = zip(found["sku"], found["weight"], found["size"], found["flags"], found["category"], strict=True)
    return {
        ids[n]: Product(
            sku, weight, tuple(size) if size else None, bool(flags & 1), bool(flags & 2), categories[category], kits.get(n, ()),
            keep_upright=bool(flags & 4), fragile=bool(flags & 8),
        )
        for n, (sku, weight, size, flags, category) in enumerate(columns)
    }  # fmt: skip


# -- orders


def _as_orders(found: dict[str, Any], ids: list[int], products: Mapping[int, Product]) -> list[OpenOrder]:
    points = [_as_point(one) for one in found["points"]]
    rows = zip(accumulate(found["line"]), found["product"], found["quantity"], found["value"], strict=True)
    lines = (Demand(line, "", products[ids[n]].sku, ids[n], units, value) for line, n, units, value in rows)
    words = [[found[f"{name}_words"][n] for n in found[name]] for name in _WORDS]
    heads = zip(accumulate(found["id"]), found["ref"], found["placed"], found["count"], found["point"], found["total"], *words, strict=True)
    return [
        OpenOrder(
            id=number, ref=ref, channel=channel, order_id="", placed_at=placed, country=country, region=region, postcode=postcode, city="",
            service=service, payment=payment, lines=[next(lines) for _ in range(count)], point=points[point], total=total,
        )
        for number, ref, placed, count, point, total, channel, country, region, postcode, service, payment in heads
    ]  # fmt: skip


# What few orders have, kept only where it is there: how it becomes JSON, and how it comes back.
_Pair = tuple[Callable[[Any], Any], Callable[[Any], Any]]
_DAY: _Pair = (date.isoformat, date.fromisoformat)
_TEXT: _Pair = (str, str)
_SOME: dict[str, _Pair] = {
    "tags": (list, tuple),
    "rate": (float, float),
    "deliver_by": _DAY,
    "promised": _DAY,
    "pickup": _TEXT,
    "pinned": _TEXT,
    "excluded": (sorted, frozenset),
    "released_rules": (sorted, frozenset),
    "held": (bool, lambda _: (_HELD,)),
    "waiting_since": _TEXT,
}


def _exceptions(orders: Sequence[OpenOrder]) -> dict[str, dict[int, Any]]:
    found: dict[str, dict[int, Any]] = {}
    for name, (out, _) in _SOME.items():
        usual = 1.0 if name == "rate" else None
        rows = [(n, getattr(order, name)) for n, order in enumerate(orders)]
        found[name] = {n: out(value) for n, value in rows if value != usual and (value or name == "rate")}
    found["holds"] = {n: [one.hold for one in order.holds] for n, order in enumerate(orders) if order.holds}
    found["gone"] = {
        n: [(one.line, one.sku, one.product, one.quantity) for one in order.gone] for n, order in enumerate(orders) if order.gone
    }
    return {name: rows for name, rows in found.items() if rows}


def _as_exceptions(found: dict[str, dict[str, Any]], orders: Sequence[OpenOrder], holds: Mapping[int, Held]) -> None:
    for name, rows in found.items():
        for n, value in rows.items():
            order = orders[int(n)]
            if name == "holds":
                order.holds = tuple(holds[hold] for hold in value if hold in holds)
            elif name == "gone":
                order.gone = tuple(Demand(line, "", sku, product, units) for line, sku, product, units in value)
            else:
                setattr(order, name, _SOME[name][1](value))

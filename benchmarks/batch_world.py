"""Facts of a morning made from a seed, for `batch.py`: nothing is stored, so that thousands of orders are ready in a moment."""

from __future__ import annotations

import random
from bisect import bisect
from datetime import UTC, datetime
from itertools import accumulate

from omscli.base.geo import Point
from omscli.base.workdays import MONDAY_TO_FRIDAY, Calendar
from omscli.carriers.service import Rate, Service, Zones
from omscli.packing.model import Box
from omscli.routing.facts import Demand, Facts, OpenOrder, Product
from omscli.routing.rules import Prices, Rule, Split
from omscli.stock.locations import Location

SKUS = 2_000
KM = 1.609344
MILES = (50, 150, 300, 600, 1000, 1400, 1800)  # ends of the zones
STEP_G = 500
PRICES = Prices(late_day=400, unfilled_unit=3_000)
RULE = Rule("Everyone", split=Split(max_shipments=3), rank=("unfilled", "cost", "shipments", "distance"))


def world(orders: int, places: int, stock: float, seed: int) -> Facts:
    """Facts of one morning; the same numbers give the same world."""
    chance = random.Random(f"{orders} {places} {seed}")
    where = [_somewhere(chance) for _ in range(places)]
    goods = {
        number: Product(f"SKU-{number:04d}", round(min(9_000, 50 + 1000 * chance.lognormvariate(-0.8, 0.8))), tuple(chance.randint(30, 180) for _ in range(3)))
        for number in range(1, SKUS + 1)
    }  # fmt: skip
    popularity = list(accumulate((n + 1) ** -0.8 for n in range(SKUS)))
    ranking = list(goods)
    chance.shuffle(ranking)
    placed = []
    demand = dict.fromkeys(goods, 0)
    for number in range(1, orders + 1):
        wanted: dict[int, int] = {}
        for _ in range(1 + bisect((0.50, 0.77, 0.93), chance.random())):
            sku = ranking[bisect(popularity, chance.random() * popularity[-1])]
            wanted.setdefault(sku, 1 + bisect((0.80, 0.95), chance.random()))
        for sku, units in wanted.items():
            demand[sku] += units
        lines = [Demand(number * 10 + n, str(n), goods[sku].sku, sku, units, 1_000) for n, (sku, units) in enumerate(wanted.items())]
        placed.append(
            OpenOrder(
                number, f"SH-{number}", "shop", str(number), f"2026-03-01T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z", "US", "", "", "",
                "standard", "paid", lines, point=_somewhere(chance),
            )
        )  # fmt: skip
    locations = tuple(
        Location(f"p{n:02d}", point=point, rank=n + 1, calendar=Calendar(MONDAY_TO_FRIDAY, frozenset())) for n, point in enumerate(where)
    )
    free: dict[str, dict[int, int]] = {place.code: {} for place in locations}
    for sku, units in demand.items():
        shares = [chance.random() ** 4 for _ in locations]
        ends = [round(units * stock * part / sum(shares)) for part in accumulate(shares)]
        for place, end, start in zip(locations, ends, [0, *ends], strict=False):
            if end > start:
                free[place.code][sku] = end - start
    now = datetime(2026, 3, 2, 14, tzinfo=UTC)
    boxes = (Box("small", (260, 200, 160), 130, 10_000, 45), Box("large", (600, 450, 400), 600, 40_000, 130))
    return Facts(now, now.date(), locations, (_service(),), boxes, goods, free, {}, placed)


def _somewhere(chance: random.Random) -> Point:
    """A point of the lower 48 states, more or less."""
    return Point(chance.uniform(29.0, 46.0), chance.uniform(-121.0, -75.0), "exact")


def _service() -> Service:
    """Postage by zone, and by weight in steps of a pound or so."""
    rates = tuple(
        Rate(STEP_G * n, tuple(round(500 + 50 * zone + 0.09 * STEP_G * n) for zone in range(1, len(MILES) + 2))) for n in range(1, 41)
    )
    return Service("post", "ground", "standard", Zones(tuple(mile * KM for mile in MILES)), (1, 2, 2, 3, 3, 4, 5, 5), rates, (90,) * 8)

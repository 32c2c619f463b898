"""A seller's world of any size, made from a seed: the same number of orders and the same seed give the same files, byte for byte.

`write_world` fills a folder that serves as a home of `oms` and as the input of `floor.py`:

    rules.yaml, products.csv, stock.csv   as a seller has them; stock.csv is ample, about twice the demand
    stock_scarce.csv                      1.1 times the demand, lying where it is not asked for
    orders_export.csv                     Shopify's export of 79 columns, 1 to 4 lines an order, 1.8 on average
    locations.csv, zip3.csv               where the places and the first three digits of ZIPs are; for the floor only

Customers live where people live: prefixes, states and coordinates come from the package's own table of ZIPs and cities, weighted by
population. The last two digits of a ZIP are drawn, so that some are in no table, as with new ones and those of single firms.
"""

from __future__ import annotations

import csv
import random
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import yaml

from omscli.base.money import decimal_text
from omscli.store.geography import DEGREE, PLACES

SKUS = 2_000
POPULARITY = 0.8  # the n-th most wanted SKU is asked for as 1 / n ** POPULARITY
SCARCE = 1.1
FAR_STATES = frozenset({"AK", "HI"})  # beyond the zones of the carrier
UNTIL = datetime(2024, 6, 2, 22, 0, tzinfo=UTC)  # the last order; the month before holds all the others
DAYS = 30

# code, town, state, ZIP, latitude, longitude, share of the goods
WAREHOUSES = (
    ("newark", "Newark", "NJ", "07114", 40.7086, -74.1866, 5),
    ("atlanta", "Atlanta", "GA", "30336", 33.7371, -84.5706, 3),
    ("joliet", "Joliet", "IL", "60432", 41.5375, -88.0573, 4),
    ("dallas", "Dallas", "TX", "75212", 32.7829, -96.8715, 3),
    ("ontario", "Ontario", "CA", "91761", 34.0354, -117.5920, 5),
)
MILES = (50, 150, 300, 600, 1000, 1400, 1800)  # ends of the zones, as US carriers draw them
TRANSIT_DAYS = (1, 2, 2, 3, 3, 4, 5, 5)
STEP_G, STEPS = 500, 40

ADDRESS = ("Name", "Street", "Address1", "Address2", "Company", "City", "Zip", "Province", "Country", "Phone")
COLUMNS: tuple[str, ...] = (
    "Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at", "Accepts Marketing", "Currency", "Subtotal",
    "Shipping", "Taxes", "Total", "Discount Code", "Discount Amount", "Shipping Method", "Created at",
    *(f"Lineitem {name}" for name in ("quantity", "name", "price", "compare at price", "sku", "requires shipping", "taxable", "fulfillment status")),
    *(f"{side} {part}" for side in ("Billing", "Shipping") for part in ADDRESS),
    "Notes", "Note Attributes", "Cancelled at", "Payment Method", "Payment Reference", "Refunded Amount", "Vendor", "Outstanding Balance",
    "Employee", "Location", "Device ID", "Id", "Tags", "Risk Level", "Source", "Lineitem discount",
    *(f"Tax {n} {part}" for n in range(1, 6) for part in ("Name", "Value")),
    "Phone", "Receipt Number", "Duties", "Billing Province Name", "Shipping Province Name", "Payment ID", "Payment Terms Name",
    "Next Payment Due At", "Payment References",
)  # fmt: skip

MATERIALS = ("Linen", "Walnut", "Enamel", "Felt", "Brass", "Stoneware", "Rattan", "Slate", "Canvas", "Beeswax")
THINGS = ("Tray", "Bowl", "Cushion", "Vase", "Candle", "Hook", "Throw", "Planter", "Pitcher", "Coaster", "Runner", "Lantern")
GIVEN = (
    "Alma",
    "Bram",
    "Celia",
    "Dmitri",
    "Esmé",
    "Farid",
    "Greta",
    "Hugo",
    "Ines",
    "Jonah",
    "Keiko",
    "Lior",
    "Maeve",
    "Nils",
    "Opal",
    "Pavel",
)
FAMILY = ("Abara", "Bergström", "Calloway", "Dufresne", "Eastman", "Fontaine", "Grady", "Holloway", "Ito", "Jansen", "Kowalski", "O'Dell")
STREETS = ("Alder Street", "Bayview Road", "Cobbler Lane", "Dunmore Avenue", "Ferry Street", "Granite Way", "Harvest Court", "Ivy Terrace")
TOWNS = ("Ashford", "Brookside", "Cold Spring", "Eastport", "Fairmont", "Glenwood", "Harrison", "Lakeview", "Millbrook", "Riverdale")
NOTES = ("Please ring the bell twice", "It is a gift, no prices please", "Back door\nmind the step", "Not before noon")


@dataclass(frozen=True, slots=True)
class Sku:
    """One product; price in cents."""

    sku: str
    title: str
    price: int
    weight_g: int
    size_mm: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Region:
    """The first three digits of ZIPs: where they are, and how many people live there."""

    prefix: str
    state: str
    lat: float
    lon: float
    people: int


def write_world(folder: Path, orders: int, seed: int) -> None:
    """Make the folder and its files. Products, places and regions depend on the seed only, orders and stock on their number too."""
    folder.mkdir(parents=True, exist_ok=True)
    catalogue, chance = random.Random(f"catalogue {seed}"), random.Random(f"orders {seed} {orders}")
    skus = _skus(catalogue)
    regions = _regions()
    demand: Counter[str] = Counter()
    _write(folder / "orders_export.csv", COLUMNS, _orders(chance, skus, regions, orders, demand))
    size = ("length_mm", "width_mm", "height_mm")
    products = ((one.sku, one.title, one.weight_g, *one.size_mm, _money(one.price), "USD") for one in skus)
    _write(folder / "products.csv", ("sku", "title", "weight_g", *size, "price", "currency"), products)
    _write(folder / "stock.csv", ("sku", "location", "on_hand"), _ample(chance, skus, demand))
    _write(folder / "stock_scarce.csv", ("sku", "location", "on_hand"), _scarce(chance, skus, demand))
    _write(folder / "locations.csv", ("code", "lat", "lon"), ((code, lat, lon) for code, _, _, _, lat, lon, _ in WAREHOUSES))
    _write(folder / "zip3.csv", ("zip3", "state", "lat", "lon"), ((one.prefix, one.state, one.lat, one.lon) for one in regions))
    (folder / "rules.yaml").write_text(yaml.safe_dump(_rules(), sort_keys=False), encoding="utf-8")


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _money(cents: int) -> str:
    return decimal_text(cents, "USD")


# -- what is sold, and where people live


def _skus(chance: random.Random) -> list[Sku]:
    found = []
    for n in range(1, SKUS + 1):
        title = f"{chance.choice(MATERIALS)} {chance.choice(THINGS)} No. {n}"
        price = 100 * round(chance.triangular(6, 140, 18)) - 5
        weight_g = min(9_000, round(chance.lognormvariate(6.1, 0.75)) + 20)  # most between 200 g and 1 kg
        longest = chance.randint(60, 200)
        size_mm = (longest, round(longest * chance.uniform(0.5, 1)), round(longest * chance.uniform(0.15, 0.6)))
        found.append(Sku(f"HG-{n:04d}", title, price, weight_g, size_mm))
    return found


def _regions() -> list[Region]:
    """Prefixes with people, from the table of the package; a city counts for the ZIP that is nearest to it."""
    connection = sqlite3.connect(f"{PLACES.as_uri()}?mode=ro&immutable=1", uri=True)
    zips = connection.execute("SELECT zip, lat, lon FROM zip ORDER BY zip").fetchall()
    cities = connection.execute(
        "SELECT DISTINCT lat, lon, region, population FROM city WHERE country = 'US' ORDER BY 4 DESC, 1, 2"
    ).fetchall()
    connection.close()
    cell = DEGREE // 5
    near: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    corners: dict[int, list[tuple[int, int]]] = {}
    for code, lat, lon in zips:
        near.setdefault((lat // cell, lon // cell), []).append((lat, lon, code // 100))
        corners.setdefault(code // 100, []).append((lat, lon))
    people: Counter[int] = Counter()
    states: dict[int, str] = {}
    for lat, lon, state, population in cities:
        around = [row for a in (-1, 0, 1) for o in (-1, 0, 1) for row in near.get((lat // cell + a, lon // cell + o), ())]
        if state in FAR_STATES or not around:
            continue
        prefix = min(around, key=lambda row: (row[0] - lat) ** 2 + (row[1] - lon) ** 2)[2]
        people[prefix] += population
        states.setdefault(prefix, state)
    return [
        Region(
            f"{prefix:03d}",
            states[prefix],
            round(sum(lat for lat, _ in corners[prefix]) / len(corners[prefix]) / DEGREE, 4),
            round(sum(lon for _, lon in corners[prefix]) / len(corners[prefix]) / DEGREE, 4),
            people[prefix],
        )
        for prefix in sorted(people)
    ]


# -- orders


def _orders(chance: random.Random, skus: list[Sku], regions: list[Region], count: int, demand: Counter[str]) -> Iterator[list[str]]:
    """Rows of the export, the oldest order first; counts what is asked for on the way."""
    wanted = chance.sample(skus, len(skus))
    popularity = list(accumulate(1 / n**POPULARITY for n in range(1, len(wanted) + 1)))
    crowd = list(accumulate(one.people for one in regions))
    ages = sorted((chance.random() for _ in range(count)), reverse=True)
    for number, age in enumerate(ages, 1001):
        lines: dict[str, tuple[Sku, int]] = {}
        size = chance.choices((1, 2, 3, 4), (50, 27, 16, 7))[0]
        while len(lines) < size:
            one = chance.choices(wanted, cum_weights=popularity)[0]
            lines.setdefault(one.sku, (one, chance.choices((1, 2, 3), (80, 15, 5))[0]))
        demand.update({sku: units for sku, (_, units) in lines.items()})
        (region,) = chance.choices(regions, cum_weights=crowd)
        placed = f"{UNTIL - timedelta(days=DAYS * age):%Y-%m-%d %H:%M:%S} +0000"
        first = {**_head(chance, number, list(lines.values())), **_person(chance, region, count), "Paid at": placed}
        for sold, units in lines.values():
            cells = {
                **first, "Name": f"#{number}", "Created at": placed, "Lineitem quantity": str(units), "Lineitem name": sold.title,
                "Lineitem price": _money(sold.price), "Lineitem sku": sold.sku, "Lineitem requires shipping": "true",
                "Lineitem taxable": "true", "Lineitem fulfillment status": "pending", "Lineitem discount": "0.00", "Vendor": "Harbor Goods",
            }  # fmt: skip
            yield [cells.get(column, "") for column in COLUMNS]
            first = {"Email": first["Email"]}


def _head(chance: random.Random, number: int, lines: list[tuple[Sku, int]]) -> dict[str, str]:
    """What the first row of an order says; the sums agree to the cent."""
    goods = sum(one.price * units for one, units in lines)
    discount = goods * 15 // 100 if chance.random() < 0.08 else 0
    shipping = 0 if goods >= 7_500 else 695
    tax = (goods - discount) * 6 // 100
    return {
        "Financial Status": "paid", "Fulfillment Status": "unfulfilled", "Accepts Marketing": "yes" if chance.random() < 0.3 else "no", "Currency": "USD",
        "Subtotal": _money(goods - discount), "Shipping": _money(shipping), "Taxes": _money(tax), "Total": _money(goods - discount + shipping + tax),
        "Discount Code": "SPRING15" if discount else "", "Discount Amount": _money(discount), "Shipping Method": "Standard",
        "Notes": chance.choice(NOTES) if chance.random() < 0.04 else "", "Payment Method": "Shopify Payments",
        "Payment Reference": f"r{chance.getrandbits(64):016x}", "Refunded Amount": "0.00", "Outstanding Balance": "0.00",
        "Id": str(6_100_000_000_000 + number * 4_099), "Risk Level": "Low", "Source": "web", "Tax 1 Name": "Sales tax 6%", "Tax 1 Value": _money(tax),
    }  # fmt: skip


def _person(chance: random.Random, region: Region, count: int) -> dict[str, str]:
    """Who buys; one in four has bought before."""
    name = f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}"
    line1, line2 = f"{chance.randint(1, 9_800)} {chance.choice(STREETS)}", f"Unit {chance.randint(1, 60)}" if chance.random() < 0.25 else ""
    address = {
        "Name": name, "Street": f"{line1}, {line2}" if line2 else line1, "Address1": line1, "Address2": line2, "City": chance.choice(TOWNS),
        "Zip": f"'{region.prefix}{chance.randrange(100):02d}", "Province": region.state, "Country": "US", "Phone": "+1 212 555 0199",
        "Province Name": region.state,
    }  # fmt: skip
    both = {f"{side} {part}": value for side in ("Billing", "Shipping") for part, value in address.items()}
    return {**both, "Email": f"buyer{chance.randrange(max(1, count * 3 // 4))}@example.com"}


# -- stock


def _ample(chance: random.Random, skus: list[Sku], demand: Counter[str]) -> Iterator[tuple[str, str, int]]:
    """Twice what is asked for and a few more, by the share of each place, give or take a half."""
    for one in skus:
        units = 2 * demand[one.sku] + chance.randint(4, 16)
        yield from _spread(one.sku, units, [share * chance.uniform(0.5, 1.5) for *_, share in WAREHOUSES])


def _scarce(chance: random.Random, skus: list[Sku], demand: Counter[str]) -> Iterator[tuple[str, str, int]]:
    """1.1 times what is asked for in all: some SKUs have too much, some too little, and most lie at one or two places."""
    asked = [demand[one.sku] * chance.uniform(0.5, 1.5) for one in skus]
    factor = SCARCE * demand.total() / sum(asked)
    carry = 0.0
    for one, units in zip(skus, asked, strict=True):
        carry += units * factor
        yield from _spread(one.sku, int(carry), [chance.random() ** 4 for _ in WAREHOUSES])
        carry -= int(carry)


def _spread(sku: str, units: int, shares: Sequence[float]) -> Iterator[tuple[str, str, int]]:
    """Units by shares; rounding loses none."""
    ends = [round(units * part / sum(shares)) for part in accumulate(shares)]
    for (code, *_), end, start in zip(WAREHOUSES, ends, [0, *ends], strict=False):
        yield sku, code, end - start


# -- rules.yaml


def _rules() -> dict[str, object]:
    grams = [STEP_G * n for n in range(1, STEPS + 1)]
    rates = [{"upto_g": g, "price": [f"{4.6 + 0.55 * zone + g / 1000 * (0.5 + 0.12 * zone):.2f}" for zone in range(8)]} for g in grams]
    ground = {
        "speed": "standard", "zones": {"by": "distance", "unit": "mi", "upto": list(MILES)}, "transit_days": list(TRANSIT_DAYS), "rates": rates,
        "per_extra_kg": [f"{0.6 + 0.12 * zone:.2f}" for zone in range(8)], "max_g": 60_000,
    }  # fmt: skip
    locations = {
        code: {
            "kind": "warehouse", "name": f"{town} {state}", "address": {"line1": "2 Depot Road", "city": town, "region": state, "postcode": postcode, "country": "US"},
            "coordinates": [lat, lon], "timezone": "America/New_York", "cutoff": "15:00", "ships_to": ["US"], "rank": n,
        }
        for n, (code, town, state, postcode, lat, lon, _) in enumerate(WAREHOUSES, 1)
    }  # fmt: skip
    return {
        "version": 1,
        "currency": "USD",
        "timezone": "America/New_York",
        "channels": {"shopify": {"reader": "shopify"}},
        "locations": locations,
        "carriers": {"post": {"services": {"ground": ground}}},
        "boxes": {
            "small": {"inner_mm": [260, 200, 160], "empty_g": 130, "max_g": 10_000, "cost": "0.45"},
            "large": {"inner_mm": [600, 450, 400], "empty_g": 600, "max_g": 40_000, "cost": "1.30"},
        },
        "routing": {
            "strategy": "each",
            "prices": {"late_day": "4.00", "unfilled_unit": "30.00"},
            "rules": [
                {
                    "name": "Everyone",
                    "split": {"max_shipments": 3},
                    "rank": ["unfilled", "cost", "shipments", "distance"],
                    "else": {"backorder": "wait"},
                }
            ],
        },
    }

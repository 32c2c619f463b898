"""A small shop for every test: real files in a temporary home, a real SQLite store, a frozen clock.

After every test that used a shop its books must agree (`oms doctor`).
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, settings

from omscli.base.clock import as_text
from omscli.store.open import Store, open_store
from omscli.workflows.home import Home
from omscli.workflows.importing import FileResult, Wish, import_files

settings.register_profile(
    "oms", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], print_blob=True
)
settings.load_profile("oms")

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)  # a Monday, nine o'clock in New York

PLACE: dict[str, Any] = {
    "kind": "warehouse",
    "address": {"line1": "12 Dock St", "city": "Brooklyn", "region": "NY", "postcode": "11201", "country": "US"},
    "coordinates": [40.6943, -73.9906],
    "timezone": "America/New_York",
    "workdays": ["mon", "tue", "wed", "thu", "fri"],
    "cutoff": "15:00",
    "handling_cost": 1,
    "ships_to": ["US", "CA"],
    "pickup": True,
}
RULES: dict[str, Any] = {
    "version": 1,
    "currency": "USD",
    "timezone": "America/New_York",
    "channels": {"shop": {"reader": "native"}, "amazon": {"reader": "amazon", "prefix": "AM"}},
    "locations": {},
    "carriers": {
        "post": {
            "tracking_url": "https://post.example/{number}",
            "services": {
                "ground": {
                    "speed": "standard",
                    "zones": {"by": "distance", "unit": "km", "upto": [500, 1500, 3000]},
                    "transit_days": [1, 2, 3, 4],
                    "rates": [{"upto_g": 1000, "price": [5, 6, 7, 8]}, {"upto_g": 30000, "price": [10, 12, 14, 16]}],
                    "max_g": 30000,
                },
                "air": {
                    "speed": "expedited",
                    "zones": {"by": "distance", "unit": "km", "upto": [500, 1500, 3000]},
                    "transit_days": [1, 1, 1, 2],
                    "rates": [{"upto_g": 1000, "price": [15, 16, 17, 18]}, {"upto_g": 30000, "price": [30, 32, 34, 36]}],
                    "max_g": 30000,
                },
            },
        }
    },
    "boxes": {"carton": {"inner_mm": [600, 400, 400], "empty_g": 100, "max_g": 30000, "cost": "0.50"}},
    "routing": {
        "strategy": "each",
        "prices": {"late_day": 4, "unfilled_unit": 1000},
        "rules": [{"name": "Everyone", "rank": ["unfilled", "rank"], "else": {"backorder": "wait"}}],
    },
    "notify": {"from": "Mug Shop <orders@mug.example>"},
}
ORDER = {
    "channel": "shop", "placed_at": "2026-03-02T09:00:00Z", "payment": "paid", "currency": "USD", "email": "ann@example.com", "name": "Ann Lee",
    "address1": "1 Main St", "city": "Brooklyn", "region": "NY", "postcode": "11201", "country": "US", "service": "standard",
}  # fmt: skip


def csv_text(rows: list[dict[str, Any]]) -> bytes:
    """Rows as a CSV file; the columns are those that any row has."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


class Shop:
    """A home with its store, and short words for what a seller does."""

    def __init__(self, path: Path, rules: dict[str, Any], now: datetime = NOW) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.rules(rules)
        self.home = Home(path, path / "oms.db", now, wait_s=10)
        self._store: Store | None = None
        self._day = 0

    @property
    def store(self) -> Store:
        """The open store."""
        if self._store is None:
            self._store = open_store(self.home.db, wait_s=10)
        return self._store

    def close(self) -> None:
        """Give the file back."""
        if self._store is not None:
            self._store.connection.close()
            self._store = None

    def rules(self, rules: dict[str, Any]) -> None:
        """Write other rules."""
        (self.path / "rules.yaml").write_text(yaml.safe_dump(rules, sort_keys=False), encoding="utf-8")
        if hasattr(self, "home"):
            self.at(self.home.now)

    def at(self, now: datetime) -> None:
        """Move the clock."""
        self.home = Home(self.path, self.path / "oms.db", now, wait_s=10)

    def take(self, *files: tuple[str, bytes], **wish: Any) -> list[FileResult]:
        """Import files."""
        return import_files(self.home, files, Wish(**wish))

    def products(self, *skus: str, **more: dict[str, Any]) -> FileResult:
        """Mugs of 200 g; keyword arguments change columns of one SKU."""
        rows = [
            {
                "sku": sku,
                "title": sku.title(),
                "weight_g": 200,
                "length_mm": 100,
                "width_mm": 80,
                "height_mm": 60,
                "price": "10.00",
                **more.get(sku, {}),
            }
            for sku in dict.fromkeys((*skus, *more))
        ]
        return self.take(("products.csv", csv_text(rows)))[0]

    def stock(self, **places: dict[str, int]) -> FileResult:
        """Counts: place → SKU → units."""
        rows = [{"sku": sku, "location": place, "on_hand": units} for place, held in places.items() for sku, units in held.items()]
        return self.take(("stock.csv", csv_text(rows)))[0]

    def order(self, number: str, lines: dict[str, int] | list[dict[str, Any]], **columns: Any) -> FileResult:
        """One order of the native form; each new one is a minute younger than the one before."""
        if isinstance(lines, dict):
            lines = [{"line_id": str(n), "sku": sku, "quantity": units} for n, (sku, units) in enumerate(lines.items(), 1)]
        self._day += 1
        head = {**ORDER, "placed_at": f"2026-03-02T09:{self._day % 60:02d}:00Z", **columns}
        rows = [{"order_id": number, **head, "title": line["sku"], "unit_price": "10.00", **line} for line in lines]
        return self.take(("orders.csv", csv_text(rows)))[0]

    def route(self, **wish: Any) -> Any:
        """Route everything."""
        from omscli.workflows.routing import route

        return route(self.home, self.store, **wish)

    def pick(self, **wish: Any) -> Any:
        """Release everything."""
        from omscli.workflows.picking import Wish as PickWish
        from omscli.workflows.picking import pick

        return pick(self.home, self.store, PickWish(format="csv"), **wish)

    def ship(self, word: str, tracking: str = "T1") -> Any:
        """One shipment leaves."""
        from omscli.workflows.shipping import by_hand, ship

        return ship(self.home, self.store, word, by_hand("post", tracking, "", None, None))

    def show(self, word: str) -> dict[str, Any]:
        """What `oms order show --json` says."""
        from omscli.workflows.looking import show_order

        return show_order(self.home, self.store, word)

    def level(self, sku: str, place: str) -> dict[str, int]:
        """One level."""
        rows = self.store.stock.listing(sku, place, at=as_text(self.home.now))
        return rows[0] if rows else {"on_hand": 0, "allocated": 0, "available": 0}

    def sends(self, word: str) -> dict[str, dict[str, int]]:
        """Where an order's live shipments come from: place → SKU → units."""
        found: dict[str, dict[str, int]] = {}
        for one in self.show(word)["shipments"]:
            for line in one["lines"]:
                held = found.setdefault(one["location"], {})
                held[line["sku"]] = held.get(line["sku"], 0) + line["quantity"]
        return found

    def dump(self) -> str:
        """Every row of the store, to compare before and after."""
        return "\n".join(self.store.connection.iterdump())

    def doctor(self) -> list[str]:
        """What the doctor finds, warnings left out."""
        return [f"{one.check}: {one.text}" for one in self.store.doctor.examine([]) if one.severity == "error"]


def rules_with(places: dict[str, dict[str, Any]] | tuple[str, ...], **sections: Any) -> dict[str, Any]:
    """The usual rules with these places, ranked as they stand; sections replace whole parts."""
    named: dict[str, dict[str, Any]] = places if isinstance(places, dict) else {place: {} for place in places}
    locations = {name: {**PLACE, "name": name.title(), "rank": n, **own} for n, (name, own) in enumerate(named.items(), 1)}
    return {**RULES, **sections, "locations": locations}


def routing_with(*rules: dict[str, Any]) -> dict[str, Any]:
    """A routing section with these rules; what a rule leaves out is as usual."""
    usual = {"rank": ["unfilled", "rank"], "else": {"backorder": "wait"}}
    filled = [{"name": f"Rule {n}", **({} if "hold" in rule else usual), **rule} for n, rule in enumerate(rules, 1)]
    return {**RULES["routing"], "rules": filled}


def as_nobody(act: Callable[[], str]) -> str:
    """What `act` returns (or the words of what it raises) when it runs without root's rights, in a child of this process.

    Root may read and write everything, so that a test of what may not be read would prove nothing.
    """
    if os.geteuid() != 0:
        return act()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            said = act()
        except BaseException as error:  # noqa: BLE001 - whatever happens in the child is what the test asks about
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        found = pipe.read().decode()
    os.waitpid(child, 0)
    return found


@pytest.fixture
def make_shop(tmp_path: Path) -> Iterator[Callable[..., Shop]]:
    """Open shops; at the end the books of each must agree."""
    shops: list[Shop] = []

    def make(*places: str, rules: dict[str, Any] | None = None, **sections: Any) -> Shop:
        shop = Shop(tmp_path / f"shop{len(shops)}", rules or rules_with(places or ("main",), **sections))
        shops.append(shop)
        return shop

    yield make
    for shop in shops:
        if shop.home.db.exists():
            assert shop.doctor() == []
        shop.close()


@pytest.fixture
def shop(make_shop: Callable[..., Shop]) -> Shop:
    """One warehouse called `main` with ten mugs and three caps."""
    found = make_shop("main")
    found.products("MUG", "CAP")
    found.stock(main={"MUG": 10, "CAP": 3})
    return found


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--run-debian`: also what needs packages of the machine; then nothing is left out, and what is missing fails."""
    parser.addoption("--run-debian", action="store_true", help="run the tests that need packages of the machine (strace)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without `--run-debian` these tests are not part of the run at all."""
    if config.getoption("--run-debian"):
        return
    out = [item for item in items if item.get_closest_marker("debian")]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


os.environ.pop("OMS_HOME", None)
os.environ.pop("OMS_DB", None)

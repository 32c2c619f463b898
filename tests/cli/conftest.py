"""`oms` as a person calls it: in this process where it is fast, as a process of its own where the process is what matters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer.main
from tests.conftest import Shop, csv_text
from typer.testing import CliRunner

from omscli.cli.app import app
from omscli.workflows.stock_holds import HoldWish, hold

FROZEN = "2026-03-02T14:00:00Z"


@dataclass(frozen=True)
class Answer:
    """What one call gave back."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one document it must be."""
        return json.loads(self.out)


Oms = Callable[..., Answer]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OMS_HOME", "OMS_DB", "OMS_DEBUG", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OMS_NOW", FROZEN)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")


@pytest.fixture
def oms(monkeypatch: pytest.MonkeyPatch) -> Oms:
    """Call a command in this process: `oms("order", "list", home=shop)`."""

    def call(*words: str, home: Shop | None = None, stdin: bytes | None = None) -> Answer:
        if home is not None:
            home.close()
            monkeypatch.setenv("OMS_HOME", str(home.path))
        done = CliRunner().invoke(app, list(words), input=stdin, prog_name="oms")
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Answer(done.exit_code, done.stdout, done.stderr)

    return call


@pytest.fixture
def process() -> Oms:
    """Call a command in a process of its own; answers are bytes turned to text as UTF-8."""

    def call(*words: str, home: Path | None = None, stdin: bytes | None = None, **environment: str) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "omscli", *words],
            env={**os.environ, **({"OMS_HOME": str(home)} if home else {}), **environment},
            input=stdin if stdin is not None else b"",
            capture_output=True,
            check=False,
            timeout=60,
        )
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call


@pytest.fixture
def routed(shop: Shop) -> Shop:
    """One order has left, one is released, one is planned, one waits, two are held, a mug is set aside; files for the rest of the day lie there."""
    for number, lines in (("1", {"MUG": 2}), ("2", {"MUG": 3, "CAP": 1}), ("3", {"MUG": 1}), ("4", {"CAP": 9})):
        shop.order(number, lines, name="Łukasz Åberg-Østergaard")
    shop.order("a-very-long-order-number-that-nobody-may-cut-1234567890", {"NOBODY": 1})
    shop.order("6", {"MUG": 1}, payment="pending")
    shop.route()
    shop.pick(orders=[1, 2])
    shop.ship("1")
    hold(shop.home, shop.store, HoldWish("main", [("MUG", 1)], "2026-03-07", "Zoë"))
    shop.close()
    (shop.path / "more.csv").write_bytes(csv_text([{"order_id": "9", "placed_at": "2026-03-02T13:00:00Z"} | _MORE]))
    tracking = [{"shipment_or_order": "S-2", "carrier": "post", "tracking_number": "T2"}]
    (shop.path / "tracking.csv").write_bytes(csv_text(tracking))
    return shop


_MORE = {
    "channel": "shop", "payment": "paid", "currency": "USD", "email": "bo@example.com", "name": "Bo", "address1": "2 Main St", "city": "Brooklyn", "region": "NY",
    "postcode": "11201", "country": "US", "service": "standard", "line_id": "1", "sku": "MUG", "title": "Mug", "quantity": 1, "unit_price": "10.00",
}  # fmt: skip


def tree() -> list[tuple[str, Any]]:
    """Every command as a person types it, with the object behind it."""

    def walk(one: Any, words: tuple[str, ...]) -> list[tuple[str, Any]]:
        if not hasattr(one, "list_commands"):
            return [(" ".join(words), one)]
        own = [(" ".join(words), one)] if words and one.invoke_without_command else []
        return own + [leaf for name in one.list_commands(None) for leaf in walk(one.get_command(None, name), (*words, name))]

    return walk(typer.main.get_command(app), ())

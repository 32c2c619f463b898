"""A plan that a dry run saved is carried out later, if it still is the plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.cli.conftest import Oms
from tests.conftest import Shop

from omscli.workflows.stock_changes import adjust

HINT = "hint: save one with oms route -n -o PLAN"


@pytest.fixture
def plan(shop: Shop, oms: Oms, tmp_path: Path) -> Path:
    """Two orders that nobody has routed, and the plan for them."""
    shop.order("1", {"MUG": 2})
    shop.order("2", {"CAP": 1})
    path = tmp_path / "plan.json"
    assert oms("route", "-n", "-o", str(path), home=shop).code == 0
    return path


def test_a_saved_plan_is_carried_out_and_the_second_time_changes_nothing(shop: Shop, oms: Oms, plan: Path) -> None:
    assert oms("route", "--plan", str(plan), "-n", home=shop).code == 0
    assert shop.sends("1") == {}
    document = oms("route", "--plan", str(plan), "--json", home=shop).json
    saved = json.loads(plan.read_bytes())
    assert document["orders"] == saved["orders"]
    assert (saved["dry_run"], document["dry_run"], document["run"] is not None) == (True, False, True)
    assert (shop.sends("1"), shop.sends("2")) == ({"main": {"MUG": 2}}, {"main": {"CAP": 1}})
    before = shop.dump()
    assert oms("route", "--plan", str(plan), home=shop).code == 0
    assert shop.dump() == before


def test_the_plan_for_some_orders_is_for_these_only(shop: Shop, oms: Oms, plan: Path) -> None:
    oms("route", "2", "-n", "-o", str(plan), home=shop)
    assert oms("route", "--plan", str(plan), home=shop).code == 0
    assert (shop.sends("1"), shop.sends("2")) == ({}, {"main": {"CAP": 1}})


def refused(shop: Shop, oms: Oms, plan: Path) -> str:
    before = shop.dump()
    said = oms("route", "--plan", str(plan), home=shop)
    assert (said.code, said.out) == (4, "")
    assert oms("route", "--plan", str(plan), "-n", home=shop).code == 4
    assert shop.dump() == before
    return said.err


def test_a_plan_is_refused_when_the_store_has_changed(shop: Shop, oms: Oms, plan: Path) -> None:
    adjust(shop.home, shop.store, "main", [("MUG", 1)], "found")
    assert refused(shop, oms, plan) == (
        "error: plan.json: the store has changed since this plan was saved\nhint: look at a new one: oms route -n -o plan.json\n"
    )
    adjust(shop.home, shop.store, "main", [("CAP", -3)], "lost")
    assert "the store has changed since this plan was saved; SH-2 would be decided otherwise now" in refused(shop, oms, plan)


def test_a_plan_is_refused_when_the_rules_have_changed(shop: Shop, oms: Oms, plan: Path) -> None:
    rules: dict[str, Any] = yaml.safe_load((shop.path / "rules.yaml").read_text(encoding="utf-8"))
    shop.rules({**rules, "shop": "Another"})
    assert refused(shop, oms, plan).startswith("error: plan.json: the rules have changed since this plan was saved\n")


def test_a_plan_is_refused_when_its_dates_have_passed(shop: Shop, oms: Oms, plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMS_NOW", "2026-03-02T15:00:00Z")
    assert oms("route", "--plan", str(plan), "-n", home=shop).code == 0, "an hour later it is the same plan"
    monkeypatch.setenv("OMS_NOW", "2026-03-02T21:00:00Z")
    assert refused(shop, oms, plan).startswith(
        "error: plan.json: time has passed since this plan was saved; SH-1 would be decided otherwise"
    )


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("no json", "error: p.json is no plan: it is no JSON"),
        ("[" * 100_000, "error: p.json is no plan: it is no JSON"),
        ('{"schema": "oms.route/1", "orders": [{"id": []}], "made_from": {"rules": "", "facts": "", "orders": null}}', "error: p.json is no plan that oms route saved"),
        ("[]", "error: p.json is no plan that oms route saved"),
        ('{"schema": "oms.route/1", "orders": []}', "error: p.json is no plan that oms route saved"),
        ('{"schema": "oms.route/1", "orders": [1], "made_from": {"rules": "", "facts": "", "orders": null}}', "error: p.json is no plan that oms route saved"),
        ('{"schema": "oms.route/1", "orders": [], "made_from": {"rules": "", "facts": "", "orders": ["1"]}}', "error: p.json is no plan that oms route saved"),
        ('{"schema": "oms.route/1", "run": 7, "orders": [], "made_from": {"rules": "", "facts": "", "orders": null}}', "error: p.json was carried out when it was made, by run 7"),
    ],
)  # fmt: skip
def test_another_file_is_no_plan(shop: Shop, oms: Oms, tmp_path: Path, text: str, error: str) -> None:
    path = tmp_path / "p.json"
    path.write_text(text)
    said = oms("route", "--plan", str(path), home=shop)
    assert (said.code, said.err) == (4, f"{error}\n{HINT}\n")


def test_a_plan_that_is_not_there_is_refused(shop: Shop, oms: Oms, tmp_path: Path) -> None:
    said = oms("route", "--plan", str(tmp_path / "none.json"), home=shop)
    assert (said.code, said.err) == (4, f"error: {tmp_path / 'none.json'} cannot be read: No such file or directory\n{HINT}\n")


@pytest.mark.parametrize("more", [("SH-1",), ("--strategy", "each"), ("-o", "x.json"), ("-n", "--rules", "rules.yaml")])
def test_nothing_stands_beside_a_plan(shop: Shop, oms: Oms, plan: Path, more: tuple[str, ...]) -> None:
    said = oms("route", "--plan", str(plan), *more, home=shop)
    assert (said.code, said.err.splitlines()[0]) == (2, "error: --plan carries a plan out as it was saved")

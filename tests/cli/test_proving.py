"""`oms route --prove`: what the seller reads, with the solver and without it."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from tests.cli.conftest import Oms
from tests.conftest import Shop, routing_with, rules_with

FAR: dict[str, Any] = {"coordinates": [34.0522, -118.2437]}
HINT = "hint: pip install 'omscli[solver]', or go without: leave out --prove, and `prove` under `routing` in rules.yaml\n"


@pytest.fixture
def coasts(make_shop: Any) -> Shop:
    """Two orders from New York for the one mug there, and one more mug in the west."""
    shop: Shop = make_shop(rules=rules_with({"east": {}, "west": FAR}, routing=routing_with({"name": "All", "rank": ["unfilled", "cost"]})))
    shop.products("MUG")
    shop.stock(east={"MUG": 1}, west={"MUG": 1})
    shop.order("1", {"MUG": 1})
    shop.order("2", {"MUG": 1})
    return shop


def test_a_proved_plan_says_so(coasts: Shop, oms: Oms) -> None:
    said = oms("route", "--strategy", "batch", "--prove", home=coasts)
    assert said.code == 0
    assert "order by order is as cheap as batch; proved: no plan is cheaper\n" in said.err
    assert oms("route", "--strategy", "batch", "--prove", "--json", home=coasts).json["totals"]["proved"] is True


def test_a_saved_plan_remembers_that_it_was_to_be_proved(coasts: Shop, oms: Oms, tmp_path: Any) -> None:
    plan = tmp_path / "plan.json"
    assert oms("route", "--strategy", "batch", "--prove", "-n", "-o", str(plan), home=coasts).code == 0
    assert '"prove":true' in plan.read_text(encoding="utf-8").replace(" ", "")
    assert oms("route", "--plan", str(plan), home=coasts).code == 0


def test_without_the_solver_one_sentence_and_the_remedy(coasts: Shop, oms: Oms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "highspy", None)
    said = oms("route", "--strategy", "batch", "--prove", home=coasts)
    assert (said.code, said.out) == (4, "")
    assert said.err == f"error: a proof was asked for, and its solver HiGHS is not installed\n{HINT}"
    assert coasts.sends("1") == {}, "nothing was claimed"
    assert oms("route", "--strategy", "batch", home=coasts).code == 0


def test_a_proof_is_for_all_orders_together(coasts: Shop, oms: Oms) -> None:
    said = oms("route", "--strategy", "each", "--prove", home=coasts)
    assert (said.code, said.out) == (2, "")
    assert said.err == "error: --prove is for all orders together, and these are decided order by order\nhint: add --strategy batch\n"

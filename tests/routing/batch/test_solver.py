"""The proof of small batches: the solver agrees with the referee, keeps what the rules demand, and is asked for or not needed at all."""

from __future__ import annotations

import copy
import sys
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.routing.batch.test_referee import COSTS, EXAMPLES, ORDERS, PRICES, ROOMS, SAFETY, SPLITS, STOCK, Referee, world
from tests.routing.batch.test_together import BOOK, WORLD, build
from tests.routing.test_plan import CAP, MUG, facts_of, order_of, places

from omscli.errors import Refused
from omscli.routing.batch import exact, solver
from omscli.routing.engine import plan
from omscli.routing.facts import Facts
from omscli.routing.plan import Plan
from omscli.routing.rules import Otherwise, Prices, Rule, Rulebook, Split

PROVED = replace(BOOK, prove=True)


@pytest.fixture
def by_solver_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing small is settled branch by branch before the solver is asked."""
    monkeypatch.setattr(exact, "ORDERS", 0)


def shops(orders: int) -> Facts:
    """Orders of three towns that want what three places hardly have: all of them hang together."""
    wants = ({MUG: 1, CAP: 1}, {MUG: 2}, {CAP: 1}, {MUG: 1, CAP: 2})
    stock = [{MUG: orders // 3, CAP: orders // 4}, {MUG: orders // 4, CAP: orders // 3}, {MUG: orders // 3, CAP: orders // 6}]
    asked = [order_of(n, wants[n * 7 % 4], town=n * 5 % 3) for n in range(1, orders + 1)]
    return facts_of(places([120, 0, 310], [None] * 3), stock, asked)


def deeds(made: Plan) -> list[Any]:
    return [(one.ref, one.state, one.shipments, one.backordered) for one in made.orders]


@settings(max_examples=EXAMPLES // 3)
@given(
    stock=STOCK, orders=ORDERS, costs=COSTS, rooms=ROOMS, safety=SAFETY, prices=PRICES, split=SPLITS, last=st.sampled_from(["wait", "hold"])
)
def test_the_solver_finds_what_the_referee_does(
    stock: list[dict[int, int]],
    orders: list[Any],
    costs: list[int],
    rooms: list[int | None],
    safety: list[dict[int, int]],
    prices: Prices,
    split: Split,
    last: str,
) -> None:
    facts = world(stock, orders, costs, rooms, safety)
    rule = Rule("Any", split=split, rank=("unfilled", "late", "cost"), otherwise=Otherwise(last))
    best = Referee(copy.deepcopy(facts), rule, prices).best()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "ORDERS", 0)
        made = plan(facts, Rulebook("USD", (rule,), prices, strategy="batch", effort=0, prove=True))
    assert made.objective == made.lower_bound == best


@settings(max_examples=40)
@given(world=WORLD)
def test_a_proof_never_makes_a_plan_dearer_whatever_the_rules_demand(world: Any) -> None:
    found, proved = plan(build(world), BOOK), plan(build(world), PROVED)
    assert proved.objective <= found.objective
    assert found.lower_bound is not None
    assert proved.lower_bound is not None
    assert proved.lower_bound <= proved.objective


@pytest.mark.usefixtures("by_solver_alone")
def test_what_hangs_together_is_proved_and_the_same_each_time() -> None:
    loose = plan(shops(60), replace(BOOK, effort=0))
    proved, again = plan(shops(60), replace(PROVED, effort=0)), plan(shops(60), replace(PROVED, effort=0))
    assert loose.lower_bound is not None
    assert proved.lower_bound == proved.objective < loose.objective
    assert proved.objective >= loose.lower_bound, "what was stated without the solver was true"
    assert proved.totals()["proved"]
    assert not loose.totals()["proved"]
    assert deeds(proved) == deeds(again)


@pytest.mark.usefixtures("by_solver_alone")
def test_of_too_many_orders_nothing_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "MOST_ORDERS", 59)
    found, asked = plan(shops(60), BOOK), plan(shops(60), PROVED)
    assert (deeds(found), found.lower_bound) == (deeds(asked), asked.lower_bound)


@pytest.mark.usefixtures("by_solver_alone")
def test_where_the_solver_must_stop_its_bound_still_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    best = plan(shops(60), PROVED).objective
    monkeypatch.setattr(solver, "NODES", 0)
    stopped = plan(shops(60), PROVED)
    assert stopped.lower_bound is not None
    assert stopped.lower_bound <= best <= stopped.objective


def test_it_says_nothing_of_its_own(capfd: pytest.CaptureFixture[str], by_solver_alone: None) -> None:
    plan(shops(12), PROVED)
    assert capfd.readouterr() == ("", "")


def test_without_the_solver_everything_but_the_proof_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "highspy", None)
    assert plan(shops(12), BOOK).lower_bound is not None
    with pytest.raises(Refused, match="a proof was asked for, and its solver HiGHS is not installed") as refused:
        plan(shops(12), PROVED)
    assert refused.value.hint == "pip install 'omscli[solver]', or go without: leave out --prove, and `prove` under `routing` in rules.yaml"

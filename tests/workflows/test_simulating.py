"""What runs knew is decided again: by their own rules the same comes out, by others the difference is told."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import NOW, PLACE, Shop, routing_with, rules_with

from omscli.errors import NotAllowed
from omscli.routing.differences import Comparison
from omscli.routing.plan import Plan
from omscli.settings.settings import Settings
from omscli.workflows.pins import pin
from omscli.workflows.rules_test import try_rules
from omscli.workflows.simulating import Past, Simulated, simulate
from omscli.workflows.stock_changes import adjust, receive
from omscli.workflows.undo import last_runs, undo

WORLDS = 1000 if os.environ.get("OMS_TEST_FULL") else 25
WEST = {"coordinates": [34.0522, -118.2437]}
COST = {"rank": ["unfilled", "late", "cost"]}


def under(shop: Shop, rules: dict[str, Any]) -> Settings:
    """Other rules, from a file beside those of the shop."""
    path = shop.path / "new.yaml"
    path.write_text(yaml.safe_dump(rules, sort_keys=False), encoding="utf-8")
    return shop.home.settings_from(path)


def tried(shop: Shop, rules: dict[str, Any] | None = None, since: str = "", **wish: Any) -> Simulated:
    settings_ = under(shop, rules) if rules else shop.home.settings
    return simulate(shop.home, shop.store, settings_, since, **wish)


def nothing(found: Comparison) -> bool:
    return found.moves == [] and found.before == found.after and set(found.difference().values()) <= {0}


@pytest.fixture
def two(make_shop: Callable[..., Shop]) -> Shop:
    """By rank everything leaves from main in Brooklyn; side lies in Los Angeles, where order 2 goes."""
    shop = make_shop(rules=rules_with({"main": {}, "side": WEST}))
    shop.products("MUG")
    shop.stock(main={"MUG": 3}, side={"MUG": 5})
    shop.order("1", {"MUG": 1})
    shop.order("2", {"MUG": 2}, city="Los Angeles", region="CA", postcode="90012")
    shop.route()
    return shop


CHEAPEST = rules_with({"main": {}, "side": WEST}, routing=routing_with(COST))


def test_the_same_rules_give_no_difference(two: Shop) -> None:
    for rolling in (False, True):
        found = tried(two, rolling=rolling)
        assert nothing(found.comparison)
        assert (found.runs, found.comparison.before.orders, found.comparison.before.shipments, found.warnings) == (1, 2, 2, [])


def test_other_rules_tell_what_moves_and_what_it_costs(two: Shop) -> None:
    found = tried(two, CHEAPEST)
    (move,) = found.comparison.moves
    assert (move.ref, move.before, move.after, move.cost) == ("SH-2", "main 2 post ground", "side 2 post ground", -300)
    difference = found.comparison.difference()
    assert {name: difference[name] for name in ("orders", "shipments", "units", "cost", "backordered")} == {
        "orders": 0, "shipments": 0, "units": 0, "cost": -300, "backordered": 0,
    }  # fmt: skip
    assert difference["km"] < -3900
    assert two.sends("2") == {"main": {"MUG": 2}}, "nothing has changed"


def test_an_order_counts_once_as_it_was_decided_last(two: Shop) -> None:
    two.order("3", {"MUG": 4})
    two.route()
    found = tried(two)
    assert (found.runs, found.comparison.before.orders, found.comparison.before.units) == (2, 3, 7)


def test_a_run_without_changes_is_not_kept_and_one_that_was_undone_does_not_count(two: Shop) -> None:
    two.route()
    assert tried(two).runs == 1
    undo(two.home, two.store, int(last_runs(two.home, two.store, 1)[0]["run"]))
    with pytest.raises(NotAllowed) as caught:
        tried(two)
    assert caught.value.message == "there is nothing to decide again: no routing run of these days is stored"


def test_since_leaves_older_runs_out_and_ninety_days_are_kept(two: Shop) -> None:
    two.at(NOW + timedelta(days=30))
    two.order("3", {"MUG": 1}, placed_at="2026-04-01T09:00:00Z")
    two.route()
    assert (tried(two).runs, tried(two, since="2026-03-15T00:00:00Z").runs) == (2, 1)
    two.at(NOW + timedelta(days=91))
    two.order("4", {"MUG": 1}, placed_at="2026-06-01T09:00:00Z")
    two.route()
    assert [run.at[:10] for run in Past(two.home, two.store, "").runs] == ["2026-04-01", "2026-06-01"]


def test_what_a_run_cannot_be_read_any_more_is_left_out_with_a_word(two: Shop) -> None:
    two.order("3", {"MUG": 1})
    two.rules({**two_rules(two), "shop": "Other"})
    two.route()
    with two.store.write("test", NOW) as run:
        two.store.connection.execute("UPDATE rules_text SET text = 'version: 2' WHERE text NOT LIKE '%Other%'")
        assert run.id
    found = tried(two)
    assert found.runs == 1
    assert len(found.warnings) == 1
    assert found.warnings[0].startswith("run 5 is left out: this oms cannot read its rules any more (")


def two_rules(shop: Shop) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((shop.path / "rules.yaml").read_text(encoding="utf-8"))
    return found


def test_a_run_that_this_oms_decides_otherwise_is_told(two: Shop) -> None:
    with two.store.write("test", NOW):
        two.store.connection.execute("UPDATE run_facts SET made = replace(made, '\"cost\":', '\"cost\":1')")
    (warning,) = tried(two).warnings
    assert warning.startswith("run 5 is decided otherwise by this oms than by the one that ran: 1600 now, 11600 then")


def test_what_another_version_kept_is_left_out_with_a_word(two: Shop) -> None:
    two.order("3", {"MUG": 1})
    two.route()
    with two.store.write("test", NOW):
        two.store.connection.execute("UPDATE run_facts SET made = replace(made, '\"form\":1', '\"form\":0') WHERE run_id = 5")
    found = tried(two)
    assert (found.runs, found.warnings) == (1, ["run 5 is left out: another version of oms kept what it knew"])
    assert try_rules(two.home, two.store, two.home.settings).coverage.orders == 3


# -- rolling: what follows


def test_what_other_rules_left_is_there_in_the_next_run(two: Shop) -> None:
    """Order 2 would have left from side, so that main still has the mug that order 3 waits for."""
    two.pick()
    two.order("3", {"MUG": 1}, city="Brooklyn")
    adjust(two.home, two.store, "side", [("MUG", -5)], "broken")
    two.route()
    assert two.show("3")["backordered"][0]["quantity"] == 1
    frozen, rolled = tried(two, CHEAPEST), tried(two, CHEAPEST, rolling=True)
    assert frozen.comparison.after.backordered == 1, "by itself the second run has no mug"
    assert (rolled.comparison.before.backordered, rolled.comparison.after.backordered) == (1, 0)
    assert [one.ref for one in rolled.comparison.moves] == ["SH-2", "SH-3"]


def test_an_order_that_left_and_would_have_waited_stays_open_until_it_is_filled(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop(rules=rules_with({"main": {}, "side": WEST}))
    shop.products("MUG", "CAP")
    shop.stock(main={"MUG": 1, "CAP": 5}, side={"MUG": 1})
    shop.order("1", {"MUG": 2})
    shop.route()
    shop.pick()
    only_main = rules_with({"main": {}, "side": WEST}, routing=routing_with({"only": ["main"]}))
    assert (tried(shop, only_main, rolling=True).comparison.after.backordered) == 1
    shop.order("2", {"CAP": 1})
    shop.route()
    assert (tried(shop, only_main, rolling=True).comparison.after.backordered) == 1
    receive(shop.home, shop.store, "main", [("MUG", 3)], "")
    shop.order("3", {"MUG": 1})
    shop.route()
    found = tried(shop, only_main, rolling=True).comparison
    assert (found.after.backordered, found.after.units, found.before.units) == (0, 4, 4)


# -- any world


def _rules(dice: random.Random) -> dict[str, Any]:
    where = {
        f"p{n}": {
            "coordinates": dice.choice([[40.69, -73.99], [41.88, -87.63], [34.05, -118.24]]),
            "handling_cost": dice.choice([0, 1, 2]),
            "cutoff": dice.choice([PLACE["cutoff"], "08:00"]),
            **({"daily_capacity": dice.choice([1, 2])} if dice.random() < 0.2 else {}),
            **({"safety_stock": 1} if dice.random() < 0.2 else {}),
        }
        for n in range(dice.randint(1, 4))
    }
    rule = {
        "name": "All",
        "rank": dice.choice(
            [
                ["unfilled", "late", "cost"],
                ["unfilled", "distance"],
                ["cost"],
                ["unfilled", "shipments", "rank"],
                ["unfilled", "days", "most_stock"],
            ]
        ),
        "split": dice.choice(["allow", "allow", "never", {"max_shipments": 2}]),
        "else": dice.choice([{"backorder": "wait"}, {"backorder": "cancel"}, "hold"]),
        **({"max_km": 2000} if dice.random() < 0.2 else {}),
        **({"keep_safety_stock": True} if dice.random() < 0.3 else {}),
    }
    first = {"name": "First", "when": {"sku": "CAP"}, "priority": 5, "rank": ["unfilled", "cost"], "else": "next", "avoid": ["p0"]}
    gain = {"min_gain": dice.choice(["0.50", "3.00", "50.00"])} if dice.random() < 0.5 else {}
    return rules_with(where, routing=gain | routing_with(*([first] if dice.random() < 0.4 else []), rule))


def _orders(shop: Shop, dice: random.Random, first: int, count: int) -> None:
    towns = [("Brooklyn", "NY", "11201"), ("Chicago", "IL", "60601"), ("Los Angeles", "CA", "90012"), ("Nowhere", "", "")]
    for number in range(first, first + count):
        city, region, postcode = dice.choice(towns)
        lines = {sku: dice.randint(1, 3) for sku in dice.sample(["MUG", "CAP", "SET"], dice.randint(1, 2))}
        extra: dict[str, Any] = {"deliver_by": "2026-03-04"} if dice.random() < 0.2 else {}
        extra |= {"pickup_location": "p0"} if dice.random() < 0.1 else {}
        extra |= {"payment": "pending"} if dice.random() < 0.1 else {}
        extra |= {"service": "expedited"} if dice.random() < 0.2 else {}
        shop.order(str(number), lines, city=city, region=region, postcode=postcode, **extra)


def _deeds(made: Plan) -> list[Any]:
    """Everything that a plan decides and says, without the numbers that no facts keep."""
    found = []
    for order in made.orders:
        leaves = [
            (
                one.location, one.method, [(line.line, line.sku, line.quantity, line.parts) for line in one.lines], one.parcels, one.carrier, one.service,
                one.ship_on, one.arrives, one.distance_km, one.postage, one.boxes, one.handling, one.penalties, one.late_days, one.below_safety, one.zone, one.notes,
            )
            for one in order.shipments
        ]  # fmt: skip
        waits = [[(row.line, row.sku, row.quantity, row.expected_on) for row in rows] for rows in (order.backordered, order.cancelled)]
        reasons = order.reasons if order.state != "held" or order.hold else []
        found.append(
            (
                order.order,
                order.ref,
                order.state,
                order.rule,
                leaves,
                waits,
                order.hold,
                order.question,
                reasons,
                order.drawn,
                order.account,
            )
        )
    return found


@given(st.integers(0, 2**32))
@settings(max_examples=WORLDS)
def test_a_dry_run_the_run_itself_and_its_replay_are_one_plan_and_the_same_rules_make_no_difference(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a world, no secret
    with TemporaryDirectory() as folder:
        shop = Shop(Path(folder) / "shop", _rules(dice))
        places = list(shop.home.settings.locations)
        bare = {"weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""}
        shop.products("MUG", "CAP", SET={"components": "MUG:1|CAP:2", **bare})
        shop.stock(**{place: {sku: dice.randint(0, 5) for sku in ("MUG", "CAP")} for place in places})
        real: list[Plan] = []
        number = 1
        for step in range(dice.randint(1, 4)):
            shop.at(NOW + timedelta(hours=20 * step))
            count = dice.randint(1, 3)
            _orders(shop, dice, number, count)
            number += count
            if dice.random() < 0.3:
                receive(shop.home, shop.store, dice.choice(places), [(dice.choice(["MUG", "CAP"]), dice.randint(1, 4))], "")
            if dice.random() < 0.2:
                with suppress(NotAllowed):  # a customer collects it elsewhere, or it has left
                    pin(shop.home, shop.store, str(dice.randint(1, number - 1)), dice.choice(places))
            only = [dice.randint(1, number - 1)] if dice.random() < 0.3 else None
            dry = shop.route(only=only, dry_run=True)
            done = shop.route(only=only)
            assert _deeds(dry.plan) == _deeds(done.plan)
            assert shop.route(only=only).run is None, "the same again at once"
            if done.run is not None and done.plan.orders:
                real.append(done.plan)
            if dice.random() < 0.7:
                shop.pick(location=dice.choice([None, *places]))
        if real:
            with shop.store.read():
                past = Past(shop.home, shop.store, "")
                assert [_deeds(past.as_it_was(run)) for run in past.runs] == [_deeds(one) for one in real]
            for rolling in (False, True):
                found = tried(shop, rolling=rolling)
                assert nothing(found.comparison), rolling
                assert found.warnings == []
        shop.close()


def _plain_rules(dice: random.Random) -> dict[str, Any]:
    where = {f"p{n}": {"coordinates": place} for n, place in enumerate([[40.69, -73.99], [41.88, -87.63], [34.05, -118.24]])}
    rule = {
        "rank": dice.choice(
            [["unfilled", "cost"], ["unfilled", "distance"], ["unfilled", "rank"], ["distance"], ["unfilled", "most_stock"]]
        ),
        "split": dice.choice(["allow", "never", {"max_shipments": 2}]),
    }
    return rules_with(where, routing=routing_with(rule))


@given(st.integers(0, 2**32))
@settings(max_examples=WORLDS)
def test_carried_forward_no_unit_is_made_and_none_is_lost(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a world, no secret
    with TemporaryDirectory() as folder:
        shop = Shop(Path(folder) / "shop", _plain_rules(dice))
        shop.products("MUG")
        stock = {place: dice.randint(0, 4) for place in ("p0", "p1", "p2")}
        shop.stock(**{place: {"MUG": units} for place, units in stock.items()})
        there, wanted = sum(stock.values()), 0
        towns = [("Brooklyn", "NY", "11201"), ("Chicago", "IL", "60601"), ("Los Angeles", "CA", "90012")]
        for step in range(dice.randint(2, 5)):
            shop.at(NOW + timedelta(hours=20 * step))
            for n in range(dice.randint(1, 2)):
                units, (city, region, postcode) = dice.randint(1, 3), dice.choice(towns)
                shop.order(f"{step}-{n}", {"MUG": units}, city=city, region=region, postcode=postcode)
                wanted += units
            if dice.random() < 0.5:
                units = dice.randint(1, 4)
                receive(shop.home, shop.store, dice.choice(list(stock)), [("MUG", units)], "")
                there += units
            shop.route()
            if dice.random() < 0.7:
                shop.pick(location=dice.choice([None, "p0", "p1", "p2"]))
        after = tried(shop, _plain_rules(dice), rolling=True).comparison.after
        assert after.units + after.backordered == wanted
        assert after.units <= there
        shop.close()

"""What a person reads when asking why."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cli.conftest import Oms
from tests.conftest import Shop, routing_with, rules_with

FAR: dict[str, Any] = {"coordinates": [34.0522, -118.2437]}


@pytest.fixture
def coasts(make_shop: Any) -> Shop:
    """One mug in Brooklyn, many in Los Angeles, and a place that the rule avoids."""
    rule = {"name": "Everyone", "rank": ["unfilled", "cost"], "avoid": ["depot"]}
    shop: Shop = make_shop(rules=rules_with({"brooklyn": {}, "west": FAR, "depot": {}}, routing=routing_with(rule)))
    shop.products("MUG")
    shop.stock(brooklyn={"MUG": 1}, west={"MUG": 9}, depot={"MUG": 9})
    shop.order("1", {"MUG": 2})
    shop.route()
    return shop


def test_the_account_of_an_order(coasts: Shop, oms: Oms) -> None:
    said = oms("why", "1", home=coasts)
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "SH-1 is routed by rule “Everyone” (run 4, 2026-03-02T14:00:00Z)\n"
        "  rule “Everyone”: west 2, the only place that can send all of it\n"
        "\n# Rule “Everyone”: ranked by unfilled, cost; cost decided\n"
        "place\tfrom\tunfilled\tcost\tparts\tdates\tkm\n"
        "1\twest (2 × MUG)\t0\t9.50\t8.00 + 0.50 + 1.00 + 0.00\t2026-03-02 → 2026-03-06\t3937.2\n"
        "2\tbrooklyn (1 × MUG) + west (1 × MUG)\t0\t16.00\t13.00 + 1.00 + 2.00 + 0.00\t2026-03-02 → 2026-03-03; 2026-03-02 → 2026-03-06\t0; 3937.2\n"
        "3\tbrooklyn (1 × MUG)\t1\t1006.50\t5.00 + 0.50 + 1.00 + 0.00\t2026-03-02 → 2026-03-03\t0\n"
        "decided by cost: 9.50 against 16.00 from brooklyn + west\n"
        "\n# Ruled out\nlocation\tfilter\tvalue\tlimit\treason\ndepot\tavoid\tdepot\t\trule “Everyone” avoids it\n"
        "\n# What would have changed it\n"
        "with 1 more MUG in brooklyn: brooklyn\n"
        "if rule “Everyone” did not avoid depot: depot\n"
    )


def test_the_price_of_scarce_stock_and_who_needed_it_more(coasts: Shop, oms: Oms) -> None:
    store = coasts.store.connection
    with store:
        kept = store.execute("SELECT reasons FROM decision").fetchone()[0]
        more = '"together":true,"batch":[["brooklyn","MUG",340,120,"SH-2",900],["west",null,50,70,null,0]],'
        store.execute("UPDATE decision SET reasons = ?", ("{" + more + kept[1:],))
    said = oms("why", "1", home=coasts)
    assert (
        "\n# Scarce stock: what a unit was worth, and who needed it more\n"
        "sku\tlocation\tprice\tgain\tcurrency\tneeded_by\nMUG\tbrooklyn\t3.40\t1.20\tUSD\tSH-2\nroom for a shipment\twest\t0.50\t0.70\tUSD\t\n"
    ) in said.out
    assert "decided together with the other orders; by itself it would have gone as follows\n" in said.out
    assert "What would have changed it" not in said.out
    found = oms("why", "1", "--json").json["decision"]
    assert found["prices"] == [
        {"sku": "MUG", "location": "brooklyn", "price": 340, "gain": 120}, {"sku": None, "location": "west", "price": 50, "gain": 70}
    ]  # fmt: skip
    assert found["needed_by"] == [{"order": "SH-2", "sku": "MUG", "location": "brooklyn", "loss": 900}]


def test_with_v_every_change_is_named(coasts: Shop, oms: Oms) -> None:
    said = oms("why", "1", "-v", home=coasts).out.split("# What would have changed it\n")[1]
    assert said == (
        "with 1 more MUG in brooklyn: brooklyn\n"
        "6.50 USD cheaper from brooklyn: brooklyn (1 × MUG) + west (1 × MUG)\n"
        "if rule “Everyone” did not avoid depot: depot\n"
    )

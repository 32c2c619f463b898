"""What a person reads about holds, and about units that cannot be sold."""

from __future__ import annotations

from tests.cli.conftest import Oms
from tests.conftest import Shop

HOLD = ("stock", "hold", "--location", "main", "--for", "Ann Lee", "--until", "2026-03-05T18:00")


def test_a_hold_is_told_with_its_number_and_its_end(shop: Shop, oms: Oms) -> None:
    said = oms(*HOLD, "--item", "MUG:4", home=shop)
    assert (said.code, said.err) == (0, "H-1: 4 × MUG at main on hold for Ann Lee until 2026-03-05T23:00:00Z\n")
    assert oms(*HOLD, "--item", "MUG:4").err == "H-1: 4 × MUG at main is on hold already for Ann Lee until 2026-03-05T23:00:00Z\n"
    assert oms("stock", "unhold", "H-1", "-n").err == "H-1: 4 × MUG at main given back for Ann Lee until 2026-03-05T23:00:00Z (dry run)\n"
    assert oms("stock", "unhold", "H-1").code == 0
    assert oms("stock", "unhold", "H-1").err == "nothing is on hold any more: H-1\n"


def test_a_hold_of_more_than_is_free_is_refused_with_the_number(shop: Shop, oms: Oms) -> None:
    said = oms(*HOLD, "--item", "CAP:4", home=shop)
    assert said.code == 1
    assert (
        said.err == "error: main cannot set 4 × CAP aside: only 3 of CAP are free there\nhint: oms stock show CAP tells what lies where\n"
    )


def test_the_document_of_a_hold(shop: Shop, oms: Oms) -> None:
    row = {
        "id": "H-1", "sku": "MUG", "location": "main", "units": 4, "taken": 0, "left": 4, "for": "Ann Lee", "reason": "fair",
        "since": "2026-03-02T14:00:00Z", "until": "2026-03-05T23:00:00Z", "ended_at": None, "state": "live",
    }  # fmt: skip
    said = oms(*HOLD, "--item", "MUG:4", "--reason", "fair", "--json", home=shop)
    assert said.json == {"schema": "oms.stock.hold/1", "dry_run": False, "run": 3, "holds": [row]}
    assert oms("stock", "holds", "--json").json == {"schema": "oms.stock.holds/1", "holds": [row]}
    shown = oms("stock", "show", "MUG", "--json").json
    assert shown["holds"] == [row]
    assert shown["to_promise"] == [{"location": "main", "now": 6, "later": []}]
    assert (shown["levels"][0]["held"], shown["levels"][0]["available"]) == (4, 6)


def test_the_page_of_a_sku_shows_levels_promises_and_holds(shop: Shop, oms: Oms) -> None:
    oms(*HOLD, "--item", "MUG:4", home=shop)
    said = oms("stock", "show", "MUG").out
    assert said == (
        "sku\tlocation\ton_hand\tunavailable\tallocated\theld\tsafety_stock\tavailable\tincoming\tbin\n"
        "MUG\tmain\t10\t0\t0\t4\t0\t6\t0\t\n"
        "\n# Can be promised\nlocation\ton\tunits\nmain\tnow\t6\n"
        "\n# On hold\nid\tsku\tlocation\tunits\tleft\tfor\tuntil\tstate\treason\n"
        "H-1\tMUG\tmain\t4\t4\tAnn Lee\t2026-03-05T23:00:00Z\tlive\t\n"
    )


def test_damaged_units_are_told_and_a_promise_that_is_no_longer_covered_needs_a_person(shop: Shop, oms: Oms) -> None:
    shop.order("1", {"MUG": 8})
    shop.route()
    words = ("stock", "adjust", "--location", "main", "--state", "damaged", "--reason", "dropped", "--item")
    said = oms(*words, "MUG:1", home=shop)
    assert (said.code, said.err) == (0, "MUG at main: 1 damaged, 1 of 10 are not to be sold now\n")
    said = oms(*words, "MUG:3")
    assert (said.code, said.err) == (
        3,
        "MUG at main: 3 damaged, 4 of 10 are not to be sold now\nwarning: 8 × MUG are promised from main, where 6 can be sold now: run `oms route`\n",
    )
    assert oms(*words, "MUG:-1").code == 2

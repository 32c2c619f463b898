"""Own stock between own places: it leaves, is on its way, arrives in part or in full, turns round or is lost with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.conftest import NOW, Shop, rules_with

from omscli.errors import NotAllowed, UsageError
from omscli.workflows import transfers
from omscli.workflows.stock_changes import receive as receive_goods
from omscli.workflows.transfers import Transferred


@pytest.fixture
def pair(make_shop: Callable[..., Shop]) -> Shop:
    """Ten mugs and three caps in `main`, nothing in `town`; a supplier besides."""
    places = {"main": {}, "town": {}, "acme": {"kind": "supplier", "email": "a@acme.example", "pickup": False}}
    shop = make_shop(rules=rules_with(places))
    shop.products("MUG", "CAP", SET={"components": "MUG:1|CAP:2", "weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""})
    shop.stock(main={"MUG": 10, "CAP": 3})
    return shop


def new(
    shop: Shop, *items: tuple[str, int], expected: str | None = None, reason: str = "", places: tuple[str, str] = ("main", "town")
) -> Transferred:
    return transfers.new(shop.home, shop.store, places, list(items), expected, reason)


def sent(shop: Shop, *items: tuple[str, int], expected: str | None = None) -> Transferred:
    made = new(shop, *items, expected=expected)
    return transfers.send(shop.home, shop.store, f"T-{made.transfer['id']}", None)


def ledger(shop: Shop) -> list[tuple[str, str, int, str]]:
    sql = "SELECT kind, location, on_hand, reason FROM movement WHERE transfer_line_id IS NOT NULL ORDER BY id"
    return [tuple(row) for row in shop.store.connection.execute(sql)]


def test_a_draft_moves_and_claims_nothing(pair: Shop) -> None:
    made = new(pair, ("MUG", 4), expected="2026-03-06")
    assert made.words == ["T-1 drafted: 4 × MUG from main to town; next: oms stock transfer send T-1"]
    assert (pair.level("MUG", "main")["on_hand"], pair.level("MUG", "main")["available"]) == (10, 10)
    assert pair.level("MUG", "town")["on_hand"] == 0


def test_the_same_draft_again_is_not_made_twice(pair: Shop) -> None:
    new(pair, ("MUG", 4))
    before = pair.dump()
    assert new(pair, ("MUG", 1), ("mug", 3)).words == ["T-1 is this draft already; next: oms stock transfer send T-1"]
    assert pair.dump() == before


def test_what_is_sent_is_incoming_at_the_other_place_with_its_date(pair: Shop) -> None:
    done = sent(pair, ("MUG", 4), expected="2026-03-06")
    assert done.words[0].startswith("T-1 is on its way: 4 × MUG from main, expected at town on 2026-03-06")
    assert pair.level("MUG", "main")["on_hand"] == 6
    assert (pair.level("MUG", "town")["on_hand"], pair.level("MUG", "town")["incoming"]) == (0, 4)
    assert ledger(pair) == [("transfer_out", "main", -4, "")]


def test_without_a_date_it_is_expected_after_the_usual_days(pair: Shop) -> None:
    assert sent(pair, ("MUG", 1)).transfer["expected_on"] == "2026-03-07"
    pair.rules({**rules_with(("main", "town")), "transfers": {"days": 2}})
    assert sent(pair, ("MUG", 2)).transfer["expected_on"] == "2026-03-04"


def test_a_backorder_is_told_the_day_of_the_transfer(pair: Shop) -> None:
    sent(pair, ("MUG", 10), expected="2026-03-06")
    pair.order("1", {"MUG": 2})
    pair.route()
    assert pair.show("1")["backordered"][0]["expected_on"] == "2026-03-06"
    transfers.receive(pair.home, pair.store, "1", [])
    pair.route()
    assert pair.sends("1") == {"town": {"MUG": 2}}


def test_no_more_is_sent_than_is_free(pair: Shop) -> None:
    pair.order("1", {"MUG": 3})
    pair.route()
    pair.take(("stock.csv", b"sku,location,on_hand,safety_stock\nMUG,main,10,2\n"))
    new(pair, ("MUG", 6))
    before = pair.dump()
    with pytest.raises(NotAllowed) as error:
        transfers.send(pair.home, pair.store, "T-1", None)
    assert error.value.message == "main has 5 × MUG to give away, 6 are wanted (10 there, 3 promised, 2 safety stock)"
    assert error.value.hint == "send less: oms stock transfer cancel T-1, then a new one"
    assert pair.dump() == before


def test_what_is_held_for_somebody_is_not_sent_until_the_hold_ends(pair: Shop) -> None:
    pair.store.connection.execute(
        "INSERT INTO stock_hold (number, product_id, location, units, held_for, owner_key, since, until, run_id)"
        " SELECT 1, id, 'main', 8, 'Bea', 'bea', '2026-03-02T13:00:00Z', '2026-03-02T15:00:00Z', 1 FROM product WHERE sku = 'MUG'"
    )
    new(pair, ("MUG", 4))
    with pytest.raises(NotAllowed, match=r"main has 2 × MUG to give away, 4 are wanted \(10 there, 8 held\)"):
        transfers.send(pair.home, pair.store, "T-1", None)
    pair.at(NOW + timedelta(hours=2))
    transfers.send(pair.home, pair.store, "T-1", None)
    assert pair.level("MUG", "main")["on_hand"] == 6


def test_a_draft_of_more_than_is_free_says_so_at_once(pair: Shop) -> None:
    assert new(pair, ("CAP", 5)).notes == ["main has 3 × CAP to give away, 5 are wanted (3 there)"]


def test_it_arrives_in_parts(pair: Shop) -> None:
    sent(pair, ("MUG", 4), ("CAP", 1))
    part = transfers.receive(pair.home, pair.store, "T-1", [("MUG", 3)])
    assert part.words == [
        "3 × MUG of T-1 arrived at town; next: oms route",
        "still on its way: 1 × CAP, 1 × MUG; if it never comes: oms stock transfer close T-1 --reason WHY",
    ]
    assert (pair.level("MUG", "town")["on_hand"], pair.level("MUG", "town")["incoming"], part.transfer["state"]) == (3, 1, "part_received")
    rest = transfers.receive(pair.home, pair.store, "T-1", [])
    assert (rest.words, rest.transfer["state"]) == (["1 × CAP, 1 × MUG of T-1 arrived at town; next: oms route"], "received")
    assert pair.level("MUG", "town")["incoming"] == 0


def test_receiving_and_sending_again_changes_nothing(pair: Shop) -> None:
    sent(pair, ("MUG", 4))
    before = pair.dump()
    assert transfers.send(pair.home, pair.store, "T-1", None).words == ["T-1 left on 2026-03-02 already"]
    assert pair.dump() == before
    transfers.receive(pair.home, pair.store, "T-1", [])
    before = pair.dump()
    assert transfers.receive(pair.home, pair.store, "T-1", []).words == ["T-1 is received already"]
    assert pair.dump() == before


def test_what_never_came_is_written_off_with_the_reason(pair: Shop) -> None:
    sent(pair, ("MUG", 4))
    transfers.receive(pair.home, pair.store, "T-1", [("MUG", 3)])
    done = transfers.close(pair.home, pair.store, "T-1", "box was open")
    assert done.words == ["T-1 is closed; written off as lost on the way to town: 1 × MUG"]
    assert done.transfer["state"] == "received"
    assert ledger(pair)[-2:] == [
        ("transfer_in", "town", 1, "T-1 never came: box was open"),
        ("adjusted", "town", -1, "T-1 never came: box was open"),
    ]
    assert (pair.level("MUG", "main")["on_hand"], pair.level("MUG", "town")["on_hand"]) == (6, 3)
    before = pair.dump()
    assert transfers.close(pair.home, pair.store, "T-1", "box was open").words == ["T-1 is received already"]
    assert pair.dump() == before


def test_a_draft_is_given_up(pair: Shop) -> None:
    new(pair, ("MUG", 4))
    assert transfers.cancel(pair.home, pair.store, "T-1").words == ["T-1 is cancelled; nothing had been sent"]
    with pytest.raises(NotAllowed, match="T-1 was cancelled"):
        transfers.send(pair.home, pair.store, "T-1", None)
    assert ledger(pair) == []


def test_what_turns_round_on_the_way_lies_where_it_came_from(pair: Shop) -> None:
    sent(pair, ("MUG", 4))
    assert transfers.cancel(pair.home, pair.store, "T-1").words == ["T-1: 4 × MUG back at main"]
    assert (pair.level("MUG", "main")["on_hand"], pair.level("MUG", "town")["incoming"]) == (10, 0)
    assert ledger(pair)[-1] == ("transfer_in", "main", 4, "T-1 turned round")


def test_the_rest_of_a_part_that_arrived_may_turn_round_too(pair: Shop) -> None:
    sent(pair, ("MUG", 4))
    transfers.receive(pair.home, pair.store, "T-1", [("MUG", 1)])
    done = transfers.cancel(pair.home, pair.store, "T-1")
    assert done.transfer["state"] == "received"
    assert (pair.level("MUG", "main")["on_hand"], pair.level("MUG", "town")["on_hand"]) == (9, 1)


@pytest.mark.parametrize(
    ("act", "message", "hint"),
    [
        ("receive draft", "T-1 has not been sent", "first: oms stock transfer send T-1"),
        ("close draft", "T-1 has not been sent: nothing can be missing", "oms stock transfer cancel T-1"),
        (
            "receive other",
            "T-1 does not carry CAP; it carries MUG",
            "if they came all the same: oms stock transfer new --from main --to town --item CAP:1, send and receive it",
        ),
        (
            "receive more",
            "T-1 has 4 × MUG on its way, 6 cannot arrive",
            "receive 4; if they came all the same: oms stock transfer new --from main --to town --item MUG:2, send and receive it",
        ),
        ("cancel received", "T-1 has arrived at town", "to send it back: oms stock transfer new --from town --to main"),
    ],
)
def test_the_step_that_is_not_possible_says_why_and_what_to_do(pair: Shop, act: str, message: str, hint: str) -> None:
    verb, state = act.split()
    new(pair, ("MUG", 4))
    if state != "draft":
        transfers.send(pair.home, pair.store, "T-1", None)
    if state == "received":
        transfers.receive(pair.home, pair.store, "T-1", [])
    before = pair.dump()
    home, store = pair.home, pair.store
    items = {"other": [("CAP", 1)], "more": [("MUG", 6)]}.get(state, [])
    deeds = {
        "receive": lambda: transfers.receive(home, store, "T-1", items),
        "close": lambda: transfers.close(home, store, "T-1", "lost"),
        "cancel": lambda: transfers.cancel(home, store, "T-1"),
    }
    with pytest.raises(NotAllowed) as error:
        deeds[verb]()
    assert (error.value.message, error.value.hint) == (message, hint)
    assert pair.dump() == before


@pytest.mark.parametrize(
    ("places", "item", "expected", "message"),
    [
        (("main", "main"), "MUG", None, "main is both ends of this transfer"),
        (("main", "twon"), "MUG", None, "no location is called 'twon'"),
        (("acme", "town"), "MUG", None, "acme is a supplier: what lies there is not ours to move"),
        (("main", "town"), "SET", None, "SET is a kit and has no stock of its own"),
        (("main", "town"), "MUG", "2026-03-01", "--expected 2026-03-01 has passed"),
    ],
)
def test_a_transfer_that_makes_no_sense_is_refused(
    pair: Shop, places: tuple[str, str], item: str, expected: str | None, message: str
) -> None:
    with pytest.raises(UsageError) as error:
        new(pair, (item, 1), expected=expected, places=places)
    assert error.value.message == message


def test_a_delivery_that_is_booked_while_a_transfer_of_it_is_on_its_way_is_asked_about(pair: Shop) -> None:
    sent(pair, ("MUG", 4))
    levels, _ = receive_goods(pair.home, pair.store, "town", [("MUG", 4)], "")
    assert levels[0].notes == [
        "T-1 brings 4 × MUG from main: if these are them, take them back (oms stock adjust) and use oms stock transfer receive T-1"
    ]


def test_a_dry_run_of_each_step_says_the_same_and_changes_nothing(pair: Shop) -> None:
    new(pair, ("MUG", 4))
    before = pair.dump()
    tried = transfers.send(pair.home, pair.store, "T-1", None, dry_run=True)
    assert (pair.dump(), tried.run, tried.transfer["state"]) == (before, None, "in_transit")
    assert tried.words == transfers.send(pair.home, pair.store, "T-1", None).words


def test_the_list_has_what_is_not_finished_and_tells_what_is_late(pair: Shop) -> None:
    sent(pair, ("MUG", 1), expected="2026-03-04")
    new(pair, ("MUG", 2))
    new(pair, ("CAP", 1))
    transfers.cancel(pair.home, pair.store, "T-3")
    pair.at(NOW + timedelta(days=3))
    rows = transfers.listed(pair.store, everything=False, location="town", limit=10, today=pair.home.today)
    assert [(row["id"], row["state"], row["late"]) for row in rows] == [("T-2", "draft", False), ("T-1", "in_transit", True)]
    assert len(transfers.listed(pair.store, everything=True, location="", limit=10, today=pair.home.today)) == 3


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        ("UPDATE transfer_line SET received = 1", "I6 transfer T-1, MUG: 1 arrived and 0 of them lost, the movements say 0 and 0"),
        ("UPDATE transfer_line SET units = 5", "I6 transfer T-1, MUG: 5 should have left main, the movements say 4"),
        ("UPDATE transfer SET state = 'received'", "I6 transfer T-1, MUG: it is received, and 4 units are still on their way"),
        (
            "INSERT INTO movement (run_id, at, product_id, location, kind, on_hand) VALUES (1, '2026-03-02T14:00:00Z', 1, 'main', 'transfer_in', 1)",
            "I6 movement 4: transfer_in belongs to no transfer",
        ),
    ],
)
def test_the_doctor_proves_that_transfers_net_to_nought(pair: Shop, damage: str, finding: str) -> None:
    sent(pair, ("MUG", 4))
    connection = pair.store.connection
    connection.execute("SAVEPOINT damage")
    connection.execute(damage)
    assert finding in [one.text for one in pair.store.doctor.examine(["transfers"])]
    connection.execute("ROLLBACK TO damage")
    connection.execute("RELEASE damage")
    assert pair.store.doctor.examine(["transfers"]) == []

"""Whatever is held, used, given back and sold in any order: no unit is promised twice, and the clock gives everything back."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.conftest import NOW, Shop, routing_with, rules_with

from omscli.base.clock import as_text
from omscli.errors import NotAllowed, UsageError
from omscli.stock.holds import owner_words
from omscli.workflows import orders as desk
from omscli.workflows.feeds_out import SharedStock
from omscli.workflows.stock_changes import receive
from omscli.workflows.stock_holds import HoldWish, hold, unhold
from omscli.workflows.stock_state import change_state

SKUS = ("MUG", "CAP", "SET")  # a SET is a mug and two caps
PLACES = ("one", "two")
PEOPLE = ("ann", "bea")
NUMBERS = tuple("12345")
PROGRAMS = 150 if os.environ.get("OMS_TEST_FULL") else 30
PLACE, SKU, PERSON, NUMBER = (st.sampled_from(names) for names in (PLACES, SKUS, PEOPLE, NUMBERS))


class Holder(RuleBasedStateMachine):
    """A seller who sets goods aside for two people and for single orders. Nothing is ever lost, so every promise must be covered."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="oms-test-"))
        vip = {"name": "First", "when": {"tag": "vip"}, "priority": 5, "only": ["one"], "else": "next"}
        look = {"name": "Look", "when": {"units": {"over": 7}}, "hold": "many units"}
        self.shop = Shop(self.folder / "shop", rules_with(PLACES, routing=routing_with(vip, look, {"rank": ["unfilled", "cost"]})))

    def teardown(self) -> None:
        self.shop.at(NOW + timedelta(days=400))
        if self.shop.home.db.exists():
            for level in self.shop.store.stock.listing(at=as_text(self.shop.home.now)):
                assert (level["held"], level["available"]) == (0, level["on_hand"] - level["unavailable"] - level["allocated"])
        self.shop.close()
        shutil.rmtree(self.folder)

    @initialize(one=st.integers(0, 6), two=st.integers(0, 3))
    def open_shop(self, one: int, two: int) -> None:
        self.shop.products(
            "MUG", "CAP", SET={"components": "MUG:1|CAP:2", "weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""}
        )
        self.shop.stock(one={"MUG": one, "CAP": two}, two={"MUG": two, "CAP": one})

    @rule(
        number=NUMBER,
        lines=st.dictionaries(SKU, st.integers(1, 4), min_size=1),
        who=PERSON,
        tag=st.sampled_from(["", "vip"]),
        pickup=st.sampled_from(["", "", "two"]),
    )
    def an_order_comes_or_comes_again(self, number: str, lines: dict[str, int], who: str, tag: str, pickup: str) -> None:
        mail = f"{who}@example.com"
        self.shop.order(number, lines, tags=tag, email=mail, pickup_location=pickup, placed_at=f"2026-03-02T0{number}:00:00Z")

    @rule(number=NUMBER, units=st.integers(1, 5), place=PLACE, who=PERSON)
    def somebody_orders_what_is_set_aside(self, number: str, units: int, place: str, who: str) -> None:
        self.units_are_set_aside(place, "MUG", max(1, self.shop.level("MUG", place)["available"]), f"{who}@example.com", 9)
        self.an_order_comes_or_comes_again(number, {"MUG": units}, who, "", "")
        self.route()

    @rule(
        place=PLACE, sku=SKU, units=st.integers(1, 5), who=st.one_of(PERSON.map("{}@example.com".format), NUMBER), hours=st.integers(1, 9)
    )
    def units_are_set_aside(self, place: str, sku: str, units: int, who: str, hours: int) -> None:
        until = as_text(self.shop.home.now + timedelta(hours=hours))
        wish = HoldWish(place, [(sku, units)], until, who)
        self._try(lambda: hold(self.shop.home, self.shop.store, wish))

    @rule(number=st.integers(1, 4))
    def a_hold_is_given_back(self, number: int) -> None:
        self._try(lambda: unhold(self.shop.home, self.shop.store, f"H-{number}", ""))

    @rule()
    def route(self) -> None:
        self.shop.route()
        assert self.shop.route().run is None, "routing again at once changed something"
        self._owners_only()
        self._holds_first()
        self._nobody_waits_for_what_is_free()

    @rule(number=NUMBER)
    def route_one(self, number: str) -> None:
        found = self.shop.store.orders.find(number)
        self.shop.route(only=[row[0] for row in found])

    @rule()
    def pick(self) -> None:
        self.shop.pick()

    @rule(number=NUMBER)
    def ship_one(self, number: str) -> None:
        self._try(lambda: self.shop.ship(number, f"T{number}"))

    @rule(number=NUMBER)
    def one_is_cancelled(self, number: str) -> None:
        self._try(lambda: desk.cancel(self.shop.home, self.shop.store, number, "no"))

    @rule(place=PLACE, sku=st.sampled_from(["MUG", "CAP"]), units=st.integers(1, 4))
    def goods_come_in(self, place: str, sku: str, units: int) -> None:
        receive(self.shop.home, self.shop.store, place, [(sku, units)], "")

    @rule(place=PLACE, sku=st.sampled_from(["MUG", "CAP"]), state=st.sampled_from(["damaged", "good"]))
    def goods_change_their_state(self, place: str, sku: str, state: str) -> None:
        if state == "good" or self.shop.level(sku, place)["available"] > 0:
            self._try(lambda: change_state(self.shop.home, self.shop.store, place, [(sku, 1)], state, "looked"))

    @rule(hours=st.integers(1, 6))
    def time_passes(self, hours: int) -> None:
        self.shop.at(self.shop.home.now + timedelta(hours=hours))

    @invariant()
    def every_claim_and_every_hold_is_covered(self) -> None:
        if not self.shop.home.db.exists():
            return
        levels = self.shop.store.stock.listing(at=as_text(self.shop.home.now))
        for level in levels:
            assert level["held"] >= 0
            assert level["available"] >= 0, level
        names = self.shop.store.catalog.names()
        told = SharedStock.read(self.shop.home, self.shop.store).stock.free
        assert {(names[product], place): units for (product, place), units in told.items()} == {
            (level["sku"], level["location"]): level["available"] for level in levels
        }

    @invariant()
    def the_books_agree_without_a_warning(self) -> None:
        if self.shop.home.db.exists():
            assert self.shop.store.doctor.examine([]) == []

    def _owners_only(self) -> None:
        """Planned claims use holds of their own order only."""
        used = self.shop.store.connection.execute(
            "SELECT k.owner_key, o.email, o.name, o.channel, o.order_id, o.ref FROM v_stock_hold_use u JOIN stock_hold k ON k.id = u.hold_id"
            " JOIN allocation a ON a.id = u.allocation_id JOIN shipment_line l ON l.id = a.shipment_line_id"
            " JOIN shipment h ON h.id = l.shipment_id JOIN orders o ON o.id = h.order_id WHERE u.taken > 0 AND h.state = 'planned'"
        ).fetchall()
        for owner, *words in used:
            assert owner in owner_words(*words), (owner, words)

    def _holds_first(self) -> None:
        """A planned order takes nothing that is free to everybody while a hold of its own has the same there."""
        rest = self.shop.store.connection.execute(
            "SELECT o.email, o.name, o.channel, o.order_id, o.ref, a.location, a.product_id FROM allocation a JOIN shipment_line l"
            " ON l.id = a.shipment_line_id JOIN shipment h ON h.id = l.shipment_id JOIN orders o ON o.id = h.order_id WHERE h.state = 'planned'"
            " AND a.taken - a.freed > (SELECT COALESCE(SUM(u.taken), 0) FROM v_stock_hold_use u WHERE u.allocation_id = a.id)"
        ).fetchall()
        running = self.shop.store.holds.running(as_text(self.shop.home.now))
        left = [(one["owner_key"], one["location"], one["product_id"]) for one in running if one["taken"] < one["units"]]
        for *words, place, product in rest:
            assert not [one for one in left if one[0] in owner_words(*words) and one[1:] == (place, product)]

    def _nobody_waits_for_what_is_free(self) -> None:
        """Who is sent a single product waits only where no place has it free."""
        waiting = self.shop.store.connection.execute(
            "SELECT DISTINCT l.sku FROM order_line l JOIN orders o ON o.id = l.order_id WHERE l.backordered > 0 AND l.sku <> 'SET'"
            " AND o.pickup_location IS NULL"
        ).fetchall()
        for (sku,) in waiting:
            assert all(self.shop.level(sku, place)["available"] == 0 for place in PLACES), sku

    def _try(self, act: object) -> None:
        """What the state does not allow is refused, and a refusal changes nothing."""
        before = self.shop.dump()
        try:
            act()  # type: ignore[operator]  # a lambda
        except (NotAllowed, UsageError):
            assert self.shop.dump() == before


Holder.TestCase.settings = settings(max_examples=PROGRAMS, stateful_step_count=25, deadline=None)
test_any_sequence_of_holds_and_orders_promises_no_unit_twice = Holder.TestCase

"""Any sequence of what a seller does keeps the books: the invariants I1 to I6 hold after every step."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.conftest import NOW, Shop, routing_with, rules_with
from tests.workflows.test_undo import books

from omscli.errors import NotAllowed, UsageError
from omscli.workflows import orders as order_workflows
from omscli.workflows import stock_changes, transfers
from omscli.workflows.undo import last_runs, undo
from omscli.workflows.undo_shipments import reopen

SKUS = ("MUG", "CAP", "SET")  # a SET is a mug and two caps
PLACES = ("one", "two")
ORDERS = tuple(f"{n}" for n in range(1, 7))
PROGRAMS = 200 if os.environ.get("OMS_TEST_FULL") else 40


class Seller(RuleBasedStateMachine):
    """A seller with two places, two products, a kit, and six customers who change their minds."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="oms-test-"))
        whole = {"name": "Whole", "when": {"tag": "whole"}, "split": "never"}
        routing = routing_with(
            {"name": "Look", "when": {"units": {"over": 12}}, "hold": "many units"}, whole, {"name": "Rest", "rank": ["unfilled", "cost"]}
        )
        self.shop = Shop(self.folder / "shop", rules_with({"one": {"daily_capacity": 3}, "two": {}}, routing=routing))
        self.hours = 0

    def teardown(self) -> None:
        self.shop.close()
        shutil.rmtree(self.folder)

    @initialize(one=st.integers(0, 8), two=st.integers(0, 8))
    def open_shop(self, one: int, two: int) -> None:
        self.shop.products(
            "MUG", "CAP", SET={"components": "MUG:1|CAP:2", "weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""}
        )
        self.shop.stock(one={"MUG": one, "CAP": two}, two={"MUG": two, "CAP": one})

    @rule(
        number=st.sampled_from(ORDERS),
        lines=st.dictionaries(st.sampled_from(SKUS), st.integers(1, 5), min_size=1),
        tag=st.sampled_from(["", "whole"]),
    )
    def an_order_comes_or_comes_again(self, number: str, lines: dict[str, int], tag: str) -> None:
        self.shop.order(number, lines, tags=tag, placed_at=f"2026-03-02T0{number}:00:00Z")

    @rule(
        number=st.sampled_from(ORDERS),
        payment=st.sampled_from(["paid", "pending", "refunded"]),
        postcode=st.sampled_from(["11201", "90012"]),
    )
    def an_order_changes_its_head(self, number: str, payment: str, postcode: str) -> None:
        self.shop.order(number, {"MUG": 2}, payment=payment, postcode=postcode, placed_at=f"2026-03-02T0{number}:00:00Z")

    @rule()
    def route(self) -> None:
        self.shop.route()
        assert self.shop.route().run is None, "routing again at once changed something"

    @rule()
    def pick(self) -> None:
        self.shop.pick()

    @rule(number=st.sampled_from(ORDERS))
    def ship_one(self, number: str) -> None:
        self._try(lambda: self.shop.ship(number, f"T{number}"))

    @rule(number=st.sampled_from(ORDERS), what=st.sampled_from(["cancel", "hold", "release"]))
    def a_person_decides(self, number: str, what: str) -> None:
        home, store = self.shop.home, self.shop.store
        if what == "release":
            self._try(lambda: order_workflows.release(home, store, number))
        else:
            act = order_workflows.cancel if what == "cancel" else order_workflows.hold
            self._try(lambda: act(home, store, number, "because"))

    @rule(place=st.sampled_from(PLACES), sku=st.sampled_from(["MUG", "CAP"]), units=st.integers(1, 6))
    def goods_come_in(self, place: str, sku: str, units: int) -> None:
        stock_changes.receive(self.shop.home, self.shop.store, place, [(sku, units)], "")

    @rule(place=st.sampled_from(PLACES), sku=st.sampled_from(["MUG", "CAP"]), units=st.integers(-3, 3).filter(bool))
    def goods_are_found_or_lost(self, place: str, sku: str, units: int) -> None:
        self._try(lambda: stock_changes.adjust(self.shop.home, self.shop.store, place, [(sku, units)], "counted by hand"))

    @rule(place=st.sampled_from(PLACES), sku=st.sampled_from(["MUG", "CAP"]), units=st.integers(0, 8))
    def somebody_counts(self, place: str, sku: str, units: int) -> None:
        self.shop.stock(**{place: {sku: units}})

    @rule(sku=st.sampled_from(["MUG", "CAP"]), units=st.integers(1, 4), back=st.booleans())
    def goods_are_sent_to_the_other_place(self, sku: str, units: int, back: bool) -> None:
        home, store, places = self.shop.home, self.shop.store, PLACES[::-1] if back else PLACES
        made = transfers.new(home, store, (places[0], places[1]), [(sku, units)], None, "")
        self._try(lambda: transfers.send(home, store, f"T-{made.transfer['id']}", None))

    @rule(
        number=st.integers(1, 6), what=st.sampled_from(["receive", "receive one", "close", "cancel"]), sku=st.sampled_from(["MUG", "CAP"])
    )
    def a_transfer_goes_on(self, number: int, what: str, sku: str) -> None:
        home, store, name = self.shop.home, self.shop.store, f"T-{number}"
        if what == "close":
            self._try(lambda: transfers.close(home, store, name, "lost"))
        elif what == "cancel":
            self._try(lambda: transfers.cancel(home, store, name))
        else:
            self._try(lambda: transfers.receive(home, store, name, [(sku, 1)] if what == "receive one" else []))

    @rule(back=st.integers(0, 5))
    def a_run_is_taken_back(self, back: int) -> None:
        rows = last_runs(self.shop.home, self.shop.store, back + 1)
        run, can = rows[-1]["run"], rows[-1]["can_undo"] or rows[-1]["undone_by"] is not None
        assert self._try(lambda: undo(self.shop.home, self.shop.store, run)) == can, "the list says what undo does"
        before = self.shop.dump()
        self._try(lambda: undo(self.shop.home, self.shop.store, run))
        assert self.shop.dump() == before, "undoing twice changed something"

    @rule(number=st.sampled_from(ORDERS), sure=st.booleans())
    def a_parcel_is_still_here(self, number: str, sure: bool) -> None:
        self._try(lambda: reopen(self.shop.home, self.shop.store, number, sure=sure))

    @rule(number=st.sampled_from(ORDERS), what=st.sampled_from(["route", "pick", "ship", "hold", "cancel", "release", "receive"]))
    def what_is_taken_back_at_once_was_never_so(self, number: str, what: str) -> None:
        home, store, shop = self.shop.home, self.shop.store, self.shop
        deeds: dict[str, Callable[[], object]] = {
            "route": shop.route, "pick": shop.pick, "ship": lambda: shop.ship(number, "T9"), "release": lambda: order_workflows.release(home, store, number),
            "hold": lambda: order_workflows.hold(home, store, number, "odd"), "cancel": lambda: order_workflows.cancel(home, store, number, "odd"),
            "receive": lambda: stock_changes.receive(home, store, "one", [("MUG", 2)], ""),
        }  # fmt: skip
        newest = self._newest()
        before = books(shop)
        if self._try(deeds[what]) and self._newest() != newest:
            done = undo(home, store, self._newest())
            after = books(shop)
            told = {words for _, words in after["questions"]} - {words for _, words in before["questions"]}
            assert {**after, "questions": []} == {**before, "questions": []}, done.does
            assert told <= set(done.for_person)

    def _newest(self) -> int:
        rows = last_runs(self.shop.home, self.shop.store, 1)
        return rows[0]["run"] if rows else 0

    @precondition(lambda self: self.hours < 96)
    @rule()
    def a_day_passes(self) -> None:
        self.hours += 24
        self.shop.at(NOW + timedelta(hours=self.hours))

    @invariant()
    def the_books_agree(self) -> None:
        if self.shop.home.db.exists():
            assert self.shop.doctor() == []

    def _try(self, act: object) -> bool:
        """What the state does not allow is refused, and a refusal changes nothing. Whether it was allowed."""
        before = self.shop.dump()
        try:
            act()  # type: ignore[operator]  # a lambda
        except (NotAllowed, UsageError):
            assert self.shop.dump() == before
            return False
        return True


Seller.TestCase.settings = settings(max_examples=PROGRAMS, stateful_step_count=20, deadline=None)
test_any_sequence_of_a_sellers_deeds_keeps_the_books = Seller.TestCase

"""Any sequence of wishes, parcels, refunds and short picks keeps the books: the same deeds as of the seller's machine, with fewer others between."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.conftest import NOW, Shop, rules_with
from tests.workflows.test_undo import books
from tests.workflows.ways_back import GOODS, ORDERS, PLACES, SKUS, TERMS, WaysBack, when

from omscli.workflows.channels import mark_uploaded
from omscli.workflows.undo import last_runs, undo
from omscli.workflows.undo_shipments import reopen

PROGRAMS = int(os.environ.get("OMS_TEST_PROGRAMS") or (200 if os.environ.get("OMS_TEST_FULL") else 30))


class Returner(WaysBack, RuleBasedStateMachine):
    """A seller with two places whose customers send everything back."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="oms-test-"))
        self.shop = Shop(self.folder / "shop", rules_with(PLACES, returns=TERMS, channels={"shop": {"reader": "native"}}))
        self.hours = 0

    def teardown(self) -> None:
        self.shop.close()
        shutil.rmtree(self.folder)

    @initialize(
        orders=st.lists(
            st.tuples(st.dictionaries(st.sampled_from(SKUS), st.integers(1, 4), min_size=1), st.integers(0, 9999), st.integers(0, 700)),
            min_size=2, max_size=3,
        ),
        shipped=st.integers(1, 3),
    )  # fmt: skip
    def open_shop(self, orders: list[tuple[dict[str, int], int, int]], shipped: int) -> None:
        bare = {"weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""}
        self.shop.products(*GOODS, SET={"components": "MUG:1|CAP:2", **bare})
        self.shop.stock(one={"MUG": 9, "CAP": 9}, two={"MUG": 9, "CAP": 9})
        for number, (lines, total, shipping) in zip(ORDERS, orders, strict=False):
            money = {"total": f"{total / 100:.2f}", "shipping": f"{shipping / 100:.2f}", "tax": "1.31", "tax_included": "no"}
            self.shop.order(number, lines, placed_at=f"2026-03-02T0{number}:00:00Z", **money)
        self.shop.route()
        self.shop.pick()
        for number in ORDERS[:shipped]:
            self._try(lambda number=number: self.shop.ship(number, f"T{number}"))

    @rule(number=st.sampled_from(ORDERS[:3]))
    def goods_leave(self, number: str) -> None:
        self.shop.route()
        self.shop.pick()
        self._try(lambda: self.shop.ship(number, f"T{number}"))

    @rule(place=st.sampled_from(PLACES), sku=st.sampled_from(GOODS), units=st.integers(0, 9))
    def somebody_counts(self, place: str, sku: str, units: int) -> None:
        self.shop.stock(**{place: {sku: units}})

    @when("SELECT 1 FROM outfile WHERE uploaded_at IS NULL AND superseded_at IS NULL AND kind = 'refunds'")
    @rule()
    def the_money_is_paid(self) -> None:
        mark_uploaded(self.shop.home, self.shop.store, "shop", None)

    @when("SELECT 1 FROM return_receipt UNION ALL SELECT 1 FROM refund")
    @rule(back=st.integers(0, 2))
    def a_run_is_taken_back(self, back: int) -> None:
        self.forget_states()
        row = last_runs(self.shop.home, self.shop.store, back + 1)[-1]
        can = row["can_undo"] or row["undone_by"] is not None
        assert self._try(lambda: undo(self.shop.home, self.shop.store, row["run"])) == can, "the list says what undo does"

    @when("SELECT 1 FROM goods_return WHERE closed_at IS NULL AND decided_at IS NOT NULL")
    @rule(which=st.integers(0, 2), what=st.sampled_from(["goods", "money"]))
    def what_is_taken_back_at_once_was_never_so(self, which: int, what: str) -> None:
        if self.shop.store.shipments.uncovered():
            return  # what comes in is promised at once, where a count took away what was
        before, newest = books(self.shop), self._newest()
        deed = self.a_parcel_comes_back if what == "goods" else self.money_goes_back
        deed(which, "one", None, []) if what == "goods" else deed(which, [], None)
        if self._newest() != newest:
            done = undo(self.shop.home, self.shop.store, self._newest())
            after = books(self.shop)
            assert after == before, (done.does, {name: (before[name], after[name]) for name in after if after[name] != before[name]})

    def _newest(self) -> int:
        rows = last_runs(self.shop.home, self.shop.store, 1)
        return rows[0]["run"] if rows else 0

    @rule(number=st.sampled_from(ORDERS[:3]))
    def a_parcel_is_still_here(self, number: str) -> None:
        self.forget_states()
        self._try(lambda: reopen(self.shop.home, self.shop.store, number, sure=True))

    @precondition(lambda self: self.hours < 96)
    @rule()
    def a_day_passes(self) -> None:
        self.hours += 24
        self.shop.at(NOW + timedelta(hours=self.hours))


Returner.TestCase.settings = settings(max_examples=PROGRAMS, stateful_step_count=20, deadline=None)
test_any_sequence_of_returns_keeps_the_books = Returner.TestCase

"""Any sequence of what a seller does keeps the books: the invariants I1 to I6 hold after every step, and no channel is offered too much.

One deed is one `@rule`; a deed that the state may not allow goes through `_try`, since a refusal must change nothing. What must
always hold is an `@invariant`. `python benchmarks/programs.py` runs thousands of programs.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.conftest import NOW, ORDER, Shop, csv_text, routing_with, rules_with
from tests.workflows.test_undo import books
from tests.workflows.ways_back import RELEASED, TERMS, WaysBack, when

from omscli.base.clock import as_text
from omscli.errors import NotAllowed
from omscli.workflows import orders as order_workflows
from omscli.workflows import pins, stock_changes, transfers
from omscli.workflows.channels import mark_uploaded
from omscli.workflows.delivering import deliver
from omscli.workflows.feeds_out import ChannelFeed, SharedStock, offers_of
from omscli.workflows.labels import LabelWish, label_file
from omscli.workflows.notifying import notify
from omscli.workflows.returning_goods import Arrival
from omscli.workflows.returning_goods import receive as receive_back
from omscli.workflows.returning_money import RefundWish, refund
from omscli.workflows.sync import SyncWish, sync
from omscli.workflows.undo import last_runs, undo
from omscli.workflows.undo_shipments import reopen

SKUS = ("MUG", "CAP", "SET")  # a SET is a mug and two caps
GOODS = ("MUG", "CAP")
PLACES = ("one", "two")
ORDERS = tuple(f"{n}" for n in range(1, 7))
CHANNELS = {
    "shop": {"reader": "native", "upload": ["stock", "tracking"]},
    "web": {"reader": "native", "prefix": "W", "upload": ["stock"], "buffer": 1, "share_percent": 50},
    "near": {"reader": "native", "prefix": "N", "upload": ["stock"], "stock_from": ["one"]},
    "till": {"reader": "native", "prefix": "T", "location": "one"},
}
FEED = {"location": "two", "path": "feeds/two.csv", "reader": "native", "quantity_is": "available", "max_drop_percent": 100}
PROGRAMS = int(os.environ.get("OMS_TEST_PROGRAMS") or (200 if os.environ.get("OMS_TEST_FULL") else 40))


OPEN = "SELECT 1 FROM orders WHERE status IN ('open', 'part_shipped')"


class Seller(WaysBack, RuleBasedStateMachine):
    """A seller with two places, two products, a kit, four channels, and six customers who change their minds."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="oms-test-"))
        whole = {"name": "Whole", "when": {"tag": "whole"}, "split": "never"}
        routing = routing_with(
            {"name": "Look", "when": {"units": {"over": 12}}, "hold": "many units"}, whole, {"name": "Rest", "rank": ["unfilled", "cost"]}
        )
        places: dict[str, dict[str, Any]] = {"one": {"daily_capacity": 3}, "two": {}}
        self.shop = Shop(self.folder / "shop", rules_with(places, routing=routing, channels=CHANNELS, stock_sync=[FEED], returns=TERMS))
        self.hours = self.sales = 0

    def teardown(self) -> None:
        self.shop.close()
        shutil.rmtree(self.folder)

    @initialize(
        one=st.integers(0, 8),
        two=st.integers(0, 8),
        orders=st.lists(st.dictionaries(st.sampled_from(SKUS), st.integers(1, 5), min_size=1), max_size=3),
        so_far=st.sampled_from(["", "routed", "picked", "shipped"]),
    )
    def open_shop(self, one: int, two: int, orders: list[dict[str, int]], so_far: str) -> None:
        self._kit("MUG:1|CAP:2")
        self.shop.stock(one={"MUG": one, "CAP": two}, two={"MUG": two, "CAP": one})
        self._feed({"MUG": two, "CAP": one})
        for number, lines in zip(ORDERS, orders, strict=False):
            self.shop.order(number, lines, placed_at=f"2026-03-02T0{number}:00:00Z")
        if so_far:
            self.shop.route()
        if so_far in ("picked", "shipped"):
            self.shop.pick()
        for number in ORDERS if so_far == "shipped" else ():
            self._try(lambda number=number: self.shop.ship(number, f"T{number}"))

    # -- customers

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

    @rule(number=st.sampled_from(ORDERS), lines=st.dictionaries(st.sampled_from(SKUS), st.integers(1, 3), min_size=1))
    def a_channel_cancels_an_order(self, number: str, lines: dict[str, int]) -> None:
        self._told(number, "shop", "cancelled", lines)

    @rule(lines=st.dictionaries(st.sampled_from(SKUS), st.integers(1, 3), min_size=1))
    def somebody_buys_over_the_counter(self, lines: dict[str, int]) -> None:
        self.sales += 1
        self._told(f"sale {self.sales}", "till", "sold", lines)

    # -- the desk

    @when(OPEN)
    @rule()
    def route(self) -> None:
        self.shop.route()
        assert self.shop.route().run is None, "routing again at once changed something"
        self.routed_all()

    def routed_all(self) -> None:
        """After routing no soft claim stands on goods that are not there."""
        over = self.shop.store.shipments.uncovered()
        soft = {(row["location"], row["product_id"]) for row in self._planned_claims() if row["units"]}
        assert not over & soft, "a planned shipment claims what is not there"

    @when("SELECT 1 FROM shipment WHERE state = 'planned'")
    @rule()
    def pick(self) -> None:
        self.shop.pick()

    @when(OPEN)
    @rule(number=st.sampled_from(ORDERS))
    def ship_one(self, number: str) -> None:
        self._try(lambda: self.shop.ship(number, f"T{number}"))

    @when(RELEASED)
    @rule(numbers=st.lists(st.integers(1, 8), min_size=1, max_size=4, unique=True))
    def a_tracking_file_comes(self, numbers: list[int]) -> None:
        rows = [{"shipment_or_order": f"S-{n}", "carrier": "post", "tracking_number": f"F{n}"} for n in numbers]
        self.shop.take(("tracking.csv", csv_text(rows)))

    @when(RELEASED)
    @rule(again=st.booleans())
    def a_label_file_is_made(self, again: bool) -> None:
        wish = LabelWish("pirateship", again=again)
        label_file(self.shop.home, self.shop.store, wish, lambda _: None)
        assert label_file(self.shop.home, self.shop.store, LabelWish("pirateship"), lambda _: None).parcels == 0

    @when("SELECT 1 FROM orders")
    @rule(number=st.sampled_from(ORDERS), what=st.sampled_from(["cancel", "hold", "release", "one", "two", "unpin"]))
    def a_person_decides(self, number: str, what: str) -> None:
        home, store = self.shop.home, self.shop.store
        if what == "release":
            self._try(lambda: order_workflows.release(home, store, number))
        elif what in PLACES:
            self._try(lambda: pins.pin(home, store, number, what))
        elif what == "unpin":
            self._try(lambda: pins.unpin(home, store, number))
        else:
            act = order_workflows.cancel if what == "cancel" else order_workflows.hold
            self._try(lambda: act(home, store, number, "because"))

    @when(OPEN)
    @rule(
        number=st.sampled_from(ORDERS),
        value=st.sampled_from(["postcode=90012", "postcode=11201", "pickup_location=two", "tags=whole", "payment=paid", "payment=pending"]),
    )
    def a_person_mends_an_order(self, number: str, value: str) -> None:
        name, _, word = value.partition("=")
        self._try(lambda: order_workflows.edit(self.shop.home, self.shop.store, number, {name: word}))

    @when(
        "SELECT 1 FROM shipment WHERE state = 'shipped' AND mail_decided_at IS NULL UNION ALL SELECT 1 FROM order_line WHERE backordered > 0"
    )
    @rule()
    def mails_are_written(self) -> None:
        notify(self.shop.home, self.shop.store)
        assert notify(self.shop.home, self.shop.store).run is None, "the same mails again"

    # -- stock

    @rule(place=st.sampled_from(PLACES), sku=st.sampled_from(GOODS), units=st.integers(1, 6))
    def goods_come_in(self, place: str, sku: str, units: int) -> None:
        stock_changes.receive(self.shop.home, self.shop.store, place, [(sku, units)], "")

    @rule(place=st.sampled_from(PLACES), sku=st.sampled_from(GOODS), units=st.integers(-3, 3).filter(bool))
    def goods_are_found_or_lost(self, place: str, sku: str, units: int) -> None:
        self._try(lambda: stock_changes.adjust(self.shop.home, self.shop.store, place, [(sku, units)], "counted by hand"))

    @rule(place=st.sampled_from(PLACES), sku=st.sampled_from(GOODS), units=st.integers(0, 8))
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
        self.forget_states()
        if not rows:  # so far only files were written
            return
        run, can = rows[-1]["run"], rows[-1]["can_undo"] or rows[-1]["undone_by"] is not None
        assert self._try(lambda: undo(self.shop.home, self.shop.store, run)) == can, "the list says what undo does"
        before = self.shop.dump()
        self._try(lambda: undo(self.shop.home, self.shop.store, run))
        assert self.shop.dump() == before, "undoing twice changed something"

    @rule(number=st.sampled_from(ORDERS), sure=st.booleans())
    def a_parcel_is_still_here(self, number: str, sure: bool) -> None:
        self.forget_states()
        self._try(lambda: reopen(self.shop.home, self.shop.store, number, sure=sure))

    @rule(
        number=st.sampled_from(ORDERS),
        what=st.sampled_from(["route", "pick", "ship", "hold", "cancel", "release", "receive", "pin", "unpin", "deliver", "unpack", "pay"]),
    )
    def what_is_taken_back_at_once_was_never_so(self, number: str, what: str) -> None:
        home, store, shop = self.shop.home, self.shop.store, self.shop
        deeds: dict[str, Callable[[], object]] = {
            "route": shop.route, "pick": shop.pick, "ship": lambda: shop.ship(number, "T9"), "release": lambda: order_workflows.release(home, store, number),
            "hold": lambda: order_workflows.hold(home, store, number, "odd"), "cancel": lambda: order_workflows.cancel(home, store, number, "odd"),
            "pin": lambda: pins.pin(home, store, number, "two"), "unpin": lambda: pins.unpin(home, store, number),
            "receive": lambda: stock_changes.receive(home, store, "one", [("MUG", 2)], ""),
            "deliver": lambda: deliver(home, store, number),
            "unpack": lambda: receive_back(home, store, f"R-{number}", Arrival("one")), "pay": lambda: refund(home, store, f"R-{number}", RefundWish()),
        }  # fmt: skip
        newest = self._newest()
        before, missing = books(shop), store.shipments.uncovered()
        if self._try(deeds[what]) and self._newest() != newest:
            then = books(shop)
            words = ""
            try:
                done = undo(home, store, self._newest())
            except NotAllowed as refused:
                words = refused.message
            if words:  # claims on goods that a count had found missing do not come back
                assert missing, words
                assert "the goods would be missing" in words
                assert books(shop) == then
                return
            after = books(shop)
            told = {what for _, what in after["questions"]} - {what for _, what in before["questions"]}
            assert {**after, "questions": []} == {**before, "questions": []}, done.does
            assert told <= set(done.for_person)

    def _newest(self) -> int:
        rows = last_runs(self.shop.home, self.shop.store, 1)
        return rows[0]["run"] if rows else 0

    @rule(place=st.sampled_from(PLACES), units=st.integers(0, 8), hours=st.integers(0, 30), kept=st.integers(0, 2))
    def a_count_of_before_comes(self, place: str, units: int, hours: int, kept: int) -> None:
        at = as_text(self.shop.home.now - timedelta(hours=hours))
        row = {"sku": "MUG", "location": place, "on_hand": units, "safety_stock": kept, "as_of": at}
        self.shop.take(("counted.csv", csv_text([row])))

    @rule(parts=st.sampled_from(["MUG:1|CAP:2", "MUG:1|CAP:1", "MUG:2"]))
    def the_kit_changes(self, parts: str) -> None:
        self._kit(parts)

    @rule(mugs=st.integers(0, 8), caps=st.integers(0, 8))
    def the_second_place_tells_its_own_book(self, mugs: int, caps: int) -> None:
        self._feed({"MUG": mugs, "CAP": caps})

    # -- channels

    @rule(everything=st.booleans())
    def sync_all(self, everything: bool) -> None:
        sync(self.shop.home, self.shop.store, SyncWish(everything=everything))
        before = self.shop.dump()
        sync(self.shop.home, self.shop.store, SyncWish(everything=everything))
        assert self.shop.dump() == before, "syncing again at once changed something"
        waiting = {row["path"] for row in self.shop.store.files_out.pending()}
        lying = {f"out/{path.name}" for path in (self.shop.path / "out").glob("*-stock-*")} if (self.shop.path / "out").exists() else set()
        assert {path for path in waiting if "-stock-" in path} <= lying
        replaced = self.shop.store.connection.execute("SELECT path FROM outfile WHERE superseded_at IS NOT NULL")
        assert lying.isdisjoint(row[0] for row in replaced), "a replaced file still lies there"

    @when("SELECT 1 FROM outfile WHERE uploaded_at IS NULL AND superseded_at IS NULL AND kind IN ('stock', 'tracking')")
    @rule(channel=st.sampled_from(["shop", "web", "near"]))
    def a_file_is_uploaded(self, channel: str) -> None:
        mark_uploaded(self.shop.home, self.shop.store, channel, None)

    # -- time

    @precondition(lambda self: self.hours < 96)
    @rule()
    def a_day_passes(self) -> None:
        self.hours += 24
        self.shop.at(NOW + timedelta(hours=self.hours))

    # -- what always holds

    @invariant()
    def no_channel_is_offered_more_than_is_free(self) -> None:
        if not self.shop.home.db.exists():
            return
        home, store = self.shop.home, self.shop.store
        free: dict[tuple[str, str], int] = {
            (row["sku"], row["location"]): max(0, row["available"]) for row in store.stock.listing(at=as_text(home.now))
        }
        parts = {
            kit: components
            for kit, components in ((row["sku"], row["components"]) for row in store.catalog.known(SKUS).values())
            if components
        }
        shared = SharedStock.read(home, store)
        for name, channel in home.settings.channels.items():
            places = ["one"] if name == "near" else PLACES
            for offer in offers_of(shared, channel, [], ChannelFeed(name, "")):
                goods = parts.get(offer.sku, ((offer.sku, 1),))
                most = sum(min(free.get((sku, place), 0) // each for sku, each in goods) for place in places)
                assert 0 <= offer.quantity <= most, f"{name} is offered {offer.quantity} of {offer.sku}, free are {most}"

    # -- helpers

    def _told(self, number: str, channel: str, state: str, lines: dict[str, int]) -> None:
        """One order in our own JSON lines, which can say every state."""
        address = {"name": "Ann Lee", "line1": "1 Main St", "city": "Brooklyn", "region": "NY", "postcode": "11201", "country": "US"}
        told = {
            "channel": channel, "order_id": number, "placed_at": ORDER["placed_at"], "state": state, "payment": "paid", "currency": "USD", "email": ORDER["email"],
            "ship_to": address,
            "lines": [
                {"line_id": str(n), "sku": sku, "title": sku, "quantity": units, "to_ship": units if state == "open" else 0, "unit_price": 1000}
                for n, (sku, units) in enumerate(lines.items(), 1)
            ],
        }  # fmt: skip
        self.shop.take(("orders.jsonl", (json.dumps(told) + "\n").encode()), reader="native")

    def _kit(self, parts: str) -> None:
        bare = {"weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""}
        self.shop.products(*GOODS, SET={"components": parts, **bare})

    def _feed(self, units: dict[str, int]) -> None:
        """The file of the second place, as its owner writes it now."""
        path = self.shop.path / FEED["path"]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(csv_text([{"sku": sku, "location": "two", "on_hand": n} for sku, n in units.items()]))
        now = self.shop.home.now.timestamp()
        os.utime(path, (now, now))

    def _planned_claims(self) -> list[Any]:
        rows = self.shop.store.connection.execute("SELECT id FROM shipment WHERE state = 'planned'")
        return self.shop.store.shipments.claims_of(row[0] for row in rows.fetchall())


Seller.TestCase.settings = settings(max_examples=PROGRAMS, stateful_step_count=25, deadline=None)
test_any_sequence_of_a_sellers_deeds_keeps_the_books = Seller.TestCase

"""Orders of a file: new ones are stored, known ones compared, cancelled ones give their stock back."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from omscli.base.clock import as_text
from omscli.base.money import decimal_text, is_currency
from omscli.base.problems import Problem
from omscli.base.text import fold
from omscli.catalog.resolve import SkuIndex
from omscli.errors import Refused
from omscli.orders.compare import compare
from omscli.orders.holds import HoldPolicy, standing
from omscli.orders.identity import content_hash, match_keys, order_ref, without_repeats
from omscli.orders.incoming import IncomingOrder
from omscli.orders.stored import StoredOrder
from omscli.settings.settings import Settings
from omscli.store.open import Run, Store
from omscli.store.sqlite.orders import NewOrder
from omscli.workflows.counter_sales import book_counter_sales
from omscli.workflows.home import Home
from omscli.workflows.import_changes import apply_change

if TYPE_CHECKING:
    from omscli.workflows.importing import FileResult

_CURRENCY = re.compile("[A-Z]{3}")


def hold_policy(settings: Settings) -> HoldPolicy:
    """What the standing reasons to hold depend on."""
    return HoldPolicy(
        settings.currency,
        frozenset(name for name, channel in settings.channels.items() if channel.ship_unpaid),
        frozenset(settings.rulebook.rates),
    )


@dataclass(slots=True)
class OrderIntake:
    """Takes the orders of one file in, a part of the file at a time. Without a store or a run nothing is written."""

    home: Home
    store: Store | None
    result: FileResult
    run: Run | None
    index: SkuIndex = field(init=False)
    policy: HoldPolicy = field(init=False)
    latest: str = field(init=False)

    def __post_init__(self) -> None:
        self.latest = as_text(self.home.now + timedelta(days=366))
        self.index = self.store.catalog.lookup() if self.store else SkuIndex()
        self.policy = hold_policy(self.home.settings)

    def take(self, records: list[IncomingOrder]) -> list[IncomingOrder]:
        """Compare every order with what is known and write what is new. Returns those that were not set aside."""
        if self.result.history:
            records = [_as_history(one) for one in records]
        kept: list[IncomingOrder] = []
        by_channel: dict[str, dict[str, IncomingOrder]] = {}
        self._must_not_be_swapped(records)
        again: list[IncomingOrder] = []  # a number that differs in case only from one before it is the same order
        for order in records:
            one = self._good(order)
            if one is None:
                continue
            kept.append(one)
            if one.state == "ignored":
                self.result.counts["skipped"] += 1
            elif by_channel.setdefault(one.channel, {}).setdefault(fold(one.order_id), one) is not one:
                again.append(one)
        for channel, orders in by_channel.items():
            self._take_channel(channel, orders)
        if again:
            self.take(again)
        return kept

    def finish(self) -> None:
        """The file has ended."""
        self.result.notices += self.index.spellings()

    def _must_not_be_swapped(self, records: list[IncomingOrder]) -> None:
        for channel in {order.channel for order in records}:
            swapped = self.index.swapped(
                channel, ((line.sku, line.title) for order in records if order.channel == channel for line in order.lines)
            )
            if swapped is not None:
                raise swapped_columns(self.result.file, *swapped)

    def _good(self, order: IncomingOrder) -> IncomingOrder | None:
        """The order, unless something about it sets it aside."""
        one, problem = without_repeats(_flat(order))
        if problem is not None:
            self.result.problems.append(problem)
        if one is None or one.state == "ignored":
            return one
        if one.channel not in self.home.settings.channels:
            self.result.problems.append(_no_channel(one, self.home.settings))
        elif (doubt := _implausible(one, self.latest)) is not None:
            self.result.problems.append(doubt)
        else:
            return one
        return None

    def _take_channel(self, channel: str, orders: dict[str, IncomingOrder]) -> None:
        known = self._known(channel, orders)
        self._add([one for key, one in orders.items() if key not in known])
        again = [(known[key], one) for key, one in orders.items() if key in known]
        if self.result.history:
            self.result.counts["unchanged"] += len(again)
            self.result.known_of_old += len(again)
        elif again and self.store is not None:
            self._again(self.store, again)

    def _known(self, channel: str, orders: dict[str, IncomingOrder]) -> dict[str, tuple[int, str, str, bool]]:
        """Those that are stored already, but not from a run that was taken back: these come in anew."""
        if self.store is None:
            return {}
        known = self.store.orders.known(channel, orders)
        aside = self.store.reversals.taken_back(row[0] for row in known.values()) if known else set()
        if self.run is not None:
            self.store.reversals.step_aside(sorted(aside))
        return {key: row for key, row in known.items() if row[0] not in aside}

    def _add(self, orders: list[IncomingOrder]) -> None:
        new = [self._new(order) for order in orders]
        self.result.counts["new"] += len(new)
        if self.store is None or self.run is None or not new:
            return
        _unique_refs(self.store, new)
        self.store.orders.add(new, self.run.id, self.run.at)
        sales = {one.id: one.said for one in new if one.said.state == "sold"}
        if sales:
            book_counter_sales(self.home, self.store, sales, self.result, self.run)

    def _new(self, order: IncomingOrder) -> NewOrder:
        products = [self.index.find(order.channel, line.sku) for line in order.lines]
        unknown = self._unknown(order, products) if None in products and order.state in ("open", "unknown") else {}
        holds = standing(order, unknown, self.policy)
        ref = order_ref(self.home.settings.channels[order.channel].prefix, order.order_id)
        cancelled = order.state == "cancelled"
        owed = any(line.to_ship for line in order.lines)
        status = "cancelled" if cancelled and owed else "open" if owed else "closed"
        self.result.held += [(ref, hold.reason) for hold in holds]
        return NewOrder(ref, order, content_hash(order), status, match_keys(order.lines), products, holds, cancelled, self.result.history)

    def _unknown(self, order: IncomingOrder, products: list[int | None]) -> dict[str, str | None]:
        missing = {line.sku for line, product in zip(order.lines, products, strict=True) if product is None and line.to_ship}
        return {sku: self.index.nearest(sku) for sku in sorted(missing)}

    def _again(self, store: Store, pairs: list[tuple[tuple[int, str, str, bool], IncomingOrder]]) -> None:
        """Orders that are known already: the same, or changed. What was taken in as done stays done, whatever the file says."""
        counts = self.result.counts
        changed = [(known[0], order) for known, order in pairs if not known[3] and known[1] != content_hash(order)]
        counts["unchanged"] += len(pairs) - len(changed)
        stored = store.orders.load(number for number, _ in changed)
        for number, order in changed:
            change = compare(stored[number], order)
            if not change.anything:
                counts["unchanged"] += 1
                continue
            cancels = change.merged.state == "cancelled" and stored[number].said.state != "cancelled"
            counts["cancelled" if cancels else "changed"] += 1
            if self.run is not None:
                apply_change(store, change, self.index, self.policy, self.result, self.run)
        sales = {known[0]: order for known, order in pairs if order.state == "sold"}
        if sales and self.run is not None:  # what could not be booked before, and a person has not settled
            asked = store.orders.with_questions(sales)
            for number in asked:
                store.orders.resolve_lines(number, self.index)
            book_counter_sales(self.home, store, {number: sales[number] for number in asked}, self.result, self.run)


def _as_history(order: IncomingOrder) -> IncomingOrder:
    """Orders of the time before oms: done, whatever the channel says."""
    lines = [replace(line, to_ship=0) for line in order.lines]
    return replace(order, lines=lines, state="fulfilled" if order.state in ("open", "unknown", "sold") else order.state, doubts=())


def _flat(order: IncomingOrder) -> IncomingOrder:
    """The order without line breaks in tags and doubts, which the store keeps a line each."""
    if not any("\n" in text for text in (*order.tags, *order.doubts)):
        return order
    tags, doubts = (tuple(" ".join(text.split()) for text in texts) for texts in (order.tags, order.doubts))
    return replace(order, tags=tags, doubts=doubts)


def swapped_columns(file: str, sku: str, title: str) -> Refused:
    """The refusal of a file whose headers stand over the wrong columns."""
    return Refused(
        f"{file}: SKUs and titles have changed places: “{title}” is a SKU and stands as a title, “{sku}” stands as its SKU",
        "put each header over its own column; nothing of the file was taken in",
    )


def _implausible(order: IncomingOrder, latest: str) -> Problem | None:
    """What no shop would mean, whatever the file says: such an order is set aside. `latest` is the last instant to believe."""
    number, hint = order.order_id, "look it up at the channel and correct the file"
    is_odd = not number.isprintable() and any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in number)
    if is_odd or len(number) > 100 or not number.strip("# "):
        return Problem(
            order.source_line, "order_id", number[:100], "is no order number: too long, empty, or with invisible characters", hint
        )
    if not _CURRENCY.fullmatch(order.currency):
        return Problem(order.source_line, "currency", order.currency, "is no currency", "three capital letters, such as USD")
    if not "1990" <= order.placed_at <= latest:
        return Problem(order.source_line, "placed_at", order.placed_at, "is no day on which this order can have been placed", hint)
    for line in order.lines:
        if line.unit_price is not None and line.unit_price < 0:
            price = decimal_text(line.unit_price, order.currency if is_currency(order.currency) else "EUR")
            return Problem(order.source_line, "unit_price", price, f"the price of {line.sku} is less than nothing", hint)
    return None


def _no_channel(order: IncomingOrder, settings: Settings) -> Problem:
    return Problem(
        order.source_line,
        "channel",
        order.channel,
        f"no channel is called {order.channel!r}",
        f"channels in rules.yaml: {', '.join(settings.channels)}",
    )


def _unique_refs(store: Store, new: list[NewOrder]) -> None:
    """`#1058` and `1058` of one shop would get one id: the later one gets a number behind it."""
    taken = store.orders.taken_refs(one.ref for one in new)
    for one in new:
        base, n = one.ref, 2
        while fold(one.ref) in taken:
            one.ref = f"{base}-{n}"
            n += 1
        taken.add(fold(one.ref))


def release_known_skus(store: Store, settings: Settings, run: Run) -> list[str]:
    """After the catalogue learned SKUs: orders that waited only for these go on. Returns their ids."""
    waiting = store.orders.held_for_sku()
    if not waiting:
        return []
    index, policy, released = store.catalog.lookup(), hold_policy(settings), []
    orders: dict[int, StoredOrder] = store.orders.load(waiting)
    index.learn(line.sku for order in orders.values() for line in order.said.lines)
    for number in waiting:
        lines = store.orders.resolve_lines(number, index)
        unknown = {sku: index.nearest(sku) for sku, product in lines if product is None}
        holds = [hold for hold in standing(orders[number].said, unknown, policy) if hold.kind == "unknown_sku"]
        _, ended = store.orders.set_holds(number, holds, ("unknown_sku",), run.id, run.at)
        if ended and not holds:
            store.orders.note(number, run.id, run.at, "every SKU is known now")
            released.append(orders[number].ref)
    return released

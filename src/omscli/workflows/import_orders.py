"""Orders of a file: new ones are stored, known ones compared, cancelled ones give their stock back."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING

from omscli.base.clock import as_text
from omscli.base.problems import Problem
from omscli.base.text import fold
from omscli.catalog.resolve import SkuIndex
from omscli.orders.compare import Change, compare
from omscli.orders.holds import Hold, HoldPolicy, standing
from omscli.orders.identity import content_hash, match_keys, order_ref, without_repeats
from omscli.orders.incoming import IncomingOrder
from omscli.orders.stored import StoredOrder
from omscli.settings.settings import Settings
from omscli.stock.ledger import Movement, sold
from omscli.store.open import Run, Store
from omscli.store.sqlite.orders import NewOrder
from omscli.workflows.changes import cancel_rest, shrink_line, stop_shipments
from omscli.workflows.home import Home

if TYPE_CHECKING:
    from omscli.workflows.importing import FileResult

STANDING = ("unpaid", "refunded", "address", "masked", "unknown_sku", "status", "currency", "doubt")


def hold_policy(settings: Settings) -> HoldPolicy:
    """What the standing reasons to hold depend on."""
    return HoldPolicy(
        settings.currency,
        frozenset(name for name, channel in settings.channels.items() if channel.ship_unpaid),
        frozenset(settings.rulebook.rates),
    )


def take_orders(home: Home, store: Store | None, result: FileResult, run: Run | None) -> None:
    """Compare every order with what is known and write what is new. Without a run nothing is written."""
    index = store.catalog.index() if store else SkuIndex()
    policy = hold_policy(home.settings)
    by_channel: dict[str, list[IncomingOrder]] = {}
    kept: list[IncomingOrder] = []
    for order in result.records:
        one, problem = without_repeats(order)
        if problem is not None:
            result.problems.append(problem)
        if one is None:
            continue
        kept.append(one)
        if one.state == "ignored":
            result.counts["skipped"] += 1
        elif one.channel not in home.settings.channels:
            result.problems.append(_no_channel(one, home.settings))
        elif (doubt := _implausible(home, one)) is not None:
            result.problems.append(doubt)
        else:
            by_channel.setdefault(one.channel, []).append(one)
    result.records = kept
    for channel, orders in by_channel.items():
        known = store.orders.known(channel, (one.order_id for one in orders)) if store else {}
        fresh = [one for one in orders if fold(one.order_id) not in known]
        _add(home, store, fresh, index, policy, result, run)
        again = [(known[fold(one.order_id)], one) for one in orders if fold(one.order_id) in known]
        if result.history:
            result.counts["unchanged"] += len(again)
            if again:
                result.notices.append(f"{len(again)} orders are known already and stay as they are")
            continue
        _again(home, store, again, index, policy, result, run)


def _implausible(home: Home, order: IncomingOrder) -> Problem | None:
    """What no shop would mean, whatever the file says: such an order is set aside."""
    number, hint = order.order_id, "look it up at the channel and correct the file"
    if len(number) > 100 or any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in number) or not number.strip("# "):
        return Problem(
            order.source_line, "order_id", number[:100], "is no order number: too long, empty, or with invisible characters", hint
        )
    if not re.fullmatch("[A-Z]{3}", order.currency):
        return Problem(order.source_line, "currency", order.currency, "is no currency", "three capital letters, such as USD")
    if not order.placed_at[:4] >= "1990" or order.placed_at > as_text(home.now + timedelta(days=366)):
        return Problem(order.source_line, "placed_at", order.placed_at, "is no day on which this order can have been placed", hint)
    for line in order.lines:
        if line.unit_price is not None and line.unit_price < 0:
            return Problem(order.source_line, "unit_price", str(line.unit_price), f"the price of {line.sku} is less than nothing", hint)
    return None


def _no_channel(order: IncomingOrder, settings: Settings) -> Problem:
    return Problem(
        order.source_line,
        "channel",
        order.channel,
        f"no channel is called {order.channel!r}",
        f"channels in rules.yaml: {', '.join(settings.channels)}",
    )


def _unknown(order: IncomingOrder, products: list[int | None], index: SkuIndex) -> dict[str, str | None]:
    missing = {line.sku for line, product in zip(order.lines, products, strict=True) if product is None and line.to_ship}
    return {sku: index.nearest(sku) for sku in sorted(missing)}


def _add(
    home: Home, store: Store | None, orders: list[IncomingOrder], index: SkuIndex, policy: HoldPolicy, result: FileResult, run: Run | None
) -> None:
    new = []
    for order in orders:
        products = [index.find(order.channel, line.sku) for line in order.lines]
        unknown = _unknown(order, products, index) if None in products and order.state in ("open", "unknown") else {}
        holds = standing(order, unknown, policy)
        ref = order_ref(home.settings.channels[order.channel].prefix, order.order_id)
        cancelled = order.state == "cancelled"
        owed = any(line.to_ship for line in order.lines)
        status = "cancelled" if cancelled and owed else "open" if owed else "closed"
        new.append(NewOrder(ref, order, content_hash(order), status, match_keys(order.lines), products, holds, cancelled))
        result.held += [(ref, hold.reason) for hold in holds]
    result.counts["new"] += len(new)
    if store is None or run is None or not new:
        return
    _unique_refs(store, new)
    store.orders.add(new, run.id, run.at)
    counter_sales = [one for one in new if one.said.state == "sold"]
    if counter_sales:
        _take_counter_sales(home, store, counter_sales, result, run)


def _unique_refs(store: Store, new: list[NewOrder]) -> None:
    """`#1058` and `1058` of one shop would get one id: the later one gets a number behind it."""
    taken = store.orders.taken_refs(one.ref for one in new)
    for one in new:
        base, n = one.ref, 2
        while fold(one.ref) in taken:
            one.ref = f"{base}-{n}"
            n += 1
        taken.add(fold(one.ref))


def _take_counter_sales(home: Home, store: Store, sales: list[NewOrder], result: FileResult, run: Run) -> None:
    """Sold over the counter: the stock of the store goes down at once."""
    orders = store.orders.load(known[0] for known in _ids(store, sales))
    levels = store.stock.levels(line.product for order in orders.values() for line in order.lines if line.product is not None)
    moves: list[Movement] = []
    left = {key: row["on_hand"] - row["unavailable"] for key, row in levels.items()}
    for order in orders.values():
        place = _counter(home, order.said)
        if place is None:
            where = order.said.sold_at or order.said.channel
            words = f"sold over the counter at “{where}”, which is no location"
            store.orders.note(order.id, run.id, run.at, words, "set `location:` of the channel in rules.yaml", for_person=True)
            result.for_person.append(f"{order.ref}: {words}")
            continue
        for line in order.lines:
            if line.product is None:
                continue
            units = min(line.ordered, max(0, left.get((line.product, place), 0)))
            if units < line.ordered:
                words = f"{line.ordered} × {line.said.sku} sold at {place}, but the book had {units} there"
                store.orders.note(order.id, run.id, run.at, words, "count it", for_person=True)
                result.for_person.append(f"{order.ref}: {words}")
            if units:
                left[line.product, place] -= units
                moves.append(sold(line.product, place, units, line.id, f"sold over the counter, {order.ref}"))
    store.stock.post(moves, run.id, run.at)


def _ids(store: Store, new: list[NewOrder]) -> list[tuple[int, str, str]]:
    found = []
    for channel in sorted({one.said.channel for one in new}):
        known = store.orders.known(channel, (one.said.order_id for one in new if one.said.channel == channel))
        found += list(known.values())
    return found


def _counter(home: Home, order: IncomingOrder) -> str | None:
    """The location of an over-the-counter sale: as the channel's entry says, or as the file names it."""
    channel = home.settings.channels[order.channel]
    if channel.location:
        return channel.location
    key = fold(order.sold_at or "")
    found = [code for code, one in home.settings.locations.items() if key and key in (fold(code), fold(one.name))]
    return found[0] if len(found) == 1 else None


# -- orders that are known already


def _again(
    home: Home,
    store: Store | None,
    pairs: list[tuple[tuple[int, str, str], IncomingOrder]],
    index: SkuIndex,
    policy: HoldPolicy,
    result: FileResult,
    run: Run | None,
) -> None:
    if store is None:
        return
    changed = [(known[0], order) for known, order in pairs if known[1] != content_hash(order)]
    result.counts["unchanged"] += len(pairs) - len(changed)
    stored = store.orders.load(number for number, _ in changed)
    for number, order in changed:
        change = compare(stored[number], order)
        if not change.anything:
            result.counts["unchanged"] += 1
            continue
        cancels = change.merged.state == "cancelled" and stored[number].said.state != "cancelled"
        result.counts["cancelled" if cancels else "changed"] += 1
        if run is not None:
            _apply(home, store, change, index, policy, result, run)


def _apply(home: Home, store: Store, change: Change, index: SkuIndex, policy: HoldPolicy, result: FileResult, run: Run) -> None:
    """Write one change: header, lines, claims, holds, history."""
    del home
    order = change.order
    store.orders.change_header(order.id, change.merged, content_hash(change.merged))
    store.orders.note(order.id, run.id, run.at, f"changed by {result.file}", "; ".join(change.words))
    pulled: list[str] = []
    if change.merged.state == "cancelled":
        if order.status in ("open", "part_shipped"):
            pulled += cancel_rest(store, order, run, f"cancelled in {result.file}")
        if order.has_shipped:
            change.for_person.append("the channel cancelled the order after goods had left")
    else:
        pulled += _apply_lines(store, change, index, run)
        if change.new_address:
            pulled += stop_shipments(store, order.id, run, "the address changed", keep=("packed",))
            if any(one["state"] == "packed" for one in store.shipments.of_order(order.id)):
                change.for_person.append("the address changed after the order was packed")
    store.orders.update_status([order.id])
    _hold_again(store, change, index, policy, result, run)
    for words in change.for_person:
        store.orders.note(order.id, run.id, run.at, words, for_person=True)
    result.for_person += [f"{order.ref}: {words}" for words in (*pulled, *change.for_person)]


def _apply_lines(store: Store, change: Change, index: SkuIndex, run: Run) -> list[str]:
    pulled = []
    for one in change.lines:
        line, said = one.line, one.said
        values = {
            "ordered": one.ordered, "elsewhere": one.elsewhere, "cancelled": one.cancelled, "backordered": one.backordered, "sku": said.sku,
            "title": said.title, "unit_price": said.unit_price, "discount": said.discount, "tax": said.tax, "note": said.note,
        }  # fmt: skip
        free = one.free
        if said.sku != line.said.sku:
            free = line.allocated
            values |= {"product_id": index.find(change.merged.channel, said.sku), "backordered": 0}
        if free:
            pulled += shrink_line(store, change.order.id, line.id, free, run, "the order was changed")
        store.orders.change_line(line.id, values)
    for key, said in change.added:
        store.orders.add_line(change.order.id, key, said, index.find(change.merged.channel, said.sku))
    return pulled


def _hold_again(store: Store, change: Change, index: SkuIndex, policy: HoldPolicy, result: FileResult, run: Run) -> None:
    order = change.order
    lines = store.orders.resolve_lines(order.id, index)
    unknown = {sku: index.nearest(sku) for sku, product in lines if product is None}
    holds = standing(change.merged, unknown, policy) if lines else []
    fresh, ended = store.orders.set_holds(order.id, holds, STANDING, run.id, run.at)
    if fresh:
        result.for_person += stop_shipments(store, order.id, run, fresh[0].reason)
    result.held += [(order.ref, hold.reason) for hold in fresh]
    if order.has_shipped and (change.added or any(one.ordered > one.line.ordered for one in change.lines)):
        grown, _ = store.orders.set_holds(order.id, [Hold("changed", "the order grew after goods had left")], ("changed",), run.id, run.at)
        result.held += [(order.ref, hold.reason) for hold in grown]
        result.for_person += stop_shipments(store, order.id, run, "the order grew after goods had left") if grown else []
    for kind in ended:
        store.orders.note(order.id, run.id, run.at, f"no longer held: {kind.replace('_', ' ')}")


def release_known_skus(store: Store, settings: Settings, run: Run) -> list[str]:
    """After the catalogue learned SKUs: orders that waited only for these go on. Returns their ids."""
    waiting = store.orders.held_for_sku()
    if not waiting:
        return []
    index, policy, released = store.catalog.index(), hold_policy(settings), []
    orders: dict[int, StoredOrder] = store.orders.load(waiting)
    for number in waiting:
        lines = store.orders.resolve_lines(number, index)
        unknown = {sku: index.nearest(sku) for sku, product in lines if product is None}
        holds = [hold for hold in standing(orders[number].said, unknown, policy) if hold.kind == "unknown_sku"]
        _, ended = store.orders.set_holds(number, holds, ("unknown_sku",), run.id, run.at)
        if ended and not holds:
            store.orders.note(number, run.id, run.at, "every SKU is known now")
            released.append(orders[number].ref)
    return released

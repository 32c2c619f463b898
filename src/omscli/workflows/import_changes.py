"""Orders that a newer file tells otherwise: what changes is written, what is claimed too much is freed, what is doubtful is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omscli.catalog.resolve import SkuIndex
from omscli.orders.compare import Change
from omscli.orders.holds import STANDING, Hold, HoldPolicy, standing
from omscli.orders.identity import content_hash
from omscli.store.open import Run, Store
from omscli.workflows.changes import cancel_rest, shrink_line, stop_shipments

if TYPE_CHECKING:
    from omscli.workflows.importing import FileResult


def apply_change(store: Store, change: Change, index: SkuIndex, policy: HoldPolicy, result: FileResult, run: Run) -> None:
    """Write one change: header, lines, claims, holds, history."""
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

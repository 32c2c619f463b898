"""Giving stock back: what cancelling, holding and editing an order share. Called inside a workflow's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from omscli.orders.stored import StoredOrder
from omscli.store.open import Run, Store

FREE_TO_STOP = ("planned", "released", "packed", "ready", "ordered")
ON_A_LIST = ("released", "packed", "ready")


def stop_shipments(store: Store, order: int, run: Run, why: str, *, keep: Iterable[str] = ()) -> list[str]:
    """End every shipment of an order that has not left, except those in the states to `keep`.

    Returns words about what lies on pick lists already; each becomes a question for a person.
    """
    shipments = [one for one in store.shipments.of_order(order) if one["state"] in FREE_TO_STOP and one["state"] not in keep]
    pulled = [words for one in shipments if (words := _pull_words(one, why))]
    for one in shipments:
        store.runs.keep(run.id, "shipment", one["id"], {"state": one["state"], "pick_id": one["pick_id"]}, order)
    stopped = [one["id"] for one in shipments]
    store.stock.post(store.shipments.give_up(stopped), run.id, run.at)
    for words in pulled:
        store.orders.note(order, run.id, run.at, words, for_person=True)
    return pulled


def would_pull(store: Store, order: int, why: str) -> list[str]:
    """What stopping the shipments of an order would ask of a person."""
    return [words for one in store.shipments.of_order(order) if one["state"] in FREE_TO_STOP and (words := _pull_words(one, why))]


def _pull_words(one: dict[str, Any], why: str) -> str:
    """What is to be done about a shipment that somebody works on already; nothing for a planned one."""
    units = ", ".join(f"{line['quantity']} × {line['sku']}" for line in one["lines"])
    if one["state"] in ON_A_LIST:
        return f"pull {units} from pick list P-{one['pick_id']} at {one['location']}: {why}"
    return f"tell {one['location']} not to send {units}: {why}" if one["state"] == "ordered" else ""


def cancel_rest(store: Store, order: StoredOrder, run: Run, why: str) -> list[str]:
    """Cancel all units of an order that have not left; what was claimed is free again. Returns words for a person."""
    pulled = stop_shipments(store, order.id, run, why)
    store.runs.keep_lines(run.id, (line.id for line in order.lines))
    for line in order.lines:
        rest = line.ordered - line.elsewhere - line.shipped
        store.orders.change_line(line.id, {"backordered": 0, "backordered_at": None, "expected_on": None, "cancelled": rest})
    store.orders.note(order.id, run.id, run.at, "cancelled", why)
    store.orders.update_status([order.id])
    return pulled


def shrink_line(store: Store, order: int, line: int, units: int, run: Run, why: str) -> list[str]:
    """Free units of one line, from soft claims first. Returns words for what lies on a pick list already."""
    moves, taken = store.shipments.shrink(line, units)
    store.stock.post(moves, run.id, run.at)
    pulled = []
    for row in taken:
        if row["state"] != "planned":
            words = f"pull {row['units']} × {row['sku']} from shipment S-{row['shipment']} at {row['location']}: {why}"
            store.orders.note(order, run.id, run.at, words, for_person=True)
            pulled.append(words)
    return pulled

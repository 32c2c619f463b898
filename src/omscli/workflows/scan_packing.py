"""`oms pack --scan`: what the shipment wants and what may be scanned, from one reading; packed at the end, when all of it was found."""

from __future__ import annotations

from collections import Counter
from typing import Any

from omscli.errors import NotAllowed
from omscli.fulfilment.scanning import Article, Check, meanings
from omscli.store.open import Store
from omscli.workflows.home import Home
from omscli.workflows.packing import Found, Packing, enter
from omscli.workflows.shipping import find_shipment


def begin(store: Store, word: str) -> Check:
    """The check of a released shipment, nothing found yet. Raises NotAllowed before its release and when it has left."""
    with store.read():
        one = find_shipment(store, word)
        if one["state"] not in ("released", "packed"):
            hint = f"oms pick {one['ref']}" if one["state"] == "planned" else "`oms shipment show` says what became of it"
            raise NotAllowed(f"shipment S-{one['id']} of order {one['ref']} is {one['state']}: nobody packs it", hint)
        articles = [Article(*row[:4], components=tuple(row[4])) for row in store.catalog.scannable()]
        return Check(_wanted(one), meanings(articles), notes=_notes(store, one))


def _wanted(one: dict[str, Any]) -> dict[str, int]:
    wanted: Counter[str] = Counter()
    for parcel in one["parcels"]:
        wanted.update(parcel["items"])
    if not wanted:
        raise NotAllowed(f"shipment S-{one['id']} has no parcel to pack", "it is handed over without a box")
    return dict(sorted(wanted.items()))


def _notes(store: Store, one: dict[str, Any]) -> tuple[str, ...]:
    order = store.orders.load([one["order_id"]])[one["order_id"]].said
    gift = ["GIFT"] if "gift" in (tag.casefold() for tag in order.tags) else []
    wishes = [f"{line['sku']}: {line['note']}" for line in one["lines"] if line["note"]]
    return tuple(" ".join(text.split()) for text in [*gift, order.note, *wishes] if text.strip())


def finish(home: Home, store: Store, word: str, check: Check, found: Found, *, dry_run: bool = False) -> Packing:
    """Every piece was found: note it, with the weight, size and box that were entered. The shipment is packed then.

    Raises NotAllowed where something is missing, or where the shipment was changed while it was scanned.
    """
    with store.read():
        one = find_shipment(store, word)
    if _wanted(one) != check.wanted:
        raise NotAllowed(f"shipment S-{one['id']} was changed while it was scanned; nothing was noted", "scan it once more")
    if not check.done:
        raise NotAllowed(f"shipment S-{one['id']} is not packed: {_missing(check)}", f"oms pack S-{one['id']} --scan")
    if one.get("wanted") or len(one["parcels"]) == 1:
        return enter(home, store, word, found, dry_run=dry_run)
    if found.anything:
        raise NotAllowed(f"shipment S-{one['id']} has {len(one['parcels'])} parcels", f"weigh each: oms pack S-{one['id']}-1 --weigh GRAMS")
    # Each parcel is noted by itself: what a crash leaves out is noted when the shipment is scanned again.
    return [enter(home, store, f"S-{one['id']}-{n}", found, dry_run=dry_run) for n in range(1, len(one["parcels"]) + 1)][-1]


def _missing(check: Check) -> str:
    missing = ", ".join(f"{units} × {sku}" for sku, units in check.left.items())
    return f"missing {missing}" if missing else "its notes were not confirmed"

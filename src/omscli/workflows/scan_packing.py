"""`oms pack --scan`: what the shipment wants and what may be scanned, from one reading; packed at the end, when all of it was found."""

from __future__ import annotations

from collections import Counter
from typing import Any

from omscli.errors import NotAllowed
from omscli.fulfilment.scanning import Article, Check, meanings
from omscli.store.open import Store
from omscli.workflows.home import Home
from omscli.workflows.packing import Found, Packing, enter, note_parcels
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
    for number, parcel in enumerate(one["parcels"], 1):
        if one.get("wanted", 0) in (0, number):
            wanted.update(parcel["items"])
    if not wanted:
        raise NotAllowed(f"{_name(one)} has no parcel to pack", f"`oms pack S-{one['id']}` shows what it has")
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
    if dry_run:
        with store.read():
            names = _must_be_whole(find_shipment(store, word), check, found)
        return [enter(home, store, name, found, dry_run=True) for name in names][-1]
    with store.write("pack", home.now, word, home.rules) as run:
        one = find_shipment(store, word)
        return note_parcels(home, store, _must_be_whole(one, check, found), found, run)


def _must_be_whole(one: dict[str, Any], check: Check, found: Found) -> list[str]:
    """The names of the parcels that were checked, all of them found complete and as they were when the scanning began."""
    if _wanted(one) != check.wanted:
        raise NotAllowed(f"{_name(one)} was changed while it was scanned; nothing was noted", "scan it once more")
    if not check.done:
        raise NotAllowed(f"{_name(one)} is not packed: {_missing(check)}", f"oms pack {_name(one).removeprefix('shipment ')} --scan")
    if one.get("wanted"):
        return [f"S-{one['id']}-{one['wanted']}"]
    if found.anything and len(one["parcels"]) > 1:
        raise NotAllowed(f"{_name(one)} has {len(one['parcels'])} parcels", f"weigh each: oms pack S-{one['id']}-1 --weigh GRAMS")
    return [f"S-{one['id']}-{number}" for number in range(1, len(one["parcels"]) + 1)]


def _name(one: dict[str, Any]) -> str:
    return f"shipment S-{one['id']}" + (f"-{one['wanted']}" if one.get("wanted") else "")


def _missing(check: Check) -> str:
    missing = ", ".join(f"{units} × {sku}" for sku, units in check.left.items())
    return f"missing {missing}" if missing else "its notes were not confirmed"

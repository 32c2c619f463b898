"""`oms pack`: which box, in which order; and what scale and tape measure say of the parcel, back into the books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from omscli.errors import NotAllowed, UsageError
from omscli.packing.learn import Known, Lesson, Weighed, lessons
from omscli.packing.model import Box, Parcel, Size
from omscli.routing.facts import Facts, Product
from omscli.routing.quote import Quoter
from omscli.store.open import Run, Store
from omscli.workflows.home import Home
from omscli.workflows.shipping import find_shipment

OWN_WRAPPING = "none"  # the word for no box


@dataclass(frozen=True, slots=True)
class Found:
    """What a person found. None: not said. `box` is a name of rules.yaml, or `none` for goods in their own wrapping."""

    weight_g: int | None = None
    size_mm: Size | None = None
    box: str | None = None

    @property
    def anything(self) -> bool:
        """Whether something was said at all."""
        return self != Found()


@dataclass(slots=True)
class Packing:
    """How one shipment is packed, and what became of what was entered. `parcels` as in `oms.pack/1`."""

    shipment: str
    order: str
    location: str
    state: str
    method: str
    parcels: list[dict[str, Any]]
    notes: list[str] = field(default_factory=list)
    learned: list[Lesson] = field(default_factory=list)
    proposed: list[Lesson] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    run: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The document `oms.pack/1`, without its schema key and `dry_run`."""
        return {
            "run": self.run,
            "shipment": self.shipment,
            "order": self.order,
            "location": self.location,
            "state": self.state,
            "method": self.method,
            "parcels": self.parcels,
            "learned": [_lesson(one) for one in self.learned],
            "proposed": [_lesson(one) for one in self.proposed],
            "warnings": self.warnings,
            "notes": self.notes,
        }


def _lesson(one: Lesson) -> dict[str, Any]:
    return {"sku": one.sku or None, "weight_g": one.weight_g, "size_mm": list(one.size_mm) if one.size_mm else None, "why": one.why}


def show_packing(home: Home, store: Store, word: str) -> Packing:
    """The boxes of a shipment and where each unit lies. Raises UsageError and NotAllowed as `oms ship` does."""
    with store.read():
        return _shown(home, store, find_shipment(store, word))


def enter(home: Home, store: Store, word: str, found: Found, *, dry_run: bool = False) -> Packing:
    """Note weight, size and box of a parcel (`S-12`, `S-12-2`); when all of a shipment are told, it is packed.

    Raises NotAllowed (exit 1) before its release and when it has left, UsageError for what cannot be.
    """
    if dry_run:
        with store.read():
            one = find_shipment(store, word)
            parcel, box = _parcel(home, one, found)
            shown = _shown(home, store, one)
            _say(shown, *_judged(home, store, parcel, box, found))
            return shown
    with store.write("pack", home.now, word, home.rules) as run:
        return note_parcels(home, store, [word], found, run)


def note_parcels(home: Home, store: Store, words: Iterable[str], found: Found, run: Run) -> Packing:
    """Inside a transaction: note what was found of each of these parcels of one shipment. Raises as `enter` does."""
    learned: list[Lesson] = []
    proposed: list[Lesson] = []
    warnings: list[str] = []
    for word in words:
        one = find_shipment(store, word)
        parcel, box = _parcel(home, one, found)
        sure, doubtful, warned = _judged(home, store, parcel, box, found)
        if _differs(parcel, found):
            _write(store, one, parcel, found, run)
            _learn(store, sure, run)
            learned += sure
        proposed += doubtful
        warnings += warned
    shown = _shown(home, store, find_shipment(store, f"S-{one['id']}"))
    _say(shown, learned, proposed, warnings)
    shown.run = run.id if store.has_changed else None
    return shown


def _say(shown: Packing, learned: list[Lesson], proposed: list[Lesson], warnings: list[str]) -> None:
    shown.learned, shown.proposed = learned, proposed
    shown.warnings += warnings


# -- what is shown


def _shown(home: Home, store: Store, one: dict[str, Any]) -> Packing:
    goods = store.catalog.known({sku for parcel in one["parcels"] for sku in parcel["items"]})
    shown = Packing(f"S-{one['id']}", one["ref"], one["location"], one["state"], one["method"], [])
    lying = _lying(home, one["parcels"], goods)
    for number, (parcel, packed) in enumerate(zip(one["parcels"], lying, strict=True), 1):
        shown.parcels.append(_parcel_json(home, number, parcel, packed, goods))
        if packed is None and parcel["items"]:
            shown.notes.append(
                f"parcel {number}: by the sizes on file these goods do not fit together into {parcel['box'] or 'one wrapping'}"
            )
        if parcel["guessed"]:
            shown.notes.append(f"parcel {number}: a weight or size is unknown, so box and weight are a guess")
    if not shown.parcels:
        shown.notes.append("no parcel is planned for it: the goods are handed over without a box")
    return shown


def _lying(home: Home, parcels: Sequence[dict[str, Any]], goods: dict[str, dict[str, Any]]) -> list[Parcel | None]:
    """How each parcel is packed: as the whole shipment was planned, else (something changed since) each box for itself."""
    ids = {sku: row["id"] for sku, row in goods.items()}
    products = {row["id"]: product_of(row) for row in goods.values()}
    everything: Counter[str] = Counter()
    for parcel in parcels:
        everything.update(parcel["items"])
    planned = list(_quoter(home, home.settings.boxes, products).packed(_contents(everything, ids))[0]) if everything else []
    found: list[Parcel | None] = []
    for parcel in parcels:
        same = next((one for one in planned if _name(one) == parcel["box"] and dict(one.items) == parcel["items"]), None)
        if same is not None:
            planned.remove(same)
        found.append(same or _alone(home, parcel, ids, products))
    return found


def _alone(home: Home, parcel: dict[str, Any], ids: dict[str, int], products: dict[int, Product]) -> Parcel | None:
    boxes = tuple(box for box in home.settings.boxes if box.name == parcel["box"])
    if not boxes or not parcel["items"]:
        return None
    packed = _quoter(home, boxes, products).packed(_contents(parcel["items"], ids))[0]
    return packed[0] if len(packed) == 1 and packed[0].box is not None else None


def _quoter(home: Home, boxes: tuple[Box, ...], products: dict[int, Product]) -> Quoter:
    return Quoter(Facts(home.now, home.today, (), home.settings.services, boxes, products, {}, {}, packing=home.settings.packing))


def _contents(items: dict[str, int], ids: dict[str, int]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted((ids[sku], units) for sku, units in items.items()))


def product_of(row: dict[str, Any]) -> Product:
    """What packing needs of a stored product."""
    return Product(
        row["sku"],
        row["weight_g"],
        _size(row),
        bool(row["ships_alone"]),
        bool(row["hazmat"]),
        keep_upright=bool(row["keep_upright"]),
        fragile=bool(row["fragile"]),
    )


def _size(row: dict[str, Any]) -> Size | None:
    sides = (row["length_mm"], row["width_mm"], row["height_mm"])
    return sides if all(sides) else None


def _name(parcel: Parcel) -> str:
    return parcel.box.name if parcel.box else ""


def _parcel_json(
    home: Home, number: int, parcel: dict[str, Any], packed: Parcel | None, goods: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    box = next((one for one in home.settings.boxes if one.name == parcel["box"]), None)
    size = _size(parcel)
    return {
        "parcel": number,
        "box": parcel["box"] or None,
        "inner_mm": list(box.inner_mm) if box else None,
        "weight_g": parcel["weight_g"],
        "size_mm": list(size) if size else None,
        "guessed": bool(parcel["guessed"]),
        "packed_at": parcel["packed_at"],
        "items": parcel["items"],
        "placing": [
            {"step": step, "sku": unit.sku, "title": goods[unit.sku]["title"], "at_mm": list(unit.at_mm), "size_mm": list(unit.size_mm)}
            for step, unit in enumerate(packed.placed if packed else (), 1)
        ],
    }


# -- what is entered


def _parcel(home: Home, one: dict[str, Any], found: Found) -> tuple[dict[str, Any], Box | None]:
    """The parcel that is meant and its box, or the reason why nothing can be entered."""
    if one["state"] not in ("released", "packed"):
        hint = f"oms pick {one['ref']}" if one["state"] == "planned" else "`oms shipment show` says what became of it"
        raise NotAllowed(f"shipment S-{one['id']} of order {one['ref']} is {one['state']}: nobody packs it", hint)
    names = [f"S-{one['id']}-{number}" for number in range(1, len(one["parcels"]) + 1)]
    wanted = one.get("wanted", 0)
    if not names:
        raise NotAllowed(f"shipment S-{one['id']} has no parcel to weigh", "it is handed over without a box")
    if wanted > len(names) or (not wanted and len(names) > 1):
        raise UsageError(f"shipment S-{one['id']} has {len(names)} parcel{'s' if len(names) > 1 else ''}", f"name one: {', '.join(names)}")
    parcel = one["parcels"][(wanted or 1) - 1]
    name = parcel["box"] if found.box is None else "" if found.box == OWN_WRAPPING else found.box
    boxes = {box.name: box for box in home.settings.boxes}
    if found.box not in (None, OWN_WRAPPING) and name not in boxes:
        raise UsageError(f"no box is called {found.box!r}", f"boxes: {', '.join((*boxes, OWN_WRAPPING))}")
    box = boxes.get(name)
    if box and found.weight_g is not None and found.weight_g <= box.empty_g:
        raise UsageError(f"box {box.name} weighs {box.empty_g} g empty, and all of it {found.weight_g} g", "weigh it packed, in grams")
    return parcel, box


def _judged(
    home: Home, store: Store, parcel: dict[str, Any], box: Box | None, found: Found
) -> tuple[list[Lesson], list[Lesson], list[str]]:
    """(what is sure, what a person should look at, warnings)."""
    goods = store.catalog.known(parcel["items"])
    known = {sku: Known(row["weight_g"], _size(row)) for sku, row in goods.items()}
    # A box that rules.yaml does not know any more: nobody knows what it weighs.
    told = box if box or not (parcel["box"] and found.box is None) else Box(parcel["box"], (1, 1, 1), 0, 1)
    said = lessons(Weighed(tuple(parcel["items"].items()), told, found.weight_g, found.size_mm), known)
    warnings = []
    heaviest = [
        service.max_g
        for service in home.settings.services
        if f"{service.carrier} {service.name}" == f"{parcel['carrier']} {parcel['service']}"
    ]
    limits = [(f"box {box.name}", box.max_g)] if box else []
    limits += [(f"{parcel['carrier']} {parcel['service']}", limit) for limit in heaviest if limit is not None]
    if found.weight_g is not None:
        warnings = [f"{name} may weigh {limit} g at most" for name, limit in limits if found.weight_g > limit]
    return [one for one in said if one.sure], [one for one in said if not one.sure], warnings


_ENTERED = ("box", "weight_g", "guessed", "length_mm", "width_mm", "height_mm", "packed_at")


def _after(parcel: dict[str, Any], found: Found) -> dict[str, Any]:
    """The parcel with what was found."""
    after = {name: parcel[name] for name in _ENTERED}
    if found.weight_g is not None:
        after |= {"weight_g": found.weight_g, "guessed": 0}
    if found.size_mm is not None:
        after |= dict(zip(("length_mm", "width_mm", "height_mm"), found.size_mm, strict=True))
    if found.box is not None:
        after["box"] = "" if found.box == OWN_WRAPPING else found.box
    return after


def _differs(parcel: dict[str, Any], found: Found) -> bool:
    return parcel["packed_at"] is None or _after(parcel, found) != {name: parcel[name] for name in _ENTERED}


def _write(store: Store, one: dict[str, Any], parcel: dict[str, Any], found: Found, run: Run) -> None:
    store.runs.keep(run.id, "packed", parcel["id"], {name: parcel[name] for name in _ENTERED}, one["order_id"])
    after = _after(parcel, found) | {"packed_at": run.at}
    store.shipments.put_packed(parcel["id"], after)
    words = [f"{after['weight_g']} g"] if found.weight_g is not None else []
    words += ["×".join(map(str, found.size_mm)) + " mm"] if found.size_mm else []
    words += [after["box"] or "its own wrapping"] if found.box is not None else []
    store.orders.note(one["order_id"], run.id, run.at, f"packed S-{one['id']}", ", ".join(words))
    if one["state"] == "released" and all(other["packed_at"] or other["id"] == parcel["id"] for other in one["parcels"]):
        store.runs.keep(run.id, "shipment", one["id"], {"state": one["state"], "pick_id": one["pick_id"]}, one["order_id"])
        store.shipments.set_state(one["id"], "packed")


def _learn(store: Store, learned: Iterable[Lesson], run: Run) -> None:
    """Into the catalogue, with a note of what stood there."""
    for one in learned:
        told: dict[str, int | None] = {} if one.weight_g is None else {"weight_g": one.weight_g}
        if one.size_mm is not None:
            told |= dict(zip(("length_mm", "width_mm", "height_mm"), one.size_mm, strict=True))
        before = store.catalog.known([one.sku])[one.sku]
        store.runs.keep(run.id, "product", f"{one.sku}\n{','.join(told)}", {name: before[name] for name in told} | {"told": told})
        store.catalog.measure(one.sku, told)

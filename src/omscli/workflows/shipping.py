"""`oms ship` and tracking files: the goods leave, the claim ends, the customer can be told."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from omscli.base.problems import Problem
from omscli.carriers.tracking import as_the_seller_calls, carrier_of, check_number
from omscli.catalog.incoming import IncomingTracking
from omscli.errors import NotAllowed, UsageError
from omscli.store.open import Run, Store
from omscli.workflows.feeds_tracking import TrackingFeed, tracking_files
from omscli.workflows.home import Home
from omscli.workflows.orders import find_order
from omscli.workflows.writers import write_pending

if TYPE_CHECKING:
    from omscli.workflows.importing import FileResult

READY_TO_GO = ("released", "packed", "ordered")
GONE = ("shipped", "delivered", "collected")
# A shipment, or one of its parcels: label software wants another number for each.
_SHIPMENT = re.compile(r"[Ss]-([0-9]{1,15})(?:-([0-9]{1,3}))?")


@dataclass(slots=True)
class Shipped:
    """What left. `notes` are what the seller should know and need do nothing about."""

    shipment: int
    order: str
    location: str
    carrier: str
    tracking_number: str
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    run: int | None = None
    uploads: list[TrackingFeed] = field(default_factory=list)  # what the channels are to hear of it

    def as_json(self) -> dict[str, Any]:
        """One entry of `shipments` (`oms.ship/1`)."""
        return {
            "id": f"S-{self.shipment}",
            "order": self.order,
            "location": self.location,
            "carrier": self.carrier or None,
            "tracking_number": self.tracking_number,
            "warnings": self.warnings,
            "notes": self.notes,
        }


def ship(home: Home, store: Store, word: str, tracking: IncomingTracking, *, replace: bool = False, dry_run: bool = False) -> Shipped:
    """One shipment leaves, named by its own id (`S-12`) or by an order with one open shipment.

    Of one that has left, `replace` puts the number in the place of the one it had: its label was voided and printed again.
    Raises NotAllowed (exit 1) before its release or when it has left under another number.
    """
    if dry_run:
        with store.read():
            one = find_shipment(store, word)
            _may_leave(one)
            notes = _find_carrier(home, one, tracking)
            return Shipped(one["id"], one["ref"], one["location"], tracking.carrier, tracking.tracking_number, _warnings(tracking), notes)
    with store.write("ship", home.now, word, home.rules) as run:
        one = find_shipment(store, word)
        notes = _find_carrier(home, one, tracking)
        done = _replace(store, one, tracking, run) if replace else _leave(store, one, tracking, run)
        uploads = tracking_files(home, store, home.settings.channels.values(), run)
    number = run.id if run.changed else None
    write_pending(home, store)
    return Shipped(one["id"], one["ref"], one["location"], tracking.carrier, tracking.tracking_number, done, notes, number, uploads)


def _warnings(tracking: IncomingTracking) -> list[str]:
    found = check_number(tracking.carrier, tracking.tracking_number) if tracking.tracking_number else None
    return [found] if found else []


def _find_carrier(home: Home, one: dict[str, Any], tracking: IncomingTracking) -> list[str]:
    """Where nobody named the carrier and the number leaves no doubt, it is put in. Returns a note, unless the plan said the same."""
    sure = carrier_of(tracking.tracking_number) if tracking.tracking_number and not tracking.carrier else None
    if sure is None:
        return []
    tracking.carrier = as_the_seller_calls(sure, {service.carrier for service in home.settings.services})
    if any(parcel["carrier"] == tracking.carrier for parcel in one["parcels"]):
        return []
    return [f"no carrier is named; {tracking.tracking_number} is a number of {sure}, taken as {tracking.carrier}"]


def find_shipment(store: Store, word: str) -> dict[str, Any]:
    """The shipment that is meant: `S-12`, one of its parcels (`S-12-2`, then `wanted` is 2), or the one open shipment of an order."""
    named = _SHIPMENT.fullmatch(word)
    if named:
        found = store.shipments.by_id([int(named[1])])
        if not found:
            raise UsageError(f"there is no shipment {word}", "`oms shipment list` names them")
        return {**_with_ref(store, found[0]), "wanted": int(named[2] or 0)}
    order = find_order(store, word)
    return _with_ref(store, _of_order(store, order, word))


def _with_ref(store: Store, one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "ref": store.orders.ref_of(one["order_id"])}


def _of_order(store: Store, order: int, word: str) -> dict[str, Any]:
    all_of_it = store.shipments.of_order(order)
    ready = [one for one in all_of_it if one["state"] in READY_TO_GO]
    if len(ready) == 1:
        return ready[0]
    if len(ready) > 1:
        names = ", ".join(f"S-{one['id']} ({one['location']})" for one in ready)
        raise UsageError(f"order {word} has {len(ready)} shipments", f"name one: {names}")
    gone = [one for one in all_of_it if one["state"] in GONE]
    if gone:
        return gone[-1]
    if any(one["state"] == "planned" for one in all_of_it):
        raise NotAllowed(f"order {word} is planned, but not released to picking", f"oms pick {word}")
    raise NotAllowed(f"order {word} has nothing to ship", "`oms order show` says what it waits for")


def _may_leave(one: dict[str, Any]) -> None:
    if one["state"] == "planned":
        raise NotAllowed(f"shipment S-{one['id']} of order {one['ref']} is planned, but not released to picking", f"oms pick {one['ref']}")
    if one["state"] not in (*READY_TO_GO, *GONE):
        raise NotAllowed(f"shipment S-{one['id']} of order {one['ref']} is {one['state']}", "`oms order show` says what became of it")


def _leave(store: Store, one: dict[str, Any], tracking: IncomingTracking, run: Run) -> list[str]:
    """Book the goods out, or add a parcel's number to a shipment that has left. Returns warnings."""
    _may_leave(one)
    warnings = _warnings(tracking)
    if tracking.tracking_number:
        others = {row["shipment_id"] for row in store.shipments.by_tracking(tracking.tracking_number)} - {one["id"]}
        warnings += [f"{tracking.tracking_number} is the number of shipment S-{other} already" for other in sorted(others)]
    at = tracking.shipped_at or run.at
    at = at if "T" in at else f"{at}T12:00:00Z"
    facts = {
        "carrier": tracking.carrier or None, "service": tracking.service or None, "tracking_number": tracking.tracking_number or None,
        "shipped_at": at, "cost": tracking.cost,
    }  # fmt: skip
    if one["state"] in GONE:
        _another_parcel(store, one, tracking, facts, run)
        return warnings
    _must_lie_there(store, one)
    store.runs.keep(run.id, "shipment", one["id"], {"state": one["state"], "pick_id": one["pick_id"]}, one["order_id"])
    store.stock.post(store.shipments.ship(one["id"], at), run.id, run.at)
    parcel = _next_parcel(one)
    if parcel is not None:
        _track(store, one, parcel, facts, run)
    elif tracking.tracking_number:
        store.shipments.add_parcel(one["id"], facts)
    store.orders.note(
        one["order_id"], run.id, run.at, f"shipped from {one['location']}", f"{tracking.carrier} {tracking.tracking_number}".strip()
    )
    store.orders.update_status([one["order_id"]])
    return warnings


def _must_lie_there(store: Store, one: dict[str, Any]) -> None:
    """The book has all of it. Several lines may want the same product, by itself and in kits."""
    wanted: Counter[tuple[int, str]] = Counter()
    for claim in store.shipments.claims_of([one["id"]]):
        wanted[claim["product_id"], claim["location"]] += claim["units"]
    levels = store.stock.levels(product for product, _ in wanted)
    for (product, place), units in wanted.items():
        there = levels[product, place]["on_hand"] - levels[product, place]["unavailable"]
        if units > there:
            sku = store.decisions.product_names([product])[product]
            raise NotAllowed(
                f"shipment S-{one['id']} wants {units} × {sku}, but the book has {there} at {one['location']}",
                f"count it first: oms stock adjust --location {one['location']} --item {sku}:+N --reason found",
            )


def _replace(store: Store, one: dict[str, Any], tracking: IncomingTracking, run: Run) -> list[str]:
    """Another number for a parcel that has one. Returns warnings."""
    asked = one["parcels"][(one.get("wanted") or 1) - 1 :][:1]
    old = asked[0]["tracking_number"] if asked else None
    if one["state"] not in GONE or old is None or not tracking.tracking_number:
        raise NotAllowed(
            f"shipment S-{one['id']} of order {one['ref']} has no number to replace", f"oms ship S-{one['id']} --tracking NUMBER"
        )
    if old != tracking.tracking_number:
        facts = {"carrier": tracking.carrier or asked[0]["carrier"], "tracking_number": tracking.tracking_number}
        _track(store, one, asked[0], facts | ({"cost": tracking.cost} if tracking.cost is not None else {}), run)
        store.orders.note(
            one["order_id"],
            run.id,
            run.at,
            f"another label: {tracking.carrier} {tracking.tracking_number}".replace("  ", " "),
            f"instead of {old}",
        )
    return _warnings(tracking)


def _another_parcel(store: Store, one: dict[str, Any], tracking: IncomingTracking, facts: dict[str, Any], run: Run) -> None:
    """A shipment that has left: the same number again changes nothing, a new one belongs to its next parcel."""
    numbers = [parcel["tracking_number"] for parcel in one["parcels"]]
    if tracking.tracking_number in numbers:
        return
    free = _next_parcel(one)
    if free is None or not tracking.tracking_number:
        raise NotAllowed(
            f"shipment S-{one['id']} of order {one['ref']} has left already{f' with {numbers[0]}' if numbers and numbers[0] else ''}",
            f"another label for it: oms ship S-{one['id']} --tracking NUMBER --replace",
        )
    _track(store, one, free, facts, run)


def _track(store: Store, one: dict[str, Any], parcel: dict[str, Any], facts: dict[str, Any], run: Run) -> None:
    """A parcel's number and day, and a note of what stood there before."""
    before = {name: parcel[name] for name in ("carrier", "service", "tracking_number", "shipped_at", "cost")}
    store.runs.keep(run.id, "parcel", parcel["id"], before, one["order_id"])
    store.shipments.track(parcel["id"], facts)


def _next_parcel(one: dict[str, Any]) -> dict[str, Any] | None:
    """The parcel whose number this is: the one that was asked for, else the first that has none yet."""
    free = [parcel for parcel in one["parcels"] if parcel["tracking_number"] is None]
    asked = one["parcels"][one.get("wanted", 0) - 1 :][:1] if one.get("wanted") else []
    return next((parcel for parcel in (*asked, *free) if parcel in free), None)


@dataclass(slots=True)
class TrackingIntake:
    """Takes in a file of parcels that left: each row ships its shipment, or is set aside with the reason."""

    home: Home
    store: Store | None
    result: FileResult
    run: Run | None

    def take(self, records: list[IncomingTracking]) -> list[IncomingTracking]:
        """Parcels of a part of the file."""
        for row in records:
            for warning in _warnings(row):
                self.result.problems.append(
                    Problem(row.source_line, "tracking_number", row.tracking_number, warning, "check the label", rejected=False)
                )
            if self.store is None:
                self.result.problems.append(_not_matched(row, f"no order is called {row.shipment_or_order!r}", "import the orders first"))
                continue
            try:
                self._take(self.store, row)
            except (NotAllowed, UsageError) as error:
                self.result.problems.append(_not_matched(row, error.message, error.hint))
        return records

    def finish(self) -> None:
        """Nothing waits for the end of the file."""

    def _take(self, store: Store, row: IncomingTracking) -> None:
        one = find_shipment(store, row.shipment_or_order)
        # A parcel without a number (a letter) has nothing to add to a shipment that has left.
        known = not row.tracking_number or any(parcel["tracking_number"] == row.tracking_number for parcel in one["parcels"])
        if known and one["state"] in GONE:
            self.result.counts["unchanged"] += 1
            return
        for note in _find_carrier(self.home, one, row):
            self.result.problems.append(Problem(row.source_line, "carrier", "", note, rejected=False))
        if self.run is None:
            _may_leave(one)
        else:
            _leave(store, one, row, self.run)
        self.result.counts["new"] += 1


def _not_matched(row: IncomingTracking, problem: str, hint: str) -> Problem:
    return Problem(row.source_line, "shipment_or_order", row.shipment_or_order, problem, hint)


def by_hand(carrier: str, tracking: str, service: str, at: str | None, cost: int | None) -> IncomingTracking:
    """What a person typed, in the form of a file's row."""
    return IncomingTracking("", carrier, tracking, service, at, cost)

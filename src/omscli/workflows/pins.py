"""`oms order pin` and `unpin`: a person says where an order leaves from, and routing keeps to it."""

from __future__ import annotations

from omscli.base.text import nearest
from omscli.errors import NotAllowed, UsageError
from omscli.orders.stored import StoredOrder
from omscli.store.open import Run, Store
from omscli.workflows.home import Home
from omscli.workflows.orders import Done, find_order


def pin(home: Home, store: Store, word: str, location: str, reason: str = "", *, dry_run: bool = False) -> Done:
    """From now on the order is decided at this place only; what is planned elsewhere is given up at once.

    What lies on a pick list stays there. Raises UsageError for an unknown place, NotAllowed (exit 1) where nothing is left to
    decide or the customer collects somewhere else.
    """
    place = _known(home, location)
    if dry_run:
        with store.read():
            order = _load(store, word)
            _may_pin(order, place)
            return Done(order.ref, f"would be pinned to {place}", _stays(store, order.id, place))
    with store.write("order pin", home.now, f"{word} to {place}", home.rules) as run:
        order = _load(store, word)
        _may_pin(order, place)
        before = store.pins.of(order.id)
        if before is not None and before.location == place:
            return Done(order.ref, f"is pinned to {place} already")
        store.stock.keep_locations(home.settings.locations.values())
        store.runs.keep(run.id, "pin", order.id, {"location": before.location, "since": before.since} if before else None, order.id)
        store.pins.put(order.id, place, run.id, run.at)
        freed = _give_up_elsewhere(store, order.id, place, run)
        store.orders.note(order.id, run.id, run.at, f"pinned to {place}", reason)
        stays = _stays(store, order.id, place)
    what = f"pinned to {place}" + (f"; what was planned at {' and '.join(freed)} is given up" if freed else "") + "; next: oms route"
    return Done(order.ref, what, stays, run.id)


def unpin(home: Home, store: Store, word: str, *, dry_run: bool = False) -> Done:
    """Every place may serve the order again, from the next routing run on."""
    if dry_run:
        with store.read():
            order = _load(store, word)
            before = store.pins.of(order.id)
            return Done(order.ref, f"would no longer be pinned to {before.location}" if before else "is not pinned")
    with store.write("order unpin", home.now, word, home.rules) as run:
        order = _load(store, word)
        before = store.pins.of(order.id)
        if before is None:
            return Done(order.ref, "is not pinned")
        store.runs.keep(run.id, "pin", order.id, {"location": before.location, "since": before.since}, order.id)
        store.pins.end(order.id)
        store.orders.note(order.id, run.id, run.at, f"no longer pinned to {before.location}")
    return Done(order.ref, f"no longer pinned to {before.location}; next: oms route", run=run.id)


def _load(store: Store, word: str) -> StoredOrder:
    number = find_order(store, word)
    return store.orders.load([number])[number]


def _known(home: Home, location: str) -> str:
    places = home.settings.locations
    if location in places:
        return location
    near = nearest(location, places)
    raise UsageError(f"no location is called {location}", f"did you mean {near}?" if near else f"locations: {', '.join(places)}")


def _may_pin(order: StoredOrder, place: str) -> None:
    if order.status not in ("open", "part_shipped"):
        raise NotAllowed(f"order {order.ref} is {order.status}: there is nothing to decide", "`oms order show` tells its story")
    collected = order.said.pickup_location
    if collected and collected != place:
        raise NotAllowed(
            f"order {order.ref} is collected at {collected}",
            f"where it is collected: oms order edit {order.ref} --set pickup_location={place}",
        )


def _give_up_elsewhere(store: Store, order: int, place: str, run: Run) -> list[str]:
    """End what is planned at other places, or `oms pick` would release it before anybody decides anew. Returns the places."""
    planned = [one for one in store.shipments.of_order(order) if one["state"] == "planned" and one["location"] != place]
    for one in planned:
        store.runs.keep(run.id, "shipment", one["id"], {"state": one["state"], "pick_id": one["pick_id"]}, order)
    store.stock.post(store.shipments.give_up([one["id"] for one in planned]), run.id, run.at)
    return sorted({one["location"] for one in planned})


def _stays(store: Store, order: int, place: str) -> list[str]:
    """What somebody works on already at another place: a pin does not call it back."""
    return [
        f"S-{one['id']} at {one['location']} is on a list already and leaves from there: `oms order hold` calls it back"
        for one in store.shipments.of_order(order)
        if one["state"] in ("released", "packed", "ready", "ordered") and one["location"] != place
    ]

"""What routing does with units set aside: keep them from others, give them to their owners, and note what was used."""

from __future__ import annotations

from collections.abc import Mapping

from omscli.routing.facts import OpenOrder
from omscli.routing.plan import Plan
from omscli.stock.holds import Held, Use, owner_words, set_apart, share_out
from omscli.store.open import Store


def read_holds(store: Store, at: str, orders: Mapping[int, OpenOrder], free: dict[str, dict[int, int]]) -> list[Held]:
    """Running holds with what is left of them, taken out of `free`; each order gets those that are for it.

    What planned shipments of the scope took is back in its hold for the decision, as their claims are back in `free`.
    """
    rows = store.holds.running(at)
    if not rows:
        return []
    planned = store.holds.planned_use()
    known = {product for shelf in free.values() for product in shelf}
    holds = {
        row["id"]: Held(
            row["id"],
            row["number"],
            row["product_id"],
            row["location"],
            row["units"] - row["taken"] + planned.get(row["id"], 0),
            row["owner_key"],
        )
        for row in rows
        if row["product_id"] in known
    }
    set_apart(free, holds.values())
    by_owner: dict[str, list[tuple[str, int]]] = {}
    for row in rows:
        if row["id"] in holds:
            by_owner.setdefault(row["owner_key"], []).append((row["until"], row["id"]))
    for number, *names in store.holds.names() if by_owner else ():
        own = [one for word in owner_words(*names) for one in by_owner.get(word, ())]
        if own and number in orders:
            orders[number].holds = tuple(holds[hold] for _, hold in sorted(own))
    return list(holds.values())


def keep_uses(store: Store, holds: list[Held], made: Plan) -> set[int]:
    """Note what the planned claims take out of holds, where that is something else than before. Returns the orders."""
    drawn = {order.order: order.drawn for order in made.orders if order.drawn}
    orders = sorted({*drawn, *store.holds.planned_users()})
    if not orders:
        return set()
    where = {one.hold: (one.location, one.product) for one in holds}
    claims: dict[tuple[int, str, int], list[tuple[int, int]]] = {}
    for order, location, product, claim, units in store.holds.planned_claims(orders):
        claims.setdefault((order, location, product), []).append((claim, units))
    known = store.holds.uses(claim for rows in claims.values() for claim, _ in rows)
    changed = set()
    for (order, location, product), rows in claims.items():
        mine = [(hold, units) for hold, units in drawn.get(order, {}).items() if where[hold] == (location, product)]
        wanted: dict[int, list[Use]] = share_out(rows, mine)
        for claim, uses in wanted.items():
            if uses != known.get(claim, []):
                store.holds.set_uses(claim, uses)
                changed.add(order)
    return changed

"""`oms route`: decide for every open order where it ships from, and claim the stock.

The transaction begins before the situation is read, so that two runs at once see each other's claims. What the plan leaves
as it was is left alone in the store: running again at once changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from omscli.errors import UsageError
from omscli.orders.holds import Hold
from omscli.routing.engine import plan
from omscli.routing.plan import OrderPlan, Plan, PlannedShipment
from omscli.routing.watch import Watch, unwatched
from omscli.settings.settings import Settings
from omscli.stock.ledger import Movement
from omscli.store.open import Run, Store
from omscli.workflows.facts import Situation, Soft, read_situation
from omscli.workflows.hold_use import keep_uses
from omscli.workflows.home import Home
from omscli.workflows.plan_file import PlanFile
from omscli.workflows.run_facts import keep_facts, packed

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


@dataclass(slots=True)
class Routed:
    """The plan, and what a real run made of it."""

    plan: Plan
    run: int | None = None
    changed: int = 0  # orders whose decision is another one now
    questions: list[str] = field(default_factory=list)  # what a person must settle: claims on goods that are gone


def route(
    home: Home,
    store: Store,
    only: Iterable[int] | None = None,
    *,
    dry_run: bool = False,
    settings: Settings | None = None,
    plan_file: PlanFile | None = None,
    watch: Watch = unwatched,
) -> Routed:
    """Decide and claim; a dry run decides the same and claims nothing. A saved plan must be what is decided, or Refused is raised.

    `watch` hears how far the decision is, and may end it.
    """
    rules = settings or home.settings
    if dry_run:
        with store.read():
            situation = read_situation(home, store, _with_rivals(store, only), rules)
            made = _decided(situation, rules, plan_file, watch)
        return Routed(made)
    if rules.geocode_online:
        from omscli.outgoing.geocoder import Nominatim
        from omscli.workflows.geocoding import look_up

        look_up(home, store, Nominatim(), only)
    with store.write("route", home.now, " ".join(map(str, only or ())), (rules.fingerprint, rules.text)) as run:
        routed = decide(home, store, run, only, rules, plan_file=plan_file, watch=watch)
    routed.run = run.id if run.changed else None
    return routed


def decide(
    home: Home,
    store: Store,
    run: Run,
    only: Iterable[int] | None,
    rules: Settings,
    *,
    plan_file: PlanFile | None = None,
    watch: Watch = unwatched,
) -> Routed:
    """Decide and claim inside a transaction that has begun; `run` of the answer is left to who began it."""
    store.stock.keep_locations(rules.locations.values())
    situation = read_situation(home, store, _with_rivals(store, only), rules)
    facts = packed(situation.facts)
    made = _decided(situation, rules, plan_file, watch)
    changed = _write(store, situation, made, run)
    questions = _uncovered(store, run)
    keep_facts(store, run, facts, made, rules.rulebook, whole=only is None)
    return Routed(made, None, changed, questions)


def _decided(situation: Situation, rules: Settings, plan_file: PlanFile | None, watch: Watch) -> Plan:
    """The plan; what it is made from is noted, and a saved one compared with it."""
    if plan_file is None:
        return plan(situation.facts, rules.rulebook, watch)
    plan_file.look(rules, situation.facts)
    made = plan(situation.facts, rules.rulebook, watch)
    plan_file.check([_order_json(order) for order in made.orders], stands=_stands(situation, made))
    return made


def _stands(situation: Situation, made: Plan) -> bool:
    """Whether everything that the plan sends is planned like that already."""
    for order in made.orders:
        old = sorted([(_key(one)[:3], one.dated) for one in situation.soft.get(order.order, ())], key=repr)
        if old != sorted([(_planned_key(one)[:3], _dated(one)) for one in order.shipments], key=repr):
            return False
    return True


def settings_with(settings: Settings, strategy: str | None, effort: int | None, prove: bool | None = None) -> Settings:
    """The same settings with another strategy or effort for one run, with or without a proof; None: as rules.yaml has it."""
    asked = {"strategy": strategy, "effort": effort, "prove": prove}
    book = replace(settings.rulebook, **{name: value for name, value in asked.items() if value is not None})  # type: ignore[arg-type]
    if prove and book.strategy != "batch":
        raise UsageError("--prove is for all orders together, and these are decided order by order", "add --strategy batch")
    return settings if book == settings.rulebook else replace(settings, rulebook=book)


def _with_rivals(store: Store, only: Iterable[int] | None) -> set[int] | None:
    """The orders asked for, and those that claim goods which a count took away: who keeps what is left is decided among all of them."""
    return None if only is None else {*only} | store.shipments.soft_where_uncovered()


def _write(store: Store, situation: Situation, made: Plan, run: Run) -> int:
    """Carry the plan over to the store: end what is no longer wanted, redate what stays, claim what is new."""
    ended: list[int] = []
    redated: list[tuple[int, PlannedShipment]] = []
    fresh: list[tuple[int, PlannedShipment]] = []
    differs: set[int] = set()
    for order in made.orders:
        old = {_key(one): one for one in situation.soft.get(order.order, ())}
        for shipment in order.shipments:
            same = old.pop(_planned_key(shipment), None)
            if same is None:
                fresh.append((order.order, shipment))
                differs.add(order.order)
            elif same.dated != _dated(shipment):
                redated.append((same.id, shipment))
                differs.add(order.order)
        if old:
            ended += [one.id for one in old.values()]
            differs.add(order.order)
    moves: list[Movement] = store.shipments.give_up(ended)
    store.stock.post(moves, run.id, run.at)
    store.shipments.redate(redated)
    store.stock.post(store.shipments.add_planned(fresh, situation.skus, run.id), run.id, run.at)
    # What no longer waits must be booked off before it is claimed: a line never accounts for more than was ordered.
    _cancel(store, made, run)
    _wait(store, situation, made, run)
    store.shipments.claim_lines((line.quantity, line.line) for _, shipment in fresh for line in shipment.lines)
    differs |= keep_uses(store, situation.facts.holds, made)
    _hold(store, situation, made, run)
    _record(store, situation, made, differs, run)
    store.places.add(situation.new_places)
    return len(differs)


# Place, method, (order line, units), and what a unit of a line takes from the shelf: a kit may consist of something else by now.
_Key = tuple[str, str, tuple[tuple[int, int], ...], frozenset[tuple[int, int, int]]]


def _key(one: Soft) -> _Key:
    return one.location, one.method, tuple(sorted(one.lines)), frozenset(one.parts)


def _planned_key(one: PlannedShipment) -> _Key:
    parts = frozenset((line.line, product, units) for line in one.lines for product, units in line.parts)
    return one.location, one.method, tuple(sorted((line.line, line.quantity) for line in one.lines)), parts


def _dated(one: PlannedShipment) -> tuple[str, str, str | None, str | None, int, int, int, int]:
    ship_on = one.ship_on.isoformat() if one.ship_on else None
    arrives = one.arrives.isoformat() if one.arrives else None
    return one.carrier, one.service, ship_on, arrives, one.postage, one.boxes, one.handling, one.penalties


def _cancel(store: Store, made: Plan, run: Run) -> None:
    """Units that a rule gives up."""
    for order in made.orders:
        store.runs.keep_lines(run.id, (row.line for row in order.cancelled))
        for row in order.cancelled:
            store.orders.give_up_units(row.line, row.quantity)
            store.orders.note(order.order, run.id, run.at, f"cancelled {row.quantity} × {row.sku}", f"rule “{order.rule}”: out of stock")
        if order.cancelled:
            store.orders.update_status([order.order])


def _wait(store: Store, situation: Situation, made: Plan, run: Run) -> None:
    """What waits, since when, and when it is expected."""
    rows: list[tuple[int, str | None, str | None, int]] = []
    decided = {order.order for order in made.orders if order.state != "held" or order.hold}
    now = {row.line: row for order in made.orders for row in order.backordered}
    for line, (units, since, expected_on) in situation.waiting.items():
        row = now.pop(line, None)
        if row is None:
            if situation.lines.get(line) in decided or line not in situation.lines:
                rows.append((0, None, None, line))
        elif (row.quantity, row.expected_on) != (units, expected_on):
            rows.append((row.quantity, since, row.expected_on, line))
    rows += [(row.quantity, run.at, row.expected_on, row.line) for row in now.values()]
    store.runs.keep_lines(run.id, (row[3] for row in rows))
    store.shipments.set_waiting(rows)


def _hold(store: Store, situation: Situation, made: Plan, run: Run) -> None:
    """Holds of rules are decided anew each time; those of people and files stay."""
    for order in made.orders:
        live = situation.rule_holds.get(order.order)
        wanted = order.hold or None
        if live != wanted and (order.hold or order.state != "held"):
            holds = [Hold("rule", wanted)] if wanted else []
            store.orders.set_holds(order.order, holds, ("rule",), run.id, run.at)


def _record(store: Store, situation: Situation, made: Plan, differs: set[int], run: Run) -> None:
    """Decisions that are new or other ones, and the promises that follow from them."""
    decisions, promises = [], []
    for order in made.orders:
        last = situation.decided.get(order.order)
        if order.state == "held" and not order.hold:
            continue
        if last is None or order.order in differs or last[:2] != (order.rule, order.state):
            account = _ENCODE({"reasons": order.reasons, **order.account})
            decisions.append((order.order, order.rule, order.state, account))
            if order.question:
                store.orders.note(order.order, run.id, run.at, order.question, "`oms why` shows what lies where", for_person=True)
            promise = _promise(order, situation.promised.get(order.order))
            if promise:
                promises.append(promise)
    store.decisions.add(decisions, run.id, run.at)
    store.decisions.add_promises(promises, run.id, run.at)
    if promises and made.settled is not None:
        store.decisions.keep_settlement(run.id, *made.settled)


def _promise(order: OrderPlan, last: tuple[int, str | None, str | None] | None) -> tuple[int, int, str | None, str | None, str] | None:
    """The dates an order has now, if they differ from the last version. The last part to arrive counts."""
    if not order.shipments:
        return None
    leaves = max((one.ship_on for one in order.shipments if one.ship_on), default=None)
    arrives = None if any(one.arrives is None for one in order.shipments) else max(one.arrives for one in order.shipments if one.arrives)
    dates = (leaves.isoformat() if leaves else None, arrives.isoformat() if arrives else None)
    if last and last[1:] == dates:
        return None
    derivation = [
        {
            "location": one.location, "service": f"{one.carrier} {one.service}".strip(), "ship_on": one.ship_on.isoformat() if one.ship_on else None,
            "zone": None if one.zone is None else one.zone + 1, "arrives": one.arrives.isoformat() if one.arrives else None, "notes": list(one.notes),
        }
        for one in order.shipments
    ]  # fmt: skip
    return order.order, (last[0] + 1 if last else 1), *dates, _ENCODE(derivation)


def _uncovered(store: Store, run: Run) -> list[str]:
    """Firm claims on goods that a count has taken away: routing may not touch them, a person must."""
    found = []
    for location, product in sorted(store.shipments.uncovered()):
        for row in store.shipments.firm_claims(location, product):
            words = f"{row['sku']} at {location}: {row['allocated']} are promised from there, {row['there']} lie there; this order has {row['units']} on a pick list"
            store.orders.note(row["order_id"], run.id, run.at, words, "`oms stock count`, then cancel or wait", for_person=True)
            found.append(f"{row['ref']}: {words}")
    return found


def as_json(routed: Routed, *, dry_run: bool) -> dict[str, Any]:
    """The public document (`oms.route/1`), without its schema key."""
    made = routed.plan
    return {
        "dry_run": dry_run,
        "run": routed.run,
        "strategy": made.strategy,
        "totals": made.totals(),
        "orders": [_order_json(order) for order in made.orders],
        "questions": routed.questions,
    }


def _order_json(order: OrderPlan) -> dict[str, Any]:
    return {
        "id": order.ref,
        "channel": order.channel,
        "order_id": order.order_id,
        "rule": order.rule,
        "state": order.state,
        "shipments": [_shipment_json(one) for one in order.shipments],
        "backordered": [
            {"line_id": row.line_id, "sku": row.sku, "quantity": row.quantity, "expected_on": row.expected_on} for row in order.backordered
        ],
        "cancelled": [{"line_id": row.line_id, "sku": row.sku, "quantity": row.quantity} for row in order.cancelled],
        "reasons": order.reasons,
    }


def _shipment_json(one: PlannedShipment) -> dict[str, Any]:
    return {
        "location": one.location,
        "method": one.method,
        "carrier": one.carrier,
        "service": one.service,
        "ship_on": one.ship_on.isoformat() if one.ship_on else None,
        "arrives": one.arrives.isoformat() if one.arrives else None,
        "distance_km": None if one.distance_km is None else round(one.distance_km, 1),
        "cost": {"postage": one.postage, "boxes": one.boxes, "handling": one.handling, "penalties": one.penalties, "total": one.total},
        "parcels": [
            {
                "box": parcel.box.name if parcel.box else None,
                "weight_g": parcel.weight_g,
                "guessed": parcel.guessed,
                "items": dict(parcel.items),
            }
            for parcel in one.parcels
        ],
        "lines": [{"line_id": line.line_id, "sku": line.sku, "quantity": line.quantity} for line in one.lines],
    }

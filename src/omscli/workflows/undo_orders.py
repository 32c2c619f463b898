"""Taking back what was decided about orders: by routing, by a person, or by the file that brought them."""

from __future__ import annotations

from omscli.store.open import Run, Store
from omscli.store.sqlite.reversals import LedgerRow
from omscli.workflows.changes import ON_A_LIST
from omscli.workflows.taking_back import Case, Plan, must_be_whole, must_cover, reverse, units_of


def order_plan(case: Case) -> Plan:
    """Claims, holds, lines and heads of the orders as they were. Decisions stay in the history, and count no longer."""
    store = case.store
    orders = store.reversals.concerned(case.run)
    _must_be_last(case, orders)
    rows = store.reversals.rows_of_run(case.run)
    must_be_whole(case, rows)
    must_cover(case, rows)
    planned = sorted({one.shipment for one in rows if one.movement.kind == "allocated" and one.shipment})
    again = _again(store, case.run, rows)
    kept = {kind: store.runs.kept(case.run, kind) for kind in ("line", "hold", "question", "order", "pin")}
    words = _hands(store, again)

    def act(run: Run) -> None:
        reverse(case, rows, run)
        store.reversals.unplan(planned)
        for line, before in kept["line"].items():
            store.reversals.put_line(int(line), before or {})
        freed = {one.movement.allocation or 0: -one.movement.allocated for one in rows if one.movement.kind == "freed"}
        store.reversals.replan(again, freed)
        for number, header in kept["order"].items():
            store.reversals.put_header(int(number), header or {})
        for number, pin in kept["pin"].items():
            if pin:
                store.pins.put(int(number), pin["location"], run.id, pin["since"])
            else:
                store.pins.end(int(number))
        store.reversals.end_holds_of(case.run, run.at)
        for hold in kept["hold"]:
            store.reversals.hold_again(int(hold))
        store.reversals.settle_questions_of(case.run, run.at)
        for question in kept["question"]:
            store.reversals.ask_again(int(question))
        store.orders.update_status(orders)
        store.reversals.note_all(orders, run.id, run.at, f"{case.words} was undone")
        for order, text in words:
            store.orders.note(order, run.id, run.at, text, for_person=True)

    return Plan(act, _does(rows, orders, len(planned), len(again)), for_person=[text for _, text in words])


def _must_be_last(case: Case, orders: list[int]) -> None:
    later = case.store.runs.later_on_orders(orders, case.run)
    if later is not None:
        raise case.blocked_by(f"order {later[0]}", later[1])


def _again(store: Store, run: int, rows: list[LedgerRow]) -> dict[int, tuple[str, int | None]]:
    """The shipments that the run ended, with what they were: on a pick list only while that list stands."""
    ended = {one.shipment for one in rows if one.movement.kind == "freed" and one.shipment}
    before, found = store.runs.kept(run, "shipment"), {}
    for number, now in store.reversals.states(ended).items():
        was = before.get(str(number)) or {"state": "planned", "pick_id": None}
        found[number] = ("planned", None) if now["pick_undone"] else (was["state"], was["pick_id"])
    return found


def _hands(store: Store, again: dict[int, tuple[str, int | None]]) -> list[tuple[int, str]]:
    """(order, words) for whoever was told to take goods from a list."""
    found = []
    for number, now in store.reversals.states(again).items():
        state, pick = again[number]
        if state in ON_A_LIST:
            found.append((now["order_id"], f"leave S-{number} on pick list P-{pick} at {now['location']}: it is wanted after all"))
        elif state == "ordered":
            found.append((now["order_id"], f"tell {now['location']} that S-{number} is wanted after all"))
    return found


def _does(rows: list[LedgerRow], orders: list[int], planned: int, again: int) -> list[str]:
    many = f"{len(orders)} order{'' if len(orders) == 1 else 's'} as {'it was' if len(orders) == 1 else 'they were'}"
    found = [many]
    if planned:
        found.append(f"{planned} planned shipment{'' if planned == 1 else 's'} with {units_of(rows, 'allocated')} units given up")
    if again:
        found.append(f"{again} shipment{'' if again == 1 else 's'} with {units_of(rows, 'freed')} units claimed again")
    return found


def import_plan(case: Case, counts: dict[str, int]) -> Plan:
    """The orders that a file brought are cancelled, and may come in anew. What it changed in known orders cannot be called back."""
    store = case.store
    orders = store.reversals.came_in(case.run)
    if counts.get("changed") or counts.get("cancelled") or set(store.reversals.concerned(case.run)) - set(orders):
        raise case.refuse(
            "it changed orders that were known before, and what they said is not kept",
            "put them right one by one (oms order edit), or import the channel's newest file",
        )
    if not orders:
        raise case.refuse("it brought no order", "there is nothing to take back")
    _must_be_last(case, orders)
    rows = store.reversals.rows_of_run(case.run)
    must_be_whole(case, rows)
    later = store.runs.later_count(case.run)
    if later is not None:
        raise case.refuse(f"{later[1].words} counted {later[0]} since, without the goods sold", "count them again")

    def act(run: Run) -> None:
        reverse(case, rows, run)
        store.reversals.drop_orders(orders)
        store.reversals.end_holds_of(case.run, run.at)
        store.reversals.settle_questions_of(case.run, run.at)
        store.orders.update_status(orders)
        store.reversals.note_all(orders, run.id, run.at, f"{case.words} was undone")

    one = len(orders) == 1
    does = [f"{len(orders)} order{'' if one else 's'} that came in {'is' if one else 'are'} cancelled, and may be imported again"]
    if units := units_of(rows, "sold"):
        does.append(f"{units} units sold over the counter lie there again")
    return Plan(act, does)

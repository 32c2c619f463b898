"""Taking back what was done about shipments: their release to picking, and their leaving while the parcel is still here."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from omscli.base.clock import as_instant
from omscli.outgoing.files import take_away
from omscli.store.open import Run, Store
from omscli.store.sqlite.reversals import LedgerRow
from omscli.workflows.feeds_tracking import tracking_files
from omscli.workflows.home import Home
from omscli.workflows.shipping import READY_TO_GO, find_shipment
from omscli.workflows.taking_back import Case, Plan, must_be_whole, reverse
from omscli.workflows.undo_mails import Doubt, doubts_of, take_mails_back
from omscli.workflows.writers import write_pending

_STILL_HERE = ("released", "ordered")
_YES = "if the parcel is still here all the same, say so with --yes"


def pick_plan(case: Case) -> Plan:
    """What was released is planned again and its lists are void, while nobody has packed or sent any of it."""
    store = case.store
    states = store.reversals.states(store.reversals.on_picks_of(case.run))
    mine = {number: one for number, one in states.items() if one["state"] not in ("cancelled", "short")}
    for number, one in mine.items():
        if one["state"] not in _STILL_HERE:
            runs = [row.run for row in store.reversals.shipped_rows(number)]
            by = f" (run {runs[0]})" if runs else ""
            hint = f"if it has not left: oms shipment reopen S-{number}" if runs else "oms order hold takes single orders back"
            raise case.refuse(f"S-{number} is {one['state']} already{by}", hint)
    if not mine:
        raise case.refuse("nothing of it waits to be picked any more", "there is nothing to take back")
    files = store.reversals.files_of(case.run, "pick", "slips", "purchase")

    def act(run: Run) -> None:
        store.reversals.off_the_list(mine)
        for file in files:
            store.files_out.supersede(file["id"], run.at)
        orders = sorted({one["order_id"] for one in mine.values()})
        store.reversals.note_all(orders, run.id, run.at, f"{case.words} was undone: off its pick list")

    does = [f"{len(mine)} shipment{' is' if len(mine) == 1 else 's are'} planned again"]
    plan = Plan(act, does, take_away=[file["path"] for file in files])
    for pick, place in sorted({(one["pick_id"], one["location"]) for one in mine.values() if one["state"] == "released"}):
        plan.for_person.append(f"pick list P-{pick} at {place} is void: take it back, and put back what was picked")
    ordered = [f"S-{number} from {one['location']}" for number, one in mine.items() if one["state"] == "ordered"]
    if ordered:
        plan.for_person.append(f"tell them not to send {', '.join(ordered)}, if the purchase orders are with them")
    for path, shipments in store.reversals.label_files(mine).items():
        names = ", ".join(f"S-{one}" for one in shipments)
        plan.warnings.append(f"{path} holds labels of {names}: void those that were bought")
    return plan


def ship_plan(case: Case) -> Plan:
    """What a run sent is here again: every shipment of it, and the numbers that it gave to further parcels."""
    store = case.store
    rows = store.reversals.rows_of_run(case.run)
    must_be_whole(case, rows)
    shipments = sorted({one.shipment for one in rows if one.shipment})
    parcels = store.runs.kept(case.run, "parcel")
    mine = {str(one["id"]) for one in store.reversals.parcels(shipments)} | set(parcels)
    later = store.runs.later_change("parcel", mine, case.run)
    if later is not None:
        raise case.blocked_by("a parcel of it", later[1])
    if not shipments and not parcels:
        raise case.refuse("the label software may have its file already", "void the labels there; oms ship --labels-out FILE --again")
    return _back(case, shipments, rows, {int(one): before or {} for one, before in parcels.items()})


def _back(case: Case, shipments: list[int], rows: list[LedgerRow], parcels: dict[int, dict[str, Any]]) -> Plan:
    """Take shipments back, and the numbers of `parcels` of parcels."""
    store, home = case.store, case.home
    states = store.reversals.states(shipments)
    for one in states.values():
        _may_return(case, one)
    doubts = [doubt for one in states.values() if (doubt := _left_before(home, one))]
    mails = store.reversals.mails(shipments=shipments)
    doubts += doubts_of(home, mails)
    if doubts and not case.sure:
        raise case.refuse(doubts[0].words, _YES)
    was = _before(store, rows, states)

    def act(run: Run) -> None:
        why = f"S-{{}} had not left; {case.words} was undone" if case.run else "S-{} had not left"
        for number in sorted(states, reverse=True):
            reverse(case, [row for row in rows if row.shipment == number], run, why.format(number))
        for parcel, before in parcels.items():
            store.reversals.put_parcel(parcel, before)
        store.reversals.unship(was)
        store.reversals.clear_parcels(was)
        take_mails_back(store, mails, run)
        for number, one in states.items():
            store.orders.note(one["order_id"], run.id, run.at, f"S-{number} had not left {one['location']}: taken back")
        store.orders.update_status(sorted({one["order_id"] for one in states.values()}))
        plan.uploads = tracking_files(home, store, home.settings.channels.values(), run)

    plan = Plan(act, _does(was, parcels), warnings=[doubt.words for doubt in doubts])
    plan.take_away = [mail["path"] for mail in mails if mail["state"] == "written"]
    plan.warnings += _told(store, shipments)
    return plan


def _may_return(case: Case, one: dict[str, Any]) -> None:
    """Raises NotAllowed for what is with the customer, came back, or may take no stock."""
    name = f"shipment S-{one['id']} of order {one['ref']}"
    if one["state"] != "shipped":
        raise case.refuse(f"{name} is {one['state']}", "oms shipment show tells what became of it")
    if one["returned"]:
        raise case.refuse(f"goods of {name} came back", "it did leave; what came back is in the book already")
    if one["its_return"]:
        number = one["its_return"]
        raise case.refuse(
            f"return R-{number} is for goods of {name}",
            f"oms return show R-{number}; while nothing of it is here, oms return close R-{number}",
        )
    holds = case.store.orders.holds(one["order_id"])
    if holds:
        raise case.refuse(
            f"order {one['ref']} is held ({holds[0]['reason']}), and what is held takes no stock", f"oms order release {one['ref']}"
        )


def _left_before(home: Home, one: dict[str, Any]) -> Doubt | None:
    """Carriers collect at the end of a day: what left before today is hardly here any more."""
    day = as_instant(one["shipped_at"]).astimezone(ZoneInfo(home.settings.timezone)).date()
    return Doubt(f"S-{one['id']} left on {day}: its parcel is with the carrier by now") if day < home.today else None


def _before(store: Store, rows: list[LedgerRow], states: dict[int, dict[str, Any]]) -> dict[int, str]:
    """What each shipment was before it left."""
    found = {}
    for number, one in states.items():
        runs = {row.run for row in rows if row.shipment == number}
        kept = [store.runs.kept(run, "shipment").get(str(number)) for run in runs]
        usual = "ordered" if one["method"] == "dropship" else "released"
        found[number] = next((before["state"] for before in kept if before), usual)
    return found


def _does(was: dict[int, str], parcels: dict[int, Any]) -> list[str]:
    found = [f"S-{number} is {state} again, its goods and its claim are back" for number, state in list(was.items())[:10]]
    if len(was) > 10:
        found.append(f"and {len(was) - 10} more shipments")
    more = len(parcels)
    return found or [f"the number{'' if more == 1 else 's'} of {more} further parcel{'' if more == 1 else 's'} taken back"]


def _told(store: Store, shipments: list[int]) -> list[str]:
    """What channels were told of parcels that are here: nobody but the seller can correct that."""
    return [
        f"{one['channel']} was told of {one['tracking_number']} by {one['told']}: correct it there"
        for one in store.reversals.parcels(shipments)
        if one["told"]
    ]


# -- one shipment


@dataclass(slots=True)
class Reopened:
    """A shipment that had not left after all. `run` None: nothing had to be done."""

    shipment: str
    order: str
    state: str
    run: int | None = None
    does: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    uploads: list[Any] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The public form (`oms.shipment.reopen/1`)."""
        return {"shipment": self.shipment, "order": self.order, "state": self.state, "run": self.run, "warnings": self.warnings}


def reopen(home: Home, store: Store, word: str, *, sure: bool = False, dry_run: bool = False) -> Reopened:
    """Take the leaving of one shipment back. Raises NotAllowed where its parcel is not here any more."""
    if dry_run:
        with store.read():
            one, plan = _reopen_plan(home, store, word, sure=sure)
            return Reopened(f"S-{one['id']}", one["ref"], one["state"], None, plan.does if plan else [], plan.warnings if plan else [])
    with store.write("shipment reopen", home.now, word, home.rules) as run:
        one, plan = _reopen_plan(home, store, word, sure=sure)
        if plan is not None:
            run.undoes = _whole_run(store, one["id"])
            plan.act(run)
            one = find_shipment(store, f"S-{one['id']}")
    done = Reopened(f"S-{one['id']}", one["ref"], one["state"], run.id if run.changed else None)
    if plan is not None:
        done.does, done.warnings, done.uploads = plan.does, plan.warnings, plan.uploads
        for path in plan.take_away:
            take_away(Path(path), root=home.path)
        write_pending(home, store)
    return done


def _reopen_plan(home: Home, store: Store, word: str, *, sure: bool) -> tuple[dict[str, Any], Plan | None]:
    one = find_shipment(store, word)
    if one["state"] in READY_TO_GO:
        return one, None
    case = Case(home, store, 0, f"S-{one['id']}", sure=sure)
    return one, _back(case, [one["id"]], store.reversals.shipped_rows(one["id"]), {})


def _whole_run(store: Store, shipment: int) -> int | None:
    """The run that sent this shipment, if it did nothing else: then that run is undone."""
    run = store.reversals.run_that_shipped(shipment)
    mine = {str(one["id"]) for one in store.reversals.parcels([shipment])}
    return run if run is not None and set(store.runs.kept(run, "parcel")) <= mine else None

"""`oms undo`: take a run back by movements that compensate it, or say exactly why not. The ledger is never edited."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from omscli.errors import NotAllowed, UsageError
from omscli.outgoing.files import take_away
from omscli.store.open import Store
from omscli.store.sqlite.runs import PastRun
from omscli.workflows.delivering import deliver_plan
from omscli.workflows.feeds_tracking import TrackingFeed
from omscli.workflows.home import Home
from omscli.workflows.returning_goods import receive_plan
from omscli.workflows.returning_money import refund_plan
from omscli.workflows.taking_back import Case, Plan
from omscli.workflows.undo_mails import notify_plan
from omscli.workflows.undo_orders import import_plan, order_plan
from omscli.workflows.undo_packing import pack_plan
from omscli.workflows.undo_shipments import pick_plan, ship_plan
from omscli.workflows.undo_stock import stock_plan
from omscli.workflows.undo_told import alias_plan, uploaded_plan
from omscli.workflows.writers import write_pending

_HOW: dict[str, Callable[[Case], Plan]] = {
    "stock receive": stock_plan,
    "stock adjust": stock_plan,
    "stock count": stock_plan,
    "route": order_plan,
    "order hold": order_plan,
    "order release": order_plan,
    "order cancel": order_plan,
    "order edit": order_plan,
    "order pin": order_plan,
    "order unpin": order_plan,
    "pick": pick_plan,
    "pack": pack_plan,
    "ship": ship_plan,
    "shipment deliver": deliver_plan,
    "return receive": receive_plan,
    "return refund": refund_plan,
    "notify": notify_plan,
    "mark-uploaded": uploaded_plan,
    "product alias": alias_plan,
}
# What is never taken back: why, and what to do instead.
_NEVER = {
    "sync": ("its files say what the stock is", "oms sync makes them anew from the stock as it is now"),
    "channel pause": ("the other way round is a command of its own", "oms channel resume"),
    "channel resume": ("the other way round is a command of its own", "oms channel pause"),
    "shipment short": (
        "the goods were looked for, and the rest of the order was decided anew",
        "what turns up again: oms stock adjust --location L --item SKU:+N --reason found",
    ),
    "return open": ("the customer's wish is noted", "oms return reject RETURN --reason TEXT says no; oms return close RETURN ends it"),
    "return approve": ("the customer may have sent it", "oms return reject RETURN --reason TEXT, while nothing of it is here"),
    "return reject": ("it is decided", "oms return open ORDER notes the wish anew"),
    "return label": ("the customer may have the slip", "oms return label RETURN --again writes another one"),
    "return close": ("it is over", "oms return open ORDER notes the wish anew"),
    "shipment reopen": ("the shipment waits to leave", "send it: oms ship SHIPMENT"),
    "stock transfer send": ("the goods have left their place", "oms stock transfer cancel books them back there"),
    "stock transfer receive": ("the goods have arrived", "oms stock adjust corrects what was counted wrong"),
    "stock transfer close": ("what was missing is written off", "oms stock receive books it in when it is found"),
    "stock transfer cancel": ("the goods lie where they came from", "oms stock transfer new sends them again"),
    "stock hold": ("the other way round is a command of its own", "oms stock unhold"),
    "stock unhold": ("the other way round is a command of its own", "oms stock hold"),
}
# These write their files after the commit, and note in a run of its own that they lie there.
_WRITES_LATER = ("import", "route", "pick", "ship", "sync", "notify")
_OLDER = ("before", "older")  # the trace of runs of which nobody noted what was there before
_FILES = {
    "products": ("what the products said before is not kept", "correct the file and import it again: it replaces the columns that it has"),
    "returns": ("the customers' wishes are noted", "oms return reject RETURN --reason TEXT, one by one"),
    "listings": ("what the channel listed before is not kept", "import the channel's newest list: it replaces this one"),
}


@dataclass(slots=True)
class Undone:
    """What became of a run that was wanted back. `run` None: nothing was written; `before`: it had been undone by that run."""

    undoes: int
    command: str
    run: int | None = None
    before: int | None = None
    does: list[str] = field(default_factory=list)
    for_person: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    uploads: list[TrackingFeed] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The document `oms.undo/1`, without its schema key and `dry_run`."""
        return {
            "run": self.run,
            "undoes": self.undoes,
            "command": self.command,
            "undone_before_by": self.before,
            "does": self.does,
            "for_person": self.for_person,
            "warnings": self.warnings,
        }


def undo(home: Home, store: Store, number: int, *, sure: bool = False, dry_run: bool = False) -> Undone:
    """Take one run back.

    Raises UsageError for a run that nobody knows, NotAllowed (exit 1) with the reason where it cannot be taken back: then
    nothing changed. A run that was undone already stays so.
    """
    if dry_run:
        with store.read():
            past = _past(store, number)
            if past.undone_by is not None:
                return Undone(number, past.command, before=past.undone_by)
            plan = _plan(home, store, past, sure=sure)
            return Undone(number, past.command, None, None, plan.does, plan.for_person, plan.warnings)
    with store.write("undo", home.now, str(number), home.rules) as run:
        past = _past(store, number)
        if past.undone_by is not None:
            return Undone(number, past.command, before=past.undone_by)
        plan = _plan(home, store, past, sure=sure)
        run.undoes = number
        plan.act(run)
    for path in plan.take_away:
        take_away(Path(path), root=home.path)
    write_pending(home, store)
    return Undone(number, past.command, run.id, None, plan.does, plan.for_person, plan.warnings, plan.uploads)


def _past(store: Store, number: int) -> PastRun:
    past = store.runs.one(number)
    if past is None:
        raise UsageError(f"there is no run {number}", "`oms undo` lists the last ones")
    return past


def _plan(home: Home, store: Store, past: PastRun, *, sure: bool = False) -> Plan:
    """How the run is taken back. Raises NotAllowed with the reason where it cannot be."""
    case = Case(home, store, past.id, past.words, past.at, sure)
    traces = store.runs.traces(past.id, past.id).get(past.id, {})
    if past.undoes is not None:
        raise case.refuse(f"it took run {past.undoes} back", "run the command again that was undone")
    if _only_files(past, traces):
        raise case.refuse("it only noted that files were written, or took over places of rules.yaml", "`oms undo` lists the others")
    if _OLDER in traces:
        raise case.refuse("an older oms made it, which did not note what was there before", "correct it by the command for it: oms --help")
    if past.command == "import":
        return _import_plan(case)
    if past.command in _NEVER:
        raise case.refuse(*_NEVER[past.command])
    how = _HOW.get(past.command)
    if how is None:
        raise case.refuse("nothing is known that would make it undone", f"oms {past.command} -h tells what else may be done")
    return how(case)


def _only_files(past: PastRun, traces: dict[tuple[str, str], int]) -> bool:
    """Whether a run did no more than note that the files of an earlier one are written."""
    return past.undoes is None and past.command in _WRITES_LATER and not set(traces) - {_OLDER}


def _import_plan(case: Case) -> Plan:
    told = case.store.runs.import_of(case.run)
    kind, _, counts = told or ("", "", {})
    if kind in _FILES:
        raise case.refuse(*_FILES[kind])
    if kind == "orders":
        return import_plan(case, counts)
    if kind == "tracking":
        return ship_plan(case)
    return stock_plan(case)


# -- the last runs


def last_runs(home: Home, store: Store, limit: int) -> list[dict[str, Any]]:
    """The newest runs that did something: what each did, and whether it can be undone (`oms.undo/1`, key `runs`)."""
    with store.read():
        runs = store.runs.last(3 * limit)
        traces = store.runs.traces(runs[-1].id, runs[0].id) if runs else {}
        shown = [one for one in runs if not _only_files(one, traces.get(one.id, {}))][:limit]
        return [_row(home, store, one, traces.get(one.id, {})) for one in shown]


def _row(home: Home, store: Store, past: PastRun, traces: dict[tuple[str, str], int]) -> dict[str, Any]:
    why, hint, can = "", "", False
    if past.undone_by is None:
        try:
            _plan(home, store, past)
            can = True
        except NotAllowed as error:
            why, hint = error.message.partition(" cannot be taken back: ")[2], error.hint
    return {
        "run": past.id,
        "at": past.at,
        "command": past.command,
        "arguments": past.arguments,
        "did": ", ".join(_did(past, traces)),
        "can_undo": can,
        "why_not": why,
        "hint": hint,
        "undoes": past.undoes,
        "undone_by": past.undone_by,
    }


_MOVED = ("received", "adjusted", "counted", "allocated", "freed", "shipped", "sold", "transfer_out", "transfer_in", "returned")
_COUNTED = (
    ("orders", "order came in", "orders came in"), ("changed", "order changed", "orders changed"),
    ("returns", "return asked for", "returns asked for"), ("refunds", "refund", "refunds"), ("set aside", "hold of stock", "holds of stock"), ("transfers", "transfer", "transfers"), ("planned", "shipment planned", "shipments planned"), ("picks", "pick list", "pick lists"), ("mails", "mail", "mails"),
)  # fmt: skip


def _did(past: PastRun, traces: dict[tuple[str, str], int]) -> list[str]:
    """What a run did, in a few words."""
    if past.undoes is not None:
        return [f"took run {past.undoes} back"]
    found = []
    for (name, kind), rows in traces.items():
        if name == "import":
            found.append(f"{rows} row{'' if rows == 1 else 's'} of {kind}")
    found += [f"{n} {one if n == 1 else more}" for name, one, more in _COUNTED if (n := traces.get((name, ""), 0))]
    for kind in _MOVED:
        if units := traces.get(("moved", kind)):
            found.append(f"{kind.replace('_', ' ')} {abs(units) if kind in ('freed', 'shipped', 'sold') else units}")
    found += [f"{kind} file" for (name, kind), _ in traces.items() if name == "file" and kind not in ("pick", "slips")]
    with suppress(KeyError):
        found.append(f"{traces['before', 'uploaded']} uploaded")
    return found or ["changed what was noted"]

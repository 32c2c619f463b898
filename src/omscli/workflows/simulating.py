"""`oms simulate`: past routing runs under other rules, by the same plan function and what each run knew when it decided.

Frozen: each run by itself, every other thing as it was; an order counts as it was decided last. Rolling: what the other rules took
is gone in the next run. The first answers “what would these runs have done”, the second “where would I be today”.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from omscli.errors import NotAllowed, Refused
from omscli.routing.differences import Comparison, compare
from omscli.routing.engine import plan
from omscli.routing.facts import Facts
from omscli.routing.plan import OrderPlan, Plan
from omscli.routing.replay import unpack
from omscli.routing.rolling import Rolling
from omscli.routing.rules import Rulebook
from omscli.settings.settings import Settings
from omscli.stock.locations import Location
from omscli.store.open import Store
from omscli.store.sqlite.run_facts import StoredRun
from omscli.workflows.facts import with_points
from omscli.workflows.home import RULES, Home
from omscli.workflows.run_facts import KEPT_DAYS, is_readable, name_customers

Tell = Callable[[int, int], None]
"""Told how many of how many runs are done."""
_TOTALS = ("orders", "shipments", "units", "backordered_units", "cost", "objective")


@dataclass(slots=True)
class Simulated:
    """What other rules would have meant. Money in minor units of `currency`."""

    rolling: bool
    runs: int
    first: str  # instants of the first and last run
    last: str
    currency: str
    comparison: Comparison
    warnings: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The document `oms.simulate/1`, without its schema key and the file."""
        found = self.comparison
        return {
            "mode": "rolling" if self.rolling else "frozen",
            "runs": self.runs,
            "first": self.first,
            "last": self.last,
            "currency": self.currency,
            "before": found.before.as_json(),
            "after": found.after.as_json(),
            "difference": found.difference(),
            "moves": [
                {"id": one.ref, "run": one.run, "before": one.before, "after": one.after, "cost_difference": one.cost}
                for one in found.moves
            ],
            "warnings": self.warnings,
        }


def simulate(home: Home, store: Store, settings: Settings, since: str, *, rolling: bool = False, tell: Tell = lambda *_: None) -> Simulated:
    """Decide the stored runs since an instant again, by the rules of their time and by these.

    Raises NotAllowed (exit 1) where no run is stored.
    """
    with store.read():
        past = Past(home, store, since)
        comparison = _rolled(past, store, settings, tell) if rolling else _frozen(past, settings, tell)
    return Simulated(rolling, len(past.runs), past.runs[0].at, past.runs[-1].at, settings.currency, comparison, past.warnings)


def _frozen(past: Past, settings: Settings, tell: Tell) -> Comparison:
    pairs: dict[int, tuple[int, OrderPlan, OrderPlan]] = {}
    for n, run in enumerate(past.runs):
        before, after = past.as_it_was(run), past.under(run, settings)
        for one, other in zip(before.orders, after.orders, strict=True):
            pairs[one.order] = (run.run, one, other)
        tell(n + 1, len(past.runs))
    return compare(pairs.values())


def _rolled(past: Past, store: Store, settings: Settings, tell: Tell) -> Comparison:
    world = Rolling()
    for n, run in enumerate(past.runs):
        before = past.as_it_was(run)
        facts = past.facts(run, settings)
        world.correct(facts, whole=run.made["whole"])
        world.decided(run.run, before, plan(facts, past.rulebook(run, settings)))
        if n + 1 < len(past.runs):
            rows = store.run_facts.released(run.run, past.runs[n + 1].run)
            world.released([(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows])
        tell(n + 1, len(past.runs))
    return compare(world.pairs())


class Past:
    """Stored runs since an instant that can be decided again; None: only the last one. To be used inside one look at the store."""

    def __init__(self, home: Home, store: Store, since: str | None) -> None:
        self.home, self.store = home, store
        self.warnings: list[str] = []
        self._settings: dict[tuple[str, date], Settings] = {}
        self._resolved: dict[str, dict[str, Location]] = {}
        self.runs = [run for run in (store.run_facts.last() if since is None else store.run_facts.since(since)) if self._is_readable(run)]
        if not self.runs:
            why = self.warnings[0] if self.warnings else "no routing run of these days is stored"
            raise NotAllowed(
                f"there is nothing to decide again: {why}", f"each `oms route` that changes something is kept for {KEPT_DAYS} days"
            )

    def _is_readable(self, run: StoredRun) -> bool:
        if not is_readable(run):
            self.warnings.append(f"run {run.run} is left out: another version of oms kept what it knew")
            return False
        try:
            self.own(run)
        except Refused as error:
            self.warnings.append(f"run {run.run} is left out: this oms cannot read its rules any more ({error.message.splitlines()[0]})")
            return False
        return True

    def own(self, run: StoredRun) -> Settings:
        """The rules by which a run decided, as they were read on that day."""
        from omscli.channels.detect import known_readers
        from omscli.channels.writing import known_fields
        from omscli.settings.load import parse

        day = date.fromisoformat(run.at[:10])
        found = self._settings.get((run.fingerprint, day))
        if found is None:
            path = self.home.path / RULES
            found = self._settings[run.fingerprint, day] = parse(run.rules, RULES, day, known_readers(), known_fields, path=path)
        return found

    def as_it_was(self, run: StoredRun) -> Plan:
        """The run decided again by its own rules; a warning where that gives something else than it did."""
        settings = self.own(run)
        made = plan(self.facts(run, settings), self.rulebook(run, settings))
        now, then = made.totals(), run.made["totals"]
        if any(now[name] != then[name] for name in _TOTALS):
            self.warnings.append(
                f"run {run.run} is decided otherwise by this oms than by the one that ran: {now['cost']} now, {then['cost']} then"
            )
        return made

    def under(self, run: StoredRun, settings: Settings) -> Plan:
        """The run decided again by other rules."""
        return plan(self.facts(run, settings), self.rulebook(run, settings))

    def rulebook(self, run: StoredRun, settings: Settings) -> Rulebook:
        """These rules, with the strategy, the effort and the proof that a person asked for in that run, where one did."""
        book, by_rules, made = settings.rulebook, self.own(run).rulebook, run.made
        if made["strategy"] != by_rules.strategy:
            book = replace(book, strategy=made["strategy"])
        if made.get("prove", False) != by_rules.prove:
            book = replace(book, prove=not by_rules.prove)
        return replace(book, effort=made["effort"]) if made["effort"] != by_rules.effort else book

    def facts(self, run: StoredRun, settings: Settings) -> Facts:
        """What the run knew, among the places, services and boxes of these rules."""
        facts = unpack(run.facts, self._places(run, settings), settings.services, settings.boxes, settings.packing)
        name_customers(self.store, settings.rulebook, (facts,))
        return facts

    def _places(self, run: StoredRun, settings: Settings) -> Iterator[Location]:
        """A place without coordinates keeps those of the run where its address is the same, or is looked up."""
        own = self.own(run).locations
        for code, one in settings.locations.items():
            known = code in own and own[code].point is None and own[code].address == one.address
            if one.point is not None or known or one.address.is_empty:
                yield one
            else:
                if settings.fingerprint not in self._resolved:
                    self._resolved[settings.fingerprint] = with_points(settings, self.store)
                yield self._resolved[settings.fingerprint][code]

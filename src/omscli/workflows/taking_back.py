"""What taking any run back has in common: what it gives back in words, what forbids it, and the ledger rows that do it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from omscli.base.clock import as_text
from omscli.errors import NotAllowed
from omscli.stock.ledger import reversal
from omscli.store.open import Run, Store
from omscli.store.sqlite.reversals import LedgerRow
from omscli.store.sqlite.runs import PastRun
from omscli.workflows.feeds_tracking import TrackingFeed
from omscli.workflows.home import Home


@dataclass(slots=True)
class Plan:
    """How a run is taken back: `act` writes it, inside the transaction in which everything was read."""

    act: Callable[[Run], None]
    does: list[str] = field(default_factory=list)
    for_person: list[str] = field(default_factory=list)  # what hands must do now
    warnings: list[str] = field(default_factory=list)
    take_away: list[str] = field(default_factory=list)  # files, from the home folder, that are wrong from now on
    uploads: list[TrackingFeed] = field(default_factory=list)  # what the channels are to hear of it


@dataclass(frozen=True, slots=True)
class Case:
    """What somebody wants back, a run mostly. `sure`: a person has looked, and takes what is doubtful upon herself."""

    home: Home
    store: Store
    run: int  # 0: one shipment is wanted back, whichever run sent it
    words: str  # how a person knows it: run 14 (pick)
    at: str = ""
    sure: bool = False

    def refuse(self, why: str, hint: str) -> NotAllowed:
        """The error that says why not."""
        return NotAllowed(f"{self.words} cannot be taken back: {why}", hint)

    def blocked_by(self, what: str, later: PastRun) -> NotAllowed:
        """A later run did something to the same thing."""
        return self.refuse(f"{later.words} did something to {what} since", f"undo that first: oms undo {later.id}")


def must_be_whole(case: Case, rows: Iterable[LedgerRow]) -> None:
    """Raises NotAllowed where a part of the run was taken back already."""
    for one in rows:
        if one.reversed_by is not None:
            what = f"shipment S-{one.shipment} of it" if one.shipment else "a part of it"
            raise case.refuse(
                f"{what} was taken back by run {one.reversed_by}", "take the rest back one by one: oms shipment reopen SHIPMENT"
            )


def must_cover(case: Case, rows: Iterable[LedgerRow]) -> None:
    """Raises NotAllowed where the goods would be missing that others were promised since."""
    change: dict[tuple[int, str], int] = {}
    for one in rows:
        key = (one.movement.product, one.movement.location)
        change[key] = change.get(key, 0) - one.movement.on_hand + one.movement.unavailable + one.movement.allocated
    fewer = {key: units for key, units in change.items() if units < 0}
    free = case.store.reversals.free_now(fewer, as_text(case.home.now))
    short = [key for key, units in fewer.items() if free[key] + units < 0]
    if not short:
        return
    later = case.store.runs.later_claim(short, case.run)
    if later is not None:
        what, run = later
        raise case.refuse(f"{run.words} claims {what} since, and the goods would be missing", f"undo that first: oms undo {run.id}")
    product, place = short[0]
    sku = case.store.decisions.product_names([product])[product]
    raise case.refuse(f"{sku} at {place} is promised or set aside, and the goods would be missing", f"oms stock show {sku}")


def reverse(case: Case, rows: Iterable[LedgerRow], run: Run, why: str = "") -> None:
    """Write the exact negative of each row, the newest first."""
    words = why or f"{case.words} was undone"
    case.store.stock.post([reversal(one.id, one.movement, words) for one in rows], run.id, run.at)


def units_of(rows: Iterable[LedgerRow], kind: str) -> int:
    """Units that rows of a kind moved, without their sign."""
    moved: Iterable[Any] = (one.movement for one in rows if one.movement.kind == kind)
    return sum(abs(one.on_hand or one.allocated) for one in moved)

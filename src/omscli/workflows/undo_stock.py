"""Taking back what changed levels: goods received, found, lost or counted, and what was expected."""

from __future__ import annotations

from omscli.store.open import Run
from omscli.workflows.taking_back import Case, Plan, must_be_whole, must_cover, reverse, units_of

_WORDS = {"received": "received", "adjusted": "adjusted", "counted": "corrected by a count", "sold": "sold over the counter"}


def stock_plan(case: Case) -> Plan:
    """Levels, bins and expected goods as they were, unless somebody counted, claimed or booked the same since."""
    store = case.store
    rows = store.reversals.rows_of_run(case.run)
    must_be_whole(case, rows)
    _not_counted_since(case)
    must_cover(case, rows)
    incoming, places = store.runs.kept(case.run, "incoming"), store.runs.kept(case.run, "place")
    for kind, kept, what in (("incoming", incoming, "the same expected goods"), ("place", places, "the bin of the same goods")):
        later = store.runs.later_change(kind, kept, case.run)
        if later is not None:
            raise case.blocked_by(what, later[1])

    def act(run: Run) -> None:
        reverse(case, rows, run)
        for subject, before in incoming.items():
            store.stock.expect_again(int(subject), before)
        for subject, before in places.items():
            product, _, place = subject.partition(" ")
            store.stock.set_place(int(product), place, before or {})

    does = [f"{n} units {words} are taken back" for kind, words in _WORDS.items() if (n := units_of(rows, kind))]
    if incoming:
        does.append(f"expected goods are as they were in {len(incoming)} row{'' if len(incoming) == 1 else 's'}")
    if places:
        does.append("bins and safety stock are as they were")
    return Plan(act, does or ["nothing had changed"])


def _not_counted_since(case: Case) -> None:
    """A count says what lies there, whatever was booked before it: what it corrected must not be corrected again."""
    later = case.store.runs.later_count(case.run)
    if later is not None:
        what, run = later
        raise case.refuse(f"{run.words} counted {what} since", "what lies there is known from that; correct it: oms stock adjust")
    looked = case.store.reversals.counted_since(case.run, case.at)
    if looked is not None:
        raise case.refuse(f"{looked[0]} was counted at {looked[1]}", "what lies there is known from that; correct it: oms stock adjust")

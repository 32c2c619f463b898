"""Each routing run stores what it knew, so that it can be decided again: exactly, or under other rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from omscli.base.clock import as_instant, as_text
from omscli.routing.facts import Facts
from omscli.routing.plan import Plan
from omscli.routing.replay import FORM, pack
from omscli.routing.rules import Rulebook
from omscli.store.open import Run, Store
from omscli.store.sqlite.run_facts import StoredRun

KEPT_DAYS = 90
"""For so many days facts are kept; then nothing of them is left. A season of rules, and no customer's postcode for longer."""


def packed(facts: Facts) -> bytes:
    """The facts as bytes; to be taken before a plan uses them up."""
    return pack(facts)


def is_readable(run: StoredRun) -> bool:
    """Whether this program reads the facts: an older or newer one may have kept them in another form."""
    return run.made.get("form") == FORM


def name_customers(store: Store, rulebook: Rulebook, facts: Iterable[Facts]) -> None:
    """Where a rule asks for the customer, give past orders the e-mail address that the store has now."""
    if not any(one.field == "customer" for rule in rulebook.rules for one in rule.conditions):
        return
    orders = [order for one in facts for order in one.orders]
    known = store.run_facts.customers({order.id for order in orders})
    for order in orders:
        order.customer = known.get(order.id, "")


def keep_facts(store: Store, run: Run, facts: bytes, made: Plan, rulebook: Rulebook, *, whole: bool) -> None:
    """Store them with the run, if it changed anything: a run without a number was no decision.

    `whole`: every open order was decided, not only some that were named.
    """
    if made.orders and store.has_changed:
        words = {
            "form": FORM,
            "strategy": rulebook.strategy,
            "effort": rulebook.effort,
            "prove": rulebook.prove,
            "whole": whole,
            "totals": made.totals(),
        }
        store.run_facts.keep(run.id, run.at, len(made.orders), words, facts)
        store.run_facts.forget_before(as_text(as_instant(run.at) - timedelta(days=KEPT_DAYS)))

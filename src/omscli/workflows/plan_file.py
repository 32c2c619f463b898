"""A plan in a file: written by a dry run, carried out later, if it is still the plan."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from omscli.errors import Refused
from omscli.routing.facts import Facts
from omscli.routing.replay import pack
from omscli.routing.rules import STRATEGIES
from omscli.settings.settings import Settings

SCHEMA = "oms.route/1"
_KEY = "made_from"


@dataclass(slots=True)
class PlanFile:
    """What a plan was made from, and the plan that somebody saved; `saved` None: only to be written."""

    name: str = ""
    saved: dict[str, Any] | None = None
    rules: str = ""
    facts: str = ""
    only: list[int] | None = field(default=None)
    strategy: str = ""
    effort: int = 0
    prove: bool = False

    def look(self, settings: Settings, facts: Facts) -> None:
        """Take the fingerprints, before a plan uses the facts up. The hour is left out: what it changes shows in the plan."""
        book = settings.rulebook
        self.rules, self.strategy, self.effort, self.prove = settings.fingerprint, book.strategy, book.effort, book.prove
        timeless = replace(facts, now=datetime(2000, 1, 1, tzinfo=UTC), today=date(2000, 1, 1))
        self.facts = hashlib.sha256(pack(timeless)).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """What a saved plan says beside the plan itself."""
        how = {"strategy": self.strategy, "effort": self.effort, "prove": self.prove}
        return {_KEY: {"rules": self.rules, "facts": self.facts, "orders": self.only, **how}}

    def check(self, orders: list[dict[str, Any]], *, stands: bool) -> None:
        """Raises Refused (exit 4) where the saved plan is not what would be decided now.

        Args:
            orders: what is decided now, in the public form.
            stands: all of that stands already: then the plan was carried out before, and nothing is to be done.
        """
        if self.saved is None:
            return
        origin = self.saved[_KEY]
        differs = _first_difference(self.saved["orders"], orders)
        if stands and not differs:
            return
        why = (
            "the rules have changed" if origin["rules"] != self.rules
            else "the store has changed" if origin["facts"] != self.facts
            else "time has passed" if differs
            else ""
        )  # fmt: skip
        if why:
            raise Refused(f"{self.name}: {why} since this plan was saved{differs}", f"look at a new one: oms route -n -o {self.name}")


def _first_difference(saved: list[dict[str, Any]], now: list[dict[str, Any]]) -> str:
    """The first order that is decided otherwise, in words; empty for none."""
    old, new = {one["id"]: _deed(one) for one in saved}, {one["id"]: _deed(one) for one in now}
    found = next((name for name in {**old, **new} if old.get(name) != new.get(name)), None)
    return f"; {found} would be decided otherwise now" if found is not None else ""


def _deed(order: dict[str, Any]) -> dict[str, Any]:
    """What is done about an order, without the words about it."""
    return {key: value for key, value in order.items() if key != "reasons"}


def read_plan(path: Path) -> PlanFile:
    """A saved plan. Raises Refused (exit 4) for a file that is none, or that was carried out as it was made."""
    hint = "save one with oms route -n -o PLAN"
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}", hint) from None
    except (ValueError, RecursionError):
        raise Refused(f"{path.name} is no plan: it is no JSON", hint) from None
    origin = document.get(_KEY) if isinstance(document, dict) and document.get("schema") == SCHEMA else None
    only = origin.get("orders") if isinstance(origin, dict) else 0
    whole = isinstance(origin, dict) and {"rules", "facts", "orders"} <= origin.keys() and isinstance(document.get("orders"), list)
    if not whole or not (only is None or (isinstance(only, list) and all(isinstance(one, int) for one in only))):
        raise Refused(f"{path.name} is no plan that oms route saved", hint)
    if not all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in document["orders"]):
        raise Refused(f"{path.name} is no plan that oms route saved", hint)
    if not document.get("dry_run"):
        raise Refused(f"{path.name} was carried out when it was made, by run {document.get('run')}", hint)
    made_from = document[_KEY]
    strategy, effort, prove = made_from.get("strategy"), made_from.get("effort"), made_from.get("prove", False)
    if strategy not in STRATEGIES or not isinstance(effort, int) or effort < 0 or not isinstance(prove, bool):
        raise Refused(f"{path.name} is no plan that oms route saved", hint)
    return PlanFile(path.name, document, only=only, strategy=strategy, effort=effort, prove=prove)

"""What a criterion is. A new one is one file in `criteria/` that defines `CRITERION`; its file name is its name in rules.yaml."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from omscli.base.registry import found_in
from omscli.routing.candidate import Candidate

UNKNOWN = float("inf")  # an amount nobody knows comes last


@dataclass(frozen=True, slots=True)
class Criterion:
    """`amount` of a candidate, where less is better; `unit` is a word for people, `meaning` one sentence for the reference."""

    amount: Callable[[Candidate], float]
    unit: str
    meaning: str


def named(names: Sequence[str]) -> tuple[Criterion, ...]:
    """The criteria of a rule, in its order. Raises KeyError for an unknown name (settings refuse it before)."""
    known = found_in("omscli.routing.criteria", "CRITERION")
    return tuple(known[name] for name in names)

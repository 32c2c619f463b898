"""Postage, boxes, handling, and the prices that rules.yaml gives to what is not money."""

from omscli.routing.candidate import Candidate
from omscli.routing.criterion import Criterion


def _amount(candidate: Candidate) -> float:
    return candidate.cost


CRITERION = Criterion(
    _amount, "cost", "Postage, boxes and handling, and what `routing: prices:` adds for lateness, distance, splits and missing units."
)

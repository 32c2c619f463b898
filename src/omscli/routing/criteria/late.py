"""Days after the date that was promised or asked for."""

from omscli.routing.candidate import Candidate
from omscli.routing.criterion import Criterion


def _amount(candidate: Candidate) -> float:
    return max((part.quote.late_days for part in candidate.parts), default=0)


CRITERION = Criterion(
    _amount, "days late", "Days after the date promised or asked for; a place that is full today is late by the days it needs."
)

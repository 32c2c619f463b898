"""Units left without stock."""

from omscli.routing.candidate import Candidate
from omscli.routing.criterion import Criterion


def _amount(candidate: Candidate) -> float:
    return candidate.unfilled_units


CRITERION = Criterion(_amount, "units without stock", "Units that no place of this candidate has.")

"""How many places send something."""

from omscli.routing.candidate import Candidate
from omscli.routing.criterion import Criterion


def _amount(candidate: Candidate) -> float:
    return len(candidate.parts)


CRITERION = Criterion(_amount, "shipments", "Number of shipments.")

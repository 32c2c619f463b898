"""Days until the last part arrives."""

from omscli.routing.candidate import Candidate
from omscli.routing.criterion import UNKNOWN, Criterion


def _amount(candidate: Candidate) -> float:
    last = 0
    for part in candidate.parts:
        arrives = part.quote.arrives
        if arrives is None:
            return UNKNOWN
        last = max(last, arrives.toordinal())
    return last


CRITERION = Criterion(_amount, "arrival", "The day on which the last part arrives.")

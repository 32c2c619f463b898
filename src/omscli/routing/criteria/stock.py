"""How far a place falls below its safety stock."""

from omscli.routing.candidate import Candidate
from omscli.routing.criterion import Criterion


def _amount(candidate: Candidate) -> float:
    return sum(part.below_safety for part in candidate.parts)


CRITERION = Criterion(_amount, "units below safety stock", "Units by which the places fall below their safety stock.")

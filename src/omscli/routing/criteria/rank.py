"""The places' own rank."""

from omscli.routing.candidate import Candidate
from omscli.routing.criterion import Criterion


def _amount(candidate: Candidate) -> float:
    total = units = 0
    for part in candidate.parts:
        count = part.units
        total += part.quote.location.rank * count
        units += count
    return total / units if units else 0.0


CRITERION = Criterion(_amount, "rank", "The rank that rules.yaml gives the places, weighted by units.")

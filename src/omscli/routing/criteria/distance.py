"""How far the goods travel."""

from omscli.routing.candidate import Candidate
from omscli.routing.criterion import UNKNOWN, Criterion


def _amount(candidate: Candidate) -> float:
    total = units = 0.0
    for part in candidate.parts:
        if part.quote.km is None:
            return UNKNOWN
        count = part.units
        total += part.quote.km * count
        units += count
    return round(total / units, 3) if units else 0.0


CRITERION = Criterion(_amount, "km", "Distance to the customer in km, weighted by units; a place without coordinates comes last.")

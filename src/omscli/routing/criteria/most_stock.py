"""Places with more left first."""

from omscli.routing.candidate import Candidate
from omscli.routing.criterion import Criterion


def _amount(candidate: Candidate) -> float:
    """Free units before taking, weighted by the units each place sends; negative, so that more is better."""
    total = units = 0
    for part in candidate.parts:
        count = part.units
        total += (part.left + count) * count
        units += count
    return -total / units if units else 0.0


CRITERION = Criterion(
    _amount, "units free (negative)", "Units of these SKUs that are free at the places, weighted by what each sends; more is better."
)

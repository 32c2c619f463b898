"""Units set aside for somebody until a time: who may have them, and which units of a claim came out of a hold. Pure.

An order of whom a hold is for draws on it before it takes what is free to everybody. Until its shipment is on a pick list that is
decided anew at each run, as everything planned is; what is freed goes back to the hold as long as that lasts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from omscli.base.text import fold


@dataclass(slots=True)
class Held:
    """Units of one product at one place that only orders of `owner` may have. `units` go down while a plan is made."""

    hold: int
    number: int  # the N of H-N
    product: int
    location: str
    units: int
    owner: str


@dataclass(frozen=True, slots=True)
class Use:
    """Units of a claim that came out of a hold, from `first` on; a claim is freed from its end."""

    hold: int
    first: int
    units: int


def owner_words(email: str, name: str, channel: str, order_id: str, ref: str) -> set[str]:
    """What a hold may call whoever ordered, folded: e-mail address, name, the order's number with and without its #, our id."""
    number = fold(order_id)
    words = {fold(email), fold(name), number, number.removeprefix("#"), fold(f"{channel}:{order_id}"), fold(ref)}
    return words - {""}


def set_apart(free: dict[str, dict[int, int]], holds: Iterable[Held]) -> None:
    """Take what is held out of what is free to everybody (location -> product -> units).

    Where a count has taken away what a hold was made of, the holds made first keep what is left.
    """
    for one in holds:
        shelf = free.setdefault(one.location, {})
        there = max(0, shelf.get(one.product, 0))
        one.units = min(one.units, there)
        shelf[one.product] = shelf.get(one.product, 0) - one.units


def draw(holds: Iterable[Held], location: str, product: int, units: int) -> list[tuple[Held, int]]:
    """Use up holds for units that are taken at a place. Returns what came out of each."""
    found = []
    for one in holds:
        if one.location == location and one.product == product and one.units and units:
            taken = min(units, one.units)
            one.units -= taken
            units -= taken
            found.append((one, taken))
    return found


def share_out(claims: Sequence[tuple[int, int]], drawn: Iterable[tuple[int, int]]) -> dict[int, list[Use]]:
    """Which units of which claim came out of which hold. `claims` are (claim, units), `drawn` (hold, units)."""
    found: dict[int, list[Use]] = {claim: [] for claim, _ in claims}
    left = dict(claims)
    for hold, wanted in drawn:
        units = wanted
        for claim, whole in claims:
            taken = min(units, left[claim])
            if taken:
                found[claim].append(Use(hold, whole - left[claim], taken))
                left[claim] -= taken
                units -= taken
    return found

"""The room that is left in a box: its maximal empty spaces.

A space is (z1, y1, x1, z2, y2, x2): the corner first, so that sorted spaces begin with the lowest, then the one nearest to the
back, then to the left. Spaces overlap each other; none lies within another one.
"""

from __future__ import annotations

Space = tuple[int, int, int, int, int, int]


def cut(spaces: list[Space], taken: Space, least: int) -> list[Space]:
    """What is left of the spaces when `taken` is filled, sorted; without what is thinner than `least`."""
    z1, y1, x1, z2, y2, x2 = taken
    kept: list[Space] = []
    parts: list[Space] = []
    for space in spaces:
        a, b, c, d, e, f = space
        if a >= z2 or d <= z1 or b >= y2 or e <= y1 or c >= x2 or f <= x1:
            kept.append(space)
            continue
        if d - z2 >= least:
            parts.append((z2, b, c, d, e, f))
        if e - y2 >= least:
            parts.append((a, y2, c, d, e, f))
        if f - x2 >= least:
            parts.append((a, b, x2, d, e, f))
        if z1 - a >= least:
            parts.append((a, b, c, z1, e, f))
        if y1 - b >= least:
            parts.append((a, b, c, d, y1, f))
        if x1 - c >= least:
            parts.append((a, b, c, d, e, x1))
    if len(parts) > 1:
        parts = _without_covered(parts)
    if kept:
        parts = [part for part in parts if not _covered(part, kept)]
        parts += kept
    parts.sort()
    return parts


def _without_covered(parts: list[Space]) -> list[Space]:
    found: list[Space] = []
    for at, part in enumerate(parts):
        # Of equal ones the first stays.
        if not _covered(part, found) and not _covered(part, [other for other in parts[at + 1 :] if other != part]):
            found.append(part)
    return found


def _covered(part: Space, others: list[Space]) -> bool:
    a, b, c, d, e, f = part
    for p, q, r, s, t, u in others:  # noqa: SIM110 - twice as fast as any(), and this is where packing spends its time
        if p <= a and q <= b and r <= c and s >= d and t >= e and u >= f:
            return True
    return False

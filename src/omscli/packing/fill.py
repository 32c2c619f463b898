"""One pass through one room: where the next goods lie, by one recipe. Quick, and never the last word: another recipe may do better.

A recipe lays blocks of equal units into maximal empty spaces. *Goods first* takes the kinds in an order and looks for the best place
of each; *space first* takes the lowest space and looks for the goods that fill it best.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

from omscli.packing.kinds import Counts, Kind, Room
from omscli.packing.model import Grid, Size
from omscli.packing.spaces import Space, cut

Corner = tuple[int, int, int]  # height, width, length, like spaces

LOW, WALL, SNUG = range(3)  # how a place is judged: the lowest; with most contact; with the least left beside it
LAYERS, COLUMNS, ROWS = range(3)  # how a block grows: floor first, upwards first, across first


class Recipe(NamedTuple):
    """How to fill. `order` names a key of ORDERS, None: space first. `shake` not 0: in an order and with turns drawn from that seed."""

    order: int | None
    judge: int
    grow: int
    shake: int = 0


# What comes first. Fragile goods always come last: nothing may lie on them.
ORDERS: tuple[Callable[[Kind], tuple[int, ...]], ...] = (
    lambda kind: (-kind.face, -kind.mm3),
    lambda kind: (-kind.mm3, -kind.face),
    lambda kind: (-kind.longest, -kind.mm3),
    lambda kind: (-kind.shortest, -kind.mm3),
    lambda kind: (-kind.grams, -kind.face),
    lambda kind: (-kind.grams * 1_000_000 // kind.mm3, -kind.face),
    lambda kind: (kind.grams * 1_000_000 // kind.mm3, -kind.face),
)

QUICK = (Recipe(0, LOW, LAYERS), Recipe(1, WALL, LAYERS), Recipe(None, LOW, LAYERS), Recipe(2, SNUG, LAYERS))
THOROUGH = tuple(
    Recipe(order, judge, grow)
    for grow in (LAYERS, COLUMNS, ROWS)
    for judge in (LOW, WALL, SNUG)
    for order in (*range(5), None)
    if Recipe(order, judge, grow) not in QUICK
)
ONE_EACH = tuple(recipe for recipe in THOROUGH if recipe.grow == LAYERS)  # where no kind has two units, blocks do not matter


class Filled(NamedTuple):
    """What lies in a room, and how much of each kind does."""

    grids: tuple[Grid, ...]
    counts: Counts


class Working:
    """A room while it is filled. Everything may be read; only `place` and `take_back` change what lies in it."""

    __slots__ = ("grids", "kinds", "least", "left", "left_g", "room", "spaces", "tops")

    def __init__(self, room: Room, kinds: Sequence[Kind], counts: Counts) -> None:
        self.room = room
        self.kinds = kinds
        self.left = list(counts)
        self.least = min([kind.shortest for kind, units in zip(kinds, counts, strict=True) if units], default=0)
        self.left_g = room.capacity_g
        self.spaces: list[Space] = [(0, 0, 0, room.height, room.width, room.length)]
        self.tops: list[tuple[Space, bool]] = []
        self.grids: list[Grid] = []

    def possible(self, kind: int) -> int:
        """Units left of a kind that the room can still carry."""
        grams = self.kinds[kind].grams
        return min(self.left[kind], self.left_g // grams) if grams else self.left[kind]

    def place(self, kind: int, at: Corner, turn: Size, grid: Size) -> None:
        """Lay a block; fragile goods take the column above them too."""
        (z, y, x), (long, w, h), (nx, ny, nz) = at, turn, grid
        one = self.kinds[kind]
        units = nx * ny * nz
        self.left[kind] -= units
        self.left_g -= units * one.grams
        self.grids.append(Grid(kind, x, y, z, turn, nx, ny, nz))
        taken = (z, y, x, z + nz * h, y + ny * w, x + nx * long)
        self.tops.append((taken, one.fragile))
        if not self.left[kind]:
            self.least = min([other.shortest for other, count in zip(self.kinds, self.left, strict=True) if count], default=0)
        if self.least:
            closed = (z, y, x, self.room.height, *taken[4:]) if one.fragile else taken
            self.spaces = cut(self.spaces, closed, self.least)

    def take_back(self, spaces: list[Space]) -> None:
        """Undo the last `place`, whose spaces before it were these."""
        last = self.grids.pop()
        self.tops.pop()
        self.left[last.kind] += last.units
        self.left_g += last.units * self.kinds[last.kind].grams
        self.least = min(self.least or 1 << 60, self.kinds[last.kind].shortest)
        self.spaces = spaces

    def rests(self, at: Corner, length: int, width: int) -> bool:
        """Whether enough of a base lies on the floor or on what is below."""
        z, y, x = at
        if not z or not self.room.support:
            return True
        under = 0
        for (_, b, c, top, e, f), _fragile in self.tops:
            if top == z:
                long, wide = min(x + length, f) - max(x, c), min(y + width, e) - max(y, b)
                if long > 0 and wide > 0:
                    under += long * wide
        return under * 100 >= self.room.support * length * width

    def standing(self, kind: int, at: Corner, turn: Size, grid: Size) -> Size:
        """The block where it stands well, else one unit of it where that does, else nothing."""
        if self.stands(kind, at, turn, grid):
            return grid
        return (1, 1, 1) if grid != (1, 1, 1) and self.stands(kind, at, turn, (1, 1, 1)) else (0, 0, 0)

    def stands(self, kind: int, at: Corner, turn: Size, grid: Size) -> bool:
        """Whether each unit of the lowest layer rests well, and nothing hangs over fragile goods."""
        z, y, x = at
        (long, w, h), (nx, ny, _) = turn, grid
        if self.kinds[kind].fragile and any(
            p >= z + h and b < y + ny * w and e > y and c < x + nx * long and f > x for (p, b, c, _, e, f), _fragile in self.tops
        ):
            return False
        if not z or not self.room.support:
            return True
        if nx * ny == 1:
            return self.rests(at, long, w)
        return all(self.rests((z, y + j * w, x + i * long), long, w) for i in range(nx) for j in range(ny))


def shaken(count: int) -> list[Recipe]:
    """Recipes that nobody thought of: drawn, always the same ones."""
    return [Recipe(0, (LOW, SNUG, WALL)[n % 3], (LAYERS, COLUMNS, ROWS)[n // 3 % 3], n + 1) for n in range(count)]


def _shake(kinds: Sequence[Kind], counts: Counts, seed: int) -> tuple[list[int], list[tuple[Size, ...]]]:
    """An order of the kinds, and some turns of each."""
    chance = Random(f"{seed} {len(kinds)}")  # noqa: S311 - nothing secret; a text gives the same numbers everywhere
    keys = [chance.random() for _ in kinds]
    turns = [tuple(chance.sample(kind.turns, chance.randint(1, len(kind.turns)))) for kind in kinds]
    inside = [n for n, units in enumerate(counts) if units]
    return sorted(inside, key=lambda n: (kinds[n].fragile, -kinds[n].mm3 * (1 + keys[n]), n)), turns


def fill(room: Room, kinds: Sequence[Kind], counts: Counts, recipe: Recipe, *, whole: bool = False) -> Filled | None:
    """What the recipe gets into the room. `whole`: None as soon as something stays outside."""
    work = Working(room, kinds, counts)
    way = _space_first if recipe.order is None else _goods_first
    if not way(work, recipe, whole=whole):
        return None
    return Filled(tuple(work.grids), tuple(all_of - left for all_of, left in zip(counts, work.left, strict=True)))


def _goods_first(work: Working, recipe: Recipe, *, whole: bool) -> bool:
    kinds = work.kinds
    if recipe.shake:
        order, turns = _shake(kinds, tuple(work.left), recipe.shake)
    else:
        key = ORDERS[recipe.order or 0]
        order = sorted(range(len(kinds)), key=lambda n: (kinds[n].fragile, *key(kinds[n]), n))
        turns = [kind.turns for kind in kinds]
    for kind in order:
        while True:
            units = work.possible(kind)
            if not units:
                break
            found = _best_place(work, kind, units, recipe, turns[kind])
            if found is None:
                break
            work.place(kind, *found)
        if whole and work.left[kind]:
            return False
    return True


_Place = tuple[Corner, Size, Size]  # where, how turned, how many along each side


def _best_place(work: Working, kind: int, units: int, recipe: Recipe, turns: tuple[Size, ...]) -> _Place | None:
    one = work.kinds[kind]
    most = 1 if one.fragile else 1 << 30
    best: tuple[int, ...] | None = None
    found = None
    low = recipe.judge == LOW
    for space in work.spaces:
        z, y, x, d, e, f = space
        length, width, height = f - x, e - y, d - z
        for turn in turns:
            long, w, h = turn
            if long > length or w > width or h > height:
                continue
            grid = (1, 1, 1) if units == 1 else _grid(units, length // long, width // w, min(most, height // h), recipe.grow)
            if z or one.fragile:
                grid = work.standing(kind, (z, y, x), turn, grid)
                if not grid[0]:
                    continue
            score = _score(space, turn, grid, recipe.judge)
            if best is None or score < best:
                best, found = score, ((z, y, x), turn, grid)
        if low and found is not None:
            break
    return found


def _grid(units: int, fx: int, fy: int, fz: int, grow: int) -> Size:
    if grow == LAYERS:
        nx = min(units, fx)
        ny = min(units // nx, fy)
        return nx, ny, min(units // (nx * ny), fz)
    if grow == COLUMNS:
        nz = min(units, fz)
        nx = min(units // nz, fx)
        return nx, min(units // (nz * nx), fy), nz
    ny = min(units, fy)
    nz = min(units // ny, fz)
    return min(units // (ny * nz), fx), ny, nz


def _score(space: Space, turn: Size, grid: Size, judge: int) -> tuple[int, ...]:
    z, y, x, d, e, f = space
    long, w, h = turn[0] * grid[0], turn[1] * grid[1], turn[2] * grid[2]
    if judge == LOW:
        return (-grid[0] * grid[1] * grid[2], h, min(f - x - long, e - y - w), z)
    if judge == SNUG:
        return (*sorted((f - x - long, e - y - w, d - z - h)), z, y, x)
    side, front, base = w * h, long * h, long * w
    touch = base
    if not x:
        touch += side
    if not y:
        touch += front
    if long == f - x:
        touch += side
    if w == e - y:
        touch += front
    if h == d - z:
        touch += base
    return (-touch * 1000 // (2 * (side + front + base)), z, y, x)


def _space_first(work: Working, recipe: Recipe, *, whole: bool) -> bool:
    while work.spaces and any(work.left):
        space = work.spaces[0]
        found = _best_goods(work, space, recipe)
        if found is None:
            del work.spaces[0]
            continue
        kind, turn, grid = found
        work.place(kind, space[:3], turn, grid)
    return not (whole and any(work.left))


def _best_goods(work: Working, space: Space, recipe: Recipe) -> tuple[int, Size, Size] | None:
    z, y, x, d, e, f = space
    length, width, height = f - x, e - y, d - z
    best: tuple[int, ...] | None = None
    found = None
    for kind, one in enumerate(work.kinds):
        units = work.possible(kind)
        if not units:
            continue
        most = 1 if one.fragile else 1 << 30
        for turn in one.turns:
            long, w, h = turn
            if long > length or w > width or h > height:
                continue
            grid = (1, 1, 1) if units == 1 else _grid(units, length // long, width // w, min(most, height // h), recipe.grow)
            nx, ny, nz = grid
            bulk = one.mm3 * nx * ny * nz
            if recipe.judge == LOW:
                score: tuple[int, ...] = (one.fragile, -bulk, h * nz)
            elif recipe.judge == WALL:
                score = (one.fragile, -(long * nx * w * ny), -bulk)
            else:
                score = (one.fragile, *sorted((length - long * nx, width - w * ny, height - h * nz)), -bulk)
            if (best is None or score < best) and work.stands(kind, (z, y, x), turn, grid):
                best, found = score, (kind, turn, grid)
    return found

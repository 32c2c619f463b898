"""Which boxes a shipment needs, and how the goods lie in them. The same for every order of the goods and of their sides.

Groups that must not meet are parted first (goods that ship alone, dangerous goods), then each is packed for itself. All work is
counted, nothing is timed, so the answer does not depend on the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter

from omscli.packing.bundles import pack_with_bundles
from omscli.packing.choices import Boxes, Price, choice_of
from omscli.packing.goods import Goods, Shelf, goods_of
from omscli.packing.kinds import Counts, Kind
from omscli.packing.level import levelled
from omscli.packing.model import Box, Care, Item, Lay, Parcel
from omscli.packing.quick import one_pile
from omscli.packing.several import Load, Several
from omscli.packing.single import Effort

NO_LIMIT_G = 10**12
_ORDER = attrgetter("order")
_MOST_KEPT = 100_000
_FEW = 6  # kinds that are tried as one pile


class Packer:
    """Packs with one set of boxes.

    Args:
        boxes: The seller's boxes. Without any, goods travel in parcels that only weight limits.
        max_parcel_g: The heaviest parcel that any service takes; None: no limit.
        care: How to pack.
        price: What a parcel costs (box, weight in g, outside in mm): the cheapest parcels are looked for. None: the fewest, and of
            these the cheapest boxes, then the smallest.
    """

    def __init__(self, boxes: Iterable[Box], max_parcel_g: int | None = None, care: Care | None = None, price: Price | None = None) -> None:
        self.care = care or Care()
        self.price = price
        self.limit = NO_LIMIT_G if max_parcel_g is None else max_parcel_g
        ordered = sorted(boxes, key=lambda box: (box.cost, box.volume_mm3, box.name))
        support, gap = self.care.support_percent, self.care.gap_mm
        choices = (choice_of(box, rank, self.limit, support, gap) for rank, box in enumerate(ordered))
        self.choices = tuple(choice for choice in choices if choice.capacity_g >= 0)
        self.no_boxes = not ordered
        self._goods: dict[int, tuple[Item, Goods]] = {}  # by the id of an item that is kept alive beside it
        self._largest = sorted(self.choices, key=lambda choice: (-choice.mm3, choice.rank))

    def pack(self, items: Sequence[Item]) -> tuple[Parcel, ...]:
        """The parcels of one shipment; every unit in exactly one.

        What fits into no box, or is heavier than any parcel may be, travels unit by unit in its own wrapping.
        """
        parcels: list[Parcel] = []
        for group in _apart(self._measured(items)):
            parcels += self._without_boxes(group) if self.no_boxes else self._group(group)
        return tuple(parcels)

    def _measured(self, items: Sequence[Item]) -> list[Goods]:
        """The goods, the largest first. Routing asks with the same items thousands of times."""
        known = self._goods
        if len(known) > _MOST_KEPT:
            known.clear()
        found = []
        for item in items:
            if item.quantity > 0:
                kept = known.get(id(item))
                if kept is None:
                    kept = known[id(item)] = item, goods_of(item, self.care.gap_mm)
                found.append(kept[1])
        if len(found) > 1:
            found.sort(key=_ORDER)
        return found

    def _group(self, goods: list[Goods]) -> list[Parcel]:
        """Goods that may lie in one box, or goods of which each unit ships alone."""
        if self.price is None and not goods[0].alone:
            quick = self._on_one_pile(goods)
            if quick is not None:
                return [quick]
        kinds, shelves = self._kinds(goods)
        counts = tuple(shelf.units for shelf in shelves)
        boxes = Boxes(self.choices, kinds, Effort(self.care.thorough, self.care.steps))
        several = Several(boxes, self._largest, self.price, self.care.work)
        if goods[0].alone:
            return self._each_alone(several, counts, shelves)
        one = several.one(counts)
        if one is not None and self.price is None:
            return [self._parcel(one, kinds, shelves)]
        left, parcels = self._own_wrappings(boxes, counts, shelves)
        if not any(left):
            return parcels
        words = sorted({shelf.together for shelf, units in zip(shelves, left, strict=True) if shelf.together and units})
        bundles = [[n for n, shelf in enumerate(shelves) if shelf.together == word and left[n]] for word in words]
        loads = pack_with_bundles(several, left, bundles) if bundles else several.pack(left)
        if self.care.level and self.price is None:
            loads = levelled(boxes, loads, frozenset(n for bundle in bundles for n in bundle))
        return parcels + [self._parcel(load, kinds, shelves) for load in loads]

    def _on_one_pile(self, goods: list[Goods]) -> Parcel | None:
        """A few goods that anybody would just lay on each other."""
        if len(goods) > _FEW:
            return None
        if len(goods) > 1:
            goods = sorted(goods, key=_flat_area)
        found = one_pile(self.choices, goods)
        if found is None:
            return None
        choice, grids = found
        weight, guessed = choice.box.empty_g, False
        units: dict[str, int] = {}
        for one in goods:
            weight += one.grams * one.units
            units[one.sku] = units.get(one.sku, 0) + one.units
            guessed = guessed or one.guessed
        gap = self.care.gap_mm
        lay = Lay(grids, [[(one, one.units)] for one in goods], choice.box.padding_mm, gap, choice.turned)
        outer = choice.box.outer_mm or choice.box.inner_mm
        return Parcel(choice.box, weight, guessed, tuple(sorted(units.items())), outer, lay)

    def _own_wrappings(self, boxes: Boxes, counts: Counts, shelves: list[Shelf]) -> tuple[Counts, list[Parcel]]:
        """What is left without the kinds that fit no box, and their parcels."""
        left = list(counts)
        parcels: list[Parcel] = []
        for kind, units in enumerate(counts):
            if not any(boxes.takes(choice, kind) for choice in self.choices):
                parcels += [_own_wrapping(one) for one, there in shelves[kind].take(units) for _ in range(there)]
                left[kind] = 0
        return tuple(left), parcels

    def _each_alone(self, several: Several, counts: Counts, shelves: list[Shelf]) -> list[Parcel]:
        parcels: list[Parcel] = []
        for kind, units in enumerate(counts):
            load = several.one(tuple(int(n == kind) for n in range(len(counts))))
            for _ in range(units):
                if load is None:
                    parcels += [_own_wrapping(one) for one, _ in shelves[kind].take(1)]
                else:
                    parcels.append(self._parcel(load, several.boxes.kinds, shelves))
        return parcels

    def _kinds(self, goods: list[Goods]) -> tuple[list[Kind], list[Shelf]]:
        """Equal goods as one kind, whatever their SKU."""
        found: dict[tuple[object, ...], Shelf] = {}
        kinds = []
        for one in goods:
            shelf = found.get(one.equal)
            if shelf is None:
                kinds.append(one.kind)
                shelf = found[one.equal] = Shelf(one.together)
            shelf.add(one)
        return kinds, list(found.values())

    def _parcel(self, load: Load, kinds: Sequence[Kind], shelves: list[Shelf]) -> Parcel:
        """The load with its names: of equal units by SKU, in the order of the boxes."""
        box = load.choice.box
        weight, guessed = box.empty_g, False
        units: dict[str, int] = {}
        lying = []
        for grid in load.filled.grids:
            names = shelves[grid.kind].take(grid.units)
            lying.append(names)
            weight += kinds[grid.kind].grams * grid.units
            for one, count in names:
                units[one.sku] = units.get(one.sku, 0) + count
                guessed = guessed or one.guessed
        gap = self.care.gap_mm
        lay = Lay(load.filled.grids, lying, box.padding_mm, gap, load.choice.turned)
        return Parcel(box, weight, guessed, tuple(sorted(units.items())), load.outer_mm(gap), lay)

    def _without_boxes(self, goods: list[Goods]) -> list[Parcel]:
        """Parcels that only the weight limits: as many as go in, the largest first."""
        parcels = [_own_wrapping(one) for one in goods if one.grams > self.limit or one.alone for _ in range(one.units)]
        return parcels + _by_weight([(one, one.units) for one in goods if one.grams <= self.limit and not one.alone], self.limit)


def _flat_area(goods: Goods) -> tuple[int, int]:
    long, wide, _ = goods.kind.turns[0]
    return -long * wide, -long


def _apart(goods: list[Goods]) -> Iterable[list[Goods]]:
    """Groups that never share a parcel: dangerous goods, and those that ship alone."""
    if not any(one.alone or one.hazmat for one in goods):
        return [goods] if goods else []
    groups = (
        [one for one in goods if one.alone],
        [one for one in goods if one.hazmat and not one.alone],
        [one for one in goods if not one.hazmat and not one.alone],
    )
    return [group for group in groups if group]


def _by_weight(left: list[tuple[Goods, int]], limit: int) -> list[Parcel]:
    """Each parcel takes of all goods what it still can."""
    parcels = []
    while left:
        room, inside, rest = limit, [], []
        for one, units in left:
            count = min(units, room // one.grams) if one.grams else units
            room -= count * one.grams
            if count:
                inside.append((one, count))
            if count < units:
                rest.append((one, units - count))
        times = 1
        if len(left) == 1 and rest:  # thousands of equal units fill the same parcel again and again
            times = left[0][1] // inside[0][1]
            rest = [(one, units) for one, units in [(left[0][0], left[0][1] % inside[0][1])] if units]
        parcels += [_loose(inside)] * times
        left = rest
    return parcels


def _loose(inside: list[tuple[Goods, int]]) -> Parcel:
    """Goods without a box."""
    units: dict[str, int] = {}
    for one, count in inside:
        units[one.sku] = units.get(one.sku, 0) + count
    weight = sum(one.grams * count for one, count in inside)
    single = inside[0][0].known if len(inside) == 1 and inside[0][1] == 1 else None
    return Parcel(None, weight, any(one.guessed for one, _ in inside), tuple(sorted(units.items())), single)


def _own_wrapping(one: Goods) -> Parcel:
    return Parcel(None, one.grams, one.guessed, ((one.sku, 1),), one.known)

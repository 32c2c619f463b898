"""Orders made from a seed: boxes and goods as they come, awkward ones more often than in any shop."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from omscli.packing.model import Box, Care, Item


def boxes(chance: Random) -> list[Box]:
    """One to five, some padded, some envelopes."""
    return [
        Box(
            f"box{n}",
            (chance.randrange(60, 620, 10), chance.randrange(60, 620, 10), chance.randrange(60, 620, 10)),
            chance.randint(0, 500),
            chance.randint(2000, 30000),
            chance.choice((0, 0, chance.randint(20, 200))),
            chance.choice(("carton", "carton", "carton", "envelope")),
            chance.choice((0, 0, 0, 5, 12)),
        )
        for n in range(chance.randint(1, 5))
    ]


def goods(chance: Random) -> list[Item]:
    """Up to eight SKUs with every rule there is; some nobody measured."""
    return [
        Item(
            f"sku{n}",
            chance.choice((1, 1, 1, 2, 3, chance.randint(1, 30))),
            None if chance.random() < 0.05 else chance.randint(1, 4000),
            None if chance.random() < 0.05 else (chance.randint(5, 260), chance.randint(5, 260), chance.randint(5, 260)),
            ships_alone=chance.random() < 0.05,
            keep_upright=chance.random() < 0.25,
            fragile=chance.random() < 0.15,
            hazmat=chance.random() < 0.08,
            together=chance.choice(("", "", "", "a", "b")),
        )
        for n in range(chance.randint(1, 8))
    ]


def care(chance: Random) -> Care:
    """With and without gaps, support and levelled weights."""
    return Care(gap_mm=chance.choice((0, 0, 3)), support_percent=chance.choice((0, 75, 75, 100)), level=chance.random() < 0.8)


# A shop's boxes and goods: sizes in mm, grams, whether they stay upright.
CARTONS = (
    Box("a", (160, 110, 80), 50, 3000), Box("b", (220, 160, 110), 80, 6000), Box("c", (300, 210, 120), 120, 10000),
    Box("d", (300, 300, 200), 200, 15000), Box("e", (420, 310, 260), 300, 20000), Box("f", (600, 400, 400), 600, 30000),
)  # fmt: skip


def shop_goods(chance: Random) -> list[Item]:
    """Books, mugs, shirts, bottles, shoes, toys: one to nine kinds."""
    found = []
    for n in range(chance.randint(1, 9)):
        kind = chance.randrange(6)
        if kind == 0:
            size, grams = (chance.randint(150, 300), chance.randint(105, 230), chance.randint(8, 50)), chance.randint(150, 1600)
        elif kind == 1:
            size, grams = (chance.randint(85, 130), chance.randint(85, 110), chance.randint(80, 120)), chance.randint(250, 600)
        elif kind == 2:
            size, grams = (chance.randint(240, 330), chance.randint(180, 260), chance.randint(15, 60)), chance.randint(120, 700)
        elif kind == 3:
            size, grams = (chance.randint(60, 110), chance.randint(60, 110), chance.randint(160, 330)), chance.randint(300, 1600)
        elif kind == 4:
            size, grams = (chance.randint(280, 350), chance.randint(170, 230), chance.randint(95, 130)), chance.randint(500, 1400)
        else:
            size, grams = (chance.randint(40, 260), chance.randint(40, 260), chance.randint(40, 260)), chance.randint(80, 2000)
        found.append(Item(f"sku{n}", chance.choice((1, 1, 1, 2, 3, 6)), grams, size, keep_upright=kind in (1, 3)))
    return found


def changed(chance: Random, items: list[Item]) -> tuple[str, list[Item]]:
    """The order after a change that can only make it easier, or as easy: less of it, other words for it, more freedom."""
    change = chance.choice(("less", "otherwise named", "free"))
    found = list(items)
    if change == "less":
        at = chance.randrange(len(found))
        found[at] = replace(found[at], quantity=found[at].quantity - chance.randint(1, found[at].quantity))
    elif change == "otherwise named":
        chance.shuffle(found)
        found = [replace(item, size_mm=_named(chance, item)) for item in found]
    else:
        found = [replace(item, keep_upright=item.keep_upright and chance.random() < 0.5) for item in found]
    return change, found


def _named(chance: Random, item: Item) -> tuple[int, int, int]:
    a, b, c = item.size_mm or (1, 1, 1)
    if item.keep_upright:
        return b, a, c
    sides = chance.sample((a, b, c), 3)
    return sides[0], sides[1], sides[2]


def small_goods(chance: Random) -> list[Item]:
    """Two to six single units."""
    return [
        Item(
            f"sku{n}",
            1,
            chance.randint(50, 2500),
            (chance.randrange(30, 200, 2), chance.randrange(30, 200, 2), chance.randrange(30, 200, 2)),
            keep_upright=chance.random() < 0.2,
        )
        for n in range(chance.randint(2, 6))
    ]

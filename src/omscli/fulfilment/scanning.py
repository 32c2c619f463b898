"""Checking a shipment by its barcodes, piece by piece: what a scan means, what is left, and when all of it is there.

Pure: a `Check` is a value, a scan makes the next one. Nothing wrong is ever counted, so a check that is done holds the goods of
the shipment and no others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from omscli.base.text import fold

Verdict = Literal["right", "wrong_item", "wrong_variant", "surplus", "unknown", "confirmed", "confirm_first"]
CONFIRM = "ok"  # what is typed after reading the notes
# `3*` and then a barcode, as tills have it. A bare number is never a quantity: barcodes are numbers.
_TIMES = re.compile(r"\s*([1-9][0-9]{0,3})\s*[*x×]\s*(\S.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Article:
    """What a barcode or a typed SKU may mean. A kit has components: (SKU, units)."""

    sku: str
    title: str
    barcode: str = ""
    parent: str = ""
    components: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """What became of one scan. `left` are the units of that SKU still missing, `total_left` those of the whole shipment."""

    scanned: str
    verdict: Verdict
    sku: str | None
    units: int
    left: int
    total_left: int
    words: str

    @property
    def stops(self) -> bool:
        """Whether the packer must look up: nothing was counted."""
        return self.verdict not in ("right", "confirmed")


@dataclass(frozen=True, slots=True)
class Check:
    """How far one shipment is. `wanted` and `found` count pieces by SKU (kits opened); `notes` must be confirmed."""

    wanted: Mapping[str, int]
    articles: Mapping[str, Article]
    found: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    read: bool = False

    @property
    def left(self) -> dict[str, int]:
        """Pieces still missing, by SKU; none where the count is complete."""
        return {sku: units - self.found.get(sku, 0) for sku, units in self.wanted.items() if units > self.found.get(sku, 0)}

    @property
    def done(self) -> bool:
        """Whether every piece is there and every note was read."""
        return not self.left and (self.read or not self.notes)


def meanings(articles: Iterable[Article]) -> dict[str, Article]:
    """What may be scanned: each barcode, and each SKU as it is typed. A SKU wins over another article's barcode."""
    every = sorted(articles, key=lambda one: one.sku)
    codes = {fold(one.barcode): one for one in every if one.barcode}
    return codes | {fold(one.sku): one for one in every}


def scan(check: Check, text: str) -> tuple[Check, Event]:
    """The check after one scan, and what to tell the packer. `3*CODE` counts three pieces; `ok` confirms the notes."""
    text = text.strip()
    if fold(text) == CONFIRM and check.notes:
        after = replace(check, read=True)
        return after, Event(text, "confirmed", None, 0, 0, sum(after.left.values()), "notes confirmed")
    if check.notes and not check.read:
        words = f"read the notes first, then type {CONFIRM}: {'; '.join(check.notes)}"
        return check, _stop(check, text, "confirm_first", None, words)
    article, times = _meant(check, text)
    if article is None:
        return check, _stop(check, text, "unknown", None, f"{text}: no article has this barcode or SKU")
    pieces = {sku: units * times for sku, units in (article.components or ((article.sku, 1),))}
    if article.components and article.sku in check.wanted:
        pieces = {article.sku: times}
    wrong = [sku for sku in pieces if sku not in check.wanted]
    if wrong:
        return check, _wrong(check, text, article)
    over = [sku for sku, units in pieces.items() if units > check.wanted[sku] - check.found.get(sku, 0)]
    if over:
        have = f"{check.found.get(over[0], 0)} of {check.wanted[over[0]]}"
        return check, _stop(
            check, text, "surplus", article.sku, f"too many: {article.title or article.sku}, {have} are in the parcel already"
        )
    found = dict(check.found)
    for sku, units in pieces.items():
        found[sku] = found.get(sku, 0) + units
    after = replace(check, found=found)
    left, total = sum(after.left.get(sku, 0) for sku in pieces), sum(after.left.values())
    counted = sum(pieces.values())
    return after, Event(text, "right", article.sku, counted, left, total, f"{article.title or article.sku}: {left} left, {total} in all")


def _meant(check: Check, text: str) -> tuple[Article | None, int]:
    """The article and how often. The text as it stands goes first: a SKU may look like `2*X`."""
    known = check.articles.get(fold(text))
    if known is not None:
        return known, 1
    several = _TIMES.fullmatch(text)
    return (check.articles.get(fold(several[2])), int(several[1])) if several else (None, 1)


def _wrong(check: Check, text: str, article: Article) -> Event:
    name = article.title or article.sku
    for sku in sorted(check.wanted):
        one = check.articles.get(fold(sku))
        if one and article.parent and fold(one.parent) == fold(article.parent):
            return _stop(check, text, "wrong_variant", article.sku, f"wrong variant: this is {name} ({article.sku}), wanted is {sku}")
    return _stop(check, text, "wrong_item", article.sku, f"wrong item: {name} ({article.sku}) is not in this shipment")


def _stop(check: Check, text: str, verdict: Verdict, sku: str | None, words: str) -> Event:
    left = check.left
    return Event(text, verdict, sku, 0, left.get(sku or "", 0), sum(left.values()), words)

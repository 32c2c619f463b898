"""A channel's own list, taken over a part at a time: how it names its goods, and what it knows of our stock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from omscli.base.clock import as_text
from omscli.base.marks import Marks, packed, unpacked
from omscli.base.text import fold
from omscli.catalog.incoming import IncomingListing
from omscli.store.open import Run, Store
from omscli.store.sqlite.listings import Key, Listed
from omscli.workflows.home import Home

_NEW, _CHANGED, _UNCHANGED = range(3)


@dataclass(slots=True)
class ListingKeeper:
    """Takes over what one file lists. It replaces what was known of its SKUs at their places, and leaves the rest.

    A SKU may be listed several times at a place, in rows that stand far apart. The rows that the store knows of it are compared one by
    one in their order; those that are left over when the file has ended go. What a SKU with such rows offers is told at the end only.
    """

    home: Home
    store: Store
    channel: str
    run: Run
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("new", "changed", "unchanged"), 0))
    _met: Marks = field(default_factory=Marks)  # of each key, how many of its rows came, and as what it was counted
    _left: dict[Key, int] = field(default_factory=dict)  # keys of which the store knows more rows than came so far
    _late: dict[Key, None] = field(default_factory=dict)

    def take(self, listings: Sequence[IncomingListing]) -> None:
        """Rows of the list."""
        told: dict[Key, list[Listed]] = {}
        for one in listings:
            told.setdefault((one.place, fold(one.sku)), []).append(Listed.of(one))
        known = self.store.listings.rows(self.channel, told)
        gone: list[int] = []
        fresh: dict[Key, list[Listed]] = {}
        changed: dict[Key, list[Listed]] = {}
        for key, rows in told.items():
            there = known.get(key, [])
            came, counted = unpacked(self._met.get(key) or packed(0, None))
            rest = there[came:]
            same = next((n for n, (one, (_, old)) in enumerate(zip(rows, rest, strict=False)) if one != old), min(len(rows), len(rest)))
            if rows[same:]:
                gone += [number for number, _ in rest[same:]]
                (changed if there else fresh)[key] = rows[same:]
            self._note(key, came + len(rows), bool(rest[len(rows) :]) and same == len(rows))
            now = _CHANGED if there and rows[same:] else _UNCHANGED if there else _NEW
            self._met.put(key, packed(came + len(rows), self._counted(counted, now)))
        self.store.listings.replace(self.channel, gone, {**changed, **fresh}, self.run.id)
        self._tell({key: rows for key, rows in told.items() if key not in self._left})

    def _note(self, key: Key, came: int, more: bool) -> None:
        if more:
            self._left[key] = came
            self._late[key] = None
        else:
            self._left.pop(key, None)

    def _counted(self, before: int | None, now: int) -> int:
        """As what a SKU counts after a part, `before` being None where it is met for the first time."""
        names = ("new", "changed", "unchanged")
        if before is None:
            self.counts[names[now]] += 1
            return now
        if before == _UNCHANGED and now == _CHANGED:
            self.counts["unchanged"] -= 1
            self.counts["changed"] += 1
            return now
        return before

    def finish(self) -> dict[str, int]:
        """The list has ended. How many SKUs of it were new, changed and unchanged."""
        known = self.store.listings.rows(self.channel, self._left)
        gone = []
        for key, came in self._left.items():
            gone += [number for number, _ in known[key][came:]]
            self._counted(unpacked(self._met.get(key) or 0)[1], _CHANGED)
        self.store.listings.replace(self.channel, gone, {}, self.run.id)
        late = self.store.listings.rows(self.channel, self._late)
        self._tell({key: [row for _, row in rows] for key, rows in late.items()})
        return self.counts

    def _tell(self, rows: dict[Key, list[Listed]]) -> None:
        """The channel knows these quantities: it has just said so."""
        told = {key: units for key, listed in rows.items() for units in _last(listed)}
        self.store.files_out.tell(self.channel, told, as_text(self.home.now))


def _last(rows: Iterable[Listed]) -> Collection[int]:
    """The quantity of the last row that has one, if there is any."""
    return [row.quantity for row in rows if row.quantity is not None][-1:]

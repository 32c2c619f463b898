"""Stock counts of a file, taken in a part at a time: the difference between the shelf and the book becomes a movement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from omscli.base.problems import Problem
from omscli.catalog.incoming import IncomingStock
from omscli.catalog.resolve import SkuIndex
from omscli.stock.ledger import Movement, counted
from omscli.store.open import Run, Store
from omscli.workflows.home import Home
from omscli.workflows.import_goods import index_of, is_place, listings_of, product_of
from omscli.workflows.import_listings import ListingKeeper
from omscli.workflows.stock_feed import Drop

if TYPE_CHECKING:
    from omscli.workflows.importing import FileResult

Row = tuple[IncomingStock, int]  # what the file says, and of which product
Levels = Mapping[tuple[int, str], Mapping[str, Any]]


@dataclass(slots=True)
class Once:
    """Products that were met at a place before, in one bit each: the store numbers them from 1 without gaps."""

    _bits: dict[str, bytearray] = field(default_factory=dict)

    def is_first(self, product: int, place: str) -> bool:
        """Whether nobody has asked this before."""
        bits = self._bits.setdefault(place, bytearray())
        at, bit = product >> 3, 1 << (product & 7)
        if at >= len(bits):
            bits.extend(bytes(at + 1024 - len(bits)))
        is_new = not bits[at] & bit
        bits[at] |= bit
        return is_new


@dataclass(slots=True)
class StockIntake:
    """Takes the counts of one file in. A snapshot is a count: what moved after `as_of` is counted in.

    Of the whole file it keeps one bit for each product and place (a product that is counted under two names) and what a feed would
    take away in all: its guard speaks at the end, and takes everything back.
    """

    home: Home
    store: Store | None
    result: FileResult
    run: Run | None
    index: SkuIndex = field(init=False)
    once: Once = field(default_factory=Once)
    claimed: dict[str, dict[tuple[int, str], int]] = field(default_factory=dict)  # by place, asked for once
    differing: int = 0
    uncovered: set[tuple[str, int]] = field(init=False)
    drop: Drop | None = field(init=False)
    listings: ListingKeeper | None = field(init=False)

    def __post_init__(self) -> None:
        self.index = index_of(self.store)
        self.uncovered = self.store.shipments.uncovered() if self.store and self.run else set()
        feed = self.result.feed
        self.drop = Drop(feed, *(self.store.stock.held_at(feed.location) if self.store else (0, 0))) if feed else None
        self.listings = listings_of(self.home, self.store, self.result, self.run)

    def take(self, records: list[IncomingStock]) -> list[IncomingStock]:
        """Counts of a part of the file. Returns those that are about this place, where it is a place's own book."""
        if self.result.feed is not None:
            records = self.result.feed.rows(records, self.result.problems)
        good = self._good(records)
        levels = self._levels(good)
        units = self._on_hand(good, levels)
        if self.drop is not None:
            for (one, product), there in zip(good, units, strict=True):
                self.drop.add(there or 0, levels.get((product, one.location)))
        self._count(good, units, levels)
        if self.listings is not None:
            self.listings.take([one.listing for one in records if one.listing is not None])
        return records

    def finish(self) -> None:
        """The file has ended. Raises Refused where a feed would take away more than the seller thinks possible."""
        result = self.result
        result.notices += self.index.spellings()
        if self.drop is not None:
            self.drop.check(result.file)
        if self.differing:
            what = f"{self.differing} level{'s' if self.differing > 1 else ''} differ{'' if self.differing > 1 else 's'}"
            channel = result.channel or "CHANNEL"
            result.notices.append(
                f"{what} from the book, which stays as it is: oms sync {channel} --compare shows it, oms import --count takes the file's numbers"
            )
        if self.store is not None and self.run is not None:
            short = len(self.store.shipments.uncovered() - self.uncovered)
            if short:
                result.for_person.append(f"at {short} places more of a product is promised than was counted: run `oms route`")
        if self.listings is not None:
            self.listings.finish()

    def _good(self, records: Sequence[IncomingStock]) -> list[Row]:
        """The rows of products and places that there are, kits and what was counted already left out."""
        good: list[Row] = []
        self.index.learn(one.sku for one in records)
        found = [(one, product_of(self.index, one, self.result), is_place(self.home, one, self.result)) for one in records]
        kits = self.store.catalog.parts(product for _, product, _ in found if product is not None) if self.store else {}
        for one, product, place in found:
            if product in kits:
                hint = "its parts are counted"
                self._note(one, f"{one.sku} is a kit: it lies nowhere itself", hint, rejected=False)
            elif product is None or not place:
                continue
            elif one.on_hand is None or self.once.is_first(product, one.location):
                good.append((one, product))
            elif self._only_lists(one):
                self.result.counts["unchanged"] += 1
            else:
                words = f"{one.sku} at {one.location} was counted by another name in a row above: both mean one product"
                self._note(one, words, "leave one of the two rows, with all units of the place", rejected=True)
        return good

    def _note(self, one: IncomingStock, words: str, hint: str, *, rejected: bool) -> None:
        self.result.problems.append(Problem(one.source_line, "sku", one.sku, words, hint, rejected=rejected))

    def _only_lists(self, one: IncomingStock) -> bool:
        """A channel's own list knows nothing of what was sold elsewhere: where the book has a number, the book is right."""
        return one.listing is not None and not self.result.recount

    def _levels(self, good: Sequence[Row]) -> Levels:
        """What the book says of these rows."""
        if self.store is None:
            return {}
        by_place: dict[str, dict[int, None]] = {}
        for one, product in good:
            by_place.setdefault(one.location, {})[product] = None
        found = {}
        for place, products in by_place.items():
            for product, row in self.store.stock.levels_at(place, products).items():
                found[product, place] = row
        return found

    def _on_hand(self, good: Sequence[Row], levels: Levels) -> list[int | None]:
        """Units that lie there now, as the file means it; None where it says nothing about that.

        A count that does not say when it was taken is as old as its file: read again it must not bring back what has left since.
        """
        moved = self._moved(good)
        found: list[int | None] = []
        for (one, product), since in zip(good, moved, strict=True):
            units = one.on_hand
            if units is not None and one.is_available:
                row = levels.get((product, one.location))
                units += self._claimed_at(one.location).get((product, one.location), 0) + (row["unavailable"] if row else 0)
            found.append(None if units is None else max(0, units + since))
        return found

    def _claimed_at(self, place: str) -> dict[tuple[int, str], int]:
        if place not in self.claimed:
            self.claimed[place] = self.store.stock.claimed([place], self.result.channel) if self.store else {}
        return self.claimed[place]

    def _moved(self, good: Sequence[Row]) -> list[int]:
        """What has come and gone since each row was counted."""
        asked: dict[tuple[str, str, bool], dict[int, None]] = {}
        keys = []
        for one, product in good:
            key = (one.location, one.as_of or self.result.written_at or "", not one.is_available)
            keys.append(key)
            if one.on_hand is not None:
                asked.setdefault(key, {})[product] = None
        known = {
            key: self.store.stock.moved_since(key[0], key[1], products, shipped=key[2])
            for key, products in asked.items()
            if self.store is not None and key[1]
        }
        return [known.get(key, {}).get(product, 0) for key, (_, product) in zip(keys, good, strict=True)]

    def _count(self, good: Sequence[Row], units: Sequence[int | None], levels: Levels) -> None:
        """Write what differs: places first, then the movements, then that somebody looked."""
        work = _Work()
        for (one, product), there in zip(good, units, strict=True):
            row = levels.get((product, one.location))
            if row is not None and self._only_lists(one):
                self.result.counts["unchanged"] += 1
                self.differing += there is not None and there != row["on_hand"]
            else:
                self._compare(one, product, there, row, work)
            if self.run is not None and there is not None and (row is None or there >= row["unavailable"]):
                work.looked_at.append((product, one.location, min(one.as_of or self.run.at, self.run.at)))
        if self.store is not None and self.run is not None:
            self.store.runs.keep_all(self.run.id, "place", work.before)
            self.store.stock.set_places(work.places)
            self.store.stock.add_places(work.new)
            self.store.stock.post(work.moves, self.run.id, self.run.at)
            self.store.stock.mark_counted(work.looked_at)

    def _compare(self, one: IncomingStock, product: int, units: int | None, row: Mapping[str, Any] | None, work: _Work) -> None:
        """The movement of one row, if the shelf and the book differ; and its bin and safety stock, if these do."""
        told: dict[str, Any] = {name: getattr(one, name) for name in ("bin", "safety_stock") if name in one.columns}
        places = {name: value for name, value in told.items() if (value is not None if row is None else row[name] != value)}
        difference = 0 if units is None else units - (row["on_hand"] if row else 0)
        self.result.counts["new" if row is None else "changed" if difference or places else "unchanged"] += 1
        if places:
            work.before.append((f"{product} {one.location}", {name: row[name] if row else None for name in places}))
            work.places.append((product, one.location, places))
        elif row is None:
            work.new.append((product, one.location))
        if difference < 0 and row and row["unavailable"] > (units or 0):
            if self.run is not None:
                words = f"{row['unavailable']} of {one.sku} at {one.location} are set aside as not sellable"
                self.result.problems.append(
                    Problem(one.source_line, "on_hand", str(one.on_hand), words, "settle these first: oms stock show", rejected=True)
                )
        elif difference:
            work.moves.append(counted(product, one.location, difference, self.result.file))


@dataclass(slots=True)
class _Work:
    """What the rows of one part change."""

    before: list[tuple[object, dict[str, Any] | None]] = field(default_factory=list)
    places: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    new: list[tuple[int, str]] = field(default_factory=list)
    moves: list[Movement] = field(default_factory=list)
    looked_at: list[tuple[int, str, str]] = field(default_factory=list)

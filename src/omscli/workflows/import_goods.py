"""What stock, listings and expected receipts of a file have in common: each row names a product and mostly a place."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import nsmallest
from typing import TYPE_CHECKING

from omscli.base.marks import Marks
from omscli.base.problems import Problem
from omscli.base.sheet_text import looks_like_day
from omscli.base.text import nearest
from omscli.catalog.incoming import IncomingListing, IncomingReceipt, IncomingStock
from omscli.catalog.resolve import SkuIndex
from omscli.store.open import Run, Store
from omscli.workflows.home import Home
from omscli.workflows.import_listings import ListingKeeper
from omscli.workflows.stock_changes import keep_expected

if TYPE_CHECKING:
    from omscli.workflows.importing import FileResult

AS_DAY = "a spreadsheet may have taken another SKU for a day: import the file without opening it there"


def index_of(store: Store | None) -> SkuIndex:
    """The catalogue, asked as names come up: a file may be about a few SKUs of very many."""
    return store.catalog.lookup() if store else SkuIndex()


def listings_of(home: Home, store: Store | None, result: FileResult, run: Run | None) -> ListingKeeper | None:
    """Who keeps what a channel's own catalogue, stock list or list of offers says; nobody in a dry run and for a file of no channel."""
    return ListingKeeper(home, store, result.channel, run) if store is not None and run is not None and result.channel else None


@dataclass(slots=True)
class ListingIntake:
    """Takes in what a channel says that it lists: kept for its stock files, and to compare."""

    home: Home
    store: Store | None
    result: FileResult
    run: Run | None
    index: SkuIndex = field(init=False)
    keeper: ListingKeeper | None = field(init=False)
    unknown: Marks = field(default_factory=Marks)
    known_not: int = 0
    first: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.index = index_of(self.store)
        self.keeper = listings_of(self.home, self.store, self.result, self.run)

    def take(self, records: list[IncomingListing]) -> list[IncomingListing]:
        """Rows of a part of the file."""
        self.index.learn(one.sku for one in records)
        unknown = [sku for sku in dict.fromkeys(one.sku for one in records) if self.index.find(self.result.channel, sku) is None]
        new = [sku for sku in unknown if self.unknown.add(sku)]
        self.known_not += len(new)
        self.first = nsmallest(5, self.first + new)
        if self.keeper is not None:
            self.keeper.take(records)
        else:
            self.result.counts["new"] += len(records)
        return records

    def finish(self) -> None:
        """The file has ended."""
        if self.known_not:
            names = f"{', '.join(self.first)}{f' and {self.known_not - 5} more' if self.known_not > 5 else ''}"
            self.result.notices.append(
                f"nobody knows these SKUs, so no stock is told for them: {names} — oms product alias SKU NAME --channel {self.result.channel}"
            )
        if self.keeper is not None:
            self.result.counts |= self.keeper.finish()


@dataclass(slots=True)
class ReceiptIntake:
    """Takes in goods that are expected. The same delivery told again replaces what was told."""

    home: Home
    store: Store | None
    result: FileResult
    run: Run | None
    index: SkuIndex = field(init=False)

    def __post_init__(self) -> None:
        self.index = index_of(self.store)

    def take(self, records: list[IncomingReceipt]) -> list[IncomingReceipt]:
        """Receipts of a part of the file."""
        store, run, result = self.store, self.run, self.result
        self.index.learn(one.sku for one in records)
        for one in records:
            product = product_of(self.index, one, result)
            if product is None or not is_place(self.home, one, result):
                continue
            if store is not None and run is not None:
                before = store.stock.expected_rows(product, one.location)
                result.counts[store.stock.expect(product, one.location, one.expected_on, one.quantity, one.reference)] += 1
                keep_expected(store, run, product, one.location, before)
            else:
                result.counts["new"] += 1
        return records

    def finish(self) -> None:
        """The file has ended."""
        self.result.notices += self.index.spellings()


def product_of(index: SkuIndex, one: IncomingStock | IncomingReceipt, result: FileResult) -> int | None:
    """The product of a row; None, and the row is set aside, where nobody knows it."""
    product = index.find(result.channel, one.sku)
    if product is None and result.feed is not None and result.feed.ignores_unknown:
        result.counts["skipped"] += 1
    elif product is None:
        near = index.nearest(one.sku)
        hint = AS_DAY if looks_like_day(one.sku) else f"did you mean {near}?" if near else "import products.csv first"
        result.problems.append(Problem(one.source_line, "sku", one.sku, f"nobody knows SKU {one.sku}", hint))
    return product


def is_place(home: Home, one: IncomingStock | IncomingReceipt, result: FileResult) -> bool:
    """Whether rules.yaml has the place of a row; if not, the row is set aside."""
    if one.location in home.settings.locations:
        return True
    near = nearest(one.location, home.settings.locations)
    hint = f"did you mean {near}?" if near else f"locations in rules.yaml: {', '.join(home.settings.locations)}"
    result.problems.append(Problem(one.source_line, "location", one.location, f"no location is called {one.location!r}", hint))
    return False

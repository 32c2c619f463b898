"""Products of a file, taken in a part at a time; kits when it has ended, since their parts may stand below them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from omscli.base.marks import Marks, packed, unpacked
from omscli.base.problems import Problem
from omscli.base.sheet_text import looks_like_day
from omscli.base.text import nearest
from omscli.catalog.incoming import IncomingProduct
from omscli.catalog.resolve import SkuIndex
from omscli.channels.pile import Pile
from omscli.store.open import Run, Store
from omscli.workflows.home import Home
from omscli.workflows.import_goods import AS_DAY, index_of, listings_of
from omscli.workflows.import_listings import ListingKeeper
from omscli.workflows.import_orders import release_known_skus, swapped_columns

if TYPE_CHECKING:
    from omscli.workflows.importing import FileResult

# What a row says, without where it stands. A channel's own catalogue, which also lists, has each SKU once.
_WORDS = attrgetter(*(one.name for one in fields(IncomingProduct) if one.name not in ("source_line", "listing")))
_SOME = 50_000


@dataclass(slots=True)
class ProductIntake:
    """Takes the products of one file in: new ones are added, known ones take over the columns the file has.

    Of the whole file it keeps a mark of each SKU with its line and a hash of its words (a SKU in two rows), a mark of each kit, and the
    first of its names, to guess what an unknown part of a kit was meant to be. The kits themselves wait in a pile.
    """

    home: Home
    store: Store | None
    result: FileResult
    run: Run | None
    index: SkuIndex = field(init=False)
    first: int = field(init=False)  # products from here on are the file's own
    met: Marks = field(default_factory=Marks)
    kits: Marks = field(default_factory=Marks)
    pile: Pile[IncomingProduct] = field(default_factory=Pile)
    some: list[str] = field(default_factory=list)
    is_plain: bool = field(init=False)  # its SKUs are SKUs
    listings: ListingKeeper | None = field(init=False)

    def __post_init__(self) -> None:
        self.index = index_of(self.store)
        self.first = self.store.catalog.next_product() if self.store else 1
        self.is_plain = self.first == 1
        self.listings = listings_of(self.home, self.store, self.result, self.run)

    def take(self, records: list[IncomingProduct]) -> list[IncomingProduct]:
        """Products of a part of the file. Returns those that were taken: no kits yet."""
        records = self._once(records)
        known = self._known(records)
        if not self.is_plain:
            self.is_plain = bool(known)
            swapped = None if known else self.index.swapped("", ((one.sku, one.title) for one in records), self.first)
            if swapped is not None:
                raise swapped_columns(self.result.file, *swapped)
        for one in records:
            if one.components:
                self.kits.add(one.sku)
                self.pile.put(one)
        plain = [one for one in records if not one.components]
        self._write(plain, known)
        self._set_parts([one for one in plain if one.sku in known and known[one.sku]["components"]], known, {})  # kits no longer
        return plain

    def finish(self) -> list[IncomingProduct]:
        """The file has ended: its kits, and the orders that waited for its products. Returns the kits that were taken."""
        taken: list[IncomingProduct] = []
        self.index.forget()  # its products are known by now
        for part in self.pile.parts():
            kits = self._good_kits(part)
            known = self._known(kits)
            self._set_parts(kits, known, self._write(kits, known))
            taken += kits if self.run is None else ()
        if self.listings is not None:
            self.listings.finish()
        if self.result.counts["new"] and self.store is not None and self.run is not None:
            released = release_known_skus(self.store, self.home.settings, self.run)
            if released:
                more = f" and {len(released) - 5} more" if len(released) > 5 else ""
                self.result.notices.append(f"no longer held, every SKU is known now: {', '.join(released[:5])}{more}")
        return taken

    def _known(self, records: Sequence[IncomingProduct]) -> dict[str, dict[str, Any]]:
        return self.store.catalog.known(one.sku for one in records) if self.store else {}

    def _once(self, records: Sequence[IncomingProduct]) -> list[IncomingProduct]:
        """A SKU that stands in two rows: the same words twice are one product, other words are a contradiction."""
        found = []
        for one in records:
            words = hash(_WORDS(one)) & 0x7FFFFFFF
            line, told = unpacked(self.met.setdefault(one.sku, packed(one.source_line, words)))
            if line == one.source_line:
                found.append(one)
                if len(self.some) < _SOME:
                    self.some.append(one.sku)
                continue
            if told == words:
                problem, hint, rejected = f"{one.sku} stands in line {line} already", "the row is the same: it was taken once", False
            else:
                problem, hint, rejected = f"{one.sku} stands in line {line} with other words", "leave one of the two rows", True
            self.result.problems.append(Problem(one.source_line, "sku", one.sku, problem, hint, rejected=rejected))
        return found

    def _write(self, records: Sequence[IncomingProduct], known: dict[str, dict[str, Any]]) -> dict[str, int]:
        """Add what is new and change what is known, without the parts of kits. Returns the ids of new ones."""
        new = [one for one in records if one.sku not in known]
        changes: list[tuple[int, dict[str, Any]]] = []
        for one in records:
            if one.sku in known:
                values = _differences(known[one.sku], one)
                self.result.counts["changed" if values else "unchanged"] += 1
                if values:
                    changes.append((known[one.sku]["id"], values))
        self.result.counts["new"] += len(new)
        self.result.problems += [
            Problem(one.source_line, "sku", one.sku, "looks like a day", AS_DAY, rejected=False) for one in new if looks_like_day(one.sku)
        ]
        if self.store is None or self.run is None:
            return {}
        ids = self.store.catalog.add(new) if new else {}
        for product, values in changes:
            self.store.catalog.change(product, values)
        if self.listings is not None:
            self.listings.take([one.listing for one in records if one.listing is not None])
        return ids

    def _good_kits(self, kits: Sequence[IncomingProduct]) -> list[IncomingProduct]:
        """A kit whose components nobody knows could never be sent: it is set aside with its line."""
        self.index.learn(sku for one in kits for sku in (one.sku, *(part for part, _ in one.components or ())))
        stored = self._stored_kits(kits)
        good = []
        for one in kits:
            parts = [sku for sku, _ in one.components or ()]
            bad = [sku for sku in parts if not self._is_known(sku)]
            nested = [sku for sku in parts if sku in self.kits or self.index.find("", sku) in stored]
            around = self._kits_around(one)
            if not bad and not nested and not around:
                good.append(one)
                continue
            name = (bad or nested or [one.sku])[0]
            why = (
                f"of kit {one.sku} is no known SKU"
                if bad
                else f"of kit {one.sku} is a kit itself"
                if nested
                else f"of kit {around} would be a kit itself"
            )
            near = nearest(name, {*self.some, *self.index.every_name()}) if bad else None
            hint = f"did you mean {near}?" if near else "a kit consists of single products"
            self.result.problems.append(Problem(one.source_line, "components", name, f"component {name} {why}", hint))
        return good

    def _stored_kits(self, kits: Sequence[IncomingProduct]) -> Collection[int]:
        """Which parts of these the store knows as kits."""
        found = {self.index.find("", sku) for one in kits for sku, _ in one.components or ()}
        return self.store.catalog.parts(part for part in found if part is not None) if self.store else ()

    def _kits_around(self, one: IncomingProduct) -> str:
        """A stored kit of which this one is a part, and which the file does not make anew; "" where there is none."""
        product = self.index.find("", one.sku)
        names = self.store.catalog.kits_with(product) if self.store and product is not None else []
        return next((sku for sku in names if sku not in self.kits), "")

    def _is_known(self, sku: str) -> bool:
        """Whether the file has a SKU, or the catalogue had it before, by this name or another."""
        if sku in self.met:
            return True
        product = self.index.find("", sku)
        return product is not None and product < self.first

    def _set_parts(self, kits: Sequence[IncomingProduct], known: dict[str, dict[str, Any]], ids: dict[str, int]) -> None:
        if self.store is None or self.run is None:
            return
        for one in kits:
            if "components" in one.columns and (
                one.sku in ids or tuple(sorted(one.components or ())) != (known[one.sku]["components"] or ())
            ):
                parts = [(self.index.find("", sku), units) for sku, units in one.components or ()]
                kit = ids.get(one.sku) or known[one.sku]["id"]
                self.store.catalog.set_components(kit, [(part, units) for part, units in parts if part is not None and part != kit])


def _differences(row: dict[str, Any], told: IncomingProduct) -> dict[str, Any]:
    found = {}
    for name in told.columns:
        value = getattr(told, name, None)
        if name == "components":
            if tuple(sorted(value or ())) != tuple(row["components"] or ()):
                found[name] = value
        elif name in row and name not in ("sku", "id") and row[name] != (int(value) if isinstance(value, bool) else value):
            if name == "title" and not value:
                continue
            found[name] = value
    return found

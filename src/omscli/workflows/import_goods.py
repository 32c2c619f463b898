"""Products, stock counts and expected receipts of a file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from omscli.base.problems import Problem
from omscli.base.sheet_text import looks_like_day
from omscli.base.text import nearest
from omscli.catalog.incoming import IncomingProduct, IncomingReceipt, IncomingStock
from omscli.catalog.resolve import SkuIndex
from omscli.stock.ledger import Movement, counted
from omscli.store.open import Run, Store
from omscli.workflows.feeds_out import keep_listings
from omscli.workflows.home import Home
from omscli.workflows.import_orders import release_known_skus, swapped_columns
from omscli.workflows.stock_changes import keep_expected

if TYPE_CHECKING:
    from omscli.workflows.importing import FileResult

_AS_DAY = "a spreadsheet may have taken another SKU for a day: import the file without opening it there"


def take_products(home: Home, store: Store | None, result: FileResult, run: Run | None) -> None:
    """New products are added, known ones take over the columns the file has."""
    _once(result)
    swapped = (store.catalog.index() if store else SkuIndex()).swapped("", ((one.sku, one.title) for one in result.records))
    if swapped is not None:
        raise swapped_columns(result.file, *swapped)
    _check_kits(store, result)
    known = store.catalog.known(one.sku for one in result.records) if store else {}
    new = [one for one in result.records if one.sku not in known]
    changes: list[tuple[int, dict[str, Any]]] = []
    for one in result.records:
        if one.sku in known:
            values = _differences(known[one.sku], one)
            result.counts["changed" if values else "unchanged"] += 1
            if values:
                changes.append((known[one.sku]["id"], values))
    result.counts["new"] = len(new)
    result.problems += [
        Problem(one.source_line, "sku", one.sku, "looks like a day", _AS_DAY, rejected=False) for one in new if looks_like_day(one.sku)
    ]
    if store is None or run is None:
        return
    ids = store.catalog.add(new) if new else {}
    for product, values in changes:
        store.catalog.change(product, values)
    _keep_listings(home, store, result, run)
    index = store.catalog.index()
    for one in result.records:
        if one.components is not None and "components" in one.columns:
            product = ids.get(one.sku) or known[one.sku]["id"]
            parts = [(index.find("", sku), units) for sku, units in one.components]
            if one.sku in ids or tuple(sorted(one.components)) != tuple(known[one.sku]["components"] or ()):
                store.catalog.set_components(product, [(part, units) for part, units in parts if part is not None and part != product])
    if new:
        released = release_known_skus(store, home.settings, run)
        if released:
            more = f" and {len(released) - 5} more" if len(released) > 5 else ""
            result.notices.append(f"no longer held, every SKU is known now: {', '.join(released[:5])}{more}")


def _once(result: FileResult) -> None:
    """A SKU that stands in two rows: the same words twice are one product, other words are a contradiction."""
    first: dict[str, IncomingProduct] = {}
    for one in result.records:
        known = first.setdefault(one.sku, one)
        if known is one:
            continue
        if replace(one, source_line=known.source_line) == known:
            words, hint, rejected = f"{one.sku} stands in line {known.source_line} already", "the row is the same: it was taken once", False
        else:
            words, hint, rejected = f"{one.sku} stands in line {known.source_line} with other words", "leave one of the two rows", True
        result.problems.append(Problem(one.source_line, "sku", one.sku, words, hint, rejected=rejected))
    result.records = list(first.values())


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


def _check_kits(store: Store | None, result: FileResult) -> None:
    """A kit whose components nobody knows could never be sent: it is set aside with its line."""
    index = store.catalog.index() if store else SkuIndex()
    here = {one.sku for one in result.records}
    kits = {one.sku for one in result.records if one.components}
    good = []
    for one in result.records:
        bad = [sku for sku, _ in one.components or () if sku not in here and index.find("", sku) is None]
        nested = [sku for sku, _ in one.components or () if sku in kits]
        if bad or nested or any(sku == one.sku for sku, _ in one.components or ()):
            name = (bad or nested or [one.sku])[0]
            why = "is no known SKU" if bad else "is a kit itself" if nested else "is the kit itself"
            near = nearest(name, here | set(index.exact)) if bad else None
            hint = f"did you mean {near}?" if near else "a kit consists of single products"
            result.problems.append(Problem(one.source_line, "components", name, f"component {name} of kit {one.sku} {why}", hint))
            continue
        good.append(one)
    result.records = good


def take_stock(home: Home, store: Store | None, result: FileResult, run: Run | None) -> None:
    """A snapshot is a count: the difference to the book becomes a movement; what moved after `as_of` is counted in."""
    index = store.catalog.index() if store else SkuIndex()
    good: list[tuple[IncomingStock, int]] = []
    if result.feed is not None:
        result.records = result.feed.rows(result.records, result.problems)
    kits = store.catalog.parts(index.exact.values()) if store else {}
    for one in result.records:
        product = product_of(index, one, result)
        place = is_place(home, one, result)
        if product in kits:
            hint = "its parts are counted"
            result.problems.append(
                Problem(one.source_line, "sku", one.sku, f"{one.sku} is a kit: it lies nowhere itself", hint, rejected=False)
            )
        elif product is not None and place:
            good.append((one, product))
    result.notices += index.spellings()
    levels = store.stock.levels() if store else {}
    claimed = store.stock.claimed((one.location for one, _ in good if one.is_available), result.channel) if store else {}
    told = [
        _on_hand(store, one, product, levels.get((product, one.location)), claimed.get((product, one.location), 0), result.written_at)
        for one, product in good
    ]
    if result.feed is not None:
        result.feed.check(result.file, {product: units or 0 for (_, product), units in zip(good, told, strict=True)}, levels)
    moves: list[Movement] = []
    other = 0
    for (one, product), units in zip(good, told, strict=True):
        row = levels.get((product, one.location))
        if one.listing is not None and row is not None and not result.recount:
            # A channel's own list knows nothing of what was sold elsewhere: where the book has a number, the book is right.
            result.counts["unchanged"] += 1
            other += units is not None and units != row["on_hand"]
            continue
        moves += _counted(store, one, units, product, row, result, run)
    if other:
        what = f"{other} level{'s' if other > 1 else ''} differ{'' if other > 1 else 's'} from the book, which stays as it is"
        result.notices.append(
            f"{what}: oms sync {result.channel or 'CHANNEL'} --compare shows it, oms import --count takes the file's numbers"
        )
    if store is not None and run is not None:
        before = store.shipments.uncovered()
        store.stock.post(moves, run.id, run.at)
        store.stock.mark_counted(_looked_at(good, told, levels, run))
        short = len(store.shipments.uncovered() - before)
        if short:
            result.for_person.append(f"at {short} places more of a product is promised than was counted: run `oms route`")
        _keep_listings(home, store, result, run)


def _on_hand(
    store: Store | None, one: IncomingStock, product: int, row: dict[str, Any] | None, claimed: int, written_at: str | None
) -> int | None:
    """Units that lie there now, as the file means it; None where it says nothing about that.

    A count that does not say when it was taken is as old as its file: read again it must not bring back what has left since.
    """
    units = one.on_hand
    if units is None:
        return None
    if one.is_available:
        units += claimed + (row["unavailable"] if row else 0)
    as_of = one.as_of or written_at
    if as_of and store:
        units += store.stock.moved_since(product, one.location, as_of, shipped=not one.is_available)
    return max(0, units)


def _counted(
    store: Store | None,
    one: IncomingStock,
    units: int | None,
    product: int,
    row: dict[str, Any] | None,
    result: FileResult,
    run: Run | None,
) -> list[Movement]:
    """The movement of one row, if the shelf and the book differ."""
    book = row["on_hand"] if row else 0
    told: dict[str, Any] = {name: getattr(one, name) for name in ("bin", "safety_stock") if name in one.columns}
    places = {name: value for name, value in told.items() if (value is not None if row is None else row[name] != value)}
    difference = 0 if units is None else units - book
    result.counts["new" if row is None else "changed" if difference or places else "unchanged"] += 1
    if store is None or run is None:
        return []
    if places:
        store.runs.keep(run.id, "place", f"{product} {one.location}", {name: row[name] if row else None for name in places})
        store.stock.set_place(product, one.location, places)
    elif row is None:
        store.stock.add_places([(product, one.location)])
    if difference < 0 and row and row["unavailable"] > (units or 0):
        result.problems.append(
            Problem(one.source_line, "on_hand", str(one.on_hand), f"{row['unavailable']} of {one.sku} at {one.location} are set aside as not sellable",
                    "settle these first: oms stock show", rejected=True)
        )  # fmt: skip
        return []
    return [counted(product, one.location, difference, result.file)] if difference else []


def _looked_at(
    good: list[tuple[IncomingStock, int]], told: list[int | None], levels: dict[tuple[int, str], dict[str, Any]], run: Run
) -> list[tuple[int, str, str]]:
    """(product, place, when) of the rows that said what lies there and were taken."""
    found = []
    for (one, product), units in zip(good, told, strict=True):
        row = levels.get((product, one.location))
        if units is not None and (row is None or units >= row["unavailable"]):
            found.append((product, one.location, min(one.as_of or run.at, run.at)))
    return found


def _keep_listings(home: Home, store: Store, result: FileResult, run: Run) -> None:
    """A channel's own catalogue or stock list also tells how it names its goods, and what it offers."""
    listings = [one.listing for one in result.records if one.listing is not None]
    if listings and result.channel:
        keep_listings(home, store, result.channel, listings, run)


def take_listings(home: Home, store: Store | None, result: FileResult, run: Run | None) -> None:
    """What a channel says that it lists: kept for its stock files, and to compare."""
    index = store.catalog.index() if store else SkuIndex()
    unknown = sorted({one.sku for one in result.records if index.find(result.channel, one.sku) is None})
    if unknown:
        names = f"{', '.join(unknown[:5])}{f' and {len(unknown) - 5} more' if len(unknown) > 5 else ''}"
        result.notices.append(
            f"nobody knows these SKUs, so no stock is told for them: {names} — oms product alias SKU NAME --channel {result.channel}"
        )
    if store is None or run is None:
        result.counts["new"] = len(result.records)
        return
    result.counts |= keep_listings(home, store, result.channel, result.records, run)


def take_receipts(home: Home, store: Store | None, result: FileResult, run: Run | None) -> None:
    """Goods that are expected. The same delivery told again replaces what was told."""
    index = store.catalog.index() if store else SkuIndex()
    for one in result.records:
        product = product_of(index, one, result)
        if product is None or not is_place(home, one, result):
            continue
        if store is not None and run is not None:
            before = store.stock.expected_rows(product, one.location)
            result.counts[store.stock.expect(product, one.location, one.expected_on, one.quantity, one.reference)] += 1
            keep_expected(store, run, product, one.location, before)
        else:
            result.counts["new"] += 1
    result.notices += index.spellings()


def product_of(index: SkuIndex, one: IncomingStock | IncomingReceipt, result: FileResult) -> int | None:
    """The product of a row; None, and the row is set aside, where nobody knows it."""
    product = index.find(result.channel, one.sku)
    if product is None and result.feed is not None and result.feed.ignores_unknown:
        result.counts["skipped"] += 1
    elif product is None:
        near = index.nearest(one.sku)
        hint = _AS_DAY if looks_like_day(one.sku) else f"did you mean {near}?" if near else "import products.csv first"
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

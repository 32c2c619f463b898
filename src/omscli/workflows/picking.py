"""`oms pick`: release planned shipments to the people at the shelves, and write their lists and slips."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omscli.base.address import Address
from omscli.base.clock import as_text
from omscli.errors import NotAllowed, Refused, UsageError
from omscli.outgoing.files import write_whole
from omscli.render.documents_model import PickLine, PickList, PurchaseLine, PurchaseOrder, Shop, Slip, SlipLine, Waiting
from omscli.render.picking import By, pick_csv, pick_document, pick_text
from omscli.render.safe import json_text
from omscli.store.open import Store
from omscli.store.sqlite.files_out import NewFile
from omscli.workflows.home import Home

if TYPE_CHECKING:
    from omscli.render.documents_pdf import Look, Printed

PAPER_SIZES = ("a4", "letter", "4x6")


@dataclass(slots=True)
class Picked:
    """What was released: one list a place. `left` are shipments that may not be released yet, with the reason."""

    lists: list[PickList] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    run: int | None = None
    shipments: int = 0
    by_place: dict[str, int] = field(default_factory=dict)  # shipments of each list
    warnings: list[str] = field(default_factory=list)  # letters that no font of the machine has


@dataclass(slots=True)
class Wish:
    """How the lists are wanted. `output` None: a file per place in `out/`; "-": the caller prints them."""

    by: By = "bin"
    format: str = "html"
    output: str | None = None
    paper: str | None = None  # of PDF pages; None: as rules.yaml says


def pick(
    home: Home, store: Store, wish: Wish, *, location: str | None = None, orders: Iterable[int] | None = None, dry_run: bool = False
) -> Picked:
    """Release what is planned, one list a place."""
    if location is not None and location not in home.settings.locations:
        raise UsageError(f"no location is called {location!r}", f"locations: {', '.join(home.settings.locations)}")
    if dry_run:
        with store.read():
            chosen, left = _choose(home, store, location, orders)
            counts = {place: len(ids) for place, ids in chosen.items()}
            lists = [_preview(home, store, place, ids) for place, ids in chosen.items()]
            return Picked(left=left, shipments=sum(counts.values()), lists=lists, by_place=counts)
    if wish.format == "pdf":
        look_of(home, wish.paper)  # before anything is released: a missing library or logo must not leave a list without its paper
    result = Picked()
    with store.write("pick", home.now, location or "", home.rules) as run:
        chosen, result.left = _choose(home, store, location, orders)
        numbers = []
        for place, ids in chosen.items():
            state = "ordered" if home.settings.locations[place].is_supplier else "released"
            number = store.shipments.new_pick(place, ids, run.id, run.at, state)
            numbers.append(number)
            if wish.output is None:
                for kind, path, which in _paths(home, place, number, ids, wish):
                    store.files_out.add(NewFile(kind, f"pick {number} {wish.by} {_form(home, wish)} {which}", path), run.id)
        result.lists = [_pick_list(home, store, one, brief=wish.format in ("csv", "txt")) for one in store.shipments.picks(numbers)]
        result.shipments = sum(map(len, chosen.values()))
        result.by_place = {place: len(ids) for place, ids in chosen.items()}
    result.run = run.id if run.changed else None
    result.files = write_files(home, store, {one.id: one for one in result.lists}, result.warnings)
    return result


def reprint(home: Home, store: Store, number: int) -> PickList:
    """A list that was released before, as its shipments stand now."""
    found = store.shipments.picks([number])
    if not found:
        raise UsageError(f"there is no pick list {number}", "`oms status` names the newest ones")
    return replace(_pick_list(home, store, found[0]), reprint=True)


def _choose(
    home: Home, store: Store, location: str | None, orders: Iterable[int] | None
) -> tuple[dict[str, list[int]], list[tuple[str, str]]]:
    """Shipments to release by place. Where a count has taken goods away, the plan must be made anew first."""
    rows = store.shipments.to_release(location, orders)
    uncovered = store.shipments.uncovered()
    blocked: dict[int, str] = {}
    if uncovered:
        for claim in store.shipments.claims_of(row["id"] for row in rows):
            if (claim["location"], claim["product_id"]) in uncovered:
                blocked[claim["shipment_id"]] = "a count took goods away that it claims: run `oms route` first"
    chosen: dict[str, list[int]] = {}
    left = []
    for row in rows:
        place = home.settings.locations.get(row["location"])
        if place is None:
            left.append((f"shipment {row['id']}", f"{row['location']} is no longer in rules.yaml: run `oms route`"))
        elif row["id"] in blocked:
            left.append((f"shipment {row['id']}", blocked[row["id"]]))
        else:
            chosen.setdefault(row["location"], []).append(row["id"])
    return chosen, left


def _preview(home: Home, store: Store, place: str, ids: list[int]) -> PickList:
    """What a list would hold, in one sum."""
    units = sum(claim["units"] for claim in store.shipments.claims_of(ids))
    return PickList("new", place, home.settings.locations[place].name, home.today.isoformat(), (PickLine("", "", "", "", units, ()),))


def _pick_list(home: Home, store: Store, head: dict[str, Any], *, brief: bool = False) -> PickList:
    """The list with its slips; a `brief` one has only the slips on which a buyer asked for something."""
    place = home.settings.locations.get(head["location"])
    lines: dict[tuple[str, str], tuple[str, str, list[tuple[str, int]]]] = {}
    for bin_, sku, title, options, units, ref, _ in store.shipments.pick_rows(head["id"]):
        known = lines.get((bin_, sku))
        if known is None:
            lines[bin_, sku] = (title, options, [(ref, units)])
        else:
            known[2].append((ref, units))
    found = tuple(
        PickLine(bin_, sku, title, options, sum(units for _, units in orders), tuple(orders))
        for (bin_, sku), (title, options, orders) in lines.items()
    )
    name = place.name if place else head["location"]
    return PickList(
        f"P-{head['id']}",
        head["location"],
        name,
        head["at"][:10],
        found,
        tuple(_slips(store, head["id"], brief=brief and not (place and place.is_supplier))),
    )


def _slips(store: Store, pick_id: int, *, brief: bool = False) -> list[Slip]:
    heads = store.shipments.slip_rows(pick_id, noted_only=brief)
    shipments = {one["id"]: one for one in store.shipments.by_id(row["id"] for row in heads)}
    waiting = store.shipments.waiting_of(row["order_row"] for row in heads)
    found = []
    for row in heads:
        one = shipments[row["id"]]
        gift = bool(row["tags"]) and "gift" in row["tags"].casefold().split("\n")
        found.append(
            Slip(
                shipment_ref=f"S-{row['id']}",
                order_ref=row["ref"],
                channel_order_id=row["order_id"],
                ship_to=Address(*tuple(row)[9:18]),
                service=f"{row['carrier']} {row['service']}".strip() or row["method"],
                lines=tuple(SlipLine(line["sku"], line["title"], "", line["quantity"], line["note"]) for line in one["lines"]),
                buyer_note=row["note"],
                gift=gift,
                boxes=tuple(parcel["box"] or "own wrapping" for parcel in one["parcels"]),
                ship_on=row["ship_on"] or "",
                waiting=tuple(Waiting(*line) for line in waiting.get(row["order_row"], ())),
            )
        )
    return found


def purchase_orders(pick_list: PickList) -> list[PurchaseOrder]:
    """What a drop-ship supplier is asked to send: one purchase order a customer's shipment."""
    return [
        PurchaseOrder(
            id=f"PO-{slip.shipment_ref.removeprefix('S-')}",
            supplier_name=pick_list.location_name,
            created_on=pick_list.created_on,
            ship_to=slip.ship_to,
            lines=tuple(PurchaseLine(line.sku, line.title, line.options, line.quantity, note=line.note) for line in slip.lines),
            order_ref=slip.order_ref,
            service=slip.service,
            note=slip.buyer_note,
        )
        for slip in pick_list.slips
    ]


def _paths(home: Home, place: str, number: int, ids: list[int], wish: Wish) -> list[tuple[str, str, str]]:
    """(kind, path in the home, shipment or "-") of each file of a list; a supplier gets one purchase order a customer."""
    stem = f"out/{home.today.isoformat()}-{place}"
    if home.settings.locations[place].is_supplier:
        ending = "html" if wish.format in ("html", "txt") else wish.format
        return [("purchase", f"{stem}-PO-{one}.{ending}", f"S-{one}") for one in ids]
    found = [("pick", f"{stem}-P-{number}-pick.{wish.format}", "-")]
    if wish.format in ("html", "pdf"):
        found.append(("slips", f"{stem}-P-{number}-slips.{wish.format}", "-"))
    return found


def _form(home: Home, wish: Wish) -> str:
    """The format as the books keep it, so that a page that a crash left out comes out on the same paper: `pdf/4x6`."""
    return f"pdf/{wish.paper or home.settings.documents.paper}" if wish.format == "pdf" else wish.format


def write_files(home: Home, store: Store, lists: dict[str, PickList], warnings: list[str] | None = None) -> list[Path]:
    """Write what the books say is to be written, also what a crash left out. Returns the paths.

    The text is made before the lock of the store is taken, the file is written under it: of several runs at once one writes each.
    """
    kinds = ("pick", "slips", "purchase")
    texts = {}
    for row in store.files_out.to_write(*kinds):
        _, number, by, format_, which = row["subject"].split()
        one = lists.get(f"P-{number}") or replace(reprint(home, store, int(number)), reprint=False)
        if which != "-":
            one = replace(one, slips=tuple(slip for slip in one.slips if slip.shipment_ref == which))
        if format_.startswith("pdf/"):
            printed = document_pdf(home, [one], row["kind"], by, format_.removeprefix("pdf/"))
            texts[row["id"]] = printed.data
            if warnings is not None:
                warnings += [text for text in printed.warnings if text not in warnings]
        else:
            texts[row["id"]] = document(home, one, row["kind"], by, format_).encode()
    if not texts:
        return []
    with store.write("pick", home.now):
        due = [row for row in store.files_out.to_write(*kinds) if row["id"] in texts]
        for row in due:
            write_whole(Path(row["path"]), texts[row["id"]], root=home.path)
            store.files_out.written(row["id"], as_text(home.now))
    return [home.path / row["path"] for row in due]


def document(home: Home, one: PickList, kind: str, by: By, format_: str) -> str:
    """The text of a pick list, its slips, or the purchase orders of a supplier."""
    shop, templates = Shop(home.settings.shop_name or "our shop"), home.path / "templates"
    if kind == "purchase":
        from omscli.render.documents import purchase_csv, purchase_html

        orders = purchase_orders(one)
        if format_ == "json":
            return json_text([asdict(order) for order in orders]) + "\n"
        return purchase_html(orders[0], shop, templates) if format_ == "html" else _joined([purchase_csv(order) for order in orders])
    if format_ == "html":
        from omscli.render.documents import pick_html, slips_html

        return slips_html(one.slips, shop, templates) if kind == "slips" else pick_html(one, by, templates)
    if format_ == "json":
        return json_text(pick_document(one, by)) + "\n"
    return pick_csv(one, by) if format_ == "csv" else pick_text(one, by)


def check_paper(paper: str | None, format_: str) -> None:
    """Raises UsageError for a size that nobody prints, or where no PDF is wanted."""
    if paper is not None and (paper not in PAPER_SIZES or format_ != "pdf"):
        raise UsageError(f"--paper {paper} does not fit", "with --format pdf: --paper a4, letter or 4x6")


def look_of(home: Home, paper: str | None) -> Look:
    """Paper and logo as asked, else as rules.yaml says. Raises Refused where the extra `print` or the logo is missing."""
    from importlib.util import find_spec

    from omscli.render.barcodes import MISSING, MISSING_HINT
    from omscli.render.documents_pdf import Look

    if any(find_spec(name) is None for name in ("fpdf", "uharfbuzz", "zxingcpp")):
        raise Refused(MISSING, MISSING_HINT)
    said = home.settings.documents
    logo = home.path / said.logo if said.logo else None
    if logo is not None and not logo.is_file():
        raise Refused(f"there is no logo {logo}", "documents: {logo: FILE} in rules.yaml names a PNG, JPEG or SVG, from the home folder")
    return Look(paper or said.paper, logo)


def document_pdf(home: Home, lists: list[PickList], kind: str, by: By, paper: str | None) -> Printed:
    """Pick lists, slips or purchase orders as one PDF."""
    from omscli.render.documents_pdf import pick_pdf, purchase_pdf, slips_pdf

    look, shop = look_of(home, paper), Shop(home.settings.shop_name or "our shop")
    if kind == "purchase":
        return purchase_pdf([order for one in lists for order in purchase_orders(one)], shop, look)
    if kind == "slips":
        return slips_pdf([slip for one in lists for slip in one.slips], shop, look, lists[0].created_on)
    return pick_pdf(lists, by, look)


def combined(home: Home, lists: list[PickList], by: By, format_: str) -> str:
    """All lists in one text: CSV under one header, pages one after another, one JSON array."""
    texts = [document(home, one, "pick", by, format_) for one in lists]
    if format_ == "json":
        return json_text([pick_document(one, by) for one in lists]) + "\n"
    return _joined(texts) if format_ == "csv" else "\n".join(texts)


def _joined(texts: list[str]) -> str:
    """CSV texts of one kind under one header."""
    return "".join(text if n == 0 else text.split("\n", 1)[1] for n, text in enumerate(texts))


def must_be_pickable(picked: Picked, asked: bool) -> None:
    """Somebody named orders, and none of them had anything to release."""
    if asked and not picked.shipments and not picked.left:
        raise NotAllowed("none of these orders has anything to pick", "`oms route` plans them; `oms order show ORDER` says why not")

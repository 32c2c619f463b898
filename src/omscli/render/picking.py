"""The pick list in the order of the walk, as plain text and as CSV. Needs no template engine: ten thousand orders are a matter of 0.1 s."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from omscli.base.text import fold
from omscli.render.documents_model import PickLine, PickList, Slip
from omscli.render.safe import one_line, sheet_cell, vis
from omscli.render.width import padded, width_of, wrapped

By = Literal["bin", "order", "sku"]

_DIGITS = re.compile("([0-9]+)")
_NARROWEST_TITLE = 20


@dataclass(frozen=True, slots=True)
class Note:
    """What the buyer of one shipment asked for; `pieces` are (SKU, title, wish)."""

    order_ref: str
    buyer_note: str
    gift: bool
    pieces: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that are picked together: the whole round, or one order of it."""

    order_ref: str
    lines: tuple[PickLine, ...]


def notes_of(pick: PickList) -> list[Note]:
    """Every wish of a buyer on this round, in the order of the slips."""
    return [_note(slip) for slip in pick.slips if slip.has_notes]


def _note(slip: Slip) -> Note:
    pieces = tuple((line.sku, line.title, line.note) for line in slip.lines if line.note)
    return Note(slip.order_ref, slip.buyer_note, slip.gift, pieces)


def arranged(pick: PickList, by: By) -> list[Group]:
    """The lines as they are walked: by bin in one round, order by order, or one total for each SKU."""
    if by == "bin":
        return [Group("", tuple(sorted(pick.lines, key=_walk)))]
    if by == "sku":
        return [Group("", tuple(_totals(pick.lines)))]
    by_order: dict[str, list[PickLine]] = {}
    for line in sorted(pick.lines, key=_walk):
        for order, quantity in line.orders:
            same = PickLine(line.bin, line.sku, line.title, line.options, quantity, ((order, quantity),))
            by_order.setdefault(order, []).append(same)
    return [Group(order, tuple(by_order[order])) for order in sorted(by_order, key=_natural)]


def _totals(lines: tuple[PickLine, ...]) -> list[PickLine]:
    by_sku: dict[str, list[PickLine]] = {}
    for line in sorted(lines, key=lambda line: (_natural(line.sku), _walk(line))):
        by_sku.setdefault(fold(line.sku), []).append(line)
    return [_total(same) for same in by_sku.values()]


def _total(same: list[PickLine]) -> PickLine:
    if len(same) == 1:
        return same[0]
    orders: dict[str, int] = {}
    for line in same:
        for order, quantity in line.orders:
            orders[order] = orders.get(order, 0) + quantity
    bins = dict.fromkeys(line.bin for line in same if line.bin)
    return replace(same[0], bin=", ".join(bins), quantity=sum(line.quantity for line in same), orders=tuple(orders.items()))


def _walk(line: PickLine) -> tuple[bool, str, str]:
    """Shelves as people count them, A-2 before A-10; what has no bin comes last."""
    return (not line.bin, _natural(line.bin), _natural(line.sku))


@lru_cache(maxsize=65536)
def _natural(text: str) -> str:
    # A longer number is a greater one: its length in front makes text compare as numbers do, without int(), which
    # refuses a bin of 5,000 digits.
    return _DIGITS.sub(_with_length, text.casefold())


def _with_length(found: re.Match[str]) -> str:
    digits = found[0].lstrip("0")
    return f"{len(digits):04}{digits}"


def pick_csv(pick: PickList, by: By = "bin") -> str:
    """For a spreadsheet or a scanner app. `orders` reads `SH-1058:2|SH-1060:1`, `notes` what their buyers asked for."""
    notes: dict[str, str] = {}
    for note in notes_of(pick):
        notes[note.order_ref] = "; ".join(filter(None, [notes.get(note.order_ref, ""), f"{note.order_ref}: {_in_words(note)}"]))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["pick", "location", "bin", "sku", "title", "options", "quantity", "orders", "notes"])
    head = [sheet_cell(pick.id), sheet_cell(pick.location_code)]
    for group in arranged(pick, by):
        for line in group.lines:
            orders = "|".join([f"{order}:{quantity}" for order, quantity in line.orders])
            noted = "; ".join([notes[order] for order, _ in line.orders if order in notes])
            about = map(sheet_cell, (line.bin, line.sku, line.title, line.options))
            writer.writerow((*head, *about, line.quantity, sheet_cell(orders), sheet_cell(noted)))
    return out.getvalue()


def _in_words(note: Note) -> str:
    parts = ["GIFT"] if note.gift else []
    parts += [note.buyer_note] if note.buyer_note else []
    parts += [f"{sku}: {wish}" for sku, _, wish in note.pieces]
    return " / ".join(" ".join(part.split()) for part in parts)


def pick_document(pick: PickList, by: By = "bin") -> dict[str, Any]:
    """The pick list as JSON: head, groups of lines in walking order, notes, slips."""
    return {
        "id": pick.id,
        "reprint": pick.reprint,
        "location": pick.location_code,
        "created_on": pick.created_on,
        "by": by,
        "totals": {"orders": pick.orders, "lines": len(pick.lines), "units": pick.units},
        "groups": [asdict(group) for group in arranged(pick, by)],
        "notes": [asdict(note) for note in notes_of(pick)],
        "slips": [asdict(slip) for slip in pick.slips],
    }


def pick_text(pick: PickList, by: By = "bin", width: int = 80) -> str:
    """For the terminal and for any printer: check boxes, nothing cut, the buyers' notes in a box at the top."""
    groups = arranged(pick, by)
    noted = {note.order_ref for note in notes_of(pick)}
    head = f"PICK LIST {pick.id} - {pick.location_name} - {pick.created_on}{' - REPRINT' if pick.reprint else ''}"
    lines = [one_line(head), f"{headline(pick)}, by {by}", ""]
    lines += _box(pick, max(width, 40))
    every = [line for group in groups for line in group.lines]
    columns = [max((width_of(one_line(text)) for text in texts), default=0) for texts in (
        [line.bin for line in every], [str(line.quantity) for line in every], [line.sku for line in every],
    )]  # fmt: skip
    for group in groups:
        if group.order_ref:
            lines += [f"Order {one_line(group.order_ref)}{'  << NOTE' if group.order_ref in noted else ''}"]
        for line in group.lines:
            lines += _text_line(line, columns, width, noted, names_orders=not group.order_ref)
        lines += [""] if group.order_ref else []
    return "\n".join(lines).rstrip("\n") + "\n"


def headline(pick: PickList) -> str:
    """How much work the round is."""
    counts = ((pick.orders, "order"), (len(pick.lines), "line"), (pick.units, "unit"))
    return ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts)


def _text_line(line: PickLine, columns: list[int], width: int, noted: set[str], *, names_orders: bool) -> list[str]:
    bins, quantities, skus = columns
    quantity = str(line.quantity).rjust(quantities)
    start = f"[ ]  {padded(one_line(line.bin), bins)}  {quantity} x  {padded(one_line(line.sku), skus)}  "
    room = max(_NARROWEST_TITLE, width - width_of(start))
    about = wrapped(one_line(f"{line.title} ({line.options})" if line.options else line.title), room)
    if names_orders:
        orders = ", ".join(f"{order} x{quantity}{' << NOTE' if order in noted else ''}" for order, quantity in line.orders)
        about += wrapped(f"for {one_line(orders)}", room)
    indent = " " * width_of(start)
    return [start + about[0], *(indent + more for more in about[1:])]


def _box(pick: PickList, width: int) -> list[str]:
    notes = notes_of(pick)
    if not notes:
        return []
    inner: list[str] = [f"READ FIRST: {len(notes)} {'order has' if len(notes) == 1 else 'orders have'} notes from the buyer"]
    for note in notes:
        inner += ["", one_line(note.order_ref) + ("  GIFT" if note.gift else "")]
        wishes = [f"Buyer: {note.buyer_note}"] if note.buyer_note else []
        wishes += [f"{sku}: {wish}" for sku, _, wish in note.pieces]
        for wish in wishes:
            first, *more = wrapped(vis(wish), width - 8)
            inner += [f"  {first}", *(f"    {line}" for line in more)]
    edge = "*" * width
    return [edge, *(f"* {padded(line, width - 4)} *" for line in inner), edge, ""]

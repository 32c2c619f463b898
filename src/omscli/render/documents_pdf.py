"""Pick lists, packing slips, purchase orders and return slips as PDF, in A4, Letter and 4 × 6 inch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from omscli.render.address_lines import address_lines
from omscli.render.documents_model import PickLine, PickList, PurchaseOrder, Shop, Slip
from omscli.render.flow import Column, Flow
from omscli.render.picking import By, arranged, headline, notes_of
from omscli.render.press import PAPERS, Press
from omscli.render.return_slip import ReturnSlip

_SORTED = {"bin": "sorted by bin", "order": "order by order", "sku": "totals by SKU"}


@dataclass(frozen=True, slots=True)
class Look:
    """How papers look: their size, the shop's logo."""

    paper: str = "a4"
    logo: Path | None = None


@dataclass(slots=True)
class Printed:
    """A PDF file, and what the seller should know of it."""

    data: bytes
    warnings: list[str] = field(default_factory=list)


def _printed(press: Press) -> Printed:
    warnings = [
        f"no font of this machine has letters of {', '.join(sorted(scripts))}; `?` stands for them: install {package}"
        for package, scripts in sorted(press.missing.items())
    ]
    return Printed(press.bytes(), warnings)


def _head(flow: Flow, look: Look, title: str, code: str, lines: Sequence[str]) -> None:
    """Title and facts on the left, the number as bars on the right; the logo above where there is one."""
    narrow = flow.press.paper.width < 150
    side = flow.room * (0.42 if narrow else 0.32)
    top = flow.y
    if look.logo is not None:
        tall = 10.0 if narrow else 14.0
        _logo(flow, look.logo, tall, flow.room - side - 3)
        flow.y += tall + 1
    flow.text(title, 1.5, bold=True, room=flow.room - side - 3)
    for line in lines:
        flow.text(line, 0.9, room=flow.room - side - 3)
    after, on = flow.y, len(flow.pages)
    if code and on == 1:
        taken = flow.code(code, side, 9.0 if narrow else 12.0, x=flow.room - side, y=top)
        flow.y = top + taken + 0.5
        flow.text(code, 1.0, bold=True, x=flow.room - side, room=side)
        flow.y = max(after, flow.y)
    flow.gap(0.7)


def _logo(flow: Flow, logo: Path, tall: float, wide: float) -> None:
    y, x = flow.y, flow.press.paper.margin

    def draw(press: Press) -> None:
        press.pdf.image(logo, x=x, y=y, w=wide, h=tall, keep_aspect_ratio=True)

    flow.pages[-1].append(draw)


def pick_pdf(picks: Sequence[PickList], by: By = "bin", look: Look | None = None) -> Printed:
    """Pick lists, each from a page of its own; what buyers asked for stands in a thick box above the lines."""
    look = look or Look()
    press = Press(PAPERS[look.paper], "Pick list", picks[0].created_on if picks else "2000-01-01")
    for pick in picks:
        _pick(press, pick, by, look)
    return _printed(press)


def _pick(press: Press, pick: PickList, by: By, look: Look) -> None:
    flow = Flow(press, f"Pick list {pick.id} · {pick.location_name}")
    again = ["REPRINT"] if pick.reprint else []
    _head(flow, look, f"Pick list {pick.id}", pick.id, [*again, pick.location_name, f"{pick.created_on} · {headline(pick)}", _SORTED[by]])
    notes = notes_of(pick)
    if notes:
        lines = [(f"READ FIRST: {len(notes)} {'order has' if len(notes) == 1 else 'orders have'} notes from the buyer", True)]
        for note in notes:
            lines.append((note.order_ref + ("  GIFT" if note.gift else ""), True))
            lines += [(f"Buyer: {note.buyer_note}", False)] if note.buyer_note else []
            lines += [(f"{sku}: {wish}", False) for sku, _, wish in note.pieces]
        flow.frame(lines)
    noted = {note.order_ref for note in notes}
    narrow = press.paper.width < 150
    for group in arranged(pick, by):
        if group.order_ref:
            flow.need(20)
            flow.text(f"Order {group.order_ref}{'  « NOTE' if group.order_ref in noted else ''}", 1.15, bold=True)
        flow.table(_pick_columns(narrow), [_pick_row(line, noted, alone=bool(group.order_ref)) for line in group.lines])
    flow.draw()


def _pick_columns(narrow: bool) -> list[Column]:
    return [
        Column("", 0.5 if narrow else 0.4),
        Column("Bin", 1.1, bold=True),
        Column("Qty", 0.6, "R", bold=True),
        Column("Item, for whom", 2.6 if narrow else 3.6),
        Column("SKU", 3.0 if narrow else 2.6, code=True),
    ]


def _pick_row(line: PickLine, noted: set[str], *, alone: bool) -> list[str]:
    about = f"{line.title} ({line.options})" if line.options else line.title
    orders = ", ".join(f"{order} ×{quantity}{' « NOTE' if order in noted else ''}" for order, quantity in line.orders)
    return ["", line.bin, str(line.quantity), about if alone else f"{about}\nfor {orders}", line.sku]


def slips_pdf(slips: Sequence[Slip], shop: Shop, look: Look | None = None, day: str = "2000-01-01") -> Printed:
    """Packing slips, each from a page of its own. No prices. The bars are the shipment's number, the squares the order's."""
    look = look or Look()
    press = Press(PAPERS[look.paper], f"Packing slips - {shop.name}", day)
    home = shop.address.country if shop.address else ""
    for slip in slips:
        flow = Flow(press, f"{shop.name} · {slip.shipment_ref} · order {slip.channel_order_id}")
        facts = [", ".join(address_lines(shop.address, home)) if shop.address else "", shop.contact, f"Order {slip.channel_order_id}"]
        facts += [f"Our number {slip.order_ref} · {slip.service}", f"Ships {slip.ship_on}" if slip.ship_on else ""]
        facts += [f"Box: {', '.join(slip.boxes)}"] if slip.boxes else []
        _head(flow, look, shop.name, slip.shipment_ref, facts)
        _ship_to(flow, slip, home)
        _wishes(flow, slip)
        narrow = press.paper.width < 150
        columns = [Column("", 0.5), Column("Qty", 0.6, "R", bold=True), Column("Item", 3.4 if narrow else 4.6)]
        columns += [Column("SKU", 2.6, code=True)]
        rows = [["", str(one.quantity), _about(one.title, one.options, one.note), one.sku] for one in slip.lines]
        flow.table(columns, rows)
        if slip.waiting:
            flow.text("Comes separately", 1.1, bold=True)
            for wait in slip.waiting:
                flow.text(
                    f"{wait.quantity} × {wait.title}, {f'expected {wait.expected_on}' if wait.expected_on else 'as soon as we have it'}"
                )
        flow.draw()
    return _printed(press)


def _about(title: str, options: str, note: str) -> str:
    return "\n".join(filter(None, [title, options, f"» {note}" if note else ""]))


def _ship_to(flow: Flow, slip: Slip, home: str) -> None:
    side = 22.0 if flow.press.paper.width < 150 else 26.0
    top, page = flow.y, len(flow.pages)
    flow.text("Ship to", 0.85)
    for line in address_lines(slip.ship_to, home):
        flow.text(line, 1.2, bold=True, room=flow.room - side - 3)
    if slip.channel_order_id and len(flow.pages) == page and top + side < flow.bottom:
        taken = flow.square(slip.channel_order_id, side, x=flow.room - side, y=top)
        flow.y = max(flow.y, top + taken)
    flow.gap(0.5)


def _wishes(flow: Flow, slip: Slip) -> None:
    lines = [("GIFT", True)] if slip.gift else []
    lines += [("Note from the buyer", True), (slip.buyer_note, False)] if slip.buyer_note else []
    if lines:
        flow.frame(lines)


def purchase_pdf(orders: Sequence[PurchaseOrder], shop: Shop, look: Look | None = None) -> Printed:
    """Purchase orders, each from a page of its own: what to send, and to whom."""
    look = look or Look()
    press = Press(PAPERS[look.paper], f"Purchase order - {shop.name}", orders[0].created_on if orders else "2000-01-01")
    home = shop.address.country if shop.address else ""
    for order in orders:
        flow = Flow(press, f"{shop.name} · purchase order {order.id}")
        facts = [f"from {shop.name}", ", ".join(address_lines(shop.address, home)) if shop.address else "", shop.contact]
        facts += [f"to {order.supplier_name}", order.created_on, f"Order {order.order_ref}" if order.order_ref else ""]
        facts += [f"Service {order.service}" if order.service else "", f"Deliver by {order.deliver_by}" if order.deliver_by else ""]
        _head(flow, look, f"Purchase order {order.id}", order.id, facts)
        flow.text("Send to", 0.85)
        for line in address_lines(order.ship_to):
            flow.text(line, 1.2, bold=True)
        flow.gap(0.5)
        if order.note:
            flow.frame([("Note from the buyer", True), (order.note, False)])
        columns = [Column("Qty", 0.6, "R", bold=True), Column("Item", 4), Column("Your number", 1.6), Column("SKU", 2.6, code=True)]
        rows = [[str(one.quantity), _about(one.title, one.options, one.note), one.supplier_sku, one.sku] for one in order.lines]
        flow.table(columns, rows)
        flow.draw()
    return _printed(press)


def return_pdf(slip: ReturnSlip, shop: Shop, look: Look | None = None, day: str = "2000-01-01") -> Printed:
    """The slip for the customer's parcel: where it goes, large; the number of the return as bars and as squares."""
    look = look or Look()
    press = Press(PAPERS[look.paper], f"Return {slip.number}", day)
    flow = Flow(press, f"{shop.name} · return {slip.number} · order {slip.channel_order_id}")
    _head(flow, look, f"Return {slip.number}", slip.number, [shop.name, f"Order {slip.channel_order_id}", slip.reason, slip.carrier])
    flow.text("Please put this page into the parcel.", 0.9)
    _addressed(flow, "To", address_lines(slip.to), 1.5)
    flow.square(slip.number, 20, x=flow.room - 20, y=flow.y)
    _addressed(flow, "From", address_lines(slip.sender), 1.0)
    flow.gap(1)
    columns = [Column("", 0.5), Column("Qty", 0.6, "R", bold=True), Column("Item", 4), Column("SKU", 2.6, code=True)]
    flow.table(columns, [["", str(one.units), one.title, one.sku] for one in slip.lines])
    flow.draw()
    return _printed(press)


def _addressed(flow: Flow, word: str, lines: Sequence[str], size: float) -> None:
    flow.gap(0.5)
    flow.text(word, 0.85)
    for line in lines:
        flow.text(line, size, bold=size > 1, room=flow.room - 24)

"""`oms return label`: the slip that lies in the customer's parcel, and the label software's row for its way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from omscli.base.address import Address
from omscli.channels.writer import Label, LabelItem
from omscli.channels.writing import written
from omscli.errors import NotAllowed, Refused
from omscli.orders.stored import StoredOrder
from omscli.render.documents_model import Shop
from omscli.render.return_slip import ReturnSlip, ReturnSlipLine, return_slip_html
from omscli.store.open import Store
from omscli.store.sqlite.files_out import NewFile
from omscli.workflows.home import Home
from omscli.workflows.labels import writer_of
from omscli.workflows.picking import look_of
from omscli.workflows.returning import Changed, find_return
from omscli.workflows.stock_changes import find_location
from omscli.workflows.writers import sending_to, write_pending


@dataclass(slots=True)
class ReturnLabelWish:
    """How the parcel comes back: to which place, with what number, and for which label program a row is wanted."""

    location: str | None = None
    carrier: str = ""
    tracking: str = ""
    program: str = ""
    again: bool = False
    format: str = "html"
    paper: str | None = None  # of a PDF; None: as rules.yaml says


def label(
    home: Home, store: Store, word: str, wish: ReturnLabelWish, put: Callable[[bytes], None] | None = None, *, dry_run: bool = False
) -> tuple[Changed, str]:
    """Write the slip of an approved return into `out/`. Returns what was done, and the path of the slip ("": it was there).

    `put` takes the file of the label program before the commit. Raises NotAllowed before the approval and after the arrival.
    """
    if dry_run:
        with store.read():
            one = find_return(store, word)
            place = _place(home, store, one, wish)
            if wish.program:
                writer_of(home, wish.program)
            return Changed(one["id"], one["ref"], one["state"], f"would be sent to {place}"), ""
    path = ""
    warnings: list[str] = []
    with store.write("return label", home.now, word, home.rules) as run:
        one = find_return(store, word)
        place = _place(home, store, one, wish)
        order = store.orders.load([one["order_id"]])[one["order_id"]]
        if wish.program and put is not None:
            put(_program_file(home, one, order, place, wish))
        told = {
            name: value for name, value in (("carrier", wish.carrier), ("tracking_number", wish.tracking)) if value and one[name] != value
        }
        if one["labelled_at"] is None or told or wish.again:
            values = {"labelled_at": one["labelled_at"] or run.at} | told
            path = f"out/{home.today.isoformat()}-R-{one['id']}-return-{store.files_out.next_id()}.{wish.format}"
            page, warnings = _slip(home, {**one, **values}, order, place, wish)
            store.files_out.add(NewFile("labels", f"R-{one['id']}", path, page, "return slip", 1), run.id)
            store.returns.change(one["id"], values)
            words = f"{wish.carrier} {wish.tracking}".strip()
            store.orders.note(one["order_id"], run.id, run.at, f"return R-{one['id']}: slip for {place} written", words)
    write_pending(home, store)
    (one,) = store.returns.load([one["id"]])
    what = f"to {place}" if path else "has its slip already"
    return Changed(one["id"], one["ref"], one["state"], what, run=run.id if run.changed else None, warnings=warnings), path


def _place(home: Home, store: Store, one: dict[str, Any], wish: ReturnLabelWish) -> str:
    """Where it is sent: as asked, as rules.yaml says, or where most of it came from."""
    name = f"return R-{one['id']} of order {one['ref']}"
    if one["state"] == "requested":
        raise NotAllowed(f"{name} is not approved", f"oms return approve R-{one['id']}")
    if one["state"] not in ("approved", "label_sent"):
        raise NotAllowed(f"{name} is {one['state']}", f"oms return show R-{one['id']}")
    if wish.location is not None:
        return find_location(home, wish.location)
    known = home.settings.locations
    left = store.returns.left_from(line["order_line_id"] for line in one["lines"])
    own = [code for code, place in known.items() if not place.is_supplier]
    found = next((code for code in (home.settings.returns.location, *left, *own) if code in known), None)
    if found is None:
        raise Refused("rules.yaml has no place of your own to which goods could be sent back", "returns: {location: L}, or --location L")
    return found


def _address(home: Home, place: str) -> Address:
    known = home.settings.locations[place]
    at = known.address
    return Address(at.name or known.name or place, at.company or home.settings.shop_name, *tuple(getattr(at, part) for part in _WHERE))


_WHERE = ("line1", "line2", "city", "region", "postcode", "country", "phone")


def _slip(home: Home, one: dict[str, Any], order: StoredOrder, place: str, wish: ReturnLabelWish) -> tuple[bytes, list[str]]:
    slip = ReturnSlip(
        number=f"R-{one['id']}",
        order_ref=order.ref,
        channel_order_id=order.said.order_id,
        reason=one["reason"],
        sender=order.said.ship_to,
        to=_address(home, place),
        lines=tuple(ReturnSlipLine(line["sku"], line["title"], line["units"]) for line in one["lines"]),
        carrier=f"{one['carrier']} {one['tracking_number']}".strip(),
    )
    shop = Shop(home.settings.shop_name or "our shop")
    if wish.format == "pdf":
        from omscli.render.documents_pdf import return_pdf

        printed = return_pdf(slip, shop, look_of(home, wish.paper), home.today.isoformat())
        return printed.data, printed.warnings
    return return_slip_html(slip, shop, home.path / "templates").encode(), []


def _program_file(home: Home, one: dict[str, Any], order: StoredOrder, place: str, wish: ReturnLabelWish) -> bytes:
    """One row for the label program: from the customer to the place; who sends it stands in the note, for programs that take no sender."""
    said = order.said
    prices = {line.id: line.said.unit_price for line in order.lines}
    items = tuple(
        LabelItem(line["sku"], line["title"] or line["sku"], line["units"], prices.get(line["order_line_id"])) for line in one["lines"]
    )
    sender = ", ".join(
        part for part in (said.ship_to.name, said.ship_to.line1, said.ship_to.postcode, said.ship_to.city, said.ship_to.country) if part
    )
    row = Label(
        shipment=f"R-{one['id']}", order_ref=f"R-{one['id']}", order_id=said.order_id, channel=said.channel, placed_at=one["requested_at"],
        ship_to=_address(home, place), email=home.settings.mail.sender, wanted_service="", carrier=wish.carrier, service="", ship_on=home.today.isoformat(),
        box="", size_mm=None, weight_g=0, items=items, currency=said.currency, note=f"return R-{one['id']} from {sender}",
    )  # fmt: skip
    file = written(writer_of(home, wish.program), [row], sending_to(home, ""))
    if file.kept:
        problem = file.kept[0]
        raise Refused(
            f"{wish.program} cannot take return R-{one['id']}: {problem.column} {problem.problem}", "the slip alone: leave --for out"
        )
    return file.data

"""`oms shipment list|show|short|deliver|reopen`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from omscli.cli.desk import Desk, command, group, items_of
from omscli.errors import UsageError

app = group("What leaves, and what has left.")
STATES = ("planned", "released", "packed", "ordered", "ready", "shipped", "delivered", "collected", "short", "cancelled", "expired")


@command(app, "list", examples=("oms shipment list --state released", "oms shipment list --due --json"), lists=True)
def list_(
    desk: Desk,
    state: Annotated[str, typer.Option("--state", metavar="S", help="planned, released, ordered, shipped, cancelled …")] = "",
    location: Annotated[str, typer.Option("--location", metavar="L", help="Only this place.")] = "",
    due: Annotated[bool, typer.Option("--due", help="Only those that should leave today or earlier.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000_000, metavar="N", help="At most so many.")] = 200,
) -> None:
    """Shipments, the newest first; cancelled ones only when asked for."""
    from omscli.render.table import Column, Table

    if state and state not in STATES:
        raise UsageError(f"no state is called {state}", f"states: {', '.join(STATES)}")
    with desk.reading() as store, store.read():
        rows = store.shipments.listing(state, location, desk.home.today.isoformat() if due else "", limit)
    if desk.screen.json:
        desk.screen.document("oms.shipments/1", {"shipments": rows})
        return
    columns = [
        Column("id", "Shipment", "id"), Column("order_id", "Order", "id"), Column("location", "Place"), Column("state", "State"), Column("method", "How"),
        Column("service", "Service"), Column("ship_on", "Leaves", "date"), Column("arrives", "Arrives", "date"), Column("units", "Units", "number"),
        Column("tracking", "Tracking", "id"),
    ]  # fmt: skip
    desk.screen.table(Table(columns, rows))


@command(app, "show", examples=("oms shipment show S-12",))
def show(
    desk: Desk, shipment: Annotated[str, typer.Argument(metavar="SHIPMENT", help="S-12, or an order with one open shipment.")]
) -> None:
    """One shipment with its lines and parcels."""
    from omscli.render.table import Column, Table
    from omscli.workflows.looking import show_shipment

    with desk.reading() as store:
        found = show_shipment(desk.home, store, shipment)
    if desk.screen.json:
        desk.screen.document("oms.shipment/1", {"shipment": found})
        return
    desk.screen.line(
        f"{found['id']} of order {found['order']}: {found['state']} at {found['location']}, leaves {found['ship_on']}, arrives {found['arrives']}"
    )
    desk.screen.table(Table([Column("sku", "SKU", "id"), Column("quantity", "Units", "number")], found["lines"]))
    rows = [{**parcel, "items": ", ".join(f"{n} × {sku}" for sku, n in parcel["items"].items())} for parcel in found["parcels"]]
    desk.screen.heading("Parcels")
    desk.screen.table(
        Table(
            [
                Column("box", "Box"),
                Column("weight_g", "g", "number"),
                Column("items", "Holds"),
                Column("carrier", "Carrier"),
                Column("tracking_number", "Tracking", "id"),
                Column("tracking_url", "Link", "id"),
            ],
            rows,
        )
    )


@command(app, "short", examples=("oms shipment short S-12 --item MUG-BLUE:1", "oms shipment short S-12 --item MUG-BLUE:1 --reason damaged"))
def short(
    desk: Desk,
    shipment: Annotated[str, typer.Argument(metavar="SHIPMENT", help="S-12, or an order with one shipment on a pick list.")],
    items: Annotated[list[str], typer.Option("--item", metavar="SKU:MISSING", help="How many are missing in all; once for each SKU.")],
    reason: Annotated[
        str,
        typer.Option("--reason", metavar="R", help="not_there: the book loses them; damaged: not sellable; mismatch: to be counted."),
    ] = "not_there",
) -> None:
    """The shelf does not have it after all: the rest of the order is decided anew, without that place.

    What else the shipment holds still ships. Said again, the same number changes nothing; a larger one adds the difference.
    """
    from omscli.workflows.short_picks import REASONS, short

    wanted = items_of(items)
    with desk.store() as store:
        done = short(desk.home, store, shipment, wanted, reason, dry_run=desk.dry_run)
    if desk.screen.json:
        desk.screen.document("oms.shipment.short/1", {"dry_run": desk.dry_run, **done.as_json()})
    else:
        _tell_short(desk, done, REASONS[reason])
    desk.leave(attention=done.needs_a_person)


def _tell_short(desk: Desk, done: Any, reason: str) -> None:
    screen, end = desk.screen, " (dry run)" if desk.dry_run else ""
    for item in done.items:
        words = (
            f"{item['new']} × {item['sku']} {reason}"
            if item["new"]
            else f"{item['missing']} × {item['sku']}: noted before, nothing changed"
        )
        screen.say(f"{done.shipment} of order {done.order} at {done.location}: {words}{end}")
    if done.rest is not None:
        for one in done.rest.shipments:
            screen.say(
                f"from {one.location} now: {', '.join(f'{line.quantity} × {line.sku}' for line in one.lines)}; release it: oms pick {done.order}"
            )
        for row in done.rest.backordered:
            screen.say(f"waits for stock: {row.quantity} × {row.sku}")
    if done.held:
        screen.warn(f"order {done.order} is held: {done.held}")
    for words in (*done.warnings, *done.for_person):
        screen.warn(words)


@command(app, "deliver", examples=("oms shipment deliver S-12", "oms shipment deliver S-12 --on 2026-03-05"))
def deliver(
    desk: Desk,
    shipment: Annotated[str, typer.Argument(metavar="SHIPMENT", help="S-12, or an order with one shipment that left.")],
    day: Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day it arrived; without it, today.")] = None,
) -> None:
    """The parcel is with the customer: the days in which it may come back are counted from then."""
    from omscli.workflows.delivering import deliver

    with desk.store() as store:
        done = deliver(desk.home, store, shipment, day, dry_run=desk.dry_run)
    if desk.screen.json:
        desk.screen.document("oms.shipment.deliver/1", {"dry_run": desk.dry_run, **done.as_json()})
        return
    known = "" if done.run or desk.dry_run else ", as was known"
    desk.screen.say(
        f"{done.shipment} of order {done.order} was delivered on {done.delivered_on}{known}{' (dry run)' if desk.dry_run else ''}"
    )


@command(app, "reopen", examples=("oms shipment reopen S-12",))
def reopen(desk: Desk, shipment: Annotated[str, typer.Argument(metavar="SHIPMENT", help="S-12, or an order with one shipment.")]) -> None:
    """It had not left after all: its goods and its claim come back, its number is cleared, its mail is not sent.

    On the day on which it left; later, or when the customer was told by mail, only with --yes: then the parcel must still be here.
    """
    from omscli.cli.undo import show_done
    from omscli.workflows.undo_shipments import reopen

    with desk.store() as store:
        done = reopen(desk.home, store, shipment, sure=desk.yes, dry_run=desk.dry_run)
    if desk.screen.json:
        desk.screen.document("oms.shipment.reopen/1", {"dry_run": desk.dry_run, **done.as_json()})
    if not done.does:
        desk.screen.say(f"{done.shipment} of order {done.order} is {done.state}: it has not left")
        return
    show_done(desk, done)

"""`oms shipment list|show|reopen`."""

from __future__ import annotations

from typing import Annotated

import typer

from omscli.cli.desk import Desk, command, group
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

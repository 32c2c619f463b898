"""`oms order list|show|hold|release|cancel|edit|pin|unpin`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from omscli.base.clock import is_day
from omscli.base.money import decimal_text
from omscli.cli.desk import Desk, command, group
from omscli.errors import UsageError

app = group("Look at orders; hold, release, cancel, edit, pin them.")
STATUSES = ("open", "part_shipped", "shipped", "closed", "cancelled")
Order = Annotated[str, typer.Argument(metavar="ORDER", help="SH-1058, #1058 or shopify:1058.")]


@command(app, "list", examples=("oms order list --held", "oms order list --text lee --json"), lists=True)
def list_(
    desk: Desk,
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="In id, name, e-mail or town.")] = "",
    status: Annotated[str, typer.Option("--status", metavar="S", help="open, part_shipped, shipped, closed, cancelled.")] = "",
    channel: Annotated[str, typer.Option("--channel", metavar="C", help="Only this channel.")] = "",
    since: Annotated[str, typer.Option("--since", metavar="DATE", help="Placed on or after this date.")] = "",
    held: Annotated[bool, typer.Option("--held", help="Only held ones.")] = False,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those that wait for stock.")] = False,
    unroutable: Annotated[bool, typer.Option("--unroutable", help="Only those that no place may serve.")] = False,
    late: Annotated[bool, typer.Option("--late", help="Only those past their ship-by date.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000_000, metavar="N", help="At most so many.")] = 200,
) -> None:
    """Orders, the newest first."""
    from omscli.render.table import Column, Table

    if status and status not in STATUSES:
        raise UsageError(f"no status is called {status}", ", ".join(STATUSES))
    if channel and channel not in desk.home.settings.channels:
        raise UsageError(f"no channel is called {channel}", f"channels: {', '.join(desk.home.settings.channels)}")
    if since and not is_day(since):
        raise UsageError(f"--since {since} is no date", "for example --since 2026-03-02")
    where = {
        "text": text,
        "status": status,
        "channel": channel,
        "since": since,
        "held": "1" if held else "",
        "waiting": "1" if waiting else "",
        "unroutable": "1" if unroutable else "",
        "late": desk.home.today.isoformat() if late else "",
    }
    with desk.reading() as store, store.read():
        rows = store.orders.listing(where, limit)
    if desk.screen.json:
        desk.screen.document("oms.orders/1", {"orders": rows})
        return
    columns = [
        Column("id", "Order", "id"), Column("placed_at", "Placed", "instant"), Column("status", "Status"), Column("payment", "Paid"), Column("name", "Customer"),
        Column("city", "Town"), Column("country", "Country"), Column("to_ship", "To ship", "number"), Column("waiting", "Waits", "number"),
        Column("total", "Total", "money", "currency"), Column("held", "Held because"),
    ]  # fmt: skip
    desk.screen.table(Table(columns, rows, footer=f"{len(rows)} orders" + (f" (--limit {limit})" if len(rows) == limit else "")))


@command(app, "show", examples=("oms order show SH-1058", "oms order show '#1058' --json"))
def show(desk: Desk, order: Order) -> None:
    """One order with its lines, shipments, dates, holds and whole history."""
    from omscli.workflows.looking import show_order

    with desk.reading() as store:
        found = show_order(desk.home, store, order)
    if desk.screen.json:
        desk.screen.document("oms.order/1", {"order": found})
        return
    _show(desk, found)


def _show_head(desk: Desk, found: dict[str, Any]) -> None:
    """Whose order it is, where it goes, and what the seller must know before anything else."""
    screen, to = desk.screen, found["ship_to"]
    screen.line(
        f"{found['id']}  {found['channel']} {found['order_id']}  {found['status']}, {found['payment']}, placed {found['placed_at']}"
    )
    town = f"{to['postcode']} {to['city']}".strip()
    place = ", ".join(part for part in (to["name"], to["company"], to["line1"], to["line2"], town, to["region"], to["country"]) if part)
    screen.line(f"to {place}" if not found["pickup_location"] else f"collected at {found['pickup_location']} by {to['name']}")
    for label, value in (
        ("e-mail", found["email"]),
        ("service", found["service"]),
        ("ship by", found["ship_by"]),
        ("deliver by", found["deliver_by"]),
        ("tags", ", ".join(found["tags"])),
        ("NOTE", found["note"]),
    ):
        if value:
            screen.line(f"{label}: {value}")
    if found["promise"]:
        screen.line(f"promised: leaves {found['promise']['ship_on']}, arrives {found['promise']['arrives'] or 'unknown'}")
    if found["pinned"]:
        screen.line(f"PINNED to {found['pinned']['location']} since {found['pinned']['since']}")
    for hold in found["holds"]:
        screen.line(f"HELD since {hold['since']}: {hold['reason']}")


def _show(desk: Desk, found: dict[str, Any]) -> None:
    from omscli.render.table import Column, Table

    _show_head(desk, found)
    screen = desk.screen
    screen.heading("Lines")
    columns = [
        Column("sku", "SKU", "id"),
        Column("title", "Title"),
        *(
            Column(name, name.replace("_", " ").capitalize(), "number")
            for name in ("ordered", "to_ship", "allocated", "backordered", "shipped", "cancelled")
        ),
        Column("note", "Note"),
    ]
    screen.table(Table(columns, found["lines"]))
    if found["shipments"]:
        screen.heading("Shipments")
        columns = [
            Column("id", "Shipment", "id"), Column("state", "State"), Column("location", "Place"), Column("service", "Service"), Column("ship_on", "Leaves", "date"),
            Column("arrives", "Arrives", "date"), Column("lines", "Holds"), Column("parcels", "Parcels"), Column("tracking", "Tracking", "id"), Column("cost", "Cost"),
        ]  # fmt: skip
        screen.table(Table(columns, [_shipment(desk, one) for one in found["shipments"]]))
    screen.heading("History")
    screen.table(
        Table(
            [Column("at", "When", "instant"), Column("run", "Run", "number"), Column("what", "What"), Column("why", "Why")], found["events"]
        )
    )


def _shipment(desk: Desk, one: dict[str, Any]) -> dict[str, Any]:
    currency = desk.home.settings.currency
    return {
        "id": one["id"],
        "state": one["state"],
        "location": one["location"],
        "service": f"{one['carrier']} {one['service']}".strip() or one["method"],
        "ship_on": one["ship_on"],
        "arrives": one["arrives"],
        "lines": ", ".join(f"{line['quantity']} × {line['sku']}" for line in one["lines"]),
        "parcels": ", ".join(f"{parcel['box'] or 'own wrapping'} {parcel['weight_g']} g" for parcel in one["parcels"]),
        "tracking": ", ".join(parcel["tracking_number"] for parcel in one["parcels"] if parcel["tracking_number"]),
        "cost": decimal_text(one["cost"]["total"], currency),
    }


@command(app, "hold", examples=("oms order hold SH-1058 --reason 'the address looks odd'",))
def hold(
    desk: Desk,
    order: Order,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; shown wherever the order is.")] = "held by hand",
) -> None:
    """The order waits and takes no stock until `oms order release`."""
    from omscli.workflows.orders import hold

    with desk.store() as store:
        _done(desk, hold(desk.home, store, order, reason, dry_run=desk.dry_run))


@command(app, "release", examples=("oms order release SH-1058",))
def release(desk: Desk, order: Order) -> None:
    """End every hold of an order: you have looked, and the same reasons do not come back."""
    from omscli.workflows.orders import release

    with desk.store() as store:
        _done(desk, release(desk.home, store, order, dry_run=desk.dry_run))


@command(app, "cancel", examples=("oms order cancel SH-1058 --reason 'customer changed her mind'",))
def cancel(
    desk: Desk,
    order: Order,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept in the history.")] = "cancelled by hand",
) -> None:
    """Cancel what has not left; the stock is free again at once."""
    from omscli.workflows.orders import cancel

    with desk.store() as store:
        _done(desk, cancel(desk.home, store, order, reason, dry_run=desk.dry_run))


@command(
    app,
    "edit",
    examples=("oms order edit SH-1058 --set line1='1 King St' --set postcode=02134", "oms order edit SH-1058 --set service=expedited"),
)
def edit(
    desk: Desk,
    order: Order,
    values: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="FIELD=TEXT",
            help="name, line1, city, postcode, country, email, service, deliver_by, pickup_location, note, tags, payment …",
        ),
    ],
) -> None:
    """Mend what the channel wrote wrongly. A new address is routed again; holds are looked at again."""
    from omscli.base.text import nearest
    from omscli.workflows.orders import EDITABLE, edit

    wanted: dict[str, str] = {}
    for value in values:
        name, mark, text = value.partition("=")
        if not mark:
            raise UsageError(f"--set {value} is no FIELD=TEXT", "for example --set postcode=02134")
        if name not in EDITABLE:
            near = nearest(name, EDITABLE)
            raise UsageError(f"no field is called {name}", f"did you mean {near}?" if near else f"fields: {', '.join(EDITABLE)}")
        wanted[name] = text.strip()
    with desk.store() as store:
        _done(desk, edit(desk.home, store, order, wanted, dry_run=desk.dry_run))


@command(
    app, "pin", examples=("oms order pin SH-1058 --location reno", "oms order pin SH-1058 --location reno --reason 'the gift box is there'")
)
def pin(
    desk: Desk,
    order: Order,
    location: Annotated[str, typer.Option("--location", metavar="L", help="The only place it may leave from.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept in the history.")] = "",
) -> None:
    """The order leaves from this place and no other, until `oms order unpin`.

    It waits where the place lacks the goods or a rule forbids it: `oms why` and `oms status` say so. Later files keep the pin.
    """
    from omscli.workflows.pins import pin

    with desk.store() as store:
        _done(desk, pin(desk.home, store, order, location, reason, dry_run=desk.dry_run))


@command(app, "unpin", examples=("oms order unpin SH-1058",))
def unpin(desk: Desk, order: Order) -> None:
    """Every place may serve the order again; the next `oms route` decides."""
    from omscli.workflows.pins import unpin

    with desk.store() as store:
        _done(desk, unpin(desk.home, store, order, dry_run=desk.dry_run))


def _done(desk: Desk, done: Any) -> None:
    if desk.screen.json:
        desk.screen.document("oms.order.change/1", {"dry_run": desk.dry_run, **done.as_json()})
    else:
        desk.screen.say(f"{done.order}: {done.what}" + (f" (run {done.run})" if done.run else ""))
        for words in done.for_person:
            desk.screen.warn(words)
    desk.leave(attention=bool(done.for_person))

"""`oms stock hold|unhold|holds`: units set aside for somebody until a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from omscli.base.clock import as_text
from omscli.cli.desk import Desk, command, items_of
from omscli.cli.stock import Items, Place, app

if TYPE_CHECKING:
    from omscli.workflows.stock_holds import HoldDone

Who = Annotated[str, typer.Option("--for", metavar="WHO", help="A name, an e-mail address or an order's number.")]


@command(app, "hold", examples=("oms stock hold --location brooklyn --item MUG-BLUE:2 --until 2026-03-07 --for ann@example.com",))
def hold(
    desk: Desk,
    location: Place,
    items: Items,
    until: Annotated[
        str, typer.Option("--until", metavar="INSTANT", help="A day (to its end) or a time on your clock, or an instant with its offset.")
    ],
    who: Who,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")] = "",
) -> None:
    """Set units aside for somebody until a time. Their orders may use them, nobody else's; then they are free again by themselves."""
    from omscli.workflows.stock_holds import HoldWish
    from omscli.workflows.stock_holds import hold as set_aside

    with desk.store() as store:
        done = set_aside(desk.home, store, HoldWish(location, items_of(items), until, who, reason), dry_run=desk.dry_run)
    _say(desk, done, "is on hold already" if done.known else "on hold")


@command(app, "unhold", examples=("oms stock unhold H-3", "oms stock unhold --for ann@example.com"))
def unhold(
    desk: Desk,
    hold: Annotated[str, typer.Argument(metavar="[HOLD]", help="H-3.", show_default=False)] = "",
    who: Annotated[str, typer.Option("--for", metavar="WHO", help="All that is held for somebody.")] = "",
) -> None:
    """Give back what is left of a hold before its time. What orders took out of it stays theirs."""
    from omscli.workflows.stock_holds import unhold as give_back

    with desk.store() as store:
        done = give_back(desk.home, store, hold, who, dry_run=desk.dry_run)
    if done.known and not desk.screen.json:
        desk.screen.say(f"nothing is on hold any more: {hold or who}")
    _say(desk, done, "given back")


def _say(desk: Desk, done: HoldDone, what: str) -> None:
    at = as_text(desk.home.now)
    if desk.screen.json:
        desk.screen.document("oms.stock.hold/1", done.as_json(at, dry_run=desk.dry_run))
        return
    ending = " (dry run)" if desk.dry_run else ""
    for row in done.rows:
        name = f"H-{row['number']}: " if row["number"] else ""
        desk.screen.say(
            f"{name}{row['units']} × {row['sku']} at {row['location']} {what} for {row['held_for']} until {row['until']}{ending}"
        )


@command(app, "holds", examples=("oms stock holds", "oms stock holds --for ann@example.com --all --json"), lists=True)
def holds(
    desk: Desk,
    sku: Annotated[str, typer.Option("--sku", metavar="SKU", help="Only this SKU, or the parts of this kit.")] = "",
    location: Annotated[str, typer.Option("--location", metavar="L", help="Only this place.")] = "",
    who: Annotated[str, typer.Option("--for", metavar="WHO", help="Only what is for somebody.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Also those that are used up, given back or ended.")] = False,
) -> None:
    """What is set aside now, for whom, and until when."""
    from omscli.workflows.stock_holds import holds as known

    with desk.reading() as store:
        rows = known(desk.home, store, sku=sku, location=location, who=who, everything=everything)
    if desk.screen.json:
        desk.screen.document("oms.stock.holds/1", {"holds": rows})
        return
    show_holds(desk, rows)


def show_holds(desk: Desk, rows: list[dict[str, Any]]) -> None:
    """A table of holds."""
    from omscli.render.table import Column, Table

    columns = [
        Column("id", "Hold", "id"), Column("sku", "SKU", "id"), Column("location", "Place"), Column("units", "Units", "number"), Column("left", "Left", "number"),
        Column("for", "For"), Column("until", "Until", "instant"), Column("state", "State"), Column("reason", "Why"),
    ]  # fmt: skip
    desk.screen.table(Table(columns, rows))

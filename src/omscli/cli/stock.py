"""`oms stock list|show|history|receive|adjust`; counts, transfers, balance and holds have modules of their own."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from omscli.cli.desk import Desk, command, group, items_of
from omscli.errors import UsageError

app = group("The shared stock view over all places; receive, adjust, count, transfer, set aside.")
Place = Annotated[str, typer.Option("--location", metavar="L", help="The place.")]
Items = Annotated[list[str], typer.Option("--item", metavar="SKU:QTY", help="Once for each SKU.")]
_NUMBERS = ("on_hand", "unavailable", "allocated", "held", "safety_stock", "available", "incoming")


def _columns() -> list[Any]:
    from omscli.render.table import Column

    return [
        Column("sku", "SKU", "id"),
        Column("location", "Place"),
        *(Column(name, name.replace("_", " ").capitalize(), "number") for name in _NUMBERS),
        Column("bin", "Bin", "id"),
    ]


@command(app, "list", examples=("oms stock list", "oms stock list --location brooklyn --json"), lists=True)
def list_(desk: Desk, location: Annotated[str, typer.Option("--location", metavar="L", help="Only this place.")] = "") -> None:
    """Every SKU at every place. available = on hand - unavailable - allocated - held - safety stock, and may be negative."""
    from omscli.render.table import Table
    from omscli.workflows.stock_view import levels

    with desk.reading() as store:
        rows = levels(desk.home, store, location)
    if desk.screen.json:
        desk.screen.document("oms.stock/1", {"levels": rows})
        return
    desk.screen.table(Table(_columns(), rows))


@command(app, "show", examples=("oms stock show MUG-BLUE",))
def show(desk: Desk, sku: Annotated[str, typer.Argument(metavar="SKU")]) -> None:
    """One SKU at every place: what lies there, what can be promised now and from when on more, and what is on hold."""
    from omscli.render.table import Column, Table
    from omscli.workflows.stock_view import show as view

    with desk.reading() as store:
        found = view(desk.home, store, sku)
    if desk.screen.json:
        desk.screen.document("oms.stock/1", found)
        return
    desk.screen.table(Table(_columns(), found["levels"]))
    rows = [
        {"location": one["location"], **row} for one in found["to_promise"] for row in ({"on": "now", "units": one["now"]}, *one["later"])
    ]
    desk.screen.heading("Can be promised")
    desk.screen.table(Table([Column("location", "Place"), Column("on", "From"), Column("units", "Units", "number")], rows))
    if found["holds"]:
        desk.screen.heading("On hold")
        stock_holds.show_holds(desk, found["holds"])


@command(app, "history", examples=("oms stock history MUG-BLUE --location brooklyn",), lists=True)
def history(
    desk: Desk,
    sku: Annotated[str, typer.Argument(metavar="SKU")],
    location: Annotated[str, typer.Option("--location", metavar="L", help="Only this place.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000_000, metavar="N", help="At most so many.")] = 100,
) -> None:
    """The ledger of a SKU, the newest row first: nothing in it is ever changed."""
    from omscli.render.table import Column, Table
    from omscli.workflows.stock_changes import find_product

    with desk.reading() as store, store.read():
        rows = store.stock.history(find_product(store.catalog.index(), sku), location, limit)
    if desk.screen.json:
        desk.screen.document("oms.stock.history/1", {"sku": sku, "movements": rows})
        return
    columns = [
        Column("at", "When", "instant"), Column("run", "Run", "number"), Column("location", "Place"), Column("kind", "Kind"), Column("on_hand", "On hand", "number"),
        Column("unavailable", "Unavailable", "number"), Column("allocated", "Allocated", "number"), Column("order_ref", "Order", "id"), Column("reason", "Why"),
    ]  # fmt: skip
    desk.screen.table(Table(columns, rows))


@command(app, "receive", examples=("oms stock receive --location brooklyn --item MUG-BLUE:40",))
def receive(
    desk: Desk,
    location: Place,
    items: Items,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="A delivery note, for instance.")] = "",
) -> None:
    """Goods came in. What was expected there is booked off; the next `oms route` fills backorders."""
    from omscli.workflows.stock_changes import receive

    with desk.store() as store:
        _changed(desk, *receive(desk.home, store, location, items_of(items), reason, dry_run=desk.dry_run))


@command(
    app,
    "adjust",
    examples=(
        "oms stock adjust --location brooklyn --item MUG-BLUE:-2 --reason lost",
        "oms stock adjust --location brooklyn --item MUG-BLUE:2 --state damaged --reason 'fell off the shelf'",
    ),
)
def adjust(
    desk: Desk,
    location: Place,
    items: Items,
    state: Annotated[
        str, typer.Option("--state", metavar="S", help="These units lie there: damaged or quarantine (not to be sold), or good again.")
    ] = "",
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; required.")] = "",
) -> None:
    """Units were found (positive) or lost (negative); with --state they stay, and can no longer be sold, or can again."""
    from omscli.workflows.stock_changes import adjust
    from omscli.workflows.stock_state import change_state

    if not reason.strip():
        raise UsageError("an adjustment needs a reason", "add --reason, for example --reason broken")
    with desk.store() as store:
        if not state:
            _changed(desk, *adjust(desk.home, store, location, items_of(items, negative=True), reason, dry_run=desk.dry_run))
            return
        done = change_state(desk.home, store, location, items_of(items), state, reason, dry_run=desk.dry_run)
    if desk.screen.json:
        levels = [one.as_json() for one in done.levels]
        document = {"dry_run": desk.dry_run, "run": done.run, "levels": levels, "for_person": done.for_person}
        desk.screen.document("oms.stock.change/1", document)
    for one in () if desk.screen.json else done.levels:
        words = f"{one.sku} at {one.location}: {one.units} {one.state}, {one.unavailable} of {one.on_hand} are not to be sold now"
        desk.screen.say(words + (" (dry run)" if desk.dry_run else ""))
    for words in done.for_person:
        desk.screen.warn(words)
    desk.leave(attention=bool(done.for_person))


def _changed(desk: Desk, levels: list[Any], run: int | None) -> None:
    if desk.screen.json:
        desk.screen.document("oms.stock.change/1", {"dry_run": desk.dry_run, "run": run, "levels": [one.as_json() for one in levels]})
        return
    for one in levels:
        desk.screen.say(f"{one.sku} at {one.location}: {one.change:+d}, now {one.on_hand}" + (" (dry run)" if desk.dry_run else ""))
        for note in one.notes:
            desk.screen.say(f"  {note}")


from omscli.cli import stock_balance, stock_counts, stock_holds, stock_transfers  # noqa: E402, F401 - they register their commands on this group

app.add_typer(stock_transfers.app, name="transfer")

"""`oms stock transfer new|send|receive|close|cancel|list|show`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from omscli.base.clock import is_day
from omscli.cli.desk import Desk, command, group, items_of
from omscli.errors import UsageError

app = group("Own stock on its way from one place to another: new, send, receive; close what never came; cancel what turns round.")
Transfer = Annotated[str, typer.Argument(metavar="TRANSFER", help="T-3, or 3.")]
Expected = Annotated[str | None, typer.Option("--expected", metavar="DATE", help="The day it should be there, as 2026-03-05.")]


@command(app, "new", examples=("oms stock transfer new --from brooklyn --to reno --item MUG-BLUE:12 --expected 2026-03-05",))
def new(
    desk: Desk,
    giver: Annotated[str, typer.Option("--from", metavar="L", help="Where it lies.")],
    taker: Annotated[str, typer.Option("--to", metavar="L", help="Where it shall go.")],
    items: Annotated[list[str], typer.Option("--item", metavar="SKU:QTY", help="Once for each SKU.")],
    expected: Expected = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="What it is for.")] = "",
) -> None:
    """Draft a transfer. Nothing moves and nothing is claimed before `oms stock transfer send`."""
    from omscli.workflows import transfers

    day, wanted = _day(expected), items_of(items)
    with desk.store() as store:
        _tell(desk, transfers.new(desk.home, store, (giver, taker), wanted, day, reason.strip(), dry_run=desk.dry_run))


@command(app, "send", examples=("oms stock transfer send T-3", "oms stock transfer send T-3 --expected 2026-03-05"))
def send(desk: Desk, transfer: Transfer, expected: Expected = None) -> None:
    """The goods have left: gone from the one place, incoming at the other. Never more than is free there."""
    from omscli.workflows import transfers

    with desk.store() as store:
        _tell(desk, transfers.send(desk.home, store, transfer, _day(expected), dry_run=desk.dry_run))


@command(app, "receive", examples=("oms stock transfer receive T-3", "oms stock transfer receive T-3 --item MUG-BLUE:10"))
def receive(
    desk: Desk,
    transfer: Transfer,
    items: Annotated[list[str] | None, typer.Option("--item", metavar="SKU:QTY", help="Only these units; without it, all.")] = None,
) -> None:
    """The goods are there: all of them, or a part. The next `oms route` fills backorders."""
    from omscli.workflows import transfers

    with desk.store() as store:
        _tell(desk, transfers.receive(desk.home, store, transfer, items_of(items or []), dry_run=desk.dry_run))


@command(app, "close", examples=("oms stock transfer close T-3 --reason 'lost by the carrier'",))
def close(
    desk: Desk, transfer: Transfer, reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; required.")] = ""
) -> None:
    """What has not arrived never will: it is written off, with the reason."""
    from omscli.workflows import transfers

    if not reason.strip():
        raise UsageError("a loss needs a reason", "add --reason, for example --reason 'lost by the carrier'")
    with desk.store() as store:
        _tell(desk, transfers.close(desk.home, store, transfer, reason.strip(), dry_run=desk.dry_run))


@command(app, "cancel", examples=("oms stock transfer cancel T-3",))
def cancel(desk: Desk, transfer: Transfer) -> None:
    """Give up a draft; what is on its way turns round and lies where it came from."""
    from omscli.workflows import transfers

    with desk.store() as store:
        _tell(desk, transfers.cancel(desk.home, store, transfer, dry_run=desk.dry_run))


@command(app, "list", examples=("oms stock transfer list", "oms stock transfer list --location reno --all"), lists=True)
def list_(
    desk: Desk,
    location: Annotated[str, typer.Option("--location", metavar="L", help="Only from or to this place.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Also those that are finished.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000_000, metavar="N", help="At most so many.")] = 200,
) -> None:
    """Drafts and what is on its way, the newest first."""
    from omscli.render.table import Column, Table
    from omscli.workflows.stock_changes import find_location
    from omscli.workflows.transfers import listed

    if location:
        find_location(desk.home, location)
    with desk.reading() as store, store.read():
        rows = listed(store, everything=everything, location=location, limit=limit, today=desk.home.today)
    if desk.screen.json:
        desk.screen.document("oms.stock.transfers/1", {"transfers": rows})
        return
    columns = [
        Column("id", "Transfer", "id"), Column("from", "From"), Column("to", "To"), Column("state", "State"), Column("expected_on", "Expected", "date"),
        Column("goods", "Goods"), Column("open", "On the way", "number"), Column("late", "Late"), Column("reason", "Why"),
    ]  # fmt: skip
    shown = [
        {
            **row,
            "state": row["state"].replace("_", " "),
            "goods": ", ".join(f"{line['units']} × {line['sku']}" for line in row["lines"]),
            "open": sum(line["open"] for line in row["lines"]),
            "late": "late" if row["late"] else "",
        }
        for row in rows
    ]
    desk.screen.table(Table(columns, shown))


@command(app, "show", examples=("oms stock transfer show T-3",))
def show(desk: Desk, transfer: Transfer) -> None:
    """One transfer, line by line."""
    from omscli.workflows.transfers import find_transfer, public

    with desk.reading() as store, store.read():
        one = public(find_transfer(store, transfer))
    if desk.screen.json:
        desk.screen.document("oms.stock.transfer/1", {"transfer": one})
        return
    reason = f" ({one['reason']})" if one["reason"] else ""
    expected = f", expected {one['expected_on']}" if one["expected_on"] else ""
    desk.screen.heading(f"{one['id']}: {one['from']} to {one['to']}, {one['state'].replace('_', ' ')}{expected}{reason}")
    _lines(desk, one)


def _lines(desk: Desk, one: dict[str, Any]) -> None:
    from omscli.render.table import Column, Table

    columns = [
        Column("sku", "SKU", "id"), Column("title", "Title"), Column("units", "Units", "number"), Column("open", "On the way", "number"),
        Column("received", "Received", "number"), Column("missing", "Missing", "number"), Column("sent_back", "Sent back", "number"),
    ]  # fmt: skip
    desk.screen.table(Table(columns, one["lines"]))


def _tell(desk: Desk, done: Any) -> None:
    if desk.screen.json:
        desk.screen.document("oms.stock.transfer/1", {"dry_run": desk.dry_run, **done.as_json()})
        return
    for note in done.notes:
        desk.screen.warn(note)
    for words in done.words:
        desk.screen.say(words + (" (dry run)" if desk.dry_run else ""))


def _day(text: str | None) -> str | None:
    if text is not None and not is_day(text):
        raise UsageError(f"--expected {text} is no date", "write it as 2026-03-05")
    return text

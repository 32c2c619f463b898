"""`oms stock balance`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from omscli.cli.desk import Desk, command, many
from omscli.cli.stock import app


@command(app, "balance", examples=("oms stock balance", "oms stock balance --days 90 --create"))
def balance(
    desk: Desk,
    days: Annotated[int, typer.Option("--days", min=7, max=730, metavar="N", help="How many days of orders to look at.")] = 60,
    create: Annotated[bool, typer.Option("--create", help="Make a draft transfer of each proposal.")] = False,
) -> None:
    """Which stock should lie elsewhere: transfers that save more postage than they cost.

    From where your orders of the last days went: what is sold near a place and does not lie there is sent from farther away.
    Promised, held and safety stock stay where they are; terms stand in rules.yaml under `transfers`.
    """
    from omscli.workflows.balancing import propose

    with desk.store() if create else desk.reading() as store:
        found = propose(desk.home, store, days, create=create, dry_run=desk.dry_run)
    if desk.screen.json:
        desk.screen.document("oms.stock.balance/1", {"dry_run": desk.dry_run, **found.as_json()})
        return
    _show(desk, found.as_json())


def _show(desk: Desk, found: dict[str, Any]) -> None:
    from omscli.base.money import decimal_text
    from omscli.render.table import Column, Table

    currency = found["currency"]
    columns = [
        Column("sku", "SKU", "id"), Column("title", "Title"), Column("units", "Move", "number"), Column("saving", "Saves", "money", "currency"),
        Column("sold", "Sold near there", "number"), Column("need", "Lacking", "number"), Column("spare", "Spare", "number"),
    ]  # fmt: skip
    for one in found["proposals"]:
        amounts = [decimal_text(one[name], currency) for name in ("saving", "cost", "gain")]
        name = f"{one['transfer']}: " if one["transfer"] else ""
        desk.screen.heading(f"{name}{one['from']} to {one['to']}: saves {amounts[0]}, costs {amounts[1]}, gains {amounts[2]} {currency}")
        desk.screen.table(Table(columns, [{**line, "currency": currency} for line in one["lines"]]))
    for note in found["notes"]:
        desk.screen.say(note)
    if not found["proposals"]:
        desk.screen.say(f"nothing to move: no transfer would save more than it costs (orders of {many(found['days'], 'day')})")
    elif any(one["transfer"] for one in found["proposals"]):
        desk.screen.say("drafted; next: oms stock transfer send, for each that goes")
    else:
        desk.screen.say("next: oms stock balance --create drafts these transfers")

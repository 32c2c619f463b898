"""`oms why`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from omscli.base.money import decimal_text
from omscli.cli.desk import Desk, command, single

app = single()


@command(app, examples=("oms why SH-1058", "oms why '#1058' --json"))
def why(desk: Desk, order: Annotated[str, typer.Argument(metavar="ORDER", help="SH-1058, #1058 or shopify:1058.")]) -> None:
    """Each way the order could have been served, what it would have cost, what ruled it out, which comparison decided."""
    from omscli.workflows.looking import why

    with desk.reading() as store:
        found = why(desk.home, store, order)
    if desk.screen.json:
        desk.screen.document("oms.why/1", found)
        return
    _show(desk, found)


def _show(desk: Desk, found: dict[str, Any]) -> None:
    from omscli.render.table import Column, Table

    screen, decision = desk.screen, found["decision"]
    for reason in found["holds"]:
        screen.line(f"{found['id']} is held: {reason}")
    if found["pinned"]:
        screen.line(f"{found['id']} is pinned to {found['pinned']}: oms order unpin {found['id']}")
    if decision is None:
        screen.line(f"{found['id']} is {found['status']}; nobody has decided about it yet" + ("" if found["holds"] else ": oms route"))
        return
    screen.line(
        f"{found['id']} is {decision['state'].replace('_', ' ')} by rule “{decision['rule']}” (run {decision['run']}, {decision['at']})"
    )
    for reason in decision["reasons"]:
        screen.line(f"  {reason}")
    for rule in decision["rules"]:
        rows = [_row(desk, rule, n, one) for n, one in enumerate(rule["candidates"])]
        if rows:
            screen.heading(
                f"Rule “{rule['rule']}”: ranked by {', '.join(rule['rank'])}"
                + (f"; {rule['decided_by']} decided" if rule["decided_by"] else "")
            )
            columns = [Column("place", "", "number"), Column("from", "Ships from"), *(Column(name, name) for name in rule["rank"])]
            screen.table(Table(columns, rows))
        if rule["ruled_out"]:
            screen.heading("Ruled out")
            screen.table(Table([Column("location", "Place"), Column("reason", "Why")], rule["ruled_out"]))
        if rule["short"]:
            screen.heading("Stock at the places that may serve")
            columns = [
                Column("location", "Place"),
                Column("sku", "SKU", "id"),
                Column("free", "Free", "number"),
                Column("wanted", "Wanted", "number"),
            ]
            screen.table(Table(columns, rule["short"]))


def _row(desk: Desk, rule: dict[str, Any], n: int, one: dict[str, Any]) -> dict[str, Any]:
    currency = desk.home.settings.currency
    row: dict[str, Any] = {"place": n + 1, "from": " + ".join(f"{place} ({_units(lines)})" for place, lines in one["from"].items())}
    for name in rule["rank"]:
        amount = one["amounts"][name]
        if amount is None:
            row[name] = "unknown"
        elif name == "cost":
            row[name] = decimal_text(int(amount), currency)
        elif name == "days":
            row[name] = max((part["arrives"] for part in one["parts"] if part["arrives"]), default="unknown")
        else:
            row[name] = f"{amount:.10g}"
    return row


def _units(lines: dict[str, int]) -> str:
    return ", ".join(f"{units} × {sku}" for sku, units in lines.items())

"""`oms doctor`."""

from __future__ import annotations

from typing import Annotated

import typer

from omscli.cli.desk import Desk, command, single

app = single()


@command(app, examples=("oms doctor", "oms doctor levels claims", "oms doctor --deep --json"))
def doctor(
    desk: Desk,
    checks: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CHECK",
            help="file, schema, keys, levels, claims, lines, parcels, cover, holds, leaving, transfers, returns, reversals; none: all.",
        ),
    ] = None,
    deep: Annotated[bool, typer.Option("--deep", help="Also read every page of the file.")] = False,
) -> None:
    """Recompute every balance from the ledger and prove the invariants. Exit 0 clean or with warnings, 5 damaged."""
    store = desk.home.reading()
    if store is None:
        if desk.screen.json:
            desk.screen.document("oms.doctor/1", {"checks": [], "findings": []})
        else:
            desk.screen.say(f"there is no store at {desk.home.db} yet: nothing to check")
        return
    with store, store.read():
        names = checks or store.doctor.names()
        findings = store.doctor.examine(checks or [], deep=deep)
    rows = [{"check": one.check, "severity": one.severity, "text": one.text, "remedy": one.remedy} for one in findings]
    damaged = any(one.severity == "error" for one in findings)
    if desk.screen.json:
        desk.screen.document("oms.doctor/1", {"checks": names, "findings": rows})
    elif rows:
        from omscli.render.table import Column, Table

        desk.screen.table(
            Table([Column("severity", ""), Column("check", "Check"), Column("text", "What"), Column("remedy", "Do", "id")], rows)
        )
    else:
        desk.screen.say(f"the books agree: {', '.join(names)}")
    if damaged:
        raise typer.Exit(5)

"""`oms undo`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from omscli.cli.desk import Desk, command, single
from omscli.cli.shipping import show_uploads

app = single()


@command(app, examples=("oms undo", "oms undo 14 -n", "oms undo 14"))
def undo(
    desk: Desk,
    run: Annotated[int | None, typer.Argument(metavar="RUN", min=1, help="The run to take back; none: the last runs are listed.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, metavar="N", help="List at most so many.")] = 20,
) -> None:
    """Take a run back: claims, goods, holds and shipments as they were before. Refused with the reason (exit 1) where that is too late.

    Nothing is erased: compensating movements are written, and the history tells of both. What is doubtful (the parcel left before
    today, the customer was told by mail) is done with --yes only.
    """
    if run is None:
        _list(desk, limit)
        return
    from omscli.workflows.undo import undo

    with desk.store() as store:
        done = undo(desk.home, store, run, sure=desk.yes, dry_run=desk.dry_run)
    if desk.screen.json:
        desk.screen.document("oms.undo/1", {"dry_run": desk.dry_run, **done.as_json()})
    if done.before is not None:
        desk.screen.say(f"run {run} ({done.command}) was undone already, by run {done.before}")
        return
    desk.screen.say(
        f"run {run} ({done.command}) {'would be' if desk.dry_run else 'is'} undone" + (f" by run {done.run}" if done.run else "")
    )
    show_done(desk, done)
    desk.leave(attention=bool(done.for_person) and not desk.dry_run)


def show_done(desk: Desk, done: Any) -> None:
    """What is back, what is doubtful, what hands must do, and which files are to be uploaded instead."""
    for words in done.does:
        desk.screen.say(f"  {words}")
    for words in done.warnings:
        desk.screen.warn(words)
    for words in getattr(done, "for_person", ()):
        desk.screen.warn(words)
    show_uploads(desk, done.uploads)


def _list(desk: Desk, limit: int) -> None:
    from omscli.render.table import Column, Table
    from omscli.workflows.undo import last_runs

    with desk.reading() as store:
        rows = last_runs(desk.home, store, limit)
    if desk.screen.json:
        desk.screen.document("oms.undo/1", {"runs": rows})
        return
    shown = [{**row, "undo": _undo_words(row)} for row in rows]
    columns = [
        Column("run", "Run", "number"), Column("at", "When", "instant"), Column("command", "Command"), Column("arguments", "Of"),
        Column("did", "Did"), Column("undo", "Undo"),
    ]  # fmt: skip
    desk.screen.table(Table(columns, shown))
    if not rows:
        desk.screen.say("no run has changed anything yet")


def _undo_words(row: dict[str, Any]) -> str:
    if row["undone_by"] is not None:
        return f"undone by run {row['undone_by']}"
    if row["can_undo"]:
        return f"oms undo {row['run']}"
    return f"no: {row['why_not']}"

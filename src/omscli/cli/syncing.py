"""`oms sync`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from omscli.cli.desk import Desk, command, many, single
from omscli.errors import UsageError

app = single()


@command(app, examples=("oms sync", "oms sync -q", "oms sync amazon --all", "oms sync shopify --compare inventory_export.csv"))
def sync(
    desk: Desk,
    channels: Annotated[
        list[str] | None, typer.Argument(metavar="CHANNEL", help="Only the files of these channels; then no feed is read.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every SKU, not only what has changed.")] = False,
    compare: Annotated[
        str | None,
        typer.Option("--compare", metavar="FILE", help="What the channel's own list offers, beside what it should. Changes nothing."),
    ] = None,
    accept_drop: Annotated[
        bool, typer.Option("--accept-drop", help="Believe a feed in which the stock falls by more than max_drop_percent.")
    ] = False,
) -> None:
    """Read the stock files of 3PLs and suppliers (stock_sync of rules.yaml), then write the file that each channel takes.

    A channel's stock file holds what has changed since the last one that was uploaded (oms channel mark-uploaded). Its numbers
    come from the one shared stock: what is sold already is taken off first, then buffer, share and cap of the channel.
    Safe to start twice; silent with -q when all is well.
    """
    if compare is not None:
        if not channels or len(channels) != 1:
            raise UsageError("--compare needs one channel", "oms sync shopify --compare inventory_export.csv")
        _compare(desk, channels[0], compare)
        return
    from omscli.workflows.sync import SyncWish
    from omscli.workflows.sync import sync as run_sync

    wish = SyncWish(tuple(channels or ()), everything, accept_drop, desk.dry_run)
    with desk.store() as store:
        done = run_sync(desk.home, store, wish)
    if desk.screen.json:
        desk.screen.document("oms.sync/1", done.as_json(dry_run=desk.dry_run))
    _show(desk, done)
    desk.leave(attention=done.needs_a_person)


def _show(desk: Desk, done: Any) -> None:
    from omscli.cli.importing import show_problems
    from omscli.cli.shipping import show_uploads
    from omscli.render.table import Column, Table

    screen = desk.screen
    rows = [
        {"what": f"stock of {one.location}", "file": one.path, "rows": one.result.rows if one.result else 0, "state": _state_in(one)}
        for one in done.feeds
    ]
    rows += [{"what": f"stock for {one.channel}", "file": one.path, "rows": one.rows, "state": _state_out(one)} for one in done.channels]
    rows += [{"what": f"tracking for {one.channel}", "file": one.path, "rows": one.rows, "state": _state_out(one)} for one in done.tracking]
    if rows and not screen.quiet:
        columns = [Column("what", "What"), Column("rows", "Rows", "number"), Column("state", "State"), Column("file", "File", "id")]
        screen.table(Table(columns, rows))
    for one in done.feeds:
        if one.refused:
            screen.warn(f"{one.location}: {one.refused} — {one.hint}")
        elif one.result:
            show_problems(desk, one.result)
            for words in one.result.for_person:
                screen.warn(words)
    for one in done.channels:
        _tell(desk, one)
    show_uploads(desk, [one for one in (*done.channels, *done.tracking) if (one.rows and not one.kept) or one.waiting])
    if not rows:
        screen.say("nothing to do: rules.yaml has no stock_sync, and no channel that takes files")
    elif desk.dry_run:
        screen.say("dry run: nothing was changed")


def _tell(desk: Desk, one: Any) -> None:
    """What the seller should know of a channel's stock file."""
    for row in one.kept:
        desk.screen.warn(f"{one.channel}: {row.subject} is not in its stock file: {row.column} “{row.value}” {row.problem}")
    for notice in one.notices:
        desk.screen.say(f"{one.channel}: {notice}")
    if one.uncounted:
        desk.screen.say(f"{one.channel}: nobody has counted these yet, so nothing is told of them: {some(one.uncounted)}")
    if one.unknown:
        desk.screen.say(f"{one.channel}: lists SKUs that nobody knows: {some(one.unknown)}; teach them: oms product alias")


def some(names: list[str], most: int = 5) -> str:
    """The first few names, and how many more."""
    return f"{', '.join(names[:most])}{f' and {len(names) - most} more' if len(names) > most else ''}"


def _state_in(one: Any) -> str:
    if one.refused:
        return "refused"
    counts = one.result.counts
    return f"{many(counts['new'] + counts['changed'], 'level')} changed" if counts["new"] or counts["changed"] else "as it was"


def _state_out(one: Any) -> str:
    if getattr(one, "lacks_list", False):
        return "list missing"
    if getattr(one, "paused", ""):
        return f"{one.paused}, {'waits already' if one.waiting else 'says 0' if one.rows else 'knows 0'}"
    return "waits already" if one.waiting else "new" if one.rows else "up to date"


def _compare(desk: Desk, channel: str, name: str) -> None:
    from omscli.cli.importing import given
    from omscli.render.table import Column, Table
    from omscli.workflows.sync import compare

    file, source = given(name)
    del file
    found = compare(desk.home, channel, source)
    if desk.screen.json:
        desk.screen.document("oms.sync/1", {"dry_run": True, "run": None, **found.as_json()})
    columns = [
        Column("sku", "SKU", "id"), Column("place", "Place"), Column("channel_says", f"{channel} says", "number"), Column("we_say", "Should say", "number"),
    ]  # fmt: skip
    if found.drift:
        desk.screen.table(Table(columns, [one.as_json() for one in found.drift]))
    if found.unknown:
        desk.screen.warn(f"nobody knows these SKUs of {channel}: {some(found.unknown)}")
    desk.screen.say(
        f"{many(len(found.drift), 'SKU')} differ{'s' if len(found.drift) == 1 else ''}, {found.same} are as they should be"
        + (f"; next: oms sync {channel}" if found.drift else "")
    )
    desk.leave(attention=bool(found.drift or found.unknown))

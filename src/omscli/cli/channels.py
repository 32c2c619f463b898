"""`oms channel list|show|mark-uploaded|pause|resume`."""

from __future__ import annotations

from typing import Annotated

import typer

from omscli.cli.channel_pauses import pause_words, register
from omscli.cli.desk import Desk, command, group, many

app = group("The channels, what waits to be uploaded to them, and that it was.")
_Name = Annotated[str, typer.Argument(metavar="CHANNEL", help="A channel of rules.yaml.")]


@command(app, "list", examples=("oms channel list", "oms channel list --json"), lists=True)
def list_(desk: Desk) -> None:
    """Every channel of rules.yaml with its open orders and the files that wait for it."""
    from omscli.render.table import Column, Table
    from omscli.workflows.channels import channel_rows

    with desk.reading() as store:
        found = channel_rows(desk.home, store)
    if desk.screen.json:
        desk.screen.document("oms.channels/1", {"channels": found})
        return
    rows = [
        {
            **row,
            "files": ", ".join(kind for kind in ("stock", "tracking") if row[f"{kind}_file"]),
            "to_upload": len(row["waiting"]),
            "pause": pause_words(row),
        }
        for row in found
    ]
    columns = [
        Column("channel", "Channel", "id"), Column("reader", "Format"), Column("open_orders", "Open orders", "number"), Column("listed_skus", "Listed SKUs", "number"),
        Column("files", "Files"), Column("pause", "Pause"), Column("to_upload", "To upload", "number"), Column("last_stock_upload", "Stock told", "instant"),
    ]  # fmt: skip
    desk.screen.table(Table(columns, rows))


@command(app, examples=("oms channel show amazon",))
def show(desk: Desk, channel: _Name) -> None:
    """One channel: its files, where they are uploaded, what waits."""
    from omscli.render.table import Column, Table
    from omscli.workflows.channels import one_channel

    with desk.reading() as store:
        found = one_channel(desk.home, store, channel)
    if desk.screen.json:
        desk.screen.document("oms.channel/1", {"channel": found})
        return
    screen = desk.screen
    screen.line(f"{channel}: {many(found['open_orders'], 'open order')}, {many(found['listed_skus'], 'SKU')} known from its own list")
    for kind in ("stock", "tracking"):
        title, where = found[f"{kind}_file"], found["upload_at"].get(kind)
        screen.line(f"{kind} file: {title or 'none'}{f' – upload: {where}' if where else ''}")
    if found["paused"]:
        screen.line(f"{pause_words(found)}: its stock file says 0 for everything; oms channel resume {channel}")
    if found["waiting"]:
        screen.heading("To upload")
        columns = [
            Column("file", "File", "id"),
            Column("kind", "What"),
            Column("rows", "Rows", "number"),
            Column("made_at", "Made", "instant"),
        ]
        screen.table(Table(columns, found["waiting"]))
        screen.say(f"when they are uploaded: oms channel mark-uploaded {channel}")


@command(
    app, "mark-uploaded", examples=("oms channel mark-uploaded amazon", "oms channel mark-uploaded amazon 2026-03-02-amazon-stock-7.txt")
)
def mark_uploaded(
    desk: Desk,
    channel: _Name,
    file: Annotated[str | None, typer.Argument(metavar="FILE", help="One file; without it all that wait for the channel.")] = None,
) -> None:
    """The files are with the channel now: the next ones hold only what changes from here."""
    from omscli.workflows.channels import mark_uploaded as mark

    with desk.store() as store:
        done = mark(desk.home, store, channel, file, dry_run=desk.dry_run)
    if desk.screen.json:
        desk.screen.document("oms.channel/1", {"dry_run": desk.dry_run, "run": done.run, "channel": channel, "uploaded": done.files})
    word = "would count as uploaded" if desk.dry_run else "counts as uploaded"
    for path in done.files:
        desk.screen.say(f"{path} {word}")
    if not done.files:
        desk.screen.say(f"nothing waits to be uploaded to {channel}")


register(app)

"""`oms channel pause|resume`: vacation mode."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from omscli.base.clock import is_day
from omscli.cli.desk import Desk, command
from omscli.cli.shipping import show_uploads
from omscli.errors import UsageError

Names = Annotated[list[str] | None, typer.Argument(metavar="CHANNEL", help="Channels of rules.yaml; none: every channel.")]


def register(app: typer.Typer) -> None:
    """Add both verbs to the noun."""

    @command(app, "pause", examples=("oms channel pause", "oms channel pause etsy --until 2026-08-24"))
    def pause(
        desk: Desk,
        channels: Names = None,
        until: Annotated[str, typer.Option("--until", metavar="DATE", help="The day on which it sells again by itself.")] = "",
    ) -> None:
        """Vacation: the stock file of every channel says 0 for all that it lists, and is written at once. Orders that are in stay."""
        from omscli.workflows.pausing import pause

        if until and not is_day(until):
            raise UsageError(f"--until {until} is no date", "for example --until 2026-08-24")
        with desk.store() as store:
            _show(desk, pause(desk.home, store, channels or (), until or None, dry_run=desk.dry_run), "paused")

    @command(app, "resume", examples=("oms channel resume", "oms channel resume etsy"))
    def resume(desk: Desk, channels: Names = None) -> None:
        """Back again: the stock files say what is there, and are written at once."""
        from omscli.workflows.pausing import resume

        with desk.store() as store:
            _show(desk, resume(desk.home, store, channels or (), dry_run=desk.dry_run), "resumed")


def _show(desk: Desk, done: Any, word: str) -> None:
    if desk.screen.json:
        desk.screen.document("oms.channel.pause/1", {"dry_run": desk.dry_run, **done.as_json()})
        return
    if done.changed:
        end = f" until {done.until}" if done.until else ""
        desk.screen.say(f"{', '.join(done.changed)} {'would be ' if desk.dry_run else ''}{word}{end}")
    else:
        desk.screen.say(f"{', '.join(done.channels)}: nothing changes")
    for feed in done.feeds:
        for row in feed.kept:
            desk.screen.warn(f"{feed.channel}: {row.subject} is not in its stock file: {row.column} “{row.value}” {row.problem}")
        if feed.unknown:
            desk.screen.warn(
                f"{feed.channel} lists SKUs that nobody knows, and they stay as they are: {', '.join(sorted(feed.unknown)[:5])}"
            )
    show_uploads(desk, [feed for feed in done.feeds if feed.rows or feed.waiting])
    if done.no_file:
        what = "set what you sell there to 0" if word == "paused" else "set what you sell there to what you have"
        desk.screen.say(f"no stock file for {', '.join(done.no_file)}: {what} by hand")


def pause_words(row: dict[str, Any]) -> str:
    """`paused until 2026-08-24` for a channel, or nothing."""
    found = row["paused"]
    return "" if found is None else f"paused until {found['until']}" if found["until"] else "paused"

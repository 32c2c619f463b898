"""`oms backup [list|verify|restore]`."""

from __future__ import annotations

from typing import Annotated

import typer

from omscli.cli.desk import Desk, command, group
from omscli.errors import Refused

app = group("A verified copy of the store while others work; verify and restore.", bare=True)
Name = Annotated[str | None, typer.Argument(metavar="FILE", help="A file of backups/; none: the newest.")]


@command(app, examples=("oms backup", "oms backup -q", "oms backup list"), bare=True)
def make(desk: Desk) -> None:
    """Copy the store into backups/ while others work, and check the copy with every invariant."""
    from omscli.workflows.backups import make

    if desk.dry_run:
        if desk.screen.json:
            desk.screen.document("oms.backup/1", {"dry_run": True, "copies": []})
        desk.screen.say(f"dry run: {desk.home.db} would be copied into backups/")
        return
    copy = make(desk.home)
    if desk.screen.json:
        desk.screen.document("oms.backup/1", {"copies": [copy.as_json()]})
        return
    desk.screen.line(str(copy.path))
    desk.screen.say(f"{copy.bytes // 1024} kB, every check passed")


@command(app, "list", examples=("oms backup list",), lists=True)
def list_(desk: Desk) -> None:
    """All copies, the newest first."""
    from omscli.render.table import Column, Table
    from omscli.workflows.backups import listing

    copies = [copy.as_json() for copy in listing(desk.home)]
    if desk.screen.json:
        desk.screen.document("oms.backup/1", {"copies": copies})
        return
    desk.screen.table(Table([Column("file", "File", "id"), Column("bytes", "Bytes", "number")], copies))


@command(app, "verify", examples=("oms backup verify", "oms backup verify oms-20260302T140500Z.db"))
def verify(desk: Desk, name: Name = None) -> None:
    """Check a copy with every invariant; exit 4 where one fails."""
    from omscli.workflows.backups import verify

    copy = verify(desk.home, name)
    if desk.screen.json:
        desk.screen.document("oms.backup/1", {"copies": [copy.as_json()]})
    if copy.problems:
        raise Refused(f"{copy.path.name}: {copy.problems[0]}", "take another copy: `oms backup list`")
    desk.screen.say(f"{copy.path.name}: every check passed")


@command(app, "restore", examples=("oms backup restore", "oms backup restore oms-20260302T140500Z.db --yes"))
def restore(desk: Desk, name: Name = None) -> None:
    """Put a copy in the place of the store. The store as it was is kept in backups/."""
    from omscli.workflows.backups import find, restore

    path = find(desk.home, name)
    if desk.dry_run:
        if desk.screen.json:
            desk.screen.document("oms.backup/1", {"dry_run": True, "restored": str(path), "kept": None})
        desk.screen.say(f"dry run: {path.name} would take the place of {desk.home.db}")
        return
    if not desk.ask(f"Replace {desk.home.db} by {path.name}? What happened since is set aside"):
        desk.screen.say("nothing was changed")
        return
    taken, kept = restore(desk.home, name)
    if desk.screen.json:
        desk.screen.document("oms.backup/1", {"restored": str(taken), "kept": str(kept) if kept else None})
        return
    desk.screen.say(f"restored {taken.name}" + (f"; the store as it was: {kept}" if kept else ""))

"""`oms demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from omscli.cli.desk import Desk, command, single

app = single()


@command(app, examples=("oms demo", "oms demo /tmp/shop"))
def demo(desk: Desk, folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where; made anew each time.")] = Path("oms-demo")) -> None:
    """Make a small business in ./oms-demo and run its whole morning: import, route, pick, ship, notify, with a frozen clock.

    Every command is shown before it runs, so that you can run it again yourself.
    """
    from omscli.cli.tour import tour

    if desk.dry_run:
        desk.screen.say(f"dry run: {folder.resolve()} would be made anew, and its morning run")
        return
    tour(desk, folder)

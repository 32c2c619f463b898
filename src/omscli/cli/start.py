"""`oms init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from omscli.cli.desk import Desk, command, single

app = single()


@command(app, examples=("oms init shop", "oms init shop --currency EUR --timezone Europe/Berlin --country DE", "oms init try-out --demo"))
def init(
    desk: Desk,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new home; this folder if left out.")] = Path(),
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="What your shop is called.")] = "My Shop",
    currency: Annotated[str, typer.Option("--currency", metavar="CODE", help="USD, EUR, GBP …")] = "USD",
    timezone: Annotated[str, typer.Option("--timezone", metavar="ZONE", help="America/New_York, Europe/Berlin …")] = "America/New_York",
    country: Annotated[str, typer.Option("--country", metavar="CC", help="Where you are: US, DE …")] = "US",
    demo: Annotated[bool, typer.Option("--demo", help="A small business and a morning's files, one of each trap.")] = False,
) -> None:
    """Make a new home: a commented rules.yaml, and the folders inbox/, out/, outbox/. An existing rules.yaml is left alone."""
    from omscli.workflows.start import make_home

    if desk.dry_run and desk.screen.json:
        desk.screen.document("oms.init/1", {"dry_run": True, "home": str(folder.resolve()), "made": []})
        return
    if desk.dry_run:
        desk.screen.say(f"dry run: {folder.resolve()} would become a home")
        return
    made = make_home(folder, name, currency, timezone, country, demo=demo)
    if desk.screen.json:
        desk.screen.document("oms.init/1", {"home": str(folder.resolve()), "made": made})
        return
    for path in made:
        desk.screen.line(path)
    if not made:
        desk.screen.say(f"{folder.resolve()} is a home already; nothing was changed")
    elif demo:
        desk.screen.say(f"next: cd {folder} && oms import products.csv stock.csv inbound.csv && oms import && oms route")
    else:
        desk.screen.say("next: open rules.yaml, put in your places and channels, then `oms rules check`")

"""`oms rules check|show`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from omscli.cli.desk import Desk, command, group, many

app = group("Check rules.yaml.")


@command(app, "check", examples=("oms rules check", "oms rules check --json", "oms rules check new-rules.yaml"))
def check(
    desk: Desk, file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Another file than rules.yaml of the home.")] = None
) -> None:
    """Every key, every name, every number, with line and column; then rules that can never match. Exit 4 on an error."""
    from omscli.settings.check import findings

    settings = desk.home.settings_from(file) if file is not None else desk.home.settings
    found = findings(settings)
    rows: list[dict[str, Any]] = [{"line": one.line, "severity": one.severity, "text": one.text, "hint": one.hint} for one in found]
    if desk.screen.json:
        desk.screen.document("oms.rules.check/1", {"file": str(settings.path), "rules": len(settings.rulebook.rules), "findings": rows})
    else:
        for one in found:
            desk.screen.warn(f"{settings.path.name}:{one.line}: {one.text}" + (f" — {one.hint}" if one.hint else ""))
        places, channels, rules = len(settings.locations), len(settings.channels), len(settings.rulebook.rules)
        desk.screen.say(
            f"{settings.path.name}: {many(rules, 'rule')}, {many(places, 'location')}, {many(channels, 'channel')}, no errors"
            + ("" if found else ", no warnings")
        )
    desk.leave(attention=bool(found))

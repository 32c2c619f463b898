"""`oms simulate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from omscli.base.clock import as_text, is_day
from omscli.base.money import decimal_text
from omscli.cli.desk import Desk, command, many, single
from omscli.cli.watching import Watching
from omscli.errors import UsageError

app = single()
SHOWN = 20  # orders that move, named on a screen


@command(
    app,
    examples=("oms simulate --rules new-rules.yaml", "oms simulate --rules new-rules.yaml --since 2026-03-01", "oms simulate --rules new-rules.yaml --rolling --json"),
)  # fmt: skip
def simulate(
    desk: Desk,
    rules: Annotated[
        Path | None, typer.Option("--rules", metavar="FILE", help="The rules to try; without it rules.yaml as it is now.")
    ] = None,
    since: Annotated[str, typer.Option("--since", metavar="DATE", help="Runs from this day on; without it all that are kept.")] = "",
    rolling: Annotated[bool, typer.Option("--rolling", help="Carry the consequences from run to run; else each run is by itself.")] = False,
) -> None:
    """What the past routing runs would have done under other rules: cost, shipments, km, delays, and the orders that move.

    Nothing changes. Each run is decided again with what it knew then; runs are kept for 90 days.
    """
    from omscli.workflows.simulating import simulate

    settings = desk.home.settings_from(rules) if rules is not None else desk.home.settings
    with desk.reading() as store, Watching("deciding again", quiet=desk.screen.quiet) as watch:
        found = simulate(desk.home, store, settings, since_instant(desk, since), rolling=rolling, tell=watch.tell)
    if desk.screen.json:
        desk.screen.document("oms.simulate/1", {"file": str(settings.path), **found.as_json()})
    else:
        _show(desk, settings.path.name, found)
    desk.leave(attention=bool(found.warnings))


def since_instant(desk: Desk, since: str) -> str:
    """The first instant of a day on the seller's clock; of no day, the beginning of time. Raises UsageError."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    if since and not is_day(since):
        raise UsageError(f"--since {since} is no date", "for example --since 2026-03-02")
    return as_text(datetime.fromisoformat(since).replace(tzinfo=ZoneInfo(desk.home.settings.timezone))) if since else ""


# key -> in words
_LINES = {
    "cost": "Cost (postage, boxes, handling)",
    "penalties": "Prices of the rules for what is sent",
    "shipments": "Shipments",
    "km": "Kilometres",
    "late": "Orders that arrive late",
    "backordered": "Units that wait for stock",
    "cancelled": "Units given up",
    "held": "Orders held",
    "unroutable": "Orders that no place may serve",
}
_MONEY = ("cost", "penalties")


def _show(desk: Desk, name: str, found: Any) -> None:
    from omscli.render.table import Column, Table

    screen, compared, currency = desk.screen, found.comparison, found.currency
    before, after, difference = compared.before.as_json(), compared.after.as_json(), compared.difference()
    rows = [
        {"what": words, "before": text_of(key, before[key], currency), "after": text_of(key, after[key], currency), "difference": signed(key, difference[key], currency)}
        for key, words in _LINES.items()
        if before[key] or after[key] or key in ("cost", "shipments")
    ]  # fmt: skip
    columns = [
        Column("what", "What"),
        Column("before", "As it was", "id"),
        Column("after", f"By {name}", "id"),
        Column("difference", "More", "id"),
    ]
    screen.table(Table(columns, rows))
    moves = sorted(compared.moves, key=lambda one: (-abs(one.cost), one.ref))
    if moves:
        screen.heading("Orders that move")
        shown = moves if not screen.is_tty or desk.verbose else moves[:SHOWN]
        rows = [
            {"id": one.ref, "run": one.run, "before": one.before, "after": one.after, "cost": signed("cost", one.cost, currency)}
            for one in shown
        ]
        columns = [
            Column("id", "Order", "id"), Column("run", "Run", "number"), Column("before", "As it was"), Column("after", "Would be"), Column("cost", "Costs more", "id"),
        ]  # fmt: skip
        screen.table(Table(columns, rows, footer=f"and {len(moves) - len(shown)} more: -v shows all" if len(moves) > len(shown) else ""))
    for warning in found.warnings:
        screen.warn(warning)
    how = "one after the other, with what follows" if found.rolling else "each by itself; an order counts as it was decided last"
    screen.say(f"{many(found.runs, 'run')} from {found.first} to {found.last}, {how}")
    screen.say(_verdict(name, compared, difference, currency))


def _verdict(name: str, compared: Any, difference: dict[str, Any], currency: str) -> str:
    if not compared.moves:
        return f"nothing would have been decided otherwise by {name}"
    cost = difference["cost"]
    money = f"{decimal_text(abs(cost), currency)} {currency} {'dearer' if cost > 0 else 'cheaper'}" if cost else "at the same cost"
    return f"{len(compared.moves)} of {many(compared.before.orders, 'order')} move; {name} would have been {money}"


def text_of(key: str, value: float, currency: str) -> str:
    """A sum as a person reads it."""
    return decimal_text(int(value), currency) if key in _MONEY else f"{value:.1f}" if key == "km" else str(value)


def signed(key: str, value: float, currency: str) -> str:
    """A difference, its sign always there; nothing for none."""
    if not value:
        return "0"
    return f"{'+' if value > 0 else '-'}{text_of(key, abs(value), currency)}"

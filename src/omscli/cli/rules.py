"""`oms rules check|test|report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from omscli.cli.desk import Desk, command, group, many
from omscli.cli.simulate import signed, since_instant
from omscli.cli.watching import Watching

KEPT, SHOWN = 90, 20  # days of stored orders; orders named on a screen

app = group("Check and try rules.yaml.")


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


@command(app, "test", examples=("oms rules test", "oms rules test new-rules.yaml --json"))
def try_(
    desk: Desk, file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Another file than rules.yaml of the home.")] = None
) -> None:
    """Run the `examples` of the file through the plan, and hold its rules against the orders of the last 90 days.

    Exit 1 when an example comes out otherwise, 3 when only something looks odd: rules that never decide, orders that no rule places.
    """
    from omscli.workflows.rules_test import try_rules

    settings = desk.home.settings_from(file) if file is not None else desk.home.settings
    with desk.reading() as store:
        tested = try_rules(desk.home, store, settings)
    if desk.screen.json:
        desk.screen.document("oms.rules_test/1", {"file": str(settings.path), **tested.as_json()})
    else:
        _show_test(desk, settings.path.name, tested)
    if tested.failed:
        raise typer.Exit(1)
    desk.leave(attention=bool(tested.coverage.findings or tested.coverage.unplaced))


def _show_test(desk: Desk, name: str, tested: Any) -> None:
    from omscli.render.table import Column, Table

    screen, seen = desk.screen, tested.coverage
    if tested.examples:
        rows = [
            {"rule": one.rule, "line": one.line, "result": "as written" if one.passed else "OTHERWISE", "what": "; ".join([*one.differs, *one.notes])}
            for one in tested.examples
        ]  # fmt: skip
        columns = [
            Column("rule", "Example of rule"),
            Column("line", "Line", "number"),
            Column("result", "Comes out"),
            Column("what", "What"),
        ]
        screen.table(Table(columns, rows))
    for one in tested.examples:
        if not one.passed:
            screen.heading(f"Why line {one.line} comes out otherwise")
            for reason in one.reasons:
                screen.line(reason)
    if seen.orders:
        screen.heading(f"Rules and the {many(seen.orders, 'order')} of the last {KEPT} days")
        rows = [{"rule": rule, "orders": count, "by_next": seen.reached[rule]} for rule, count in seen.matched.items()]
        columns = [Column("rule", "Rule"), Column("orders", "First to fit", "number"), Column("by_next", "May come by next", "number")]
        screen.table(Table(columns, rows))
    if seen.unplaced:
        screen.heading("Orders that no rule places")
        columns = [Column("id", "Order", "id"), Column("reason", "Why")]
        footer = f"and {len(seen.unplaced) - SHOWN} more: --json names all" if len(seen.unplaced) > SHOWN else ""
        screen.table(Table(columns, seen.unplaced[:SHOWN], footer=footer))
    for one in seen.findings:
        screen.warn(f"{name}:{one['line']}: {one['text']}" + (f" — {one['hint']}" if one["hint"] else ""))
    if not tested.examples:
        screen.say(f"{name} has no examples: write some under `examples` of a rule, and every change of the rules is tried on them")
    elif tested.failed:
        screen.say(f"{name}: {tested.failed} of {many(len(tested.examples), 'example')} came out otherwise")
    else:
        screen.say(f"{name}: {many(len(tested.examples), 'example')} came out as written")


@command(app, "report", examples=("oms rules report", "oms rules report --since 2026-03-01 --json", "oms rules report new-rules.yaml"))
def report(
    desk: Desk,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Another file than rules.yaml of the home.")] = None,
    since: Annotated[
        str, typer.Option("--since", metavar="DATE", help="All runs from this day on; without it the last one of all orders.")
    ] = "",
) -> None:
    """What each rule decided in past runs, and what each of its limits costs: the same runs decided again without it.

    Nothing changes. Each order counts as it was decided last.
    """
    from omscli.workflows.rules_report import report

    settings = desk.home.settings_from(file) if file is not None else desk.home.settings
    with desk.reading() as store, Watching("deciding again", quiet=desk.screen.quiet) as watch:
        found = report(desk.home, store, settings, since_instant(desk, since) if since else None, watch.tell)
    if desk.screen.json:
        desk.screen.document("oms.rules_report/1", {"file": str(settings.path), **found.as_json()})
        return
    _show_report(desk, found)


def _show_report(desk: Desk, found: Any) -> None:
    from omscli.render.table import Column, Table

    screen, currency, rules = desk.screen, found.currency, [one.as_json() for one in found.rules]
    columns = [
        Column("rule", "Rule"), Column("fitted", "Fits first", "number"), Column("decided", "Decides", "number"), Column("cost", "Cost", "money", "currency"),
        Column("backordered", "Wait", "number"), Column("tied", "Ties", "number"), Column("places_ruled_out", "Rules out", "number"),
    ]  # fmt: skip
    screen.table(Table(columns, [{**one, "currency": currency} for one in rules]))
    rows = [
        {
            "rule": rule["rule"], "limit": f"{one['constraint']}: {one['value']}", "costs": signed("cost", one["costs"], currency),
            **{name: signed(name, one["without"][name], currency) for name in ("shipments", "late", "backordered")}, "moves": one["moves"],
        }
        for rule in rules
        for one in rule["constraints"]
    ]  # fmt: skip
    idle = len(rows)
    if screen.is_tty and not desk.verbose:  # a person looks for what matters; a program gets every row
        rows = [one for one in rows if one["moves"]]
    idle -= len(rows)
    if rows:
        screen.heading("What each limit costs: the same runs without it")
        columns = [
            Column("rule", "Rule"), Column("limit", "Without"), Column("costs", "Would save", "id"), Column("shipments", "Shipments", "id"),
            Column("late", "Late", "id"), Column("backordered", "Units wait", "id"), Column("moves", "Orders move", "number"),
        ]  # fmt: skip
        screen.table(Table(columns, rows))
    screen.say(f"{many(found.runs, 'run')} from {found.first} to {found.last}, {many(found.whole.orders, 'order')}")
    if idle:
        screen.say(f"{many(idle, 'limit')} changed nothing in these runs: -v shows them")

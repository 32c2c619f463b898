"""`oms route`."""

from __future__ import annotations

from collections import Counter
from math import ceil
from pathlib import Path
from typing import Annotated, Any

import typer

from omscli.base.money import decimal_text
from omscli.cli.desk import Desk, command, many, single
from omscli.errors import UsageError

app = single()


@command(
    app,
    examples=(
        "oms route",
        "oms route -n",
        "oms route --strategy batch --effort 9",
        "oms route --strategy batch --prove -n",
        "oms route SH-1058 --json",
        "oms route -n -o plan.json",
        "oms route --plan plan.json",
    ),
)
def route(
    desk: Desk,
    orders: Annotated[list[str] | None, typer.Argument(metavar="ORDER", help="Only these orders; none: every open one.")] = None,
    strategy: Annotated[
        str | None,
        typer.Option("--strategy", metavar="NAME", help="each: order by order; batch: all orders together, as cheap as can be found."),
    ] = None,
    effort: Annotated[
        int | None, typer.Option("--effort", metavar="N", help="Under batch: go over the plan N times for something cheaper.")
    ] = None,
    prove: Annotated[
        bool | None,
        typer.Option("--prove/--no-prove", help="Under batch: let a solver prove that no plan is cheaper, for up to 1,000 orders."),
    ] = None,
    rules: Annotated[Path | None, typer.Option("--rules", metavar="FILE", help="Try other rules; only with --dry-run.")] = None,
    output: Annotated[Path | None, typer.Option("-o", metavar="PLAN", help="Also write the plan as JSON to this file.")] = None,
    saved: Annotated[
        Path | None, typer.Option("--plan", metavar="PLAN", help="Carry out a plan that -n -o saved, if it still is the plan.")
    ] = None,
) -> None:
    """Decide for every open order where it ships from and when it arrives, and claim the stock.

    Claims stay soft: the next run may improve them until `oms pick` releases them. Backorders wait by themselves.
    """
    from omscli.cli.watching import Watching
    from omscli.routing.rules import STRATEGIES
    from omscli.workflows.orders import find_order
    from omscli.workflows.plan_file import PlanFile, read_plan
    from omscli.workflows.routing import as_json, route, settings_with

    if strategy is not None and strategy not in STRATEGIES:
        raise UsageError(f"--strategy {strategy} is unknown", " or ".join(STRATEGIES))
    if effort is not None and effort < 0:
        raise UsageError(f"--effort {effort} is less than nothing", "0 is the quickest; more looks longer for something cheaper")
    if rules is not None and not desk.dry_run:
        raise UsageError("--rules tries other rules and may not claim stock by them", "add --dry-run, or put the rules into rules.yaml")
    if saved is not None and (
        orders or rules is not None or strategy is not None or effort is not None or prove is not None or output is not None
    ):
        raise UsageError("--plan carries a plan out as it was saved", "name nothing beside it: oms route --plan PLAN")
    plan_file = read_plan(saved) if saved is not None else PlanFile() if output is not None else None
    if plan_file is not None and saved is not None:
        strategy, effort, prove = plan_file.strategy, plan_file.effort, plan_file.prove
    settings = settings_with(desk.home.settings_from(rules) if rules is not None else desk.home.settings, strategy, effort, prove)
    with desk.store() as store, Watching("routing", quiet=desk.screen.quiet) as watch:
        only = [find_order(store, word) for word in orders] if orders else plan_file.only if plan_file else None
        routed = route(desk.home, store, only, dry_run=desk.dry_run, settings=settings, plan_file=plan_file, watch=watch)
    document = as_json(routed, dry_run=desk.dry_run) if desk.screen.json or output else {}
    if output is not None and plan_file is not None:
        plan_file.only = only
        document |= plan_file.as_json()
    if output is not None:
        from omscli.outgoing.files import write_whole
        from omscli.render.safe import json_text

        target = output.resolve()
        write_whole(target, (json_text({"schema": "oms.route/1", **document}) + "\n").encode())
    if desk.screen.json:
        desk.screen.document("oms.route/1", document)
    else:
        _show(desk, routed, prove=settings.rulebook.prove)
    attention = any(one.state != "routed" for one in routed.plan.orders) or bool(routed.questions)
    desk.leave(attention=attention)


def _show(desk: Desk, routed: Any, *, prove: bool) -> None:
    from omscli.render.table import Column, Table

    screen, plan = desk.screen, routed.plan
    if not plan.orders:
        screen.say("no open order has anything to decide")
        return
    if not screen.is_tty or desk.verbose or len(plan.orders) <= 60:
        columns = [
            Column("id", "Order", "id"), Column("state", "Decision"), Column("from", "Ships from"), Column("service", "Service"),
            Column("ship_on", "Leaves", "date"), Column("arrives", "Arrives", "date"), Column("waiting", "Waits"), Column("why", "Why"),
        ]  # fmt: skip
        screen.table(Table(columns, [_row(one) for one in plan.orders]))
    totals = plan.totals()
    states = Counter(one.state for one in plan.orders)
    words = {
        "routed": "routed",
        "part_routed": "partly routed",
        "backordered": "wait for stock",
        "held": "held",
        "unroutable": "cannot be sent",
    }
    parts = ", ".join(f"{states[state]} {word}" for state, word in words.items() if states[state])
    screen.say(f"{many(totals['orders'], 'order')}: {parts}")
    screen.say(
        f"{many(totals['shipments'], 'shipment')}, {many(totals['units'], 'unit')}, cost {decimal_text(totals['cost'], plan.currency)} {plan.currency}"
    )
    if plan.strategy == "batch":
        screen.say(_gain(plan))
        if prove and plan.gap_percent:
            screen.say("not proved: the solver settles at most 1,000 orders of one priority that hang together by scarce goods")
    if plan.cut_short:
        screen.warn("the clock ended the search for a cheaper plan: another run may find one")
    for question in routed.questions:
        screen.warn(question)
    if desk.dry_run:
        screen.say("dry run: nothing was changed; `oms route` claims the stock")
    elif routed.run is None:
        screen.say("nothing changed since the last run")
    elif not routed.changed:
        screen.say(f"run {routed.run}: no shipment changed")
    else:
        screen.say(f"run {routed.run}: {many(routed.changed, 'order')} decided anew; next: oms pick")


def _gain(plan: Any) -> str:
    """What deciding together has brought, and how much more there can be."""
    saved = (plan.each_objective or 0) - plan.objective
    gained = f"batch saved {decimal_text(saved, plan.currency)} against order by order" if saved else "order by order is as cheap as batch"
    if saved < 0:
        gained = f"order by order would cost {decimal_text(-saved, plan.currency)} less, but moves orders that gain less than `min_gain`"
    if not plan.gap_percent:
        return f"{gained}; proved: no plan is cheaper"
    return f"{gained}; no plan is more than {ceil(plan.gap_percent * 10) / 10:.1f} % cheaper"


def _row(one: Any) -> dict[str, Any]:
    first = one.shipments[0] if one.shipments else None
    return {
        "id": one.ref,
        "state": one.state,
        "from": " + ".join(f"{part.location} {part.units}" for part in one.shipments),
        "service": f"{first.carrier} {first.service}".strip() or first.method if first else "",
        "ship_on": max((part.ship_on for part in one.shipments if part.ship_on), default=None),
        "arrives": max((part.arrives for part in one.shipments if part.arrives), default=None),
        "waiting": ", ".join(f"{row.quantity} × {row.sku}{f' ({row.expected_on})' if row.expected_on else ''}" for row in one.backordered),
        "why": _short(one),
    }


def _short(one: Any) -> str:
    """The sentence that matters most."""
    if one.shipments:
        return next((text for text in one.reasons if text.startswith(f"rule “{one.rule}”")), one.reasons[0] if one.reasons else "")
    return (
        one.reasons[-1] if one.state in ("held", "unroutable", "backordered") and one.reasons else (one.reasons[0] if one.reasons else "")
    )

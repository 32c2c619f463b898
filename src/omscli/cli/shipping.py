"""`oms ship`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from omscli.base.clock import as_instant, as_text, is_day
from omscli.base.money import parse_money
from omscli.cli.desk import Desk, command, many, single
from omscli.errors import Refused, UsageError

app = single()


@command(app, examples=("oms ship S-12 --carrier usps --tracking 9400111206206406260787", "oms ship --from labels.csv"))
def ship(
    desk: Desk,
    shipment: Annotated[
        str | None, typer.Argument(metavar="SHIPMENT", help="A shipment (S-12), or an order with one open shipment.")
    ] = None,
    carrier: Annotated[str, typer.Option("--carrier", metavar="C", help="Who carries it.")] = "",
    tracking: Annotated[str, typer.Option("--tracking", metavar="T", help="The parcel's tracking number.")] = "",
    service: Annotated[str, typer.Option("--service", metavar="S", help="The carrier's service.")] = "",
    cost: Annotated[str | None, typer.Option("--cost", metavar="MONEY", help="What the label cost.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="WHEN", help="A date or an instant; else now.")] = None,
    file: Annotated[
        str | None, typer.Option("--from", metavar="FILE", help="The label software's file: every row is a parcel that left.")
    ] = None,
) -> None:
    """The goods leave: the claim ends, the stock goes down, the mail becomes due.

    Only what `oms pick` released can leave. The same tracking number again changes nothing. A file has the columns
    shipment_or_order, tracking_number and, if known, carrier, service, shipped_at, cost.
    """
    if (shipment is None) == (file is None):
        raise UsageError(
            "name a shipment, or a file with --from", "oms ship S-12 --carrier usps --tracking 9400…, or oms ship --from labels.csv"
        )
    if file is not None:
        _from_file(desk, file)
        return
    from omscli.workflows.shipping import by_hand
    from omscli.workflows.shipping import ship as leave

    row = by_hand(carrier, tracking, service, _when(at), _minor(cost, desk))
    with desk.store() as store:
        done = leave(desk.home, store, shipment or "", row, dry_run=desk.dry_run)
    if desk.screen.json:
        desk.screen.document("oms.ship/1", {"dry_run": desk.dry_run, "run": done.run, "shipments": [done.as_json()], "problems": []})
    for warning in done.warnings:
        desk.screen.warn(f"{done.tracking_number}: {warning}")
    for note in done.notes:
        desk.screen.say(f"note: {note}")
    word = "would leave" if desk.dry_run else "left" if done.run else "had already left"
    desk.screen.say(f"S-{done.shipment} of order {done.order} {word} {done.location}; next: oms notify")


def _from_file(desk: Desk, name: str) -> None:
    from omscli.cli.importing import _given, _show_problems
    from omscli.workflows.importing import Wish, import_files

    (result,) = import_files(desk.home, [_given(name)], Wish(dry_run=desk.dry_run))
    if result.kind != "tracking":
        raise Refused(f"{Path(name).name} holds {result.kind}, not tracking", f"oms import {name}")
    if desk.screen.json:
        desk.screen.document(
            "oms.ship/1",
            {
                "dry_run": desk.dry_run,
                "run": result.run,
                "counts": result.counts,
                "shipments": [],
                "problems": [one.as_json() for one in result.problems],
            },
        )
    else:
        _show_problems(desk, result)
        desk.screen.say(
            f"{many(result.counts['new'], 'parcel')} left, {result.counts['unchanged']} were known, {many(result.counts['rejected'], 'row')} not matched; next: oms notify"
        )
    desk.leave(attention=bool(result.counts["rejected"]))


def _when(text: str | None) -> str | None:
    if text is None or is_day(text):
        return text
    try:
        return as_text(as_instant(text))
    except (ValueError, OverflowError):
        raise UsageError(f"--at {text} is no date and no instant", "2026-03-02, or 2026-03-02T14:05:00Z") from None


def _minor(text: str | None, desk: Desk) -> int | None:
    if text is None:
        return None
    try:
        found = parse_money(text, desk.home.settings.currency)
    except ValueError:
        found = -1
    if found < 0:
        raise UsageError(f"--cost {text} is no amount", "for example --cost 6.10")
    return found

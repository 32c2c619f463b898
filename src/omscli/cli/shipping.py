"""`oms ship`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from omscli.base.clock import as_instant, as_text, is_day
from omscli.base.money import parse_money
from omscli.cli.desk import Desk, command, many, single
from omscli.errors import UsageError

app = single()


@command(
    app,
    examples=(
        "oms ship --labels-out labels.csv --for pirateship",
        "oms ship --from tracking.csv",
        "oms ship S-12 --carrier usps --tracking 9400111206206406260787",
    ),
)
def ship(
    desk: Desk,
    shipment: Annotated[
        str | None, typer.Argument(metavar="SHIPMENT", help="A shipment (S-12), or an order with one open shipment.")
    ] = None,
    carrier: Annotated[
        str,
        typer.Option(
            "--carrier",
            metavar="C",
            help="Who carries it; else known from the number where it is sure. With --labels-out: only its parcels.",
        ),
    ] = "",
    tracking: Annotated[str, typer.Option("--tracking", metavar="T", help="The parcel's tracking number.")] = "",
    service: Annotated[str, typer.Option("--service", metavar="S", help="The carrier's service.")] = "",
    cost: Annotated[str | None, typer.Option("--cost", metavar="MONEY", help="What the label cost.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="WHEN", help="A date or an instant; else now.")] = None,
    file: Annotated[
        str | None, typer.Option("--from", metavar="FILE", help="The label software's file: every row is a parcel that left.")
    ] = None,
    labels: Annotated[
        str | None, typer.Option("--labels-out", metavar="FILE", help="Write the file that label software takes; `-`: standard output.")
    ] = None,
    program: Annotated[
        str, typer.Option("--for", metavar="PROGRAM", help="pirateship, shipstation, royalmail, shippo, native, or one of `writers:`.")
    ] = "",
    location: Annotated[str, typer.Option("--location", metavar="L", help="Labels of this place only.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="The parcel has left under another label: this number counts now.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also parcels that stand in a label file already.")] = False,
) -> None:
    """The goods leave: the claim ends, the stock goes down, the mail becomes due, the channel's tracking file is written.

    Only what `oms pick` released can leave. The same tracking number again changes nothing. First --labels-out writes what
    the label software needs of each parcel, then --from takes its answer back.
    """
    if sum(one is not None for one in (shipment, file, labels)) != 1:
        raise UsageError(
            "name a shipment, a file with --from, or a label file with --labels-out",
            "oms ship S-12 --tracking 9400…, oms ship --from labels.csv, oms ship --labels-out labels.csv --for pirateship",
        )
    if labels is not None:
        _labels(desk, labels, program, location, carrier, again=again)
    elif file is not None:
        _from_file(desk, file)
    else:
        _by_hand(desk, shipment or "", (carrier, tracking, service, _when(at), _minor(cost, desk)), replace=replace)


def _by_hand(desk: Desk, shipment: str, told: tuple[str, str, str, str | None, int | None], *, replace: bool) -> None:
    from omscli.workflows.shipping import by_hand
    from omscli.workflows.shipping import ship as leave

    row = by_hand(*told)
    with desk.store() as store:
        done = leave(desk.home, store, shipment, row, replace=replace, dry_run=desk.dry_run)
    if desk.screen.json:
        found = {"dry_run": desk.dry_run, "run": done.run, "shipments": [done.as_json()], "problems": []}
        desk.screen.document("oms.ship/1", found | {"uploads": [one.as_json() for one in done.uploads]})
    for warning in done.warnings:
        desk.screen.warn(f"{done.tracking_number}: {warning}")
    for note in done.notes:
        desk.screen.say(f"note: {note}")
    word = "would leave" if desk.dry_run else "left" if done.run else "had already left"
    desk.screen.say(f"S-{done.shipment} of order {done.order} {word} {done.location}; next: oms notify")
    show_uploads(desk, done.uploads)


def _from_file(desk: Desk, name: str) -> None:
    from omscli.cli.importing import given, show_problems
    from omscli.workflows.importing import Wish, import_files

    (result,) = import_files(desk.home, [given(name)], Wish(dry_run=desk.dry_run, kind="tracking"))
    if desk.screen.json:
        desk.screen.document(
            "oms.ship/1",
            {
                "dry_run": desk.dry_run,
                "run": result.run,
                "counts": result.counts,
                "shipments": [],
                "problems": [one.as_json() for one in result.problems],
                "uploads": [one.as_json() for one in result.uploads],
            },
        )
    else:
        show_problems(desk, result)
        word = "would leave" if desk.dry_run else "left"
        desk.screen.say(
            f"{many(result.counts['new'], 'parcel')} {word}, {result.counts['unchanged']} were known, {many(result.counts['rejected'], 'row')} not matched; next: oms notify"
        )
        show_uploads(desk, result.uploads)
    desk.leave(attention=bool(result.counts["rejected"] or any(one.kept for one in result.uploads)))


def show_uploads(desk: Desk, uploads: list[Any]) -> None:
    """The files that wait to be taken to their channels, and rows that could not go into them."""
    for one in uploads:
        for row in one.kept:
            desk.screen.warn(f"{one.channel}: {row.subject} is not in its tracking file: {row.column} “{row.value}” {row.problem}")
        if one.path and one.rows:
            desk.screen.say(f"upload to {one.channel}: {one.path}, then: oms channel mark-uploaded {one.channel}")


def _labels(desk: Desk, output: str, program: str, location: str, carrier: str, *, again: bool) -> None:
    from omscli.outgoing.files import write_whole
    from omscli.workflows.labels import LabelWish, label_file, programs

    if not program:
        raise UsageError("--labels-out needs the label software's name", f"--for {' | '.join(programs(desk.home))}")
    wish = LabelWish(program, location, carrier, again=again, output=output)
    with desk.store() as store:
        put = desk.screen.raw if output == "-" else lambda data: write_whole(Path(output), data)
        made = label_file(desk.home, store, wish, put, dry_run=desk.dry_run)
    if desk.screen.json and output != "-":
        desk.screen.document(
            "oms.ship/1", {"dry_run": desk.dry_run, "run": made.run, "shipments": [], "problems": [], "labels": made.as_json()}
        )
    for row in made.kept:
        desk.screen.warn(f"{row.subject} needs a person: {row.column} “{row.value}” {row.problem}; it is not in the file")
    if made.guessed:
        desk.screen.warn(f"weights are guesses, because sizes or weights of products are missing: {', '.join(made.guessed[:10])}")
    if not made.parcels:
        desk.screen.say("no parcel needs a label" if again else "no parcel needs a label that has none yet; --again writes them once more")
    else:
        count = made.parcels - len({row.key for row in made.kept})
        word = "would be" if desk.dry_run else "is" if count == 1 else "are"
        desk.screen.say(
            f"{many(count, 'parcel')} {word} in {'the file on standard output' if output == '-' else output}; back with: oms ship --from FILE"
        )
    desk.leave(attention=bool(made.kept))


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

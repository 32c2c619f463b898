"""`oms pick`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from omscli.cli.desk import Desk, command, many, single
from omscli.errors import UsageError

if TYPE_CHECKING:
    from omscli.render.picking import By

app = single()


@command(
    app,
    examples=(
        "oms pick",
        "oms pick --location brooklyn --by order",
        "oms pick --format csv -o picks.csv",
        "oms pick --format pdf --paper letter",
        "oms pick --reprint P-3",
    ),
)
def pick(
    desk: Desk,
    orders: Annotated[list[str] | None, typer.Argument(metavar="ORDER", help="Only these orders; none: all that is planned.")] = None,
    location: Annotated[str | None, typer.Option("--location", metavar="L", help="Only this place.")] = None,
    by: Annotated[str, typer.Option("--by", metavar="WAY", help="bin, order, or sku (totals).")] = "bin",
    format_: Annotated[
        str, typer.Option("--format", metavar="KIND", help="pdf, html, csv, txt or json; without it as the ending of -o says, else html.")
    ] = "",
    output: Annotated[str | None, typer.Option("-o", metavar="FILE", help="One file instead of out/; `-` is standard output.")] = None,
    paper: Annotated[str | None, typer.Option("--paper", metavar="SIZE", help="Of PDF pages: a4, letter or 4x6.")] = None,
    again: Annotated[str | None, typer.Option("--reprint", metavar="ID", help="Write a pick list again; releases nothing.")] = None,
) -> None:
    """Release planned shipments to picking, and write pick lists and packing slips, one list a place.

    From here on routing leaves them alone. Suppliers get purchase orders instead. Notes of buyers stand in a box.
    """
    from omscli.workflows.orders import find_order
    from omscli.workflows.picking import Wish, check_paper, must_be_pickable, pick, reprint

    format_ = format_ or _by_ending(output)
    check_paper(paper, format_)
    for value, allowed, name in ((by, ("bin", "order", "sku"), "--by"), (format_, ("html", "csv", "txt", "json", "pdf"), "--format")):
        if value not in allowed:
            raise UsageError(f"{name} {value} is unknown", " or ".join(allowed))
    if format_ == "pdf" and output == "-":  # said before anything is released
        raise UsageError("a PDF does not go to the screen", "name a file: -o picks.pdf")
    to_screen = output == "-" or desk.screen.json
    wish = Wish(cast("By", by), format_, "-" if to_screen else output, paper)
    with desk.store() as store:
        if again is not None:
            number = again.upper().removeprefix("P-")
            if not (number.isascii() and number.isdigit()) or len(number) > 15:
                raise UsageError(f"--reprint {again} is no pick list", "for example --reprint P-3")
            _reprinted(desk, reprint(desk.home, store, int(number)), wish, output)
            return
        only = [find_order(store, word) for word in orders] if orders else None
        picked = pick(desk.home, store, wish, location=location, orders=only, dry_run=desk.dry_run)
    must_be_pickable(picked, asked=bool(orders))
    if desk.screen.json:
        desk.screen.document("oms.pick/1", _json(desk, picked))
    elif output is not None and not desk.dry_run:
        _write(desk, picked.lists, wish, output)
        _say(desk, picked)
    else:
        _table(desk, picked)
        _say(desk, picked)
    desk.leave(attention=bool(picked.left))


def _by_ending(output: str | None) -> str:
    """`picks.pdf` is wanted as PDF."""
    ending = (output or "").rpartition(".")[2].casefold()
    return ending if ending in ("html", "csv", "txt", "json", "pdf") else "html"


def _reprinted(desk: Desk, one: Any, wish: Any, output: str | None) -> None:
    """The list again: as JSON, to a file, or to standard output."""
    if desk.screen.json:
        from omscli.render.picking import pick_document

        desk.screen.document(
            "oms.pick/1", {"dry_run": desk.dry_run, "run": None, "shipments": 0, "lists": [pick_document(one)], "files": [], "left": []}
        )
    elif desk.dry_run and output not in (None, "-"):
        desk.screen.say(f"dry run: {output} would be written")
    else:
        _write(desk, [one], wish, output or "-")


def _json(desk: Desk, picked: Any) -> dict[str, Any]:
    from omscli.render.picking import pick_document

    lists = [] if desk.dry_run else [pick_document(one) for one in picked.lists]
    left = [{"shipment": name, "reason": reason} for name, reason in picked.left]
    return {
        "dry_run": desk.dry_run,
        "run": picked.run,
        "shipments": picked.shipments,
        "lists": lists,
        "files": [str(one) for one in picked.files],
        "left": left,
    }


def _write(desk: Desk, lists: list[Any], wish: Any, output: str) -> None:
    """All lists into one file, or to standard output."""
    from pathlib import Path

    from omscli.outgoing.files import write_whole
    from omscli.workflows.picking import combined, document_pdf

    if wish.format == "pdf":
        printed = document_pdf(desk.home, lists, "pick", wish.by, wish.paper)
        for warning in printed.warnings:
            desk.screen.warn(warning)
        target = Path(output).resolve()
        write_whole(target, printed.data)
        desk.screen.line(str(target))
        return
    text = combined(desk.home, lists, wish.by, wish.format)
    if output == "-":
        import sys

        from omscli.render.streams import put

        put(sys.stdout, text)
        return
    target = Path(output).resolve()
    write_whole(target, text.encode())
    desk.screen.line(str(target))


def _table(desk: Desk, picked: Any) -> None:
    from omscli.render.table import Column, Table

    rows = [
        {
            "pick": one.id,
            "location": one.location_code,
            "shipments": picked.by_place[one.location_code],
            "units": one.units,
            "notes": sum(slip.has_notes for slip in one.slips),
        }
        for one in picked.lists
    ]
    columns = [
        Column("pick", "Pick list", "id"),
        Column("location", "Place"),
        Column("shipments", "Shipments", "number"),
        Column("units", "Units", "number"),
        Column("notes", "With notes", "number"),
    ]
    if rows:
        desk.screen.table(Table(columns, rows))
    for path in picked.files:
        desk.screen.line(str(path))


def _say(desk: Desk, picked: Any) -> None:
    screen = desk.screen
    for warning in picked.warnings:
        screen.warn(warning)
    for name, reason in picked.left:
        screen.warn(f"{name} was not released: {reason}")
    if not picked.shipments:
        screen.say("nothing is planned: `oms route` first" if not picked.left else "nothing was released")
    elif desk.dry_run:
        screen.say(f"dry run: {many(picked.shipments, 'shipment')} would be released")
    else:
        screen.say(
            f"run {picked.run}: {many(picked.shipments, 'shipment')} released; next: oms ship --from FILE, or oms ship S-… --carrier C --tracking T"
        )

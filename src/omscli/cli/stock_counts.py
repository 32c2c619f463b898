"""`oms stock count`: what to count, the sheet for it, and the count itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from omscli.cli.desk import Desk, command, many
from omscli.cli.stock import app
from omscli.errors import UsageError

_ITEM = "for example --item MUG-BLUE:7, or --item MUG-BLUE:0 for an empty shelf"


@command(
    app,
    "count",
    examples=(
        "oms stock count --location brooklyn --due",
        "oms stock count --location brooklyn --sheet count.csv --limit 40",
        "oms stock count --from count.csv",
        "oms stock count --location brooklyn --item MUG-BLUE:7 --item CAP:0",
    ),
)
def count(
    desk: Desk,
    location: Annotated[str, typer.Option("--location", metavar="L", help="The place.")] = "",
    items: Annotated[list[str] | None, typer.Option("--item", metavar="SKU:QTY", help="Units that lie there; once for each SKU.")] = None,
    filled: Annotated[str, typer.Option("--from", metavar="FILE", help="A sheet that was filled in.")] = "",
    due: Annotated[bool, typer.Option("--due", help="What nobody has counted for long, the most moved first.")] = False,
    sheet: Annotated[
        str, typer.Option("--sheet", metavar="FILE", help="Write what is due as a sheet to count on; - for standard output.")
    ] = "",
    days: Annotated[int, typer.Option("--days", min=0, max=3650, metavar="N", help="How long not counted is due; 0: everything.")] = 90,
    limit: Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="Only the N most moved of what is due.")] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Kept with every difference.")] = "",
) -> None:
    """Count the shelf: the difference to the book becomes a movement, and the book is right again.

    A sheet has the goods in the order of their bins, and not what the book has of them. Fill in the ones you counted and read it
    back with --from: empty rows are left alone, and what was sold or came in since the sheet was printed is counted in.
    """
    ways = [bool(items), bool(filled), due or bool(sheet)]
    if sum(ways) != 1:
        raise UsageError(
            "say what to count: --item, --from a sheet, or --due" if not any(ways) else "--item, --from and --due are three ways", _ITEM
        )
    if not filled and not location:
        raise UsageError("whose shelf? --location is missing", "add --location, for example --location brooklyn")
    if due or sheet:
        _due(desk, location, days, limit, sheet)
    else:
        _count(desk, location, items or [], filled, reason.strip())


def _due(desk: Desk, location: str, days: int, limit: int | None, path: str) -> None:
    from omscli.render.table import Column, Table
    from omscli.workflows import counting

    with desk.reading() as store, store.read():
        rows = counting.due(desk.home, store, location, days, limit)
    if path == "-":
        desk.screen.raw(counting.sheet(desk.home, rows))
        return
    if path and not desk.dry_run:
        counting.write_sheet(desk.home, rows, Path(path))
    if desk.screen.json:
        desk.screen.document("oms.stock.count.due/1", {"dry_run": desk.dry_run, "days": days, "due": rows, "sheet": path or None})
        return
    if path:
        would = "would write" if desk.dry_run else "wrote"
        desk.screen.say(f"{would} {path}: {many(len(rows), 'row')} to count at {location}; filled in: oms stock count --from {path}")
        return
    columns = [
        Column("sku", "SKU", "id"), Column("title", "Title"), Column("barcode", "Barcode", "id"), Column("bin", "Bin", "id"),
        Column("moved", "Units moved", "number"), Column("counted_at", "Last counted", "instant"),
    ]  # fmt: skip
    desk.screen.table(Table(columns, rows))
    if not rows:
        desk.screen.say(f"nothing is due at {location}: everything was counted in the last {many(days, 'day')}")


def _count(desk: Desk, location: str, items: list[str], filled: str, reason: str) -> None:
    from omscli.cli.importing import given
    from omscli.workflows import counting

    with desk.store() as store:
        if filled:
            found = counting.count_sheet(desk.home, store, given(filled), reason, dry_run=desk.dry_run)
        else:
            found = counting.count_items(desk.home, store, location, _counted(items), reason, dry_run=desk.dry_run)
    if desk.screen.json:
        desk.screen.document("oms.stock.count/1", {"dry_run": desk.dry_run, **found.as_json()})
    else:
        _show(desk, found)
    desk.leave(attention=bool(found.uncovered or any(one.rejected for one in found.problems)))


def _counted(texts: list[str]) -> list[tuple[str, int]]:
    """`SKU:QTY`, where nought is a count too."""
    from omscli.cli.desk import items_of

    found = []
    for text in texts:
        sku, mark, number = text.rpartition(":")
        found += [(sku, 0)] if mark and number == "0" else items_of([text])
    return found


def _show(desk: Desk, found: Any) -> None:
    from omscli.base.money import decimal_text
    from omscli.render.table import Column, Table

    screen, wrong = desk.screen, found.wrong
    columns = [
        Column("sku", "SKU", "id"), Column("title", "Title"), Column("location", "Place"), Column("counted", "Counted", "number"),
        Column("moved", "Moved since", "number"), Column("book", "Book", "number"), Column("difference", "Difference", "number"),
        Column("on_lists", "On pick lists", "number"), Column("value", "Worth", "money", "currency"),
    ]  # fmt: skip
    if wrong:
        screen.table(Table(columns, [one.as_json() for one in wrong]))
    for problem in found.problems:
        where = f"{found.file}:{problem.line}" if problem.line else found.file
        screen.warn(f"{where}: {problem.problem}" + (f" — {problem.hint}" if problem.hint else ""))
    worth = ", ".join(f"{decimal_text(amount, currency)} {currency}" for currency, amount in found.values.items())
    words = f"{many(len(found.counts), 'count')}: {len(found.counts) - len(wrong)} right, {len(wrong)} not"
    if wrong:
        words += f" ({sum(one.difference for one in wrong):+d} units{f', worth {worth}' if worth else ''})"
    left = f"; {many(found.left_empty, 'row')} left empty" if found.left_empty else ""
    screen.say(words + left + (" (dry run)" if desk.dry_run else ""))
    if found.uncovered:
        screen.warn(f"of {many(found.uncovered, 'product')} more is promised than was counted: run `oms route`")

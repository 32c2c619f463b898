"""`oms purchase suggest`."""

from __future__ import annotations

from typing import Annotated

import typer

from omscli.cli.desk import Desk, command, group, many

app = group("What to buy, how much of it, and by when.")


@command(app, "suggest", examples=("oms purchase suggest", "oms purchase suggest --days 90 --cover 45 --json"))
def suggest(
    desk: Desk,
    days: Annotated[int, typer.Option("--days", min=7, max=730, metavar="N", help="How many days of sales to look at.")] = 60,
    cover: Annotated[int, typer.Option("--cover", min=1, max=365, metavar="N", help="How many days the new goods shall last.")] = 30,
    lead: Annotated[
        int, typer.Option("--lead-days", min=0, max=365, metavar="N", help="Days until goods are there, where no supplier's are known.")
    ] = 14,
) -> None:
    """What will run out before new goods can be there, and how much of it to order.

    Sales a day over all channels, times the days until the goods are there and the days that they shall last, less what is
    free and what is on its way. Safety stock, promised and held units do not count as free.
    """
    from omscli.render.table import Column, Table
    from omscli.workflows.buying import suggestions

    with desk.reading() as store:
        found = suggestions(desk.home, store, days, cover, lead)
    document = found.as_json()
    if desk.screen.json:
        desk.screen.document("oms.purchase.suggest/1", document)
        return
    columns = [
        Column("sku", "SKU", "id"), Column("title", "Title"), Column("units", "Order", "number"), Column("order_by", "By", "date"),
        Column("supplier", "Supplier"), Column("worth", "Worth", "money", "currency"), Column("runs_out", "Runs out", "date"), Column("why", "Why"),
    ]  # fmt: skip
    desk.screen.table(Table(columns, document["suggestions"]))
    late = sum(row["late"] for row in document["suggestions"])
    if not document["suggestions"]:
        desk.screen.say(f"nothing to buy: all that is sold lasts for more than {many(cover, 'day')} after new goods could be there")
    elif late:
        desk.screen.warn(f"{many(late, 'product')} will run out before new goods can be there")

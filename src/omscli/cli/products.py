"""`oms product list|show|alias`."""

from __future__ import annotations

from typing import Annotated

import typer

from omscli.cli.desk import Desk, command, group

app = group("The catalogue, and what other channels call things.")


@command(app, "list", examples=("oms product list", "oms product list --text mug --csv"), lists=True)
def list_(
    desk: Desk,
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="In SKU, title or category.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000_000, metavar="N", help="At most so many.")] = 1000,
) -> None:
    """Products by SKU, with the units over all places."""
    from omscli.render.table import Column, Table

    with desk.reading() as store, store.read():
        rows = store.catalog.listing(text, limit)
    if desk.screen.json:
        desk.screen.document("oms.products/1", {"products": rows})
        return
    columns = [
        Column("sku", "SKU", "id"), Column("title", "Title"), Column("options", "Options"), Column("category", "Category"), Column("weight_g", "g", "number"),
        Column("length_mm", "mm", "number"), Column("width_mm", "mm", "number"), Column("height_mm", "mm", "number"), Column("price", "Price", "money", "currency"),
        Column("on_hand", "On hand", "number"),
    ]  # fmt: skip
    desk.screen.table(Table(columns, rows))


@command(app, "show", examples=("oms product show MUG-BLUE",))
def show(desk: Desk, sku: Annotated[str, typer.Argument(metavar="SKU")]) -> None:
    """One product: sizes, weight, components, aliases."""
    from omscli.render.table import Column, Table
    from omscli.workflows.stock_changes import find_product

    with desk.reading() as store, store.read():
        product = find_product(store.catalog.index(), sku)
        name = store.decisions.product_names([product])[product]
        row = store.catalog.known([name])[name]
        aliases = store.catalog.aliases(product)
    facts = {key: value for key, value in row.items() if key not in ("id", "sku_key")}
    facts["components"] = dict(row["components"]) if row["components"] else None
    if desk.screen.json:
        desk.screen.document("oms.product/1", {"product": facts, "aliases": aliases})
        return
    rows = [{"what": key.replace("_", " "), "value": value if value is not None else "unknown"} for key, value in facts.items()]
    rows += [{"what": "alias", "value": f"{one['alias']} ({one['channel'] or 'every channel'})"} for one in aliases]
    desk.screen.table(Table([Column("what", ""), Column("value", "", "id")], rows))


@command(app, "alias", examples=("oms product alias MUG-BLUE MUG-BLU --channel shopify",))
def alias(
    desk: Desk,
    sku: Annotated[str, typer.Argument(metavar="SKU", help="The product as you call it.")],
    name: Annotated[str, typer.Argument(metavar="ALIAS", help="What the channel calls it.")],
    channel: Annotated[str, typer.Option("--channel", metavar="C", help="Only in this channel; else in all.")] = "",
) -> None:
    """Teach the catalogue another name. Orders that were held for it go on."""
    from omscli.workflows.products import alias

    with desk.store() as store:
        taught = alias(desk.home, store, sku, name, channel, dry_run=desk.dry_run)
    if desk.screen.json:
        desk.screen.document("oms.alias/1", {"dry_run": desk.dry_run, **taught.as_json()})
        return
    desk.screen.say(f"{name} means {sku}" + (f" in {channel}" if channel else "") + ("" if taught.new else " (known already)"))
    if taught.released:
        desk.screen.say(f"no longer held: {', '.join(taught.released)}; next: oms route")

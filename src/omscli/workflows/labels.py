"""The file for the label program: one parcel that needs a label after the other, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from omscli.base.text import fold
from omscli.channels.label_fields import parcel_reference
from omscli.channels.writer import Label, LabelItem, Writer
from omscli.channels.writing import Kept, written
from omscli.errors import UsageError
from omscli.orders.stored import StoredOrder
from omscli.store.open import Run, Store
from omscli.store.sqlite.files_out import NewFile
from omscli.workflows.home import Home
from omscli.workflows.profiles import writers_of
from omscli.workflows.writers import kept_json, sending_to


@dataclass(slots=True)
class LabelWish:
    """Which labels are wanted, and where: `output` is a path, or `-`."""

    program: str
    location: str = ""
    carrier: str = ""  # only parcels that are planned with it
    orders: list[int] | None = None
    again: bool = False  # also parcels that stand in a label file already
    output: str = "-"


@dataclass(slots=True)
class Labels:
    """The file that was made. `data` is for a caller who puts it somewhere himself."""

    program: str
    parcels: int = 0
    rows: int = 0
    path: str = ""
    data: bytes = b""
    kept: list[Kept] = field(default_factory=list)
    guessed: list[str] = field(default_factory=list)  # shipments with a parcel whose weight is a guess
    run: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The key `labels` of `oms.ship/1`."""
        return {
            "program": self.program, "parcels": self.parcels, "rows": self.rows, "file": self.path or None, "kept": kept_json(self.kept),
            "guessed_weight": self.guessed,
        }  # fmt: skip


def label_file(home: Home, store: Store, wish: LabelWish, put: Callable[[bytes], None], *, dry_run: bool = False) -> Labels:
    """Make the label program's file of everything that was released and has no number yet, and `put` it where it is wanted.

    It is put before the commit: a parcel never counts as told to a program whose file could not be written.
    Raises UsageError for a program or place that nobody knows.
    """
    writer = writer_of(home, wish.program)
    if wish.location and wish.location not in home.settings.locations:
        raise UsageError(f"no location is called {wish.location!r}", f"locations: {', '.join(home.settings.locations)}")
    if dry_run:
        with store.read():
            return _made(home, store, wish, writer, None)
    with store.write("ship", home.now, f"labels for {wish.program}", home.rules) as run:
        made = _made(home, store, wish, writer, run)
        if made.rows:
            put(made.data)
    made.run = run.id if run.changed else None
    return made


def programs(home: Home) -> list[str]:
    """The label programs whose files oms writes: the built-in ones and the seller's own."""
    return sorted(title.removesuffix(".labels") for title, writer in writers_of(home.settings).items() if writer.kind == "labels")


def writer_of(home: Home, program: str) -> Writer:
    """How a label program's file is written. Raises UsageError with those that are known."""
    writers = writers_of(home.settings)
    writer = writers.get(f"{program}.labels") or writers.get(program)
    if writer is None or writer.kind != "labels":
        raise UsageError(f"no label program is called {program!r}", f"--for {' | '.join(programs(home))}")
    return writer


def _made(home: Home, store: Store, wish: LabelWish, writer: Writer, run: Run | None) -> Labels:
    parcels = store.files_out.to_label(wish.location, wish.orders, again=wish.again)
    if wish.carrier:
        parcels = [one for one in parcels if fold(one["carrier"]) == fold(wish.carrier)]
    made = Labels(wish.program, len(parcels))
    if not parcels:
        return made
    made.guessed = sorted({f"S-{one['shipment_id']}" for one in parcels if one["guessed"]})
    file = written(writer, list(_labels(home, store, parcels)), sending_to(home, ""))
    made.rows, made.kept, made.data = file.rows, file.kept, file.data
    refused = {one.key for one in file.kept}
    if run is None:
        return made
    made.path = wish.output
    number = store.files_out.add(NewFile("labels", wish.program, wish.output, None, writer.title, file.rows), run.id)
    store.files_out.written(number, run.at)
    store.files_out.tell_parcels(number, [(one["id"], "") for one in parcels if one["reference"] not in refused])
    return made


def _labels(home: Home, store: Store, parcels: list[dict[str, Any]]) -> Iterable[Label]:
    shipments = {one["id"]: one for one in store.shipments.by_id({parcel["shipment_id"] for parcel in parcels})}
    orders = store.orders.load({parcel["order_row"] for parcel in parcels})
    goods = store.catalog.known({sku for one in shipments.values() for parcel in one["parcels"] for sku in parcel["items"]})
    first = store.shipments.first_parcels(orders)
    kits = store.catalog.kits({line.product for order in orders.values() for line in order.lines if line.product is not None})
    boxes = {box.name: box.outer_mm or box.inner_mm for box in home.settings.boxes}
    for parcel in parcels:
        shipment, order = shipments[parcel["shipment_id"]], orders[parcel["order_row"]]
        said = order.said
        prices = _prices(order, kits, goods)
        number = [one["id"] for one in shipment["parcels"]].index(parcel["id"])
        parcel["reference"] = parcel_reference(f"S-{shipment['id']}", number + 1)
        items = tuple(_item(goods[sku], units, prices) for sku, units in shipment["parcels"][number]["items"].items())
        shipping, total = _share_of(order, first, parcel, items)
        yield Label(
            shipment=f"S-{shipment['id']}",
            order_ref=order.ref,
            order_id=said.order_id,
            channel=said.channel,
            placed_at=said.placed_at,
            ship_to=said.ship_to,
            email=said.email,
            wanted_service=said.service,
            carrier=parcel["carrier"],
            service=parcel["service"],
            ship_on=shipment["ship_on"] or home.today.isoformat(),
            box=parcel["box"],
            size_mm=(parcel["length_mm"], parcel["width_mm"], parcel["height_mm"]) if parcel["height_mm"] else boxes.get(parcel["box"]),
            weight_g=parcel["weight_g"],
            items=items,
            currency=said.currency,
            total=total,
            shipping=shipping,
            note=said.note,
            parcel=number + 1,
        )


def _share_of(
    order: StoredOrder, first: dict[int, tuple[int, int]], parcel: dict[str, Any], items: tuple[LabelItem, ...]
) -> tuple[int | None, int | None]:
    """(shipping, total) of a parcel: the order's own where it is the only one, else the shipping with the first, and what is in it."""
    start, count = first[order.id]
    said = order.said
    if count == 1 and not any(line.backordered or line.unfilled for line in order.lines):
        return said.shipping, said.total
    shipping = said.shipping if parcel["id"] == start else 0
    if shipping is None or any(item.unit_price is None for item in items):
        return shipping, None
    return shipping, shipping + sum((item.unit_price or 0) * item.quantity for item in items)


def _prices(order: StoredOrder, kits: dict[int, list[tuple[str, int]]], goods: dict[str, dict[str, Any]]) -> dict[str, int | None]:
    """What one unit of each SKU was sold for; the price of a kit is shared among its parts as their own prices are."""
    found: dict[str, int | None] = {}
    for line in order.lines:
        parts = kits.get(line.product or 0)
        price = line.said.unit_price
        if not parts:
            found[line.sku] = price
            continue
        worth = {sku: ((goods.get(sku) or {}).get("price") or 0) * units for sku, units in parts}
        whole = sum(worth.values())
        for sku, units in parts:
            share = price * worth[sku] // whole // units if price is not None and whole else None
            found.setdefault(sku, share)
    return found


def _item(product: dict[str, Any], units: int, prices: dict[str, int | None]) -> LabelItem:
    """One SKU in a parcel; without a price in the order its own is the value for customs."""
    price = prices.get(product["sku"])
    return LabelItem(
        product["sku"],
        product["title"],
        units,
        product["price"] if price is None else price,
        product["weight_g"],
        product["hs_code"] or "",
        product["origin"] or "",
    )

"""An exchange: what the customer wants instead becomes an order of its own, which waits until the goods are back."""

from __future__ import annotations

from typing import Any

from omscli.errors import UsageError
from omscli.orders.holds import Hold
from omscli.orders.identity import content_hash, match_keys, order_ref
from omscli.orders.incoming import IncomingLine, IncomingOrder
from omscli.store.open import Run, Store
from omscli.store.sqlite.orders import NewOrder
from omscli.workflows.home import Home
from omscli.workflows.stock_changes import find_product


def exchanged_goods(store: Store, items: list[tuple[str, int]]) -> list[tuple[int, str, int]]:
    """(product, SKU, units) of what is wanted instead. Raises UsageError for a SKU that nobody knows, and for one named twice."""
    index = store.catalog.index()
    products = [find_product(index, sku) for sku, _ in items]
    if len(set(products)) != len(products):
        raise UsageError("an exchange names a SKU twice", "say each once, with all its units")
    names = store.decisions.product_names(products)
    return [(product, names[product], units) for product, (_, units) in zip(products, items, strict=True)]


def _wanted(text: str) -> list[tuple[str, int]]:
    return [(sku, int(units)) for sku, _, units in (part.rpartition(":") for part in text.split("|") if part)]


def exchange_order(home: Home, store: Store, run: Run, one: dict[str, Any]) -> str:
    """Make the order of an approved return that asks for one. Returns its id, "" where money is wanted.

    It costs nothing and goes where the first one went; until all of the goods are back it is held.
    """
    if not one["exchange"] or one["exchange_order_id"] is not None:
        return str(one["exchange_ref"] or "")
    goods = exchanged_goods(store, _wanted(one["exchange"]))
    first = store.orders.load([one["order_id"]])[one["order_id"]].said
    lines = [IncomingLine(str(n), sku, sku, units, units, unit_price=0) for n, (_, sku, units) in enumerate(goods, 1)]
    said = IncomingOrder(
        channel=first.channel, order_id=f"{first.order_id}-X{one['id']}", placed_at=run.at, state="open", payment="paid", currency=first.currency,
        lines=lines, ship_to=first.ship_to, email=first.email, service=first.service, total=0, note=f"exchange for return R-{one['id']}",
    )  # fmt: skip
    channel = home.settings.channels.get(first.channel)
    ref = order_ref(channel.prefix if channel else first.channel[:2].upper(), said.order_id)
    hold = Hold("person", waits_for(one["id"]))
    new = NewOrder(ref, said, content_hash(said), "open", match_keys(lines), [product for product, _, _ in goods], [hold])
    store.orders.add([new], run.id, run.at)
    store.orders.note(new.id, run.id, run.at, f"made as the exchange of return R-{one['id']}", one["ref"])
    store.returns.change(one["id"], {"exchange_order_id": new.id})
    store.orders.note(one["order_id"], run.id, run.at, f"return R-{one['id']} is exchanged for order {ref}")
    return ref


def waits_for(number: int) -> str:
    """Why the order of an exchange is held."""
    return f"exchange: the goods of return R-{number} are not back"


def goods_are_back(store: Store, run: Run, one: dict[str, Any]) -> str:
    """All units of an exchange came back: its order goes on. Returns its id, "" where nothing waited."""
    for hold in store.orders.holds(one["exchange_order_id"] or 0):
        if hold["reason"] == waits_for(one["id"]):
            store.runs.keep(run.id, "hold", hold["id"], {}, one["exchange_order_id"])
            store.orders.end_hold(hold["id"], run.at, "rules")
            store.orders.note(one["exchange_order_id"], run.id, run.at, f"the goods of return R-{one['id']} are back")
            return str(one["exchange_ref"])
    return ""

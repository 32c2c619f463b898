"""`oms product alias`: teach the catalogue what another channel calls a product."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from omscli.base.text import fold
from omscli.errors import UsageError
from omscli.store.open import Store
from omscli.workflows.home import Home
from omscli.workflows.import_orders import release_known_skus
from omscli.workflows.stock_changes import find_product


@dataclass(slots=True)
class Taught:
    """An alias, and the orders that go on because of it."""

    sku: str
    alias: str
    channel: str
    new: bool
    released: list[str] = field(default_factory=list)
    run: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The public form (`oms.alias/1`)."""
        return {
            "sku": self.sku,
            "alias": self.alias,
            "channel": self.channel or None,
            "new": self.new,
            "released": self.released,
            "run": self.run,
        }


def alias(home: Home, store: Store, sku: str, name: str, channel: str, *, dry_run: bool = False) -> Taught:
    """From now on `name` means the product, in one channel or (empty) in all. Orders held for it go on."""
    if channel and channel not in home.settings.channels:
        raise UsageError(f"no channel is called {channel!r}", f"channels: {', '.join(home.settings.channels)}")
    if not name.strip():
        raise UsageError("the alias is empty", "oms product alias SKU ALIAS")
    if dry_run:
        with store.read():
            find_product(store.catalog.index(), sku)
            return Taught(sku, name, channel, new=True)
    with store.write("product alias", home.now, f"{sku} {name}", home.rules) as run:
        index = store.catalog.index()
        product = find_product(index, sku)
        if name in index.exact and index.exact[name] != product:
            raise UsageError(f"{name} is a product of its own", "an alias must be a name that no product has")
        before = store.catalog.alias_of(channel, name)
        taught = Taught(sku, name, channel, store.catalog.add_alias(channel, name, product))
        if taught.new:
            store.runs.keep(run.id, "alias", f"{channel}\n{fold(name)}", before)
        taught.released = release_known_skus(store, home.settings, run)
    taught.run = run.id if run.changed else None
    return taught

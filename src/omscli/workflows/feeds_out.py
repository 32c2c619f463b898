"""The stock file of each channel: what it may sell, from the one shared stock, and only what it does not know yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from omscli.base.clock import as_text
from omscli.base.text import fold
from omscli.catalog.incoming import IncomingListing
from omscli.catalog.resolve import SkuIndex
from omscli.channels.writer import Offer, Writer
from omscli.channels.writing import Kept, written
from omscli.settings.settings import Channel, Settings
from omscli.stock.feed import Demand, FeedPolicy, FreeStock, levelled
from omscli.store.open import Run, Store
from omscli.store.sqlite.files_out import NewFile
from omscli.store.sqlite.pauses import Pause
from omscli.workflows.home import Home
from omscli.workflows.writers import file_name, kept_json, sending_to, writer_for

PAID = ("paid", "partially_refunded")
Key = tuple[str, str]  # the channel's place, its SKU folded


@dataclass(slots=True)
class ChannelFeed:
    """The stock file of one channel. `rows` 0: it knows everything."""

    channel: str
    writer: str
    rows: int = 0
    path: str = ""
    waiting: bool = False  # the same file waits to be uploaded already
    lacks_list: bool = False  # it names goods by ids that only its own list tells, and nobody has imported that
    kept: list[Kept] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # SKUs the channel lists and nobody knows
    uncounted: list[str] = field(default_factory=list)  # SKUs it lists of which nobody has counted any
    notices: list[str] = field(default_factory=list)
    paused: str = ""  # in words; then the file says 0 for everything

    def as_json(self) -> dict[str, Any]:
        """One entry of `channels` (`oms.sync/1`)."""
        return {
            "channel": self.channel, "writer": self.writer, "rows": self.rows, "file": self.path or None, "waiting": self.waiting, "paused": self.paused or None, "lacks_list": self.lacks_list,
            "kept": kept_json(self.kept), "unknown": self.unknown, "uncounted": self.uncounted, "notices": self.notices,
        }  # fmt: skip

    @property
    def needs_a_person(self) -> bool:
        """Rows that could not go out."""
        return bool(self.kept)

    def notice(self, words: str) -> None:
        """Something the seller should know, once."""
        if words not in self.notices:
            self.notices.append(words)


@dataclass(slots=True)
class SharedStock:
    """Everything the feeds of all channels are made from, read once."""

    settings: Settings
    index: SkuIndex
    names: dict[int, str]
    stock: FreeStock
    demands: list[Demand]
    counted: set[tuple[int, str]]  # products and places of which somebody has said how many there are
    paused: dict[str, Pause] = field(default_factory=dict)

    @classmethod
    def read(cls, home: Home, store: Store) -> SharedStock:
        """The stock as it is, and what was sold and no place has set aside."""
        settings, levels = home.settings, store.listings.free(as_text(home.now))
        every = frozenset(settings.locations)
        demands = [Demand(product, short, every) for (product, _), (_, short) in sorted(levels.items()) if short]
        for channel, payment, pickup, product, units in store.listings.sold_not_claimed():
            known = settings.channels.get(channel)
            if payment not in PAID and not (known and known.ship_unpaid):
                continue
            places = frozenset([pickup]) if pickup else (known.stock_from if known and known.stock_from else every)
            demands.append(Demand(product, units, places))
        names = store.catalog.names()
        parts = store.catalog.parts(names)
        free = {key: units for key, (units, _) in levels.items()}
        paused = store.pauses.live(home.today.isoformat())
        return cls(settings, store.catalog.index(), names, FreeStock(free, parts), demands, set(levels), paused)

    def is_counted(self, product: int, places: Iterable[str]) -> bool:
        """Whether anybody has said how many there are at one of these places; of a kit, of each of its parts."""
        places = list(places)
        parts = self.stock.parts.get(product, [(product, 1)])
        return all(any((part, place) in self.counted for place in places) for part, _ in parts)

    def place_of(self, name: str) -> str | None:
        """The location that a channel calls so."""
        key = fold(name)
        return next((code for code, one in self.settings.locations.items() if key in (fold(code), fold(one.name))), None)

    def policy(self, channel: Channel) -> FeedPolicy:
        """Which places the channel sees, and how much of them it is told."""
        if channel.stock_from is not None:
            places = channel.stock_from
        else:
            places = frozenset(
                code
                for code, one in self.settings.locations.items()
                if (channel.suppliers or not one.is_supplier) and (one.pickup or (one.ships and one.daily_capacity != 0))
            )
        return FeedPolicy(places, channel.buffer, channel.share_percent, 0 if channel.name in self.paused else channel.cap)


def offers_of(shared: SharedStock, channel: Channel, listings: list[IncomingListing], feed: ChannelFeed) -> list[Offer]:
    """What the channel may sell of each SKU that it lists; of a channel whose list nobody has seen, of every product that we keep.

    What nobody has ever counted is not told: unknown is not nought.
    """
    policy = shared.policy(channel)
    left = shared.stock.seen_from(policy.places, shared.demands)
    if not listings:
        skus = shared.index.names_in(channel.name)
        return [
            Offer(shared.names[product], sku, policy.of(left.over(product, policy.places)))
            for product in sorted(shared.names, key=lambda one: shared.names[one])
            if shared.is_counted(product, policy.places)
            for sku in skus.get(product, [shared.names[product]])
        ]
    known = [(one, product) for one in listings if (product := _known(shared, channel, one, policy, feed)) is not None]
    by_place = _by_place(policy, left, {product for one, product in known if one.place})
    offers = []
    for one, product in known:
        place = shared.place_of(one.place) if one.place else ""
        if place is None or (place and place not in policy.places):
            feed.notice(f"{one.place} is no place of rules.yaml that serves {channel.name}; its stock there is left as it is")
            continue
        units = by_place[product][place] if place else policy.of(left.over(product, policy.places))
        offers.append(Offer(shared.names[product], one.sku, units, one.place, place, one.quantity, one.ids))
    return offers


def _known(shared: SharedStock, channel: Channel, one: IncomingListing, policy: FeedPolicy, feed: ChannelFeed) -> int | None:
    """The product that a row of the channel's list means; none where the channel itself does not count (Amazon's own warehouses)."""
    if one.quantity is None:
        return None
    product = shared.index.find(channel.name, one.sku)
    if product is None:
        feed.unknown.append(one.sku)
    elif not shared.is_counted(product, policy.places):
        feed.uncounted.append(one.sku)
    else:
        return product
    return None


def _by_place(policy: FeedPolicy, left: FreeStock, products: set[int]) -> dict[int, dict[str, int]]:
    """Units to tell by place, for a channel that keeps stock by place: buffer, share and cap hold for all places together."""
    found = {}
    for product in products:
        free = {place: left.at(product, place) for place in policy.places}
        found[product] = levelled(free, policy.of(sum(free.values())))
    return found


def stock_file(home: Home, store: Store, shared: SharedStock, channel: Channel, run: Run | None, *, everything: bool) -> ChannelFeed | None:
    """Make the stock file of one channel, if there is something to tell. Without a run nothing is recorded."""
    writer = writer_for(home, channel, "stock")
    if writer is None:
        return None
    feed = ChannelFeed(channel.name, writer.title)
    if channel.name in shared.paused:
        until = shared.paused[channel.name].until
        feed.paused = f"paused until {until}" if until else "paused"
        feed.notices.append(f"{feed.paused}: it offers nothing; oms channel resume {channel.name}")
    listings = store.listings.of(channel.name)
    if writer.needs_listing and not listings:
        feed.lacks_list = True
        feed.notices.append("its own list of stock is not known yet: download that there (with every product), and import it once")
        return feed
    offers = offers_of(shared, channel, listings, feed)
    told = store.files_out.told(channel.name)
    news = [one for one in offers if everything or told.get(_key(one)) != one.quantity]
    file = written(writer, news, sending_to(home, channel.name))
    feed.kept, feed.rows = file.kept, file.rows
    kept = {fold(one.subject) for one in file.kept}
    rows = {_key(one): one.quantity for one in news if fold(one.channel_sku) not in kept and fold(one.sku) not in kept}
    pending = store.files_out.pending(channel.name, "stock")
    if pending and len(pending) == 1 and store.files_out.stock_in(pending[0]["id"]) == rows and rows:
        feed.waiting, feed.path = True, pending[0]["path"]
        return feed
    _record(home, store, feed, writer, file.data, rows, run)
    return feed


def _key(one: Offer) -> Key:
    return one.place, fold(one.channel_sku)


def _record(home: Home, store: Store, feed: ChannelFeed, writer: Writer, data: bytes, rows: dict[Key, int], run: Run | None) -> None:
    """The new file in the books, and those that it replaces out of them."""
    pending = store.files_out.pending(feed.channel, "stock")
    if run is None:
        feed.path = file_name(home, feed.channel, writer, store.files_out.next_id()) if rows else ""
        return
    for row in pending:
        store.files_out.supersede(row["id"], run.at)
    if not rows:
        return
    feed.path = file_name(home, feed.channel, writer, store.files_out.next_id())
    number = store.files_out.add(NewFile("stock", feed.channel, feed.path, data, writer.title, feed.rows), run.id)
    store.files_out.tell_stock(number, rows)


def listed_quantities(listings: Iterable[IncomingListing]) -> dict[Key, int]:
    """What a channel's own list says it offers."""
    return {(one.place, fold(one.sku)): one.quantity for one in listings if one.quantity is not None}

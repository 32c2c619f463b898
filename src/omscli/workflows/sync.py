"""`oms sync`: stock in from those who keep a place's own book, stock and tracking out to every channel. What cron runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from omscli.base.text import fold
from omscli.catalog.incoming import IncomingListing, IncomingProduct, IncomingStock
from omscli.channels.source import Source
from omscli.errors import Refused, UsageError
from omscli.settings.settings import Channel
from omscli.store.open import Store, empty_store
from omscli.workflows.feeds_in import FeedRead, read_feeds
from omscli.workflows.feeds_out import ChannelFeed, SharedStock, listed_quantities, offers_of, stock_file
from omscli.workflows.feeds_tracking import TrackingFeed, tracking_files
from omscli.workflows.home import Home
from omscli.workflows.importing import Wish, read_only
from omscli.workflows.writers import write_pending


@dataclass(slots=True)
class Synced:
    """What came in and what is to go out."""

    feeds: list[FeedRead] = field(default_factory=list)
    channels: list[ChannelFeed] = field(default_factory=list)
    tracking: list[TrackingFeed] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    run: int | None = None

    def as_json(self, *, dry_run: bool) -> dict[str, Any]:
        """The document `oms.sync/1`, without its schema key."""
        return {
            "dry_run": dry_run,
            "run": self.run,
            "feeds": [one.as_json() for one in self.feeds],
            "channels": [one.as_json() for one in self.channels],
            "tracking": [one.as_json() for one in self.tracking],
        }

    @property
    def needs_a_person(self) -> bool:
        """A feed that was refused, or rows that could not go out."""
        return (
            any(one.needs_a_person for one in self.feeds)
            or any(one.kept for one in self.channels)
            or any(one.kept for one in self.tracking)
        )


@dataclass(slots=True)
class SyncWish:
    """Which channels, and how. Named channels only: then no feed is read."""

    channels: tuple[str, ...] = ()
    everything: bool = False
    accept_drop: bool = False
    dry_run: bool = False


def sync(home: Home, store: Store, wish: SyncWish) -> Synced:
    """Read what came in, then make what goes out from it."""
    chosen = chosen_channels(home, wish.channels)
    done = Synced()
    if not wish.channels:
        done.feeds = read_feeds(home, store, dry_run=wish.dry_run, accept_drop=wish.accept_drop)
    if wish.dry_run:
        with store.read():
            done.channels = stock_files(home, store, chosen, None, wish)
            done.tracking = tracking_files(home, store, chosen.values(), None)
        return done
    with store.write("sync", home.now, " ".join(wish.channels), home.rules) as run:
        store.stock.keep_locations(home.settings.locations.values())
        done.channels = stock_files(home, store, chosen, run, wish)
        done.tracking = tracking_files(home, store, chosen.values(), run)
    done.run = run.id if run.changed else None
    done.files = write_pending(home, store)
    return done


def chosen_channels(home: Home, names: Iterable[str]) -> dict[str, Channel]:
    """The named channels, or all of them. Raises UsageError for one that nobody knows."""
    channels = home.settings.channels
    unknown = [name for name in names if name not in channels]
    if unknown:
        raise UsageError(f"no channel is called {unknown[0]!r}", f"channels in rules.yaml: {', '.join(channels) or 'none'}")
    return {name: channels[name] for name in (names or channels)}


def stock_files(home: Home, store: Store, chosen: dict[str, Channel], run: Any, wish: SyncWish) -> list[ChannelFeed]:
    """The stock file of each of these channels that takes one; without a run nothing is recorded."""
    shared = SharedStock.read(home, store)
    made = (stock_file(home, store, shared, channel, run, everything=wish.everything) for channel in chosen.values())
    return [feed for feed in made if feed is not None]


# -- comparing


@dataclass(frozen=True, slots=True)
class Drift:
    """One SKU that the channel offers otherwise than it should. None: it is on one side only."""

    sku: str
    place: str
    channel_says: int | None
    we_say: int | None

    def as_json(self) -> dict[str, Any]:
        """One entry of `drift` (`oms.sync/1`)."""
        return {"sku": self.sku, "place": self.place, "channel_says": self.channel_says, "we_say": self.we_say}


@dataclass(slots=True)
class Compared:
    """A channel's own list beside what it should say."""

    channel: str
    file: str
    same: int = 0
    drift: list[Drift] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The keys of a comparison in `oms.sync/1`."""
        return {
            "channel": self.channel, "file": self.file, "same": self.same, "drift": [one.as_json() for one in self.drift],
            "unknown": self.unknown,
        }  # fmt: skip


def compare(home: Home, name: str, source: Source) -> Compared:
    """What a channel's own list (stock, listings or catalogue) says, beside what our stock says it should. Changes nothing.

    Raises UsageError for a channel that nobody knows, Refused for a file that holds no list of what is offered.
    """
    channel = chosen_channels(home, [name])[name]
    result = read_only(home, source.name, source, Wish(channel=name))
    listings = list(_listings(result.records))
    if not listings:
        raise Refused(f"{result.file} holds {result.kind}, not what {name} offers", "download its list of stock or of listings")
    store = home.reading() or empty_store()
    with store, store.read():
        shared = SharedStock.read(home, store)
        feed = ChannelFeed(name, "")
        offers = {(one.place, fold(one.channel_sku)): one for one in offers_of(shared, channel, listings, feed)}
    found = Compared(name, result.file, unknown=sorted(set(feed.unknown)))
    listed = listed_quantities(listings)
    for key, offer in offers.items():
        if listed.get(key) == offer.quantity:
            found.same += 1
        else:
            found.drift.append(Drift(offer.channel_sku, offer.place, listed.get(key), offer.quantity))
    found.drift.sort(key=lambda one: (one.sku, one.place))
    return found


def _listings(records: Iterable[Any]) -> Iterable[IncomingListing]:
    for one in records:
        if isinstance(one, IncomingListing):
            yield one
        elif isinstance(one, (IncomingStock, IncomingProduct)) and one.listing is not None:
            yield one.listing
        elif isinstance(one, IncomingStock) and one.on_hand is not None:
            yield IncomingListing(one.sku, one.on_hand)

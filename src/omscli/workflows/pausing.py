"""`oms channel pause` and `resume`: every feed says nothing is there, and says the truth again, with the files made at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from omscli.errors import UsageError
from omscli.store.open import Run, Store
from omscli.workflows.feeds_out import ChannelFeed
from omscli.workflows.home import Home
from omscli.workflows.sync import SyncWish, chosen_channels, stock_files
from omscli.workflows.writers import write_pending


@dataclass(slots=True)
class Paused:
    """The channels that were named, and the stock files that say so. `no_file` are channels that take none: only people can tell them."""

    channels: list[str]
    until: str | None = None
    changed: list[str] = field(default_factory=list)
    feeds: list[ChannelFeed] = field(default_factory=list)
    no_file: list[str] = field(default_factory=list)
    run: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The document `oms.channel.pause/1`, without its schema key and `dry_run`."""
        return {
            "run": self.run,
            "channels": self.channels,
            "until": self.until,
            "changed": self.changed,
            "no_file": self.no_file,
            "feeds": [feed.as_json() for feed in self.feeds],
        }


def pause(home: Home, store: Store, names: Iterable[str], until: str | None = None, *, dry_run: bool = False) -> Paused:
    """These channels (none named: every channel) offer nothing until somebody resumes them, or until that day begins.

    Raises UsageError for a channel that nobody knows, and for a day that has come.
    """
    if until is not None and date.fromisoformat(until) <= home.today:
        raise UsageError(f"--until {until} is no day to come", "name the day on which you sell again, or leave it out")
    return _change(home, store, list(names), until, pausing=True, dry_run=dry_run)


def resume(home: Home, store: Store, names: Iterable[str], *, dry_run: bool = False) -> Paused:
    """These channels (none named: every channel) sell again: their files say what is there."""
    return _change(home, store, list(names), None, pausing=False, dry_run=dry_run)


def _change(home: Home, store: Store, names: list[str], until: str | None, *, pausing: bool, dry_run: bool) -> Paused:
    chosen = chosen_channels(home, names)
    done = Paused(list(chosen), until)
    if dry_run:
        with store.read():
            done.changed = _differing(home, store, done.channels, until, pausing=pausing)
        return done
    with store.write(f"channel {'pause' if pausing else 'resume'}", home.now, " ".join(names), home.rules) as run:
        store.stock.keep_locations(home.settings.locations.values())
        done.changed = _differing(home, store, done.channels, until, pausing=pausing)
        _write(store, done.changed, until, run, pausing=pausing)
        done.feeds = stock_files(home, store, chosen, run, SyncWish(tuple(names)))
    done.run = run.id if run.changed else None
    done.no_file = [name for name in chosen if name not in {feed.channel for feed in done.feeds if not feed.lacks_list}]
    write_pending(home, store)
    return done


def _differing(home: Home, store: Store, names: list[str], until: str | None, *, pausing: bool) -> list[str]:
    """The channels for which it makes a difference."""
    live = store.pauses.live(home.today.isoformat())
    if pausing:
        return [name for name in names if name not in live or live[name].until != until]
    return [name for name in names if name in live]


def _write(store: Store, names: list[str], until: str | None, run: Run, *, pausing: bool) -> None:
    for name in names:
        store.runs.keep(run.id, "pause", name, {})
        if pausing:
            store.pauses.begin(name, until, run.id, run.at)
        else:
            store.pauses.end(name)

"""The stock files of 3PLs and suppliers that `stock_sync:` of rules.yaml names: the newest one of each, read as a count.

A file tells of the instant it was taken. Where it does not say when, that is when it was written: read again an hour later it
must not bring back what has left in between.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from omscli.base.clock import as_text
from omscli.channels.source import Source
from omscli.errors import OmsError, Refused, StoreError
from omscli.store.open import Store
from omscli.workflows.home import Home
from omscli.workflows.importing import FileResult, Wish, import_into
from omscli.workflows.stock_feed import StockFeed


@dataclass(slots=True)
class FeedRead:
    """What became of one feed. `refused` says why nothing of it went in."""

    location: str
    path: str
    result: FileResult | None = None
    refused: str = ""
    hint: str = ""

    def as_json(self) -> dict[str, Any]:
        """One entry of `feeds` (`oms.sync/1`)."""
        found: dict[str, Any] = {"location": self.location, "file": self.path, "refused": self.refused or None, "hint": self.hint}
        return found | ({"counts": self.result.counts, "problems": [one.as_json() for one in self.result.problems]} if self.result else {})

    @property
    def needs_a_person(self) -> bool:
        """A feed that was refused, or of which rows were set aside."""
        return bool(self.refused or (self.result and self.result.needs_a_person))


def read_feeds(home: Home, store: Store, *, dry_run: bool, accept_drop: bool) -> list[FeedRead]:
    """Read every feed; one that is refused does not keep the others out. Each is a transaction of its own."""
    return [_read(home, store, entry, dry_run=dry_run, accept_drop=accept_drop) for entry in home.settings.stock_sync]


def _read(home: Home, store: Store, entry: dict[str, Any], *, dry_run: bool, accept_drop: bool) -> FeedRead:
    read = FeedRead(entry["location"], entry["path"])
    try:
        path = newest(home.path, entry["path"])
        read.path = path.relative_to(home.path).as_posix() if path.is_relative_to(home.path) else str(path)
        guard = 100 if accept_drop else entry["max_drop_percent"]
        is_available, ignores = entry["quantity_is"] == "available", entry["unknown_skus"] == "ignore"
        feed = StockFeed(entry["location"], is_available, _taken_at(path, home.now), guard, ignores)
        wish = Wish(reader=_reader(home, entry["reader"]), dry_run=dry_run, feed=feed)
        source = Source.of_path(path)
        read.result = import_into(home, store, source.name, source, wish)
    except StoreError:
        raise
    except OmsError as error:
        read.refused, read.hint = error.message, error.hint
    return read


def _reader(home: Home, name: str) -> str:
    """Our own form of stock file, or the profile or format that the seller named."""
    return "native.stock" if name == "native" and name not in home.settings.readers else name


def _taken_at(path: Path, now: datetime) -> str:
    """When a file was written, and never later than now: a clock that is wrong must not make counts of the future."""
    return as_text(min(datetime.fromtimestamp(int(path.stat().st_mtime), UTC), now))


def newest(home: Path, pattern: str) -> Path:
    """The file that a path names: itself, the newest of a folder, or the newest that a pattern (`feeds/acme-*.csv`) fits.

    Raises Refused where there is none.
    """
    base = Path(pattern).expanduser()
    if not base.is_absolute():
        base = home / base
    if base.is_dir():
        return _latest(base.iterdir(), f"the folder {pattern} holds no file")
    if base.exists():
        return base
    anchor = Path(base.anchor)
    return _latest(anchor.glob(str(base.relative_to(anchor))), f"there is no file {pattern}")


def _latest(paths: Iterable[Path], none: str) -> Path:
    found = [path for path in paths if path.is_file() and not path.name.startswith(".") and path.suffix not in (".part", ".tmp")]
    if not found:
        raise Refused(none, "look at `path` under stock_sync in rules.yaml, and whether the supplier has sent it")
    return max(found, key=lambda path: (path.stat().st_mtime_ns, path.name))

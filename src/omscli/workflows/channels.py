"""`oms channel`: the channels, what waits to be uploaded to each, and that it was."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from omscli.errors import NotAllowed, UsageError
from omscli.store.open import Store
from omscli.workflows.home import Home
from omscli.workflows.writers import writer_for

KINDS = ("stock", "tracking")


def channel_rows(home: Home, store: Store) -> list[dict[str, Any]]:
    """Each channel with what it gets and what waits for it (`oms.channels/1`)."""
    with store.read():
        pending = store.files_out.pending()
        last, listed, open_orders = store.files_out.last_uploads(), store.listings.channels(), store.orders.open_by_channel()
        paused = store.pauses.live(home.today.isoformat())
    found = []
    for name, channel in home.settings.channels.items():
        forms = {kind: writer.title if (writer := writer_for(home, channel, kind)) else None for kind in KINDS}
        found.append(
            {
                "channel": name,
                "reader": channel.reader,
                "open_orders": open_orders.get(name, 0),
                "listed_skus": listed.get(name, 0),
                "stock_file": forms["stock"],
                "tracking_file": forms["tracking"],
                "paused": {"since": paused[name].since, "until": paused[name].until} if name in paused else None,
                "waiting": [_pending_json(row) for row in pending if row["subject"] == name],
                "last_stock_upload": last.get((name, "stock")),
                "last_tracking_upload": last.get((name, "tracking")),
            }
        )
    return found


def _pending_json(row: Any) -> dict[str, Any]:
    return {
        "id": row["id"],
        "kind": row["kind"],
        "file": row["path"],
        "rows": row["rows"],
        "writer": row["writer"],
        "made_at": row["made_at"],
    }


def one_channel(home: Home, store: Store, name: str) -> dict[str, Any]:
    """One of `channel_rows`, with where its files are uploaded. Raises UsageError for one that nobody knows."""
    if name not in home.settings.channels:
        raise UsageError(f"no channel is called {name!r}", f"channels in rules.yaml: {', '.join(home.settings.channels) or 'none'}")
    (found,) = (row for row in channel_rows(home, store) if row["channel"] == name)
    channel = home.settings.channels[name]
    writers = {kind: writer_for(home, channel, kind) for kind in KINDS}
    return found | {"upload_at": {kind: writer.upload for kind, writer in writers.items() if writer and writer.upload}}


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Files that are with their channel now."""

    channel: str
    files: list[str]
    run: int | None


def mark_uploaded(home: Home, store: Store, name: str, file: str | None, *, dry_run: bool = False) -> Uploaded:
    """The seller took these files to the channel: all that wait for it, or the one that is named.

    Raises UsageError for a channel or file that nobody knows, NotAllowed for a file that a newer one has replaced.
    """
    one_channel(home, store, name)
    if dry_run:
        with store.read():
            return Uploaded(name, [row["path"] for row in _meant(store, name, file)], None)
    with store.write("mark-uploaded", home.now, f"{name} {file or ''}".strip(), home.rules) as run:
        rows = _meant(store, name, file)
        for row in rows:
            store.files_out.uploaded(row["id"], run.at)
            store.runs.keep(run.id, "uploaded", row["id"], {})
            if row["kind"] == "stock":
                told = store.files_out.stock_in(row["id"])
                for (place, sku), before in store.files_out.told_before(name, told).items():
                    store.runs.keep(run.id, "told", f"{name}\n{place}\n{sku}", before)
                store.files_out.tell(name, told, run.at)
    return Uploaded(name, [row["path"] for row in rows], run.id if run.changed else None)


def _meant(store: Store, name: str, file: str | None) -> list[Any]:
    pending = store.files_out.pending(name)
    if file is None:
        return pending
    wanted = PurePath(file).name
    found = [row for row in pending if PurePath(row["path"]).name == wanted]
    if found:
        return found
    known = store.files_out.by_name(name, wanted)
    if known is None:
        waiting = ", ".join(PurePath(row["path"]).name for row in pending) or "none"
        raise UsageError(f"no file of {name} is called {wanted}", f"files that wait: {waiting}")
    if known["uploaded_at"]:
        return []
    raise NotAllowed(
        f"{wanted} was replaced by a newer file",
        f"upload that one: oms channel show {name}; if the old one is uploaded already, upload the new one after it",
    )

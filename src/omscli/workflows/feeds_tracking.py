"""The tracking file of each channel: which parcels left, line by line, that it has not been told of yet."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from omscli.base.clock import as_text
from omscli.carriers.tracking_urls import tracking_url, url_template
from omscli.channels.writer import Dispatch
from omscli.channels.writing import Kept, written
from omscli.settings.settings import Channel
from omscli.store.open import Run, Store
from omscli.store.sqlite.files_out import NewFile
from omscli.workflows.home import Home
from omscli.workflows.writers import file_name, kept_json, sending_to, writer_for

# No channel takes news of a parcel that left so long ago; and a home that begins to write files need not tell of the past.
_DAYS = 60


@dataclass(slots=True)
class TrackingFeed:
    """The tracking file of one channel. `rows` 0: it knows of every parcel."""

    channel: str
    writer: str
    rows: int = 0
    path: str = ""
    waiting: bool = False
    kept: list[Kept] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """One entry of `uploads` (`oms.ship/1`, `oms.sync/1`)."""
        return {
            "channel": self.channel, "writer": self.writer, "rows": self.rows, "file": self.path or None, "waiting": self.waiting,
            "kept": kept_json(self.kept),
        }  # fmt: skip


def tracking_files(home: Home, store: Store, channels: Iterable[Channel], run: Run | None) -> list[TrackingFeed]:
    """Make the tracking file of every channel that takes one and has something new to hear. Without a run nothing is recorded."""
    made = (_tracking_file(home, store, channel, run) for channel in channels)
    return [feed for feed in made if feed is not None]


def _tracking_file(home: Home, store: Store, channel: Channel, run: Run | None) -> TrackingFeed | None:
    writer = writer_for(home, channel, "tracking")
    if writer is None:
        return None
    parcels = store.files_out.to_tell(channel.name, as_text(home.now - timedelta(days=_DAYS)))
    pending = store.files_out.pending(channel.name, "tracking")
    feed = TrackingFeed(channel.name, writer.title)
    rows = {(parcel["id"], parcel["tracking_number"]) for parcel in parcels}
    if len(pending) == 1 and store.files_out.parcels_in(pending[0]["id"]) == rows:
        feed.waiting, feed.path, feed.rows = True, pending[0]["path"], pending[0]["rows"]
        return feed
    if not parcels and not pending:
        return None
    file = written(writer, _dispatches(home, store, parcels), sending_to(home, channel.name))
    feed.rows, feed.kept = file.rows, file.kept
    if run is None:
        return feed
    for row in pending:
        store.files_out.supersede(row["id"], run.at)
    if parcels:
        feed.path = file_name(home, channel.name, writer, store.files_out.next_id())
        number = store.files_out.add(NewFile("tracking", channel.name, feed.path, file.data, writer.title, file.rows), run.id)
        store.files_out.tell_parcels(number, rows)
    return feed


def _dispatches(home: Home, store: Store, parcels: list[dict[str, Any]]) -> list[Dispatch]:
    """One for each line of an order in each of these parcels, in the order in which they left."""
    shipments = {one["id"]: one for one in store.shipments.by_id({parcel["shipment_id"] for parcel in parcels})}
    whole = store.shipments.left_in_one_parcel({parcel["order_row"] for parcel in parcels})
    written_as = store.shipments.channel_lines(shipments)
    shares = {one["id"]: _shares(one) for one in shipments.values()}
    found = []
    for parcel in parcels:
        number, url = parcel["tracking_number"], url_template(parcel["carrier"], home.settings.tracking_urls)
        for line, units in shares[parcel["shipment_id"]].get(parcel["id"], ()):
            line_id, sku, title = written_as[line]
            found.append(
                Dispatch(
                    order_id=parcel["order_id"],
                    line_id=line_id,
                    sku=sku,
                    title=title,
                    quantity=units,
                    carrier=parcel["carrier"],
                    service=parcel["service"],
                    tracking_number=number,
                    tracking_url=(tracking_url(url, number) if url else None) or "",
                    shipped_at=parcel["shipped_at"],
                    whole_order=parcel["order_row"] in whole,
                    other_ids=json.loads(parcel["other_ids"]),
                )
            )
    return found


def _shares(shipment: dict[str, Any]) -> dict[int, list[tuple[int, int]]]:
    """Which units of which order lines each parcel of a shipment holds: (line, units).

    Parcels hold products, channels count lines. Lines of a product are served by its parcels one after the other; a kit, whose
    parts may lie in several parcels, counts with the first of them that still has room for a line.
    """
    parcels = shipment["parcels"]
    if len(parcels) == 1:
        return {parcels[0]["id"]: [(line["line"], line["quantity"]) for line in shipment["lines"]]}
    left = {parcel["id"]: dict(parcel["items"]) for parcel in parcels}
    found: dict[int, list[tuple[int, int]]] = {parcel["id"]: [] for parcel in parcels}
    for line in shipment["lines"]:
        owed = line["quantity"]
        for parcel in parcels:
            units = min(owed, left[parcel["id"]].get(line["sku"], 0))
            if units:
                left[parcel["id"]][line["sku"]] -= units
                found[parcel["id"]].append((line["line"], units))
                owed -= units
        if owed:
            target = next((parcel["id"] for parcel in parcels if not found[parcel["id"]]), parcels[0]["id"])
            found[target].append((line["line"], owed))
    return found

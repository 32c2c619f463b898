"""Which files a channel is sent, and what a writer must know besides its records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from omscli.base.clock import as_text
from omscli.channels.writer import Sending, Writer
from omscli.channels.writing import Kept
from omscli.outgoing.files import take_away, write_whole
from omscli.settings.settings import Channel
from omscli.store.open import Store
from omscli.workflows.home import Home
from omscli.workflows.profiles import writers_of

GENERAL = "native"  # the writer of channels whose format has none of its own


def writer_for(home: Home, channel: Channel, kind: str) -> Writer | None:
    """The file of this kind (`stock`, `tracking`) that a channel gets, in the seller's own layout; None where it gets none.

    A format's own file goes first, a worklist for people where it has no other; the general CSV only where `upload` asks for it.
    """
    if channel.upload is not None and kind not in channel.upload:
        return None
    writers = writers_of(home.settings)
    own = sorted((one for one in writers.values() if one.name == channel.reader and one.kind == kind), key=lambda one: one.for_people)
    if own and channel.reader != GENERAL:
        return own[0]
    return writers[f"{GENERAL}.{kind}"] if channel.upload is not None else None


def sending_to(home: Home, channel: str) -> Sending:
    """The channel's clock and the home currency."""
    settings = home.settings
    known = settings.channels.get(channel)
    return Sending(channel, home.now, (known.timezone if known else None) or settings.timezone, settings.currency)


def file_name(home: Home, subject: str, writer: Writer, number: int) -> str:
    """Where the file goes, from the home folder: the day, whom it is for, what it is, its number in the books."""
    return f"out/{home.today.isoformat()}-{subject}-{writer.kind}-{number}.{writer.suffix}"


def kept_json(kept: list[Kept]) -> list[Mapping[str, str]]:
    """The public form of rows that stay out of a file."""
    return [{"subject": one.subject, "column": one.column, "value": one.value, "problem": one.problem} for one in kept]


def write_pending(home: Home, store: Store) -> list[Path]:
    """Write the recorded files that are not written yet, and take away those that newer ones replace. Returns the new ones.

    Under the lock of the store, also what a crash left out: of several runs at once one writes a file, and none brings back
    what another has taken away. Whoever uploaded a replaced file would undo the newer one.
    """
    kinds = ("stock", "tracking", "labels", "refunds")
    if not store.files_out.to_write(*kinds) and not store.files_out.to_take_away():
        return []
    with store.write("sync", home.now):
        for row in store.files_out.to_take_away():
            take_away(Path(row["path"]), root=home.path)
            store.files_out.taken_away(row["id"])
        due = store.files_out.to_write(*kinds)
        for row in due:
            write_whole(Path(row["path"]), row["content"], root=home.path)
            store.files_out.written(row["id"], as_text(home.now))
    return [home.path / row["path"] for row in due]

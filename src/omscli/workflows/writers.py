"""Which files a channel is sent, and what a writer must know besides its records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from omscli.base.clock import as_text
from omscli.channels.writer import Sending, Writer
from omscli.channels.writing import AS_IT_IS, Kept, Layout, all_writers
from omscli.outgoing.files import write_whole
from omscli.settings.settings import Channel
from omscli.store.open import Store
from omscli.workflows.home import Home

GENERAL = "native"  # the writer of channels whose format has none of its own


@dataclass(frozen=True, slots=True)
class Form:
    """A writer with the layout that the seller wants."""

    writer: Writer
    layout: Layout = AS_IT_IS


def form_for(channel: Channel, kind: str) -> Form | None:
    """The file of this kind (`stock`, `tracking`) that a channel gets; None where it gets none."""
    if channel.upload is not None and kind not in channel.upload:
        return None
    own = f"{channel.reader}.{kind}"
    writers = all_writers()
    if own in writers and channel.reader != GENERAL:
        return Form(writers[own])
    return Form(writers[f"{GENERAL}.{kind}"]) if channel.upload is not None else None


def sending_to(home: Home, channel: str) -> Sending:
    """The channel's clock and the home currency."""
    settings = home.settings
    known = settings.channels.get(channel)
    return Sending(channel, home.now, (known.timezone if known else None) or settings.timezone, settings.currency)


def file_name(home: Home, subject: str, form: Form, number: int) -> str:
    """Where the file goes, from the home folder: the day, whom it is for, what it is, its number in the books."""
    return f"out/{home.today.isoformat()}-{subject}-{form.writer.form}-{number}.{form.writer.suffix}"


def kept_json(kept: list[Kept]) -> list[Mapping[str, str]]:
    """The public form of rows that stay out of a file."""
    return [{"subject": one.subject, "column": one.column, "value": one.value, "problem": one.problem} for one in kept]


def write_pending(home: Home, store: Store) -> list[Path]:
    """Write the recorded files that are not written yet, and take away those that newer ones replace. Returns the new ones."""
    due = store.files_out.to_write("stock", "tracking", "labels")
    if not due:
        return []
    for row in due:
        write_whole(Path(row["path"]), row["content"], root=home.path)
    with store.write("sync", home.now):
        for row in due:
            store.files_out.written(row["id"], as_text(home.now))
    return [home.path / row["path"] for row in due]


def take_away(home: Home, path: str) -> None:
    """A file that a newer one replaces: whoever uploaded it now would undo the newer one."""
    target = home.path / path
    if target.is_file() and not target.is_symlink():
        target.unlink()

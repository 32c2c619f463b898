"""What rules.yaml says of files of other forms, as the readers and writers that do it: here settings and channels meet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omscli.channels.detect import all_readers
from omscli.channels.dialect import Dialect
from omscli.channels.mapping import Profile, reader_of, words_of
from omscli.channels.reader import FileForm, Reader
from omscli.channels.writer import Writer
from omscli.channels.writing import Layout, all_writers, laid_out
from omscli.settings.settings import Settings


def readers_of(settings: Settings) -> tuple[Reader, ...]:
    """Every form of file that this seller's files may have: the built-in ones, and those of his own profiles."""
    return (*all_readers(), *(reader_of(_profile(name, section)) for name, section in settings.readers.items()))


def _profile(name: str, section: Mapping[str, Any]) -> Profile:
    return Profile(
        name=name,
        kind=section["kind"],
        columns=section["columns"],
        footer=section["footer"] or "",
        form=FileForm(section["delimiter"], section["encoding"], section["header_row"], section["sheet"], section["decimal"] or "."),
        dialect=Dialect(
            name=name,
            decimal=section["decimal"],
            dates=section["dates"] or "",
            zone=section["timezone"] or "",
            words=words_of(section["words"]),
            location=section["location"] or "",
            repeated=section["repeated"],
        ),
    )


def writers_of(settings: Settings) -> dict[str, Writer]:
    """Every file that can go out, by its title: the built-in ones in the seller's own layout, and those of his own names."""
    built_in = all_writers()
    found = dict(built_in)
    for name, section in settings.writers.items():
        layout = Layout(section["columns"], section["delimiter"], section["encoding"], section["above"])
        like = section["like"]
        found[name] = laid_out(built_in[like], layout, name) if like else laid_out(built_in[name], layout)
    return found

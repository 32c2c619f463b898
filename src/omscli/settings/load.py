"""rules.yaml from its file or its text to `Settings`, or one refusal with everything that is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from omscli.errors import Refused
from omscli.settings.build import build
from omscli.settings.mistakes import HINT, Mistake, refusal
from omscli.settings.references import KnownWriters
from omscli.settings.settings import Settings
from omscli.settings.validate import validated
from omscli.settings.yaml_text import MAX_BYTES, read


def load(path: Path, today: date, known_readers: frozenset[str] | None = None, known_writers: KnownWriters | None = None) -> Settings:
    """Read and check a rules file.

    Args:
        path: the file; messages name it without its folders.
        today: the date from which holidays are reckoned.
        known_readers: names of the built-in file formats; None leaves the names of readers unchecked.
        known_writers: gives the built-in files that go out with their fields; None leaves writers unchecked.

    Raises:
        Refused: the file cannot be read, or something in it is wrong; the message names every place.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}", "name a rules file that exists, or make one with `oms init`") from None
    return parse(_decoded(data, path.name), path.name, today, known_readers, known_writers, path=path)


def parse(
    text: str,
    name: str,
    today: date,
    known_readers: frozenset[str] | None = None,
    known_writers: KnownWriters | None = None,
    *,
    path: Path | None = None,
) -> Settings:
    """Check the text of a rules file; `name` is how messages call it. Arguments and errors as for `load`."""
    document = read(text, name)
    rules, mistakes = validated(document, known_readers, known_writers)
    if rules is None or mistakes:
        raise refusal(name, mistakes)
    return build(rules, text, path or Path(name), today, known_readers)


def _decoded(data: bytes, name: str) -> str:
    """UTF-8, with or without the mark that Windows editors put in front."""
    if len(data) > MAX_BYTES:
        raise refusal(name, [Mistake(1, 1, f"the file is larger than {MAX_BYTES // 1024} kB")])
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1) + 1
        raise Refused(f"{name}:{line}:{column}: this letter is not stored as UTF-8", f"save the file as UTF-8; {HINT}") from None

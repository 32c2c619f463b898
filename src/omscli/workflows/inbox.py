"""The inbox folder: what lies there is imported, and moves to `inbox/done/` when it was."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from omscli.channels.source import Source
from omscli.errors import Refused
from omscli.workflows.home import Home
from omscli.workflows.importing import FileResult, Left, Wish, import_good

# What browsers call a file while they download it.
_DOWNLOADS = (".part", ".partial", ".crdownload", ".download", ".opdownload", ".tmp")
_NOT_OURS = ("desktop.ini", "thumbs.db")


@dataclass(frozen=True, slots=True)
class Inbox:
    """What became of the files that lay there: taken in, and refused."""

    results: list[FileResult]
    left: list[Left]


def import_inbox(home: Home, wish: Wish) -> Inbox:
    """Take in what is good of what lies in `inbox/`, and move it away; what is refused stays.

    A file that another oms takes at the same moment is left to that one. Raises the refusal where not a single file is good.
    """
    while True:
        paths = inbox_files(home)
        found = {source.name: (path, source) for path in paths for source in [Source.of_path(path)]}
        files = [(name, source) for name, (_, source) in found.items()]
        try:
            results, left = import_good(home, files, replace(wish, channels=_channels_of(home, found)))
        except (FileNotFoundError, Refused):
            if all(path.exists() for path in paths):
                raise
            continue  # what went in already is known by now
        left = [one for one in left if found[one.path][0].exists()]
        if not wish.dry_run:
            stay = {one.path for one in left}
            move_to_done(home, [path for name, (path, source) in found.items() if name not in stay and source.is_unchanged()])
        return Inbox(results, left)


def inbox_files(home: Home) -> list[Path]:
    """Files that wait, by name; hidden ones and those that are still being downloaded are left alone.

    A folder in it that is called like a channel holds files of that channel: where two channels have one format, that tells them
    apart.
    """
    inbox = home.folder("inbox")
    folders = [inbox, *(folder for name in sorted(home.settings.channels) if (folder := inbox / name).is_dir())]
    return [path for folder in folders for path in sorted(folder.iterdir()) if _waits(path) and not _is_coming(path)]


def _channels_of(home: Home, found: Mapping[str, tuple[Path, Source]]) -> dict[str, str]:
    """The channel of each file that lies in the folder of one, by its name."""
    inbox = home.folder("inbox")
    return {name: path.parent.name for name, (path, _) in found.items() if path.parent != inbox}


def still_coming(home: Home) -> list[str]:
    """The names of files whose download is not complete."""
    return sorted(path.name for path in home.folder("inbox").iterdir() if _waits(path) and _is_coming(path))


def _waits(path: Path) -> bool:
    return path.is_file() and not path.name.startswith((".", "~")) and path.name.casefold() not in _NOT_OURS


def _is_coming(path: Path) -> bool:
    """A browser may put an empty file of the final name beside the one it writes to."""
    return path.suffix.casefold() in _DOWNLOADS or path.with_name(f"{path.name}.part").exists()


def move_to_done(home: Home, paths: list[Path]) -> None:
    """Imported files leave the inbox; one of the same name that lies in `done` already is kept beside the new one."""
    done = home.folder("inbox") / "done"
    done.mkdir(exist_ok=True, mode=0o700)
    stamp = home.now.strftime("%Y%m%dT%H%M%S")
    for path in paths:
        target = done / path.name
        n = 0
        while target.exists():
            n += 1
            target = done / f"{path.stem}-{stamp}{f'-{n}' if n > 1 else ''}{path.suffix}"
        with suppress(FileNotFoundError):  # another oms has moved it
            path.replace(target)

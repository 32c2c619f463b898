"""The inbox folder: what lies there is imported, and moves to `inbox/done/` when it was."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from omscli.channels.source import Source
from omscli.errors import Refused
from omscli.workflows.home import Home
from omscli.workflows.importing import FileResult, Wish, import_files


def import_inbox(home: Home, wish: Wish) -> list[FileResult]:
    """Take in what lies in `inbox/`, and move it away. A file that another oms takes at the same moment is left to that one."""
    while True:
        paths = inbox_files(home)
        try:
            results = import_files(home, [(str(path), Source.of_path(path)) for path in paths], wish)
        except (FileNotFoundError, Refused):
            if all(path.exists() for path in paths):
                raise
            continue  # what went in already is known by now
        if not wish.dry_run:
            move_to_done(home, paths)
        return results


def inbox_files(home: Home) -> list[Path]:
    """Files that wait, by name; hidden ones and half-written downloads are left alone."""
    folder = home.folder("inbox")
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith((".", "~")) and path.suffix.casefold() not in (".part", ".crdownload", ".tmp")
    )


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

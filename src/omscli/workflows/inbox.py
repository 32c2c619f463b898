"""The inbox folder: what lies there is imported, and moves to `inbox/done/` when it was."""

from __future__ import annotations

from pathlib import Path

from omscli.workflows.home import Home


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
        path.replace(target)

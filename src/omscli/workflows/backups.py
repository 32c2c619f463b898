"""`oms backup`: verified copies, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omscli.errors import Refused, UsageError
from omscli.store.backup import copy_of, problems_of
from omscli.workflows.home import Home


@dataclass(slots=True)
class Copy:
    """One backup file."""

    path: Path
    bytes: int
    problems: list[str]

    def as_json(self) -> dict[str, Any]:
        """The public form."""
        return {"file": str(self.path), "bytes": self.bytes, "problems": self.problems}


def make(home: Home) -> Copy:
    """A copy of the store while others work: complete, checked by every invariant, mode 0600, then moved into place."""
    if not home.db.exists():
        raise Refused(f"there is no store at {home.db} yet", "the first command that writes makes it: `oms import`")
    folder = home.folder("backups")
    target = folder / f"oms-{home.now.strftime('%Y%m%dT%H%M%SZ')}.db"
    n = 1
    while target.exists():
        n += 1
        target = folder / f"oms-{home.now.strftime('%Y%m%dT%H%M%SZ')}-{n}.db"
    temporary = target.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    copy_of(home.db, temporary, home.wait_s)
    found = problems_of(temporary)
    if found:
        temporary.unlink()
        raise Refused(f"the copy does not pass its checks: {found[0]}", "run `oms doctor`; older copies: `oms backup list`")
    temporary.replace(target)
    return Copy(target, target.stat().st_size, [])


def listing(home: Home) -> list[Copy]:
    """All copies, the newest first, unchecked."""
    folder = home.path / "backups"
    paths = sorted(folder.glob("oms-*.db"), key=lambda path: path.stem, reverse=True) if folder.is_dir() else []
    return [Copy(path, path.stat().st_size, []) for path in paths]


def find(home: Home, name: str | None) -> Path:
    """The copy that is meant: by name or path; none named: the newest."""
    if name is None:
        copies = listing(home)
        if not copies:
            raise UsageError("there is no backup yet", "oms backup")
        return copies[0].path
    for path in (home.path / "backups" / name, Path(name)):
        if path.is_file():
            return path
    raise UsageError(f"there is no backup {name}", "`oms backup list` names them")


def verify(home: Home, name: str | None) -> Copy:
    """Check a copy with every invariant."""
    path = find(home, name)
    return Copy(path, path.stat().st_size, problems_of(path))


def restore(home: Home, name: str | None) -> tuple[Path, Path | None]:
    """Put a verified copy in the place of the store. The store as it was is kept beside the backups.

    Returns the copy that was taken and where the old store lies. Raises Refused for a copy with problems.
    """
    path = find(home, name)
    found = problems_of(path)
    if found:
        raise Refused(f"{path.name} does not pass its checks: {found[0]}", "take another one: `oms backup list`")
    fresh = home.db.with_name(f".{home.db.name}.restoring")
    fresh.unlink(missing_ok=True)
    copy_of(path, fresh, home.wait_s)
    kept = None
    if home.db.exists():
        kept = home.folder("backups") / f"replaced-{home.now.strftime('%Y%m%dT%H%M%SZ')}.db"
        n = 1
        while kept.exists():
            n += 1
            kept = kept.with_name(f"replaced-{home.now.strftime('%Y%m%dT%H%M%SZ')}-{n}.db")
        home.db.replace(kept)
        for ending in ("-wal", "-shm"):
            side = home.db.with_name(home.db.name + ending)
            if side.exists():
                side.replace(kept.with_name(kept.name + ending))
    fresh.replace(home.db)
    return path, kept

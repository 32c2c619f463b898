"""Files appear whole or not at all, under their folder and nowhere else, readable by the seller alone."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from omscli.errors import OmsError, Refused, StoreError

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


def write_whole(path: Path, data: bytes, *, root: Path | None = None, mode: int = 0o600) -> None:
    """Write the file beside its place, then move it there: a reader sees the old file or the new one, never a half.

    `root` is the folder that must not be left, whatever the name says; None where the seller named the file. Under a root the
    half file has a name of its own, and replaces the one that a killed run may have left: only one at a time may write there.
    Raises Refused for a place outside it, a link or a thing that is no file; StoreError (exit 5) where the disk is full; OmsError
    where it refuses otherwise.
    """
    if "\0" in str(path):
        raise Refused("a file name contains a NUL; nothing was written", "choose another file name")
    base = (root if root is not None else path.parent).absolute()
    target = path.absolute() if root is None else base / path
    try:
        _check_inside(target, base)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _check_inside(target, base)  # again: what was made just now may lie behind a link
        _check_replaceable(target)
        _write_beside_and_move(target, data, mode, part_of(target) if root is not None else _new_part(target))
    except OSError as error:
        raise _in_words(target, error) from error


def _check_inside(target: Path, base: Path) -> None:
    home = base.resolve()
    if target.name in ("", ".", "..") or not target.parent.resolve().is_relative_to(home):
        raise Refused(f"{target} lies outside {base}; it was not written", "choose a file name without folders above it")


def _check_replaceable(target: Path) -> None:
    if target.is_symlink():
        raise Refused(f"{target} is a link to another place; it was not written", "remove the link, then run the same command again")
    if target.exists() and not target.is_file():
        raise Refused(f"{target} is no ordinary file; it was not written", "name a file, or `-` for standard output")


def part_of(target: Path) -> Path:
    """The half file of a target under a root: always the same one, so that no other rest can be left."""
    return target.with_name(f".{target.name[:40]}.{sha256(target.name.encode()).hexdigest()[:12]}.part")


def _new_part(target: Path) -> Path:
    """A half file beside others' files: one that cannot be there yet."""
    return target.with_name(f".{target.name[:40]}.{secrets.token_hex(6)}.part")


def take_away(path: Path, *, root: Path) -> None:
    """A file of ours goes, with the half of it that a killed run may have left. What is no ordinary file stays."""
    target = root.absolute() / path
    _check_inside(target, root.absolute())
    for one in (target, part_of(target)):
        if one.is_file() and not one.is_symlink():
            one.unlink()


def _write_beside_and_move(target: Path, data: bytes, mode: int, temporary: Path) -> None:
    if temporary.is_file() or temporary.is_symlink():
        temporary.unlink()
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(temporary, flags, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if hasattr(os, "fchmod"):  # the umask may have taken more away than was asked for
                os.fchmod(descriptor, mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Makes the new name outlive a power cut. Windows cannot open a folder; the file itself is safe there too."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _in_words(target: Path, error: OSError) -> OmsError:
    if error.errno in _FULL:
        return StoreError(f"the disk is full; {target} was not written", "free some space, then run the same command again")
    reason = error.strerror or str(error)
    return OmsError(f"{target} could not be written ({reason})", "check who owns the folder, then run the same command again")

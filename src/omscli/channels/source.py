"""Where a file's bytes come from: a path, bytes in memory, or a stream that is kept on disk, each readable from its start again.

A file is walked more than once (what is it, is it whole, what does it say) and never held whole.
"""

from __future__ import annotations

import io
import os
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from omscli.errors import OmsError, Refused

CHUNK = 1 << 20
MOST_KEPT = 4 << 30


@dataclass(slots=True, weakref_slot=True)
class Source:
    """A file from outside; `name` is how messages and the store call it, which may not be how the disk does."""

    name: str
    path: Path | None = None
    data: bytes = b""
    _state: tuple[int, int, int] | None = None

    @classmethod
    def of_path(cls, path: Path) -> Source:
        """A file on disk. A pipe can be read once only: it is kept first. Raises Refused where it cannot be read."""
        name = str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        try:
            if path.is_dir():
                raise Refused(f"{name} is a folder", "name the files in it, or put them into inbox/ of the home")
            if path.is_fifo():
                with path.open("rb") as stream:
                    return cls.of_stream(name, stream)
            if path.exists() and not path.is_file():
                raise Refused(f"{name} is a device or a socket, not a file", "name a file, or pipe it in: oms import -")
            with path.open("rb"):
                return cls(name, path, _state=_state_of(path))
        except FileNotFoundError:
            raise Refused(f"there is no file {name}", "check the name") from None
        except OSError as error:
            raise Refused(f"{name} cannot be read: {error.strerror}", "check who owns the file") from error

    @classmethod
    def of_stream(cls, name: str, stream: BinaryIO) -> Source:
        """Standard input, or another stream that can be read once. Raises Refused for one without end."""
        descriptor, kept = tempfile.mkstemp(prefix="oms-")
        found = cls(name, Path(kept))
        weakref.finalize(found, Path(kept).unlink, missing_ok=True)  # the copy lives as long as its source
        try:
            with os.fdopen(descriptor, "wb") as file:
                while part := stream.read(CHUNK):
                    file.write(part)
                    if file.tell() > MOST_KEPT:
                        raise Refused(f"{name} goes on after {MOST_KEPT >> 20:,} MB", "no export is that large; what was piped in?")
        except OSError as error:
            place = tempfile.gettempdir()
            raise OmsError(f"{name} could not be kept in {place}: {error.strerror}", "free space there, or name a file") from error
        found._state = _state_of(Path(kept))
        return found

    @contextmanager
    def binary(self) -> Iterator[BinaryIO]:
        """The bytes from the start. Raises Refused for a file that changes before its last byte was read."""
        if self.path is None:
            yield io.BytesIO(self.data)
            return
        try:
            with self.path.open("rb") as file:
                self._must_be_the_same()
                yield file
                self._must_be_the_same()
        except FileNotFoundError:
            raise Refused(f"{self.name} was taken away while it was being read", "put it back, and run it again") from None

    @property
    def written_at(self) -> float | None:
        """When the file on disk was written, in seconds since 1970; None for bytes in memory."""
        return None if self._state is None else self._state[2] / 1e9

    def is_unchanged(self) -> bool:
        """Whether it is still what was read."""
        try:
            return self.path is None or _state_of(self.path) == self._state
        except OSError:
            return False

    def _must_be_the_same(self) -> None:
        if self.path is not None and _state_of(self.path) != self._state:
            raise Refused(f"{self.name} changed while it was being read", "wait until the download is complete, and run it again")

    @contextmanager
    def text(self, encoding: str) -> Iterator[TextIO]:
        """The text from the start, line ends as they are."""
        with self.binary() as file, io.TextIOWrapper(file, encoding, newline="") as text:
            yield text

    def chunks(self) -> Iterator[bytes]:
        """The bytes, a part at a time."""
        with self.binary() as file:
            while part := file.read(CHUNK):
                yield part

    def whole(self) -> bytes:
        """All bytes at once, for forms that cannot be read in parts (workbooks)."""
        with self.binary() as file:
            return file.read()


def _state_of(path: Path) -> tuple[int, int, int]:
    about = path.stat()
    return about.st_ino, about.st_size, about.st_mtime_ns

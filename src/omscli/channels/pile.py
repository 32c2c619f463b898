"""What must wait for the end of its file: kept in memory while it is little, and on disk when it becomes much."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from collections.abc import Iterator
from typing import IO, Generic, TypeVar

T = TypeVar("T")
_MOST = 2000


class Pile(Generic[T]):
    """Things in the order in which they were put there. The file has no name, so that nothing is left of it after a crash.

    Args:
        most: So many are held in memory.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._held: list[T] = []
        self._file: IO[bytes] | None = None

    def put(self, thing: T) -> None:
        """Add one."""
        self._held.append(thing)
        if len(self._held) >= self._most:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="oms-")  # noqa: SIM115 - it lives as long as the pile
                weakref.finalize(self, self._file.close)
            pickle.dump(self._held, self._file, pickle.HIGHEST_PROTOCOL)
            self._held = []

    def parts(self) -> Iterator[list[T]]:
        """All of them, at most `most` at a time."""
        if self._file is not None:
            end = self._file.tell()
            self._file.seek(0)
            while self._file.tell() < end:
                yield pickle.load(self._file)  # noqa: S301 - written above, and nobody else can open it
        if self._held:
            yield self._held

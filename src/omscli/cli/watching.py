"""A bar on the terminal while decisions take long, and the fuse that ends one."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import Any, Self

FUSE_S = 300.0  # a decision that takes longer is cut short and says so
PATIENCE_S = 0.5  # what takes less needs no bar


class Watching:
    """Hears how far a decision is. A bar appears on standard error after half a second, where that is a terminal."""

    def __init__(self, what: str, *, quiet: bool = False, fuse_s: float = FUSE_S) -> None:
        self.what = what
        self.fuse_s = fuse_s
        self._begun = time.monotonic()
        self._shows = sys.stderr.isatty() and not quiet and not os.environ.get("NO_COLOR")
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        return self

    def __call__(self, share: float) -> bool:
        """Show the share of the work that is done. False once the fuse has burnt down."""
        passed = time.monotonic() - self._begun
        if self._shows and passed > PATIENCE_S:
            if self._bar is None:
                self._begin()
            self._bar.update(self._task, completed=share)
        return passed < self.fuse_s

    def tell(self, done: int, of: int) -> None:
        """So many pieces of work are done; these are never cut short."""
        self(done / of)

    def _begin(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        self._task = self._bar.add_task(self.what, total=1.0)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

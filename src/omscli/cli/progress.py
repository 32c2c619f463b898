"""How far a long run has come, on a terminal only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from omscli.render.show import Screen


@contextmanager
def progress(screen: Screen, word: str) -> Iterator[Callable[[int, int], None]]:
    """Gives what is told `done, of`; one line that is written over, and gone at the end."""
    shown = screen.is_tty and screen.stderr.isatty() and not screen.quiet and not screen.json

    def tell(done: int, of: int) -> None:
        if shown and of > 1:
            screen.stderr.write(f"\r{word} {done} of {of}")
            screen.stderr.flush()

    try:
        yield tell
    finally:
        if shown:
            screen.stderr.write("\r\x1b[K")

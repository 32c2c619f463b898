"""Templates for papers and mails, in a sandbox: a buyer's text is only ever a value, and a seller's template cannot run programs.

The seller's own `templates/` folder wins, file by file, over the templates of the package. A template that asks for a value
nobody gave, writes more than the limit or does not come to an end is an error that names the file.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError, Undefined
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from omscli.errors import Refused
from omscli.render.safe import clean

_BUILT_IN = Path(__file__).parent / "templates"
_LARGEST_PRODUCT = 100_000
# Not strftime: that follows the machine's locale, and the same order must give the same mail everywhere.
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limit:
    """How much a template may write, and for how long it may work."""

    characters: int
    seconds: float


class _TooLong(Exception):
    pass


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox of the engine forbids reaching into Python; this one also forbids `'a' * 10**9`."""

    intercepted_binops = frozenset(["*", "**"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" and not (abs(left) <= 1000 and abs(right) <= 10):
            raise SecurityError("the power is too large")
        if operator == "*" and _size(left) * _size(right) > _LARGEST_PRODUCT and not _both_numbers(left, right):
            raise SecurityError("the repeated text is too long")
        return super().call_binop(context, operator, left, right)


def _size(value: Any) -> int:
    return abs(value) if isinstance(value, int) else len(value) if hasattr(value, "__len__") else 1


def _both_numbers(left: Any, right: Any) -> bool:
    return isinstance(left, (int, float)) and isinstance(right, (int, float))


def render(names: Sequence[str], values: Mapping[str, Any], folder: Path | None, limit: Limit) -> str:
    """The text of the first template there is. `folder` holds the seller's own templates, None where there are none.

    Raises Refused, naming the file and where known the line, for whatever is wrong with a template.
    """
    name = names[-1]
    try:
        with _at_most(limit.seconds):
            template = _environment(folder).select_template(names)
            name = template.name or name
            return _collected(template.generate(values), limit.characters)
    except TemplateNotFound as error:
        raise Refused(f"there is no template {error.name}", "check the names in the templates folder") from error
    except TemplateSyntaxError as error:
        raise Refused(f"{_place(error.filename, name, folder)}:{error.lineno}: {error.message}", _HINT) from error
    except _TooLong as error:
        raise Refused(f"{_place(None, name, folder)}: {error}", _HINT) from error
    except (TemplateError, ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError) as error:
        raise Refused(f"{_place(None, name, folder)}: {error or type(error).__name__}", _HINT) from error


_HINT = "mend the template; without it, the built-in one is used"


def _place(filename: str | None, name: str, folder: Path | None) -> str:
    own = folder / name if folder else None
    return filename or str(own if own and own.is_file() else name)


def _collected(pieces: Iterator[str], most: int) -> str:
    found, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise _TooLong(f"the text grew beyond {most:,} characters")
        found.append(piece)
    return "".join(found)


@lru_cache(maxsize=4)
def _environment(folder: Path | None) -> _Sandbox:
    places = [FileSystemLoader(folder)] if folder and folder.is_dir() else []
    environment = _Sandbox(
        loader=ChoiceLoader([*places, FileSystemLoader(_BUILT_IN)]),
        autoescape=lambda name: name is None or name.endswith(".html"),
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.globals.pop("lipsum")  # endless text on request
    environment.filters["day"] = day_in_words
    return environment


def day_in_words(iso: str) -> str:
    """`2026-03-05` as `Thursday 5 March 2026`: no reader can take the month for the day."""
    day = date.fromisoformat(iso)
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def _finalized(value: Any) -> Any:
    if isinstance(value, Undefined) or hasattr(value, "__html__"):
        return value
    return clean(value) if isinstance(value, str) else value


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Ends a template that loops without writing. Only the main thread of a POSIX system has the clock for it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _TooLong(f"the template worked for more than {seconds:g} seconds")

    before: Callable[[int, FrameType | None], Any] | int | None = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

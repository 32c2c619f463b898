"""What is wrong in rules.yaml, said so that a seller finds the place: `rules.yaml:14:5: unknown key 'shipfrom'`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from omscli.base.text import nearest
from omscli.errors import Refused

HINT = "correct the file, then check it with `oms rules check`"
_LONGEST_LIST = 12  # more known words than this are no help on one line


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing that is wrong; line and column count from 1, as an editor does."""

    line: int
    column: int
    text: str


def refusal(name: str, mistakes: Iterable[Mistake]) -> Refused:
    """All mistakes of the file in one refusal, in the order of the lines."""
    lines = [f"{name}:{one.line}:{one.column}: {one.text}" for one in sorted(set(mistakes))]
    if len(lines) == 1:
        return Refused(lines[0], HINT)
    return Refused(f"{name} has {len(lines)} mistakes\n" + "\n".join(f"  {line}" for line in lines), HINT)


def quoted(text: str) -> str:
    """The text in quotes, shortened, and with unprintable characters spelled out so that a terminal shows them."""
    short = text if len(text) <= 60 else text[:57] + "…"
    return "'" + "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in short) + "'"


def shown(value: object) -> str:
    """How a message names what stands in the file."""
    if isinstance(value, bool):
        return "'true'" if value else "'false'"
    if isinstance(value, str):
        return quoted(value) if value else "an empty text"
    if isinstance(value, dict):
        return "a group of keys"
    return "a list" if isinstance(value, list) else "an empty value"


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """`unknown location 'broklyn' – did you mean 'brooklyn'?`, or the known words where none is near."""
    words = sorted(known)
    near = nearest(word, words)
    if near:
        return f"unknown {what} {quoted(word)} – did you mean {quoted(near)}?"
    if not words:
        return f"unknown {what} {quoted(word)}; the file names none"
    if len(words) <= _LONGEST_LIST:
        return f"unknown {what} {quoted(word)}; known: {', '.join(one if one[:1].isalnum() else quoted(one) for one in words)}"
    return f"unknown {what} {quoted(word)}"

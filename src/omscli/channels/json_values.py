"""The values of a JSON object, each asked for by its key and kind. What is of another kind is an error of its line, never converted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from omscli.base.text import nearest
from omscli.channels.cells import CellError

MAX_LINE = 1_000_000
_MOST = 10**15
# What no text of a channel holds, and the store could not keep.
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


class _TwiceError(ValueError):
    """A key that stands twice in one object."""


def object_of(line: str) -> dict[str, Any]:
    """The object of a line. Raises CellError for a line that is none; a key may stand in it once."""
    if len(line) > MAX_LINE:
        raise CellError("", line[:80], "is longer than 1 MB", "write one object a line")
    try:
        found = json.loads(line, object_pairs_hook=_once, parse_constant=_no_number)
    except _TwiceError as twice:
        raise CellError(str(twice), line.strip()[:80], "stands twice in one object", "take one of them out") from None
    except json.JSONDecodeError as error:
        problem = f"no JSON from column {error.colno} on"
        raise CellError("", line.strip()[:80], problem, "write one whole object a line, as `jq -c` does; the file may be cut off") from None
    except (ValueError, RecursionError):
        raise CellError("", line.strip()[:80], "no JSON that can be read", "write one whole object a line, as `jq -c` does") from None
    if not isinstance(found, dict):
        raise CellError("", line.strip()[:80], "is no object", "write it like {…}, one a line")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _TwiceError(next(key for key in keys if keys.count(key) > 1))
    return found


def _no_number(word: str) -> Any:
    raise ValueError(word)


@dataclass(slots=True)
class Fields:
    """One object. `path` is where it stands in the line (`lines[0].`), for messages; a key that is not `known` is an error."""

    values: Mapping[str, Any]
    known: Iterable[str]
    path: str = ""

    def __post_init__(self) -> None:
        known = set(self.known)
        for key in self.values:
            if key not in known:
                near = nearest(key, known)
                hint = f"did you mean {near}?" if near else f"it takes {', '.join(self.known)}"
                raise CellError(f"{self.path}{key}", _shown(self.values[key]), "no key that is known here", hint)

    def has(self, *keys: str) -> bool:
        """Whether any of these is there."""
        return any(key in self.values for key in keys)

    def text(self, key: str) -> str:
        """A text, trimmed; "" for null and for a key that is not there."""
        value = self.values.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            hint = f'put it in quotes, "{_shown(value)}": ids keep their zeros so' if _is_number(value) else "write one text in quotes"
            raise self.wrong(key, "not a text", hint)
        if _NO_TEXT.search(value):
            raise self.wrong(key, "holds a character that no text has", "write the text without it")
        return value.strip()

    def whole(self, key: str, least: int | None = None, most: int = _MOST) -> int | None:
        """A whole number; None for null and for a key that is not there. Amounts are minor units: 1250 is 12.50."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong(key, "not a whole number", "write figures without quotes and point; amounts are in minor units: 1250 is 12.50")
        if abs(value) > most or (least is not None and value < least):
            raise self.wrong(key, f"must be {least if least is not None else -most:,} to {most:,}", "correct the number")
        return value

    def flag(self, key: str) -> bool | None:
        """True or false; None for null and for a key that is not there."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.wrong(key, "neither true nor false", "write true or false, without quotes")
        return value

    def texts(self, key: str) -> list[str]:
        """A list of texts; empty for null and for a key that is not there."""
        value = self._of_type(key, list, "a list")
        return [Fields({f"{key}[{n}]": one}, [f"{key}[{n}]"], self.path).text(f"{key}[{n}]") for n, one in enumerate(value or ())]

    def group(self, key: str) -> dict[str, Any]:
        """An object inside this one; empty for null and for a key that is not there."""
        return self._of_type(key, dict, "an object") or {}

    def groups(self, key: str) -> list[dict[str, Any]]:
        """A list of objects; empty for null and for a key that is not there."""
        value = self._of_type(key, list, "a list") or []
        for n, one in enumerate(value):
            if not isinstance(one, dict):
                raise CellError(f"{self.path}{key}[{n}]", _shown(one), "is no object", "write it like {…}")
        return value

    def numbers(self, key: str) -> dict[str, int]:
        """An object of whole numbers from 1; empty for null and for a key that is not there."""
        found = Fields(self.group(key), self.group(key), f"{self.path}{key}.")
        if any("|" in one for one in found.values):
            raise self.wrong(key, "names a SKU with the mark |", "such a SKU cannot be part of a kit")
        return {one: found.whole(one, 1, 100_000) or 1 for one in found.values}

    def _of_type(self, key: str, kind: type, words: str) -> Any:
        value = self.values.get(key)
        if value is not None and not isinstance(value, kind):
            raise self.wrong(key, f"not {words}", f"write {words}, as `oms import --dry-run --json` does")
        return value

    def wrong(self, key: str, problem: str, hint: str) -> CellError:
        """The error of one value."""
        return CellError(f"{self.path}{key}", _shown(self.values.get(key)), problem, hint)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _shown(value: object) -> str:
    if isinstance(value, str):
        return _NO_TEXT.sub("\ufffd", value)[:80]
    try:
        return json.dumps(value, ensure_ascii=True)[:80]
    except ValueError:
        return "a very large number"

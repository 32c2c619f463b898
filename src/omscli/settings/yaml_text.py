"""YAML read as text: no value changes its meaning on the way in.

YAML's own typing makes 960 of `16:00`, false of `NO`, 1116 of `02134` and a date of `2024-01-02`. Here a scalar stays what
the seller typed; only a bare `true` or `false` is a yes or no, and nothing, `~` or `null` is "left out". What could surprise
the reader (tags, merged keys, the same key twice, references that multiply) is refused with its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from omscli.settings.mistakes import Mistake, quoted, refusal

MAX_BYTES = 256 * 1024  # a flow list of 400 kB keeps a pure-Python YAML parser busy for seconds
MAX_DEPTH = 20
MAX_VALUES = 50_000  # what references repeat counted: a few lines of them can stand for billions of values
_TOO_DEEP = f"the file is nested more than {MAX_DEPTH} levels deep"

Path = tuple[str | int, ...]
Place = tuple[int, int]  # line and column, from 1

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "": None, "~": None, "null": None}


@dataclass(slots=True)
class Document:
    """The plain data of a file, and where each key and each value stands."""

    data: Any = None
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def key_place(self, path: Path) -> Place:
        """Where the key stands, for a list item the item; a path that is not in the file falls back to what it is in."""
        return self._place(self.keys, path)

    def value_place(self, path: Path) -> Place:
        """Where the value stands; a path that is not in the file falls back to what it is in."""
        return self._place(self.values, path)

    def _place(self, places: dict[Path, Place], path: Path) -> Place:
        for end in range(len(path), 0, -1):
            found = places.get(path[:end]) or self.values.get(path[:end])
            if found:
                return found
        return (1, 1)


def read(text: str, name: str) -> Document:
    """Read one YAML document. Duplicate and merged keys and tags are collected in `mistakes`.

    Raises:
        Refused: the text is not YAML, is too large, too deeply nested or more than one document.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise refusal(name, [Mistake(1, 1, f"the file is larger than {MAX_BYTES // 1024} kB")])
    document = Document()
    try:
        _Builder(document, name).take(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        raise refusal(name, [_syntax_mistake(text, error)]) from None
    except (yaml.reader.ReaderError, UnicodeEncodeError):
        raise refusal(name, [_unprintable(text)]) from None
    return document


@dataclass(slots=True)
class _Open:
    """A group or list that has begun and not ended."""

    value: dict[str, Any] | list[Any]
    anchor: str | None
    before: int  # values of the file until its start, to know how many are inside
    height: int = 1  # levels inside, itself included
    wants_key: bool = False


@dataclass(slots=True)
class _Anchored:
    """A finished value that `*name` may repeat; `size` counts the values in it, `height` its levels."""

    value: Any
    size: int
    height: int


class _Builder:
    """Puts the values together from the parser's events, without recursion."""

    def __init__(self, document: Document, name: str) -> None:
        self.document = document
        self.name = name
        self.path: list[str | int] = []
        self.open: list[_Open] = []
        self.anchors: dict[str, _Anchored] = {}
        self.count = 0  # values so far, those that references repeat included

    def take(self, events: Iterator[Any]) -> None:
        """Read all events of the parser."""
        documents = 0
        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._start(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
            elif isinstance(event, yaml.CollectionEndEvent):
                self._end()
            elif isinstance(event, yaml.AliasEvent):
                self._reference(event)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._final(event, "a second document starts here; rules.yaml is one document")

    def _scalar(self, event: Any) -> None:
        self._refuse_tag(event)
        plain = event.style in (None, "")
        if self.open and self.open[-1].wants_key:
            self._key(event, plain)
            return
        self.count += 1
        value = _WORDS.get(event.value, event.value) if plain else event.value
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchored(value, 1, 0)
        self._put(value, _place(event))
        self._next()

    def _key(self, event: Any, plain: bool) -> None:
        key = event.value
        if key == "<<" and plain:
            self._refuse(event, "merged keys ('<<') are not used here: write the keys out")
        self.open[-1].wants_key = False
        self.path.append(key)
        first = self.document.keys.get(tuple(self.path))
        if first:
            self._refuse(event, f"the key {quoted(key)} stands here a second time; the first is in line {first[0]}")
        else:
            self.document.keys[tuple(self.path)] = _place(event)

    def _start(self, event: Any, value: dict[str, Any] | list[Any]) -> None:
        self._refuse_tag(event)
        if self.open and self.open[-1].wants_key:
            raise self._final(event, "a key must be one word or text, not a group or a list")
        if len(self.open) >= MAX_DEPTH:
            raise self._final(event, _TOO_DEEP)
        self.count += 1
        self._put(value, _place(event))
        self.open.append(_Open(value, event.anchor, self.count - 1, wants_key=isinstance(value, dict)))
        if isinstance(value, list):
            self.path.append(0)

    def _end(self) -> None:
        ended = self.open.pop()
        if isinstance(ended.value, list):
            self.path.pop()
        if ended.anchor is not None:
            self.anchors[ended.anchor] = _Anchored(ended.value, self.count - ended.before, ended.height)
        if self.open:
            self.open[-1].height = max(self.open[-1].height, ended.height + 1)
        self._next()

    def _reference(self, event: Any) -> None:
        """Programs that write YAML put `*name` for a value that they wrote before; more than a file's worth is refused."""
        if self.open and self.open[-1].wants_key:
            raise self._final(event, "a key must be one word or text, not a reference")
        meant = self.anchors.get(event.anchor)
        if meant is None:
            raise self._final(event, f"*{event.anchor} refers to nothing: no finished value above is marked &{event.anchor}")
        self.count += meant.size
        if self.count > MAX_VALUES:
            raise self._final(event, f"with its references the file has more than {MAX_VALUES} values")
        if len(self.open) + meant.height > MAX_DEPTH:
            raise self._final(event, _TOO_DEEP)
        self.open[-1].height = max(self.open[-1].height, meant.height + 1)
        self._put(meant.value, _place(event))
        self._next()

    def _put(self, value: Any, place: Place) -> None:
        if not self.open:
            self.document.data = value
        elif isinstance(parent := self.open[-1].value, list):
            parent.append(value)
        else:
            parent.setdefault(str(self.path[-1]), value)
        self.document.values.setdefault(tuple(self.path), place)

    def _next(self) -> None:
        """Move on after a finished value: to the next item of a list, or to the next key of a group."""
        if not self.open:
            return
        if isinstance(self.open[-1].value, list):
            self.path[-1] = len(self.open[-1].value)
        else:
            self.path.pop()
            self.open[-1].wants_key = True

    def _refuse_tag(self, event: Any) -> None:
        if event.tag is not None:
            self._refuse(event, f"tags like {quoted(event.tag.replace('tag:yaml.org,2002:', '!!'))} are not used here: leave the mark away")

    def _refuse(self, event: Any, text: str) -> None:
        self.document.mistakes.append(Mistake(*_place(event), text))

    def _final(self, event: Any, text: str) -> Exception:
        return refusal(self.name, [*self.document.mistakes, Mistake(*_place(event), text)])


def _place(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


# What libyaml says, and what it means to somebody who edits a text file.
_PLAIN_WORDS = (
    ("mapping values are not allowed", "a ':' stands where none may be; put a text that contains ': ' in quotes"),
    ("could not find expected ':'", "a ':' is missing after the key, or a quote was not closed"),
    ("did not find expected ',' or ']'", "a ',' or the closing ']' is missing in this list"),
    ("did not find expected ',' or '}'", "a ',' or the closing '}' is missing in this group"),
    ("did not find expected '-' indicator", "the '-' of this list does not stand under the one before"),
    ("did not find expected key", "this line is not indented like the lines it belongs to"),
    ("block sequence entries are not allowed", "a list with '-' must start on a line of its own"),
    ("block mapping entries", "this line is not indented like the lines it belongs to"),
    ("found unexpected end of stream", "a quote is opened and never closed"),
    ("found unexpected document indicator", "a quote is opened and never closed"),
    ("did not find expected node content", "a value is missing here"),
    ("found undefined tag handle", "tags with '!' are not used here: put the text in quotes"),
    ("exceeded max depth", _TOO_DEEP),
    ("exceeded maximum nesting depth", _TOO_DEEP),  # PyYAML 6.0.4
)


def _syntax_mistake(text: str, error: yaml.MarkedYAMLError) -> Mistake:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    problem = error.problem or "not YAML"
    if problem.startswith("found character that cannot start any token"):
        rows = text.splitlines()
        char = rows[line][column : column + 1] if line < len(rows) else ""
        words = "a tab is used to indent; use spaces" if char == "\t" else f"a text that starts with {char} needs quotes"
        return Mistake(line + 1, column + 1, words)
    for known, words in _PLAIN_WORDS:
        if known in problem:
            opened = error.context_mark if "quote is opened" in words else None
            return Mistake(opened.line + 1, opened.column + 1, words) if opened else Mistake(line + 1, column + 1, words)
    return Mistake(line + 1, column + 1, f"this cannot be read as YAML: {problem}")


def _unprintable(text: str) -> Mistake:
    """The place of the first character that YAML does not allow."""
    for number, row in enumerate(text.split("\n"), 1):
        for column, char in enumerate(row, 1):
            if not yaml.reader.Reader.NON_PRINTABLE.search(char):
                continue
            return Mistake(number, column, f"the character {quoted(char)} cannot be in this file")
    return Mistake(1, 1, "the file has a character that cannot be read")

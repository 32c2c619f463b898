"""Names in `readers` and `writers`: columns and fields that must exist, and keys that fit the kind of file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from omscli.base.text import fold, nearest
from omscli.settings.mistakes import Mistake, quoted, unknown
from omscli.settings.native_columns import NATIVE_COLUMNS, NEEDED_COLUMNS
from omscli.settings.yaml_text import Document, Path

NATIVE = "native"
_NOT_WORD = re.compile(r"\W+")
# Keys of a reader that say something about some kinds of files only.
_KINDS_OF: Mapping[str, tuple[str, ...]] = {"location": ("stock", "inbound"), "channel": ("orders",), "repeated": ("stock",)}


def reader_mistakes(document: Document, sections: Mapping[str, Any], known_readers: frozenset[str] | None) -> Iterator[Mistake]:
    """What is wrong in `readers`; `known_readers` are the built-in formats, None where nobody says which there are."""
    for name, section in sections.items():
        path: Path = ("readers", name)
        if name.partition(".")[0] in {*(known_readers or ()), NATIVE}:
            yield Mistake(*document.key_place(path), f"{quoted(name)} is the name of a built-in format; call this one otherwise")
        kind = section.get("kind") if isinstance(section, dict) else None
        if isinstance(kind, str) and kind in NATIVE_COLUMNS:
            columns = section.get("columns")
            yield from _columns(document, path, kind, section, columns if isinstance(columns, dict) else {})
            for key, kinds in _KINDS_OF.items():
                if section.get(key) is not None and kind not in kinds:
                    yield Mistake(*document.key_place((*path, key)), f"{key!r} is for files of {' and '.join(kinds)}")


def _columns(document: Document, path: Path, kind: str, section: Mapping[str, Any], columns: Mapping[str, Any]) -> Iterator[Mistake]:
    """Columns that no such file has, or that it lacks, and headers that cannot be told apart."""
    first: dict[str, str] = {}
    for column, header in columns.items():
        place = document.key_place((*path, "columns", column))
        if column not in NATIVE_COLUMNS[kind]:
            yield Mistake(*place, unknown(f"column of {kind}", column, NATIVE_COLUMNS[kind]))
        if not isinstance(header, str):
            continue
        if header.startswith("="):
            yield Mistake(
                *document.value_place((*path, "columns", column)), f"a file that is read has no fixed texts like {quoted(header)}"
            )
        key = _NOT_WORD.sub(" ", fold(header)).strip()
        other = first.setdefault(key, column)
        if not key:
            yield Mistake(*document.value_place((*path, "columns", column)), f"{quoted(header)} has no letter or figure to know it by")
        elif other != column:
            yield Mistake(*place, f"{quoted(header)} is the header of {quoted(other)} already")
    for key in _KINDS_OF:
        if section.get(key) is not None and key in columns:
            yield Mistake(*document.key_place((*path, key)), f"`columns` say already where {quoted(key)} stands")
    if section.get("columns") is not None:
        lacking = [one for one in NEEDED_COLUMNS[kind] if one not in columns and section.get(one) is None]
        if _is_fed(document, path[1]):
            lacking = [one for one in lacking if one != "location"]
        if lacking:
            *most, last = map(quoted, lacking)
            named = f"{', '.join(most)} and {last} are" if most else f"{last} is"
            yield Mistake(*document.key_place((*path, "columns")), f"{named} missing in 'columns' of {kind}")


def _is_fed(document: Document, name: object) -> bool:
    """Whether `stock_sync` reads files of this form: there the place stands beside the file."""
    feeds = document.data.get("stock_sync") if isinstance(document.data, dict) else None
    return any(isinstance(one, dict) and one.get("reader") == name for one in (feeds if isinstance(feeds, list) else ()))


def writer_mistakes(document: Document, sections: Mapping[str, Any], fields_of: Mapping[str, frozenset[str]]) -> Iterator[Mistake]:
    """What is wrong in `writers`; `fields_of` has the fields of every built-in file that goes out, by its title."""
    for name, section in sections.items():
        path: Path = ("writers", name)
        like = section.get("like") if isinstance(section, dict) else None
        if name in fields_of and like is not None:
            yield Mistake(*document.key_place((*path, "like")), f"{quoted(name)} is built in; 'like' is for files of another name")
        elif name not in fields_of and like is None:
            near = nearest(name, fields_of)
            meant = f" – did you mean {quoted(near)}?" if near else ""
            yield Mistake(*document.key_place(path), f"{quoted(name)} is no built-in file{meant or ': write the one that it is `like`'}")
        elif isinstance(like, str) and like not in fields_of:
            yield Mistake(*document.value_place((*path, "like")), unknown("file that goes out", like, fields_of))
        fields = fields_of.get(name) or fields_of.get(str(like))
        columns = section.get("columns") if isinstance(section, dict) else None
        for header, field in columns.items() if fields and isinstance(columns, dict) else ():
            if isinstance(field, str) and not field.startswith("=") and field not in (fields or ()):
                place = document.value_place((*path, "columns", header))
                yield Mistake(*place, unknown(f"field of {like or name}", field, fields or ()))

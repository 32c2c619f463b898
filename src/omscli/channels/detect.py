"""Which reader reads this file: exactly one claims its header, or the seller is told who comes near."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Sequence

from omscli.base.registry import found_in
from omscli.base.text import nearest
from omscli.channels import known
from omscli.channels.columns import fields_of, keys_of, missing_columns, required_of, shown
from omscli.channels.reader import Reader
from omscli.errors import Refused, UsageError


def known_readers() -> frozenset[str]:
    """The names that `reader:` in rules.yaml may have; those of the modules, so that rules are checked without loading them."""
    return frozenset(module.name for module in pkgutil.iter_modules(known.__path__))


def all_readers() -> tuple[Reader, ...]:
    """Every form of file of every channel."""
    return tuple(reader for readers in found_in(known.__name__, "READERS").values() for reader in readers)


def named(wanted: str | None, readers: Iterable[Reader]) -> list[Reader]:
    """The readers that a name means: all of a channel (`amazon`) or one form (`amazon.unshipped`). Without a name all.

    Raises UsageError for a name that nobody has.
    """
    readers = list(readers)
    if wanted is None:
        return readers
    found = [reader for reader in readers if wanted in (reader.name, reader.title)]
    if not found:
        names = sorted({reader.name for reader in readers} | {reader.title for reader in readers})
        near = nearest(wanted, names)
        raise UsageError(f"no reader is called {wanted!r}", f"{f'did you mean {near}? ' if near else ''}readers: {', '.join(names)}")
    return found


def claims(header: Sequence[str], readers: Iterable[Reader], *, strict: bool = True) -> list[Reader]:
    """The readers whose signature the header has. Not `strict` leaves out what it must not have: the seller named them."""
    return [reader for reader in readers if not reader.missing(frozenset(keys_of(header, reader.aliases)), strict=strict)]


def choose(name: str, header: Sequence[str], readers: Sequence[Reader], wanted: str | None = None) -> Reader:
    """The one reader that claims the header.

    Args:
        name: The file, for messages.
        header: Its header as written.
        readers: All readers.
        wanted: The channel's format, or the one form of it, that the seller named.

    Raises:
        Refused: None claims it, or two do; the message names them and the header.
        UsageError: No reader is called as wanted.
    """
    candidates = named(wanted, readers)
    found = claims(header, candidates)
    if not found and wanted is not None:
        found = claims(header, candidates, strict=False)
    if len(found) == 1:
        return found[0]
    if found:
        raise ambiguous(name, header, found)
    if wanted is not None:
        raise _other_format(name, header, candidates, readers, wanted)
    raise _nobody(name, header, readers)


def ambiguous(name: str, header: Sequence[str], found: Sequence[Reader]) -> Refused:
    """The refusal of a file that more than one reader claims."""
    titles = [reader.title for reader in found]
    return Refused(f"{name} could be {' or '.join(titles)}; its columns: {shown(header)}", f"say which: oms import --as {titles[0]} {name}")


def must_have(name: str, header: Sequence[str], reader: Reader, wanted: str | None) -> None:
    """Raises Refused where a header that is the reader's own lacks columns that it cannot do without."""
    keys = frozenset(keys_of(header, reader.aliases))
    lacking = [key for key in _needed(reader) if key not in keys]
    if lacking:
        raise _lacks(name, header, reader, lacking, "" if wanted else reader.title)


def _lacks(name: str, header: Sequence[str], reader: Reader, lacking: Sequence[str], what: str) -> Refused:
    used = {*fields_of(reader.columns), *reader.aliases}
    return missing_columns(name, reader.called(lacking), header, used, what)


def _other_format(name: str, header: Sequence[str], candidates: Sequence[Reader], readers: Sequence[Reader], wanted: str) -> Refused:
    others = claims(header, readers)
    if others:
        looks = " or ".join(f"{reader.title} ({_there(header, reader)})" for reader in others)
        return Refused(
            f"{name}: the columns look like {looks}, not like {wanted}",
            f"import it as what it is: oms import --as {others[0].title} {name}",
        )
    nearest_reader = min(candidates, key=lambda reader: len(_lacking(header, reader)))
    return _lacks(name, header, nearest_reader, _lacking(header, nearest_reader), "")


def _there(header: Sequence[str], reader: Reader) -> str:
    """How many of the columns that a reader uses a header has."""
    fields = frozenset(fields_of(reader.columns))
    return f"{len(fields & frozenset(keys_of(header, reader.aliases)))} of {len(fields)} columns"


def _nobody(name: str, header: Sequence[str], readers: Sequence[Reader]) -> Refused:
    near = _nearly(header, readers)
    if near is not None:
        return _lacks(name, header, near, _lacking(header, near), near.title)
    built_in = sorted({one.name for one in readers if one.form_of is None})
    own = sorted({one.name for one in readers if one.form_of is not None})
    ours = f"; your own, under `readers:` in rules.yaml: {', '.join(own)}" if own else ""
    return Refused(
        f"no reader knows the columns of {name}: {shown(header)}",
        f"built-in formats: {', '.join(built_in)}{ours}; any other file: name its columns under `readers:` in rules.yaml",
    )


def _nearly(header: Sequence[str], readers: Sequence[Reader]) -> Reader | None:
    """The reader most of whose columns are there; a file with many columns of its own has some names in common by chance."""
    found = []
    for reader in readers:
        needed, lacking = _needed(reader), _lacking(header, reader)
        there = len(needed) - len(lacking)
        is_other = reader.must_not & frozenset(keys_of(header, reader.aliases))
        if there > len(lacking) and not is_other and (there >= 4 or there * 2 >= len(header)):
            found.append((len(lacking) / len(needed), reader.title, reader))
    return min(found, key=lambda entry: entry[:2])[2] if found else None


def _needed(reader: Reader) -> list[str]:
    return list(dict.fromkeys([*sorted(reader.must), *required_of(reader.columns)]))


def _lacking(header: Sequence[str], reader: Reader) -> list[str]:
    keys = frozenset(keys_of(header, reader.aliases))
    return [key for key in _needed(reader) if key not in keys] or reader.missing(keys)

"""Columns by name: what a header says, however it is spelled, and where the columns stand that a reader uses.

A reader declares its columns as a NamedTuple: each field is the key of a header (`Lineitem name` is `lineitem_name`), a field
with a default may be missing from the file. The first field is `line`, the row's line in the file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from omscli.base.text import fold, nearest
from omscli.errors import Refused

_NOT_WORD = re.compile(r"\W+")
MAX_COLUMNS = 500


@lru_cache(maxsize=2048)  # each of forty readers looks at the same header
def key_of(header: str) -> str:
    """The key of a header: folded, everything that is no letter or digit as `_`. `Ship To  Name ` is `ship_to_name`."""
    return _NOT_WORD.sub("_", fold(header)).strip("_")


def keys_of(header: Sequence[str], aliases: Mapping[str, str]) -> list[str]:
    """The key of every column, other spellings already turned into the one that the reader uses."""
    return [aliases.get(key, key) for key in map(key_of, header)]


def fields_of(shape: type) -> tuple[str, ...]:
    """The columns a shape declares, without `line`."""
    fields: tuple[str, ...] = vars(shape)["_fields"]
    return fields[1:]


def required_of(shape: type) -> list[str]:
    """The columns a file must have, in the order they were declared."""
    defaults: dict[str, Any] = vars(shape)["_field_defaults"]
    return [name for name in fields_of(shape) if name not in defaults]


def places(
    name: str, header: Sequence[str], keys: Sequence[str], shape: type, *, mark: str = " ", first_wins: bool = False
) -> dict[str, int]:
    """Where each declared column stands; columns that are missing and may be are left out.

    `mark` stands between the words of this format's headers, for the message. Raises Refused for a required column that is
    missing, and for one that is there twice, unless the format's `first_wins`.
    """
    wanted = frozenset(fields_of(shape))
    found: dict[str, int] = {}
    for place, key in enumerate(keys):
        if key not in wanted:
            continue
        if key in found:
            if first_wins:
                continue
            raise Refused(
                f"{name}: the column “{header[place]}” is there twice (columns {found[key] + 1} and {place + 1})",
                "take one of them out, so that it is plain which one counts",
            )
        found[key] = place
    missing = [field for field in required_of(shape) if field not in found]
    if missing:
        raise missing_columns(name, [one.replace("_", mark) for one in missing], header, wanted)
    return found


def missing_columns(name: str, names: Sequence[str], header: Sequence[str], used: Collection[str] = (), what: str = "") -> Refused:
    """The refusal of a file that lacks columns: which (as its format calls them), what it has instead, the most similar.

    `used` are the keys of columns that mean something already, and so are not meant as another one; `what` says what the file
    looks like, where the seller did not say so himself.
    """
    free = [column for column in header if column and key_of(column) not in used]
    near = [(one, nearest(one, free, 0.7)) for one in names]
    similar = "".join(f"is “{there}” meant as “{one}”? " for one, there in near if there)
    many = len(names) > 1
    columns = f"the column{'s' if many else ''} {', '.join(f'“{one}”' for one in names)} {'are' if many else 'is'} missing"
    return Refused(
        f"{name} looks like {what}, but {columns}" if what else f"{name}: {columns}", f"{similar}columns in the file: {shown(header)}"
    )


def shown(header: Sequence[str]) -> str:
    """The names of columns for a message; of many only the first."""
    columns = [column.strip() for column in header if column.strip()]
    return ", ".join(columns[:12]) + (f" and {len(columns) - 12} more" if len(columns) > 12 else "")

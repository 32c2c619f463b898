"""What the tests of files share: reading a file's bytes, and telling what came out as plain JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from omscli.base.problems import Problem
from omscli.channels.opening import open_file
from omscli.channels.reader import Context

Told = dict[str, Any]
# Where an item stands, and the row's text: another form of the same file has others.
_PLACES = ("source_line", "raw")


def tell(item: Any) -> Any:
    """An item as JSON: everything that differs from the default, so that nothing it says can change unseen."""
    if isinstance(item, Problem):
        return {"problem": item.as_json()}
    if dataclasses.is_dataclass(item) and not isinstance(item, type):
        found = {}
        for one in dataclasses.fields(item):
            value = getattr(item, one.name)
            default = one.default_factory() if one.default_factory is not dataclasses.MISSING else one.default
            if one.name not in _PLACES and value != default:
                found[one.name] = tell(value)
        return found
    if isinstance(item, (list, tuple)):
        return [tell(one) for one in item]
    return sorted(item) if isinstance(item, frozenset) else item


@pytest.fixture
def read() -> Callable[..., list[Told]]:
    """Read a file: its name, its bytes, and the context as keywords; gives everything that came out as JSON."""

    def reading(name: str, data: bytes, wanted: str | None = None, **context: Any) -> list[Told]:
        file = open_file(name, data, wanted=wanted)
        told = [tell(item) for item in file.items(Context(**context))]
        assert file.rows == file.sheet.taken + file.set_aside + file.skipped, "every row is counted once"
        return told

    return reading


@pytest.fixture
def read_one(read: Callable[..., list[Told]]) -> Callable[..., Told]:
    """Read a file that holds one item."""

    def reading(name: str, data: bytes, wanted: str | None = None, **context: Any) -> Told:
        (one,) = read(name, data, wanted, **context)
        return one

    return reading

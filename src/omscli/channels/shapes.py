"""Shapes for files whose columns only their header knows: `line_item_1` to as many as there are, one column per location."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from omscli.channels.sheet import R


def wider(shape: type[R], keys: Sequence[str]) -> type[R]:
    """The shape with further columns behind its own; `further` gives their cells.

    Args:
        shape: A NamedTuple of columns.
        keys: Keys of the file's header that are no fields of the shape. They need not be names in Python.
    """
    fields: tuple[str, ...] = (*vars(shape)["_fields"], *keys)

    def make(cls: Any, cells: Iterable[object]) -> Any:
        return tuple.__new__(cls, cells)

    body = {"__slots__": (), "_fields": fields, "_field_defaults": vars(shape)["_field_defaults"], "_make": classmethod(make)}
    return type(shape.__name__, (shape,), {**body, "__doc__": shape.__doc__})


def further(shape: type[R], row: R) -> tuple[str, ...]:
    """The cells of the columns that `wider` added to the shape, in the order they were named."""
    cells: tuple[str, ...] = tuple(row)[len(vars(shape)["_fields"]) :]  # type: ignore[arg-type]  # every shape is a NamedTuple
    return cells

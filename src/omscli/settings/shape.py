"""What the models say about themselves, for suggestions and for the reference page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel


def inner_models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models inside a type such as `dict[str, Channel]` or `Annotated[A | B, …] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    else:
        for part in get_args(annotation):
            yield from inner_models(part)

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from omscli.channels.columns import key_of
from omscli.channels.opening import open_file
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.shapes import further, wider
from omscli.channels.sheet import Sheet
from omscli.errors import Refused


class Row(NamedTuple):
    """A column that must be there and one that may."""

    line: int
    sku: str
    title: str = ""


def nothing(sheet: Sheet, context: Context) -> Iterator[Item]:
    return iter(())


READER = Reader(name="test", read=nothing, columns=Row, must=frozenset({"sku"}))


def rows(text: str, *headers: str) -> list[Row]:
    sheet = open_file("file.csv", text.encode(), readers=[READER]).sheet
    return list(sheet.rows(wider(Row, [key_of(header) for header in headers])))


def test_columns_that_only_the_header_knows_stand_behind_the_shapes_own() -> None:
    (row,) = rows("2nd shop,sku,Dock: 5\n 7 ,MUG,not stocked\n", "Dock: 5", "2nd shop")
    assert (row.line, row.sku, row.title) == (2, "MUG", "")
    assert further(Row, row) == ("not stocked", "7")


def test_without_further_columns_the_shape_is_as_it_was() -> None:
    (row,) = rows("sku,title\nMUG,Mug\n")
    assert tuple(row) == (2, "MUG", "Mug")
    assert further(Row, row) == ()


def test_two_further_columns_of_one_name_are_refused() -> None:
    with pytest.raises(Refused, match="is there twice"):
        rows("sku,Dock 5,dock-5\nMUG,1,2\n", "Dock 5")

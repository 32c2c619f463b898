"""Whatever happens to a file on its way, it is read or refused in words; no row is lost without a reason."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from omscli.base.problems import Problem
from omscli.channels.opening import open_file
from omscli.channels.reader import Context
from omscli.errors import OmsError

FILES = sorted(path for path in (Path(__file__).parent / "cases").glob("*/*/*") if path.suffix != ".json")
CONTEXT = Context("web", timezone="America/New_York", locations={"main": "Main warehouse"})


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good file with a piece cut out and other bytes put in its place."""
    data = draw(st.sampled_from(FILES)).read_bytes()
    start = draw(st.integers(0, len(data)))
    end = draw(st.integers(start, min(len(data), start + 60)))
    return (
        data[:start] + draw(st.binary(max_size=12) | st.sampled_from([b'"', b"\n", b"\r", b"\t", b",", b";", b"\0", b"E+11"])) + data[end:]
    )


@settings(max_examples=150, deadline=None)
@given(damaged())
def test_a_damaged_file_is_read_or_refused_in_words_and_no_row_is_lost(data: bytes) -> None:
    refused = None
    try:
        file = open_file("export.csv", data)
        items = list(file.items(CONTEXT))
    except OmsError as error:
        refused = error
    if refused is not None:
        assert refused.message
        assert refused.hint
        return
    rejected = [item for item in items if isinstance(item, Problem) and item.rejected]
    assert file.rows == file.sheet.taken + file.set_aside + file.skipped
    assert len(rejected) <= file.set_aside
    assert bool(rejected) == bool(file.set_aside)
    assert all(problem.problem and problem.line for problem in rejected)

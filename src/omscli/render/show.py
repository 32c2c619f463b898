"""One renderer, three shapes: a table on a terminal, tab-separated in a pipe, JSON (or CSV, JSON lines) on request.

Data goes to standard output, talk to standard error. Streams are given, never fetched, so that each shape is a test.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Literal, TextIO

from omscli.render import streams
from omscli.render.safe import json_line, json_text, one_line, sheet_cell, vis
from omscli.render.table import Table
from omscli.render.values import plain

Shape = Literal["auto", "csv", "jsonl"]


def write_tsv(table: Table, stream: TextIO) -> None:
    """Tab-separated with a header of keys; a tab or a line break in a value becomes a space, so one row is one line."""
    columns = table.plain_columns()
    streams.put(stream, "\t".join(column.key for column in columns) + "\n")
    for row in table.rows:
        streams.put(stream, "\t".join(one_line(plain(column, row)) for column in columns) + "\n")


def write_csv(table: Table, stream: TextIO, *, on_terminal: bool = False) -> None:
    """CSV for a spreadsheet: text that would run as a formula is disarmed, numbers stay numbers."""
    columns = table.plain_columns()
    writer = csv.writer(_Quiet(stream), lineterminator="\n")
    writer.writerow([column.key for column in columns])
    for row in table.rows:
        texts = [(row.get(column.key), plain(column, row)) for column in columns]
        cells = [sheet_cell(text) if isinstance(value, (str, list, tuple)) else text for value, text in texts]
        writer.writerow(map(vis, cells) if on_terminal else cells)


def write_jsonl(table: Table, stream: TextIO) -> None:
    """One JSON object a line: the whole row, also what the table has no column for."""
    for row in table.rows:
        streams.put(stream, json_line(dict(row)) + "\n")


def _hanging(text: str) -> str:
    """Text whose further lines are set in: a line break in somebody's note begins no line of ours."""
    plain = vis(text)
    if "\n" not in plain:
        return plain
    start = len(plain) - len(plain.lstrip("\n"))
    return plain[:start] + plain[start:].replace("\n", "\n  ")


class _Quiet:
    """What `csv.writer` writes to: a stream whose reader may leave."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        streams.put(self._stream, text)


@dataclass(slots=True)
class Screen:
    """The two streams of a command, and what the person asked for.

    With `json` standard output carries the one document and nothing else: tables, lines and headings are left out. `zone` is
    the shop's own clock, for instants on a terminal; `width` is the terminal's own where it is None.
    """

    stdout: TextIO
    stderr: TextIO
    is_tty: bool
    quiet: bool = False
    json: bool = False
    shape: Shape = "auto"
    zone: tzinfo | None = None
    width: int | None = None
    _begun: bool = field(default=False, init=False, repr=False)

    def document(self, schema: str, document: Mapping[str, Any]) -> None:
        """Print the one JSON document of this run; its first key is the schema (`oms.route/1`)."""
        streams.put(self.stdout, json_text({"schema": schema, **document}) + "\n")

    def table(self, table: Table) -> None:
        """Print the rows in the shape that fits who reads."""
        if self.json:
            return
        if self.shape == "csv":
            write_csv(table, self.stdout, on_terminal=self.is_tty)
        elif self.shape == "jsonl":
            write_jsonl(table, self.stdout)
        elif self.is_tty:
            from omscli.render.terminal import draw  # rich costs 40 ms, and a pipe never needs it

            draw(table, self.stdout, width=self.width, zone=self.zone, environ=os.environ)
        else:
            write_tsv(table, self.stdout)
        self._begun = True

    def heading(self, text: str) -> None:
        """Name the part that follows; an empty line parts it from what stands above."""
        if self.json or self.shape != "auto":
            return
        if self._begun:
            streams.put(self.stdout, "\n")
        if self.is_tty:
            from omscli.render.terminal import draw_heading

            draw_heading(text, self.stdout, width=self.width, environ=os.environ)
        else:
            streams.put(self.stdout, f"# {one_line(text)}\n")
        self._begun = True

    def line(self, text: str) -> None:
        """Print a line of data: a path that was written, an answer in words."""
        if self.json or self.shape != "auto":
            return
        streams.put(self.stdout, _hanging(text) + "\n")
        self._begun = True

    def raw(self, data: bytes) -> None:
        """A whole file on standard output: as it is in a pipe, made harmless for a terminal."""
        text = data.decode("utf-8", "replace")
        streams.put(self.stdout, vis(text) if self.is_tty else text)

    def say(self, text: str) -> None:
        """Tell the person something that no program needs; `-q` silences it."""
        if not self.quiet:
            streams.put(self.stderr, _hanging(text) + "\n")

    def warn(self, text: str) -> None:
        """Tell the person something that may go wrong; `-q` does not silence it."""
        streams.put(self.stderr, f"warning: {_hanging(text)}\n")

    def finish(self) -> None:
        """Empty both streams; a reader that left early is no error."""
        streams.finish(self.stdout, self.stderr)

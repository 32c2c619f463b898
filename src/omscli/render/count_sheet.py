"""The sheet for a count: a CSV that a spreadsheet opens and `oms stock count --from` reads back. It does not say what the book has."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from omscli.render.safe import cell, clean

COLUMNS = ("sku", "location", "bin", "title", "barcode", "on_hand", "as_of")


def sheet_text(rows: Iterable[Mapping[str, str]]) -> bytes:
    """The rows in the order in which they come, `on_hand` empty to be filled in."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([cell(clean(row.get(name) or "")) if name != "on_hand" else "" for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")  # with a mark, or Excel takes it for another encoding

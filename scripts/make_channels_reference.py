"""Writes docs/channels.md from the readers and writers themselves: what each file is known by, which columns it has.

python scripts/make_channels_reference.py            writes docs/channels.md
python scripts/make_channels_reference.py --stdout   prints it
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import groupby
from pathlib import Path

from omscli.channels import known
from omscli.channels.columns import fields_of, required_of
from omscli.channels.detect import all_readers
from omscli.channels.reader import Reader
from omscli.channels.writer import Writer
from omscli.channels.writing import all_writers

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "channels.md"

INTRO = """# Files that oms reads and writes

<!-- Written by scripts/make_channels_reference.py from the files in src/omscli/channels/known. Change them, not this page. -->

## In

`oms import FILE` finds out what a file is from the names of its columns: it belongs to the one reader all of whose *required*
columns it has. `--as NAME` names the reader where that is not enough.

- Names of columns are compared without case, and all that is no letter or digit counts as one space: `Ship-To  Name` is
  `ship to name`. Their order in the file does not matter.
- Columns that are not listed are left alone. A *used* column that is missing leaves what is known already as it is.
- Text divided by commas, semicolons, tabs or `|`, in UTF-8, UTF-16 or Windows-1252; or the first filled sheet of an `.xlsx`.
- A file may have up to two million rows; a million take less than 200 MB of memory. A workbook takes about 100 bytes a cell while it
  is opened: 300,000 rows of four columns fit into 200 MB, a full sheet of 1,048,576 takes 450. Save larger ones as CSV.
- An order with a row that cannot be read is set aside whole, with the line and the reason; the other orders go in.
- Any other file: `readers:` in rules.yaml names its columns ([rules.md](rules.md#readers)).

## Out

`oms sync` and `oms ship` write the files of a channel whose `reader` is the format; `oms ship --labels-out FILE --for NAME` those
of label software. `writers:` in rules.yaml gives a file other columns ([rules.md](rules.md#writers)): each of its fields may
stand under any header, and a field that begins with `=` is a constant.

- Files for machines are never made harmless by changing them: a row with a cell that a spreadsheet would run, or that its column
  does not take, stays out and is named. Lists for people get an apostrophe in front of such a cell.

## The formats one by one
"""

TABLE = "| file | `--as` | holds | required columns | other columns used |\n|---|---|---|---|---|"


def page() -> str:
    """The whole page."""
    writers = {name: list(group) for name, group in groupby(all_writers().values(), key=lambda one: one.name)}
    parts = [INTRO]
    for name, readers in groupby(all_readers(), key=lambda one: one.name):
        parts.append("\n".join([*_section(name, list(readers)), *_out(writers.get(name, []))]))
    return "\n".join(parts)


def _out(writers: list[Writer]) -> Iterator[str]:
    """The files that go out to it."""
    for one in writers:
        columns = ", ".join(_column(header, field) for header, field in one.columns.items())
        rest = sorted(one.fields - set(one.columns.values()))
        kind = {"stock": "stock", "tracking": "parcels that left", "labels": "parcels that need a label"}[one.kind]
        told = [
            f"{one.suffix}{', a list for people' if one.for_people else ''}",
            *(["needs the channel's own list, imported once"] if one.needs_listing else []),
            *([f"goes to {one.upload}"] if one.upload else []),
        ]
        yield f"**Out:** `{one.title}`, {kind} ({'; '.join(told)})\n"
        yield f"- columns, with the field in each: {columns}"
        if rest:
            yield f"- more fields for a layout of your own: {', '.join(f'`{field}`' for field in rest)}"
        yield ""


def _section(name: str, readers: list[Reader]) -> Iterator[str]:
    yield f"### {name}\n"
    yield f"{inspect.cleandoc(import_module(f'{known.__name__}.{name}').__doc__ or '')}\n"
    yield TABLE
    shapes: dict[type, Reader] = {}
    for one in readers:
        like = shapes.setdefault(one.columns, one)
        others = _listed(one, _optional(one)) if like is one else f"all others of `{like.title}`"
        yield f"| {one.form or name} | `{one.title}` | {one.kind} | {_required(one)} | {others} |"
    yield ""
    notes = [note for one in readers for note in _notes(one)]
    if notes:
        yield from (*notes, "")


def _column(header: str, field: str) -> str:
    if field.startswith("="):
        return f"`{header}` (“{field[1:]}”)" if field != "=" else f"`{header}` (empty)"
    return f"`{header}`" if field == header else f"`{header}` ({field})"


def _needed(reader: Reader) -> list[str]:
    required = required_of(reader.columns)
    return [*required, *sorted(reader.must - set(required))]


def _required(reader: Reader) -> str:
    text = _listed(reader, _needed(reader))
    if reader.any_of:
        own = [name for name in fields_of(reader.columns) if name in reader.any_of]
        text += f"; and one of {_listed(reader, own or sorted(reader.any_of))}"
    return text


def _optional(reader: Reader) -> list[str]:
    return [name for name in fields_of(reader.columns) if name not in _needed(reader) and name not in reader.any_of]


def _listed(reader: Reader, keys: Iterable[str]) -> str:
    return ", ".join(f"`{key.replace('_', reader.mark)}`" for key in keys)


def _notes(reader: Reader) -> Iterator[str]:
    """What else the reader says of its files."""
    if reader.must_not:
        yield f"- `{reader.title}` is not a file with {_listed(reader, sorted(reader.must_not))}."
    if reader.aliases:
        pairs = (
            f"`{other.replace('_', reader.mark)}` is `{own.replace('_', reader.mark)}`" for other, own in sorted(reader.aliases.items())
        )
        yield f"- Other spellings in `{reader.title}`: {', '.join(pairs)}."


def main() -> None:
    """Write the page, or print it."""
    if sys.argv[1:] == ["--stdout"]:
        sys.stdout.write(page())
    else:
        PAGE.write_text(page(), encoding="utf-8")
        print(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()

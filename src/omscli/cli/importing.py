"""`oms import`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from omscli.channels.source import Source
from omscli.cli.desk import Desk, command, single
from omscli.errors import UsageError

app = single()


@command(
    app,
    examples=(
        "oms import",
        "oms import orders_export.csv stock.csv",
        "oms import --dry-run orders.csv",
        "oms import --as my_supplier feed.csv",
        "oms import - < orders.jsonl",
        "oms import --history all_orders_2025.txt",
    ),
)
def import_(
    desk: Desk,
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE", help="Files to take in; `-` reads standard input; none: what lies in inbox/.")
    ] = None,
    reader: Annotated[str | None, typer.Option("--as", metavar="READER", help="Read it as this format instead of finding out.")] = None,
    channel: Annotated[
        str | None, typer.Option("--channel", metavar="NAME", help="The channel of rules.yaml these files belong to.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="One bad row and nothing goes in (exit 4).")] = False,
    history: Annotated[bool, typer.Option("--history", help="Old orders: taken in as done, no stock, no mails.")] = False,
    count: Annotated[bool, typer.Option("--count", help="A channel's own list of stock counts, also where the book has a number.")] = False,
    date_order: Annotated[
        str | None, typer.Option("--date-order", metavar="ORDER", help="dmy, mdy or ymd, for dates that could be read two ways.")
    ] = None,
) -> None:
    """Take in any file from outside: orders of a channel, products, stock, expected goods, tracking.

    The format is found from the header; for any other file, name its columns under `readers` in rules.yaml. JSON lines have
    one object each, as --dry-run --json prints them. A bad row is set aside with its line and reason; the good ones go in.
    """
    from omscli.workflows.importing import Wish, import_files
    from omscli.workflows.inbox import import_inbox, still_coming

    if date_order not in (None, "dmy", "mdy", "ymd"):
        raise UsageError(f"--date-order {date_order} is unknown", "dmy, mdy or ymd")
    wish = Wish(reader, channel, strict, history, date_order, desk.dry_run, recount=count)
    inbox = None if files else import_inbox(desk.home, wish)
    results = inbox.results if inbox else import_files(desk.home, [given(name) for name in files or ()], wish)
    left = inbox.left if inbox else []
    document = {
        "dry_run": desk.dry_run,
        "files": [one.as_json(with_records=desk.dry_run) for one in results],
        "refused": [one.as_json() for one in left],
    }
    if desk.screen.json:
        desk.screen.document("oms.import/1", document)
    else:
        _show(desk, results, from_inbox=not files)
    for name in still_coming(desk.home) if inbox else ():
        desk.screen.say(f"inbox/{name} is still being downloaded: left alone")
    for one in left:
        desk.screen.warn(f"inbox/{one.file} stays there: {one.why} — {one.error.hint}")
    desk.leave(attention=bool(left) or any(one.needs_a_person for one in results))


def given(name: str) -> tuple[str, Source]:
    """A file as the command line names it; `-` is standard input."""
    if name != "-":
        source = Source.of_path(Path(name))
        return source.name, source
    if sys.stdin is None:
        raise UsageError("`-` reads standard input, and that is closed", "pipe a file into it, or name one")
    if sys.stdin.isatty():
        raise UsageError("`-` reads standard input, and that is a keyboard", "pipe a file into it, or name one")
    return "standard input", Source.of_stream("standard input", sys.stdin.buffer)


def _show(desk: Desk, results: list[Any], *, from_inbox: bool) -> None:
    screen = desk.screen
    if not results:
        screen.say("inbox/ is empty: nothing to import" if from_inbox else "nothing to import")
        return
    in_detail = desk.dry_run and screen.is_tty
    if not in_detail:
        _show_counts(desk, results)
    for one in results:
        if in_detail:
            _show_understood(desk, one)
        for notice in one.notices:
            screen.say(f"{one.file}: {notice}")
        show_problems(desk, one)
        for order, reason in one.held[:30]:
            screen.warn(f"{order} is held: {reason}")
        if len(one.held) > 30:
            screen.warn(f"… and {len(one.held) - 30} more held orders: oms order list --held")
        for words in one.for_person:
            screen.warn(words)
    if desk.dry_run:
        screen.say("dry run: nothing was changed")
    elif any(one.kind == "orders" and not one.history and (one.counts["new"] or one.counts["changed"]) for one in results):
        screen.say("next: oms route")


def _show_counts(desk: Desk, results: list[Any]) -> None:
    from omscli.render.table import Column, Table

    names = ("new", "changed", "unchanged", "cancelled", "skipped", "rejected")
    columns = [
        Column("file", "File", "id"),
        Column("reader", "Reader"),
        Column("kind", "Kind"),
        *(Column(name, name.capitalize() if name != "rejected" else "Set aside", "number") for name in names),
    ]
    rows = [{"file": one.file, "reader": one.reader, "kind": one.kind, **one.counts} for one in results]
    desk.screen.table(Table(columns, rows))


def _show_understood(desk: Desk, one: Any) -> None:
    """How the file was read, for eyes: a pipe has `--json`."""
    import shutil

    from omscli.render.understood import Seen, understood

    screen = desk.screen
    seen = Seen(one.reader, one.kind, one.encoding, one.delimiter, one.header_row, one.used, one.ignored, one.rows, one.counts, one.records)
    screen.heading(one.file)
    for line in understood(seen, screen.width or shutil.get_terminal_size().columns, screen.zone):
        screen.line(line)


def show_problems(desk: Desk, one: Any) -> None:
    """What was set aside or noted, the first thirty."""
    shown = one.problems[:30]
    for problem in shown:
        where = f"{one.file}:{problem.line}" if problem.line else one.file
        hint = f" — {problem.hint}" if problem.hint else ""
        word = "set aside" if problem.rejected else "note"
        value = f"“{problem.value[:60]}”: " if problem.value else ""
        column = f"{problem.column}: {value}" if problem.column else ""
        desk.screen.warn(f"{where}: {column}{problem.problem}{hint} ({word})")
    if len(one.problems) > len(shown):
        desk.screen.warn(f"{one.file}: … and {len(one.problems) - len(shown)} more; --json lists them all")

"""`oms promise`."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from omscli.cli.desk import Desk, command, single
from omscli.errors import UsageError

app = single()
_SCHEMA = "oms.promise/1"


@command(
    app,
    examples=(
        "oms promise --item MUG-BLUE:2 --item TEE --to 94105",
        "oms promise --item MUG-BLUE --to 'K7H 1A1,CA' --city Perth --json",
        """echo '{"id": 1, "items": {"MUG-BLUE": 2}, "to": "94105,US"}' | oms promise --stdin""",
    ),
)
def promise(
    desk: Desk,
    item: Annotated[list[str] | None, typer.Option("--item", metavar="SKU[:QTY]", help="What the basket holds; may be repeated.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="POSTCODE[,COUNTRY]", help="Where it goes.")] = None,
    city: Annotated[str, typer.Option("--city", metavar="NAME", help="The town, where the postcode alone says little.")] = "",
    region: Annotated[str, typer.Option("--region", metavar="CODE", help="State or province.")] = "",
    channel: Annotated[str, typer.Option("--channel", metavar="NAME", help="By whose rules; the only channel where there is one.")] = "",
    customer: Annotated[str, typer.Option("--for", metavar="WHO", help="E-mail or name: what is set aside for them counts.")] = "",
    stdin: Annotated[bool, typer.Option("--stdin", help="Answer questions from standard input, a line of JSON each.")] = False,
) -> None:
    """Can it be sold, and when does it arrive: each speed, and collection at each place.

    Orders that wait have theirs first; what is expected is counted from its day on. Nothing is claimed or written.
    """
    if stdin:
        if item or to:
            raise UsageError("--stdin reads the questions, --item and --to are one", "leave out the one or the other")
        _stream(desk)
        return
    if not item or to is None:
        raise UsageError("a promise needs goods and a place", "for example oms promise --item MUG-BLUE:2 --to 94105,US")
    from omscli.workflows.promise_question import PromiseQuestion, channel_of, check_place, checked_items, place_of
    from omscli.workflows.promising import PromiseDesk

    settings = desk.home.settings
    country, postcode = place_of(to, settings)
    check_place(postcode, city)
    items = checked_items([_item(text) for text in item])
    question = PromiseQuestion(items, country, postcode, city, region.upper(), channel_of(channel, settings), customer)
    with desk.reading() as store:
        found = PromiseDesk(desk.home, store, [sku for sku, _ in items]).answer(question)
    if desk.screen.json:
        desk.screen.document(_SCHEMA, found)
    else:
        _show(desk, found)


def _item(text: str) -> tuple[str, int]:
    """`SKU:QTY` or `SKU`; a SKU may hold colons, so only digits behind the last one are a quantity."""
    sku, mark, number = text.rpartition(":")
    if mark and number.isascii() and number.isdigit() and len(number) < 10:
        return sku, int(number)
    return text, 1


def _stream(desk: Desk) -> None:
    """One answer a line, in the order of the questions; a bad question is answered with what is wrong, and the next one follows."""
    from omscli.render.safe import json_line
    from omscli.render.streams import tell
    from omscli.workflows.promise_question import MAX_LINE, from_json
    from omscli.workflows.promising import PromiseDesk

    bad = 0
    with desk.reading() as store:
        answers = PromiseDesk(desk.home, store)
        for number, line in enumerate(_lines(sys.stdin.buffer, MAX_LINE), 1):
            if not line.strip():
                continue
            asked = None
            try:
                asked, question = from_json(line, desk.home.settings)
                answers.refresh()
                found = answers.answer(question)
            except UsageError as error:
                bad += 1
                found = {"line": number, "error": error.message, "hint": error.hint}
                asked = getattr(error, "asked", asked)
            named = {} if asked is None else {"id": asked}
            if not tell(sys.stdout, json_line({"schema": _SCHEMA, **named, **found}) + "\n"):
                return
    if bad:
        desk.screen.warn(f"{bad} of the questions could not be read; their answers say why")
    desk.leave(attention=bool(bad))


def _lines(stream: Any, limit: int) -> Any:
    """Lines of bytes; of one that is too long its beginning alone, so that nobody fills the memory."""
    while line := stream.readline(limit + 2):
        yield line
        while len(line) > limit + 1 and not line.endswith(b"\n"):
            line = stream.readline(limit + 2)


def _show(desk: Desk, found: dict[str, Any]) -> None:
    from omscli.render.table import Column, Table

    screen = desk.screen
    rows = [_row(one) for one in (*found["options"], *found["awaited"])]
    if rows:
        columns = [
            Column("speed", "Speed"), Column("service", "Service"), Column("ship_on", "Leaves", "date"), Column("arrives", "Arrives", "date"),
            Column("price", "Costs", "money", "currency"), Column("from", "Ships from"), Column("available_on", "Goods expected", "date"),
        ]  # fmt: skip
        screen.table(Table(columns, rows))
    steps = [(one, part) for one in (*found["options"], *found["awaited"]) for part in one["shipments"]]
    if steps:
        screen.heading("How the dates come about")
        for one, part in steps:
            expected = f"goods expected {part['derivation']['goods_expected_on']}; " if part["derivation"]["goods_expected_on"] else ""
            screen.line(
                f"{one['speed'].replace('_', ' ')}, {part['derivation']['from']}: {expected}{' → '.join(part['derivation']['steps'])}"
            )
            for note in part["notes"]:
                screen.line(f"  {note}")
    if found["refused"]:
        screen.heading("Not possible")
        columns = [Column("speed", "Speed"), Column("location", "Place"), Column("reason", "Why")]
        screen.table(Table(columns, [{**one, "speed": one["speed"].replace("_", " ")} for one in found["refused"]]))
    if not found["available"]:
        when = found["available_on"]
        screen.say(f"not available now; the goods are expected on {when}" if when else "not available, and nobody knows when it will be")
    if not found["to"]["found"]:
        screen.warn("nobody knows where that is: distances are unknown, and the farthest zone is priced")


def _row(one: dict[str, Any]) -> dict[str, Any]:
    places = [f"{part['location']} ({', '.join(f'{units} × {sku}' for sku, units in part['items'].items())})" for part in one["ships_from"]]
    return {
        **one,
        "speed": one["speed"].replace("_", " "),
        "service": f"{one['carrier'] or ''} {one['service'] or ''}".strip(),
        "from": " + ".join(places),
    }

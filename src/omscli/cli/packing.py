"""`oms pack`."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Annotated, Any

import typer

from omscli.cli.desk import Desk, command, single
from omscli.errors import UsageError

app = single()
_SIZE = re.compile(r"(\d{1,5})\s*[x×*]\s*(\d{1,5})\s*[x×*]\s*(\d{1,5})", re.IGNORECASE)


@command(
    app,
    examples=(
        "oms pack S-12",
        "oms pack S-12 --weigh 840",
        "oms pack S-12 --scan",
        "oms pack S-12-2 --weigh 1260 --measure 310x220x90 --box small",
    ),
)
def pack(
    desk: Desk,
    shipment: Annotated[
        str, typer.Argument(metavar="SHIPMENT", help="S-12, its second parcel S-12-2, or an order with one open shipment.")
    ],
    weigh: Annotated[
        int | None, typer.Option("--weigh", min=1, max=10_000_000, metavar="GRAMS", help="What the packed parcel weighs.")
    ] = None,
    measure: Annotated[
        str | None, typer.Option("--measure", metavar="LxWxH", help="What the packed parcel measures outside, in millimetres.")
    ] = None,
    box: Annotated[
        str | None, typer.Option("--box", metavar="NAME", help="The box that was taken in fact; `none`: its own wrapping.")
    ] = None,
    scan: Annotated[
        bool, typer.Option("--scan", help="Check the goods by barcode from standard input; `3*CODE` counts three, `ok` confirms notes.")
    ] = False,
) -> None:
    """Which box, and what goes in first. With --weigh, --measure or --box: what the parcel is in fact.

    When every parcel of the shipment is told, it is packed. A weight that nobody had told of a product is learned from a parcel
    that holds nothing else; where anything is in doubt it is only proposed.
    """
    from omscli.workflows.packing import Found, enter, show_packing

    found = Found(weigh, None if measure is None else _size(measure), box)
    if scan:
        _scan(desk, shipment, found)
        return
    with desk.store() if found.anything else desk.reading() as store:
        packing = (
            enter(desk.home, store, shipment, found, dry_run=desk.dry_run) if found.anything else show_packing(desk.home, store, shipment)
        )
    if desk.screen.json:
        desk.screen.document("oms.pack/1", {"dry_run": desk.dry_run, **packing.as_json()})
    else:
        _show(desk, packing)
    for warning in packing.warnings:
        desk.screen.warn(warning)
    for note in packing.notes:
        desk.screen.say(f"note: {note}")
    for lesson in packing.learned:
        desk.screen.say(f"{lesson.sku}: {_words(lesson)} is {'would be ' if desk.dry_run else ''}noted ({lesson.why})")
    for lesson in packing.proposed:
        what = f"{lesson.sku}: {_words(lesson)}? " if lesson.sku else ""
        desk.screen.warn(f"{what}{lesson.why}")


def _scan(desk: Desk, shipment: str, found: Any) -> None:
    """One line of standard input is one scan; each is answered at once. Packed when nothing is left."""
    import sys

    from omscli.fulfilment.scanning import CONFIRM
    from omscli.fulfilment.scanning import scan as taken
    from omscli.render.safe import json_line, vis
    from omscli.render.streams import put
    from omscli.workflows.scan_packing import begin, finish

    screen = desk.screen
    with desk.store() as store:
        check = begin(store, shipment)
        for note in check.notes:
            screen.warn(f"note: {vis(note)} (read it, then type {CONFIRM})")
        if not screen.json:
            screen.line("to scan: " + ", ".join(f"{units} × {sku}" for sku, units in check.left.items()))
        while not check.done:
            text = sys.stdin.readline()
            if not text:
                break
            if not text.strip():
                continue
            check, event = taken(check, text)
            if screen.json:
                put(sys.stdout, json_line({"schema": "oms.pack.scan/1", **asdict(event)}) + "\n")
            elif event.stops:
                bell = "\a" if sys.stderr.isatty() else ""
                put(sys.stderr, f"{bell}STOP {vis(event.words)}\n")
            else:
                screen.line(vis(event.words))
        packing = finish(desk.home, store, shipment, check, found, dry_run=desk.dry_run)
    if screen.json:
        put(sys.stdout, json_line({"schema": "oms.pack/1", "dry_run": desk.dry_run, **packing.as_json()}) + "\n")
        return
    for parcel in packing.parcels:
        weighed = "weighed" if found.weight_g is not None else "planned; enter what the scale says: --weigh GRAMS"
        screen.line(f"{packing.shipment}-{parcel['parcel']}: {parcel['box'] or 'own wrapping'}, {parcel['weight_g']} g ({weighed})")


def _size(text: str) -> tuple[int, int, int]:
    named = _SIZE.fullmatch(text.strip())
    if not named or not all(int(side) for side in named.groups()):
        raise UsageError(f"{text!r} is no size", "length x width x height in millimetres: --measure 310x220x90")
    return int(named[1]), int(named[2]), int(named[3])


def _words(lesson: Any) -> str:
    return f"{lesson.weight_g} g" if lesson.weight_g is not None else f"{' × '.join(map(str, lesson.size_mm))} mm"


def _show(desk: Desk, packing: Any) -> None:
    from omscli.render.table import Column, Table

    screen = desk.screen
    screen.line(f"{packing.shipment} of order {packing.order}: {packing.state} at {packing.location}")
    columns = [
        Column("step", "Step", "id"), Column("units", "Units", "number"), Column("sku", "SKU", "id"), Column("title", "Title"),
        Column("lies", "Lies (L × W × H mm)", "id"), Column("at", "From left, back, floor", "id"),
    ]  # fmt: skip
    for parcel in packing.parcels:
        inner = f" ({' × '.join(map(str, parcel['inner_mm']))} mm inside)" if parcel["inner_mm"] else ""
        weight = f"{parcel['weight_g']} g" + (" (a guess)" if parcel["guessed"] else " weighed" if parcel["packed_at"] else " planned")
        screen.heading(f"Parcel {parcel['parcel']}: {parcel['box'] or 'own wrapping'}{inner}, {weight}")
        rows = _steps(parcel["placing"]) or [
            {"step": "", "units": units, "sku": sku, "title": "", "lies": "", "at": ""} for sku, units in parcel["items"].items()
        ]
        screen.table(Table(columns, rows))


def _steps(placing: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for equal units that follow each other on the same level."""
    rows: list[dict[str, Any]] = []
    last = None
    for unit in placing:
        key = (unit["sku"], unit["size_mm"], unit["at_mm"][2])
        if key == last:
            rows[-1]["units"] += 1
            continue
        last = key
        rows.append(
            {
                "step": str(len(rows) + 1), "units": 1, "sku": unit["sku"], "title": unit["title"],
                "lies": " × ".join(map(str, unit["size_mm"])), "at": ", ".join(map(str, unit["at_mm"])),
            }
        )  # fmt: skip
    return rows

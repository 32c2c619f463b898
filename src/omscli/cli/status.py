"""`oms status`."""

from __future__ import annotations

from typing import Any

from omscli.cli.desk import Desk, command, single

app = single()

# what is counted, in words, and the command that solves it
_LINES = (
    ("to_route", "orders to route", "oms route"),
    ("unroutable", "orders that no place may serve", "oms order list --unroutable"),
    ("late", "orders late", "oms order list --late"),
    ("due_today", "shipments due today", "oms shipment list --due"),
    ("planned", "shipments to release", "oms pick"),
    ("released", "shipments picked, not gone", "oms ship --from FILE"),
    ("ordered", "drop-ship orders with suppliers", "oms shipment list --state ordered"),
    ("waiting", "orders waiting for stock", "oms order list --waiting"),
    ("held", "orders held", "oms order list --held"),
    ("for_person", "questions for you", "see below"),
    ("returns_requested", "returns to decide", "oms return list --state requested"),
    ("returns_overdue", "returns on the way too long", "oms return list --overdue"),
    ("returns_to_refund", "returns here, not paid back", "oms return list --to-refund"),
    ("to_tell", "mails to write", "oms notify"),
    ("mails", "mails to be written again", "oms notify"),
    ("mails_failed", "mails failed", "oms notify --send"),
    ("files", "files not written", "oms pick; oms sync"),
    ("uploads", "files to upload", "see below"),
    ("set_aside", "rows of files set aside", "see below"),
)
# why a pinned order is stuck
_STUCK = {"unroutable": "may not be sent from there", "backordered": "not in stock there", "part_routed": "only a part is there"}


@command(app, examples=("oms status", "oms status --json"))
def status(desk: Desk) -> None:
    """What came in, what is stuck and why, what is due or late, each with the command that solves it."""
    from omscli.workflows.looking import status

    store = desk.home.reading()
    try:
        found = status(desk.home, store)
    finally:
        if store is not None:
            store.connection.close()
    if desk.screen.json:
        desk.screen.document("oms.status/1", found)
        return
    _show(desk, found)


def _of(count: int, words: str) -> str:
    """Words for many, turned into words for one where there is one: the first word in the plural loses its s."""
    if count != 1:
        return words
    first, _, rest = words.partition(" ")
    return f"{first.removesuffix('s')} {rest}"


def _show(desk: Desk, found: dict[str, Any]) -> None:
    from omscli.render.table import Column, Table

    screen, counts = desk.screen, found["counts"]
    rows = (
        [{"count": len(found["inbox"]), "what": _of(len(found["inbox"]), "files in inbox/"), "command": "oms import"}]
        if found["inbox"]
        else []
    )
    rows += [{"count": counts[key], "what": _of(counts[key], words), "command": solve} for key, words, solve in _LINES if counts.get(key)]
    if rows:
        screen.table(Table([Column("count", "", "number"), Column("what", "What"), Column("command", "Do")], rows, title="What needs you"))
    else:
        screen.line("nothing waits for you")
    _section(desk, "Held", [Column("id", "Order", "id"), Column("reason", "Why")], found["held"])
    _section(
        desk,
        "Pinned, and their place cannot send them",
        [
            Column("id", "Order", "id"),
            Column("location", "Pinned to"),
            Column("what", "What"),
            Column("command", "To let it leave elsewhere", "id"),
        ],
        [{**row, "what": _STUCK[row["state"]], "command": f"oms order unpin {row['id']}"} for row in found["pinned"]],
    )
    _section(
        desk,
        "Questions",
        [Column("id", "Order", "id"), Column("what", "What"), Column("command", "When it is done", "id")],
        [{**row, "command": f"oms order release {row['id']}"} for row in found["questions"]],
    )
    _section(
        desk,
        "Paused",
        [Column("channel", "Channel", "id"), Column("until", "Until", "date"), Column("command", "To sell again", "id")],
        [{**row, "command": f"oms channel resume {row['channel']}"} for row in found["paused"]],
    )
    _section(
        desk,
        "Set aside",
        [Column("file", "File", "id"), Column("line", "Line", "number"), Column("what", "What"), Column("hint", "What to do")],
        [{**row, "what": f"{row['column']} “{row['value']}”: {row['problem']}".removeprefix(" “”: ")} for row in found["set_aside"]],
    )
    if found["set_aside"]:
        screen.say("put right in the file (those of inbox/ lie in inbox/done/), then: oms import FILE")
    _section(
        desk,
        "To upload",
        [
            Column("channel", "Channel", "id"),
            Column("file", "File", "id"),
            Column("rows", "Rows", "number"),
            Column("command", "When it is done", "id"),
        ],
        [{**row, "command": f"oms channel mark-uploaded {row['channel']}"} for row in found["uploads"]],
    )
    _section(
        desk,
        "Waiting for stock",
        [
            Column("sku", "SKU", "id"),
            Column("units", "Units", "number"),
            Column("orders", "Orders", "number"),
            Column("expected_on", "Expected", "date"),
        ],
        found["waiting"],
    )
    work = [Column(name, name.capitalize(), "number") for name in ("planned", "released", "ordered", "ready")]
    _section(desk, "Work by place", [Column("location", "Place"), *work], found["places"])


def _section(desk: Desk, title: str, columns: list[Any], rows: list[dict[str, Any]]) -> None:
    """A heading and a table, where there is something to show."""
    from omscli.render.table import Table

    if rows:
        desk.screen.heading(title)
        desk.screen.table(Table(columns, rows))

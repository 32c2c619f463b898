"""`oms return list|show|open|approve|reject|label|receive|refund|close`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from omscli.cli.desk import Desk, command, group, items_of
from omscli.errors import UsageError

app = group("What comes back: the wish, the decision, the parcel, the money. Goods and money are separate steps.")
Return = Annotated[str, typer.Argument(metavar="RETURN", help="R-12, or an order with one open return.")]


@command(app, "list", examples=("oms return list", "oms return list --state requested", "oms return list --to-refund --json"), lists=True)
def list_(
    desk: Desk,
    state: Annotated[
        str, typer.Option("--state", metavar="S", help="requested, approved, label_sent, received, inspected, refunded …")
    ] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those that are on their way too long.")] = False,
    to_refund: Annotated[bool, typer.Option("--to-refund", help="Only those whose goods are here and not paid back.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000_000, metavar="N", help="At most so many.")] = 200,
) -> None:
    """Returns, the newest first."""
    from omscli.render.table import Column, Table
    from omscli.workflows.returning_views import listed

    with desk.reading() as store:
        rows = listed(desk.home, store, state=state, overdue=overdue, to_refund=to_refund, limit=limit)
    if desk.screen.json:
        desk.screen.document("oms.returns/1", {"returns": rows})
        return
    columns = [
        Column("id", "Return", "id"), Column("order", "Order", "id"), Column("state", "State"), Column("reason", "Reason"), Column("goods", "Goods"),
        Column("requested_at", "Asked", "instant"), Column("against", "Against it"),
    ]  # fmt: skip
    desk.screen.table(Table(columns, [{**row, "goods": _goods(row), "against": "; ".join(row["doubts"])} for row in rows]))


def _goods(row: dict[str, Any]) -> str:
    return ", ".join(f"{line['units']} × {line['sku']}" for line in row["lines"])


@command(app, "show", examples=("oms return show R-12",))
def show(desk: Desk, return_: Return) -> None:
    """One return: what was asked, what became of each unit, what was paid back."""
    from omscli.render.table import Column, Table
    from omscli.workflows.returning import money
    from omscli.workflows.returning_views import shown

    with desk.reading() as store:
        one = shown(store, return_)
    screen = desk.screen
    if screen.json:
        screen.document("oms.return/1", {"return": one})
        return
    screen.heading(f"{one['id']} of order {one['order']}: {one['state'].replace('_', ' ')}, {one['reason']}")
    for words in (*one["doubts"], one["why"], one["close_reason"]):
        if words:
            screen.line(words)
    if one["exchange_order"] or one["exchange"]:
        screen.line(f"to be exchanged for {one['exchange']}" + (f": order {one['exchange_order']}" if one["exchange_order"] else ""))
    columns = [
        Column("sku", "SKU", "id"), Column("title", "Title"), Column("units", "Units", "number"), Column("to_come", "To come", "number"), Column("came", "Came", "number"),
        Column("missing", "Missing", "number"), Column("wrong_item", "Wrong", "number"), Column("refunded", "Paid back", "number"),
    ]  # fmt: skip
    screen.table(Table(columns, one["lines"]))
    for row in one["receipts"]:
        screen.line(f"{row['at'][:10]} {row['location']}: {row['units']} × {row['sku']} {row['disposition'].replace('_', ' ')}")
    for row in one["refunds"]:
        screen.line(
            f"{row['at'][:10]} {row['id']}: {money(row['amount'], one['currency'])} to pay back{', paid' if row['paid_at_channel'] else ''}"
        )


@command(
    app, "open", examples=("oms return open SH-1058 --item MUG-BLUE:1 --reason damaged", "oms return open SH-1058 --item MUG-BLUE:1 --reason size --exchange MUG-RED:1")
)  # fmt: skip
def open_(
    desk: Desk,
    order: Annotated[str, typer.Argument(metavar="ORDER", help="SH-1058, the channel's number, or channel:number.")],
    items: Annotated[list[str], typer.Option("--item", metavar="SKU:QTY", help="What comes back; once for each SKU.")],
    reason: Annotated[str, typer.Option("--reason", metavar="R", help="One of returns: reasons: in rules.yaml.")],
    exchange: Annotated[list[str] | None, typer.Option("--exchange", metavar="SKU:QTY", help="What the customer wants instead.")] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="In the customer's words.")] = "",
) -> None:
    """A customer wants to send goods back. The terms are those of the day on which the order came in.

    What nothing speaks against and is worth little is approved at once (returns: auto_approve_under in rules.yaml).
    """
    from omscli.workflows.returning import ReturnWish, open_return

    wish = ReturnWish(order, items_of(items), reason.strip(), note.strip(), items_of(exchange or []))
    with desk.store() as store:
        done = open_return(desk.home, store, wish, dry_run=desk.dry_run)
    _tell(desk, done)
    if not desk.screen.json and done.state == "requested" and done.number:
        desk.screen.say(f"decide: oms return approve R-{done.number}; or oms return reject R-{done.number} --reason TEXT")
    desk.leave(attention=bool(done.run) and done.state == "requested")


@command(app, "approve", examples=("oms return approve R-12",))
def approve(desk: Desk, return_: Return) -> None:
    """The customer may send it. An exchange becomes an order of its own now, which waits until the goods are back."""
    from omscli.workflows.returning import approve

    with desk.store() as store:
        _tell(desk, approve(desk.home, store, return_, dry_run=desk.dry_run))


@command(app, "reject", examples=("oms return reject R-12 --reason 'worn'",))
def reject(
    desk: Desk, return_: Return, reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; required.")] = ""
) -> None:
    """The customer may not send it back."""
    from omscli.workflows.returning import reject

    if not reason.strip():
        raise UsageError("a customer who is told no wants to know why", "add --reason, for example --reason 'the 30 days are over'")
    with desk.store() as store:
        _tell(desk, reject(desk.home, store, return_, reason.strip(), dry_run=desk.dry_run))


@command(
    app, "label", examples=("oms return label R-12", "oms return label R-12 --location reno --carrier usps --tracking 9405511206213334267301", "oms return label R-12 --for pirateship --labels-out return.csv")
)  # fmt: skip
def label(
    desk: Desk,
    return_: Return,
    location: Annotated[
        str | None, typer.Option("--location", metavar="L", help="Where it shall go; else as rules.yaml says, else where it came from.")
    ] = None,
    carrier: Annotated[str, typer.Option("--carrier", metavar="C", help="Who brings it.")] = "",
    tracking: Annotated[str, typer.Option("--tracking", metavar="NUMBER", help="The number of its label.")] = "",
    program: Annotated[str, typer.Option("--for", metavar="PROGRAM", help="Also a row for this label program; with --labels-out.")] = "",
    labels_out: Annotated[Path | None, typer.Option("--labels-out", metavar="FILE", help="Where that row goes.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Write the slip once more.")] = False,
    format_: Annotated[str, typer.Option("--format", metavar="KIND", help="html or pdf.")] = "html",
    paper: Annotated[str | None, typer.Option("--paper", metavar="SIZE", help="Of a PDF: a4, letter or 4x6.")] = None,
) -> None:
    """The slip for the customer's parcel, with the number of the return, into out/."""
    from omscli.outgoing.files import write_whole
    from omscli.workflows.picking import check_paper
    from omscli.workflows.returning_labels import ReturnLabelWish, label

    if bool(program) != (labels_out is not None):
        raise UsageError("--for and --labels-out belong together", "for example --for pirateship --labels-out return.csv")
    if format_ not in ("html", "pdf"):
        raise UsageError(f"--format {format_} is unknown", "html or pdf")
    check_paper(paper, format_)
    target = None if labels_out is None else labels_out
    wish = ReturnLabelWish(location, carrier.strip(), tracking.strip(), program, again, format_, paper)
    with desk.store() as store:
        done, path = label(
            desk.home, store, return_, wish, (lambda data: write_whole(target, data)) if target is not None else None, dry_run=desk.dry_run
        )
    _tell(desk, done, file=path)


@command(
    app,
    "receive",
    examples=(
        "oms return receive R-12 --location brooklyn",
        "oms return receive R-12 --location brooklyn --item MUG-BLUE:1 --disposition discard",
    ),
)
def receive(
    desk: Desk,
    return_: Return,
    location: Annotated[str, typer.Option("--location", metavar="L", help="Where it was unpacked.")],
    items: Annotated[list[str] | None, typer.Option("--item", metavar="SKU:QTY", help="Only these units; without it, all.")] = None,
    disposition: Annotated[
        str | None,
        typer.Option(
            "--disposition", metavar="D", help="restock, quarantine, discard, missing or wrong_item; else as the reason says in rules.yaml."
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="What you saw.")] = "",
) -> None:
    """Say what became of the units, at whatever place they arrived. No money moves: that is oms return refund."""
    from omscli.workflows.returning_goods import Arrival, receive

    arrival = Arrival(location, items_of(items or []), disposition, reason.strip())
    with desk.store() as store:
        done = receive(desk.home, store, return_, arrival, dry_run=desk.dry_run)
    _tell(desk, done)
    desk.leave(attention=bool(done.for_person))


@command(
    app,
    "refund",
    examples=(
        "oms return refund R-12",
        "oms return refund R-12 --item MUG-BLUE:1",
        "oms return refund R-12 --amount 5.00 --reason 'a scratch'",
    ),
)
def refund(
    desk: Desk,
    return_: Return,
    items: Annotated[list[str] | None, typer.Option("--item", metavar="SKU:QTY", help="These units, also before they arrive.")] = None,
    amount: Annotated[str | None, typer.Option("--amount", metavar="MONEY", help="This much, in the order's currency.")] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the list.")] = "",
) -> None:
    """Pay back what came back and is not paid back: each unit's share of goods, tax and shipping, less the fee of the reason.

    oms moves no money: out/ gets the list to be paid at the channel; when it is done, oms channel mark-uploaded CHANNEL.
    """
    from omscli.workflows.returning_money import RefundWish, refund

    with desk.store() as store:
        wish = RefundWish(items_of(items or []), None if amount is None else _minor(store, return_, amount), reason.strip())
        done = refund(desk.home, store, return_, wish, dry_run=desk.dry_run)
    if desk.screen.json:
        desk.screen.document("oms.return.refund/1", {"dry_run": desk.dry_run, **done.as_json()})
        return
    _tell_refund(desk, done)


def _tell_refund(desk: Desk, done: Any) -> None:
    from omscli.workflows.returning import money

    screen, currency = desk.screen, done.currency
    for words in done.warnings:
        screen.warn(words)
    if done.run is None and not desk.dry_run:
        screen.say(f"R-{done.number} of order {done.order}: nothing is left to pay back")
        return
    of, fee = done.payout.of, f", {money(done.payout.fee, currency)} kept as the fee" if done.payout.fee else ""
    parts = ", ".join(
        f"{name} {money(value, currency)}" for name, value in (("goods", of.goods), ("tax", of.tax), ("shipping", of.shipping)) if value
    )
    end = " (dry run)" if desk.dry_run else ""
    screen.say(f"R-{done.number} of order {done.order}: {money(done.payout.amount, currency)} to pay back ({parts or 'nothing'}{fee}){end}")
    if done.file:
        screen.say(f"to be paid: {done.file}")


def _minor(store: Any, word: str, text: str) -> int:
    """Money as typed, in minor units of the order's currency."""
    from omscli.base.money import is_currency, to_minor
    from omscli.workflows.returning import find_return

    with store.read():
        currency = find_return(store, word)["currency"]
    try:
        found = to_minor(Decimal(text), currency if is_currency(currency) else "EUR")
    except (InvalidOperation, ValueError):
        raise UsageError(f"--amount {text} is no amount in {currency}", "for example --amount 12.50") from None
    if not 0 < found < 10**12:
        raise UsageError(f"--amount {text} is not more than nothing", "for example --amount 12.50")
    return found


@command(app, "close", examples=("oms return close R-12", "oms return close R-12 --reason 'the customer keeps it'"))
def close(desk: Desk, return_: Return, reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")] = "") -> None:
    """It is over: what has not arrived is no longer expected. Goods that are here and not paid back need a reason."""
    from omscli.workflows.returning import close

    with desk.store() as store:
        _tell(desk, close(desk.home, store, return_, reason.strip(), dry_run=desk.dry_run))


def _tell(desk: Desk, done: Any, *, file: str = "") -> None:
    if desk.screen.json:
        desk.screen.document("oms.return.change/1", {"dry_run": desk.dry_run, **done.as_json(), "file": file or None})
        return
    name = f"R-{done.number}" if done.number else "a return"
    desk.screen.say(f"{name} of order {done.order}: {done.what}{' (dry run)' if desk.dry_run else ''}")
    if done.exchange and done.run is not None:
        desk.screen.say(f"exchanged for order {done.exchange}")
    if file:
        desk.screen.say(f"slip: {file}")
    for words in (*done.for_person, *done.warnings):
        desk.screen.warn(words)

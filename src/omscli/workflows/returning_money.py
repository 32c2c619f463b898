"""`oms return refund`: how much a customer gets back, decided exactly, and the list by which the seller pays it at each channel."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import Any

from omscli.base.money import decimal_text, is_currency
from omscli.base.text import fold
from omscli.errors import NotAllowed, UsageError
from omscli.orders.stored import StoredOrder
from omscli.render.safe import sheet_cell
from omscli.returns.refunds import Amount, Payout, Sold, SoldLine, by_line, paid_for, part, payout
from omscli.returns.states import MAY_BE_PAID
from omscli.store.open import Run, Store
from omscli.store.sqlite.files_out import NewFile
from omscli.workflows.home import Home
from omscli.workflows.returning import find_return, money
from omscli.workflows.taking_back import Case, Plan
from omscli.workflows.writers import write_pending

_COLUMNS = (
    "refund",
    "return",
    "order_id",
    "order",
    "name",
    "email",
    "items",
    "goods",
    "tax",
    "shipping",
    "fee",
    "amount",
    "currency",
    "reason",
)
# By these words the channel says what oms cannot know better.
_NOT_PAID = {
    "pending": "is not paid", "voided": "was never paid", "unknown": "may not be paid", "refunded": "is paid back in full, says its channel",
}  # fmt: skip


@dataclass(slots=True)
class RefundWish:
    """What is to be paid back: (SKU, units), or with none of them what came back; `amount` (minor units) where a person says it."""

    items: list[tuple[str, int]] = field(default_factory=list)
    amount: int | None = None
    reason: str = ""


@dataclass(slots=True)
class Refunded:
    """What a customer gets. `run` None: nothing was left to pay back, or it is only tried."""

    number: int
    order: str
    currency: str
    payout: Payout
    left: int  # of what was paid for the order, after it
    state: str
    file: str = ""
    warnings: list[str] = field(default_factory=list)
    run: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The document `oms.return.refund/1`, without its schema key and `dry_run`."""
        of = self.payout.of
        return {
            "id": f"R-{self.number}", "order": self.order, "state": self.state, "amount": self.payout.amount, "goods": of.goods, "tax": of.tax,
            "shipping": of.shipping, "fee": self.payout.fee, "currency": self.currency, "left_of_paid": self.left, "file": self.file or None,
            "warnings": self.warnings, "run": self.run,
        }  # fmt: skip


@dataclass(slots=True)
class _Due:
    """What a refund consists of: units by line of the return, and the money."""

    units: list[tuple[int, int]]
    payout: Payout
    paid: int
    left: int
    warnings: list[str]


def refund(home: Home, store: Store, word: str, wish: RefundWish, *, dry_run: bool = False) -> Refunded:
    """Pay back what came back and is not paid back yet, or the units or the amount that a person names.

    Raises NotAllowed for what is not paid, not approved, or more than was paid. Stock is another step.
    """
    if dry_run:
        with store.read():
            one = find_return(store, word)
            due = _due(store, one, wish)
            return _done(one, due)
    with store.write("return refund", home.now, word, home.rules) as run:
        one = find_return(store, word)
        due = _due(store, one, wish)
        path = ""
        if due.units or due.payout.amount:
            _write(store, run, one, due, wish.reason)
            path = worklist(home, store, run, one["channel"])
    done = _done(store.returns.load([one["id"]])[0], due)
    done.file, done.run = path, run.id if run.changed else None
    if path:
        write_pending(home, store)
    return done


def _done(one: dict[str, Any], due: _Due) -> Refunded:
    return Refunded(one["id"], one["ref"], one["currency"], due.payout, due.left, one["state"], warnings=due.warnings)


def _due(store: Store, one: dict[str, Any], wish: RefundWish) -> _Due:
    order = store.orders.load([one["order_id"]])[one["order_id"]]
    _may_be_paid(one, order, wish)
    sold = _sold(order)
    paid = paid_for(sold)
    if paid is None:
        raise NotAllowed(
            f"nobody knows what was paid for order {order.ref}", "import a file of its channel that has its prices or its total"
        )
    before = store.returns.refunded_money(order.id)
    units = _units(one, wish)
    fee_left = one["fee"] - sum(row["fee"] for row in one["refunds"])
    warnings = []
    if order.said.payment == "partially_refunded":
        warnings.append(f"the channel says that a part of order {order.ref} is paid back already: compare before you pay")
    if wish.amount is None:
        found = payout(_parts(store, one, order, sold, units), fee_left, paid - before)
    elif not units and one["refunds"] and (one["refunds"][-1]["amount"], one["refunds"][-1]["reason"]) == (wish.amount, wish.reason):
        found = Payout(0, 0, Amount())  # the same words again mean the same money
    else:
        found = Payout(wish.amount, 0, Amount(goods=wish.amount))
        if wish.amount > paid - before:
            currency = order.said.currency
            paid_words, before_words = money(paid, currency), money(before, currency)
            raise NotAllowed(
                f"{money(wish.amount, currency)} are more than is left of what was paid for order {order.ref}",
                f"paid {paid_words}, of which {before_words} are paid back: at most {money(max(0, paid - before), currency)}",
            )
    return _Due(units, found, paid, max(0, paid - before - found.amount), warnings)


def _may_be_paid(one: dict[str, Any], order: StoredOrder, wish: RefundWish) -> None:
    name = f"return R-{one['id']} of order {one['ref']}"
    if one["state"] == "requested":
        raise NotAllowed(f"{name} is not approved", f"oms return approve R-{one['id']}")
    if one["state"] not in MAY_BE_PAID:
        raise NotAllowed(f"{name} is {one['state']}", f"open another one: oms return open {one['ref']}")
    if order.said.payment in _NOT_PAID:
        raise NotAllowed(
            f"order {order.ref} {_NOT_PAID[order.said.payment]}", "import the channel's newest file, or oms order edit --set payment=paid"
        )
    if one["exchange_ref"] and wish.amount is None:
        raise NotAllowed(
            f"{name} is exchanged for order {one['exchange_ref']}: no money is owed",
            f"a difference: oms return refund R-{one['id']} --amount 5.00",
        )


def _sold(order: StoredOrder) -> Sold:
    said = order.said
    lines = [SoldLine(line.ordered, line.said.unit_price, line.said.discount or 0, line.said.tax) for line in order.lines]
    return Sold(lines, said.total, said.shipping or 0, said.tax, said.tax_included, said.discount or 0)


def _units(one: dict[str, Any], wish: RefundWish) -> list[tuple[int, int]]:
    """Units by line of the return: those that came back and are not paid back, or the ones that were named."""
    if not wish.items:
        found = [(line["id"], line["came"] - line["refunded"]) for line in one["lines"] if line["came"] > line["refunded"]]
        nothing_ever = not found and not one["refunds"] and wish.amount is None
        if nothing_ever:
            raise NotAllowed(
                f"nothing of return R-{one['id']} of order {one['ref']} came back yet",
                f"to pay all the same, name the goods: oms return refund R-{one['id']} --item {one['lines'][0]['sku']}:{one['lines'][0]['units']}",
            )
        return found
    left = {line["id"]: line["units"] - line["refunded"] for line in one["lines"]}
    named: dict[int, int] = {}
    for sku, units in wish.items:
        mine = [line for line in one["lines"] if fold(line["sku"]) == fold(sku)]
        if not mine:
            raise UsageError(f"return R-{one['id']} has no {sku}", f"it has {', '.join(line['sku'] for line in one['lines'])}")
        rest = units if any(left[line["id"]] for line in mine) else 0  # said again when all of it is paid back: nothing is left
        for line in mine:
            take = min(rest, left[line["id"]])
            left[line["id"]] -= take
            rest -= take
            if take:
                named[line["id"]] = named.get(line["id"], 0) + take
        if rest:
            raise NotAllowed(
                f"{units - rest} × {sku} of return R-{one['id']} are not paid back yet, not {units}", f"oms return show R-{one['id']}"
            )
    return list(named.items())


def _parts(store: Store, one: dict[str, Any], order: StoredOrder, sold: Sold, units: list[tuple[int, int]]) -> list[Amount]:
    """What these units are worth, each line's own share of everything that was paid."""
    lines = dict(zip((line.id for line in order.lines), by_line(sold), strict=True))
    of = {line["id"]: line["order_line_id"] for line in one["lines"]}
    before = store.returns.refunded_units(of.values())
    found = []
    for number, count in units:
        line = of[number]
        found.append(part(lines[line], before.get(line, 0), count, shipping=bool(one["refund_shipping"])))
    return found


def _write(store: Store, run: Run, one: dict[str, Any], due: _Due, reason: str) -> None:
    of = due.payout.of
    values = {
        "return_id": one["id"], "order_id": one["order_id"], "run_id": run.id, "at": run.at, "currency": one["currency"], "amount": due.payout.amount,
        "goods": of.goods, "tax": of.tax, "shipping": of.shipping, "fee": due.payout.fee, "paid": due.paid, "reason": reason,
    }  # fmt: skip
    store.returns.add_refund(values, due.units)
    store.returns.derive([one["id"]])
    kept = f", {money(due.payout.fee, one['currency'])} kept as the fee" if due.payout.fee else ""
    words = f"return R-{one['id']}: {money(due.payout.amount, one['currency'])} to pay back{kept}"
    store.orders.note(one["order_id"], run.id, run.at, words, reason)


# -- the list of what is to be paid


def worklist(home: Home, store: Store, run: Run, channel: str) -> str:
    """The file of all refunds of a channel that nobody has said to be paid; it replaces the one that waits. Returns its path."""
    rows = store.returns.to_pay(channel)
    pending = store.files_out.pending(channel, "refunds")
    if rows and len(pending) == 1 and store.returns.asked_in(pending[0]["id"]) == [row["id"] for row in rows]:
        return str(pending[0]["path"])
    for row in pending:
        store.files_out.supersede(row["id"], run.at)
    if not rows:
        return ""
    path = f"out/{home.today.isoformat()}-{channel}-refunds-{store.files_out.next_id()}.csv"
    number = store.files_out.add(NewFile("refunds", channel, path, _csv(rows), "refunds", len(rows)), run.id)
    store.returns.ask_for(number, (row["id"] for row in rows))
    return path


def _csv(rows: list[dict[str, Any]]) -> bytes:
    """For a person with a spreadsheet: a row for each refund, money in decimals."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in rows:
        currency = row["currency"] if is_currency(row["currency"]) else "EUR"
        amounts = [decimal_text(row[name], currency) for name in ("goods", "tax", "shipping", "fee", "amount")]
        texts = (row["order_number"], row["ref"], row["name"], row["email"], row["items"] or "")
        cells = [f"F-{row['id']}", f"R-{row['return_id']}", *texts, *amounts, row["currency"], row["reason"] or row["return_reason"]]
        writer.writerow([sheet_cell(str(cell)) for cell in cells])
    return out.getvalue().encode()


def refund_plan(case: Case) -> Plan:
    """The money is not to be paid after all, as long as nobody has taken the list to the channel."""
    store = case.store
    refunds = store.returns.refunds_of_run(case.run)
    for row in refunds:
        if row["told"]:
            raise case.refuse(
                f"{row['told']} was taken to {row['channel']}: the money is paid",
                "undo that first if it is not: `oms undo` lists mark-uploaded",
            )
    later = store.runs.later_on_orders([row["order_id"] for row in refunds], case.run)
    if later is not None:
        raise case.blocked_by(f"order {later[0]}", later[1])

    def act(run: Run) -> None:
        for row in refunds:
            store.returns.forget_refund(row["id"])
            store.orders.note(
                row["order_id"], run.id, run.at, f"{case.words} was undone: {money(row['amount'], row['currency'])} are not paid back"
            )
        store.returns.derive([row["return_id"] for row in refunds])
        for channel in dict.fromkeys(row["channel"] for row in refunds):
            worklist(case.home, store, run, channel)

    return Plan(act, [f"{money(row['amount'], row['currency'])} of return R-{row['return_id']} are not paid back" for row in refunds])

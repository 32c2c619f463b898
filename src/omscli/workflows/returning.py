"""`oms return open|approve|reject|close`: a customer's wish, what the rules of its day say to it, and what a person decides."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from omscli.base.clock import as_instant, as_text
from omscli.base.money import decimal_text, is_currency
from omscli.base.text import fold, nearest
from omscli.errors import NotAllowed, Refused, UsageError
from omscli.orders.stored import StoredOrder
from omscli.returns.policy import Policy, Verdict, WishLine, judge
from omscli.settings.load import parse
from omscli.store.open import Run, Store
from omscli.workflows.exchanging import exchange_order, exchanged_goods
from omscli.workflows.home import Home
from omscli.workflows.orders import find_order

_NUMBER = re.compile(r"(?:[Rr]-)?([0-9]{1,15})")


@dataclass(slots=True)
class ReturnWish:
    """What a customer wants to send back: (SKU, units), and what instead, if not the money."""

    order: str
    items: list[tuple[str, int]]
    reason: str
    note: str = ""
    exchange: list[tuple[str, int]] = field(default_factory=list)
    reference: str = ""  # how a file names it
    asked_at: str | None = None  # UTC text; None: now


@dataclass(slots=True)
class Changed:
    """A return after a step. `run` None: it stood like that already, or it is only tried."""

    number: int
    order: str
    state: str
    what: str
    doubts: list[str] = field(default_factory=list)
    for_person: list[str] = field(default_factory=list)
    exchange: str = ""  # the order that was made for it
    run: int | None = None
    warnings: list[str] = field(default_factory=list)  # letters that no font of the machine has

    def as_json(self) -> dict[str, Any]:
        """The document `oms.return.change/1`, without its schema key and `dry_run`."""
        return {
            "id": f"R-{self.number}" if self.number else None,
            "order": self.order,
            "state": self.state,
            "what": self.what,
            "doubts": self.doubts,
            "warnings": self.warnings,
            "for_person": self.for_person,
            "exchange_order": self.exchange or None,
            "run": self.run,
        }


def find_return(store: Store, word: str) -> dict[str, Any]:
    """The return that is meant: `R-12`, `12`, or an order with one return that is not closed. Raises UsageError."""
    named = _NUMBER.fullmatch(word)
    found = store.returns.load([int(named[1])]) if named else []
    if found and (word[:1] in "Rr" or not store.orders.find(word)):
        return found[0]
    if named and word[:1] in "Rr":
        raise UsageError(f"there is no return {word}", "`oms return list` names them")
    rows = store.returns.load(store.returns.of_order(find_order(store, word)))
    live = [row for row in rows if row["closed_at"] is None] or rows
    if len(live) != 1:
        names = ", ".join(f"R-{row['id']}" for row in live)
        raise UsageError(f"order {word} has {len(live) or 'no'} returns", f"name one: {names}" if names else f"oms return open {word}")
    return live[0]


# -- a wish


def open_return(home: Home, store: Store, wish: ReturnWish, *, dry_run: bool = False) -> Changed:
    """Note a wish and decide it where the rules may. Raises NotAllowed for what never left or is in a return already."""
    if dry_run:
        with store.read():
            known = known_return(store, wish)
            if known:
                return _known(store, known)
            asked = Asked.read(home, store, wish)
            return Changed(0, asked.order.ref, "requested", _words(asked.verdict), list(asked.verdict.doubts))
    with store.write("return open", home.now, wish.order, home.rules) as run:
        known = known_return(store, wish)
        done = _known(store, known) if known else request(home, store, run, Asked.read(home, store, wish))
    done.run = run.id if run.changed else None
    return done


def known_return(store: Store, wish: ReturnWish) -> int | None:
    """The return that a wish is already: named so by a file, or by hand in the same words while nothing of it is here."""
    order = find_order(store, wish.order)
    if wish.reference:
        return store.returns.by_reference(order, wish.reference)
    index = store.catalog.index()
    channel = store.orders.load([order])[order].said.channel
    same: Counter[int | str] = Counter()
    for sku, units in wish.items:
        same[index.find(channel, sku) or fold(sku)] += units
    words = ("", wish.reason, wish.note, _instead(wish))
    for one in store.returns.load(store.returns.of_order(order)):
        said = tuple(one[name] for name in ("reference", "reason", "note", "exchange"))
        if one["state"] in ("requested", "approved", "label_sent") and said == words:
            asked: Counter[int | str] = Counter()
            for line in one["lines"]:
                asked[line["product_id"] or fold(line["sku"])] += line["units"]
            if asked == same:
                return int(one["id"])
    return None


def request(home: Home, store: Store, run: Run, asked: Asked) -> Changed:
    """Store a wish that may be one, approve it where nothing speaks against it. Inside a transaction."""
    wish, order, verdict = asked.wish, asked.order, asked.verdict
    head = {
        "order_id": order.id, "reason": wish.reason, "note": wish.note, "reference": wish.reference, "requested_at": asked.asked_at,
        "doubts": "\n".join(verdict.doubts), "fee": asked.fee, "refund_shipping": int(asked.policy.refund_shipping),
        "decided_at": run.at if verdict.approved else None, "decided_by": "rule" if verdict.approved else None, "why": verdict.why if verdict.approved else "",
        "exchange": _instead(wish), "run_id": run.id,
    }  # fmt: skip
    number = store.returns.add(head, ((line["id"], units, asked.restock) for line, units in asked.lines))
    goods = ", ".join(f"{units} × {line['sku']}" for line, units in asked.lines)
    words = f"approved by rule: {verdict.why}" if verdict.approved else _words(verdict)
    store.orders.note(order.id, run.id, run.at, f"return R-{number} asked for: {goods}, {wish.reason}", words)
    made = exchange_order(home, store, run, store.returns.load([number])[0]) if verdict.approved else ""
    return Changed(number, order.ref, store.returns.load([number])[0]["state"], words, list(verdict.doubts), exchange=made)


def _instead(wish: ReturnWish) -> str:
    return "|".join(f"{sku}:{units}" for sku, units in wish.exchange)


def _words(verdict: Verdict) -> str:
    return f"{verdict.why}: {'; '.join(verdict.doubts)}" if verdict.doubts else verdict.why


def _known(store: Store, number: int) -> Changed:
    (one,) = store.returns.load([number])
    return Changed(number, one["ref"], one["state"], "is asked for already", exchange=one["exchange_ref"] or "")


@dataclass(slots=True)
class Asked:
    """A wish that may be one, with what the rules of its order say to it."""

    wish: ReturnWish
    order: StoredOrder
    policy: Policy
    lines: list[tuple[dict[str, Any], int]]  # (line of the order, units)
    verdict: Verdict
    fee: int  # minor units of the order's currency
    restock: bool
    asked_at: str

    @classmethod
    def read(cls, home: Home, store: Store, wish: ReturnWish) -> Asked:
        """Raises UsageError and NotAllowed for what cannot come back at all; doubts are left to a person."""
        number = find_order(store, wish.order)
        order = store.orders.load([number])[number]
        policy, note = frozen_policy(home, store, number)
        reason = policy.reason(wish.reason)
        if reason is None:
            near = nearest(wish.reason, policy.reasons)
            hint = f"did you mean {near}?" if near else f"reasons: {', '.join(policy.reasons)}"
            raise UsageError(f"{wish.reason!r} is no reason of the terms of order {order.ref}", hint)
        exchanged_goods(store, wish.exchange)
        asked_at = wish.asked_at or as_text(home.now)
        rate = _rate(home, order)
        lines = _lines(store, order, wish)
        verdict = _judge(home, policy, lines, asked_at, rate)
        if note:
            verdict = replace(verdict, approved=False, why="a person decides", doubts=(*verdict.doubts, note))
        fee = round(reason.fee / rate) if rate else 0
        return cls(wish, order, policy, lines, verdict, fee, reason.restock, asked_at)


def _rate(home: Home, order: StoredOrder) -> float:
    """What one unit of the order's currency is worth in the home currency; 0 where nobody knows."""
    currency = order.said.currency
    return 1.0 if currency == home.settings.currency else home.settings.rulebook.rates.get(currency, 0.0)


def frozen_policy(home: Home, store: Store, order: int) -> tuple[Policy, str]:
    """The terms under which an order came in, and a doubt where they cannot be read any more (then today's are taken)."""
    text = store.returns.rules_of(order)
    if text is None or text == home.settings.text:
        return home.settings.returns, ""
    try:
        return parse(text, "rules.yaml", home.today).returns, ""
    except Refused:
        return home.settings.returns, "the terms of the day it came in cannot be read any more"


def _lines(store: Store, order: StoredOrder, wish: ReturnWish) -> list[tuple[dict[str, Any], int]]:
    """Which units of which lines come back; a SKU that stands in several lines is taken from the first that has left."""
    rows = store.returns.lines_of_order(order.id)
    index = store.catalog.index()
    found: dict[int, int] = {}
    for sku, units in wish.items:
        product = index.find(order.said.channel, sku)
        mine = [row for row in rows if fold(row["channel_sku"]) == fold(sku) or (product is not None and row["product_id"] == product)]
        if not mine:
            raise UsageError(f"order {order.ref} has no {sku}", f"it has {', '.join(dict.fromkeys(row['sku'] for row in rows))}")
        left = units
        for row in mine:
            room = row["shipped"] - row["in_returns"] - found.get(row["id"], 0)
            take = max(0, min(left, room))
            if take:
                found[row["id"]] = found.get(row["id"], 0) + take
            left -= take
        if left:
            raise _cannot(store, order, sku, units, mine)
    return [(row, found[row["id"]]) for row in rows if row["id"] in found]


def _cannot(store: Store, order: StoredOrder, sku: str, units: int, rows: list[dict[str, Any]]) -> NotAllowed:
    gone, taken = sum(row["shipped"] for row in rows), sum(row["in_returns"] for row in rows)
    if not gone:
        return NotAllowed(
            f"nothing of {sku} in order {order.ref} has left by oms: it cannot come back",
            "what has not left is cancelled: oms order cancel",
        )
    names = ", ".join(f"R-{number}" for number in store.returns.of_order(order.id))
    why = f", of which {taken} {'is' if taken == 1 else 'are'} in returns already ({names})" if taken else ""
    return NotAllowed(f"{gone} × {sku} of order {order.ref} left{why}: {units} cannot come back", "oms return list")


def _judge(home: Home, policy: Policy, lines: list[tuple[dict[str, Any], int]], asked_at: str, rate: float) -> Verdict:
    day = as_instant(asked_at).astimezone(ZoneInfo(home.settings.timezone)).date()
    wishes = [
        WishLine(
            line["sku"], units, date.fromisoformat(line["arrived"]) if line["arrived"] else None, bool(line["final_sale"]),
            None if line["unit_price"] is None or not rate else round(line["unit_price"] * units * rate),
        )
        for line, units in lines
    ]  # fmt: skip
    worth = sum(one.value or 0 for one in wishes)
    currency = home.settings.currency
    return judge(policy, wishes, day, money(worth, currency), money(policy.auto_approve_under, currency))


def money(minor: int, currency: str) -> str:
    """`12.30 USD`."""
    return f"{decimal_text(minor, currency if is_currency(currency) else 'EUR')} {currency}"


# -- a decision


def approve(home: Home, store: Store, word: str, *, dry_run: bool = False) -> Changed:
    """A person says yes, whatever speaks against it. Raises NotAllowed where it was decided otherwise."""
    if dry_run:
        with store.read():
            one = find_return(store, word)
            _may_approve(one)
            return Changed(one["id"], one["ref"], one["state"], "would be approved")
    with store.write("return approve", home.now, word, home.rules) as run:
        one = find_return(store, word)
        _may_approve(one)
        made = ""
        if one["decided_at"] is None:
            why = f"although {'; '.join(one['doubts'].splitlines())}" if one["doubts"] else ""
            store.returns.change(one["id"], {"decided_at": run.at, "decided_by": "person", "why": why})
            store.orders.note(one["order_id"], run.id, run.at, f"return R-{one['id']} approved", why)
            one = store.returns.load([one["id"]])[0]
            made = exchange_order(home, store, run, one)
    what = "approved" if run.changed else "is approved already"
    return Changed(
        one["id"], one["ref"], one["state"], what, exchange=made or one["exchange_ref"] or "", run=run.id if run.changed else None
    )


def _may_approve(one: dict[str, Any]) -> None:
    if one["state"] in ("rejected", "closed"):
        why = f": {one['why'] or one['close_reason']}" if one["why"] or one["close_reason"] else ""
        raise NotAllowed(
            f"return R-{one['id']} of order {one['ref']} is {one['state']}{why}", f"open another one: oms return open {one['ref']}"
        )


def reject(home: Home, store: Store, word: str, reason: str, *, dry_run: bool = False) -> Changed:
    """A person says no, as long as nothing of it came back. Raises NotAllowed otherwise."""
    if dry_run:
        with store.read():
            one = find_return(store, word)
            _may_reject(one)
            return Changed(one["id"], one["ref"], one["state"], f"would be rejected: {reason}")
    with store.write("return reject", home.now, word, home.rules) as run:
        one = find_return(store, word)
        _may_reject(one)
        if one["state"] != "rejected":
            values = {"state": "rejected", "decided_at": run.at, "decided_by": "person", "why": reason, "closed_at": run.at}
            store.returns.change(one["id"], values)
            store.orders.note(one["order_id"], run.id, run.at, f"return R-{one['id']} rejected", reason)
    what = f"rejected: {reason}" if run.changed else "is rejected already"
    return Changed(one["id"], one["ref"], "rejected", what, run=run.id if run.changed else None)


def _may_reject(one: dict[str, Any]) -> None:
    name = f"return R-{one['id']} of order {one['ref']}"
    if one["exchange_ref"]:
        raise NotAllowed(
            f"{name} was exchanged for order {one['exchange_ref']}",
            f"cancel that first: oms order cancel {one['exchange_ref']}; then oms return close R-{one['id']}",
        )
    if one["state"] not in ("requested", "approved", "label_sent", "rejected"):
        raise NotAllowed(f"{name} is {one['state']}: it can no longer be rejected", f"oms return close R-{one['id']} --reason TEXT ends it")


def close(home: Home, store: Store, word: str, reason: str, *, dry_run: bool = False) -> Changed:
    """A return is over: what has not arrived is no longer expected. Money that is owed needs a reason."""
    if dry_run:
        with store.read():
            one = find_return(store, word)
            _may_close(one, reason)
            return Changed(one["id"], one["ref"], one["state"], "would be closed")
    with store.write("return close", home.now, word, home.rules) as run:
        one = find_return(store, word)
        _may_close(one, reason)
        if one["closed_at"] is None:
            store.returns.change(one["id"], {"closed_at": run.at, "close_reason": reason} | _decided(one, run))
            store.orders.note(one["order_id"], run.id, run.at, f"return R-{one['id']} closed", reason)
    return Changed(one["id"], one["ref"], "closed", "closed" if run.changed else "is closed already", run=run.id if run.changed else None)


def _decided(one: dict[str, Any], run: Run) -> dict[str, str]:
    """Whoever closes a wish that nobody had decided has decided it."""
    return {} if one["decided_at"] else {"decided_at": run.at, "decided_by": "person"}


def _may_close(one: dict[str, Any], reason: str) -> None:
    name = f"return R-{one['id']} of order {one['ref']}"
    if one["state"] == "rejected":
        raise NotAllowed(f"{name} is rejected: {one['why']}", "it is over already")
    owed = sum(line["came"] - line["refunded"] for line in one["lines"] if line["came"] > line["refunded"])
    if one["closed_at"] is None and owed and not one["exchange_ref"] and not reason:
        raise NotAllowed(
            f"{owed} unit{'' if owed == 1 else 's'} of {name} came back and {'is' if owed == 1 else 'are'} not paid back",
            f"oms return refund R-{one['id']}; or say why not: oms return close R-{one['id']} --reason TEXT",
        )
    if one["state"] == "requested" and not reason:
        raise NotAllowed(
            f"{name} waits for a decision", f"oms return approve R-{one['id']}; or oms return reject R-{one['id']} --reason TEXT"
        )

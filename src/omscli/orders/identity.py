"""Which order and which line this is: the same thing seen again must be found again, however the file is sorted."""

from __future__ import annotations

import marshal
from dataclasses import fields, replace
from hashlib import blake2b
from operator import attrgetter

from omscli.base.address import Address
from omscli.base.problems import Problem
from omscli.base.text import fold
from omscli.orders.incoming import IncomingLine, IncomingOrder

_UNHASHED = frozenset({"source_line", "silent", "lines", "channel", "order_id", "doubts", "ship_to"})
_header = attrgetter(
    *[one.name for one in fields(IncomingOrder) if one.name not in _UNHASHED], *[f"ship_to.{one.name}" for one in fields(Address)]
)


def content_hash(order: IncomingOrder) -> str:
    """A digest of everything the seller would call a change of the order."""
    lines = [_comparable(line) for line in order.lines]
    # The second format of marshal: the same bytes for equal values in every Python, in less than half the time of repr.
    said = marshal.dumps((_header(order), lines if len(lines) == 1 else sorted(lines)), 2)
    return blake2b(said, digest_size=16).hexdigest()


def _comparable(line: IncomingLine) -> tuple[object, ...]:
    """The line as a tuple that sorts: None sorts nowhere, and -1 is no price."""
    price, discount, tax = line.unit_price, line.discount, line.tax
    return (
        line.line_id, line.sku, line.title, line.quantity, line.to_ship, -1 if price is None else price, -1 if discount is None else discount,
        -1 if tax is None else tax, line.note,
    )  # fmt: skip


def match_keys(lines: list[IncomingLine]) -> list[str]:
    """How each line is found again: the channel's own id, else SKU + title + unit price and which occurrence of these it is."""
    if len(lines) == 1:
        (line,) = lines
        return [line.line_id or f"{fold(line.sku)}|{line.title}|{line.unit_price}|1"]
    seen: dict[str, int] = {}
    keys = []
    for line in lines:
        if line.line_id:
            keys.append(line.line_id)
            continue
        content = f"{fold(line.sku)}|{line.title}|{line.unit_price}"
        seen[content] = seen.get(content, 0) + 1
        keys.append(f"{content}|{seen[content]}")
    return keys


def without_repeats(order: IncomingOrder) -> tuple[IncomingOrder | None, Problem | None]:
    """The order with each of the channel's line ids once.

    A line that comes twice in the same words was doubled by the file: one stays, with a note. Twice in different words is
    a contradiction: the order is set aside (None).
    """
    ids = [line.line_id for line in order.lines if line.line_id]
    if len(set(ids)) == len(ids):
        return order, None
    kept: dict[str, IncomingLine] = {}
    for line in order.lines:
        known = kept.setdefault(line.line_id or f"\0{len(kept)}", line)
        if known is not line and known != line:
            return None, Problem(
                order.source_line,
                "line_id",
                line.line_id,
                f"order {order.order_id} holds line {line.line_id} twice with different contents",
                "download the file again; the order was set aside",
            )
    twice = next(one for one in ids if ids.count(one) > 1)
    problem = f"order {order.order_id} holds this line twice; it was taken once"
    note = Problem(
        order.source_line, "line_id", twice, problem, "the words are the same: the file may be two that were joined", rejected=False
    )
    return replace(order, lines=list(kept.values())), note


def order_ref(prefix: str, order_id: str) -> str:
    """The id that oms gives: the channel's prefix and the number without `#` and blanks (`SH-1058`)."""
    return f"{prefix}-{'-'.join(order_id.replace('#', ' ').split())}"

"""Proving I4 for what comes back: no more than had left, no more paid back than was paid, and every unit once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from omscli.store.sqlite.returns import Returns, derived_state

_RESTORE = "oms backup restore"


def returns(connection: sqlite3.Connection, path: Path, deep: bool) -> Iterator[tuple[str, str, str]]:
    """I4: returned ≤ shipped, in lines and in goods; refunded ≤ paid; the state of a return is what happened to it."""
    del path, deep
    for row in connection.execute(_UNITS):
        yield "error", f"I4 order {row[0]}, {row[1]}: {row[2]} units came back, the returns say {row[3]}", _RESTORE
    for row in connection.execute(_GOODS):
        yield "error", f"I4 order {row[0]}: {row[2]} × {row[1]} came back, {row[3]} had left", _RESTORE
    for row in connection.execute(
        "SELECT return_id, units, accounted, refunded FROM v_return_line WHERE accounted > units OR refunded > units"
    ):
        yield "error", f"I4 return R-{row[0]}: of {row[1]} units {row[2]} are accounted for and {row[3]} paid back", _RESTORE
    for row in connection.execute(_MONEY):
        yield "error", f"I4 order {row[0]}: {row[1]} were paid back, {row[2]} had been paid (minor units)", _RESTORE
    for row in connection.execute(_PAID_UNITS):
        yield "error", f"I4 order {row[0]}, {row[1]}: {row[2]} units were paid back, {row[3]} had left", _RESTORE
    for row in connection.execute(_CLAIMED):
        yield "error", f"I4 order {row[0]}, {row[1]}: returns hold {row[2]} units, {row[3]} had left", _RESTORE
    for row in connection.execute("SELECT id FROM movement WHERE kind = 'returned' AND return_line_id IS NULL"):
        yield "error", f"movement {row[0]}: goods came back for no return", _RESTORE
    ask = Returns(connection)
    for one in ask.load(ask.numbers()):
        if one["state"] != derived_state(one):
            yield "error", f"return R-{one['id']} is marked {one['state']}, it is {derived_state(one)}", _RESTORE


_UNITS = (
    "SELECT o.ref, l.sku, l.returned, COALESCE(c.came, 0) FROM order_line l JOIN orders o ON o.id = l.order_id"
    " LEFT JOIN (SELECT order_line_id, SUM(came) AS came FROM v_return_line GROUP BY order_line_id) c ON c.order_line_id = l.id"
    " WHERE l.returned <> COALESCE(c.came, 0)"
)
_GOODS = (  # by what lay on the shelf: of kits their parts
    "SELECT o.ref, p.sku, r.units, COALESCE(g.units, 0) FROM (SELECT order_line_id, product_id, SUM(on_hand) AS units FROM ("
    "  SELECT m.order_line_id, m.product_id, m.on_hand FROM movement m LEFT JOIN movement x ON x.id = m.reverses"
    "   WHERE m.return_line_id IS NOT NULL AND (m.kind = 'returned' OR x.kind = 'returned')) d GROUP BY order_line_id, product_id) r"
    " JOIN order_line l ON l.id = r.order_line_id JOIN orders o ON o.id = l.order_id JOIN product p ON p.id = r.product_id"
    " LEFT JOIN (SELECT s.order_line_id, a.product_id, SUM(a.shipped) AS units FROM shipment_line s JOIN allocation a ON a.shipment_line_id = s.id"
    "  GROUP BY s.order_line_id, a.product_id) g ON g.order_line_id = r.order_line_id AND g.product_id = r.product_id"
    " WHERE r.units > COALESCE(g.units, 0)"
)
_MONEY = "SELECT o.ref, SUM(f.amount), MAX(f.paid) FROM refund f JOIN orders o ON o.id = f.order_id GROUP BY o.id HAVING SUM(f.amount) > MAX(f.paid)"
_PAID_UNITS = (
    "SELECT o.ref, l.sku, SUM(f.units), l.shipped FROM refund_line f JOIN return_line v ON v.id = f.return_line_id JOIN order_line l ON l.id = v.order_line_id"
    " JOIN orders o ON o.id = l.order_id GROUP BY l.id HAVING SUM(f.units) > l.shipped"
)
_CLAIMED = (
    "SELECT o.ref, l.sku, SUM(CASE WHEN g.closed_at IS NULL THEN v.units WHEN v.came + v.missing > v.refunded THEN v.came + v.missing ELSE v.refunded END), l.shipped FROM v_return_line v"
    " JOIN goods_return g ON g.id = v.return_id JOIN order_line l ON l.id = v.order_line_id JOIN orders o ON o.id = l.order_id"
    " GROUP BY l.id HAVING SUM(CASE WHEN g.closed_at IS NULL THEN v.units WHEN v.came + v.missing > v.refunded THEN v.came + v.missing ELSE v.refunded END) > l.shipped"
)

"""Deeds that state machines share: what the shelf has not, what comes back, and what must hold whatever anybody does.

A machine that takes these in has a `shop` and these six orders. Every step is one that the states of shipment, order and return know.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from tests.conftest import Shop

from omscli.errors import NotAllowed, UsageError
from omscli.returns.states import DISPOSITIONS
from omscli.workflows import returning
from omscli.workflows.delivering import deliver
from omscli.workflows.returning_goods import Arrival
from omscli.workflows.returning_goods import receive as receive_back
from omscli.workflows.returning_labels import ReturnLabelWish, label
from omscli.workflows.returning_money import RefundWish, refund
from omscli.workflows.short_picks import short

SKUS = ("MUG", "CAP", "SET")  # a SET is a mug and two caps
GOODS = ("MUG", "CAP")
PLACES = ("one", "two")
ORDERS = tuple(f"{n}" for n in range(1, 7))
RELEASED = "SELECT 1 FROM shipment WHERE state = 'released'"
# What a step may make of a thing; taking something back may make anything of it that it was before.
SHIPMENT_STEPS = {
    "planned": {"released", "cancelled"}, "released": {"shipped", "short", "cancelled"}, "shipped": {"delivered"}, "delivered": set(), "short": set(),
    "cancelled": set(),
}  # fmt: skip
ORDER_STEPS = {
    "open": {"part_shipped", "shipped", "cancelled", "closed"}, "part_shipped": {"shipped"}, "shipped": {"part_shipped"}, "cancelled": {"open"}, "closed": {"open"},
}  # fmt: skip
ENDS = {"refunded", "closed"}
RETURN_STEPS = {
    "requested": {"approved", "rejected", "closed"}, "approved": {"label_sent", "received", "inspected", "rejected"} | ENDS,
    "label_sent": {"received", "inspected", "rejected"} | ENDS, "received": {"inspected"} | ENDS, "inspected": ENDS, "refunded": {"closed"}, "rejected": set(),
    "closed": set(),
}  # fmt: skip
STATES = {
    "shipment": (SHIPMENT_STEPS, "SELECT id, state FROM shipment"),
    "order": (ORDER_STEPS, "SELECT id, status FROM orders"),
    "return": (RETURN_STEPS, "SELECT id, state FROM goods_return"),
}
LEFT = "SELECT 1 FROM order_line WHERE shipped > 0"
TERMS = {"window_days": 2, "auto_approve_under": 15, "reasons": {"broken": {"restock": False}, "whim": {"fee": 3}}}


def when(sql: str) -> Any:
    """Only where the store has such rows: a deed that would find nothing to do is no step."""
    return precondition(lambda self: self.shop.home.db.exists() and self.shop.store.connection.execute(f"{sql} LIMIT 1").fetchone())


def reachable(steps: dict[str, set[str]], state: str) -> set[str]:
    """Everything that a deed of several steps may make of a state."""
    found: set[str] = set()
    left = [state]
    while left:
        new = steps[left.pop()] - found
        found |= new
        left += new
    return found


class WaysBack:
    """Rules and invariants; `shop` is made by the machine."""

    shop: Shop

    def __init__(self) -> None:
        super().__init__()
        self.states: dict[str, dict[int, str]] = {}

    def forget_states(self) -> None:
        """Something was taken back: what was before may be again."""
        self.states.clear()

    # -- what the shelf has not, and what comes back

    @when(RELEASED)
    @rule(
        number=st.integers(1, 8),
        sku=st.sampled_from(GOODS),
        units=st.integers(1, 4),
        reason=st.sampled_from(["not_there", "damaged", "mismatch"]),
    )
    def the_shelf_does_not_have_it(self, number: int, sku: str, units: int, reason: str) -> None:
        home, store = self.shop.home, self.shop.store
        if self._try(lambda: short(home, store, f"S-{number}", [(sku, units)], reason)):
            before = self.shop.dump()
            assert short(home, store, f"S-{number}", [(sku, units)], reason).run is None
            assert self.shop.dump() == before, "the same short pick told again changed something"

    @when("SELECT 1 FROM shipment WHERE state = 'shipped'")
    @rule(number=st.integers(1, 8))
    def a_parcel_arrives(self, number: int) -> None:
        self._try(lambda: deliver(self.shop.home, self.shop.store, f"S-{number}"))

    @when(LEFT)
    @rule(
        which=st.integers(0, 5), units=st.integers(1, 3), more=st.dictionaries(st.sampled_from(SKUS), st.integers(1, 2), max_size=1),
        reason=st.sampled_from(["broken", "whim"]), instead=st.sampled_from([[], [], [("CAP", 1)]]), decision=st.sampled_from(["approve", "approve", "reject", ""]),
    )  # fmt: skip
    def a_customer_sends_back(
        self, which: int, units: int, more: dict[str, int], reason: str, instead: list[tuple[str, int]], decision: str
    ) -> None:
        """One of the lines that left, and perhaps something else, which may never have."""
        order, sku = self._one(
            "SELECT o.order_id, p.sku FROM order_line l JOIN orders o ON o.id = l.order_id JOIN product p ON p.id = l.product_id WHERE l.shipped > 0 ORDER BY l.id",
            which,
        )
        wish = returning.ReturnWish(f"shop:{order}", list(({sku: units} | more).items()), reason, exchange=instead)
        asked = self._try(lambda: returning.open_return(self.shop.home, self.shop.store, wish))
        if asked and decision:
            self._decide(self.shop.store.returns.numbers(limit=1)[0], decision)

    @when("SELECT 1 FROM goods_return WHERE state = 'requested'")
    @rule(which=st.integers(0, 2), decision=st.sampled_from(["approve", "reject"]))
    def a_return_is_decided(self, which: int, decision: str) -> None:
        self._decide(self._one("SELECT id FROM goods_return WHERE state = 'requested' ORDER BY id", which)[0], decision)

    def _decide(self, number: int, decision: str) -> None:
        home, store, name = self.shop.home, self.shop.store, f"R-{number}"
        deeds = {"approve": lambda: returning.approve(home, store, name), "reject": lambda: returning.reject(home, store, name, "worn")}
        self._try(deeds[decision])

    @when("SELECT 1 FROM goods_return WHERE closed_at IS NULL AND decided_at IS NOT NULL")
    @rule(
        which=st.integers(0, 2), place=st.sampled_from(PLACES), disposition=st.sampled_from([None, *DISPOSITIONS]),
        items=st.sampled_from([[], [], [("MUG", 1)], [("CAP", 2)], [("SET", 1)]]),
    )  # fmt: skip
    def a_parcel_comes_back(self, which: int, place: str, disposition: str | None, items: list[tuple[str, int]]) -> None:
        name = self._running(which)
        self._try(lambda: receive_back(self.shop.home, self.shop.store, name, Arrival(place, items, disposition)))

    @when("SELECT 1 FROM goods_return WHERE closed_at IS NULL AND decided_at IS NOT NULL")
    @rule(
        which=st.integers(0, 2),
        items=st.sampled_from([[], [], [("MUG", 1)], [("CAP", 1)]]),
        amount=st.sampled_from([None, None, None, 1, 700, 4000]),
    )
    def money_goes_back(self, which: int, items: list[tuple[str, int]], amount: int | None) -> None:
        name = self._running(which)
        self._try(lambda: refund(self.shop.home, self.shop.store, name, RefundWish(items, amount)))

    @when("SELECT 1 FROM goods_return WHERE closed_at IS NULL")
    @rule(which=st.integers(0, 2), what=st.sampled_from(["label", "close", "give up"]))
    def a_return_goes_on(self, which: int, what: str) -> None:
        home, store, name = self.shop.home, self.shop.store, self._running(which)
        if what == "label":
            self._try(lambda: label(home, store, name, ReturnLabelWish()))
        else:
            self._try(lambda: returning.close(home, store, name, "" if what == "close" else "given up"))

    def _running(self, which: int) -> str:
        """One of the returns that are not over."""
        (number,) = self._one("SELECT id FROM goods_return WHERE closed_at IS NULL ORDER BY decided_at IS NULL, id", which)
        return f"R-{number}"

    def _one(self, sql: str, which: int) -> Any:
        """One of the rows that there are."""
        rows = self.shop.store.connection.execute(sql).fetchall()
        return rows[which % len(rows)]

    @invariant()
    def the_books_agree(self) -> None:
        if self.shop.home.db.exists():
            assert self.shop.doctor() == []

    @invariant()
    def nothing_takes_an_illegal_step(self) -> None:
        if not self.shop.home.db.exists():
            return
        for what, (steps, sql) in STATES.items():
            now = dict(self.shop.store.connection.execute(sql).fetchall())
            for number, before in self.states.get(what, {}).items():
                after = now[number]
                assert after == before or after in reachable(steps, before), f"{what} {number} went from {before} to {after}"
            self.states[what] = now

    @invariant()
    def no_more_comes_back_than_had_left_and_no_more_is_paid_than_was(self) -> None:
        if not self.shop.home.db.exists():
            return
        ask = self.shop.store.connection.execute
        sql = (
            "SELECT COALESCE(SUM(CASE WHEN m.kind = ?1 THEN ABS(m.on_hand) ELSE -ABS(m.on_hand) END), 0) FROM movement m"
            " LEFT JOIN movement x ON x.id = m.reverses WHERE m.kind = ?1 OR x.kind = ?1"
        )
        left, back = (ask(sql, (kind,)).fetchone()[0] for kind in ("shipped", "returned"))
        assert back <= left
        for order, money, most in ask(
            "SELECT f.order_id, SUM(f.amount), (SELECT SUM(l.ordered) * 1000 FROM order_line l WHERE l.order_id = f.order_id) FROM refund f GROUP BY f.order_id"
        ).fetchall():
            assert money <= max(most, ask("SELECT MAX(paid) FROM refund WHERE order_id = ?", (order,)).fetchone()[0])

    def _try(self, act: object) -> bool:
        """What the state does not allow is refused, and a refusal changes nothing. Whether it was allowed."""
        before = self.shop.dump()
        try:
            act()  # type: ignore[operator]  # a lambda
        except (NotAllowed, UsageError):
            assert self.shop.dump() == before
            return False
        return True

"""What people and programs see of returns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from omscli.base.clock import as_text
from omscli.errors import UsageError
from omscli.returns.states import STATES
from omscli.store.open import Store
from omscli.workflows.home import Home
from omscli.workflows.returning import find_return


def late_since(home: Home) -> str:
    """What was approved before this instant and is not here is late."""
    return as_text(home.now - timedelta(days=home.settings.returns.overdue_days))


def listed(home: Home, store: Store, *, state: str, overdue: bool, to_refund: bool, limit: int) -> list[dict[str, Any]]:
    """Returns, the newest first (`oms.returns/1`)."""
    if state and state not in STATES:
        raise UsageError(f"no state is called {state}", f"states: {', '.join(STATES)}")
    with store.read():
        numbers = store.returns.numbers(state=state, to_refund=to_refund, late_since=late_since(home) if overdue else "", limit=limit)
        found = {one["id"]: public(one) for one in store.returns.load(numbers)}
    return [found[number] for number in numbers]


def shown(store: Store, word: str) -> dict[str, Any]:
    """One return (`oms.return/1`)."""
    with store.read():
        return public(find_return(store, word))


def public(one: dict[str, Any]) -> dict[str, Any]:
    """The public form: money in minor units of `currency`."""
    return {
        "id": f"R-{one['id']}", "order": one["ref"], "order_id": one["order_number"], "channel": one["channel"], "state": one["state"], "reason": one["reason"],
        "note": one["note"], "reference": one["reference"] or None, "requested_at": one["requested_at"], "doubts": one["doubts"].splitlines(),
        "decided_at": one["decided_at"], "decided_by": one["decided_by"], "why": one["why"], "carrier": one["carrier"],
        "tracking_number": one["tracking_number"] or None, "exchange": one["exchange"] or None, "exchange_order": one["exchange_ref"], "closed_at": one["closed_at"],
        "close_reason": one["close_reason"], "fee": one["fee"], "currency": one["currency"], "refunded": sum(row["amount"] for row in one["refunds"]),
        "lines": [
            {
                "sku": line["sku"], "title": line["title"], "units": line["units"], "to_come": 0 if one["closed_at"] else line["units"] - line["accounted"],
                "came": line["came"], "missing": line["missing"], "wrong_item": line["accounted"] - line["came"] - line["missing"], "refunded": line["refunded"],
            }
            for line in one["lines"]
        ],
        "receipts": [{"at": row["at"], "location": row["location"], "sku": row["sku"], "units": row["units"], "disposition": row["disposition"]} for row in one["receipts"]],
        "refunds": [
            {
                "id": f"F-{row['id']}", "at": row["at"], "amount": row["amount"], "goods": row["goods"], "tax": row["tax"], "shipping": row["shipping"],
                "fee": row["fee"], "reason": row["reason"], "paid_at_channel": bool(row["told"]),
            }
            for row in one["refunds"]
        ],
    }  # fmt: skip

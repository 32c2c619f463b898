"""Questions that change nothing: `oms order show`, `oms shipment show`, `oms status`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from omscli.base.clock import as_text
from omscli.notify.messages import LOOK_BACK
from omscli.orders.stored import StoredLine
from omscli.store.open import Store
from omscli.workflows.home import Home
from omscli.workflows.orders import find_order
from omscli.workflows.returning_views import late_since

_ASIDE_DAYS = 30  # older files with rows set aside are history
_LIVE = ("planned", "released", "packed", "ready", "ordered")


def show_order(home: Home, store: Store, word: str) -> dict[str, Any]:
    """Everything about one order in one document (`oms.order/1`, key `order`)."""
    with store.read():
        number = find_order(store, word)
        order = store.orders.load([number])[number]
        shipments = store.shipments.of_order(number)
        holds = store.orders.holds(number)
        pin = store.pins.of(number)
        history = store.orders.history(number)
        promises = store.decisions.promises_of(number)
    said = {**order.said.as_json(), "lines": [_line_json(line) for line in order.lines]}
    status = "held" if holds and order.status in ("open", "part_shipped") else order.status
    return {
        "id": order.ref,
        "status": status,
        **said,
        "shipments": [_shipment_json(home, one) for one in shipments if one["state"] != "cancelled"],
        "backordered": [
            {"line_id": line.said.line_id, "sku": line.sku, "quantity": line.backordered, "expected_on": line.expected_on}
            for line in order.lines
            if line.backordered
        ],
        "holds": [{"kind": row["kind"], "reason": row["reason"], "since": row["since"]} for row in holds],
        "pinned": {"location": pin.location, "since": pin.since} if pin else None,
        "promise": _promise(promises) if any(one["state"] != "cancelled" for one in shipments) else None,
        "events": history,
    }


def _line_json(line: StoredLine) -> dict[str, Any]:
    return {
        **line.said.as_json(),
        "sku": line.sku,
        "channel_sku": line.said.sku,
        "quantity": line.ordered,
        "to_ship": line.owed,
        "ordered": line.ordered,
        "elsewhere": line.elsewhere,
        "cancelled": line.cancelled,
        "allocated": line.allocated,
        "shipped": line.shipped,
        "backordered": line.backordered,
        "unfilled": line.unfilled,
        "returned": line.returned,
    }


def _shipment_json(home: Home, one: dict[str, Any]) -> dict[str, Any]:
    urls = home.settings.tracking_urls
    return {
        "id": f"S-{one['id']}",
        "state": one["state"],
        "location": one["location"],
        "method": one["method"],
        "carrier": one["carrier"],
        "service": one["service"],
        "ship_on": one["ship_on"],
        "arrives": one["arrives"],
        "shipped_at": one["shipped_at"],
        "distance_km": None if one["distance_km"] is None else round(one["distance_km"], 1),
        "pick": f"P-{one['pick_id']}" if one["pick_id"] else None,
        "cost": {
            "postage": one["postage"], "boxes": one["boxes"], "handling": one["handling"], "penalties": one["penalties"],
            "total": one["postage"] + one["boxes"] + one["handling"] + one["penalties"],
        },
        "parcels": [
            {
                "box": parcel["box"] or None, "weight_g": parcel["weight_g"], "guessed": bool(parcel["guessed"]), "items": parcel["items"],
                "carrier": parcel["carrier"], "service": parcel["service"], "tracking_number": parcel["tracking_number"],
                "tracking_url": _url(urls, parcel),
            }
            for parcel in one["parcels"]
        ],
        "lines": [{"line_id": line["line_id"], "sku": line["sku"], "quantity": line["quantity"]} for line in one["lines"]],
    }  # fmt: skip


def _url(urls: dict[str, str], parcel: dict[str, Any]) -> str | None:
    from omscli.carriers.tracking_urls import tracking_url, url_template

    return tracking_url(url_template(parcel["carrier"] or "", urls), parcel["tracking_number"] or "")


def _promise(versions: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not versions:
        return None
    last = versions[-1]
    return {
        "version": last["version"],
        "ship_on": last["ship_on"],
        "arrives": last["arrives"],
        "made_at": last["at"],
        "derivation": last["derivation"],
    }


def status(home: Home, store: Store | None) -> dict[str, Any]:
    """The morning screen as data (`oms.status/1`)."""
    inbox = home.path / "inbox"
    files = sorted(path.name for path in inbox.iterdir() if path.is_file() and not path.name.startswith(".")) if inbox.is_dir() else []
    if store is None:
        return {
            "inbox": files,
            "counts": {},
            "held": [],
            "pinned": [],
            "questions": [],
            "set_aside": [],
            "uploads": [],
            "waiting": [],
            "places": [],
            "paused": [],
            "last": {},
        }
    with store.read():
        aside, rows = store.overview.set_aside(as_text(home.now - timedelta(days=_ASIDE_DAYS)))
        return {
            "inbox": files,
            "counts": store.overview.counts(home.today.isoformat(), as_text(home.now - LOOK_BACK))
            | store.returns.counts(late_since(home))
            | {"set_aside": aside},
            "set_aside": rows,
            "held": store.overview.held(),
            "pinned": store.pins.blocked(),
            "questions": store.overview.questions(),
            "uploads": [
                {"channel": row["subject"], "kind": row["kind"], "file": row["path"], "rows": row["rows"], "made_at": row["made_at"]}
                for row in store.files_out.pending()
            ],
            "waiting": store.overview.waiting(),
            "places": store.overview.places(),
            "paused": [
                {"channel": one.channel, "since": one.since, "until": one.until}
                for one in store.pauses.live(home.today.isoformat()).values()
                if one.channel in home.settings.channels
            ],
            "last": store.overview.last_runs(),
        }


def show_shipment(home: Home, store: Store, word: str) -> dict[str, Any]:
    """One shipment, its order named (`oms.shipment/1`)."""
    from omscli.workflows.shipping import find_shipment

    with store.read():
        one = find_shipment(store, word)
    return {"order": one["ref"], **_shipment_json(home, one)}

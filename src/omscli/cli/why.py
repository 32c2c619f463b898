"""`oms why`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from omscli.base.money import decimal_text
from omscli.cli.desk import Desk, command, single

app = single()


@command(app, examples=("oms why SH-1058", "oms why '#1058' --json"))
def why(desk: Desk, order: Annotated[str, typer.Argument(metavar="ORDER", help="SH-1058, #1058 or shopify:1058.")]) -> None:
    """Each way the order could have been served, what it would have cost, what ruled it out, which comparison decided.

    Then the nearest things that would have changed it, each found by deciding again; `-v` names all of them.
    """
    from omscli.workflows.why import why

    with desk.reading() as store:
        found = why(desk.home, store, order)
    if desk.screen.json:
        desk.screen.document("oms.why/1", found)
        return
    _show(desk, found)


def _show(desk: Desk, found: dict[str, Any]) -> None:

    screen, decision = desk.screen, found["decision"]
    for reason in found["holds"]:
        screen.line(f"{found['id']} is held: {reason}")
    if found["pinned"]:
        screen.line(f"{found['id']} is pinned to {found['pinned']}: oms order unpin {found['id']}")
    if decision is None:
        screen.line(f"{found['id']} is {found['status']}; nobody has decided about it yet" + ("" if found["holds"] else ": oms route"))
        return
    screen.line(
        f"{found['id']} is {decision['state'].replace('_', ' ')} by rule “{decision['rule']}” (run {decision['run']}, {decision['at']})"
    )
    for reason in decision["reasons"]:
        screen.line(f"  {reason}")
    if decision["together"]:
        screen.line("decided together with the other orders; by itself it would have gone as follows")
    for rule in decision["rules"]:
        _show_rule(desk, rule)
    _show_scarce(desk, decision)
    _show_changes(desk, decision)
    if decision["note"]:
        screen.say(decision["note"])


def _show_rule(desk: Desk, rule: dict[str, Any]) -> None:
    from omscli.render.table import Column, Table

    screen = desk.screen
    rows = [_row(desk, rule, n, one) for n, one in enumerate(rule["candidates"])]
    if rows:
        decided = f"; {rule['decided_by']} decided" if rule["decided_by"] else ""
        screen.heading(f"Rule “{rule['rule']}”: ranked by {', '.join(rule['rank'])}{decided}")
        columns = [Column("place", "", "number"), Column("from", "Ships from"), *(Column(name, name) for name in rule["rank"])]
        columns += [Column("parts", "Postage + boxes + handling + prices"), Column("dates", "Leaves → arrives"), Column("km", "km")]
        screen.table(Table(columns, rows))
    if rule["comparison"]:
        screen.line(_comparison(desk, rule["comparison"]))
    if rule["ruled_out"]:
        screen.heading("Ruled out")
        columns = [
            Column("location", "Place"), Column("filter", "By"), Column("value", "Has", "number"), Column("limit", "Limit", "number"),
            Column("reason", "Why"),
        ]  # fmt: skip
        screen.table(Table(columns, rule["ruled_out"]))
    if rule["short"]:
        screen.heading("Stock at the places that may serve")
        columns = [
            Column("location", "Place"),
            Column("sku", "SKU", "id"),
            Column("free", "Free", "number"),
            Column("wanted", "Wanted", "number"),
        ]
        screen.table(Table(columns, rule["short"]))


def _comparison(desk: Desk, found: dict[str, Any]) -> str:
    """The one comparison that decided against the next best places."""
    other = " + ".join(found["against"])
    if found["criterion"] == "name":
        return f"equal to {other} in every criterion: the name decided"
    a, b = (_amount(desk, found["criterion"], found[key]) for key in ("chosen", "other"))
    return f"decided by {found['criterion']}: {a} against {b} from {other}"


def _show_scarce(desk: Desk, decision: dict[str, Any]) -> None:
    """What scarce stock was worth to all orders together, and who needed it more."""
    from omscli.render.table import Column, Table

    if not decision["prices"]:
        return
    needed = {(row["sku"], row["location"]): row["order"] for row in decision["needed_by"]}
    rows = [
        {
            **row,
            "sku": row["sku"] or "room for a shipment",
            "currency": decision["currency"],
            "needed_by": needed.get((row["sku"], row["location"]), ""),
        }
        for row in decision["prices"]
    ]
    desk.screen.heading("Scarce stock: what a unit was worth, and who needed it more")
    columns = [
        Column("sku", "SKU", "id"), Column("location", "Place"), Column("price", "Worth", "money", "currency"), Column("gain", "Would save", "money", "currency"), Column("needed_by", "Needed by"),
    ]  # fmt: skip
    desk.screen.table(Table(columns, rows))


def _show_changes(desk: Desk, decision: dict[str, Any]) -> None:
    """The nearest change for each place, and what rules could say; all of them with `-v`."""
    changes, seen = decision["counterfactuals"], set()
    if not changes:
        return
    desk.screen.heading("What would have changed it")
    for one in changes:
        key = one["location"] or one["text"]
        if desk.verbose or key not in seen:
            desk.screen.line(one["text"])
        seen.add(key)


def _row(desk: Desk, rule: dict[str, Any], n: int, one: dict[str, Any]) -> dict[str, Any]:
    currency = desk.home.settings.currency
    row: dict[str, Any] = {"place": n + 1, "from": " + ".join(f"{place} ({_units(lines)})" for place, lines in one["from"].items())}
    for name in rule["rank"]:
        row[name] = _amount(desk, name, one["amounts"][name])
        if name == "days":
            row[name] = max((part["arrives"] for part in one["parts"] if part["arrives"]), default="unknown")
    parts = one["parts"]
    sums = [sum(part.get(key, 0) for part in parts) for key in ("postage", "boxes", "handling", "penalties")]
    row["parts"] = " + ".join(decimal_text(amount, currency) for amount in sums)
    row["dates"] = "; ".join(f"{part['ship_on']} → {part['arrives'] or 'unknown'}" for part in parts)
    row["km"] = "; ".join("unknown" if part["distance_km"] is None else f"{part['distance_km']:g}" for part in parts)
    return row


def _amount(desk: Desk, criterion: str, amount: float | None) -> str:
    if amount is None:
        return "unknown"
    if criterion == "cost":
        return decimal_text(int(amount), desk.home.settings.currency)
    return date.fromordinal(int(amount)).isoformat() if criterion == "days" else f"{amount:.10g}"


def _units(lines: dict[str, int]) -> str:
    return ", ".join(f"{units} × {sku}" for sku, units in lines.items())

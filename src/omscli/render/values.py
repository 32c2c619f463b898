"""One value of a table, in the form that a person or a program reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from omscli.base.clock import as_instant, as_text
from omscli.base.money import decimal_text
from omscli.render.table import Column


def plain(column: Column, row: Mapping[str, Any]) -> str:
    """For files and pipes: machine forms, nothing grouped, nothing cut; unknown is empty."""
    value = row.get(column.key)
    if value is None:
        return ""
    if column.kind == "money" and isinstance(value, int):
        return _decimal(value, row.get(column.currency_key or ""))
    return _text(value)


def shown(column: Column, row: Mapping[str, Any], zone: tzinfo | None) -> str:
    """For a terminal: money with its currency, instants in the shop's own time."""
    value = row.get(column.key)
    if value is None:
        return ""
    if column.kind == "money" and isinstance(value, int):
        currency = row.get(column.currency_key or "")
        return f"{_decimal(value, currency)} {currency}" if currency else str(value)
    if column.kind == "instant" and value:
        instant = value if isinstance(value, datetime) else as_instant(str(value))
        return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M") if zone else as_text(instant)
    return _text(value)


def _decimal(minor: int, currency: Any) -> str:
    if not currency:
        return str(minor)  # without a currency nobody knows where the point stands
    try:
        return decimal_text(minor, str(currency))
    except KeyError:
        return str(minor)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return as_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return ", ".join(_text(item) for item in value)
    return str(value)

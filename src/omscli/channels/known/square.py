"""Square's items detail: what was sold at the register, one row an item. Nothing of it ships, and the store's stock goes down.

A refund repeats the item with amounts below zero, in the same transaction or in one of its own. It takes nothing back from a sale
that was made: the seller hears of it, and books goods that came back as a return. (The list of transactions names no goods, and
is no file of orders.)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from typing import NamedTuple
from zoneinfo import available_timezones

from omscli.base.text import fold
from omscli.channels.cells import CellError, given, identifier, money, quantity, split_line
from omscli.channels.dates import any_instant, settled_order
from omscli.channels.grouping import each, orders, total_of
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.orders.incoming import IncomingLine, IncomingOrder


class Row(NamedTuple):
    """The columns used, of any width of the file."""

    line: int
    date: str
    transaction_id: str
    item: str
    qty: str
    time: str = ""
    time_zone: str = ""
    price_point_name: str = ""
    sku: str = ""
    modifiers_applied: str = ""
    gross_sales: str = ""
    discounts: str = ""
    tax: str = ""
    notes: str = ""
    event_type: str = ""
    location: str = ""
    unit: str = ""


_SILENT = frozenset({"ship_to", "email", "service", "note", "tags"})
_EVENTS = frozenset({"", "payment", "sale", "refund"})

# Names of time zones in Ruby on Rails, which Square writes, where they are not simply the city of the zone (`Berlin`).
_ZONES = """
America/New_York: Eastern Time (US & Canada) | America/Chicago: Central Time (US & Canada) | America/Denver: Mountain Time (US & Canada)
America/Phoenix: Arizona | America/Juneau: Alaska | Pacific/Honolulu: Hawaii | America/Regina: Saskatchewan | America/St_Johns: Newfoundland
America/Los_Angeles: Pacific Time (US & Canada) | America/Halifax: Atlantic Time (Canada) | America/Indiana/Indianapolis: Indiana (East)
America/Guatemala: Central America | America/Mexico_City: Guadalajara | America/Lima: Quito | America/Sao_Paulo: Brasilia
America/Guyana: Georgetown | America/Nuuk: Greenland | Atlantic/South_Georgia: Mid-Atlantic | Atlantic/Cape_Verde: Cape Verde Is.
Europe/London: Edinburgh | Europe/Zurich: Bern | Europe/Moscow: St. Petersburg | Africa/Algiers: West Central Africa
Africa/Johannesburg: Pretoria | Asia/Muscat: Abu Dhabi | Asia/Yekaterinburg: Ekaterinburg | Asia/Karachi: Islamabad
Asia/Kolkata: Chennai | Asia/Kolkata: Mumbai | Asia/Kolkata: New Delhi | Asia/Dhaka: Astana | Asia/Colombo: Sri Jayawardenepura
Asia/Bangkok: Hanoi | Asia/Shanghai: Beijing | Asia/Tokyo: Osaka | Asia/Tokyo: Sapporo | Australia/Melbourne: Canberra
Pacific/Auckland: Wellington | Pacific/Midway: Midway Island | Pacific/Midway: International Date Line West
Pacific/Pago_Pago: American Samoa | Pacific/Apia: Samoa | Pacific/Guadalcanal: Solomon Is. | Pacific/Noumea: New Caledonia
Pacific/Majuro: Marshall Is. | Pacific/Tongatapu: Nuku'alofa | Pacific/Fakaofo: Tokelau Is. | Pacific/Chatham: Chatham Is.
"""


@lru_cache(maxsize=1)
def _named_zones() -> dict[str, str]:
    entries = (entry.partition(": ") for line in _ZONES.strip().splitlines() for entry in line.split(" | "))
    return {fold(name): zone for zone, _, name in entries}


@lru_cache(maxsize=256)
def _zone(name: str) -> str | None:
    """The IANA zone of a name as Rails, or IANA itself, writes it."""
    known = _named_zones().get(fold(name))
    if known:
        return known
    city = fold(name).replace(" ", "_")
    return min((zone for zone in available_timezones() if city in (zone.casefold(), zone.casefold().rpartition("/")[2])), default=None)


def _read(sheet: Sheet, context: Context) -> Iterator[Item]:
    build = partial(_sale, sheet, context, settled_order(sheet.column("date"), "ymd", context.date_order))
    return orders(sheet, Row, lambda row: row.transaction_id, "transaction_id", build, key_columns=("transaction_id",))


def _sale(sheet: Sheet, context: Context, date_order: str, order_id: str, rows: list[Row]) -> IncomingOrder:
    """A sale. A transaction of refunds only is none: it is told and left alone."""
    sold = [row for row in rows if not _is_refund(row)]
    back = [row for row in rows if _is_refund(row)]
    first = (sold or rows)[0]
    currency = context.currency
    strange = next((row.event_type for row in rows if row.event_type.casefold() not in _EVENTS), "")
    order = IncomingOrder(
        channel=context.channel,
        order_id=order_id,
        placed_at=any_instant(f"{first.date} {first.time}".strip(), "date", _zone_of(first, context), date_order),
        state="unknown" if strange else "sold" if sold else "ignored",
        payment=_payment(sold, back, currency),
        currency=currency,
        lines=each(sold, partial(_line, currency)),
        raw_status=strange,
        tax=total_of(sold, "tax", currency),
        silent=_SILENT,
        sold_at=first.location or None,
        source_line=rows[0].line,
    )
    for row in back:
        _tell_refund(sheet, row)
    return order


def _is_refund(row: Row) -> bool:
    """Whether the row gives money back. Its amounts are below zero, its quantity only in some files."""
    return row.event_type.casefold() == "refund" or row.qty.startswith("-") or row.gross_sales.startswith(("-", "("))


def _zone_of(row: Row, context: Context) -> str:
    if not row.time_zone:
        return context.timezone
    zone = _zone(row.time_zone)
    if zone is None:
        raise CellError("time_zone", row.time_zone, "no time zone that is known here", "write it like America/New_York")
    return zone


def _payment(sold: list[Row], back: list[Row], currency: str) -> str:
    if not back:
        return "paid"
    taken, given_back = (total_of(rows, "gross_sales", currency) for rows in (sold, back))
    return "refunded" if not sold or (taken is not None and given_back is not None and abs(given_back) >= taken) else "partially_refunded"


def _tell_refund(sheet: Sheet, row: Row) -> None:
    amount = row.gross_sales.lstrip("-").strip("()") or "money"
    problem = f"{amount} for {_title(row)} was paid back; the sale and the stock stay as they are"
    sheet.note(row.line, "event_type", row.event_type, problem, "book goods that came back as a return")


def _title(row: Row) -> str:
    price_point = "" if row.price_point_name.casefold() in ("", "regular") else f" [{row.price_point_name}]"
    return f"{row.item}{price_point}"


def _line(currency: str, row: Row) -> IncomingLine:
    """A line. Gross sales are the line's price before its discount; what is sold by weight is no number of units."""
    if row.unit and row.qty.partition(".")[2].strip("0"):
        raise CellError("qty", row.qty, f"is sold by the {row.unit}, not in units", "take the row out of the file, and count the goods")
    units = quantity(row.qty, "qty")
    price, excess = split_line(money(row.gross_sales, "gross_sales", currency), units)
    discount = money(row.discounts, "discounts", currency)
    title = _title(row)
    return IncomingLine(
        "",
        identifier(row.sku, "sku") or given(title, "item"),
        title,
        units,
        0,
        price,
        None if discount is None and not excess else abs(discount or 0) + excess,
        money(row.tax, "tax", currency),
        "; ".join(filter(None, (row.modifiers_applied, row.notes))),
    )


READERS = (
    Reader(
        name="square",
        form="items",
        read=_read,
        columns=Row,
        must=frozenset({"transaction_id", "price_point_name"}),
    ),
)

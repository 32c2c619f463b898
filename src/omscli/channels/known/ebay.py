"""eBay's orders report (US, UK, AU): empty rows around the header, footers below, and a summary row over a cart's items.

The report has no status: paid is what has a paid-on date, sent is what has a date of dispatch or a tracking number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import NamedTuple

from omscli.base.address import Address
from omscli.channels.addresses import address, joined
from omscli.channels.cells import given, identifier, money, quantity
from omscli.channels.dates import local_instant, named_day
from omscli.channels.grouping import each, orders
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.orders.incoming import IncomingLine, IncomingOrder


class Row(NamedTuple):
    """The columns used, by their US names."""

    line: int
    sales_record_number: str
    order_number: str
    item_number: str
    item_title: str
    custom_label: str
    quantity: str
    sold_for: str
    sale_date: str
    paid_on_date: str
    ship_by_date: str = ""
    shipped_on_date: str = ""
    tracking_number: str = ""
    transaction_id: str = ""
    variation_details: str = ""
    buyer_username: str = ""
    buyer_email: str = ""
    buyer_note: str = ""
    ship_to_name: str = ""
    ship_to_phone: str = ""
    ship_to_address_1: str = ""
    ship_to_address_2: str = ""
    ship_to_city: str = ""
    ship_to_state: str = ""
    ship_to_zip: str = ""
    ship_to_country: str = ""
    shipping_and_handling: str = ""
    total_price: str = ""
    shipping_service: str = ""
    maximum_estimated_delivery_date: str = ""
    global_shipping_reference_id: str = ""


_UK = {
    "post_to_name": "ship_to_name",
    "post_to_phone": "ship_to_phone",
    "post_to_address_1": "ship_to_address_1",
    "post_to_address_2": "ship_to_address_2",
    "post_to_city": "ship_to_city",
    "post_to_county": "ship_to_state",
    "post_to_state": "ship_to_state",
    "post_to_postcode": "ship_to_zip",
    "post_to_zip": "ship_to_zip",
    "post_to_country": "ship_to_country",
    "ship_to_county": "ship_to_state",
    "ship_to_postcode": "ship_to_zip",
    "postage_and_packaging": "shipping_and_handling",
    "postage_and_handling": "shipping_and_handling",
    "post_by_date": "ship_by_date",
    "dispatched_on_date": "shipped_on_date",
    "delivery_service": "shipping_service",
    "postage_service": "shipping_service",
}
_FOOTER = re.compile(r"([0-9,]+ )?record\(s\) downloaded|seller id ?:", re.IGNORECASE)
_MARKS = {"$": "USD", "US $": "USD", "AU $": "AUD", "C $": "CAD", "CA $": "CAD", "NZ $": "NZD", "£": "GBP", "€": "EUR"}
_DECIMAL_COMMA = re.compile(r",[0-9]{2}[^0-9]*\Z")
_MARK = re.compile(r"[^0-9.,\-\s][^0-9.,\-]*")


@lru_cache(maxsize=1024)
def _currency(text: str) -> str | None:
    """The currency of an amount by its mark: `AU $3,000.00`, `EUR 90,00`; a bare `$` is the US site's."""
    found = _MARK.search(text)
    if not found:
        return None
    mark = found[0].strip().upper()
    return _MARKS.get(mark) or (mark if re.fullmatch("[A-Z]{3}", mark) else None)


def _amount(text: str, column: str, currency: str) -> int | None:
    """Minor units; the EU sites write a decimal comma, which always has two places behind it."""
    return money(text, column, currency, "," if _DECIMAL_COMMA.search(text) else ".")


def _key(row: Row) -> str:
    """An auction that was won and not paid has no order number yet."""
    return row.order_number or row.sales_record_number


def _read(sheet: Sheet, context: Context) -> Iterator[Item]:
    return orders(sheet, Row, _key, "order_number", partial(_order, sheet, context))


def _order(sheet: Sheet, context: Context, order_id: str, rows: list[Row]) -> IncomingOrder:
    """The order. The row with the address tells the order; without an item it is a cart's summary and no line."""
    head = next((row for row in rows if row.ship_to_address_1 or row.ship_to_name), rows[0])
    items = [row for row in rows if row.item_number or row.item_title or row.custom_label] or rows
    currency = next(filter(None, (_currency(row.sold_for) for row in rows)), None) or context.currency
    lines = each(items, partial(_line, currency, sent=bool(head.shipped_on_date) and head not in items))
    return IncomingOrder(
        channel=context.channel,
        order_id=order_id,
        placed_at=local_instant(*named_day(head.sale_date, "sale_date"), context.timezone),
        state="open" if any(line.to_ship for line in lines) else "fulfilled",
        payment="paid" if any(row.paid_on_date for row in rows) else "pending",
        currency=currency,
        lines=lines,
        ship_to=_address(sheet, head),
        email=head.buyer_email,
        service=head.shipping_service,
        ship_by=_day(head.ship_by_date, "ship_by_date"),
        deliver_by=_day(head.maximum_estimated_delivery_date, "maximum_estimated_delivery_date"),
        note=head.buyer_note,
        shipping=_amount(head.shipping_and_handling, "shipping_and_handling", currency),
        total=_amount(head.total_price, "total_price", currency),
        other_ids={"sales_record": head.sales_record_number} if head.sales_record_number else {},
        silent=frozenset({"tags"}),
        source_line=rows[0].line,
    )


def _day(text: str, column: str) -> str | None:
    return named_day(text, column)[0].isoformat() if text else None


def _address(sheet: Sheet, head: Row) -> Address:
    """Orders of the Global Shipping Program go to a hub, which finds them by their reference; it belongs on the label."""
    lines = (head.ship_to_address_1, head.ship_to_address_2)
    reference = head.global_shipping_reference_id
    missing = reference and not any("reference" in one.casefold() or reference in one for one in lines)
    parts = Address(
        name=head.ship_to_name,
        line1=lines[0],
        line2=joined(lines[1], f"Reference #{reference}") if missing else lines[1],
        city=head.ship_to_city,
        region=head.ship_to_state,
        postcode=head.ship_to_zip,
        country=head.ship_to_country,
        phone=head.ship_to_phone,
    )
    return address(sheet, head.line, ("ship_to_zip", "ship_to_phone"), parts)


def _line(currency: str, row: Row, *, sent: bool) -> IncomingLine:
    """A line. `Sold For` is the price of one unit. Its id is eBay's own: item number and transaction."""
    units = quantity(row.quantity, "quantity")
    item, transaction = identifier(row.item_number, "item_number"), identifier(row.transaction_id, "transaction_id")
    variation = row.variation_details.strip("[]")
    sku = identifier(row.custom_label, "custom_label") or f"{item} {variation}".strip()
    return IncomingLine(
        f"{item}-{transaction}" if item and transaction else transaction,
        given(sku, "custom_label"),
        f"{row.item_title} [{variation}]" if variation else row.item_title,
        units,
        0 if sent or row.shipped_on_date or row.tracking_number else units,
        _amount(row.sold_for, "sold_for", currency),
    )


READERS = (
    Reader(
        name="ebay",
        form="orders",
        read=_read,
        columns=Row,
        must=frozenset({"sales_record_number", "order_number", "sold_for"}),
        aliases=_UK,
        footer=_FOOTER,
    ),
)

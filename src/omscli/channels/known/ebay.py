"""eBay: its orders report, the list of what is on offer, and the files that tell it new numbers and sent orders.

The orders report has empty rows around the header, footers below, and a summary row over a cart's items. It has no status: paid is
what has a paid-on date, sent is what has a date of dispatch or a tracking number. Every site translates the header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from omscli.base.address import Address
from omscli.carriers.names import carrier_name
from omscli.channels.addresses import address, joined
from omscli.channels.cells import given, identifier, money, quantity
from omscli.channels.columns import keys_of
from omscli.channels.dates import local_instant, named_day
from omscli.channels.ebay_goods import MISSING, ListingRow, read_listings, stock_rows
from omscli.channels.grouping import each, orders
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.channels.writer import Dispatch, Fields, Record, Sending, Writer
from omscli.errors import Refused
from omscli.orders.incoming import IncomingLine, IncomingOrder


class Row(NamedTuple):
    """The columns used, by their US names."""

    line: int
    sales_record_number: str
    order_number: str
    item_number: str
    item_title: str
    quantity: str
    sold_for: str
    sale_date: str
    custom_label: str = ""
    paid_on_date: str = ""
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


# Every column as the sites of Britain, Australia, Germany and France name it, as far as their files were seen.
_WORDS = """
sales_record_number: verkaufsprotokollnummer numéro_de_vente
order_number: bestellnummer numéro_de_commande
item_number: artikelnummer numéro_de_l_objet
item_title: angebotstitel intitulé_de_l_objet
custom_label: bestandseinheit
quantity: anzahl quantité
sold_for: verkauft_für vendu_pour
sale_date: verkauft_am date_de_vente
paid_on_date: zahlungsdatum
ship_by_date: post_by_date
shipped_on_date: dispatched_on_date verschickt_am_datum
tracking_number: sendungsnummer
transaction_id: transaktionsnummer transaktions_id
variation_details: variantendetails
buyer_username: nutzername_des_käufers pseudo_de_l_acheteur
buyer_email: e_mail_des_käufers
ship_to_name: post_to_name name_des_empfängers
ship_to_phone: post_to_phone telefonnummer_des_empfängers
ship_to_address_1: post_to_address_1 adresse_1_des_empfängers
ship_to_address_2: post_to_address_2 adresse_2_des_empfängers
ship_to_city: post_to_city versand_nach_ort
ship_to_state: post_to_county post_to_state ship_to_county
ship_to_zip: post_to_postcode post_to_zip ship_to_postcode versand_nach_plz
ship_to_country: post_to_country versand_nach_land
shipping_and_handling: postage_and_packaging postage_and_handling verpackung_und_versand livraison_et_manutention
total_price: gesamtbetrag
shipping_service: delivery_service postage_service versandservice
"""
_ALIASES = {word: key for key, _, words in (line.partition(": ") for line in _WORDS.strip().splitlines()) for word in words.split()}
# Columns without which the file says nothing about a part of the order.
_PARTS = {
    "ship_to": "ship_to_address_1", "payment": "paid_on_date", "email": "buyer_email", "note": "buyer_note", "service": "shipping_service",
    "totals": "total_price",
}  # fmt: skip
# Other sites word the footers in their own language: a number and some words, or some words and the seller's name.
_FOOTER = re.compile(
    r"\ufeff?\s*(\Z|([0-9.,]+ )?record\(s\) downloaded|[0-9.,]+( [^\d ]+){1,6}\Z|seller id ?:|[^\W\d][^\d:]{2,30}:\s*\S+\Z)", re.IGNORECASE
)
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


def _key(sheet: Sheet, row: Row) -> str:
    """An auction that was won and not paid has no order number yet. Raises Refused where another header stands in the data."""
    if row.order_number[:1].isalpha() and {"order_number", "sales_record_number"} & set(keys_of(row[1:], _ALIASES)):
        place = f"{sheet.name}:{row.line}"
        raise Refused(f"{place}: a second header, with other columns than the first", "two downloads are joined: import them one by one")
    return row.order_number or row.sales_record_number


def _read(sheet: Sheet, context: Context) -> Iterator[Item]:
    silent = frozenset({"tags", *(part for part, column in _PARTS.items() if not sheet.has(column))})
    return orders(
        sheet,
        Row,
        partial(_key, sheet),
        "order_number",
        partial(_order, sheet, context, silent),
        key_columns=("order_number", "sales_record_number"),
    )


def _once(sheet: Sheet, rows: list[Row]) -> list[Row]:
    """The rows of an order without those that two joined downloads both had: unpaid lines have no id that would tell them."""
    seen: dict[tuple[object, ...], Row] = {}
    for row in rows:
        if seen.setdefault(row[1:], row) is not row:
            sheet.note(row.line, "order_number", _key(sheet, row), "stands twice in the same words; taken once", "two downloads overlap")
    return list(seen.values())


def _order(sheet: Sheet, context: Context, silent: frozenset[str], order_id: str, rows: list[Row]) -> IncomingOrder:
    """The order. The row with the address tells the order; without an item it is a cart's summary and no line."""
    rows = _once(sheet, rows)
    head = next((row for row in rows if row.ship_to_address_1 or row.ship_to_name), rows[0])
    items = [row for row in rows if row.item_number or row.item_title or row.custom_label] or rows
    currency = next(filter(None, (_currency(row.sold_for) for row in rows)), None) or context.currency
    lines = each(items, partial(_line, currency, sent=_is_day(head.shipped_on_date) and head not in items))
    return IncomingOrder(
        channel=context.channel,
        order_id=order_id,
        placed_at=local_instant(*named_day(head.sale_date, "sale_date"), context.timezone),
        state="open" if any(line.to_ship for line in lines) else "fulfilled",
        payment="unknown" if "payment" in silent else "paid" if any(map(_is_day, (row.paid_on_date for row in rows))) else "pending",
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
        silent=silent,
        source_line=rows[0].line,
    )


def _is_day(text: str) -> bool:
    """Some sites write `--` where there is none."""
    return bool(text.strip("-"))


def _day(text: str, column: str) -> str | None:
    return named_day(text, column)[0].isoformat() if _is_day(text) else None


def _address(sheet: Sheet, head: Row) -> Address:
    """Orders of the Global Shipping Program go to a hub, which finds them by their reference; it belongs on the label."""
    lines = (head.ship_to_address_1, head.ship_to_address_2)
    reference = head.global_shipping_reference_id
    missing = reference and not any("reference" in one.casefold() or reference in one for one in lines)
    line2 = joined(lines[1], f"Reference #{reference}") if missing else lines[1]
    parts = Address(
        head.ship_to_name, "", lines[0], line2, head.ship_to_city, head.ship_to_state, head.ship_to_zip, head.ship_to_country, head.ship_to_phone
    )  # fmt: skip
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
        0 if sent or _is_day(row.shipped_on_date) or row.tracking_number.strip("-") else units,
        _amount(row.sold_for, "sold_for", currency),
    )


def _tracking(records: Sequence[Record], sending: Sending) -> Iterator[Fields]:
    """A row for each parcel of an order, or for each line of it where the rest of the order has not left."""
    del sending
    rows: dict[tuple[str, ...], Fields] = {}
    for one in records:
        if isinstance(one, Dispatch):
            line = "" if one.whole_order else one.line_id or MISSING
            carrier = (carrier_name(one.carrier) or MISSING) if one.tracking_number else ""
            row = {"order": one.order_id, "line": line, "carrier": carrier, "tracking_number": one.tracking_number}
            rows.setdefault(tuple(row.values()), row)
    yield from rows.values()


_STOCK = {
    "Action": "action", "Category name": "=", "Item number": "item", "Title": "=", "Listing site": "site", "Currency": "currency",
    "Start price": "=", "Buy It Now price": "=", "Available quantity": "quantity", "Relationship": "relationship",
    "Relationship details": "details", "Custom label (SKU)": "label",
}  # fmt: skip
_TRACKING = {
    "Order ID": "order", "Line Item ID": "line", "Logistics Status": "=SHIPPED", "Shipment Carrier": "carrier",
    "Shipment Tracking": "tracking_number",
}  # fmt: skip
READERS = (
    Reader(
        name="ebay",
        form="orders",
        read=_read,
        columns=Row,
        must=frozenset({"sales_record_number", "order_number", "sold_for"}),
        aliases=_ALIASES,
        footer=_FOOTER,
    ),
    Reader(
        name="ebay",
        form="listings",
        kind="listings",
        read=read_listings,
        columns=ListingRow,
        must=frozenset({"item_number", "available_quantity"}),
        must_not=frozenset({"order_number"}),
    ),
)
WRITERS = (
    Writer(
        name="ebay",
        form="stock",
        kind="stock",
        rows=stock_rows,
        columns=_STOCK,
        fields=frozenset({"action", "item", "site", "currency", "quantity", "relationship", "details", "label", "channel_sku"}),
        shapes={"item": re.compile("[0-9]{9,19}|"), "quantity": re.compile("[0-9]{0,6}")},
        above=("#INFO,Version=1.0.0,Template= eBay-active-revise-price-quantity-download_US,,,,,,,,,",),
        bom=True,
        needs_listing=True,
        upload="Seller Hub, Reports, Uploads",
    ),
    Writer(
        name="ebay",
        form="tracking",
        kind="tracking",
        rows=_tracking,
        columns=_TRACKING,
        fields=frozenset({"order", "line", "tracking_number", "carrier"}),
        shapes={
            "order": re.compile("[0-9]+(-[0-9]+){1,2}"),
            "line": re.compile("([0-9]+-[0-9]+)?"),
            "carrier": re.compile(r"(\w[\w .&'-]*)?"),
            "tracking_number": re.compile("([0-9A-Za-z][0-9A-Za-z -]{3,49})?"),
        },
        newline="\r\n",
        upload="Seller Hub, Reports, Uploads",
    ),
)

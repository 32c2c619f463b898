"""Amazon's reports of orders and listings, and its uploads of stock and shipments: tab-separated, without quoting.

Three forms of orders: unshipped (what is left to ship, no prices), new (with prices), all (no name, no street: good for news
about the status only). In every one of them a price is the price of the line, not of a unit. Rows may end early. A SKU whose
channel is AMAZON_… is Amazon's own stock (FBA): it is neither counted nor told a number; its twin that the seller ships has
another SKU.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from omscli.base.address import Address
from omscli.base.marks import Marks
from omscli.base.text import fold
from omscli.catalog.incoming import IncomingListing
from omscli.channels.addresses import address, joined
from omscli.channels.cells import count, given, identifier, money, only_once, quantity, split_line
from omscli.channels.dates import day_of, instant
from omscli.channels.grouping import each, orders, records, total_of
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.channels.writer import Dispatch, Fields, Offer, Record, Sending, Writer
from omscli.orders.incoming import IncomingLine, IncomingOrder


class ToShip(NamedTuple):
    """The columns of the unshipped and the new orders report."""

    line: int
    order_id: str
    order_item_id: str
    purchase_date: str
    sku: str
    product_name: str
    quantity_purchased: str
    quantity_to_ship: str = ""
    promise_date: str = ""
    latest_ship_date: str = ""
    latest_delivery_date: str = ""
    delivery_end_date: str = ""
    buyer_email: str = ""
    buyer_name: str = ""
    buyer_phone_number: str = ""
    currency: str = ""
    item_price: str = ""
    item_tax: str = ""
    shipping_price: str = ""
    item_promotion_discount: str = ""
    ship_service_level: str = ""
    recipient_name: str = ""
    ship_address_1: str = ""
    ship_address_2: str = ""
    ship_address_3: str = ""
    ship_city: str = ""
    ship_state: str = ""
    ship_postal_code: str = ""
    ship_country: str = ""
    ship_phone_number: str = ""
    delivery_instructions: str = ""
    gift_message_text: str = ""
    is_business_order: str = ""
    purchase_order_number: str = ""
    is_buyer_requested_cancellation: str = ""


class AnyOrder(NamedTuple):
    """The columns of the all orders report."""

    line: int
    amazon_order_id: str
    purchase_date: str
    order_status: str
    item_status: str
    sku: str
    product_name: str
    quantity: str
    fulfillment_channel: str
    currency: str = ""
    item_price: str = ""
    item_tax: str = ""
    item_promotion_discount: str = ""
    shipping_price: str = ""
    ship_service_level: str = ""
    ship_city: str = ""
    ship_state: str = ""
    ship_postal_code: str = ""
    ship_country: str = ""
    is_business_order: str = ""
    purchase_order_number: str = ""


class ListingRow(NamedTuple):
    """The columns of the active and the all listings report."""

    line: int
    seller_sku: str
    listing_id: str
    quantity: str = ""
    fulfillment_channel: str = ""
    asin1: str = ""
    product_id: str = ""
    status: str = ""


_SILENT_UNSHIPPED = frozenset({"prices", "totals", "note", "tags"})
_SILENT_NEW = frozenset({"totals"})
# No order-item-id either: lines that another report brought stay as they are.
_SILENT_ALL = frozenset({"ship_to", "lines", "email", "note", "totals"})
_STATES = {
    "pending": ("open", "pending"),
    "pendingavailability": ("open", "pending"),
    "unshipped": ("open", "paid"),
    "partiallyshipped": ("open", "paid"),
    "shipped": ("fulfilled", "paid"),
    "shipping": ("fulfilled", "paid"),
    "invoiceunconfirmed": ("fulfilled", "paid"),
    "complete": ("fulfilled", "paid"),
    "cancelled": ("cancelled", "voided"),
    "canceled": ("cancelled", "voided"),
}
_DONE = ("shipped", "shipping", "complete", "cancelled", "canceled")


def _read_to_ship(sheet: Sheet, context: Context, *, silent: frozenset[str]) -> Iterator[Item]:
    return orders(sheet, ToShip, lambda row: row.order_id, "order_id", partial(_order, sheet, context, silent))


def _order(sheet: Sheet, context: Context, silent: frozenset[str], order_id: str, rows: list[ToShip]) -> IncomingOrder:
    first = rows[0]
    currency = first.currency or context.currency
    lines = each(rows, partial(_line, currency))
    ship_to = Address(
        name=first.recipient_name, line1=first.ship_address_1, line2=joined(first.ship_address_2, first.ship_address_3),
        city=first.ship_city, region=first.ship_state, postcode=first.ship_postal_code, country=first.ship_country,
        phone=first.ship_phone_number or first.buyer_phone_number,
    )  # fmt: skip
    asked_to_cancel = [row for row in rows if row.is_buyer_requested_cancellation.casefold() == "true"]
    return IncomingOrder(
        channel=context.channel,
        order_id=order_id,
        placed_at=instant(first.purchase_date, "purchase_date", context.timezone),
        state="open" if any(line.to_ship for line in lines) else "fulfilled",
        payment="paid",
        currency=currency,
        lines=lines,
        ship_to=address(sheet, first.line, ("ship_postal_code", "ship_phone_number"), ship_to),
        email=first.buyer_email,
        service=first.ship_service_level,
        ship_by=_day(first, context.timezone, "promise_date", "latest_ship_date"),
        deliver_by=_day(first, context.timezone, "latest_delivery_date", "delivery_end_date"),
        tags=_tags(first.is_business_order),
        note=first.delivery_instructions,
        shipping=total_of(rows, "shipping_price", currency),
        tax=total_of(rows, "item_tax", currency),
        other_ids={"purchase_order": first.purchase_order_number} if first.purchase_order_number else {},
        silent=silent,
        doubts=("the buyer asked Amazon to cancel",) if asked_to_cancel else (),
        source_line=first.line,
    )


def _day(row: ToShip, zone: str, *columns: str) -> str | None:
    """The day, on the seller's clock, of the first of these columns that says one; Amazon's deadlines are instants."""
    return next((day_of(text, column, zone) for column in columns if (text := getattr(row, column))), None)


def _tags(is_business: str) -> tuple[str, ...]:
    return ("business",) if is_business.casefold() == "true" else ()


def _price(currency: str, row: ToShip | AnyOrder, units: int) -> tuple[int | None, int | None]:
    """Price of one unit and discount of the line. Amazon writes the discount with or without a minus."""
    price, excess = split_line(money(row.item_price, "item_price", currency), units)
    discount = money(row.item_promotion_discount, "item_promotion_discount", currency)
    return price, None if discount is None and not excess else abs(discount or 0) + excess


def _line(currency: str, row: ToShip) -> IncomingLine:
    units = quantity(row.quantity_purchased, "quantity_purchased")
    to_ship = quantity(row.quantity_to_ship, "quantity_to_ship", 0) if row.quantity_to_ship else units
    price, discount = _price(currency, row, units)
    return IncomingLine(
        identifier(row.order_item_id, "order_item_id"),
        identifier(given(row.sku, "sku"), "sku"),
        row.product_name,
        units,
        min(to_ship, units),
        price,
        discount,
        money(row.item_tax, "item_tax", currency),
        row.gift_message_text,
    )


def _read_all(sheet: Sheet, context: Context) -> Iterator[Item]:
    return orders(sheet, AnyOrder, lambda row: row.amazon_order_id, "amazon_order_id", partial(_news, sheet, context))


def _news(sheet: Sheet, context: Context, order_id: str, rows: list[AnyOrder]) -> IncomingOrder:
    """An order of the all orders report: what Amazon ships itself is ignored, and none of its lines is ours to ship."""
    first = rows[0]
    currency = first.currency or context.currency
    state, payment = _STATES.get(first.order_status.split(" - ")[0].casefold().replace(" ", ""), ("unknown", "unknown"))
    if all(row.fulfillment_channel.casefold() in ("amazon", "afn") for row in rows):
        state = "ignored"
    lines = each(rows, partial(_news_line, currency, state))
    ship_to = Address(city=first.ship_city, region=first.ship_state, postcode=first.ship_postal_code, country=first.ship_country)
    return IncomingOrder(
        channel=context.channel,
        order_id=order_id,
        placed_at=instant(first.purchase_date, "purchase_date", context.timezone),
        # Amazon may not tell the units of a pending order yet: nothing to ship now is not the same as shipped.
        state="fulfilled" if (state, payment) == ("open", "paid") and not any(line.to_ship for line in lines) else state,
        payment=payment,
        currency=currency,
        lines=[line for line in lines if line.quantity],
        ship_to=address(sheet, first.line, ("ship_postal_code", "ship_postal_code"), ship_to),
        raw_status=first.order_status if state == "unknown" else "",
        service=first.ship_service_level,
        tags=_tags(first.is_business_order),
        shipping=total_of(rows, "shipping_price", currency),
        tax=total_of(rows, "item_tax", currency),
        other_ids={"purchase_order": first.purchase_order_number} if first.purchase_order_number else {},
        silent=_SILENT_ALL,
        source_line=first.line,
    )


def _news_line(currency: str, state: str, row: AnyOrder) -> IncomingLine:
    units = quantity(row.quantity or "0", "quantity", 0)
    ours = row.fulfillment_channel.casefold() not in ("amazon", "afn")
    left = ours and state in ("open", "unknown") and row.item_status.casefold() not in _DONE
    price, discount = _price(currency, row, units)
    return IncomingLine(
        "",
        identifier(given(row.sku, "sku"), "sku"),
        row.product_name,
        units,
        units if left else 0,
        price,
        discount,
        money(row.item_tax, "item_tax", currency),
    )


def _read_listings(sheet: Sheet, context: Context) -> Iterator[Item]:
    del context
    return records(sheet, ListingRow, partial(_listing, Marks()))


def _listing(seen: Marks, row: ListingRow) -> IncomingListing:
    """A listing. The number of what Amazon ships itself is none that the seller counts."""
    sku = only_once(given(identifier(row.seller_sku, "seller_sku"), "seller_sku"), "seller_sku", row.line, seen)
    names = {"listing_id": row.listing_id, "asin": row.asin1, "product_id": row.product_id, "status": row.status}
    ids = {name: text for name, text in (*names.items(), ("fulfillment_channel", row.fulfillment_channel)) if text}
    counted = row.quantity and not _is_amazons(row.fulfillment_channel)
    return IncomingListing(sku, count(row.quantity, "quantity") if counted else None, ids=ids, source_line=row.line)


def _is_amazons(channel: str) -> bool:
    """Whether a SKU lies in Amazon's own warehouses (`AMAZON_NA`, `AMAZON_EU`)."""
    return channel.upper().startswith("AMAZON")


def _stock_rows(records: Sequence[Record], sending: Sending) -> Iterator[Fields]:
    """A number for each SKU that the seller ships; one for Amazon's own stock would turn it into the seller's."""
    del sending
    for one in records:
        channel = one.ids.get("fulfillment_channel", "") if isinstance(one, Offer) else ""
        if isinstance(one, Offer) and not _is_amazons(channel):
            yield {"sku": one.channel_sku, "quantity": str(one.quantity), "fulfillment_channel": channel, **_UNCHANGED}


def _parcel_rows(records: Sequence[Record], sending: Sending) -> Iterator[Fields]:
    """A row for the units of an item in a parcel.

    Where the order came without ids of its items, one row tells that the whole order is in the parcel; of a part nothing can
    be told, and the row is refused for its id.
    """
    told = set()
    for one in records:
        if not isinstance(one, Dispatch):
            continue
        knows_item = _ITEM_ID.fullmatch(one.line_id) is not None
        if not knows_item and one.whole_order:
            if (one.order_id, one.tracking_number) in told:
                continue
            told.add((one.order_id, one.tracking_number))
        code = _CARRIERS.get(re.sub(r"[\W_]", "", fold(one.carrier)), "Other" if one.carrier else "")
        yield {
            "order_id": one.order_id,
            "order_item_id": one.line_id if knows_item else "" if one.whole_order else one.line_id or "unknown",
            "quantity": str(one.quantity) if knows_item or not one.whole_order else "",
            "ship_date": day_of(one.shipped_at, "shipped_at", sending.zone) or "",
            "carrier_code": code,
            "carrier_name": one.carrier if code == "Other" else "",
            "tracking_number": one.tracking_number,
            "ship_method": one.service,
        }


# Cells that stay empty leave at Amazon what it has.
_UNCHANGED = {"price": "", "minimum_price": "", "maximum_price": "", "handling_time": ""}
_ITEM_ID = re.compile(r"[0-9]{8,20}")
# Amazon's own words for carriers; every other one is `Other` with its name beside it.
_CARRIERS = {
    re.sub(r"\W", "", name.casefold()): name
    for name in (
        "USPS", "UPS", "UPSMI", "FedEx", "DHL", "DHL eCommerce", "OnTrac", "Royal Mail", "Parcelforce", "DPD", "Yodel", "Deutsche Post",
        "GLS", "La Poste", "Canada Post", "Australia Post", "Purolator", "Yun Express", "4PX",
    )
}  # fmt: skip

_form = partial(Reader, name="amazon", raw=True, pads=True, mark="-")

READERS = (
    _form(
        form="unshipped",
        read=partial(_read_to_ship, silent=_SILENT_UNSHIPPED),
        columns=ToShip,
        must=frozenset({"order_id", "order_item_id", "quantity_to_ship"}),
    ),
    _form(
        form="new",
        read=partial(_read_to_ship, silent=_SILENT_NEW),
        columns=ToShip,
        must=frozenset({"order_id", "order_item_id", "item_price"}),
        must_not=frozenset({"quantity_to_ship"}),
    ),
    _form(
        form="all",
        read=_read_all,
        columns=AnyOrder,
        must=frozenset({"amazon_order_id", "item_status"}),
    ),
    _form(
        form="listings",
        kind="listings",
        read=_read_listings,
        columns=ListingRow,
        must=frozenset({"seller_sku", "listing_id"}),
    ),
)

_upload = partial(Writer, name="amazon", suffix="txt", delimiter="\t", newline="\r\n", quoting="none")

WRITERS = (
    _upload(
        form="stock",
        kind="stock",
        rows=_stock_rows,
        columns={
            "sku": "sku",
            "price": "price",
            "minimum-seller-allowed-price": "minimum_price",
            "maximum-seller-allowed-price": "maximum_price",
            "quantity": "quantity",
            "handling-time": "handling_time",
            "fulfillment-channel": "fulfillment_channel",
        },
        fields=frozenset({"sku", "quantity", "fulfillment_channel", *_UNCHANGED}),
        shapes={"sku": re.compile(r".{1,40}"), "quantity": re.compile(r"[0-9]{1,9}"), "fulfillment_channel": re.compile(r"(DEFAULT)?")},
        upload="Seller Central: Catalog > Add products via upload > Price & Quantity",
    ),
    _upload(
        form="tracking",
        kind="tracking",
        rows=_parcel_rows,
        columns={
            "order-id": "order_id",
            "order-item-id": "order_item_id",
            "quantity": "quantity",
            "ship-date": "ship_date",
            "carrier-code": "carrier_code",
            "carrier-name": "carrier_name",
            "tracking-number": "tracking_number",
            "ship-method": "ship_method",
        },
        fields=frozenset(
            {"order_id", "order_item_id", "quantity", "ship_date", "carrier_code", "carrier_name", "tracking_number", "ship_method"}
        ),
        shapes={
            "order_id": re.compile(r"[0-9A-Z]{3}-[0-9]{7}-[0-9]{7}"),
            "order_item_id": re.compile(r"([0-9]{8,20})?"),
            "ship_date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
            "carrier_code": re.compile(r".+"),
        },
        texts=frozenset({"carrier_name", "ship_method"}),
        upload="Seller Central: Orders > Upload order related files > Shipping confirmation",
    ),
)

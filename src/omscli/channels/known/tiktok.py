"""TikTok Shop's order export (CSV or Excel): the US file and those of South-East Asia, one row a SKU, the order's columns on each row.

The names of the columns are English everywhere, the statuses are in the language of the shop; what the time columns say needs no
word. Times name no zone: they are on the clock of the channel's `timezone`. Addresses are masked where TikTok makes the label.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from omscli.base.address import Address
from omscli.base.text import fold
from omscli.channels.addresses import address, joined
from omscli.channels.cells import given, identifier, money, quantity
from omscli.channels.dates import any_instant, settled_order
from omscli.channels.grouping import each, orders
from omscli.channels.reader import Context, Item, Reader
from omscli.channels.sheet import Sheet
from omscli.channels.states import whole_state
from omscli.orders.incoming import IncomingLine, IncomingOrder


class Row(NamedTuple):
    """The columns used, of every country's file."""

    line: int
    order_id: str
    order_status: str
    sku_id: str
    quantity: str
    created_time: str
    order_substatus: str = ""
    cancelation_return_type: str = ""
    normal_or_pre_order: str = ""
    seller_sku: str = ""
    virtual_bundle_seller_sku: str = ""
    product_name: str = ""
    variation: str = ""
    sku_quantity_of_return: str = ""
    sku_unit_original_price: str = ""
    sku_subtotal_before_discount: str = ""
    sku_subtotal_after_discount: str = ""
    shipping_fee_after_discount: str = ""
    taxes: str = ""
    order_amount: str = ""
    order_refund_amount: str = ""
    paid_time: str = ""
    shipped_time: str = ""
    delivered_time: str = ""
    cancelled_time: str = ""
    fulfillment_type: str = ""
    delivery_option: str = ""
    buyer_message: str = ""
    delivery_instruction: str = ""
    recipient: str = ""
    phone: str = ""
    country: str = ""
    state: str = ""
    province: str = ""
    city: str = ""
    regency_and_city: str = ""
    district: str = ""
    districts: str = ""
    commune: str = ""
    villages: str = ""
    zipcode: str = ""
    address_line_1: str = ""
    detail_address: str = ""
    address_line_2: str = ""
    additional_address_information: str = ""
    package_id: str = ""


_WORDS = {
    "unpaid": "open",
    "to ship": "open",
    "awaiting shipment": "open",
    "awaiting collection": "open",
    "shipped": "fulfilled",
    "in transit": "fulfilled",
    "delivered": "fulfilled",
    "completed": "fulfilled",
    "canceled": "cancelled",
    "cancelled": "cancelled",
    "ที่จะจัดส่ง": "open",
    "จัดส่งแล้ว": "fulfilled",
    "ยกเลิกแล้ว": "cancelled",
    "belum dibayar": "open",
    "perlu dikirim": "open",
    "dikirim": "fulfilled",
    "selesai": "fulfilled",
    "dibatalkan": "cancelled",
}
_STATES = {fold(word): state for word, state in _WORDS.items()}
# The second row may describe the columns. No order is taken for it: those have a number of 17 figures or more.
_DESCRIPTIONS = re.compile(r"(?!.*?[0-9]{15})(?=.*\bplatform unique order id\b)", re.DOTALL | re.IGNORECASE)
_HALF_DAY = re.compile(r"[0-9]\s?[AP]M\b", re.IGNORECASE)
_MARKS = {"Rp": "IDR", "₫": "VND", "đ": "VND", "฿": "THB", "RM": "MYR", "₱": "PHP", "£": "GBP", "€": "EUR"}
_MARK = re.compile("|".join(_MARKS))
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_PLACES = ("recipient", "address_line_1", "detail_address", "address_line_2", "additional_address_information", "city", "zipcode")


def _read(sheet: Sheet, context: Context) -> Iterator[Item]:
    return orders(sheet, Row, lambda row: row.order_id, "order_id", partial(_order, sheet, context, _date_order(sheet, context)))


def _date_order(sheet: Sheet, context: Context) -> str:
    """The order of the dates: a US file writes the month first and AM or PM, the others the day first and 24 hours.

    A file that has the clock of one and the address of the other was changed by somebody: only its figures or the seller's word
    can settle it (`ymd`).
    """
    times = list(sheet.column("created_time"))
    declared = "mdy" if any(map(_HALF_DAY.search, times)) else "dmy"
    if sheet.has("address_line_1" if declared == "dmy" else "detail_address"):
        declared = "ymd"
    return settled_order(times, declared, context.date_order)


def _order(sheet: Sheet, context: Context, date_order: str, order_id: str, rows: list[Row]) -> IncomingOrder:
    first = rows[0]
    currency = _currency(rows) or context.currency
    theirs = all(map(_is_theirs, rows))
    state = "ignored" if theirs else whole_state({_state(row) for row in rows if not _is_theirs(row)})
    lines = each(rows, partial(_line, currency, _ids(rows)))
    if state == "open" and not any(line.to_ship for line in lines):
        state = "fulfilled"
    total = _amount(currency, first, "order_amount")
    order = IncomingOrder(
        channel=context.channel,
        order_id=identifier(order_id, "order_id"),
        placed_at=any_instant(first.created_time, "created_time", context.timezone, date_order),
        state=state,
        payment=_payment(rows, state, total, _amount(currency, first, "order_refund_amount")),
        currency=currency,
        lines=lines,
        ship_to=_address(sheet, first),
        raw_status=_unknown_word(rows) if state == "unknown" else "",
        service=first.delivery_option,
        tags=_tags(currency, rows),
        note="\n".join(filter(None, (first.buyer_message, first.delivery_instruction))),
        # The same amounts stand on every row of the order.
        shipping=_amount(currency, first, "shipping_fee_after_discount"),
        tax=_amount(currency, first, "taxes"),
        total=total,
        silent=frozenset({"email"}),
        doubts=_doubts(rows, lines),
        source_line=first.line,
    )
    _tell_mask(sheet, first, order)
    return order


def _state(row: Row) -> str:
    """The state of a row: by its times, and by its status where they do not decide."""
    word = _STATES.get(fold(row.order_status), "unknown")
    if row.cancelled_time or word == "cancelled":
        return "cancelled"
    return "fulfilled" if row.shipped_time or row.delivered_time else word


def _unknown_word(rows: list[Row]) -> str:
    return next(row.order_status or row.order_substatus for row in rows if _state(row) == "unknown")


def _is_theirs(row: Row) -> bool:
    """Whether TikTok's warehouse sends it (`Fulfillment by TikTok`)."""
    return "tiktok" in fold(row.fulfillment_type)


def _payment(rows: list[Row], state: str, total: int | None, refunded: int | None) -> str:
    """Paid is what has a paid time. An order that was never paid may have amounts of an order and of a refund all the same."""
    if not any(row.paid_time for row in rows):
        return "voided" if state == "cancelled" else "pending"
    if not refunded:
        return "paid"
    return "refunded" if total and refunded >= total else "partially_refunded"


def _tags(currency: str, rows: list[Row]) -> tuple[str, ...]:
    """`sample` when the goods of the whole order cost nothing even before discounts, as TikTok writes free samples."""
    free = all(_amount(currency, row, "sku_subtotal_before_discount") == 0 for row in rows)
    early = any("pre" in fold(row.normal_or_pre_order) for row in rows)
    return tuple(tag for tag, applies in (("pre-order", early), ("sample", free)) if applies)


def _doubts(rows: list[Row], lines: list[IncomingLine]) -> tuple[str, ...]:
    """A wish to cancel or return that no number of units settles yet."""
    words = {
        row.cancelation_return_type
        for row, line in zip(rows, lines, strict=True)
        if row.cancelation_return_type and line.to_ship == line.quantity
    }
    return tuple(f"TikTok says “{word}” of goods that are still to be sent" for word in sorted(words))


def _address(sheet: Sheet, row: Row) -> Address:
    """The address; what is smaller than a town stands behind the street."""
    city = row.city or row.regency_and_city or row.district
    smaller = [part for part in (row.villages, row.commune, row.districts, row.district) if part != city]
    parts = Address(
        name=row.recipient,
        line1=row.address_line_1 or row.detail_address,
        line2=joined(row.address_line_2 or row.additional_address_information, *smaller),
        city=city,
        region=row.state or row.province,
        postcode=row.zipcode,
        country=row.country,
        phone=row.phone,
    )
    return address(sheet, row.line, ("zipcode", "phone"), parts)


def _tell_mask(sheet: Sheet, row: Row, order: IncomingOrder) -> None:
    """Notes an address with asterisks of an order that waits, so that nobody prints it; such an order is held."""
    hidden = [column for column in _PLACES if "*" in getattr(row, column)]
    if not hidden or order.state not in ("open", "unknown"):
        return
    sheet.note(
        row.line,
        hidden[0],
        getattr(row, hidden[0]),
        f"TikTok masked the address of order {order.order_id} with *; no label can be printed of it",
        "buy the label at TikTok, or export again when the order is to be shipped by you",
    )
    if not order.ship_to.is_masked:
        order.doubts = (*order.doubts, "TikTok masked a part of the address")


def _currency(rows: list[Row]) -> str | None:
    """The currency by the mark of an amount (`Rp`, `฿`). Most files have none, and a bare `$` is any dollar."""
    for row in rows:
        found = _MARK.search(row.order_amount) or _MARK.search(row.sku_unit_original_price)
        if found:
            return _MARKS[found[0]]
    return None


def _amount(currency: str, row: Row, column: str) -> int | None:
    """Minor units. Rupiah and dong have no cents: `Rp50.000` are fifty thousand."""
    text: str = getattr(row, column)
    plain = _MARK.sub("", text).strip()
    if currency in ("IDR", "VND") and _THOUSANDS.fullmatch(plain):
        plain = re.sub("[.,]", "", plain)
    return money(plain, column, currency)


def _ids(rows: list[Row]) -> Counter[str]:
    """How often each SKU stands in an order in different words, as when its units travel in two packages."""
    return Counter(sku_id for sku_id, _ in {(row.sku_id, row[1:]) for row in rows})


def _line(currency: str, ids: Counter[str], row: Row) -> IncomingLine:
    """A line, known by TikTok's SKU ID where that names one line only. What was returned or cancelled is not owed."""
    units = quantity(row.quantity, "quantity")
    returned = quantity(row.sku_quantity_of_return or "0", "sku_quantity_of_return", 0)
    owed = _state(row) in ("open", "unknown") and not _is_theirs(row)
    sku_id = identifier(row.sku_id, "sku_id")
    sku = identifier(row.seller_sku, "seller_sku") or sku_id or identifier(row.virtual_bundle_seller_sku, "virtual_bundle_seller_sku")
    price, paid = _amount(currency, row, "sku_unit_original_price"), _amount(currency, row, "sku_subtotal_after_discount")
    plain = fold(row.variation) in ("", "default")
    return IncomingLine(
        sku_id if ids[row.sku_id] == 1 else "",
        given(sku, "seller_sku"),
        row.product_name if plain else f"{row.product_name} [{row.variation}]",
        units,
        max(0, units - returned) if owed else 0,
        price,
        None if price is None or paid is None else price * units - paid,
    )


READERS = (
    Reader(
        name="tiktok",
        form="orders",
        read=_read,
        columns=Row,
        must=frozenset({"order_id", "order_substatus", "sku_id"}),
        aliases={
            "cancellation_return_type": "cancelation_return_type",
            "canceled_time": "cancelled_time",
            "order_sub_status": "order_substatus",
            "zip_code": "zipcode",
        },
        footer=_DESCRIPTIONS,
    ),
)

"""What a label is made of: the fields that every label program gets, each in the units that programs want.

A seller's own layout in rules.yaml chooses among them. What is not known is an empty cell, never 0.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from omscli.base.clock import as_instant
from omscli.base.money import decimal_text, is_currency
from omscli.base.sheet_text import is_formula
from omscli.channels.countries import country_name
from omscli.channels.writer import Label, LabelItem, Record, Sending

NOT_EMPTY = re.compile(r".+", re.DOTALL)
_TENTH, _HUNDREDTH, _THOUSANDTH = Decimal("0.1"), Decimal("0.01"), Decimal("0.001")
_OUNCE, _POUND, _KILOGRAM = Decimal("28.349523125"), Decimal("453.59237"), Decimal(1000)  # in grams
_INCH, _CENTIMETRE = Decimal("25.4"), Decimal(10)  # in millimetres

_HEAD = """
reference shipment order order_id channel ordered_on ordered_at ordered_us ordered_uk ship_on
name company address1 address2 city region postcode country country_name phone email
wanted_service carrier service box weight_g weight_kg weight_oz weight_lb
length_mm width_mm height_mm length_cm width_cm height_cm length_in width_in height_in
units value total shipping currency note
"""
_ITEM = "sku title quantity unit_price item_value unit_weight_g unit_weight_kg unit_weight_oz hs_code origin"
HEAD_FIELDS = frozenset(_HEAD.split())
ITEM_FIELDS = frozenset(_ITEM.split())
SUMMARY_FIELDS = frozenset({"contents", "description", "hs_code", "origin"})
_MONEY = frozenset({"value", "total", "shipping", "unit_price", "item_value"})
HEAD_TEXTS = frozenset(
    {"name", "company", "address1", "address2", "city", "region", "postcode", "phone", "email", "wanted_service", "note"}
)


def labels_of(records: Sequence[Record]) -> Iterator[tuple[Label, str]]:
    """Each label with the reference that comes back with its tracking number: the shipment, `S-12`, its second parcel `S-12-2`.

    An order's number would not do: it may leave in several shipments. And most programs make one order of rows with one number,
    where two parcels need two labels.
    """
    for label in records:
        if isinstance(label, Label):
            yield label, parcel_reference(label.shipment, label.parcel)


def parcel_reference(shipment: str, parcel: int) -> str:
    """What stands on the label, and finds the parcel when the tracking file comes back."""
    return shipment if parcel == 1 else f"{shipment}-{parcel}"


def head(label: Label, reference: str, sending: Sending) -> dict[str, str]:
    """The fields of a parcel (HEAD_FIELDS)."""
    return {
        "reference": reference,
        "shipment": label.shipment,
        "order": label.order_ref,
        "order_id": label.order_id,
        "channel": label.channel,
        "ship_on": label.ship_on,
        "wanted_service": label.wanted_service,
        "carrier": label.carrier,
        "service": label.service,
        "box": label.box,
        "units": str(sum(item.quantity for item in label.items)) if label.items else "",
        "value": _value(label),
        "total": _amount(label.total, label.currency),
        "shipping": _amount(label.shipping, label.currency),
        "currency": label.currency,
        "note": readable(label.note, 1000),
        **_dates(label.placed_at, sending.zone),
        **_address(label),
        **_measures(label),
    }


def _dates(placed_at: str, zone: str) -> dict[str, str]:
    """The day and time of the order on the seller's clock, ISO, as US programs write it and as British ones do."""
    placed = as_instant(placed_at).astimezone(ZoneInfo(zone))
    return {
        "ordered_on": placed.date().isoformat(),
        "ordered_at": placed.strftime("%Y-%m-%d %H:%M:%S"),
        "ordered_us": placed.strftime("%m/%d/%Y %H:%M:%S"),
        "ordered_uk": placed.strftime("%d/%m/%y"),
    }


def _address(label: Label) -> dict[str, str]:
    """Programs insist on a name, so that a company without a person is the name."""
    to = label.ship_to
    return {
        "name": to.name or to.company,
        "company": to.company if to.name else "",
        "address1": to.line1,
        "address2": to.line2,
        "city": to.city,
        "region": to.region,
        "postcode": to.postcode,
        "country": to.country,
        "country_name": country_name(to.country),
        "phone": to.phone,
        "email": label.email,
    }


def _measures(label: Label) -> dict[str, str]:
    found = _weights("weight", label.weight_g)
    found["weight_lb"] = _in_units(label.weight_g, _POUND, _HUNDREDTH)
    for name, size in zip(("length", "width", "height"), label.size_mm or (None, None, None), strict=True):
        found[f"{name}_mm"] = str(size or "")
        found[f"{name}_cm"] = _in_units(size, _CENTIMETRE, _TENTH)
        found[f"{name}_in"] = _in_units(size, _INCH, _TENTH)
    return found


def _weights(name: str, grams: int | None) -> dict[str, str]:
    """A weight in three units. A tenth of an ounce is 3 g: 8 oz, which are 227 g here, must not be paid as 9."""
    return {
        f"{name}_g": str(grams or ""),
        f"{name}_kg": _in_units(grams, _KILOGRAM, _THOUSANDTH),
        f"{name}_oz": _in_units(grams, _OUNCE, _TENTH),
    }


def _in_units(value: int | None, unit: Decimal, step: Decimal) -> str:
    """To the nearest step, but at least one; "" for a measure that nobody knows."""
    if not value:
        return ""
    found = max((Decimal(value) / unit).quantize(step, ROUND_HALF_UP), step)
    return f"{found.normalize():f}"


def _amount(minor: int | None, currency: str) -> str:
    return "" if minor is None or not is_currency(currency) else decimal_text(minor, currency)


def _value(label: Label) -> str:
    """What the goods in the parcel are worth together; "" when the price of one of them is not known."""
    prices = [item.unit_price for item in label.items]
    if not prices or None in prices:
        return ""
    return _amount(sum((item.unit_price or 0) * item.quantity for item in label.items), label.currency)


def money_in(currency: str, label: Label, fields: dict[str, str]) -> dict[str, str]:
    """The fields without amounts that are in another currency, for programs that take every figure for their own money."""
    if label.currency == currency:
        return fields
    return {**fields, **dict.fromkeys(_MONEY & fields.keys(), "")}


def summary(label: Label) -> dict[str, str]:
    """What is in a parcel, in one row (SUMMARY_FIELDS). Customs data only where they are the same for everything in it."""
    codes, origins = {item.hs_code for item in label.items}, {item.origin for item in label.items}
    return {
        "contents": readable(", ".join(f"{item.sku} x{item.quantity}" for item in label.items), 75),
        "description": readable(", ".join(item.title or item.sku for item in label.items), 100),
        "hs_code": codes.pop() if len(codes) == 1 else "",
        "origin": origins.pop() if len(origins) == 1 else "",
    }


def items_of(label: Label) -> Iterator[dict[str, str]]:
    """The fields of each kind of goods in a parcel (ITEM_FIELDS), for programs with one row an item; at least one, if empty."""
    if not label.items:
        yield dict.fromkeys(ITEM_FIELDS, "")
    for item in label.items:
        yield _item(item, label.currency)


def _item(item: LabelItem, currency: str) -> dict[str, str]:
    price = item.unit_price
    return {
        "sku": item.sku,
        "title": readable(item.title or item.sku, 200),
        "quantity": str(item.quantity),
        "unit_price": _amount(price, currency),
        "item_value": _amount(None if price is None else price * item.quantity, currency),
        "hs_code": item.hs_code,
        "origin": item.origin,
        **_weights("unit_weight", item.weight_g),
    }


def readable(text: str, most: int) -> str:
    """A text that only people read, of at most so many letters, without what would keep its row out of the file.

    A label must not fail because a buyer's note begins with a dash. Names, streets and SKUs are never changed so.
    """
    plain = "".join(char for char in " ".join(text.split()) if unicodedata.category(char) not in ("Cc", "Cf"))
    while is_formula(plain):
        plain = plain[1:].lstrip()
    return plain[:most].rstrip()

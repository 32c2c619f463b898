"""Tracking numbers: whether one has its carrier's form, and where to follow it.

A finding is a warning and never a refusal: carriers add forms without telling anybody. The forms and the ways to compute
check digits are the facts collected in jkeen/tracking_number_data (couriers/*.json).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

_SPREADSHEET = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]+")
_SPREADSHEET_DIGITS = 15  # what a spreadsheet keeps of a number; the rest it turns into zeros
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")  # RFC 3986, 2.3


def _mod10(serial: str, check: str) -> bool:
    """Weights 3, 1, 3, 1 … from the right, as on every barcode of GS1."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(serial)))
    return -total % 10 == int(check)


def _mod10_91(serial: str, check: str) -> bool:
    """The older USPS numbers are checked as if the 91 in front of them, which is not printed, were there."""
    return _mod10("91" + serial, check)


def _mod10_92(serial: str, check: str) -> bool:
    """The 20 digits of FedEx Ground Economy leave out the 92 in front in the same way."""
    return _mod10("92" + serial, check)


def _ups(serial: str, check: str) -> bool:
    """Weights 1, 2, 1, 2 … from the left; a letter counts (ASCII - 3) mod 10."""
    values = (int(char) if char.isdigit() else (ord(char) - 3) % 10 for char in serial)
    return -sum(value * (1, 2)[place % 2] for place, value in enumerate(values)) % 10 == int(check)


def _fedex(serial: str, check: str) -> bool:
    """Weights 1, 3, 7 … from the right, modulo 11; a remainder of 10 counts as 0."""
    total = sum(int(digit) * (1, 3, 7)[place % 3] for place, digit in enumerate(reversed(serial)))
    return total % 11 % 10 == int(check)


def _mod7(serial: str, check: str) -> bool:
    return int(serial) % 7 == int(check)


def _s10(serial: str, check: str) -> bool:
    """Universal Postal Union, standard S10: weighted sum modulo 11."""
    left = 11 - sum(int(digit) * weight for digit, weight in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    return {10: 0, 11: 5}.get(left, left) == int(check)


def _mod37(serial: str, check: str) -> bool:
    """ISO/IEC 7064, MOD 37,36."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    product = 36
    for char in serial:
        product = (product + digits.index(char)) % 36 or 36
        product = product * 2 % 37
    return digits[(37 - product) % 36] == check


class _Form(NamedTuple):
    """One form of number: the check digit in its second group is computed from the first; None where nobody has published how."""

    pattern: re.Pattern[str]
    check: Callable[[str, str], bool] | None


def _form(pattern: str, check: Callable[[str, str], bool] | None = None) -> _Form:
    return _Form(re.compile(pattern), check)


_S10 = (_form(r"[A-Z]{2}([0-9]{8})([0-9])[A-Z]{2}", _s10),)
# A ZIP in front (420 and 5 or 9 digits) belongs to the label, not to the number. What begins with 92 to 95 may also come from another
# carrier that hands its parcels to USPS for the last mile.
_USPS_LABEL = (_form(r"(?:420[0-9]{5}(?:[0-9]{4})?)?(9[1-5](?:[0-9]{19}|[0-9]{23}|[0-9]{27}))([0-9])", _mod10),)
_USPS = (*_USPS_LABEL, _form(r"([0-9]{19})([0-9])", _mod10), _form(r"(?:420[0-9]{5})?([0-9]{19})([0-9])", _mod10_91), *_S10)
_UPS = (_form(r"1Z([A-Z0-9]{15})([0-9])", _ups), _form(r"[AHJKTV]([0-9]{9})([0-9])", _ups), *_USPS_LABEL)
_FEDEX = (
    _form(r"([0-9]{11})([0-9])", _fedex),
    _form(r"([0-9]{14})([0-9])", _mod10),
    _form(r"(?:00)?([0-9]{17})([0-9])", _mod10),
    _form(r"96[0-9]{5}([0-9]{14})([0-9])", _mod10),
    _form(r"3[0-9]{15}([0-9]{11})([0-9])[0-9]{4}", _fedex),
    _form(r"[0-9]{20}([0-9]{13})([0-9])", _fedex),
    _form(r"([0-9]{19})([0-9])", _mod10_92),
    *_USPS_LABEL,
)
_DHL = (
    _form(r"([0-9]{9,10})([0-9])", _mod7),
    _form(r"J[A-Z]{1,3}[0-9]{9,20}"),
    _form(r"(?:GM|LX|RX|UV|CN|SG|TH|IN|HK|MY)[0-9A-Z]{10,39}"),
    _form(r"[0-9]{12}|[0-9]{14}|[0-9]{20}"),  # DHL Paket and DHL eCommerce
    *_USPS_LABEL,
    *_S10,
)
_CANADA_POST = (_form(r"([0-9]{15})([0-9])", _mod10), *_S10)
# The check character of DPD's 15 is often left out, and DPD UK has shorter consignment numbers.
_DPD = (_form(r"([0-9]{14})([0-9A-Z])", _mod37), _form(r"([0-9]{27})([0-9A-Z])", _mod37), _form(r"[0-9]{10}|[0-9]{14}"))
_ROYAL_MAIL = (*_S10, _form(r"[0-9A-Z]{21}"))  # 21: the identifier in its two-dimensional barcode

_CARRIERS = {
    "usps": _USPS,
    "ups": _UPS,
    "fedex": _FEDEX,
    "federalexpress": _FEDEX,
    "dhl": _DHL,
    "canadapost": _CANADA_POST,
    "postescanada": _CANADA_POST,
    "dpd": _DPD,
    "royalmail": _ROYAL_MAIL,
}


def check_number(carrier: str, number: str) -> str | None:
    """What is wrong with a tracking number, in words; None where nothing is, or where the carrier's forms are not known.

    Spaces and hyphens do not count. Numbers that a spreadsheet has shortened are found for every carrier.
    """
    plain = _plain(number).replace("-", "")
    if _SPREADSHEET.fullmatch(plain):
        return f"{number} is a number that a spreadsheet has shortened; format the column as text and export again"
    lost = plain[_SPREADSHEET_DIGITS:]
    if len(lost) >= 6 and plain.isdecimal() and not lost.strip("0"):
        return f"{number} ends in {len(lost)} zeros where a spreadsheet cuts off; format the column as text and export again"
    forms = _forms_of(carrier)
    if forms is None:
        return None
    fits = [found for form in forms if (found := _fits(form, plain)) is not None]
    if any(fits):
        return None
    if fits:
        return f"the check digit of {number} does not fit: a digit is wrong or two are swapped"
    return f"{number} does not look like a number of {carrier}"


def _fits(form: _Form, plain: str) -> bool | None:
    """None where the form is another one, else whether the check digit fits."""
    match = form.pattern.fullmatch(plain)
    if match is None:
        return None
    return form.check is None or form.check(match[1], match[2])


def _forms_of(carrier: str) -> tuple[_Form, ...] | None:
    """By the first word (`UPS Ground`), or the first two (`Royal Mail Tracked 24`, `canada-post`)."""
    words = re.findall(r"[a-z]+", carrier.casefold())
    return _CARRIERS.get("".join(words[:1])) or _CARRIERS.get("".join(words[:2]))


def _plain(number: str) -> str:
    return "".join(number.split()).upper()


def tracking_url(template: str, number: str) -> str | None:
    """The page that shows where a parcel is: the template with `{number}` filled in, percent-encoded.

    None without a number, or unless the template is an https address with a place for it. Escaping HTML does not stop
    `javascript:`, so anything but https is no link. The number stays as it is: only the carrier knows whether capitals matter.
    """
    plain = number.strip()
    if not plain or not template.startswith("https://") or "{number}" not in template:
        return None
    octets = plain.encode("utf-8", "surrogatepass")
    return template.replace("{number}", "".join(chr(octet) if octet in _UNRESERVED else f"%{octet:02X}" for octet in octets))

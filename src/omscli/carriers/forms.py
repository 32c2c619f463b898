"""The forms of the carriers' tracking numbers. The facts are those collected in jkeen/tracking_number_data (couriers/*.json).

A number tells its carrier only where nobody else numbers so. Each form says how much it tells: `sure` forms belong to one
carrier, `maybe` forms may be another carrier's or anybody's own number, and `loose` ones are what a carrier also takes along
(parcels of a foreign post, numbers without their check digit), which tells nothing about where a number comes from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from omscli.carriers.check_digits import fedex, luhn, mod7, mod10, mod10_91, mod10_92, mod10_letters, mod37, s10

Tells = Literal["sure", "maybe", "loose"]
Check = Callable[[str, str], bool]


class Form(NamedTuple):
    """One form of number, in capitals and without spaces and hyphens.

    The check digit in its second group is computed from the first; `check` is None where nobody has published how.
    """

    tells: Tells
    pattern: re.Pattern[str]
    check: Check | None = None

    def fits(self, plain: str) -> bool | None:
        """None where the number has another form, else whether its check digit fits."""
        match = self.pattern.fullmatch(plain)
        if match is None:
            return None
        return self.check is None or self.check(match[1], match[2])


class Numbering(NamedTuple):
    """How a carrier numbers. `complete`: a number of none of its forms is worth a word, since hardly any is missing here."""

    name: str
    complete: bool
    forms: tuple[Form, ...]


def _sure(pattern: str, check: Check | None = None) -> Form:
    return Form("sure", re.compile(pattern), check)


def _maybe(pattern: str, check: Check | None = None) -> Form:
    return Form("maybe", re.compile(pattern), check)


def _loose(pattern: str, check: Check | None = None) -> Form:
    return Form("loose", re.compile(pattern), check)


def _post(country: str) -> Form:
    """S10 of a country whose post is one company only. In others (GB, FR, DE) several share it."""
    return _sure(rf"[A-Z]{{2}}([0-9]{{8}})([0-9]){country}", s10)


_ZIP = "(?:420[0-9]{5}(?:[0-9]{4})?)?"  # stands on the label in front of the number, and is no part of it
_LENGTHS = "(?:[0-9]{19}|[0-9]{23}|[0-9]{27})"
_KNOWN_AS = {"federalexpress": "fedex", "postescanada": "canadapost", "auspost": "australiapost"}


@lru_cache(maxsize=1)
def numberings() -> Mapping[str, Numbering]:
    """Every carrier whose forms are known, by its key: its name as one word. Compiled when it is first asked for."""
    any_s10 = _loose(r"[A-Z]{2}([0-9]{8})([0-9])[A-Z]{2}", s10)
    # Numbers of UPS, FedEx and DHL too, which hand such parcels to USPS for the last mile.
    handed_over = _maybe(rf"{_ZIP}(9[1-3]{_LENGTHS})([0-9])", mod10)
    return {
        "usps": Numbering("USPS", True, (*_usps(), handed_over, any_s10)),
        "ups": Numbering(
            "UPS",
            True,
            (_sure(r"1Z([A-Z0-9]{15})([0-9])", mod10_letters), _sure(r"[AHJKTV]([0-9]{9})([0-9])", mod10_letters), handed_over),
        ),
        "fedex": Numbering("FedEx", True, (*_fedex(), handed_over)),
        "dhl": Numbering("DHL", True, (*_dhl(), handed_over, any_s10)),
        "canadapost": Numbering("Canada Post", True, (_maybe(r"([0-9]{15})([0-9])", mod10), _post("CA"), any_s10)),
        # The check character of DPD's 15 is often left out, and DPD UK has shorter consignment numbers.
        "dpd": Numbering(
            "DPD",
            True,
            (_sure(r"([0-9]{14})([0-9A-Z])", mod37), _sure(r"([0-9]{27})([0-9A-Z])", mod37), _loose(r"[0-9]{10}|[0-9]{14}")),
        ),
        # 21: the identifier in its two-dimensional barcode. Parcelforce has the same S10 numbers.
        "royalmail": Numbering("Royal Mail", True, (any_s10, _loose(r"[0-9A-Z]{21}"))),
        **_others(),
    }


def _usps() -> tuple[Form, ...]:
    return (
        _sure(rf"{_ZIP}(9[45]{_LENGTHS})([0-9])", mod10),
        _maybe(r"([0-9]{19})([0-9])", mod10),
        _maybe(r"(?:420[0-9]{5})?([0-9]{19})([0-9])", mod10_91),
        _post("US"),
    )


def _fedex() -> tuple[Form, ...]:
    return (
        _maybe(r"([0-9]{11})([0-9])", fedex),
        _sure(r"([0-9]{14})([0-9])", mod10),
        _maybe(r"(?:00)?([0-9]{17})([0-9])", mod10),
        _sure(r"96[0-9]{5}([0-9]{14})([0-9])", mod10),
        _sure(r"3[0-9]{15}([0-9]{11})([0-9])[0-9]{4}", fedex),
        _sure(r"(?:[0-8][0-9]{19}|96[0-9]{18})([0-9]{13})([0-9])", fedex),
        _maybe(r"([0-9]{19})([0-9])", mod10_92),
    )


def _dhl() -> tuple[Form, ...]:
    return (
        _maybe(r"([0-9]{9,10})([0-9])", mod7),  # one telephone number in seven fits it
        _sure(r"J(?:JD|VGL)[0-9]{9,10}"),
        _maybe(r"J[A-Z]{1,3}[0-9]{9,20}"),
        _sure(r"GM[0-9]{16,20}"),
        _maybe(r"(?:GM|LX|RX|UV|CN|SG|TH|IN|HK|MY)[0-9A-Z]{10,39}"),
        _maybe(r"[0-9]{12}|[0-9]{14}|[0-9]{20}"),  # DHL Paket and DHL eCommerce
    )


def _others() -> dict[str, Numbering]:
    """Carriers that may have more forms than these."""
    return {
        "purolator": Numbering("Purolator", False, (_maybe(r"([0-5][0-9]{10})([0-9])", luhn), _maybe(r"[A-Z]{3}[0-9]{9}"))),
        "australiapost": Numbering("Australia Post", False, (_post("AU"),)),
        "japanpost": Numbering("Japan Post", False, (_post("JP"),)),
        "amazon": Numbering("Amazon Logistics", False, (_sure(r"TB[ACM][0-9]{12}"), _maybe(r"[AFC][0-9]{10}"))),
        "ontrac": Numbering("OnTrac", False, (_sure(r"([CD][0-9]{13})([0-9])", mod10_letters),)),
        "lasership": Numbering(
            "LaserShip",
            False,
            (
                _sure(r"L[AIEHNX][1-3][0-9]{7}"),
                _sure(r"1LS7[12][0-9]{10}"),
                _sure(r"1LS7[12][0-9]{2}01[1-4][0-9]{6}1"),
                _sure(r"1LSCX[0-9A-Z]{10}"),
            ),
        ),
        "olddominion": Numbering(
            "Old Dominion", False, (_sure(r"((?:77[78]|072|780)[0-9]{7})([0-9])", luhn), _sure(r"(80[0-9]{8})([0-9])", luhn))
        ),
        "yunexpress": Numbering("YunExpress", False, (_sure(r"YT[0-9]{16}"),)),
        "gofo": Numbering("GOFO", False, (_sure(r"GFUS[0-9]{14}"),)),
        # Yodel's come from the years when it was DHL, and Evri's have no check digit: neither tells its carrier.
        "yodel": Numbering("Yodel", False, (_maybe(r"JJ?D[0-9]{16}"),)),
        "evri": Numbering("Evri", False, (_maybe(r"[HT][0-9A-Z]{15}|[0-9]{16}"),)),
    }


def carrier_key(carrier: str) -> str:
    """The key of a carrier that is known here, by the first word of its name (`UPS Ground`) or the first two; "" for others.

    `Royal Mail Tracked 24` and `royal-mail` are `royalmail`.
    """
    words = re.findall(r"[a-z]+", carrier.casefold())
    for key in ("".join(words[:1]), "".join(words[:2])):
        found = _KNOWN_AS.get(key, key)
        if found in numberings():
            return found
    return ""

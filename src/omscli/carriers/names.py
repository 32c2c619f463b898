"""Carriers as customers and marketplaces write them; in rules.yaml a seller calls them what he likes."""

from __future__ import annotations

import re

from omscli.base.text import fold

_NOT_WORD = re.compile(r"[\W_]+")
_NAMES = (
    "USPS", "UPS", "FedEx", "DHL", "DHL Express", "DPD", "GLS", "TNT", "OnTrac", "LaserShip", "Royal Mail", "Parcelforce", "Evri", "Hermes",
    "Yodel", "An Post", "Canada Post", "Purolator", "Australia Post", "StarTrack", "New Zealand Post", "Deutsche Post", "La Poste",
    "Colissimo", "Chronopost", "Mondial Relay", "bpost", "PostNL", "PostNord", "Bring", "Poste Italiane", "BRT", "Correos", "SEUR", "CTT",
    "InPost", "Swiss Post", "Japan Post", "Yamato", "Sagawa", "SF Express",
)  # fmt: skip
_KNOWN = {_NOT_WORD.sub("", fold(name)): name for name in _NAMES}


def carrier_name(carrier: str) -> str:
    """`USPS` for `usps`, `Royal Mail` for `royal_mail`; a carrier that is not known here keeps the name it has."""
    return _KNOWN.get(_NOT_WORD.sub("", fold(carrier)), carrier)

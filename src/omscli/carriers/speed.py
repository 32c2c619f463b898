"""How fast a customer wants it, read from what channels write into their service column.

A configured service of that name decides at once. Otherwise the rules below are tried from the top, and the first that fits
decides; a text that fits none is standard:

1. the same day, or today: `same_day`
2. a number of hours: up to 24 `overnight`, up to 72 `expedited`
3. a number of days, of a range the later end: up to 1 `overnight`, up to 3 `expedited`, more `standard`
4. words of the next day, and services known to take one: `overnight`
5. words of haste: `expedited`; `no rush` is none
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from omscli.base.text import fold
from omscli.carriers.service import Service

_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "second": 2, "third": 3}
_NUMBER = rf"(\d{{1,2}}|{'|'.join(_NUMBERS)})"

# `SecondDay`, `2Day` and `express24` are read as words.
_JOINS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
_SAME_DAY = re.compile(r"\bsame ?day\b|\btoday\b")
_HOURS = re.compile(r"\b(\d{1,2}) ?(?:h|hrs?|hours?|stunden)\b|\b(?:tracked|signed|express|royal mail) (24|48|72)\b")
_DAYS = re.compile(rf"\b{_NUMBER} ?(?:st|nd|rd|th)? ?(?:business|working)? ?(?:days?|tage?n?|werktage?n?|jours?|d[ií]as?)\b")
# Royal Mail's Special Delivery and USPS' Priority Mail Express arrive the next day in most places.
_OVERNIGHT = re.compile(r"\bover ?night\b|\bnext (?:business |working )?day\b|\btomorrow\b|\bspecial delivery\b|\bpriority mail express\b")
_HASTE = re.compile(r"\bexpedit|\bexpr[eé]s|\bxpress|\bpriority|\brush\b|\bfast(?:er|est)?\b|\bquick\b|\burgent|\beil")

# Amazon's `No-Rush Shipping` is the opposite of haste.
_DENIED = re.compile(r"\b(?:no|non|not) (?:expedit|expr[eé]s|xpress|priority|rush|fast|urgent)\w*")


def wanted_speed(service_text: str, services: Iterable[Service] = ()) -> str:
    """One of SPEEDS for what a channel or a person wrote; `services` are those that rules.yaml names."""
    key = fold(service_text)
    if not key:
        return "standard"
    by_name = None
    for service in services:
        if key == fold(service.label):
            return service.speed
        if by_name is None and key == fold(service.name):
            by_name = service.speed
    return by_name or _by_words(service_text)


@lru_cache(maxsize=4096)
def _by_words(text: str) -> str:
    words = _DENIED.sub(" ", " ".join(fold(_JOINS.sub(" ", text)).replace("-", " ").replace("_", " ").split()))
    if _SAME_DAY.search(words):
        return "same_day"
    if hours := _HOURS.search(words):
        return _within(-(-int(hours[1] or hours[2]) // 24))
    if days := _DAYS.search(words):
        return _within(_NUMBERS.get(days[1]) or int(days[1]))
    if _OVERNIGHT.search(words):
        return "overnight"
    return "expedited" if _HASTE.search(words) else "standard"


def _within(days: int) -> str:
    if days <= 1:
        return "overnight"
    return "expedited" if days <= 3 else "standard"

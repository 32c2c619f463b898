"""Money is an integer of minor units beside a currency; decimals exist only at the edges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

# The common ones without a library call: reading ISO 4217's table costs 60 ms, more than most commands take in all.
_COMMON = dict.fromkeys("USD EUR GBP CAD AUD NZD CHF SEK NOK DKK PLN CZK MXN BRL INR SGD HKD ZAR CNY TRY ILS THB".split(), 2)  # noqa: SIM905
_PLAIN = re.compile(r"-?[0-9]{1,12}(\.[0-9]+)?")
# The mark of the currency stands once, before the figures or behind them: `$`, `CA$`, `EUR`. Between them it is a mistake.
_SYMBOL = r"(?:[A-Z]{0,3}\s*[$€£¥₹฿]|[A-Z]{3})"
_MARKED = re.compile(rf"(?P<minus>-?)\s*(?:{_SYMBOL}\s*(?P<after>-?)\s*(?P<behind>[0-9].*)|(?P<before>[0-9].*?)\s*{_SYMBOL}?)")
_DIGITS = re.compile(r"[0-9]{1,24}")
# Spaces, the minus sign and the Swiss apostrophe as typesetters have them.
_TYPED = str.maketrans("\u00a0\u202f\u2009\u2212\u2019", "   -'")
_LONGEST = 80  # letters; looking for the mark of a currency in a whole page would take for ever
_MOST = 10**15  # minor units; more is no price but two columns that ran into each other


@lru_cache(maxsize=256)
def minor_digits(currency: str) -> int:
    """How many decimal places the currency has (ISO 4217): 2 for EUR, 0 for JPY, 3 for KWD. Raises KeyError if unknown."""
    if currency in _COMMON:
        return _COMMON[currency]
    from iso4217 import Currency

    try:
        return int(Currency(currency).exponent or 0)
    except ValueError:
        raise KeyError(currency) from None


def is_currency(code: str) -> bool:
    """Whether ISO 4217 knows the code."""
    try:
        minor_digits(code)
    except KeyError:
        return False
    return True


def to_minor(amount: Decimal, currency: str) -> int:
    """Minor units of an exact decimal. Raises ValueError where it has more places than the currency and they are not 0."""
    scaled = amount.scaleb(minor_digits(currency))
    whole: Decimal = scaled.to_integral_value()
    if whole != scaled:
        raise ValueError(f"{amount} has more decimal places than {currency}")
    return int(whole)


def parse_money(text: str, currency: str, decimal: str = ".") -> int:
    """Minor units of what a file or a person wrote: `1400.00`, `$1,022.25`, `EUR 90,00` (decimal=","), `($12.00)`.

    `decimal` is the mark that the file declares. A text that could be read two ways (`1,400` with mark `,` is 1.40 or, to
    somebody who groups thousands, 1400) is refused with ValueError, never guessed. Empty text raises ValueError: unknown is
    not zero.
    """
    if _PLAIN.fullmatch(text) and decimal == ".":
        whole, _, places = text.partition(".")
        digits = minor_digits(currency)
        if len(places) <= digits:
            return int(whole + places.ljust(digits, "0"))
    minor = to_minor(_clean(text, decimal, minor_digits(currency)), currency)
    if abs(minor) >= _MOST:
        raise ValueError(f"{text!r} is more than an amount can be")
    return minor


def _clean(text: str, decimal: str, digits: int) -> Decimal:
    plain = text.strip().translate(_TYPED)
    if len(plain) > _LONGEST:
        raise ValueError("an amount is not so long")
    negative = plain.startswith("(") and plain.endswith(")")
    marked = _MARKED.fullmatch(plain[1:-1].strip() if negative else plain)
    if not marked:
        raise ValueError(f"{text!r} is not an amount")
    negative = negative or bool(marked["minus"] or marked["after"])
    whole, mark, places = (marked["behind"] or marked["before"]).partition(decimal)
    group = "," if decimal == "." else "."
    parts = re.split(rf"[{re.escape(group)} ']", whole)
    grouped = len(parts) > 1
    good = all(_DIGITS.fullmatch(part) for part in parts) and (not mark or _DIGITS.fullmatch(places))
    if not good or (grouped and (not 1 <= len(parts[0]) <= 3 or any(len(part) != 3 for part in parts[1:]))):
        raise ValueError(f"{text!r} is not an amount")
    if digits < 3 and len(places) == 3 and not grouped and len(whole) <= 3 and int(whole):
        raise ValueError(f"{text!r} may be {whole}{places} or {whole}.{places}")
    value = Decimal("".join(parts) + ("." + places if mark else ""))
    return -value if negative else value


def decimal_text(minor: int, currency: str) -> str:
    """`1234` of USD as `12.34`, for files and screens; the machine form with a dot and no groups."""
    digits = minor_digits(currency)
    if not digits:
        return str(minor)
    sign, minor = ("-", -minor) if minor < 0 else ("", minor)
    return f"{sign}{minor // 10**digits}.{minor % 10**digits:0{digits}d}"


def share(total: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weights so that the parts sum to it exactly (largest remainder; ties to the earlier part).

    All weights 0 split evenly. Raises ValueError without weights or with a negative one.
    """
    if not weights or min(weights) < 0:
        raise ValueError("weights must be given and not negative")
    base = sum(weights)
    if not base:
        weights, base = [1] * len(weights), len(weights)
    sign, amount = (-1, -total) if total < 0 else (1, total)
    parts = [amount * weight // base for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % base), i))
    for i in order[: amount - sum(parts)]:
        parts[i] += 1
    return [sign * part for part in parts]

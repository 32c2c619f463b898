"""Money is an integer of minor units beside a currency; decimals exist only at the edges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache

# The common ones without a library call: reading ISO 4217's table costs 60 ms, more than most commands take in all.
_COMMON = dict.fromkeys("USD EUR GBP CAD AUD NZD CHF SEK NOK DKK PLN CZK MXN BRL INR SGD HKD ZAR CNY TRY ILS THB".split(), 2)
_PLAIN = re.compile(r"-?[0-9]{1,12}(\.[0-9]+)?")
_SYMBOLS = re.compile(r"[A-Z]{0,3}\s*[$€£¥₹฿]|[A-Z]{3}|[€£¥₹฿$]")


@lru_cache(maxsize=256)
def minor_digits(currency: str) -> int:
    """How many decimal places the currency has (ISO 4217): 2 for EUR, 0 for JPY, 3 for KWD. Raises KeyError if unknown."""
    if currency in _COMMON:
        return _COMMON[currency]
    from iso4217 import Currency

    try:
        return int(Currency(currency.lower()).exponent or 0)
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
    whole = scaled.to_integral_value()
    if whole != scaled:
        raise ValueError(f"{amount} has more decimal places than {currency}")
    return int(whole)


def parse_money(text: str, currency: str, decimal: str = ".") -> int:
    """Minor units of what a file or a person wrote: `1400.00`, `$1,022.25`, `EUR 90,00` (decimal=","), `($12.00)`.

    `decimal` is the mark that the file declares. A text that could be read two ways (`1,234` with mark `,` is 1.234, too
    many places for USD) is refused with ValueError, never guessed. Empty text raises ValueError: unknown is not zero.
    """
    if _PLAIN.fullmatch(text) and decimal == ".":
        whole, _, places = text.partition(".")
        digits = minor_digits(currency)
        if len(places) <= digits:
            sign = -1 if whole.startswith("-") else 1
            return sign * (int(whole.lstrip("-")) * 10**digits + (int(places.ljust(digits, "0")) if digits and places else 0))
    return to_minor(_clean(text, decimal), currency)


def _clean(text: str, decimal: str) -> Decimal:
    plain = text.strip().replace("\u00a0", " ").replace("\u202f", " ").replace("\u2212", "-")
    negative = plain.startswith("(") and plain.endswith(")")
    plain = _SYMBOLS.sub("", plain.strip("()")).strip()
    if plain.startswith("-"):
        negative, plain = True, plain[1:].strip()
    group = "," if decimal == "." else "."
    whole, mark, places = plain.partition(decimal)
    parts = re.split(rf"[{re.escape(group)} ']", whole)
    grouped = len(parts) > 1
    good = all(re.fullmatch(r"[0-9]+", part) for part in parts) and (not mark or re.fullmatch(r"[0-9]+", places))
    if not good or (grouped and (not 1 <= len(parts[0]) <= 3 or any(len(part) != 3 for part in parts[1:]))):
        raise ValueError(f"{text!r} is not an amount")
    try:
        value = Decimal("".join(parts) + ("." + places if mark else ""))
    except InvalidOperation:  # pragma: no cover - the pattern above admits digits only
        raise ValueError(f"{text!r} is not an amount") from None
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

"""How carriers compute the check digit of a tracking number: each function tells whether it fits the figures before it."""

from __future__ import annotations

_MOD37 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def mod10(serial: str, check: str) -> bool:
    """Weights 3, 1, 3, 1 … from the right, as on every barcode of GS1."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(serial)))
    return -total % 10 == int(check)


def mod10_91(serial: str, check: str) -> bool:
    """The older USPS numbers are checked as if the 91 in front of them, which is not printed, were there."""
    return mod10("91" + serial, check)


def mod10_92(serial: str, check: str) -> bool:
    """The 20 digits of FedEx Ground Economy leave out the 92 in front in the same way."""
    return mod10("92" + serial, check)


def mod10_letters(serial: str, check: str) -> bool:
    """Weights 1, 2, 1, 2 … from the left; a letter counts (ASCII - 3) mod 10. UPS and OnTrac."""
    values = (int(char) if char.isdigit() else (ord(char) - 3) % 10 for char in serial)
    return -sum(value * (1, 2)[place % 2] for place, value in enumerate(values)) % 10 == int(check)


def luhn(serial: str, check: str) -> bool:
    """ISO/IEC 7812: every second digit from the right is doubled, and its figures are added."""
    total = sum(sum(divmod(int(digit) * (2, 1)[place % 2], 10)) for place, digit in enumerate(reversed(serial)))
    return -total % 10 == int(check)


def fedex(serial: str, check: str) -> bool:
    """Weights 1, 3, 7 … from the right, modulo 11; a remainder of 10 counts as 0."""
    total = sum(int(digit) * (1, 3, 7)[place % 3] for place, digit in enumerate(reversed(serial)))
    return total % 11 % 10 == int(check)


def mod7(serial: str, check: str) -> bool:
    """The remainder of the whole number divided by 7. DHL Express."""
    return int(serial) % 7 == int(check)


def s10(serial: str, check: str) -> bool:
    """Universal Postal Union, standard S10: weighted sum modulo 11."""
    left = 11 - sum(int(digit) * weight for digit, weight in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    return {10: 0, 11: 5}.get(left, left) == int(check)


def mod37(serial: str, check: str) -> bool:
    """ISO/IEC 7064, MOD 37,36. DPD."""
    product = 36
    for char in serial:
        product = (product + _MOD37.index(char)) % 36 or 36
        product = product * 2 % 37
    return _MOD37[(37 - product) % 36] == check

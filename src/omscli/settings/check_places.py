"""Remarks on channels, locations and boxes."""

from __future__ import annotations

from omscli.settings.finding import Finding, warning
from omscli.settings.settings import Settings
from omscli.settings.yaml_text import Document
from omscli.stock.locations import Location


def ships(location: Location) -> bool:
    """Whether parcels ever leave from there."""
    return location.ships and location.daily_capacity != 0


def place_findings(settings: Settings, document: Document) -> list[Finding]:
    """Channels that find no stock, locations that nobody finds, boxes that are missing."""
    return _channel_findings(settings, document) + _location_findings(settings, document) + _box_findings(settings, document)


def _channel_findings(settings: Settings, document: Document) -> list[Finding]:
    if not settings.channels:
        return [warning(document, ("channels",), "there is no channel, so no order can come in", "name one under `channels`")]
    found = []
    for name, channel in settings.channels.items():
        places = settings.locations.keys() if channel.stock_from is None else channel.stock_from
        if settings.locations and not any(ships(settings.locations[code]) for code in places):
            text = f"no location ships for channel '{name}'"
            found.append(warning(document, ("channels", name), text, "look at its `stock_from`, and at `ships` and `daily_capacity` there"))
    return found


def _location_findings(settings: Settings, document: Document) -> list[Finding]:
    if not settings.locations:
        return [warning(document, ("locations",), "there is no location, so there is no stock", "name one under `locations`")]
    distances_count = any(service.zones.upto_km for service in settings.services) or len(settings.locations) > 1
    found = []
    for code, location in settings.locations.items():
        path = ("locations", code)
        placed = location.point or location.address.city or location.address.postcode
        if distances_count and not placed and (location.ships or location.pickup):
            text = f"nobody knows where '{code}' is, so its distances are unknown"
            found.append(warning(document, path, text, "write its `coordinates`, or an `address` with a postcode or town"))
        if location.is_supplier and not location.email:
            text = f"supplier '{code}' has no e-mail address for its purchase orders"
            found.append(warning(document, path, text, "write its `email`"))
    return found


def _box_findings(settings: Settings, document: Document) -> list[Finding]:
    if not settings.boxes:
        text = "there are no boxes, so parcels have no size and no box costs anything"
        return [warning(document, ("boxes",), text, "name the boxes you keep under `boxes`")]
    return [
        warning(document, ("boxes", box.name), f"box '{box.name}' weighs empty what it may weigh full", "correct `empty_g` or `max_g`")
        for box in settings.boxes
        if box.empty_g >= box.max_g
    ]

"""From the model of rules.yaml to the plain objects that the pure packages define."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from omscli.base.address import Address
from omscli.base.geo import KM_PER_MILE, Point
from omscli.base.text import fold
from omscli.base.workdays import Calendar
from omscli.carriers.service import Area, Rate, Service, Zones
from omscli.packing.model import Box, Care
from omscli.returns.policy import Policy, Reason
from omscli.settings.build_rules import as_examples, as_rulebook
from omscli.settings.holiday_dates import dates_of
from omscli.settings.models import RulesFile
from omscli.settings.models_carriers import CountryZones, DistanceZones, ServiceSection
from omscli.settings.models_desk import DocumentsSection, ReturnsSection
from omscli.settings.models_places import AddressSection, ChannelSection, LocationSection, PackingSection
from omscli.settings.references import default_prefix
from omscli.settings.references_files import NATIVE
from omscli.settings.settings import Channel, Mail, Papers, Settings
from omscli.stock.balance import Terms
from omscli.stock.locations import Location


def build(rules: RulesFile, text: str, path: Path, today: date, known_readers: frozenset[str] | None) -> Settings:
    """The settings of a file that was found to be right. Holidays reach from last year to the year after next."""
    return Settings(
        path=path,
        text=text,
        fingerprint=hashlib.sha256(text.encode()).hexdigest(),
        currency=rules.currency,
        timezone=rules.timezone,
        channels={name: _channel(name, section, _reader(name, rules, known_readers)) for name, section in rules.channels.items()},
        locations={code: _location(code, section, rules.timezone, today) for code, section in rules.locations.items()},
        services=_services(rules, today),
        tracking_urls={name: carrier.tracking_url for name, carrier in rules.carriers.items() if carrier.tracking_url},
        boxes=tuple(Box(name, **dict(box)) for name, box in rules.boxes.items()),
        packing=_care(rules.packing),
        rulebook=as_rulebook(rules),
        mail=_mail(rules),
        documents=_papers(rules.documents),
        shop_name=rules.shop,
        returns=_returns(rules.returns),
        transfers=Terms(**dict(rules.transfers)) if rules.transfers else Terms(),
        stock_sync=tuple(dict(one) | {"reader": one.reader or NATIVE} for one in rules.stock_sync),
        readers={name: dict(reader) for name, reader in rules.readers.items()},
        writers={name: dict(writer) for name, writer in rules.writers.items()},
        geocode_online=rules.geocode_online,
        max_short_picks=rules.routing.max_short_picks if rules.routing else 3,
        examples=as_examples(rules),
    )


def _reader(name: str, rules: RulesFile, known_readers: frozenset[str] | None) -> str:
    """A channel without `reader` has the one called like it; nobody else's file is our own CSV."""
    is_reader = known_readers is None or name in known_readers or name in rules.readers
    return rules.channels[name].reader or (name if is_reader else NATIVE)


def _channel(name: str, section: ChannelSection, reader: str) -> Channel:
    return Channel(
        name=name,
        reader=reader,
        prefix=section.prefix or default_prefix(name),
        notify=section.notify,
        mails=dict(section.mails),
        priority=section.priority,
        buffer=section.buffer,
        share_percent=section.share_percent,
        cap=section.cap,
        stock_from=None if section.stock_from is None else frozenset(section.stock_from),
        suppliers=section.suppliers,
        upload=None if section.upload is None else frozenset(section.upload),
        ship_unpaid=section.ship_unpaid,
        timezone=section.timezone,
        location=section.location,
    )


def _location(code: str, section: LocationSection, timezone: str, today: date) -> Location:
    return Location(
        code=code,
        kind=section.kind,
        name=section.name or code,
        address=_address(section.address),
        point=Point(*section.coordinates) if section.coordinates else None,
        timezone=section.timezone or timezone,
        calendar=Calendar(frozenset(section.workdays), dates_of(section.holidays, today)),
        cutoff=section.cutoff,
        handling_days=section.handling_days,
        lead_days=section.lead_days,
        handling_cost=section.handling_cost,
        daily_capacity=section.daily_capacity,
        safety_stock=section.safety_stock,
        ships=section.ships,
        pickup=section.pickup,
        ships_to=None if section.ships_to is None else frozenset(section.ships_to),
        rank=section.rank,
        email=section.email or "",
    )


def _address(section: AddressSection | None) -> Address:
    return Address(**dict(section)) if section else Address()


def _services(rules: RulesFile, today: date) -> tuple[Service, ...]:
    named = ((carrier, name, section) for carrier, one in rules.carriers.items() for name, section in one.services.items())
    return tuple(_service(carrier, name, section, today) for carrier, name, section in sorted(named, key=lambda one: one[:2]))


def _service(carrier: str, name: str, section: ServiceSection, today: date) -> Service:
    return Service(
        carrier=carrier,
        name=name,
        speed=section.speed,
        zones=_zones(section.zones),
        transit_days=section.transit_days,
        rates=tuple(Rate(row.upto_g, row.price) for row in section.rates),
        per_extra_kg=section.per_extra_kg,
        dim_divisor=section.dim_divisor,
        max_g=section.max_g,
        fuel_basis_points=section.fuel_percent,
        delivers=frozenset(section.delivers),
        holidays=dates_of(section.holidays, today),
    )


def _zones(section: DistanceZones | CountryZones) -> Zones:
    if isinstance(section, CountryZones):
        return Zones(areas=tuple(Area(frozenset(area.countries), area.postcodes) for area in section.areas))
    factor = KM_PER_MILE if section.unit == "mi" else 1.0
    return Zones(upto_km=tuple(bound * factor for bound in section.upto))


def _care(section: PackingSection | None) -> Care:
    if section is None:
        return Care()
    together = tuple(frozenset(fold(sku) for sku in skus) for skus in section.together)
    return Care(
        gap_mm=section.gap_mm, support_percent=section.support_percent, level=section.level_weights, cheapest=section.aim == "cost",
        together=together,
    )  # fmt: skip


def _returns(section: ReturnsSection | None) -> Policy:
    if section is None:
        return Policy()
    return Policy(**dict(section) | {"reasons": {name: Reason(**dict(reason)) for name, reason in section.reasons.items()}})


def _papers(section: DocumentsSection | None) -> Papers:
    return Papers(section.paper, section.logo or "") if section else Papers()


def _mail(rules: RulesFile) -> Mail:
    section = rules.notify
    if section is None:
        return Mail()
    quiet = section.quiet_hours
    return Mail(
        sender=section.from_,
        reply_to=section.reply_to or "",
        smtp=dict(section.smtp) if section.smtp else None,
        events=dict(section.events),
        max_per_run=section.max_per_run,
        quiet=(quiet[0], quiet[1]) if quiet else None,
    )

"""What the rest of the house sees of rules.yaml: plain, checked, with money in minor units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any

from omscli.carriers.service import Service
from omscli.packing.model import Box, Care
from omscli.returns.policy import Policy
from omscli.routing.rules import Rulebook
from omscli.stock.balance import Terms
from omscli.stock.locations import Location


@dataclass(frozen=True, slots=True)
class Channel:
    """One entry of `channels:`."""

    name: str
    reader: str  # the file format, `native` where the seller writes our own CSV
    prefix: str  # of the order ids that oms gives
    notify: bool | None = None  # None: as the marketplace has it
    priority: int = 0
    buffer: int = 0
    share_percent: int = 100
    cap: int | None = None
    stock_from: frozenset[str] | None = None
    suppliers: bool = False  # whether its feed counts suppliers that stock_from does not name
    upload: frozenset[str] | None = None  # kinds of files to write for it; None: those its format has
    ship_unpaid: bool = False
    timezone: str | None = None  # for files that name no zone
    location: str | None = None  # where over-the-counter sales take their stock
    mails: dict[str, str] = field(default_factory=dict)  # event -> off, outbox or send


@dataclass(frozen=True, slots=True)
class Mail:
    """The `notify:` section."""

    sender: str = ""
    reply_to: str = ""
    smtp: dict[str, Any] | None = None
    events: dict[str, str] = field(default_factory=dict)  # for all channels: event -> off, outbox or send
    max_per_run: int = 200
    quiet: tuple[time, time] | None = None  # in the shop's time zone; nothing is sent from the first to the second


@dataclass(frozen=True, slots=True)
class Papers:
    """The `documents:` section: the size of PDF pages, the shop's logo as a path from the home folder."""

    paper: str = "a4"
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the seller decided, from one rules.yaml."""

    path: Path
    text: str  # the file as it was read, stored with every run
    fingerprint: str  # sha-256 of the text
    currency: str
    timezone: str
    channels: dict[str, Channel]
    locations: dict[str, Location]
    services: tuple[Service, ...]  # by carrier, then name
    tracking_urls: dict[str, str]  # carrier -> template with {number}
    boxes: tuple[Box, ...]
    packing: Care
    rulebook: Rulebook
    mail: Mail = field(default_factory=Mail)
    shop_name: str = ""
    documents: Papers = field(default_factory=Papers)
    returns: Policy = field(default_factory=Policy)
    transfers: Terms = field(default_factory=Terms)
    stock_sync: tuple[dict[str, Any], ...] = ()
    readers: dict[str, dict[str, Any]] = field(default_factory=dict)
    writers: dict[str, dict[str, Any]] = field(default_factory=dict)
    geocode_online: bool = False
    max_short_picks: int = 3  # then a person decides
    examples: tuple[dict[str, Any], ...] = ()  # `examples:` of the rules

"""The whole of rules.yaml as one model; the sections live in the `models_…` files."""

from typing import Annotated

from pydantic import Field, PlainValidator

from omscli.settings.mistakes import shown
from omscli.settings.models_carriers import CarrierSection
from omscli.settings.models_desk import DocumentsSection, NotifySection, PromiseSection, ReturnsSection, StockSyncSection, TransfersSection
from omscli.settings.models_files import ReaderSection, WriterSection
from omscli.settings.models_places import BoxSection, ChannelSection, LocationSection, PackingSection
from omscli.settings.models_routing import RoutingSection
from omscli.settings.section import Section
from omscli.settings.values import Code, Currency, Flag, Name, Rate, Says, Text, Zone, wrong


def _version(value: object) -> int:
    if value != "1":
        raise wrong(f"{shown(value)} is no version that this oms reads; it reads version 1")
    return 1


Version = Annotated[int, PlainValidator(_version), Says("`1`")]


class RulesFile(Section):
    """Everything the seller decides, in one file."""

    version: Version = Field(default=1, description="The form of this file.")
    shop: Text = Field(default="", description="The shop's name, as it stands on slips and in mails.")
    currency: Currency = Field(description="The home currency: all amounts of this file are in it.")
    currencies: Annotated[dict[Currency, Rate], Says("`{EUR: 1.08}`")] = Field(
        default={},
        description="What one unit of a foreign currency is worth in the home currency. Orders in any other currency wait for a person.",
    )
    timezone: Zone = Field(description="The seller's own clock; every location may have its own.")
    geocode_online: Flag = Field(
        default=False, description="Ask OpenStreetMap for places that the built-in lists do not know. Sends the town and postcode."
    )
    channels: dict[Code, ChannelSection] = Field(default={}, description="Where orders come from; see [channels](#channels).")
    locations: dict[Code, LocationSection] = Field(default={}, description="Where goods lie; see [locations](#locations).")
    carriers: dict[Name, CarrierSection] = Field(
        default={}, description="Who brings parcels, how fast, for how much; see [carriers](#carriers)."
    )
    boxes: dict[Name, BoxSection] = Field(default={}, description="The boxes you keep; see [boxes](#boxes).")
    packing: PackingSection | None = Field(default=None, description="See [packing](#packing).")
    promise: PromiseSection | None = Field(default=None, description="See [promise](#promise).")
    routing: RoutingSection | None = Field(default=None, description="See [routing](#routing).")
    returns: ReturnsSection | None = Field(default=None, description="See [returns](#returns).")
    documents: DocumentsSection | None = Field(default=None, description="See [documents](#documents).")
    notify: NotifySection | None = Field(default=None, description="See [notify](#notify).")
    transfers: TransfersSection | None = Field(default=None, description="See [transfers](#transfers).")
    stock_sync: tuple[StockSyncSection, ...] = Field(default=(), description="See [stock_sync](#stock_sync).")
    readers: dict[Code, ReaderSection] = Field(default={}, description="See [readers](#readers).")
    writers: dict[Code, WriterSection] = Field(default={}, description="See [writers](#writers).")

"""The sections about where orders come from and where goods lie: channels, locations, boxes."""

from typing import Annotated

from pydantic import Field

from omscli.packing.model import KINDS
from omscli.settings.holiday_dates import HolidayEntry
from omscli.settings.section import Section, exactly
from omscli.settings.values import (
    Capacity,
    Clock,
    Code,
    Count,
    Country,
    Email,
    Flag,
    Latitude,
    LocationCode,
    Longitude,
    MailEvent,
    MailMode,
    Many,
    Money,
    Name,
    Percent,
    Positive,
    ReaderName,
    Says,
    Signed,
    Text,
    Weekday,
    Zone,
    one_of,
)

Prefix = Annotated[Code, Field(max_length=8)]
Kind = Annotated[str, one_of("kind", ("warehouse", "store", "3pl", "supplier")), Says("`warehouse` `store` `3pl` `supplier`")]
Lengths = Annotated[tuple[Positive, Positive, Positive], exactly(3, "length, width and height"), Says("`[length, width, height]`")]
Upload = Annotated[str, one_of("kind of file", ("stock", "tracking")), Says("`stock` `tracking`")]
BoxKind = Annotated[str, one_of("kind of box", KINDS), Says(" ".join(f"`{kind}`" for kind in KINDS))]
PackingAim = Annotated[str, one_of("aim", ("parcels", "cost")), Says("`parcels` `cost`")]
Point = Annotated[tuple[Latitude, Longitude], exactly(2, "latitude and longitude"), Says("`[latitude, longitude]`")]


class ChannelSection(Section):
    """One place where customers buy; its name is yours to choose."""

    reader: ReaderName | None = Field(
        default=None,
        description="The file format, or a name under `readers`. Without it: the one called like the channel, else our own CSV (`native`).",
    )
    prefix: Prefix | None = Field(
        default=None,
        description="Stands in front of the order ids that oms gives. Without it: the first two letters of the name, in capitals.",
    )
    notify: Flag | None = Field(
        default=None,
        description="Whether oms writes to the customers of this channel. Without it: yes, except where the marketplace writes itself and "
        "forbids its sellers to (Amazon, TikTok Shop, Walmart).",
    )
    mails: dict[MailEvent, MailMode] = Field(
        default={},
        description="By event, what happens to the mails of this channel; the event without a word here follows `notify.events`.",
    )
    priority: Signed = Field(default=0, description="Higher goes first when stock is short. A rule's `priority` wins over it.")
    buffer: Count = Field(default=0, description="Units of each SKU that the stock feed of this channel holds back. Routing may use them.")
    share_percent: Percent = Field(default=100, description="How much of the available stock the feed of this channel shows.")
    cap: Count | None = Field(default=None, description="The most units of a SKU that the feed of this channel shows.")
    stock_from: Many[LocationCode] | None = Field(
        default=None, description="The only locations whose stock this channel sees and is served from. Without it: all."
    )
    suppliers: Flag = Field(
        default=False,
        description="Whether its stock feed counts what drop-ship suppliers have. Suppliers named in `stock_from` always count.",
    )
    upload: Many[Upload] | None = Field(
        default=None,
        description="The files oms writes for you to upload. Without it: those its format has; `native` formats and others get a general CSV if named here.",
    )
    ship_unpaid: Flag = Field(default=False, description="Ship orders that are not paid yet, as for cash on delivery. Otherwise they wait.")
    timezone: Zone | None = Field(default=None, description="The clock of files that name no time zone. Without it: the seller's own.")
    location: LocationCode | None = Field(
        default=None, description="Where sales over the counter take their stock, unless the file names one of your locations."
    )


class AddressSection(Section):
    """A postal address."""

    name: Text = Field(default="", description="The person or department.")
    company: Text = Field(default="", description="The firm.")
    line1: Text = Field(default="", description="Street and number.")
    line2: Text = Field(default="", description="What does not fit into the first line.")
    city: Text = Field(default="", description="The town.")
    region: Text = Field(default="", description="State or province, by its code where it has one.")
    postcode: Text = Field(default="", description="Text: `02134` keeps its zero.")
    country: Country = Field(description="The country.")
    phone: Text = Field(default="", description="Some carriers ask for it.")


class LocationSection(Section):
    """One place that holds goods."""

    kind: Kind = Field(default="warehouse", description="A supplier gets a purchase order instead of a pick list.")
    name: Name | None = Field(default=None, description="How people call it. Without it: its key.")
    address: AddressSection | None = Field(default=None, description="Where parcels start; see [address](#address).")
    coordinates: Point | None = Field(default=None, description="The place on the map. Without it: found from the address.")
    timezone: Zone | None = Field(default=None, description="The clock of this place. Without it: the seller's own.")
    workdays: Annotated[Many[Weekday], Field(min_length=1)] = Field(default=(0, 1, 2, 3, 4), description="Days on which goods leave.")
    holidays: Many[HolidayEntry] = Field(
        default=(), description="Days on which nothing leaves: a country, a state, dates, or a list of them."
    )
    cutoff: Clock | None = Field(
        default=None, description="Orders routed before this time leave the same working day. Without it: at any time."
    )
    handling_days: Count = Field(default=0, description="Working days between the order and its leaving.")
    lead_days: Count = Field(default=0, description="A supplier's working days, on top of `handling_days`.")
    handling_cost: Money = Field(default=0, description="What packing one shipment costs.")
    daily_capacity: Capacity = Field(
        default=None, description="Shipments a day; what is more leaves the next working day. 0 never ships, `none` has no limit."
    )
    safety_stock: Count = Field(default=0, description="Units of each SKU that are not offered; stock.csv may say otherwise for a SKU.")
    ships: Flag = Field(default=True, description="Whether parcels leave from here.")
    pickup: Flag = Field(default=False, description="Whether customers may collect here.")
    ships_to: Many[Country] | None = Field(
        default=None, description="The only countries it ships to. Without it: wherever its carriers go."
    )
    rank: Count = Field(default=1_000_000, description="Its place in the criterion `rank`: lower first.")
    email: Email | None = Field(default=None, description="Where a supplier's purchase orders go.")


class BoxSection(Section):
    """One size of box that you keep."""

    inner_mm: Lengths = Field(
        description="Room inside, in millimetres; the height is what stands upright. Of an envelope its length and width lying flat and empty, and how thick it may become."
    )
    kind: BoxKind = Field(
        default="carton", description="An envelope gives: what lies in it makes it shorter and narrower by its own thickness."
    )
    padding_mm: Count = Field(default=0, description="What stays free along each wall for padding, in millimetres.")
    outer_mm: Lengths | None = Field(default=None, description="What the carrier measures. Without it: the room inside.")
    empty_g: Count = Field(default=0, description="The weight of the empty box in grams.")
    max_g: Positive = Field(description="The most that box and contents may weigh, in grams.")
    cost: Money = Field(default=0, description="What one box costs.")


class PackingSection(Section):
    """How goods are put into boxes."""

    aim: PackingAim = Field(
        default="parcels",
        description="What is wanted: the fewest `parcels`, and of these the cheapest boxes, then the smallest; or the lowest `cost` of boxes and postage together, by the cheapest service in its middle zone.",
    )
    gap_mm: Count = Field(default=0, description="What stays free between any two units, in millimetres.")
    support_percent: Percent = Field(
        default=75, description="How much of a unit's base must lie on the floor of the box or on what is below it."
    )
    level_weights: Flag = Field(
        default=True, description="Whether the parcels of a shipment are made about equally heavy, where that needs no other boxes."
    )
    together: tuple[Many[Text], ...] = Field(
        default=(), description="Lists of SKUs. What is ordered of one list travels in one parcel wherever a box holds it."
    )

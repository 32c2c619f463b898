"""The sections about promises, returns, mails, and stock feeds that come in."""

from email.utils import parseaddr
from typing import Annotated

from pydantic import AfterValidator, Field

from omscli.settings.mistakes import shown
from omscli.settings.section import Section, exactly
from omscli.settings.values import (
    Clock,
    Count,
    Flag,
    LocationCode,
    MailEvent,
    MailMode,
    Money,
    Name,
    Percent,
    Positive,
    ReaderName,
    Says,
    Text,
    one_of,
    whole,
    wrong,
)

PaperSize = Annotated[str, one_of("size of paper", ("a4", "letter", "4x6")), Says("`a4` `letter` `4x6`")]


class DocumentsSection(Section):
    """How printed papers look: pick lists, packing slips, purchase orders, return slips."""

    paper: PaperSize = Field(default="a4", description="The size of PDF pages, where the command names none.")
    logo: Text | None = Field(default=None, description="A PNG, JPEG or SVG file, from the home folder; it stands on every PDF paper.")


class PromiseSection(Section):
    """What is added to delivery dates."""

    buffer_days: Count = Field(default=0, description="Days on top of the carrier's own, for promises you can keep.")


DaysAhead = Annotated[int, whole(1, 365), Says("a whole number from 1 to 365")]


class TransfersSection(Section):
    """What it takes to move stock between your own places; `oms stock balance` proposes what pays for itself."""

    cost_per_parcel: Money | None = Field(
        default=None, description="What sending one parcel costs. Without it: what your own carriers ask, and the boxes."
    )
    cost_per_unit: Money = Field(default=0, description="What taking one unit out there and in here costs.")
    cover_days: DaysAhead = Field(default=30, description="How many days' sales a place shall hold.")
    days: Count = Field(default=5, description="Days on the way, where nobody says when a transfer should be there.")


class ReasonSection(Section):
    """What a reason for a return means."""

    fee: Money = Field(default=0, description="What the customer pays for the return, once; it is kept from the refund.")
    restock: Flag = Field(default=True, description="Whether the goods can go back on the shelf where nobody says otherwise.")


class ReturnsSection(Section):
    """Your terms for goods that come back. An order keeps the terms under which it came in."""

    window_days: Count = Field(default=30, description="Days after the delivery in which customers may send goods back.")
    auto_approve_under: Money = Field(default=0, description="Returns worth less are approved without a person.")
    refund_shipping: Flag = Field(default=True, description="Whether the shipping is paid back too, in proportion to the goods.")
    overdue_days: Annotated[int, whole(1, 365), Says("a whole number from 1 to 365")] = Field(
        default=21, description="An approved return that is not here after so many days stands in `oms status`."
    )
    location: LocationCode | None = Field(default=None, description="Where goods are sent back to. Without it: where they came from.")
    reasons: dict[Name, ReasonSection] = Field(
        default={}, description="The reasons you accept; see [reasons](#reasons). Without any, every word is one, free of charge."
    )


def _mailbox(value: str) -> str:
    if "@" not in parseaddr(value)[1]:
        raise wrong(f"{shown(value)} is no sender like Mug Shop <orders@mug.example>")
    return value


Mailbox = Annotated[Text, AfterValidator(_mailbox), Says("`Name <address>`")]
Tls = Annotated[str, one_of("kind of tls", ("starttls", "tls", "none")), Says("`starttls` `tls` `none`")]
Port = Annotated[int, whole(1, 65535), Says("a whole number from 1 to 65535")]


QuietHours = Annotated[tuple[Clock, Clock], exactly(2, "two times of day"), Says('`["21:00", "07:00"]`')]


class SmtpSection(Section):
    """The server that sends your mails."""

    host: Text = Field(description="Its name.")
    port: Port | None = Field(default=None, description="Its port. Without it: 587, and 465 for `tls: tls`.")
    tls: Tls = Field(default="starttls", description="How the way to it is encrypted.")
    user: Text | None = Field(default=None, description="The user name, where it asks for one.")
    password_command: Text | None = Field(
        default=None, description="A command that prints the password, which does not stand in this file."
    )


class NotifySection(Section):
    """Mails to customers and suppliers."""

    from_: Mailbox = Field(alias="from", description="The sender.")
    reply_to: Mailbox | None = Field(default=None, description="Where answers go, if not to the sender.")
    events: dict[MailEvent, MailMode] = Field(
        default={},
        description="By event: `off` writes nothing, `outbox` writes a file, `send` writes and delivers it with every `oms notify`. Without a word: "
        "`outbox`, and `off` for `received`, which shops confirm themselves.",
    )
    max_per_run: Positive = Field(default=200, description="More mails than this in one run need `--yes`.")
    quiet_hours: QuietHours | None = Field(
        default=None, description="Two times of day, in the time zone of the shop: nothing is sent from the first to the second."
    )
    smtp: SmtpSection | None = Field(default=None, description="See [smtp](#smtp). Without it mails wait in `outbox/` as files.")


UnknownSkus = Annotated[str, one_of("way with unknown SKUs", ("report", "ignore")), Says("`report` `ignore`")]
QuantityIs = Annotated[str, one_of("meaning of the quantity", ("available", "on_hand")), Says("`available` `on_hand`")]


class StockSyncSection(Section):
    """A stock file of a warehouse or supplier that is read again and again."""

    location: LocationCode = Field(description="Whose stock it is.")
    path: Text = Field(description="The file, from the home folder.")
    reader: ReaderName | None = Field(
        default=None, description="Its form: a name under `readers`, or a built-in format. Without it: our own stock.csv."
    )
    quantity_is: QuantityIs = Field(
        default="available", description="`available`: what your open orders need is already taken off; `on_hand`: what lies there."
    )
    max_drop_percent: Percent | None = Field(default=None, description="A file in which the stock falls by more than this is set aside.")
    unknown_skus: UnknownSkus = Field(
        default="report", description="Articles in it that you do not sell: `report` sets their rows aside, `ignore` counts them only."
    )

"""The sections about promises, returns, mails, stock feeds that come in, and files of other forms."""

import codecs
from email.utils import parseaddr
from typing import Annotated

from pydantic import AfterValidator, Field, PlainValidator

from omscli.settings.mistakes import shown
from omscli.settings.section import Section
from omscli.settings.values import (
    ChannelName,
    Count,
    Flag,
    LocationCode,
    Money,
    Name,
    Percent,
    Positive,
    ReaderName,
    Says,
    Text,
    Zone,
    one_of,
    whole,
    wrong,
)


class PromiseSection(Section):
    """What is added to delivery dates."""

    buffer_days: Count = Field(default=0, description="Days on top of the carrier's own, for promises you can keep.")


class ReasonSection(Section):
    """What a reason for a return means."""

    fee: Money = Field(default=0, description="What the customer pays for the return.")
    restock: Flag = Field(default=True, description="Whether the goods can go back on the shelf.")


class ReturnsSection(Section):
    """Your terms for goods that come back."""

    window_days: Count = Field(default=30, description="Days after the delivery in which customers may send goods back.")
    auto_approve_under: Money = Field(default=0, description="Returns worth less are approved without a person.")
    reasons: dict[Name, ReasonSection] = Field(default={}, description="The reasons you accept; see [reasons](#reasons).")


def _mailbox(value: str) -> str:
    if "@" not in parseaddr(value)[1]:
        raise wrong(f"{shown(value)} is no sender like Mug Shop <orders@mug.example>")
    return value


Mailbox = Annotated[Text, AfterValidator(_mailbox), Says("`Name <address>`")]
Tls = Annotated[str, one_of("kind of tls", ("starttls", "tls", "none")), Says("`starttls` `tls` `none`")]
Port = Annotated[int, whole(1, 65535), Says("a whole number from 1 to 65535")]


class SmtpSection(Section):
    """The server that sends your mails."""

    host: Text = Field(description="Its name.")
    port: Port = Field(default=587, description="Its port.")
    tls: Tls = Field(default="starttls", description="How the way to it is encrypted.")
    user: Text | None = Field(default=None, description="The user name, where it asks for one.")
    password_command: Text | None = Field(
        default=None, description="A command that prints the password, which does not stand in this file."
    )


class NotifySection(Section):
    """Mails to customers and suppliers."""

    from_: Mailbox = Field(alias="from", description="The sender.")
    reply_to: Mailbox | None = Field(default=None, description="Where answers go, if not to the sender.")
    smtp: SmtpSection | None = Field(default=None, description="See [smtp](#smtp). Without it mails wait in `outbox/` as files.")


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


def _encoding(value: str) -> str:
    try:
        codecs.lookup(value)
    except (LookupError, ValueError):
        raise wrong(f"unknown encoding {shown(value)}; common ones: utf-8, cp1252, latin-1, utf-16") from None
    return value


def _delimiter(value: object) -> str:
    if value == "tab":
        return "\t"
    if not isinstance(value, str) or len(value) != 1:
        raise wrong(f"{shown(value)} is no delimiter; write one character, or tab")
    return value


def _date_form(value: str) -> str:
    if not all(mark in value for mark in ("%d", "%m")) or not ("%Y" in value or "%y" in value):
        raise wrong(f"{shown(value)} is no form of a date; it takes %d, %m and %Y, like %d.%m.%Y")
    return value


FileKind = Annotated[
    str,
    one_of("kind of file", ("orders", "products", "stock", "inbound", "tracking")),
    Says("`orders` `products` `stock` `inbound` `tracking`"),
]
Delimiter = Annotated[str, PlainValidator(_delimiter), Says("one character, or `tab`")]
DecimalMark = Annotated[str, one_of("decimal mark", (".", ",")), Says('`"."` `","`')]
Encoding = Annotated[Text, AfterValidator(_encoding), Says("`utf-8`, `cp1252` …")]
DateForm = Annotated[Text, AfterValidator(_date_form), Says("`%d.%m.%Y`, `%m/%d/%Y` …")]


Columns = Annotated[dict[Text, Text], Says("`{our column: its header}`")]


class ReaderSection(Section):
    """A file of another form: which of its columns is which of ours."""

    kind: FileKind = Field(description="What the file holds.")
    columns: Columns = Field(description="Our column on the left, the file's header on the right.")
    delimiter: Delimiter | None = Field(default=None, description="What divides the columns. Without it: found from the header.")
    encoding: Encoding | None = Field(default=None, description="How the letters are stored. Without it: found from the file.")
    header_row: Positive = Field(default=1, description="The line with the headers.")
    sheet: Name | None = Field(default=None, description="The sheet of a workbook. Without it: the first.")
    decimal: DecimalMark = Field(default=".", description="The decimal mark of its numbers.")
    dates: DateForm | None = Field(default=None, description="How its dates are written. Without it: 2026-12-24.")
    timezone: Zone | None = Field(default=None, description="The clock of its times. Without it: the channel's, else the seller's own.")
    words: Annotated[dict[Text, Count], Says("`{word: units}`")] = Field(
        default={}, description="What words in a column of quantities mean."
    )
    location: LocationCode | None = Field(default=None, description="The location of stock, where the file has no column for it.")
    channel: ChannelName | None = Field(default=None, description="The channel of orders, where the file has no column for it.")

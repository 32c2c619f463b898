"""The sections about files of other forms: those that come in (`readers`), and those that go out (`writers`)."""

from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import AfterValidator, Field, PlainValidator, model_validator

from omscli.settings.mistakes import quoted, shown
from omscli.settings.section import Section
from omscli.settings.values import (
    ChannelName,
    Code,
    Count,
    Currency,
    LocationCode,
    Many,
    Name,
    Says,
    Text,
    Zone,
    all_wrong,
    one_of,
    whole,
    wrong,
)

_SOME_DAY = datetime(2026, 12, 24, 14, 5, tzinfo=UTC)


def _encoding(value: str) -> str:
    try:
        "a".encode(value).decode(value)  # some codecs of Python make no text of bytes
    except (LookupError, ValueError):
        raise wrong(f"unknown encoding {shown(value)}; common ones: utf-8, cp1252, latin-1, utf-16") from None
    return value


def _delimiter(value: object) -> str:
    if value == "tab":
        return "\t"
    if not isinstance(value, str) or len(value) != 1 or value.isalnum() or value in '"\r\n':
        raise wrong(f"{shown(value)} is no delimiter; write one character, or tab")
    return value


def _date_form(value: str) -> str:
    has_all = "%d" in value and any(mark in value for mark in ("%m", "%b", "%B")) and any(mark in value for mark in ("%Y", "%y"))
    try:
        is_form = has_all and datetime.strptime(_SOME_DAY.strftime(value), value).day == _SOME_DAY.day  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        is_form = False
    if not is_form:
        raise wrong(f"{shown(value)} is no form of a date; it takes %d, %m and %Y, like %d.%m.%Y")
    return value


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise wrong(f"{shown(value)} holds a line break or another character that nobody sees")
    return value


FileKind = Annotated[
    str,
    one_of("kind of file", ("orders", "products", "stock", "inbound", "tracking", "returns")),
    Says("`orders` `products` `stock` `inbound` `tracking` `returns`"),
]
Delimiter = Annotated[str, PlainValidator(_delimiter), Says("one character, or `tab`")]
DecimalMark = Annotated[str, one_of("decimal mark", (".", ",")), Says('`"."` `","`')]
Encoding = Annotated[Text, AfterValidator(_encoding), Says("`utf-8`, `cp1252` …")]
DateForm = Annotated[Text, AfterValidator(_date_form), Says("`%d.%m.%Y`, `%m/%d/%Y` …")]
HeaderRow = Annotated[int, whole(1, 1000), Says("a whole number from 1 to 1000")]
Repeated = Annotated[str, one_of("way to take repeated rows", ("refuse", "sum")), Says("`refuse` `sum`")]
Line = Annotated[Text, AfterValidator(_one_line), Says("text")]
OurColumns = Annotated[dict[Text, Text], Says("`{our column: its header}`")]
ItsColumns = Annotated[dict[Line, Line], Field(min_length=1), Says("`{its header: our field}`")]
WriterTitle = Annotated[Code, Says("a file that goes out")]


class ReaderSection(Section):
    """A file of another form: which of its columns is which of ours."""

    kind: FileKind = Field(description="What the file holds.")
    columns: OurColumns = Field(description="Our column on the left, the file's header on the right. What is not named is left alone.")
    delimiter: Delimiter | None = Field(default=None, description="What divides the columns. Without it: found from the header.")
    encoding: Encoding | None = Field(default=None, description="How the letters are stored. Without it: found from the file.")
    header_row: HeaderRow | None = Field(
        default=None, description="The line with the headers; what stands above is left alone. Without it: found among the first lines."
    )
    sheet: Name | None = Field(default=None, description="The sheet of a workbook. Without it: the first that holds anything.")
    decimal: DecimalMark | None = Field(
        default=None, description="The decimal mark of its numbers; the other mark divides thousands. Without it: `.`, and no thousands."
    )
    dates: DateForm | None = Field(
        default=None, description="How its dates are written; a time may follow. Without it: 2026-12-24, or as the figures prove."
    )
    timezone: Zone | None = Field(default=None, description="The clock of its times. Without it: the channel's, else the seller's own.")
    words: Annotated[dict[Text, Count], Says("`{word: units}`")] = Field(
        default={}, description="What words in a column of quantities mean; a word that is not named sets its row aside."
    )
    repeated: Repeated = Field(
        default="refuse",
        description="Rows of stock that name a SKU again at its place: `sum` where they are parts, such as lots; `refuse` sets them all aside.",
    )
    footer: Name | None = Field(
        default=None, description="Rows whose first filled cell begins so are left alone, such as a line of totals. In any case."
    )
    currency: Currency | None = Field(
        default=None, description="What its amounts are in, where the file has no column for it. Without it: the home currency."
    )
    location: LocationCode | None = Field(default=None, description="The location of stock, where the file has no column for it.")
    channel: ChannelName | None = Field(
        default=None, description="The channel of orders, where the file has no column for it. Without it: the one whose `reader` this is."
    )


class WriterSection(Section):
    """A file that goes out in a layout of your own. Called like a built-in file (`shippo.labels`), it changes that one."""

    like: WriterTitle | None = Field(default=None, description="The built-in file that one of another name is based on.")
    columns: ItsColumns | None = Field(
        default=None, description="The columns in their order: the header, and our field or `=` with a fixed text. Without it: as built in."
    )
    delimiter: Delimiter | None = Field(default=None, description="What divides the columns. Without it: as built in.")
    encoding: Encoding | None = Field(default=None, description="How the letters are stored. Without it: as built in.")
    above: Many[Line] | None = Field(default=None, description="Lines above the headers. Without it: as built in.")

    @model_validator(mode="after")
    def _can_be_stored(self) -> Self:
        columns = self.columns or {}
        texts: list[tuple[tuple[str, ...], str]] = [(("columns", header), header) for header in columns]
        texts += [(("columns", header), field) for header, field in columns.items() if field.startswith("=")]
        texts += [(("above",), line) for line in self.above or ()]
        bad = [(place, text) for place, text in texts if self.encoding and not _fits(text, self.encoding)]
        if bad:
            raise all_wrong((place, f"{quoted(text)} has letters that {self.encoding} does not know") for place, text in bad)
        return self


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True

"""Files of any other form, read by a profile: what its columns mean, how it writes numbers and dates, where its header lies."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from tests.channels.conftest import tell

from omscli.channels.detect import all_readers
from omscli.channels.dialect import Dialect
from omscli.channels.mapping import _KINDS, Profile, reader_of, words_of
from omscli.channels.opening import OpenedFile, open_file
from omscli.channels.reader import Context, FileForm
from omscli.errors import Refused
from omscli.settings.native_columns import NATIVE_COLUMNS, NEEDED_COLUMNS

Told = dict[str, Any]

# What a wholesale portal gives out: semicolons, Windows-1252, decimal commas, its own words, and a line of totals.
PORTAL = """\
Belegnr.;Pos;Bestelldatum;Wunschtermin;Firma;z. Hd.;Straße;PLZ;Ort;Land;Artikel;Bezeichnung;Menge;Preis netto;Währung;Summe
B-2201;10;27.02.2026;06.03.2026;Gärtnerei Möll;Frau Groß;Süderweg 4;01445;Radebeul;DE;00815;Gießkanne, 5 l;1.200;1.034,50;EUR;1.241.400,00
B-2201;20;27.02.2026;06.03.2026;Gärtnerei Möll;Frau Groß;Süderweg 4;01445;Radebeul;DE;00816;Übertopf;6;4,10;EUR;24,60
B-2202;10;28.02.2026 16:45;;Café Größ;;Ring 1;1010;Wien;AT;00815;Gießkanne, 5 l;2,0;1.034,50;EUR;2.069,00
;;;;;;;;;;;;1.208;;;1.243.493,60
"""
PORTAL_COLUMNS = {
    "order_id": "Belegnr.", "line_id": "Pos", "placed_at": "Bestelldatum", "deliver_by": "Wunschtermin", "company": "Firma", "name": "z. Hd.",
    "address1": "Straße", "postcode": "PLZ", "city": "Ort", "country": "Land", "sku": "Artikel", "title": "Bezeichnung", "quantity": "Menge",
    "unit_price": "Preis netto", "currency": "Währung",
}  # fmt: skip
GERMAN = Dialect(name="portal", decimal=",", dates="%d.%m.%Y", zone="Europe/Berlin")
WINDOWS = FileForm(delimiter=";", encoding="cp1252")

# A supplier's list: two lines and a blank one above the header, words for numbers, two lots of one article.
FEED = """\
Nordlicht Handel – Bestandsliste
Stand 02.03.2026 06:00

Art.-Nr.;SKU;Text;Bestand;Stand;Location
00123;X1;Becher;viele;02.03.2026 06:00;Halle 3
00124;X2;Teller;keine;;
00125;X3;Krug;1.200;;
00125;X3;Krug (Charge B);15;;
00126;X4;Löffel;auf Anfrage;;
00127;X5;Gabel;>100;;
"""
FEED_COLUMNS = {"sku": "Art.-Nr.", "on_hand": "Bestand", "as_of": "Stand"}
FEED_DIALECT = Dialect(
    name="nordlicht",
    decimal=",",
    dates="%d.%m.%Y",
    zone="Europe/Berlin",
    words=words_of({"Viele": 50, "keine": 0}),
    location="main",
    repeated="sum",
)


def profile(
    kind: str, columns: dict[str, str], dialect: Dialect | None = None, form: FileForm | None = None, name: str = "mine"
) -> Profile:
    return Profile(name=name, kind=kind, columns=columns, dialect=dialect or Dialect(name=name), form=form or FileForm())


def opened(data: bytes | str, *profiles: Profile, wanted: str | None = None, name: str = "file.csv") -> OpenedFile:
    readers = (*all_readers(), *map(reader_of, profiles))
    return open_file(name, data.encode() if isinstance(data, str) else data, wanted=wanted, readers=readers)


def read(data: bytes | str, *profiles: Profile, wanted: str | None = None, **context: Any) -> list[Told]:
    file = opened(data, *profiles, wanted=wanted)
    told = [tell(item) for item in file.items(Context(**{"channel": "portal", "currency": "USD", **context}))]
    assert file.rows == file.sheet.taken + file.set_aside + file.skipped, "every row is counted once"
    return told


def refusal(data: bytes | str, *profiles: Profile, wanted: str | None = None) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        opened(data, *profiles, wanted=wanted)
    return caught.value.message, caught.value.hint


def problems(told: list[Told]) -> list[tuple[int, str, str, str]]:
    found = [one["problem"] for one in told if "problem" in one]
    return [(one["line"], one["column"], one["value"], one["problem"]) for one in found]


PORTAL_PROFILE = profile("orders", PORTAL_COLUMNS, GERMAN, WINDOWS, "portal")
FEED_PROFILE = profile("stock", FEED_COLUMNS, FEED_DIALECT, FileForm(";", "utf-8", 4), "nordlicht")


# -- orders of a portal


def test_the_orders_of_a_portal_are_read_as_the_profile_says() -> None:
    first, second, *rest = read(PORTAL.encode("cp1252"), PORTAL_PROFILE)
    assert (first["order_id"], first["placed_at"], first["deliver_by"]) == ("B-2201", "2026-02-26T23:00:00Z", "2026-03-06")
    assert first["ship_to"] == {
        "name": "Frau Groß", "company": "Gärtnerei Möll", "line1": "Süderweg 4", "city": "Radebeul", "postcode": "01445", "country": "DE",
    }  # fmt: skip
    assert [(line["line_id"], line["sku"], line["quantity"], line["unit_price"]) for line in first["lines"]] == [
        ("10", "00815", 1200, 103450),
        ("20", "00816", 6, 410),
    ]
    assert (second["placed_at"], second["lines"][0]["quantity"]) == ("2026-02-28T15:45:00Z", 2)
    assert first["silent"] == ["email", "note", "payment", "service", "tags", "totals"]
    assert problems(rest) == [(5, "Belegnr.", "", "has no order number")]


def test_the_letters_of_a_portal_are_those_of_the_encoding_it_names() -> None:
    file = opened(PORTAL.encode("cp1252"), PORTAL_PROFILE)
    assert (file.encoding, file.notices, file.delimiter, file.header_row) == ("cp1252", (), ";", 1)
    assert file.columns_used["Straße"] == "address1"
    assert file.columns_ignored == ["Summe"]


def test_a_file_that_is_not_stored_as_the_profile_says_is_refused_with_the_place() -> None:
    utf8 = profile("orders", PORTAL_COLUMNS, GERMAN, FileForm(";", "utf-8"), "portal")
    assert refusal(PORTAL.encode("cp1252"), utf8, wanted="portal") == (
        "file.csv:1: this letter is not stored as utf-8 (byte 56)",
        "rules.yaml names the encoding of its reader; leave `encoding` out there and it is found from the file",
    )
    marked = b"\xef\xbb\xbf" + PORTAL.encode()
    assert refusal(marked, PORTAL_PROFILE, wanted="portal")[0] == "file.csv begins with the mark of UTF-8 and is not cp1252"


@pytest.mark.parametrize("encoding", ["utf-16-le", "cp850", "latin-1"])
def test_encodings_that_no_file_tells_of_itself_can_be_named(encoding: str) -> None:
    text = "Art;Menge\nMÜß;3\n"
    mine = profile("stock", {"sku": "Art", "on_hand": "Menge"}, Dialect(location="main"), FileForm(encoding=encoding))
    assert read(text.encode(encoding), mine) == [{"sku": "MÜß", "location": "main", "on_hand": 3, "columns": ["on_hand", "sku"]}]


# -- stock of a supplier


def test_a_feed_with_lines_above_its_header_and_words_for_numbers_is_read() -> None:
    told = read(FEED, FEED_PROFILE)
    assert [(one["sku"], one["location"], one["on_hand"]) for one in told if "sku" in one] == [
        ("00123", "main", 50),
        ("00124", "main", 0),
        ("00125", "main", 1215),
    ]
    assert told[0]["as_of"] == "2026-03-02T05:00:00Z"
    assert problems(told) == [
        (9, "Bestand", "auf Anfrage", "not a whole number"),
        (10, "Bestand", ">100", "not a whole number"),
    ]
    assert told[-1]["problem"]["hint"] == "if it always means the same number, name it in rules.yaml: readers: nordlicht: words"


def test_a_column_that_is_called_like_ours_and_not_named_is_left_alone() -> None:
    """The feed has columns `SKU` and `Location`, which mean something else."""
    file = opened(FEED, FEED_PROFILE)
    assert file.columns_ignored == ["SKU", "Text", "Location"]
    assert [one.sku for one in file.items(Context()) if hasattr(one, "sku")] == ["00123", "00124", "00125"]


def test_an_article_on_several_rows_is_set_aside_unless_the_profile_says_that_these_are_parts() -> None:
    """Two lots of five, or one row doubled: nobody can say."""
    text = "Item,Site,Qty\nA,main,5\nB,main,5\nA,main,5\nB,reno,7\nC,main,\n"
    dialect = Dialect(name="mine", repeated="refuse")
    told = read(text, profile("stock", {"sku": "Item", "location": "Site", "on_hand": "Qty"}, dialect))
    assert [(one["sku"], one["location"], one["on_hand"]) for one in told if "sku" in one] == [
        ("C", "main", None),  # articles of several rows come when the file has been seen to its end
        ("B", "main", 5),
        ("B", "reno", 7),
    ]
    assert problems(told) == [(2, "Item", "A", "A at main stands in lines 2, 4"), (4, "Item", "A", "A at main stands in lines 2, 4")]
    assert told[-1]["problem"]["hint"] == "if these are parts of one stock, write in rules.yaml: readers: mine: repeated: sum"


def test_parts_are_added_place_by_place() -> None:
    text = "Item,Site,Qty\nA,main,5\nA,reno,2\na,main,-6\nB,main,1\n"
    mine = profile("stock", {"sku": "Item", "location": "Site", "on_hand": "Qty"}, Dialect(repeated="sum"))
    told = read(text, mine, locations={"main": "Main", "reno": "Reno"})
    assert [(one["sku"], one["location"], one["on_hand"]) for one in told if "sku" in one] == [
        ("B", "main", 1),
        ("A", "main", 0),
        ("A", "reno", 2),
    ]
    assert problems(told) == [(2, "Qty", "-1", "a negative stock is taken as 0")]


def test_a_part_that_cannot_be_read_sets_its_whole_article_aside() -> None:
    text = "Item,Qty\nA,5\nA,soon\nA,\nB,1\n"
    told = read(text, profile("stock", {"sku": "Item", "on_hand": "Qty"}, Dialect(name="mine", location="main", repeated="sum")))
    assert [one["sku"] for one in told if "sku" in one] == ["B"]
    assert problems(told) == [
        (2, "Item", "A", "A was set aside as a whole: lines 3, 4 of it cannot be read"),
        (3, "Qty", "soon", "not a whole number"),
        (4, "Qty", "", "is empty"),
    ]


def test_an_empty_cell_is_a_number_only_where_the_profile_says_which() -> None:
    text = "Item,Qty,Bin\nA,,\n"
    plain = Dialect(location="main")
    assert read(text, profile("stock", {"sku": "Item", "on_hand": "Qty"}, plain))[0]["on_hand"] is None
    worded = Dialect(location="main", words={"": 0})
    assert read(text, profile("stock", {"sku": "Item", "on_hand": "Qty"}, worded))[0]["on_hand"] == 0


# -- numbers


@pytest.mark.parametrize(
    ("decimal", "text", "units"),
    [
        (None, "12", 12), (None, "12.0", 12), (None, "-3", -3),
        (".", "1,234", 1234), (".", "12.00", 12), (".", "1 234", 1234), (".", "1'234'567", 1234567),
        (",", "1.234", 1234), (",", "12,0", 12), (",", "12,00", 12), (",", "1.234,00", 1234), (",", "1\u202f234", 1234), (",", "-1.234", -1234),
    ],
)  # fmt: skip
def test_thousands_are_read_where_the_decimal_mark_is_known(decimal: str | None, text: str, units: int) -> None:
    assert Dialect(decimal=decimal).count(text, "Stock") == units


@pytest.mark.parametrize(
    ("decimal", "text"),
    [
        (None, "1,234"), (None, "1.234"), (None, "10+"), (None, ">100"), (None, "12 pcs"), (None, "N/A"), (None, "In stock"),
        (".", "1.234"), (".", "12,34"), (".", "1,23,456"), (".", "1,"), (".", "１２"),
        (",", "1,000"), (",", "1.5"), (",", "1.0"), (",", "12.34"), (",", "1,5"), (",", "1.234.56"), (",", "1,234.00"),
    ],
)  # fmt: skip
def test_a_number_that_can_be_read_two_ways_is_set_aside(decimal: str | None, text: str) -> None:
    told = read(f'Item;Qty\nA;"{text}"\n', profile("stock", {"sku": "Item", "on_hand": "Qty"}, Dialect(decimal=decimal, location="main")))
    assert [(column, value, problem) for _, column, value, problem in problems(told)] == [("Qty", text, "not a whole number")]


def test_a_word_means_its_number_in_any_case_and_only_as_the_whole_cell() -> None:
    dialect = Dialect(words=words_of({"In  Stock": 10, ">100": 100, "N/A": 0}))
    assert [dialect.count(text, "Stock") for text in ("in stock", "IN STOCK", ">100", "n/a", "7")] == [10, 10, 100, 0, 7]
    with pytest.raises(ValueError, match="not a whole number"):
        dialect.count("in stock soon", "Stock")


def test_a_word_that_means_none_is_no_quantity_of_an_order() -> None:
    mine = profile("inbound", {"sku": "Item", "quantity": "Qty", "expected_on": "Due"}, Dialect(location="main", words={"none": 0}))
    assert problems(read("Item,Qty,Due\nA,none,2026-03-09\n", mine)) == [(2, "Qty", "none", "must be 1 to 100,000")]


@pytest.mark.parametrize(
    ("decimal", "text", "minor"),
    [
        (",", "1.234,50", 123450), (",", "4,10", 410), (",", "1.234", 123400), (",", "12 €", 1200), (".", "1,234", 123400), (".", "1,234.50", 123450),
        (None, "12.50", 1250), (None, "1,234.50", 123450),
    ],
)  # fmt: skip
def test_amounts_are_read_by_the_decimal_mark(decimal: str | None, text: str, minor: int) -> None:
    assert Dialect(decimal=decimal).money(text, "Price", "EUR") == minor


@pytest.mark.parametrize(("decimal", "text"), [(None, "1,234"), (",", "12.50"), (",", "1,234"), (".", "1.234"), (".", "12,50")])
def test_an_amount_that_can_be_read_two_ways_is_set_aside(decimal: str | None, text: str) -> None:
    mine = profile("products", {"sku": "Item", "price": "Price"}, Dialect(decimal=decimal))
    (one,) = problems(read(f'Item;Price\nA;"{text}"\n', mine))
    assert one[:3] == (2, "Price", text)


@pytest.mark.parametrize(
    ("decimal", "text", "grams"), [(",", "1.250,5", 1251), (",", "420", 420), (",", "12,4", 12), (".", "1,250.4", 1250), (None, "12.6", 13)]
)
def test_a_weight_is_read_by_the_decimal_mark(decimal: str | None, text: str, grams: int) -> None:
    mine = profile("products", {"sku": "Item", "weight_g": "Weight"}, Dialect(decimal=decimal))
    assert read(f'Item;Weight\nA;"{text}"\n', mine)[0]["weight_g"] == grams


@pytest.mark.parametrize(("decimal", "text"), [(",", "1,250"), (",", "12.4"), (".", "12,4"), (None, "1,250")])
def test_a_weight_that_can_be_read_two_ways_is_set_aside(decimal: str | None, text: str) -> None:
    mine = profile("products", {"sku": "Item", "weight_g": "Weight"}, Dialect(decimal=decimal))
    assert problems(read(f'Item;Weight\nA;"{text}"\n', mine)) == [(2, "Weight", text, "not a number of grams or millimetres")]


# -- dates

DUE = {"sku": "Item", "quantity": "Qty", "expected_on": "Due"}


@pytest.mark.parametrize(
    ("form", "text", "day"),
    [
        ("%d.%m.%Y", "03.12.2026", "2026-12-03"), ("%d.%m.%Y", "3.12.2026", "2026-12-03"), ("%d.%m.%y", "03.12.26", "2026-12-03"),
        ("%m/%d/%Y", "12/03/2026", "2026-12-03"), ("%d %b %Y", "3 Dec 2026", "2026-12-03"), ("%d.%m.%Y", "03.12.2026 23:30", "2026-12-03"),
        ("%Y%m%d", "20261203", "2026-12-03"), ("%d.%m.%Y", "2026-12-03", "2026-12-03"), ("%d.%m.%Y", "2026-12-03 08:00:00", "2026-12-03"),
        ("%d.%m.%Y %H:%M %z", "03.12.2026 23:30 +0000", "2026-12-04"),
    ],
)  # fmt: skip
def test_a_date_is_read_in_its_form(form: str, text: str, day: str) -> None:
    mine = profile("inbound", DUE, Dialect(dates=form, zone="Europe/Oslo", location="main"))
    assert read(f"Item,Qty,Due\nA,1,{text}\n", mine)[0]["expected_on"] == day


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%d.%m.%Y", "12/03/2026"), ("%d.%m.%Y", "31.02.2026"), ("%m/%d/%Y", "13/12/2026"), ("%Y-%d-%m", "2026-02-31"), ("%d.%m.%Y", "٠٣.12.2026"),
        ("%d.%m.%Y %H:%M", "03.12.2026"), ("%d.%m.%Y", "01.01.0001"), ("%d.%m.%Y", "bald"),
    ],
)  # fmt: skip
def test_a_date_of_another_form_is_set_aside(form: str, text: str) -> None:
    mine = profile("inbound", DUE, Dialect(dates=form, zone="Europe/Oslo", location="main"))
    (one,) = problems(read(f"Item,Qty,Due\nA,1,{text}\n", mine))
    assert one == (2, "Due", text, "not a date in the form of its reader")


def test_the_message_about_a_date_shows_one_that_is_right() -> None:
    mine = profile("inbound", DUE, Dialect(dates="%d.%m.%Y", location="main"))
    assert read("Item,Qty,Due\nA,1,soon\n", mine)[0]["problem"]["hint"] == "its dates are %d.%m.%Y, like 24.12.2026; rules.yaml says so"


def test_without_a_form_dates_are_iso_or_what_their_figures_prove() -> None:
    mine = profile("inbound", DUE, Dialect(location="main"))
    assert [one["expected_on"] for one in read("Item,Qty,Due\nA,1,03/12/2026\nB,1,25/12/2026\n", mine)] == ["2026-12-03", "2026-12-25"]
    assert problems(read("Item,Qty,Due\nA,1,03/12/2026\n", mine)) == [(2, "Due", "03/12/2026", "a date that can be read two ways")]


def test_the_clock_of_the_profile_goes_before_that_of_the_channel() -> None:
    columns = {"shipment_or_order": "Order", "tracking_number": "No", "shipped_at": "Left"}
    text = "Order,No,Left\nS-1,T1,03.12.2026 09:00\n"
    for zone, shipped in (("Asia/Tokyo", "2026-12-03T00:00:00Z"), ("", "2026-12-03T14:00:00Z")):
        told = read(text, profile("tracking", columns, Dialect(dates="%d.%m.%Y", zone=zone)), timezone="America/New_York")
        assert told[0]["shipped_at"] == shipped


# -- where the header lies


def test_a_header_that_is_not_in_its_line_is_refused_with_the_line_that_was_seen() -> None:
    moved = FEED.replace("Stand 02.03.2026 06:00\n", "Stand 02.03.2026 06:00\nneue Preise ab April\n")
    said = (
        "file.csv: line 4 is not the header of nordlicht as rules.yaml describes it: there is nothing in it",
        "its columns stand in line 5; if that is right from now on, write under readers: nordlicht:  header_row: 5",
    )
    assert refusal(moved, FEED_PROFILE, wanted="nordlicht") == said
    assert refusal(moved, FEED_PROFILE) == said
    second = profile("stock", FEED_COLUMNS, FEED_DIALECT, FileForm(header_row=5), "nordlicht")
    assert refusal(FEED, second)[0].endswith("describes it: “00123;X1;Becher;viele;02.03.2026 06:00;Halle 3”")


def test_a_delimiter_that_is_not_the_one_of_the_profile_is_refused() -> None:
    commas = FEED.replace(";", ",")
    assert refusal(commas, FEED_PROFILE)[1].endswith('write under readers: nordlicht:  delimiter: ","')


def test_a_line_that_is_not_divided_is_shown() -> None:
    assert refusal("one\ntwo\nthree\nfour\n", FEED_PROFILE, wanted="nordlicht") == (
        "file.csv:4: the columns “Bestand”, “Art.-Nr.” are missing",
        "columns in the file: four",
    )
    assert refusal("one\ntwo\n", FEED_PROFILE, wanted="nordlicht") == (
        "file.csv: line 4 is not divided into columns as nordlicht says: there is nothing in it",
        "look at `delimiter` and `header_row` under readers: nordlicht in rules.yaml",
    )


def test_a_missing_column_is_named_as_the_file_should_name_it() -> None:
    text = FEED.replace("Art.-Nr.", "Artikelnummer")
    assert refusal(text, FEED_PROFILE, wanted="nordlicht") == (
        "file.csv:4: the column “Art.-Nr.” is missing",
        "columns in the file: Artikelnummer, SKU, Text, Bestand, Stand, Location",
    )


def test_a_column_that_the_profile_names_and_nobody_needs_may_be_missing() -> None:
    text = "\n".join(line.rsplit(";", 2)[0] for line in FEED.splitlines())
    assert [one["sku"] for one in read(text, FEED_PROFILE) if "sku" in one] == ["00123", "00124", "00125"]


def test_a_header_far_below_and_any_delimiter_can_be_named() -> None:
    text = "note\n" * 40 + "Item^Qty\nA^3\n"
    mine = profile("stock", {"sku": "Item", "on_hand": "Qty"}, Dialect(location="main"), FileForm("^", None, 41))
    assert read(text, mine)[0]["on_hand"] == 3


def test_the_profile_s_delimiter_goes_before_that_of_excel_s_first_line() -> None:
    mine = profile("stock", {"sku": "Item", "on_hand": "Qty"}, Dialect(location="main"), FileForm(delimiter=";"))
    assert read("sep=,\nItem;Qty\nA;3\n", mine)[0]["on_hand"] == 3


# -- which reader


def test_a_profile_is_found_by_its_columns_like_any_other() -> None:
    assert opened(PORTAL.encode("cp1252"), PORTAL_PROFILE, FEED_PROFILE).reader.title == "portal"
    assert opened(FEED, PORTAL_PROFILE, FEED_PROFILE).reader.title == "nordlicht"
    assert opened("sku,location,on_hand\nA,main,1\n", PORTAL_PROFILE, FEED_PROFILE).reader.title == "native.stock"


def test_two_profiles_that_fit_are_an_error_that_names_both() -> None:
    one = profile("stock", {"sku": "Item", "on_hand": "Qty"}, Dialect(location="main"), name="one")
    two = profile("stock", {"sku": "Item", "on_hand": "Qty"}, Dialect(location="reno"), name="two")
    message, hint = refusal("Item,Qty\nA,1\n", one, two)
    assert message == "file.csv could be one or two; its columns: Item, Qty"
    assert hint == "say which: oms import --as one file.csv"
    assert read("Item,Qty\nA,1\n", one, two, wanted="two")[0]["location"] == "reno"


def test_a_profile_and_a_built_in_format_that_fit_are_an_error_that_names_both() -> None:
    mine = profile("stock", {"sku": "sku", "on_hand": "on_hand", "location": "location"})
    assert (
        refusal("sku,location,on_hand\nA,main,1\n", mine)[0]
        == "file.csv could be native.stock or mine; its columns: sku, location, on_hand"
    )


def test_a_profile_never_changes_how_other_files_are_read(read: Callable[..., Any]) -> None:
    data = "sku,location,on_hand\nMÜß,main,1\n".encode()
    spoiled = profile("stock", {"sku": "Item", "on_hand": "Qty"}, form=FileForm(encoding="cp1252"))
    assert opened(data, spoiled).encoding == "utf-8"
    assert [tell(one) for one in opened(data, spoiled).items(Context())] == read("x", data)


def test_a_file_that_almost_fits_a_profile_says_what_is_missing() -> None:
    message, _ = refusal("Belegnr.;Bestelldatum;Artikel;Stück\nB-1;27.02.2026;00815;3\n", PORTAL_PROFILE)
    assert message == "file.csv looks like portal, but the column “Menge” is missing"


def test_a_list_of_products_needs_more_than_the_sku_that_every_file_has() -> None:
    catalogue = profile("products", {"sku": "Code", "title": "Text", "price": "List price"}, name="catalogue")
    stock = profile("stock", {"sku": "Code", "on_hand": "Free"}, Dialect(location="main"), name="stock")
    assert opened("Code,Free\nA,1\n", catalogue, stock).reader.title == "stock"
    assert opened("Code,List price\nA,1.00\n", catalogue, stock).reader.title == "catalogue"
    assert refusal("Code,Free\nA,1\n", catalogue, wanted="catalogue")[0] == "file.csv:1: the column “List price or Text” is missing"


def test_two_columns_may_trade_their_names() -> None:
    mine = profile("products", {"sku": "title", "title": "sku", "price": "cost"})
    told = read("title,sku,cost\nMUG,Blue mug,3.50\n", mine, wanted="mine")
    assert (told[0]["sku"], told[0]["title"], told[0]["price"], told[0].get("cost")) == ("MUG", "Blue mug", 350, None)


# -- workbooks


def workbook(**sheets: list[list[Any]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write_datetime(at, place, cell, day) if isinstance(cell, datetime) else sheet.write(at, place, cell)
    book.close()
    return out.getvalue()


BOOK_COLUMNS = {"order_id": "Ref", "placed_at": "Ordered", "sku": "Item", "quantity": "Qty", "unit_price": "Price"}
BOOK_ROWS: list[list[Any]] = [
    ["Orders of March"],
    ["Ref", "Ordered", "Item", "Qty", "Price"],
    ["P-1", datetime(2026, 3, 2), "00815", 1200, 4.125],  # noqa: DTZ001 - a spreadsheet knows no zones
    ["P-1", "02.03.2026", "00816", "1.200", "4,10"],
    ["P-2", "02.03.2026", "00817", 2, 4.1],
]


def test_figures_and_dates_of_a_workbook_mean_what_the_sheet_shows() -> None:
    """Excel keeps 4.1 as a number: the profile's comma is for cells that are text."""
    mine = profile("orders", BOOK_COLUMNS, GERMAN, FileForm(header_row=2, sheet="March", decimal=","))
    told = read(workbook(Notes=[["nothing", "here"]], March=BOOK_ROWS), mine)
    assert [(line["quantity"], line["unit_price"]) for line in told[0]["lines"]] == [(2, 410)]
    assert problems(told) == [
        (3, "Price", "4,125", "not an amount of USD"),
        (4, "Ref", "P-1", "order P-1 was set aside as a whole: line 3 of it cannot be read"),
    ]
    assert told[0]["placed_at"] == "2026-03-01T23:00:00Z"


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are() -> None:
    mine = profile("orders", BOOK_COLUMNS, GERMAN, FileForm(sheet="April"))
    assert refusal(workbook(Notes=[["a"]], March=BOOK_ROWS), mine, wanted="mine") == (
        "file.csv has no sheet 'April'",
        "its sheets: Notes, March",
    )


def test_the_first_sheet_that_holds_anything_is_read_where_none_is_named() -> None:
    mine = profile("orders", BOOK_COLUMNS, GERMAN, FileForm(decimal=","))
    file = opened(workbook(Empty=[], March=BOOK_ROWS), mine)
    assert (file.reader.title, file.header_row, file.encoding) == ("mine", 2, "xlsx")


# -- what settings believe about them


def test_the_columns_that_settings_check_are_those_that_profiles_read() -> None:
    assert {kind: set(shape._fields[1:]) for kind, (shape, _, _) in _KINDS.items()} == {
        kind: set(names) for kind, names in NATIVE_COLUMNS.items()
    }  # type: ignore[attr-defined]
    assert {kind: set(needed.split()) for kind, (_, _, needed) in _KINDS.items()} == {
        kind: set(names) for kind, names in NEEDED_COLUMNS.items()
    }

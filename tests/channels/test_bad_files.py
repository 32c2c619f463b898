"""Files that are damaged, cut off or something else: each is refused with its own sentence, and nothing of it is taken in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from omscli.channels.detect import all_readers, known_readers
from omscli.channels.opening import open_file
from omscli.errors import Refused, UsageError

BAD = Path(__file__).parent / "bad"
STOCK = b"sku,location,on_hand\n"


def refusal(read: Callable[..., Any], name: str, data: bytes, wanted: str | None = None) -> tuple[str, str]:
    """What and how a file is refused."""
    with pytest.raises(Refused) as caught:
        read(name, data, wanted)
    assert caught.value.exit_code == 4
    return caught.value.message, caught.value.hint


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("orders_export.csv", "Name,Email\n")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        pytest.param(b"", "stock.csv is empty", "download it again", id="an empty file"),
        pytest.param(b"\xef\xbb\xbf \r\n", "stock.csv is empty", "download it again", id="a file of blanks"),
        pytest.param(
            zipped(),
            "stock.csv is a ZIP archive or an Excel workbook, not a CSV file",
            "unpack it, or save the sheet as CSV UTF-8",
            id="a ZIP archive",
        ),
        pytest.param(b"\x1f\x8b\x08\x00", "stock.csv is compressed (gzip)", "unpack it first:  gunzip stock.csv", id="a gzip file"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "stock.csv is an old Excel workbook (.xls)",
            "save the sheet as CSV UTF-8",
            id="an old workbook",
        ),
        pytest.param(b"%PDF-1.7", "stock.csv is a PDF document", "download the file as CSV", id="a PDF"),
        pytest.param(
            b"\n<!DOCTYPE html><title>Log in</title>",
            "stock.csv is a web page, not a CSV file",
            "log in to the channel and download the file again; the page may be its login",
            id="a login page",
        ),
        pytest.param(
            "sku,location,on_hand\n".encode("utf-16-le"),
            "stock.csv is UTF-16 text without its mark, or no text at all",
            "save it as CSV UTF-8",
            id="UTF-16 without its mark",
        ),
        pytest.param(
            b"\xff\xfe" + "sku".encode("utf-16-le") + b"\x00",
            "stock.csv is cut off or damaged at byte 8",
            "download it again",
            id="half a UTF-16 letter",
        ),
        pytest.param(
            STOCK + "CAFÉ,main,1\n".encode() + b"CAF\x8d,main,2\n",
            "stock.csv:3: the letters are stored in two ways at once (byte 37, 0x8D)",
            "download the file again and do not join or edit it; or save it as CSV UTF-8",
            id="two encodings joined",
        ),
        pytest.param(
            STOCK + b"CAF" + "É".encode()[:1],
            "stock.csv: the last letter is incomplete – the file looks cut off",
            "download it again",
            id="cut off inside a letter",
        ),
        pytest.param(
            STOCK,
            "stock.csv has a header but no rows",
            "there was nothing to download, or the file was cut off",
            id="a header without rows",
        ),
        pytest.param(
            b"just a line\nand another\n",
            "stock.csv: nothing in its first lines is divided into columns",
            "it takes a CSV file with one line of column names",
            id="prose",
        ),
        pytest.param(
            b'sku,location,on_hand\nMUG,main,1\nTEE,main,2\n"CAP,main,3\n',
            "stock.csv: line 4: quote never closed – the file looks cut off",
            "download it again",
            id="a quote that is never closed",
        ),
        pytest.param(
            STOCK + b'"Mug 7" hat",main,1\n',
            "stock.csv: line 2: a quote stands inside a quoted cell and is not doubled",
            "download it again and do not edit it by hand",
            id="a stray quote",
        ),
        pytest.param(
            STOCK + b"M" * 1_000_001 + b",main,1\n",
            "stock.csv: line 2: a cell is larger than 1 MB",
            "download it again; a quote may be missing in this line",
            id="a cell of a megabyte",
        ),
        pytest.param(
            b",".join(b"c%d" % n for n in range(501)) + b"\n",
            "stock.csv:1: 501 columns are more than 500",
            "download the file again",
            id="501 columns",
        ),
        pytest.param(
            b"sku,location,on_hand,SKU\nMUG,main,1,TEE\n",
            "stock.csv: the column “SKU” is there twice (columns 1 and 4)",
            "take one of them out, so that it is plain which one counts",
            id="a column twice",
        ),
        pytest.param(
            b"Employee,Week,Hours\nAnn,1,38\n",
            "no reader knows the columns of stock.csv: Employee, Week, Hours",
            f"built-in formats: {', '.join(sorted(known_readers()))}; any other file: name its columns under `readers:` in rules.yaml",
            id="a timesheet",
        ),
        pytest.param(
            b"sku,location,onhand\nMUG,main,1\n",
            "stock.csv looks like native.stock, but the column “on_hand” is missing",
            "is “onhand” meant as “on_hand”? columns in the file: sku, location, onhand",
            id="a slip in a header",
        ),
    ],
)
def test_what_is_no_good_file_is_refused_with_its_own_sentence(data: bytes, message: str, hint: str, read: Callable[..., Any]) -> None:
    assert refusal(read, "stock.csv", data) == (message, hint)


def test_the_numbers_of_orders_that_excel_rounded_are_refused_before_any_order_is_taken(read: Callable[..., Any]) -> None:
    assert refusal(read, "etsy.csv", (BAD / "etsy-order-numbers-rounded-by-excel.csv").read_bytes()) == (
        "etsy.csv:3: Order ID 2.53686E+09 is a rounded number, not an order number",
        "a spreadsheet has damaged the figures: download the file again and import it without opening it in Excel",
    )


def test_a_shopify_export_that_ends_inside_a_note_names_the_line_where_the_order_began(read: Callable[..., Any]) -> None:
    assert refusal(read, "orders_export.csv", (BAD / "shopify-cut-off-inside-a-note.csv").read_bytes())[0] == (
        "orders_export.csv: line 3: quote never closed – the file looks cut off"
    )


def test_a_file_of_one_channel_given_as_another_names_what_it_is(read: Callable[..., Any]) -> None:
    data = (BAD / "etsy-order-numbers-rounded-by-excel.csv").read_bytes()

    assert refusal(read, "etsy.csv", data, "ebay") == (
        "etsy.csv: the columns look like etsy.orders (19 of 19 columns), not like ebay",
        "import it as what it is: oms import --as etsy.orders etsy.csv",
    )


def test_a_file_given_as_a_channel_that_lacks_columns_names_them_and_the_nearest(read: Callable[..., Any]) -> None:
    assert refusal(read, "report.txt", b"order-id\torder-item-no\tquantity-to-ship\n", "amazon.unshipped") == (
        "report.txt: the columns “order-item-id”, “purchase-date”, “sku”, “product-name”, “quantity-purchased” are missing",
        "is “order-item-no” meant as “order-item-id”? columns in the file: order-id, order-item-no, quantity-to-ship",
    )


def test_a_file_with_the_columns_of_two_formats_asks_which_it_is(read: Callable[..., Any]) -> None:
    header = b"sku,location,on_hand,quantity,expected_on\nMUG,main,3,4,2026-03-02\n"

    assert refusal(read, "mixed.csv", header) == (
        "mixed.csv could be native.stock or native.inbound; its columns: sku, location, on_hand, quantity, expected_on",
        "say which: oms import --as native.stock mixed.csv",
    )
    assert read("mixed.csv", header, "native.inbound")[0]["quantity"] == 4


def test_a_reader_that_nobody_knows_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="no reader is called 'ebuy'"):
        open_file("stock.csv", STOCK, wanted="ebuy")


def test_windows_letters_are_read_and_the_seller_is_told() -> None:
    file = open_file("stock.csv", STOCK + "TASSE-BLAU-GROß,main,1\nLÖFFEL,main,2\n".encode("cp1252"))

    assert file.encoding == "cp1252"
    assert file.notices == ("not UTF-8: read as Windows-1252; look whether the names are right",)


def test_rows_with_too_few_or_too_many_cells_are_set_aside_and_the_others_come_in(read: Callable[..., Any]) -> None:
    told = read("stock.csv", STOCK + b"MUG,main,1\nTEE,main\nCAP,main,2,extra\nBAG,main,3\n")

    assert [item.get("sku") for item in told[:2]] == ["MUG", "BAG"]
    assert [item["problem"] for item in told[2:]] == [
        {
            "line": 3,
            "column": "",
            "value": "TEE main",
            "problem": "has 2 columns, the header has 3",
            "hint": "a cell may hold the delimiter without quotes",
            "rejected": True,
        },
        {
            "line": 4,
            "column": "",
            "value": "CAP main 2 extra",
            "problem": "has 4 columns, the header has 3",
            "hint": "a cell may hold the delimiter without quotes",
            "rejected": True,
        },
    ]


def test_a_row_with_a_nul_is_set_aside(read: Callable[..., Any]) -> None:
    told = read("stock.csv", STOCK + b"MUG,main,1\nTE\0E,main,2\n")

    assert [item["problem"]["problem"] for item in told[1:]] == ["holds a NUL character"]


def test_an_order_with_a_ragged_row_is_set_aside_as_a_whole(read: Callable[..., Any]) -> None:
    header = b"order_id,placed_at,sku,quantity,channel\n"

    told = read("orders.csv", header + b"1,2026-03-02,MUG,1,web\n2,2026-03-02,MUG,1,web\n1,2026-03-02,TEE\n")

    assert [item["order_id"] for item in told if "order_id" in item] == ["2"]
    assert [item["problem"]["problem"] for item in told if "problem" in item] == [
        "order 1 was set aside as a whole: line 4 of it cannot be read",
        "has 3 columns, the header has 5",
    ]


def test_files_that_were_joined_have_their_header_twice_and_it_is_no_row(read: Callable[..., Any]) -> None:
    told = read("stock.csv", STOCK + b"MUG,main,1\n" + STOCK + b"TEE,main,2\n")

    assert [item["sku"] for item in told] == ["MUG", "TEE"]


def test_a_file_of_more_rows_than_any_seller_has_is_refused(read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omscli.channels.sheet.MAX_ROWS", 2)

    assert refusal(read, "stock.csv", STOCK + b"A,main,1\nB,main,1\nC,main,1\n") == ("stock.csv has more than 2 rows", "split the file")


def test_rows_that_end_with_a_lone_carriage_return_are_rows(read: Callable[..., Any]) -> None:
    told = read("stock.csv", b"sku,location,on_hand\rMUG,main,1\r\rTEE,main,x\r")

    assert told[0]["sku"] == "MUG"
    assert told[1]["problem"]["line"] == 4


def test_a_line_that_names_the_delimiter_is_no_header(read: Callable[..., Any]) -> None:
    told = read("stock.csv", b"sep=;\r\nsku;location;on_hand\r\nMUG;main;1\r\nTEE;main;x\r\n")

    assert told[0]["sku"] == "MUG"
    assert told[1]["problem"]["line"] == 4


def test_titles_above_the_header_are_passed_over(read: Callable[..., Any]) -> None:
    told = read("stock.csv", b"Stock list, printed\n\n" + STOCK + b"MUG,main,1\n")

    assert [item["sku"] for item in told] == ["MUG"]


def test_the_names_for_rules_yaml_are_those_of_the_readers() -> None:
    assert known_readers() == {reader.name for reader in all_readers()}

"""What rules.yaml says of files of other forms is what happens to them, from the file to the store and back out."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.conftest import RULES, Shop, csv_text, rules_with

from omscli.channels.writer import Offer, Sending
from omscli.channels.writing import written
from omscli.errors import Refused
from omscli.workflows.profiles import readers_of, writers_of

MakeShop = Callable[..., Shop]

PORTAL: dict[str, Any] = {
    "kind": "orders",
    "columns": {
        "order_id": "Order no.", "line_id": "Pos", "placed_at": "Date", "name": "Contact", "company": "Buyer", "address1": "Street", "postcode": "Code",
        "city": "Town", "country": "Land", "sku": "Article", "quantity": "Pieces", "unit_price": "Net", "currency": "Cur",
    },
    "delimiter": ";",
    "encoding": "cp1252",
    "decimal": ",",
    "dates": "%d.%m.%Y",
    "timezone": "Europe/Vienna",
}  # fmt: skip
PORTAL_FILE = """\
Order no.;Pos;Date;Buyer;Contact;Street;Code;Town;Land;Article;Pieces;Net;Cur
K-1;1;01.03.2026;Löwenbräu KG;Frau Süß;1 Main St;11201;Brooklyn;US;MUG;2;9,50;USD
K-1;2;01.03.2026;Löwenbräu KG;Frau Süß;1 Main St;11201;Brooklyn;US;CAP;1;1.004,00;USD
Summe;;;;;;;;;;3;1.023,00;USD
""".encode("cp1252")

LIST: dict[str, Any] = {
    "kind": "stock",
    "columns": {"sku": "Item", "on_hand": "Stock"},
    "header_row": 3,
    "words": {"plenty": 50, "none": 0},
    "location": "main",
}
LIST_FILE = b"Acme list\n\nItem,Name,Stock\nMUG,Mug,plenty\nCAP,Cap,none\nTEE,Tee,10+\n"


@pytest.fixture
def portal(make_shop: MakeShop) -> Shop:
    channels = {**RULES["channels"], "wholesale": {"reader": "portal", "prefix": "WH", "ship_unpaid": True}}
    shop = make_shop("main", channels=channels, readers={"portal": PORTAL, "acme": LIST})
    shop.products("MUG", "CAP", "TEE")
    shop.stock(main={"MUG": 10, "CAP": 3})
    return shop


# -- files that come in


@pytest.mark.parametrize("wish", [{}, {"channel": "wholesale"}, {"reader": "portal"}])
def test_a_channel_whose_reader_is_a_profile_gets_its_orders(portal: Shop, wish: dict[str, str]) -> None:
    (result,) = portal.take(("export.csv", PORTAL_FILE), **wish)
    assert (result.reader, result.kind, result.encoding) == ("portal", "orders", "cp1252")
    assert (result.counts["new"], result.counts["rejected"]) == (1, 1)
    assert [(one.line, one.column, one.problem) for one in result.problems] == [(4, "Article", "is empty")]
    order = portal.show("WH-K-1")
    assert (order["channel"], order["placed_at"], order["ship_to"]["company"]) == ("wholesale", "2026-02-28T23:00:00Z", "Löwenbräu KG")
    assert [(line["sku"], line["quantity"], line["unit_price"]) for line in order["lines"]] == [("MUG", 2, 950), ("CAP", 1, 100400)]
    portal.route()
    assert portal.sends("WH-K-1") == {"main": {"MUG": 2, "CAP": 1}}


def test_the_same_file_again_changes_nothing(portal: Shop) -> None:
    good = PORTAL_FILE[: PORTAL_FILE.index(b"Summe")]
    portal.take(("export.csv", good))
    before = portal.dump()
    (again,) = portal.take(("export.csv", good))
    assert (again.counts["unchanged"], again.run) == (1, None)
    assert portal.dump() == before


def test_a_supplier_s_list_counts_the_stock_of_its_place(portal: Shop) -> None:
    (result,) = portal.take(("list.csv", LIST_FILE))
    assert (result.reader, result.kind, result.counts["rejected"]) == ("acme", "stock", 1)
    assert [portal.level(sku, "main")["on_hand"] for sku in ("MUG", "CAP", "TEE")] == [50, 0, 0]
    assert [(one.line, one.value) for one in result.problems] == [(6, "10+")]


def test_a_profile_of_orders_without_a_channel_says_what_to_write(make_shop: MakeShop) -> None:
    shop = make_shop("main", readers={"portal": PORTAL})
    with pytest.raises(Refused, match=r"export\.csv is a file of portal, and rules\.yaml has no such channel") as caught:
        shop.take(("export.csv", PORTAL_FILE))
    assert caught.value.hint == "add it there:  channels: {portal: {reader: portal}}"


def test_a_profile_may_name_the_channel_itself_or_the_column_that_does(make_shop: MakeShop) -> None:
    named = {**PORTAL, "channel": "shop"}
    mapped = {**PORTAL, "columns": {**PORTAL["columns"], "channel": "Shop"}}
    shop = make_shop("main", readers={"portal": named, "many": mapped})
    shop.products("MUG", "CAP")
    shop.take(("export.csv", PORTAL_FILE), reader="portal")
    assert shop.show("SH-K-1")["channel"] == "shop"
    lines = PORTAL_FILE.split(b"\n")
    many = b"\n".join([lines[0] + b";Shop", lines[1] + b";amazon", b""])
    shop.take(("many.csv", many), reader="many")
    assert shop.show("AM-K-1")["channel"] == "amazon"


def test_the_channel_that_the_seller_names_goes_before_that_of_the_profile(make_shop: MakeShop) -> None:
    shop = make_shop("main", readers={"portal": {**PORTAL, "channel": "amazon"}})
    shop.products("MUG", "CAP")
    shop.take(("export.csv", PORTAL_FILE), reader="portal", channel="shop")
    assert shop.show("K-1")["channel"] == "shop"


def test_a_dry_run_tells_which_column_became_what(portal: Shop) -> None:
    (result,) = portal.take(("list.csv", LIST_FILE), dry_run=True)
    told = result.as_json(with_records=True)
    assert told["columns"] == {"used": {"Item": "sku", "Stock": "on_hand"}, "ignored": ["Name"]}
    assert (told["delimiter"], told["header_row"]) == (",", 3)


def test_products_receipts_and_tracking_have_profiles_too(make_shop: MakeShop) -> None:
    readers = {
        "catalogue": {"kind": "products", "columns": {"sku": "Code", "title": "Text", "price": "List", "weight_g": "Gr"}, "decimal": ","},
        "arrivals": {
            "kind": "inbound",
            "columns": {"sku": "Code", "quantity": "Pcs", "expected_on": "ETA"},
            "dates": "%d/%m/%Y",
            "location": "main",
        },
        "parcels": {"kind": "tracking", "columns": {"shipment_or_order": "Ref", "tracking_number": "Label", "carrier": "By"}},
    }
    shop = make_shop("main", readers=readers)
    shop.take(("a.csv", b"Code;Text;List;Gr\nMUG;Mug;1.012,50;1.200\n"))
    shop.stock(main={"MUG": 1})
    shop.take(("b.csv", b"Code;Pcs;ETA\nMUG;40;09/03/2026\n"))
    shop.order("1", {"MUG": 1})
    shop.route()
    shop.pick()
    (result,) = shop.take(("c.csv", b"Ref;Label;By\nS-1;T1;post\n"))
    assert (result.kind, result.counts["new"]) == ("tracking", 1)
    assert shop.show("1")["status"] == "shipped"
    row = shop.store.connection.execute("SELECT price, weight_g FROM product").fetchone()
    assert tuple(row) == (101250, 1200)
    assert shop.level("MUG", "main")["incoming"] == 40


def test_rules_without_profiles_have_the_built_in_readers_only(shop: Shop) -> None:
    assert [one.title for one in readers_of(shop.home.settings) if one.form_of is not None] == []


# -- JSON lines


def test_what_a_dry_run_prints_goes_in_again_as_json_lines(make_shop: MakeShop) -> None:
    shop = make_shop("main")
    shop.products("MUG", "CAP")
    row = {
        "order_id": "#1",
        "channel": "shop",
        "placed_at": "2026-03-02T09:00:00Z",
        "payment": "paid",
        "sku": "MUG",
        "quantity": 2,
        "line_id": "1",
    }
    data = csv_text([{**row, "unit_price": "10.00", "tags": "gift|vip", "country": "US"}, {**row, "order_id": "#2", "sku": "CAP"}])
    (result,) = shop.take(("orders.csv", data), dry_run=True)
    told = result.as_json(with_records=True)["orders"]
    lines = "".join(json.dumps(one) + "\n" for one in told).encode()
    (again,) = shop.take(("orders.jsonl", lines), dry_run=True)
    assert again.as_json(with_records=True)["orders"] == told
    shop.take(("orders.csv", data))
    before = shop.dump()
    (third,) = shop.take(("orders.jsonl", lines))
    assert (third.counts["unchanged"], third.run) == (2, None)
    assert shop.dump() == before


def test_a_part_that_json_lines_leave_out_stays_as_it_is(shop: Shop) -> None:
    shop.order("1", {"MUG": 1}, note="ring twice", placed_at="2026-03-02T09:01:00Z")
    line = {"line_id": "1", "sku": "MUG", "title": "MUG", "quantity": 2, "unit_price": 1000}
    told = {"channel": "shop", "order_id": "1", "placed_at": "2026-03-02T09:01:00Z", "payment": "paid", "currency": "USD", "lines": [line]}
    (result,) = shop.take(("x.jsonl", json.dumps(told).encode()))
    assert result.counts["changed"] == 1
    order = shop.show("1")
    assert (order["note"], order["ship_to"]["city"], order["lines"][0]["quantity"]) == ("ring twice", "Brooklyn", 2)


def test_json_lines_of_another_channel_s_reader_say_what_to_name(portal: Shop) -> None:
    told = {"order_id": "7", "placed_at": "2026-03-02", "lines": [{"sku": "MUG", "quantity": 1}]}
    data = json.dumps(told).encode()
    with pytest.raises(Refused, match="holds JSON lines, which portal does not read") as caught:
        portal.take(("x.jsonl", data), channel="wholesale")
    assert caught.value.hint == "they are in our own form: oms import --as native x.jsonl"
    portal.take(("x.jsonl", data), channel="wholesale", reader="native")
    assert portal.show("WH-7")["channel"] == "wholesale"


# -- files that go out

OFFERS = [Offer("MUG", "MUG-1", 4, location="main"), Offer("CAP", "CÄP", 0)]
SENDING = Sending("shop", datetime(2026, 3, 2, 14, 0, tzinfo=UTC))


def bytes_of(shop: Shop, title: str) -> bytes:
    return written(writers_of(shop.home.settings)[title], OFFERS, SENDING).data


def test_a_built_in_file_goes_out_in_the_seller_s_layout(make_shop: MakeShop) -> None:
    layout = {
        "columns": {"Article": "channel_sku", "Free": "quantity", "Shop": "=mug;shop"},
        "delimiter": ";",
        "encoding": "cp1252",
        "above": ["one", "two"],
    }
    shop = make_shop("main", writers={"native.stock": layout})
    assert bytes_of(shop, "native.stock") == 'one\ntwo\nArticle;Free;Shop\nMUG-1;4;"mug;shop"\nCÄP;0;"mug;shop"\n'.encode("cp1252")


def test_a_file_of_another_name_stands_beside_the_one_it_is_like(make_shop: MakeShop) -> None:
    writers = {"native.stock": {"delimiter": "tab"}, "till": {"like": "native.stock", "columns": {"code": "sku", "place": "location"}}}
    shop = make_shop("main", writers=writers)
    assert bytes_of(shop, "till") == b"code,place\nMUG,main\nCAP,\n"
    assert bytes_of(shop, "native.stock").startswith(b"sku\tquantity\n")
    found = writers_of(shop.home.settings)
    assert (found["till"].title, found["till"].kind) == ("till", "stock")


def test_rules_without_layouts_have_the_built_in_files(shop: Shop) -> None:
    assert bytes_of(shop, "native.stock") == "sku,quantity\nMUG-1,4\nCÄP,0\n".encode()


def test_letters_that_the_encoding_of_a_layout_lacks_keep_their_row_out(make_shop: MakeShop) -> None:
    shop = make_shop("main", writers={"native.stock": {"encoding": "ascii"}})
    found = written(writers_of(shop.home.settings)["native.stock"], OFFERS, SENDING)
    assert (found.rows, [(one.subject, one.problem) for one in found.kept]) == (1, [("CAP", "has letters that ascii does not know")])


def test_a_layout_of_unknown_fields_is_refused_with_its_line(make_shop: MakeShop) -> None:
    shop = make_shop("main")
    shop.rules({**rules_with(("main",)), "writers": {"native.stock": {"columns": {"Article": "channel_skuu"}}}})
    with pytest.raises(Refused, match=r"rules\.yaml:\d+:\d+: unknown field of native\.stock 'channel_skuu' – did you mean 'channel_sku'\?"):
        _ = shop.home.settings


def test_a_workbook_of_the_seller_s_columns_is_read_from_its_sheet(make_shop: MakeShop) -> None:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for name, rows in (("Read me", [["hello"]]), ("Stock", [["Item", "Stock"], ["00042", 7.0]])):
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    book.close()
    shop = make_shop("main", readers={"acme": {**LIST, "header_row": 1, "sheet": "Stock"}})
    shop.products("00042")
    (result,) = shop.take(("list.xlsx", out.getvalue()))
    assert (result.encoding, shop.level("00042", "main")["on_hand"]) == ("xlsx", 7)


SIMPLE = {
    "kind": "orders", "columns": {"order_id": "PO", "placed_at": "Date", "sku": "Article", "quantity": "Pieces", "unit_price": "Price"}, "channel": "shop",
}  # fmt: skip


def test_amounts_are_in_the_currency_of_the_profile_and_a_line_of_totals_is_left_alone(make_shop: MakeShop) -> None:
    shop = make_shop("main", readers={"portal": {**SIMPLE, "currency": "EUR", "footer": "gesamt"}})
    shop.products("MUG")
    text = b"PO;Date;Article;Pieces;Price\n1;2026-03-01;MUG;2;10.00\nGesamt;;;2;20.00\n"
    (result,) = shop.take(("portal.csv", text))
    assert (result.counts["new"], result.counts["skipped"], result.counts["rejected"]) == (1, 1, 0)
    assert shop.show("1")["currency"] == "EUR"


def test_a_profile_has_no_fixed_texts(make_shop: MakeShop) -> None:
    shop = make_shop("main")
    shop.rules({**rules_with(("main",)), "readers": {"portal": {**SIMPLE, "columns": {**SIMPLE["columns"], "currency": "=EUR"}}}})
    with pytest.raises(Refused, match=r"rules\.yaml:\d+:\d+: a file that is read has no fixed texts like '=EUR'"):
        _ = shop.home.settings

"""`oms sync`: stock files in, and what each channel is told."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.conftest import NOW, RULES, Shop, csv_text, rules_with

from omscli.channels.source import Source
from omscli.errors import NotAllowed, Refused, UsageError
from omscli.workflows.channels import channel_rows, mark_uploaded
from omscli.workflows.sync import Synced, SyncWish, compare, sync

CHANNELS = {
    "shop": {"reader": "native", "upload": ["stock"]},
    "amazon": {"reader": "amazon", "prefix": "AM", "buffer": 2},
    "web": {"reader": "shopify"},
}


@pytest.fixture
def sells(make_shop: Callable[..., Shop]) -> Shop:
    """Two warehouses and three channels; ten mugs in the first place and four in the second."""
    shop = make_shop("main", "reno", channels=CHANNELS)
    shop.products("MUG", "CAP", SET={"components": "MUG:2|CAP:1"})
    shop.stock(main={"MUG": 10, "CAP": 3}, reno={"MUG": 4})
    return shop


def go(shop: Shop, *channels: str, **wish: Any) -> Synced:
    return sync(shop.home, shop.store, SyncWish(channels, **wish))


def told(shop: Shop, channel: str, sku: str = "sku", units: str = "quantity", **wish: Any) -> dict[str, str]:
    """What a fresh stock file of a channel says, by SKU."""
    (feed,) = go(shop, channel, **wish).channels
    if not feed.path:
        return {}
    text = (shop.path / feed.path).read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text), delimiter="\t" if feed.path.endswith(".txt") else ",")
    return {row[sku]: row[units] for row in rows}


# -- what channels are told


def test_a_channel_is_told_the_stock_of_all_places_and_kits_by_their_parts(sells: Shop) -> None:
    assert told(sells, "shop") == {"CAP": "3", "MUG": "14", "SET": "3"}


def test_the_buffer_is_kept_back(sells: Shop) -> None:
    assert told(sells, "amazon") == {"CAP": "1", "MUG": "12", "SET": "1"}


def test_what_is_claimed_and_what_is_sold_and_not_routed_yet_is_not_offered_again(sells: Shop) -> None:
    sells.order("1", {"MUG": 5})
    assert told(sells, "shop")["MUG"] == "9", "paid, not routed"
    sells.route()
    assert told(sells, "shop")["MUG"] == "9", "claimed at a place"


def test_a_kit_that_was_sold_takes_its_parts_off(sells: Shop) -> None:
    sells.order("1", {"SET": 2})
    assert told(sells, "shop") == {"CAP": "1", "MUG": "10", "SET": "1"}


def test_an_order_that_is_not_paid_takes_nothing_off(sells: Shop) -> None:
    sells.order("1", {"MUG": 5}, payment="pending")
    assert told(sells, "shop")["MUG"] == "14"


def test_safety_stock_and_places_that_a_channel_does_not_see_are_not_offered(make_shop: Callable[..., Shop]) -> None:
    channels = {"shop": {"reader": "native", "upload": ["stock"], "stock_from": ["reno"]}}
    shop = make_shop(rules=rules_with({"main": {}, "reno": {"safety_stock": 1}}, channels=channels))
    shop.products("MUG")
    shop.stock(main={"MUG": 10}, reno={"MUG": 4})
    assert told(shop, "shop") == {"MUG": "3"}


@pytest.mark.parametrize(("channel", "units"), [({}, "1"), ({"suppliers": True}, "51"), ({"stock_from": ["acme"]}, "50")])
def test_suppliers_count_only_where_the_channel_says_so(make_shop: Callable[..., Shop], channel: dict[str, Any], units: str) -> None:
    channels = {"shop": {"reader": "native", "upload": ["stock"], **channel}}
    places = {"main": {}, "acme": {"kind": "supplier", "email": "orders@acme.example"}}
    shop = make_shop(rules=rules_with(places, channels=channels))
    shop.products("MUG")
    shop.stock(main={"MUG": 1}, acme={"MUG": 50})
    assert told(shop, "shop") == {"MUG": units}


def test_a_channel_reads_its_own_names_of_products(sells: Shop) -> None:
    from omscli.workflows.products import alias

    alias(sells.home, sells.store, "MUG", "mug-blue", "shop")
    assert told(sells, "shop") == {"CAP": "3", "SET": "3", "mug-blue": "14"}


def test_formats_without_a_file_of_their_own_get_one_only_when_it_is_asked_for(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main", channels={"plain": {"reader": "native"}, "asked": {"reader": "wix", "upload": ["stock"]}})
    shop.products("MUG")
    shop.stock(main={"MUG": 1})
    assert [(one.channel, one.writer) for one in go(shop).channels] == [("asked", "native.stock")]


def test_what_nobody_has_counted_is_not_told_as_nought(sells: Shop) -> None:
    sells.products("LID")
    assert "LID" not in told(sells, "shop")
    listing = "item-name\tlisting-id\tseller-sku\tprice\tquantity\tasin1\tfulfillment-channel\tstatus\nLid\t1\tLID\t9.99\t3\tB01\tDEFAULT\tActive\n"
    sells.take(("listings.txt", listing.encode()))
    (feed,) = go(sells, "amazon").channels
    assert (feed.rows, feed.uncounted) == (0, ["LID"])


# -- only what changed


def test_after_an_upload_only_what_has_changed_goes_out(sells: Shop) -> None:
    told(sells, "shop")
    mark_uploaded(sells.home, sells.store, "shop", None)
    assert told(sells, "shop") == {}, "the channel knows everything"

    sells.order("1", {"CAP": 1})
    assert told(sells, "shop") == {"CAP": "2", "SET": "2"}
    assert told(sells, "shop", everything=True) == {"CAP": "2", "MUG": "14", "SET": "2"}


def test_sold_out_is_told_as_nought(sells: Shop) -> None:
    told(sells, "shop")
    mark_uploaded(sells.home, sells.store, "shop", None)
    sells.stock(main={"CAP": 0})
    assert told(sells, "shop") == {"CAP": "0", "SET": "0"}


def test_a_second_run_at_once_writes_no_second_file(sells: Shop) -> None:
    first = go(sells)
    before, files = sells.dump(), sorted(path.name for path in (sells.path / "out").iterdir())
    second = go(sells)
    assert [one.waiting for one in second.channels if one.channel != "web"] == [True, True]
    assert (sells.dump(), sorted(path.name for path in (sells.path / "out").iterdir())) == (before, files)
    assert first.run is not None
    assert second.run is None


def test_a_newer_file_replaces_the_one_that_waits_and_holds_all_of_it(sells: Shop) -> None:
    (first,) = go(sells, "shop").channels
    sells.order("1", {"CAP": 1})
    (second,) = go(sells, "shop").channels
    assert second.rows == 3
    assert not (sells.path / first.path).exists()
    assert [row["waiting"][0]["file"] for row in channel_rows(sells.home, sells.store) if row["waiting"]] == [second.path]


def test_a_replaced_file_that_a_killed_run_left_is_taken_away_by_the_next_one(sells: Shop) -> None:
    (first,) = go(sells, "shop").channels
    data = (sells.path / first.path).read_bytes()
    sells.order("1", {"CAP": 1})
    go(sells, "shop")
    (sells.path / first.path).write_bytes(data)  # as if it had been killed before it took the file away
    sells.store.connection.execute("UPDATE outfile SET written_at = superseded_at WHERE superseded_at IS NOT NULL")
    go(sells, "shop")
    assert not (sells.path / first.path).exists()


def test_a_change_that_is_taken_back_needs_no_file_any_more(sells: Shop) -> None:
    told(sells, "shop")
    mark_uploaded(sells.home, sells.store, "shop", None)
    sells.stock(main={"CAP": 1})
    (feed,) = go(sells, "shop").channels
    sells.stock(main={"CAP": 3})
    assert told(sells, "shop") == {}
    assert not (sells.path / feed.path).exists()
    assert sells.store.files_out.pending() == []


def test_a_file_that_a_crash_left_out_is_written_by_the_next_run(sells: Shop) -> None:
    (feed,) = go(sells, "shop").channels
    data = (sells.path / feed.path).read_bytes()
    (sells.path / feed.path).unlink()
    sells.store.connection.execute("UPDATE outfile SET written_at = NULL, content = ?", (data,))
    go(sells, "shop")
    assert (sells.path / feed.path).read_bytes() == data


def test_a_dry_run_shows_and_changes_nothing(sells: Shop) -> None:
    before = sells.dump()
    done = go(sells, dry_run=True)
    assert [(one.channel, one.rows) for one in done.channels if one.rows] == [("shop", 3), ("amazon", 3)]
    assert sells.dump() == before
    assert not (sells.path / "out").exists()


def test_a_sku_that_would_run_as_a_formula_stays_out_and_is_named(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main", channels={"amazon": {"reader": "amazon"}})
    shop.products("MUG", "=1+1")
    shop.stock(main={"MUG": 1, "=1+1": 2})
    (feed,) = go(shop).channels
    assert (feed.rows, [(one.subject, one.problem) for one in feed.kept]) == (1, [("=1+1", "begins like a formula")])
    assert go(shop).needs_a_person


# -- listings

INVENTORY = (
    "Handle,Title,Option1 Name,Option1 Value,SKU,HS Code,COO,Location,Bin name,Incoming (not editable),Unavailable (not editable),"
    "Committed (not editable),Available (not editable),On hand (current),On hand (new)\n"
    "mug,Mug,Title,Default Title,MUG,,,Main,A-1,0,1,2,7,10,\n"
    "mug,Mug,Title,Default Title,MUG,,,Reno,,0,0,0,4,4,\n"
    "cap,Cap,Title,Default Title,CAP,,,Main,,0,0,0,3,3,\n"
    "cap,Cap,Title,Default Title,CAP,,,Reno,,not stocked,,,not stocked,not stocked,\n"
)


def test_shopify_is_told_by_place_from_its_own_list_with_what_it_has_promised_itself(sells: Shop) -> None:
    assert "its own list of stock is not known yet" in go(sells, "web").channels[0].notices[0]
    sells.take(("inventory.csv", INVENTORY.encode()))
    sells.order("1", {"MUG": 3})
    sells.route()

    assert go(sells, "web").channels[0].rows == 0, "10 lie there and 3 are claimed: the 7 that Shopify says"
    sells.stock(main={"MUG": 5})  # 2 may be sold; 2 that Shopify has promised and 1 that it keeps back come on top
    (feed,) = go(sells, "web").channels
    rows = list(csv.DictReader(io.StringIO((sells.path / feed.path).read_text())))
    assert [(row["Handle"], row["SKU"], row["Location"], row["On hand (new)"]) for row in rows] == [("mug", "MUG", "Main", "5")]


def test_what_a_channel_lists_and_nobody_knows_is_named(sells: Shop) -> None:
    listing = "item-name\tlisting-id\tseller-sku\tprice\tquantity\tasin1\tfulfillment-channel\tstatus\n"
    listing += "Mug\t1\tMUG\t9.99\t3\tB01\tDEFAULT\tActive\nOld\t2\tOLD-9\t5.00\t1\tB02\tDEFAULT\tActive\nMug\t3\tMUG-FBA\t9.99\t\tB03\tAMAZON_NA\tActive\n"
    (result,) = sells.take(("listings.txt", listing.encode()))
    assert (result.kind, result.counts["new"], result.channel) == ("listings", 3, "amazon")
    (feed,) = go(sells, "amazon").channels
    assert (feed.rows, feed.unknown) == (1, ["OLD-9"])
    assert sells.take(("listings.txt", listing.encode()))[0].counts["unchanged"] == 3


def test_comparing_shows_where_a_channel_says_otherwise(sells: Shop) -> None:
    before = sells.dump()
    listing = "item-name\tlisting-id\tseller-sku\tprice\tquantity\tasin1\tfulfillment-channel\tstatus\n"
    listing += "Mug\t1\tMUG\t9.99\t12\tB01\tDEFAULT\tActive\nCap\t2\tCAP\t5.00\t7\tB02\tDEFAULT\tActive\nOld\t3\tOLD\t5.00\t7\tB04\tDEFAULT\tActive\n"
    found = compare(sells.home, "amazon", Source("listings.txt", data=listing.encode()))
    assert (found.same, [one.as_json() for one in found.drift], found.unknown) == (
        1,
        [{"sku": "CAP", "place": "", "channel_says": 7, "we_say": 1}],
        ["OLD"],
    )
    assert sells.dump() == before


def test_comparing_needs_a_list_of_what_is_offered(sells: Shop) -> None:
    orders = csv_text([{"order_id": "1", "placed_at": "2026-03-01", "sku": "MUG", "quantity": 1}])
    with pytest.raises(Refused, match="holds orders, not what shop offers"):
        compare(sells.home, "shop", Source("orders.csv", data=orders))
    with pytest.raises(UsageError, match="no channel is called 'web2'"):
        compare(sells.home, "web2", Source("orders.csv", data=orders))


def test_a_channel_s_own_list_does_not_overrule_the_book_unless_it_is_a_count(sells: Shop) -> None:
    sells.take(("stock.csv", csv_text([{"sku": "MUG", "location": "main", "on_hand": 6, "bin": "B-7"}])))
    (result,) = sells.take(("inventory.csv", INVENTORY.encode()))
    assert (result.counts["new"], result.counts["changed"], result.counts["unchanged"]) == (0, 0, 3)
    assert result.notices == [
        "1 level differs from the book, which stays as it is: oms sync web --compare shows it, oms import --count takes the file's numbers"
    ]
    assert sells.level("MUG", "main")["on_hand"] == 6
    sells.take(("inventory.csv", INVENTORY.encode()), recount=True)
    assert (sells.level("MUG", "main")["on_hand"], sells.level("MUG", "main")["bin"]) == (10, "A-1")


def test_the_cap_holds_for_all_places_of_a_sku_together(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main", "reno", channels={"web": {"reader": "shopify", "cap": 4}})
    shop.products("MUG", "CAP")
    shop.take(("inventory.csv", INVENTORY.encode()))
    (feed,) = go(shop, "web").channels
    rows = csv.DictReader(io.StringIO((shop.path / feed.path).read_text()))
    # Of 10 and 4 four may be told: 2 at each place, and what Shopify has promised and holds back on top.
    assert [(row["SKU"], row["Location"], row["On hand (new)"]) for row in rows] == [("MUG", "Main", "5"), ("MUG", "Reno", "2")]


def test_a_channel_s_own_name_of_a_product_is_known_in_its_list_of_stock(sells: Shop) -> None:
    from omscli.workflows.products import alias

    alias(sells.home, sells.store, "MUG", "mug-blue", "web")
    (result,) = sells.take(("inventory.csv", INVENTORY.replace("MUG,,", "mug-blue,,").encode()))
    assert result.counts["rejected"] == 0


def test_a_count_of_a_kit_is_told_and_left_alone(sells: Shop) -> None:
    result = sells.stock(main={"SET": 5})
    assert [(one.problem, one.rejected) for one in result.problems] == [("SET is a kit: it lies nowhere itself", False)]
    assert sells.level("SET", "main")["on_hand"] == 0


# -- uploads


def test_a_file_is_marked_by_its_name_and_a_replaced_one_is_not(sells: Shop) -> None:
    (first,) = go(sells, "shop").channels
    sells.order("1", {"CAP": 1})
    (second,) = go(sells, "shop").channels
    with pytest.raises(NotAllowed, match="was replaced by a newer file"):
        mark_uploaded(sells.home, sells.store, "shop", first.path)
    with pytest.raises(UsageError, match=r"no file of shop is called no\.csv"):
        mark_uploaded(sells.home, sells.store, "shop", "no.csv")
    assert mark_uploaded(sells.home, sells.store, "shop", second.path).files == [second.path]
    again = mark_uploaded(sells.home, sells.store, "shop", second.path)
    assert (again.files, again.run) == ([], None)


# -- feeds

FEED: dict[str, Any] = {
    "kind": "stock", "columns": {"sku": "Item", "on_hand": "Stock"}, "words": {"In stock": 10},
}  # fmt: skip


def fed(make_shop: Callable[..., Shop], **entry: Any) -> Shop:
    reader = {**FEED, "columns": {**FEED["columns"], "location": "Place"}} if entry.get("reader") == "native" else FEED
    sections = {"stock_sync": [{"location": "acme", "path": "feeds/*.csv", "reader": "acme", **entry}], "readers": {"acme": reader}}
    shop = make_shop(rules=rules_with({"main": {}, "acme": {"kind": "supplier", "email": "a@acme.example"}}, **sections))
    shop.products("MUG", "CAP")
    (shop.path / "feeds").mkdir()
    return shop


def feed(shop: Shop, name: str, text: str, at: datetime = NOW) -> None:
    path = shop.path / "feeds" / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at.timestamp(), at.timestamp()))


def test_the_newest_file_of_a_feed_is_read_with_its_words(make_shop: Callable[..., Shop]) -> None:
    shop = fed(make_shop)
    feed(shop, "b.csv", "Item,Stock\nMUG,7\nCAP,In stock\n", NOW - timedelta(hours=1))
    feed(shop, "a.csv", "Item,Stock\nMUG,9\nCAP,In stock\nLID,3\n")
    (one,) = go(shop).feeds
    assert one.path == "feeds/a.csv"
    assert (shop.level("MUG", "acme")["on_hand"], shop.level("CAP", "acme")["on_hand"]) == (9, 10)
    assert one.result is not None
    assert [(row.line, row.problem) for row in one.result.problems] == [(4, "nobody knows SKU LID")]
    assert one.needs_a_person


def test_a_feed_read_again_does_not_bring_back_what_has_left_since(make_shop: Callable[..., Shop]) -> None:
    shop = fed(make_shop, quantity_is="on_hand", location="main")
    feed(shop, "a.csv", "Item,Stock\nMUG,9\n")
    go(shop)
    shop.at(NOW + timedelta(hours=1))
    shop.order("1", {"MUG": 4})
    shop.route()
    shop.pick()
    shop.ship("1")
    go(shop)
    assert shop.level("MUG", "main")["on_hand"] == 5


def test_of_what_is_available_the_released_orders_are_taken_off_already(make_shop: Callable[..., Shop]) -> None:
    shop = fed(make_shop, location="main")
    shop.stock(main={"MUG": 10})
    shop.order("1", {"MUG": 4})
    shop.order("2", {"MUG": 1})
    shop.route()
    shop.pick(orders=[1])
    feed(shop, "a.csv", "Item,Stock\nMUG,6\n")
    go(shop)
    level = shop.level("MUG", "main")
    assert (level["on_hand"], level["allocated"]) == (10, 5)


def test_a_feed_that_lists_much_that_is_not_sold_can_be_quiet_about_it(make_shop: Callable[..., Shop]) -> None:
    shop = fed(make_shop, unknown_skus="ignore")
    feed(shop, "a.csv", "Item,Stock\nMUG,7\nLID,3\nPOT,1\n")
    done = go(shop)
    assert done.feeds[0].result is not None
    assert (done.feeds[0].result.counts["skipped"], done.needs_a_person) == (2, False)


def test_rows_of_another_place_are_set_aside(make_shop: Callable[..., Shop]) -> None:
    shop = fed(make_shop, reader="native", location="acme")
    feed(shop, "a.csv", "sku,location,on_hand\nMUG,acme,3\nMUG,main,5\n")
    (one,) = go(shop).feeds
    assert one.result is not None
    assert [(row.line, row.problem) for row in one.result.problems] == [(3, "is about main, and this feed is that of acme")]
    assert shop.level("MUG", "main")["on_hand"] == 0


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Item,Stock\nMUG,0\nCAP,0\n", "a.csv: the stock of acme would fall by 100 % (150 to 0 units; so the file says)"),
        ("Item,Stock\nCAP,50\n", "a.csv: the stock of acme would fall by 66 % (150 to 50 units; 1 of 2 SKUs are missing)"),
        ("Item,Stock\nMUG,74\nCAP,0\n", "a.csv: the stock of acme would fall by 50 % (150 to 74 units; so the file says)"),
    ],
)
def test_a_feed_that_would_sell_out_the_shop_is_refused_until_a_person_believes_it(
    make_shop: Callable[..., Shop], text: str, refused: str
) -> None:
    shop = fed(make_shop, max_drop_percent=49)
    shop.stock(acme={"MUG": 100, "CAP": 50})
    feed(shop, "a.csv", text)
    (one,) = go(shop).feeds
    assert (one.refused, one.hint) == (refused, "if that is right: oms sync --accept-drop; else ask for the file again")
    assert shop.level("MUG", "acme")["on_hand"] == 100
    (one,) = go(shop, accept_drop=True).feeds
    assert one.refused == ""


def test_a_feed_of_noughts_is_refused_without_any_guard(make_shop: Callable[..., Shop]) -> None:
    shop = fed(make_shop)
    shop.stock(acme={"MUG": 100, "CAP": 50})
    feed(shop, "a.csv", "Item,Stock\nMUG,0\nCAP,0\n")
    assert go(shop).feeds[0].refused != ""
    feed(shop, "a.csv", "Item,Stock\nMUG,0\n")
    assert go(shop).feeds[0].refused == "", "it speaks of a part only"


def test_one_bad_feed_does_not_keep_the_others_out(make_shop: Callable[..., Shop]) -> None:
    entries = [{"location": "acme", "path": "feeds/none.csv"}, {"location": "acme", "path": "feeds", "reader": "acme"}]
    shop = fed(make_shop)
    shop.rules(
        {
            **rules_with({"main": {}, "acme": {"kind": "supplier", "email": "a@acme.example"}}),
            "stock_sync": entries,
            "readers": {"acme": FEED},
        }
    )
    feed(shop, "a.csv", "Item,Stock\nMUG,3\n")
    first, second = go(shop).feeds
    assert first.refused == "there is no file feeds/none.csv"
    assert (second.refused, shop.level("MUG", "acme")["on_hand"]) == ("", 3)


def test_named_channels_get_their_files_and_no_feed_is_read(make_shop: Callable[..., Shop]) -> None:
    shop = fed(make_shop)
    shop.rules(
        {
            **rules_with({"main": {}}),
            "channels": {"shop": {"reader": "native", "upload": ["stock"]}},
            "stock_sync": [{"location": "main", "path": "x"}],
        }
    )
    assert go(shop, "shop").feeds == []
    with pytest.raises(UsageError, match="no channel is called 'amazon'"):
        go(shop, "amazon")


def test_the_clock_of_a_feed_that_is_ahead_counts_as_now(make_shop: Callable[..., Shop]) -> None:
    shop = fed(make_shop, quantity_is="on_hand")
    feed(shop, "a.csv", "Item,Stock\nMUG,3\n", datetime(2030, 1, 1, tzinfo=UTC))
    (one,) = go(shop).feeds
    assert one.result is not None
    assert one.result.problems == []
    assert RULES["version"] == 1

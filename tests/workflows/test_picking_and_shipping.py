"""From the plan to the carrier: lists for the people at the shelves, and parcels that leave once."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from tests.conftest import RULES, Shop, csv_text, rules_with

from omscli.errors import NotAllowed, Refused, UsageError
from omscli.workflows import orders as desk
from omscli.workflows.importing import FileResult
from omscli.workflows.picking import Wish, document, pick, purchase_orders, reprint
from omscli.workflows.shipping import by_hand, ship

MakeShop = Callable[..., Shop]


def released(shop: Shop, lines: dict[str, int] | None = None, number: str = "1", **columns: Any) -> Shop:
    shop.order(number, lines or {"MUG": 2}, **columns)
    shop.route()
    shop.pick()
    return shop


def states(shop: Shop, word: str = "1") -> list[str]:
    return [one["state"] for one in shop.show(word)["shipments"]]


def parcels(shop: Shop, *rows: dict[str, Any], **wish: Any) -> FileResult:
    usual = {"carrier": "post", "shipped_at": "2026-03-02"}
    return shop.take(("tracking.csv", csv_text([{**usual, **row} for row in rows])), **wish)[0]


# -- picking


def test_what_is_released_is_left_alone_by_routing(shop: Shop) -> None:
    released(shop)
    before = shop.dump()
    assert shop.route().run is None
    assert shop.dump() == before
    assert states(shop) == ["released"]


def test_a_pick_list_is_one_round_with_every_order(shop: Shop) -> None:
    shop.take(("stock.csv", csv_text([{"sku": "MUG", "location": "main", "on_hand": 10, "bin": "A-1"}])))
    shop.order("1", {"MUG": 2})
    shop.order("2", {"MUG": 1, "CAP": 1})
    shop.route()
    picked = shop.pick()
    (one,) = picked.lists
    assert [(line.bin, line.sku, line.quantity, line.orders) for line in one.lines] == [
        ("", "CAP", 1, (("SH-2", 1),)), ("A-1", "MUG", 3, (("SH-1", 2), ("SH-2", 1)))
    ]  # fmt: skip
    (path,) = picked.files
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert sum(int(row["quantity"]) for row in rows) == 4


def test_picking_again_releases_nothing_twice(shop: Shop) -> None:
    released(shop)
    before = shop.dump()
    again = shop.pick()
    assert (again.shipments, again.run, again.files) == (0, None, [])
    assert shop.dump() == before


def test_a_dry_run_of_picking_releases_nothing(shop: Shop) -> None:
    shop.order("1", {"MUG": 1})
    shop.route()
    before = shop.dump()
    assert shop.pick(dry_run=True).shipments == 1
    assert shop.dump() == before
    assert not (shop.path / "out").exists()


def test_the_wishes_of_a_customer_reach_the_pick_list(shop: Shop) -> None:
    line = {"line_id": "1", "sku": "MUG", "quantity": 1, "line_note": "engrave: Ann"}
    shop.order("1", [line], note="ring twice", tags="gift")
    shop.route()
    picked = pick(shop.home, shop.store, Wish(format="html"))
    text = "".join(path.read_text(encoding="utf-8") for path in picked.files if "pick" in path.name)
    assert "engrave: Ann" in text
    assert "ring twice" in text
    assert "gift" in text.casefold()


def test_a_list_that_is_printed_again_is_the_same(shop: Shop) -> None:
    shop.order("1", {"MUG": 2}, note="ring twice")
    shop.route()
    (one,) = shop.pick().lists
    again = reprint(shop.home, shop.store, 1)
    assert replace(again, reprint=False) == one
    head, rest = document(shop.home, one, "pick", "bin", "txt").split("\n", 1)
    assert document(shop.home, again, "pick", "bin", "txt") == f"{head} - REPRINT\n{rest}"


def test_a_pick_list_as_pdf_comes_with_its_slips_on_the_paper_that_was_asked_for(shop: Shop) -> None:
    shop.order("1", {"MUG": 2})
    shop.route()
    picked = pick(shop.home, shop.store, Wish(format="pdf", paper="4x6"))
    assert [path.name.rpartition("-")[2] for path in picked.files] == ["pick.pdf", "slips.pdf"]
    for path in picked.files:
        assert pypdfium2.PdfDocument(path)[0].get_size() == pytest.approx((288, 432))


def test_a_file_without_titles_leaves_no_slip_without_a_name(shop: Shop) -> None:
    shop.products(MUG={"title": "Blue mug"})
    shop.order("1", [{"line_id": "1", "sku": "MUG", "quantity": 12, "title": ""}])
    shop.route()
    (slip,) = pick(shop.home, shop.store, Wish(output="-")).lists[0].slips
    assert [one.title for one in slip.lines] == ["Blue mug"]
    assert [(one.title, one.quantity) for one in slip.waiting] == [("Blue mug", 2)]


def test_without_the_logo_of_the_rules_nothing_is_released(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main", documents={"logo": "lost.png"})
    shop.products("MUG")
    shop.stock(main={"MUG": 5})
    shop.order("1", {"MUG": 2})
    shop.route()
    with pytest.raises(Refused, match="there is no logo"):
        pick(shop.home, shop.store, Wish(format="pdf"))
    assert shop.store.shipments.by_id([1])[0]["state"] == "planned"


def test_a_list_nobody_made_cannot_be_printed(shop: Shop) -> None:
    with pytest.raises(UsageError, match="there is no pick list 7"):
        reprint(shop.home, shop.store, 7)


def test_a_kit_is_picked_by_its_components(shop: Shop) -> None:
    shop.products(SET={"components": "MUG:1|CAP:2"})
    shop.order("1", {"SET": 1})
    shop.route()
    (one,) = shop.pick().lists
    assert [(line.sku, line.quantity) for line in one.lines] == [("CAP", 2), ("MUG", 1)]


def test_a_count_that_took_goods_away_blocks_the_release_and_says_why(shop: Shop) -> None:
    shop.order("1", {"MUG": 4})
    shop.route()
    shop.stock(main={"MUG": 3})
    assert shop.pick().left == [("shipment 1", "a count took goods away that it claims: run `oms route` first")]
    assert states(shop) == ["planned"]
    shop.route()
    assert shop.pick().shipments == 1
    assert shop.show("1")["shipments"][0]["lines"][0]["quantity"] == 3


def test_a_held_order_is_not_released(shop: Shop) -> None:
    shop.order("1", {"MUG": 4})
    shop.route()
    desk.hold(shop.home, shop.store, "1", "call her first")
    assert shop.pick().shipments == 0


def test_only_the_orders_and_places_that_are_named_are_released(make_shop: MakeShop) -> None:
    shop = make_shop("one", "two")
    shop.products("MUG", "CAP")
    shop.stock(one={"MUG": 5}, two={"CAP": 5})
    shop.order("1", {"MUG": 1})
    shop.order("2", {"MUG": 1, "CAP": 1})
    shop.route()
    assert shop.pick(location="two").shipments == 1
    assert shop.pick(orders=[desk.find_order(shop.store, "1")]).shipments == 1
    assert sorted(states(shop, "2")) == ["planned", "released"]
    with pytest.raises(UsageError, match="no location is called 'three'"):
        shop.pick(location="three")


def test_a_list_that_a_crash_left_unwritten_is_written_by_the_next_run(shop: Shop) -> None:
    shop.order("1", {"MUG": 2})
    shop.route()
    (path,) = shop.pick().files
    text = path.read_bytes()
    path.unlink()
    with shop.store.connection:
        shop.store.connection.execute("UPDATE outfile SET written_at = NULL")
    assert shop.pick().files == [path]
    assert path.read_bytes() == text
    assert shop.store.files_out.to_write("pick", "slips", "purchase") == []
    assert shop.pick().files == []


def test_a_supplier_gets_a_purchase_order_for_each_customer(make_shop: MakeShop) -> None:
    shop = make_shop(rules=rules_with({"acme": {"kind": "supplier", "email": "orders@acme.example"}}))
    shop.products("MUG")
    shop.stock(acme={"MUG": 5})
    shop.order("1", {"MUG": 1})
    shop.order("2", {"MUG": 2})
    shop.route()
    picked = shop.pick()
    assert [path.name for path in picked.files] == ["2026-03-02-acme-PO-1.csv", "2026-03-02-acme-PO-2.csv"]
    assert [(one.order_ref, one.lines[0].quantity) for one in purchase_orders(picked.lists[0])] == [("SH-1", 1), ("SH-2", 2)]
    assert states(shop) == ["ordered"]
    shop.ship("1")
    assert states(shop) == ["shipped"]


# -- shipping


def test_what_ships_leaves_the_shelf_and_ends_its_claim(shop: Shop) -> None:
    released(shop)
    done = shop.ship("1", "T1")
    assert (done.order, done.location, done.warnings) == ("SH-1", "main", [])
    assert {name: shop.level("MUG", "main")[name] for name in ("on_hand", "allocated")} == {"on_hand": 8, "allocated": 0}
    shown = shop.show("1")
    assert (shown["status"], shown["lines"][0]["shipped"]) == ("shipped", 2)
    assert shown["shipments"][0]["parcels"][0]["tracking_url"] == "https://post.example/T1"


def test_nothing_ships_before_it_is_released(shop: Shop) -> None:
    shop.order("1", {"MUG": 2})
    shop.route()
    before = shop.dump()
    with pytest.raises(NotAllowed) as error:
        shop.ship("SH-1")
    assert (error.value.message, error.value.hint) == ("order SH-1 is planned, but not released to picking", "oms pick SH-1")
    with pytest.raises(NotAllowed, match="shipment S-1 of order SH-1 is planned, but not released to picking"):
        shop.ship("S-1")
    assert shop.dump() == before


def test_the_same_number_again_changes_nothing(shop: Shop) -> None:
    released(shop)
    shop.ship("1", "T1")
    before = shop.dump()
    assert shop.ship("1", "T1").run is None
    assert shop.dump() == before


def test_a_shipment_does_not_leave_twice_under_two_numbers(shop: Shop) -> None:
    released(shop)
    shop.ship("1", "T1")
    before = shop.dump()
    with pytest.raises(NotAllowed, match="shipment S-1 of order SH-1 has left already with T1"):
        shop.ship("1", "T2")
    assert shop.dump() == before


def test_a_dry_run_of_shipping_changes_nothing(shop: Shop) -> None:
    released(shop)
    before = shop.dump()
    assert ship(shop.home, shop.store, "1", by_hand("post", "T1", "", None, None), dry_run=True).run is None
    assert shop.dump() == before


def test_a_cancelled_order_has_nothing_to_ship(shop: Shop) -> None:
    released(shop)
    desk.cancel(shop.home, shop.store, "1", "changed her mind")
    with pytest.raises(NotAllowed, match="order 1 has nothing to ship"):
        shop.ship("1")
    with pytest.raises(NotAllowed, match="shipment S-1 of order SH-1 is cancelled"):
        shop.ship("S-1")


def test_an_order_of_two_shipments_asks_which_one_left(make_shop: MakeShop) -> None:
    shop = make_shop("one", "two")
    shop.products("MUG")
    shop.stock(one={"MUG": 1}, two={"MUG": 1})
    released(shop)
    with pytest.raises(UsageError, match="order 1 has 2 shipments") as error:
        shop.ship("1")
    assert error.value.hint == "name one: S-1 (one), S-2 (two)"
    shop.ship("S-2", "T2")
    assert shop.show("1")["status"] == "part_shipped"
    shop.ship("1", "T1")
    assert shop.show("1")["status"] == "shipped"


def test_goods_the_book_does_not_have_cannot_leave(shop: Shop) -> None:
    released(shop)
    shop.stock(main={"MUG": 1})
    before = shop.dump()
    with pytest.raises(NotAllowed, match="shipment S-1 wants 2 × MUG, but the book has 1 at main"):
        shop.ship("1")
    assert shop.dump() == before


def test_a_shipment_nobody_knows(shop: Shop) -> None:
    with pytest.raises(UsageError, match="there is no shipment S-9"):
        shop.ship("S-9")


def test_two_parcels_of_a_shipment_each_get_their_number(shop: Shop) -> None:
    shop.products(MUG={"ships_alone": "yes"})
    released(shop)
    assert len(shop.show("1")["shipments"][0]["parcels"]) == 2
    shop.ship("1", "T1")
    shop.ship("1", "T2")
    assert [one["tracking_number"] for one in shop.show("1")["shipments"][0]["parcels"]] == ["T1", "T2"]
    assert shop.level("MUG", "main")["on_hand"] == 8
    with pytest.raises(NotAllowed, match="has left already"):
        shop.ship("1", "T3")


# -- files of parcels


def test_a_tracking_file_finds_shipments_by_order_and_by_their_own_id(shop: Shop) -> None:
    for number in "123":
        released(shop, {"MUG": 1}, number)
    result = parcels(
        shop,
        {"shipment_or_order": "SH-1", "tracking_number": "A1"},
        {"shipment_or_order": "S-2", "tracking_number": "A2"},
        {"shipment_or_order": "shop:3", "tracking_number": "A3"},
    )
    assert (result.counts["new"], result.counts["rejected"]) == (3, 0)
    assert [states(shop, number) for number in "123"] == [["shipped"]] * 3
    assert [shop.show(number)["shipments"][0]["parcels"][0]["tracking_number"] for number in "123"] == ["A1", "A2", "A3"]


def test_a_tracking_file_taken_twice_ships_once(shop: Shop) -> None:
    released(shop)
    parcels(shop, {"shipment_or_order": "1", "tracking_number": "A1"})
    before = shop.dump()
    assert parcels(shop, {"shipment_or_order": "1", "tracking_number": "A1"}).counts["unchanged"] == 1
    assert shop.dump() == before


def test_a_row_of_an_order_nobody_knows_is_set_aside_and_the_others_ship(shop: Shop) -> None:
    released(shop)
    result = parcels(shop, {"shipment_or_order": "99", "tracking_number": "A0"}, {"shipment_or_order": "1", "tracking_number": "A1"})
    assert [(one.line, one.problem) for one in result.problems if one.rejected] == [(2, "there is no order 99")]
    assert states(shop) == ["shipped"]


def test_a_row_of_a_shipment_that_is_not_released_is_set_aside(shop: Shop) -> None:
    shop.order("1", {"MUG": 1})
    shop.route()
    result = parcels(shop, {"shipment_or_order": "1", "tracking_number": "A1"})
    assert [one.problem for one in result.problems] == ["order 1 is planned, but not released to picking"]
    assert states(shop) == ["planned"]


def test_a_number_of_another_form_ships_with_a_warning(shop: Shop) -> None:
    released(shop)
    result = parcels(shop, {"shipment_or_order": "1", "tracking_number": "1Z999AA10123456785", "carrier": "UPS"})
    assert [one.rejected for one in result.problems] == [False]
    assert states(shop) == ["shipped"]


def test_the_day_and_the_cost_of_a_parcel_are_kept(shop: Shop) -> None:
    released(shop)
    parcels(shop, {"shipment_or_order": "1", "tracking_number": "A1", "shipped_at": "2026-03-01", "cost": "6.20"})
    assert shop.show("1")["shipments"][0]["shipped_at"] == "2026-03-01T12:00:00Z"
    assert shop.store.connection.execute("SELECT cost FROM parcel").fetchone()[0] == 620


def test_a_tracking_file_with_two_parcels_of_one_order(shop: Shop) -> None:
    shop.products(MUG={"ships_alone": "yes"})
    released(shop)
    rows = [{"shipment_or_order": "1", "tracking_number": f"A{n}"} for n in (1, 2)]
    assert parcels(shop, *rows).counts["new"] == 2
    before = shop.dump()
    assert parcels(shop, *rows).counts["unchanged"] == 2
    assert shop.dump() == before


# -- carriers that nobody named

UPS_NUMBER, USPS_NUMBER = "1ZA1B2C30345678903", "9400100000000000000129"


def parcel_of(shop: Shop, number: str = "1") -> dict[str, Any]:
    (parcel,) = shop.show(number)["shipments"][0]["parcels"]
    return parcel


def test_a_row_without_a_carrier_gets_the_one_that_its_number_proves(shop: Shop) -> None:
    released(shop)
    result = parcels(shop, {"shipment_or_order": "1", "tracking_number": UPS_NUMBER, "carrier": ""})
    assert [(one.line, one.column, one.problem, one.rejected) for one in result.problems] == [
        (2, "carrier", f"no carrier is named; {UPS_NUMBER} is a number of UPS, taken as UPS", False)
    ]
    assert parcel_of(shop)["carrier"] == "UPS"
    assert parcel_of(shop)["tracking_url"] == f"https://www.ups.com/track?loc=en_US&tracknum={UPS_NUMBER}"


def test_a_row_whose_number_proves_nothing_keeps_the_planned_carrier(shop: Shop) -> None:
    released(shop)
    assert parcels(shop, {"shipment_or_order": "1", "tracking_number": "123456789012", "carrier": ""}).problems == []
    assert parcel_of(shop)["carrier"] == "post"


def test_the_carrier_that_was_planned_anyway_is_no_news(make_shop: MakeShop) -> None:
    shop = make_shop(carriers={"usps": RULES["carriers"]["post"]})
    shop.products("MUG")
    shop.stock(main={"MUG": 10})
    released(shop)
    assert parcels(shop, {"shipment_or_order": "1", "tracking_number": USPS_NUMBER, "carrier": ""}).problems == []
    assert parcel_of(shop)["carrier"] == "usps"
    assert parcel_of(shop)["tracking_url"] == f"https://post.example/{USPS_NUMBER}"


def test_a_stated_carrier_stays_though_the_number_says_another(shop: Shop) -> None:
    released(shop)
    result = parcels(shop, {"shipment_or_order": "1", "tracking_number": UPS_NUMBER, "carrier": "FedEx"})
    assert [(one.problem, one.rejected) for one in result.problems] == [(f"{UPS_NUMBER} is a number of UPS, not of FedEx", False)]
    assert parcel_of(shop)["carrier"] == "FedEx"


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_number_typed_without_a_carrier_tells_it(shop: Shop, dry_run: bool) -> None:
    released(shop)
    done = ship(shop.home, shop.store, "S-1", by_hand("", UPS_NUMBER, "", None, None), dry_run=dry_run)
    assert (done.carrier, done.warnings) == ("UPS", [])
    assert done.notes == [f"no carrier is named; {UPS_NUMBER} is a number of UPS, taken as UPS"]


# -- parcels of one shipment


def test_the_reference_of_a_parcel_finds_this_parcel_of_its_shipment(shop: Shop) -> None:
    shop.products(MUG={"ships_alone": "yes"})
    released(shop)
    rows = [{"shipment_or_order": "S-1-2", "tracking_number": "B2"}, {"shipment_or_order": "s-1", "tracking_number": "B1"}]
    assert parcels(shop, *rows).counts["new"] == 2
    assert [one["tracking_number"] for one in shop.show("1")["shipments"][0]["parcels"]] == ["B1", "B2"]
    before = shop.dump()
    assert parcels(shop, *rows).counts["unchanged"] == 2
    assert shop.dump() == before


def test_a_parcel_that_the_shipment_does_not_have_is_its_next_one(shop: Shop) -> None:
    released(shop)
    parcels(shop, {"shipment_or_order": "S-1-3", "tracking_number": "B3"})
    assert parcel_of(shop)["tracking_number"] == "B3"


def test_a_letter_without_a_number_leaves_once(shop: Shop) -> None:
    released(shop)
    letters = ("letters.csv", b"Order reference,Tracking number,Shipping service,Despatch date\nS-1,,2nd Class,02/03/2026\n")
    assert shop.take(letters)[0].counts["new"] == 1
    assert (states(shop), parcel_of(shop)["carrier"], parcel_of(shop)["tracking_number"]) == (["shipped"], "Royal Mail", None)
    before = shop.dump()
    assert shop.take(letters)[0].counts["unchanged"] == 1
    assert shop.dump() == before


def test_two_lines_that_want_the_same_goods_are_counted_together_before_they_leave(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main")
    shop.products("CAP", SET={"components": "CAP:2", "weight_g": "", "length_mm": "", "width_mm": "", "height_mm": ""})
    shop.stock(main={"CAP": 4})
    shop.order("1", {"CAP": 2, "SET": 1})
    shop.route()
    shop.pick()
    shop.stock(main={"CAP": 3})
    with pytest.raises(NotAllowed, match="shipment S-1 wants 4 × CAP, but the book has 3 at main"):
        shop.ship("1")
    shop.stock(main={"CAP": 4})
    assert shop.ship("1").run is not None

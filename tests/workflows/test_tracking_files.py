"""What channels hear of parcels that left, and the files for label software and back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import NOW, Shop, csv_text, rules_with

from omscli.errors import NotAllowed, UsageError
from omscli.workflows.channels import mark_uploaded
from omscli.workflows.labels import Labels, LabelWish, label_file
from omscli.workflows.looking import status
from omscli.workflows.shipping import by_hand, ship

HEAD = {
    "payments-date": "2026-03-01T09:00:00+00:00", "buyer-email": "a@marketplace.amazon.com", "buyer-name": "Ann", "buyer-phone-number": "",
    "purchase-date": "2026-03-01T09:00:00+00:00", "ship-service-level": "Standard", "recipient-name": "Ann Lee", "ship-address-1": "1 Main St",
    "ship-city": "Brooklyn", "ship-state": "NY", "ship-postal-code": "11201", "ship-country": "US", "currency": "USD", "item-price": "10.00",
}  # fmt: skip


def amazon_orders(*orders: tuple[str, dict[str, int]]) -> bytes:
    """A new-orders report: order number, SKUs with units."""
    rows = [
        {"order-id": number, "order-item-id": f"{place}{line:013d}", "sku": sku, "product-name": sku, "quantity-purchased": units, **HEAD}
        for place, (number, lines) in enumerate(orders, 1)
        for line, (sku, units) in enumerate(lines.items(), 1)
    ]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter="\t", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


FIRST, SECOND = "701-0000001-0000001", "701-0000002-0000002"


@pytest.fixture
def sent(shop: Shop) -> Shop:
    """Two Amazon orders on the pick list: two mugs and a cap, one mug."""
    shop.take(("orders.txt", amazon_orders((FIRST, {"MUG": 2, "CAP": 1}), (SECOND, {"MUG": 1}))))
    shop.route()
    shop.pick()
    return shop


def tracking_file(shop: Shop) -> list[dict[str, str]]:
    """The rows of the one tracking file that waits for Amazon."""
    (row,) = shop.store.files_out.pending("amazon", "tracking")
    text = (shop.path / row["path"]).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text), delimiter="\t"))


def test_a_parcel_is_told_line_by_line(sent: Shop) -> None:
    done = sent.ship(FIRST, "1Z5R89390357567127")
    assert [(one.channel, one.rows) for one in done.uploads] == [("amazon", 2)]
    rows = tracking_file(sent)
    assert [(row["order-id"], row["order-item-id"], row["quantity"], row["tracking-number"]) for row in rows] == [
        (FIRST, "10000000000001", "2", "1Z5R89390357567127"),
        (FIRST, "10000000000002", "1", "1Z5R89390357567127"),
    ]


def test_the_file_that_waits_grows_until_it_is_uploaded(sent: Shop) -> None:
    sent.ship(FIRST, "1Z5R89390357567127")
    sent.ship(SECOND, "9400111206206406260787")
    assert len(tracking_file(sent)) == 3
    assert len(list((sent.path / "out").glob("*amazon*"))) == 1
    assert status(sent.home, sent.store)["counts"]["uploads"] == 1

    mark_uploaded(sent.home, sent.store, "amazon", None)
    assert sent.store.files_out.pending() == []
    assert status(sent.home, sent.store)["counts"]["uploads"] == 0


def test_only_parcels_that_the_channel_has_not_heard_of_go_out(sent: Shop) -> None:
    sent.ship(FIRST, "1Z5R89390357567127")
    mark_uploaded(sent.home, sent.store, "amazon", None)
    sent.ship(SECOND, "9400111206206406260787")
    assert [row["order-id"] for row in tracking_file(sent)] == [SECOND]


def test_shipping_twice_writes_no_second_file(sent: Shop) -> None:
    sent.ship(FIRST, "1Z5R89390357567127")
    before = sent.dump()
    assert sent.ship(FIRST, "1Z5R89390357567127").run is None
    assert sent.dump() == before


def test_a_split_order_is_told_part_by_part(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main", "reno")
    shop.products("MUG", "CAP")
    shop.stock(main={"MUG": 10}, reno={"CAP": 3})
    shop.take(("orders.txt", amazon_orders((FIRST, {"MUG": 2, "CAP": 1}))))
    shop.route()
    shop.pick()
    first, second = (one["id"] for one in shop.show(FIRST)["shipments"])
    shop.ship(first, "T1")
    assert [(row["order-item-id"], row["quantity"]) for row in tracking_file(shop)] == [("10000000000001", "2")]
    shop.ship(second, "T2")
    assert [(row["order-item-id"], row["tracking-number"]) for row in tracking_file(shop)] == [
        ("10000000000001", "T1"),
        ("10000000000002", "T2"),
    ]


def test_lines_are_shared_among_the_parcels_that_hold_them(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main", boxes={"one": {"inner_mm": [110, 90, 70], "empty_g": 10, "max_g": 1000, "cost": "0.50"}})
    shop.products("MUG")
    shop.stock(main={"MUG": 10})
    shop.take(("orders.txt", amazon_orders((FIRST, {"MUG": 2}))))
    shop.route()
    shop.pick()
    shop.ship(FIRST, "T1")
    shop.ship(FIRST, "T2")
    assert [(row["quantity"], row["tracking-number"]) for row in tracking_file(shop)] == [("1", "T1"), ("1", "T2")]


def test_a_tracking_file_from_label_software_tells_the_channel_too(sent: Shop) -> None:
    text = csv_text([{"shipment_or_order": FIRST, "tracking_number": "1Z5R89390357567127", "carrier": "ups"}])
    (result,) = sent.take(("tracking.csv", text))
    assert [(one.channel, one.rows) for one in result.uploads] == [("amazon", 2)]
    assert len(tracking_file(sent)) == 2


def test_parcels_of_long_ago_are_not_told(sent: Shop) -> None:
    sent.ship(FIRST, "T1")
    mark = sent.store.files_out.pending()[0]
    sent.at(NOW + timedelta(days=61))
    sent.ship(SECOND, "T2")
    assert [row["order-id"] for row in tracking_file(sent)] == [SECOND]
    assert mark["rows"] == 2


def test_a_label_that_was_printed_again_is_told_again(sent: Shop) -> None:
    sent.ship(FIRST, "1Z5R89390357567127")
    mark_uploaded(sent.home, sent.store, "amazon", None)
    done = ship(sent.home, sent.store, FIRST, by_hand("ups", "1Z84HP200381849071", "", None, None), replace=True)
    assert done.run is not None
    assert {row["tracking-number"] for row in tracking_file(sent)} == {"1Z84HP200381849071"}
    with pytest.raises(NotAllowed, match="has left already with 1Z84HP200381849071") as caught:
        sent.ship(FIRST, "T9")
    assert caught.value.hint == "another label for it: oms ship S-1 --tracking NUMBER --replace"
    with pytest.raises(NotAllowed, match="has no number to replace"):
        ship(sent.home, sent.store, SECOND, by_hand("ups", "T9", "", None, None), replace=True)


# -- labels


def labels(shop: Shop, program: str = "pirateship", **wish: Any) -> tuple[Labels, list[dict[str, str]]]:
    out: list[bytes] = []
    made = label_file(shop.home, shop.store, LabelWish(program, **wish), out.append)
    return made, list(csv.DictReader(io.StringIO(b"".join(out).decode("utf-8-sig"))))


def test_what_was_released_goes_to_the_label_software_once(sent: Shop) -> None:
    made, rows = labels(sent)
    assert (made.parcels, [row["Order ID"] for row in rows]) == (2, ["S-1", "S-2"])
    assert (rows[0]["Name"], rows[0]["Zipcode"]) == ("Ann Lee", "11201")
    before = sent.dump()
    assert labels(sent) == (Labels("pirateship"), [])
    assert sent.dump() == before
    assert labels(sent, again=True)[0].parcels == 2


def test_its_answer_ships_each_parcel(sent: Shop) -> None:
    _, rows = labels(sent)
    back = csv_text(
        [
            {
                "Created Date": "03/02/2026",
                "Tracking Number": number,
                "Order ID": row["Order ID"],
                "Carrier": "UPS",
                "Status": "Printed",
                "Rubber Stamp 1": "",
            }
            for number, row in zip(("1Z5R89390357567127", "9400111206206406260787"), rows, strict=True)
        ]
    )
    (result,) = sent.take(("shipments.csv", back))
    assert (result.counts["new"], result.counts["rejected"]) == (2, 0)
    assert sent.show(FIRST)["status"] == "shipped"


def test_a_parcel_that_cannot_go_out_is_named_and_offered_again(shop: Shop) -> None:
    shop.order("1", {"MUG": 1}, name="=SUM(A1)")
    shop.order("2", {"MUG": 1})
    shop.route()
    shop.pick()
    made, rows = labels(shop)
    assert ([row["Order ID"] for row in rows], [(one.key, one.column, one.problem) for one in made.kept]) == (
        ["S-2"],
        [("S-1", "Name", "begins like a formula")],
    )
    assert labels(shop)[0].parcels == 1, "still wanted"


def test_a_parcel_of_several_has_its_own_worth_and_the_first_the_shipping(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main", "reno")
    shop.products("MUG", "CAP")
    shop.stock(main={"MUG": 10}, reno={"CAP": 3})
    shop.order("1", {"MUG": 2, "CAP": 1}, shipping="6.00", total="36.00")
    shop.route()
    shop.pick()
    _, rows = labels(shop, "native")
    assert [(row["shipment"], row["shipping"], row["total"]) for row in rows] == [("S-1", "6.00", "26.00"), ("S-2", "0.00", "10.00")]


def test_parts_of_a_kit_are_worth_what_the_kit_was_sold_for(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main")
    shop.products("MUG", CAP={"price": "30.00"}, SET={"components": "MUG:2|CAP:1"})
    shop.stock(main={"MUG": 10, "CAP": 3})
    shop.order("1", [{"line_id": "1", "sku": "SET", "quantity": 1, "unit_price": "40.00"}])
    shop.route()
    shop.pick()
    _, rows = labels(shop, "native")
    assert (rows[0]["items"], rows[0]["prices"]) == ("CAP:1|MUG:2", "24.00|8.00")


def test_labels_of_one_carrier(sent: Shop) -> None:
    assert labels(sent, carrier="POST")[0].parcels == 2
    assert labels(sent, carrier="usps", again=True)[0].parcels == 0


def test_labels_of_one_place(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("main", "reno")
    shop.products("MUG", "CAP")
    shop.stock(main={"MUG": 10}, reno={"CAP": 3})
    shop.order("1", {"MUG": 2, "CAP": 1})
    shop.route()
    shop.pick()
    assert labels(shop, location="reno")[0].parcels == 1
    with pytest.raises(UsageError, match="no location is called 'nowhere'"):
        labels(shop, location="nowhere")
    with pytest.raises(UsageError, match="no label program is called 'stamps'") as caught:
        labels(shop, "stamps")
    assert caught.value.hint == "--for native | pirateship | royalmail | shippo | shipstation"


def test_a_label_file_that_cannot_be_written_leaves_nothing_behind(sent: Shop) -> None:
    before = sent.dump()

    def put(_: bytes) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        label_file(sent.home, sent.store, LabelWish("shippo"), put)
    assert sent.dump() == before


def test_a_layout_of_the_seller_has_his_columns(make_shop: Callable[..., Shop]) -> None:
    writers = {
        "pirateship.labels": {"columns": {"Ref": "reference", "Who": "name"}},
        "mine": {"like": "native.labels", "columns": {"Id": "shipment"}},
    }
    shop = make_shop(rules=rules_with(("main",), writers=writers))
    shop.products("MUG")
    shop.stock(main={"MUG": 10})
    shop.order("1", {"MUG": 1})
    shop.route()
    shop.pick()
    assert labels(shop)[1] == [{"Ref": "S-1", "Who": "Ann Lee"}]
    assert labels(shop, "mine", again=True)[1] == [{"Id": "S-1"}]


def test_an_order_may_shrink_after_its_labels_were_asked_for(shop: Shop) -> None:
    shop.order("1", {"MUG": 1, "CAP": 1})
    shop.route()
    shop.pick()
    label_file(shop.home, shop.store, LabelWish("pirateship"), lambda _: None)
    result = shop.order(
        "1", [{"line_id": "1", "sku": "MUG", "quantity": 1}, {"line_id": "2", "sku": "CAP", "quantity": 1}], payment="refunded"
    )
    assert result.counts["changed"] == 1
    shop.order("2", {"MUG": 2})
    shop.route()
    shop.pick()
    label_file(shop.home, shop.store, LabelWish("pirateship"), lambda _: None)
    assert shop.order("2", {"CAP": 1}).counts["changed"] == 1
    assert any("pull 2 × MUG" in one["what"] for one in shop.show("2")["events"])

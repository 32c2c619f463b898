import json
from datetime import UTC, datetime, timedelta

import pytest

from omscli.notify.messages import (
    FRESH,
    Customer,
    Item,
    Later,
    Parcel,
    Sender,
    backorder_alert,
    message_key,
    shipping_confirmation,
    why_suppressed,
)

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
ANN = Customer("SH-1058", "#1058", "Ann Lee", " ann@example.com ")
SHOP = Sender("Mug Shop")


def reason(email: str = "ann@example.com", *, days: int = 0, notify: bool | None = None, reader: str = "shopify") -> str:
    found = why_suppressed(email, happened=NOW - timedelta(days=days), now=NOW, channel_notify=notify, reader=reader)
    assert not found or found.words
    return found.code if found else ""


def test_an_ordinary_customer_is_told() -> None:
    assert reason() == reason(days=7) == reason(notify=True) == ""


@pytest.mark.parametrize("reader", ["amazon", "tiktok", "walmart"])
def test_a_marketplace_that_writes_itself_is_left_to_it_unless_the_seller_says_otherwise(reader: str) -> None:
    assert reason(reader=reader) == "channel"
    assert reason(reader=reader, notify=True) == ""
    assert reason(reader=reader, notify=False) == "channel"


def test_the_channel_has_the_first_word() -> None:
    assert reason(notify=False) == "channel"


@pytest.mark.parametrize(
    "email", ["", "  ", "ann", "ann@example", "a@b.com, evil@x.com", "a@b.com;c@d.com", "Ann <a@b.com>", "a b@c.de", "a@b.com\nx"]
)
def test_without_exactly_one_address_nobody_is_told(email: str) -> None:
    assert reason(email, notify=True) == "no_address"


def test_a_masked_address_reaches_nobody() -> None:
    assert reason("a***@e***.com", notify=True) == "masked"


@pytest.mark.parametrize(
    "email", ["x1y2@marketplace.amazon.com", "x@marketplace.amazon.co.uk", "x@relay.walmart.com", "X@Relay.Walmart.com"]
)
def test_a_relay_address_is_used_only_when_the_seller_says_so(email: str) -> None:
    assert reason(email) == "relay"
    assert reason(email, notify=True) == ""


def test_old_events_are_history() -> None:
    assert reason(days=FRESH.days + 1) == "old"
    found = why_suppressed("a@b.com", happened=NOW - timedelta(days=12, hours=3), now=NOW, channel_notify=True)
    assert found is not None
    assert found.words == "it happened 12 days ago; mails are for the last 7 days"


def test_the_key_names_event_subject_and_version() -> None:
    assert message_key("shipped", "S-1") == "shipped:S-1:1"
    assert shipping_confirmation(ANN, SHOP, "S-1", []).key == "shipped:S-1:1"
    assert backorder_alert(ANN, SHOP, [], version=2).key == "backordered:SH-1058:2"


def test_a_shipping_confirmation_says_what_is_where_and_what_comes_later() -> None:
    pattern = "https://track.example/?n={number}"
    parcels = [Parcel("USPS", "9400 1", (Item("Mug", 2, "blue"),), pattern), Parcel("Courier", "", (Item("Pot", 1),), pattern)]
    message = shipping_confirmation(ANN, SHOP, "S-1", parcels, [Later(Item("Bowl", 1), "2026-03-09")], arrives="2026-03-04")
    assert (message.kind, message.recipient, message.language) == ("shipped", "ann@example.com", "en")
    assert json.loads(json.dumps(message.data)) == message.data
    assert message.data == {
        "shop_name": "Mug Shop",
        "contact": "",
        "name": "Ann Lee",
        "order_id": "SH-1058",
        "order_number": "#1058",
        "shipment": "S-1",
        "parcels": [
            {
                "carrier": "USPS",
                "tracking_number": "9400 1",
                "url": "https://track.example/?n=9400%201",
                "items": [{"title": "Mug", "options": "blue", "quantity": 2}],
            },
            {"carrier": "Courier", "tracking_number": "", "url": "", "items": [{"title": "Pot", "options": "", "quantity": 1}]},
        ],
        "later": [{"title": "Bowl", "options": "", "quantity": 1, "expected_on": "2026-03-09"}],
        "arrives": "2026-03-04",
    }


def test_a_backorder_alert_says_what_waits_and_what_does_not() -> None:
    data = backorder_alert(ANN, SHOP, [Later(Item("Bowl", 1)), Later(Item("Pot", 2), "2026-03-09")], [Item("Mug", 1)]).data
    assert [(item["title"], item["expected_on"]) for item in data["waiting"]] == [("Bowl", None), ("Pot", "2026-03-09")]
    assert [item["title"] for item in data["ready"]] == ["Mug"]


def test_a_line_break_in_a_name_cannot_write_lines_of_the_mail() -> None:
    buyer = Customer("SH-1", "#1\n", "Ann\n\nPay here: https://evil.example", "a@b.com")
    assert backorder_alert(buyer, SHOP, []).data["name"] == "Ann Pay here: https://evil.example"

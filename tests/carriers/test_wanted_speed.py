import pytest

from omscli.carriers.service import Service, Zones
from omscli.carriers.speed import wanted_speed

WORDS = {
    "same_day": ["Same Day", "same-day courier", "SameDay", "Delivered today"],
    "overnight": [
        "Overnight", "FedEx Standard Overnight", "NextDay", "Next Business Day", "UPS Next Day Air", "One-Day", "1 day", "1 Werktag", "24h",
        "within 24 hours", "12 hours", "Royal Mail 24", "Tracked 24", "Royal Mail Special Delivery", "Priority Mail Express", "over night",
    ],
    "expedited": [
        "Expedited", "SecondDay", "UPS 2nd Day Air", "FedEx 2Day", "UPS 3 Day Select", "1-3 business days", "2–3 Tage", "2 à 3 jours",
        "2 días", "24/48h", "24-48 h", "36 hours", "Tracked 48", "Priority Mail", "DHL Express", "Expressversand", "Eilversand", "RUSH",
        "urgent", "Rush, no signature",
    ],
    "standard": [
        "", "  ", "Standard", "Free shipping", "USPS Ground Advantage", "3-5 business days", "3 to 5 days", "10 Tage", "96 hours", "Economy",
        "Royal Mail 1st Class", "No-Rush Shipping", "no rush", "non-expedited", "not urgent", "breakfast", "2026-03-02", "97201", "?",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("text", "speed"), [(text, speed) for speed, texts in WORDS.items() for text in texts])
def test_what_a_channel_writes_says_how_fast_the_goods_are_wanted(text: str, speed: str) -> None:
    assert wanted_speed(text) == speed


def service(carrier: str, name: str, speed: str) -> Service:
    return Service(carrier, name, speed, Zones(), (1,), ())


def test_a_service_of_the_seller_decides_by_its_name() -> None:
    ours = [service("post", "express", "standard"), service("dhl", "express", "overnight")]
    assert wanted_speed("DHL  Express", ours) == "overnight"
    assert wanted_speed("Express", ours) == "standard"
    assert wanted_speed("express plus", ours) == "expedited"


def test_the_full_name_of_a_service_goes_before_another_ones_short_name() -> None:
    ours = [service("post", "dhl express", "standard"), service("dhl", "express", "overnight")]
    assert wanted_speed("dhl express", ours) == "overnight"

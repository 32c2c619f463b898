import pytest

from omscli.carriers.service import SPEEDS, Rate, Service, Zones
from omscli.carriers.speed import wanted_speed


def service(carrier: str, name: str, speed: str) -> Service:
    return Service(carrier, name, speed, Zones(), (1,), (Rate(1000, (500,)),))


@pytest.mark.parametrize(
    ("text", "speed"),
    [
        ("", "standard"),
        ("   ", "standard"),
        ("Standard", "standard"),
        ("Std US D2D Dom", "standard"),
        ("Economy", "standard"),
        ("UPS Ground", "standard"),
        ("First-Class Package", "standard"),
        ("2-4 Day Delivery", "standard"),
        ("Standard (3–5 business days)", "standard"),
        ("10 Werktage", "standard"),
        ("Shipping Label 7", "standard"),
        ("Expedited", "expedited"),
        ("Express", "expedited"),
        ("Expressversand", "expedited"),
        ("Envío exprés", "expedited"),
        ("DHL EXPRESS WORLDWIDE", "expedited"),
        ("SecondDay", "expedited"),
        ("UPS 2nd Day Air", "expedited"),
        ("FedEx 2Day", "expedited"),
        ("UPS 3 Day Select", "expedited"),
        ("two-day", "expedited"),
        ("1-2 days", "expedited"),
        ("Royal Mail Tracked 48®", "expedited"),
        ("48h", "expedited"),
        ("USPS Priority Mail", "expedited"),
        ("RUSH", "expedited"),
        ("Faster shipping", "expedited"),
        ("NextDay", "overnight"),
        ("next_day", "overnight"),
        ("UPS Next Day Air Saver", "overnight"),
        ("next business day", "overnight"),
        ("One-day shipping", "overnight"),
        ("overnight", "overnight"),
        ("FedEx Standard Overnight", "overnight"),
        ("USPS Priority Mail Express", "overnight"),
        ("Royal Mail Tracked 24", "overnight"),
        ("Special Delivery Guaranteed by 1pm", "overnight"),
        ("Parcelforce express24", "overnight"),
        ("24 hours", "overnight"),
        ("same day", "same_day"),
        ("SameDay", "same_day"),
        ("Same-Day Courier (2 hours)", "same_day"),
        ("Get it today", "same_day"),
    ],
)
def test_what_channels_write_is_understood(text: str, speed: str) -> None:
    assert wanted_speed(text) == speed


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_words_of_the_rules_mean_themselves(speed: str) -> None:
    assert wanted_speed(speed) == speed


def test_a_service_of_the_seller_goes_before_the_words() -> None:
    own = [service("bike", "express", "same_day"), service("usps", "ground", "standard")]
    assert wanted_speed("Bike  Express", own) == "same_day"
    assert wanted_speed("EXPRESS", own) == "same_day"
    assert wanted_speed("express mail", own) == "expedited"


def test_carrier_and_service_go_before_the_service_alone() -> None:
    own = [service("slow", "air", "expedited"), service("fast", "air", "overnight")]
    assert wanted_speed("fast air", own) == "overnight"
    assert wanted_speed("air", own) == "expedited"

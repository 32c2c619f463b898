"""Each customer hears once of what left and of what waits, and nobody hears what a marketplace tells them itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from tests.conftest import NOW, RULES, Shop, csv_text, rules_with

from omscli.errors import Refused
from omscli.workflows import orders as desk
from omscli.workflows.notifying import Told, notify

MakeShop = Callable[..., Shop]


def tell(shop: Shop, **wish: bool) -> Told:
    return notify(shop.home, shop.store, **wish)


def letters(shop: Shop) -> list[EmailMessage]:
    found = [message_from_bytes(path.read_bytes(), policy=default) for path in sorted((shop.path / "outbox").glob("*.eml"))]
    assert all(isinstance(one, EmailMessage) for one in found)
    return found  # type: ignore[return-value]  # the policy makes them so


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def shipped(shop: Shop, number: str = "1", **columns: str) -> Shop:
    shop.order(number, {"MUG": 2}, **columns)
    shop.route()
    shop.pick()
    shop.ship(number, f"T{number}")
    return shop


def expect(shop: Shop, day: str, reference: str = "PO1") -> None:
    row = {"sku": "CAP", "location": "main", "quantity": 9, "expected_on": day, "reference": reference}
    shop.take(("inbound.csv", csv_text([row])))


def test_a_parcel_that_left_is_told_once(shop: Shop) -> None:
    shipped(shop)
    told = tell(shop)
    assert [(event, order) for event, order, _ in told.written] == [("shipped", "SH-1")]
    assert (shop.path / told.written[0][2]).is_file()
    before = shop.dump()
    again = tell(shop)
    assert (again.written, again.suppressed, again.run) == ([], [], None)
    assert shop.dump() == before
    assert len(letters(shop)) == 1


def test_the_letter_is_a_proper_mail_to_one_customer(shop: Shop) -> None:
    shipped(shop)
    tell(shop)
    (letter,) = letters(shop)
    assert (letter["From"], letter["To"]) == ("Mug Shop <orders@mug.example>", "ann@example.com")
    assert letter["Message-ID"].endswith("@mug.example>")
    assert letter["Date"].datetime == NOW
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "1" in letter["Subject"]
    text = text_of(letter)
    assert "https://post.example/T1" in text
    assert "MUG" in text


def test_a_dry_run_shows_the_letter_and_writes_nothing(shop: Shop) -> None:
    shipped(shop)
    before = shop.dump()
    told = tell(shop, dry_run=True)
    assert len(told.previews) == len(told.written) == 1
    assert shop.dump() == before
    assert letters(shop) == []


def test_a_letter_that_a_crash_left_unwritten_is_written_by_the_next_run(shop: Shop) -> None:
    shipped(shop)
    path = Path(shop.path / tell(shop).written[0][2])
    content = path.read_bytes()
    path.unlink()
    with shop.store.connection:
        shop.store.connection.execute("UPDATE mail SET state = 'queued'")
    assert [shop.path / one for _, _, one in tell(shop).written] == [path]
    assert path.read_bytes() == content


def test_amazon_writes_to_its_buyers_itself(make_shop: MakeShop) -> None:
    shop = make_shop("main", channels={**RULES["channels"], "amazon": {"reader": "amazon", "prefix": "AM"}})
    shop.products("MUG")
    shop.stock(main={"MUG": 5})
    shipped(shop, channel="amazon")
    told = tell(shop)
    assert told.written == []
    assert [(event, order) for event, order, _ in told.suppressed] == [("shipped", "AM-1")]
    assert "Amazon writes to its buyers itself" in told.suppressed[0][2]
    assert tell(shop).suppressed == []


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"email": ""}, "no e-mail address"),
        ({"email": "a***@example.com"}, "masked"),
        ({"email": "ann@example.com, bob@example.com"}, "not one address"),
    ],
)
def test_without_one_plain_address_no_letter_is_written(shop: Shop, columns: dict[str, str], words: str) -> None:
    shipped(shop, **columns)
    told = tell(shop)
    assert told.written == []
    assert words in told.suppressed[0][2]


def test_what_left_long_ago_is_told_to_nobody(shop: Shop) -> None:
    shipped(shop)
    shop.at(NOW + timedelta(days=8))
    told = tell(shop)
    assert told.written == []
    assert "8 days ago" in told.suppressed[0][2]


def test_a_channel_that_wants_no_letters_gets_none(make_shop: MakeShop) -> None:
    shop = make_shop("main", channels={"shop": {"reader": "native", "notify": False}})
    shop.products("MUG")
    shop.stock(main={"MUG": 5})
    assert "notify: false" in tell(shipped(shop)).suppressed[0][2]


def test_without_a_sender_nothing_is_written_and_the_letter_stays_due(make_shop: MakeShop) -> None:
    shop = make_shop(rules={name: part for name, part in rules_with(("main",)).items() if name != "notify"})
    shop.products("MUG")
    shop.stock(main={"MUG": 5})
    shipped(shop)
    before = shop.dump()
    with pytest.raises(Refused, match="names no sender"):
        tell(shop)
    assert shop.dump() == before


def test_sending_without_a_server_is_refused_and_the_letters_stay(shop: Shop) -> None:
    shipped(shop)
    with pytest.raises(Refused, match="no mail server"):
        tell(shop, send=True)
    assert len(letters(shop)) == 1


# -- what waits


def test_what_waits_is_told_with_its_day_and_again_only_when_the_day_changes(shop: Shop) -> None:
    expect(shop, "2026-03-10")
    shop.order("1", {"CAP": 5})
    shop.route()
    assert [event for event, _, _ in tell(shop).written] == ["backordered"]
    shop.route()
    assert tell(shop).written == []
    with shop.store.connection:
        shop.store.connection.execute("UPDATE incoming_goods SET expected_on = '2026-03-20'")
    shop.route()
    assert [event for event, _, _ in tell(shop).written] == ["backordered"]
    assert tell(shop).written == []
    first, second = sorted(letters(shop), key=lambda one: "20" in text_of(one))
    assert first["Message-ID"] != second["Message-ID"]
    assert "CAP" in text_of(first)


def test_what_a_person_holds_is_not_told_to_wait(shop: Shop) -> None:
    shop.order("1", {"CAP": 5})
    shop.route()
    desk.hold(shop.home, shop.store, "1", "call her")
    assert tell(shop).written == []


def test_a_letter_about_a_part_names_what_comes_later(shop: Shop) -> None:
    shop.order("1", {"MUG": 1, "CAP": 5})
    shop.route()
    shop.pick()
    shop.ship("1")
    told = tell(shop)
    assert sorted(event for event, _, _ in told.written) == ["backordered", "shipped"]
    shipping = next(one for one in letters(shop) if "T1" in text_of(one))
    assert "CAP" in text_of(shipping)


def test_only_the_orders_that_are_named_are_told(shop: Shop) -> None:
    shipped(shop, "1")
    shipped(shop, "2")
    told = notify(shop.home, shop.store, [desk.find_order(shop.store, "2")])
    assert [order for _, order, _ in told.written] == ["SH-2"]


def test_a_line_break_in_a_name_makes_no_second_header(shop: Shop) -> None:
    shipped(shop, name="Ann\r\nBcc: eve@example.com")
    tell(shop)
    (letter,) = letters(shop)
    assert letter["Bcc"] is None
    assert len(letter.get_all("To")) == 1

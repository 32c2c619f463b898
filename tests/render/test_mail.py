from pathlib import Path
from typing import Any

import pytest

from omscli.errors import Refused
from omscli.notify.messages import Customer, Item, Later, Message, Parcel, Sender, backorder_alert, shipping_confirmation
from omscli.render.mail import render_mail

ANN = Customer("SH-1058", "#1058", "Ann Lee", "ann@example.com")
SHOP = Sender("Mug Shop")
MUG, TOWEL, POT = Item("Enamel mug", 2, "blue"), Item("Tea towel", 1), Item("Pot", 1)
USPS = "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}"


def shipped(**changes: Any) -> Message:
    parcels = [Parcel("USPS", "9400 1118 9922", (MUG, TOWEL), USPS), Parcel("Courier", "", (POT,))]
    later = [Later(Item("Bowl", 1), "2026-03-09"), Later(Item("Spoon", 2, "olive wood"))]
    return shipping_confirmation(**{"customer": ANN, "sender": SHOP, "shipment": "S-1", "parcels": parcels, "later": later, **changes})


@pytest.mark.parametrize(
    "message",
    [
        shipped(arrives="2026-03-04"),
        shipped(later=[], parcels=[Parcel("USPS", "9400", (MUG,), USPS)], sender=Sender("Mug Shop", "+1 555 0100")),
        backorder_alert(ANN, SHOP, [Later(Item("Bowl", 1), "2026-03-09"), Later(Item("Spoon", 2))], [MUG]),
        backorder_alert(Customer("SH-2", "#2", "", "x@example.com"), SHOP, [Later(MUG)]),
    ],
    ids=["part shipped", "shipped", "part waits", "waits"],
)
def test_the_mail_in_words(message: Message, snapshot: Any) -> None:
    mail = render_mail(message)
    assert mail.subject == snapshot
    assert mail.text == snapshot
    assert mail.html[mail.html.index("<body>") :] == snapshot
    assert "\n\n\n" not in mail.text
    assert mail == render_mail(message)


HOSTILE = '<script>x</script>" onload="y {{7*7}} \x1b[2J\u202e Hi\r\nBcc: evil@example.com'


def test_a_buyer_cannot_write_html_or_headers() -> None:
    customer = Customer("SH-1", HOSTILE, HOSTILE, "ann@example.com")
    item = Item(HOSTILE, 1, HOSTILE)
    message = shipping_confirmation(customer, Sender(HOSTILE, HOSTILE), "S", [Parcel(HOSTILE, HOSTILE, (item,), USPS)], [Later(item)])
    mail = render_mail(message)
    assert "\n" not in mail.subject
    assert "<script" not in mail.html
    assert 'onload="' not in mail.html
    assert "{{7*7}}" in mail.html
    assert not {"\x1b", "\u202e", "\r"} & set(mail.subject + mail.text + mail.html)
    assert not any(line.lstrip().startswith("Bcc:") for line in f"{mail.subject}\n{mail.text}".splitlines())


def test_a_mail_loads_nothing_from_afar() -> None:
    html = render_mail(shipped()).html
    assert "<img" not in html
    assert "url(" not in html
    assert html.count("https://") == 1


def test_the_sellers_wording_wins_and_a_language_has_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "mail" / "de").mkdir(parents=True)
    (tmp_path / "mail" / "shipped.subject.txt").write_text("{{ order_number }} comes", encoding="utf-8")
    (tmp_path / "mail" / "de" / "shipped.subject.txt").write_text("{{ order_number }} kommt", encoding="utf-8")
    german = Customer("SH-1", "#1", "Jürgen", "j@example.com", "de")
    assert render_mail(shipped(), tmp_path).subject == "#1058 comes"
    mail = render_mail(shipped(customer=german), tmp_path)
    assert mail.subject == "#1 kommt"
    assert mail.text.startswith("Hello Jürgen,")


def test_a_language_is_no_path(tmp_path: Path) -> None:
    assert render_mail(shipped(customer=Customer("SH-1", "#1", "A", "a@b.example", "../../x")), tmp_path).subject


@pytest.mark.parametrize("subject", ["", " \n ", "x" * 201])
def test_a_subject_has_one_to_two_hundred_characters(tmp_path: Path, subject: str) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "shipped.subject.txt").write_text(subject, encoding="utf-8")
    with pytest.raises(Refused, match="subject"):
        render_mail(shipped(), tmp_path)

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omscli.errors import Refused
from omscli.outgoing.eml import Letter, build, message_id, one_address

WHEN = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
SENDER = "Mug Shop <orders@mug.example>"
ID = message_id("shipped:S-1:1", SENDER)
LETTER = Letter("Your order #1058 is on its way", "Hello Ann\nŁukasz\n", "<p>Hello Ann Ł</p>\n")


def mail(letter: Letter = LETTER, **changes: Any) -> bytes:
    return build(letter, **{"sender": SENDER, "to": "ann@example.com", "message_id": ID, "date": WHEN, **changes})


def test_the_mail_can_be_read_back() -> None:
    read = message_from_bytes(mail(reply_to="help@mug.example"), policy=default)
    assert {name: str(read[name]) for name in ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted")} == {
        "From": "Mug Shop <orders@mug.example>",
        "To": "ann@example.com",
        "Reply-To": "help@mug.example",
        "Subject": "Your order #1058 is on its way",
        "Date": "Mon, 02 Mar 2026 14:05:00 +0000",
        "Message-ID": ID,
        "Auto-Submitted": "auto-generated",
    }
    plain, html = read.get_body(["plain"]), read.get_body(["html"])
    assert plain is not None
    assert html is not None
    assert plain.get_content().splitlines() == LETTER.text.splitlines()
    assert html.get_content().strip() == LETTER.html.strip()


def test_the_same_mail_has_the_same_bytes_and_plain_line_ends() -> None:
    assert mail() == mail()
    assert b"\n" not in mail().replace(b"\r\n", b"")
    assert mail().isascii()


def test_without_html_it_is_one_part() -> None:
    assert message_from_bytes(mail(Letter("x", "y\n")), policy=default).get_content_type() == "text/plain"


def test_the_message_id_depends_on_the_key_and_the_senders_domain_only() -> None:
    assert message_id("a", SENDER) == message_id("a", "other@mug.example") != message_id("b", SENDER)
    assert message_id("a", SENDER).endswith("@mug.example>")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ann@example.com", "ann@example.com"),
        (" Ann Lee <ann@example.com> ", "ann@example.com"),
        ('"Lee, Ann" <ann@example.com>', "ann@example.com"),
        ("o'neil+x@y.example", "o'neil+x@y.example"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("<a@b.example>", "a@b.example"),
    ],
)
def test_one_address_is_one_address(text: str, address: str) -> None:
    assert one_address(text).addr_spec == address


TWO_OR_NONE = [
    "", "ann", "@b", "a@", "a@b.com, evil@x.com", "Bob <a@b>, <evil@x>", "a@b;c@d", '"x\r\nBcc" <a@b>', "a@b.com\r\nBcc: x@y.z",
    "a@b.com\0", "a@b.com\u2028x", "a@b.com\x0b", "=?utf-8?q?x=0d=0aBcc:_e=40x.com?= <a@b.com>", "a@b@c", "a b@c.de",
    "a(comment)@b.com", "grp: a@b.com;", '"a b"@c.de', "ü@x.de", "a@[1.2.3.4]", "a..b@c.de", "a@b..c", "\u202ea@b.com",
    "<a@b.com> <c@d.com>", f"{'a' * 250}@b.com", f"a@{'b' * 70}.com",
]  # fmt: skip


@pytest.mark.parametrize("text", TWO_OR_NONE)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        mail(to=text)
    with pytest.raises(Refused):
        mail(sender=text)
    if text:
        with pytest.raises(Refused):
            mail(reply_to=text)


@pytest.mark.parametrize(
    "subject",
    ["Hi\r\nBcc: evil@x.com", "Hi\nx", "Hi\rx", "Hi\u2028x", "Hi\x0bx", "Hi\x00", "Hi\u202ex", "=?utf-8?q?x=0d=0aBcc:_e=40x.com?="],
)
def test_a_subject_is_one_line_of_text(subject: str) -> None:
    with pytest.raises(Refused):
        mail(Letter(subject, "x"))


HOSTILE = st.text(st.characters() | st.sampled_from('\r\n\0\x0b\u2028,;<>@"\\ =?:()[]'), max_size=40)


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_whatever_is_written_there_is_one_recipient_and_no_new_header(to: str, name: str, subject: str, text: str) -> None:
    try:
        built = mail(Letter(subject, text), to=to or "ann@example.com", sender=f"{name} <orders@mug.example>")
    except Refused:
        return
    read = message_from_bytes(built, policy=default)
    assert set(read.keys()) <= {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
    }  # fmt: skip
    assert len(read["To"].addresses) == len(read["From"].addresses) == 1
    assert read["From"].addresses[0].addr_spec == "orders@mug.example"
    assert not read["To"].defects
    assert not read.defects


@given(HOSTILE, HOSTILE)
def test_an_address_that_passes_reads_back_as_itself(local: str, domain: str) -> None:
    try:
        address = one_address(f"{local}@{domain}")
    except Refused:
        return
    read = message_from_bytes(mail(to=f"{local}@{domain}"), policy=default)
    assert [one.addr_spec for one in read["To"].addresses] == [address.addr_spec]

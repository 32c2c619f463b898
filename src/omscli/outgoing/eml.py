"""A mail as bytes: one sender, exactly one recipient, the same bytes for the same mail.

`EmailMessage` refuses line breaks in headers but lets a NUL pass, reads two recipients out of `a@b.com, evil@x.com` and keeps
the first of `a@b;c@d` without a word. Addresses are therefore taken apart here and put together again.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from omscli.errors import Refused

_LONGEST_ADDRESS = 254
_ENCODED_WORD = "=?"  # begins text in disguise, which the header parser takes off: a line break may come to light
_NOT_IN_AN_ADDRESS = ' \t"(),:;<>[\\]'
_ALLOWED_NAME_CONTROLS = "\u200c\u200d\u200e\u200f"  # Persian, Hindi, Hebrew and Arabic names are written with them


@dataclass(frozen=True, slots=True)
class Letter:
    """What the customer reads; `html` may be empty."""

    subject: str
    text: str
    html: str = ""


def message_id(key: str, sender: str) -> str:
    """The Message-ID of the mail with this key: fixed, so that a mail sent twice by accident is one mail for the reader."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{one_address(sender).domain}>"


def build(letter: Letter, *, sender: str, reply_to: str = "", to: str, message_id: str, date: datetime) -> bytes:
    """The mail as it goes over the wire. Raises Refused for anything that is not one plain address or one line of header."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = one_address(sender)
        message["To"] = one_address(to)
        if reply_to:
            message["Reply-To"] = one_address(reply_to)
        message["Subject"] = _one_line(letter.subject)
        message["Date"] = format_datetime(date)
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text, cte="quoted-printable")
        if letter.html:
            message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
            message.set_boundary(f"=_{hashlib.sha256(message_id.encode()).hexdigest()[:32]}")  # by default a random one
        return message.as_bytes()
    except (ValueError, UnicodeError) as error:
        raise Refused("the mail cannot be put together; it was not written", f"check sender, subject and text ({error})") from error


def one_address(text: str) -> Address:
    """The one address that the text holds, as `ann@example.com` or `Ann <ann@example.com>`. Raises Refused for anything else."""
    name, plain = _parts(text)
    local, at, domain = plain.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
        address = Address(display_name=name, addr_spec=f"{local}{at}{domain}")
    except Exception as error:  # the parser of the standard library fails in many ways on hostile text
        raise _not_one_address() from error
    spared = address.addr_spec == f"{local}@{domain}" and not any(char in plain for char in _NOT_IN_AN_ADDRESS)
    if not (spared and local and domain and local.isascii()) or len(plain) > _LONGEST_ADDRESS:
        raise _not_one_address()
    return address


def _parts(text: str) -> tuple[str, str]:
    """Display name and address. Only the plain forms: what needs comments, groups or routes is no customer's address."""
    if _is_hostile(text):
        raise _not_one_address()
    text = text.strip()
    if not text.endswith(">"):
        return "", text
    name, _, plain = text[:-1].rpartition("<")
    name = name.strip()
    if len(name) > 1 and name.startswith('"') and name.endswith('"'):
        name = name[1:-1]
    if _ENCODED_WORD in name or any(char in name for char in '<>"@\\'):
        raise _not_one_address()
    return name, plain


def _one_line(text: str) -> str:
    if _is_hostile(text) or _ENCODED_WORD in text:
        raise ValueError("the subject holds a line break or a control character")
    return text


def _is_hostile(text: str) -> bool:
    """Line and paragraph separators count as line breaks: some mail programs obey them."""
    return any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char not in _ALLOWED_NAME_CONTROLS for char in text)


def _not_one_address() -> Refused:
    return Refused("what stands for the e-mail address is not exactly one address; no mail was written", "mend it with `oms order edit`")

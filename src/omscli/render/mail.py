"""A message in words: subject, plain text and HTML from templates. The seller's folder wins over the built-in wording.

Templates lie in `mail/`: `shipped.subject.txt`, `shipped.txt`, `shipped.html`, and the same for `backordered`. A folder with
a language's name inside (`mail/de/`) serves that language; what it lacks comes from `mail/`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from omscli.errors import Refused
from omscli.notify.messages import Message
from omscli.render.safe import clean
from omscli.render.templating import Limit, render

_LIMIT = Limit(characters=200_000, seconds=5)
_LONGEST_SUBJECT = 200
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True, slots=True)
class MailText:
    """What the customer reads. `subject` is one line."""

    subject: str
    text: str
    html: str


def render_mail(message: Message, templates: Path | None = None) -> MailText:
    """The mail of a message; the same message gives the same text. Raises Refused for a template that does not work."""
    folders = [f"mail/{message.language}/", "mail/"] if _LANGUAGE.fullmatch(message.language) else ["mail/"]

    def part(ending: str) -> str:
        return render([f"{folder}{message.kind}.{ending}" for folder in folders], message.data, templates, _LIMIT)

    subject = " ".join(clean(part("subject.txt")).split())
    if not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise Refused(
            f"the subject of the mail `{message.kind}` has {len(subject)} characters",
            f"mend {message.kind}.subject.txt in the templates folder: 1 to {_LONGEST_SUBJECT} characters",
        )
    return MailText(subject, part("txt").strip("\n") + "\n", part("html"))

"""Text from outside goes through one of four sinks: `vis` (terminal), `cell` (spreadsheet), `json_text` (JSON), `safe_name` (file).

HTML and mail headers have their own: the template engine escapes, and `outgoing.eml` refuses. Rich protects nobody: it parses
`[/x]` in a buyer's name as markup and dies of it, and passes ESC and right-to-left overrides straight through.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date, datetime
from typing import Any

from omscli.base.clock import as_text
from omscli.base.sheet_text import is_formula

# Controls that move the cursor, repaint the screen or turn the reading direction. U+200C and U+200D stay: Indic scripts and
# emoji are spelled with them. A lone surrogate (from a file name that is no UTF-8) cannot be written to any stream.
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_HIDDEN = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]")
_BREAKS = re.compile("[\t\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]+")
_NOT_ON_PAPER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_JSON_HIDDEN = re.compile(f"[\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]")

_LONG_LIST = 50
_RESERVED_NAMES = frozenset(["CON", "PRN", "AUX", "NUL"] + [f"{name}{digit}" for name in ("COM", "LPT") for digit in range(10)])
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,58}[A-Za-z0-9_]|[A-Za-z0-9_]")
_NOT_SLUG = re.compile(r"[^A-Za-z0-9._-]+")


def _as_escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def vis(text: str) -> str:
    r"""Text that is safe on a terminal: controls are shown as `\x1b`, a tab becomes a space, line breaks stay."""
    if text.isprintable():  # neither controls nor format characters: nearly every text there is
        return text
    return _HIDDEN.sub(_as_escape, text.replace("\r\n", "\n").replace("\t", " "))


def one_line(text: str) -> str:
    """`vis` for one cell or one line: tabs and line breaks become a space."""
    if text.isprintable():
        return text
    return _HIDDEN.sub(_as_escape, _BREAKS.sub(" ", text))


def cell(text: str) -> str:
    """Text for a spreadsheet that people open: what would run as a formula gets an apostrophe in front.

    Not for the files that a marketplace imports: there a changed value would be a wrong value.
    """
    return "'" + text if is_formula(text) else text


def sheet_cell(text: str) -> str:
    """The same for text that may hold anything: what nobody sees is left out first."""
    return cell(clean(text))


def clean(text: str) -> str:
    """Text for papers and mails: controls and reading-direction tricks are left out, line breaks stay.

    The marks U+200E and U+200F stay too: Hebrew and Arabic names are written with them, and they turn nothing around.
    """
    if text.isprintable():
        return text
    return _NOT_ON_PAPER.sub("", re.sub("\r\n?|[\u2028\u2029\x85]", "\n", text))


def json_text(value: Any) -> str:
    """A JSON document for people and programs: indented, letters as letters, controls that a terminal would obey escaped.

    A list of more than 50 entries has one entry a line: ten thousand orders are written five times faster so, and `grep` finds one.
    """
    return _escaped(_indented(value, "\n"))


def json_line(value: Any) -> str:
    """The same value on one line, for JSON lines."""
    return _escaped(_dumps(value))


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_date)


def _date(value: object) -> str:
    """Dates and instants in the one form that all documents use; anything else is a mistake of the caller."""
    if isinstance(value, datetime):
        return as_text(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} is no JSON value")


def _escaped(text: str) -> str:
    # In a JSON text these characters stand only inside strings, where an escape means the same.
    return text if text.isascii() and "\x7f" not in text else _JSON_HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _indented(value: Any, start: str) -> str:
    inner = start + "  "
    if isinstance(value, dict) and value:
        return "{" + ",".join(f"{inner}{_dumps(_key(key))}: {_indented(item, inner)}" for key, item in value.items()) + start + "}"
    if isinstance(value, (list, tuple)) and value:
        write = _dumps if len(value) > _LONG_LIST else lambda item: _indented(item, inner)
        return "[" + ",".join(inner + write(item) for item in value) + start + "]"
    return _dumps(value)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"JSON keys are text, not {key!r}")
    return key


def safe_name(text: str) -> str:
    """A file name for an identifier from outside: the text itself where every system can take it, else a slug and a hash.

    Two different identifiers never share a name. Those that differ only in case are one identifier everywhere in `oms`, so
    they may meet on a disk that is blind to case.
    """
    if _PLAIN_NAME.fullmatch(text) and ".." not in text and not _is_reserved(text):
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    slug = re.sub(r"\.{2,}", ".", _NOT_SLUG.sub("-", text))[:60].strip(".-") or "x"
    return f"{'x-' if _is_reserved(slug) else ''}{slug}-{digest}"


def _is_reserved(name: str) -> bool:
    """Names that Windows keeps for devices, with any ending: `NUL.txt` is the null device."""
    return name.partition(".")[0].upper() in _RESERVED_NAMES
